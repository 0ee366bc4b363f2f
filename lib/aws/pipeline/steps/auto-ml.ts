import { Duration, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { PrivacyPlan } from '../../private/privacy-plan';
import { DataInput } from '../../storage/data-input';
import { InstanceUse } from '../instances';
import type { MLPipeline } from '../pipeline';
import { cacheConfig, Job } from '../private/job';
import { ProblemType } from '../quality-check';
import { PipelineStep, RetriedStepProps, StepType } from '../step';

/** What an AutoML step is made from. */
export interface AutoMLStepProps extends RetriedStepProps {
  /** What it learns from: CSV or Parquet. */
  readonly input: DataInput;
  /** Column with what is to be predicted. */
  readonly target: string;
  /**
   * Media type of the data.
   *
   * @default 'text/csv;header=present'
   */
  readonly contentType?: string;
  /**
   * What kind of question it is; goes with `objective`.
   *
   * @default - found out
   */
  readonly problemType?: ProblemType;
  /**
   * The metric that is made best, such as `AUC`; goes with `problemType`.
   *
   * @default - the usual one of the problem
   */
  readonly objective?: string;
  /**
   * When it is stopped at the latest.
   *
   * @default Duration.hours(6)
   */
  readonly maxRuntime?: Duration;
  /**
   * For how long a run takes over the result of an earlier one with the same inputs.
   *
   * @default - each run works afresh
   */
  readonly cache?: Duration;
}

/** Finds a model by itself (SageMaker Autopilot, ensembling). */
export class AutoMLStep extends PipelineStep implements iam.IGrantable {
  /** The role of the job. */
  public readonly role: iam.IRole;
  /** The principal to grant to. */
  public readonly grantPrincipal: iam.IPrincipal;
  private readonly job: Job;
  private readonly autoML: AutoMLStepProps;

  constructor(pipeline: MLPipeline, id: string, props: AutoMLStepProps) {
    super(pipeline, id, StepType.AUTO_ML, props);
    this.autoML = props;
    if (!Token.isUnresolved(props.target) && props.target.length === 0) this._fail('target is empty: name the column that is to be predicted');
    if ((props.problemType === undefined) !== (props.objective === undefined)) this._fail('problemType and objective go together: give both, or none');
    this.job = new Job(this, { carrier: 'automl', kind: 'automl', logGroup: '/aws/sagemaker/TrainingJobs', use: InstanceUse.TRAINING, maxRuntime: props.maxRuntime });
    // AutoML looks at the data with this role from its own network, before it has jobs in ours.
    this.job.role.admitServiceSide();
    this.role = this.job.role.role;
    this.grantPrincipal = this.job.role.grantPrincipal;
    this.job.read(props.input);
    // Nothing makes what Autopilot trains private.
    PrivacyPlan.of(this).enter({ step: this, expense: {}, plannedRuns: (budget) => pipeline._plannedRuns(budget) });
    this.job.write(this.job.workspace.models, this.job.prefix(), 'model');
    this.job.workspace.models.grantRead(this.job.role, this.job.prefix());
  }

  /** The best model, as the input of another step. */
  public get model(): DataInput {
    return DataInput.of({
      uri: this.property('BestCandidate.InferenceContainers[0].ModelDataUrl'),
      name: 'model',
      sourceId: this.node.path,
      reader: { grantReadTo: (grantee) => { this.job.workspace.models.grantRead(grantee, this.job.prefix()); } },
    });
  }

  /** Address of the image that the best model answers in; a token. */
  public get modelImageUri(): string {
    return this.property('BestCandidate.InferenceContainers[0].Image');
  }

  /** The metric of the best model, for a condition. */
  public bestMetric(): number {
    return this.propertyAsNumber('BestCandidate.FinalAutoMLJobObjectiveMetric.Value');
  }

  /** @internal */
  public _arguments(): Record<string, unknown> {
    const { input, target, contentType, problemType, objective } = this.autoML;
    const { models, dataKey } = this.job.workspace;
    return {
      AutoMLJobConfig: {
        // The only mode that pipelines take.
        Mode: 'ENSEMBLING',
        CompletionCriteria: { MaxAutoMLJobRuntimeInSeconds: this.job.stoppingCondition.MaxRuntimeInSeconds },
        SecurityConfig: { EnableInterContainerTrafficEncryption: true, VolumeKmsKeyId: dataKey.keyArn, VpcConfig: this.job.vpcConfig },
      },
      InputDataConfig: [{
        ChannelType: 'training',
        ContentType: contentType ?? 'text/csv;header=present',
        CompressionType: 'None',
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: input.uri } },
        TargetAttributeName: target,
      }],
      OutputDataConfig: { S3OutputPath: models.uri(this.job.prefix().slice(0, -1)), KmsKeyId: models.key?.keyArn },
      ProblemType: problemType,
      AutoMLJobObjective: objective === undefined ? undefined : { MetricName: objective },
      RoleArn: this.role.roleArn,
    };
  }

  /** @internal */
  public override _fields(): Record<string, unknown> {
    return cacheConfig(this.autoML.cache);
  }
}
