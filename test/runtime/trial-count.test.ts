import { PrivateSelection } from '../../lib/policy';
import { type TrialCountEvent, trialsAt, uniform } from '../../lib/runtime/ledger-rules/trials';
import { handler } from '../../lib/runtime/trial-count';

function eventOf(selection: PrivateSelection, parallel = 4): TrialCountEvent {
  const trials = selection._distribution;
  const { shape, gamma } = trials.kind === 'poisson' ? { shape: 0, gamma: 0 } : trials;
  return { kind: trials.kind, mean: String(trials.mean), shape: String(shape), gamma: String(gamma), most: '750', parallel: String(parallel) };
}

const SELECTIONS = [PrivateSelection.poisson(10), PrivateSelection.poisson(60), PrivateSelection.geometric(10), PrivateSelection.logarithmic(4), PrivateSelection.negativeBinomial(20, 2.5)];

test.each(SELECTIONS.map((selection) => [String(selection), selection] as const))('numbers are drawn with the chances that the loss is reckoned with: %s', (_, selection) => {
  const event = eventOf(selection);
  const cells = 200_000;
  const seen = new Map<number, number>();
  // the middle of each of many equal parts of the interval stands for all draws in it
  for (let cell = 0; cell < cells; cell++) {
    const trials = trialsAt(event, (cell + 0.5) / cells);
    seen.set(trials, (seen.get(trials) ?? 0) + 1 / cells);
  }
  for (let trials = 0; trials <= 120; trials++) expect(Math.abs((seen.get(trials) ?? 0) - selection.chanceOf(trials))).toBeLessThan(2 / cells);
});

test('a draw is a number from 0, below 1, of 53 bits', () => {
  expect(uniform(Uint8Array.of(0, 0, 0, 0, 0, 0, 0))).toBe(0);
  expect(uniform(Uint8Array.of(255, 255, 255, 255, 255, 255, 255))).toBe(1 - 2 ** -53);
  expect(uniform(Uint8Array.of(16, 0, 0, 0, 0, 0, 0))).toBe(0.5);
  expect(uniform(Uint8Array.of(0, 0, 0, 0, 0, 0, 1))).toBe(2 ** -53);
});

test('the largest draw ends', () => {
  for (const selection of SELECTIONS) expect(trialsAt(eventOf(selection), 1 - 2 ** -53)).toBeLessThan(750);
});

test('no more run at a time than there are, and nothing is told to the log', async () => {
  const spies = (['log', 'info', 'warn', 'error'] as const).map((level) => jest.spyOn(console, level));
  const draws = await Promise.all(Array.from({ length: 500 }, () => handler(eventOf(PrivateSelection.geometric(10), 4))));
  for (const { trials, parallel } of draws) {
    expect(Number.isInteger(trials) && trials >= 1).toBe(true);
    expect(parallel).toBe(Math.min(trials, 4));
  }
  expect(new Set(draws.map(({ trials }) => trials)).size).toBeGreaterThan(5);
  for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  jest.restoreAllMocks();
});

test.each<[string, unknown]>([
  ['kind, mean, shape, gamma, most, parallel', undefined], ['kind', { ...eventOf(PrivateSelection.geometric(10)), kind: 'uniform' }], ['shape, gamma', { ...eventOf(PrivateSelection.geometric(10)), shape: '', gamma: 'x' }],
  ['mean', { ...eventOf(PrivateSelection.poisson(10)), mean: 'NaN' }], ['most, parallel', { ...eventOf(PrivateSelection.poisson(10)), most: 750, parallel: 'Infinity' }],
])('fails for an event that does not tell %s, from which the same number would come each time', async (wrong, event) => {
  await expect(handler(event as never)).rejects.toThrow(`not told as synth says it (${wrong}): deploy the pipeline anew`);
});

test('fails where no training is drawn, or more than a tuning job has', async () => {
  await expect(handler({ ...eventOf(PrivateSelection.poisson(1)), mean: '0' })).rejects.toThrow('this run trains nothing, as chance has it once in a while');
  await expect(handler({ ...eventOf(PrivateSelection.geometric(10)), most: '0' })).rejects.toThrow('more trainings were drawn than the 0 that a tuning job has');
});
