/** A value of a subject, by where it lies. */
export interface ValuePlace {
  /** Hash of the subject. */
  readonly subject: string;
  /** Row of the value within the subject. */
  readonly record: string;
}

/** Where the key of a subject in a field lies. */
export interface KeyPlace {
  /** Hash of the subject. */
  readonly subject: string;
  readonly field: string;
}

/** The key of a subject in a field, as it was wrapped. */
export interface SubjectKeyRow extends KeyPlace {
  readonly keyId: string;
  readonly wrapped: Uint8Array;
  /** Which key of the field wrapped it. */
  readonly version: number;
}

/** What stands behind a token. */
export interface TokenRow extends KeyPlace {
  readonly token: string;
  readonly sealed: Uint8Array;
}

/** What was found of what was asked for, and what a store under load did not get to. */
export interface Batch<Row, Asked> {
  readonly rows: readonly Row[];
  readonly missed: readonly Asked[];
}

/** What became of a subject. */
export interface Erased {
  readonly keys: number;
  readonly tokens: number;
}

/** Where data keys lie, wrapped. */
export interface KeyStore {
  /** A data key, as it was wrapped. */
  read(id: string): Promise<Uint8Array | undefined>;
  /** Adds one, unless there is one already: the first of those who add at a time wins. */
  add(id: string, wrapped: Uint8Array): Promise<void>;
}

/** What a function that tokenizes has of the store: subjects with their keys and values. All reads are of what is there now. */
export interface ValueStore {
  /** The tokens of values that have one. */
  tokensOf(places: readonly ValuePlace[]): Promise<Batch<ValuePlace & { readonly token: string }, ValuePlace>>;
  /** The token of a value, if it has one. */
  tokenOf(place: ValuePlace): Promise<string | undefined>;
  subjectKey(place: KeyPlace): Promise<SubjectKeyRow | undefined>;
  /** @returns false when there is one already */
  addSubjectKey(row: SubjectKeyRow): Promise<boolean>;
  /**
   * Adds a value and its token, so that nobody is given the token before both are there. The key of the subject has to be there still: who was erased
   * meanwhile gets nothing written that could not be read.
   *
   * @returns false when the key is gone, or somebody else wrote at the same time
   */
  addToken(row: TokenRow, record: string, keyId: string): Promise<boolean>;
}

/** What a function that detokenizes has of the store: tokens, and the keys that what they stand for opens with, as they are now. */
export interface TokenStore {
  tokens(tokens: readonly string[]): Promise<Batch<TokenRow, string>>;
  subjectKeys(places: readonly KeyPlace[]): Promise<Batch<SubjectKeyRow, KeyPlace>>;
}

/** What a function that erases has of the store. */
export interface Erasure {
  /**
   * Erases a subject. The keys go first: from then on nothing of the subject can be read, whatever happens to the rest. The rows of its values and tokens
   * follow, so that nobody can find out any more that there were such values.
   */
  erase(subject: string): Promise<Erased>;
}

/** What callers have spent. */
export interface Budgets {
  /**
   * Takes items from an account, or none of them.
   *
   * @param expires when the account may be forgotten, in seconds since 1970
   * @returns false when fewer are left
   */
  take(account: string, items: number, limit: number, expires: number): Promise<boolean>;
}
