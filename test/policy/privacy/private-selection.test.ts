import fc from 'fast-check';
import { PrivateSelection } from '../../../lib/policy';

const mean = fc.double({ min: 1.01, max: 100, noNaN: true });
const shape = fc.constantFrom(0, 0.1, 0.5, 1, 2, 10);
const selection = fc.oneof(mean.map((value) => PrivateSelection.poisson(value)), fc.tuple(mean, shape).map(([value, form]) => PrivateSelection.negativeBinomial(value, form)));

test('chances add up to one, and to the mean', () => {
  fc.assert(fc.property(selection, (one) => {
    let [all, average] = [0, 0];
    for (let trainings = 0; trainings <= 300; trainings++) {
      all += one.chanceOf(trainings);
      average += trainings * one.chanceOf(trainings);
    }
    expect(all + one.chanceAbove(300)).toBeCloseTo(1, 9);
    if (one.chanceAbove(300) < 1e-12) expect(average / one.mean).toBeCloseTo(1, 8);
  }), { numRuns: 40 });
});

test('there is always a training, but from a Poisson distribution', () => {
  expect(PrivateSelection.geometric(10).chanceOf(0)).toBe(0);
  expect(PrivateSelection.poisson(10).chanceOf(0)).toBeCloseTo(Math.exp(-10), 15);
  expect(PrivateSelection.geometric(10).chanceOf(1)).toBeCloseTo(0.1, 15);
  expect(PrivateSelection.geometric(10).chanceAbove(5)).toBeCloseTo(0.9 ** 5, 12);
  expect(PrivateSelection.geometric(10).chanceOf(1.5)).toBe(0);
  expect(PrivateSelection.geometric(10).chanceOf(-1)).toBe(0);
});

test('a name says which', () => {
  expect([PrivateSelection.poisson(10), PrivateSelection.geometric(4), PrivateSelection.logarithmic(4), PrivateSelection.negativeBinomial(4, 2.5)].map(String)).toEqual([
    'Poisson distribution of mean 10', 'geometric distribution of mean 4', 'logarithmic distribution of mean 4', 'negative binomial (shape 2.5) distribution of mean 4',
  ]);
});

test.each<[string, () => unknown, RegExp]>([
  ['a mean of less than one', () => PrivateSelection.poisson(0.5), /^the mean number of trainings is 0.5: give a number from 1 to 500, such as 10$/],
  ['a mean of more than a tuning has', () => PrivateSelection.geometric(1000), /is 1000: give a number from 1 to 500/],
  ['a mean that is none', () => PrivateSelection.poisson(NaN), /is NaN/],
  ['a mean of one', () => PrivateSelection.logarithmic(1), /^a mean of 1 training leaves nothing to select from/],
  ['a negative shape', () => PrivateSelection.negativeBinomial(10, -0.5), /^the shape of the negative binomial distribution is -0.5: give a number from 0 to 100$/],
])('fails for %s', (_, make, message) => {
  expect(make).toThrow(message);
});
