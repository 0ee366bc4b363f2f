import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Folder } from '../../lib/cli/input/file';
import { Severity } from '../../lib/policy/finding';
import { answersOf, canonicalJson, RECORD_FILE } from '../../lib/policy/record';
import { readManifests, readTemplates } from '../../lib/rules/aws/assembly';
import { recordOfTemplates } from '../../lib/rules/aws/template-record';
import { FLAGS, folder, PROFILE } from './support';

const STACKS = 100;
const RESOURCES = 198;
/** Megabytes, of which the code takes 20. The answers take most of the rest: a few that were held twice, or as many texts as answers, and it does not do. */
const HEAP = 64;

function assembly(): string {
  const resources = Array.from({ length: RESOURCES / 3 }, (_, index) => [
    [`Bucket${index}`, { Type: 'AWS::S3::Bucket' }],
    [`Config${index}`, { Type: 'AWS::SageMaker::EndpointConfig', Properties: { ProductionVariants: [{ VariantName: 'a', ModelName: { Ref: `Bucket${index}` } }] } }],
    [`Role${index}`, {
      Type: 'AWS::IAM::Role',
      Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'sagemaker.amazonaws.com' } }] } },
    }],
  ]).flat();
  const template = { Resources: Object.fromEntries(resources) as object };
  const names = Array.from({ length: STACKS }, (_, index) => `S${index}`);
  return folder({
    'manifest.json': {
      version: '53.0.0',
      artifacts: Object.fromEntries(names.map((name) => [name, { type: 'aws:cloudformation:stack', environment: 'aws://123456789012/eu-central-1', properties: { templateFile: `${name}.template.json` } }])),
    },
    'validation-report.json': { pluginReports: [] },
    ...Object.fromEntries(names.map((name) => [`${name}.template.json`, template])),
  });
}

/** The same with a record of all answers, and what the CDK reports of them. */
function recorded(): string {
  const directory = assembly();
  const files = new Folder(directory, directory);
  const manifests = readManifests(files);
  const { templates } = readTemplates(files, manifests.stacks, manifests);
  const { version } = jest.requireActual<{ version: string }>('../../package.json');
  const record = recordOfTemplates({ templates, acknowledgements: [], profile: PROFILE, unknownAs: Severity.WARNING, version, limits: [] });
  writeFileSync(join(directory, RECORD_FILE), canonicalJson({ ...record, pack: { ...record.pack, origin: 'synth' } }));
  const places = [...answersOf(record)].map(({ subject }) => ({ constructPath: record.subjects[subject]!.path, stackTraces: [`at build (${directory}/app.ts:1:2)\n`.repeat(4)] }));
  writeFileSync(join(directory, 'validation-report.json'), JSON.stringify({ pluginReports: [{
    pluginName: record.pack.name, conclusion: 'failure', violations: [{ ruleName: 'any', severity: 'error', description: 'wrong', violatingConstructs: places }],
  }] }));
  return directory;
}

function check(cwd: string): { status: number | null; stdout: string; stderr: string } {
  const words = ['check', '.', ...FLAGS.split(' '), '--quiet'];
  const main = join(__dirname, '..', '..', 'lib', 'cli', 'main');
  const script = `require(${JSON.stringify(main)}).run(${JSON.stringify(words)}).then((code) => { process.exitCode = code; });`;
  return spawnSync(process.execPath, [`--max-old-space-size=${HEAP}`, '--require', require.resolve('tsx/cjs'), '-e', script], {
    cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, env: { ...process.env, TSX_TSCONFIG_PATH: join(__dirname, '..', '..', 'tsconfig.dev.json') },
  });
}

test.each([['by their files', assembly], ['by their record, held against the files', recorded]])(
  `${STACKS} stacks of ${RESOURCES} resources, most of them broken, are judged %s in a heap of ${HEAP} MB`, (_how, make) => {
    const { status, stdout, stderr } = check(make());
    expect([status, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(new RegExp(`Not clean: ${STACKS * (RESOURCES / 3) * 8} errors`));
  }, 120_000);
