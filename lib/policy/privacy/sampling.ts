/** How a training chooses the records of a step. What is known of it decides whether the sample hides who is in it. */
export enum Sampling {
  /** Each record by itself, with the same probability at each step. The only way that amplifies privacy here. */
  POISSON = 'poisson',
  /** The records in a random order, cut into batches, each record once an epoch. Counted as if all were seen: every epoch that the steps may begin, in full. */
  SHUFFLED = 'shuffled',
  /** A batch of one size at each step, chosen without looking at what records hold. Counted as if all were seen: every step in full. */
  FIXED_SIZE = 'fixed-size',
  /** Records with weights, as `WeightedRandomSampler` draws them. Refused: some records are drawn far more often than any rate says. */
  WEIGHTED = 'weighted',
}
