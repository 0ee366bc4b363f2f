import { Classification } from '../../../policy/classification';
import { Answer } from '../../../policy/finding';
import { DataFlow } from '../../../policy/flow';
import { Framework } from '../../../policy/framework';
import { Jurisdiction } from '../../../policy/jurisdiction';
import { ComplianceProfile } from '../../../policy/profile';
import { Residency } from '../../../policy/residency';
import { STEP, type Rule } from '../../rule';
import type { Verdict } from '../../verdict';
import { viewOf } from '../../view';
import { STEP_FACETS } from './sagemaker';

const ROLE = 'arn:aws:iam::123456789012:role/job';
const BUCKET = 's3://bucket/prefix/';
const IMAGE = '123456789012.dkr.ecr.eu-central-1.amazonaws.com/image:1';
const PROCESSING = {
  AppSpecification: { ImageUri: IMAGE, ContainerArguments: [] },
  Environment: { LEVEL: 'info' },
  NetworkConfig: {},
  ProcessingInputs: [{ InputName: 'input', S3Input: { S3Uri: BUCKET, LocalPath: '/opt/ml/processing/input', S3DataType: 'S3Prefix' } }],
  ProcessingOutputConfig: { Outputs: [{ OutputName: 'output', S3Output: { S3Uri: BUCKET, LocalPath: '/opt/ml/processing/output' } }] },
  ProcessingResources: { ClusterConfig: { InstanceType: 'ml.m5.xlarge', InstanceCount: 2, VolumeSizeInGB: 30 } },
  RoleArn: ROLE,
};
const TRAINING = {
  AlgorithmSpecification: { TrainingImage: IMAGE, TrainingInputMode: 'File' },
  CheckpointConfig: {},
  EnableManagedSpotTraining: true,
  Environment: { LEVEL: 'info' },
  HyperParameters: { epochs: '1' },
  InputDataConfig: [{ ChannelName: 'train', DataSource: { S3DataSource: { S3Uri: BUCKET, S3DataType: 'S3Prefix' } } }],
  OutputDataConfig: { S3OutputPath: BUCKET },
  RemoteDebugConfig: { EnableRemoteDebug: true },
  ResourceConfig: { InstanceType: 'ml.m5.xlarge', InstanceCount: 2, VolumeSizeInGB: 30 },
  RoleArn: ROLE,
};

/** A plain request of each kind of step, with all that a rule could judge and no more: what is not set is what a rule would ask for. */
const REQUESTS: Readonly<Record<string, object>> = {
  AutoML: {
    AutoMLProblemTypeConfig: { TabularJobConfig: { TargetAttributeName: 'y' } },
    AutoMLJobInputDataConfig: [{ ChannelType: 'training', DataSource: { S3DataSource: { S3Uri: BUCKET, S3DataType: 'S3Prefix' } } }],
    OutputDataConfig: { S3OutputPath: BUCKET },
    RoleArn: ROLE,
  },
  Callback: {},
  ClarifyCheck: PROCESSING,
  Compilation: {
    InputConfig: { S3Uri: `${BUCKET}model.tar.gz`, Framework: 'PYTORCH' }, OutputConfig: { S3OutputLocation: BUCKET, TargetDevice: 'ml_m5' }, StoppingCondition: {},
    RoleArn: ROLE,
  },
  Condition: { Conditions: [] },
  EMR: {
    ClusterConfig: { Instances: { InstanceGroups: [{ InstanceRole: 'MASTER', InstanceType: 'm5.xlarge', InstanceCount: 1 }] }, LogUri: BUCKET, ReleaseLabel: 'emr-7.5.0' },
    StepConfig: { HadoopJarStep: { Jar: 'command-runner.jar', Args: ['spark-submit'] } },
  },
  EMRServerless: {
    ApplicationConfig: { releaseLabel: 'emr-7.5.0', type: 'SPARK' },
    ExecutionRoleArn: ROLE,
    JobConfig: {
      configurationOverrides: { monitoringConfiguration: { s3MonitoringConfiguration: { logUri: BUCKET } } }, jobDriver: { sparkSubmit: { entryPoint: `${BUCKET}main.py` } },
    },
  },
  Fail: { ErrorMessage: 'stopped' },
  FlowDefinition: { HumanLoopConfig: { TaskCount: 1 }, OutputConfig: { S3OutputPath: BUCKET }, RoleArn: ROLE },
  Labeling: {
    InputConfig: { DataSource: { S3DataSource: { ManifestS3Uri: `${BUCKET}manifest.json` } } },
    LabelingJobAlgorithmsConfig: { LabelingJobAlgorithmSpecificationArn: 'arn:aws:sagemaker:eu-central-1:123456789012:labeling-job-algorithm-specification/text', LabelingJobResourceConfig: {} },
    OutputConfig: { S3OutputPath: BUCKET },
    RoleArn: ROLE,
  },
  Lambda: {},
  Optimization: {
    DeploymentInstanceType: 'ml.g5.xlarge', ModelSource: { S3: { S3Uri: BUCKET } }, OutputConfig: { S3OutputLocation: BUCKET }, StoppingCondition: {},
    RoleArn: ROLE,
  },
  Processing: PROCESSING,
  QualityCheck: PROCESSING,
  Training: TRAINING,
  Transform: {
    ModelName: 'model',
    Environment: { LEVEL: 'info' },
    TransformInput: { DataSource: { S3DataSource: { S3Uri: BUCKET, S3DataType: 'S3Prefix' } } },
    TransformOutput: { S3OutputPath: BUCKET },
    TransformResources: { InstanceType: 'ml.m5.xlarge', InstanceCount: 1 },
  },
  Tuning: { HyperParameterTuningJobConfig: { Strategy: 'Bayesian' }, TrainingJobDefinition: TRAINING },
};

/**
 * Which kinds of step each rule judges, found out by letting it judge one of each: a rule names the type of all steps, and has nothing to say on
 * kinds whose request lacks what it asks for.
 */
export function kindsJudged(rules: readonly Rule[]): ReadonlyMap<string, readonly string[]> {
  const profile = ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU) });
  const definition = {
    Version: '2020-12-01', Steps: Object.keys(STEP_FACETS).map((kind) => ({ Name: kind, Type: kind, Arguments: REQUESTS[kind] })),
  };
  // each step reads data that identifies people: what a rule asks of a step can depend on what flows in
  const flow = DataFlow.of({ node: { root: {}, path: '' } });
  flow.add({ id: 'Steps/Raw', kind: 'store', name: 'Raw', classification: Classification.PHI });
  for (const kind of Object.keys(STEP_FACETS)) {
    flow.add({ id: `Steps/${kind}`, kind: 'step', name: kind, detail: kind });
    flow.connect('Steps/Raw', `Steps/${kind}`);
  }
  const { resources } = viewOf({
    flow,
    templates: [{
      stackName: 'Steps', path: 'Steps', region: 'eu-central-1', account: '123456789012', template: 'Steps.template.json', stepPath: (_pipeline, step) => ({ path: `Steps/${step}` }),
      content: { Resources: { Pipeline: { Type: 'AWS::SageMaker::Pipeline', Properties: { PipelineDefinition: { PipelineDefinitionBody: JSON.stringify(definition) } } } } },
    }],
  });
  const steps = resources.filter(({ type }) => type === STEP);
  const judged = (rule: Rule) => steps.filter((step) => [rule.check(step, profile) as Verdict | Verdict[]].flat().some(({ answer }) => answer !== Answer.NOT_APPLICABLE));
  return new Map(rules.filter(({ resources: types }) => types.includes(STEP))
    .map((rule) => [rule.name, judged(rule).map(({ within }) => `${STEP}/${within!.kind}`)]));
}
