import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { PseudonymKey, SparkApplication, Zone } from '../../../lib/aws';
import { Classification, Deidentification, Purpose, Technique } from '../../../lib/policy';
import { deployed, simulate } from '../../support/simulate';
import { waived } from '../../support/packs';
import { examplesIn, run } from '../../support/readme';
import { code, ground } from './fixture';

const GOLDEN = join(__dirname, '..', '..', 'golden', 'deidentification.waivers.txt');

interface Policy { Statement: { Effect: string; Action: string | string[]; Resource: unknown; Condition?: Record<string, Record<string, unknown>> }[] }

/** A table de-identified on one machine with a key in a file, and once more on EMR Serverless with a key in a secret; a training reads what comes of it. */
function hospital() {
  const base = ground();
  const { workspace, stack, pipeline, raw, image } = base;
  const purpose = Purpose.of('readmission-risk');
  const keys = workspace.addStore('Keys', { classification: Classification.INTERNAL, zone: Zone.CURATED, purpose });
  const quarantine = workspace.addStore('Rejected', { classification: Classification.PHI, purpose, zone: Zone.QUARANTINE });
  const secret = new secretsmanager.Secret(stack, 'Secret', { encryptionKey: new kms.Key(stack, 'SecretKey', { enableKeyRotation: true }) });
  const plan = Deidentification.of({ columns: { patient_id: Technique.pseudonym(), age: Technique.age() }, quasiIdentifiers: ['age'], thresholds: { k: 5 } });
  const source = { plan, input: raw.input('admissions/'), quarantine };
  const clean = pipeline.addDeidentification('Clean', { ...source, key: PseudonymKey.fromFile(keys.input('readmission/')) });
  const application = new SparkApplication(stack, 'Spark', { workspace, maxVcpus: 64 });
  const spread = pipeline.addServerlessDeidentification('Spread', { ...source, application, key: PseudonymKey.fromSecret(secret) });
  pipeline.addTraining('Train', { image, code, inputs: [clean.output(), spread.output()] });
  return { ...base, keys, quarantine, secret };
}

const base = hospital();
const template = Template.fromStack(base.stack).toJSON() as { Resources: Record<string, { Type: string; Properties: Record<string, never> }> };
const logicalId = (construct: unknown) => base.stack.getLogicalId((construct as { node: { defaultChild: never } }).node.defaultChild);
const arn = (service: string, resource: string) => `arn:aws:${service}:eu-central-1:123456789012:${resource}`;
const SECRET = arn('secretsmanager', 'secret:pseudonyms');
const stores = { raw: base.raw, keys: base.keys, quarantine: base.quarantine, outputs: base.workspace.outputs, models: base.workspace.models };

const values: Record<string, string> = {
  ...Object.fromEntries(Object.entries(stores).flatMap(([name, store]) => [[`${logicalId(store.bucket)}.Arn`, `arn:aws:s3:::${name}`], [logicalId(store.bucket), name]])),
  [`${logicalId(base.workspace.dataKey)}.Arn`]: arn('kms', 'key/data'), [`${logicalId(base.workspace.modelsKey)}.Arn`]: arn('kms', 'key/models'),
  [logicalId(base.secret)]: SECRET, 'SecretKey*': arn('kms', 'key/secret'), 'Spark*': 'spark',
  'PipelineCleanRole*': arn('iam', 'role/clean').replace('eu-central-1', ''), 'PipelineSpreadRole*': arn('iam', 'role/spread').replace('eu-central-1', ''), 'PipelineTrainRole*': arn('iam', 'role/train').replace('eu-central-1', ''),
  'WorkspaceNetworkVpcIsolatedSubnet1*': 'subnet-1', 'WorkspaceNetworkVpcIsolatedSubnet2*': 'subnet-2', 'WorkspaceNetworkJobs*': 'sg-1', 'WorkspaceLogsKey*': arn('kms', 'key/logs'),
};
const KEY_POLICY = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' }] };

/** The managed policies of a role, as they are when deployed. */
function policyOf(prefix: string): Policy {
  const documents = Object.entries(template.Resources).filter(([id, { Type }]) => /^AWS::IAM::(?:Managed)?Policy$/.test(Type) && id.startsWith(prefix))
    .map(([, { Properties }]) => deployed(Properties.PolicyDocument as unknown as Policy, values));
  if (documents.length === 0) throw new Error(`no policy begins with ${prefix}`);
  return { ...documents[0], Statement: documents.flatMap(({ Statement }) => Statement) };
}
const POLICIES = { clean: policyOf('PipelineCleanRole'), spread: policyOf('PipelineSpreadRole'), train: policyOf('PipelineTrainRole') };

// the key of a secret is granted by its own policy
const [secretKey] = Object.entries(template.Resources).filter(([id, { Type }]) => Type === 'AWS::KMS::Key' && id.startsWith('SecretKey')).map(([, { Properties }]) => deployed(Properties.KeyPolicy as object, values));

type Asked = [action: string, resource: string, context?: Record<string, string>];
const decide = (who: keyof typeof POLICIES, [action, resource, context = {}]: Asked) => simulate({
  principal: `arn:aws:iam::123456789012:role/${who}`, action, resource, context, identityPolicy: POLICIES[who], ...(action.startsWith('kms:') ? { resourcePolicy: resource.endsWith('/secret') ? secretKey : KEY_POLICY } : {}),
});
const object = (store: keyof typeof stores, key: string) => `arn:aws:s3:::${store}/${key}`;
const viaS3 = { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' };

describe('on one machine the role may do what the job needs', () => {
  test.each<Asked>([
    ['s3:GetObject', object('raw', 'admissions/2026.csv')], ['s3:GetObject', object('keys', 'readmission/pseudonym.key')],
    ['s3:PutObject', object('outputs', 'readmission/Clean/data/1/part-0.csv')], ['s3:PutObject', object('outputs', 'readmission/Clean/report/1/report.json')],
    ['s3:PutObject', object('quarantine', 'readmission/Clean/quarantine/1/part-0.jsonl')], ['kms:Decrypt', arn('kms', 'key/data'), viaS3], ['kms:GenerateDataKey', arn('kms', 'key/data'), viaS3],
  ])('%s %s', async (...asked) => {
    expect(await decide('clean', asked)).toBe('Allowed');
  });
  test.each<Asked>([
    // another key would tell who is who elsewhere
    ['s3:GetObject', object('keys', 'oncology/pseudonym.key')], ['s3:PutObject', object('keys', 'readmission/pseudonym.key')], ['secretsmanager:GetSecretValue', SECRET],
    ['s3:GetObject', object('raw', 'consents/2026.csv')], ['s3:PutObject', object('raw', 'admissions/2026.csv')], ['s3:GetObject', object('quarantine', 'readmission/Clean/quarantine/0/part-0.jsonl')],
    ['s3:PutObject', object('outputs', 'readmission/Spread/data/1/part-0.csv')], ['s3:PutObject', object('quarantine', 'readmission/Spread/quarantine/1/x')], ['s3:DeleteObject', object('outputs', 'readmission/Clean/data/1/part-0.csv')],
    ['kms:Decrypt', arn('kms', 'key/data')], ['kms:Decrypt', arn('kms', 'key/secret')], ['sagemaker:CreateProcessingJob', arn('sagemaker', 'processing-job/x')],
  ])('and not %s %s', async (...asked) => {
    expect(await decide('clean', asked)).toBe('ImplicitlyDenied');
  });
});

describe('on EMR Serverless the role may do what the program needs', () => {
  test.each<Asked>([
    ['s3:GetObject', object('raw', 'admissions/2026.csv')], ['secretsmanager:GetSecretValue', SECRET],
    // a file is put in its place by a copy, of which the first is removed
    ['s3:PutObject', object('outputs', 'readmission/Spread/data/1/part-0.csv')], ['s3:GetObject', object('outputs', 'readmission/Spread/data/1/_staging/x')], ['s3:DeleteObject', object('outputs', 'readmission/Spread/data/1/_staging/x')],
    ['s3:PutObject', object('quarantine', 'readmission/Spread/quarantine/1/part-0.jsonl')], ['s3:DeleteObject', object('quarantine', 'readmission/Spread/quarantine/1/_staging/x')],
    ['kms:Decrypt', arn('kms', 'key/data'), viaS3], ['kms:GenerateDataKey', arn('kms', 'key/data'), viaS3], ['kms:Decrypt', arn('kms', 'key/secret'), { 'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com' }],
  ])('%s %s', async (...asked) => {
    expect(await decide('spread', asked)).toBe('Allowed');
  });
  test.each<Asked>([
    ['s3:GetObject', object('keys', 'readmission/pseudonym.key')], ['s3:GetObject', object('raw', 'consents/2026.csv')], ['s3:PutObject', object('raw', 'admissions/2026.csv')], ['s3:DeleteObject', object('raw', 'admissions/2026.csv')],
    ['s3:PutObject', object('outputs', 'readmission/Clean/data/1/part-0.csv')], ['s3:DeleteObject', object('outputs', 'readmission/Clean/data/1/part-0.csv')], ['s3:GetObject', object('quarantine', 'readmission/Clean/quarantine/1/part-0.jsonl')],
    ['s3:DeleteObject', object('quarantine', 'readmission/Clean/quarantine/1/x')], ['s3:DeleteObjectVersion', object('outputs', 'readmission/Spread/data/1/part-0.csv')], ['secretsmanager:PutSecretValue', SECRET],
    ['secretsmanager:GetSecretValue', arn('secretsmanager', 'secret:others')], ['emr-serverless:StartJobRun', arn('emr-serverless', '/applications/spark')],
  ])('and not %s %s', async (...asked) => {
    expect(await decide('spread', asked)).toBe('ImplicitlyDenied');
  });
});

test('what trains on the result reads neither the source, nor the key, nor what could not be released', async () => {
  expect(await decide('train', ['s3:GetObject', object('outputs', 'readmission/Clean/data/1/part-0.csv')])).toBe('Allowed');
  for (const resource of [object('raw', 'admissions/2026.csv'), object('keys', 'readmission/pseudonym.key'), object('quarantine', 'readmission/Clean/quarantine/1/x'), object('outputs', 'readmission/Clean/report/1/report.json')]) {
    expect([resource, await decide('train', ['s3:GetObject', resource])]).toEqual([resource, 'ImplicitlyDenied']);
  }
  expect(await decide('train', ['secretsmanager:GetSecretValue', SECRET])).toBe('ImplicitlyDenied');
});

test('the lines of the README run, and synthesize steps that are held to their plan', () => {
  const [example] = examplesIn('lib/runtime/deidentification/README.md', 'addServerlessDeidentification');
  const { app, plan } = run(example!);
  const { stacks: [stack] } = app.synth();
  const bodies = Object.values((stack!.template as typeof template).Resources).filter(({ Type }) => Type === 'AWS::SageMaker::Pipeline').map(({ Properties }) => JSON.stringify(Properties));
  expect(bodies).toHaveLength(2);
  for (const body of bodies) expect(body).toContain(createHash('sha256').update(plan!.json).digest('hex'));
});

test('the packs accept of these steps what stands in the golden file, and no more', () => {
  const own = / Stack\/(?:Pipeline\/(?:Clean|Spread)|Spark)\//;
  const lines = [...new Set(waived(base.app).filter((line) => own.test(line)).map((line) => line.replace(/(?<=[A-Za-z])[0-9A-F]{8}(?=[.>:\]])/g, '').replace(/[0-9a-f]{64}/g, '<hash>')))].sort();
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(GOLDEN, `${lines.join('\n')}\n`);
  if (!existsSync(GOLDEN)) throw new Error('there is no test/golden/deidentification.waivers.txt: run UPDATE_GOLDEN=1 npx jest test/aws/pipeline/deidentification-roles.test.ts, and read what it wrote');
  expect(lines).toEqual(readFileSync(GOLDEN, 'utf8').trimEnd().split('\n'));
});
