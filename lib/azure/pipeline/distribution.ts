import type { Json } from '../azapi';
import { shown } from '../../policy/given';

/** How many processes there are on each node. */
export interface ProcessOptions {
  /**
   * Processes on each node.
   *
   * @default 1
   */
  readonly processesPerNode?: number;
}

/** Strategies of TensorFlow. */
export interface TensorFlowOptions {
  /**
   * Workers in all.
   *
   * @default - one for each node that serves no parameters
   */
  readonly workers?: number;
  /**
   * Parameter servers in all; none for mirrored workers.
   *
   * @default 0
   */
  readonly parameterServers?: number;
}

/** How a Ray cluster is formed over the nodes of a job. */
export interface RayOptions {
  /**
   * Port of the head.
   *
   * @default - Ray's own
   */
  readonly port?: number;
  /**
   * Further options of `ray start` on the head.
   *
   * @default - none
   */
  readonly headArguments?: string;
  /**
   * Further options of `ray start` on the workers.
   *
   * @default - none
   */
  readonly workerArguments?: string;
}

/**
 * Training on several processes or nodes. Azure ML starts them and tells each who the others are; it does not encrypt what they tell each other, which stays
 * in the subnet or in the managed network.
 *
 * @see https://learn.microsoft.com/azure/machine-learning/how-to-train-distributed-gpu
 */
export class Distribution {
  /** PyTorch: the environment of each process is set for `init_process_group`. */
  public static pytorch(options: ProcessOptions = {}): Distribution {
    return new Distribution('pytorch', { process_count_per_instance: whole('processesPerNode', options.processesPerNode ?? 1) });
  }

  /** TensorFlow: `TF_CONFIG` is set on each node. */
  public static tensorflow(options: TensorFlowOptions = {}): Distribution {
    const { workers, parameterServers = 0 } = options;
    if (!Number.isInteger(parameterServers) || parameterServers < 0) throw new Error(`parameterServers of ${shown(parameterServers)} is not possible: use a whole number from 0`);
    return new Distribution('tensorflow', { parameter_server_count: parameterServers, worker_count: workers === undefined ? undefined : whole('workers', workers) });
  }

  /** MPI, as Horovod and DeepSpeed use it; the image has Open MPI. */
  public static mpi(options: ProcessOptions = {}): Distribution {
    return new Distribution('mpi', { process_count_per_instance: whole('processesPerNode', options.processesPerNode ?? 1) });
  }

  /** Ray: a cluster with its head on the first node. Azure ML has it in preview: components take it, jobs of the stable interface do not. */
  public static ray(options: RayOptions = {}): Distribution {
    if (options.port !== undefined && !(Number.isInteger(options.port) && options.port > 1023 && options.port < 65_536)) {
      throw new Error(`port ${shown(options.port)} of Ray is not possible: use one from 1024 to 65535`);
    }
    return new Distribution('ray', { port: options.port, head_node_additional_args: options.headArguments, worker_node_additional_args: options.workerArguments });
  }

  private constructor(
    /** Which. */
    public readonly type: string,
    private readonly settings: Readonly<Record<string, string | number | undefined>>,
  ) {}

  /** @internal */
  public _render(nodes: number): Json {
    const { parameter_server_count: servers = 0 } = this.settings;
    // Without a number of workers Azure ML starts one.
    return this.type === 'tensorflow' && this.settings.worker_count === undefined
      ? { type: this.type, ...this.settings, worker_count: Math.max(1, nodes - Number(servers)) }
      : { type: this.type, ...this.settings };
  }

  /** @internal Why it does not go with this many nodes. */
  public _problem(nodes: number): string | undefined {
    if (this.type !== 'tensorflow') return undefined;
    const { worker_count: workers, parameter_server_count: servers = 0 } = this.settings;
    const wanted = Number(workers ?? 1) + Number(servers);
    return wanted > nodes ? `its distribution has ${wanted} workers and parameter servers, each on a node of its own, and there are ${nodes}: raise nodes` : undefined;
  }
}

function whole(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} of ${shown(value)} is not possible: use a whole number from 1`);
  return value;
}
