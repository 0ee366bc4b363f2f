import { VaultError } from './fault';
import type { Budgets } from './store';

const WINDOW = 60;
/** Seconds after which the count of a window is removed. */
const FORGOTTEN_AFTER = 24 * 60 * 60;

export interface Expense {
  /** Such as `detokenize`. */
  readonly action: string;
  readonly principal: string;
  readonly items: number;
  /** Items a minute. */
  readonly limit: number;
}

/**
 * Takes items from what a caller may have in this minute. A request that is tried again after an answer got lost is counted again: the count is
 * never below what was answered. By the clock, so at the turn of a minute twice the limit can pass.
 *
 * @throws a refusal when it is used up
 */
export async function spend(budgets: Budgets, expense: Expense, now = Date.now()): Promise<void> {
  const { action, principal, items, limit } = expense;
  const start = Math.floor(now / 1000 / WINDOW) * WINDOW;
  if (items <= limit && await budgets.take(`${action}#${principal}#${start}`, items, limit, start + FORGOTTEN_AFTER)) return;
  throw new VaultError('BudgetExhausted', `the caller may ${action} ${limit} items a minute, and this request would go beyond it: send at most ${limit} at a time, and try again in ${start + WINDOW - Math.floor(now / 1000)} seconds`);
}
