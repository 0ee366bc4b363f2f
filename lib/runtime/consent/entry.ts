/** What somebody said about a purpose; `none` is neither of both: asked and not answered, refused, run out. */
export type Say = 'given' | 'withdrawn' | 'none';

/** One thing that one person said about one purpose. Nothing changes an entry, and nothing deletes one. */
export interface Entry {
  /** Who, as the data to be filtered spells it. */
  readonly subject: string;
  readonly purpose: string;
  readonly say: Say;
  /** From when it holds: ISO 8601 in UTC with milliseconds, so that texts compare as times do. */
  readonly at: string;
  /** Until when a consent holds, if it ends by itself. */
  readonly until?: string;
  /** Of the receipt that says so. */
  readonly receipt: string;
  /** Such as `receipt`, `s3`, `onetrust-webhook`. */
  readonly source: string;
}

/** Where entries are: each is written once, and nothing changes it. */
export interface Entries {
  /**
   * Writes an entry.
   *
   * @returns whether it is new
   * @throws Refused when there is another under the same receipt
   */
  append(entry: Entry, recorded: string): Promise<boolean>;
  /** All entries, those of one subject and purpose together. */
  readAll(visit: (entries: readonly Entry[]) => void): Promise<void>;
}

/** Of two entries of the same time the higher one holds: a withdrawal is never outdone by what was said with it. */
export const RANK: Readonly<Record<Say, number>> = { given: 0, none: 1, withdrawn: 2 };

/** An entry as it lies in the table. */
export interface RecordedEntry extends Entry {
  /** When the registry took it in, which can be long after it holds, or long before. */
  readonly recorded: string;
}

/** An entry, as the table and its stream hold it. */
export function entryOf(item: Readonly<Record<string, { readonly S?: string }>>): RecordedEntry {
  const text = (name: string) => item[name]!.S!;
  return {
    subject: text('subject'), purpose: text('purpose'), say: text('say') as Entry['say'], at: text('at'), ...(item.until ? { until: item.until.S! } : {}),
    receipt: text('receipt'), source: text('source'), recorded: text('recorded'),
  };
}
