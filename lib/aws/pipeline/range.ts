/** How values between the ends of a range are tried. */
export enum RangeScale {
  /** SageMaker decides. */
  AUTO = 'Auto',
  /** Evenly. */
  LINEAR = 'Linear',
  /** By magnitude; the range is above 0. */
  LOGARITHMIC = 'Logarithmic',
  /** By magnitude of the distance from 1; the range is within 0 and 1. */
  REVERSE_LOGARITHMIC = 'ReverseLogarithmic',
}

/** The values that a tuning tries for a hyperparameter. */
export class Range {
  /**
   * Numbers between two.
   *
   * @throws an error when the ends are the wrong way round or do not fit the scale
   */
  public static continuous(min: number, max: number, scale: RangeScale = RangeScale.AUTO): Range {
    return Range.between('ContinuousParameterRanges', min, max, scale);
  }

  /** Whole numbers between two. */
  public static integer(min: number, max: number, scale: RangeScale = RangeScale.AUTO): Range {
    for (const end of [min, max]) if (!Number.isInteger(end)) throw new Error(`${end} is no whole number: use Range.continuous for others`);
    if (scale === RangeScale.REVERSE_LOGARITHMIC) throw new Error('a range of whole numbers has no reverse logarithmic scale: use another');
    return Range.between('IntegerParameterRanges', min, max, scale);
  }

  /** One of several texts. */
  public static categorical(...values: string[]): Range {
    if (values.length < 2) throw new Error(`a categorical range of ${values.length} value(s) leaves nothing to tune: give at least two, or make it a hyperparameter`);
    return new Range('CategoricalParameterRanges', { Values: values });
  }

  private static between(kind: string, min: number, max: number, scale: RangeScale): Range {
    if (!Number.isFinite(min) || !Number.isFinite(max) || min >= max) throw new Error(`a range from ${min} to ${max} is empty: give a minimum below the maximum`);
    if (scale === RangeScale.LOGARITHMIC && min <= 0) throw new Error(`a logarithmic range cannot begin at ${min}: begin above 0, or use RangeScale.LINEAR`);
    if (scale === RangeScale.REVERSE_LOGARITHMIC && (min < 0 || max >= 1)) throw new Error(`a reverse logarithmic range lies within 0 and 1, not ${min} to ${max}: give one within, or another scale`);
    return new Range(kind, { MinValue: String(min), MaxValue: String(max), ScalingType: scale });
  }

  private constructor(private readonly kind: string, private readonly values: Record<string, unknown>) {}

  /** @internal */
  public static _render(ranges: { [name: string]: Range }): Record<string, unknown> {
    const grouped: Record<string, unknown[]> = {};
    for (const [Name, range] of Object.entries(ranges)) (grouped[range.kind] ??= []).push({ Name, ...range.values });
    return grouped;
  }
}
