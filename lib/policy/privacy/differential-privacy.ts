import { isRecord, shown } from '../given';
import { checkAmount, checkDelta, checkDeltaBelow, checkUnit, roundedUp } from './checks';
import { fewestBatches, type NoisySteps, passesOf } from './privacy-charge';
import { PrivacyGuarantee, PrivacyLoss } from './privacy-loss';
import { PrivacyUnit } from './privacy-unit';
import { Sampling } from './sampling';

/** What every mechanism with Gaussian noise takes. */
export interface NoiseProps {
  /**
   * Standard deviation of the noise, as a multiple of the clipping norm; this or `targetEpsilon`.
   *
   * @default - the least that keeps `targetEpsilon`, rounded up to six decimals
   */
  readonly noiseMultiplier?: number;
  /**
   * The ε that one run is to keep; this or `noiseMultiplier`.
   *
   * @default - what `noiseMultiplier` makes of it
   */
  readonly targetEpsilon?: number;
  /** The norm that the contribution of one unit is clipped to. */
  readonly clippingNorm: number;
  /** The δ that the ε of one run is stated with; below 1 in as many as there are units. */
  readonly delta: number;
}

/** How a training with DP-SGD is set up. */
export interface DpSgdProps extends NoiseProps {
  /** How many units (records, or persons where persons are the unit) it trains on. Too many make the sample rate too small. */
  readonly records: number;
  /**
   * Records of a step, in the mean; this or `sampleRate`.
   *
   * @default - `sampleRate` of the records
   */
  readonly batchSize?: number;
  /**
   * Probability of each record at each step; this or `batchSize`.
   *
   * @default - `batchSize` over `records`
   */
  readonly sampleRate?: number;
  /**
   * How often each record is seen, in the mean; this or `steps`.
   *
   * @default - by `steps`
   */
  readonly epochs?: number;
  /**
   * Steps at most; this or `epochs`.
   *
   * @default - `epochs` over the sample rate, rounded up
   */
  readonly steps?: number;
  /**
   * How the records of a step are chosen.
   *
   * @default Sampling.POISSON
   */
  readonly sampling?: Sampling;
  /**
   * Whose gradients are clipped as one.
   *
   * @default PrivacyUnit.RECORD
   */
  readonly unit?: PrivacyUnit;
}

/** How a federated training with full participation is set up. */
export interface DpFederatedProps extends NoiseProps {
  /** How many clients there are; all take part in every round. */
  readonly clients: number;
  /** Rounds at most. */
  readonly rounds: number;
}

interface Mechanism {
  readonly name: 'dp-sgd' | 'dp-federated';
  readonly unit: PrivacyUnit;
  readonly units: number;
  readonly delta: number;
  readonly noiseMultiplier: number;
  readonly loss: PrivacyLoss;
  readonly noisySteps: Omit<NoisySteps, 'noiseMultiplier'>;
  readonly settings: Record<string, number | string>;
  readonly assumptions: string[];
  readonly description: string;
}

/**
 * How a training protects those whose data it learns from, with all that its ε depends on. The loss is reckoned here, at synth; the job is
 * given the same numbers as hyperparameters and has to keep to them.
 *
 * @see https://arxiv.org/abs/1607.00133 Abadi et al.: Deep Learning with Differential Privacy
 */
export class DifferentialPrivacy {
  /**
   * DP-SGD, as Opacus, TensorFlow Privacy and JAX Privacy do it: gradients are clipped, noise is added to their sum.
   *
   * @throws an error for numbers that give no guarantee, such as a δ of 1 in as many as there are records, and for weighted sampling
   */
  public static dpSgd(props: DpSgdProps): DifferentialPrivacy {
    const owner = 'DP-SGD';
    if (!isRecord(props)) throw new Error(`${owner} is set up with ${shown(props)}: give an object with records, batchSize, epochs, noiseMultiplier, clippingNorm and delta`);
    const { unit = PrivacyUnit.RECORD, sampling = Sampling.POISSON, records, delta, clippingNorm } = props;
    checkUnit(owner, unit);
    checkSampling(sampling);
    checkUnits(owner, 'records', records, delta);
    checkAmount(`the clippingNorm of ${owner}`, clippingNorm, { above: 0 }, 'give the norm that each gradient is clipped to, such as 1');
    const sampleRate = sampleRateOf(props);
    const { steps, epochs } = stepsOf(props, sampleRate);
    const drawing = sampling as Exclude<Sampling, Sampling.WEIGHTED>;
    const passes = passesOf({ drawing, sampleRate, steps });
    const lossAt = (noiseMultiplier: number) => PrivacyLoss.sampledGaussian({ sampleRate: sampling === Sampling.POISSON ? sampleRate : 1, noiseMultiplier, steps: passes });
    const noiseMultiplier = noiseOf(owner, props, lossAt);
    return new DifferentialPrivacy({
      name: 'dp-sgd', unit, units: records, delta, noiseMultiplier, loss: lossAt(noiseMultiplier),
      noisySteps: { drawing, sampleRate, steps, passes },
      settings: { clipping_norm: clippingNorm, sample_rate: sampleRate, batch_size: sampleRate * records, steps, epochs, sampling, records },
      description: `DP-SGD with σ = ${noiseMultiplier}, ${sampling === Sampling.POISSON ? `q = ${roundedUp(sampleRate)}` : `${sampling} batches, not amplified`}, ${passes} ${sampling === Sampling.SHUFFLED ? 'epochs' : 'steps'}`,
      assumptions: [
        `the gradient of each ${unit} is clipped to a norm of ${clippingNorm}, and at each of at most ${steps} steps Gaussian noise with a standard deviation of ${noiseMultiplier * clippingNorm} is added to the sum of the gradients`,
        SAMPLING_ASSUMPTIONS[sampling](unit, sampleRate),
        ...(unit === PrivacyUnit.PERSON ? ['all records of a person are drawn, and their gradient is clipped, as one'] : []),
      ],
    });
  }

  /**
   * Federated averaging in which all clients take part in every round: their updates are clipped, noise is added to the sum. Nothing is
   * amplified, since nobody is left out.
   */
  public static federated(props: DpFederatedProps): DifferentialPrivacy {
    const owner = 'a federated training';
    if (!isRecord(props)) throw new Error(`${owner} is set up with ${shown(props)}: give an object with clients, rounds, noiseMultiplier, clippingNorm and delta`);
    const { clients, rounds, delta, clippingNorm } = props;
    checkUnits(owner, 'clients', clients, delta);
    checkAmount(`the number of rounds of ${owner}`, rounds, { whole: true, atLeast: 1 }, 'give a whole number from 1');
    checkAmount(`the clippingNorm of ${owner}`, clippingNorm, { above: 0 }, 'give the norm that each update is clipped to, such as 1');
    const lossAt = (noiseMultiplier: number) => PrivacyLoss.gaussian(noiseMultiplier, rounds);
    const noiseMultiplier = noiseOf(owner, props, lossAt);
    return new DifferentialPrivacy({
      name: 'dp-federated', unit: PrivacyUnit.CLIENT, units: clients, delta, noiseMultiplier, loss: lossAt(noiseMultiplier),
      noisySteps: { drawing: 'all', sampleRate: 1, steps: rounds, passes: rounds },
      settings: { clipping_norm: clippingNorm, rounds, clients },
      description: `federated averaging with σ = ${noiseMultiplier}, all ${clients} clients in ${rounds} rounds`,
      assumptions: [
        `the update of each client is clipped to a norm of ${clippingNorm}, and in each of at most ${rounds} rounds Gaussian noise with a standard deviation of ${noiseMultiplier * clippingNorm} is added to their sum before anybody but those who sum it up sees it`,
      ],
    });
  }

  /** Whose presence in the data it hides. */
  public readonly unit: PrivacyUnit;
  /** Standard deviation of the noise, as a multiple of the clipping norm. */
  public readonly noiseMultiplier: number;
  /** What one run of it costs. */
  public readonly loss: PrivacyLoss;
  /** The (ε, δ) of one run. */
  public readonly guarantee: PrivacyGuarantee;
  /** What the job has to do, as hyperparameters by name. */
  public readonly settings: { [name: string]: string };
  /** What has to hold for the guarantee to hold. */
  public readonly assumptions: string[];
  /** @internal As plain numbers, for a ledger. */
  public readonly _noisySteps: NoisySteps;
  private readonly description: string;

  private constructor(mechanism: Mechanism) {
    this.unit = mechanism.unit;
    this.noiseMultiplier = mechanism.noiseMultiplier;
    this.loss = mechanism.loss;
    this.guarantee = mechanism.loss.guaranteeAt(mechanism.delta);
    this.description = mechanism.description;
    this._noisySteps = { ...mechanism.noisySteps, noiseMultiplier: mechanism.noiseMultiplier };
    this.settings = Object.freeze(Object.fromEntries(Object.entries({
      mechanism: mechanism.name, unit: mechanism.unit, noise_multiplier: mechanism.noiseMultiplier, ...mechanism.settings,
      delta: mechanism.delta, epsilon: this.guarantee.epsilon,
    }).map(([name, value]) => [`dp_${name}`, String(value)])));
    this.assumptions = Object.freeze([
      ...mechanism.assumptions,
      'the noise comes from a cryptographically secure generator, and the rounding of floating-point numbers betrays nothing of it',
      'a training that was interrupted goes on with the count of its steps, and of one that failed nothing is used',
    ]) as string[];
  }

  /** Such as `DP-SGD with σ = 1.1, q = 0.01, 1000 steps`. */
  public toString(): string {
    return this.description;
  }
}

const SAMPLING_ASSUMPTIONS: Readonly<Record<Sampling, (unit: PrivacyUnit, sampleRate: number) => string>> = {
  [Sampling.POISSON]: (unit, rate) => `each step draws each ${unit} by itself with a probability of ${rate}, whatever it drew before (Poisson sampling): not shuffled, not in batches of one size, not weighted, and once for all processes together`,
  [Sampling.SHUFFLED]: (unit, rate) => `each ${unit} is in at most one batch of an epoch, an epoch has ${fewestBatches(rate)} batches or more, and batches do not depend on what records hold; who is absent leaves an empty place, since batches of one size would move up`,
  [Sampling.FIXED_SIZE]: (unit) => `batches do not depend on what records hold; each ${unit} may be in every one of them, and who is absent leaves an empty place`,
  [Sampling.WEIGHTED]: () => '',
};

function checkSampling(sampling: Sampling): void {
  if (sampling === Sampling.WEIGHTED) {
    throw new Error('weighted sampling has no loss that can be stated: a record with a high weight is drawn far more often than batchSize over records says, and loses far more; weigh the loss function instead, or draw each record by itself and give the highest probability as sampleRate');
  }
  const known = Object.values(Sampling);
  if (!known.includes(sampling)) throw new Error(`the sampling of DP-SGD is ${shown(sampling)}: use one of ${known.map((one) => `'${one}'`).join(', ')}`);
}

function checkUnits(owner: string, name: string, units: number, delta: number): void {
  checkAmount(`the number of ${name} of ${owner}`, units, { whole: true, atLeast: 1 },
    `give how many ${name} there are, a whole number, no more than there will be: without it neither a sample rate nor a safe delta is known`);
  checkDelta(delta);
  checkDeltaBelow(owner, delta, name, units);
}

function sampleRateOf(props: DpSgdProps): number {
  const { batchSize, sampleRate, records } = props;
  if ((batchSize === undefined) === (sampleRate === undefined)) {
    throw new Error(`DP-SGD is given ${batchSize === undefined ? 'neither batchSize nor sampleRate' : 'both batchSize and sampleRate'}: give one, the other follows from ${records} records`);
  }
  if (batchSize !== undefined) {
    checkAmount('the batchSize of DP-SGD', batchSize, { above: 0, atMost: records }, `give how many of the ${records} records are in a step, in the mean`);
    return batchSize / records;
  }
  checkAmount('the sampleRate of DP-SGD', sampleRate, { above: 0, atMost: 1 }, 'give a probability above 0, at most 1');
  return sampleRate!;
}

function stepsOf(props: DpSgdProps, sampleRate: number): { steps: number; epochs: number } {
  const { steps, epochs } = props;
  if ((steps === undefined) === (epochs === undefined)) {
    throw new Error(`DP-SGD is given ${steps === undefined ? 'neither steps nor epochs' : 'both steps and epochs'}: give one, the other follows from the sample rate`);
  }
  if (steps !== undefined) {
    checkAmount('the number of steps of DP-SGD', steps, { whole: true, atLeast: 1 }, 'give a whole number from 1');
    return { steps, epochs: steps * sampleRate };
  }
  checkAmount('the number of epochs of DP-SGD', epochs, { above: 0 }, 'give a number above 0, such as 10');
  // 3 / 0.1 and its like end a hair above a whole number
  return { steps: Math.ceil(Number((epochs! / sampleRate).toPrecision(14))), epochs: epochs! };
}

function noiseOf(owner: string, props: NoiseProps, lossAt: (noiseMultiplier: number) => PrivacyLoss): number {
  const { noiseMultiplier, targetEpsilon, delta } = props;
  if ((noiseMultiplier === undefined) === (targetEpsilon === undefined)) {
    throw new Error(`${owner} is given ${noiseMultiplier === undefined ? 'neither noiseMultiplier nor targetEpsilon' : 'both noiseMultiplier and targetEpsilon'}: give one, the other follows`);
  }
  if (noiseMultiplier !== undefined) {
    checkAmount(`the noiseMultiplier of ${owner}`, noiseMultiplier, { above: 0 }, 'give a number above 0, such as 1.1; without noise there is no privacy');
    return noiseMultiplier;
  }
  return Math.ceil(lossAt(1).noiseFactorFor(targetEpsilon!, delta) * 1e6) / 1e6;
}
