import { Control } from '../../policy/control';
import { CONFIG_RULES } from './data/config-rules';
import { sidOf } from './guard';
import type { GuardrailCoverage } from './guardrail-coverage';
import { GUARDS } from './statements';

/** @see https://docs.aws.amazon.com/controltower/latest/controlreference/sagemaker-rules.html */
const CONTROL_TOWER: Readonly<Partial<Record<Control, readonly string[]>>> = {
  [Control.DATA_RESIDENCY]: ['CT.MULTISERVICE.PV.1'],
  [Control.NETWORK_ISOLATION]: ['CT.SAGEMAKER.PR.1'],
  [Control.PRIVATE_NETWORK]: ['CT.SAGEMAKER.PR.2'],
  [Control.LEAST_PRIVILEGE]: ['CT.SAGEMAKER.PR.3'],
};

/** Controls for which IAM has no condition, and what stands in for it. */
const REASONS: Readonly<Partial<Record<Control, string>>> = {
  [Control.PURPOSE_LIMITATION]: 'IAM sees who reads an object, not what for: purposes are judged along the declared data flow',
  [Control.DE_IDENTIFICATION]: 'no condition key tells what a column, a log or an object holds, or what a job makes of it: Macie looks for what was left in it',
  [Control.BIAS_ASSESSMENT]: 'no condition key tells whether a model was checked: who approves it looks at the report',
  [Control.EXPLAINABILITY]: 'no condition key tells whether a model was explained: who approves it looks at the report',
  [Control.SUPPORTED_SOFTWARE]: 'no condition key carries a platform, a release or a version: AWS Config looks at notebooks afterwards',
  [Control.RECORD_OF_PROCESSING]: 'a record is made at synth, from what the app declares, which no request carries',
  [Control.ASSET_INVENTORY]: 'no condition key carries a description or a registration, and which tags a resource must have is up to the organisation: its tag policies say so',
  [Control.EXCEPTION_GOVERNANCE]: 'exceptions are made in the app and judged at synth',
  [Control.CONSENT]: 'no condition key tells what somebody agreed to',
  [Control.PRIVACY_LOSS_LIMIT]: 'no condition key tells what a job learns or an answer gives away: budgets are added up at synth',
};

/** Every control, with what enforces it in the cloud or why nothing can. */
export function coverageOfGuardrails(): GuardrailCoverage[] {
  return Object.values(Control).map((control) => {
    const guards = GUARDS.filter((guard) => guard.control === control);
    const configRules = CONFIG_RULES.filter((rule) => rule.control === control);
    const reason = REASONS[control];
    return {
      control,
      statements: guards.map(sidOf),
      configRules: configRules.map(({ identifier }) => identifier.toLowerCase().replace(/_/g, '-')),
      controlTower: [...CONTROL_TOWER[control] ?? []],
      rules: [...new Set([...guards, ...configRules].flatMap(({ rules }) => rules))].sort(),
      ...(reason ? { reason } : {}),
    };
  });
}
