import { chargeOf, merged, type NoisySteps, passesOf, type PrivacyCharge, withSteps } from '../../policy/privacy/privacy-charge';
import type { Run } from './ledger';

/** What is known of a training job, from SageMaker and from what the job printed. */
export interface JobReport {
  readonly name: string;
  readonly status: string;
  /** Whether its instances began to compute. */
  readonly began: boolean;
  /** Hyperparameters and final metrics that begin with `dp_`, by name. */
  readonly told: Record<string, string>;
  readonly reported: Record<string, number>;
  /** The tuning it belongs to. */
  readonly tuning?: string;
}

/** All trainings of a reservation, and whether these are all. */
export interface RunReport {
  readonly jobs: JobReport[];
  readonly complete: boolean;
}

/** What a run is charged with, and what that rests on. */
export interface Verdict {
  readonly charges: PrivacyCharge[];
  readonly text: string;
}

/**
 * What a run is charged with. Less than it reserved only where that can be held against something: the job completed, was told the numbers that are
 * reserved and reports that it drew and added noise as told, for fewer steps. Whatever else is said counts only where it costs more.
 */
export function verdictOf({ asked: { training, trainings } }: Pick<Run, 'asked'>, { jobs, complete }: RunReport): Verdict {
  const reserved = [chargeOf(training, trainings)];
  const began = jobs.filter((job) => job.began);
  const judged = began.map((job) => doneBy(training, job));
  const attempts = new Set(began.map(({ tuning }) => tuning)).size;
  const charges = typeof trainings === 'number'
    ? judged.map(({ done }) => chargeOf(done, 1))
    // the best of all is as good as its loosest training, and is chosen anew in each attempt
    : Array.from({ length: Math.max(1, attempts) }, () => chargeOf(judged.map(({ done }) => done).reduce(looser, training), trainings));
  const all = complete ? merged(charges) : atLeast(merged(charges), reserved);
  const notes = [...(complete ? [] : ['it is not known that all of its jobs were found']), ...judged.flatMap((one) => one.notes)];
  const isSame = JSON.stringify(all) === JSON.stringify(merged(reserved));
  const kept = isSame ? 'as reserved' : exceeds(all, reserved) ? 'more than was reserved' : `${stepsIn(all)} steps of ${stepsIn(reserved)} reserved`;
  return { charges: all, text: notes.length === 0 ? `verified: ${kept}` : `${kept}: ${[...new Set(notes)].join(', ')}` };
}

/** Whether charges can come to more than others: where they are other mechanisms, or more steps of one. */
export function exceeds(charges: readonly PrivacyCharge[], reserved: readonly PrivacyCharge[]): boolean {
  const key = ({ sampleRate, noiseMultiplier, selection }: PrivacyCharge) => JSON.stringify([sampleRate, noiseMultiplier, selection]);
  const known = new Map(merged(reserved).map((charge) => [key(charge), charge]));
  return merged(charges).some((charge) => {
    const other = known.get(key(charge));
    return other === undefined || charge.steps > other.steps || charge.times > other.times;
  });
}

interface Done {
  readonly done: NoisySteps;
  readonly notes: string[];
}

/** Single precision is all that SageMaker keeps of a metric. */
const MOST_EXACT_STEPS = 2 ** 24;
const ULP = 2 ** -23;

function doneBy(training: NoisySteps, { status, told, reported }: JobReport): Done {
  const names = namesOf(training);
  const wanted: Record<string, number> = {
    [names.steps]: training.steps, dp_noise_multiplier: training.noiseMultiplier, ...(names.rate ? { [names.rate]: training.sampleRate } : {}),
  };
  const notes: string[] = [];
  if (status !== 'Completed') notes.push(`a job ended as ${status}`);
  for (const [name, value] of Object.entries(wanted)) {
    if (unquoted(told[name]) !== value) notes.push(`a job was told ${told[name] ?? 'no'} ${name}`);
    const said = reported[name];
    if (said === undefined || !Number.isFinite(said)) notes.push(`${name} was not reported`);
    else if (name !== names.steps && Math.fround(said) !== Math.fround(value)) notes.push(`a job reports a ${name} of ${said}`);
  }
  const steps = reported[names.steps];
  if (steps !== undefined && !(Number.isInteger(steps) && steps >= 0 && steps <= MOST_EXACT_STEPS)) notes.push(`${names.steps} of ${steps} is no number to rely on`);
  if (steps !== undefined && steps > training.steps) notes.push(`a job reports ${steps} steps, and ${training.steps} were reserved`);
  if (notes.length === 0) return { done: withSteps(training, steps!), notes };
  return { done: [told, reported].reduce((worst, said) => looser(worst, saidBy(training, said)), training), notes };
}

/** What a job says, on the safe side of what single precision leaves open; what it does not say is as it was told. */
function saidBy(training: NoisySteps, said: Record<string, string | number>): NoisySteps {
  const names = namesOf(training);
  const number = (name: string | undefined, otherwise: number, slack: number) => {
    const value = unquoted(said[name ?? '']);
    if (!Number.isFinite(value) || Math.fround(value) === Math.fround(otherwise)) return otherwise;
    return typeof said[name!] === 'number' ? value * slack : value;
  };
  const steps = number(names.steps, training.steps, 1);
  return {
    ...withSteps(training, Math.max(training.steps, Math.ceil(steps > MOST_EXACT_STEPS ? steps * (1 + ULP) : steps))),
    sampleRate: Math.min(1, number(names.rate, training.sampleRate, 1 + ULP)),
    // no noise at all is no number that a loss can be reckoned from, and this much is as good as none
    noiseMultiplier: Math.max(1e-3, number('dp_noise_multiplier', training.noiseMultiplier, 1 - ULP)),
  };
}

/** Of two the one that costs more, in each number. */
function looser(a: NoisySteps, b: NoisySteps): NoisySteps {
  const [sampleRate, steps] = [Math.max(a.sampleRate, b.sampleRate), Math.max(a.steps, b.steps)];
  return {
    ...a, sampleRate, noiseMultiplier: Math.min(a.noiseMultiplier, b.noiseMultiplier),
    steps, passes: Math.max(a.passes, b.passes, passesOf({ ...a, sampleRate, steps })),
  };
}

function namesOf({ drawing }: NoisySteps): { steps: string; rate?: string } {
  return drawing === 'all' ? { steps: 'dp_rounds' } : { steps: 'dp_steps', rate: 'dp_sample_rate' };
}

/** A toolkit hands hyperparameters over as JSON, so a number may stand in quotes. */
function unquoted(value: string | number | undefined): number {
  return typeof value === 'number' ? value : value === undefined ? NaN : Number(value.replace(/^"(.*)"$/, '$1'));
}

/** No less than was reserved, whatever was found. */
function atLeast(charges: PrivacyCharge[], reserved: readonly PrivacyCharge[]): PrivacyCharge[] {
  return exceeds(reserved, charges) ? merged(exceeds(charges, reserved) ? [...charges, ...reserved] : reserved) : charges;
}

function stepsIn(charges: readonly PrivacyCharge[]): number {
  return charges.reduce((all, { steps }) => all + steps, 0);
}
