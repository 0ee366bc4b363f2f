import type { Control } from '../policy/control';
import type { Finding, Severity } from '../policy/finding';
import type { AcceptedRecord, RawRecord } from '../policy/record';
import type { Run } from './merge';
import type { PlacedRehearsal } from './rehearsal';

/** What a report says it is. */
export const REPORT_SCHEMA = 'regulated-ml-report/2';

/** Where a control, or a requirement through its controls, stands. The worst answer of its rules counts. */
export type Status =
  /** a rule found something that nobody waived */
  | 'findings'
  /** something cannot be told before deployment */
  | 'unknown'
  /** somebody accepted a finding */
  | 'waived'
  /** what the rules check is kept, in every place; more than that they do not say */
  | 'supported'
  /** what was judged is kept, but the rules leave a part of the requirement open */
  | 'partly'
  /** nothing was judged: never shown as supported */
  | 'not-assessed';

/** Where a rule stands. */
export type RuleStatus = 'findings' | 'unknown' | 'waived' | 'kept';

/** A rule that gave answers. */
export interface Check {
  readonly rule: string;
  readonly title: string;
  readonly status: RuleStatus;
  readonly kept: number;
  readonly open: number;
  readonly waived: number;
}

/** Findings that somebody accepted for the same reason. */
export interface Accepted {
  readonly reason: string;
  /** Whether they are unknowns, all of them. */
  readonly unknown: boolean;
  readonly count: number;
}

/** A finding with its place. */
export interface PlacedFinding extends Finding {
  readonly template: string;
  readonly location: string;
  readonly step?: string;
  /** What it weighs after the choice for unknowns. */
  readonly weight: Severity;
  /** How it was accepted, when it was. */
  readonly acceptedBy?: AcceptedRecord['kind'];
  readonly approver?: string;
  /** The last day on which it is accepted. */
  readonly expires?: string;
}

/** What a pack of somebody else said. */
export interface PackResult {
  readonly name: string;
  readonly version?: string;
  /** Why it failed as a whole, if it did. */
  readonly failure?: string;
  readonly findings: readonly PackFinding[];
  readonly suppressed: readonly PackFinding[];
}

/** A violation of somebody else's pack, of one construct. */
export interface PackFinding {
  readonly rule: string;
  readonly severity: string;
  readonly description: string;
  readonly fix?: string;
  readonly path: string;
  readonly source?: string;
  readonly reason?: string;
  readonly acknowledgedAt?: string;
}

/** A finding that somebody accepted. */
export interface WaiverRecord extends Omit<AcceptedRecord, 'silences'> {
  /** What answers and subjects call it. */
  readonly index: number;
  /** How many findings it silences; undefined for a bare id of another pack, which leaves no trace. */
  readonly findings?: number;
  /** Days for which it still holds, the day of the report included; 0 when it has expired. */
  readonly daysLeft?: number;
}

/** A requirement and where it stands. */
export interface AssessedRequirement {
  readonly id: string;
  readonly citation: string;
  readonly title: string;
  readonly controls: readonly Control[];
  /** Its id in the framework's OSCAL catalog. */
  readonly oscalId?: string;
  /** The day that it applies from; it applies, where there is none. */
  readonly appliesFrom?: string;
  readonly status: Status;
  /** The rules that gave answers about its controls. */
  readonly supportedBy: readonly string[];
  /** What the rules do not check of it. */
  readonly leftOpen: readonly string[];
}

/** A framework of the profile. */
export interface AssessedFramework {
  readonly name: string;
  readonly title: string;
  readonly url: string;
  /** Where the OSCAL catalog stands that has the ids of its requirements. */
  readonly oscalCatalog?: string;
  readonly requirements: readonly AssessedRequirement[];
}

/** A control that a framework demands or a rule checks, with the number of answers that are kept and open. */
export interface AssessedControl {
  readonly control: Control;
  readonly status: Status;
  readonly rules: readonly string[];
  /** The rules that gave answers; the others found nothing to judge. */
  readonly checks: readonly Check[];
  readonly accepted: readonly Accepted[];
  /** What the rules do not check of it. */
  readonly leftOpen?: string;
  readonly kept: number;
  readonly open: number;
}

/** Everything that reports are written from. Plain data, in a stable order. */
export interface Evidence {
  readonly schema: typeof REPORT_SCHEMA;
  readonly verdict: {
    readonly clean: boolean;
    readonly fatal: number;
    readonly errors: number;
    readonly warnings: number;
    readonly unknown: number;
    readonly waived: number;
    readonly compliant: number;
    readonly notApplicable: number;
    readonly otherPacks: number;
  };
  /** The day on which waivers were judged. */
  readonly asOf?: string;
  /** What shows that the records are not about what will be deployed; any of it fails. */
  readonly defects: readonly string[];
  /** What was switched off or left out. */
  readonly limits: readonly string[];
  /** The packs' runs that were merged. */
  readonly runs: Run['packs'];
  readonly libraries: Run['libraries'];
  readonly profiles: readonly {
    readonly frameworks: readonly string[];
    readonly residency: RawRecord['profile']['residency'];
    readonly retentionDays: RawRecord['profile']['retentionDays'];
  }[];
  readonly frameworks: readonly AssessedFramework[];
  readonly controls: readonly AssessedControl[];
  readonly findings: readonly PlacedFinding[];
  readonly waivers: readonly WaiverRecord[];
  readonly packs: readonly PackResult[];
  readonly notAssessed: {
    readonly requirements: readonly string[];
    readonly controls: readonly Control[];
    readonly resourceTypes: readonly { readonly type: string; readonly count: number }[];
  };
  readonly stacks: Run['stacks'];
  /** What was judged; answers refer to it by index. */
  readonly subjects: Run['subjects'];
  readonly answers: Run['answers'];
  readonly notApplicable: Run['notApplicable'];
  readonly rules: Run['rules'];
  readonly weakenings: Run['weakenings'];
  readonly choices: Run['choices'];
  readonly privacy: Run['privacy'];
  readonly costs: Run['costs'];
  readonly flow: Run['flow'];
  /** Runs of pipelines on one machine that were handed in. */
  readonly rehearsals?: readonly PlacedRehearsal[];
}
