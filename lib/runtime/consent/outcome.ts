/** What became of what came in. It names nobody. */
export interface Outcome {
  /** Entries that are new. */
  readonly taken: number;
  /** Entries that were there before. */
  readonly known: number;
  /** Receipts of tests, which say nothing of a person. */
  readonly tests: number;
  /** How many were not taken, by why. */
  readonly refused: Readonly<Record<string, number>>;
}
