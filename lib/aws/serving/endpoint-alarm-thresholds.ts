import { Duration } from 'aws-cdk-lib';

/** From when on an endpoint is in trouble. */
export interface EndpointAlarmThresholds {
  /**
   * How many requests may fail in five minutes.
   *
   * @default 5
   */
  readonly errors?: number;
  /**
   * How long the model may take, at the 99th percentile.
   *
   * @default Duration.seconds(5)
   */
  readonly modelLatency?: Duration;
  /**
   * How much SageMaker may add to that, at the 99th percentile.
   *
   * @default Duration.seconds(1)
   */
  readonly overheadLatency?: Duration;
}
