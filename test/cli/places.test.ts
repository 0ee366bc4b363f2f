import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { appFolder, filesIn, userFrame } from '../../lib/policy/frames';
import { folder, FLAGS, gate, TEMPLATE } from './support';

const REPORT = { pluginReports: [{ pluginName: 'Other', conclusion: 'failure', violations: [{
  ruleName: 'X', severity: 'error', description: 'it is wrong',
  violatingConstructs: [{ constructPath: 'S/Bad', stackTraces: ['at new Data (/build/app/lib/data.ts:7:5)\nat Object.<anonymous> (/build/app/bin/app.ts:3:1)'] }],
}] }] };

/** An assembly that was synthesized in `/build/app`, in a folder of its own. */
function assembly(app = '/build/app', lines: readonly string[] = ['lib/data.ts:7:5', 'bin/app.ts:3:1']): string {
  const trace = ['...new CfnResource in aws-cdk-lib...', `at new Bucket (${app}/node_modules/other/bucket.js:1:1)`, ...lines.map((line) => `at build (${app}/${line})`)];
  return folder({
    'cdk.out/manifest.json': {
      version: '53.0.0',
      artifacts: { S: { type: 'aws:cloudformation:stack', environment: 'aws://123456789012/eu-central-1', properties: { templateFile: 'S.template.json' }, additionalMetadataFile: 'S.metadata.json' } },
    },
    'cdk.out/S.metadata.json': { '/S': [{ type: 'aws:cdk:templateFile', data: 'S.template.json' }], '/S/Bad': [{ type: 'aws:cdk:logicalId', data: 'Bad', trace }, { type: 'aws:cdk:creationStack', data: trace }] },
    'cdk.out/S.template.json': TEMPLATE,
    'cdk.out/validation-report.json': REPORT,
  });
}

async function report(cwd: string, path: string): Promise<string> {
  const { code, out } = await gate(`report ${path} ${FLAGS} --format json --out -`, { cwd });
  expect(code).toBe(0);
  return out;
}

const sourcesIn = (json: string) => {
  const { subjects, packs } = JSON.parse(json) as { subjects: { source?: string }[]; packs: { findings: { source?: string }[] }[] };
  return [...new Set([...subjects, ...packs.flatMap(({ findings }) => findings)].flatMap(({ source }) => source ?? []))];
};

test('the same assembly gives the same bytes from any current folder, and from any folder that it was carried to', async () => {
  const built = assembly();
  const elsewhere = folder();
  cpSync(join(built, 'cdk.out'), join(elsewhere, 'deep', 'er', 'cdk.out'), { recursive: true });
  const reports = await Promise.all([
    report(built, 'cdk.out'), report('/', join(built, 'cdk.out')), report(join(built, 'cdk.out'), '.'),
    report(join(elsewhere, 'deep', 'er'), 'cdk.out'), report(elsewhere, 'deep/er/cdk.out'),
  ]);
  expect(new Set(reports).size).toBe(1);
  expect(sourcesIn(reports[0]!)).toEqual(['lib/data.ts:7:5']);
});

test('an app that was carried with its assembly is found beside it, whatever it was called', async () => {
  const moved = assembly('/build/app', ['lib/data.ts:7:5', 'lib/all.ts:3:1']);
  mkdirSync(join(moved, 'lib'));
  writeFileSync(join(moved, 'lib', 'data.ts'), '');
  expect(sourcesIn(await report('/', join(moved, 'cdk.out')))).toEqual(['lib/data.ts:7:5']);
});

test('lines are told from the folder of cdk.json where synth writes deeper, and code beside the app keeps its way there', async () => {
  const root = folder({ 'app/cdk.json': {} });
  const made = assembly(join(root, 'app'), ['bin/app.ts:3:1']);
  cpSync(join(made, 'cdk.out'), join(root, 'app', 'build', 'cdk.out'), { recursive: true });
  expect(sourcesIn(await report('/', join(root, 'app', 'build', 'cdk.out')))).toContain('bin/app.ts:3:1');
});

describe('the folder of an app', () => {
  const none = () => false;
  const traces = (...files: string[]) => files.flatMap((file) => filesIn([`at f (${file}:1:2)`]));

  test.each([
    ['is the one that the assembly lies in, where any code of it is there', traces('/shared/x.ts', '/app/bin/app.ts'), none, '/app'],
    ['is what all of its files share, where none of them is here', traces('/old/bin/app.ts', '/old/lib/a/b.ts'), none, '/old'],
    ['is that of its only file', traces('/old/app.ts'), none, '/old'],
    ['is what is left when the path that is here is taken off', traces('/old/way/lib/a.ts', '/old/way/lib/b.ts'), (file: string) => file === '/app/lib/a.ts', '/old/way'],
    ['is what most of its files say', traces('/old/lib/index.ts', '/old/a/x.ts', '/old/a/y.ts'), (file: string) => ['/app/index.ts', '/app/a/x.ts', '/app/a/y.ts'].includes(file), '/old'],
    ['is not asked of packages, of paths that climb, or of Node itself', traces('/old/node_modules/x/y.js', '/old/../../etc/passwd', 'node:internal/main'), () => true, undefined],
    ['of Windows is written with slashes', traces('C:\\old\\bin\\app.ts', 'C:\\old\\lib\\b.ts'), none, 'C:/old'],
  ])('%s', (_name, given, exists, expected) => {
    expect(appFolder(given, '/app', exists)).toBe(expected);
  });

  test('is where a line is told from, in it and beside it', () => {
    expect(userFrame(['at f (/repo/app/lib/a.ts:1:2)'], '/repo/app')).toBe('lib/a.ts:1:2');
    expect(userFrame(['at f (/repo/shared/a.ts:1:2)'], '/repo/app')).toBe('../shared/a.ts:1:2');
    expect(userFrame([`at f (${dirname(dirname(__dirname))}/lib/aws/x.ts:1:2)`, 'at g (app.ts:1:2)'], '/repo')).toBe('app.ts:1:2');
  });
});
