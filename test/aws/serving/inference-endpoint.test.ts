import { Duration, Size, Token } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import fc from 'fast-check';
import { ModelMonitor } from '../../../lib/aws/monitoring';
import { Instances } from '../../../lib/aws/pipeline/instances';
import { ModelPackageGroup } from '../../../lib/aws/pipeline/model-package-group';
import {
  ApprovalForwarding, CaptureMode, EndpointCompute, InferenceEndpoint, InferenceEndpointProps, Scaling, ServedModel, TrafficShift,
} from '../../../lib/aws/serving';
import { without } from '../../../lib/aws/serving/requests';
import { DataStore, Zone } from '../../../lib/aws/storage';
import { Workspace } from '../../../lib/aws/workspace';
import { Classification, Control, Retention } from '../../../lib/policy';
import { DataFlow } from '../../../lib/policy/flow';
import { HAS_BOTOCORE, requestProblems } from '../../support/botocore';
import { profile, workspaceStack } from '../../support/workspace';
import { image } from '../monitoring/fixture';

const PACKAGE = 'arn:aws:sagemaker:eu-central-1:123456789012:model-package/heart/3';

function endpoint(props: Partial<InferenceEndpointProps> = {}) {
  const { app, stack, workspace } = workspaceStack();
  const built = new InferenceEndpoint(stack, 'Endpoint', {
    workspace, model: ServedModel.fromArtifact({ image, artifact: workspace.models.input('heart/model.tar.gz'), environment: { MODEL_THREADS: '2' } }), ...props,
  });
  return { app, stack, workspace, endpoint: built, template: () => Template.fromStack(stack) };
}

const capture = { retention: Retention.days(30), classification: Classification.PHI };
const serverless = (more = {}) => EndpointCompute.serverless({ memory: Size.gibibytes(2), maxConcurrency: 5, givesUpPrivateNetwork: 'the model answers from public data only', ...more });
const components = (more = {}) => EndpointCompute.inferenceComponents({ instances: Instances.of('ml.m5.xlarge'), memoryPerCopy: Size.gibibytes(2), givesUpAvailability: 'a batch of a night may wait for minutes', ...more });

describe('an endpoint with nothing but a model', () => {
  const { template } = endpoint();

  test('is isolated and in the subnets of the workspace', () => {
    template().hasResourceProperties('AWS::SageMaker::Model', {
      EnableNetworkIsolation: true,
      VpcConfig: { Subnets: Match.anyValue(), SecurityGroupIds: Match.anyValue() },
      PrimaryContainer: { Image: Match.stringLikeRegexp('dkr.ecr.eu-central-1'), Environment: { MODEL_THREADS: '2' } },
    });
  });

  test('has two instances, an encrypted volume, and captures nothing', () => {
    template().hasResourceProperties('AWS::SageMaker::EndpointConfig', {
      KmsKeyId: Match.anyValue(),
      DataCaptureConfig: Match.absent(),
      ProductionVariants: [Match.objectLike({ InitialInstanceCount: 2, InstanceType: 'ml.m5.large', VolumeSizeInGB: 30 })],
    });
  });

  test('is replaced one instance first and called back by three alarms, and keeps the counts that scaling has set', () => {
    template().hasResourceProperties('AWS::SageMaker::Endpoint', {
      RetainAllVariantProperties: true,
      ExcludeRetainedVariantProperties: [{ VariantPropertyType: 'DataCaptureConfig' }],
      DeploymentConfig: {
        BlueGreenUpdatePolicy: {
          TrafficRoutingConfiguration: { Type: 'CANARY', CanarySize: { Type: 'INSTANCE_COUNT', Value: 1 }, WaitIntervalInSeconds: 600 },
          TerminationWaitInSeconds: 600,
        },
        AutoRollbackConfiguration: { Alarms: [Match.anyValue(), Match.anyValue(), Match.anyValue()] },
      },
    });
    template().allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [Match.anyValue()], TreatMissingData: 'notBreaching' });
  });

  test('follows the requests under way at once', () => {
    template().hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 2, MaxCapacity: 4, ScalableDimension: 'sagemaker:variant:DesiredInstanceCount' });
    template().hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 5, PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantConcurrentRequestsPerModelHighResolution' },
      },
    });
  });

  test('writes an encrypted log that outlives the stack, under a name that a new stack does not take', () => {
    template().hasResource('AWS::Logs::LogGroup', {
      DeletionPolicy: 'Retain',
      Properties: { LogGroupName: { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('^/aws/sagemaker/Endpoints/')])] }, KmsKeyId: Match.anyValue() },
    });
  });

  test('reads one artifact and no other', () => {
    const statements = Object.values(template().findResources('AWS::IAM::ManagedPolicy'))
      .flatMap((policy) => policy.Properties.PolicyDocument.Statement as { Action: string | string[]; Resource: unknown }[]);
    const reads = statements.filter(({ Action }) => [Action].flat().includes('s3:GetObject')).map(({ Resource }) => JSON.stringify(Resource));
    expect(reads.filter((resource) => resource.includes('heart/model.tar.gz'))).toHaveLength(1);
    expect(reads.filter((resource) => resource.includes('WorkspaceModels') && !resource.includes('heart/model.tar.gz'))).toEqual([]);
  });
});

(HAS_BOTOCORE ? test : test.skip).each<[string, () => Partial<InferenceEndpointProps>]>([
  ['real-time', () => ({ capture, traffic: TrafficShift.linear(20) })],
  ['serverless', () => ({ compute: serverless({ provisionedConcurrency: 2 }) })],
  ['components', () => ({ compute: components(), scaling: Scaling.byConcurrency({ min: 0, max: 3 }) })],
  ['GPU', () => ({ compute: EndpointCompute.realTime(Instances.of('ml.g5.xlarge')), traffic: TrafficShift.allAtOnce() })],
])('a stack asks of SageMaker only what its API takes: %s', (_name, propsOf) => {
  const template = endpoint(propsOf()).template().toJSON() as { Resources: Record<string, { Type: string; Properties: Record<string, unknown> }> };
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value), (_, inner: unknown) => (
    typeof inner === 'object' && inner !== null && Object.keys(inner).some((key) => key === 'Ref' || key.startsWith('Fn::')) ? 'arn:aws:iam::123456789012:role/any' : inner)) as unknown;
  const requests = Object.values(template.Resources).filter(({ Type }) => /^AWS::SageMaker::(Model|EndpointConfig|InferenceComponent)$/.test(Type))
    .map(({ Type, Properties }): [string, string, unknown] => {
      const kind = Type.split('::')[2];
      return ['sagemaker', `Create${kind}`, { [`${kind}Name`]: 'name', ...without(plain(Properties) as Record<string, unknown>, 'DeploymentConfig') }];
    });
  expect(requests.length).toBeGreaterThan(1);
  expect(requestProblems(requests).flat()).toEqual([]);
});

test('an endpoint starts on as many instances as were asked for', () => {
  const { template } = endpoint({ compute: EndpointCompute.realTime(Instances.of('ml.m5.large', { count: 3 })) });
  template().hasResourceProperties('AWS::SageMaker::EndpointConfig', { ProductionVariants: [Match.objectLike({ InitialInstanceCount: 3 })] });
});

test('subnets in one zone are said to be a weakness', () => {
  const { stack } = workspaceStack();
  const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-central-1a'], isolatedSubnetIds: ['subnet-1'] });
  const workspace = new Workspace(stack, 'Own', { profile, vpc });
  const built = new InferenceEndpoint(stack, 'E', { workspace, model: ServedModel.fromPackage(PACKAGE, { servesUnapproved: true }) });
  expect(built.weakenings).toEqual([expect.objectContaining({ control: Control.AVAILABILITY, reason: expect.stringContaining('one zone') })]);
  expect(endpoint().endpoint.weakenings).toEqual([]);
});

test('captures are encrypted, kept for the retention, and as sensitive as what the model was made from', () => {
  const { workspace, endpoint: built, template } = endpoint({ capture: { retention: Retention.days(30), modes: [CaptureMode.REQUESTS], percentage: 25 } });
  expect(built.captures?.classification).toBe(workspace.models.classification);
  expect(built.captures?.zone).toBe(Zone.CAPTURES);
  template().hasResourceProperties('AWS::SageMaker::EndpointConfig', {
    DataCaptureConfig: { EnableCapture: true, InitialSamplingPercentage: 25, KmsKeyId: Match.anyValue(), CaptureOptions: [{ CaptureMode: 'Input' }] },
  });
  template().hasResourceProperties('AWS::S3::Bucket', { LifecycleConfiguration: { Rules: Match.arrayWith([Match.objectLike({ ExpirationInDays: 30 })]) } });
});

test('the flow of data goes from the model through the endpoint to its captures', () => {
  const { stack } = endpoint({ capture });
  const edges = DataFlow.of(stack).edges.map(({ from, to }) => `${from} > ${to}`);
  expect(edges).toEqual(expect.arrayContaining(['Stack/Workspace/Models > Stack/Endpoint', 'Stack/Endpoint > Stack/Endpoint/Captures']));
});

test('a serverless endpoint has no network, no volume key and no traffic shift, and says what it gave up', () => {
  const { endpoint: built, template } = endpoint({ compute: serverless() });
  template().hasResourceProperties('AWS::SageMaker::Model', { EnableNetworkIsolation: false, VpcConfig: Match.absent() });
  template().hasResourceProperties('AWS::SageMaker::EndpointConfig', { KmsKeyId: Match.absent(), ProductionVariants: [Match.objectLike({ ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 5 } })] });
  template().hasResourceProperties('AWS::SageMaker::Endpoint', { DeploymentConfig: Match.absent(), RetainAllVariantProperties: Match.absent() });
  expect(built.weakenings.map(({ control }) => control))
    .toEqual([Control.NETWORK_ISOLATION, Control.PRIVATE_NETWORK, Control.KEY_MANAGEMENT, Control.MODEL_MONITORING]);
  expect(built.weakenings[0].reason).toContain('the model answers from public data only');
});

test('an endpoint goes down to no copy and wakes up with the first failed request', () => {
  const { endpoint: built, template } = endpoint({ compute: components(), scaling: Scaling.byConcurrency({ min: 0, max: 3 }) });
  template().hasResourceProperties('AWS::SageMaker::EndpointConfig', {
    ProductionVariants: [Match.objectLike({ ModelName: Match.absent(), ManagedInstanceScaling: { Status: 'ENABLED', MinInstanceCount: 0, MaxInstanceCount: 3 } })],
    EnableNetworkIsolation: true,
    VpcConfig: Match.anyValue(),
  });
  template().hasResourceProperties('AWS::SageMaker::InferenceComponent', { Specification: { ComputeResourceRequirements: { MinMemoryRequiredInMb: 2048, NumberOfCpuCoresRequired: 1 } } });
  template().hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 0, ScalableDimension: 'sagemaker:inference-component:DesiredCopyCount' });
  template().hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'NoCapacityInvocationFailures', Threshold: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold', AlarmActions: Match.arrayWith([{ Ref: Match.stringLikeRegexp('WakeUpPolicy') }]) });
  template().hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', { PolicyType: 'StepScaling', StepScalingPolicyConfiguration: { StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }] } });
  expect(built.weakenings.map(({ control }) => control)).toContain(Control.AVAILABILITY);
});

test('an asynchronous endpoint puts answers into an encrypted store and tells of them on encrypted topics', () => {
  const { workspace, stack } = workspaceStack();
  const built = new InferenceEndpoint(stack, 'Endpoint', {
    workspace, model: ServedModel.fromPackage(PACKAGE, { servesUnapproved: true }),
    compute: EndpointCompute.asynchronous({ instances: Instances.of('ml.m5.xlarge'), output: workspace.outputs }),
  });
  built.grantInvoke(new iam.Role(stack, 'Caller', { assumedBy: new iam.AccountRootPrincipal() }));
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::SageMaker::EndpointConfig', {
    AsyncInferenceConfig: {
      OutputConfig: {
        KmsKeyId: Match.anyValue(), S3OutputPath: Match.anyValue(), S3FailurePath: Match.anyValue(),
        NotificationConfig: { SuccessTopic: Match.anyValue(), ErrorTopic: Match.anyValue() },
      },
    },
  });
  template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', { TargetTrackingScalingPolicyConfiguration: { CustomizedMetricSpecification: { MetricName: 'ApproximateBacklogSizePerInstance' } } });
  template.allResourcesProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
  expect(built.successTopic).toBeDefined();
  template.hasResourceProperties('AWS::IAM::Policy', { PolicyDocument: { Statement: [Match.objectLike({ Action: 'sagemaker:InvokeEndpointAsync' })] } });
});

test('a given package is deployed only if the registry has it approved, unless stated', () => {
  const approved = endpoint({ model: ServedModel.fromPackage(PACKAGE) }).template();
  approved.hasResourceProperties('Custom::ModelApproval', { PackageArn: PACKAGE });
  approved.hasResource('AWS::SageMaker::Model', { DependsOn: Match.arrayWith([Match.stringLikeRegexp('EndpointApproval')]), Properties: { PrimaryContainer: { ModelPackageName: PACKAGE } } });
  endpoint({ model: ServedModel.fromPackage(PACKAGE, { servesUnapproved: true }) }).template().resourceCountIs('Custom::ModelApproval', 0);
});

test('an endpoint that follows a group of another account takes approvals from there, and from nobody else', () => {
  const { workspace, stack } = workspaceStack();
  const group = ModelPackageGroup.fromAttributes(stack, 'Group', { modelPackageGroupArn: 'arn:aws:sagemaker:eu-central-1:210987654321:model-package-group/heart', images: [image] });
  new InferenceEndpoint(stack, 'Endpoint', { workspace, model: ServedModel.followingRegistry(group) });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Events::Rule', { EventPattern: { account: ['210987654321'], detail: { ModelPackageGroupName: ['heart'], ModelApprovalStatus: ['Approved'] } } });
  template.hasResourceProperties('AWS::Events::EventBusPolicy', {
    Statement: {
      Principal: { AWS: Match.anyValue() }, Action: 'events:PutEvents',
      Condition: { 'ForAllValues:StringEquals': { 'events:source': 'aws.sagemaker', 'events:detail-type': 'SageMaker Model Package State Change' } },
    },
  });
});

test('approvals are forwarded to the accounts named, with a role that can do nothing else', () => {
  const { workspace, stack } = workspaceStack();
  new ApprovalForwarding(stack, 'Forwarding', { workspace, group: new ModelPackageGroup(stack, 'Group', { groupName: 'heart' }), toAccounts: ['210987654321'] });
  Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', { Targets: [Match.objectLike({ Arn: Match.anyValue(), RoleArn: Match.anyValue() })] });
});

test('a stack that follows a registry deletes the rule before it takes away what the rule would build', () => {
  const { workspace, stack } = workspaceStack();
  new InferenceEndpoint(stack, 'Endpoint', { workspace, model: ServedModel.followingRegistry(new ModelPackageGroup(stack, 'Group')) });
  const template = Template.fromStack(stack);
  template.hasResource('AWS::Events::Rule', { DependsOn: Match.arrayWith([Match.stringLikeRegexp('EndpointRolloutFollow')]) });
  template.hasResource('Custom::RegistryRollout', { DependsOn: Match.arrayWith([Match.stringLikeRegexp('^EndpointRole[0-9A-F]{8}$'), Match.stringLikeRegexp('^EndpointRollout[0-9A-F]{8}$')]) });
  template.resourceCountIs('AWS::SageMaker::Endpoint', 0);
});

describe('bad input', () => {
  const BAD: [string, () => unknown, RegExp][] = [
    ['min above max', () => Scaling.byConcurrency({ min: 5, max: 2 }), /min 5 to max 2.*min must not be above max/],
    ['a count that is no whole number', () => Scaling.byConcurrency({ min: 1.5, max: 2 }), /min 1.5.*whole number from 0/],
    ['a target of zero', () => Scaling.byInvocations({ min: 1, max: 2, target: 0 }), /target of 0.*above 0/],
    ['a schedule given twice', () => Scaling.byConcurrency({ min: 1, max: 2 }).withSchedule({ name: 'n', schedule: Schedule.rate(Duration.days(1)), min: 1, max: 1 }).withSchedule({ name: 'n', schedule: Schedule.rate(Duration.days(1)), min: 1, max: 1 }), /'n' is given twice/],
    ['zero without inference components', () => endpoint({ scaling: Scaling.byConcurrency({ min: 0, max: 2 }) }), /scales to zero.*EndpointCompute.inferenceComponents/],
    ['zero at night without inference components', () => endpoint({ scaling: Scaling.byConcurrency({ min: 2, max: 4 }).withSchedule({ name: 'night', schedule: Schedule.rate(Duration.days(1)), min: 0, max: 1 }) }), /scales to zero/],
    ['zero without saying why', () => endpoint({ compute: components({ givesUpAvailability: undefined }), scaling: Scaling.byConcurrency({ min: 0, max: 2 }) }), /givesUpAvailability/],
    ['scaling of a serverless endpoint', () => endpoint({ compute: serverless(), scaling: Scaling.byConcurrency({ min: 1, max: 2 }) }), /scales by itself.*maxConcurrency/],
    ['a backlog without a queue', () => endpoint({ scaling: Scaling.byBacklog({ min: 1, max: 2 }) }), /no queue/],
    ['a serverless memory that SageMaker does not have', () => serverless({ memory: Size.mebibytes(1500) }), /1500 MiB.*1024, 2048/],
    ['more kept warm than may work', () => serverless({ provisionedConcurrency: 6 }), /provisionedConcurrency 6 is above maxConcurrency 5/],
    ['a serverless endpoint without a reason', () => serverless({ givesUpPrivateNetwork: 'ok' }), /'ok' is no reason/],
    ['capture without retention', () => endpoint({ capture: { classification: Classification.PHI } }), /without saying for how long.*retention/],
    ['capture by a serverless endpoint', () => endpoint({ compute: serverless(), capture }), /serverless endpoint cannot/],
    ['a capture of no percent', () => endpoint({ capture: { ...capture, percentage: 0 } }), /captures 0 percent.*1 to 100/],
    ['more instances at the start than scaling allows', () => endpoint({ compute: EndpointCompute.realTime(Instances.of('ml.m5.large', { count: 9 })) }), /starts on 9 instances.*at most 4/],
    ['an instance type that is none', () => EndpointCompute.realTime(Instances.of('ml.m5.huge')), /unknown instance type 'ml.m5.huge'/],
    ['a volume that no endpoint has', () => endpoint({ compute: EndpointCompute.realTime(Instances.of('ml.m5.large', { volumeSize: Size.gibibytes(600) })) }), /600 GiB.*at most 512/],
    ['a shift by steps with one instance', () => endpoint({ compute: EndpointCompute.realTime(Instances.of('ml.m5.large'), { givesUpAvailability: 'a trial that nobody depends on' }), scaling: Scaling.byConcurrency({ min: 1, max: 2 }), traffic: TrafficShift.canary(50) }), /fewer than two instances.*allAtOnce/],
    ['a shift of most at once', () => TrafficShift.canary(60), /60 percent.*1 to 50/],
    ['a name with capitals', () => endpoint({ endpointName: 'Heart' }), /'Heart' is not usable.*lower-case/],
    ['a package that is none', () => ServedModel.fromPackage('heart/3'), /'heart\/3' is not usable.*arn:aws:sagemaker/],
    ['an account that is none', () => {
      const { workspace, stack } = workspaceStack();
      return new ApprovalForwarding(stack, 'F', { workspace, group: new ModelPackageGroup(stack, 'G'), toAccounts: ['prod'] });
    }, /'prod' is no account.*12 digits/],
    ['a store outside the residency', () => {
      const { workspace, stack } = workspaceStack();
      const store = DataStore.fromAttributes(stack, 'Far', { bucketName: 'far', classification: Classification.PHI, region: 'us-east-1' });
      return new InferenceEndpoint(stack, 'E', { workspace, model: ServedModel.fromPackage(PACKAGE), capture: { store } });
    }, /outside the residency/],
    ['a store of unknown retention', () => {
      const { workspace, stack } = workspaceStack();
      const store = DataStore.fromAttributes(stack, 'Given', { bucketName: 'given', classification: Classification.PHI, zone: Zone.CAPTURES });
      return new InferenceEndpoint(stack, 'E', { workspace, model: ServedModel.fromPackage(PACKAGE), capture: { store } });
    }, /endpoint 'Stack\/E' captures into store 'Stack\/Given', which does not say for how long.*Zone.CAPTURES.*state in retention/],
    ['a store of another zone', () => {
      const { workspace, stack } = workspaceStack();
      return new InferenceEndpoint(stack, 'E', { workspace, model: ServedModel.fromPackage(PACKAGE), capture: { store: workspace.outputs, classification: Classification.INTERNAL } });
    }, /which does not say for how long/],
    ['copies of a number that only the deployment knows', () => endpoint({ compute: components(), scaling: Scaling.byConcurrency({ min: 2, max: Token.asNumber({ Ref: 'N' }) }) }), /only the deployment knows.*give maxInstances/],
    ['one instance without a reason', () => endpoint({ scaling: Scaling.byConcurrency({ min: 1, max: 2 }) }), /scales down to one instance.*fails with its zone.*min of at least 2.*givesUpAvailability/],
    ['one instance for no reason', () => EndpointCompute.realTime(Instances.of('ml.m5.large'), { givesUpAvailability: 'ok' }), /givesUpAvailability 'ok' is no reason/],
    ['no model', () => {
      const { workspace, stack } = workspaceStack();
      return new InferenceEndpoint(stack, 'E', { workspace } as never);
    }, /endpoint 'Stack\/E': model is missing: give the registration step of a pipeline, or a ServedModel/],
    ['forwarding of nothing', () => new ApprovalForwarding(workspaceStack().stack, 'F', {} as never), /'Stack\/F': workspace is missing/],
    ['a monitor of nothing', () => new ModelMonitor(workspaceStack().stack, 'M', {} as never), /monitor 'Stack\/M': endpoint is missing: give an InferenceEndpoint/],
    ['no workspace', () => new InferenceEndpoint(workspaceStack().stack, 'E', {} as never), /workspace is missing: give a Workspace/],
    ['half a second of baking', () => TrafficShift.canary(10, Duration.millis(1500)), /bake of .* is not possible: give whole seconds/],
    ['a store for less sensitive data', () => {
      const { workspace, stack } = workspaceStack();
      const store = workspace.addStore('Public', { classification: Classification.PUBLIC, zone: Zone.CAPTURES, retention: Retention.days(3) });
      return new InferenceEndpoint(stack, 'E', { workspace, model: ServedModel.fromPackage(PACKAGE), capture: { store } });
    }, /classified as public/],
    ['a network without the endpoints that a rollout needs', () => {
      const { workspace, stack } = workspaceStack({ endpointServices: ['s3', 'ecr.api', 'ecr.dkr', 'kms', 'logs', 'monitoring', 'sagemaker.api', 'sagemaker.runtime', 'sts'] });
      return new InferenceEndpoint(stack, 'E', { workspace, model: ServedModel.followingRegistry(new ModelPackageGroup(stack, 'G')) });
    }, /needs endpoints of 'states', 'application-autoscaling'/],
  ];

  test.each(BAD)('fails for %s', (_name, build, message) => {
    expect(build).toThrow(message);
  });

  test('an imported network whose endpoints are unknown is taken as it is', () => {
    const { stack } = workspaceStack();
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-central-1a'], isolatedSubnetIds: ['subnet-1'] });
    const workspace = new Workspace(stack, 'Own', { profile, vpc });
    expect(() => new InferenceEndpoint(stack, 'E', { workspace, model: ServedModel.followingRegistry(new ModelPackageGroup(stack, 'G')) })).not.toThrow();
  });

  test('random bounds, targets and sizes give an error of ours or a template', () => {
    const wild = fc.oneof(fc.double(), fc.constantFrom(NaN, -1));
    const number = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 6 }) }, { weight: 2, arbitrary: wild });
    const memories = fc.oneof(fc.constantFrom(1024, 4096), fc.integer({ min: 1, max: 9000 }));
    const texts = fc.oneof({ weight: 4, arbitrary: fc.constantFrom('', 'good-enough-for-an-auditor') }, { weight: 1, arbitrary: fc.string() });
    let templates = 0;
    fc.assert(fc.property(number, number, number, fc.integer({ min: 0, max: 3 }), memories, texts, (min, max, target, kind, memory, text) => {
      try {
        const instances = Instances.of('ml.m5.xlarge');
        const compute = [
          () => EndpointCompute.realTime(instances),
          () => serverless({ memory: Size.mebibytes(memory), maxConcurrency: max, givesUpPrivateNetwork: text }),
          () => components({ memoryPerCopy: Size.mebibytes(memory), givesUpAvailability: text }),
          () => components({ acceleratorsPerCopy: 1 }),
        ][kind]();
        const scaling = kind === 1 ? undefined : Scaling.byInvocations({ min, max, target });
        endpoint({ compute, scaling, endpointName: text === '' ? undefined : text, capture: kind === 0 ? { ...capture, percentage: target } : undefined }).template();
        templates++;
      } catch (error) {
        expect((error as Error).constructor).toBe(Error);
        expect((error as Error).message).toMatch(/^[a-z'][^\n]*[^.]$/);
      }
    }), { numRuns: 60 });
    expect(templates).toBeGreaterThan(3);
  });
});
