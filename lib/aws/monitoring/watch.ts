import { ProblemType } from '../pipeline/quality-check';
import { DataInput } from '../storage/data-input';
import { Baseline } from './baseline';
import type { WatchKind } from './requests';

/** Where in a captured answer the prediction stands. */
export interface PredictionAttributes {
  /**
   * Index or JSONPath of the predicted label.
   *
   * @default - the answer holds nothing else
   */
  readonly inferenceAttribute?: string;
  /**
   * Index or JSONPath of the probability.
   *
   * @default - none
   */
  readonly probabilityAttribute?: string;
  /**
   * The probability from which on the answer counts as positive.
   *
   * @default - none
   */
  readonly probabilityThreshold?: number;
  /**
   * JSONPath of the features in a captured request.
   *
   * @default - the request holds nothing else
   */
  readonly featuresAttribute?: string;
}

/** What watching the quality of data needs. */
export interface DataQualityWatch {
  /** What it is compared with. */
  readonly baseline: Baseline;
}

/** What watching the quality of a model needs. */
export interface ModelQualityWatch extends PredictionAttributes {
  /** What it is compared with. */
  readonly baseline: Baseline;
  /** What really happened: labels by the inference ids of the requests. */
  readonly groundTruth: DataInput;
  /** What kind of answer the model gives. */
  readonly problem: ProblemType;
}

/** What watching for bias needs. */
export interface BiasWatch extends PredictionAttributes {
  /** What it is compared with. */
  readonly baseline: Baseline;
  /** The `analysis_config.json` of SageMaker Clarify: groups, labels and methods. */
  readonly configuration: DataInput;
  /** What really happened: labels by the inference ids of the requests. */
  readonly groundTruth: DataInput;
}

/** What watching the explanations needs. */
export interface ExplainabilityWatch extends PredictionAttributes {
  /** What they are compared with. */
  readonly baseline: Baseline;
  /** The `analysis_config.json` of SageMaker Clarify; its predictor names the endpoint, or the model. */
  readonly configuration: DataInput;
}

/** What of a model is watched. */
export class Watch {
  /** Whether requests still look like the data it was trained with. */
  public static dataQuality(props: DataQualityWatch): Watch {
    return new Watch('data-quality', props.baseline, {});
  }

  /** Whether it is still right. */
  public static modelQuality(props: ModelQualityWatch): Watch {
    return new Watch('model-quality', props.baseline, props, { groundTruth: props.groundTruth, problem: props.problem });
  }

  /** Whether it has come to treat groups of people differently. */
  public static bias(props: BiasWatch): Watch {
    return new Watch('bias', props.baseline, props, { groundTruth: props.groundTruth, configuration: props.configuration });
  }

  /** Whether it decides by other features than it did. */
  public static explainability(props: ExplainabilityWatch): Watch {
    return new Watch('explainability', props.baseline, props, { configuration: props.configuration });
  }

  /** @internal */
  public readonly _kind: WatchKind;
  /** @internal */
  public readonly _baseline: Baseline;
  /** @internal */
  public readonly _attributes: PredictionAttributes;
  /** @internal */
  public readonly _groundTruth?: DataInput;
  /** @internal */
  public readonly _problem?: ProblemType;
  /** @internal */
  public readonly _configuration?: DataInput;

  private constructor(
    kind: WatchKind, baseline: Baseline, attributes: PredictionAttributes,
    more: { groundTruth?: DataInput; problem?: ProblemType; configuration?: DataInput } = {},
  ) {
    const { probabilityThreshold: threshold } = attributes;
    if (threshold !== undefined && !(threshold >= 0 && threshold <= 1)) {
      throw new Error(`probabilityThreshold ${threshold} is not possible: give a number from 0 to 1`);
    }
    this._kind = kind;
    this._baseline = baseline;
    this._attributes = attributes;
    this._groundTruth = more.groundTruth;
    this._problem = more.problem;
    this._configuration = more.configuration;
  }
}
