import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DifferentialPrivacy, type DpSgdProps, PrivacyUnit } from '../../lib/policy';

/** What pytest holds the code of private trainings against: the numbers that synth gives to a job. */
const FIXTURE = join(__dirname, '..', 'jobs', 'private-training', 'synth.json');

const person = { unit: PrivacyUnit.PERSON, clippingNorm: 1, delta: 1e-5 };
/** Of FLChain, and small ones for single questions. */
const TRAININGS: Record<string, DpSgdProps> = {
  flchain: { ...person, records: 5200, batchSize: 520, steps: 60, targetEpsilon: 3 },
  long: { ...person, records: 5200, batchSize: 52, steps: 200, noiseMultiplier: 1.2 },
  records: { records: 64, batchSize: 16, steps: 8, noiseMultiplier: 1, clippingNorm: 0.5, delta: 1e-3 },
  persons: { records: 16, batchSize: 4, steps: 4, noiseMultiplier: 1, clippingNorm: 0.5, delta: 1e-3, unit: PrivacyUnit.PERSON },
  all: { records: 64, batchSize: 64, steps: 1, noiseMultiplier: 2, clippingNorm: 0.5, delta: 1e-3 },
};

/** Rows of published tables, for the accountant alone. */
const ACCOUNTS: DpSgdProps[] = [
  { records: 25_000, sampleRate: 0.04, noiseMultiplier: 1.5, steps: 2250, clippingNorm: 1, delta: 1e-5 },
  { records: 100_000, sampleRate: 0.001, noiseMultiplier: 1, steps: 30_000, clippingNorm: 1, delta: 1e-7 },
  { records: 60_000, batchSize: 256, noiseMultiplier: 1.1, epochs: 60, clippingNorm: 1, delta: 1e-5 },
  { records: 5000, batchSize: 64, noiseMultiplier: 1, epochs: 20, clippingNorm: 1, delta: 1e-5 },
  { records: 1_000_000, batchSize: 2048, noiseMultiplier: 0.8, epochs: 5, clippingNorm: 1, delta: 1e-7 },
  { records: 10_000, sampleRate: 0.01, noiseMultiplier: 10, steps: 1000, clippingNorm: 1, delta: 1e-5 },
  { records: 1000, sampleRate: 0.2, noiseMultiplier: 3, steps: 100, clippingNorm: 1, delta: 1e-6 },
  { records: 1000, sampleRate: 1, noiseMultiplier: 20, steps: 100, clippingNorm: 1, delta: 1e-6 },
  { records: 5200, batchSize: 256, targetEpsilon: 1, epochs: 10, clippingNorm: 1, delta: 1e-5 },
];

test('pytest holds the accountant of Opacus against the numbers that synth gives to a job', () => {
  const settings = (props: DpSgdProps) => DifferentialPrivacy.dpSgd(props).settings;
  const made = `${JSON.stringify({ trainings: Object.fromEntries(Object.entries(TRAININGS).map(([name, props]) => [name, settings(props)])), accounts: ACCOUNTS.map(settings) }, undefined, 2)}\n`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(FIXTURE, made);
  expect(readFileSync(FIXTURE, 'utf8')).toBe(made);
});
