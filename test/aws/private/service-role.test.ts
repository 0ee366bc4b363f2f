import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ServiceRole } from '../../../lib/aws/private/service-role';
import { Classification } from '../../../lib/policy';
import { unwaived, waived } from '../../support/packs';
import { deployed, simulate } from '../../support/simulate';
import { env, workspaceStack } from '../../support/workspace';

function roleStack(service = 'sagemaker.amazonaws.com') {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env });
  return { app, stack, role: new ServiceRole(stack, 'Role', { service, description: 'Trains' }) };
}

const allow = (action: string, resource = 'arn:aws:sagemaker:eu-central-1:123456789012:model/m') => new iam.PolicyStatement({ actions: [action], resources: [resource] });

test('SageMaker may assume the role on behalf of its own account only', () => {
  const { stack } = roleStack();
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: { Statement: [{ Action: 'sts:AssumeRole', Principal: { Service: 'sagemaker.amazonaws.com' }, Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } } }] },
    Policies: Match.absent(),
  });
});

test('a service that does not say for whom it assumes the role gets no condition that it could not meet', () => {
  const { stack } = roleStack('lambda.amazonaws.com');
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: { Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Condition: Match.absent() }] },
  });
});

test('a role that is allowed nothing has no policy', () => {
  const { stack } = roleStack();
  Template.fromStack(stack).resourceCountIs('AWS::IAM::ManagedPolicy', 0);
});

test('a grant of the CDK becomes a managed policy, whether to the construct or to its role', () => {
  const { stack, role } = roleStack();
  const bucket = new s3.Bucket(stack, 'Bucket');
  iam.Grant.addToPrincipal({ grantee: role, actions: ['s3:GetObject'], resourceArns: [bucket.arnForObjects('a')] });
  iam.Grant.addToPrincipal({ grantee: role.role, actions: ['s3:PutObject'], resourceArns: [bucket.arnForObjects('b')] });
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::IAM::Policy', 0);
  template.hasResourceProperties('AWS::IAM::ManagedPolicy', {
    PolicyDocument: { Statement: [Match.objectLike({ Action: 's3:GetObject' }), Match.objectLike({ Action: 's3:PutObject' })] },
    Roles: [{ Ref: Match.stringLikeRegexp('Role') }],
  });
});

test('the same statement is written and counted once', () => {
  const { stack, role } = roleStack();
  for (let i = 0; i < 120; i++) role.allow(allow('sagemaker:DescribeModel'));
  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy'));
  expect(policies.map((policy) => policy.Properties.PolicyDocument.Statement.length)).toEqual([1]);
});

test('a role that outgrows what IAM takes in one policy gets another', () => {
  const { stack, role } = roleStack();
  for (let i = 0; i < 120; i++) {
    role.allow(new iam.PolicyStatement({
      actions: ['sagemaker:DescribeModel'], resources: [`arn:aws:sagemaker:eu-central-1:123456789012:model/m${i}`], conditions: { StringEquals: { 'aws:RequestedRegion': `r${i}` } },
    }));
  }
  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy'));
  expect(policies.length).toBeGreaterThan(1);
  for (const policy of policies) expect(JSON.stringify(policy.Properties.PolicyDocument).length).toBeLessThan(6_144);
  expect(policies.flatMap((policy) => policy.Properties.PolicyDocument.Statement)).toHaveLength(120);
});

test('a wildcard that nothing explains stays a finding', () => {
  const { app, role } = roleStack();
  role.allow(allow('sagemaker:DescribeModel', 'arn:aws:sagemaker:eu-central-1:123456789012:model/*'));
  expect(unwaived(app)).toEqual([
    'AwsSolutions::AwsSolutions-IAM5[Resource::arn:aws:sagemaker:eu-central-1:123456789012:model/*] Stack/Role/Resource/Policy/Resource',
  ]);
});

test('a wildcard with a reason is accepted with that reason', () => {
  const { app, role } = roleStack();
  role.allow(allow('sagemaker:DescribeModel', 'arn:aws:sagemaker:eu-central-1:123456789012:model/*'), 'models are named by the registry');
  expect(unwaived(app)).toEqual([]);
  expect(waived(app)).toEqual([
    'AwsSolutions::AwsSolutions-IAM5[Resource::arn:aws:sagemaker:eu-central-1:123456789012:model/*] Stack/Role/Resource/Policy/Resource: models are named by the registry',
  ]);
});

test('a wildcard in an action is never accepted', () => {
  const { app, role } = roleStack();
  role.allow(allow('sagemaker:Describe*'), 'because');
  expect(unwaived(app).filter((finding) => finding.includes('Action::sagemaker:Describe*'))).toHaveLength(1);
});

test('grants on a store of another stack are accepted under the names that deployment gives them', () => {
  const { app, workspace } = workspaceStack();
  const raw = workspace.addStore('Raw', { classification: Classification.PHI });
  const other = new Stack(app, 'Other', { env });
  const role = new ServiceRole(other, 'Role', { service: 'sagemaker.amazonaws.com', description: 'Trains' });
  raw.grantReadWrite(role, 'admissions/');
  role.allowVpcJob(workspace);
  expect(unwaived(app)).toEqual([]);
});

describe('a job in the network', () => {
  const { stack, workspace } = workspaceStack();
  const role = new ServiceRole(stack, 'Role', { service: 'sagemaker.amazonaws.com', description: 'Trains' });
  role.allowVpcJob(workspace);
  const found = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy')).find(([id]) => id.startsWith('Role'));
  const identityPolicy = deployed(found![1].Properties.PolicyDocument, {
    'WorkspaceNetworkVpcIsolatedSubnet1*': 'subnet-1', 'WorkspaceNetworkVpcIsolatedSubnet2*': 'subnet-2', 'WorkspaceNetworkJobs*': 'sg-1',
  });
  const ec2 = (resource: string) => `arn:aws:ec2:eu-central-1:123456789012:${resource}`;
  const ask = (action: string, resource: string, context = {}) => simulate({
    principal: 'arn:aws:iam::123456789012:role/Train', action, resource, identityPolicy, context,
  });

  test.each(['subnet/subnet-1', 'subnet/subnet-2', 'security-group/sg-1', 'network-interface/eni-1'])('makes a network interface with %s', async (resource) => {
    expect(await ask('ec2:CreateNetworkInterface', ec2(resource))).toBe('Allowed');
  });

  test.each(['subnet/subnet-3', 'security-group/sg-2'])('makes none with %s', async (resource) => {
    expect(await ask('ec2:CreateNetworkInterface', ec2(resource))).toBe('ImplicitlyDenied');
  });

  test('removes network interfaces of its own subnets only', async () => {
    expect(await ask('ec2:DeleteNetworkInterface', ec2('network-interface/eni-1'), { 'ec2:Subnet': ec2('subnet/subnet-1') })).toBe('Allowed');
    expect(await ask('ec2:DeleteNetworkInterface', ec2('network-interface/eni-1'), { 'ec2:Subnet': ec2('subnet/subnet-3') })).toBe('ImplicitlyDenied');
  });

  test('describes networks of its own region only', async () => {
    expect(await ask('ec2:DescribeSubnets', '*', { 'aws:RequestedRegion': 'eu-central-1' })).toBe('Allowed');
    expect(await ask('ec2:DescribeSubnets', '*', { 'aws:RequestedRegion': 'us-east-1' })).toBe('ImplicitlyDenied');
  });
});
