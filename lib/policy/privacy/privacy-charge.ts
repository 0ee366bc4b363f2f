import { constant, epsilonOf, RenyiCurve, sampledGaussian, selected, sum, times, TrialDistribution } from './renyi';

/** How the steps of a training draw: as `Sampling` names it, or `all` where nobody is left out. */
export type Drawing = 'poisson' | 'shuffled' | 'fixed-size' | 'all';

/** The noisy steps of one training, with all that their loss depends on. */
export interface NoisySteps {
  readonly drawing: Drawing;
  /** As the job is told, also where it amplifies nothing. */
  readonly sampleRate: number;
  readonly noiseMultiplier: number;
  /** Steps of the job, or rounds of a federation. */
  readonly steps: number;
  /** What is counted: steps, or epochs that they may begin where each epoch is one step on all records. */
  readonly passes: number;
}

/**
 * What is charged, as whole numbers of a Gaussian mechanism: a ledger can hold and add them without rounding, and the Rényi divergences
 * follow from them at any time.
 */
export interface PrivacyCharge {
  /** The rate that amplifies; 1 where nothing does. */
  readonly sampleRate: number;
  readonly noiseMultiplier: number;
  /** In all; with a selection, those of one training. */
  readonly steps: number;
  /** Where only the best of a random number of trainings is given out. */
  readonly selection?: TrialDistribution;
  /** How often, with a selection; once without. */
  readonly times: number;
}

/** The steps as a charge, of so many trainings or of the best of a random number of them. */
export function chargeOf({ drawing, sampleRate, noiseMultiplier, passes }: NoisySteps, trainings: number | TrialDistribution): PrivacyCharge {
  const mechanism = { sampleRate: drawing === 'poisson' ? sampleRate : 1, noiseMultiplier, times: 1 };
  return typeof trainings === 'number' ? { ...mechanism, steps: passes * trainings } : { ...mechanism, steps: passes, selection: trainings };
}

/** The fewest batches of an epoch: those that are full, since a loader may drop the last. */
export function fewestBatches(sampleRate: number): number {
  // 1 / (1 / 93) and its like end a hair below a whole number
  return Math.max(1, Math.floor(Number((1 / sampleRate).toPrecision(14))));
}

/** What is counted of so many steps. */
export function passesOf({ drawing, sampleRate, steps }: Pick<NoisySteps, 'drawing' | 'sampleRate' | 'steps'>): number {
  return drawing === 'shuffled' ? Math.ceil(steps / fewestBatches(sampleRate)) : steps;
}

/** As many other steps of the same training: more than it was told, or fewer. */
export function withSteps(told: NoisySteps, steps: number): NoisySteps {
  return { ...told, steps, passes: passesOf({ ...told, steps }) };
}

/** The same charges, those of one mechanism in one, in an order of their own: whoever adds them up comes to the same number. */
export function merged(charges: readonly PrivacyCharge[]): PrivacyCharge[] {
  const known = new Map<string, PrivacyCharge>();
  for (const charge of charges) {
    const { sampleRate, noiseMultiplier, steps, selection } = charge;
    const key = JSON.stringify([sampleRate, noiseMultiplier, ...(selection ? [steps, selection.kind, selection.mean, ...('shape' in selection ? [selection.shape, selection.gamma] : [])] : [])]);
    const other = known.get(key);
    known.set(key, other === undefined ? charge : { ...charge, ...(selection ? { times: other.times + charge.times } : { steps: other.steps + steps }) });
  }
  return [...known].filter(([, { steps, times: often }]) => steps > 0 && often > 0).sort(([a], [b]) => (a < b ? -1 : 1)).map(([, charge]) => charge);
}

/** The Rényi divergences of all of them on the same data. */
export function curveOf(charges: readonly PrivacyCharge[]): RenyiCurve {
  return merged(charges).reduce((all, { sampleRate, noiseMultiplier, steps, selection, times: often }) => {
    const training = times(sampledGaussian(sampleRate, noiseMultiplier), steps);
    return sum(all, selection ? times(selected(training, selection), often) : training);
  }, constant(0));
}

/** The ε that all of them come to together. */
export function epsilonOfCharges(charges: readonly PrivacyCharge[], delta: number): number {
  return epsilonOf(curveOf(charges), delta).value;
}
