import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { FLAGS, folder } from './support';

const STACKS = 100;
const RESOURCES = 198;
/** Megabytes. The answers take most of it: a few that were held twice, or as many texts as answers, and it does not do. */
const HEAP = 104;

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

test(`${STACKS} stacks of ${RESOURCES} resources, most of them broken, are judged in a heap of ${HEAP} MB`, () => {
  const words = ['check', '.', ...FLAGS.split(' '), '--quiet'];
  const main = join(__dirname, '..', '..', 'lib', 'cli', 'main');
  const script = `require(${JSON.stringify(main)}).run(${JSON.stringify(words)}).then((code) => { process.exitCode = code; });`;
  const { status, stdout, stderr } = spawnSync(process.execPath, [`--max-old-space-size=${HEAP}`, '--require', require.resolve('tsx/cjs'), '-e', script], {
    cwd: assembly(), encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, env: { ...process.env, TSX_TSCONFIG_PATH: join(__dirname, '..', '..', 'tsconfig.dev.json') },
  });
  expect([status, stderr]).toEqual([1, '']);
  expect(stdout).toMatch(new RegExp(`Not clean: ${STACKS * (RESOURCES / 3) * 8} errors`));
}, 120_000);
