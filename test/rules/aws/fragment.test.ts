import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnParameter, CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as assets from 'aws-cdk-lib/aws-s3-assets';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AWS_RULES } from '../../../lib/rules/aws/rules';
import { readApp } from '../../../lib/rules/aws/tree';
import { ENV, judgementsOf, PROFILE } from '../support';

const FILES = mkdtempSync(join(tmpdir(), 'fragment-'));
const file = (name: string, content: object) => {
  writeFileSync(join(FILES, name), JSON.stringify(content));
  return join(FILES, name);
};
const said = (app: App, written: boolean) => judgementsOf({ view: readApp(app, written).view, rules: AWS_RULES, profile: PROFILE, pack: 'R' })
  .map(({ id, answer, location, detail, resource: { path, within } }) => `${path} ${within?.name} ${id} ${answer} ${location} ${detail}`).sort();
const config = (stack: Stack, properties: object) => new CfnResource(stack, 'Config', { type: 'AWS::SageMaker::EndpointConfig', properties: { ProductionVariants: [], ...properties } });
const job = (more: object = {}) => ({ Type: 'Task', End: true, Resource: 'arn:aws:states:::sagemaker:createTrainingJob', Parameters: { EnableNetworkIsolation: false, ...more } });

/** Two stacks with a key and a bucket each, of the same logical ids; only those of the first, which have a name, are used. */
function twins(app: App): { a: Stack; b: Stack; key: kms.Key; bucket: s3.Bucket } {
  const [a, b] = [new Stack(app, 'A', { env: ENV }), new Stack(app, 'B', { env: ENV })] as const;
  const key = new kms.Key(a, 'Key', { enableKeyRotation: true });
  const bucket = new s3.Bucket(a, 'Bucket', { encryptionKey: key });
  new kms.Key(b, 'Key');
  new s3.Bucket(b, 'Bucket');
  return { a, b, key, bucket };
}

const APPS: [string, (app: App) => void, RegExp][] = [
  ['a reference to what has the same logical id in another stack', (app) => {
    const { b, key } = twins(app);
    config(b, { KmsKeyId: key.keyArn });
  }, /^A\/Key\/Resource undefined R-KmsKeyUsable compliant/],
  ['one in the middle of a text, and in a text of JSON', (app) => {
    const { b, key, bucket } = twins(app);
    const parameters = { OutputDataConfig: { KmsKeyId: key.keyId, S3OutputPath: `s3://${bucket.bucketName}/o/${key.keyId}` } };
    new CfnResource(b, 'Machine', { type: 'AWS::StepFunctions::StateMachine', properties: { DefinitionString: b.toJsonString({ StartAt: 'A', States: { A: job(parameters) } }) } });
  }, /^B\/Machine A R-SageMakerJobOutputKey compliant/],
  ['one to a template that was included, and to its parameter', (app) => {
    const parts = file('included.json', {
      Parameters: { P: { Type: 'String', Default: 'us-east-1' } },
      Resources: { Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: {} } }, Config: { Type: 'AWS::SageMaker::EndpointConfig', Properties: { ProductionVariants: [], KmsKeyId: { 'Fn::Sub': '${Key.Arn}' } } } },
    });
    const included = new CfnInclude(new Stack(app, 'A', { env: ENV }), 'Included', { templateFile: parts });
    const b = new Stack(app, 'B', { env: ENV });
    new CfnResource(b, 'Own', { type: 'AWS::KMS::Key', properties: { KeyPolicy: {} } }).overrideLogicalId('Key');
    new CfnParameter(b, 'P', { default: 'eu-west-1' });
    config(b, { KmsKeyId: included.getResource('Key').getAtt('Arn'), Where: { AWS_REGION: included.getParameter('P').valueAsString } });
  }, /^B\/Config undefined R-ResidencyReference non-compliant .* 'us-east-1' is in us-east-1/],
  ['those between a stack and one that is nested in it', (app) => {
    const { a, key } = twins(app);
    const inner = new NestedStack(a, 'Inner');
    config(inner, { KmsKeyId: key.keyArn });
    config(a, { KmsKeyId: new kms.Key(inner, 'Key').keyArn });
  }, /^A\/Inner\/Key\/Resource undefined R-KmsKeyUsable compliant/],
  ['a definition of a pipeline in an asset', (app) => {
    const stack = new Stack(app, 'A', { env: ENV });
    const asset = new assets.Asset(stack, 'Definition', { path: file('pipeline.json', { Steps: [{ Type: 'Training', Name: 'Train', Arguments: { EnableNetworkIsolation: false } }] }) });
    new CfnResource(stack, 'Pipeline', { type: 'AWS::SageMaker::Pipeline', properties: { PipelineDefinition: { PipelineDefinitionS3Location: { Bucket: asset.s3BucketName, Key: asset.s3ObjectKey } } } });
  }, /^A\/Pipeline Train R-SageMakerJobNetworkIsolation non-compliant/],
  ['a definition of a state machine in an asset', (app) => {
    new sfn.StateMachine(new Stack(app, 'A', { env: ENV }), 'Machine', { definitionBody: sfn.DefinitionBody.fromFile(file('machine.json', { StartAt: 'A', States: { A: job() } })) });
  }, /^A\/Machine\/Resource A R-SageMakerJobNetworkIsolation non-compliant/],
];

test.each(APPS)('%s is judged before synth as after it', (_what, build, expected) => {
  const app = new App({ outdir: mkdtempSync(join(FILES, 'out-')) });
  build(app);
  const before = said(app, false);
  expect(before).toEqual(expect.arrayContaining([expect.stringMatching(expected)]));
  app.synth();
  const after = said(app, true);
  // what synth adds is a resource for each nested stack
  const isAdded = (one: string) => one.includes('NestedStackResource');
  expect(before).toEqual(after.filter((one) => !isAdded(one)));
  // a tree that was synthesized has imports instead
  expect(said(app, false).filter((one) => !isAdded(one))).toEqual(before);
});
