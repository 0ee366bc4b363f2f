import { Duration, Token } from 'aws-cdk-lib';
import { wholeMinutes, wholeSeconds } from '../private/whole';

/** What a step may be tried again after. */
export enum RetryOn {
  /** The service was at fault. */
  SERVICE_FAULT = 'Step.SERVICE_FAULT',
  /** Too many requests. */
  THROTTLING = 'Step.THROTTLING',
  /** The job ended with an internal error. */
  JOB_INTERNAL_ERROR = 'SageMaker.JOB_INTERNAL_ERROR',
  /** No instances of the type were to be had. */
  CAPACITY_ERROR = 'SageMaker.CAPACITY_ERROR',
  /** A quota of the account was reached. */
  RESOURCE_LIMIT = 'SageMaker.RESOURCE_LIMIT',
}

/** How often and how fast a step is tried again. */
export interface RetryPolicyProps {
  /**
   * Times in all, 1 to 20.
   *
   * @default 3
   */
  readonly maxAttempts?: number;
  /**
   * Give up after this time since the first failure instead.
   *
   * @default - counted by `maxAttempts`
   */
  readonly expireAfter?: Duration;
  /**
   * Wait before the first retry.
   *
   * @default Duration.seconds(30)
   */
  readonly interval?: Duration;
  /**
   * Factor by which the wait grows.
   *
   * @default 2
   */
  readonly backoffRate?: number;
}

/**
 * When and how a step is tried again.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-retry-policy.html
 */
export class RetryPolicy {
  /** Retries after any of these. */
  public static on(errors: RetryOn[], props: RetryPolicyProps = {}): RetryPolicy {
    return new RetryPolicy(errors, props);
  }

  /** Retries what is likely to pass: faults, throttling and missing capacity. */
  public static transient(props: RetryPolicyProps = {}): RetryPolicy {
    return new RetryPolicy([RetryOn.SERVICE_FAULT, RetryOn.THROTTLING, RetryOn.JOB_INTERNAL_ERROR, RetryOn.CAPACITY_ERROR], props);
  }

  private constructor(private readonly errors: RetryOn[], private readonly props: RetryPolicyProps) {
    if (errors.length === 0) throw new Error('a retry policy names no error: give at least one RetryOn');
    const { expireAfter, interval } = props;
    if (expireAfter && !expireAfter.isUnresolved() && wholeMinutes(expireAfter, 'expireAfter') < 1) throw new Error('expireAfter of no time is not possible: give at least a minute, or maxAttempts instead');
    if (interval && !interval.isUnresolved() && wholeSeconds(interval, 'interval') < 1) throw new Error('interval of no time is not possible: give at least a second');
    const { maxAttempts = 3, backoffRate = 2 } = props;
    if (!Token.isUnresolved(maxAttempts) && (!Number.isInteger(maxAttempts) || maxAttempts < 1 || maxAttempts > 20)) {
      throw new Error(`maxAttempts of ${maxAttempts} is not possible: use a whole number from 1 to 20`);
    }
    if (!(backoffRate >= 1 && Number.isFinite(backoffRate))) throw new Error(`backoffRate of ${backoffRate} is not possible: use 1 or more`);
  }

  /** @internal Whether a job that has begun is run once more. */
  public get _repeatsJobs(): boolean {
    return this.errors.includes(RetryOn.JOB_INTERNAL_ERROR);
  }

  /** @internal */
  public _render(jobs: boolean): Record<string, unknown> | undefined {
    // Only the steps that run jobs of SageMaker know the errors of jobs.
    const errors = this.errors.filter((error) => jobs || error.startsWith('Step.'));
    if (errors.length === 0) return undefined;
    const { maxAttempts = 3, expireAfter, interval, backoffRate = 2 } = this.props;
    return {
      ExceptionType: errors,
      IntervalSeconds: interval?.toSeconds() ?? 30,
      BackoffRate: backoffRate,
      ...(expireAfter ? { ExpireAfterMin: expireAfter.toMinutes() } : { MaxAttempts: maxAttempts }),
    };
  }
}
