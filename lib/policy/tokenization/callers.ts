/** So many items a minute one caller gets through: a batch of 500 in 1.5 s, of which a function of Lambda takes about 0.7 s where all are random and new. */
const ITEMS_OF_A_CALLER = 20_000;

/** How many callers of a job ask a vault at a time: as many as get through its budget, and half of what an instance works on at a time is left to others. */
export function callersFor(itemsPerMinute: number, concurrency: number): number {
  return Math.max(1, Math.min(Math.floor(concurrency / 2), Math.ceil(itemsPerMinute / ITEMS_OF_A_CALLER)));
}
