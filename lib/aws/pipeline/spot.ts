import { Duration } from 'aws-cdk-lib';
import { wholeSeconds } from '../private/whole';

/** How spot capacity is used. */
export interface SpotProps {
  /**
   * Where the container writes checkpoints and finds them again after an interruption.
   *
   * @default '/opt/ml/checkpoints'
   */
  readonly localPath?: string;
  /**
   * How long to wait for capacity, on top of the maximum runtime.
   *
   * @default Duration.hours(6)
   */
  readonly wait?: Duration;
  /**
   * Whether a checkpoint holds the state of the privacy accountant as well, so that a training which was interrupted goes on counting its steps. A
   * training with differential privacy takes spot capacity only then.
   *
   * @default false
   */
  readonly accountantState?: boolean;
}

/** Spot capacity: cheaper, and interrupted at any time. Only with checkpoints, or an interruption loses the work. */
export class Spot {
  /** Spot capacity with checkpoints, kept encrypted in the workspace's store of models. */
  public static withCheckpoints(props: SpotProps = {}): Spot {
    return new Spot(props.localPath ?? '/opt/ml/checkpoints', props.wait ?? Duration.hours(6), props.accountantState ?? false);
  }

  private constructor(
    /** Where the container keeps checkpoints. */
    public readonly localPath: string,
    /** How long to wait for capacity. */
    public readonly wait: Duration,
    /** Whether a checkpoint holds the state of the privacy accountant. */
    public readonly accountantState: boolean,
  ) {
    wholeSeconds(wait, 'wait');
    if (!localPath.startsWith('/')) throw new Error(`checkpoint path '${localPath}' is not usable: give an absolute path, such as '/opt/ml/checkpoints'`);
  }
}
