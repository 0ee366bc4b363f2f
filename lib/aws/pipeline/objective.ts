/** What a tuning is after. */
export class Objective {
  /** The higher the metric the better. */
  public static maximize(metric: string): Objective {
    return new Objective('Maximize', metric);
  }

  /** The lower the metric the better. */
  public static minimize(metric: string): Objective {
    return new Objective('Minimize', metric);
  }

  private constructor(
    private readonly type: string,
    /** Name of the metric. */
    public readonly metric: string,
  ) {
    if (metric.length < 1 || metric.length > 255) throw new Error(`metric name '${metric}' is not usable: give 1 to 255 characters`);
  }

  /** @internal */
  public _render(): Record<string, string> {
    return { Type: this.type, MetricName: this.metric };
  }
}
