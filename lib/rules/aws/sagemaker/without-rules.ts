import { Control } from '../../../policy/control';

/** One reason for all that is not judged, or one for each control that could be asked about. */
export type Reasons = string | Readonly<Partial<Record<Control, string>>>;

const ROLE = 'what it may do is judged on its role, where that is declared';
const IN_DOMAIN = 'it runs in the network of its domain, on storage that the domain\'s key encrypts';
const ON_CONFIG = 'volumes, network and captures are those of its endpoint configuration, which is judged';
const OF_MODEL = 'containers take network and isolation from their model or endpoint configuration, which are judged';
const SERVICE_STORE = 'the service keeps it encrypted, and takes no key of the customer\'s';
const SERVICE_TLS = 'it is reached through the API of the service only, which is TLS';
const RECORD = 'an entry of lineage: names, addresses and numbers of what ran, in a store of the service that takes no key, network or role';
const MANAGED = 'the service runs it outside the customer\'s network, and its API has no setting for that';
const ANNOTATED = 'whether a model decides about people is nothing that a template says; steps of a pipeline and monitors measure it';
const MACHINES = 'a job\'s machines end with it';
const ENDED = 'the service has ended, which is the finding';

/**
 * Why no rule of this folder judges a type of SageMaker, or a control on one that has rules for others. Whatever a type names (images, buckets,
 * keys, roles, regions) is judged by the rules on residency besides.
 */
export const WITHOUT_RULE: Readonly<Record<string, Reasons>> = {
  'AWS::SageMaker::AIWorkloadConfig': {
    [Control.ENCRYPTION_AT_REST]: SERVICE_STORE, [Control.PRIVATE_NETWORK]: 'a benchmark runs where its inference component runs, which is judged',
  },
  'AWS::SageMaker::Action': RECORD,
  'AWS::SageMaker::Algorithm': { [Control.ENCRYPTION_AT_REST]: SERVICE_STORE, [Control.NETWORK_ISOLATION]: 'the job that uses it says how it is isolated, and is judged' },
  'AWS::SageMaker::App': 'network, key and role are those of its domain and user profile, which are judged; it adds the size of a machine',
  'AWS::SageMaker::AppImageConfig': { [Control.ENCRYPTION_AT_REST]: IN_DOMAIN, [Control.ARTIFACT_INTEGRITY]: 'the image itself is named by its image version, which is judged' },
  'AWS::SageMaker::Artifact': RECORD,
  'AWS::SageMaker::Cluster': {
    [Control.LEAST_PRIVILEGE]: ROLE,
    [Control.ENCRYPTION_IN_TRANSIT]: 'traffic between nodes is the workload\'s: the API has no switch for it, security groups keep it inside the VPC',
    [Control.NETWORK_ISOLATION]: 'nodes pull images and data themselves, so they cannot be without a network; private subnets keep them in',
    [Control.ARTIFACT_INTEGRITY]: 'lifecycle scripts are fetched by name from a bucket, whose versions and writers are judged there',
    [Control.RESOURCE_LIMIT]: 'a cluster is meant to stand; quotas bound what teams take of it',
  },
  'AWS::SageMaker::ClusterSchedulerConfig': 'priorities of teams on a cluster: it holds no data, code, identity or network',
  'AWS::SageMaker::CodeRepository': { [Control.ENCRYPTION_IN_TRANSIT]: 'the schema of CloudFormation takes https addresses only', [Control.ENCRYPTION_AT_REST]: SERVICE_STORE },
  'AWS::SageMaker::ComputeQuota': 'shares of teams in a cluster, all of which the schema asks for: it holds no data, code, identity or network',
  'AWS::SageMaker::Context': RECORD,
  'AWS::SageMaker::DataQualityJobDefinition': { [Control.LEAST_PRIVILEGE]: ROLE, [Control.AVAILABILITY]: MACHINES },
  'AWS::SageMaker::Device': { [Control.ENCRYPTION_AT_REST]: ENDED, [Control.AUTHENTICATION]: ENDED },
  'AWS::SageMaker::DeviceFleet': { [Control.ENCRYPTION_AT_REST]: ENDED, [Control.LEAST_PRIVILEGE]: ENDED },
  'AWS::SageMaker::Domain': {
    [Control.LEAST_PRIVILEGE]: 'the default role is judged where it is declared, and profiles are asked for one of their own',
    [Control.SUPPORTED_SOFTWARE]: 'applications take the current image of the service when they start, unless a custom image is named, whose version is judged',
  },
  'AWS::SageMaker::Endpoint': {
    [Control.ENCRYPTION_AT_REST]: ON_CONFIG, [Control.NETWORK_ISOLATION]: OF_MODEL, [Control.PRIVATE_NETWORK]: OF_MODEL, [Control.ENCRYPTION_IN_TRANSIT]: SERVICE_TLS,
    [Control.NO_PUBLIC_ACCESS]: 'an endpoint answers signed requests only, whoever may send them is in policies of IAM',
    [Control.MODEL_MONITORING]: 'a monitor is a schedule of its own, and may stand in another app',
  },
  'AWS::SageMaker::EndpointConfig': {
    [Control.ENCRYPTION_IN_TRANSIT]: 'requests come by TLS, and instances of an endpoint exchange nothing',
    [Control.MODEL_MONITORING]: 'capturing stores requests about people, so it is asked for where a monitor reads them, and not of every endpoint',
    [Control.EXPLAINABILITY]: ANNOTATED,
    [Control.RETENTION_LIMIT]: 'how long captures are kept is the lifecycle of their bucket, which is judged there',
  },
  'AWS::SageMaker::Experiment': RECORD,
  'AWS::SageMaker::ExperimentTrialComponent': RECORD,
  'AWS::SageMaker::FeatureGroup': {
    [Control.LEAST_PRIVILEGE]: ROLE, [Control.ENCRYPTION_IN_TRANSIT]: SERVICE_TLS, [Control.PRIVATE_NETWORK]: MANAGED,
    [Control.AVAILABILITY]: 'the online store is replicated by the service, the offline store is a bucket, which is judged',
  },
  'AWS::SageMaker::Hub': 'a list of models to choose from; artifacts lie in the bucket that it names, which is judged, and sharing it is done in Resource Access Manager',
  'AWS::SageMaker::HumanTaskUi': { [Control.ENCRYPTION_AT_REST]: SERVICE_STORE, [Control.NO_PUBLIC_ACCESS]: 'who sees the page is decided by the workforce, which is judged' },
  'AWS::SageMaker::Image': { [Control.LEAST_PRIVILEGE]: ROLE, [Control.ARTIFACT_INTEGRITY]: 'what it holds is named by its versions, which are judged' },
  'AWS::SageMaker::ImageVersion': { [Control.ASSET_INVENTORY]: 'it is found through its image, which is judged' },
  'AWS::SageMaker::InferenceComponent': {
    [Control.NETWORK_ISOLATION]: OF_MODEL, [Control.PRIVATE_NETWORK]: OF_MODEL, [Control.ENCRYPTION_AT_REST]: ON_CONFIG,
    [Control.HUMAN_APPROVAL]: 'approval is of the model package that its model was made from, which is judged',
  },
  'AWS::SageMaker::InferenceExperiment': {
    [Control.LEAST_PRIVILEGE]: ROLE, [Control.NETWORK_ISOLATION]: OF_MODEL, [Control.PRIVATE_NETWORK]: OF_MODEL,
    [Control.RESOURCE_LIMIT]: 'the service ends an experiment after 7 days by itself, and takes no more than 30',
  },
  'AWS::SageMaker::MlflowApp': {
    [Control.ENCRYPTION_AT_REST]: 'artifacts lie in a bucket, which is judged; metadata is kept by the service, which takes no key', [Control.LEAST_PRIVILEGE]: ROLE,
    [Control.PRIVATE_NETWORK]: MANAGED, [Control.NO_PUBLIC_ACCESS]: 'it answers signed requests and presigned addresses only',
    [Control.SUPPORTED_SOFTWARE]: 'its API takes no version of MLflow: the service chooses it',
  },
  'AWS::SageMaker::MlflowTrackingServer': {
    [Control.ENCRYPTION_AT_REST]: 'artifacts lie in a bucket, which is judged; metadata is kept by the service, which takes no key', [Control.LEAST_PRIVILEGE]: ROLE,
    [Control.PRIVATE_NETWORK]: MANAGED, [Control.NO_PUBLIC_ACCESS]: 'it answers signed requests and presigned addresses only',
    [Control.SUPPORTED_SOFTWARE]: 'AWS states no end of support for a version of MLflow that a rule could compare with',
  },
  'AWS::SageMaker::Model': {
    [Control.LEAST_PRIVILEGE]: ROLE, [Control.ENCRYPTION_AT_REST]: 'the artifact lies in a bucket and the copy on volumes of the endpoint or transform, which are judged',
    [Control.HUMAN_APPROVAL]: 'approval is of the model package that it is made from, which is judged', [Control.BIAS_ASSESSMENT]: ANNOTATED,
  },
  'AWS::SageMaker::ModelBiasJobDefinition': { [Control.LEAST_PRIVILEGE]: ROLE, [Control.AVAILABILITY]: MACHINES },
  'AWS::SageMaker::ModelCard': { [Control.NO_PUBLIC_ACCESS]: 'a card has no policy of its own: it is shared in Resource Access Manager', [Control.BIAS_ASSESSMENT]: ANNOTATED },
  'AWS::SageMaker::ModelExplainabilityJobDefinition': { [Control.LEAST_PRIVILEGE]: ROLE, [Control.AVAILABILITY]: MACHINES },
  'AWS::SageMaker::ModelPackage': {
    [Control.NETWORK_ISOLATION]: 'the model that is made from it says how it is isolated, and is judged',
    [Control.NO_PUBLIC_ACCESS]: 'who reads it is in the policy of its group, which is judged',
  },
  'AWS::SageMaker::ModelPackageGroup': { [Control.ENCRYPTION_AT_REST]: 'a group holds a name and a policy; its versions have the key, and are judged' },
  'AWS::SageMaker::ModelQualityJobDefinition': { [Control.LEAST_PRIVILEGE]: ROLE, [Control.AVAILABILITY]: MACHINES },
  'AWS::SageMaker::MonitoringSchedule': { [Control.LEAST_PRIVILEGE]: ROLE },
  'AWS::SageMaker::NotebookInstance': {
    [Control.RESOURCE_LIMIT]: 'an instance has no idle timeout: only a lifecycle script can stop it, and what a script does is not told from its text',
    [Control.ENCRYPTION_IN_TRANSIT]: SERVICE_TLS,
    [Control.AUDIT_LOGGING]: 'what is done with the role is in the trail; an instance has no setting that names the person behind it',
  },
  'AWS::SageMaker::NotebookInstanceLifecycleConfig': {
    [Control.ENCRYPTION_AT_REST]: SERVICE_STORE, [Control.LEAST_PRIVILEGE]: 'the service runs lifecycle scripts as root, whatever is set',
  },
  'AWS::SageMaker::PartnerApp': {
    [Control.LEAST_PRIVILEGE]: ROLE, [Control.PRIVATE_NETWORK]: MANAGED, [Control.ENCRYPTION_IN_TRANSIT]: SERVICE_TLS,
    [Control.NO_PUBLIC_ACCESS]: 'it answers signed requests and presigned addresses only',
  },
  'AWS::SageMaker::Pipeline': {
    [Control.LEAST_PRIVILEGE]: ROLE, [Control.ENCRYPTION_AT_REST]: 'its steps have the keys, and are judged one by one',
    [Control.NETWORK_ISOLATION]: 'its steps have the network, and are judged one by one',
    [Control.RESOURCE_LIMIT]: 'its steps have the maximum runtimes, and are judged one by one',
  },
  'AWS::SageMaker::ProcessingJob': { [Control.LEAST_PRIVILEGE]: ROLE, [Control.AVAILABILITY]: MACHINES },
  'AWS::SageMaker::Project': {
    [Control.LEAST_PRIVILEGE]: 'what a project makes is made by the launch role of its product in Service Catalog, or by the role that its template provider names: it is judged as a role',
    [Control.ARTIFACT_INTEGRITY]: 'the template is a version of a product in Service Catalog, which keeps it as it was published, or a file in a bucket, whose versions and writers are judged there',
  },
  'AWS::SageMaker::Space': {
    [Control.ENCRYPTION_AT_REST]: IN_DOMAIN, [Control.NETWORK_ISOLATION]: IN_DOMAIN,
    [Control.RESOURCE_LIMIT]: 'idle applications are stopped as its domain says, which is judged',
  },
  'AWS::SageMaker::StudioLifecycleConfig': {
    [Control.ENCRYPTION_AT_REST]: SERVICE_STORE, [Control.LEAST_PRIVILEGE]: 'it runs as the user of the application that it is attached to',
  },
  'AWS::SageMaker::TrialComponent': RECORD,
  'AWS::SageMaker::UserProfile': {
    [Control.NETWORK_ISOLATION]: IN_DOMAIN, [Control.PRIVATE_NETWORK]: IN_DOMAIN,
    [Control.AUDIT_LOGGING]: 'the trail names the profile when its domain says so, which is judged',
  },
  'AWS::SageMaker::Workforce': { [Control.ENCRYPTION_IN_TRANSIT]: 'the schema of CloudFormation takes https addresses of the identity provider only' },
  'AWS::SageMaker::Workteam': 'groups of the identity provider that its workforce signs in with, which is judged; a public team cannot be made here',
};

/** A control that a job can have. */
export type JobControl = 'isolation' | 'vpc' | 'interContainer' | 'volume' | 'output' | 'maxRuntime' | 'image' | 'spot';

const PLAIN_JOB = 'only CreateTrainingJob knows spot capacity';
const HANDED_ON = 'the step hands work to a resource that has its own settings';
const OF_TRANSFORM = 'a transform takes it from its model, which is judged';
const NO_WORK = 'the step starts no job';

/**
 * What a kind of step cannot be asked for, and why; what is not named here is judged on it. A job that no pipeline has a step for is called after
 * the action that starts it.
 */
export const STEPS_WITHOUT_RULE: Readonly<Record<string, string | Readonly<Partial<Record<JobControl, string>>>>> = {
  Training: {},
  Tuning: {},
  Processing: { spot: PLAIN_JOB },
  ClarifyCheck: { spot: PLAIN_JOB },
  QualityCheck: { spot: PLAIN_JOB },
  Transform: {
    isolation: OF_TRANSFORM, vpc: OF_TRANSFORM, interContainer: 'instances of a transform exchange nothing', image: OF_TRANSFORM, spot: PLAIN_JOB,
    maxRuntime: 'CreateTransformJob has no stopping condition, only a timeout for each invocation',
  },
  AutoML: {
    isolation: 'AutoMLSecurityConfig has no such member; candidates train in the VPC', image: 'the service chooses the images of candidates', spot: PLAIN_JOB,
  },
  Labeling: {
    isolation: 'the service runs the job, and only automated labelling has machines', interContainer: 'the API has no such member', image: 'the service chooses the algorithm',
    maxRuntime: 'a labelling job waits for people; it is bounded by a number of objects', spot: PLAIN_JOB,
  },
  Compilation: {
    isolation: 'the API has no such member; the compiler is the service\'s', interContainer: 'it runs on one machine',
    volume: 'the API takes no key for the volume of the compiler',
    image: 'the compiler is the service\'s', spot: PLAIN_JOB,
  },
  Optimization: {
    isolation: 'the API has no such member; the optimizer is the service\'s', interContainer: 'the API has no such member',
    volume: 'the API takes no key for the volume of the optimizer',
    spot: PLAIN_JOB,
  },
  InferenceRecommendations: {
    isolation: 'endpoints that are tried take it from their model, which is judged', interContainer: 'endpoints that are tried exchange nothing',
    image: 'it tries a version of the registry, which is judged', spot: PLAIN_JOB,
  },
  FlowDefinition: {
    isolation: 'people do the work', vpc: 'people do the work', interContainer: 'people do the work', volume: 'people do the work', image: 'people do the work',
    maxRuntime: 'a task has a timeout of its own', spot: PLAIN_JOB,
  },
  EMR: {
    isolation: 'nodes of a cluster read and write S3 themselves', interContainer: 'it is in the security configuration, which a rule of its own asks for',
    volume: 'it is in the security configuration, which a rule of its own asks for', image: 'the release of EMR is named, and no image',
    maxRuntime: 'a cluster that a step makes ends with the step', spot: PLAIN_JOB,
  },
  EMRServerless: {
    isolation: 'Spark workers read and write S3 themselves', interContainer: 'the service encrypts it, and has no switch for it',
    volume: 'the disks of workers are the application\'s, which is judged',
    spot: PLAIN_JOB,
  },
  Lambda: HANDED_ON,
  Callback: HANDED_ON,
  Condition: NO_WORK,
  Fail: NO_WORK,
  Model: 'it is judged as an AWS::SageMaker::Model',
  RegisterModel: 'it is judged as an AWS::SageMaker::ModelPackage',
  EndpointConfig: 'it is judged as an AWS::SageMaker::EndpointConfig',
  Endpoint: 'it is judged as an AWS::SageMaker::Endpoint',
};
