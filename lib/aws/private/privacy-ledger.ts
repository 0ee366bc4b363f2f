import type { IConstruct } from 'constructs';
import { DataFlow } from '../../policy/flow';
import type { PrivacyBudget, PrivacyExpense, PrivacyStatement } from '../../policy/privacy';

/** Key of the construct metadata that holds what is spent of a store's budget, and what that rests on. */
const PRIVACY = 'regulated-ml:privacy';

/** How often something is run in the period of a budget. */
export interface PlannedRuns {
  readonly runs: number;
  /** Such as the schedules that start them. */
  readonly because: string;
  /** Why they cannot be counted. */
  readonly problems: string[];
}

/** A step that learns from data. */
export interface Spender {
  readonly step: IConstruct;
  /** What a run of it costs. */
  readonly expense: Pick<PrivacyExpense, 'privacy' | 'trainings' | 'selection'>;
  readonly plannedRuns: (budget: PrivacyBudget) => PlannedRuns;
}

interface Account {
  readonly store: IConstruct;
  readonly budget: PrivacyBudget;
}

const LEDGERS = new WeakMap<IConstruct, PrivacyLedger>();

/** The privacy budgets of an app, and who spends from which: told by the data flow, across all of its pipelines. One per construct tree. */
export class PrivacyLedger {
  public static of(scope: IConstruct): PrivacyLedger {
    const { root } = scope.node;
    const ledger = LEDGERS.get(root) ?? new PrivacyLedger();
    LEDGERS.set(root, ledger);
    return ledger;
  }

  private readonly accounts: Account[] = [];
  private readonly spenders: Spender[] = [];

  private constructor() {}

  /** Opens the budget of a store: what goes beyond it fails synth. */
  public open(store: IConstruct, budget: PrivacyBudget): void {
    const account = { store, budget };
    this.accounts.push(account);
    store.node.addValidation({ validate: () => this.problemsOf(account) });
    // Read when it is asked for: who spends is known when every pipeline is there.
    const data = Object.defineProperty({ dataSet: store.node.path }, 'statement', { enumerable: true, get: () => this.statementOf(account)._record() });
    store.node.addMetadata(PRIVACY, data);
  }

  /** Enters a step that learns from data. */
  public enter(spender: Spender): void {
    this.spenders.push(spender);
  }

  /** Whether a step reads, through any number of steps, what has a budget. */
  public isCounted(step: IConstruct): boolean {
    const behind = this.nodesBehind(step);
    return this.accounts.some(({ store }) => behind.has(store.node.path));
  }

  private problemsOf(account: Account): string[] {
    const uncounted = this.spendersOf(account).filter(({ expense }) => expense.privacy).flatMap(({ plannedRuns }) => plannedRuns(account.budget).problems);
    return [...new Set(uncounted), ...this.statementOf(account).problems.map((problem) => `${account.store.node.path}: ${problem}`)];
  }

  private statementOf(account: Account): PrivacyStatement {
    return account.budget.statementOf(this.spendersOf(account).map(({ step, expense, plannedRuns }) => {
      const { runs, because } = plannedRuns(account.budget);
      return { by: step.node.path, ...expense, runs, runsBecause: because };
    }));
  }

  private spendersOf({ store }: Account): Spender[] {
    return this.spenders.filter(({ step }) => this.nodesBehind(step).has(store.node.path));
  }

  /** Everything that data of a step comes from. What a private training gives out costs nothing more, so its sources are not looked for. */
  private nodesBehind(step: IConstruct): Set<string> {
    const flow = DataFlow.of(step);
    const spent = new Set(this.spenders.filter(({ expense }) => expense.privacy).map((spender) => spender.step.node.path));
    const seen = new Set<string>();
    const waiting = [...flow.sourcesOf(step.node.path)];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      if (!spent.has(next)) waiting.push(...flow.sourcesOf(next));
    }
    return seen;
  }
}
