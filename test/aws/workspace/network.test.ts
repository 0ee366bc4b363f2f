import { Template } from 'aws-cdk-lib/assertions';
import { Match } from 'aws-cdk-lib/assertions';
import { endpointStatement, s3EndpointStatements, servicesOf, zonesOf } from '../../../lib/aws/workspace/network';
import { ADMINISTRATOR, simulate } from '../../support/simulate';
import { workspaceStack } from '../../support/workspace';

const ACCOUNTS = ['123456789012', '210987654321'];
const s3Policy = { Version: '2012-10-17', Statement: s3EndpointStatements(ACCOUNTS, 'eu-central-1').map((statement) => statement.toStatementJson()) };
const TRAIN = 'arn:aws:iam::123456789012:role/Train';
const STRANGER = 'arn:aws:iam::999999999999:role/Stranger';

/** What the endpoint lets pass, when identity and bucket would allow it. */
function throughS3(principal: string, action: string, resource: string, account: string): Promise<string> {
  return simulate({
    principal, action, resource, account, endpointPolicy: s3Policy, identityPolicy: ADMINISTRATOR,
    resourcePolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*' }] },
    context: { 'aws:PrincipalAccount': principal.split(':')[4], 'aws:ResourceAccount': account },
  });
}

describe('the endpoint of S3', () => {
  test.each([
    ['reads a bucket of the account', TRAIN, 's3:GetObject', 'arn:aws:s3:::raw/1.csv', '123456789012'],
    ['reads the bootstrap bucket of the CDK', TRAIN, 's3:GetObject', 'arn:aws:s3:::cdk-hnb659fds-assets-123456789012-eu-central-1/a.zip', '123456789012'],
    ['reads models of a trusted account', TRAIN, 's3:GetObject', 'arn:aws:s3:::models/model.tar.gz', '210987654321'],
    ['reads image layers of ECR, signed by ECR', STRANGER, 's3:GetObject', 'arn:aws:s3:::prod-eu-central-1-starport-layer-bucket/layer', '888888888888'],
    ['answers CloudFormation, signed by CloudFormation', STRANGER, 's3:PutObject', 'arn:aws:s3:::cloudformation-custom-resource-response-eucentral1/x', '888888888888'],
  ])('%s', async (_, principal, action, resource, account) => {
    expect(await throughS3(principal, action, resource, account)).toBe('Allowed');
  });

  test.each([
    ['does not write to a bucket of a stranger', TRAIN, 's3:PutObject', 'arn:aws:s3:::theirs/1.csv', '999999999999'],
    ['does not serve an identity that was smuggled in', STRANGER, 's3:PutObject', 'arn:aws:s3:::raw/1.csv', '123456789012'],
    ['does not write to image layers', TRAIN, 's3:PutObject', 'arn:aws:s3:::prod-eu-central-1-starport-layer-bucket/layer', '888888888888'],
    ['does not read answers to CloudFormation', TRAIN, 's3:GetObject', 'arn:aws:s3:::cloudformation-custom-resource-response-eucentral1/x', '888888888888'],
  ])('%s', async (_, principal, action, resource, account) => {
    expect(await throughS3(principal, action, resource, account)).not.toBe('Allowed');
  });
});

describe('the endpoint of a service', () => {
  const ask = (service: string, action: string, principal: string, resourceAccount: string, resource = '*') => simulate({
    principal, action, resource, account: resourceAccount, identityPolicy: ADMINISTRATOR,
    endpointPolicy: { Version: '2012-10-17', Statement: [endpointStatement(service, ACCOUNTS).toStatementJson()] },
    resourcePolicy: resource === '*' ? undefined : { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: principal }, Action: action, Resource: '*' }] },
    context: { 'aws:PrincipalAccount': principal.split(':')[4], 'aws:ResourceAccount': resourceAccount },
  });

  test('serves identities of the account', async () => {
    expect(await ask('sagemaker.api', 'sagemaker:ListModels', TRAIN, '123456789012')).toBe('Allowed');
  });

  test('serves no identity of another account, with which data could be sent there', async () => {
    expect(await ask('sagemaker.api', 'sagemaker:ListModels', STRANGER, '999999999999')).not.toBe('Allowed');
    expect(await ask('sqs', 'sqs:SendMessage', STRANGER, '123456789012', 'arn:aws:sqs:eu-central-1:123456789012:q')).not.toBe('Allowed');
    expect(await ask('sqs', 'sqs:SendMessage', TRAIN, '123456789012', 'arn:aws:sqs:eu-central-1:123456789012:q')).toBe('Allowed');
  });

  test('reaches no queue of another account', async () => {
    expect(await ask('sqs', 'sqs:SendMessage', TRAIN, '999999999999', 'arn:aws:sqs:eu-central-1:999999999999:q')).not.toBe('Allowed');
  });

  test('pulls prebuilt images from the accounts of AWS', async () => {
    expect(await ask('ecr.dkr', 'ecr:BatchGetImage', TRAIN, '763104351884', 'arn:aws:ecr:eu-central-1:763104351884:repository/pytorch-training')).toBe('Allowed');
  });

  test('serves its own service only', async () => {
    expect(await ask('logs', 'sagemaker:ListModels', TRAIN, '123456789012')).not.toBe('Allowed');
  });
});

describe('a network of ours', () => {
  test('has the CLI look nothing up, so that synth needs no credentials', () => {
    expect(workspaceStack().app.synth().manifest.missing).toBeUndefined();
  });

  const { stack } = workspaceStack();
  const template = Template.fromStack(stack);

  test('has no way to the internet', () => {
    for (const type of ['AWS::EC2::InternetGateway', 'AWS::EC2::NatGateway', 'AWS::EC2::EIP', 'AWS::EC2::Route', 'AWS::EC2::EgressOnlyInternetGateway']) {
      template.resourceCountIs(type, 0);
    }
    template.allResourcesProperties('AWS::EC2::Subnet', { MapPublicIpOnLaunch: false });
  });

  test('spans two zones that are named, so that nothing is looked up', () => {
    expect(Object.values(template.findResources('AWS::EC2::Subnet')).map((subnet) => subnet.Properties.AvailabilityZone)).toEqual(['eu-central-1a', 'eu-central-1b']);
  });

  test('has an endpoint with a policy for each service', () => {
    const endpoints = Object.values(template.findResources('AWS::EC2::VPCEndpoint'));
    expect(endpoints).toHaveLength(servicesOf('eu-central-1').length);
    for (const endpoint of endpoints) expect(endpoint.Properties.PolicyDocument.Statement.length).toBeGreaterThan(0);
  });

  test('closes its default security group', () => {
    template.resourceCountIs('Custom::VpcRestrictDefaultSG', 1);
  });

  test('records all traffic in an encrypted log group that is kept', () => {
    template.hasResourceProperties('AWS::EC2::FlowLog', {
      ResourceType: 'VPC', TrafficType: 'ALL', LogGroupName: { Ref: Match.stringLikeRegexp('FlowLogs') }, DeliverLogsPermissionArn: Match.anyValue(),
    });
  });

  test('lets jobs out on 443 and to each other, and nobody else in', () => {
    const groups = template.findResources('AWS::EC2::SecurityGroup');
    const jobs = Object.entries(groups).find(([id]) => id.includes('Jobs'))![1];
    expect(jobs.Properties.SecurityGroupEgress).toEqual([expect.objectContaining({ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443, IpProtocol: 'tcp' })]);
    expect(jobs.Properties.SecurityGroupIngress).toBeUndefined();
    for (const ingress of Object.values(template.findResources('AWS::EC2::SecurityGroupIngress'))) {
      expect(ingress.Properties.SourceSecurityGroupId).toEqual({ 'Fn::GetAtt': [expect.stringContaining('Jobs'), 'GroupId'] });
    }
  });
});

test.each([
  ['eu-central-1', ['eu-central-1a', 'eu-central-1b']],
  ['ap-northeast-1', ['ap-northeast-1a', 'ap-northeast-1c']],
])('zones of %s are known', (region, zones) => {
  expect(zonesOf(workspaceStack().stack, region)).toEqual(zones);
});

test('fails where the zones of a region differ by account', () => {
  expect(() => zonesOf(workspaceStack().stack, 'us-west-1')).toThrow('which availability zones region \'us-west-1\' has differs by account: give availabilityZones, such as [\'us-west-1a\', \'us-west-1c\']');
});

test('fails for a zone of another region, or only one', () => {
  expect(() => workspaceStack({ availabilityZones: ['eu-west-1a', 'eu-central-1b'] })).toThrow('availability zone \'eu-west-1a\' of \'Stack/Workspace\' is not in region \'eu-central-1\': give zones such as \'eu-central-1a\'');
  expect(() => workspaceStack({ availabilityZones: ['eu-central-1a'] })).toThrow('\'Stack/Workspace\' is given 1 availability zone: give at least two, so that the loss of one is survived');
});

test('Macie has no endpoint where there is no Macie', () => {
  expect(servicesOf('cn-north-1')).not.toContain('macie2');
  expect(servicesOf('eu-central-1')).toContain('macie2');
});
