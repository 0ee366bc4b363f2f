import { createHash, randomInt } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../definition';
import { objectAt, objectsAt, textEntries, textsAt } from '../execute';
import { textOf, type Trial } from '../journal';
import { channelUris, train, type TrainingJob } from '../training-job';
import { StepFailure, type ReadyStep, type StepKind, type Surroundings } from '../step-kind';

/** Runs the trainings of a tuning one after the other, and finds the best. */
export const tuning: StepKind = {
  inputs: ({ arguments: args }) => channelUris(objectAt(args, 'TrainingJobDefinition')),

  run: async (step, here) => {
    const { name, arguments: args } = step;
    const config = objectAt(args, 'HyperParameterTuningJobConfig');
    const request = objectAt(args, 'TrainingJobDefinition');
    const { Type: aim, MetricName: metric } = objectAt(config, 'HyperParameterTuningJobObjective');
    const tried = candidatesOf(step, config, here);
    const trials: Trial[] = [];
    const earlier = step.before?.trials ?? [];
    for (const [index, hyperparameters] of tried.candidates.entries()) {
      here.progress(`${name}: training ${index + 1} of ${tried.candidates.length} …`);
      const all = { ...textEntries(request.StaticHyperParameters), ...hyperparameters, _tuning_objective_metric: textOf(metric) };
      const known = earlier.find((trial) => trial.status === 'done' && trial.digest === step.digest && JSON.stringify(trial.hyperparameters) === JSON.stringify(hyperparameters));
      trials.push(known ?? await attempt(index, all, hyperparameters, { step, here, request, metric: textOf(metric), earlier: [...earlier, ...trials] }));
      step.note({ trials: [...trials] });
    }
    const done = trials.filter(({ status }) => status === 'done');
    const value = ({ metrics }: Trial) => metrics[textOf(metric)]!;
    const [best, ...others] = done.sort((a, b) => (aim === 'Minimize' ? value(a) - value(b) : value(b) - value(a)));
    if (!best) throw new StepFailure(`none of its ${trials.length} trainings came to a value of '${textOf(metric)}'; of the last: ${trials.at(-1)!.message}`, trials.at(-1)!.log);
    const summaries = [best, ...others].map((trial) => ({
      TrainingJobName: trial.job, TrainingJobStatus: 'Completed', TunedHyperParameters: { ...trial.hyperparameters },
      FinalHyperParameterTuningJobObjectiveMetric: { Type: textOf(aim), MetricName: textOf(metric), Value: value(trial) },
    }));
    return {
      log: best.log, metrics: best.metrics,
      properties: {
        ...args, HyperParameterTuningJobName: jobName(step, here), HyperParameterTuningJobStatus: 'Completed', BestTrainingJob: summaries[0]!, TrainingJobSummaries: summaries,
        TrainingJobStatusCounters: { Completed: done.length, InProgress: 0, NonRetryableError: trials.length - done.length, RetryableError: 0, Stopped: 0 },
      },
      wrote: done.map(({ job }) => `${textOf(objectAt(request, 'OutputDataConfig').S3OutputPath)}/${job}/output/model.tar.gz`),
      notes: [...tried.notes, ...(trials.length > done.length ? [`${trials.length - done.length} of ${trials.length} trainings failed`] : [])],
    };
  },
};

interface Attempt {
  readonly step: ReadyStep;
  readonly here: Surroundings;
  readonly request: JsonObject;
  readonly metric: string;
  readonly earlier: readonly Trial[];
}

async function attempt(index: number, all: Record<string, string>, hyperparameters: Record<string, string>, { step, here, request, metric, earlier }: Attempt): Promise<Trial> {
  const base = `${step.name}-trial-${String(index + 1).padStart(3, '0')}`;
  const before = [...earlier.map(({ job }) => job), ...(step.before?.private ?? []).map(({ name }) => name)];
  // of an attempt that was broken off a name may be known, and what it spent with it
  let log = base;
  for (let number = 2; before.includes(`pipelines-${here.id}-${log}`); number++) log = `${base}-${number}`;
  const job: TrainingJob = { name: `pipelines-${here.id}-${log}`, log, hyperparameters: all, request, tuning: jobName(step, here) };
  const trial = { job: job.name, hyperparameters, log: `${here.logs}/${log}.log`, digest: step.digest };
  try {
    const { metrics } = await train(job, step, here);
    return metrics[metric] === undefined ? { ...trial, metrics, status: 'failed', message: 'its log does not hold the metric' } : { ...trial, metrics, status: 'done' };
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    return { ...trial, metrics: {}, status: 'failed', message: error.message };
  }
}

function jobName(step: ReadyStep, { id }: Surroundings): string {
  return `${id}-${step.name}`;
}

interface Candidates {
  readonly candidates: Record<string, string>[];
  readonly notes: string[];
}

function candidatesOf(step: ReadyStep, config: JsonObject, here: Surroundings): Candidates {
  const ranges = objectAt(config, 'ParameterRanges');
  const asked = Number(objectAt(config, 'ResourceLimits').MaxNumberOfTrainingJobs);
  if (!Number.isInteger(asked) || asked < 1) throw new StepFailure(`asks for ${String(asked)} trainings: a tuning has at least one`);
  const told = objectAt(objectAt(step.raw, 'HyperParameterTuningJobConfig'), 'ResourceLimits').MaxNumberOfTrainingJobs;
  const drawn = isJsonObject(told) && textOf(told.Get).startsWith('Steps.');
  if (drawn && here.maxTrials !== undefined && here.maxTrials < asked) {
    throw new StepFailure('has a number of trainings that a step draws, and what it spends of privacy is reckoned from that: leave --max-trials out');
  }
  const strategy = textOf(config.Strategy);
  const most = Math.min(asked, here.maxTrials ?? asked);
  const categorical = objectsAt(ranges, 'CategoricalParameterRanges');
  const fewer = most < asked ? [`${most} of ${asked} trainings`] : [];
  if (strategy === 'Grid') {
    const all = categorical.reduce<Record<string, string>[]>((grid, range) => grid.flatMap((one) => textsAt(range, 'Values').map((value) => ({ ...one, [textOf(range.Name)]: value }))), [{}]);
    return { candidates: all.slice(0, most), notes: fewer };
  }
  // what a private selection tries is nobody's to foresee; otherwise a tuning tries the same whenever it is run
  const next = drawn ? () => randomInt(2 ** 47) / 2 ** 47 : uniform(textOf(config.RandomSeed ?? `${here.pipeline.name}/${step.name}`));
  const draw = () => Object.fromEntries([
    ...objectsAt(ranges, 'ContinuousParameterRanges').map((range) => [textOf(range.Name), String(between(range, next()))] as const),
    ...objectsAt(ranges, 'IntegerParameterRanges').map((range) => [textOf(range.Name), String(whole(range, next()))] as const),
    ...categorical.map((range) => [textOf(range.Name), chosen(textsAt(range, 'Values'), next())] as const),
  ]);
  return { candidates: Array.from({ length: most }, draw), notes: [...(strategy === 'Random' ? [] : [`drawn at random: the strategy ${strategy} is SageMaker's`]), ...fewer] };
}

function between({ MinValue: min, MaxValue: max, ScalingType: scale }: JsonObject, at: number): number {
  const [low, high] = [Number(min), Number(max)];
  if (scale === 'Logarithmic') return low * (high / low) ** at;
  if (scale === 'ReverseLogarithmic') return 1 - (1 - low) * ((1 - high) / (1 - low)) ** at;
  return low + (high - low) * at;
}

function whole(range: JsonObject, at: number): number {
  const [low, high] = [Number(range.MinValue), Number(range.MaxValue)];
  if (range.ScalingType === 'Logarithmic') return Math.min(high, Math.round(between(range, at)));
  return Math.min(high, low + Math.floor((high - low + 1) * at));
}

function chosen(values: readonly string[], at: number): string {
  return values[Math.min(values.length - 1, Math.floor(values.length * at))]!;
}

/** Numbers from 0, below 1, that follow from a text. */
function uniform(seed: string): () => number {
  let count = 0;
  return () => createHash('sha256').update(`${seed}#${count++}`).digest().readUIntBE(0, 6) / 2 ** 48;
}
