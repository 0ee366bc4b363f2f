import { Control } from '../policy/control';
import { Answer } from '../policy/finding';
import { OPEN_ALL } from '../rules/catalogue';
import { PACK } from '../rules/rule';

// by what a breach lets happen: data leaves, somebody gets in, what protects it fails, it stays too long, nobody sees
const CONTROLS: readonly Control[] = [
  Control.DATA_RESIDENCY, Control.EXCEPTION_GOVERNANCE,
  Control.NO_PUBLIC_ACCESS, Control.AUTHENTICATION, Control.NETWORK_ISOLATION, Control.LEAST_PRIVILEGE, Control.PRIVATE_NETWORK,
  Control.KEY_MANAGEMENT, Control.ENCRYPTION_AT_REST, Control.ENCRYPTION_IN_TRANSIT,
  Control.CONSENT, Control.PURPOSE_LIMITATION, Control.DE_IDENTIFICATION, Control.PRIVACY_LOSS_LIMIT, Control.DATA_CLASSIFICATION, Control.ERASURE, Control.RETENTION_LIMIT,
  Control.ARTIFACT_INTEGRITY, Control.SUPPORTED_SOFTWARE, Control.HUMAN_APPROVAL, Control.AVAILABILITY,
  Control.AUDIT_LOGGING, Control.SENSITIVE_DATA_DISCOVERY, Control.INCIDENT_ALERTING, Control.MODEL_MONITORING, Control.BIAS_ASSESSMENT, Control.EXPLAINABILITY,
  Control.RECORD_OF_PROCESSING, Control.RESOURCE_LIMIT, Control.ASSET_INVENTORY,
];

const WEIGHTS = ['fatal', 'error', 'warning'];

/** What a finding is ordered by. */
export interface Weighed {
  readonly rule: string;
  readonly weight: string;
  readonly answer: string;
  readonly control: Control;
}

/** Compares findings by how bad they are: what weighs more, what is known before what cannot be told, what opens all, what protects data before what watches over it. */
export function worstFirst(a: Weighed, b: Weighed): number {
  const [one, other] = [rankOf(a), rankOf(b)];
  const at = one.findIndex((rank, index) => rank !== other[index]);
  if (at >= 0) return one[at]! - other[at]!;
  return a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0;
}

function rankOf({ rule, weight, answer, control }: Weighed): number[] {
  const opens = OPEN_ALL.indexOf(rule.slice(PACK.length + 1).replace(/\[.*$/, ''));
  return [WEIGHTS.indexOf(weight), answer === Answer.UNKNOWN ? 1 : 0, opens < 0 ? OPEN_ALL.length : opens, CONTROLS.indexOf(control)];
}
