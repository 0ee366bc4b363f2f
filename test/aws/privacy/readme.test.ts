import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import * as ts from 'typescript';
import { MLPipeline } from '../../../lib/aws/pipeline';
import { DifferentialPrivacy, PrivacyUnit } from '../../../lib/policy';
import { chargeOf } from '../../../lib/policy/privacy/privacy-charge';
import { refusalOf, shortageOf } from '../../../lib/runtime/ledger-rules/balance';
import { readApp } from '../../../lib/rules/aws/tree';
import { judge } from '../../../lib/rules/engine';
import { PROFILE, ruleNamed } from '../../rules/support';
import { BUDGET } from '../../support/ledger';
import { stepOf } from './ledger-fixture';

const ROOT = join(__dirname, '..', '..', '..');
const README = readFileSync(join(ROOT, 'lib', 'aws', 'privacy', 'README.md'), 'utf8');
const examplesOf = (word: string) => [...README.matchAll(/```ts\n([^]*?)```/g)].map(([, example]) => example!).filter((example) => example.includes(word));
const EXAMPLES = examplesOf('PrivacyLedger');

/** Runs an example in a folder that has the code it names; gives its app. */
function run(example: string): App {
  const { outputText } = ts.transpileModule(`${example}\nexport { app };`, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
  const exported: { app?: App } = {};
  const before = process.cwd();
  process.chdir(join(ROOT, 'examples', 'minimal'));
  try {
    new Function('require', 'exports', outputText)(require, exported);
  } finally {
    process.chdir(before);
  }
  return exported.app!;
}

test.each(EXAMPLES)('the example runs, and its training reserves and settles', (example) => {
  const app = run(example);
  app.synth();
  const pipeline = app.node.findAll().find((node): node is MLPipeline => node instanceof MLPipeline)!;
  expect(stepOf(pipeline, 'TrainReserve').Arguments).toMatchObject({ steps: '3750', unit: 'person' });
  expect(stepOf(pipeline, 'Register').DependsOn ?? []).not.toContain('TrainReserve');
  expect(stepOf(pipeline, 'Register').Arguments.CustomerMetadataProperties).toMatchObject({ 'privacy-epsilon': { Get: 'Steps.TrainSettle.OutputParameters[\'epsilon\']' } });
});

test('the example of requests runs, and leaves no store without an eraser', () => {
  const [example, ...more] = examplesOf('SubjectRights');
  expect(more).toEqual([]);
  const app = run(example!);
  app.synth();
  const judged = judge({ view: readApp(app, false).view, rules: [ruleNamed('FlowStoreErasure')], profile: PROFILE, pack: 'R' }).map(({ finding }) => `${finding.path} ${finding.answer}`).sort();
  expect(judged).toEqual(['Rights/Exports', 'Workspace/Models', 'Workspace/Outputs', 'Workspace/Raw'].map((store) => `Cardiology/${store} compliant`));
});

test('the reason that it shows is the one that is given', () => {
  const privacy = DifferentialPrivacy.dpSgd({ records: 96_000, batchSize: 512, epochs: 20, targetEpsilon: 2, clippingNorm: 1, delta: 1e-6, unit: PrivacyUnit.PERSON });
  const charges = [chargeOf(privacy._noisySteps, 1)];
  const at = Date.parse('2026-06-01T00:00:00Z');
  const account = { dataSet: '…', budget: { ...BUDGET, name: 'Readmission/Workspace/Admissions' }, owner: '', version: 1 };
  const entries = (count: number) => Array.from({ length: count }, (_, index) => ({ reservation: `r${index}`, at, state: 'spent' as const, charges }));
  expect(shortageOf(account, entries(12), charges, at)).toBeUndefined();
  const reason = refusalOf(account, shortageOf(account, entries(13), charges, at)!, { training: privacy._noisySteps, trainings: 1, unit: PrivacyUnit.PERSON, delta: 1e-6 }, 'Train');
  expect(README.replace(/\n/g, ' ')).toContain(reason);
});

test.each(examplesOf('ConsentRegistry'))('the example of consent runs, and its model says by which snapshot', (example) => {
  const app = run(example);
  app.synth();
  const pipeline = app.node.findAll().find((node): node is MLPipeline => node instanceof MLPipeline)!;
  expect(stepOf(pipeline, 'Consented').Arguments.Environment).toMatchObject({ CONSENT_SUBJECT: 'patient_id', CONSENT_PURPOSE: 'readmission-risk' });
  expect(stepOf(pipeline, 'Register').Arguments.CustomerMetadataProperties).toMatchObject({ 'consent-snapshot': { Get: "Steps.ConsentedSnapshot.OutputParameters['snapshot']" } });
});
