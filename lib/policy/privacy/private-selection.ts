import { checkAmount } from './checks';
import type { TrialDistribution } from './renyi';

/**
 * A random number of trainings of which only the best is given out. It costs far less privacy than to give out all of them, and the number has to
 * be random for that: a number that is known beforehand costs as much as all the trainings together.
 *
 * @see https://arxiv.org/abs/2110.03620 Papernot, Steinke: Hyperparameter Tuning with Renyi Differential Privacy
 */
export class PrivateSelection {
  /**
   * Seldom many more trainings than the mean, so that what a run costs can be foreseen. Once in e^mean runs there is no training at all.
   *
   * @param mean trainings in the mean, at least 1
   */
  public static poisson(mean: number): PrivateSelection {
    checkMean(mean);
    return new PrivateSelection({ kind: 'poisson', mean }, `Poisson distribution of mean ${mean}`);
  }

  /**
   * As likely to go on after each training.
   *
   * @param mean trainings in the mean, above 1
   */
  public static geometric(mean: number): PrivateSelection {
    return PrivateSelection.negativeBinomial(mean, 1);
  }

  /**
   * Mostly one or a few trainings, and now and then very many: it spends the least.
   *
   * @param mean trainings in the mean, above 1
   */
  public static logarithmic(mean: number): PrivateSelection {
    return PrivateSelection.negativeBinomial(mean, 0);
  }

  /**
   * A negative binomial distribution without its zero.
   *
   * @param mean trainings in the mean, above 1
   * @param shape 0 is the logarithmic and 1 the geometric distribution; the higher, the closer to the mean
   */
  public static negativeBinomial(mean: number, shape: number): PrivateSelection {
    checkMean(mean);
    if (mean === 1) throw new Error('a mean of 1 training leaves nothing to select from: give a mean above 1, or leave the selection out');
    checkAmount('the shape of the negative binomial distribution', shape, { atLeast: 0, atMost: 100 }, 'give a number from 0 to 100');
    const name = shape === 0 ? 'logarithmic' : shape === 1 ? 'geometric' : `negative binomial (shape ${shape})`;
    return new PrivateSelection({ kind: 'negative-binomial', mean, shape, gamma: gammaOf(mean, shape) }, `${name} distribution of mean ${mean}`);
  }

  private constructor(
    /** @internal */
    public readonly _distribution: TrialDistribution,
    private readonly description: string,
  ) {}

  /** Trainings in the mean. */
  public get mean(): number {
    return this._distribution.mean;
  }

  /** The probability of so many trainings. */
  public chanceOf(trainings: number): number {
    return Number.isInteger(trainings) && trainings >= 0 ? this.chancesUpTo(trainings)[trainings]! : 0;
  }

  /** The probability of more trainings than this. */
  public chanceAbove(trainings: number): number {
    const last = Math.max(0, Math.floor(trainings));
    const chances = this.chancesUpTo(last + 1);
    // Beyond any number that jobs are allowed in, the chances fall at least as fast as a geometric series of their last ratio.
    let beyond = 0;
    let chance = chances[last + 1]!;
    for (let k = last + 1; chance > Number.MIN_VALUE && chance > beyond * 1e-17; k++) {
      beyond += chance;
      chance *= this.ratioAfter(k);
    }
    return Math.min(1, beyond);
  }

  /** Such as `geometric distribution of mean 10`. */
  public toString(): string {
    return this.description;
  }

  private chancesUpTo(last: number): number[] {
    const chances = [firstChance(this._distribution)];
    const from = this._distribution.kind === 'poisson' ? 0 : 1;
    if (from === 1) chances.unshift(0);
    for (let k = from; k < last; k++) chances.push(chances[k]! * this.ratioAfter(k));
    return chances;
  }

  /** P(k + 1) / P(k). */
  private ratioAfter(k: number): number {
    const trials = this._distribution;
    return trials.kind === 'poisson' ? trials.mean / (k + 1) : (1 - trials.gamma) * (k + trials.shape) / (k + 1);
  }
}

/** P(0) of the Poisson distribution, P(1) of the others (Papernot, Steinke 2022, Definition 1). */
function firstChance(trials: TrialDistribution): number {
  if (trials.kind === 'poisson') return Math.exp(-trials.mean);
  const { shape, gamma } = trials;
  return shape === 0 ? (1 - gamma) / -Math.log(gamma) : shape * (1 - gamma) / Math.expm1(-shape * Math.log(gamma));
}

/** The parameter that gives the mean; from below, where it bounds the loss from above. */
function gammaOf(mean: number, shape: number): number {
  if (shape === 1) return 1 / mean;
  const meanAt = (gamma: number) => (shape === 0
    ? (1 / gamma - 1) / -Math.log(gamma)
    : shape * (1 - gamma) / (gamma * -Math.expm1(shape * Math.log(gamma))));
  let [low, high] = [0, 1];
  // the mean falls as gamma rises, from no bound to 1
  for (let middle = 0.5; low < middle && middle < high; middle = (low + high) / 2) {
    if (meanAt(middle) < mean) high = middle;
    else low = middle;
  }
  return low;
}

function checkMean(mean: number): void {
  checkAmount('the mean number of trainings', mean, { atLeast: 1, atMost: 500 }, 'give a number from 1 to 500, such as 10');
}
