import { Template } from 'aws-cdk-lib/assertions';
import { Classification } from '../../../lib/policy';
import { Replication } from '../../../lib/aws';
import { ADMINISTRATOR, deployed, simulate } from '../../support/simulate';
import { workspaceStack } from '../../support/workspace';

const STEWARD = 'arn:aws:iam::123456789012:role/DataSteward';
const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/data';
const BUCKET = 'arn:aws:s3:::raw';
const OBJECT = `${BUCKET}/admissions/1.csv`;

const { stack, workspace } = workspaceStack({ administrators: [STEWARD] });
workspace.addStore('Raw', { classification: Classification.PHI, replication: Replication.sameRegion() });
const policies = Object.entries(Template.fromStack(stack).findResources('AWS::S3::BucketPolicy'));
const policy = deployed(policies.find(([id]) => id.startsWith('WorkspaceRawPolicy'))![1].Properties.PolicyDocument, {
  'WorkspaceRaw*': BUCKET, 'WorkspaceDataKey*': KEY, 'WorkspaceNetworkVpcS3*': 'vpce-ours',
});

const TLS = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
const NOT_A_SERVICE = { 'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': 'false' };

interface Caller {
  readonly principal: string;
  readonly action?: string;
  readonly resource?: string;
  readonly context?: Record<string, string>;
}

function ask({ principal, action = 's3:GetObject', resource = OBJECT, context = {} }: Caller): Promise<string> {
  const isRole = principal.startsWith('arn:');
  return simulate({
    principal, action, resource, resourcePolicy: policy, identityPolicy: isRole ? ADMINISTRATOR : undefined,
    context: { ...TLS, ...(isRole ? { ...NOT_A_SERVICE, 'aws:PrincipalArn': principal } : {}), ...context },
  });
}

const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const THROUGH = { 'aws:SourceVpce': 'vpce-ours' };

test.each<[string, Caller]>([
  ['a job through the endpoint', { principal: role('Train'), context: THROUGH }],
  ['a named administrator from anywhere', { principal: STEWARD }],
  ['the role of CloudFormation', { principal: role('cdk-hnb659fds-cfn-exec-role-123456789012-eu-central-1') }],
  ['the role of Macie', { principal: role('aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie') }],
  ['the replication role', { principal: role('regulated-ml/service-side/Replication'), action: 's3:GetObjectVersionForReplication' }],
  ['a service on behalf of a caller', { principal: role('Anyone'), context: { 'aws:ViaAWSService': 'true' } }],
  ['a deployer who mends the bucket policy from anywhere', { principal: role('Deployer'), action: 's3:PutBucketPolicy', resource: BUCKET }],
  ['a deployer who deletes the bucket policy from anywhere', { principal: role('Deployer'), action: 's3:DeleteBucketPolicy', resource: BUCKET }],
  ['a deployer who sets the lifecycle from anywhere', { principal: role('Deployer'), action: 's3:PutLifecycleConfiguration', resource: BUCKET }],
  ['an auditor who lists from anywhere', { principal: role('Auditor'), action: 's3:ListBucket', resource: BUCKET }],
])('%s is let in', async (_, caller) => {
  expect(await ask(caller)).toBe('Allowed');
});

test.each<[string, Caller]>([
  ['an administrator of the account from the internet', { principal: role('Admin') }],
  ['a job through an endpoint of another network', { principal: role('Train'), context: { 'aws:SourceVpce': 'vpce-other' } }],
  ['a user who deletes from the internet', { principal: role('Admin'), action: 's3:DeleteObjectVersion' }],
  ['a user who writes from the internet', { principal: role('Admin'), action: 's3:PutObject' }],
  ['a role that looks like CloudFormation\'s, in another account',
    { principal: 'arn:aws:iam::999999999999:role/cdk-hnb659fds-cfn-exec-role-123456789012-eu-central-1' }],
  ['a role of another account under the path of ours that services use', { principal: 'arn:aws:iam::999999999999:role/regulated-ml/service-side/Replication' }],
  ['a session that calls itself one of a service', { principal: role('Admin'), context: { 'aws:PrincipalTag/regulated-ml:service-side': 'true' } }],
  ['a role whose name begins like the path', { principal: role('regulated-ml-service-side') }],
  ['plain HTTP through the endpoint', { principal: role('Train'), context: { ...THROUGH, 'aws:SecureTransport': 'false' } }],
  ['TLS 1.1 through the endpoint', { principal: role('Train'), context: { ...THROUGH, 's3:TlsVersion': '1.1' } }],
])('%s is denied', async (_, caller) => {
  expect(await ask(caller)).toBe('ExplicitlyDenied');
});

const put = (headers: Record<string, string>) => ask({ principal: role('Train'), action: 's3:PutObject', context: { ...THROUGH, ...headers } });

test('a writer that names no encryption takes the default of the bucket', async () => {
  expect(await put({})).toBe('Allowed');
});

test('a writer may name KMS, and the key of the bucket', async () => {
  expect(await put({ 's3:x-amz-server-side-encryption': 'aws:kms' })).toBe('Allowed');
  expect(await put({ 's3:x-amz-server-side-encryption': 'aws:kms', 's3:x-amz-server-side-encryption-aws-kms-key-id': KEY })).toBe('Allowed');
});

test.each([
  ['a foreign key', { 's3:x-amz-server-side-encryption': 'aws:kms', 's3:x-amz-server-side-encryption-aws-kms-key-id': KEY.replace('data', 'other') }],
  ['the key of another account', { 's3:x-amz-server-side-encryption-aws-kms-key-id': KEY.replace('123456789012', '999999999999') }],
  ['S3-managed keys', { 's3:x-amz-server-side-encryption': 'AES256' }],
  ['a key of the caller\'s own', { 's3:x-amz-server-side-encryption-customer-algorithm': 'AES256' }],
])('a writer that names %s is denied', async (_, headers) => {
  expect(await put(headers)).toBe('ExplicitlyDenied');
});

test('no statement denies an action on the bucket itself but over plain HTTP or old TLS', () => {
  const { Statement } = policy as { Statement: { Effect: string; Action: string | string[]; Resource: string | string[]; Condition: object }[] };
  const onBucket = Statement.filter((statement) => [statement.Resource].flat().includes(BUCKET));
  expect(onBucket.map((statement) => JSON.stringify(statement.Condition))).toEqual([
    '{"Bool":{"aws:SecureTransport":"false"}}', '{"NumericLessThan":{"s3:TlsVersion":1.2}}',
  ]);
});
