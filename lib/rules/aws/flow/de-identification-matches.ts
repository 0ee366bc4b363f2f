import { Control } from '../../../policy/control';
import type { Resource } from '../../resource';
import { rule, STEP } from '../../rule';
import type { Value } from '../../value';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown } from '../../verdict';

export default rule({
  name: 'FlowDeIdentificationMatches',
  title: 'Steps that de-identify are deployed with the plan that was declared, and no other',
  severity: 'error',
  control: Control.DE_IDENTIFICATION,
  resources: [STEP],
  why: 'what comes after the step trusts what its plan says of each column; a job that is given another plan, or none to hold it to, releases something else under the same name',
  fix: 'change the plan of the step (Deidentification.of), instead of overriding its arguments',
  properties: ['AppSpecification.ContainerArguments', 'JobConfig.jobDriver.sparkSubmit.entryPointArguments'],
  sources: ['https://www.ecfr.gov/current/title-45/section-164.514'],
  good: 'a step deployed with --plan-digest and the digest of the plan that it declares',
  bad: 'the same step deployed with the digest of another plan, or without --plan-digest',
  check: (step) => {
    const declared = step.relations.flow?.node(step.path)?.deIdentification?.digest;
    const given = declared === undefined ? undefined : argumentsOf(step);
    if (declared === undefined || !given) return NOT_APPLICABLE;
    const items = given.items;
    const named = items.flatMap((item, index) => (item.texts.includes('--plan-digest') ? [items[index + 1]] : []));
    if (named.length === 0 && items.some((item) => item.unknowns.length > 0)) return unknown('which plan its arguments name is not known', given.location);
    if (named.length === 0) return nonCompliant('no argument holds the job to the plan that is declared', given.location);
    return named.map((digest) => {
      if (digest === undefined) return nonCompliant('the argument --plan-digest has no value', given.location);
      return digest.judge((text) => (text === declared ? COMPLIANT : nonCompliant(`it is held to the plan ${String(text)}, and declared is ${declared}`, digest.location)));
    });
  },
});

function argumentsOf(step: Resource): Value | undefined {
  switch (step.within?.kind) {
    case 'Processing': return step.at('AppSpecification.ContainerArguments');
    case 'EMRServerless': return step.at('JobConfig.jobDriver.sparkSubmit.entryPointArguments');
    default: return undefined;
  }
}
