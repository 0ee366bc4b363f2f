import { Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Control } from '../../../policy/control';
import { DataFlow } from '../../../policy/flow';
import { waive } from '../../private/waivers';
import { ServedModel } from '../../serving/served-model';
import type { IServable } from '../../serving/served-model';
import { ContainerImage } from '../images';
import { IModelPackageGroup, ModelPackageGroup } from '../model-package-group';
import { ICheckStep } from '../check';
import { ITrainedModel } from '../model-source';
import type { MLPipeline } from '../pipeline';
import { consentBehind } from '../private/consent-behind';
import { textOf } from '../private/variable';
import { PipelineStep, RetriedStepProps, StepType } from '../step';

/** Whether a version may be used. */
export enum ApprovalStatus {
  /** A person has to decide. */
  PENDING = 'PendingManualApproval',
  /** Approved when it is registered: nobody looks at it. */
  APPROVED = 'Approved',
  /** Rejected when it is registered. */
  REJECTED = 'Rejected',
}

/** What a registration step is made from. */
export interface RegistrationStepProps extends RetriedStepProps {
  /** The step that made the model. */
  readonly training: ITrainedModel;
  /**
   * The group it becomes a version of.
   *
   * @default - one of the pipeline's own
   */
  readonly group?: IModelPackageGroup;
  /**
   * The image that answers.
   *
   * @default - the image it was trained in
   */
  readonly image?: ContainerImage;
  /**
   * Environment variables of the container. They are no place for secrets.
   *
   * @default - none
   */
  readonly environment?: { [name: string]: string };
  /**
   * Whether it may be used at once.
   *
   * @default ApprovalStatus.PENDING
   */
  readonly approval?: ApprovalStatus;
  /**
   * Media types of requests.
   *
   * @default ['text/csv']
   */
  readonly contentTypes?: string[];
  /**
   * Media types of answers.
   *
   * @default ['text/csv']
   */
  readonly responseTypes?: string[];
  /**
   * S3 URI of a JSON with the quality of the model, such as `evaluate.propertyFileUri('evaluation')`.
   *
   * @default - none
   */
  readonly modelQuality?: string;
  /**
   * Checks whose reports become metrics of the version, and whose baselines its monitors start from.
   *
   * @default - none
   */
  readonly checks?: ICheckStep[];
  /**
   * What else is to be known of the version.
   *
   * @default - none
   */
  readonly metadata?: { [name: string]: string };
}

/** Registers a model as a version of a group, for a person to approve. */
export class RegistrationStep extends PipelineStep implements IServable {
  /** The group. */
  public readonly group: IModelPackageGroup;
  private readonly registration: RegistrationStepProps;
  private readonly imageUri: string;

  constructor(pipeline: MLPipeline, id: string, props: RegistrationStepProps) {
    super(pipeline, id, StepType.REGISTER_MODEL, props);
    this.registration = props;
    this.checkProps();
    const { workspace, _role: role } = pipeline;
    const image = props.image ?? props.training.image;
    this.group = props.group ?? pipeline._defaultGroup();
    this.group.images.push(image);
    this.group.artifacts.push(props.training.model);
    this.imageUri = image.bind(this, { region: workspace.region }).uri;
    const packages = `${this.group.modelPackageGroupArn.replace(':model-package-group/', ':model-package/')}/*`;
    // Approval is a person's: the pipeline can register with the status that is declared here and no other.
    role.allow(new iam.PolicyStatement({
      actions: ['sagemaker:CreateModelPackage'],
      resources: [packages],
      conditions: { StringEquals: { 'sagemaker:ModelApprovalStatus': props.approval ?? ApprovalStatus.PENDING } },
    }), 'the registry numbers the versions of a group');
    role.allow(new iam.PolicyStatement({
      actions: ['sagemaker:DescribeModelPackage', 'sagemaker:DescribeModelPackageGroup', 'sagemaker:AddTags'],
      resources: [this.group.modelPackageGroupArn, packages],
    }), 'the registry numbers the versions of a group');
    if (props.approval === ApprovalStatus.APPROVED) {
      this._weaken(Control.HUMAN_APPROVAL, 'versions are approved when they are registered', 'the conditions of the pipeline decide what is registered');
    }
    // AWS documents no policy of a key for those who register, approve and serve; one that is too narrow would stop all of them.
    waive(this, ['RegulatedML::RegulatedML-SageMakerModelRecordKey'],
      'a version holds addresses and figures, which the registry encrypts with a key of AWS; what lies at the addresses is encrypted with the keys of the workspace');
    // The registry checks with the caller's rights that image and artifact are there.
    image.grantPull(this, role, { region: workspace.region });
    role.explainWildcard(/^\*$/, 'ecr:GetAuthorizationToken knows no resource');
    props.training.model.grantRead(role);
    this._receives(props.training.node.path, 'model');
    for (const check of props.checks ?? []) {
      this._receives(check.node.path, 'baseline');
      this.group.baselines.push(check._reports);
    }
    DataFlow.of(this).connect(this.node.path, this.group.node.path, 'version');
  }

  /** What an endpoint serves: whichever version of the group was approved last. */
  public get servedModel(): ServedModel {
    return ServedModel.followingRegistry(this.group);
  }

  /** ARN of the version. */
  public get modelPackageArn(): string {
    return this.property('ModelPackageArn');
  }

  /** @internal */
  public _arguments(): Record<string, unknown> {
    const { training, environment = {}, approval, contentTypes, responseTypes, modelQuality, checks = [] } = this.registration;
    const metadata = { ...this.registration.metadata, ...privacyOf(training), ...consentOf(training, this.pipeline) };
    const entries = (values: Record<string, string>) => (Object.keys(values).length > 0
      ? Object.fromEntries(Object.entries(values).map(([name, value]) => [name, textOf(value)])) : undefined);
    const metrics = merged(checks.map((check) => check._metrics));
    const quality = modelQuality === undefined ? undefined : { Statistics: { ContentType: 'application/json', S3Uri: modelQuality } };
    const allMetrics = { ...metrics, ...(quality ? { ModelQuality: { ...metrics.ModelQuality as object, ...quality } } : {}) };
    const baselines = merged(checks.map((check) => check._baselines));
    return {
      ModelPackageGroupName: this.group instanceof ModelPackageGroup ? this.group.modelPackageGroupName : this.group.modelPackageGroupArn,
      ModelApprovalStatus: approval ?? ApprovalStatus.PENDING,
      InferenceSpecification: {
        Containers: [{ Image: this.imageUri, ModelDataUrl: training.model.uri, Environment: entries(environment) }],
        SupportedContentTypes: contentTypes ?? ['text/csv'],
        SupportedResponseMIMETypes: responseTypes ?? ['text/csv'],
      },
      ModelMetrics: Object.keys(allMetrics).length > 0 ? allMetrics : undefined,
      DriftCheckBaselines: Object.keys(baselines).length > 0 ? baselines : undefined,
      CustomerMetadataProperties: entries(metadata),
    };
  }

  private checkProps(): void {
    const { contentTypes, responseTypes, training, group } = this.registration;
    const metadata = { ...this.registration.metadata, ...privacyOf(training), ...consentOf(training, this.pipeline) };
    if (Object.keys(metadata).length > 50) this._fail(`has ${Object.keys(metadata).length} metadata entries: a version takes up to 50`);
    const long = Object.entries(metadata).find(([name, value]) => name.length > 128 || (!Token.isUnresolved(value) && String(value).length > 256));
    if (long) this._fail(`metadata '${long[0]}' is too long: names have up to 128 characters and values up to 256`);
    if (contentTypes?.length === 0 || responseTypes?.length === 0) this._fail('has no media types: name at least one, or leave them out for text/csv');
    if (Stack.of(training) !== Stack.of(this)) this._fail(`takes its model from '${training.node.path}', which is in another stack: train and register in one pipeline`);
    if (group && Token.isUnresolved(group.modelPackageGroupArn) && !group.modelPackageGroupArn.includes('model-package-group/')) this._fail('the ARN of the group is not known at synth: write it out');
  }
}

/** What people who approve a version have to know of its privacy: of one run, on its own. With a ledger it is what the run has spent. */
function privacyOf(training: ITrainedModel): Record<string, string> {
  const { privacy, privacyGuarantee: guarantee, epsilonSpent } = training;
  if (!privacy || !guarantee) return {};
  const planned = { 'privacy-epsilon': String(guarantee.epsilon), 'privacy-delta': String(guarantee.delta), 'privacy-unit': privacy.unit };
  const settle = training instanceof PipelineStep ? training._reservation?.settle : undefined;
  if (epsilonSpent === undefined || !settle) return planned;
  return {
    ...planned, 'privacy-epsilon': epsilonSpent, 'privacy-epsilon-reserved': planned['privacy-epsilon'],
    'privacy-verdict': settle.answer('verdict'), 'privacy-reservation': settle.answer('reservation'),
  };
}

/** By which consents its people were in the data: the snapshot, and when it was taken. Of several filters, each under the name of its step. */
function consentOf(training: ITrainedModel, pipeline: MLPipeline): Record<string, string> {
  const filters = consentBehind(training, pipeline);
  return Object.fromEntries(filters.flatMap(({ stepName, purpose, snapshot, takenAt }) => {
    const suffix = filters.length > 1 ? `-${stepName}` : '';
    return [[`consent-purpose${suffix}`, purpose.name], [`consent-snapshot${suffix}`, snapshot], [`consent-snapshot-taken-at${suffix}`, takenAt]];
  }));
}

/** Puts the parts of several checks into one: each has its own kind, such as `Bias`. */
function merged(parts: Record<string, Record<string, unknown>>[]): Record<string, Record<string, unknown>> {
  const all: Record<string, Record<string, unknown>> = {};
  for (const part of parts) for (const [kind, members] of Object.entries(part)) all[kind] = { ...all[kind], ...members };
  return all;
}
