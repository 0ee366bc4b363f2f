import { DifferentialPrivacy } from '../../policy/privacy';
import { DataInput } from '../storage/data-input';
import { Code } from './code';
import { ContainerImage } from './images';
import { JobStepProps } from './job-props';
import { Distribution } from './distribution';
import { Spot } from './spot';

/** How data comes into a training container. */
export enum InputMode {
  /** Copied before the training begins. */
  FILE = 'File',
  /** Streamed as files. */
  FAST_FILE = 'FastFile',
  /** Streamed as a pipe. */
  PIPE = 'Pipe',
}

/** What training and tuning steps take. */
export interface TrainingProps extends JobStepProps {
  /** The image it runs in. */
  readonly image: ContainerImage;
  /**
   * The code it runs.
   *
   * @default - what the image trains by itself
   */
  readonly code?: Code;
  /** What it reads: each input is a channel, at `/opt/ml/input/data/<name>`. */
  readonly inputs: DataInput[];
  /**
   * How data comes into the container.
   *
   * @default InputMode.FILE
   */
  readonly inputMode?: InputMode;
  /**
   * Media type of the data, for algorithms that ask for one.
   *
   * @default - not stated
   */
  readonly contentType?: string;
  /**
   * Hyperparameters that stay as they are; may hold pipeline variables.
   *
   * @default - none
   */
  readonly hyperparameters?: { [name: string]: string };
  /**
   * How it protects those whose data it learns from. The job is given the numbers as hyperparameters that begin with `dp_`, and its code has to keep
   * to them; what a run spends is counted from the privacy budgets of the stores that it reads, through any number of steps.
   *
   * @default - not at all: nothing with a privacy budget can be read
   */
  readonly privacy?: DifferentialPrivacy;
  /**
   * Metrics by name, each with the regular expression that finds its value in the log.
   *
   * @default - those of the image
   */
  readonly metrics?: { [name: string]: string };
  /**
   * Trains on several processes or instances.
   *
   * @default - one process
   */
  readonly distribution?: Distribution;
  /**
   * Trains on spot capacity, with checkpoints.
   *
   * @default - on demand
   */
  readonly spot?: Spot;
}
