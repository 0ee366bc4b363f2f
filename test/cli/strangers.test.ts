import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linesFor } from '../../lib/cli/commands/init';
import { FLAGS, folder, gate, PROFILE } from './support';

const ROOT = join(__dirname, '..', '..');
const STRANGERS = join(__dirname, 'strangers');

interface Finding { readonly rule: string; readonly path: string; readonly source?: string; readonly detail?: string }
interface Answer { readonly clean: boolean; readonly findings: readonly Finding[]; readonly defects: readonly string[]; readonly how: readonly string[]; readonly verdict: { readonly waived: number } }
const answer = async (words: readonly string[], cwd = folder()) => {
  const { code, out, err } = await gate(['check', '--json', ...words], { cwd });
  if (out === '') throw new Error(err);
  return { code, ...JSON.parse(out) as Answer };
};
const places = (findings: readonly Finding[]) => findings.map(({ rule, path }) => `${rule.replace('RegulatedML-', '')} ${path}`).sort();

/** What the template says, whatever the props said: overrides count. */
const TYPESCRIPT = [
  'KmsKeyRotation Production/Training/Storage/Key/Resource',
  'S3BucketAccessLogs Production/Training/Storage/Data/Resource',
  'S3BucketEvents Production/Training/Storage/Data/Resource',
  'S3BucketPublicAccessBlock Production/Training/Storage/Data/Resource',
  'S3BucketRetention[unknown] Production/Training/Storage/Data/Resource',
  'S3BucketTls Production/Training/Storage/Data/Resource',
  'S3BucketVersioning Production/Training/Storage/Data/Resource',
  'SageMakerModelNetworkIsolation Production/Training/Model',
];
const PYTHON = ['KmsKeyRotation Training/Key/Resource', 'S3BucketPublicAccessBlock Training/Data/Resource', 'S3BucketTls Training/Data/Resource', 'SageMakerModelNetworkIsolation Training/Model'];

describe('an app in TypeScript', () => {
  /** With the CDK's own command line, told to let findings pass. */
  const synth = (app: string) => {
    const cwd = folder();
    const { status, stderr } = spawnSync(process.execPath, [
      join(ROOT, 'node_modules/aws-cdk/bin/cdk'), 'synth', '--quiet', '--ignore-errors', '--no-notices', '--no-lookups', '--output', join(cwd, 'cdk.out'),
      '--app', `${process.execPath} ${join(ROOT, 'node_modules/tsx/dist/cli.mjs')} --tsconfig ${join(ROOT, 'tsconfig.dev.json')} ${join(STRANGERS, 'typescript', app)}`,
    ], { cwd: ROOT, encoding: 'utf8', env: { ...process.env, CDK_VALIDATION: 'true', NODE_ENV: '', NODE_OPTIONS: '--stack-trace-limit=50', CDK_DISABLE_CLI_TELEMETRY: 'true' } });
    expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
    return cwd;
  };

  test('without a line of ours is judged by its files, with the places of its own code', async () => {
    const { code, findings, defects, how } = await answer(FLAGS.split(' '), synth('app.ts'));
    expect([code, places(findings), defects, how]).toEqual([1, TYPESCRIPT, [], ['cdk.out: 1 stack judged by the files: synth left no record']]);
    expect(findings.every(({ source }) => /(^|\/)app\.ts:\d+:\d+$/.test(source ?? ''))).toBe(true);
  }, 120_000);

  test('with two lines is judged at synth, and the answers are the same; that synth let them pass changes nothing', async () => {
    const cwd = synth('with-checks.ts');
    const { code, findings, defects, how } = await answer([], cwd);
    expect([code, places(findings), defects, how]).toEqual([1, TYPESCRIPT, [], [expect.stringMatching(/^cdk\.out: 1 stack judged at synth/)]]);
    const details = (found: readonly Finding[]) => found.map(({ rule, path, detail }) => [rule, path, detail]);
    expect(details((await answer(['--rejudge'], cwd)).findings)).toEqual(details(findings));
  }, 120_000);

  test('is shown the very lines that the fixture adds', () => {
    const added = readFileSync(join(STRANGERS, 'typescript', 'with-checks.ts'), 'utf8');
    for (const line of linesFor('typescript', PROFILE)) expect(added).toContain(line);
  });
});

describe('an app in Python', () => {
  test('is judged by the files that it synthesized, with what it acknowledges', async () => {
    const { code, findings, defects, verdict } = await answer([join(STRANGERS, 'python', 'assembly'), ...FLAGS.split(' ')]);
    expect([code, places(findings), defects, verdict.waived]).toEqual([1, PYTHON, [], 1]);
  });

  const interpreter = withCdk();
  (interpreter ? test : test.skip)('synthesized now is judged like what was recorded', async () => {
    const cwd = folder();
    cpSync(join(STRANGERS, 'python', 'app.py'), join(cwd, 'app.py'));
    execFileSync(interpreter!, ['app.py'], { cwd, stdio: 'pipe', env: { ...process.env, CDK_VALIDATION: 'true', CDK_OUTDIR: join(cwd, 'cdk.out'), JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20', PYTHONDONTWRITEBYTECODE: '1' } });
    const { code, findings, verdict } = await answer(FLAGS.split(' '), cwd);
    expect([code, places(findings), verdict.waived]).toEqual([1, PYTHON, 1]);
  }, 180_000);

  function withCdk(): string | undefined {
    const folder = join(ROOT, 'node_modules', '.cache', 'cdk-python');
    const found = [join(folder, 'bin', 'python'), join(folder, 'Scripts', 'python.exe')].find(existsSync);
    // the stamp says that all of it is installed
    if (found && existsSync(join(folder, '.lock'))) return found;
    process.stderr.write('\'an app in Python, synthesized now\' is skipped: there is no node_modules/.cache/cdk-python; node .ci/strangers.mjs makes it (250 MB of PyPI)\n');
    return undefined;
  }
});
