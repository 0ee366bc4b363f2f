import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import fc from 'fast-check';
import { Baseline, Cadence, ModelMonitor, ModelMonitorProps, Watch } from '../../../lib/aws/monitoring';
import { Instances } from '../../../lib/aws/pipeline/instances';
import { ProblemType } from '../../../lib/aws/pipeline/quality-check';
import { InferenceEndpoint, ServedModel } from '../../../lib/aws/serving';
import { DataStore } from '../../../lib/aws/storage';
import { Classification, Control } from '../../../lib/policy';
import { DataFlow } from '../../../lib/policy/flow';
import { HAS_BOTOCORE, requestProblems } from '../../support/botocore';
import { endpoints, image } from './fixture';

type Fixture = ReturnType<typeof endpoints>;

const WATCHES: [string, string, boolean, (fixture: Fixture) => Watch][] = [
  ['data quality', 'DataQuality', true, ({ files }) => Watch.dataQuality({ baseline: files })],
  ['model quality', 'ModelQuality', true, ({ files, labels }) => Watch.modelQuality({ baseline: files, groundTruth: labels, problem: ProblemType.REGRESSION, inferenceAttribute: '0' })],
  ['bias', 'ModelBias', false, ({ files, labels, configuration }) => Watch.bias({ baseline: files, groundTruth: labels, configuration, probabilityAttribute: '0', probabilityThreshold: 0.5 })],
  ['explainability', 'ModelExplainability', false, ({ files, configuration }) => Watch.explainability({ baseline: files, configuration })],
];

function monitor(watch: (fixture: Fixture) => Watch, props: (fixture: Fixture) => Partial<ModelMonitorProps> = () => ({})) {
  const fixture = endpoints();
  const built = new ModelMonitor(fixture.stack, 'Monitor', { endpoint: fixture.given, watch: watch(fixture), ...props(fixture) });
  return { ...fixture, monitor: built, template: () => Template.fromStack(fixture.stack) };
}

const dataQuality = WATCHES[0][3];

describe.each(WATCHES)('a monitor of %s', (_name, type, isolated, watch) => {
  const { monitor: built, template, stack } = monitor(watch);

  test('is in the network of the workspace, encrypted on disk, between containers and in its reports, and ends in time', () => {
    template().hasResourceProperties(`AWS::SageMaker::${type}JobDefinition`, {
      NetworkConfig: {
        EnableInterContainerTrafficEncryption: true, EnableNetworkIsolation: isolated,
        VpcConfig: { Subnets: Match.anyValue(), SecurityGroupIds: Match.anyValue() },
      },
      JobResources: { ClusterConfig: { InstanceType: 'ml.m5.xlarge', InstanceCount: 1, VolumeKmsKeyId: Match.anyValue() } },
      [`${type}JobOutputConfig`]: { KmsKeyId: Match.anyValue() },
      [`${type}AppSpecification`]: { Environment: { publish_cloudwatch_metrics: 'Enabled' } },
      StoppingCondition: { MaxRuntimeInSeconds: 3600 },
    });
  });

  test('runs on a schedule that names its definition, after the endpoint is there', () => {
    template().hasResource('AWS::SageMaker::MonitoringSchedule', {
      Properties: { MonitoringScheduleConfig: { MonitoringType: type, MonitoringJobDefinition: Match.absent(), MonitoringJobDefinitionName: Match.anyValue(), ScheduleConfig: { ScheduleExpression: 'cron(0 0 ? * * *)' } } },
      DependsOn: [Match.stringLikeRegexp('MonitorDefinition')],
    });
    template().hasResource(`AWS::SageMaker::${type}JobDefinition`, { DependsOn: Match.arrayWith([Match.stringLikeRegexp('^Given[0-9A-F]{8}$')]) });
  });

  test('says what it lacks', () => {
    expect(built.weakenings.map(({ control }) => control)).toEqual(isolated ? [] : [Control.NETWORK_ISOLATION]);
  });

  test('tells of violations and failures by an event, a metric and an alarm', () => {
    template().hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { 'detail-type': ['SageMaker Processing Job State Change'], 'detail': { MonitoringScheduleArn: Match.anyValue(), $or: Match.anyValue() } },
      Targets: [{ Id: 'Alarms', Arn: Match.anyValue() }],
    });
    template().hasResourceProperties('AWS::CloudWatch::Alarm', { Namespace: 'AWS/Events', MetricName: 'MatchedEvents', AlarmActions: [Match.anyValue()] });
    expect(built.metricFindings().metricName).toBe('MatchedEvents');
  });

  test('stands in the flow of data between captures and reports', () => {
    const edges = DataFlow.of(stack).edges.map(({ from, to }) => `${from} > ${to}`);
    expect(edges).toEqual(expect.arrayContaining(['Stack/Given/Captures > Stack/Monitor', 'Stack/Monitor > Stack/Given/Captures']));
  });

  (HAS_BOTOCORE ? test : test.skip)('asks of SageMaker only what its API takes', () => {
    const definition = Object.values(template().findResources(`AWS::SageMaker::${type}JobDefinition`))[0].Properties as Record<string, unknown>;
    const plain = JSON.parse(JSON.stringify(definition), (_, inner: unknown) => (
      typeof inner === 'object' && inner !== null && Object.keys(inner).some((key) => key === 'Ref' || key.startsWith('Fn::')) ? 'arn:aws:iam::123456789012:role/any' : inner)) as Record<string, unknown>;
    expect(requestProblems([['sagemaker', `Create${type}JobDefinition`, plain]]).flat()).toEqual([]);
  });
});

test('a changed definition has another name, since SageMaker cannot change one', () => {
  const nameOf = (instances: Instances) => {
    const { template } = monitor(dataQuality, () => ({ instances }));
    return JSON.stringify(Object.values(template().findResources('AWS::SageMaker::DataQualityJobDefinition'))[0].Properties.JobDefinitionName);
  };
  expect(nameOf(Instances.of('ml.m5.xlarge'))).toBe(nameOf(Instances.of('ml.m5.xlarge')));
  expect(nameOf(Instances.of('ml.m5.xlarge'))).not.toBe(nameOf(Instances.of('ml.m5.2xlarge')));
});

test('instances with local disks take no volume key', () => {
  const { template, monitor: built } = monitor(dataQuality, () => ({ instances: Instances.of('ml.g5.xlarge') }));
  template().hasResourceProperties('AWS::SageMaker::DataQualityJobDefinition', { JobResources: { ClusterConfig: { VolumeKmsKeyId: Match.absent() } } });
  expect(built.weakenings.map(({ control }) => control)).toEqual([Control.KEY_MANAGEMENT]);
});

test('an endpoint that follows a registry gets its monitor from the state machine', () => {
  const fixture = endpoints();
  new ModelMonitor(fixture.stack, 'Monitor', { endpoint: fixture.following, watch: Watch.dataQuality({ baseline: Baseline.ofPackage() }) });
  const template = Template.fromStack(fixture.stack);
  template.resourceCountIs('AWS::SageMaker::MonitoringSchedule', 0);
  const [{ Properties }] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  expect(JSON.stringify(Properties.DefinitionString)).toContain('createDataQualityJobDefinition');
});

describe('bad input', () => {
  const BAD: [string, () => unknown, RegExp][] = [
    ['an endpoint that captures nothing', () => {
      const { stack, workspace, files } = endpoints();
      const endpoint = new InferenceEndpoint(stack, 'Blind', { workspace, model: ServedModel.fromArtifact({ image, artifact: workspace.models.input('m') }) });
      return new ModelMonitor(stack, 'Monitor', { endpoint, watch: Watch.dataQuality({ baseline: files }) });
    }, /captures nothing: give the endpoint capture/],
    ['the baseline of a package that no registry knows', () => monitor(() => Watch.dataQuality({ baseline: Baseline.ofPackage() })), /use Baseline.fromFiles/],
    ['two monitors of a kind', () => {
      const { stack, given, files } = endpoints();
      return ['A', 'B'].map((id) => new ModelMonitor(stack, id, { endpoint: given, watch: Watch.dataQuality({ baseline: files }) }));
    }, /two monitors of DataQuality/],
    ['a run longer than its hour', () => monitor(dataQuality, () => ({ cadence: Cadence.hourly(), maxRuntime: Duration.hours(2) })), /7200 seconds.*1 to 3600/],
    ['a run that merges labels for longer than half an hour, each hour', () => monitor(WATCHES[1][3], () => ({ cadence: Cadence.hourly(), maxRuntime: Duration.minutes(45) })), /1 to 1800/],
    ['an hour that no day has', () => Cadence.daily(24), /hour 24.*0 to 23/],
    ['a probability that is none', () => monitor(({ files, labels, configuration }) => Watch.bias({ baseline: files, groundTruth: labels, configuration, probabilityThreshold: 3 })), /probabilityThreshold 3.*0 to 1/],
    ['instances that processing does not have', () => monitor(dataQuality, () => ({ instances: Instances.of('ml.m5d.large') })), /cannot run on 'ml.m5d.large'/],
    ['reports outside the residency', () => monitor(dataQuality, ({ stack }) => ({
      reports: DataStore.fromAttributes(stack, 'Far', { bucketName: 'far', classification: Classification.PHI, region: 'us-east-1' }),
    })), /outside the residency/],
  ];

  test.each(BAD)('fails for %s', (_name, build, message) => {
    expect(build).toThrow(message);
  });

  test('random schedules and limits give an error of ours or a template', () => {
    const within = (min: number, max: number) => fc.integer({ min, max });
    fc.assert(fc.property(within(-1, 26), within(-1, 25), within(1, 100_000), within(0, 3), (hours, start, seconds, kind) => {
      try {
        monitor(WATCHES[kind][3], () => ({ cadence: Cadence.everyHours(hours, start), maxRuntime: Duration.seconds(seconds) })).template();
      } catch (error) {
        expect((error as Error).constructor).toBe(Error);
        expect((error as Error).message).toMatch(/^[a-z'][^\n]*[^.]$/);
      }
    }), { numRuns: 15 });
  });
});
