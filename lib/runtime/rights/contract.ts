/** What is done with what a store holds of a person. */
export type Action = 'erase' | 'collect';

/**
 * Why something is left, or could come back. A closed list, so that no record can hold a value.
 *
 * `archived`: objects that have to be fetched back from an archive before anybody can read them. `backup`, `replica`, `lineage`: copies that no eraser
 * reaches. `computed-tokens`: fields whose tokens have one key for all. `decision`: a person has to decide about models. `kept-as-proof`: what was said about
 * consent is the proof of it (GDPR Art. 7(1) and 17(3)(e)). `locked`: an Object Lock, a legal hold or a policy stood in the way. `no-identifier`: how the
 * store knows the person was not said. `other-purpose`: it is held for a purpose too that was not withdrawn. `purpose-unknown`: what it is held for is not
 * said. `recoverable`: it can be restored to a point in time, and where that ends is said. `sealed`: it holds values that only a role with a purpose can
 * read. `too-large`: it has to be copied, or written anew, by hand. `unidentified`: records that say nothing of whose they are. `unreadable`: objects that
 * are not in the form that was stated. `waits`: other stores have to be done first.
 */
export const CONFLICTS = [
  'archived', 'backup', 'computed-tokens', 'decision', 'kept-as-proof', 'lineage', 'locked', 'no-identifier', 'other-purpose', 'purpose-unknown', 'recoverable', 'replica', 'sealed', 'too-large',
  'unidentified', 'unreadable', 'waits',
] as const;
export type Conflict = (typeof CONFLICTS)[number];

/** What the workflow asks of the eraser of a store, yours as well as ours. Each question can be put again. */
export interface StoreRequest {
  readonly requestId: string;
  readonly action: Action;
  readonly store: string;
  /** How the store knows the person. */
  readonly subject: string;
  /** The keyed hash by which records name the person. */
  readonly person: string;
  /** The execution that asks. */
  readonly execution: string;
  /** Where copies go, when they are collected. */
  readonly export?: { readonly bucket: string; readonly prefix: string };
  /** What was answered as `cursor` before, when there was more to do. */
  readonly cursor?: unknown;
}

/** What an eraser answers. */
export interface StoreAnswer {
  /** `more` is asked again with the cursor, `open` is left to a person. */
  readonly state: 'done' | 'more' | 'open';
  /** What was deleted or copied, by words such as `versions`, since the first question. */
  readonly counts?: Readonly<Record<string, number>>;
  readonly conflicts?: readonly Conflict[];
  readonly cursor?: unknown;
  /** Seconds to wait before the next question. */
  readonly wait?: number;
}

/** Where a store stands in a request: `kept` where there is a ground to keep it. */
export type StoreState = 'done' | 'open' | 'kept';

/** A store with an eraser, as the state machine knows it. */
export interface StoreEntry {
  readonly store: string;
  readonly function: string;
  /** Which of the identifiers of a request names the person here; the subject itself where it is left out. */
  readonly identifier?: string;
  /** Set where it names people by the keyed hash of records, as the store of exports does; it is not asked for a copy. */
  readonly byPerson?: boolean;
  /** What it is held for; empty where that is not said. */
  readonly purposes: readonly string[];
  /** Set for what has nothing to be kept for a purpose, and is asked in any case. */
  readonly always?: boolean;
  /** Set for what has to wait until all others are done. */
  readonly last?: boolean;
  /** What is known to stand against it before it is asked. */
  readonly conflicts: readonly Conflict[];
}
