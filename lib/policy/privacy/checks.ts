import { shown } from '../given';
import { PrivacyUnit } from './privacy-unit';

/** What a number has to be. */
export interface Bounds {
  readonly whole?: boolean;
  readonly above?: number;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly below?: number;
}

/**
 * Passes for a number within bounds.
 *
 * @param what what the number is, such as `the noise multiplier of DP-SGD`
 * @param next what to give instead
 * @throws an error that shows the value
 */
export function checkAmount(what: string, value: unknown, bounds: Bounds, next: string): void {
  if (value === undefined || value === null) throw new Error(`${what} is not given: ${next}`);
  const { whole = false, above = -Infinity, atLeast = -Infinity, atMost = Infinity, below = Infinity } = bounds;
  const good = typeof value === 'number' && Number.isFinite(value) && (!whole || Number.isSafeInteger(value))
    && value > above && value >= atLeast && value <= atMost && value < below;
  if (!good) throw new Error(`${what} is ${amountOf(value)}: ${next}`);
}

/** Passes for a probability that can be a δ. */
export function checkDelta(delta: unknown): void {
  checkAmount('delta', delta, { above: 0, below: 1 }, 'give a probability above 0, far below 1 / records, such as 1e-6');
}

/** Passes for a δ that does not allow to give somebody's data away. */
export function checkDeltaBelow(owner: string, delta: number, name: string, units: number): void {
  if (delta < 1 / units) return;
  throw new Error(`the delta of ${owner} is ${probability(delta)}, not below 1 / ${units} ${name}: giving out one of them at random, in full, would keep it; give at most ${(0.1 / units).toExponential(0)}`);
}

const REACH = [PrivacyUnit.RECORD, PrivacyUnit.PERSON, PrivacyUnit.CLIENT];

/** Passes for a unit. */
export function checkUnit(owner: string, unit: unknown): void {
  if (REACH.includes(unit as PrivacyUnit)) return;
  throw new Error(`the unit of ${owner} is ${shown(unit)}: use one of ${REACH.map((one) => `PrivacyUnit.${one.toUpperCase()}`).join(', ')}`);
}

/** Whether what protects one unit protects the other as well: who hides a person hides each of their records. */
export function protects(unit: PrivacyUnit, other: PrivacyUnit): boolean {
  return REACH.indexOf(unit) >= REACH.indexOf(other);
}

/** A number as short as it can be told without telling too little: rounded up to four digits. */
export function roundedUp(value: number): string {
  if (!Number.isFinite(value) || value <= 0) return value === Infinity ? 'unbounded' : '0';
  const exponent = Math.floor(Math.log10(value)) - 3;
  const digits = Math.ceil(Number((value / 10 ** exponent).toPrecision(12)));
  return String(Number(`${digits}e${exponent}`));
}

/** A probability as people write it: `1e-6`, not `0.000001`. */
export function probability(value: number): string {
  return value < 0.001 ? value.toExponential() : String(value);
}

function amountOf(value: unknown): string {
  // what CDK and CDKTF put in the place of a number that they do not know yet
  if (typeof value === 'number' && value < -1e280) return 'a number that only the deployment knows, while the loss is added up at synth';
  return shown(value);
}
