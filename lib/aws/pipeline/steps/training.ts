import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { DifferentialPrivacy, PrivacyGuarantee } from '../../../policy/privacy';
import { wholeSeconds } from '../../private/whole';
import { DataInput } from '../../storage/data-input';
import { ContainerImage } from '../images';
import { ITrainedModel } from '../model-source';
import type { MLPipeline } from '../pipeline';
import type { Reservation } from '../private/reservation';
import { cacheConfig } from '../private/job';
import { Training } from '../private/training';
import { PipelineStep, StepType } from '../step';
import { TrainingProps } from '../training-props';

/** What a training step is made from. */
export interface TrainingStepProps extends TrainingProps {
  /**
   * How long the instances are kept for a next training.
   *
   * @default - released at once
   */
  readonly keepAlive?: Duration;
}

/** Runs a training job. */
export class TrainingStep extends PipelineStep implements ITrainedModel, iam.IGrantable {
  /** The role of the job. */
  public readonly role: iam.IRole;
  /** The principal to grant to. */
  public readonly grantPrincipal: iam.IPrincipal;
  /** The image it runs in. */
  public readonly image: ContainerImage;
  /** How it protects those whose data it learns from. */
  public readonly privacy?: DifferentialPrivacy;
  private readonly training: Training;
  private readonly trainingProps: TrainingStepProps;

  constructor(pipeline: MLPipeline, id: string, props: TrainingStepProps) {
    super(pipeline, id, StepType.TRAINING, props);
    this.trainingProps = props;
    this.image = props.image;
    this.privacy = props.privacy;
    this.training = new Training(this, props, 'training');
    this.training.spend({});
    this.role = this.training.job.role.role;
    this.grantPrincipal = this.training.job.role.grantPrincipal;
    if (props.keepAlive && (wholeSeconds(props.keepAlive, `${this.node.path}: keepAlive`) > 3600 || props.spot)) {
      this._fail(props.spot ? 'keepAlive does not go with spot capacity: leave one out' : `keepAlive of ${props.keepAlive.toSeconds()} seconds is too long: SageMaker keeps instances for up to 3600`);
    }
  }

  /** The (ε, δ) of one run. */
  public get privacyGuarantee(): PrivacyGuarantee | undefined {
    return this.privacy?.guarantee;
  }

  /** The ε that a run really spent, once it is settled: a token. Only where the workspace has a `PrivacyLedger`. */
  public get epsilonSpent(): string | undefined {
    return this._reservation?.settle.answer('epsilon');
  }

  /** The trained model, as the input of another step. */
  public get model(): DataInput {
    return DataInput.of({
      uri: this.property('ModelArtifacts.S3ModelArtifacts'),
      name: 'model',
      sourceId: this.node.path,
      reader: { grantReadTo: (grantee) => this.training.grantModel(grantee) },
    });
  }

  /**
   * The final value of a metric, for a condition.
   *
   * @param name one of the metrics of the step or of the image
   */
  public metric(name: string): number {
    const known = Object.keys(this.training.metrics ?? {});
    if (known.length > 0 && !known.includes(name)) this._fail(`has no metric '${name}': it has ${known.join(', ')}`);
    if (known.length === 0 && this.image._bringsMetrics === false) this._fail(`declares no metrics, so not '${name}': give metrics, a regular expression for each that finds it in the log`);
    return this.propertyAsNumber(`FinalMetricDataList['${name}'].Value`);
  }

  /** @internal */
  public _arguments(): Record<string, unknown> {
    const { ResourceConfig, ...request } = this.training.request();
    return {
      AlgorithmSpecification: this.training.algorithm(),
      HyperParameters: this.training.hyperparameters,
      ...request,
      ResourceConfig: { ...ResourceConfig as object, KeepAlivePeriodInSeconds: this.trainingProps.keepAlive?.toSeconds() },
      // The profiler would write statistics of the data to a place of its own.
      ProfilerConfig: { DisableProfiler: true },
    };
  }

  /** @internal */
  public override get _reservation(): Reservation | undefined {
    return this.training?.reservation;
  }

  /** @internal */
  public override _problems(): string[] {
    return this.training.privacyProblems();
  }

  /** @internal */
  public override _fields(): Record<string, unknown> {
    return cacheConfig(this.trainingProps.cache);
  }
}
