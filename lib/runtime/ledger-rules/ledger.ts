import { setTimeout as sleep } from 'node:timers/promises';
import type { NoisySteps, PrivacyCharge } from '../../policy/privacy/privacy-charge';
import type { PrivacyUnit } from '../../policy/privacy/privacy-unit';
import type { TrialDistribution } from '../../policy/privacy/renyi';

/** How much may be lost of a data set in a period. */
export interface Budget {
  /** What people call the data set, such as the path of its store. */
  readonly name: string;
  readonly epsilon: number;
  readonly delta: number;
  readonly unit: PrivacyUnit;
  readonly records: number;
  /** Calendar years in UTC; otherwise any so many days in a row. */
  readonly calendarYear: boolean;
  readonly periodInDays: number;
}

/** A data set with its budget. */
export interface Account {
  readonly dataSet: string;
  readonly budget: Budget;
  /** Which resource of which stack states the budget; empty when its stack has let go of it. */
  readonly owner: string;
  /** Goes up with each write to the data set, so that nobody writes who has not read it all. */
  readonly version: number;
}

/** What one run costs one data set. */
export interface Entry {
  readonly reservation: string;
  /** When the run began, in milliseconds: it decides the period. */
  readonly at: number;
  readonly state: 'reserved' | 'spent';
  readonly charges: PrivacyCharge[];
}

/** What a run asks for: so many trainings, or the best of a random number of them. */
export interface Asked {
  readonly training: NoisySteps;
  readonly trainings: number | TrialDistribution;
  readonly unit: PrivacyUnit;
  /** The δ that the ε of the run is stated with. */
  readonly delta: number;
}

/** One run of one step: what it reserved, and what became of it. */
export interface Run {
  readonly reservation: string;
  readonly execution: string;
  readonly step: string;
  readonly at: number;
  readonly dataSets: string[];
  readonly asked: Asked;
  readonly charges: PrivacyCharge[];
  readonly settlement?: Settlement;
}

/** How a reservation was settled. */
export interface Settlement {
  readonly by: 'run' | 'operator';
  /** What the charge rests on. */
  readonly verdict: string;
  /** Why the model must not be given out, where that is so. */
  readonly refusal?: string;
}

/** A change of what a data set is charged with. */
export interface Change {
  readonly account: Account;
  readonly entry: Entry;
}

/**
 * Where a ledger is kept. Whoever writes has read the data set at the version that the write asks for, so what was decided on is what holds: of
 * many at a time one comes through, and the others read again.
 */
export interface Ledger {
  account(dataSet: string): Promise<Account | undefined>;
  run(reservation: string): Promise<Run | undefined>;
  /** What began from one time to another, both included. */
  entries(dataSet: string, from: number, until: number): Promise<Entry[]>;
  /** Writes a run and what it costs each of its data sets: all of it or nothing. */
  write(run: Run, before: Run | undefined, changes: readonly Change[]): Promise<void>;
}

const CONTENTION = new Set(['None', 'ConditionalCheckFailed', 'TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);
const HALTED = new Set(['TransactionInProgressException', 'TransactionConflictException']);

/**
 * Reads, decides and writes, and does it again when others were faster.
 *
 * @param patience milliseconds, well below what a Lambda step waits for
 */
export async function whenOthersWrite<T>(attempt: () => Promise<T>, patience: number = 90_000): Promise<T> {
  const end = Date.now() + patience;
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isContention(error)) throw error;
      if (Date.now() > end) throw new Error(`the ledger was not free for ${patience / 1000} seconds, and nothing was written: resume the run`, { cause: error });
      // spread out further the more there are
      await sleep(Math.random() * 50 * 2 ** Math.min(tries, 6));
    }
  }
}

function isContention(error: unknown): boolean {
  const { name, CancellationReasons: reasons } = error as { name?: string; CancellationReasons?: { Code?: string }[] };
  if (name === 'TransactionCanceledException') return (reasons ?? []).every(({ Code = 'None' }) => CONTENTION.has(Code));
  return HALTED.has(name ?? '');
}
