import { Annotations as CdkAnnotations, App, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { DataStore, Workspace, Zone } from '../../../lib/aws';
import { Classification, ComplianceProfile, Framework, Jurisdiction, Residency } from '../../../lib/policy';
import { unwaived } from '../../support/packs';
import { env, profile, workspaceStack } from '../../support/workspace';

function stackOf(region?: string): Stack {
  return new Stack(new App(), 'Stack', region ? { env: { account: '123456789012', region } } : {});
}

describe('a workspace made from a profile alone', () => {
  const { stack, workspace } = workspaceStack();
  const template = Template.fromStack(stack);

  test('has a rotated key of its own for data, models and logs, kept when the stack goes', () => {
    template.resourceCountIs('AWS::KMS::Key', 3);
    template.allResources('AWS::KMS::Key', { Properties: Match.objectLike({ EnableKeyRotation: true }), DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    template.allResourcesProperties('AWS::KMS::Key', { MultiRegion: Match.absent() });
  });

  test('has stores for outputs and models, with the most sensitive classification of its frameworks', () => {
    expect([workspace.outputs.zone, workspace.models.zone]).toEqual([Zone.CURATED, Zone.MODELS]);
    expect([workspace.outputs.classification, workspace.models.classification]).toEqual([Classification.PHI, Classification.PHI]);
    expect([workspace.outputs.key, workspace.models.key]).toEqual([workspace.dataKey, workspace.modelsKey]);
  });

  test('keeps access logs for as long as the frameworks say, in a bucket that S3 alone writes to', () => {
    const logs = Object.entries(template.findResources('AWS::S3::Bucket')).find(([id]) => id.includes('AccessLogs'))!;
    expect(logs[1].Properties.LifecycleConfiguration.Rules[0].ExpirationInDays).toBe(profile.auditRetention.inDays);
    // S3 may deliver nothing to a bucket with another default
    expect(logs[1].Properties.BucketEncryption.ServerSideEncryptionConfiguration).toEqual([{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }]);
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      Bucket: { Ref: logs[0] },
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({
        Sid: 'ServerAccessLogs', Principal: { Service: 'logging.s3.amazonaws.com' }, Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
      })]) },
    });
  });

  test('sends alarms to an encrypted topic that refuses plain HTTP', () => {
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('LogsKey'), 'Arn'] } });
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: { Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Deny', Action: 'sns:Publish', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        Match.objectLike({ Sid: 'Alarms', Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } } }),
        Match.objectLike({ Sid: 'Events', Condition: { ArnLikeIfExists: Match.anyValue(), StringEqualsIfExists: { 'aws:SourceAccount': '123456789012' } } }),
      ]) },
    });
  });

  test('keeps log groups for at least the retention of the profile', () => {
    expect(workspace.logRetention).toBe(400);
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 400, KmsKeyId: Match.anyValue() });
  });

  test('makes no inline policy, and no role of ours without a managed one', () => {
    template.resourceCountIs('AWS::IAM::Policy', 0);
    template.hasResourceProperties('AWS::IAM::ManagedPolicy', { Roles: [{ Ref: Match.stringLikeRegexp('FlowLogsRole') }] });
  });

  test('needs no lookup', () => {
    expect(stack.node.root.node.tryGetContext('availability-zones:account=123456789012:region=eu-central-1')).toBeUndefined();
    expect(JSON.stringify(template.toJSON())).not.toContain('dummy1a');
  });
});

test('a workspace without HIPAA takes special categories for the most sensitive', () => {
  const gdpr = ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU) });
  expect(workspaceStack({ profile: gdpr }).workspace.outputs.classification).toBe(Classification.SPECIAL_CATEGORY);
});

describe('in a network that exists', () => {
  const SERVICES = ['ecr.api', 'ecr.dkr', 'kms', 'logs', 'monitoring', 's3', 'sagemaker.api', 'sagemaker.runtime', 'sts'];
  const imported = (stack: Stack, extra: Partial<ec2.VpcAttributes> = {}, id = 'Theirs') => ec2.Vpc.fromVpcAttributes(stack, id, {
    vpcId: 'vpc-1', availabilityZones: ['eu-central-1a', 'eu-central-1b'], isolatedSubnetIds: ['subnet-1', 'subnet-2'], ...extra,
  });

  test('makes no network, and a security group in theirs', () => {
    const stack = stackOf('eu-central-1');
    const workspace = new Workspace(stack, 'Workspace', { profile, vpc: imported(stack), endpointServices: SERVICES, s3EndpointId: 'vpce-1' });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::EC2::VPC', 0);
    template.hasResourceProperties('AWS::EC2::SecurityGroup', { VpcId: 'vpc-1' });
    expect(workspace.endpointServices).toEqual(SERVICES);
    expect(JSON.stringify(template.findResources('AWS::S3::BucketPolicy'))).toContain('"aws:SourceVpce":"vpce-1"');
  });

  test('whose endpoint of S3 is not known admits the network as a whole', () => {
    const stack = stackOf('eu-central-1');
    const workspace = new Workspace(stack, 'Workspace', { profile, vpc: imported(stack) });
    expect([workspace.s3EndpointId, workspace.endpointServices]).toEqual([undefined, undefined]);
    expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::S3::BucketPolicy'))).toContain('"aws:SourceVpc":"vpc-1"');
  });

  test('passes the packs', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env });
    new Workspace(stack, 'Workspace', { profile, vpc: imported(stack) });
    expect(unwaived(app)).toEqual([]);
  });

  test('fails when it is said to lack what jobs need', () => {
    const stack = stackOf('eu-central-1');
    expect(() => new Workspace(stack, 'Workspace', { profile, vpc: imported(stack), endpointServices: ['s3', 'sts', 'kms', 'logs', 'monitoring', 'sagemaker.runtime'] }))
      .toThrow('the network of workspace \'Stack/Workspace\' has no endpoint for ecr.api, ecr.dkr, sagemaker.api, and jobs in it have no other way out: add the endpoints, or name them in endpointServices');
  });

  test('fails at synth when it is made in the same app and lacks them', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env });
    const vpc = new ec2.Vpc(stack, 'Theirs', {
      availabilityZones: ['eu-central-1a', 'eu-central-1b'], natGateways: 0, subnetConfiguration: [{ name: 'a', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
    });
    new Workspace(stack, 'Workspace', { profile, vpc });
    vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
    for (const service of SERVICES.filter((name) => !['s3', 'sts'].includes(name))) {
      vpc.addInterfaceEndpoint(service.replace('.', ''), { service: new ec2.InterfaceVpcEndpointAwsService(service) });
    }
    expect(() => app.synth()).toThrow(/the network of workspace 'Stack\/Workspace' has no endpoint for sts \(for jobs\), and jobs/);
    vpc.addInterfaceEndpoint('sts', { service: ec2.InterfaceVpcEndpointAwsService.STS });
    expect(() => app.synth({ force: true })).not.toThrow();
  });

  test('fails without isolated subnets, unless subnets are named', () => {
    const stack = stackOf('eu-central-1');
    const vpc = imported(stack, { isolatedSubnetIds: undefined, privateSubnetIds: ['subnet-1', 'subnet-2'] });
    expect(() => new Workspace(stack, 'A', { profile, vpc })).toThrow('the network of workspace \'Stack/A\' has no isolated subnets: give subnets, best such without a route to the internet');
    expect(() => new Workspace(stack, 'B', { profile, vpc, subnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS } })).not.toThrow();
    Annotations.fromStack(stack).hasWarning('/Stack/B', Match.stringLikeRegexp('subnets subnet-1, subnet-2 of workspace \'Stack/B\' have a route out: a job that runs without network isolation'));
    new Workspace(stack, 'C', { profile, vpc: imported(stack, {}, 'Isolated') });
    Annotations.fromStack(stack).hasNoWarning('/Stack/C', Match.anyValue());
  });

  test('warns of subnets with a route out, unless that is acknowledged', () => {
    const stack = stackOf('eu-central-1');
    const vpc = new ec2.Vpc(stack, 'Theirs', { availabilityZones: ['eu-central-1a', 'eu-central-1b'] });
    const workspace = new Workspace(stack, 'Workspace', { profile, vpc, endpointServices: SERVICES, subnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS } });
    CdkAnnotations.of(workspace).acknowledgeWarning('cdk-regulated-ml:subnets-with-egress', 'a firewall lets nothing pass');
    Annotations.fromStack(stack).hasNoWarning('/Stack/Workspace', Match.stringLikeRegexp('route out'));
  });

  test('that is looked up waits for the CLI to say what subnets it has', () => {
    const stack = stackOf('eu-central-1');
    expect(() => new Workspace(stack, 'Workspace', { profile, vpc: ec2.Vpc.fromLookup(stack, 'Theirs', { vpcId: 'vpc-1' }) })).not.toThrow();
  });

  describe('fails with public subnets', () => {
    const stack = stackOf('eu-central-1');
    const made = new ec2.Vpc(stack, 'Made', { availabilityZones: ['eu-central-1a', 'eu-central-1b'] });
    const theirs = imported(stack, { publicSubnetIds: ['subnet-8', 'subnet-9'] });
    test.each<[string, ec2.IVpc, ec2.SubnetSelection, string]>([
      ['by type', made, { subnetType: ec2.SubnetType.PUBLIC }, 'Stack/Made/PublicSubnet1'],
      ['by name', made, { subnetGroupName: 'Public' }, 'Stack/Made/PublicSubnet1'],
      ['one by one', made, { subnets: [made.privateSubnets[0], made.publicSubnets[1]] }, 'Stack/Made/PublicSubnet2'],
      ['of a network of another app', theirs, { subnetType: ec2.SubnetType.PUBLIC }, 'subnet-8'],
      ['by id', theirs, { subnets: [ec2.Subnet.fromSubnetId(stack, 'Subnet', 'subnet-9')] }, 'subnet-9'],
    ])('%s', (how, vpc, subnets, name) => {
      expect(() => new Workspace(stack, how.replace(/ /g, ''), { profile, vpc, subnets })).toThrow(`subnet '${name}' of workspace 'Stack/${how.replace(/ /g, '')}' is public: give subnets without a route`);
    });
  });
});

describe('with keys that exist', () => {
  test('adds its statements to those of the app', () => {
    const stack = stackOf('eu-central-1');
    const data = new kms.Key(stack, 'Mine', { enableKeyRotation: true });
    new Workspace(stack, 'Workspace', { profile, keys: { data } });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::KMS::Key', 3);
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: { Statement: Match.arrayWith([Match.objectLike({ Sid: 'SageMakerVolumes' })]) }, Description: Match.absent(),
    });
  });

  test('says of imported ones which services must be let in', () => {
    const stack = stackOf('eu-central-1');
    new Workspace(stack, 'Workspace', { profile, keys: { logs: kms.Key.fromKeyArn(stack, 'Mine', 'arn:aws:kms:eu-central-1:123456789012:key/logs') } });
    Annotations.fromStack(stack).hasInfo('/Stack/Workspace', Match.stringLikeRegexp('the policy of the logs key is not managed in this app: .*CloudWatch Logs, .*CloudTrail'));
  });

  test('fails when one is in another region', () => {
    const stack = stackOf('eu-central-1');
    const data = kms.Key.fromKeyArn(stack, 'Far', 'arn:aws:kms:eu-west-1:123456789012:key/far');
    expect(() => new Workspace(stack, 'Workspace', { profile, keys: { data } })).toThrow(
      'key \'Stack/Far\' is in region \'eu-west-1\', workspace \'Stack/Workspace\' in \'eu-central-1\': give one of the same region');
  });
});

test('a bucket, a topic and stores that exist take the place of new ones', () => {
  const stack = stackOf('eu-central-1');
  const accessLogs = s3.Bucket.fromBucketName(stack, 'Logs', 'their-logs');
  const alarms = sns.Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:eu-central-1:123456789012:alarms');
  const outputs = DataStore.fromAttributes(stack, 'Outputs', { bucketName: 'their-outputs', classification: Classification.PHI, zone: Zone.CURATED });
  const models = DataStore.fromAttributes(stack, 'Models', { bucketName: 'their-models', classification: Classification.PHI, zone: Zone.MODELS });
  const workspace = new Workspace(stack, 'Workspace', { profile, accessLogs, alarms, outputs, models });
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::S3::Bucket', 0);
  template.resourceCountIs('AWS::SNS::Topic', 0);
  expect([workspace.outputs, workspace.models, workspace.alarms, workspace.accessLogs]).toEqual([outputs, models, alarms, accessLogs]);
  Annotations.fromStack(stack).hasInfo('/Stack/Workspace', Match.stringLikeRegexp('make sure it lets logging.s3.amazonaws.com put objects'));
});

test('an imported workspace gives the same to whoever builds on it', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env });
  const key = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-central-1:123456789012:key/k');
  const store = (id: string, zone: Zone) => DataStore.fromAttributes(stack, id, {
    bucketName: id.toLowerCase(), classification: Classification.PHI, zone, key,
  });
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-central-1a'], isolatedSubnetIds: ['subnet-1'] });
  const workspace = Workspace.fromAttributes(stack, 'Workspace', {
    profile, vpc, securityGroup: ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-1'), dataKey: key, modelsKey: key, logsKey: key,
    outputs: store('Outputs', Zone.CURATED), models: store('Models', Zone.MODELS), s3EndpointId: 'vpce-1',
    accessLogs: s3.Bucket.fromBucketName(stack, 'Logs', 'logs'), alarms: sns.Topic.fromTopicArn(stack, 'Topic', 'arn:aws:sns:eu-central-1:123456789012:alarms'),
  });
  workspace.addStore('Raw', { classification: Classification.PHI });
  expect(unwaived(app)).toEqual([]);
  Template.fromStack(stack).resourceCountIs('AWS::S3::Bucket', 1);
  expect(workspace.region).toBe('eu-central-1');
});

describe('fails', () => {
  test('in a region outside the residency', () => {
    expect(() => new Workspace(stackOf('us-east-1'), 'Workspace', { profile })).toThrow(/stack 'Stack' is in region 'us-east-1', outside the residency \(EU\): move it to one of .*eu-central-1/);
  });

  test('in a region-agnostic stack, and shows how to pin it', () => {
    expect(() => new Workspace(stackOf(), 'Workspace', { profile })).toThrow(/stack 'Stack' has no region.*env: \{ account: .*region: '/);
  });

  test('with a network of another region', () => {
    const stack = stackOf('eu-central-1');
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Far', {
      vpcId: 'vpc-1', availabilityZones: ['eu-west-1a'], isolatedSubnetIds: ['subnet-1'], region: 'eu-west-1',
    });
    expect(() => new Workspace(stack, 'Workspace', { profile, vpc })).toThrow('network \'Stack/Far\' is in region \'eu-west-1\', workspace \'Stack/Workspace\' in \'eu-central-1\': give one of the same region');
  });

  test('with a store outside the residency', () => {
    const stack = stackOf('eu-central-1');
    const outputs = DataStore.fromAttributes(stack, 'Far', { bucketName: 'far', region: 'us-east-1', classification: Classification.PHI });
    expect(() => new Workspace(stack, 'Workspace', { profile, outputs })).toThrow(/store 'Stack\/Far' of workspace 'Stack\/Workspace' is in region 'us-east-1', outside the residency/);
  });

  test.each(['*', 'DataSteward', 'arn:aws:iam::*:role/Admin', 'arn:aws:s3:::bucket'])('with the administrator %s', (administrator) => {
    expect(() => workspaceStack({ administrators: [administrator] })).toThrow(`administrator '${administrator}' of workspace 'Stack/Workspace' is no ARN of a principal`);
  });
});

test('stateful logical ids of a workspace stay what they are, so that an upgrade replaces nothing', () => {
  const { stack, workspace } = workspaceStack();
  workspace.addStore('Raw', { classification: Classification.PHI });
  const stateful = ['AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::Logs::LogGroup', 'AWS::EC2::VPC', 'AWS::SNS::Topic'];
  const resources = Object.entries(Template.fromStack(stack).toJSON().Resources as Record<string, { Type: string }>);
  expect(resources.filter(([, resource]) => stateful.includes(resource.Type)).map(([id, resource]) => `${resource.Type} ${id}`).sort()).toMatchInlineSnapshot(`
[
  "AWS::EC2::VPC WorkspaceNetworkVpc7C363279",
  "AWS::KMS::Key WorkspaceDataKeyDECB0D30",
  "AWS::KMS::Key WorkspaceLogsKeyA6EA5B33",
  "AWS::KMS::Key WorkspaceModelsKeyCB14054A",
  "AWS::Logs::LogGroup WorkspaceNetworkFlowLogs0AD3F31D",
  "AWS::S3::Bucket WorkspaceAccessLogsDDE9E388",
  "AWS::S3::Bucket WorkspaceModelsABB11FC7",
  "AWS::S3::Bucket WorkspaceOutputs169AE741",
  "AWS::S3::Bucket WorkspaceRaw3065F5E8",
  "AWS::SNS::Topic WorkspaceAlarms0E255056",
]
`);
});

test('a workspace may stand in a nested stack, and in a stage', () => {
  const app = new App();
  const nested = new NestedStack(new Stack(new Stage(app, 'Prod', { env }), 'Stack'), 'Nested');
  const workspace = new Workspace(nested, 'Workspace', { profile });
  expect(workspace.region).toBe('eu-central-1');
  Template.fromStack(nested).resourceCountIs('AWS::EC2::VPC', 1);
  expect(unwaived(app)).toEqual([]);
});
