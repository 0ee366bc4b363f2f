import { Classification, Purpose, Retention } from '../../lib/policy';

describe('a classification', () => {
  test('stands in order of sensitivity', () => {
    expect(Classification.all().map((one) => [one.name, one.level])).toEqual([
      ['public', 0], ['internal', 1], ['pseudonymised', 2], ['personal', 3], ['special-category', 4], ['phi', 5],
    ]);
  });

  test.each(Classification.all().map((one) => [one.name, one] as const))('%s is found by its name', (name, one) => {
    expect(Classification.named(name)).toBe(one);
    expect(`${one}`).toBe(name);
  });

  test('pseudonymised data is personal and does not identify', () => {
    expect(Classification.all().filter((one) => one.isPersonal).map(String)).toEqual(['pseudonymised', 'personal', 'special-category', 'phi']);
    expect(Classification.all().filter((one) => one.isIdentifying).map(String)).toEqual(['personal', 'special-category', 'phi']);
  });

  test('the highest of several is the most sensitive, and of none is public', () => {
    expect(Classification.highest(Classification.INTERNAL, Classification.PHI, Classification.PERSONAL)).toBe(Classification.PHI);
    expect(Classification.highest()).toBe(Classification.PUBLIC);
  });

  test('fails for a name that is none, and offers the nearest', () => {
    expect(() => Classification.named('pseudonymized')).toThrow(/unknown classification 'pseudonymized': did you mean 'pseudonymised'\? use one of public, /);
    expect(() => Classification.named(undefined as never)).toThrow(/unknown classification undefined: use one of/);
  });
});

describe('a purpose', () => {
  test.each(['readmission-risk', 'A', 'a.b_c-1', 'x'.repeat(64)])('%s is a purpose', (name) => {
    expect(Purpose.of(name).name).toBe(name);
  });

  test.each(['', ' ', '-a', 'a b', 'ä', 'x'.repeat(65), undefined, null, 7])('fails for %s', (name) => {
    expect(() => Purpose.of(name as never)).toThrow(/is not usable: give 1 to 64 letters, digits/);
  });
});

describe('a retention', () => {
  test('counts whole days, and years with their leap days', () => {
    expect(Retention.days(30).inDays).toBe(30);
    expect(Retention.years(1).inDays).toBe(366);
    expect(Retention.years(6).inDays).toBe(2192);
    expect(Retention.years(0.5).inDays).toBe(183);
  });

  test('is compared and written', () => {
    expect(Retention.days(1).isShorterThan(Retention.days(2))).toBe(true);
    expect(Retention.days(2).isLongerThan(Retention.days(2))).toBe(false);
    expect(`${Retention.days(1)}, ${Retention.days(2)}`).toBe('1 day, 2 days');
  });

  test.each([0, -1, 1.5, 36_501, NaN, Infinity, '30', undefined, null, {}])('fails for %p days', (days) => {
    expect(() => Retention.days(days as never)).toThrow(/is not usable: give a whole number of days from 1 to 36500/);
  });

  test.each([0, -1, 100, NaN, '1', undefined])('fails for %p years', (years) => {
    expect(() => Retention.years(years as never)).toThrow(/is not usable: give a number of years above 0, at most 99/);
  });
});
