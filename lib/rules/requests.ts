import { parseDeployed, textsOf } from './deployed-json';
import { Choice, isObject, Unknown, type Resolved, type ResolvedObject } from './resolved';
import { STEP, TASK } from './rule';
import { STACK_MAKERS } from './stacks-within';

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
 * Actions whose request has the members of a resource's properties, most under the same names, so that the rules on the resource judge it. Left out are those that
 * make what no rule is about.
 */
const CREATIONS: ReadonlySet<string> = new Set([
  'AIWorkloadConfig', 'Algorithm', 'AppImageConfig', 'Cluster', 'CodeRepository', 'DataQualityJobDefinition', 'DeviceFleet', 'Domain', 'Endpoint', 'EndpointConfig', 'FeatureGroup',
  'HumanTaskUi', 'Image', 'ImageVersion', 'InferenceComponent', 'InferenceExperiment', 'MlflowApp', 'MlflowTrackingServer', 'Model', 'ModelBiasJobDefinition', 'ModelCard',
  'ModelExplainabilityJobDefinition', 'ModelPackage', 'ModelQualityJobDefinition', 'MonitoringSchedule', 'NotebookInstance', 'NotebookInstanceLifecycleConfig', 'PartnerApp', 'Pipeline',
  'Project', 'Space', 'StudioLifecycleConfig', 'UserProfile', 'Workforce',
]);
/** Updates that say all of it. Of a pipeline it is the definition that is judged: an update may hold it, or leave it as it is. */
const UPDATES: ReadonlySet<string> = new Set(['Endpoint', 'InferenceComponent', 'Pipeline']);
/** Updates that say what changes: what they leave out stays as it was made, and was judged there. */
const CHANGES: ReadonlySet<string> = new Set([
  'AppImageConfig', 'Cluster', 'CodeRepository', 'DeviceFleet', 'Domain', 'FeatureGroup', 'Image', 'ImageVersion', 'InferenceExperiment', 'MlflowApp', 'MlflowTrackingServer', 'ModelCard',
  'ModelPackage', 'MonitoringSchedule', 'NotebookInstance', 'NotebookInstanceLifecycleConfig', 'PartnerApp', 'Space', 'UserProfile', 'Workforce',
]);

/** What a request is judged as. */
export interface Target {
  readonly type: string;
  /** Of a job: its type, as a step of a pipeline has it. */
  readonly kind?: string;
  /** Set where it says what changes, and no more. */
  readonly isChange?: boolean;
  /** Why no rule can judge it. */
  readonly unreadable?: string;
}

const MACHINES: ReadonlySet<string> = new Set(['createStateMachine', 'updateStateMachine']);

/** What a request is judged as, by its action; a task for any that no rule is about. */
export function targetOf(action: string | undefined): Target {
  if (action !== undefined && MACHINES.has(action)) return { type: 'AWS::StepFunctions::StateMachine' };
  if (action !== undefined && Object.hasOwn(JOBS, action)) return { type: STEP, kind: JOBS[action]! };
  if (action === 'updateTrainingJob') return { type: STEP, kind: 'Training', isChange: true };
  // CreateJob among others takes a document whose schema the service alone has
  if (/^create\w*Job(?:V\d+)?$/.test(action ?? '')) return { type: TASK, unreadable: `no rule knows the jobs that ${action} starts` };
  const [, verb, noun] = /^(create|update)(\w+)$/.exec(action ?? '') ?? [];
  if (noun === undefined) return { type: TASK };
  if ((verb === 'create' ? CREATIONS : UPDATES).has(noun)) return { type: `AWS::SageMaker::${noun}` };
  return verb === 'update' && CHANGES.has(noun) ? { type: `AWS::SageMaker::${noun}`, isChange: true } : { type: TASK };
}

type Service = 'sagemaker' | 'batch' | 'sfn' | 'cloudformation';

/** Services that are asked for what rules judge, by the names that SDKs and integrations have for them. */
const SERVICES: ReadonlyMap<string, Service> = new Map([['sagemaker', 'sagemaker'], ['batch', 'batch'], ['sfn', 'sfn'], ['stepfunctions', 'sfn'], ['cloudformation', 'cloudformation']]);

/** The service of a name such as `SageMaker`, `sagemaker` and `@aws-sdk/client-sagemaker`; undefined for one that is asked for nothing that rules judge. */
export function serviceNamed(name: Resolved): Service | undefined {
  return typeof name === 'string' ? SERVICES.get(name.replace('@aws-sdk/client-', '').toLowerCase()) : undefined;
}

/** The action of a name such as `createTrainingJob`, `CreateTrainingJob`, `CreateTrainingJobCommand` and `create_training_job`. */
export function actionNamed(name: Resolved): string | undefined {
  if (typeof name !== 'string' || name === '') return undefined;
  const action = name.replace(/Command$/, '').replace(/_+([a-z])/g, (_text, letter: string) => letter.toUpperCase());
  return action[0]!.toLowerCase() + action.slice(1);
}

/** A call of the API that asks for something that rules judge. */
export interface Asked {
  /** The action that says what the request is judged as, by `targetOf`. */
  readonly action: string;
  readonly request: Resolved;
  /** The member of what is sent that holds the request, where it is not all of it. */
  readonly member?: string;
}

/** What a call asks for, wherever it stands; undefined for a service that no rule is about. */
export function askedOf(service: Service | undefined, action: string | undefined, request: Resolved): Asked | undefined {
  if (action === undefined) return undefined;
  if (service === 'sagemaker') return { action, request: propertiesOf(action, request) };
  if (service === 'batch' && action === 'submitServiceJob') return { action: 'createTrainingJob', request: servicePayload(request), member: 'ServiceRequestPayload' };
  if (service === 'cloudformation' && STACK_MAKERS.has(action)) return { action, request };
  return service === 'sfn' && MACHINES.has(action) ? { action, request: machineOf(request) } : undefined;
}

const OF_IMAGE = { Description: 'ImageDescription', DisplayName: 'ImageDisplayName', RoleArn: 'ImageRoleArn' };

/** Members of requests to SageMaker that CloudFormation calls otherwise. */
const RENAMED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  createImage: OF_IMAGE, updateImage: OF_IMAGE,
  updateDomain: { DomainSettingsForUpdate: 'DomainSettings', RStudioServerProDomainSettingsForUpdate: 'RStudioServerProDomainSettings' },
  updateFeatureGroup: { FeatureAdditions: 'FeatureDefinitions' },
  updateModelPackage: { AdditionalInferenceSpecificationsToAdd: 'AdditionalInferenceSpecifications' },
};

function propertiesOf(action: string, request: Resolved): Resolved {
  if (action === 'createModelCard' || action === 'updateModelCard') return ofCard(request);
  if (!Object.hasOwn(RENAMED, action)) return request;
  const renamed = RENAMED[action]!;
  return renamedInside(request, (name) => (Object.hasOwn(renamed, name) ? renamed[name]! : name));
}

function ofCard(request: Resolved): Resolved {
  if (request instanceof Choice) return new Choice(request.options.map(ofCard));
  return isObject(request) && request.Content !== undefined ? { ...request as ResolvedObject, Content: cardContent(request.Content as Resolved) } : request;
}

/**
 * What a card says, which its request holds as a text with names of its own, such as `intended_uses`.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/model-cards-json-schema.html
 */
function cardContent(content: Resolved): Resolved {
  if (content instanceof Choice) return new Choice(content.options.map(cardContent));
  if (typeof content !== 'string' && !(content instanceof Unknown)) return content;
  const read = parseDeployed(content);
  return 'reason' in read ? new Unknown('opaque', read.reason) : renamedInside(read.value, (name) => name.replace(/(?:^|_+)([a-z])/g, (_text, letter: string) => letter.toUpperCase()));
}

/**
 * The training that a service job of AWS Batch queues: its request as a text.
 *
 * @see https://docs.aws.amazon.com/batch/latest/APIReference/API_SubmitServiceJob.html
 */
function servicePayload(request: Resolved): Resolved {
  if (request instanceof Choice) return new Choice(request.options.map(servicePayload));
  if (!isObject(request)) return request instanceof Unknown ? request : new Unknown('opaque', 'no request');
  // an SDK writes it small
  const payload = (request.ServiceRequestPayload ?? request.serviceRequestPayload) as Resolved;
  if (isObject(payload)) return payload as ResolvedObject;
  const texts = textsOf(payload).map((text) => parseDeployed(text));
  if (texts.length === 0) return new Unknown('opaque', 'a service job without a request');
  return new Choice(texts.map((read) => ('reason' in read ? new Unknown('opaque', read.reason) : read.value)));
}

/** Members of a request to Step Functions that CloudFormation calls otherwise. */
const OF_MACHINE: Readonly<Record<string, string>> = { Definition: 'DefinitionString', Name: 'StateMachineName', Type: 'StateMachineType' };

/**
 * The properties that a state machine made by a request has. SDKs begin its members with small letters, state machines and schedules with large ones.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
 */
function machineOf(request: Resolved): Resolved {
  if (request instanceof Choice) return new Choice(request.options.map(machineOf));
  if (!isObject(request)) return request;
  const members = capitalized(request as ResolvedObject) as ResolvedObject;
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [Object.hasOwn(OF_MACHINE, name) ? OF_MACHINE[name] : name, value]));
}

// states of a definition that stands there as an object are called as they are called
function capitalized(value: Resolved): Resolved {
  return renamedInside(value, (name) => name.slice(0, 1).toUpperCase() + name.slice(1), 'Definition');
}

function renamedInside(value: Resolved, rename: (name: string) => string, kept?: string, depth = 0): Resolved {
  if (depth > DEEPEST) return new Unknown('opaque', 'nested too deeply');
  const inside = (inner: Resolved) => renamedInside(inner, rename, kept, depth + 1);
  if (value instanceof Choice) return new Choice(value.options.map(inside));
  if (Array.isArray(value)) return value.map(inside);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => {
    const renamed = rename(name);
    return [renamed, renamed === kept ? inner as Resolved : inside(inner as Resolved)];
  }));
}

const DEEPEST = 20;

/** What an integration calls, as far as its ARN tells. */
export interface Called {
  readonly service?: Service;
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
  const match = /:(?:states|scheduler):[^:]*:[^:]*:(?:aws-sdk:)?([a-z]+):([A-Za-z0-9]+)(?![A-Za-z0-9?])/.exec(text);
  const service = serviceNamed(match?.[1]);
  if (match && service) return { service, action: match[2]! };
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
  return service.includes('?') || SERVICES.has(service);
}
