import type { Value } from '../../value';
import type { Job } from './job';
import { vpcConfig, type Network } from './network';

/** `CreateTrainingJob`, or a definition of a tuning. */
export function training(request: Value, resources: readonly string[]): Job {
  const config = resources.map((name) => request.at(name)).find((value) => !value.isAbsent) ?? request.at(resources[0]!);
  const groups = [...config.at('InstanceGroups').items, ...config.at('InstanceConfigs').items];
  // SageMaker chooses the machines of a serverless training, and takes no key for them
  const serverless = config.isAbsent && !request.at('ServerlessJobConfig').isAbsent;
  return {
    isolation: request.at('EnableNetworkIsolation'),
    vpc: vpcConfig(request.at('VpcConfig')),
    interContainer: request.at('EnableInterContainerTrafficEncryption'),
    instances: (groups.length > 0 ? groups : [config]).map((group) => group.at('InstanceCount')),
    ...(serverless ? {} : { volume: { key: config.at('VolumeKmsKeyId'), instanceTypes: (groups.length > 0 ? groups : [config]).map((group) => group.at('InstanceType')) } }),
    outputs: [keyed(request, 'OutputDataConfig', 'KmsKeyId')],
    maxRuntime: request.at('StoppingCondition.MaxRuntimeInSeconds'),
    images: [request.at('AlgorithmSpecification.TrainingImage'), ...evaluators(request)],
    spot: { enabled: request.at('EnableManagedSpotTraining'), checkpoint: request.at('CheckpointConfig.S3Uri') },
    clarify: false,
  };
}

/** Images that watch a training from beside it, with a role that reads what it writes. */
export function evaluators(request: Value): Value[] {
  return ['DebugRuleConfigurations', 'ProfilerRuleConfigurations'].flatMap((rules) => request.at(rules).items.map((one) => one.at('RuleEvaluatorImage')));
}

/** `CreateProcessingJob`. */
export function processing(request: Value, clarify: boolean): Job {
  const cluster = request.at('ProcessingResources.ClusterConfig');
  return {
    ...isolated(request),
    instances: [cluster.at('InstanceCount')],
    volume: { key: cluster.at('VolumeKmsKeyId'), instanceTypes: [cluster.at('InstanceType')] },
    outputs: [
      keyed(request, 'ProcessingOutputConfig', 'KmsKeyId'),
      // the result of the query is written before the job reads it
      ...request.at('ProcessingInputs').items.flatMap((input) => [
        keyed(input, 'DatasetDefinition.AthenaDatasetDefinition', 'KmsKeyId'), keyed(input, 'DatasetDefinition.RedshiftDatasetDefinition', 'KmsKeyId'),
      ]),
    ],
    maxRuntime: request.at('StoppingCondition.MaxRuntimeInSeconds'),
    images: [request.at('AppSpecification.ImageUri')],
    clarify,
  };
}

/** `CreateTransformJob`; it has no network of its own: it runs in the model's. */
export function transform(request: Value): Job {
  return {
    volume: { key: request.at('TransformResources.VolumeKmsKeyId'), instanceTypes: [request.at('TransformResources.InstanceType')] },
    outputs: [keyed(request, 'TransformOutput', 'KmsKeyId'), keyed(request, 'DataCaptureConfig', 'KmsKeyId')],
    images: [],
    clarify: false,
  };
}

/** `CreateAutoMLJob` and its second version, which has a configuration for each type of problem. */
export function automatic(request: Value): Job {
  const first = request.at('AutoMLJobConfig.SecurityConfig');
  const security = first.isAbsent ? request.at('SecurityConfig') : first;
  const problem = request.at('AutoMLProblemTypeConfig').entries[0]?.[1] ?? request.at('AutoMLJobConfig');
  return {
    vpc: vpcConfig(security.at('VpcConfig')),
    interContainer: security.at('EnableInterContainerTrafficEncryption'),
    volume: { key: security.at('VolumeKmsKeyId'), instanceTypes: [] },
    outputs: [keyed(request, 'OutputDataConfig', 'KmsKeyId')],
    maxRuntime: problem.at('CompletionCriteria.MaxAutoMLJobRuntimeInSeconds'),
    images: [],
    clarify: false,
  };
}

/** `CreateLabelingJob`; only labelling that is automated has machines. */
export function labeling(request: Value): Job {
  const algorithms = request.at('LabelingJobAlgorithmsConfig');
  const resources = algorithms.at('LabelingJobResourceConfig');
  return {
    ...(algorithms.isAbsent ? {} : { vpc: vpcConfig(resources.at('VpcConfig')), volume: { key: resources.at('VolumeKmsKeyId'), instanceTypes: [] } }),
    outputs: [keyed(request, 'OutputConfig', 'KmsKeyId')],
    images: [],
    clarify: false,
  };
}

/** `CreateCompilationJob`. */
export function conversion(request: Value): Job {
  return {
    vpc: vpcConfig(request.at('VpcConfig')),
    outputs: [keyed(request, 'OutputConfig', 'KmsKeyId')],
    maxRuntime: request.at('StoppingCondition.MaxRuntimeInSeconds'),
    images: [],
    clarify: false,
  };
}

/** `CreateOptimizationJob`, which may name images of its own. */
export function optimization(request: Value): Job {
  const kinds = request.at('OptimizationConfigs').items.flatMap((config) => ['ModelQuantizationConfig', 'ModelCompilationConfig', 'ModelShardingConfig'].map((kind) => config.at(kind)));
  return { ...conversion(request), images: kinds.map((kind) => kind.at('Image')) };
}

/** `CreateInferenceRecommendationsJob`, which tries a model on endpoints of its own. */
export function recommendation(request: Value): Job {
  const input = request.at('InputConfig');
  return {
    vpc: vpcConfig(input.at('VpcConfig')),
    volume: { key: input.at('VolumeKmsKeyId'), instanceTypes: input.at('EndpointConfigurations').items.map((endpoint) => endpoint.at('InstanceType')) },
    outputs: [keyed(request, 'OutputConfig', 'KmsKeyId')],
    maxRuntime: input.at('JobDurationInSeconds'),
    images: [],
    clarify: false,
  };
}

/** `CreateFlowDefinition`: what people of a work team say of an answer is written to S3. */
export function humanReview(request: Value): Job {
  return { outputs: [keyed(request, 'OutputConfig', 'KmsKeyId')], images: [], clarify: false };
}

/** A step on EMR: on a cluster that stands already it carries nothing, one that it makes itself is described in it. */
export function cluster(request: Value): Job {
  const config = request.at('ClusterConfig');
  if (config.isAbsent) return { outputs: [], images: [], clarify: false };
  const instances = config.at('Instances');
  const several = instances.at('Ec2SubnetIds');
  return {
    vpc: { config: instances, subnets: several.isAbsent ? instances.at('Ec2SubnetId') : several },
    outputs: [{ config: config.at('LogUri'), key: config.at('LogEncryptionKmsKeyId') }],
    images: [],
    clarify: false,
  };
}

/** A step on EMR Serverless, whose members begin with small letters; its network and its images are the application's, unless the step makes one. */
export function spark(request: Value): Job {
  const logs = request.at('JobConfig.configurationOverrides.monitoringConfiguration');
  const application = request.at('ApplicationConfig');
  const workers = application.at('workerTypeSpecifications').entries.map(([, worker]) => worker);
  return {
    ...(application.isAbsent ? {} : { vpc: lowerCase(application.at('networkConfiguration')) }),
    outputs: [keyed(logs, 's3MonitoringConfiguration', 'encryptionKeyArn')],
    maxRuntime: request.at('JobConfig.executionTimeoutMinutes'),
    images: application.isAbsent ? [] : [application, ...workers].map((one) => one.at('imageConfiguration.imageUri')),
    clarify: false,
  };
}

/** A monitor's job definition. */
export function monitoring(request: Value, kind: string): Job {
  return {
    ...isolated(request),
    ...monitor(request, 'JobResources', `${kind}JobOutputConfig`, `${kind}AppSpecification`),
    // Security Hub SageMaker.15 leaves out jobs of one instance, and its controls on other monitors do not
    ...(kind === 'ModelBias' ? { instances: [request.at('JobResources.ClusterConfig.InstanceCount')] } : {}),
    clarify: kind === 'ModelBias' || kind === 'ModelExplainability',
  };
}

/** A job definition inside a schedule. */
export function inlineMonitoring(request: Value, clarify: boolean): Job {
  return { ...isolated(request), ...monitor(request, 'MonitoringResources', 'MonitoringOutputConfig', 'MonitoringAppSpecification'), clarify };
}

function monitor(request: Value, resources: string, output: string, app: string): Pick<Job, 'volume' | 'outputs' | 'maxRuntime' | 'images'> {
  const cluster = request.at(`${resources}.ClusterConfig`);
  return {
    volume: { key: cluster.at('VolumeKmsKeyId'), instanceTypes: [cluster.at('InstanceType')] },
    outputs: [keyed(request, output, 'KmsKeyId')],
    maxRuntime: request.at('StoppingCondition.MaxRuntimeInSeconds'),
    images: [request.at(`${app}.ImageUri`)],
  };
}

function isolated(request: Value): Required<Pick<Job, 'isolation' | 'vpc' | 'interContainer'>> {
  const network = request.at('NetworkConfig');
  return {
    isolation: network.at('EnableNetworkIsolation'),
    vpc: vpcConfig(network.at('VpcConfig')),
    interContainer: network.at('EnableInterContainerTrafficEncryption'),
  };
}

function keyed(request: Value, path: string, key: string): Job['outputs'][number] {
  const config = request.at(path).given;
  return { config, key: config.at(key) };
}

function lowerCase(config: Value): Network {
  return { config, subnets: config.at('subnetIds'), securityGroups: config.at('securityGroupIds') };
}
