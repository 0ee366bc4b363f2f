import { probability, protects, roundedUp } from '../../policy/privacy/checks';
import { chargeOf, curveOf, epsilonOfCharges, type NoisySteps, type PrivacyCharge, withSteps } from '../../policy/privacy/privacy-charge';
import { epsilonOf, sum } from '../../policy/privacy/renyi';
import type { Account, Asked, Budget, Entry } from './ledger';

const DAY = 86_400_000;

/** What the sum of synth and that of a ledger may differ by, since they add in another order. */
const ROUNDING = 1 + 1e-12;

/** One period of a budget. */
export interface Period {
  /** In words, such as `the calendar year 2026`. */
  readonly name: string;
  /** The first millisecond. */
  readonly from: number;
  /** The first millisecond after it. */
  readonly until: number;
}

/** The entries that can share a period with a run of this time lie from the first time to the second. */
export function reachOf(budget: Budget, at: number): [from: number, until: number] {
  if (budget.calendarYear) {
    const { from, until } = yearOf(at);
    return [from, until - 1];
  }
  const length = budget.periodInDays * DAY;
  return [at - length + 1, at + length - 1];
}

/** Every period that a run of this time falls into and that can be fuller than others. */
export function periodsOf(budget: Budget, at: number, entries: readonly Entry[]): Period[] {
  if (budget.calendarYear) return [yearOf(at)];
  const length = budget.periodInDays * DAY;
  // a period that ends with no run holds no more than one that ends with the run before
  const ends = new Set([at, ...entries.map((entry) => entry.at).filter((other) => other > at && other < at + length)]);
  return [...ends].sort((a, b) => a - b).map((end) => ({
    name: `the ${budget.periodInDays} days up to ${new Date(end).toISOString()}`, from: end - length + 1, until: end + 1,
  }));
}

/** The period of a budget that has no room for what is asked, with what is in it. */
export interface Shortage {
  readonly period: Period;
  readonly entries: Entry[];
  /** What it would come to. */
  readonly epsilon: number;
}

/** The first period in which a charge, with all others, goes beyond the budget. */
export function shortageOf({ budget }: Account, entries: readonly Entry[], charges: readonly PrivacyCharge[], at: number): Shortage | undefined {
  for (const period of periodsOf(budget, at, entries)) {
    const within = entries.filter((entry) => entry.at >= period.from && entry.at < period.until);
    const epsilon = epsilonOfCharges([...within.flatMap((entry) => entry.charges), ...charges], budget.delta);
    if (!(epsilon <= budget.epsilon * ROUNDING)) return { period, entries: within, epsilon };
  }
  return undefined;
}

/** Why a training cannot spend from a budget at all. */
export function mismatchOf({ budget, dataSet }: Account, { unit }: Asked): string | undefined {
  if (protects(unit, budget.unit)) return undefined;
  return `the training hides each ${unit}, and the privacy budget of '${budget.name}' (${dataSet}) is for each ${budget.unit}, who may have many: clip by ${budget.unit}, and say so in the unit of its DifferentialPrivacy`;
}

/** Which budget is exhausted in which period, what was asked, what is left and what to do, in a few sentences. */
export function refusalOf({ budget, dataSet }: Account, { period, entries, epsilon }: Shortage, asked: Asked, step: string): string {
  const { training, trainings } = asked;
  const others = entries.flatMap((entry) => entry.charges);
  const open = entries.filter(({ state }) => state === 'reserved');
  const at = (charges: readonly PrivacyCharge[]) => `ε = ${roundedUp(epsilonOfCharges(charges, budget.delta))}`;
  const own = at([chargeOf(training, trainings)]);
  const many = typeof trainings === 'number' ? trainings === 1 ? '' : `, ${trainings} trainings` : ', the best of a random number of trainings';
  const before = curveOf(others);
  const fits = (other: NoisySteps) => epsilonOf(sum(before, curveOf([chargeOf(other, trainings)])), budget.delta).value <= budget.epsilon;
  const left = stepsLeft(training, fits);
  const noise = noiseNeeded(training, fits);
  return [
    `the privacy budget of '${budget.name}' (${dataSet}) for ${period.name} is exhausted: ε = ${budget.epsilon} at δ = ${probability(budget.delta)}, of which ${entries.length === 1 ? '1 run holds' : `${entries.length} runs hold`} ${at(others)}${open.length > 0 ? `, ${open.length} of them not settled` : ''}`,
    `step ${step} asks for ${training.steps} steps with σ = ${training.noiseMultiplier}${training.drawing === 'poisson' ? ` and q = ${roundedUp(training.sampleRate)}` : ''}${many} (${own} alone), together ε = ${roundedUp(epsilon)}`,
    left === 0 ? 'nothing is left for a training like it' : `left are ${left} of its steps`,
    [
      ...(left > 0 ? [`take ${left} steps`] : []), ...(noise === undefined ? [] : [`take σ ≥ ${roundedUp(noise)}`]),
      ...(budget.calendarYear ? [`run it after ${new Date(period.until).toISOString().slice(0, 10)}`] : ['run it later']),
      ...(open.length > 0 ? [`settle reservation ${open.slice(0, 3).map(({ reservation }) => reservation).join(', ')}`] : []), 'or raise the budget of the store',
    ].join(', '),
  ].join('; ');
}

/** How many steps of a training still fit. */
function stepsLeft(training: NoisySteps, fits: (other: NoisySteps) => boolean): number {
  let [low, high] = [0, training.steps];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(withSteps(training, middle))) low = middle;
    else high = middle;
  }
  return low;
}

/** The noise multiplier with which a training would fit, if any. */
function noiseNeeded(training: NoisySteps, fits: (other: NoisySteps) => boolean): number | undefined {
  const withNoise = (factor: number) => ({ ...training, noiseMultiplier: training.noiseMultiplier * factor });
  let [low, high] = [1, 2];
  for (; !fits(withNoise(high)); [low, high] = [high, high * 2]) if (high > 1000) return undefined;
  while (high / low > 1.0005) {
    const middle = Math.sqrt(low * high);
    if (fits(withNoise(middle))) high = middle;
    else low = middle;
  }
  return training.noiseMultiplier * high;
}

function yearOf(at: number): Period {
  const year = new Date(at).getUTCFullYear();
  return { name: `the calendar year ${year}`, from: Date.UTC(year), until: Date.UTC(year + 1) };
}
