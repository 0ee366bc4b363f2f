import type { RawRecord } from '../policy/record';
import { isObject } from './resolve';

/** A node of a construct tree; structural, so that this imports no `constructs`. */
export interface Declaring {
  readonly node: {
    readonly path: string;
    readonly metadata: readonly { readonly type: string; readonly data: unknown }[];
    findAll(): Declaring[];
  };
}

/**
 * What constructs below a scope say of themselves: protections that are weaker, what they chose, what they expect to cost.
 *
 * @param sourceOf where a construct was written, if that is known
 */
export function declaredIn<T extends Declaring>(scope: T, sourceOf: (construct: T) => string | undefined): Pick<RawRecord, 'weakenings' | 'choices' | 'privacy' | 'costs'> {
  const weakenings: RawRecord['weakenings'] = [];
  const choices: RawRecord['choices'] = [];
  const privacy: RawRecord['privacy'] = [];
  const costs: RawRecord['costs'] = [];
  for (const node of scope.node.findAll() as T[]) {
    for (const { type, data } of node.node.metadata) {
      if (!isObject(data)) continue;
      if (type === 'regulated-ml:weakening') {
        const source = (node.node.findAll() as T[]).map(sourceOf).find((found) => found !== undefined);
        weakenings.push({
          path: node.node.path, control: String(data.control), reason: String(data.reason), substitute: String(data.substitute), ...(source ? { source } : {}),
        });
      } else if (type === 'regulated-ml:choice') {
        choices.push({ path: node.node.path, ...(data as Omit<RawRecord['choices'][number], 'path'>) });
      } else if (type === 'regulated-ml:privacy' && isObject(data.statement)) {
        privacy.push(statementOf(String(data.dataSet), data.statement as unknown as Statement));
      } else if (type === 'regulated-ml:estimated-monthly-cost') {
        const basis = `${String(data.gigabytes)} GB looked at ${String(data.samplingPercentage)} %, ${data.priceOf === 'given' ? 'price given' : `list price of ${String(data.priceOf)} as of ${String(data.asOf)}`}`;
        costs.push({ path: node.node.path, usDollars: Number(data.usDollars), basis });
      }
    }
  }
  const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
  return { weakenings: weakenings.sort(byPath), choices: choices.sort(byPath), privacy: privacy.sort((a, b) => (a.dataSet < b.dataSet ? -1 : 1)), costs: costs.sort(byPath) };
}

type PrivacyRecord = RawRecord['privacy'][number];
interface Bound { readonly epsilon?: number }
interface Statement extends Omit<PrivacyRecord, 'dataSet' | 'expenses' | 'spent'> {
  readonly spent: PrivacyRecord['spent'];
  readonly expenses: readonly { readonly by: string; readonly runs: number; readonly oneRun: Bound; readonly mechanism?: string }[];
}

function statementOf(dataSet: string, { unit, records, period, budget, spent, withinBudget, ledger, method, expenses, assumptions }: Statement): PrivacyRecord {
  const bounded = ({ epsilon }: Bound) => (epsilon === undefined ? {} : { epsilon });
  return {
    dataSet, unit, records, period, budget: { ...budget }, spent: { ...bounded(spent), delta: spent.delta }, withinBudget,
    ...(ledger === undefined ? {} : { ledger }), method, assumptions: [...assumptions],
    expenses: expenses.map(({ by, runs, oneRun, mechanism }) => ({
      by, runs, ...(oneRun.epsilon === undefined ? {} : { epsilonOfOneRun: oneRun.epsilon }), ...(mechanism ? { mechanism } : {}),
    })),
  };
}
