/** What kind of question a model answers. */
export enum ProblemType {
  /** One of two classes. */
  BINARY_CLASSIFICATION = 'BinaryClassification',
  /** One of several classes. */
  MULTICLASS_CLASSIFICATION = 'MulticlassClassification',
  /** A number. */
  REGRESSION = 'Regression',
}

/** How a data set is written. */
export enum DatasetFormat {
  /** Values between commas, names in the first line. */
  CSV = 'csv',
  /** Values between commas, no names. */
  CSV_WITHOUT_HEADER = 'csv-without-header',
  /** A JSON object a line. */
  JSON_LINES = 'json-lines',
}

/** How the quality of data is measured. */
export interface DataQualityOptions {
  /**
   * How the data set is written.
   *
   * @default DatasetFormat.CSV
   */
  readonly format?: DatasetFormat;
}

/** How the quality of a model is measured. */
export interface ModelQualityOptions extends DataQualityOptions {
  /** What kind of question the model answers. */
  readonly problemType: ProblemType;
  /** Column with what is true. */
  readonly groundTruth: string;
  /**
   * Column with what the model says.
   *
   * @default - none: the probability decides
   */
  readonly inference?: string;
  /**
   * Column with the probability that the model gives.
   *
   * @default - none
   */
  readonly probability?: string;
  /**
   * From which probability on the answer is yes.
   *
   * @default - 0.5, by the analyser
   */
  readonly threshold?: number;
}

/** What a quality check measures. */
export class QualityCheck {
  /** Types, ranges, missing values of a data set. */
  public static data(options: DataQualityOptions = {}): QualityCheck {
    return new QualityCheck('DATA_QUALITY', 'ModelDataQuality', { dataset_format: formatOf(options.format) });
  }

  /** How well a model does, from a data set with its answers and the truth. */
  public static model(options: ModelQualityOptions): QualityCheck {
    const { problemType, groundTruth, inference, probability, threshold } = options;
    if (problemType !== ProblemType.BINARY_CLASSIFICATION && inference === undefined) {
      throw new Error(`a model quality check of ${problemType} has no inference column: name the one with the model's answers`);
    }
    if (inference === undefined && probability === undefined) throw new Error('a model quality check has neither inference nor probability: name the column with the model\'s answers');
    if (threshold !== undefined && !(threshold >= 0 && threshold <= 1)) throw new Error(`threshold ${threshold} is no probability: use 0 to 1`);
    return new QualityCheck('MODEL_QUALITY', 'ModelQuality', {
      dataset_format: formatOf(options.format),
      analysis_type: 'MODEL_QUALITY',
      problem_type: problemType,
      ground_truth_attribute: groundTruth,
      ...(inference === undefined ? {} : { inference_attribute: inference }),
      ...(probability === undefined ? {} : { probability_attribute: probability }),
      ...(threshold === undefined ? {} : { probability_threshold_attribute: String(threshold) }),
    });
  }

  private constructor(
    /** @internal */
    public readonly _type: string,
    /** @internal What a version's metrics call it. */
    public readonly _kind: string,
    /** @internal */
    public readonly _environment: Record<string, string>,
  ) {}
}

function formatOf(format: DatasetFormat = DatasetFormat.CSV): string {
  switch (format) {
    case DatasetFormat.CSV: return JSON.stringify({ csv: { header: true } });
    case DatasetFormat.CSV_WITHOUT_HEADER: return JSON.stringify({ csv: { header: false } });
    case DatasetFormat.JSON_LINES: return JSON.stringify({ json: { lines: true } });
  }
}
