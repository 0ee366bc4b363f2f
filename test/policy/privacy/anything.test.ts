import fc from 'fast-check';
import { DifferentialPrivacy, PrivacyBudget, PrivacyUnit, PrivateSelection, Sampling } from '../../../lib/policy';

/** What an error of ours never says: it comes from inside the language, or shows the stand-in of a token. */
const FROM_INSIDE = /cannot read propert|is not a function|is not iterable|cannot convert|undefined is not|circular|Invalid array length|e\+289/i;

function survives(make: () => unknown): void {
  try {
    make();
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    const { name, message } = error as Error;
    expect(name).toBe('Error');
    expect(message).not.toMatch(FROM_INSIDE);
    expect(message).toMatch(/^[^A-Z]|^DP-SGD/);
    expect(message).not.toMatch(/\.$/);
    expect(message.length).toBeGreaterThan(20);
    expect(message.length).toBeLessThan(2_000);
  }
}

const odd = fc.oneof(fc.anything({ withBigInt: true, withNullPrototype: true }), fc.constantFrom(NaN, Infinity, -1, 0, 0.5, 1e-320, 1e308), fc.constant(Symbol('x')));
const mostly = <T>(usual: fc.Arbitrary<T>) => fc.oneof({ weight: 8, arbitrary: usual as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: odd });
/** What CDK puts in the place of a number that it does not know yet is tried as well. */
const numeric = (...usual: (number | undefined)[]) => fc.oneof({ weight: 20, arbitrary: mostly(fc.constantFrom(...usual)) }, { weight: 1, arbitrary: fc.constant(-1.8881545897087503e+289) });
const noise = {
  noiseMultiplier: numeric(0.5, 1, undefined), targetEpsilon: numeric(1, undefined), clippingNorm: numeric(1), delta: numeric(1e-6, 0.01),
};

test('DP-SGD of odd parts gives a value or an error that helps', () => {
  const props = fc.record({
    ...noise, records: numeric(1000, 10), batchSize: numeric(10, undefined), sampleRate: numeric(0.1, undefined), epochs: numeric(2, undefined),
    steps: numeric(7, undefined), sampling: mostly(fc.constantFrom(...Object.values(Sampling), undefined)), unit: mostly(fc.constantFrom(...Object.values(PrivacyUnit), undefined)),
  }, { requiredKeys: [] });
  fc.assert(fc.property(fc.oneof({ weight: 9, arbitrary: props }, { weight: 1, arbitrary: odd }), (value) => survives(() => DifferentialPrivacy.dpSgd(value as never))), { numRuns: 400 });
});

test('so does a federation', () => {
  const props = fc.record({ ...noise, clients: numeric(8), rounds: numeric(20) }, { requiredKeys: [] });
  fc.assert(fc.property(fc.oneof({ weight: 9, arbitrary: props }, { weight: 1, arbitrary: odd }), (value) => survives(() => DifferentialPrivacy.federated(value as never))), { numRuns: 200 });
});

test('so do a budget and what is spent from it', () => {
  const budget = fc.record({ epsilon: numeric(8), delta: numeric(1e-6), records: numeric(1000), unit: mostly(fc.constantFrom(...Object.values(PrivacyUnit))) }, { requiredKeys: [] });
  const privacy = DifferentialPrivacy.dpSgd({ records: 1000, batchSize: 10, epochs: 1, noiseMultiplier: 1, clippingNorm: 1, delta: 1e-6 });
  const expense = fc.record({
    by: mostly(fc.string({ maxLength: 20 })), privacy: mostly(fc.constantFrom(privacy, undefined)), runs: numeric(0, 3, undefined), trainings: numeric(2, undefined),
    selection: mostly(fc.constantFrom(undefined, PrivateSelection.poisson(3))), runsBecause: mostly(fc.constantFrom('x', undefined)),
  }, { requiredKeys: [] });
  fc.assert(fc.property(mostly(budget), numeric(30, 366), mostly(fc.array(mostly(expense), { maxLength: 3 })), (props, days, expenses) => {
    survives(() => PrivacyBudget.perYear(props as never));
    survives(() => String(PrivacyBudget.perDays(days as never, props as never).statementOf(expenses as never)));
  }), { numRuns: 300 });
});

test('so does a selection', () => {
  fc.assert(fc.property(odd, odd, (mean, shape) => {
    survives(() => PrivateSelection.poisson(mean as never));
    survives(() => PrivateSelection.negativeBinomial(mean as never, shape as never));
    survives(() => PrivateSelection.negativeBinomial(3, shape as never).chanceAbove(10));
  }), { numRuns: 200 });
});
