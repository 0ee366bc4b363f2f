import { Control } from '../../../policy/control';
import { Answer } from '../../../policy/finding';
import type { ConsentPromise } from '../../../policy/flow';
import type { Resource } from '../../resource';
import { rule, STEP } from '../../rule';
import { shown, scalarText } from '../../value';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';
import { changesOf } from './as-declared';

export default rule({
  name: 'ConsentFilterUnchanged',
  title: 'Consent filters are deployed with the program, the settings and the snapshot that were declared',
  severity: 'error',
  control: Control.CONSENT,
  resources: [STEP],
  why: 'everything after the filter is taken to be of people who consent: with another image or other code, another column or purpose, or a snapshot of some other day or of '
    + 'another function that is not so',
  fix: 'change the filter by the props of addConsentFilter, not by overriding its definition',
  properties: ['AppSpecification', 'Environment', 'ProcessingInputs', 'ProcessingOutputConfig.Outputs', 'FunctionArn'],
  sources: ['https://eur-lex.europa.eu/eli/reg/2016/679/oj'],
  good: 'a filter that declares the purpose readmission-risk, deployed with CONSENT_PURPOSE readmission-risk, the code of the library, and the snapshot that the step before it had taken',
  bad: 'the same filter, deployed with another CONSENT_PURPOSE, with a script that copies its input, with PYTHONPATH, or with the address of an old snapshot',
  check: (step) => {
    const promise = step.relations.flow?.node(step.path)?.consent;
    if (!promise) return NOT_APPLICABLE;
    const verdicts = [...settings(step, promise), entrypoint(step, promise), code(step, promise), ...snapshot(step, promise)];
    const changes = verdicts.some(({ answer }) => answer === Answer.NON_COMPLIANT) ? [] : changesOf(step);
    return changes.length > 0 ? changes : verdicts;
  },
});

function settings(step: Resource, promise: ConsentPromise): Verdict[] {
  return Object.entries(promise.settings).map(([name, declared]) => step.at(`Environment.${name}`).judge((value) => {
    if (value === undefined || value === null) return nonCompliant(`${name} is declared as '${declared}' and not deployed`);
    return scalarText(value) === declared ? COMPLIANT : nonCompliant(`${name} is ${shown(value)}, and declared as '${declared}'`);
  }));
}

function entrypoint(step: Resource, promise: ConsentPromise): Verdict {
  if (!step.at('AppSpecification.ContainerArguments').isAbsent) return nonCompliant('it is given arguments, of which none were declared', step.at('AppSpecification.ContainerArguments').location);
  const deployed = step.at('AppSpecification.ContainerEntrypoint');
  return deployed.judge((value) => (JSON.stringify(value) === JSON.stringify(promise.entrypoint) ? COMPLIANT : nonCompliant('its entrypoint is not the one that was declared', deployed.location)));
}

function code(step: Resource, promise: ConsentPromise): Verdict {
  const inputs = step.at('ProcessingInputs');
  const found = inputs.items.filter((item) => item.at('InputName').texts.includes('code')).map((item) => item.at('S3Input.S3Uri'));
  if (found.length !== 1) return nonCompliant(`it has ${found.length} inputs of code, and one was declared`, inputs.location);
  const [uri] = found;
  const patterns = [...uri!.texts, ...uri!.unknowns.map(({ pattern }) => pattern)];
  if (patterns.length > 0 && patterns.every((pattern) => pattern.endsWith(`/${promise.code}`))) return COMPLIANT;
  return patterns.every((pattern) => pattern === '?') ? unknown('where its code comes from is not known', uri!.location) : nonCompliant('its code is not the one that was declared', uri!.location);
}

/** What it is handed is of this run: an address or a digest that is written out is of some other. */
function snapshot(step: Resource, { snapshotStep }: ConsentPromise): Verdict[] {
  const input = step.at('ProcessingInputs').items.filter((item) => item.at('InputName').texts.includes('consent-snapshot')).map((item) => item.at('S3Input.S3Uri'));
  const given = [step.at('Environment.CONSENT_SNAPSHOT'), ...input];
  if (given.length !== 2) return [nonCompliant(`it reads ${input.length} snapshots, and one was declared`, step.at('ProcessingInputs').location)];
  return given.map((value) => {
    const ofStep = value.unknowns.filter(({ kind, reason }) => kind === 'step' && reason.startsWith(`Steps.${snapshotStep}.`));
    return ofStep.length === value.alternatives.length ? COMPLIANT : nonCompliant(`${value.name} does not come from step '${snapshotStep}', which has the snapshot taken`, value.location);
  });
}
