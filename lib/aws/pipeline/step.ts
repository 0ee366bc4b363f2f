import { Construct } from 'constructs';
import { Control } from '../../policy/control';
import { DataFlow, type PlacedEdge } from '../../policy/flow';
import { declareWeakening } from '../../policy/weakening';
import { Carrier, CONTROLS, Capability } from './controls';
import type { MLPipeline } from './pipeline';
import { checkedId, checkProperty, checkStepProps } from './private/step-props';
import type { Reservation } from './private/reservation';
import { PipelineVariable } from './private/variable';
import { RetryPolicy } from './retry';

/** The step types of SageMaker Pipelines. */
export enum StepType {
  /** A processing job. */
  PROCESSING = 'Processing',
  /** A training job; notebook jobs are ones. */
  TRAINING = 'Training',
  /** A tuning job. */
  TUNING = 'Tuning',
  /** A batch transform job. */
  TRANSFORM = 'Transform',
  /** Creates a model. */
  MODEL = 'Model',
  /** Registers a model package. */
  REGISTER_MODEL = 'RegisterModel',
  /** Chooses between branches. */
  CONDITION = 'Condition',
  /** Ends the run as failed. */
  FAIL = 'Fail',
  /** Calls a Lambda function. */
  LAMBDA = 'Lambda',
  /** Waits for an answer over a queue. */
  CALLBACK = 'Callback',
  /** Measures bias or explains a model. */
  CLARIFY_CHECK = 'ClarifyCheck',
  /** Measures the quality of data or of a model. */
  QUALITY_CHECK = 'QualityCheck',
  /** Runs a step on an EMR cluster. */
  EMR = 'EMR',
  /** Runs a job on an EMR Serverless application. */
  EMR_SERVERLESS = 'EMRServerless',
  /** Finds a model by itself. */
  AUTO_ML = 'AutoML',
}

/** What every step takes. */
export interface StepProps {
  /**
   * Name in the pipeline: 1 to 64 letters, digits, `-` or `_`.
   *
   * @default - the id of the construct
   */
  readonly stepName?: string;
  /**
   * Name that people see.
   *
   * @default - the name
   */
  readonly displayName?: string;
  /**
   * What the step is for.
   *
   * @default - none
   */
  readonly description?: string;
  /**
   * Steps to wait for although no data comes from them. Those whose outputs or properties the step uses are known.
   *
   * @default - none
   */
  readonly dependsOn?: PipelineStep[];
}

/**
 * What every step takes that may be tried again: those that run jobs or make models, but neither checks nor calls.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html
 */
export interface RetriedStepProps extends StepProps {
  /**
   * When it is tried again.
   *
   * @default - never
   */
  readonly retries?: RetryPolicy[];
}

/** A protection that a step lacks, and what stands in for it: for reviewers, and for the evidence. */
export interface Weakening {
  /** Path of the construct. */
  readonly path: string;
  /** The control that is weaker. */
  readonly control: Control;
  /** Why. */
  readonly reason: string;
  /** What protects the data instead. */
  readonly substitute: string;
}

const CONTROL_OF: Readonly<Record<Capability, Control>> = {
  networkIsolation: Control.NETWORK_ISOLATION,
  vpc: Control.PRIVATE_NETWORK,
  interContainerEncryption: Control.ENCRYPTION_IN_TRANSIT,
  volumeKey: Control.ENCRYPTION_AT_REST,
  outputKey: Control.ENCRYPTION_AT_REST,
  maxRuntime: Control.RESOURCE_LIMIT,
  dataCapture: Control.MODEL_MONITORING,
};

/** The steps that may be tried again and run a job of SageMaker, so that there are errors of one. */
const RUNS_JOBS = [StepType.PROCESSING, StepType.TRAINING, StepType.TUNING, StepType.TRANSFORM, StepType.AUTO_ML];

/** A step of a pipeline. */
export abstract class PipelineStep extends Construct {
  /** The pipeline it belongs to. */
  public readonly pipeline: MLPipeline;
  /** Its name in the pipeline. */
  public readonly stepName: string;
  /** Its type. */
  public readonly stepType: StepType;
  private readonly props: RetriedStepProps;
  private readonly dependencies: PipelineStep[];
  private readonly gaps: Weakening[] = [];
  private readonly sources = new Set<string>();

  protected constructor(pipeline: MLPipeline, id: string, stepType: StepType, props: RetriedStepProps) {
    super(pipeline, checkedId(pipeline, id, 'step'));
    checkStepProps(pipeline, id, stepType, props);
    this.pipeline = pipeline;
    this.stepType = stepType;
    this.stepName = props.stepName ?? id;
    this.props = props;
    this.dependencies = [...props.dependsOn ?? []];
    pipeline._adopt(this);
    DataFlow.of(this).add({ id: this.node.path, kind: 'step', name: this.stepName, detail: stepType, purpose: pipeline._purpose });
  }

  /** What the step lacks in protection, and why. */
  public get weakenings(): Weakening[] {
    return [...this.gaps];
  }

  /** Waits for other steps although no data comes from them. */
  public addDependency(...steps: PipelineStep[]): void {
    this.dependencies.push(...steps);
  }

  /**
   * A property of the finished step, as the Describe call of its job names it. A token: any string prop takes it.
   *
   * @param path such as `ModelArtifacts.S3ModelArtifacts`
   */
  public property(path: string): string {
    return this.variable(path).text;
  }

  /** A property that is a number, such as the final value of a metric. */
  public propertyAsNumber(path: string): number {
    return this.variable(path).number;
  }

  /** @internal */
  public abstract _arguments(): Record<string, unknown>;

  /** @internal What stands beside the arguments in the definition. */
  public _fields(): Record<string, unknown> {
    return {};
  }

  /** @internal Steps inside this one. */
  public _branches(): PipelineStep[] {
    return [];
  }

  /** @internal The steps around it that reserve the privacy it spends, and settle what it has spent. */
  public get _reservation(): Reservation | undefined {
    return undefined;
  }

  /** @internal Steps that it brings along: they stand where it stands. */
  public get _companions(): PipelineStep[] {
    return this._reservation ? [this._reservation.reserve, this._reservation.settle] : [];
  }

  /** @internal Messages about what is wrong with it. */
  public _problems(): string[] {
    return [];
  }

  /** @internal Steps it was told to wait for. */
  public get _dependencies(): PipelineStep[] {
    return this.dependencies;
  }

  /** @internal Nodes of the data flow it reads from. */
  public get _sources(): string[] {
    return [...this.sources];
  }

  /** @internal */
  public _weaken(control: Control, reason: string, substitute: string): void {
    this.gaps.push(declareWeakening(this, control, reason, substitute));
  }

  /** @internal */
  public _base(dependsOn: string[]): Record<string, unknown> {
    const jobs = RUNS_JOBS.includes(this.stepType);
    const retries = (this.props.retries ?? []).map((policy) => policy._render(jobs)
      ?? this._fail(`is retried after errors of SageMaker jobs only, which a ${this.stepType} step does not have: name RetryOn.SERVICE_FAULT or RetryOn.THROTTLING`));
    return {
      Name: this.stepName,
      Type: this.stepType,
      DisplayName: this.props.displayName,
      Description: this.props.description,
      DependsOn: dependsOn.length > 0 ? dependsOn : undefined,
      RetryPolicies: retries.length > 0 ? retries : undefined,
    };
  }

  /** @internal Declares that data of a node of the flow comes in, or a key. */
  public _receives(sourceId: string, label: string, more: Pick<PlacedEdge, 'beside' | 'carries' | 'prefix'> = {}): void {
    this.sources.add(sourceId);
    DataFlow.of(this).connect(sourceId, this.node.path, label, more);
  }

  /** @internal Records every control that this kind of step cannot carry. */
  public _recordLimits(carrier: Carrier): void {
    for (const [capability, limit] of Object.entries(CONTROLS[carrier].cannot)) {
      this._weaken(CONTROL_OF[capability as Capability], limit.why, limit.instead);
    }
  }

  /** @internal Fails with the path of this construct in front. */
  public _fail(message: string): never {
    throw new Error(`${this.node.path}: ${message}`);
  }

  private variable(path: string): PipelineVariable {
    checkProperty(this, this.stepType, path);
    return new PipelineVariable({ Get: `Steps.${this.stepName}.${path}` }, this);
  }
}
