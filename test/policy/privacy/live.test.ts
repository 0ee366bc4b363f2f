import { join } from 'node:path';
import fc from 'fast-check';
import { DifferentialPrivacy, PrivacyLoss, PrivateSelection } from '../../../lib/policy';
import { describeWithPython, runPython } from '../../support/python';

interface Case { parts: [number, number, number][]; delta: number; pld?: boolean; selection?: { mean: number; shape: number | null } }
interface Target { sampleRate: number; steps: number; epsilon: number; delta: number }
interface Answers { cases: { epsilon: number; order: number; pld?: number }[]; divergences: number[] }

const logarithmic = (low: number, high: number) => fc.double({ min: Math.log(low), max: Math.log(high), noNaN: true }).map(Math.exp);
const steps = (most: number) => logarithmic(1, most).map(Math.round);
const delta = logarithmic(1e-9, 1e-3);
const part = fc.tuple(fc.oneof({ weight: 9, arbitrary: logarithmic(1e-4, 0.9) }, { weight: 1, arbitrary: fc.constant(1) }), logarithmic(0.4, 20), steps(10_000));
const usualPart = fc.tuple(fc.oneof({ weight: 5, arbitrary: logarithmic(1e-3, 0.3) }, { weight: 1, arbitrary: fc.constant(1) }), logarithmic(0.7, 6), steps(2_000));
const selection = fc.record({ mean: fc.double({ min: 1.5, max: 60, noNaN: true }), shape: fc.constantFrom(null, 0, 0.5, 1, 3) });

const lossOf = (parts: Case['parts']) => PrivacyLoss.none().plus(...parts.map(([sampleRate, noiseMultiplier, count]) => PrivacyLoss.sampledGaussian({ sampleRate, noiseMultiplier, steps: count })));
const selectionOf = ({ mean, shape }: NonNullable<Case['selection']>) => (shape === null ? PrivateSelection.poisson(mean) : PrivateSelection.negativeBinomial(mean, shape));

describeWithPython('beside dp-accounting, on random numbers', () => {
  const composed: Case[] = fc.sample(fc.record({ parts: fc.array(part, { minLength: 1, maxLength: 4 }), delta }), 15);
  // where an ε is one that somebody would publish, and the grid of the other method is fine enough
  const usual: Case[] = fc.sample(fc.record({ parts: fc.array(usualPart, { minLength: 1, maxLength: 2 }), delta }), 200)
    .filter((one) => { const { epsilon } = lossOf(one.parts).guaranteeAt(one.delta); return epsilon > 0.2 && epsilon < 15; })
    .slice(0, 5).map((one) => ({ ...one, pld: true }));
  const chosen: Case[] = fc.sample(fc.record({ parts: fc.tuple(part), delta, selection }), 10);
  const divergences = fc.sample(fc.tuple(logarithmic(1e-9, 0.999), logarithmic(0.1, 1e3), fc.integer({ min: 2, max: 256 })), 40);
  const targets: Target[] = fc.sample(fc.record({ sampleRate: logarithmic(1e-4, 0.9), steps: steps(20_000), epsilon: logarithmic(0.1, 20), delta }), 16);
  // the noise that a training is told, and what lies just below it: two of the last decimals that it is rounded to
  const noises = targets.map(({ sampleRate, steps: count, epsilon, delta: at }) => DifferentialPrivacy
    .dpSgd({ records: Math.floor(0.5 / at), sampleRate, steps: count, targetEpsilon: epsilon, delta: at, clippingNorm: 1 }).noiseMultiplier);
  const enough: Case[] = targets.map((one, index) => ({ parts: [[one.sampleRate, noises[index]!, one.steps]], delta: one.delta }));
  const tooLittle: Case[] = targets.map((one, index) => ({ parts: [[one.sampleRate, noises[index]! - 2e-6, one.steps]], delta: one.delta }));
  const cases = [...composed, ...usual, ...chosen, ...enough, ...tooLittle];
  let answers: Answers;
  beforeAll(() => {
    answers = runPython<Answers>(join(__dirname, 'reference.py'), { cases, divergences });
  });

  // A sum near 1 keeps of what is beyond 1 no more than this; dp-accounting adds up such sums.
  const resolution = (parts: Case['parts']) => parts.reduce((all, [, , count]) => all + count * 1e-14, 0);
  const told = (one: unknown) => `${JSON.stringify(one)}, TEST_SEED=${fc.readConfigureGlobal().seed}`;

  test('compositions lose the same', () => {
    composed.forEach((one, index) => {
      const { epsilon } = lossOf(one.parts).guaranteeAt(one.delta);
      const theirs = answers.cases[index].epsilon;
      expect([told(one), Math.abs(epsilon - theirs) <= theirs * 1e-9 + resolution(one.parts)]).toEqual([told(one), true]);
    });
  });

  test('never less than by privacy loss distributions', () => {
    expect(usual).toHaveLength(5);
    usual.forEach((one, index) => {
      const { pld = NaN } = answers.cases[composed.length + index];
      expect([told(one), lossOf(one.parts).guaranteeAt(one.delta).epsilon >= pld]).toEqual([told(one), true]);
    });
  });

  test('the best of a random number of trainings loses the same', () => {
    chosen.forEach((one, index) => {
      const { epsilon } = lossOf(one.parts).ofBest(selectionOf(one.selection!)).guaranteeAt(one.delta);
      const theirs = answers.cases[composed.length + usual.length + index].epsilon;
      // they find the parameter of a distribution within 1e-9
      expect([told(one), Math.abs(epsilon - theirs) <= theirs * 1e-8 + resolution(one.parts)]).toEqual([told(one), true]);
    });
  });

  test('divergences are right to twelve digits', () => {
    divergences.forEach(([sampleRate, noiseMultiplier, order], index) => {
      const ours = PrivacyLoss.sampledGaussian({ sampleRate, noiseMultiplier }).divergenceAt(order);
      expect([told(divergences[index]), Math.abs(ours / answers.divergences[index] - 1) <= 1e-12]).toEqual([told(divergences[index]), true]);
    });
  });

  test('the noise for an ε keeps it, and a hair less does not', () => {
    targets.forEach((one, index) => {
      const [kept, lost] = [enough, tooLittle].map((list) => answers.cases[cases.indexOf(list[index]!)]!.epsilon) as [number, number];
      const within = one.epsilon * 1e-9 + resolution(enough[index]!.parts);
      expect([told(one), noises[index], kept <= one.epsilon + within, lost > one.epsilon - within]).toEqual([told(one), noises[index], true, true]);
    });
  });
});
