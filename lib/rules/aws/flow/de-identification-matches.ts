import { Control } from '../../../policy/control';
import { Answer } from '../../../policy/finding';
import type { Resource } from '../../resource';
import { rule, STEP } from '../../rule';
import { scalarText, type Value } from '../../value';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';
import { changesOf } from './as-declared';

export default rule({
  name: 'FlowDeIdentificationMatches',
  title: 'Steps that de-identify are deployed with the plan and the program that were declared, and no others',
  severity: 'error',
  control: Control.DE_IDENTIFICATION,
  resources: [STEP],
  why: 'what comes after the step trusts what its plan says of each column; a job that is given another plan, or none to hold it to, releases something else under the same name, and so does another image, '
    + 'program or environment, or an input in the place of the code',
  fix: 'change the step by its props (plan, image, environment), instead of overriding its definition',
  properties: [
    'AppSpecification', 'Environment', 'ProcessingInputs', 'ProcessingOutputConfig.Outputs', 'ApplicationId', 'JobConfig.applicationId', 'JobConfig.jobDriver', 'JobConfig.configurationOverrides',
  ],
  sources: ['https://www.ecfr.gov/current/title-45/section-164.514'],
  good: 'a step deployed with --plan-digest and the digest of the plan that it declares, and with the image, the code and the environment that its construct gave it',
  bad: 'the same step deployed with the digest of another plan, without --plan-digest, or with the entrypoint cp',
  check: (step) => {
    const declared = step.relations.flow?.node(step.path)?.deIdentification?.digest;
    if (declared === undefined) return NOT_APPLICABLE;
    const held = heldToPlan(step, declared);
    const changes = held.some(({ answer }) => answer === Answer.NON_COMPLIANT) ? [] : changesOf(step);
    return changes.length > 0 ? changes : held;
  },
});

function heldToPlan(step: Resource, declared: string): Verdict[] {
  const given = argumentsOf(step);
  if (!given) return [];
  const items = given.items;
  const named = items.flatMap((item, index) => (item.texts.includes('--plan-digest') ? [items[index + 1]] : []));
  if (named.length === 0 && items.some((item) => item.unknowns.length > 0)) return [unknown('which plan its arguments name is not known', given.location)];
  if (named.length === 0) return [nonCompliant('no argument holds the job to the plan that is declared', given.location)];
  return named.map((digest) => {
    if (digest === undefined) return nonCompliant('the argument --plan-digest has no value', given.location);
    return digest.judge((text) => (text === declared ? COMPLIANT : nonCompliant(`it is held to the plan ${scalarText(text)}, and declared is ${declared}`, digest.location)));
  });
}

function argumentsOf(step: Resource): Value | undefined {
  switch (step.within?.kind) {
    case 'Processing': return step.at('AppSpecification.ContainerArguments');
    case 'EMRServerless': return step.at('JobConfig.jobDriver.sparkSubmit.entryPointArguments');
    default: return undefined;
  }
}
