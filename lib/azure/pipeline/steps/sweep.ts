import type { Json } from '../../azapi';
import { shown } from '../../../policy/given';
import type { DifferentialPrivacy, PrivacyGuarantee } from '../../../policy/privacy';
import { Duration } from '../../duration';
import type { Environment } from '../environment';
import type { Objective } from '../objective';
import { Output } from '../output';
import type { MLPipeline } from '../pipeline';
import { commandOf, checkCommand } from '../private/command-line';
import { JobStep } from '../private/job-step';
import { expression } from '../private/expression';
import { checkTold, privacyProblems, spend, withSettings } from '../private/private-training';
import type { Range } from '../range';
import { StepType } from '../step';
import type { ITrainedModel } from '../trained-model';
import type { CommandStepProps } from './command';

/** How a sweep chooses what to try next. */
export enum SamplingStrategy {
  /** Learns from earlier trials; takes no early termination. */
  BAYESIAN = 'bayesian',
  /** At random. */
  RANDOM = 'random',
  /** Every combination; all ranges are categorical. */
  GRID = 'grid',
}

/** When a trial that does not look promising is stopped. */
export class EarlyTermination {
  /**
   * When it is further behind the best than this share of it.
   *
   * @param slackFactor such as 0.1
   * @param delayEvaluation reports of the metric before it is judged
   */
  public static bandit(slackFactor: number, delayEvaluation: number = 5): EarlyTermination {
    if (!Number.isFinite(slackFactor) || slackFactor <= 0) throw new Error(`a slack factor of ${shown(slackFactor)} is not possible: give a number above 0, such as 0.1`);
    return new EarlyTermination({ policy_type: 'Bandit', slack_factor: slackFactor, ...reports(delayEvaluation) });
  }

  /** When it is worse than the median of the others' averages. */
  public static median(delayEvaluation: number = 5): EarlyTermination {
    return new EarlyTermination({ policy_type: 'MedianStopping', ...reports(delayEvaluation) });
  }

  /**
   * When it is among the worst.
   *
   * @param percent how many of the trials are, 1 to 99
   */
  public static truncation(percent: number, delayEvaluation: number = 5): EarlyTermination {
    if (!Number.isInteger(percent) || percent < 1 || percent > 99) throw new Error(`a truncation of ${shown(percent)} percent is not possible: give a whole number from 1 to 99`);
    return new EarlyTermination({ policy_type: 'TruncationSelection', truncation_percentage: percent, ...reports(delayEvaluation) });
  }

  private constructor(
    /** @internal */
    public readonly _policy: Json,
  ) {}
}

/** What a sweep step is made from. */
export interface SweepStepProps extends CommandStepProps {
  /** What it is after. */
  readonly objective: Objective;
  /** The values it tries, by the input that takes them. */
  readonly ranges: { [input: string]: Range };
  /**
   * Trials in all.
   *
   * @default 10
   */
  readonly maxTrials?: number;
  /**
   * Trials at a time.
   *
   * @default 2
   */
  readonly maxParallelTrials?: number;
  /**
   * When a trial is stopped at the latest; `timeout` is that of all together.
   *
   * @default Duration.hours(2)
   */
  readonly trialTimeout?: Duration;
  /**
   * How it chooses what to try next.
   *
   * @default SamplingStrategy.RANDOM
   */
  readonly strategy?: SamplingStrategy;
  /**
   * When a trial that does not look promising is stopped.
   *
   * @default - none is
   */
  readonly earlyTermination?: EarlyTermination;
  /**
   * Seed of what is tried at random, so that a sweep can be repeated.
   *
   * @default - chosen by Azure ML
   */
  readonly randomSeed?: number;
}

/** Trains many times to find the best hyperparameters; its outputs are those of the best trial. */
export class SweepStep extends JobStep implements ITrainedModel {
  private readonly sweep: SweepStepProps;
  /** Where it is made. */
  public readonly trainingEnvironment: Environment;
  /** How each trial protects those whose data it learns from. */
  public readonly privacy?: DifferentialPrivacy;
  private readonly command: string;

  constructor(pipeline: MLPipeline, id: string, props: SweepStepProps) {
    super(pipeline, id, withSettings(`${pipeline.node.path}/${id}`, props, Object.keys(props?.ranges ?? {})), {
      kind: 'sweep', defaultOutputs: [Output.model('model')], distribution: props?.distribution, type: () => StepType.TUNING,
      literalTypes: Object.fromEntries(Object.entries(props?.ranges ?? {}).map(([name, range]) => [name, range?.type])),
    });
    this.sweep = props;
    this.checkSweep();
    const tried = Object.keys(props.ranges).map((name) => `--${name} ${expression(`inputs.${name}`)}`).join(' ');
    this.trainingEnvironment = props.environment;
    this.command = props.command ?? commandOf(this, props.code, `${this.options} ${tried}`);
    checkCommand(this, this.command, [...this._inputs.map(({ name }) => name), ...Object.keys(this._literals), ...Object.keys(props.ranges)]);
    this.privacy = props.privacy;
    this.checkPrivacy();
    spend(this, { privacy: this.privacy, trainings: props.maxTrials ?? 10, tuned: Object.keys(props.ranges), compute: this.compute });
    const unused = Object.keys(props.ranges).find((name) => !new RegExp(`\\{\\s*(inputs|search_space)\\.${name}\\b`).test(this.command));
    if (unused !== undefined) this._fail(`tries values of '${unused}', and its command does not name it: put \${{inputs.${unused}}} into the command`);
  }

  /** The (ε, δ) of one run, with all of its trials. */
  public get privacyGuarantee(): PrivacyGuarantee | undefined {
    if (!this.privacy) return undefined;
    return this.privacy.loss.repeated(this.sweep.maxTrials ?? 10).guaranteeAt(this.privacy.guarantee.delta);
  }

  /** @internal */
  public override _problems(): string[] {
    return privacyProblems(this, this.privacy);
  }

  /** @internal */
  public _fields(): { readonly [name: string]: Json | undefined } {
    const { objective, ranges, maxTrials = 10, maxParallelTrials = 2, strategy = SamplingStrategy.RANDOM, randomSeed, earlyTermination } = this.sweep;
    return {
      type: 'sweep', trial: { componentId: this.component.id }, ...this._placed,
      objective: { goal: objective.goal, primary_metric: objective.metric },
      search_space: Object.fromEntries(Object.entries(ranges).map(([name, range]) => [name, range._search])),
      sampling_algorithm: randomSeed === undefined ? strategy : { type: strategy, seed: randomSeed },
      early_termination: earlyTermination?._policy,
      limits: {
        max_total_trials: maxTrials, max_concurrent_trials: maxParallelTrials,
        timeout: this.timeout.inSeconds, trial_timeout: this.trialTimeout.inSeconds,
      },
    };
  }

  protected spec(): { readonly [name: string]: Json | undefined } {
    const { distribution, sharedMemory } = this.sweep;
    return {
      type: 'command', command: this.command, code: this.reference(this.code?.codeId), environment: this.reference(this.environment.environmentId),
      resources: { instance_count: this.nodes, shm_size: sharedMemory }, distribution: distribution?._render(this.nodes),
    };
  }

  private get trialTimeout(): Duration {
    const { trialTimeout } = this.sweep;
    if (trialTimeout) return trialTimeout;
    const usual = Duration.hours(2);
    return usual.inSeconds < this.timeout.inSeconds ? usual : this.timeout;
  }

  private checkPrivacy(): void {
    const { ranges } = this.sweep;
    const tuned = Object.keys(ranges).find((name) => name in (this.privacy?.settings ?? {}) && name !== 'dp_clipping_norm');
    if (tuned !== undefined) this._fail(`tries values of '${tuned}', from which the loss is reckoned: take it out of ranges; of what privacy gives, dp_clipping_norm alone may be tried`);
    checkTold(this, this.command, this.privacy);
  }

  private checkSweep(): void {
    const { ranges, maxTrials = 10, maxParallelTrials = 2, strategy, randomSeed, earlyTermination, trialTimeout } = this.sweep;
    const names = Object.keys(ranges);
    if (names.length === 0) this._fail('tries nothing: give a Range for at least one input, or use addCommand');
    for (const [name, range] of Object.entries(ranges)) if (!range?._search) this._fail(`the range of '${name}' is ${shown(range)}: give one such as Range.continuous(0.001, 1)`);
    const twice = names.find((name) => this._inputs.some((input) => input.name === name) || name in this._literals);
    if (twice !== undefined) this._fail(`tries values of '${twice}', which is given as well: leave it out of inputs and parameters`);
    if (!Number.isInteger(maxTrials) || maxTrials < 1 || maxTrials > 1000) this._fail(`maxTrials of ${shown(maxTrials)} is not possible: use 1 to 1000`);
    if (!Number.isInteger(maxParallelTrials) || maxParallelTrials < 1 || maxParallelTrials > maxTrials) this._fail(`maxParallelTrials of ${shown(maxParallelTrials)} is not possible: use 1 to ${maxTrials}, the trials in all`);
    if (trialTimeout && trialTimeout.inSeconds > this.timeout.inSeconds) this._fail(`a trial may take ${trialTimeout} and all together ${this.timeout}: lower trialTimeout, or raise timeout`);
    const kinds = Object.values(ranges).map((range) => range._search.type);
    if (strategy === SamplingStrategy.GRID && kinds.some((kind) => kind !== 'choice')) this._fail('tries every combination, which only categorical ranges have: use Range.categorical, or another strategy');
    if (strategy === SamplingStrategy.BAYESIAN) {
      if (kinds.some((kind) => kind === 'loguniform')) this._fail('samples by Bayes, which takes no logarithmic range: use RangeScale.LINEAR, or another strategy');
      if (earlyTermination) this._fail('samples by Bayes, which takes no early termination: leave it out, or use another strategy');
    }
    if (randomSeed !== undefined && (strategy ?? SamplingStrategy.RANDOM) !== SamplingStrategy.RANDOM) this._fail('has a seed, which only random sampling takes: leave it out, or use SamplingStrategy.RANDOM');
  }
}

function reports(delayEvaluation: number): { readonly delay_evaluation: number; readonly evaluation_interval: number } {
  if (!Number.isInteger(delayEvaluation) || delayEvaluation < 0) throw new Error(`a delay of ${shown(delayEvaluation)} reports is not possible: give a whole number from 0`);
  return { delay_evaluation: delayEvaluation, evaluation_interval: 1 };
}
