import { Token } from 'aws-cdk-lib';
import type { ModelStep } from './steps/model';

/** A group of people, by a column of the data set. */
export interface Facet {
  /** Name of the column. */
  readonly name: string;
  /**
   * Values of the group that may be disadvantaged; for a numeric column, one threshold.
   *
   * @default - each value of the column is compared with the rest
   */
  readonly values?: string[];
}

/** How the bias of a data set is measured. */
export interface DataBiasOptions {
  /** Column with the outcome. */
  readonly label: string;
  /** Values of the outcome that are wished for; for a numeric outcome, one threshold. */
  readonly positiveLabels: string[];
  /** Groups to compare; at least one. */
  readonly facets: Facet[];
  /**
   * Names of the columns, where the data set has none.
   *
   * @default - in the first line of the data set
   */
  readonly headers?: string[];
  /**
   * Media type of the data set.
   *
   * @default 'text/csv'
   */
  readonly datasetType?: string;
}

/** How a model is asked. */
export interface PredictorOptions {
  /** The step that made the model. */
  readonly model: ModelStep;
  /**
   * Type of the machine it answers on while the check runs.
   *
   * @default 'ml.m5.xlarge'
   */
  readonly instanceType?: string;
  /**
   * Media type of requests.
   *
   * @default 'text/csv'
   */
  readonly contentType?: string;
  /**
   * Media type of answers.
   *
   * @default 'text/csv'
   */
  readonly accept?: string;
}

/** How the bias of a model is measured. */
export interface ModelBiasOptions extends DataBiasOptions, PredictorOptions {
  /**
   * From which probability on the answer counts as wished for.
   *
   * @default - the model answers with labels
   */
  readonly probabilityThreshold?: number;
}

/** How a model is explained. */
export interface ExplainabilityOptions extends PredictorOptions {
  /** Column with the outcome, which the model is not given. */
  readonly label: string;
  /**
   * Names of the columns, where the data set has none.
   *
   * @default - in the first line of the data set
   */
  readonly headers?: string[];
  /**
   * Media type of the data set.
   *
   * @default 'text/csv'
   */
  readonly datasetType?: string;
  /**
   * Samples that Shapley values are estimated from.
   *
   * @default - as many as Clarify thinks fit
   */
  readonly samples?: number;
  /**
   * Whether the values of single records are kept, too. They are as sensitive as the records.
   *
   * @default false
   */
  readonly keepLocalValues?: boolean;
}

/**
 * What SageMaker Clarify measures.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-processing-job-configure-analysis.html
 */
export class ClarifyCheck {
  /** Bias in a data set, before anything is trained. */
  public static dataBias(options: DataBiasOptions): ClarifyCheck {
    return new ClarifyCheck('DATA_BIAS', { ...biasOf(options), methods: { pre_training_bias: { methods: 'all' }, report: REPORT } },
      (constraints) => ({ Bias: { PreTrainingReport: constraints } }), (constraints) => ({ Bias: { PreTrainingConstraints: constraints } }));
  }

  /** Bias in what a model answers. */
  public static modelBias(options: ModelBiasOptions): ClarifyCheck {
    const { probabilityThreshold } = options;
    if (probabilityThreshold !== undefined && !(probabilityThreshold >= 0 && probabilityThreshold <= 1)) throw new Error(`probabilityThreshold ${probabilityThreshold} is no probability: use 0 to 1`);
    return new ClarifyCheck('MODEL_BIAS', {
      ...biasOf(options),
      methods: { post_training_bias: { methods: 'all' }, report: REPORT },
      predictor: predictorOf(options),
      ...(probabilityThreshold === undefined ? {} : { probability_threshold: probabilityThreshold }),
    }, (constraints) => ({ Bias: { PostTrainingReport: constraints } }), (constraints) => ({ Bias: { PostTrainingConstraints: constraints } }), options.model);
  }

  /** Which features move what a model answers, by Shapley values. */
  public static explainability(options: ExplainabilityOptions): ClarifyCheck {
    const { label, headers, datasetType, samples, keepLocalValues } = options;
    if (samples !== undefined && (!Number.isInteger(samples) || samples < 1)) throw new Error(`samples of ${samples} is not possible: use a whole number from 1`);
    return new ClarifyCheck('MODEL_EXPLAINABILITY', {
      dataset_type: datasetType ?? 'text/csv', headers, label,
      methods: { shap: { num_samples: samples, agg_method: 'mean_abs', use_logit: false, save_local_shap_values: keepLocalValues ?? false }, report: REPORT },
      predictor: predictorOf(options),
    }, (constraints) => ({ Explainability: { Report: constraints } }), (constraints) => ({ Explainability: { Constraints: constraints } }), options.model);
  }

  private constructor(
    /** @internal */
    public readonly _type: string,
    private readonly config: Record<string, unknown>,
    /** @internal */
    public readonly _metrics: (constraints: Record<string, string>) => Record<string, Record<string, unknown>>,
    /** @internal */
    public readonly _baselines: (constraints: Record<string, string>) => Record<string, Record<string, unknown>>,
    /** @internal */
    public readonly _model?: ModelStep,
  ) {}

  /** @internal What the container reads. */
  public _analysisConfig(endpointPrefix: string): string {
    const predictor = this.config.predictor as object | undefined;
    const config = predictor ? { ...this.config, predictor: { ...predictor, endpoint_name_prefix: endpointPrefix } } : this.config;
    const text = JSON.stringify(config, undefined, 2);
    if (Token.isUnresolved(text)) throw new Error('the configuration of a Clarify check is uploaded before the pipeline runs, so it can hold neither pipeline variables nor other tokens: write the values out');
    return text;
  }
}

const REPORT = { name: 'report', title: 'Analysis Report' };

function biasOf(options: DataBiasOptions): Record<string, unknown> {
  const { label, positiveLabels, facets, headers, datasetType } = options;
  if (facets.length === 0) throw new Error('a bias check has no facets: name at least one column whose groups are compared');
  if (positiveLabels.length === 0) throw new Error('a bias check has no positive labels: name the outcome that is wished for');
  return {
    dataset_type: datasetType ?? 'text/csv',
    headers,
    label,
    label_values_or_threshold: positiveLabels.map(numeric),
    facet: facets.map((facet) => ({ name_or_index: facet.name, value_or_threshold: facet.values?.map(numeric) })),
  };
}

function predictorOf(options: PredictorOptions): Record<string, unknown> {
  return {
    instance_type: options.instanceType ?? 'ml.m5.xlarge',
    initial_instance_count: 1,
    content_type: options.contentType ?? 'text/csv',
    accept_type: options.accept ?? 'text/csv',
  };
}

/** Clarify tells numbers from texts, and compares a column of numbers with numbers. */
function numeric(value: string): string | number {
  return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
}
