import type { MonitorAutoscaleSettingProfile, MonitorAutoscaleSettingProfileRule } from '@cdktf/provider-azurerm/lib/monitor-autoscale-setting';
import { isRecord, shown } from '../../policy/given';
import { Duration } from '../duration';
import type { Weekday } from '../pipeline/schedule';

/** Bounds of a count that follows the load. */
export interface ScalingProps {
  /** The fewest instances. Below 2 the deployment does not outlive one of them. */
  readonly min: number;
  /** The most instances. */
  readonly max: number;
  /**
   * How long after a change no other is made.
   *
   * @default Duration.minutes(5)
   */
  readonly cooldown?: Duration;
}

/** Scaling by the processors. */
export interface CpuScalingProps extends ScalingProps {
  /**
   * Percent of the processors in use, above which there are more instances.
   *
   * @default 70
   */
  readonly moreAbove?: number;
  /**
   * Percent of the processors in use, below which there are fewer.
   *
   * @default 30
   */
  readonly fewerBelow?: number;
}

/** Scaling by what arrives. */
export interface RequestScalingProps extends ScalingProps {
  /** Requests a minute that one instance should have: half of what it takes in a load test is a usual choice. */
  readonly target: number;
}

/** Other bounds at some times. */
export interface ScalingScheduleProps {
  /** A name that is unique to the endpoint, such as `night`. */
  readonly name: string;
  /** The days. */
  readonly days: Weekday[];
  /** The hour and minute at which the bounds begin to hold, such as `20:00`. */
  readonly from: string;
  /** The hour and minute at which they end, on the same day. */
  readonly until: string;
  /** The fewest instances meanwhile. */
  readonly min: number;
  /** The most instances meanwhile. */
  readonly max: number;
  /**
   * Time zone, as Windows names them, such as `W. Europe Standard Time`.
   *
   * @default 'UTC'
   */
  readonly timeZone?: string;
}

/** What is measured: https://learn.microsoft.com/azure/machine-learning/monitor-azure-machine-learning-reference */
interface Measure {
  readonly metric: string;
  readonly namespace: string;
  readonly isOfEndpoint: boolean;
  readonly more: number;
  readonly fewer: number;
  readonly aggregation: string;
}

/** How many instances a deployment has: what is measured, within which bounds, at what times. */
export class Scaling {
  /** Follows how busy the processors are. */
  public static between(props: CpuScalingProps): Scaling {
    const { moreAbove = 70, fewerBelow = 30 } = isRecord(props) ? props : {} as CpuScalingProps;
    for (const [name, value] of Object.entries({ moreAbove, fewerBelow })) {
      if (!Number.isFinite(value) || value <= 0 || value >= 100) throw new Error(`scaling with ${name} of ${shown(value)} is not possible: give a percentage between 0 and 100`);
    }
    if (fewerBelow >= moreAbove) throw new Error(`scaling to more above ${moreAbove} and to fewer below ${fewerBelow} would never rest: fewerBelow must be below moreAbove`);
    return Scaling.checked(props, {
      metric: 'CpuUtilizationPercentage', namespace: 'microsoft.machinelearningservices/workspaces/onlineendpoints/deployments', isOfEndpoint: false,
      more: moreAbove, fewer: fewerBelow, aggregation: 'Average',
    });
  }

  /** Follows the requests a minute. */
  public static byRequests(props: RequestScalingProps): Scaling {
    if (!Number.isFinite(props?.target) || props.target <= 0) throw new Error(`scaling by requests with a target of ${shown(props?.target)} is not possible: give a number above 0`);
    return Scaling.checked(props, {
      metric: 'RequestsPerMinute', namespace: 'microsoft.machinelearningservices/workspaces/onlineendpoints', isOfEndpoint: true,
      // half of the target, so that one fewer does not call for one more
      more: props.target, fewer: props.target / 2, aggregation: 'Average',
    });
  }

  /** So many instances at all times. */
  public static fixed(instances: number): Scaling {
    checkBounds(instances, instances, 'scaling');
    return new Scaling(instances, instances, undefined, Duration.minutes(5), []);
  }

  private static checked(props: ScalingProps, measure: Measure): Scaling {
    if (!isRecord(props)) throw new Error(`the scaling has no bounds (it is ${shown(props)}): give { min, max }`);
    checkBounds(props.min, props.max, 'scaling');
    return new Scaling(props.min, props.max, measure, props.cooldown ?? Duration.minutes(5), []);
  }

  private constructor(
    /** The fewest instances. */
    public readonly min: number,
    /** The most instances. */
    public readonly max: number,
    private readonly measure: Measure | undefined,
    private readonly cooldown: Duration,
    private readonly schedules: readonly ScalingScheduleProps[],
  ) {}

  /** Whether instances come and go. */
  public get follows(): boolean {
    return this.measure !== undefined || this.schedules.length > 0;
  }

  /** The fewest instances at any time. */
  public get fewest(): number {
    return Math.min(this.min, ...this.schedules.map(({ min }) => min));
  }

  /** The same with other bounds at some times, such as fewer at night. */
  public withSchedule(props: ScalingScheduleProps): Scaling {
    checkBounds(props.min, props.max, `schedule '${props.name}'`);
    if (typeof props.name !== 'string' || !/^[A-Za-z0-9 _-]{1,64}$/.test(props.name)) throw new Error(`schedule name ${shown(props.name)} is not usable: give 1 to 64 letters, digits, blanks, '-' or '_'`);
    if (this.schedules.some(({ name }) => name === props.name)) throw new Error(`schedule '${props.name}' is given twice: name each of an endpoint's schedules once`);
    if (!Array.isArray(props.days) || props.days.length === 0) throw new Error(`schedule '${props.name}' names no day: give at least one, such as Weekday.MONDAY`);
    const [from, until] = [timeOf(props.from, props.name), timeOf(props.until, props.name)];
    if (from.hour * 60 + from.minute >= until.hour * 60 + until.minute) throw new Error(`schedule '${props.name}' lasts from ${props.from} until ${props.until}: let it end later on the same day, or give two schedules`);
    // each takes two profiles beside the one that holds otherwise, and a setting has 20
    if (this.schedules.length === 9) throw new Error(`schedule '${props.name}' is one too many: a deployment takes 9`);
    return new Scaling(this.min, this.max, this.measure, this.cooldown, [...this.schedules, props]);
  }

  /** @internal Profiles of Azure Monitor for a deployment. */
  public _profiles(deploymentId: string, endpointId: string): MonitorAutoscaleSettingProfile[] {
    const rule = this.rules(this.measure?.isOfEndpoint ? endpointId : deploymentId);
    const capacity = { minimum: this.min, maximum: this.max, default: this.min };
    const at = ({ days, timeZone }: ScalingScheduleProps, time: string) => {
      const { hour, minute } = timeOf(time, '');
      return { days, hours: [hour], minutes: [minute], timezone: timeZone ?? 'UTC' };
    };
    return [
      { name: 'default', capacity, rule },
      ...this.schedules.flatMap((schedule) => [
        { name: schedule.name, capacity: { minimum: schedule.min, maximum: schedule.max, default: schedule.min }, rule, recurrence: at(schedule, schedule.from) },
        // a recurrence holds until another begins, and this name tells Azure Monitor what ends it
        { name: JSON.stringify({ name: 'default', for: schedule.name }), capacity, rule, recurrence: at(schedule, schedule.until) },
      ]),
    ];
  }

  private rules(resourceId: string): MonitorAutoscaleSettingProfileRule[] {
    const { measure } = this;
    if (!measure) return [];
    const rule = (operator: string, threshold: number, direction: string): MonitorAutoscaleSettingProfileRule => ({
      metricTrigger: {
        metricName: measure.metric, metricNamespace: measure.namespace, metricResourceId: resourceId, operator, threshold, statistic: 'Average',
        timeAggregation: measure.aggregation, timeGrain: 'PT1M', timeWindow: 'PT5M', divideByInstanceCount: measure.isOfEndpoint ? true : undefined,
      },
      scaleAction: { direction, type: 'ChangeCount', value: 1, cooldown: this.cooldown.toIso() },
    });
    return [rule('GreaterThan', measure.more, 'Increase'), rule('LessThan', measure.fewer, 'Decrease')];
  }
}

function checkBounds(min: number, max: number, what: string): void {
  // A managed online deployment has at least one instance.
  for (const [name, value] of [['min', min], ['max', max]] as const) {
    if (!Number.isInteger(value) || value < 1) throw new Error(`${what} with ${name} ${shown(value)} is not possible: give a whole number from 1`);
  }
  if (min > max) throw new Error(`${what} from min ${min} to max ${max} is not possible: min must not be above max`);
}

function timeOf(text: string, schedule: string): { readonly hour: number; readonly minute: number } {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(String(text)) ?? [];
  if (hour === undefined) throw new Error(`schedule '${schedule}' has the time ${shown(text)}: give hour and minute, such as '20:00'`);
  return { hour: Number(hour), minute: Number(minute) };
}
