import { Names, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Control } from '../../../policy/control';
import { requireServices } from '../../private/endpoint-services';
import { CheckStepProps, ICheckStep } from '../check';
import { ClarifyCheck } from '../clarify-check';
import { ContainerImage, PrebuiltImage } from '../images';
import type { MLPipeline } from '../pipeline';
import { CheckJob } from '../private/check-job';
import { cacheConfig } from '../private/job';
import { s3Input } from '../private/processing';
import { upload, UploadedFile } from '../private/upload';
import { DataInput } from '../../storage/data-input';
import { PipelineStep, StepType } from '../step';

/** What a Clarify check step is made from. */
export interface ClarifyCheckStepProps extends CheckStepProps {
  /** What is measured. */
  readonly check: ClarifyCheck;
}

/**
 * Measures bias or explains a model with SageMaker Clarify, compares it with a baseline, and leaves one for monitors. It
 * runs in the workspace's network without network isolation, which Clarify does not work with; that is recorded.
 */
export class ClarifyCheckStep extends PipelineStep implements ICheckStep {
  /** The role of the job. */
  public readonly role: iam.IRole;
  private readonly checkJob: CheckJob;
  private readonly clarifyProps: ClarifyCheckStepProps;
  private readonly config: UploadedFile;

  constructor(pipeline: MLPipeline, id: string, props: ClarifyCheckStepProps) {
    super(pipeline, id, StepType.CLARIFY_CHECK, props);
    if (props.check._model) requireServices(pipeline.workspace, ['sagemaker.api', 'sagemaker.runtime'], `step '${this.node.path}'`);
    this.clarifyProps = props;
    this.checkJob = new CheckJob(this, props, 'clarify-check', ContainerImage.sagemaker(PrebuiltImage.CLARIFY), 'analysis_result');
    this.role = this.checkJob.job.role.role;
    // Endpoint names have 63 characters, and Clarify adds to the prefix.
    const endpointPrefix = Names.uniqueResourceName(this, { maxLength: 30, separator: '-', allowedSpecialCharacters: '-' }).toLowerCase();
    this.config = upload(this, 'analysis_config.json', Buffer.from(props.check._analysisConfig(endpointPrefix)));
    this.checkJob.job.readUploaded(this.config);
    if (props.check._model) {
      this._weaken(Control.KEY_MANAGEMENT, 'Clarify makes the endpoint it asks the model through itself, and takes no key for its volume',
        'the volume is encrypted with a key of SageMaker, the model runs isolated in the workspace\'s subnets, and the endpoint is there for the check only');
      this._receives(props.check._model.node.path, 'model');
      this.allowEndpoint(endpointPrefix);
    }
  }

  /** S3 URI of the constraints that the check calculated; a token. */
  public get calculatedConstraints(): string {
    return this.property('CalculatedBaselineConstraints');
  }

  /** S3 URI of the constraints that monitors should start from; a token. */
  public get driftConstraints(): string {
    return this.property('BaselineUsedForDriftCheckConstraints');
  }

  /** @internal */
  public get _metrics(): Record<string, Record<string, unknown>> {
    return this.clarifyProps.check._metrics({ ContentType: 'application/json', S3Uri: this.calculatedConstraints });
  }

  /** @internal */
  public get _reports(): DataInput {
    return this.checkJob.reports;
  }

  /** @internal */
  public get _baselines(): Record<string, Record<string, unknown>> {
    return this.clarifyProps.check._baselines({ ContentType: 'application/json', S3Uri: this.driftConstraints });
  }

  /** @internal */
  public _arguments(): Record<string, unknown> {
    return this.checkJob.request([
      s3Input('analysis_config', this.config.uri, '/opt/ml/processing/input/config'),
      this.checkJob.dataset('dataset', '/opt/ml/processing/input/data'),
    ], {});
  }

  /** @internal */
  public override _fields(): Record<string, unknown> {
    const { check, cache } = this.clarifyProps;
    return { ...cacheConfig(cache), ...this.checkJob.fields(check._type), ModelName: check._model?.modelName };
  }

  /** Clarify asks the model through an endpoint that it makes for the time of the check. */
  private allowEndpoint(prefix: string): void {
    const { partition, account } = Stack.of(this);
    const { region } = this.pipeline.workspace;
    const arn = (resource: string) => `arn:${partition}:sagemaker:${region}:${account}:${resource}`;
    this.checkJob.allow(new iam.PolicyStatement({
      actions: ['sagemaker:CreateEndpoint', 'sagemaker:DescribeEndpoint', 'sagemaker:DeleteEndpoint', 'sagemaker:InvokeEndpoint'],
      resources: [arn(`endpoint/${prefix}*`), arn('endpoint-config/*')],
    }), 'Clarify names the endpoint it makes for the check, below a prefix of ours');
    this.checkJob.allow(new iam.PolicyStatement({
      actions: ['sagemaker:CreateEndpointConfig', 'sagemaker:DescribeEndpointConfig', 'sagemaker:DeleteEndpointConfig'],
      resources: [arn('endpoint-config/*')],
    }), 'Clarify names the configuration of the endpoint itself');
    this.checkJob.allow(new iam.PolicyStatement({
      actions: ['sagemaker:DescribeModel', 'sagemaker:AddTags'], resources: [arn('model/pipelines-*')],
    }), 'the pipeline names the model when it runs');
  }
}
