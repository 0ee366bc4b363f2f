import { createHash } from 'node:crypto';
import type { Claim } from './claim';
import type { Entries } from './entry';
import { type Reason, Refused } from './fault';
import type { Outcome } from './outcome';

/** What a registry knows beside its entries. */
export interface IngestSettings {
  /** Purposes by all the names they go under. */
  readonly purposes: Readonly<Record<string, string>>;
  /** Keeps what is not taken, by the key of an object in the store. */
  keep(key: string, text: string): Promise<void>;
  /** Gives the name that a digest of what is refused goes under; the digest itself where nobody else sees names. */
  nameOf?(digest: string): Promise<string>;
}

/** What a receipt says of a purpose, with all the names it has for that. */
interface Named {
  readonly claim: Claim;
  readonly names: readonly string[];
}

/** How many entries are written at a time. */
const AT_A_TIME = 16;

/** Takes receipts in, one by one: what is wrong with one keeps no other out, and nothing is lost of what is not taken. */
export class Ingest {
  private taken = 0;
  private known = 0;
  private tests = 0;
  private readonly refused: Record<string, number> = {};

  constructor(
    private readonly entries: Entries, private readonly settings: IngestSettings, private readonly source: string, private readonly now: Date,
  ) {}

  /** Takes in what a reader finds in each of these, some at a time. */
  public async each<T>(items: Iterable<T>, read: (item: T) => readonly Named[]): Promise<void> {
    const waiting = [...items].reverse();
    const work = async () => {
      for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await this.one(item, read);
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
  }

  /** Counts a receipt of a test. */
  public skipTest(): void {
    this.tests++;
  }

  /** Keeps what is not taken, with the reason, where whoever may read it can mend it and drop it again. */
  public async refuse(reason: Reason, content: unknown): Promise<void> {
    const text = JSON.stringify(content) ?? 'null';
    // the same is kept once a day; trails have the keys of objects, and what came may be no more than the name of a person
    const digest = createHash('sha256').update(text).digest('hex');
    const name = await this.settings.nameOf?.(digest) ?? digest;
    await this.settings.keep(`refused/${this.now.toISOString().slice(0, 10)}/${name}.json`,
      `{"reason":${JSON.stringify(reason)},"source":${JSON.stringify(this.source)},"received":"${this.now.toISOString()}","content":${text}}\n`);
    this.refused[reason] = (this.refused[reason] ?? 0) + 1;
  }

  /** What became of all. */
  public get counts(): Outcome {
    const { taken, known, tests, refused } = this;
    return { taken, known, tests, refused: { ...refused } };
  }

  /** The same, which goes to the log as well, where an alarm looks for what was refused. */
  public outcome(): Outcome {
    const { counts } = this;
    console.log(JSON.stringify({ source: this.source, ...counts, refusals: Object.values(counts.refused).reduce((all, count) => all + count, 0) }));
    return counts;
  }

  private async one<T>(item: T, read: (item: T) => readonly Named[]): Promise<void> {
    try {
      const unknown: Reason[] = [];
      for (const { claim, names } of read(item)) {
        const purpose = names.map((name) => (Object.hasOwn(this.settings.purposes, name) ? this.settings.purposes[name] : undefined)).find((found) => found !== undefined);
        if (purpose === undefined) unknown.push('unknown-purpose');
        else if (await this.entries.append({ ...claim, purpose, source: this.source }, this.now.toISOString())) this.taken++;
        else this.known++;
      }
      if (unknown.length > 0) throw new Refused('unknown-purpose');
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      await this.refuse(error.reason, item);
    }
  }
}
