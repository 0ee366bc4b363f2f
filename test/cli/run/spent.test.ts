import { spentBy } from '../../../lib/cli/run/spent';
import { DifferentialPrivacy, PrivacyLoss, Sampling } from '../../../lib/policy';

test('what shuffled batches spent is reckoned by the epochs that the steps begin, of which a loader may drop the last batch', () => {
  const { settings } = DifferentialPrivacy.dpSgd({ records: 1000, batchSize: 512, epochs: 10, noiseMultiplier: 4, clippingNorm: 1, delta: 1e-5, sampling: Sampling.SHUFFLED });
  const job = { name: 'a', status: 'Completed', began: true, told: settings, reported: { dp_steps: 20, dp_sample_rate: 0.512, dp_noise_multiplier: 4 } };
  const spent = spentBy({ name: 'Train' } as never, { private: [job] } as never, [], {} as never);
  expect(spent).toMatchObject({ spent: PrivacyLoss.gaussian(4, 20).guaranteeAt(1e-5).epsilon, verdict: 'verified: as reserved' });
});
