import type { Resource } from '../../resource';
import type { Value } from '../../value';
import { isClarifyImage } from './clarify-image';

/** The controls that a job's request can carry, as the API of its type has them; a field that the API lacks is undefined. */
export interface Job {
  readonly isolation?: Value;
  readonly vpc?: Value;
  readonly interContainer?: Value;
  readonly volume?: { readonly key: Value; readonly instanceTypes: readonly Value[] };
  /** Configurations of what the job writes; each has a key when it is there. */
  readonly outputs: readonly { readonly config: Value; readonly key: Value }[];
  readonly maxRuntime?: Value;
  readonly images: readonly Value[];
  readonly spot?: { readonly enabled: Value; readonly checkpoint: Value };
  /** Clarify reads a shadow endpoint: inside a VPC it cannot be isolated. */
  readonly clarify: boolean;
}

/** Monitors' definitions carry the controls of the processing job that they start. */
export const MONITORS = [
  'AWS::SageMaker::DataQualityJobDefinition', 'AWS::SageMaker::ModelQualityJobDefinition',
  'AWS::SageMaker::ModelBiasJobDefinition', 'AWS::SageMaker::ModelExplainabilityJobDefinition',
];

/** Jobs of a step or a resource: none for a step that starts no SageMaker job, several for a tuning with several definitions. */
export function jobsOf(resource: Resource): Job[] {
  const request = resource.properties;
  const monitor = /^AWS::SageMaker::(\w+)JobDefinition$/.exec(resource.type)?.[1];
  if (monitor) return [monitoring(request, monitor)];
  switch (resource.within?.kind) {
    case 'Training': return [training(request, ['ResourceConfig'])];
    case 'Tuning': return [
      ...(request.at('TrainingJobDefinition').isAbsent ? [] : [request.at('TrainingJobDefinition')]),
      ...request.at('TrainingJobDefinitions').items,
    ].map((definition) => training(definition, ['ResourceConfig', 'HyperParameterTuningResourceConfig']));
    case 'Processing': return [processing(request, isClarify(request.at('AppSpecification.ImageUri')))];
    case 'ClarifyCheck': return [processing(request, true)];
    case 'QualityCheck': return [processing(request, false)];
    case 'Transform': return [transform(request)];
    case 'AutoML': return [automatic(request)];
    default: return [];
  }
}

// every image that may be deployed has to be Clarify's
function isClarify(image: Value): boolean {
  return image.unknowns.length === 0 && image.texts.length > 0 && image.texts.every(isClarifyImage);
}

function training(request: Value, resources: readonly string[]): Job {
  const config = resources.map((name) => request.at(name)).find((value) => !value.isAbsent) ?? request.at(resources[0]!);
  const groups = [...config.at('InstanceGroups').items, ...config.at('InstanceConfigs').items].map((group) => group.at('InstanceType'));
  return {
    isolation: request.at('EnableNetworkIsolation'),
    vpc: request.at('VpcConfig'),
    interContainer: request.at('EnableInterContainerTrafficEncryption'),
    volume: { key: config.at('VolumeKmsKeyId'), instanceTypes: groups.length > 0 ? groups : [config.at('InstanceType')] },
    outputs: [{ config: request.at('OutputDataConfig'), key: request.at('OutputDataConfig.KmsKeyId') }],
    maxRuntime: request.at('StoppingCondition.MaxRuntimeInSeconds'),
    images: [request.at('AlgorithmSpecification.TrainingImage')],
    spot: { enabled: request.at('EnableManagedSpotTraining'), checkpoint: request.at('CheckpointConfig.S3Uri') },
    clarify: false,
  };
}

function processing(request: Value, clarify: boolean): Job {
  const cluster = request.at('ProcessingResources.ClusterConfig');
  return {
    isolation: request.at('NetworkConfig.EnableNetworkIsolation'),
    vpc: request.at('NetworkConfig.VpcConfig'),
    interContainer: request.at('NetworkConfig.EnableInterContainerTrafficEncryption'),
    volume: { key: cluster.at('VolumeKmsKeyId'), instanceTypes: [cluster.at('InstanceType')] },
    outputs: [{ config: request.at('ProcessingOutputConfig'), key: request.at('ProcessingOutputConfig.KmsKeyId') }],
    maxRuntime: request.at('StoppingCondition.MaxRuntimeInSeconds'),
    images: [request.at('AppSpecification.ImageUri')],
    clarify,
  };
}

// a transform has no network of its own: it runs in the model's
function transform(request: Value): Job {
  return {
    volume: { key: request.at('TransformResources.VolumeKmsKeyId'), instanceTypes: [request.at('TransformResources.InstanceType')] },
    outputs: [
      { config: request.at('TransformOutput'), key: request.at('TransformOutput.KmsKeyId') },
      { config: request.at('DataCaptureConfig'), key: request.at('DataCaptureConfig.KmsKeyId') },
    ],
    images: [],
    clarify: false,
  };
}

function automatic(request: Value): Job {
  const first = request.at('AutoMLJobConfig.SecurityConfig');
  const security = first.isAbsent ? request.at('SecurityConfig') : first;
  return {
    vpc: security.at('VpcConfig'),
    interContainer: security.at('EnableInterContainerTrafficEncryption'),
    volume: { key: security.at('VolumeKmsKeyId'), instanceTypes: [] },
    outputs: [{ config: request.at('OutputDataConfig'), key: request.at('OutputDataConfig.KmsKeyId') }],
    maxRuntime: request.at('AutoMLJobConfig.CompletionCriteria.MaxAutoMLJobRuntimeInSeconds'),
    images: [],
    clarify: false,
  };
}

function monitoring(request: Value, kind: string): Job {
  const cluster = request.at('JobResources.ClusterConfig');
  const output = request.at(`${kind}JobOutputConfig`);
  return {
    isolation: request.at('NetworkConfig.EnableNetworkIsolation'),
    vpc: request.at('NetworkConfig.VpcConfig'),
    interContainer: request.at('NetworkConfig.EnableInterContainerTrafficEncryption'),
    volume: { key: cluster.at('VolumeKmsKeyId'), instanceTypes: [cluster.at('InstanceType')] },
    outputs: [{ config: output, key: output.at('KmsKeyId') }],
    maxRuntime: request.at('StoppingCondition.MaxRuntimeInSeconds'),
    images: [request.at(`${kind}AppSpecification.ImageUri`)],
    clarify: kind === 'ModelBias' || kind === 'ModelExplainability',
  };
}
