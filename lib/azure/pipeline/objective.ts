/** What a sweep is after. */
export class Objective {
  /** The higher the metric the better; code logs it with MLflow. */
  public static maximize(metric: string): Objective {
    return new Objective('maximize', metric);
  }

  /** The lower the metric the better; code logs it with MLflow. */
  public static minimize(metric: string): Objective {
    return new Objective('minimize', metric);
  }

  private constructor(
    /** Which way is better. */
    public readonly goal: string,
    /** Name of the metric. */
    public readonly metric: string,
  ) {
    if (typeof metric !== 'string' || !/[A-Za-z0-9_]/.test(metric) || metric.length > 255) {
      throw new Error(`metric name '${String(metric)}' is not usable: give 1 to 255 characters with a letter, a digit or '_' among them`);
    }
  }
}
