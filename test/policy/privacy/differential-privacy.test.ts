import fc from 'fast-check';
import { DifferentialPrivacy, DpFederatedProps, DpSgdProps, PrivacyLoss, PrivacyUnit, Sampling } from '../../../lib/policy';

const USUAL: DpSgdProps = { records: 25_600, batchSize: 256, epochs: 10, noiseMultiplier: 1.1, clippingNorm: 1, delta: 1e-5 };
const dpSgd = (more: Partial<DpSgdProps> = {}) => DifferentialPrivacy.dpSgd({ ...USUAL, ...more });
const without = (...names: (keyof DpSgdProps)[]) => Object.fromEntries(names.map((name) => [name, undefined]));

describe('DP-SGD', () => {
  test('is reckoned from what the job is told', () => {
    const privacy = dpSgd({ unit: PrivacyUnit.PERSON, clippingNorm: 0.5 });
    expect(privacy.guarantee).toEqual(PrivacyLoss.sampledGaussian({ sampleRate: 0.01, noiseMultiplier: 1.1, steps: 1000 }).guaranteeAt(1e-5));
    expect(privacy.settings).toEqual({
      dp_mechanism: 'dp-sgd', dp_unit: 'person', dp_noise_multiplier: '1.1', dp_clipping_norm: '0.5', dp_sample_rate: '0.01', dp_batch_size: '256', dp_steps: '1000', dp_epochs: '10',
      dp_sampling: 'poisson', dp_records: '25600', dp_delta: '0.00001', dp_epsilon: String(privacy.guarantee.epsilon),
    });
    expect(String(privacy)).toBe('DP-SGD with σ = 1.1, q = 0.01, 1000 steps');
  });

  test.each<[string, Partial<DpSgdProps>, number, number]>([
    ['half a batch is a step', { records: 60_000, batchSize: 256, epochs: 60 }, 256 / 60_000, 14_063],
    ['a whole number of steps stays one', { ...without('batchSize'), sampleRate: 0.1, epochs: 3 }, 0.1, 30],
    ['steps are taken as they are', { ...without('epochs'), steps: 777 }, 0.01, 777],
    ['all records at each step', { batchSize: 25_600, epochs: 3 }, 1, 3],
  ])('%s', (_, more, sampleRate, steps) => {
    const { settings, guarantee } = dpSgd(more);
    expect([Number(settings.dp_sample_rate), Number(settings.dp_steps)]).toEqual([sampleRate, steps]);
    expect(guarantee).toEqual(PrivacyLoss.sampledGaussian({ sampleRate, noiseMultiplier: 1.1, steps }).guaranteeAt(1e-5));
  });

  test('a target gives the noise, rounded up, and is kept', () => {
    const privacy = dpSgd({ ...without('noiseMultiplier'), targetEpsilon: 3 });
    expect(privacy.guarantee.epsilon).toBeLessThanOrEqual(3);
    expect(privacy.guarantee.epsilon).toBeGreaterThan(2.9999);
    expect(privacy.settings.dp_noise_multiplier).toMatch(/^\d\.\d{1,6}$/);
    expect(dpSgd({ noiseMultiplier: privacy.noiseMultiplier }).guarantee).toEqual(privacy.guarantee);
  });

  test('nothing is amplified where the sample is not a Poisson sample', () => {
    expect(dpSgd({ sampling: Sampling.SHUFFLED }).guarantee).toEqual(PrivacyLoss.gaussian(1.1, 10).guaranteeAt(1e-5));
    expect(dpSgd({ sampling: Sampling.SHUFFLED, epochs: 1.2 }).guarantee).toEqual(PrivacyLoss.gaussian(1.1, 2).guaranteeAt(1e-5));
    expect(dpSgd({ sampling: Sampling.FIXED_SIZE }).guarantee).toEqual(PrivacyLoss.gaussian(1.1, 1000).guaranteeAt(1e-5));
    // 17.198386: https://github.com/google/differential-privacy, dp-accounting 0.6.0, integer orders
    expect(dpSgd({ sampling: Sampling.SHUFFLED }).guarantee.epsilon).toBeCloseTo(17.198386, 5);
    expect(String(dpSgd({ sampling: Sampling.SHUFFLED }))).toBe('DP-SGD with σ = 1.1, shuffled batches, not amplified, 10 epochs');
  });

  test.each([
    ['two batches of which the second is not full', 1000, 512, 20, 20, 5.376],
    ['33 full batches and a rest', 1000, 30, 334, 11, 3.824],
    ['batches that leave no rest', 1000, 40, 250, 10, 3.628],
    ['93 batches, where 1 / q is a hair below a whole number', 930, 10, 930, 10, 3.628],
  ])('of shuffled batches as many epochs are charged as the steps may begin, where a loader drops the last batch: %s', (_, records, batchSize, steps, epochs, epsilon) => {
    const privacy = DifferentialPrivacy.dpSgd({ records, batchSize, epochs: 10, noiseMultiplier: 4, clippingNorm: 1, delta: 1e-5, sampling: Sampling.SHUFFLED });
    expect(privacy.settings).toMatchObject({ dp_steps: String(steps), dp_epochs: '10' });
    expect(privacy.guarantee).toEqual(PrivacyLoss.gaussian(4, epochs).guaranteeAt(1e-5));
    expect(privacy.guarantee.epsilon).toBeCloseTo(epsilon, 2);
    expect(privacy.assumptions.join('\n')).toMatch(`an epoch has ${Math.floor(records / batchSize)} batches or more`);
  });

  test('no loader sees a record in more of its steps than are charged', () => {
    fc.assert(fc.property(fc.integer({ min: 20, max: 5000 }), fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 3000 }), fc.boolean(), (records, size, steps, dropsLast) => {
      const batchSize = Math.min(size, records);
      const batches = dropsLast ? Math.floor(records / batchSize) : Math.ceil(records / batchSize);
      const { passes } = DifferentialPrivacy.dpSgd({ records, batchSize, steps, noiseMultiplier: 4, clippingNorm: 1, delta: 1e-5, sampling: Sampling.SHUFFLED })._noisySteps;
      expect(passes).toBeGreaterThanOrEqual(Math.ceil(steps / batches));
      expect(passes).toBeLessThanOrEqual(steps);
    }));
  });

  test('says what it rests on', () => {
    const text = (more: Partial<DpSgdProps>) => dpSgd(more).assumptions.join('\n');
    expect(text({ clippingNorm: 2 })).toMatch(/the gradient of each record is clipped to a norm of 2, and at each of at most 1000 steps Gaussian noise with a standard deviation of 2\.2 is added/);
    expect(text({})).toMatch(/each step draws each record by itself with a probability of 0\.01.*Poisson.*not shuffled.*not weighted/);
    expect(text({ sampling: Sampling.SHUFFLED })).toMatch(/in at most one batch of an epoch.*empty place/);
    expect(text({ sampling: Sampling.FIXED_SIZE })).toMatch(/may be in every one of them/);
    expect(text({ unit: PrivacyUnit.PERSON })).toMatch(/all records of a person are drawn, and their gradient is clipped, as one/);
    expect(text({})).not.toMatch(/as one$/m);
  });

  test('any numbers give settings that are read back as the same numbers', () => {
    fc.assert(fc.property(fc.integer({ min: 100, max: 10_000_000 }), fc.double({ min: 1e-6, max: 1, noNaN: true }), fc.double({ min: 0.3, max: 50, noNaN: true }), (records, rate, noiseMultiplier) => {
      const batchSize = Math.max(1, Math.floor(records * rate));
      const { settings, guarantee } = dpSgd({ records, batchSize, noiseMultiplier, epochs: 2, delta: 0.1 / records });
      expect(PrivacyLoss.sampledGaussian({
        sampleRate: Number(settings.dp_sample_rate), noiseMultiplier: Number(settings.dp_noise_multiplier), steps: Number(settings.dp_steps),
      }).guaranteeAt(Number(settings.dp_delta)).epsilon).toBe(Number(settings.dp_epsilon));
      expect(Number(settings.dp_epsilon)).toBe(guarantee.epsilon);
    }), { numRuns: 50 });
  });
});

describe('federated averaging', () => {
  const USUAL_ROUNDS: DpFederatedProps = { clients: 8, rounds: 20, noiseMultiplier: 2.4, clippingNorm: 1, delta: 1e-5 };

  test('counts every round in full', () => {
    const privacy = DifferentialPrivacy.federated(USUAL_ROUNDS);
    expect(privacy.guarantee.epsilon).toBeCloseTo(10.010025, 5);
    expect(privacy.unit).toBe(PrivacyUnit.CLIENT);
    expect(privacy.settings).toMatchObject({ dp_mechanism: 'dp-federated', dp_unit: 'client', dp_rounds: '20', dp_clients: '8', dp_clipping_norm: '1' });
    expect(String(privacy)).toBe('federated averaging with σ = 2.4, all 8 clients in 20 rounds');
    expect(privacy.assumptions[0]).toMatch(/the update of each client is clipped to a norm of 1, and in each of at most 20 rounds/);
  });

  test('takes a target', () => {
    const privacy = DifferentialPrivacy.federated({ ...USUAL_ROUNDS, noiseMultiplier: undefined, targetEpsilon: 5 });
    expect(privacy.guarantee.epsilon).toBeLessThanOrEqual(5);
    expect(privacy.guarantee.epsilon).toBeGreaterThan(4.9999);
  });

  test.each<[string, Partial<DpFederatedProps>, RegExp]>([
    ['no clients', { clients: undefined }, /^the number of clients of a federated training is not given: give how many clients there are/],
    ['a δ of one in as many', { delta: 0.2 }, /^the delta of a federated training is 0.2, not below 1 \/ 8 clients/],
    ['half a round', { rounds: 0.5 }, /^the number of rounds of a federated training is 0.5/],
    ['no noise', { noiseMultiplier: undefined }, /^a federated training is given neither noiseMultiplier nor targetEpsilon/],
    ['no norm', { clippingNorm: 0 }, /^the clippingNorm of a federated training is 0/],
  ])('fails for %s', (_, more, message) => {
    expect(() => DifferentialPrivacy.federated({ ...USUAL_ROUNDS, ...more } as DpFederatedProps)).toThrow(message);
  });
});

describe('fails for', () => {
  test.each<[string, Partial<DpSgdProps>, RegExp]>([
    ['a δ of one in as many as there are records', { delta: 1 / 25_600 }, /^the delta of DP-SGD is 3.90625e-5, not below 1 \/ 25600 records: giving out one of them at random, in full, would keep it; give at most 4e-6$/],
    ['an unknown number of records', { records: undefined }, /^the number of records of DP-SGD is not given: give how many records there are, a whole number, no more than there will be: without it neither a sample rate nor a safe delta is known$/],
    ['a number of records that only the deployment knows', { records: -1.8881545897087503e+289 }, /^the number of records of DP-SGD is a number that only the deployment knows, while the loss is added up at synth: give how many/],
    ['no δ', { delta: undefined }, /^delta is not given/],
    ['a δ of 0', { delta: 0 }, /^delta is 0: give a probability above 0, far below 1 \/ records/],
    ['weighted sampling', { sampling: Sampling.WEIGHTED }, /^weighted sampling has no loss that can be stated: a record with a high weight is drawn far more often.*weigh the loss function instead, or draw each record by itself and give the highest probability as sampleRate$/],
    ['a sampling that is none', { sampling: 'bootstrap' as Sampling }, /^the sampling of DP-SGD is 'bootstrap': use one of 'poisson', 'shuffled'/],
    ['a unit that is none', { unit: 'household' as PrivacyUnit }, /^the unit of DP-SGD is 'household': use one of PrivacyUnit.RECORD, PrivacyUnit.PERSON, PrivacyUnit.CLIENT$/],
    ['a batch and a rate', { sampleRate: 0.01 }, /^DP-SGD is given both batchSize and sampleRate/],
    ['neither', without('batchSize'), /^DP-SGD is given neither batchSize nor sampleRate: give one, the other follows from 25600 records$/],
    ['a batch of more than all', { batchSize: 30_000 }, /^the batchSize of DP-SGD is 30000: give how many of the 25600 records/],
    ['a rate above 1', { ...without('batchSize'), sampleRate: 2 }, /^the sampleRate of DP-SGD is 2/],
    ['steps and epochs', { steps: 10 }, /^DP-SGD is given both steps and epochs/],
    ['neither', without('epochs'), /^DP-SGD is given neither steps nor epochs/],
    ['no epochs', { epochs: 0 }, /^the number of epochs of DP-SGD is 0/],
    ['half a step', { ...without('epochs'), steps: 1.5 }, /^the number of steps of DP-SGD is 1.5/],
    ['no noise', { noiseMultiplier: 0 }, /^the noiseMultiplier of DP-SGD is 0: give a number above 0, such as 1.1; without noise there is no privacy$/],
    ['noise and a target', { targetEpsilon: 3 }, /^DP-SGD is given both noiseMultiplier and targetEpsilon/],
    ['neither', without('noiseMultiplier'), /^DP-SGD is given neither noiseMultiplier nor targetEpsilon/],
    ['a target of 0', { ...without('noiseMultiplier'), targetEpsilon: 0 }, /^the target epsilon is 0/],
    ['no norm', { clippingNorm: undefined }, /^the clippingNorm of DP-SGD is not given/],
  ])('%s', (_, more, message) => {
    expect(() => dpSgd(more)).toThrow(message);
  });

  test('no props', () => {
    expect(() => DifferentialPrivacy.dpSgd(undefined as never)).toThrow(/^DP-SGD is set up with undefined: give an object with records/);
    expect(() => DifferentialPrivacy.federated('x' as never)).toThrow(/^a federated training is set up with 'x'/);
  });
});
