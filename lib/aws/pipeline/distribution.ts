import { Token } from 'aws-cdk-lib';
import { Instances } from './instances';

/** How processes of one training work together. */
export interface TorchrunOptions {
  /**
   * Processes on each instance.
   *
   * @default - one for each GPU, or for each CPU without GPUs
   */
  readonly processesPerInstance?: number;
}

/** Strategies of TensorFlow. */
export interface TensorFlowOptions {
  /**
   * Uses parameter servers instead of mirrored workers.
   *
   * @default false
   */
  readonly parameterServers?: boolean;
}

/** Options of MPI. */
export interface MpiOptions {
  /** Processes on each instance. */
  readonly processesPerInstance: number;
  /**
   * Further options of `mpirun`.
   *
   * @default - none
   */
  readonly options?: string;
}

/**
 * How a model is cut for SageMaker's model parallelism library, version 2.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/distributed-model-parallel-v2-reference.html
 */
export interface ModelParallelOptions {
  /** Processes on each instance: its GPUs. */
  readonly processesPerInstance: number;
  /**
   * GPUs over which a layer is cut.
   *
   * @default 1
   */
  readonly tensorParallelDegree?: number;
  /**
   * GPUs over which parameters are sharded.
   *
   * @default - as the library decides
   */
  readonly hybridShardDegree?: number;
  /**
   * GPUs over which a sequence is cut; at most `hybridShardDegree`.
   *
   * @default 1
   */
  readonly contextParallelDegree?: number;
  /**
   * GPUs over which experts are spread.
   *
   * @default 1
   */
  readonly expertParallelDegree?: number;
  /**
   * Whether activations are moved to the memory of the host.
   *
   * @default false
   */
  readonly activationOffloading?: boolean;
}

/** Training on several processes or instances. Traffic between instances is encrypted, as everywhere here. */
export abstract class Distribution {
  /** PyTorch's own launcher; the processes of several instances find each other by themselves. */
  public static torchrun(options: TorchrunOptions = {}): Distribution {
    return new Torchrun(options);
  }

  /** TensorFlow's mirrored workers or parameter servers, started by the toolkit of SageMaker's TensorFlow images. */
  public static tensorflow(options: TensorFlowOptions = {}): Distribution {
    return new Toolkit(options.parameterServers
      ? { sagemaker_parameter_server_enabled: 'true' }
      : { sagemaker_multi_worker_mirrored_strategy_enabled: 'true' }, true);
  }

  /** MPI, as Horovod uses it. Horovod is no longer maintained by its users' platforms: prefer `torchrun`. */
  public static mpi(options: MpiOptions): Distribution {
    checkWhole('processesPerInstance', options.processesPerInstance);
    return new Toolkit({
      sagemaker_mpi_enabled: 'true',
      sagemaker_mpi_num_of_processes_per_host: String(options.processesPerInstance),
      ...(options.options === undefined ? {} : { sagemaker_mpi_custom_mpi_options: options.options }),
    }, false);
  }

  /** A model too large for one GPU, cut by SageMaker's model parallelism library. */
  public static modelParallel(options: ModelParallelOptions): Distribution {
    return new ModelParallel(options);
  }

  /** @internal Whether the toolkit of the image has to start the processes. */
  public abstract get _toolkit(): boolean;

  /** @internal The command around the program; `undefined` where the toolkit has it. */
  public abstract _command(program: string, instances: Instances): string[];

  /** @internal Hyperparameters that make the toolkit of the image start the processes. */
  public abstract _hyperparameters(instances: Instances): Record<string, string>;

  /** @internal Messages about why it does not go with these instances. */
  public abstract _problems(instances: Instances): string[];
}

class Torchrun extends Distribution {
  constructor(private readonly options: TorchrunOptions) {
    super();
    if (options.processesPerInstance !== undefined) checkWhole('processesPerInstance', options.processesPerInstance);
  }

  public get _toolkit(): boolean {
    return false;
  }

  public _command(program: string, instances: Instances): string[] {
    // SageMaker calls the hosts of a job algo-1, algo-2, …; the rendezvous needs no rank of the host.
    return [
      'torchrun', `--nnodes=${Token.isUnresolved(instances.count) ? 1 : instances.count}`,
      `--nproc-per-node=${this.options.processesPerInstance ?? 'auto'}`,
      '--rdzv-backend=c10d', '--rdzv-endpoint=algo-1:29400', '--rdzv-id=training', program,
    ];
  }

  public _hyperparameters(): Record<string, string> {
    return { sagemaker_torch_distributed_enabled: 'true' };
  }

  public _problems(instances: Instances): string[] {
    return Token.isUnresolved(instances.count) ? ['torchrun needs the number of instances at synth: give a literal count'] : [];
  }
}

class Toolkit extends Distribution {
  constructor(private readonly hyperparameters: Record<string, string>, private readonly several: boolean) {
    super();
  }

  public get _toolkit(): boolean {
    return true;
  }

  public _command(program: string): string[] {
    return [program];
  }

  public _hyperparameters(): Record<string, string> {
    return this.hyperparameters;
  }

  public _problems(instances: Instances): string[] {
    return this.several && !Token.isUnresolved(instances.count) && instances.count < 2
      ? [`this distribution needs at least 2 instances and has ${instances.count}: raise count, or leave the distribution out`]
      : [];
  }
}

class ModelParallel extends Distribution {
  constructor(private readonly options: ModelParallelOptions) {
    super();
    for (const [name, value] of Object.entries(options)) if (typeof value === 'number') checkWhole(name, value);
    const { contextParallelDegree = 1, hybridShardDegree } = options;
    if (hybridShardDegree !== undefined && contextParallelDegree > hybridShardDegree) {
      throw new Error(`contextParallelDegree ${contextParallelDegree} is more than hybridShardDegree ${hybridShardDegree}: lower it, or raise hybridShardDegree`);
    }
  }

  public get _toolkit(): boolean {
    return true;
  }

  public _command(program: string): string[] {
    return [program];
  }

  public _hyperparameters(instances: Instances): Record<string, string> {
    const { tensorParallelDegree = 1, hybridShardDegree, contextParallelDegree = 1, expertParallelDegree = 1, activationOffloading = false } = this.options;
    return {
      mp_parameters: JSON.stringify({
        tensor_parallel_degree: tensorParallelDegree,
        ...(hybridShardDegree === undefined ? {} : { hybrid_shard_degree: hybridShardDegree }),
        context_parallel_degree: contextParallelDegree,
        expert_parallel_degree: expertParallelDegree,
        sm_activation_offloading: activationOffloading,
      }),
      sagemaker_torch_distributed_enabled: 'true',
      sagemaker_instance_type: instances.type,
    };
  }

  public _problems(instances: Instances): string[] {
    if (Token.isUnresolved(instances.count)) return [];
    const { processesPerInstance, tensorParallelDegree = 1, hybridShardDegree = 1, expertParallelDegree = 1 } = this.options;
    const world = instances.count * processesPerInstance;
    const product = tensorParallelDegree * hybridShardDegree * expertParallelDegree;
    return world % product === 0 ? [] : [
      `the degrees of model parallelism multiply to ${product}, which does not divide the ${world} processes (${instances.count} instances with ${processesPerInstance} each): choose degrees whose product divides ${world}`,
    ];
  }
}

function checkWhole(name: string, value: number): void {
  if (!Token.isUnresolved(value) && (!Number.isInteger(value) || value < 1)) throw new Error(`${name} of ${value} is not possible: use a whole number from 1`);
}
