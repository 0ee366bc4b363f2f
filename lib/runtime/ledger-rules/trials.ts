import { randomBytes } from 'node:crypto';

/** How many trainings to draw; a Lambda step hands over text alone. */
export interface TrialCountEvent {
  /** `poisson` or `negative-binomial`. */
  readonly kind: string;
  readonly mean: string;
  /** Of a negative binomial: 0 is the logarithmic and 1 the geometric distribution. */
  readonly shape: string;
  readonly gamma: string;
  /** No tuning job has more trainings. */
  readonly most: string;
  /** How many may run at a time. */
  readonly parallel: string;
}

/** What the tuning step takes: it may not run more at a time than there are. */
export interface TrialCount {
  readonly trials: number;
  readonly parallel: number;
}

/**
 * Draws the number of trainings of a tuning. That it is random, and known to nobody, is what the privacy of the selection rests on: it is
 * written to no log.
 */
export function drawTrials(event: TrialCountEvent): TrialCount {
  const wrong = wrongIn(event);
  if (wrong.length > 0) throw new Error(`the distribution of trainings is not told as synth says it (${wrong.join(', ')}): deploy the pipeline anew`);
  const trials = trialsAt(event, uniform(randomBytes(7)));
  if (trials === 0) throw new Error('this run trains nothing, as chance has it once in a while: a further run is counted as a run of its own');
  if (trials > Number(event.most)) throw new Error(`more trainings were drawn than the ${event.most} that a tuning job has: this run gives no model`);
  return { trials, parallel: Math.min(trials, Number(event.parallel)) };
}

const KINDS: readonly unknown[] = ['poisson', 'negative-binomial'];
const NUMBERS = ['mean', 'shape', 'gamma', 'most', 'parallel'] as const;

/** From what is no number the same count would come each time: no chance in it, and no privacy. */
function wrongIn(event: TrialCountEvent): string[] {
  const given: Partial<Record<keyof TrialCountEvent, unknown>> = event ?? {};
  const isNumber = (value: unknown) => typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
  return [...(KINDS.includes(given.kind) ? [] : ['kind']), ...NUMBERS.filter((name) => !isNumber(given[name]))];
}

/** 53 random bits as a number from 0, below 1. */
export function uniform(bytes: Uint8Array): number {
  return bytes.reduce((value, byte, index) => value * 2 ** (index === 0 ? 0 : 8) + (index === 0 ? byte & 31 : byte), 0) / 2 ** 53;
}

/**
 * The number at which the distribution function passes a number from 0 to 1.
 *
 * @see https://arxiv.org/abs/2110.03620 Definition 1, for the chances of the negative binomial distribution without its zero
 */
export function trialsAt(event: TrialCountEvent, at: number): number {
  const [mean, shape, gamma] = [Number(event.mean), Number(event.shape), Number(event.gamma)];
  const poisson = event.kind === 'poisson';
  let trials = poisson ? 0 : 1;
  let chance = poisson ? Math.exp(-mean) : shape === 0 ? (1 - gamma) / -Math.log(gamma) : shape * (1 - gamma) / Math.expm1(-shape * Math.log(gamma));
  // until nothing is left to add that a number of 53 bits could tell
  for (let passed = chance; passed <= at && passed + chance > passed; passed += chance) {
    chance *= poisson ? mean / (trials + 1) : (1 - gamma) * (trials + shape) / (trials + 1);
    trials++;
  }
  return trials;
}
