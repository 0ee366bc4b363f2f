import { roundedUp } from '../../policy/privacy/checks';
import { reachOf, shortageOf } from './balance';
import { type Change, type Ledger, type Run, type Settlement, whenOthersWrite } from './ledger';
import { accountOf } from './reserve';
import { exceeds, type Verdict } from './verdict';

/** The run of a reservation. */
export async function runOf(table: Ledger, reservation: string): Promise<Run> {
  const run = await table.run(reservation);
  if (!run) throw new Error(`the ledger holds no reservation '${reservation}': give the one that the reserve step answered`);
  return run;
}

/**
 * Charges a run with what it has spent, in all of its data sets at once. What was settled stays as it is, save that a run which goes on after an
 * operator settled it is settled anew.
 */
export async function settle(table: Ledger, reservation: string, by: Settlement['by'], { charges, text }: Verdict): Promise<Run> {
  return whenOthersWrite(async () => {
    const before = await runOf(table, reservation);
    if (before.settlement?.by === 'run' || (before.settlement && by === 'operator')) return before;
    const changes: Change[] = [];
    const over: string[] = [];
    for (const dataSet of before.dataSets) {
      const account = await accountOf(table, dataSet);
      const entries = await table.entries(dataSet, ...reachOf(account.budget, before.at));
      const others = entries.filter((entry) => entry.reservation !== reservation);
      const shortage = exceeds(charges, before.charges) ? shortageOf(account, others, charges, before.at) : undefined;
      if (shortage) over.push(`'${account.budget.name}' (${dataSet}) in ${shortage.period.name}: ε = ${roundedUp(shortage.epsilon)} of ${account.budget.epsilon}`);
      changes.push({ account, entry: { reservation, at: before.at, state: 'spent', charges } });
    }
    const refusal = over.length === 0 ? undefined
      : `step ${before.step} spent more than it reserved (${text}), which is beyond the privacy budget of ${over.join(' and of ')}; it is charged, and the model must not be given out: delete it, and see why the job did not keep to what it was told`;
    const run: Run = { ...before, charges, settlement: { by, verdict: text, ...(refusal ? { refusal } : {}) } };
    await table.write(run, before, changes);
    return run;
  });
}
