import { Control } from '../../../policy/control';
import type { PrivacyPromise } from '../../../policy/flow';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { shown, scalarText } from '../../value';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, type Verdict } from '../../verdict';
import { KNOWN_MECHANISM, learns, settingOf } from './private-steps';

export default rule({
  name: 'AzureMLPrivacyMatchesFlow',
  title: 'Trainings are deployed with the differential privacy that was declared, and no other',
  severity: 'error',
  control: Control.PRIVACY_LOSS_LIMIT,
  resources: ['Microsoft.MachineLearningServices/workspaces/jobs'],
  properties: ['properties.inputs', 'properties.search_space', 'properties.searchSpace', 'properties.limits.max_total_trials', 'properties.limits.maxTotalTrials'],
  why: 'the budget is reckoned from what the step declares; a job that is given less noise, more passes or more trials spends more than anybody counted',
  fix: 'give the step privacy (DifferentialPrivacy.dpSgd) with the numbers that it is to run with, instead of overriding its body or writing its dp_ parameters by hand',
  sources: ['https://csrc.nist.gov/pubs/sp/800/226/final'],
  good: 'a step that declares DP-SGD with a noise multiplier of 1.1, deployed with the input dp_noise_multiplier 1.1',
  bad: 'the same step, deployed with dp_noise_multiplier 0.1; or one that declares nothing, deployed with dp_mechanism dp-sgd',
  check: (job) => {
    const node = job.relations.flow?.node(job.path);
    if (!node || !learns(job)) return NOT_APPLICABLE;
    if (node.privacy) return [...differences(job, node.privacy), ...searched(job, node.privacy), trials(job, node.privacy)];
    const mechanism = settingOf(job, 'dp_mechanism');
    return mechanism.texts.filter((name) => KNOWN_MECHANISM.test(name))
      .map((name) => nonCompliant(`dp_mechanism is ${shown(name)}, and the step declares no privacy: nobody reckons what it loses`, mechanism.location));
  },
});

function differences(job: Resource, { settings }: PrivacyPromise): Verdict[] {
  return Object.entries(settings).map(([name, declared]) => settingOf(job, name).judge((value) => {
    if (value === undefined || value === null) return nonCompliant(`${name} is declared as '${declared}' and not deployed`);
    return scalarText(value) === declared ? COMPLIANT : nonCompliant(`${name} is ${shown(value)}, and declared as '${declared}'`);
  }));
}

function searched(job: Resource, { settings }: PrivacyPromise): Verdict[] {
  const names = ['search_space', 'searchSpace'].flatMap((space) => job.at(`properties.${space}`).entries.map(([name]) => name));
  return names.filter((name) => Object.hasOwn(settings, name)).map((name) => nonCompliant(`${name} is searched, and declared as '${settings[name]}'`));
}

function trials(job: Resource, { trainings = 1 }: PrivacyPromise): Verdict {
  const count = ['max_total_trials', 'maxTotalTrials'].map((name) => job.at(`properties.limits.${name}`)).find((value) => !value.isAbsent);
  return count ? count.number((number) => number <= trainings, `at most ${trainings}, as is declared`) : NOT_APPLICABLE;
}
