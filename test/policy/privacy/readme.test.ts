import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DifferentialPrivacy, DpSgdProps, PrivacyBudget, PrivacyUnit, PrivateSelection, Sampling } from '../../../lib/policy';
import { examplesIn, findingsIn, run } from '../../support/readme';

const ROOT = join(__dirname, '..', '..', '..');
const README = readFileSync(join(ROOT, 'lib', 'policy', 'privacy', 'README.md'), 'utf8');

test('the example runs, passes the packs, and comes to what the text says', () => {
  const [example] = examplesIn('lib/policy/privacy/README.md', 'PrivacyBudget');
  const { app } = run(example!);
  const store = app.node.findAll().find((node) => node.node.path === 'Readmission/Workspace/Admissions')!;
  expect(findingsIn(app)).toEqual([]);
  const { statement } = store.node.metadata.find(({ type }) => type === 'regulated-ml:privacy')!.data as { statement: { spent: { epsilon: number }; withinBudget: boolean; text: string } };
  expect(statement.withinBudget).toBe(true);
  expect(statement.text).toMatch(/12 runs of Readmission\/Pipeline\/Train at ε = 2 each, ε = 7\.454 together \(DP-SGD with σ = 1\.069382, q = 0\.005334, 3750 steps, 12 by schedule 'Monthly'\)/);
  expect(README).toContain('ε = 7.454, not 24');
});

test('so do the figures of the text', () => {
  const usual: DpSgdProps = { records: 96_000, batchSize: 512, epochs: 20, targetEpsilon: 2, clippingNorm: 1, delta: 1e-6, unit: PrivacyUnit.PERSON };
  const privacy = DifferentialPrivacy.dpSgd(usual);
  const budget = PrivacyBudget.perYear({ epsilon: 8, delta: 1e-6, records: 120_000, unit: PrivacyUnit.PERSON });
  const { problems: [problem] } = budget.statementOf([{ by: 'Train', privacy, runs: 12 }, { by: 'Tune', privacy, selection: PrivateSelection.poisson(10) }]);
  for (const figure of ['is spent 1.212 times', 'at ε = 4.142', 'together ε = 9.696 at δ = 1e-6', 'multiply every noise multiplier by 1.119']) {
    expect(problem).toContain(figure);
    expect(README).toContain(figure);
  }
  const shuffled = DifferentialPrivacy.dpSgd({ ...usual, targetEpsilon: undefined, noiseMultiplier: privacy.noiseMultiplier, sampling: Sampling.SHUFFLED });
  expect(shuffled.guarantee.epsilon.toFixed(1)).toBe('30.8');
  expect(README).toContain('is 30.8 instead of 2');
});

test('every setting that a job is given is in the table, and no other', () => {
  const numbers = { noiseMultiplier: 1, clippingNorm: 1, delta: 1e-6 };
  const given = [DifferentialPrivacy.dpSgd({ ...numbers, records: 1000, batchSize: 10, epochs: 1 }), DifferentialPrivacy.federated({ ...numbers, clients: 3, rounds: 2 })].flatMap(({ settings }) => Object.keys(settings));
  const rows = README.split('\n').filter((line) => line.startsWith('| `dp_')).flatMap((line) => line.split('|')[1].match(/dp_\w+/g) ?? []);
  expect([...rows].sort()).toEqual([...new Set(given)].sort());
});
