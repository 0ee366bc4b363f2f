import { randomBytes } from 'node:crypto';
import { nameOf } from '../own-words';
import { inParallel, pause } from './attempts';
import { ItemError } from './fault';
import type { KeyRing } from './key-ring';
import type { SubjectKeyRow, ValueStore } from './store';
import { sealValue, SubjectPlace, subjectHash, unwrapKey, valueRecord, wrapKey } from './subjects';

/** 160 bits: nobody guesses one, and no two are the same. */
const TOKEN_BYTES = 20;
const ATTEMPTS = 10;
const AT_A_TIME = 16;

/** A value that is to have a random token. */
export interface Wish {
  readonly field: string;
  /** Version of the key that wraps a key of a subject which is made now. */
  readonly version: number;
  readonly value: string;
  /** Whose value it is. */
  readonly subject: string;
}

interface Place extends SubjectPlace {
  /** Row of the value. */
  readonly record: string;
  readonly wish: Wish;
}

interface SubjectKey {
  readonly id: string;
  readonly key: Uint8Array;
}

/** Gives out random tokens: one for each value of a subject in a field, however many ask for it at a time. */
export class RandomTokens {
  constructor(private readonly store: ValueStore, private readonly keys: KeyRing, private readonly tenant: string) {}

  /** For each wish its token, or why there is none. */
  public async of(wishes: readonly Wish[]): Promise<(string | ItemError)[]> {
    if (wishes.length === 0) return [];
    const index = await this.keys.key('index');
    const places = wishes.map((wish): Place => ({
      tenant: this.tenant, field: wish.field, subject: subjectHash(index, this.tenant, wish.subject),
      record: valueRecord(index, this.tenant, wish.field, wish.subject, wish.value), wish,
    }));
    const unique = new Map(places.map((place) => [idOf(place), place]));
    const answers = new Map<string, string | ItemError>();
    const { rows } = await this.store.tokensOf([...unique.values()]);
    for (const { token, ...place } of rows) answers.set(idOf(place), token);
    const open = [...unique].filter(([id]) => !answers.has(id));
    await inParallel(open, AT_A_TIME, async ([id, place]) => void answers.set(id, await this.issue(place).catch(unavailable)));
    return places.map((place) => answers.get(idOf(place))!);
  }

  private async issue(place: Place): Promise<string> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await pause(attempt);
      // after a collision the other one has most likely won
      const known = attempt > 0 ? await this.store.tokenOf(place) : undefined;
      if (known) return known;
      const subjectKey = await this.subjectKey(place);
      const token = `r.${randomBytes(TOKEN_BYTES).toString('base64url')}`;
      const { subject, field, record, wish } = place;
      const sealed = sealValue(subjectKey.key, place, token, wish.value);
      if (await this.store.addToken({ subject, field, token, sealed }, record, subjectKey.id)) return token;
    }
    throw new ItemError('unavailable', 'too many write the same at this moment: try again');
  }

  /** The key of a subject in a field; made when there is none. It is never held on to: once its row is gone, nobody has it. */
  private async subjectKey(place: Place): Promise<SubjectKey> {
    const found = await this.readKey(place);
    if (found) return found;
    const { field, subject, wish: { version } } = place;
    const id = randomBytes(16).toString('base64url');
    const key = randomBytes(32);
    const wrapped = wrapKey(await this.keys.key('wrap', field, version), place, id, key);
    if (await this.store.addSubjectKey({ subject, field, keyId: id, wrapped, version })) return { id, key };
    const winner = await this.readKey(place);
    if (!winner) throw new ItemError('unavailable', 'the subject was erased at this moment: try again, if its data may still be processed');
    return winner;
  }

  private async readKey(place: Place): Promise<SubjectKey | undefined> {
    const row = await this.store.subjectKey(place);
    return row && { id: row.keyId, key: await this.unwrap(place, row) };
  }

  private async unwrap(place: Place, { keyId, wrapped, version }: SubjectKeyRow): Promise<Buffer> {
    return unwrapKey(await this.keys.key('wrap', place.field, version), place, keyId, wrapped);
  }
}

function idOf({ subject, record }: { readonly subject: string; readonly record: string }): string {
  return `${subject} ${record}`;
}

function unavailable(error: unknown): ItemError {
  return error instanceof ItemError ? error : new ItemError('unavailable', `the store did not take the value (${nameOf(error)}): try again`);
}
