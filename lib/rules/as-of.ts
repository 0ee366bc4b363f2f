import { dayNumber } from '../policy/day';

/** Context that holds the day on which waivers are judged, where no property does: `-c regulated-ml:asOf=2026-11-26`. */
export const AS_OF = 'regulated-ml:asOf';

/** The day that was given, by property or by context; undefined where none was. */
export function asOfGiven(asOf: string | undefined, scope: { readonly node: { tryGetContext(key: string): unknown } } | undefined): string | undefined {
  if (asOf !== undefined) {
    dayNumber('asOf of RegulatedMLChecks', asOf);
    return asOf;
  }
  const given = scope?.node.tryGetContext(AS_OF);
  if (given === undefined) return undefined;
  const day = given as string;
  dayNumber(`the context ${AS_OF}`, day);
  return day;
}
