/**
 * Rényi divergence of a mechanism at each of `ORDERS`, in the order of `ORDERS`: an upper bound on D_α(P‖Q) and D_α(Q‖P) for
 * all neighbouring data sets. Losses that are composed are added order by order (Mironov 2017, https://arxiv.org/abs/1702.07476, Prop. 1).
 */
export type RenyiCurve = Float64Array;

// Looked up once: in a sandbox, such as the one that jest runs code in, each look at `Math` costs more than the logarithm.
const { exp, expm1, log, log1p, min } = Math;

const HIGHEST = 256;

/** Integer orders: there the divergence of the sampled Gaussian is a finite sum of positive terms, and every library agrees on it. */
export const ORDERS: readonly number[] = Array.from({ length: HIGHEST - 1 }, (_, index) => index + 2);

/** An ε, or a δ, with the order at which it is smallest. */
export interface Converted {
  readonly value: number;
  readonly order: number;
}

/** How many trainings a private selection takes: from a negative binomial without its zero, or from a Poisson distribution. */
export type TrialDistribution =
  | { readonly kind: 'negative-binomial'; readonly mean: number; readonly shape: number; readonly gamma: number }
  | { readonly kind: 'poisson'; readonly mean: number };

const LOG_FACTORIALS = new Float64Array(HIGHEST + 1);
for (let n = 2; n <= HIGHEST; n++) LOG_FACTORIALS[n] = LOG_FACTORIALS[n - 1]! + log(n);

/** A curve of the same value at every order. */
export function constant(value: number): RenyiCurve {
  return new Float64Array(ORDERS.length).fill(value);
}

/** Both mechanisms on the same data. */
export function sum(a: RenyiCurve, b: RenyiCurve): RenyiCurve {
  return a.map((value, index) => value + b[index]!);
}

/** The mechanism as many times. */
export function times(curve: RenyiCurve, count: number): RenyiCurve {
  return count === 0 ? constant(0) : curve.map((value) => value * count);
}

/** The Gaussian mechanism: α / 2σ² (Mironov 2017, Cor. 3). */
export function gaussian(noiseMultiplier: number): RenyiCurve {
  return Float64Array.from(ORDERS, (order) => order / 2 / noiseMultiplier / noiseMultiplier);
}

/**
 * The Gaussian mechanism on a Poisson sample, one step: ln(Σ C(α,k) (1-q)^(α-k) q^k e^(k(k-1)/2σ²)) / (α-1) over k = 0…α
 * (Mironov, Talwar, Zhang 2019, https://arxiv.org/abs/1908.10530, Sec. 3.3).
 *
 * The binomial weights add up to 1, and the first two terms have no exponent. So what is summed is the excess over 1,
 * with e^x - 1 in place of e^x: all of it positive, so nothing cancels, however small q or large σ is.
 */
export function sampledGaussian(sampleRate: number, noiseMultiplier: number): RenyiCurve {
  if (sampleRate === 0) return constant(0);
  if (sampleRate === 1) return gaussian(noiseMultiplier);
  const logSampled = log(sampleRate);
  const logLeft = log1p(-sampleRate);
  const growth = Float64Array.from({ length: HIGHEST + 1 }, (_, k) => logExpm1(k * (k - 1) / 2 / noiseMultiplier / noiseMultiplier));
  const terms = new Float64Array(HIGHEST + 1);
  return Float64Array.from(ORDERS, (order) => {
    let largest = -Infinity;
    for (let k = 2; k <= order; k++) {
      const term = logBinomial(order, k) + k * logSampled + (order - k) * logLeft + growth[k]!;
      terms[k] = term;
      if (term > largest) largest = term;
    }
    if (largest === Infinity || largest === -Infinity) return largest === Infinity ? Infinity : 0;
    let scaled = 0;
    for (let k = 2; k <= order; k++) scaled += exp(terms[k]! - largest);
    return logOnePlusExp(largest + log(scaled)) / (order - 1);
  });
}

/**
 * Trains a random number of times and gives out the best: its model and score, nothing of the others.
 *
 * Negative binomial without zero: Papernot, Steinke 2022 (https://arxiv.org/abs/2110.03620), Theorem 2. Poisson: Theorem 6. Both bound the
 * divergence at an order by the curve of one training, there and at any other.
 */
export function selected(curve: RenyiCurve, trials: TrialDistribution): RenyiCurve {
  if (trials.kind === 'poisson') {
    return curve.map((value, index) => {
      const order = ORDERS[index]!;
      const beyond = deltaOf(curve, log1p(1 / (order - 1))).value;
      return value + trials.mean * beyond + log(trials.mean) / (order - 1);
    });
  }
  let offset = Infinity;
  ORDERS.forEach((order, index) => {
    offset = min(offset, (1 - 1 / order) * curve[index]! - log(trials.gamma) / order);
  });
  const bound = curve.map((value, index) => value + log(trials.mean) / (ORDERS[index]! - 1) + (1 + trials.shape) * offset);
  // the divergence grows with the order, so what bounds a higher order bounds a lower one
  for (let index = bound.length - 2; index >= 0; index--) bound[index] = min(bound[index]!, bound[index + 1]!);
  return bound;
}

/**
 * The ε at which a δ holds: min over α of ρ(α) + ln(1 - 1/α) - (ln δ + ln α) / (α - 1).
 *
 * Canonne, Kamath, Steinke 2020 (https://arxiv.org/abs/2004.00010), Prop. 12; the same as Balle et al. 2020
 * (https://arxiv.org/abs/1905.09982), Theorem 21, and what Opacus and dp-accounting do. As dp-accounting does, it is 0 where the total variation,
 * at most √(1 - e^-ρ), is no more than δ.
 */
export function epsilonOf(curve: RenyiCurve, delta: number): Converted {
  let best: Converted = { value: Infinity, order: ORDERS[0]! };
  for (let index = 0; index < ORDERS.length; index++) {
    const order = ORDERS[index]!;
    const divergence = curve[index]!;
    if (delta * delta + expm1(-divergence) > 0 || divergence === 0) return { value: 0, order };
    const value = divergence + log1p(-1 / order) - (log(delta) + log(order)) / (order - 1);
    if (value < best.value) best = { value, order };
  }
  return best.value < 0 ? { value: 0, order: best.order } : best;
}

/** The δ at which an ε holds: the inverse of `epsilonOf`. */
export function deltaOf(curve: RenyiCurve, epsilon: number): Converted {
  let best = { value: Infinity, order: ORDERS[0]! };
  for (let index = 0; index < ORDERS.length; index++) {
    const order = ORDERS[index]!;
    const divergence = curve[index]!;
    if (divergence === 0) return { value: 0, order };
    const variation = 0.5 * log(-expm1(-divergence));
    const value = min(variation, (order - 1) * (divergence - epsilon + log1p(-1 / order)) - log(order));
    if (value < best.value) best = { value, order };
  }
  return { value: exp(min(best.value, 0)), order: best.order };
}

function logBinomial(n: number, k: number): number {
  return LOG_FACTORIALS[n]! - LOG_FACTORIALS[k]! - LOG_FACTORIALS[n - k]!;
}

/** ln(e^x - 1) for x ≥ 0. */
function logExpm1(x: number): number {
  return x > 1 ? x + log1p(-exp(-x)) : log(expm1(x));
}

/** ln(1 + e^x). */
function logOnePlusExp(x: number): number {
  return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}
