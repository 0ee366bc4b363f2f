import { Template } from 'aws-cdk-lib/assertions';
import { ADMINISTRATOR, deployed, simulate } from '../../support/simulate';
import { completePipeline, usualPipeline } from './fixture';

interface Policy { Statement: { Effect: string; Action: string | string[]; Resource: unknown; Condition?: Record<string, Record<string, unknown>> }[] }

const base = usualPipeline();
const template = Template.fromStack(base.stack).toJSON() as { Resources: Record<string, { Type: string; Properties: Record<string, never> }> };
const logicalId = (construct: { node: { defaultChild?: unknown } }) => base.stack.getLogicalId(construct.node.defaultChild as never);
const keyArn = (name: string) => `arn:aws:kms:eu-central-1:123456789012:key/${name}`;
const roleArn = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

const values: Record<string, string> = {
  [logicalId(base.raw.bucket as never)]: 'raw',
  [`${logicalId(base.raw.bucket as never)}.Arn`]: 'arn:aws:s3:::raw',
  [`${logicalId(base.workspace.outputs.bucket as never)}.Arn`]: 'arn:aws:s3:::outputs',
  [`${logicalId(base.workspace.models.bucket as never)}.Arn`]: 'arn:aws:s3:::models',
  [`${logicalId(base.workspace.dataKey as never)}.Arn`]: keyArn('data'),
  [`${logicalId(base.workspace.modelsKey as never)}.Arn`]: keyArn('models'),
  'PipelinePseudonymiseRole*': roleArn('pseudonymise'),
  'PipelineTrainRole*': roleArn('train'),
  'PipelineEvaluateRole*': roleArn('evaluate'),
  'WorkspaceNetworkVpcIsolatedSubnet1*': 'subnet-1',
  'WorkspaceNetworkVpcIsolatedSubnet2*': 'subnet-2',
  'WorkspaceNetworkJobs*': 'sg-1',
};

/** The managed policies of a role, as they are when deployed. */
function policyOf(prefix: string): Policy {
  const documents = Object.entries(template.Resources)
    .filter(([id, { Type }]) => Type === 'AWS::IAM::ManagedPolicy' && id.startsWith(prefix))
    .map(([, { Properties }]) => deployed(Properties.PolicyDocument as unknown as Policy, values));
  if (documents.length === 0) throw new Error(`no policy begins with ${prefix}`);
  return { ...documents[0], Statement: documents.flatMap((document) => document.Statement) };
}

/** What the key policy of a workspace says: identities of the account decide. */
const KEY_POLICY = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' }] };

const decide = (identityPolicy: object, principal: string, action: string, resource: string, context: Record<string, string | string[]> = {}) =>
  simulate({ principal: roleArn(principal), action, resource, context, identityPolicy, ...(action.startsWith('kms:') ? { resourcePolicy: KEY_POLICY } : {}) });
const asked = (prefix: string, ...request: [string, string, string, Record<string, string | string[]>?]) => decide(policyOf(prefix), ...request);

const viaS3 = { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' };

describe('the role of a step may do what the step needs', () => {
  const step = (action: string, resource: string, context?: Record<string, string | string[]>) => asked('PipelinePseudonymiseRole', 'pseudonymise', action, resource, context);

  test.each<[string, string, Record<string, string | string[]>?]>([
    ['s3:GetObject', 'arn:aws:s3:::raw/admissions/2026.csv'],
    ['s3:ListBucket', 'arn:aws:s3:::raw', { 's3:prefix': 'admissions/2026' }],
    ['s3:PutObject', 'arn:aws:s3:::outputs/readmission/Pseudonymise/train/abcdefghijkl/train.csv'],
    ['kms:Decrypt', keyArn('data'), viaS3],
    ['kms:GenerateDataKey', keyArn('data'), viaS3],
    ['ecr:BatchGetImage', 'arn:aws:ecr:eu-central-1:123456789012:repository/steps'],
    ['ecr:GetAuthorizationToken', '*', { 'aws:RequestedRegion': 'eu-central-1' }],
    ['logs:CreateLogStream', 'arn:aws:logs:eu-central-1:123456789012:log-group:/aws/sagemaker/ProcessingJobs:log-stream:x'],
    ['ec2:CreateNetworkInterface', 'arn:aws:ec2:eu-central-1:123456789012:subnet/subnet-1'],
  ])('%s %s', async (...asked) => {
    expect(await step(...asked)).toBe('Allowed');
  });

  test.each<[string, string, Record<string, string | string[]>?]>([
    ['s3:GetObject', 'arn:aws:s3:::raw/consents/2026.csv'],
    ['s3:GetObject', 'arn:aws:s3:::models/readmission/Train/model.tar.gz'],
    ['s3:GetObject', 'arn:aws:s3:::elsewhere/admissions/2026.csv'],
    ['s3:PutObject', 'arn:aws:s3:::raw/admissions/2026.csv'],
    ['s3:PutObject', 'arn:aws:s3:::outputs/readmission/Evaluate/evaluation/x'],
    ['s3:DeleteObject', 'arn:aws:s3:::outputs/readmission/Pseudonymise/train/x'],
    ['s3:ListBucket', 'arn:aws:s3:::raw', { 's3:prefix': 'consents/' }],
    ['kms:Decrypt', keyArn('data')],
    ['kms:Decrypt', keyArn('models'), viaS3],
    ['kms:ScheduleKeyDeletion', keyArn('data')],
    ['kms:PutKeyPolicy', keyArn('data')],
    ['iam:PassRole', roleArn('train'), { 'iam:PassedToService': 'sagemaker.amazonaws.com' }],
    ['sagemaker:CreateTrainingJob', 'arn:aws:sagemaker:eu-central-1:123456789012:training-job/pipelines-x'],
    ['ecr:BatchGetImage', 'arn:aws:ecr:eu-central-1:123456789012:repository/others'],
  ])('and not %s %s', async (...asked) => {
    expect(await step(...asked)).toBe('ImplicitlyDenied');
  });
});

describe('the role of the pipeline starts jobs as declared, and reads nothing but what conditions compare', () => {
  const pipeline = (action: string, resource: string, context?: Record<string, string | string[]>) => asked('PipelineRole', 'pipeline', action, resource, context);
  const job = 'arn:aws:sagemaker:eu-central-1:123456789012:processing-job/pipelines-abc-pseudonymise-xyz';
  const declared = {
    'sagemaker:VpcSubnets': ['subnet-1', 'subnet-2'], 'sagemaker:VpcSecurityGroupIds': ['sg-1'],
    'sagemaker:NetworkIsolation': 'true', 'sagemaker:InterContainerTrafficEncryption': 'true',
  };

  test('a job as declared', async () => {
    expect(await pipeline('sagemaker:CreateProcessingJob', job, declared)).toBe('Allowed');
    expect(await pipeline('sagemaker:DescribeProcessingJob', job)).toBe('Allowed');
    expect(await pipeline('iam:PassRole', roleArn('train'), { 'iam:PassedToService': 'sagemaker.amazonaws.com' })).toBe('Allowed');
    expect(await pipeline('s3:GetObject', 'arn:aws:s3:::outputs/readmission/Evaluate/evaluation/abc/evaluation.json')).toBe('Allowed');
  });

  test('a version that waits for approval, and none that is approved', async () => {
    const version = 'arn:aws:sagemaker:eu-central-1:123456789012:model-package/stack-pipeline-models-5af67cf6-0a1b2c3d/1';
    expect(await pipeline('sagemaker:CreateModelPackage', version, { 'sagemaker:ModelApprovalStatus': 'PendingManualApproval' })).toBe('Allowed');
    expect(await pipeline('sagemaker:CreateModelPackage', version, { 'sagemaker:ModelApprovalStatus': 'Approved' })).toBe('ImplicitlyDenied');
    expect(await pipeline('sagemaker:UpdateModelPackage', version)).toBe('ImplicitlyDenied');
  });

  test.each<[string, object]>([
    ['in another subnet', { 'sagemaker:VpcSubnets': ['subnet-1', 'subnet-9'] }],
    ['with another security group', { 'sagemaker:VpcSecurityGroupIds': ['sg-9'] }],
    ['with a network', { 'sagemaker:NetworkIsolation': 'false' }],
    ['with open traffic between containers', { 'sagemaker:InterContainerTrafficEncryption': 'false' }],
  ])('no job %s', async (_, changed) => {
    expect(await pipeline('sagemaker:CreateProcessingJob', job, { ...declared, ...changed })).toBe('ImplicitlyDenied');
  });

  test('no job without a network of ours', async () => {
    const { 'sagemaker:VpcSubnets': _, ...rest } = declared;
    expect(await pipeline('sagemaker:CreateProcessingJob', job, rest)).toBe('ImplicitlyDenied');
  });

  test('no other role, no other service, no data', async () => {
    expect(await pipeline('iam:PassRole', roleArn('admin'), { 'iam:PassedToService': 'sagemaker.amazonaws.com' })).toBe('ImplicitlyDenied');
    expect(await pipeline('iam:PassRole', roleArn('train'), { 'iam:PassedToService': 'ec2.amazonaws.com' })).toBe('ImplicitlyDenied');
    expect(await pipeline('s3:GetObject', 'arn:aws:s3:::raw/admissions/2026.csv')).toBe('ImplicitlyDenied');
    expect(await pipeline('sagemaker:CreateEndpoint', 'arn:aws:sagemaker:eu-central-1:123456789012:endpoint/x')).toBe('ImplicitlyDenied');
    expect(await pipeline('kms:ScheduleKeyDeletion', keyArn('data'))).toBe('ImplicitlyDenied');
  });

  test('the simulator is live: an administrator may do all of it', async () => {
    expect(await decide(ADMINISTRATOR, 'admin', 'kms:ScheduleKeyDeletion', keyArn('data'))).toBe('Allowed');
  });
});

test('no policy of any step has a wildcard in an action, and no role an inline policy', () => {
  const { stack } = completePipeline();
  const { Resources } = Template.fromStack(stack).toJSON() as typeof template;
  const statements = Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::IAM::ManagedPolicy')
    .flatMap(([id, { Properties }]) => (Properties.PolicyDocument as unknown as Policy).Statement.flatMap(({ Action }) => [Action].flat().map((action) => `${id} ${action}`)));
  expect(statements.length).toBeGreaterThan(100);
  expect(statements.filter((statement) => statement.includes('*'))).toEqual([]);
  expect(Object.entries(Resources).filter(([, { Type }]) => Type === 'AWS::IAM::Policy').map(([id]) => id)).toEqual([]);
});
