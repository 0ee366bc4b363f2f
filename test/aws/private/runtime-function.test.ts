import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { RuntimeFunction } from '../../../lib/aws/private/runtime-function';
import { unwaived } from '../../support/packs';
import { env, workspaceStack } from '../../support/workspace';

const job = 'macie-job';
const root = join(__dirname, '..', '..', '..');

// a build in progress empties the folder
beforeAll(() => {
  if (!existsSync(join(root, 'build', 'runtime', job))) execFileSync(process.execPath, [join(root, '.ci', 'bundle.mjs')], { cwd: root });
});

test('a function in the workspace passes the packs', () => {
  const { app, stack, workspace } = workspaceStack();
  new RuntimeFunction(stack, 'Function', { job, workspace, logsKey: workspace.logsKey });
  expect(unwaived(app)).toEqual([]);
});

test('a function without a network passes the packs', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env });
  new RuntimeFunction(stack, 'Function', { job, logsKey: new kms.Key(stack, 'Key', { enableKeyRotation: true }) });
  expect(unwaived(app)).toEqual([]);
});

test('a function runs in the isolated subnets, with its own log group, queue, bound on concurrency and trace', () => {
  const { stack, workspace } = workspaceStack();
  new RuntimeFunction(stack, 'Function', { job, workspace, logsKey: workspace.logsKey });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Lambda::Function', {
    Runtime: 'nodejs24.x', Architectures: ['arm64'], ReservedConcurrentExecutions: Match.anyValue(), TracingConfig: { Mode: 'Active' },
    DeadLetterConfig: { TargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('DeadLetters'), 'Arn'] } },
    LoggingConfig: { LogGroup: { Ref: Match.stringLikeRegexp('FunctionLogs') } },
    VpcConfig: { SubnetIds: Match.anyValue(), SecurityGroupIds: Match.anyValue() },
  });
  template.hasResource('AWS::Logs::LogGroup', {
    Properties: { KmsKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('LogsKey'), 'Arn'] }, RetentionInDays: 400 },
    DeletionPolicy: 'Retain',
  });
  template.hasResourceProperties('AWS::SQS::Queue', { KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('LogsKey'), 'Arn'] } });
  template.resourceCountIs('AWS::IAM::Policy', 0);
});

test('a grant to the function makes no inline policy', () => {
  const { stack, workspace } = workspaceStack();
  const { function: fn } = new RuntimeFunction(stack, 'Function', { job, workspace, logsKey: workspace.logsKey });
  fn.addToRolePolicy(new iam.PolicyStatement({ actions: ['sagemaker:DescribeModel'], resources: ['arn:aws:sagemaker:eu-central-1:123456789012:model/m'] }));
  Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 0);
});

test('fails for a job that is not built, and says how to build it', () => {
  const stack = new Stack(new App(), 'Stack', { env });
  expect(() => new RuntimeFunction(stack, 'Function', { job: 'no-such-job', logsKey: new kms.Key(stack, 'Key') })).toThrow(/the code of 'no-such-job' is not built .*: run npm run bundle$/);
});
