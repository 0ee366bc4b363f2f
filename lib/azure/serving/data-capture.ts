import type { Classification } from '../../policy/classification';
import type { Purpose } from '../../policy/purpose';
import type { Retention } from '../../policy/retention';
import type { IDataStore } from '../storage/data-store';

/** What of the traffic is captured. */
export enum CaptureMode {
  /** What is asked. */
  REQUESTS = 'model_inputs',
  /** What is answered. */
  ANSWERS = 'model_outputs',
}

/**
 * What is captured, where to, and for how long. Captures are a second copy of the data that is asked about. Models of MLflow are captured by Azure ML, a
 * scoring script captures with the package `azureml-ai-monitoring`.
 */
export interface DataCapture {
  /**
   * How long captures are kept. Beside a store that is not of `Zone.CAPTURES`, or that is imported: after what time its own rules delete.
   *
   * @default - what the profile says of captures; where it says nothing, it must be given
   */
  readonly retention?: Retention;
  /**
   * How sensitive what is captured is.
   *
   * @default - the most sensitive of what the model was made from
   */
  readonly classification?: Classification;
  /**
   * What captures may be used for.
   *
   * @default - not stated
   */
  readonly purpose?: Purpose;
  /**
   * The store that captures go to.
   *
   * @default - a new one
   */
  readonly store?: IDataStore;
  /**
   * Percent of the requests that are captured, 1 to 100.
   *
   * @default 100
   */
  readonly percentage?: number;
  /**
   * What is captured.
   *
   * @default - requests and answers
   */
  readonly modes?: CaptureMode[];
}
