import { fingerprint } from './ciphers';

/** Who calls, as the cloud says it; what else it says of the caller is put on record with it. */
export interface Caller {
  /** What a budget belongs to. */
  readonly principal: string;
}

/** One request, on record. It has hashes of tokens, and never a value. */
export interface AuditRecord {
  readonly action: 'tokenize' | 'detokenize' | 'shred' | 'trace';
  readonly outcome: 'answered' | 'refused';
  /** Of the platform, whose own log of the call has it too. */
  readonly requestId: string;
  readonly caller?: Caller;
  readonly purpose?: string;
  /** Why it was refused. */
  readonly refusal?: string;
  /** Items by field and by what became of them. */
  readonly items?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly tokens?: readonly string[];
  readonly subjects?: readonly string[];
}

/** Where records are written, each before its request is answered: what cannot be put on record is not done. */
export interface AuditLog {
  write(record: AuditRecord): Promise<void>;
}

/** The hash by which the audit log names a token: keyed, since tokens that keep a format can be tried out. */
export function tokenHash(key: Uint8Array, field: string, token: string): string {
  return fingerprint(key, 'token', field, token);
}

/** Counts items by field and by what became of them. */
export function tally(items: readonly { readonly field: string; readonly outcome: string }[]): Record<string, Record<string, number>> {
  const counts: Record<string, Record<string, number>> = {};
  for (const { field, outcome } of items) {
    counts[field] ??= {};
    counts[field][outcome] = (counts[field][outcome] ?? 0) + 1;
  }
  return counts;
}
