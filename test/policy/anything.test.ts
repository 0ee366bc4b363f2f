import fc from 'fast-check';
import { Classification, ComplianceProfile, Control, Framework, Jurisdiction, Purpose, RecordKind, Residency, Retention } from '../../lib/policy';

/** What an error of ours never says: it comes from inside the language. */
const FROM_INSIDE = /cannot read propert|is not a function|is not iterable|cannot convert|undefined is not (a|an|iterable)|circular|Invalid array length/i;

const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSet: true, withObjectString: true });
const symbol = fc.constant(Symbol('x'));
const region = fc.oneof(fc.constantFrom('eu-central-1', 'westeurope', 'us-east-1', 'usgovtexas'), fc.string());
const maybe = <T>(good: fc.Arbitrary<T>) => fc.oneof({ weight: 3, arbitrary: good }, { weight: 1, arbitrary: fc.oneof(anything, symbol) });

/** Runs it; an error must be a plain one with a message that helps. */
function survives(make: () => unknown): void {
  try {
    make();
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    const { name, message } = error as Error;
    expect(name).toBe('Error');
    expect(message).not.toMatch(FROM_INSIDE);
    expect(message).toMatch(/^[^A-Z]/);
    expect(message).not.toMatch(/\.$/);
    expect(message.length).toBeGreaterThan(20);
    expect(message.length).toBeLessThan(2_000);
  }
}

describe('any input gives a value or an error that helps', () => {
  test.each([
    ['Residency.regions', (value: never) => Residency.regions(value)],
    ['Residency.within', (value: never) => Residency.within(value)],
    ['Residency.of', (value: never) => Residency.of(value)],
    ['Residency.countryOf', (value: never) => Residency.countryOf(value)],
    ['Residency.check', (value: never) => Residency.within(Jurisdiction.EU).check(value, 'the stack')],
    ['Jurisdiction.country', (value: never) => Jurisdiction.country(value)],
    ['Jurisdiction.named', (value: never) => Jurisdiction.named(value)],
    ['Classification.named', (value: never) => Classification.named(value)],
    ['Purpose.of', (value: never) => Purpose.of(value)],
    ['Retention.days', (value: never) => Retention.days(value)],
    ['Retention.years', (value: never) => Retention.years(value)],
    ['Framework.named', (value: never) => Framework.named(value)],
    ['Framework.fromData', (value: never) => Framework.fromData(value)],
    ['ComplianceProfile.of', (value: never) => ComplianceProfile.of(value)],
  ])('%s', (_, make) => {
    fc.assert(fc.property(fc.oneof(anything, symbol, fc.string()), (value) => survives(() => make(value as never))), { numRuns: 300 });
  });

  test('a residency of odd parts', () => {
    const props = fc.record({
      jurisdictions: maybe(fc.array(maybe(fc.constantFrom(Jurisdiction.EU, Jurisdiction.US, Jurisdiction.CHINA)))),
      regions: maybe(fc.array(maybe(region))),
      except: maybe(fc.array(maybe(region))),
    }, { requiredKeys: [] });
    fc.assert(fc.property(props, (value) => survives(() => Residency.of(value as never))), { numRuns: 500 });
  });

  test('a framework of odd parts', () => {
    const requirement = fc.record({
      id: maybe(fc.string()), citation: maybe(fc.string()), title: maybe(fc.string()),
      controls: maybe(fc.array(maybe(fc.constantFrom(...Object.values(Control))))),
    }, { requiredKeys: [] });
    const limit = fc.record({
      record: maybe(fc.constantFrom(...Object.values(RecordKind))), citation: maybe(fc.string()),
      minimum: maybe(fc.constant(Retention.days(1))), maximum: maybe(fc.constant(Retention.days(9))),
    }, { requiredKeys: [] });
    const deadline = fc.record({ request: maybe(fc.constantFrom('erasure', 'access', 'x')), citation: maybe(fc.string()), days: maybe(fc.integer()), months: maybe(fc.integer()) });
    const data = fc.record({
      name: maybe(fc.constant('Own')), title: maybe(fc.constant('Own')), url: maybe(fc.constant('https://example.org')),
      requirements: maybe(fc.array(maybe(requirement))), retentionLimits: maybe(fc.array(maybe(limit))), erasureDuty: maybe(fc.boolean()),
      requestDeadlines: maybe(fc.array(maybe(deadline))),
    }, { requiredKeys: [] });
    fc.assert(fc.property(data, (value) => survives(() => Framework.fromData(value as never))), { numRuns: 500 });
  });

  test('a profile of odd parts', () => {
    const retention = maybe(fc.constantFrom(Retention.days(1), Retention.years(7)));
    const props = fc.record({
      frameworks: maybe(fc.array(maybe(fc.constantFrom(...Framework.all())))),
      residency: maybe(fc.constant(Residency.within(Jurisdiction.EU))),
      retention: maybe(fc.record({ data: retention, captures: retention, logs: retention, audit: retention, requests: retention }, { requiredKeys: [] })),
    }, { requiredKeys: [] });
    fc.assert(fc.property(props, (value) => survives(() => ComplianceProfile.of(value as never))), { numRuns: 500 });
  });
});
