import { Size, Token } from 'aws-cdk-lib';
import { Instances, InstanceUse } from '../pipeline/instances';
import type { IDataStore } from '../storage/data-store';
import { mebibytes } from './mebibytes';

/** What an endpoint stands on. */
export enum ComputeKind {
  /** Instances that are always there. */
  REAL_TIME = 'real-time',
  /** SageMaker's own machines, outside the user's network. */
  SERVERLESS = 'serverless',
  /** Instances that work off a queue. */
  ASYNCHRONOUS = 'asynchronous',
  /** Instances that share copies of a model, and can go down to none. */
  INFERENCE_COMPONENTS = 'inference-components',
}

/** What instances that are always there may do without. */
export interface RealTimeProps {
  /**
   * Why one instance is enough, which fails with its zone. Needed where scaling goes down to one; the reason becomes the waiver of the
   * finding.
   *
   * @default - scaling must keep at least two
   */
  readonly givesUpAvailability?: string;
}

/** What a serverless endpoint has. */
export interface ServerlessProps {
  /** Memory of each worker: 1 to 6 GiB, in whole GiB. */
  readonly memory: Size;
  /** How many requests are answered at once, 1 to 200. */
  readonly maxConcurrency: number;
  /**
   * How many workers are kept warm.
   *
   * @default - none: the first request after a while waits for a cold start
   */
  readonly provisionedConcurrency?: number;
  /**
   * Why no private network, network isolation, data capture and monitoring are needed. A serverless endpoint can have none of them;
   * the reason becomes the waiver of the findings.
   */
  readonly givesUpPrivateNetwork: string;
}

/** What an asynchronous endpoint has. */
export interface AsynchronousProps {
  /** The machines. */
  readonly instances: Instances;
  /** Where answers are put, as sensitive as what is asked. */
  readonly output: IDataStore;
  /**
   * The folder of the store.
   *
   * @default - the endpoint's name
   */
  readonly prefix?: string;
  /**
   * Whether encrypted topics tell of each answer and of each failure.
   *
   * @default true
   */
  readonly notifications?: boolean;
  /**
   * How many requests each instance works on at once.
   *
   * @default - SageMaker chooses
   */
  readonly maxConcurrentInvocationsPerInstance?: number;
  /**
   * Why requests may wait: for the minutes that it takes to come back from zero, or from the failure of a zone. Needed where scaling goes
   * down to one or zero; the reason becomes the waiver of the finding.
   *
   * @default - scaling must keep at least two
   */
  readonly givesUpAvailability?: string;
}

/** What each copy of a model takes of an instance. */
export interface InferenceComponentsProps {
  /** The machines. */
  readonly instances: Instances;
  /** Memory that each copy is given, at least 128 MiB. */
  readonly memoryPerCopy: Size;
  /**
   * Processor cores that each copy is given.
   *
   * @default - 1, or none when it is given accelerators
   */
  readonly cpuCoresPerCopy?: number;
  /**
   * Accelerators that each copy is given.
   *
   * @default - none
   */
  readonly acceleratorsPerCopy?: number;
  /**
   * The most instances.
   *
   * @default - as many as copies
   */
  readonly maxInstances?: number;
  /**
   * Why requests may fail: for the minutes that it takes to come back from zero, or from the failure of a zone. Needed where scaling goes
   * down to one or zero; the reason becomes the waiver of the finding.
   *
   * @default - scaling must keep at least two
   */
  readonly givesUpAvailability?: string;
}

/** What an endpoint stands on: instances, serverless workers, a queue, or inference components. */
export class EndpointCompute {
  /** Instances that are always there, in the workspace's subnets: at least two, in different zones. */
  public static realTime(instances: Instances, props: RealTimeProps = {}): EndpointCompute {
    instances.check(InstanceUse.HOSTING, 'an endpoint');
    if (props.givesUpAvailability !== undefined) checkReason(props.givesUpAvailability, 'givesUpAvailability');
    return new EndpointCompute({ kind: ComputeKind.REAL_TIME, instances, realTime: props });
  }

  /**
   * SageMaker's own workers, which scale by themselves. They stand outside the user's network, and can be neither isolated nor captured nor
   * monitored.
   *
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html
   */
  public static serverless(props: ServerlessProps): EndpointCompute {
    checkServerless(props);
    return new EndpointCompute({ kind: ComputeKind.SERVERLESS, serverless: props });
  }

  /** Instances that work off a queue: for large bodies and long answers, and able to go down to none while nothing waits. */
  public static asynchronous(props: AsynchronousProps): EndpointCompute {
    props.instances.check(InstanceUse.HOSTING, 'an asynchronous endpoint');
    checkRange(props.maxConcurrentInvocationsPerInstance, 1, 1000, 'maxConcurrentInvocationsPerInstance');
    if (props.givesUpAvailability !== undefined) checkReason(props.givesUpAvailability, 'givesUpAvailability');
    return new EndpointCompute({ kind: ComputeKind.ASYNCHRONOUS, instances: props.instances, asynchronous: props });
  }

  /** Instances that SageMaker adds and removes as copies of the model come and go; the only real-time kind that goes down to none. */
  public static inferenceComponents(props: InferenceComponentsProps): EndpointCompute {
    props.instances.check(InstanceUse.HOSTING, 'an endpoint of inference components');
    const memory = mebibytes(props.memoryPerCopy);
    if (memory !== undefined && memory < 128) {
      throw new Error(`memoryPerCopy of ${memory} MiB is too little: SageMaker gives a copy at least 128 MiB`);
    }
    checkRange(props.maxInstances, 1, 1000, 'maxInstances');
    if (props.givesUpAvailability !== undefined) checkReason(props.givesUpAvailability, 'givesUpAvailability');
    return new EndpointCompute({ kind: ComputeKind.INFERENCE_COMPONENTS, instances: props.instances, components: props });
  }

  /** What it stands on. */
  public readonly kind: ComputeKind;
  /**
   * The machines.
   *
   * @default - none: serverless
   */
  public readonly instances?: Instances;
  /** @internal */
  public readonly _realTime?: RealTimeProps;
  /** @internal */
  public readonly _serverless?: ServerlessProps;
  /** @internal */
  public readonly _asynchronous?: AsynchronousProps;
  /** @internal */
  public readonly _components?: InferenceComponentsProps;

  private constructor(parts: {
    kind: ComputeKind; instances?: Instances; realTime?: RealTimeProps; serverless?: ServerlessProps; asynchronous?: AsynchronousProps; components?: InferenceComponentsProps;
  }) {
    this.kind = parts.kind;
    this.instances = parts.instances;
    this._realTime = parts.realTime;
    this._serverless = parts.serverless;
    this._asynchronous = parts.asynchronous;
    this._components = parts.components;
  }

  /** @internal Why it may have fewer than two instances. */
  public get _givesUpAvailability(): string | undefined {
    return this._realTime?.givesUpAvailability ?? this._components?.givesUpAvailability ?? this._asynchronous?.givesUpAvailability;
  }
}

function checkServerless(props: ServerlessProps): void {
  const memory = mebibytes(props.memory);
  if (memory !== undefined && (memory < 1024 || memory > 6144 || memory % 1024 !== 0)) {
    throw new Error(`serverless memory of ${memory} MiB is not possible: SageMaker has 1024, 2048, 3072, 4096, 5120 and 6144 MiB`);
  }
  checkRange(props.maxConcurrency, 1, 200, 'maxConcurrency');
  checkRange(props.provisionedConcurrency, 1, 200, 'provisionedConcurrency');
  if (!Token.isUnresolved(props.maxConcurrency) && (props.provisionedConcurrency ?? 0) > props.maxConcurrency) {
    throw new Error(`provisionedConcurrency ${props.provisionedConcurrency} is above maxConcurrency ${props.maxConcurrency}: keep no more warm than may work`);
  }
  checkReason(props.givesUpPrivateNetwork, 'givesUpPrivateNetwork');
}

function checkReason(reason: string, name: string): void {
  if (!Token.isUnresolved(reason) && reason.trim().length < 10) {
    throw new Error(`${name} '${reason}' is no reason: say in a sentence why it is acceptable, an auditor will read it`);
  }
}

function checkRange(value: number | undefined, least: number, most: number, name: string): void {
  if (value !== undefined && !Token.isUnresolved(value) && (!Number.isInteger(value) || value < least || value > most)) {
    throw new Error(`${name} ${value} is not possible: give a whole number from ${least} to ${most}`);
  }
}
