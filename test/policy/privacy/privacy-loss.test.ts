import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { PrivacyLoss, PrivateSelection } from '../../../lib/policy';
import { constant, deltaOf, epsilonOf, ORDERS } from '../../../lib/policy/privacy/renyi';
import vectors from './vectors.json';

const RELATIVE = 1e-9;

const lossOf = (parts: number[][]) => PrivacyLoss.none().plus(...parts.map(([sampleRate, noiseMultiplier, steps]) => PrivacyLoss.sampledGaussian({ sampleRate, noiseMultiplier, steps })));
const selectionOf = ({ mean, shape }: { mean: number; shape: number | null }) => (shape === null ? PrivateSelection.poisson(mean) : PrivateSelection.negativeBinomial(mean, shape));

function expectWithin(actual: number, expected: number, relative = RELATIVE): void {
  expect(Math.abs(actual / expected - 1)).toBeLessThanOrEqual(relative);
}

describe('the loss is that of the published vectors', () => {
  test.each(vectors.published.rows)('$source', ({ parts, delta, epsilon, order }) => {
    const guarantee = lossOf(parts).guaranteeAt(delta);
    expectWithin(guarantee.epsilon, epsilon);
    expect(guarantee.order).toBe(order);
  });

  test.each(vectors.computed.rows.map((row) => [JSON.stringify(row.parts), row] as const))('dp-accounting and opacus: %s', (_, { parts, delta, epsilon, opacus, order, pld }) => {
    const guarantee = lossOf(parts).guaranteeAt(delta);
    expectWithin(guarantee.epsilon, epsilon);
    expectWithin(guarantee.epsilon, opacus);
    expect(guarantee.order).toBe(order);
    expect(guarantee.epsilon).toBeGreaterThanOrEqual(pld);
  });

  test.each(vectors.divergences.rows)('mpmath: q = %d, σ = %d, order %d', (sampleRate, noiseMultiplier, order, divergence) => {
    expectWithin(PrivacyLoss.sampledGaussian({ sampleRate, noiseMultiplier }).divergenceAt(order), divergence, 1e-12);
  });

  test.each(vectors.published.divergences.rows)('dp-accounting, order %d', (order, divergence) => {
    expectWithin(lossOf(vectors.published.divergences.parts).divergenceAt(order), divergence, 1e-4);
  });

  test.each(vectors.selections.rows)('dp-accounting, the best of $selection', ({ parts, delta, selection, epsilon, order }) => {
    const guarantee = lossOf(parts).ofBest(selectionOf(selection)).guaranteeAt(delta);
    // dp-accounting finds the parameter of these distributions within 1e-9
    expectWithin(guarantee.epsilon, epsilon, selection.shape === null || selection.shape === 1 ? RELATIVE : 1e-8);
    expect(guarantee.order).toBe(order);
  });

  test('where a fractional order is best, integer orders give at most a thousandth more', () => {
    const { parts, delta, epsilon } = vectors.published.fractional;
    const ours = lossOf(parts).guaranteeAt(delta).epsilon;
    expect(ours).toBeGreaterThan(epsilon);
    expect(ours).toBeLessThan(epsilon * 1.001);
  });

  test('federated rounds with full participation', () => {
    const { noiseMultiplier, rounds, delta, epsilon } = vectors.published.federated;
    const ours = PrivacyLoss.gaussian(noiseMultiplier, rounds).guaranteeAt(delta).epsilon;
    expect(ours).toBeGreaterThan(epsilon);
    expect(ours).toBeLessThan(epsilon * 1.02);
  });

  test('fewer orders, as Opacus documents it for two mechanisms', () => {
    const { parts, delta, highest, epsilon, order } = vectors.published.short;
    const loss = lossOf(parts);
    const curve = Float64Array.from(ORDERS, (one) => (one <= highest ? loss.divergenceAt(one) : Infinity));
    const found = epsilonOf(curve, delta);
    expect(found.value).toBeCloseTo(epsilon, 3);
    expect(found.order).toBe(order);
  });

  test('the conversion, there and back', () => {
    const { divergence, highest, delta, epsilon, order } = vectors.published.pure;
    const curve = constant(divergence).map((value, index) => (ORDERS[index] <= highest ? value : Infinity));
    expect(epsilonOf(curve, delta)).toEqual({ value: expect.closeTo(epsilon, 10), order });
    expect(deltaOf(curve, epsilonOf(curve, delta).value).value).toBeCloseTo(delta, 15);
  });
});

describe('the noise for an ε', () => {
  test.each(vectors.noise.rows)('is that of dp-accounting: $epsilon', ({ sampleRate, steps, epsilon, delta, noiseMultiplier }) => {
    const loss = PrivacyLoss.sampledGaussian({ sampleRate, noiseMultiplier: 1, steps });
    expect(Math.abs(loss.noiseFactorFor(epsilon, delta) - noiseMultiplier)).toBeLessThan(3e-7);
  });

  test('fails where the selection alone costs more', () => {
    const loss = PrivacyLoss.gaussian(1).ofBest(PrivateSelection.logarithmic(500));
    expect(() => loss.noiseFactorFor(1e-6, 1e-9)).toThrow(/^no noise brings the loss down to an epsilon of 0.000001 at a delta of 1e-9: raise one of them/);
  });

  test('fails where nothing is bounded', () => {
    expect(() => PrivacyLoss.unbounded().noiseFactorFor(3, 1e-6)).toThrow(/no noise brings/);
  });
});

describe('whatever the numbers are', () => {
  const logarithmic = (low: number, high: number) => fc.double({ min: Math.log(low), max: Math.log(high), noNaN: true }).map(Math.exp);
  const rate = fc.oneof(logarithmic(1e-9, 1).map((q) => Math.min(q, 1)), fc.constant(1));
  const noise = logarithmic(0.05, 1e4);
  const steps = logarithmic(1, 1e6).map(Math.round);
  const delta = logarithmic(1e-12, 0.1);
  const mechanism = fc.record({ sampleRate: rate, noiseMultiplier: noise, steps });
  const more = fc.double({ min: 1, max: 10, noNaN: true });
  const epsilon = (loss: PrivacyLoss, at: number) => loss.guaranteeAt(at).epsilon;
  const loss = PrivacyLoss.sampledGaussian.bind(PrivacyLoss);
  // the last digits of sums of thousands of terms
  const atMost = (a: number, b: number) => expect(a).toBeLessThanOrEqual(b * (1 + 1e-12) + Number.MIN_VALUE);

  test('an ε is a number from 0 on, its order one of 2 to 256, and no divergence is missing', () => {
    fc.assert(fc.property(mechanism, delta, (props, at) => {
      const guarantee = loss(props).guaranteeAt(at);
      expect(guarantee.epsilon).toBeGreaterThanOrEqual(0);
      expect(ORDERS).toContain(guarantee.order);
      for (const order of [2, 3, 16, 255, 256]) expect(loss(props).divergenceAt(order)).toBeGreaterThanOrEqual(0);
    }));
  });

  test('extremes give no number that is none', () => {
    const extreme = fc.record({ sampleRate: fc.constantFrom(Number.MIN_VALUE, 1e-300, 0.5, 1 - 2 ** -53, 1), noiseMultiplier: fc.constantFrom(1e-300, 1e-160, 1e-9, 1, 1e160, 1e300), steps: fc.constantFrom(1, 1e15) });
    fc.assert(fc.property(extreme, fc.constantFrom(1e-300, 1e-6, 0.999), (props, at) => {
      const one = loss(props);
      for (const each of [one, one.plus(one), one.ofBest(PrivateSelection.poisson(5)), one.ofBest(PrivateSelection.logarithmic(5))]) {
        expect(epsilon(each, at)).not.toBeNaN();
        expect(each.deltaAt(1)).not.toBeNaN();
      }
    }));
  });

  test('more noise loses no more; more data in a sample, more steps and a smaller δ no less', () => {
    fc.assert(fc.property(mechanism, delta, more, (props, at, factor) => {
      const base = epsilon(loss(props), at);
      atMost(epsilon(loss({ ...props, noiseMultiplier: props.noiseMultiplier * factor }), at), base);
      atMost(base, epsilon(loss({ ...props, sampleRate: Math.min(1, props.sampleRate * factor) }), at));
      atMost(base, epsilon(loss({ ...props, steps: Math.ceil(props.steps * factor) }), at));
      atMost(base, epsilon(loss(props), at / factor));
    }));
  });

  test('the divergence grows with the order', () => {
    fc.assert(fc.property(mechanism, fc.integer({ min: 2, max: 255 }), (props, order) => {
      atMost(loss(props).divergenceAt(order), loss(props).divergenceAt(order + 1));
    }));
  });

  test('together they lose at least what each loses, in either order', () => {
    fc.assert(fc.property(mechanism, mechanism, delta, (a, b, at) => {
      const both = loss(a).plus(loss(b));
      atMost(epsilon(loss(a), at), epsilon(both, at));
      atMost(epsilon(loss(b), at), epsilon(both, at));
      expect(epsilon(loss(b).plus(loss(a)), at)).toBe(epsilon(both, at));
    }));
  });

  test('a sample hides: it loses no more than all records would', () => {
    fc.assert(fc.property(mechanism, delta, (props, at) => atMost(epsilon(loss(props), at), epsilon(loss({ ...props, sampleRate: 1 }), at))));
  });

  test('repeating is adding to itself', () => {
    fc.assert(fc.property(mechanism, delta, fc.integer({ min: 0, max: 20 }), (props, at, count) => {
      const added = PrivacyLoss.none().plus(...Array.from({ length: count }, () => loss(props)));
      const repeated = epsilon(loss(props).repeated(count), at);
      expect(epsilon(added, at)).toBeCloseTo(repeated, 9 - Math.ceil(Math.log10(repeated + 1)));
    }));
  });

  test('the best of several loses at least what one loses', () => {
    fc.assert(fc.property(mechanism, delta, fc.double({ min: 1.01, max: 100, noNaN: true }), fc.constantFrom(0, 0.5, 1, 4, undefined), (props, at, mean, shape) => {
      const selection = shape === undefined ? PrivateSelection.poisson(mean) : PrivateSelection.negativeBinomial(mean, shape);
      atMost(epsilon(loss(props), at), epsilon(loss(props).ofBest(selection), at));
    }));
  });

  test('the noise that is found for an ε keeps it, and a little less does not', () => {
    fc.assert(fc.property(fc.record({ sampleRate: logarithmic(1e-5, 1), steps: logarithmic(1, 1e5).map(Math.round) }), logarithmic(0.05, 30), logarithmic(1e-10, 1e-3), (props, target, at) => {
      const base = loss({ ...props, sampleRate: Math.min(1, props.sampleRate), noiseMultiplier: 1 });
      const lossWith = (noiseMultiplier: number) => epsilon(loss({ ...props, sampleRate: Math.min(1, props.sampleRate), noiseMultiplier }), at);
      // below what the highest order can show, at a δ this small, no noise is enough, and that is said
      if (lossWith(2 ** 41) > target) {
        expect(() => base.noiseFactorFor(target, at)).toThrow(/^no noise brings the loss down/);
        return;
      }
      const found = base.noiseFactorFor(target, at);
      expect(lossWith(found)).toBeLessThanOrEqual(target);
      expect(lossWith(found * (1 - 1e-9))).toBeGreaterThan(target);
    }), { numRuns: 30, examples: [[{ sampleRate: 1, steps: 48358 }, 0.06463776140616123, 1.0000000000000139e-10]] });
  });

  test('the noise that was is found again', () => {
    fc.assert(fc.property(fc.record({ sampleRate: logarithmic(1e-4, 0.5), noiseMultiplier: logarithmic(0.4, 50), steps: logarithmic(1, 1e4).map(Math.round) }), (props) => {
      const target = epsilon(loss(props), 1e-6);
      fc.pre(target > 1e-4);
      expectWithin(loss({ ...props, noiseMultiplier: 1 }).noiseFactorFor(target, 1e-6), props.noiseMultiplier, 1e-6);
    }), { numRuns: 30 });
  });

  test('an ε gives back its δ', () => {
    fc.assert(fc.property(mechanism, delta, (props, at) => {
      const one = loss(props);
      const found = epsilon(one, at);
      fc.pre(found > 0 && found < Infinity);
      expect(one.deltaAt(found)).toBeLessThanOrEqual(at * (1 + 1e-6));
    }));
  });
});

describe('fails for what is no mechanism', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['a sample rate of 0', () => PrivacyLoss.sampledGaussian({ sampleRate: 0, noiseMultiplier: 1 }), /^the sample rate is 0: give a probability above 0, at most 1$/],
    ['a sample rate above 1', () => PrivacyLoss.sampledGaussian({ sampleRate: 1.5, noiseMultiplier: 1 }), /^the sample rate is 1.5/],
    ['no noise', () => PrivacyLoss.gaussian(0), /^the noise multiplier is 0: give a number above 0/],
    ['noise that is none', () => PrivacyLoss.gaussian(NaN), /^the noise multiplier is NaN/],
    ['half a step', () => PrivacyLoss.gaussian(1, 0.5), /^the number of times is 0.5: give a whole number/],
    ['a δ of 0', () => PrivacyLoss.gaussian(1).guaranteeAt(0), /^delta is 0: give a probability above 0/],
    ['a δ of 1', () => PrivacyLoss.gaussian(1).guaranteeAt(1), /^delta is 1/],
    ['a negative ε', () => PrivacyLoss.gaussian(1).deltaAt(-1), /^epsilon is -1/],
    ['an order of 1', () => PrivacyLoss.gaussian(1).divergenceAt(1), /^the order is 1: give a whole number from 2 to 256$/],
    ['no selection', () => PrivacyLoss.gaussian(1).ofBest(undefined as never), /^the selection is undefined: give one such as PrivateSelection.poisson\(10\)$/],
    ['no props', () => PrivacyLoss.sampledGaussian(undefined as never), /^a sampled Gaussian mechanism is described by undefined/],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});

const SHARED = join(__dirname, '..', '..', '..', '..', 'shared', 'data', 'dp-vectors.json');
const shared = existsSync(SHARED);
if (!shared) process.stderr.write(`the optional vectors are not checked: there is no ../shared/data/dp-vectors.json beside the project\n`);

(shared ? describe : describe.skip)(`optional vectors beside the project${shared ? '' : ' (skipped: not there)'}`, () => {
  interface Row { label: string; q: number; sigma: number; steps: number; delta: number; rdp_int_2_256: [number, number]; pld_addremove: number }
  interface Vectors {
    grid: Row[];
    rdp_single_order_exact_mpmath: { q: number; sigma: number; alpha: number; rdp: number }[];
    composition: {
      single_run: { q: number; sigma: number; steps: number; delta: number; rdp_int: number; order: number };
      ten_hpo_trials_naive: { rdp_int: number }; twelve_retrains_same_data: { rdp_int: number };
      repeat_and_select_mean10: { geometric: number; logarithmic: number; poisson: number };
      heterogeneous_3_phase: { phases: number[][]; 'delta_1e-5': { rdp_int: number; order: number }; 'delta_1e-6': { rdp_int: number; order: number } };
    };
    calibration: { q: number; steps: number; delta: number; eps: number; sigma_rdp_int: number }[];
    analytic_gaussian: { sigma: number; eps: number; delta: number }[];
  }
  const given = (shared ? JSON.parse(readFileSync(SHARED, 'utf8')) : {}) as Vectors;

  test('end to end, on integer orders, and never below the privacy loss distribution', () => {
    for (const { q, sigma, steps, delta, rdp_int_2_256: [epsilon, order], pld_addremove: pld } of given.grid) {
      const guarantee = lossOf([[q, sigma, steps]]).guaranteeAt(delta);
      expectWithin(guarantee.epsilon, epsilon);
      expect(guarantee.order).toBe(order);
      expect(guarantee.epsilon).toBeGreaterThanOrEqual(pld);
    }
  });

  test('at integer orders', () => {
    for (const { q, sigma, alpha, rdp } of given.rdp_single_order_exact_mpmath.filter((row) => Number.isInteger(row.alpha))) {
      expectWithin(lossOf([[q, sigma, 1]]).divergenceAt(alpha), rdp, 1e-12);
    }
  });

  test('composition and selection', () => {
    const { single_run: { q, sigma, steps, delta, rdp_int: one }, ...rest } = given.composition;
    const loss = lossOf([[q, sigma, steps]]);
    const epsilon = (of: PrivacyLoss) => of.guaranteeAt(delta).epsilon;
    expectWithin(epsilon(loss), one);
    expectWithin(epsilon(loss.repeated(10)), rest.ten_hpo_trials_naive.rdp_int);
    expectWithin(epsilon(loss.repeated(12)), rest.twelve_retrains_same_data.rdp_int);
    const { geometric, logarithmic, poisson } = rest.repeat_and_select_mean10;
    expectWithin(epsilon(loss.ofBest(PrivateSelection.geometric(10))), geometric);
    expectWithin(epsilon(loss.ofBest(PrivateSelection.logarithmic(10))), logarithmic, 1e-8);
    expectWithin(epsilon(loss.ofBest(PrivateSelection.poisson(10))), poisson);
    const { phases, 'delta_1e-5': five, 'delta_1e-6': six } = rest.heterogeneous_3_phase;
    expectWithin(lossOf(phases).guaranteeAt(1e-5).epsilon, five.rdp_int);
    expectWithin(lossOf(phases).guaranteeAt(1e-6).epsilon, six.rdp_int);
  });

  test('calibration, to the digits given', () => {
    for (const { q, steps, delta, eps, sigma_rdp_int: sigma } of given.calibration) {
      const found = PrivacyLoss.sampledGaussian({ sampleRate: q, noiseMultiplier: 1, steps }).noiseFactorFor(eps, delta);
      expect(Math.abs(found - sigma)).toBeLessThan(1.5e-6);
    }
  });

  test('the Gaussian mechanism loses no less than it truly does', () => {
    for (const { sigma, eps, delta } of given.analytic_gaussian) expect(PrivacyLoss.gaussian(sigma).guaranteeAt(delta).epsilon).toBeGreaterThan(eps);
  });
});
