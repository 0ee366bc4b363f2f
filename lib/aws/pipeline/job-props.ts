import { Duration } from 'aws-cdk-lib';
import { Instances } from './instances';
import { RetriedStepProps } from './step';

/** What every step takes that runs a job. */
export interface JobStepProps extends RetriedStepProps {
  /**
   * The machines it runs on.
   *
   * @default - one `ml.m5.xlarge`
   */
  readonly instances?: Instances;
  /**
   * When it is stopped at the latest.
   *
   * @default Duration.hours(6)
   */
  readonly maxRuntime?: Duration;
  /**
   * Environment variables of the container. They are no place for secrets.
   *
   * @default - none
   */
  readonly environment?: { [name: string]: string };
  /**
   * For how long a run takes over the result of an earlier one with the same inputs.
   *
   * @default - each run works afresh
   */
  readonly cache?: Duration;
  /**
   * Gives the container a network, for this reason. It is recorded as a weakening, and the rule SageMakerJobNetworkIsolation reports an error until somebody acknowledges
   * it on the pipeline; the workspace's endpoints are all it reaches.
   *
   * @default - the container is isolated from every network
   */
  readonly withoutNetworkIsolation?: string;
}
