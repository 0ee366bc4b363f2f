import { DataFlow } from '../flow';
import { protects } from './checks';
import type { PrivacyBudget } from './privacy-budget';
import type { PrivacyExpense, PrivacyStatement } from './privacy-statement';

/** Key of the construct metadata that holds what is spent of a store's budget, and what that rests on. */
const PRIVACY = 'regulated-ml:privacy';

/** What is asked of a construct, whichever library it is of. */
export interface PlannedConstruct {
  readonly node: {
    readonly root: object;
    readonly path: string;
    addValidation(validation: { validate(): string[] }): void;
    addMetadata(type: string, data: unknown): void;
  };
}

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
  readonly step: PlannedConstruct;
  /** What a run of it costs. */
  readonly expense: Pick<PrivacyExpense, 'privacy' | 'trainings' | 'selection'>;
  readonly plannedRuns: (budget: PrivacyBudget) => PlannedRuns;
}

/** A store with a budget, and what holds the budget in the cloud. */
export interface PlannedAccount<Keeper extends BudgetKeeper = BudgetKeeper> {
  readonly store: PlannedConstruct;
  readonly budget: PrivacyBudget;
  keeper?: Keeper;
}

/** What holds the budgets of stores in the cloud: a ledger. */
export interface BudgetKeeper extends PlannedConstruct {
  /** @internal Has the budget of a store stated to it when the store is deployed. */
  _keep(account: PlannedAccount): void;
}

const PLANS = new WeakMap<object, unknown>();

/**
 * The privacy budgets of an app, and who spends from which: told by the data flow, across all of its pipelines. One per construct tree, whose constructs
 * are all of one cloud.
 */
export class PrivacyPlan<Keeper extends BudgetKeeper = BudgetKeeper> {
  /** The plan of the tree that a construct stands in. */
  public static of<Keeper extends BudgetKeeper = BudgetKeeper>(scope: PlannedConstruct): PrivacyPlan<Keeper> {
    const { root } = scope.node;
    const plan = PLANS.get(root) as PrivacyPlan<Keeper> | undefined ?? new PrivacyPlan<Keeper>();
    PLANS.set(root, plan);
    return plan;
  }

  private readonly accounts: PlannedAccount<Keeper>[] = [];
  private readonly workspaceOf = new Map<PlannedAccount<Keeper>, PlannedConstruct>();
  private readonly keepers = new Map<PlannedConstruct, Keeper>();
  private readonly spenders: Spender[] = [];

  private constructor() {}

  /** Opens the budget of a store: what goes beyond it fails synth, and the ledger of its workspace holds it. */
  public open(store: PlannedConstruct, budget: PrivacyBudget, workspace?: PlannedConstruct): void {
    const account: PlannedAccount<Keeper> = { store, budget };
    this.accounts.push(account);
    store.node.addValidation({ validate: () => this.problemsOf(account) });
    // Read when it is asked for: who spends is known when every pipeline is there.
    const data = Object.defineProperty({ dataSet: store.node.path }, 'statement', { enumerable: true, get: () => this.statementOf(account)._record() });
    store.node.addMetadata(PRIVACY, data);
    if (workspace) this.workspaceOf.set(account, workspace);
    const keeper = workspace && this.keepers.get(workspace);
    if (keeper) keep(keeper, account);
  }

  /**
   * Has a ledger hold the budgets of a workspace's stores, and of others.
   *
   * @throws an error where there is another, or where something has been set up without it
   */
  public appoint(keeper: Keeper, workspace: PlannedConstruct, others: PlannedConstruct[]): void {
    const other = this.keepers.get(workspace);
    if (other) throw new Error(`${keeper.node.path}: workspace '${workspace.node.path}' has the ledger '${other.node.path}' already: use that one`);
    this.keepers.set(workspace, keeper);
    for (const account of this.accounts) {
      if (this.workspaceOf.get(account) === workspace || others.includes(account.store)) keep(keeper, account);
    }
    const without = others.find((store) => !this.accounts.some((account) => account.store === store));
    if (without) throw new Error(`${keeper.node.path}: store '${without.node.path}' has no privacyBudget to hold: give it one, or leave it out of stores`);
  }

  /** The ledger of a workspace. */
  public keeperOf(workspace: PlannedConstruct): Keeper | undefined {
    return this.keepers.get(workspace);
  }

  /** Enters a step that learns from data. */
  public enter(spender: Spender): void {
    this.spenders.push(spender);
  }

  /** Whether a step reads, through any number of steps, what has a budget. */
  public isCounted(step: PlannedConstruct): boolean {
    return this.accountsBehind(step).length > 0;
  }

  /** The budgets that a step spends from. */
  public accountsBehind(step: PlannedConstruct): PlannedAccount<Keeper>[] {
    const behind = this.nodesBehind(step);
    return this.accounts.filter(({ store }) => behind.has(store.node.path));
  }

  /** What makes rows that a private step learns from depend on those of others, so that its ε is not what one loses. */
  public dependenceProblems(step: PlannedConstruct): string[] {
    const flow = DataFlow.of(step);
    const unit = this.spenders.find((spender) => spender.step === step)?.expense.privacy?.unit ?? 'record';
    return [...this.nodesBehind(step)].filter((id) => flow.node(id)?.deIdentification?.leavesGroupsOut).sort().map((id) => (
      `spends privacy, and '${id}' before it leaves rows of small groups out (maxSuppressedShare), so that one ${unit} decides whether those of others are learned from, and ε is not what one loses: leave maxSuppressedShare out, and generalise until the thresholds hold`));
  }

  /** The first step with privacy that is there. */
  public firstPrivateStep(isOne: (step: PlannedConstruct) => boolean): PlannedConstruct | undefined {
    return this.spenders.find(({ step, expense }) => expense.privacy && isOne(step))?.step;
  }

  private problemsOf(account: PlannedAccount<Keeper>): string[] {
    const uncounted = this.spendersOf(account).filter(({ expense }) => expense.privacy).flatMap(({ plannedRuns }) => plannedRuns(account.budget).problems);
    return [...new Set(uncounted), ...this.overstated(account), ...this.statementOf(account).problems.map((problem) => `${account.store.node.path}: ${problem}`)];
  }

  /** Trainings whose sample rate rests on more people than the budgets say that there are. Each is told of once. */
  private overstated(account: PlannedAccount<Keeper>): string[] {
    return this.spendersOf(account).flatMap(({ step, expense: { privacy } }) => {
      const behind = this.accountsBehind(step);
      const stated = Number(privacy?.settings.dp_records ?? privacy?.settings.dp_clients ?? 0);
      const known = behind.reduce((all, { budget }) => all + budget.records, 0);
      if (!privacy || behind[0] !== account || stated <= known || !behind.every(({ budget }) => protects(privacy.unit, budget.unit))) return [];
      const stores = behind.map(({ store, budget }) => `'${store.node.path}' has ${budget.records} ${budget.unit}s`).join(' and ');
      return [`${step.node.path}: its privacy rests on ${stated} ${privacy.unit}s, and by the budget of what it learns from there may be fewer (${stores}), of whom each is drawn more often than is reckoned with: lower records of its privacy, or raise those of the budget to how many there always are`];
    });
  }

  private statementOf(account: PlannedAccount<Keeper>): PrivacyStatement {
    return account.budget._statementOf(this.spendersOf(account).map(({ step, expense, plannedRuns }) => {
      const { runs, because } = plannedRuns(account.budget);
      return { by: step.node.path, ...expense, runs, runsBecause: because };
    }), account.keeper?.node.path);
  }

  private spendersOf({ store }: PlannedAccount<Keeper>): Spender[] {
    return this.spenders.filter(({ step }) => this.nodesBehind(step).has(store.node.path));
  }

  /** Everything that data of a step comes from. What a private training gives out costs nothing more, so its sources are not looked for. */
  private nodesBehind(step: PlannedConstruct): Set<string> {
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

function keep<Keeper extends BudgetKeeper>(keeper: Keeper, account: PlannedAccount<Keeper>): void {
  const { store, keeper: other } = account;
  if (other) throw new Error(`${keeper.node.path}: the budget of store '${store.node.path}' is held by the ledger '${other.node.path}' already, and in two it would be spent twice: leave it out of stores`);
  account.keeper = keeper;
  keeper._keep(account);
}
