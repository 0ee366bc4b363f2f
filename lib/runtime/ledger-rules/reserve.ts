import { chargeOf } from '../../policy/privacy/privacy-charge';
import { mismatchOf, reachOf, refusalOf, shortageOf } from './balance';
import { type Account, type Change, type Ledger, type Run, whenOthersWrite } from './ledger';
import { askedOf, dataSetsOf, executionIdOf, reservationOf, type ReserveEvent, startOf } from './request';

/** The run with what it asks for, as it is written when there is room. */
function wanted(event: ReserveEvent, now: number): Run {
  executionIdOf(event);
  const asked = askedOf(event);
  return {
    reservation: reservationOf(event), execution: event.execution, step: event.step, at: startOf(event, now), dataSets: dataSetsOf(event), asked,
    charges: [chargeOf(asked.training, asked.trainings)],
  };
}

/**
 * Reserves what a step is going to spend, from all of its data sets or from none. Whoever asks again for the same step of the same run is
 * given what it was given.
 *
 * @throws an error for people, where a budget has no room
 */
export async function reserve(table: Ledger, event: ReserveEvent, now: number): Promise<Run> {
  return whenOthersWrite(async () => {
    const before = await table.run(reservationOf(event));
    // a replay may come at any time, also when the start is long past
    const run = wanted(event, before?.at ?? now);
    if (before) return same(before, run);
    const changes: Change[] = [];
    for (const dataSet of run.dataSets) {
      const account = await accountOf(table, dataSet);
      const mismatch = mismatchOf(account, run.asked);
      if (mismatch) throw new Error(mismatch);
      // after the account: what is written from here on is noticed by its version
      const entries = await table.entries(dataSet, ...reachOf(account.budget, run.at));
      const shortage = shortageOf(account, entries, run.charges, run.at);
      if (shortage) throw named('PrivacyBudgetExhausted', refusalOf(account, shortage, run.asked, run.step));
      changes.push({ account, entry: { reservation: run.reservation, at: run.at, state: 'reserved', charges: run.charges } });
    }
    await table.write(run, undefined, changes);
    return run;
  });
}

/** The account of a data set. */
export async function accountOf(table: Ledger, dataSet: string): Promise<Account> {
  const account = await table.account(dataSet);
  if (!account) throw new Error(`the ledger has no budget for '${dataSet}': give its store a privacyBudget in an app that has this ledger, and deploy it`);
  return account;
}

/** An error that its name tells from others. */
export function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

function same(before: Run, run: Run): Run {
  const terms = ({ asked, dataSets }: Run) => JSON.stringify([asked, dataSets]);
  if (terms(before) !== terms(run)) throw new Error(`step ${run.step} of this run has reserved something else before (${before.charges.map(({ steps }) => steps).join(', ')} steps): start a new run`);
  return before;
}
