import { guarded, RightsError } from '../rights/fault';
import { closeSettled, decide, settle, statesOf } from '../rights/records';

/** On what ground a store that was left open is settled. */
export const GROUNDS = ['done-by-hand', 'kept-by-law', 'not-of-this-person'] as const;
/** What can be decided about models that may have learned from a person. */
export const DECISIONS = ['keep', 'retrain', 'withdraw'] as const;

/** What somebody has seen to, with its ground, or has decided. */
export interface Settlement {
  readonly action: 'settle' | 'decide';
  readonly requestId: string;
  readonly store: string;
  readonly ground?: (typeof GROUNDS)[number];
  readonly decision?: (typeof DECISIONS)[number];
}

/** What is left of the request. */
export interface Settled {
  readonly open: readonly string[];
}

/**
 * Takes what a person has done or decided, where the workflow could not: a store that was left open, or models. The request is answered when no
 * store is open any more. Who it was is in the trail of the account, as the caller of this function.
 */
export const handler = guarded(async (event: Settlement): Promise<Settled> => {
  const { action, requestId, store, ground, decision } = (event ?? {}) as Partial<Settlement>;
  if (typeof requestId !== 'string' || requestId === '' || typeof store !== 'string' || store === '') throw new RightsError('MalformedRequest', 'requestId or store is missing');
  const states = await statesOf(requestId);
  if (!states.has(store)) throw new RightsError('MalformedRequest', 'the request knows no such store: give both as the record has them');
  if (action === 'decide') {
    if (!decision || !DECISIONS.includes(decision)) throw new RightsError('MalformedRequest', `decision is none of ${DECISIONS.join(', ')}`);
    if (!await decide(requestId, store, decision)) throw new RightsError('RequestConflict', 'nothing is open to be decided there: it was decided before, or never asked');
  } else if (action === 'settle') {
    if (!ground || !GROUNDS.includes(ground)) throw new RightsError('MalformedRequest', `ground is none of ${GROUNDS.join(', ')}`);
    if (states.get(store) !== 'open') throw new RightsError('RequestConflict', 'the store is not open');
    await settle(requestId, store, ground);
    states.set(store, 'done');
  } else {
    throw new RightsError('MalformedRequest', 'action is neither settle nor decide');
  }
  const open = [...states].filter(([, state]) => state === 'open').map(([name]) => name).sort();
  if (open.length === 0) await closeSettled(requestId);
  return { open };
});
