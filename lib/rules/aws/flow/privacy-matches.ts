import { Control } from '../../../policy/control';
import type { PrivacyPromise } from '../../../policy/flow';
import type { Resource } from '../../resource';
import { rule, STEP } from '../../rule';
import { shown, scalarText, type Value } from '../../value';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, type Verdict } from '../../verdict';
import { definitionsOf, hyperparametersOf, KNOWN_MECHANISM } from './private-steps';

export default rule({
  name: 'FlowPrivacyMatches',
  title: 'Trainings are deployed with the differential privacy that was declared, and no other',
  severity: 'error',
  control: Control.PRIVACY_LOSS_LIMIT,
  resources: [STEP],
  why: 'the budget is reckoned from what the step declares; a job that is given less noise, more passes or more trainings spends more than anybody counted',
  fix: 'give the step privacy (DifferentialPrivacy.dpSgd) with the numbers that it is to run with, instead of overriding its definition or writing its dp_ hyperparameters by hand',
  properties: [
    'HyperParameters', 'TrainingJobDefinition.StaticHyperParameters', 'TrainingJobDefinitions.StaticHyperParameters', 'HyperParameterTuningJobConfig.ResourceLimits.MaxNumberOfTrainingJobs',
    'HyperParameterTuningJobConfig.ParameterRanges', 'TrainingJobDefinitions.HyperParameterRanges',
  ],
  sources: ['https://csrc.nist.gov/pubs/sp/800/226/final'],
  good: 'a step that declares DP-SGD with a noise multiplier of 1.1, deployed with dp_noise_multiplier 1.1',
  bad: 'the same step, deployed with dp_noise_multiplier 0.1; or one that declares nothing, deployed with dp_mechanism dp-sgd',
  check: (step) => {
    const node = step.relations.flow?.node(step.path);
    const deployed = hyperparametersOf(step);
    if (!node || !deployed) return NOT_APPLICABLE;
    const { privacy } = node;
    if (privacy) return [...deployed.flatMap((hyperparameters) => differences(privacy, hyperparameters)), ...searched(step, privacy), trainings(step, privacy)];
    const mechanisms = deployed.map((hyperparameters) => hyperparameters.at('dp_mechanism'));
    return mechanisms.flatMap(({ texts, location }) => texts.filter((name) => KNOWN_MECHANISM.test(name))
      .map((name) => nonCompliant(`dp_mechanism is ${shown(name)}, and the step declares no privacy: nobody reckons what it loses`, location)));
  },
});

function differences({ settings }: PrivacyPromise, hyperparameters: Value): Verdict[] {
  return Object.entries(settings).map(([name, declared]) => hyperparameters.at(name).judge((value) => {
    if (value === undefined || value === null) return nonCompliant(`${name} is declared as '${declared}' and not deployed`);
    // a toolkit reads hyperparameters as JSON, so a text may stand in quotes
    return scalarText(value).replace(/^"(.*)"$/, '$1') === declared ? COMPLIANT : nonCompliant(`${name} is ${shown(value)}, and declared as '${declared}'`);
  }));
}

function searched(step: Resource, { settings }: PrivacyPromise): Verdict[] {
  if (step.within?.kind !== 'Tuning') return [];
  const ranges = [step.at('HyperParameterTuningJobConfig.ParameterRanges'), ...definitionsOf(step).map((definition) => definition.at('HyperParameterRanges'))];
  const names = ranges.flatMap((range) => range.entries).flatMap(([, kind]) => kind.items).flatMap((item) => item.at('Name').texts);
  return names.filter((name) => Object.hasOwn(settings, name)).map((name) => nonCompliant(`${name} is searched, and declared as '${settings[name]}'`));
}

function trainings(step: Resource, { trainings: declared }: PrivacyPromise): Verdict {
  if (step.within?.kind !== 'Tuning') return NOT_APPLICABLE;
  const count = step.at('HyperParameterTuningJobConfig.ResourceLimits.MaxNumberOfTrainingJobs');
  if (declared !== undefined) return count.number((number) => number <= declared, `at most ${declared}, as is declared`);
  // drawn anew in each run, by a step before it
  return count.texts.length > 0 ? nonCompliant(`${count.name} is ${count.texts[0]}, and declared as one that chance says`, count.location) : COMPLIANT;
}
