import type { Facets } from '../../coverage';
import { Facet } from '../../facet';

const {
  STORE, STORAGE, OUTPUT, FIELDS, CODE, SETTINGS, PLATFORM, MACHINE, ISOLATION, SUBNET, TRAFFIC, GRANT, SIGN_IN, INTERACTIVE, OPENABLE, SERVING, MODEL, TRAINING,
  INTERRUPTIBLE, WATCH, CAPTURE, NOTIFIES, DESCRIPTION, TAGS,
} = Facet;

const JOB = [STORAGE, OUTPUT, CODE, SETTINGS, MACHINE, ISOLATION, SUBNET, TRAFFIC];

/** The 48 types of SageMaker in aws-cdk-lib 2.276. */
export const SAGEMAKER_FACETS: Facets = {
  'AWS::SageMaker::AIWorkloadConfig': [SETTINGS, TAGS],
  'AWS::SageMaker::Action': [DESCRIPTION, TAGS],
  'AWS::SageMaker::Algorithm': [CODE, SETTINGS, TAGS],
  'AWS::SageMaker::App': [CODE, MACHINE, INTERACTIVE, TAGS],
  'AWS::SageMaker::AppImageConfig': [SETTINGS, INTERACTIVE, TAGS],
  'AWS::SageMaker::Artifact': [DESCRIPTION, TAGS],
  'AWS::SageMaker::Cluster': [STORAGE, CODE, PLATFORM, MACHINE, SUBNET, INTERACTIVE, INTERRUPTIBLE, TAGS],
  'AWS::SageMaker::ClusterSchedulerConfig': [TAGS],
  'AWS::SageMaker::CodeRepository': [CODE, SETTINGS, TAGS],
  'AWS::SageMaker::ComputeQuota': [MACHINE, TAGS],
  'AWS::SageMaker::Context': [DESCRIPTION, TAGS],
  'AWS::SageMaker::DataQualityJobDefinition': [...JOB, WATCH, TAGS],
  'AWS::SageMaker::Device': [PLATFORM, TAGS],
  'AWS::SageMaker::DeviceFleet': [OUTPUT, PLATFORM, TAGS],
  'AWS::SageMaker::Domain': [STORAGE, OUTPUT, CODE, MACHINE, ISOLATION, SUBNET, TRAFFIC, SIGN_IN, INTERACTIVE, TAGS],
  'AWS::SageMaker::Endpoint': [SERVING, TAGS],
  'AWS::SageMaker::EndpointConfig': [STORAGE, OUTPUT, PLATFORM, MACHINE, ISOLATION, SUBNET, INTERACTIVE, SERVING, CAPTURE, NOTIFIES, TAGS],
  'AWS::SageMaker::Experiment': [DESCRIPTION, TAGS],
  'AWS::SageMaker::ExperimentTrialComponent': [DESCRIPTION, TAGS],
  'AWS::SageMaker::FeatureGroup': [STORE, FIELDS, TAGS],
  'AWS::SageMaker::Hub': [OUTPUT, TAGS],
  'AWS::SageMaker::HumanTaskUi': [CODE, SETTINGS, TAGS],
  'AWS::SageMaker::Image': [CODE, TAGS],
  'AWS::SageMaker::ImageVersion': [CODE, PLATFORM],
  'AWS::SageMaker::InferenceComponent': [CODE, SETTINGS, MACHINE, SERVING, TAGS],
  'AWS::SageMaker::InferenceExperiment': [STORAGE, OUTPUT, MACHINE, SERVING, CAPTURE, TAGS],
  'AWS::SageMaker::MlflowApp': [OUTPUT, SIGN_IN, DESCRIPTION, TAGS],
  'AWS::SageMaker::MlflowTrackingServer': [OUTPUT, PLATFORM, MACHINE, SIGN_IN, DESCRIPTION, TAGS],
  'AWS::SageMaker::Model': [CODE, SETTINGS, ISOLATION, SUBNET, MODEL, TAGS],
  'AWS::SageMaker::ModelBiasJobDefinition': [...JOB, WATCH, TAGS],
  'AWS::SageMaker::ModelCard': [SETTINGS, MODEL, DESCRIPTION, TAGS],
  'AWS::SageMaker::ModelExplainabilityJobDefinition': [...JOB, WATCH, TAGS],
  'AWS::SageMaker::ModelPackage': [STORAGE, OUTPUT, CODE, SETTINGS, MODEL, DESCRIPTION, TAGS],
  'AWS::SageMaker::ModelPackageGroup': [GRANT, OPENABLE, TAGS],
  'AWS::SageMaker::ModelQualityJobDefinition': [...JOB, WATCH, TAGS],
  // it holds the definition of its job, or the name of one
  'AWS::SageMaker::MonitoringSchedule': [...JOB, WATCH, TAGS],
  'AWS::SageMaker::NotebookInstance': [STORAGE, CODE, SETTINGS, PLATFORM, MACHINE, ISOLATION, SUBNET, INTERACTIVE, TAGS],
  'AWS::SageMaker::NotebookInstanceLifecycleConfig': [CODE, SETTINGS, TAGS],
  'AWS::SageMaker::PartnerApp': [STORAGE, SETTINGS, PLATFORM, MACHINE, SIGN_IN, TAGS],
  // what its steps do is judged step by step
  'AWS::SageMaker::Pipeline': [CODE, DESCRIPTION, TAGS],
  'AWS::SageMaker::ProcessingJob': [...JOB, TAGS],
  'AWS::SageMaker::Project': [CODE, SETTINGS, TAGS],
  'AWS::SageMaker::Space': [STORAGE, CODE, SETTINGS, MACHINE, GRANT, INTERACTIVE, TAGS],
  'AWS::SageMaker::StudioLifecycleConfig': [CODE, SETTINGS, TAGS],
  'AWS::SageMaker::TrialComponent': [DESCRIPTION, TAGS],
  'AWS::SageMaker::UserProfile': [OUTPUT, CODE, MACHINE, SUBNET, SIGN_IN, INTERACTIVE, TAGS],
  'AWS::SageMaker::Workforce': [SETTINGS, SUBNET, SIGN_IN, OPENABLE, TAGS],
  'AWS::SageMaker::Workteam': [SIGN_IN, NOTIFIES, TAGS],
};

/**
 * Kinds of step, as a pipeline's definition names them, and of job that only a state machine starts. A step that makes a model, a model package, an
 * endpoint or its configuration is judged as what it makes.
 */
export const STEP_FACETS: Readonly<Record<string, readonly Facet[]>> = {
  AutoML: [STORAGE, OUTPUT, MACHINE, SUBNET, TRAFFIC, TRAINING],
  Callback: [],
  ClarifyCheck: JOB,
  Compilation: [OUTPUT, MACHINE, SUBNET],
  Condition: [],
  EMR: [OUTPUT, CODE, SETTINGS, SUBNET],
  EMRServerless: [OUTPUT, CODE, SETTINGS, MACHINE, SUBNET],
  Fail: [],
  FlowDefinition: [OUTPUT, OPENABLE],
  Labeling: [STORAGE, OUTPUT, SUBNET, OPENABLE],
  Lambda: [],
  Optimization: [OUTPUT, MACHINE, SUBNET],
  Processing: JOB,
  QualityCheck: JOB,
  Training: [...JOB, INTERACTIVE, TRAINING, INTERRUPTIBLE],
  Transform: [STORAGE, OUTPUT, SETTINGS, MACHINE],
  Tuning: [...JOB, TRAINING, INTERRUPTIBLE],
};
