import { Duration, TimeZone, Token } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-applicationautoscaling';
import { isRecord, shown } from '../../policy/given';
import { wholeSeconds } from '../private/whole';
import type { ScalingMeasure, ScalingPlan, ScheduledBounds } from './scaling-requests';

/** Bounds of a count that follows the load. */
export interface ScalingProps {
  /** The least: instances of an endpoint, or copies of an inference component. Below 2 the endpoint does not outlive its zone. */
  readonly min: number;
  /** The most. */
  readonly max: number;
  /**
   * How long after a change fewer are not considered.
   *
   * @default Duration.minutes(5)
   */
  readonly scaleInCooldown?: Duration;
  /**
   * How long after a change more are not considered.
   *
   * @default Duration.minutes(1)
   */
  readonly scaleOutCooldown?: Duration;
}

/** Scaling by what is under way at once. */
export interface ConcurrencyScalingProps extends ScalingProps {
  /**
   * Requests under way at once that one instance or copy should have.
   *
   * @default 5
   */
  readonly target?: number;
}

/** Scaling by what arrives. */
export interface InvocationScalingProps extends ScalingProps {
  /** Requests a minute that one instance or copy should have: half of what it takes in a load test is a usual choice. */
  readonly target: number;
}

/** Scaling of an asynchronous endpoint by what waits. */
export interface BacklogScalingProps extends ScalingProps {
  /**
   * Requests that may wait for each instance.
   *
   * @default 5
   */
  readonly target?: number;
}

/** Other bounds at some times. */
export interface ScalingScheduleProps {
  /** A name that is unique to the endpoint, such as `night`. */
  readonly name: string;
  /** When the bounds begin to hold. */
  readonly schedule: Schedule;
  /** The least from then on. */
  readonly min: number;
  /** The most from then on. */
  readonly max: number;
  /**
   * The time zone of the schedule.
   *
   * @default TimeZone.ETC_UTC
   */
  readonly timeZone?: TimeZone;
}

/** How many instances or copies an endpoint has: what is measured, within which bounds, at what times. */
export class Scaling {
  /** Follows the requests under way at once, the measure that reacts soonest (every ten seconds). */
  public static byConcurrency(props: ConcurrencyScalingProps): Scaling {
    return Scaling.checked('concurrency', props, props?.target ?? 5);
  }

  /** Follows the requests a minute. */
  public static byInvocations(props: InvocationScalingProps): Scaling {
    return Scaling.checked('invocations', props, props?.target);
  }

  /** Follows the requests that wait; for asynchronous endpoints only. */
  public static byBacklog(props: BacklogScalingProps): Scaling {
    return Scaling.checked('backlog', props, props?.target ?? 5);
  }

  private static checked(measure: ScalingMeasure, props: ScalingProps, target: number): Scaling {
    if (!isRecord(props)) throw new Error(`scaling by ${measure} has no bounds (it is ${shown(props)}): give { min, max }`);
    checkBounds(props.min, props.max, 'scaling');
    if (!Token.isUnresolved(target) && !(Number.isFinite(target) && target > 0)) {
      throw new Error(`scaling by ${measure} with a target of ${target} is not possible: give a number above 0`);
    }
    return new Scaling({
      min: props.min,
      max: props.max,
      measure,
      target,
      scaleInSeconds: wholeSeconds(props.scaleInCooldown ?? Duration.minutes(5), 'scaleInCooldown'),
      scaleOutSeconds: wholeSeconds(props.scaleOutCooldown ?? Duration.minutes(1), 'scaleOutCooldown'),
      schedules: [],
    });
  }

  /** The least. */
  public readonly min: number;
  /** The most. */
  public readonly max: number;
  /** @internal */
  public readonly _plan: ScalingPlan;

  private constructor(plan: ScalingPlan) {
    this._plan = plan;
    this.min = plan.min;
    this.max = plan.max;
  }

  /** The same with other bounds at some times, such as fewer at night. */
  public withSchedule(props: ScalingScheduleProps): Scaling {
    checkBounds(props.min, props.max, `schedule '${props.name}'`);
    if (!/^[^|:/]{1,256}$/.test(props.name)) {
      throw new Error(`schedule name '${props.name}' is not usable: give 1 to 256 characters without '|', ':' and '/'`);
    }
    if (this._plan.schedules.some((schedule) => schedule.name === props.name)) {
      throw new Error(`schedule '${props.name}' is given twice: name each of an endpoint's schedules once`);
    }
    const bounds: ScheduledBounds = {
      name: props.name,
      schedule: props.schedule.expressionString,
      timeZone: (props.timeZone ?? TimeZone.ETC_UTC).timezoneName,
      min: props.min,
      max: props.max,
    };
    return new Scaling({ ...this._plan, schedules: [...this._plan.schedules, bounds] });
  }
}

function checkBounds(min: number, max: number, what: string): void {
  for (const [name, value, least] of [['min', min, 0], ['max', max, 1]] as const) {
    if (!Token.isUnresolved(value) && (!Number.isInteger(value) || value < least)) {
      throw new Error(`${what} with ${name} ${shown(value)} is not possible: give a whole number from ${least}`);
    }
  }
  if (!Token.isUnresolved(min) && !Token.isUnresolved(max) && min > max) {
    throw new Error(`${what} from min ${min} to max ${max} is not possible: min must not be above max`);
  }
}
