import { Control } from '../../../policy/control';
import { revealing } from '../../flow/revealing';
import type { Relations } from '../../relations';
import { rule } from '../../rule';
import { shown } from '../../value';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';
import { KNOWN_MECHANISM, learns, settingOf } from './private-steps';

const JOB = 'Microsoft.MachineLearningServices/workspaces/jobs';

export default rule({
  name: 'AzureMLDifferentialPrivacy',
  title: 'What learns from identifying data, or from a store with a privacy budget, bounds what a model can reveal',
  severity: 'warning',
  control: Control.PRIVACY_LOSS_LIMIT,
  resources: [JOB],
  properties: ['properties.inputs.dp_mechanism'],
  why: 'a model can spell out records that it was trained on. Asked only where data identifies people, or where a store states how much its people may lose: '
    + 'pseudonymised data without a budget is bounded by whoever may read it and the model, and noise there is a choice between privacy and accuracy that its owner makes',
  fix: 'give the step privacy (DifferentialPrivacy.dpSgd), which sets dp_mechanism and what belongs to it, or train on data that was de-identified',
  sources: ['https://csrc.nist.gov/pubs/sp/800/226/final'],
  good: 'store with a privacy budget → training with the input dp_mechanism dp-sgd',
  bad: 'store with a privacy budget → training without dp_mechanism, or any AutoML job, which takes none',
  check: (job) => {
    const asked = learns(job) ? revealing(job, privateSteps) : undefined;
    if (!asked) return NOT_APPLICABLE;
    return settingOf(job, 'dp_mechanism').judge((name) => {
      if (typeof name === 'string' && KNOWN_MECHANISM.test(name)) return COMPLIANT;
      return nonCompliant(name === undefined || name === null ? `it ${asked} without a bound on what it can reveal` : `it ${asked} and its dp_mechanism is ${shown(name)}`);
    });
  },
});

function privateSteps(relations: Relations): ReadonlySet<string> {
  return new Set(relations.ofType(JOB).filter((job) => settingOf(job, 'dp_mechanism').alternatives.every((name) => typeof name === 'string' && KNOWN_MECHANISM.test(name))).map(({ path }) => path));
}
