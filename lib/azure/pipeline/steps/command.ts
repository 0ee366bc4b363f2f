import type { Json } from '../../azapi';
import type { DifferentialPrivacy, PrivacyGuarantee } from '../../../policy/privacy';
import { having } from '../../../policy/required';
import type { Distribution } from '../distribution';
import type { Environment } from '../environment';
import type { JobStepProps } from '../job-props';
import { Output } from '../output';
import type { MLPipeline } from '../pipeline';
import { JobStep } from '../private/job-step';
import { commandOf, checkCommand } from '../private/command-line';
import { checkTold, privacyProblems, spend, withSettings } from '../private/private-training';
import { StepType } from '../step';
import type { ITrainedModel } from '../trained-model';

/** What a command step is made from. */
export interface CommandStepProps extends JobStepProps {
  /**
   * What is run, with `${{inputs.<name>}}` and `${{outputs.<name>}}` where they lie.
   *
   * @default - `python` with the program of the code, and `--<name> <where it lies>` for each input and output
   */
  readonly command?: string;
  /**
   * Runs on several processes or nodes.
   *
   * @default - one process on each node
   */
  readonly distribution?: Distribution;
  /**
   * Shared memory of the container, such as `8g`.
   *
   * @default - as Azure ML has it: 2g
   */
  readonly sharedMemory?: string;
  /**
   * Whether the step learns from its data although no output is a model, so that rules on training judge it.
   *
   * @default - whether one of its outputs is a model
   */
  readonly trains?: boolean;
  /**
   * How the training protects those whose data it learns from. Its numbers are parameters of the command (`dp_noise_multiplier` and others), which the code
   * has to keep to; what a run spends is counted against the `privacyBudget` of each store behind it.
   *
   * @default - not at all: it may learn from no store with a privacy budget
   */
  readonly privacy?: DifferentialPrivacy;
}

/** Runs a command on a cluster. With a model among its outputs it is a training. */
export class CommandStep extends JobStep implements ITrainedModel {
  /** Where it is made. */
  public readonly trainingEnvironment: Environment;
  /** How it protects those whose data it learns from. */
  public readonly privacy?: DifferentialPrivacy;
  private readonly command: string;

  constructor(pipeline: MLPipeline, id: string, props: CommandStepProps) {
    super(pipeline, id, withSettings(`${pipeline.node.path}/${id}`, props), {
      kind: 'command', defaultOutputs: Output.named('output'), distribution: checkedDistribution(pipeline, id, props),
      type: (outputs) => (props?.trains ?? outputs.some(({ isModel }) => isModel) ? StepType.TRAINING : StepType.PROCESSING),
    });
    this.trainingEnvironment = props.environment;
    this.command = props.command ?? commandOf(this, props.code, this.options);
    checkCommand(this, this.command, [...this._inputs.map(({ name }) => name), ...Object.keys(this._literals)]);
    if (props.sharedMemory !== undefined && !/^\d+[bBkKmMgG]$/.test(props.sharedMemory)) this._fail(`shares '${props.sharedMemory}' of memory: give a number with b, k, m or g, such as '8g'`);
    this.privacy = props.privacy;
    checkTold(this, this.command, this.privacy);
    spend(this, { privacy: this.privacy, compute: this.compute });
  }

  /** The (ε, δ) of one run. */
  public get privacyGuarantee(): PrivacyGuarantee | undefined {
    return this.privacy?.guarantee;
  }

  /** @internal */
  public override _problems(): string[] {
    return privacyProblems(this, this.privacy);
  }

  /** @internal */
  public _fields(): { readonly [name: string]: Json | undefined } {
    const { variables } = this.job;
    return {
      type: 'command', componentId: this.component.id, ...this._placed,
      limits: { job_limits_type: 'Command', timeout: this.timeout.toIso() }, environment_variables: variables,
    };
  }

  protected spec(): { readonly [name: string]: Json | undefined } {
    const { distribution, sharedMemory } = this.job as CommandStepProps;
    return {
      type: 'command', command: this.command, code: this.reference(this.code?.codeId), environment: this.reference(this.environment.environmentId),
      resources: { instance_count: this.nodes, shm_size: sharedMemory }, distribution: distribution?._render(this.nodes),
    };
  }
}

function checkedDistribution(pipeline: MLPipeline, id: string, props: CommandStepProps): Distribution | undefined {
  const distribution = props?.distribution;
  if (distribution !== undefined && !having('type', '_render')(distribution)) throw new Error(`${pipeline.node.path}/${id}: distribution is none: give one such as Distribution.pytorch()`);
  return distribution;
}
