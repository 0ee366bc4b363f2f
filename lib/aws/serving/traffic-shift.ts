import { Duration } from 'aws-cdk-lib';
import { wholeSeconds } from '../private/whole';
import type { DeploymentPlan } from './requests';

/** How traffic moves from the old fleet to the new one while alarms watch. */
export class TrafficShift {
  /**
   * All at once, after which the alarms still call back.
   *
   * @param bake how long the alarms watch, at most an hour
   */
  public static allAtOnce(bake?: Duration): TrafficShift {
    return new TrafficShift({ type: 'ALL_AT_ONCE', waitSeconds: seconds(bake ?? Duration.minutes(10)) });
  }

  /**
   * First to some of the instances, and after the wait to all.
   *
   * @param percent of the capacity, 1 to 50
   * @param bake how long the alarms watch the first, at most an hour
   */
  public static canary(percent: number, bake?: Duration): TrafficShift {
    return new TrafficShift({ type: 'CANARY', sizeType: 'CAPACITY_PERCENT', size: share(percent, 1, 'canary'), waitSeconds: seconds(bake ?? Duration.minutes(10)) });
  }

  /**
   * In equal steps.
   *
   * @param percent of the capacity a step, 10 to 50
   * @param bake how long the alarms watch each step, at most an hour
   */
  public static linear(percent: number, bake?: Duration): TrafficShift {
    return new TrafficShift({ type: 'LINEAR', sizeType: 'CAPACITY_PERCENT', size: share(percent, 10, 'linear'), waitSeconds: seconds(bake ?? Duration.minutes(5)) });
  }

  private constructor(
    /** @internal */
    public readonly _traffic: DeploymentPlan['traffic'],
  ) {}

  /** @internal */
  public get _waitSeconds(): number {
    const { type, size, waitSeconds } = this._traffic;
    return type === 'LINEAR' ? Math.ceil(100 / (size ?? 100)) * waitSeconds : waitSeconds;
  }
}

function share(percent: number, least: number, type: string): number {
  if (!Number.isInteger(percent) || percent < least || percent > 50) {
    throw new Error(`a ${type} shift of ${percent} percent is not possible: SageMaker takes whole numbers from ${least} to 50`);
  }
  return percent;
}

function seconds(bake: Duration): number {
  const wait = wholeSeconds(bake, 'bake');
  if (wait > 3600) throw new Error(`a bake time of ${wait} seconds is too long: SageMaker waits at most 3600 between steps`);
  return wait;
}
