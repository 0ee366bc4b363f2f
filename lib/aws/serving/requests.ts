/**
 * The request bodies of SageMaker's and Application Auto Scaling's own APIs, as plain data. CloudFormation mode and the
 * state machine that follows a registry both render through here, so rules judge one shape.
 */

/** A body of a request: names as the API spells them. */
export type Request = Record<string, unknown>;

/** The production variant; there is one. */
export const VARIANT = 'AllTraffic';

/** Subnets and security groups of a model or job. */
export interface Network {
  readonly subnets: string[];
  readonly securityGroupIds: string[];
}

/** What a container is made of: a package, or an image with an artifact. */
export interface ContainerSource {
  readonly packageName?: string;
  readonly image?: string;
  readonly artifactUrl?: string;
  readonly environment?: Record<string, string>;
}

/** What a model is created with, but for its name and its container. */
export interface ModelPlan {
  readonly roleArn: string;
  readonly isolated: boolean;
  readonly network?: Network;
}

/** What an endpoint stands on. */
export type Hosting =
  | { readonly kind: 'instances'; readonly instanceType: string; readonly count: number; readonly volumeGiB?: number }
  | { readonly kind: 'serverless'; readonly memoryMiB: number; readonly maxConcurrency: number; readonly provisioned?: number }
  | { readonly kind: 'components'; readonly instanceType: string; readonly minInstances: number; readonly maxInstances: number; readonly volumeGiB?: number; readonly copies: CopyPlan };

/** What each copy of a model in an inference component takes. */
export interface CopyPlan {
  readonly min: number;
  readonly max: number;
  readonly memoryMiB: number;
  readonly cpuCores?: number;
  readonly accelerators?: number;
}

/** Where requests and answers are captured. */
export interface CapturePlan {
  readonly uri: string;
  readonly keyArn?: string;
  readonly percentage: number;
  readonly modes: string[];
  readonly csvContentTypes: string[];
  readonly jsonContentTypes: string[];
}

/** Where an asynchronous endpoint puts its answers. */
export interface AsyncPlan {
  readonly outputUri: string;
  readonly failureUri: string;
  readonly keyArn?: string;
  readonly successTopicArn?: string;
  readonly errorTopicArn?: string;
  readonly maxConcurrentInvocationsPerInstance?: number;
}

/** How a new fleet takes over, and what calls it back. */
export interface DeploymentPlan {
  readonly traffic: { readonly type: 'ALL_AT_ONCE' | 'CANARY' | 'LINEAR'; readonly sizeType?: 'INSTANCE_COUNT' | 'CAPACITY_PERCENT'; readonly size?: number; readonly waitSeconds: number };
  readonly terminationWaitSeconds: number;
  readonly maximumSeconds: number;
  readonly alarmNames: string[];
}

/** Everything about an endpoint that does not change from one version of a model to the next. */
export interface EndpointPlan {
  readonly endpointName: string;
  readonly hosting: Hosting;
  readonly model: ModelPlan;
  readonly volumeKeyArn?: string;
  readonly capture?: CapturePlan;
  readonly asynchronous?: AsyncPlan;
  readonly deployment?: DeploymentPlan;
  readonly metricsSeconds?: number;
}

/** CreateModel, without its name. */
export function modelRequest(plan: ModelPlan, source: ContainerSource): Request {
  return {
    PrimaryContainer: compact({
      ModelPackageName: source.packageName,
      Image: source.image,
      ModelDataUrl: source.artifactUrl,
      Environment: source.environment && Object.keys(source.environment).length > 0 ? source.environment : undefined,
    }),
    ExecutionRoleArn: plan.roleArn,
    EnableNetworkIsolation: plan.isolated,
    ...(plan.network ? { VpcConfig: vpcConfig(plan.network) } : {}),
  };
}

/** CreateEndpointConfig, without its name. Inference components bring their model themselves, so the variant has none. */
export function endpointConfigRequest(plan: EndpointPlan, modelName: string): Request {
  const components = plan.hosting.kind === 'components';
  return compact({
    ProductionVariants: [variant(plan.hosting, modelName)],
    KmsKeyId: plan.volumeKeyArn,
    DataCaptureConfig: plan.capture && captureConfig(plan.capture),
    AsyncInferenceConfig: plan.asynchronous && asyncConfig(plan.asynchronous),
    MetricsConfig: plan.metricsSeconds === undefined ? undefined : { EnableEnhancedMetrics: true, MetricPublishFrequencyInSeconds: plan.metricsSeconds },
    ExecutionRoleArn: components ? plan.model.roleArn : undefined,
    EnableNetworkIsolation: components ? plan.model.isolated : undefined,
    VpcConfig: components && plan.model.network ? vpcConfig(plan.model.network) : undefined,
  });
}

/** The part of CreateEndpoint and UpdateEndpoint that says how a new fleet takes over. */
export function deploymentConfig(plan: DeploymentPlan): Request {
  const { type, sizeType, size, waitSeconds } = plan.traffic;
  const step = size === undefined ? undefined : { Type: sizeType, Value: size };
  return {
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: compact({
        Type: type,
        WaitIntervalInSeconds: waitSeconds,
        CanarySize: type === 'CANARY' ? step : undefined,
        LinearStepSize: type === 'LINEAR' ? step : undefined,
      }),
      TerminationWaitInSeconds: plan.terminationWaitSeconds,
      MaximumExecutionTimeoutInSeconds: plan.maximumSeconds,
    },
    ...(plan.alarmNames.length > 0 ? { AutoRollbackConfiguration: { Alarms: plan.alarmNames.map((AlarmName) => ({ AlarmName })) } } : {}),
  };
}

/** CreateEndpoint, without its names. */
export function createEndpointRequest(plan: EndpointPlan): Request {
  return compact({ DeploymentConfig: fleetDeployment(plan) });
}

/**
 * UpdateEndpoint, without its names. The counts that scaling has set are kept; what is captured is not, or a change of
 * the capture would never arrive.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpoint.html
 */
export function updateEndpointRequest(plan: EndpointPlan): Request {
  return compact({
    RetainAllVariantProperties: plan.hosting.kind === 'instances' ? true : undefined,
    ExcludeRetainedVariantProperties: plan.hosting.kind === 'instances' ? [{ VariantPropertyType: 'DataCaptureConfig' }] : undefined,
    DeploymentConfig: fleetDeployment(plan),
  });
}

/** The specification of an inference component that serves a model. */
export function componentSpecification(copies: CopyPlan, modelName: string): Request {
  return {
    ModelName: modelName,
    ComputeResourceRequirements: compact({
      MinMemoryRequiredInMb: copies.memoryMiB,
      NumberOfCpuCoresRequired: copies.cpuCores,
      NumberOfAcceleratorDevicesRequired: copies.accelerators,
    }),
    SchedulingConfig: { PlacementStrategy: 'SPREAD', AvailabilityZoneBalance: { EnforcementMode: 'PERMISSIVE' } },
  };
}

/** How a new version of an inference component takes over: in batches, called back by the alarms. */
export function componentDeployment(plan: DeploymentPlan): Request {
  return {
    RollingUpdatePolicy: {
      MaximumBatchSize: { Type: 'CAPACITY_PERCENT', Value: 50 },
      WaitIntervalInSeconds: Math.min(plan.traffic.waitSeconds, 3600),
      MaximumExecutionTimeoutInSeconds: plan.maximumSeconds,
    },
    ...(plan.alarmNames.length > 0 ? { AutoRollbackConfiguration: { Alarms: plan.alarmNames.map((AlarmName) => ({ AlarmName })) } } : {}),
  };
}

/** Drops what is undefined. */
export function compact(request: Request): Request {
  return Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
}

/** A request without some of its members. */
export function without(request: Request, ...names: string[]): Request {
  return Object.fromEntries(Object.entries(request).filter(([name]) => !names.includes(name)));
}

/** Subnets and security groups as the API wants them. */
export function vpcConfig(network: Network): Request {
  return { SecurityGroupIds: network.securityGroupIds, Subnets: network.subnets };
}

/** Where inference components serve, each of them is replaced by itself, and not the fleet. */
function fleetDeployment(plan: EndpointPlan): Request | undefined {
  return plan.hosting.kind === 'components' || !plan.deployment ? undefined : deploymentConfig(plan.deployment);
}

function variant(hosting: Hosting, modelName: string): Request {
  switch (hosting.kind) {
    case 'instances':
      return compact({
        VariantName: VARIANT,
        ModelName: modelName,
        InitialInstanceCount: hosting.count,
        InstanceType: hosting.instanceType,
        InitialVariantWeight: 1,
        VolumeSizeInGB: hosting.volumeGiB,
        RoutingConfig: { RoutingStrategy: 'LEAST_OUTSTANDING_REQUESTS' },
      });
    case 'serverless':
      return {
        VariantName: VARIANT,
        ModelName: modelName,
        InitialVariantWeight: 1,
        ServerlessConfig: compact({ MemorySizeInMB: hosting.memoryMiB, MaxConcurrency: hosting.maxConcurrency, ProvisionedConcurrency: hosting.provisioned }),
      };
    case 'components':
      return compact({
        VariantName: VARIANT,
        InitialInstanceCount: Math.max(1, hosting.minInstances),
        InstanceType: hosting.instanceType,
        VolumeSizeInGB: hosting.volumeGiB,
        ManagedInstanceScaling: { Status: 'ENABLED', MinInstanceCount: hosting.minInstances, MaxInstanceCount: hosting.maxInstances },
        RoutingConfig: { RoutingStrategy: 'LEAST_OUTSTANDING_REQUESTS' },
      });
  }
}

function captureConfig(capture: CapturePlan): Request {
  return compact({
    EnableCapture: true,
    InitialSamplingPercentage: capture.percentage,
    DestinationS3Uri: capture.uri,
    KmsKeyId: capture.keyArn,
    CaptureOptions: capture.modes.map((CaptureMode) => ({ CaptureMode })),
    CaptureContentTypeHeader: { CsvContentTypes: capture.csvContentTypes, JsonContentTypes: capture.jsonContentTypes },
  });
}

function asyncConfig(plan: AsyncPlan): Request {
  const topics = compact({ SuccessTopic: plan.successTopicArn, ErrorTopic: plan.errorTopicArn });
  return compact({
    OutputConfig: compact({
      S3OutputPath: plan.outputUri,
      S3FailurePath: plan.failureUri,
      KmsKeyId: plan.keyArn,
      NotificationConfig: Object.keys(topics).length > 0 ? topics : undefined,
    }),
    ClientConfig: plan.maxConcurrentInvocationsPerInstance === undefined
      ? undefined
      : { MaxConcurrentInvocationsPerInstance: plan.maxConcurrentInvocationsPerInstance },
  });
}
