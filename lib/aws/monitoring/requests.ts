import { compact, vpcConfig } from '../serving/requests';
import type { Network, Request } from '../serving/requests';

/** What can be watched. */
export type WatchKind = 'data-quality' | 'model-quality' | 'bias' | 'explainability';

/** What the API calls a kind of monitor. */
export type MonitorType = 'DataQuality' | 'ModelQuality' | 'ModelBias' | 'ModelExplainability';

/** The API's word for each kind. */
export const MONITOR_TYPE: Record<WatchKind, MonitorType> = {
  'data-quality': 'DataQuality', 'model-quality': 'ModelQuality', 'bias': 'ModelBias', 'explainability': 'ModelExplainability',
};

/** Where a version keeps its own baseline, in what `DescribeModelPackage` gives. */
const OF_PACKAGE: Record<MonitorType, { readonly constraints: string; readonly statistics?: string }> = {
  DataQuality: { constraints: 'ModelDataQuality.Constraints', statistics: 'ModelDataQuality.Statistics' },
  ModelQuality: { constraints: 'ModelQuality.Constraints' },
  ModelBias: { constraints: 'Bias.PostTrainingConstraints' },
  ModelExplainability: { constraints: 'Explainability.Constraints' },
};

/** A job that compares what an endpoint was asked and answered with a baseline. */
export interface MonitorPlan {
  readonly type: MonitorType;
  readonly endpointName: string;
  readonly imageUri: string;
  readonly roleArn: string;
  /** Addresses of the baseline; undefined where each version brings its own. */
  readonly baseline?: { readonly constraints: string; readonly statistics?: string };
  /** The configuration of Clarify's analysis. */
  readonly configurationUri?: string;
  readonly groundTruthUri?: string;
  readonly problemType?: string;
  readonly attributes: {
    readonly inferenceAttribute?: string; readonly probabilityAttribute?: string; readonly probabilityThreshold?: number; readonly featuresAttribute?: string;
  };
  readonly reportsUri: string;
  readonly reportsKeyArn?: string;
  readonly instanceType: string;
  readonly instanceCount: number;
  readonly volumeGiB: number;
  readonly volumeKeyArn?: string;
  readonly isolated: boolean;
  readonly network: Network;
  readonly maxSeconds: number;
  /** ISO 8601 offsets of what is looked at, for those that wait for the ground truth. */
  readonly offsets?: { readonly start: string; readonly end: string };
}

/** Create…JobDefinition, without its name. */
export function jobDefinitionRequest(plan: MonitorPlan): Request {
  const { type } = plan;
  return {
    [`${type}BaselineConfig`]: compact({
      ConstraintsResource: resource(plan, 'constraints'),
      StatisticsResource: type === 'DataQuality' && (!plan.baseline || plan.baseline.statistics) ? resource(plan, 'statistics') : undefined,
    }),
    [`${type}AppSpecification`]: compact({
      ImageUri: plan.imageUri,
      ConfigUri: plan.configurationUri,
      ProblemType: plan.problemType,
      Environment: { publish_cloudwatch_metrics: 'Enabled' },
    }),
    [`${type}JobInput`]: compact({
      EndpointInput: compact({
        EndpointName: plan.endpointName,
        LocalPath: '/opt/ml/processing/input/endpoint',
        S3InputMode: 'File',
        S3DataDistributionType: 'FullyReplicated',
        FeaturesAttribute: plan.attributes.featuresAttribute,
        InferenceAttribute: plan.attributes.inferenceAttribute,
        ProbabilityAttribute: plan.attributes.probabilityAttribute,
        ProbabilityThresholdAttribute: plan.attributes.probabilityThreshold,
        StartTimeOffset: plan.offsets?.start,
        EndTimeOffset: plan.offsets?.end,
      }),
      GroundTruthS3Input: plan.groundTruthUri === undefined ? undefined : { S3Uri: plan.groundTruthUri },
    }),
    [`${type}JobOutputConfig`]: compact({
      MonitoringOutputs: [{ S3Output: { S3Uri: plan.reportsUri, LocalPath: '/opt/ml/processing/output', S3UploadMode: 'EndOfJob' } }],
      KmsKeyId: plan.reportsKeyArn,
    }),
    JobResources: {
      ClusterConfig: compact({
        InstanceCount: plan.instanceCount, InstanceType: plan.instanceType, VolumeSizeInGB: plan.volumeGiB, VolumeKmsKeyId: plan.volumeKeyArn,
      }),
    },
    NetworkConfig: { EnableInterContainerTrafficEncryption: true, EnableNetworkIsolation: plan.isolated, VpcConfig: vpcConfig(plan.network) },
    RoleArn: plan.roleArn,
    StoppingCondition: { MaxRuntimeInSeconds: plan.maxSeconds },
  };
}

/** What a schedule says, without the name of its job definition. */
export function scheduleRequest(type: MonitorType, expression: string): Request {
  return { MonitoringType: type, ScheduleConfig: { ScheduleExpression: expression } };
}

function resource(plan: MonitorPlan, part: 'constraints' | 'statistics'): Request | undefined {
  if (plan.baseline) return { S3Uri: plan.baseline[part] };
  const path = OF_PACKAGE[plan.type][part];
  return path === undefined ? undefined : { 'S3Uri.$': `$.package.Baselines.${path}.S3Uri` };
}
