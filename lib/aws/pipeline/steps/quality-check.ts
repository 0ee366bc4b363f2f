import * as iam from 'aws-cdk-lib/aws-iam';
import { waive } from '../../private/waivers';
import { CheckStepProps, ICheckStep } from '../check';
import { ContainerImage, PrebuiltImage } from '../images';
import type { MLPipeline } from '../pipeline';
import { CheckJob } from '../private/check-job';
import { cacheConfig } from '../private/job';
import { QualityCheck } from '../quality-check';
import { DataInput } from '../../storage/data-input';
import { PipelineStep, StepType } from '../step';

/** What a quality check step is made from. */
export interface QualityCheckStepProps extends CheckStepProps {
  /** What is measured. */
  readonly check: QualityCheck;
  /**
   * S3 URI of statistics to compare with.
   *
   * @default - those of the group
   */
  readonly suppliedStatistics?: string;
}

/** Measures the quality of data or of a model, compares it with a baseline, and leaves one for monitors. */
export class QualityCheckStep extends PipelineStep implements ICheckStep {
  /** The role of the job. */
  public readonly role: iam.IRole;
  private readonly checkJob: CheckJob;
  private readonly qualityProps: QualityCheckStepProps;

  constructor(pipeline: MLPipeline, id: string, props: QualityCheckStepProps) {
    super(pipeline, id, StepType.QUALITY_CHECK, props);
    this.qualityProps = props;
    this.checkJob = new CheckJob(this, props, 'quality-check', ContainerImage.sagemaker(PrebuiltImage.MODEL_MONITOR), 'quality_check_output');
    this.role = this.checkJob.job.role.role;
    waive(this, ['RegulatedML::RegulatedML-SageMakerJobImagePinned'], 'the image is the analyser of SageMaker Model Monitor, which AWS publishes without versions');
  }

  /** S3 URI of the statistics that the check calculated; a token. */
  public get calculatedStatistics(): string {
    return this.property('CalculatedBaselineStatistics');
  }

  /** S3 URI of the constraints that the check calculated; a token. */
  public get calculatedConstraints(): string {
    return this.property('CalculatedBaselineConstraints');
  }

  /** S3 URI of the statistics that monitors should start from; a token. */
  public get driftStatistics(): string {
    return this.property('BaselineUsedForDriftCheckStatistics');
  }

  /** S3 URI of the constraints that monitors should start from; a token. */
  public get driftConstraints(): string {
    return this.property('BaselineUsedForDriftCheckConstraints');
  }

  /** @internal */
  public get _metrics(): Record<string, Record<string, unknown>> {
    return { [this.qualityProps.check._kind]: { Statistics: json(this.calculatedStatistics), Constraints: json(this.calculatedConstraints) } };
  }

  /** @internal */
  public get _reports(): DataInput {
    return this.checkJob.reports;
  }

  /** @internal */
  public get _baselines(): Record<string, Record<string, unknown>> {
    return { [this.qualityProps.check._kind]: { Statistics: json(this.driftStatistics), Constraints: json(this.driftConstraints) } };
  }

  /** @internal */
  public _arguments(): Record<string, unknown> {
    const source = '/opt/ml/processing/input/baseline_dataset_input';
    return this.checkJob.request([this.checkJob.dataset('baseline_dataset_input', source)], {
      dataset_source: source,
      output_path: '/opt/ml/processing/output',
      publish_cloudwatch_metrics: 'Disabled',
      ...this.qualityProps.check._environment,
    });
  }

  /** @internal */
  public override _fields(): Record<string, unknown> {
    return {
      ...cacheConfig(this.qualityProps.cache),
      ...this.checkJob.fields(this.qualityProps.check._type),
      SuppliedBaselineStatistics: this.qualityProps.suppliedStatistics,
    };
  }
}

function json(uri: string): Record<string, string> {
  return { ContentType: 'application/json', S3Uri: uri };
}
