import * as iam from 'aws-cdk-lib/aws-iam';
import { DataInput } from '../../storage/data-input';
import { Code } from '../code';
import { ExecutionVariable } from '../execution';
import { ContainerImage } from '../images';
import { InstanceUse } from '../instances';
import { JobStepProps } from '../job-props';
import type { MLPipeline } from '../pipeline';
import { cacheConfig, Job } from '../private/job';
import { unpacker } from '../private/launch';
import type { UploadedFile } from '../private/upload';
import { textOf } from '../private/variable';
import { PipelineStep, StepType } from '../step';

/** What a notebook job is made from. */
export interface NotebookJobStepProps extends JobStepProps {
  /** The image it runs in, such as SageMaker Distribution. */
  readonly image: ContainerImage;
  /** The folder with the notebook, which is its program, and what it needs. */
  readonly code: Code;
  /**
   * Name of the kernel.
   *
   * @default 'python3'
   */
  readonly kernelName?: string;
  /**
   * Values of the notebook's parameters cell; may hold pipeline variables.
   *
   * @default - none
   */
  readonly parameters?: { [name: string]: string };
  /**
   * What it reads: each input is a channel, at `/opt/ml/input/data/<name>`.
   *
   * @default - nothing
   */
  readonly inputs?: DataInput[];
}

const CHANNEL = 'code';
const NOTEBOOKS = '/tmp/notebook';

/** Runs a notebook as a training job, and keeps the executed notebook. */
export class NotebookJobStep extends PipelineStep implements iam.IGrantable {
  /** The role of the job. */
  public readonly role: iam.IRole;
  /** The principal to grant to. */
  public readonly grantPrincipal: iam.IPrincipal;
  private readonly job: Job;
  private readonly notebook: NotebookJobStepProps;
  private readonly imageUri: string;
  private readonly code: UploadedFile;

  constructor(pipeline: MLPipeline, id: string, props: NotebookJobStepProps) {
    super(pipeline, id, StepType.TRAINING, props);
    this.notebook = props;
    if (!props.code.program.endsWith('.ipynb')) this._fail(`the program '${props.code.program}' is no notebook: name one with Code.fromAsset(folder, { program: 'x.ipynb' })`);
    this.job = new Job(this, {
      carrier: 'notebook-job', kind: 'training', logGroup: '/aws/sagemaker/TrainingJobs', use: InstanceUse.TRAINING,
      instances: props.instances, maxRuntime: props.maxRuntime, environment: props.environment,
    });
    if (this.job.instances.count > 1) this._fail(`a notebook runs on one instance, not ${this.job.instances.count}: lower count`);
    this.role = this.job.role.role;
    this.grantPrincipal = this.job.role.grantPrincipal;
    this.imageUri = this.job.pull(props.image);
    this.code = this.job.load(props.code);
    for (const input of props.inputs ?? []) this.job.read(input);
    this.job.write(this.job.workspace.outputs, this.job.prefix(), 'notebook');
  }

  /** The executed notebook and what else the job left, as the input of another step. */
  public output(): DataInput {
    const { outputs } = this.job.workspace;
    return DataInput.of({
      uri: this.property('OutputDataConfig.S3OutputPath'), name: 'notebook', sourceId: this.node.path,
      reader: { grantReadTo: (grantee) => { outputs.grantRead(grantee, this.job.prefix()); } },
    });
  }

  /** @internal */
  public _arguments(): Record<string, unknown> {
    const { code, kernelName = 'python3', parameters = {}, inputs = [] } = this.notebook;
    const { outputs, region } = this.job.workspace;
    const channel = (ChannelName: string, S3Uri: string) => ({
      ChannelName, DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri, S3DataDistributionType: 'FullyReplicated' } },
    });
    return {
      AlgorithmSpecification: {
        TrainingImage: this.imageUri,
        TrainingInputMode: 'File',
        ContainerEntrypoint: unpacker(`/opt/ml/input/data/${CHANNEL}`, NOTEBOOKS, ['amazon_sagemaker_scheduler']),
      },
      HyperParameters: Object.keys(parameters).length > 0 ? Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, textOf(value)])) : undefined,
      InputDataConfig: [channel(CHANNEL, this.code.uri), ...inputs.map((input) => channel(input.name, input.uri))],
      OutputDataConfig: { S3OutputPath: `${outputs.uri(this.job.prefix())}${ExecutionVariable.EXECUTION_ID}`, KmsKeyId: outputs.key?.keyArn },
      ResourceConfig: this.job.cluster,
      RoleArn: this.role.roleArn,
      StoppingCondition: this.job.stoppingCondition,
      ...this.job.trainingNetwork,
      // As the scheduler in the image reads them: sagemaker/workflow/notebook_job_step.py of the SageMaker Python SDK.
      Environment: {
        AWS_DEFAULT_REGION: region,
        SM_JOB_DEF_VERSION: '1.0',
        SM_ENV_NAME: 'sagemaker-default-env',
        SM_SKIP_EFS_SIMULATION: 'true',
        SM_EXECUTION_INPUT_PATH: NOTEBOOKS,
        SM_KERNEL_NAME: kernelName,
        SM_INPUT_NOTEBOOK_NAME: code.program,
        SM_OUTPUT_NOTEBOOK_NAME: `${this.stepName}.ipynb`,
        ...this.job.environment,
      },
      ProfilerConfig: { DisableProfiler: true },
    };
  }

  /** @internal */
  public override _fields(): Record<string, unknown> {
    return cacheConfig(this.notebook.cache);
  }
}
