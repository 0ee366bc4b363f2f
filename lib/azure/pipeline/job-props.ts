import type { Duration } from '../duration';
import type { Code } from './code';
import type { ICompute } from './compute-cluster';
import type { Environment } from './environment';
import type { DataStepProps } from './step';

/** What every step takes that runs code on a cluster. */
export interface JobStepProps extends DataStepProps {
  /** Where it runs: an image. */
  readonly environment: Environment;
  /**
   * The code it runs.
   *
   * @default - what the image has
   */
  readonly code?: Code;
  /**
   * The machines it runs on.
   *
   * @default - those of the pipeline
   */
  readonly compute?: ICompute;
  /**
   * How many nodes it runs on.
   *
   * @default 1
   */
  readonly nodes?: number;
  /**
   * When it is stopped at the latest.
   *
   * @default Duration.hours(6)
   */
  readonly timeout?: Duration;
  /**
   * Inputs that are texts; `pipeline.addParameter` gives one that a run can set.
   *
   * @default - none
   */
  readonly parameters?: { [name: string]: string };
  /**
   * Whether a run takes over what an earlier one made from the same inputs. Azure ML compares where data lies and not what it is, so that new data in the
   * same folder would go unseen.
   *
   * @default false
   */
  readonly reusesResults?: boolean;
  /**
   * Environment variables. They are no place for secrets.
   *
   * @default - none
   */
  readonly variables?: { [name: string]: string };
}
