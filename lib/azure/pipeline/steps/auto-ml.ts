import type { Json } from '../../azapi';
import { nearest, shown } from '../../../policy/given';
import { Duration } from '../../duration';
import type { DataInput } from '../../storage/data-input';
import type { ICompute } from '../compute-cluster';
import { Output } from '../output';
import type { MLPipeline } from '../pipeline';
import { expression, isExpression } from '../private/expression';
import { spend } from '../private/private-training';
import { PipelineStep, StepType } from '../step';
import type { StepProps } from '../step';
import type { ITrainedModel } from '../trained-model';

/** What AutoML finds a model for. */
export enum AutoMLTask {
  /** One of several classes. */
  CLASSIFICATION = 'classification',
  /** A number. */
  REGRESSION = 'regression',
}

/** Metrics by task, the usual first: the schema of Microsoft.MachineLearningServices/workspaces/jobs, 2025-12-01. */
const METRICS: Readonly<Record<AutoMLTask, readonly string[]>> = {
  [AutoMLTask.CLASSIFICATION]: ['auc_weighted', 'accuracy', 'norm_macro_recall', 'average_precision_score_weighted', 'precision_score_weighted'],
  [AutoMLTask.REGRESSION]: ['normalized_root_mean_squared_error', 'spearman_correlation', 'r2_score', 'normalized_mean_absolute_error'],
};

/** What an AutoML step is made from. */
export interface AutoMLStepProps extends StepProps {
  /** What it finds a model for. */
  readonly task: AutoMLTask;
  /** The data it learns from: a folder with an `MLTable` file in it, such as an `Output.table` of a step. */
  readonly training: DataInput;
  /**
   * The data it measures with.
   *
   * @default - parts of the training data
   */
  readonly validation?: DataInput;
  /** The column that is to be predicted. */
  readonly target: string;
  /**
   * What it is after.
   *
   * @default - `auc_weighted`, or `normalized_root_mean_squared_error`
   */
  readonly metric?: string;
  /**
   * Trials in all.
   *
   * @default 20
   */
  readonly maxTrials?: number;
  /**
   * Trials at a time.
   *
   * @default 2
   */
  readonly maxParallelTrials?: number;
  /**
   * When it is stopped at the latest.
   *
   * @default Duration.hours(6)
   */
  readonly timeout?: Duration;
  /**
   * The machines it runs on.
   *
   * @default - those of the pipeline
   */
  readonly compute?: ICompute;
}

/** Finds a model by itself, and explains it. */
export class AutoMLStep extends PipelineStep implements ITrainedModel {
  private readonly autoML: AutoMLStepProps;
  private readonly compute: ICompute;

  constructor(pipeline: MLPipeline, id: string, props: AutoMLStepProps) {
    const tables = [props?.training, props?.validation].filter((input): input is DataInput => typeof input?.ofType === 'function').map((input) => input.ofType('mltable'));
    super(pipeline, id, props, { kind: 'autoML', type: StepType.AUTO_ML, inputs: tables, outputs: [Output.mlflowModel('best_model')] });
    this.autoML = props;
    this.checkProps();
    this.compute = props.compute ?? pipeline._compute ?? this._fail('runs on no compute: give compute to the step or to the pipeline, such as new ComputeCluster(…)');
    pipeline._place(this.compute, this.identity);
    // it takes no noise
    spend(this, { compute: this.compute });
  }

  /** @internal */
  public _needs(): readonly { readonly version: string }[] {
    return [];
  }

  /** @internal AutoML names its data itself, and has no component. */
  public override _render(): Json {
    const { task, target, metric, maxTrials = 20, maxParallelTrials = 2, timeout } = this.autoML;
    const bound = (input: DataInput | undefined) => input && (isExpression(input.uri) ? input.uri : expression(`parent.inputs.${this.pipeline._handedIn.nameFor(input)}`));
    const [training, validation] = this._inputs;
    const { outputs } = super._render() as { readonly outputs: Json };
    return {
      name: this.stepName, type: 'automl', task, primary_metric: metric ?? METRICS[task][0], target_column_name: target, log_verbosity: 'info',
      training_data: bound(training), validation_data: bound(validation), outputs, ...this._fields(),
      limits: {
        max_trials: maxTrials, max_concurrent_trials: maxParallelTrials, timeout_minutes: Math.ceil((timeout ?? Duration.hours(6)).inSeconds / 60), enable_early_termination: true,
      },
      training: { enable_model_explainability: true },
    };
  }

  /** @internal */
  public _fields(): { readonly [name: string]: Json } {
    return { compute: `azureml:${this.compute.computeId}`, identity: { type: 'managed_identity', client_id: this.identity.clientId } };
  }

  private checkProps(): void {
    const { task, metric, maxTrials = 20, maxParallelTrials = 2 } = this.autoML;
    const metrics = METRICS[task] ?? this._fail(`is for task ${shown(task)}: give AutoMLTask.CLASSIFICATION or AutoMLTask.REGRESSION`);
    if (metric !== undefined && !metrics.includes(metric)) {
      const near = nearest(String(metric), [...metrics], 1);
      this._fail(`is after ${shown(metric)}: ${near.length > 0 ? `did you mean '${near[0]}'? ` : ''}a ${task} takes ${metrics.join(', ')}`);
    }
    if (!Number.isInteger(maxTrials) || maxTrials < 1 || maxTrials > 1000) this._fail(`maxTrials of ${shown(maxTrials)} is not possible: use 1 to 1000`);
    if (!Number.isInteger(maxParallelTrials) || maxParallelTrials < 1 || maxParallelTrials > maxTrials) this._fail(`maxParallelTrials of ${shown(maxParallelTrials)} is not possible: use 1 to ${maxTrials}, the trials in all`);
    for (const input of this._inputs) {
      const source = this.pipeline._outputBehind(input);
      if (source && source.type !== 'mltable') this._fail(`learns from output '${source.name}', which is no table: declare it with Output.table('${source.name}'), and have the step write an MLTable file beside the data`);
    }
  }
}
