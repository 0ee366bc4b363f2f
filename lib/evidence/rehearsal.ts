import { isRecord } from '../policy/given';
import type { Evidence } from './record';

/** What a file of a run says it is. */
export const RUN_SCHEMA = 'regulated-ml-run/1';

/** A step of a run. */
export interface RehearsedStep {
  readonly name: string;
  readonly type: string;
  readonly status: string;
  readonly seconds?: number;
  readonly message?: string;
  readonly notes?: readonly string[];
  readonly metrics?: readonly { readonly name: string; readonly value: number }[];
}

/** A version that a run has written into the registry of its folder. */
export interface RehearsedModel {
  readonly step: string;
  readonly group: string;
  readonly version: number;
  readonly approval: string;
  /** SHA-256 of the artifact. */
  readonly sha256: string;
  readonly metadata: { readonly [name: string]: string };
}

/** What the trainings of a step have spent of privacy. */
export interface RehearsedPrivacy {
  readonly step: string;
  readonly unit: string;
  readonly delta: number;
  readonly trainings: number;
  /** The ε that is planned for the step. */
  readonly planned: number;
  /** The ε that it came to; undefined where that cannot be reckoned. */
  readonly spent?: number;
  /** What that rests on. */
  readonly verdict: string;
  /** Whether a ledger on the same machine has it. */
  readonly inLedger: boolean;
}

/** Whose rows a consent filter kept: counts, and nobody's name. */
export interface RehearsedConsent {
  readonly step: string;
  readonly purpose: string;
  /** Id of the snapshot: SHA-256 of what it says. */
  readonly snapshot: string;
  readonly takenAt: string;
  readonly read: number;
  readonly kept: number;
  /** Rows that were dropped, by why. */
  readonly dropped: readonly { readonly reason: string; readonly rows: number }[];
}

/** A run of a pipeline on one machine, without the cloud: `run.json` of `regulated-ml run`. */
export interface Rehearsal {
  readonly schema: typeof RUN_SCHEMA;
  readonly id: string;
  readonly pipeline: string;
  readonly template: string;
  /** SHA-256 of the template that the definition was read from. */
  readonly digest: string;
  readonly started: string;
  readonly ended: string;
  readonly outcome: string;
  readonly parameters: { readonly [name: string]: string };
  readonly steps: readonly RehearsedStep[];
  readonly branches: { readonly [condition: string]: string };
  readonly models: readonly RehearsedModel[];
  readonly privacy: readonly RehearsedPrivacy[];
  /** Absent where a run of an earlier version wrote it. */
  readonly consents?: readonly RehearsedConsent[];
  /** What such a run cannot show. */
  readonly limits: readonly string[];
}

/** A run in the evidence: the word of whoever ran it. */
export interface PlacedRehearsal extends Rehearsal {
  /** Whether what was run is the definition that was judged. */
  readonly isOfThis: boolean;
}

/** Puts runs into evidence, held against the templates that were judged. */
export function withRehearsals(evidence: Evidence, runs: readonly Rehearsal[]): Evidence {
  if (runs.length === 0) return evidence;
  const isOfThis = ({ template, digest }: Rehearsal) => evidence.stacks.some((stack) => stack.template === template && stack.digest === digest);
  return { ...evidence, rehearsals: runs.map((run) => ({ ...run, isOfThis: isOfThis(run) })) };
}

function isConsent(one: unknown): boolean {
  const { dropped, read, kept, ...texts } = (isRecord(one) ? one : {}) as Record<string, unknown>;
  return ['step', 'purpose', 'snapshot', 'takenAt'].every((name) => typeof texts[name] === 'string') && typeof read === 'number' && typeof kept === 'number'
    && Array.isArray(dropped) && (dropped as Record<string, unknown>[]).every((why) => isRecord(why) && typeof why.reason === 'string' && typeof why.rows === 'number');
}

/** The texts that each entry has. */
const TEXTS: Readonly<Record<string, readonly string[]>> = { steps: ['name', 'type', 'status'], models: ['step', 'group', 'approval', 'sha256'], privacy: ['step', 'unit', 'verdict'] };

/**
 * Reads what a run has left.
 *
 * @throws an error for anything else
 */
export function parseRehearsal(text: string, name: string): Rehearsal {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new Error(`'${name}' is no JSON: name a run.json of 'regulated-ml run'`, { cause: error });
  }
  const given = (isRecord(data) ? data : {}) as Record<string, unknown>;
  const says = (one: unknown, words: readonly string[]) => isRecord(one) && words.every((word) => typeof (one as Record<string, unknown>)[word] === 'string');
  const isWhole = given.schema === RUN_SCHEMA && says(given, ['id', 'pipeline', 'template', 'digest', 'started', 'ended', 'outcome'])
    && Object.entries(TEXTS).every(([list, words]) => Array.isArray(given[list]) && (given[list] as unknown[]).every((one) => says(one, words)))
    && Array.isArray(given.limits) && given.limits.every((limit) => typeof limit === 'string') && [given.parameters, given.branches].every(isRecord)
    && (given.privacy as Record<string, unknown>[]).every(({ planned, delta, spent }) => typeof planned === 'number' && typeof delta === 'number' && (spent === undefined || typeof spent === 'number'))
    && (given.consents === undefined || (Array.isArray(given.consents) && given.consents.every(isConsent)))
    && (given.models as Record<string, unknown>[]).every(({ version, metadata }) => typeof version === 'number' && isRecord(metadata));
  if (!isWhole) throw new Error(`'${name}' is no run of this version, or it was edited: name a run.json of 'regulated-ml run'`);
  return data as Rehearsal;
}
