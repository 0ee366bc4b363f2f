import { setTimeout as sleep } from 'node:timers/promises';

/** Waits at random, twice as long at most each time, so that those who collided do not again; not before the first attempt. */
export async function pause(attempt: number): Promise<void> {
  if (attempt > 0) await sleep(Math.random() * Math.min(2_000, 10 * 2 ** attempt));
}

/** Does the same for each item, so many at a time. */
export async function inParallel<T>(items: Iterable<T>, atATime: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atATime }, worker));
}
