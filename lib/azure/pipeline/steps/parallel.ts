import type { Json } from '../../azapi';
import { shown } from '../../../policy/given';
import type { DataInput } from '../../storage/data-input';
import type { Code } from '../code';
import { Duration } from '../../duration';
import type { JobStepProps } from '../job-props';
import { Output } from '../output';
import type { MLPipeline } from '../pipeline';
import { JobStep } from '../private/job-step';
import { expression } from '../private/expression';
import { StepType } from '../step';

/** What a parallel step is made from. */
export interface ParallelStepProps extends JobStepProps {
  /** The program, with `init()` and `run(mini_batch)`. */
  readonly code: Code;
  /** The data that is cut into batches. */
  readonly batches: DataInput;
  /**
   * Files in a batch; of a table its size, such as `10mb`.
   *
   * @default '10'
   */
  readonly batchSize?: string;
  /**
   * Processes on each node.
   *
   * @default 1
   */
  readonly processesPerNode?: number;
  /**
   * Batches that may fail before the step does.
   *
   * @default 0
   */
  readonly failedBatches?: number;
  /**
   * How often a batch is tried again.
   *
   * @default 2
   */
  readonly retries?: number;
  /**
   * How long a batch may take.
   *
   * @default Duration.minutes(10)
   */
  readonly batchTimeout?: Duration;
}

/**
 * Puts a program to data in batches, on many nodes at once; what `run` returns is appended to its one file. With a model among its inputs it is a
 * transform.
 */
export class ParallelStep extends JobStep {
  private readonly parallel: ParallelStepProps;

  constructor(pipeline: MLPipeline, id: string, props: ParallelStepProps) {
    const inputs = [...(props?.batches ? [props.batches] : []), ...(Array.isArray(props?.inputs) ? props.inputs : [])];
    super(pipeline, id, { ...props, inputs }, {
      kind: 'parallel', defaultOutputs: [Output.file('output')],
      type: () => (inputs.some((input) => input?.type?.endsWith('_model')) ? StepType.TRANSFORM : StepType.PROCESSING),
    });
    this.parallel = props;
    if (this._outputs.length !== 1) this._fail(`has ${this._outputs.length} outputs, and what the program returns goes to one: give one Output.file`);
    const { batchSize = '10', processesPerNode = 1, failedBatches = 0, retries = 2 } = props;
    if (!/^\d+(kb|mb|gb)?$/i.test(String(batchSize)) || Number.parseInt(batchSize, 10) < 1) this._fail(`has batches of ${shown(batchSize)}: give a number of files such as '10', or a size such as '10mb'`);
    for (const [name, value, least] of [['processesPerNode', processesPerNode, 1], ['failedBatches', failedBatches, 0], ['retries', retries, 0]] as const) {
      if (!Number.isInteger(value) || value < least) this._fail(`has ${name} of ${shown(value)}: give a whole number from ${least}`);
    }
  }

  /** @internal */
  public _fields(): { readonly [name: string]: Json | undefined } {
    return { type: 'parallel', componentId: this.component.id, ...this._placed, environment_variables: this.job.variables };
  }

  protected spec(): { readonly [name: string]: Json | undefined } {
    const { batches, batchSize = '10', processesPerNode = 1, failedBatches = 0, retries = 2, batchTimeout, code } = this.parallel;
    const others = this._inputs.filter(({ name }) => name !== batches.name).map(({ name }) => name);
    const options = [...others, ...Object.keys(this._literals)].map((name) => `--${name} ${expression(`inputs.${name}`)}`).join(' ');
    return {
      type: 'parallel', input_data: expression(`inputs.${batches.name}`), mini_batch_size: batchSize,
      resources: { instance_count: this.nodes }, max_concurrency_per_instance: processesPerNode,
      // the logs of a batch name its files
      error_threshold: 0, mini_batch_error_threshold: failedBatches, logging_level: 'INFO',
      retry_settings: { max_retries: retries, timeout: (batchTimeout ?? Duration.minutes(10)).inSeconds },
      task: {
        type: 'run_function', code: this.reference(this.code?.codeId), entry_script: code.program, environment: this.reference(this.environment.environmentId),
        program_arguments: options === '' ? undefined : options, append_row_to: expression(`outputs.${this._outputs[0].name}`),
      },
    };
  }
}
