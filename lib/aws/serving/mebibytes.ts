import { Size, SizeRoundingBehavior } from 'aws-cdk-lib';

/** A size in MiB; undefined for a token. */
export function mebibytes(size: Size): number | undefined {
  return size.isUnresolved() ? undefined : size.toMebibytes({ rounding: SizeRoundingBehavior.NONE });
}
