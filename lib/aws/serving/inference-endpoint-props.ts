import { Duration } from 'aws-cdk-lib';
import type { IDataStore } from '../storage/data-store';
import type { IWorkspace } from '../workspace/workspace';
import { EndpointCompute } from './compute';
import { DataCapture } from './data-capture';
import { EndpointAlarmThresholds } from './endpoint-alarm-thresholds';
import { Scaling } from './scaling';
import { IServable } from './served-model';
import { TrafficShift } from './traffic-shift';

/** What an endpoint is made from. */
export interface InferenceEndpointProps {
  /** The ground it stands on. */
  readonly workspace: IWorkspace;
  /** What it serves: the registration step of a pipeline, or a `ServedModel`. */
  readonly model: IServable;
  /**
   * What it stands on.
   *
   * @default - real-time instances of type `ml.m5.large`
   */
  readonly compute?: EndpointCompute;
  /**
   * How many instances there are.
   *
   * @default - 2 to 4: by concurrency, or by what waits where it works off a queue; serverless scales by itself
   */
  readonly scaling?: Scaling;
  /**
   * Its name, at most 40 characters. The log group of an endpoint that is named is deleted with the stack, so that the stack can be created
   * again; otherwise it is kept.
   *
   * @default - made from the path, and new each time the stack is created
   */
  readonly endpointName?: string;
  /**
   * Captures requests and answers, which monitoring needs.
   *
   * @default - nothing is captured
   */
  readonly capture?: DataCapture;
  /**
   * How a new model takes over.
   *
   * @default - one instance first, the rest after ten minutes; all at once where there can be fewer than two
   */
  readonly traffic?: TrafficShift;
  /**
   * How long the old instances are kept after that, at most an hour.
   *
   * @default Duration.minutes(10)
   */
  readonly terminationWait?: Duration;
  /**
   * From when on the alarms sound, which also call a deployment back.
   *
   * @default - see `EndpointAlarmThresholds`
   */
  readonly alarms?: EndpointAlarmThresholds;
  /**
   * Where records of who approved what are kept, when the model follows a registry.
   *
   * @default - a store of the endpoint's own, kept as long as the audit trail
   */
  readonly approvals?: IDataStore;
}
