import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { MLPipeline } from '../../../lib/aws/pipeline';
import { DifferentialPrivacy, PrivacyUnit } from '../../../lib/policy';
import { chargeOf } from '../../../lib/policy/privacy/privacy-charge';
import { refusalOf, shortageOf } from '../../../lib/runtime/ledger-rules/balance';
import { CONFLICTS } from '../../../lib/runtime/rights/contract';
import { readApp } from '../../../lib/rules/aws/tree';
import { judgementsOf, PROFILE, ruleNamed } from '../../rules/support';
import { BUDGET } from '../../support/ledger';
import { examplesIn, findingsIn, run } from '../../support/readme';
import { stepOf } from './ledger-fixture';

const ROOT = join(__dirname, '..', '..', '..');
const OWN = 'lib/aws/privacy/README.md';
const README = readFileSync(join(ROOT, OWN), 'utf8');
// a profile without a retention is told so by a rule: such programs show one part, and are run elsewhere
const EXAMPLES = ['lib/runtime/deidentification/README.md', OWN].flatMap((file) => examplesIn(file, 'retention: {').map((example) => ({
  title: example.match(/new (?:TokenVault|PrivacyLedger|ConsentRegistry|SubjectRights)|safeHarbor|SparkApplication/)![0], file, example,
})));
const apps = new Map<string, App>();

/** The app of an example, made once. */
function appOf(word: string): App {
  const { example } = EXAMPLES.find((one) => one.file === OWN && one.example.includes(word))!;
  if (!apps.has(example)) apps.set(example, run(example).app);
  return apps.get(example)!;
}

test('the programs that are held to the packs are these', () => {
  expect(EXAMPLES.map(({ title, file }) => `${title} ${file}`)).toEqual([
    ...['SparkApplication', 'safeHarbor'].map((word) => `${word} lib/runtime/deidentification/README.md`),
    ...['new ConsentRegistry', 'new TokenVault', 'SparkApplication', 'new PrivacyLedger', 'new ConsentRegistry', 'new SubjectRights'].map((word) => `${word} ${OWN}`),
  ]);
});

test.each(EXAMPLES)('the example of $title in $file runs, and five packs find nothing in it', ({ example }) => {
  const { app } = run(example);
  apps.set(example, app);
  expect(findingsIn(app)).toEqual([]);
});

test('the training of the ledger reserves and settles', () => {
  const pipeline = pipelineOf(appOf('new PrivacyLedger('));
  expect(stepOf(pipeline, 'TrainReserve').Arguments).toMatchObject({ steps: '3750', unit: 'person' });
  expect(stepOf(pipeline, 'Register').DependsOn ?? []).not.toContain('TrainReserve');
  expect(stepOf(pipeline, 'Register').Arguments.CustomerMetadataProperties).toMatchObject({ 'privacy-epsilon': { Get: 'Steps.TrainSettle.OutputParameters[\'epsilon\']' } });
});

test('requests of people leave no store without an eraser', () => {
  const judged = judgementsOf({ view: readApp(appOf('new events.EventBus('), false).view, rules: [ruleNamed('FlowStoreErasure')], profile: PROFILE, pack: 'R' }).map(({ finding }) => `${finding.path} ${finding.answer}`).sort();
  expect(judged).toEqual(['Rights/Exports', 'Workspace/Models', 'Workspace/Outputs', 'Workspace/Raw'].map((store) => `Cardiology/${store} compliant`));
});

test('it lists each word for what an erasure leaves', () => {
  const [, words] = README.match(/conflicts by these words: ([^.]+)\./)!;
  expect([...words!.matchAll(/`([a-z-]+)`/g)].map(([, word]) => word)).toEqual([...CONFLICTS]);
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

test.each(['new events.Rule(', 'oneTrust: {'])('the model of %s says by which snapshot of consent it was trained', (word) => {
  const pipeline = pipelineOf(appOf(word));
  expect(stepOf(pipeline, 'Consented').Arguments.Environment).toMatchObject({ CONSENT_SUBJECT: 'patient_id', CONSENT_PURPOSE: 'readmission-risk' });
  expect(stepOf(pipeline, 'Register').Arguments.CustomerMetadataProperties).toMatchObject({ 'consent-snapshot': { Get: "Steps.ConsentedSnapshot.OutputParameters['snapshot']" } });
});

function pipelineOf(app: App): MLPipeline {
  return app.node.findAll().find((node): node is MLPipeline => node instanceof MLPipeline)!;
}
