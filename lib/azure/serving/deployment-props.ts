import type { Code } from '../pipeline/code';
import type { Environment } from '../pipeline/environment';
import type { Duration } from '../duration';
import type { DataCapture } from './data-capture';
import type { Scaling } from './scaling';
import type { IServable } from './served-model';

/** What a deployment is made from. */
export interface DeploymentProps {
  /** What it serves: the registration of a pipeline, or a `ServedModel`. */
  readonly model: IServable;
  /**
   * The image that answers.
   *
   * @default - where the model was trained, which then has the package `azureml-inference-server-http`
   */
  readonly environment?: Environment;
  /**
   * The scoring script, with `init()` and `run(data)`.
   *
   * @default - none: the model is one of MLflow, or the image answers by itself
   */
  readonly code?: Code;
  /**
   * Size of the instances.
   *
   * @default 'Standard_DS3_v2'
   */
  readonly instanceType?: string;
  /**
   * How many instances there are.
   *
   * @default - 2 to 4, by how busy their processors are
   */
  readonly scaling?: Scaling;
  /**
   * Captures requests and answers.
   *
   * @default - nothing is captured
   */
  readonly capture?: DataCapture;
  /**
   * How long an answer may take, at most 3 minutes.
   *
   * @default Duration.seconds(5)
   */
  readonly requestTimeout?: Duration;
  /**
   * Requests that one instance works on at a time.
   *
   * @default 1
   */
  readonly maxConcurrentRequests?: number;
  /**
   * Environment variables. They are no place for secrets.
   *
   * @default - none
   */
  readonly variables?: { [name: string]: string };
}
