import type { Resource } from '../../resource';
import { STEP } from '../../rule';
import type { Value } from '../../value';
import { isClarifyImage } from './clarify-image';
import * as requests from './job-requests';
import type { Network } from './network';

/**
 * The controls that a job's request can carry, as the API of its type has them; a field that the API lacks is undefined. What a kind of step
 * lacks, and why, is in `STEPS_WITHOUT_RULE`.
 */
export interface Job {
  readonly isolation?: Value;
  readonly vpc?: Network;
  readonly interContainer?: Value;
  /** On how many instances it runs, by groups that run together; not given where that makes no difference. */
  readonly instances?: readonly Value[];
  readonly volume?: { readonly key: Value; readonly instanceTypes: readonly Value[] };
  /** Configurations of what the job writes; each has a key when it is there. */
  readonly outputs: readonly { readonly config: Value; readonly key: Value }[];
  readonly maxRuntime?: Value;
  readonly images: readonly Value[];
  readonly spot?: { readonly enabled: Value; readonly checkpoint: Value };
  /** Clarify reads a shadow endpoint: inside a VPC it cannot be isolated. */
  readonly clarify: boolean;
}

/** Monitors' definitions carry the controls of the processing job that they start; a schedule may hold one itself. */
export const MONITORS = [
  'AWS::SageMaker::DataQualityJobDefinition', 'AWS::SageMaker::ModelQualityJobDefinition',
  'AWS::SageMaker::ModelBiasJobDefinition', 'AWS::SageMaker::ModelExplainabilityJobDefinition', 'AWS::SageMaker::MonitoringSchedule',
];

/** Where jobs stand: steps and requests first, of which the others are kinds. */
export const JOBS = [STEP, 'AWS::SageMaker::ProcessingJob', ...MONITORS];

/** Jobs of a step or a resource: none for a step that starts no SageMaker job, several for a tuning with several definitions. */
export function jobsOf(resource: Resource): Job[] {
  const request = resource.properties;
  const monitor = /^AWS::SageMaker::(\w+)JobDefinition$/.exec(resource.type)?.[1];
  if (monitor) return [requests.monitoring(request, monitor)];
  switch (resource.type) {
    case 'AWS::SageMaker::ProcessingJob': return [processing(request)];
    case 'AWS::SageMaker::MonitoringSchedule': return scheduled(request.at('MonitoringScheduleConfig'));
    case 'AWS::SageMaker::ModelPackage': return request.at('ValidationSpecification.ValidationProfiles').items
      .map((profile) => requests.transform(profile.at('TransformJobDefinition')));
  }
  switch (resource.within?.kind) {
    case 'Training': return [requests.training(request, ['ResourceConfig'])];
    case 'Tuning': return [
      ...(request.at('TrainingJobDefinition').isAbsent ? [] : [request.at('TrainingJobDefinition')]),
      ...request.at('TrainingJobDefinitions').items,
    ].map((definition) => requests.training(definition, ['ResourceConfig', 'HyperParameterTuningResourceConfig']));
    case 'Processing': return [processing(request)];
    case 'ClarifyCheck': return [requests.processing(request, true)];
    case 'QualityCheck': return [requests.processing(request, false)];
    case 'Transform': return [requests.transform(request)];
    case 'AutoML': return [requests.automatic(request)];
    case 'Labeling': return [requests.labeling(request)];
    case 'Compilation': return [requests.conversion(request)];
    case 'Optimization': return [requests.optimization(request)];
    case 'InferenceRecommendations': return [requests.recommendation(request)];
    case 'FlowDefinition': return [requests.humanReview(request)];
    case 'EMR': return [requests.cluster(request)];
    case 'EMRServerless': return [requests.spark(request)];
    default: return [];
  }
}

function processing(request: Value): Job {
  const image = request.at('AppSpecification.ImageUri');
  // every image that may be deployed has to be Clarify's
  return requests.processing(request, image.unknowns.length === 0 && image.texts.length > 0 && image.texts.every(isClarifyImage));
}

// one that only names a job definition says nothing of the job: the definition does
function scheduled(config: Value): Job[] {
  const inline = config.at('MonitoringJobDefinition').given;
  if (inline.isAbsent) return [];
  const clarify = config.at('MonitoringType').texts.some((type) => type === 'ModelBias' || type === 'ModelExplainability');
  return [requests.inlineMonitoring(inline, clarify)];
}
