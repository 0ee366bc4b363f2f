import { Control } from '../../../policy/control';
import { revealing } from '../../flow/revealing';
import type { Relations } from '../../relations';
import type { Resource } from '../../resource';
import { rule, STEP } from '../../rule';
import type { Value } from '../../value';
import { all, COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';
import { hyperparametersOf, KNOWN_MECHANISM } from './private-steps';

export default rule({
  name: 'FlowDifferentialPrivacy',
  title: 'What learns from identifying data, or from a store with a privacy budget, bounds what a model can reveal',
  severity: 'warning',
  control: Control.PRIVACY_LOSS_LIMIT,
  resources: [STEP],
  why: 'a model can spell out records that it was trained on. Asked only where data identifies people, or where a store states how much its people may lose: '
    + 'pseudonymised data without a budget is bounded by whoever may read it and the model, and noise there is a choice between privacy and accuracy that its owner makes',
  fix: 'give the step privacy (DifferentialPrivacy.dpSgd), which sets dp_mechanism and what belongs to it, or train on data that was de-identified',
  properties: ['HyperParameters.dp_mechanism', 'TrainingJobDefinition.StaticHyperParameters.dp_mechanism', 'TrainingJobDefinitions.StaticHyperParameters.dp_mechanism'],
  sources: ['https://csrc.nist.gov/pubs/sp/800/226/final'],
  good: 'store with a privacy budget → training whose HyperParameters have dp_mechanism dp-sgd',
  bad: 'store with a privacy budget → training without dp_mechanism, or any AutoML job, which takes none',
  check: (step) => {
    const { flow } = step.relations;
    const mechanisms = mechanismsOf(step);
    if (!flow?.node(step.path) || !mechanisms) return NOT_APPLICABLE;
    const asked = revealing(step, privateSteps);
    if (!asked) return NOT_APPLICABLE;
    if (mechanisms.length === 0) return nonCompliant(`it ${asked} and a job of its kind takes no noise`);
    return all(...mechanisms.map((mechanism) => mechanism.judge((name) => {
      if (typeof name === 'string' && KNOWN_MECHANISM.test(name)) return COMPLIANT;
      return nonCompliant(name === undefined || name === null ? `it ${asked} without a bound on what it can reveal` : `it ${asked} and its dp_mechanism is '${String(name)}'`);
    })));
  },
});

function mechanismsOf(step: Resource): Value[] | undefined {
  return hyperparametersOf(step)?.map((hyperparameters) => hyperparameters.at('dp_mechanism'));
}

function privateSteps(relations: Relations): ReadonlySet<string> {
  const bounded = (step: Resource) => mechanismsOf(step)?.some((mechanism) => mechanism.texts.some((text) => KNOWN_MECHANISM.test(text)));
  return new Set(relations.ofType(STEP).filter(bounded).map(({ path }) => path));
}
