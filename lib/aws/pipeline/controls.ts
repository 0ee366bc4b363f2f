/** A setting by which a step, a monitor or an endpoint protects data. */
export type Capability = 'networkIsolation' | 'vpc' | 'interContainerEncryption' | 'volumeKey' | 'outputKey' | 'maxRuntime' | 'dataCapture';

/** What can carry such settings. */
export type Carrier =
  | 'processing' | 'training' | 'tuning' | 'transform' | 'model' | 'clarify-check' | 'quality-check' | 'automl' | 'notebook-job'
  | 'emr' | 'emr-serverless' | 'lambda' | 'callback'
  | 'data-quality-monitor' | 'model-quality-monitor' | 'bias-monitor' | 'explainability-monitor'
  | 'realtime-endpoint' | 'serverless-endpoint' | 'async-endpoint';

/** Why a setting is not there, and what protects the data instead. */
export interface Limit {
  readonly why: string;
  readonly instead: string;
}

export interface ControlsRow {
  /** Settings of its own. */
  readonly can: readonly Capability[];
  /** Settings it cannot carry itself, with the reason; one that is in neither list has no meaning for it. */
  readonly cannot: Readonly<Partial<Record<Capability, Limit>>>;
  /** Where this is written. */
  readonly source: string;
}

const API = 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/';
const GUIDE = 'https://docs.aws.amazon.com/sagemaker/latest/dg/';

const JOB = ['networkIsolation', 'vpc', 'interContainerEncryption', 'volumeKey', 'outputKey', 'maxRuntime'] as const satisfies Capability[];
const WITHOUT_ISOLATION = JOB.filter((capability) => capability !== 'networkIsolation');

const CLARIFY: Limit = {
  why: 'SageMaker Clarify calls the SageMaker API from its container, so network isolation has to be off when it runs in a VPC',
  instead: 'the job runs in private subnets without an internet route, behind the workspace\'s endpoint policies',
};
const FROM_MODEL: Limit = { why: 'a transform job takes it from its model', instead: 'the model of the step carries it' };
const ELSEWHERE: Limit = { why: 'the step only hands work to a resource that has its own', instead: 'set it on that resource' };
const SERVERLESS: Limit = {
  why: 'serverless endpoints run in a network of the service and offer no VPC, network isolation, volume key, capture or monitor',
  instead: 'use a real-time endpoint for personal data',
};

/**
 * Which setting each kind of step, monitor and endpoint can carry. Whatever renders one of them follows this table, and
 * what it lacks is recorded as a weakening with its substitute.
 */
export const CONTROLS: Readonly<Record<Carrier, ControlsRow>> = {
  'processing': { can: JOB, cannot: {}, source: `${API}API_CreateProcessingJob.html` },
  'training': { can: JOB, cannot: {}, source: `${API}API_CreateTrainingJob.html` },
  'tuning': { can: JOB, cannot: {}, source: `${API}API_HyperParameterTrainingJobDefinition.html` },
  'transform': {
    can: ['volumeKey', 'outputKey'],
    cannot: { networkIsolation: FROM_MODEL, vpc: FROM_MODEL, maxRuntime: { why: 'CreateTransformJob has no stopping condition', instead: 'a timeout per invocation and the failure alarm of the pipeline' } },
    source: `${API}API_CreateTransformJob.html`,
  },
  'model': { can: ['networkIsolation', 'vpc'], cannot: {}, source: `${API}API_CreateModel.html` },
  'clarify-check': { can: WITHOUT_ISOLATION, cannot: { networkIsolation: CLARIFY }, source: `${GUIDE}clarify-vpc.html` },
  'quality-check': { can: JOB, cannot: {}, source: `${GUIDE}build-and-manage-steps-types.html#step-type-quality-check` },
  'automl': {
    can: ['vpc', 'interContainerEncryption', 'volumeKey', 'outputKey', 'maxRuntime'],
    cannot: { networkIsolation: { why: 'AutoMLSecurityConfig has no such member', instead: 'the candidates train in private subnets without an internet route' } },
    source: `${API}API_AutoMLSecurityConfig.html`,
  },
  'notebook-job': {
    can: WITHOUT_ISOLATION,
    cannot: { networkIsolation: { why: 'the scheduler in the container uploads the executed notebook through the network; the SageMaker Python SDK offers no isolation for it either', instead: 'the job runs in private subnets without an internet route' } },
    source: `${GUIDE}create-notebook-auto-run-sdk.html`,
  },
  'emr': { can: [], cannot: { networkIsolation: ELSEWHERE, vpc: ELSEWHERE, volumeKey: ELSEWHERE, maxRuntime: ELSEWHERE }, source: 'https://docs.aws.amazon.com/emr/latest/APIReference/API_AddJobFlowSteps.html' },
  'emr-serverless': {
    can: ['vpc', 'outputKey', 'maxRuntime'],
    cannot: { networkIsolation: { why: 'Spark workers read and write S3 themselves', instead: 'the application runs in private subnets without an internet route' } },
    source: 'https://docs.aws.amazon.com/emr-serverless/latest/APIReference/API_CreateApplication.html',
  },
  'lambda': { can: [], cannot: { vpc: ELSEWHERE, maxRuntime: ELSEWHERE }, source: `${GUIDE}build-and-manage-steps-types.html#step-type-lambda` },
  'callback': { can: [], cannot: { vpc: ELSEWHERE, maxRuntime: ELSEWHERE }, source: `${GUIDE}build-and-manage-steps-types.html#step-type-callback` },
  'data-quality-monitor': { can: JOB, cannot: {}, source: `${API}API_CreateDataQualityJobDefinition.html` },
  'model-quality-monitor': { can: JOB, cannot: {}, source: `${API}API_CreateModelQualityJobDefinition.html` },
  'bias-monitor': { can: WITHOUT_ISOLATION, cannot: { networkIsolation: CLARIFY }, source: `${GUIDE}clarify-vpc.html` },
  'explainability-monitor': { can: WITHOUT_ISOLATION, cannot: { networkIsolation: CLARIFY }, source: `${GUIDE}clarify-vpc.html` },
  'realtime-endpoint': { can: ['networkIsolation', 'vpc', 'volumeKey', 'dataCapture'], cannot: {}, source: `${API}API_CreateEndpointConfig.html` },
  'async-endpoint': { can: ['networkIsolation', 'vpc', 'volumeKey', 'outputKey', 'dataCapture'], cannot: {}, source: `${API}API_AsyncInferenceOutputConfig.html` },
  'serverless-endpoint': {
    can: [],
    cannot: { networkIsolation: SERVERLESS, vpc: SERVERLESS, volumeKey: SERVERLESS, dataCapture: SERVERLESS },
    source: `${GUIDE}serverless-endpoints.html#serverless-endpoints-how-it-works-exclusions`,
  },
};

/** Whether a kind can carry a setting. */
export function canCarry(carrier: Carrier, capability: Capability): boolean {
  return CONTROLS[carrier].can.includes(capability);
}

/**
 * Whether a volume key may be given: SageMaker refuses one for instances whose storage is a local NVMe disk, which
 * encrypts in hardware.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html
 */
export function takesVolumeKey(carrier: Carrier, instances: { readonly hasLocalStorage?: boolean }): boolean {
  return canCarry(carrier, 'volumeKey') && instances.hasLocalStorage !== true;
}

/**
 * Whether images of a registry are pulled through the VPC on demand: the API has `RepositoryAccessMode: Vpc` for
 * registries other than ECR only, so for ECR the control does not apply.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ImageConfig.html
 */
export function takesPrivateRegistryMode(imageUri: string): boolean {
  return !/\.dkr\.ecr(-fips)?\.[a-z0-9-]+\.amazonaws\.(com|com\.cn|eu)\//.test(imageUri);
}
