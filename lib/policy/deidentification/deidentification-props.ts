import { Classification } from '../classification';
import { IdentifierKind } from './identifier-kind';
import { TableFormat } from './table-format';
import { Technique } from './technique';

/** What a group of people with the same quasi-identifiers has to hold. */
export interface AnonymityThresholds {
  /**
   * People in a group, at least: persons where the plan names a subject, rows otherwise.
   *
   * @default - measured, not held
   */
  readonly k?: number;
  /**
   * Different sensitive values in a group, at least.
   *
   * @default - measured, not held
   */
  readonly distinctL?: number;
  /**
   * The exponential of the entropy of sensitive values in a group, at least: as many equally frequent values would have it.
   *
   * @default - measured, not held
   */
  readonly entropyL?: number;
  /**
   * Earth mover's distance of a sensitive value in a group from that in the table, at most; 0 to 1.
   *
   * @default - measured, not held
   */
  readonly t?: number;
  /**
   * The share of rows that may be left out because their group is too small or too much alike; 0 to below 1.
   * Above 0 no training behind it may spend privacy: one row would decide whether others are learned from.
   *
   * @default 0
   */
  readonly maxSuppressedShare?: number;
}

/** Whether the values of a sensitive column have an order, by which t-closeness tells near from far. */
export enum SensitiveValues {
  /** None is nearer to another than a third. */
  CATEGORICAL = 'categorical',
  /** They are numbers or bands of numbers, at most 1000 different ones. */
  ORDERED = 'ordered',
}

/** What is the same in every plan. */
export interface DeidentificationOptions {
  /**
   * The column that says who a row is about. What is counted are persons then, and dates are shifted by it.
   *
   * @default - each row is a person of its own
   */
  readonly subject?: string;
  /**
   * Columns by which somebody could be found again who is known from elsewhere.
   *
   * @default - none: nothing is measured
   */
  readonly quasiIdentifiers?: string[];
  /**
   * Columns that nobody should learn of a person, and whether their values have an order.
   *
   * @default - none
   */
  readonly sensitive?: { [column: string]: SensitiveValues };
  /**
   * What the result has to hold; below it the pipeline fails.
   *
   * @default - nothing is held
   */
  readonly thresholds?: AnonymityThresholds;
  /**
   * How the source lies in files.
   *
   * @default TableFormat.CSV
   */
  readonly input?: TableFormat;
  /**
   * How the result lies in files.
   *
   * @default - as the source
   */
  readonly output?: TableFormat;
  /**
   * What separates values of CSV.
   *
   * @default ','
   */
  readonly delimiter?: string;
  /**
   * Whether values of CSV hold line breaks. A file is read by one core then.
   *
   * @default false
   */
  readonly hasLineBreaks?: boolean;
  /**
   * Bytes of the source for each file of the result.
   *
   * @default 134217728
   */
  readonly bytesPerFile?: number;
  /**
   * The most bytes of a value; a row with a longer one goes into quarantine.
   *
   * @default 65536
   */
  readonly maxValueBytes?: number;
  /**
   * The share of rows that may be in quarantine; above it the pipeline fails.
   *
   * @default 0.01
   */
  readonly maxQuarantinedShare?: number;
  /**
   * What the result is.
   *
   * @default Classification.PSEUDONYMISED
   */
  readonly resultsIn?: Classification;
}

/** What a plan is made from. */
export interface DeidentificationProps extends DeidentificationOptions {
  /** What becomes of each column. A column of the source that is not named stops the job. */
  readonly columns: { [name: string]: Technique };
}

/** What a plan after HIPAA's Safe Harbor is made from. */
export interface SafeHarborProps extends DeidentificationOptions {
  /** Which column is which of the identifiers; the law says what becomes of each. */
  readonly identifiers: { [column: string]: IdentifierKind };
  /** What becomes of the other columns. */
  readonly others: { [column: string]: Technique };
  /** The day that ages are counted at, such as `2027-03-31`. */
  readonly asOf: string;
  /** Who states that nobody at hand knows how the rest identifies a person: 45 CFR 164.514(b)(2)(ii). */
  readonly attestedBy: string;
  /**
   * How dates are written.
   *
   * @default 'yyyy-MM-dd'
   */
  readonly dateFormat?: string;
  /**
   * Three-digit ZIP codes of areas with 20,000 people or fewer, by the current census.
   *
   * @default - the 17 of the census of 2000 that HHS names
   */
  readonly restrictedZipCodes?: string[];
}

/** The determination of an expert that the risk is very small: 45 CFR 164.514(b)(1). */
export interface ExpertDetermination {
  /** Where its methods and results are documented. */
  readonly reference: string;
  /** Who made it. */
  readonly expert: string;
  /** The last day it holds, such as `2027-03-31`: neither synth nor job pass after it. */
  readonly validUntil: string;
}

/** What a plan after an expert's determination is made from; `thresholds.k` is what the expert required. */
export interface ExpertDeterminationProps extends DeidentificationProps {
  /** The determination. */
  readonly determination: ExpertDetermination;
}
