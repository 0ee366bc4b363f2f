import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { answersOf, type RawRecord } from '../../../lib/policy/record';
import { RegulatedMLChecks } from '../../../lib/rules';
import { unwaived, waived } from '../../support/packs';
import { profile } from '../../support/workspace';
import { hospital } from './rights-fixture';

const GOLDEN = join(__dirname, '..', '..', 'golden', 'subject-rights.waivers.txt');

function appWithRights(outdir?: string): App {
  const { app, stack, rights } = hospital({}, new App({ outdir, context: { '@aws-cdk/core:failSynthOnValidationErrors': false } }));
  rights.requestsFrom(new events.EventBus(stack, 'Consent'));
  return app;
}
const ours = (line: string) => line.includes(' Stack/Rights');

test('what answers requests of people has no unwaived finding in any stock pack', () => {
  expect(unwaived(appWithRights()).filter(ours)).toEqual([]);
});

test('it has no finding in our own pack, which looks at its table, its keys, its functions, its queues and its state machine', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'rights-'));
  const app = appWithRights(outdir);
  Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile }));
  app.synth();
  const record = JSON.parse(readFileSync(join(outdir, 'regulated-ml-evidence.json'), 'utf8')) as RawRecord;
  const pathOf = (subject: number) => record.subjects[subject]!.path;
  const answers = [...answersOf(record)];
  const found = answers.filter(({ answer, accepted }) => (answer === 'non-compliant' || answer === 'unknown') && accepted === undefined);
  expect(found.filter(({ subject }) => pathOf(subject).startsWith('Stack/Rights')).map(({ rule, subject, detail }) => `${rule} ${pathOf(subject)}: ${detail}`)).toEqual([]);
  const judged = new Set(answers.filter(({ answer }) => answer === 'compliant').map(({ rule, subject }) => `${rule.replace('RegulatedML-', '')} ${pathOf(subject)}`));
  const wanted = [
    'DynamoDbTableKey Stack/Rights/Records/Resource/Resource', 'DynamoDbTableRecovery Stack/Rights/Records/Resource/Resource', 'S3BucketKey Stack/Rights/Exports/Resource/Resource',
    'StateMachineExecutionData Stack/Rights/Resource', 'StateMachineKey Stack/Rights/Resource',
    ...['Workspace/Raw', 'Workspace/Curated', 'Workspace/Captures', 'Workspace/Features', 'Workspace/Letters', 'Workspace/Models', 'Vault', 'Rights/Exports', 'Rights/Ofpatients/Eraser'].map((store) => `FlowStoreErasure Stack/${store}`),
  ];
  expect(wanted.filter((answer) => !judged.has(answer))).toEqual([]);
  // what steps write holds data of people as well, and has no eraser here
  expect(found.filter(({ rule }) => rule === 'RegulatedML-FlowStoreErasure').map(({ subject }) => pathOf(subject))).toEqual(['Stack/Workspace/Outputs']);
  expect(record.flow.nodes.find(({ id }) => id === 'Stack/Workspace/Raw')).toMatchObject({ erasure: "objects below 'patients/{subject}/', by Stack/Rights" });
});

test('what is waived is this, each with a qualified id and a reason', () => {
  const waivers = waived(appWithRights()).filter(ours).map((line) => line.replace(/(?<=[A-Za-z0-9])[0-9A-F]{8}(?=[.>:\]])/g, '')).sort();
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(GOLDEN, `${waivers.join('\n')}\n`);
  if (!existsSync(GOLDEN)) throw new Error('there is no test/golden/subject-rights.waivers.txt: run UPDATE_GOLDEN=1 npx jest test/aws/privacy, and read what it wrote');
  expect(waivers).toEqual(readFileSync(GOLDEN, 'utf8').trimEnd().split('\n'));
});
