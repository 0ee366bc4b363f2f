import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack, Stage, Validations } from 'aws-cdk-lib';
import { Waiver } from '../../lib/policy';
import type { RawRecord } from '../../lib/policy/record';
import { badBucket, copyOf, ENV, gate, goodStack, nestedBucket, synthesized, withPack } from './support';

type Writable<T> = { -readonly [K in keyof T]: T[K] extends object ? Writable<T[K]> : T[K] };
type Forge = (record: Writable<RawRecord>) => void;

const build = (app: App) => {
  const stack = goodStack(app, 'Bad');
  nestedBucket(stack);
  Validations.of(badBucket(stack)).acknowledge({ id: 'RegulatedML::RegulatedML-S3BucketTls', reason: 'nobody reads it' });
};
const bad = synthesized((app) => { build(app); withPack(app); });
const checked = async (cwd: string) => {
  const { code, out, err } = await gate('check --json', { cwd });
  return { code, err, defects: out === '' ? [] : (JSON.parse(out) as { defects: string[] }).defects };
};
const forged = async (forge: Forge, directory = bad) => {
  const copy = copyOf(directory);
  const file = join(copy, 'cdk.out/regulated-ml-evidence.json');
  const record = JSON.parse(readFileSync(file, 'utf8')) as Writable<RawRecord>;
  forge(record);
  writeFileSync(file, JSON.stringify(record));
  const report = join(copy, 'cdk.out/validation-report.json');
  writeFileSync(report, JSON.stringify({ ...JSON.parse(readFileSync(report, 'utf8')) as object, pluginReports: [] }));
  return checked(copy);
};

test('an honest record is contradicted by nothing, of an app, of a stage and of a stack', async () => {
  expect((await checked(bad)).defects).toEqual([]);
  const parts = synthesized((app) => {
    const stage = new Stage(app, 'Prod', { env: ENV });
    goodStack(stage, 'Other');
    badBucket(goodStack(stage, 'Ml'));
    withPack(stage);
  });
  expect(await checked(parts)).toMatchObject({ code: 1, defects: [] });
  const acknowledged = synthesized((app) => {
    build(app);
    Validations.of(app).acknowledge({ id: 'RegulatedML-S3BucketKey', reason: 'public data' });
    withPack(app, { waivers: [Waiver.of({ rule: 'RegulatedML-S3BucketPublic*', at: 'Bad', reason: 'a sandbox', approver: 'dpo', expires: '2027-03-31' })], asOf: '2026-11-26' });
  });
  expect(await checked(acknowledged)).toMatchObject({ code: 1, defects: [] });
});

test('fails when a stack of the record was taken out of the manifest', async () => {
  const copy = copyOf(synthesized((app) => { goodStack(app, 'Good'); badBucket(goodStack(app, 'Bad')); withPack(app); }));
  const file = join(copy, 'cdk.out/manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { artifacts: Record<string, unknown> };
  for (const id of ['Bad', 'Bad.assets']) delete manifest.artifacts[id];
  writeFileSync(file, JSON.stringify(manifest));
  expect(await checked(copy)).toMatchObject({ code: 1, defects: [expect.stringMatching(/^the record is of 'Bad' as well, which no manifest names/)] });
});

describe('fails on a record', () => {
  test.each<[string, Forge]>([
    ['whose answers are all kept', ({ answers }) => { for (const answer of answers) Object.assign(answer, { answer: 'compliant', detail: undefined }); }],
    ['that lacks the answers that are not', (record) => { record.answers = record.answers.filter(({ answer }) => answer === 'compliant') as typeof record.answers; }],
    ['that lacks its rules', (record) => { Object.assign(record, { rules: [], answers: [], notApplicable: [] }); }],
    ['that lacks its resources', (record) => { Object.assign(record, { subjects: record.subjects.slice(0, 1), answers: [], notApplicable: [] }); }],
    ['of an earlier version, whose answers are all kept', (record) => {
      record.pack.version = '0.0.1';
      record.answers = record.answers.filter(({ answer }) => answer === 'compliant') as typeof record.answers;
    }],
  ])('%s, when the templates say otherwise', async (_what, forge) => {
    const { code, defects } = await forged(forge);
    expect([code, defects]).toEqual([1, [expect.stringMatching(/^'RegulatedML-\w+' at 'Bad\/.*' is not kept by the template, and the record does not say so, and so are \d+ more: the record was edited.*--rejudge$/)]]);
  });

  test('whose rules weigh less', async () => {
    const { code, defects } = await forged(({ rules }) => { for (const rule of rules) Object.assign(rule, { severity: 'warning', unknownFails: undefined }); });
    expect([code, defects]).toEqual([1, [expect.stringMatching(/^RegulatedML-\w+ as it stands in the record, weighs less than in this version/)]]);
  });

  test.each<[string, RawRecord['accepted'][number]]>([
    ['on a construct', { kind: 'acknowledgement', id: 'RegulatedML::RegulatedML-S3BucketKey', reason: 'no', at: 'Bad/Bad' }],
    ['of another rule', { kind: 'acknowledgement', id: 'RegulatedML::RegulatedML-S3BucketTlx', reason: 'no', at: '' }],
    ['of another place', { kind: 'waiver', id: 'RegulatedML-*', reason: 'no', at: 'Other', approver: 'me', expires: '2099-01-01' }],
    ['of a baseline for another place', { kind: 'baseline', id: 'RegulatedML-S3BucketKey', reason: 'no', at: 'Bad' }],
  ])('that accepts by what nobody said, %s', async (_what, accepted) => {
    const { code, defects } = await forged((record) => {
      const index = record.accepted.push({ ...accepted }) - 1;
      for (const answer of record.answers) if (answer.answer === 'non-compliant' && answer.accepted === undefined) answer.accepted = index;
    });
    expect([code, defects]).toEqual([1, [expect.stringMatching(/is accepted in the record, by what no construct of the assembly says/)]]);
  });

  test.each(['approver', 'expires'] as const)('whose waiver has no %s', async (word) => {
    const { code, err } = await forged((record) => {
      const waiver = { kind: 'waiver' as const, id: 'RegulatedML-*', reason: 'no', at: '', approver: 'me', expires: '2099-01-01' };
      record.accepted.push({ ...waiver, [word]: undefined });
    });
    expect([code, err]).toEqual([2, expect.stringMatching(/has an entry \d+ of its accepted that is not whole: it was cut off or edited/)]);
  });

  test('that accepts what is fatal', async () => {
    const abroad = synthesized((app) => {
      badBucket(new Stack(app, 'Bad', { env: { ...ENV, region: 'us-east-1' } }));
      withPack(app);
    });
    const { code, defects } = await forged((record) => {
      const index = record.accepted.push({ kind: 'waiver', id: 'RegulatedML-*', reason: 'no', at: '', approver: 'me', expires: '2099-01-01' }) - 1;
      for (const answer of record.answers) if (answer.answer === 'non-compliant') answer.accepted = index;
    }, abroad);
    expect([code, defects]).toEqual([1, [expect.stringMatching(/'RegulatedML-\w*Resid\w*' at '[^']*' is accepted in the record/)]]);
  });
});
