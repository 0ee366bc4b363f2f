import { Duration } from 'aws-cdk-lib';

/**
 * Seconds of a duration that has no fraction of one.
 *
 * @param what whose duration it is, for the message, such as `bake`
 */
export function wholeSeconds(duration: Duration, what: string): number {
  return whole(duration, duration.isUnresolved() ? duration.toSeconds() : duration.toSeconds({ integral: false }), 'second', what);
}

/** Minutes of a duration that has no fraction of one. */
export function wholeMinutes(duration: Duration, what: string): number {
  return whole(duration, duration.isUnresolved() ? duration.toMinutes() : duration.toMinutes({ integral: false }), 'minute', what);
}

function whole(duration: Duration, amount: number, unit: string, what: string): number {
  if (!duration.isUnresolved() && !Number.isInteger(amount)) {
    throw new Error(`${what} of ${duration.toHumanString()} is not possible: give whole ${unit}s, such as Duration.${unit}s(${Math.max(1, Math.ceil(amount))})`);
  }
  return amount;
}
