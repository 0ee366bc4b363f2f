import { Unknown, type Resolved } from './resolve';
import { STEP, TASK } from './rule';

/** Types whose rules judge a pipeline's step, because its arguments are the request that makes such a resource. */
export const STEP_RESOURCES: Readonly<Record<string, string>> = {
  Endpoint: 'AWS::SageMaker::Endpoint', EndpointConfig: 'AWS::SageMaker::EndpointConfig', Model: 'AWS::SageMaker::Model', RegisterModel: 'AWS::SageMaker::ModelPackage',
};

/** Jobs that no type of CloudFormation stands for, by the action that starts them; the word is that of a pipeline's step where there is one. */
const JOBS: Readonly<Record<string, string>> = {
  createTrainingJob: 'Training', createProcessingJob: 'Processing', createTransformJob: 'Transform', createHyperParameterTuningJob: 'Tuning', createAutoMLJob: 'AutoML',
  createAutoMLJobV2: 'AutoML', createLabelingJob: 'Labeling', createCompilationJob: 'Compilation', createOptimizationJob: 'Optimization', createFlowDefinition: 'FlowDefinition',
  createInferenceRecommendationsJob: 'InferenceRecommendations',
};

/**
 * Actions whose request has the members of a resource's properties under the same names, so that the rules on the resource judge it. Left out are
 * CreateModelCard, whose content is a text, CreateImage, which calls its description otherwise, and updates other than these three, which say only
 * what changes. Of a pipeline it is the definition that is judged: an update may hold it, or leave it as it is.
 */
const CREATIONS: ReadonlySet<string> = new Set([
  'AppImageConfig', 'Cluster', 'CodeRepository', 'DataQualityJobDefinition', 'Domain', 'Endpoint', 'EndpointConfig', 'FeatureGroup', 'HumanTaskUi', 'ImageVersion',
  'InferenceComponent', 'InferenceExperiment', 'MlflowTrackingServer', 'Model', 'ModelBiasJobDefinition', 'ModelExplainabilityJobDefinition', 'ModelPackage',
  'ModelQualityJobDefinition', 'MonitoringSchedule', 'NotebookInstance', 'NotebookInstanceLifecycleConfig', 'PartnerApp', 'Pipeline', 'Space', 'StudioLifecycleConfig',
  'UserProfile', 'Workforce',
]);
const UPDATES: ReadonlySet<string> = new Set(['Endpoint', 'InferenceComponent', 'Pipeline']);

/** What a request is judged as. */
export interface Target {
  readonly type: string;
  /** Of a job: its type, as a step of a pipeline has it. */
  readonly kind?: string;
  /** Why no rule can judge it. */
  readonly unreadable?: string;
}

/** What a request to SageMaker is judged as; a task for any other. */
export function targetOf(action: string | undefined): Target {
  if (action !== undefined && Object.hasOwn(JOBS, action)) return { type: STEP, kind: JOBS[action]! };
  // CreateJob among others takes a document whose schema the service alone has
  if (/^create\w*Job(?:V\d+)?$/.test(action ?? '')) return { type: TASK, unreadable: `no rule knows the jobs that ${action} starts` };
  const [, verb, noun] = /^(create|update)(\w+)$/.exec(action ?? '') ?? [];
  return noun !== undefined && (verb === 'create' ? CREATIONS : UPDATES).has(noun) ? { type: `AWS::SageMaker::${noun}` } : { type: TASK };
}

/** What an integration calls, as far as its ARN tells. */
export interface Called {
  readonly service?: 'sagemaker' | 'batch';
  readonly action?: string;
  /** Why it cannot be told; not set where it is known to be something else. */
  readonly unreadable?: string;
}

/**
 * What a task of a state machine or a target of a schedule calls: `arn:aws:states:::aws-sdk:sagemaker:createModel`,
 * `arn:aws:states:::sagemaker:createTrainingJob.sync`, `arn:aws:scheduler:::aws-sdk:sagemaker:createTrainingJob`. The partition may be a token.
 */
export function calledBy(arn: Resolved): Called {
  const text = arn instanceof Unknown ? arn.pattern : arn;
  if (typeof text !== 'string') return {};
  const match = /:(?:states|scheduler):[^:]*:[^:]*:(?:aws-sdk:)?(sagemaker|batch):([A-Za-z0-9]+)(?![A-Za-z0-9?])/.exec(text);
  if (match) return { service: match[1] as 'sagemaker' | 'batch', action: match[2]! };
  return arn instanceof Unknown && mayCall(arn) ? { unreadable: arn.reason } : {};
}

// the ARN of a function or a topic of the app is no integration with a service, and what is known of a text can tell as much
function mayCall(arn: Unknown): boolean {
  const [first] = arn.parts ?? [arn];
  if (first instanceof Unknown && first.kind === 'reference') return false;
  const [, , integration = '?', , , ...called] = arn.pattern.split(':');
  if (integration.includes('?') || arn.pattern.startsWith('?')) return true;
  if (integration !== 'states' && integration !== 'scheduler') return false;
  const service = (called[0] === 'aws-sdk' ? called[1] : called[0]) ?? '?';
  return service.includes('?') || service === 'sagemaker' || service === 'batch';
}
