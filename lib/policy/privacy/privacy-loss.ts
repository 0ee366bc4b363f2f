import { isRecord, shown } from '../given';
import { checkAmount, checkDelta } from './checks';
import type { PrivateSelection } from './private-selection';
import { constant, deltaOf, epsilonOf, ORDERS, RenyiCurve, sampledGaussian, selected, sum, times } from './renyi';

/** A Gaussian mechanism on Poisson samples. */
export interface SampledGaussianProps {
  /** Probability with which each record is drawn at a step, above 0 and at most 1. */
  readonly sampleRate: number;
  /** Standard deviation of the noise, as a multiple of what one record can change. */
  readonly noiseMultiplier: number;
  /**
   * Steps.
   *
   * @default 1
   */
  readonly steps?: number;
}

/** What differential privacy promises. */
export interface PrivacyGuarantee {
  /** The bound of the privacy loss; `Infinity` where there is none. */
  readonly epsilon: number;
  /** The probability that may lie outside of it. */
  readonly delta: number;
  /** The order of the Rényi divergence at which it was found. */
  readonly order: number;
}

/**
 * What a person can lose by what is computed on their data, as Rényi divergences at the integer orders 2 to 256. Losses add up exactly; an ε is
 * read from the sum, never added to another.
 */
export class PrivacyLoss {
  /** Of nothing computed. */
  public static none(): PrivacyLoss {
    return new PrivacyLoss(() => constant(0));
  }

  /** Of what no mechanism bounds, such as a training without noise. */
  public static unbounded(): PrivacyLoss {
    return new PrivacyLoss(() => constant(Infinity));
  }

  /**
   * Of Gaussian noise on sums over all records.
   *
   * @param noiseMultiplier standard deviation of the noise, as a multiple of what one record can change
   * @param steps how many sums
   */
  public static gaussian(noiseMultiplier: number, steps: number = 1): PrivacyLoss {
    return PrivacyLoss.sampledGaussian({ sampleRate: 1, noiseMultiplier, steps });
  }

  /** Of Gaussian noise on sums over Poisson samples, as DP-SGD has it. */
  public static sampledGaussian(props: SampledGaussianProps): PrivacyLoss {
    if (!isRecord(props)) throw new Error(`a sampled Gaussian mechanism is described by ${shown(props)}: give an object with sampleRate and noiseMultiplier`);
    const { sampleRate, noiseMultiplier, steps = 1 } = props;
    checkAmount('the sample rate', sampleRate, { above: 0, atMost: 1 }, 'give a probability above 0, at most 1');
    checkAmount('the noise multiplier', noiseMultiplier, { above: 0 }, 'give a number above 0, such as 1.1');
    return new PrivacyLoss((factor) => sampledGaussian(sampleRate, noiseMultiplier * factor)).repeated(steps);
  }

  private known?: RenyiCurve;

  /** @param curveAt the curve when every noise multiplier in it is multiplied by a factor */
  private constructor(private readonly curveAt: (noiseFactor: number) => RenyiCurve) {}

  /** Whether there is a bound at all. */
  public get isBounded(): boolean {
    return this.curve.some((divergence) => divergence < Infinity);
  }

  /** Of this and of others, on the same data. */
  public plus(...others: PrivacyLoss[]): PrivacyLoss {
    return others.reduce<PrivacyLoss>((all, other) => new PrivacyLoss((factor) => sum(all.at(factor), other.at(factor))), this);
  }

  /**
   * Of as many times the same, on the same data, even where each looks at the results of those before.
   *
   * @param count a whole number from 0
   */
  public repeated(count: number): PrivacyLoss {
    checkAmount('the number of times', count, { whole: true, atLeast: 0 }, 'give a whole number from 0');
    return count === 1 ? this : new PrivacyLoss((factor) => times(this.at(factor), count));
  }

  /** Of the best of a random number of tries, where nothing is given out of the others. */
  public ofBest(selection: PrivateSelection): PrivacyLoss {
    if (!isRecord(selection) || typeof selection.chanceAbove !== 'function') throw new Error(`the selection is ${shown(selection)}: give one such as PrivateSelection.poisson(10)`);
    return new PrivacyLoss((factor) => selected(this.at(factor), selection._distribution));
  }

  /**
   * The ε that holds with a δ.
   *
   * @param delta above 0, below 1
   */
  public guaranteeAt(delta: number): PrivacyGuarantee {
    checkDelta(delta);
    const { value, order } = epsilonOf(this.curve, delta);
    return { epsilon: value, delta, order };
  }

  /**
   * The δ that holds with an ε.
   *
   * @param epsilon 0 or above
   */
  public deltaAt(epsilon: number): number {
    checkAmount('epsilon', epsilon, { atLeast: 0 }, 'give a number from 0');
    return deltaOf(this.curve, epsilon).value;
  }

  /**
   * The Rényi divergence at an order.
   *
   * @param order a whole number from 2 to 256
   */
  public divergenceAt(order: number): number {
    checkAmount('the order', order, { whole: true, atLeast: 2, atMost: 256 }, 'give a whole number from 2 to 256');
    return this.curve[order - ORDERS[0]!]!;
  }

  /**
   * The factor that every noise multiplier in it has to be multiplied by for an ε; of a mechanism with the noise multiplier 1 it is the noise
   * multiplier itself.
   *
   * @param epsilon above 0
   * @param delta above 0, below 1
   * @throws an error where no noise is enough
   */
  public noiseFactorFor(epsilon: number, delta: number): number {
    checkAmount('the target epsilon', epsilon, { above: 0 }, 'give a number above 0, such as 3');
    checkDelta(delta);
    const keeps = (factor: number) => epsilonOf(this.at(factor), delta).value <= epsilon;
    let high = 1;
    while (!keeps(high)) {
      if (high > 2 ** 40) throw new Error(`no noise brings the loss down to an epsilon of ${epsilon} at a delta of ${delta}: raise one of them, or compute less on the data`);
      high *= 2;
    }
    let low = high / 2;
    while (keeps(low) && low > 2 ** -40) [low, high] = [low / 2, low];
    while (high > low * (1 + 1e-12)) {
      const middle = Math.sqrt(low * high);
      if (middle <= low || middle >= high) break;
      if (keeps(middle)) high = middle;
      else low = middle;
    }
    return high;
  }

  private get curve(): RenyiCurve {
    return this.known ??= this.curveAt(1);
  }

  private at(noiseFactor: number): RenyiCurve {
    return noiseFactor === 1 ? this.curve : this.curveAt(noiseFactor);
  }
}
