import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SETTINGS_FILE } from '../../lib/cli/settings';
import { assemblyOf, describeWithAnyPython, PLAIN_PYTHON, small } from './run/fixture';
import { badBucket, gate, goodStack, synthesized, TEMPLATE, withPack } from './support';
import { ComplianceProfile, Framework, Jurisdiction, Residency } from '../../lib/policy';

const DOCS = readFileSync(join(__dirname, '..', '..', 'docs', 'cli.md'), 'utf8');
const PROFILE = ComplianceProfile.of({ frameworks: [Framework.GDPR, Framework.HIPAA], residency: Residency.within(Jurisdiction.EU) });

const calls = [...DOCS.matchAll(/^regulated-ml (.*?) +# (\d)$/gm)].map(([, words, code]) => ({ words: words!, code: Number(code) }));
const isOfRun = ({ words }: { readonly words: string }) => /^run\b|--run\b/.test(words);

test('every verb has an example', () => {
  expect([...new Set(calls.map(({ words }) => words.split(' ')[0]))].sort()).toEqual(['baseline', 'check', 'diff', 'init', 'report', 'rules', 'run', 'waivers']);
});

test('every example answers what it says, one after the other in one app', async () => {
  const cwd = synthesized((app) => { badBucket(goodStack(app, 'Ml')); withPack(app, { profile: PROFILE }); });
  const before = synthesized((app) => { goodStack(app, 'Ml'); withPack(app, { profile: PROFILE }); });
  writeFileSync(join(cwd, 'cdk.json'), '{"app":"npx tsx app.ts"}');
  mkdirSync(join(cwd, 'templates'));
  writeFileSync(join(cwd, 'templates/t.json'), JSON.stringify(TEMPLATE));
  writeFileSync(join(cwd, 'plan.json'), JSON.stringify({ format_version: '1.2', planned_values: { root_module: { resources: [{ type: 'aws_s3_bucket', name: 'a', address: 'aws_s3_bucket.a', values: {} }] } } }));
  await gate('report --format json --out last', { cwd: before });
  mkdirSync(join(cwd, 'last'));
  copyFileSync(join(before, 'last/evidence.json'), join(cwd, 'last/evidence.json'));
  const judging = calls.filter((one) => !isOfRun(one));
  const answers: object[] = [];
  for (const { words } of judging) {
    // somebody accepts a finding between the two
    if (words === 'waivers') writeFileSync(join(cwd, 'regulated-ml-waivers.json'), JSON.stringify([{ rule: 'RegulatedML-S3BucketTls', reason: 'synthetic data', approver: 'officer', expires: '2026-12-10' }]));
    const { code, err } = await gate(words, { cwd });
    answers.push({ words, code, ...(code === 2 ? { err } : {}) });
  }
  expect(answers).toEqual(judging);
});

describeWithAnyPython('a pipeline', () => {
  test('is run by the examples as they say, one after the other', async () => {
    const cwd = assemblyOf(small);
    mkdirSync(join(cwd, 'data/rows'), { recursive: true });
    writeFileSync(join(cwd, 'data/rows/train.csv'), 'auc,0.8');
    writeFileSync(join(cwd, SETTINGS_FILE), JSON.stringify({ frameworks: ['GDPR'], residency: { jurisdictions: ['EU'] } }));
    const running = calls.filter(isOfRun);
    const answers: object[] = [];
    for (const { words } of running) answers.push({ words, code: (await gate(words.startsWith('run') ? `${words} --python ${PLAIN_PYTHON!}` : words, { cwd, env: { PATH: process.env.PATH! } })).code });
    expect(answers).toEqual(running);
  });
});

test('the settings that are shown are settings', async () => {
  const shown = /```json\n([\s\S]*?)```/.exec(DOCS)![1]!;
  const cwd = synthesized((app) => { goodStack(app, 'Ml'); });
  writeFileSync(join(cwd, SETTINGS_FILE), shown);
  mkdirSync(join(cwd, 'policy'));
  writeFileSync(join(cwd, 'policy/our-own.json'), JSON.stringify({ name: 'Ours', title: 't', url: 'u', requirements: [{ id: '1', citation: 'Ours 1', title: 't', controls: [] }] }));
  writeFileSync(join(cwd, 'regulated-ml-waivers.json'), '[]');
  writeFileSync(join(cwd, 'regulated-ml-baseline.json'), '{"schema":"regulated-ml-baseline/1","findings":[]}');
  expect(await gate('check', { cwd })).toMatchObject({ code: 0, err: '' });
  const keys = [...DOCS.matchAll(/^\| `(\w+)`(?:, `(\w+)`)? \|/gm)].flatMap(([, one, two]) => [one!, ...(two ? [two] : [])]);
  expect(keys).toEqual(['frameworks', 'residency', 'retention', 'unknownAs', 'waivers', 'baseline', 'asOf']);
});
