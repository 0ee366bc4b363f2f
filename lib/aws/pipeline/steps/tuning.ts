import { Annotations, Duration, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { DifferentialPrivacy, PrivacyGuarantee, PrivacyLoss } from '../../../policy/privacy';
import { PrivateSelection } from '../../../policy/privacy';
import { wholeSeconds } from '../../private/whole';
import { DataInput } from '../../storage/data-input';
import { ContainerImage } from '../images';
import { ITrainedModel } from '../model-source';
import { Objective } from '../objective';
import type { MLPipeline } from '../pipeline';
import { cacheConfig } from '../private/job';
import type { Reservation } from '../private/reservation';
import { Training } from '../private/training';
import { drawTrialCount, MOST_TRAININGS } from '../private/trial-count';
import { Range } from '../range';
import { PipelineStep, StepType } from '../step';
import { TrainingProps } from '../training-props';
import type { LambdaStep } from './lambda';

/** How a tuning chooses what to try next. */
export enum TuningStrategy {
  /** Learns from earlier trainings. */
  BAYESIAN = 'Bayesian',
  /** At random. */
  RANDOM = 'Random',
  /** Every combination; all ranges are categorical. */
  GRID = 'Grid',
  /** Gives more resources to what looks promising. */
  HYPERBAND = 'Hyperband',
}

/** What a tuning step is made from. */
export interface TuningStepProps extends TrainingProps {
  /** What it is after. */
  readonly objective: Objective;
  /** The values it tries, by hyperparameter. */
  readonly ranges: { [hyperparameter: string]: Range };
  /**
   * Trainings in all.
   *
   * @default 10
   */
  readonly maxTrainings?: number;
  /**
   * Trainings at a time.
   *
   * @default 2
   */
  readonly maxParallelTrainings?: number;
  /**
   * When the whole tuning is stopped at the latest.
   *
   * @default - by the number of trainings and the runtime of each
   */
  readonly maxTuningTime?: Duration;
  /**
   * How it chooses what to try next.
   *
   * @default TuningStrategy.BAYESIAN
   */
  readonly strategy?: TuningStrategy;
  /**
   * Whether a training that does not look promising is stopped.
   *
   * @default false
   */
  readonly earlyStopping?: boolean;
  /**
   * Seed of what is tried, so that a tuning can be repeated.
   *
   * @default - chosen by SageMaker
   */
  readonly randomSeed?: number;
  /**
   * Instead of `maxTrainings`, a random number of trainings, drawn in each run by a step before this one. Of them the best is all that is given
   * out, which spends far less privacy than to count each. Takes `privacy` and the random strategy.
   *
   * @default - with `privacy`, every training is counted in full
   */
  readonly privateSelection?: PrivateSelection;
}

/** Trains many times to find the best hyperparameters. */
export class TuningStep extends PipelineStep implements ITrainedModel, iam.IGrantable {
  /** The role of the jobs. */
  public readonly role: iam.IRole;
  /** The principal to grant to. */
  public readonly grantPrincipal: iam.IPrincipal;
  /** The image it runs in. */
  public readonly image: ContainerImage;
  /** How each training protects those whose data it learns from. */
  public readonly privacy?: DifferentialPrivacy;
  private readonly training: Training;
  private readonly tuning: TuningStepProps;
  private readonly trialCount?: LambdaStep;

  constructor(pipeline: MLPipeline, id: string, props: TuningStepProps) {
    super(pipeline, id, StepType.TUNING, props);
    this.tuning = props;
    this.image = props.image;
    this.privacy = props.privacy;
    this.checkProps();
    this.checkPrivacy();
    if (props.code && !props.image._bringsToolkit) {
      Annotations.of(this).addWarningV2('cdk-regulated-ml:tuning-toolkit', `the code of ${this.node.path} is named by hyperparameters, since a tuning takes no entrypoint, and the image is not known to have what reads them: install the package sagemaker-training in it, or build the code into it as its entrypoint and leave code out`);
    }
    this.training = new Training(this, props, 'tuning', Object.keys(props.ranges));
    const { privateSelection: selection, maxTrainings = 10, maxParallelTrainings = 2 } = props;
    this.training.spend(selection ? { selection } : { trainings: maxTrainings });
    if (selection) this.trialCount = drawTrialCount(this, selection, maxParallelTrainings);
    // a run in which no training is drawn is one of those that the loss is reckoned over
    if (this.trialCount && this._reservation) this.trialCount.addDependency(this._reservation.reserve);
    this.role = this.training.job.role.role;
    this.grantPrincipal = this.training.job.role.grantPrincipal;
  }

  /** The (ε, δ) of one run, with all of its trainings. */
  public get privacyGuarantee(): PrivacyGuarantee | undefined {
    if (!this.privacy) return undefined;
    const { privateSelection, maxTrainings = 10 } = this.tuning;
    const loss: PrivacyLoss = privateSelection ? this.privacy.loss.ofBest(privateSelection) : this.privacy.loss.repeated(maxTrainings);
    return loss.guaranteeAt(this.privacy.guarantee.delta);
  }

  /** The ε that a run really spent with all of its trainings, once it is settled: a token. Only where the workspace has a `PrivacyLedger`. */
  public get epsilonSpent(): string | undefined {
    return this._reservation?.settle.answer('epsilon');
  }

  /** The model of the best training, as the input of another step. */
  public get model(): DataInput {
    return this.modelFrom('BestTrainingJob.TrainingJobName');
  }

  /** The model of the best training; the same as `model`. */
  public bestModel(): DataInput {
    return this.model;
  }

  /**
   * The model of one of the best trainings.
   *
   * @param rank 0 is the best
   */
  public topModel(rank: number): DataInput {
    const { maxTrainings = 10, privateSelection } = this.tuning;
    if (privateSelection && rank !== 0) this._fail(`selects in private, so that nothing but the best model is given out: rank ${rank} is not`);
    const last = Token.isUnresolved(maxTrainings) ? 49 : Math.min(49, maxTrainings - 1);
    if (!Number.isInteger(rank) || rank < 0 || rank > last) this._fail(`rank ${rank} is not possible: use 0 to ${last}`);
    return this.modelFrom(`TrainingJobSummaries[${rank}].TrainingJobName`);
  }

  /** The metric of the best training, for a condition. */
  public bestMetric(): number {
    return this.propertyAsNumber('BestTrainingJob.FinalHyperParameterTuningJobObjectiveMetric.Value');
  }

  /** @internal */
  public _arguments(): Record<string, unknown> {
    const { objective, ranges, strategy = TuningStrategy.BAYESIAN, maxTuningTime, randomSeed, earlyStopping } = this.tuning;
    const { maxTrainings = 10, maxParallelTrainings = 2 } = this.tuning;
    return {
      HyperParameterTuningJobConfig: {
        Strategy: strategy,
        HyperParameterTuningJobObjective: objective._render(),
        ResourceLimits: {
          MaxNumberOfTrainingJobs: this.trialCount?.answerAsNumber('trials') ?? maxTrainings,
          MaxParallelTrainingJobs: this.trialCount?.answerAsNumber('parallel') ?? maxParallelTrainings,
          MaxRuntimeInSeconds: maxTuningTime?.toSeconds(),
        },
        ParameterRanges: Range._render(ranges),
        TrainingJobEarlyStoppingType: earlyStopping ? 'Auto' : 'Off',
        RandomSeed: randomSeed,
      },
      TrainingJobDefinition: {
        StaticHyperParameters: without(this.training.hyperparameters, Object.keys(ranges)),
        AlgorithmSpecification: this.training.algorithm(),
        ...this.training.request(),
      },
    };
  }

  /** @internal */
  public override get _reservation(): Reservation | undefined {
    return this.training?.reservation;
  }

  /** @internal */
  public override get _companions(): PipelineStep[] {
    return [...super._companions, ...(this.trialCount ? [this.trialCount] : [])];
  }

  /** @internal */
  public override _problems(): string[] {
    return this.training.privacyProblems();
  }

  /** @internal */
  public override _fields(): Record<string, unknown> {
    return cacheConfig(this.tuning.cache);
  }

  private modelFrom(property: string): DataInput {
    return DataInput.of({
      uri: this.training.modelUriOf(this.property(property)),
      name: 'model',
      sourceId: this.node.path,
      reader: { grantReadTo: (grantee) => this.training.grantModel(grantee) },
    });
  }

  private checkProps(): void {
    const { ranges, maxTrainings = 10, maxParallelTrainings = 2, metrics, objective, strategy, hyperparameters = {} } = this.tuning;
    const names = Object.keys(ranges);
    if (names.length === 0) this._fail('has no ranges: give at least one hyperparameter to tune');
    if (names.length > 30) this._fail(`has ${names.length} ranges: a tuning takes up to 30`);
    const both = names.find((name) => name in hyperparameters);
    if (both !== undefined) this._fail(`hyperparameter '${both}' is fixed and tuned: give it in hyperparameters or in ranges`);
    if (this.tuning.maxTuningTime) wholeSeconds(this.tuning.maxTuningTime, `${this.node.path}: maxTuningTime`);
    for (const [name, value] of Object.entries({ maxTrainings, maxParallelTrainings })) {
      if (!Token.isUnresolved(value) && (!Number.isInteger(value) || value < 1)) this._fail(`${name} of ${value} is not possible: use a whole number from 1`);
    }
    if (!Token.isUnresolved(maxTrainings) && !Token.isUnresolved(maxParallelTrainings) && maxParallelTrainings > maxTrainings) {
      this._fail(`maxParallelTrainings ${maxParallelTrainings} is more than maxTrainings ${maxTrainings}: lower it`);
    }
    if (metrics && !(objective.metric in metrics)) this._fail(`the objective '${objective.metric}' is none of the metrics: they are ${Object.keys(metrics).join(', ')}`);
    if (strategy === TuningStrategy.GRID && Object.keys(Range._render(ranges)).some((kind) => kind !== 'CategoricalParameterRanges')) {
      this._fail('the grid strategy takes categorical ranges only: use Range.categorical, or another strategy');
    }
  }

  private checkPrivacy(): void {
    const { privacy, privateSelection: selection, ranges, maxTrainings, maxTuningTime, strategy, earlyStopping, randomSeed } = this.tuning;
    if (!privacy) {
      if (selection) this._fail('selects in private among trainings that are not: give privacy, or leave privateSelection out');
      return;
    }
    const tuned = Object.keys(ranges).find((name) => name in privacy.settings && name !== 'dp_clipping_norm');
    if (tuned !== undefined) this._fail(`tunes '${tuned}', from which the loss is reckoned: take it out of ranges; of what privacy gives, dp_clipping_norm alone may be tuned`);
    if (this.tuning.spot) {
      this._fail('takes spot capacity with differential privacy: whether the trainings of a tuning keep their checkpoints apart is not documented, and one that goes on from the checkpoint of another spends more than is counted; leave spot out');
    }
    if (!selection) {
      if (Token.isUnresolved(maxTrainings)) this._fail('has a number of trainings that only the deployment knows, and each spends privacy: write maxTrainings out, or take a privateSelection');
      return;
    }
    const told = Object.entries({ maxTrainings, maxTuningTime, randomSeed }).find(([, value]) => value !== undefined)?.[0];
    if (told !== undefined) this._fail(`selects in private, so that chance alone says how many trainings there are and what they try: leave ${told} out`);
    if (strategy !== TuningStrategy.RANDOM) this._fail('selects in private, so what is tried may not depend on results: use TuningStrategy.RANDOM, or leave privateSelection out and count each training');
    if (earlyStopping) this._fail('selects in private, so no training may end because of what another gave: leave earlyStopping out');
    // rarer than a draw of 53 bits can be
    if (selection.chanceAbove(MOST_TRAININGS) > 2 ** -53) {
      this._fail(`takes a number of trainings from a ${selection}, which goes beyond the ${MOST_TRAININGS} that a tuning job has once in ${Math.round(1 / selection.chanceAbove(MOST_TRAININGS)).toExponential(0)} runs: take a lower mean, or PrivateSelection.poisson`);
    }
  }
}

function without(hyperparameters: Record<string, string> | undefined, names: string[]): Record<string, string> | undefined {
  const left = Object.entries(hyperparameters ?? {}).filter(([name]) => !names.includes(name));
  return left.length > 0 ? Object.fromEntries(left) : undefined;
}
