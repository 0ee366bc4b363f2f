import { createHash } from 'node:crypto';
import { checkAmount, checkDelta, checkUnit } from '../../policy/privacy/checks';
import { type Drawing, passesOf } from '../../policy/privacy/privacy-charge';
import type { PrivacyUnit } from '../../policy/privacy/privacy-unit';
import type { TrialDistribution } from '../../policy/privacy/renyi';
import type { Asked } from './ledger';

/** Which run of which step; a Lambda step hands over text alone. */
export interface RunEvent {
  /** ARN of the execution, the same when it is resumed. */
  readonly execution: string;
  readonly step: string;
}

/** Asks for what a step is going to spend. */
export interface ReserveEvent extends RunEvent {
  readonly action: 'reserve';
  /** When the execution began, as SageMaker says. */
  readonly started: string;
  /** Names of buckets, with commas between them. */
  readonly dataSets: string;
  readonly unit: string;
  readonly delta: string;
  readonly drawing: string;
  readonly sampleRate: string;
  readonly noiseMultiplier: string;
  readonly steps: string;
  readonly passes: string;
  /** A whole number, or the distribution of a random one as JSON. */
  readonly trainings: string;
}

/** Asks for the charge of what a step has spent. */
export interface SettleEvent extends RunEvent {
  readonly action: 'settle';
  /** What the reserve step answered. */
  readonly reservation: string;
  /** The job that ended. */
  readonly job: string;
  readonly kind: 'training' | 'tuning';
}

const EXECUTION = /^arn:[^:]+:sagemaker:[^:]+:\d{12}:pipeline\/[^/]+\/execution\/([A-Za-z0-9]+)$/;
const DRAWINGS: readonly string[] = ['poisson', 'shuffled', 'fixed-size', 'all'];

/** How far the start of a run may lie from the clock of the function. Clocks differ by less, and no run waits for longer before it trains. */
const AHEAD = 3_600_000;
const BEHIND = 35 * 86_400_000;

/** What a run reserves under: the same whenever the same run of the same step asks. */
export function reservationOf({ execution, step }: RunEvent): string {
  return createHash('sha256').update(JSON.stringify([execution, step])).digest('hex').slice(0, 32);
}

/** The id of an execution, with which SageMaker names its jobs. */
export function executionIdOf({ execution }: RunEvent): string {
  const [, id] = EXECUTION.exec(execution) ?? [];
  if (id === undefined) throw new Error(`the execution is '${execution}': give the ARN of a pipeline execution`);
  return id;
}

/**
 * When a run began. SageMaker's word decides, and not the clock here, which only finds what cannot be.
 *
 * @returns milliseconds
 */
export function startOf({ started }: ReserveEvent, now: number): number {
  const at = /^\d{10}(\.\d+)?$/.test(started) ? Number(started) * 1000 : Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(started) ? started : `${started}Z`);
  if (!Number.isFinite(at)) throw new Error(`the run is said to have started at '${started}': give Execution.StartDateTime`);
  if (at > now + AHEAD || at < now - BEHIND) {
    throw new Error(`the run is said to have started at ${new Date(at).toISOString()}, and it is ${new Date(now).toISOString()}: start a new run, which spends from the period that it begins in`);
  }
  return Math.floor(at);
}

/** The data sets, each once. */
export function dataSetsOf({ dataSets }: ReserveEvent): string[] {
  const names = [...new Set(String(dataSets ?? '').split(',').filter((name) => name !== ''))].sort();
  if (names.length === 0) throw new Error('no data set is named: name the buckets that the training reads');
  // a transaction has 100 items: the run, and two for each data set
  if (names.length > 49) throw new Error(`${names.length} data sets are named: one step spends from up to 49`);
  return names;
}

/** What is asked for, checked. */
export function askedOf(event: ReserveEvent): Asked {
  const { step, drawing } = event;
  const [sampleRate, noiseMultiplier, delta] = [Number(event.sampleRate), Number(event.noiseMultiplier), Number(event.delta)];
  const [steps, passes] = [Number(event.steps), Number(event.passes)];
  checkAmount(`the sample rate of ${step}`, sampleRate, { above: 0, atMost: 1 }, 'give a probability above 0, at most 1');
  checkAmount(`the noise multiplier of ${step}`, noiseMultiplier, { above: 0 }, 'give a number above 0');
  checkAmount(`the number of steps of ${step}`, steps, { whole: true, atLeast: 1 }, 'give a whole number from 1');
  checkAmount(`the number of passes of ${step}`, passes, { whole: true, atLeast: 1, atMost: steps }, `give a whole number from 1 to ${steps}`);
  if (!DRAWINGS.includes(drawing)) throw new Error(`the drawing of ${step} is '${drawing}': use one of ${DRAWINGS.join(', ')}`);
  if (drawing !== 'shuffled' && passes !== steps) throw new Error(`the number of passes of ${step} is ${passes}, and only epochs of shuffled batches are fewer than its ${steps} steps: give as many`);
  const begun = passesOf({ drawing: drawing as Drawing, sampleRate, steps });
  if (passes < begun) throw new Error(`the number of passes of ${step} is ${passes}, and ${steps} steps at a rate of ${sampleRate} begin up to ${begun} epochs: deploy the pipeline with this version again`);
  checkDelta(delta);
  checkUnit(step, event.unit);
  return { training: { drawing: drawing as Drawing, sampleRate, noiseMultiplier, steps, passes }, trainings: trainingsOf(event), unit: event.unit as PrivacyUnit, delta };
}

function trainingsOf({ step, trainings }: ReserveEvent): number | TrialDistribution {
  if (!String(trainings).startsWith('{')) {
    checkAmount(`the number of trainings of ${step}`, Number(trainings), { whole: true, atLeast: 1 }, 'give a whole number from 1');
    return Number(trainings);
  }
  const given = distributionIn(trainings, step);
  checkAmount(`the mean number of trainings of ${step}`, given.mean, { atLeast: 1 }, 'give a number from 1');
  if (given.kind === 'poisson') return { kind: 'poisson', mean: given.mean };
  if (given.kind !== 'negative-binomial') throw new Error(`the number of trainings of ${step} is drawn from '${String((given as { kind: unknown }).kind)}': use poisson or negative-binomial`);
  checkAmount(`the shape of the distribution of ${step}`, given.shape, { atLeast: 0 }, 'give a number from 0');
  checkAmount(`the gamma of the distribution of ${step}`, given.gamma, { above: 0, below: 1 }, 'give a number between 0 and 1');
  return { kind: given.kind, mean: given.mean, shape: given.shape, gamma: given.gamma };
}

function distributionIn(text: string, step: string): TrialDistribution {
  try {
    return JSON.parse(text) as TrialDistribution;
  } catch {
    throw new Error(`the number of trainings of ${step} is '${text.slice(0, 80)}', neither a whole number nor a distribution as JSON: deploy the pipeline with this version again`);
  }
}
