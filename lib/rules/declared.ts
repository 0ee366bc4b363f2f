import type { RawRecord } from '../policy/record';
import { isObject } from './resolved';

/** What constructs say of themselves: protections that are weaker, what they chose, privacy budgets, what they expect to cost. */
export type Declared = Pick<RawRecord, 'weakenings' | 'choices' | 'privacy' | 'costs'>;

/** An entry of a construct's metadata, as a tree or a manifest keeps it. */
export interface Note {
  /** Path of the construct. */
  readonly path: string;
  readonly type: unknown;
  readonly data: unknown;
  /** The first line of the app that made the construct, or any of what is below it. */
  readonly source?: () => string | undefined;
}

/** A node of a construct tree; structural, so that this imports no `constructs`. */
export interface Declaring {
  readonly node: {
    readonly path: string;
    readonly metadata: readonly { readonly type: string; readonly data: unknown }[];
    findAll(): Declaring[];
  };
}

/**
 * What constructs say of themselves.
 *
 * @param sourceOf where a construct was written, if that is known
 */
export function declaredBy<T extends Declaring>(constructs: readonly T[], sourceOf: (construct: T) => string | undefined): Declared {
  return declaredIn(notesOf(constructs, sourceOf));
}

function* notesOf<T extends Declaring>(constructs: readonly T[], sourceOf: (construct: T) => string | undefined): Generator<Note> {
  for (const { node } of constructs) {
    for (const { type, data } of node.metadata) {
      if (!type.startsWith(OWN_NOTES)) continue;
      yield { path: node.path, type, data, source: () => (node.findAll() as T[]).map(sourceOf).find((found) => found !== undefined) };
    }
  }
}

const OWN_NOTES = 'regulated-ml:';

/** What notes say, in the order of paths; what is none of ours, or not whole, says nothing. */
export function declaredIn(notes: Iterable<Note>): Declared {
  const weakenings: RawRecord['weakenings'] = [];
  const choices: RawRecord['choices'] = [];
  const privacy: RawRecord['privacy'] = [];
  const costs: RawRecord['costs'] = [];
  for (const { path, type, data, source } of notes) {
    if (!isObject(data)) continue;
    if (type === 'regulated-ml:weakening') {
      const line = source?.();
      weakenings.push({ path, control: String(data.control), reason: String(data.reason), substitute: String(data.substitute), ...(line ? { source: line } : {}) });
    } else if (type === 'regulated-ml:choice') {
      if (isChoice(data)) choices.push({ path, dimension: data.dimension, choice: data.choice, gives: data.gives, costs: data.costs });
    } else if (type === 'regulated-ml:privacy') {
      if (isStatement(data.statement)) privacy.push(statementOf(String(data.dataSet), data.statement));
    } else if (type === 'regulated-ml:estimated-monthly-cost') {
      const basis = `${String(data.gigabytes)} GB looked at ${String(data.samplingPercentage)} %, ${data.priceOf === 'given' ? 'price given' : `list price of ${String(data.priceOf)} as of ${String(data.asOf)}`}`;
      if (Number.isFinite(data.usDollars)) costs.push({ path, usDollars: Number(data.usDollars), basis });
    }
  }
  const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
  return { weakenings: weakenings.sort(byPath), choices: choices.sort(byPath), privacy: privacy.sort((a, b) => (a.dataSet < b.dataSet ? -1 : 1)), costs: costs.sort(byPath) };
}

type Choice = RawRecord['choices'][number];
type PrivacyRecord = RawRecord['privacy'][number];
interface Bound { readonly epsilon?: number }
interface Statement extends Omit<PrivacyRecord, 'dataSet' | 'expenses' | 'spent'> {
  readonly spent: PrivacyRecord['spent'];
  readonly expenses: readonly { readonly by: string; readonly runs: number; readonly oneRun: Bound; readonly mechanism?: string }[];
}

const DIMENSIONS: readonly unknown[] = ['privacy', 'scalability', 'compliance'];

// a manifest was written by somebody else
function isChoice(data: unknown): data is Choice {
  return isObject(data) && DIMENSIONS.includes(data.dimension) && ['choice', 'gives', 'costs'].every((word) => typeof data[word] === 'string');
}

function isStatement(data: unknown): data is Statement {
  return isObject(data) && ['unit', 'period', 'method'].every((word) => typeof data[word] === 'string') && typeof data.records === 'number' && typeof data.withinBudget === 'boolean'
    && isBound(data.budget) && isBound(data.spent) && Array.isArray(data.assumptions) && data.assumptions.every((text) => typeof text === 'string')
    && Array.isArray(data.expenses) && data.expenses.every((expense) => isObject(expense) && typeof expense.by === 'string' && typeof expense.runs === 'number' && isBound(expense.oneRun));
}

function isBound(data: unknown): boolean {
  return isObject(data) && (data.epsilon === undefined || typeof data.epsilon === 'number') && (data.delta === undefined || typeof data.delta === 'number');
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
