import type { Json } from '../azapi';

/** How values between the ends of a range are tried. */
export enum RangeScale {
  /** Evenly. */
  LINEAR = 'Linear',
  /** By magnitude; the range is above 0. */
  LOGARITHMIC = 'Logarithmic',
}

/** The values that a sweep tries for a hyperparameter. */
export class Range {
  /**
   * Numbers between two.
   *
   * @throws an error when the ends are the wrong way round or do not fit the scale
   */
  public static continuous(min: number, max: number, scale: RangeScale = RangeScale.LINEAR): Range {
    checkEnds(min, max, scale);
    // Azure ML takes the exponents of a logarithmic range: values are exp(uniform(min, max)).
    return scale === RangeScale.LOGARITHMIC
      ? new Range('number', { type: 'loguniform', min_value: Math.log(min), max_value: Math.log(max) })
      : new Range('number', { type: 'uniform', min_value: min, max_value: max });
  }

  /** Whole numbers between two, both among them. */
  public static integer(min: number, max: number): Range {
    for (const end of [min, max]) if (!Number.isInteger(end)) throw new Error(`${end} is no whole number: use Range.continuous for others`);
    checkEnds(min, max, RangeScale.LINEAR);
    // `randint` of Azure ML begins at 0; this one takes both ends, and Bayesian sampling knows it.
    return new Range('integer', { type: 'quniform', min_value: min, max_value: max, q: 1 });
  }

  /** One of several texts. */
  public static categorical(...values: string[]): Range {
    if (values.length < 2) throw new Error(`a categorical range of ${values.length} value(s) leaves nothing to try: give at least two, or make it a parameter`);
    return new Range('string', { type: 'choice', values });
  }

  private constructor(
    /** Type of the input, as Azure ML calls it. */
    public readonly type: string,
    /** @internal */
    public readonly _search: { readonly type: string; readonly [name: string]: Json },
  ) {}
}

function checkEnds(min: number, max: number, scale: RangeScale): void {
  if (!Number.isFinite(min) || !Number.isFinite(max) || min >= max) throw new Error(`a range from ${min} to ${max} is empty: give a minimum below the maximum`);
  if (scale === RangeScale.LOGARITHMIC && min <= 0) throw new Error(`a logarithmic range cannot begin at ${min}: begin above 0, or use RangeScale.LINEAR`);
}
