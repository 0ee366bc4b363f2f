import { isRecord, shown } from '../given';
import { checkAmount, probability, protects, roundedUp } from './checks';
import type { DifferentialPrivacy } from './differential-privacy';
import type { PrivacyBudget } from './privacy-budget';
import { PrivacyGuarantee, PrivacyLoss } from './privacy-loss';
import type { PrivateSelection } from './private-selection';

/** Something that spends privacy of a data set: a training, a tuning, and every run of it again. */
export interface PrivacyExpense {
  /** Who spends, such as the path of a construct. */
  readonly by: string;
  /**
   * How one training protects those whose data it learns from.
   *
   * @default - not at all: its loss has no bound
   */
  readonly privacy?: DifferentialPrivacy;
  /**
   * Trainings in a run, of which everything may be given out.
   *
   * @default 1
   */
  readonly trainings?: number;
  /**
   * Instead of `trainings`, a random number of them of which only the best is given out.
   *
   * @default - not random
   */
  readonly selection?: PrivateSelection;
  /**
   * Runs in a period.
   *
   * @default 1
   */
  readonly runs?: number;
  /**
   * Why so many runs, such as the schedule that starts them.
   *
   * @default - not said
   */
  readonly runsBecause?: string;
}

interface Item {
  readonly expense: PrivacyExpense;
  readonly runs: number;
  readonly loss: PrivacyLoss;
  /** Of one run. */
  readonly guarantee: PrivacyGuarantee;
}

const METHOD = 'Rényi differential privacy at the integer orders 2 to 256 (Mironov, Talwar, Zhang 2019), converted by Canonne, Kamath, Steinke 2020, Proposition 12: an upper bound';
/** For how many periods in a row the loss of the same people is told as well. */
const PERIODS = 5;

/** The loss of a period as it can be published: not an ε alone, but with all that has to hold for it. */
export class PrivacyStatement {
  /** The (ε, δ) of the period. */
  public readonly guarantee: PrivacyGuarantee;
  /** What is wrong; empty when the expenses keep to the budget. */
  public readonly problems: string[];
  /** What has to hold for the guarantee to hold. Nothing in a template can make sure of it. */
  public readonly assumptions: string[];
  private readonly items: Item[];
  private readonly loss: PrivacyLoss;

  constructor(
    /** The budget that is spent from. */
    public readonly budget: PrivacyBudget,
    expenses: PrivacyExpense[],
    /**
     * The ledger that holds the budget in the cloud.
     *
     * @default - none
     */
    public readonly ledger?: string,
  ) {
    if (!Array.isArray(expenses)) throw new Error(`the expenses are ${shown(expenses)}: give a list, empty where nothing is trained`);
    this.items = expenses.map((expense) => itemOf(expense, budget.delta));
    this.loss = PrivacyLoss.none().plus(...this.items.map(({ loss, runs }) => loss.repeated(runs)));
    this.guarantee = this.loss.guaranteeAt(budget.delta);
    this.problems = Object.freeze(this.findProblems()) as string[];
    this.assumptions = Object.freeze(this.collectAssumptions()) as string[];
  }

  /** Whether the expenses keep to the budget. */
  public get isWithinBudget(): boolean {
    return this.problems.length === 0;
  }

  /** The expenses and what they come to, in a sentence. */
  public get sum(): string {
    if (this.items.length === 0) return 'nothing is trained on it';
    return `${this.items.map((item) => this.describe(item)).join(' + ')}, together ${epsilonText(this.guarantee)} at δ = ${probability(this.budget.delta)}`;
  }

  /** The ε of the same people when as many periods in a row are spent alike. */
  public epsilonOver(periods: number): number {
    return this.loss.repeated(periods).guaranteeAt(this.budget.delta).epsilon;
  }

  /** The statement as text, a line for each assumption. */
  public toString(): string {
    const { budget, guarantee } = this;
    const promise = this.loss.isBounded
      ? `For each ${budget.unit} of ${budget.records}, all that is trained on the data in ${budget.period} is (ε, δ)-differentially private with ε = ${roundedUp(guarantee.epsilon)} and δ = ${probability(budget.delta)}, of a budget of ε = ${budget.epsilon}`
      : `Of what each ${budget.unit} of ${budget.records} can lose in ${budget.period} there is no bound, of a budget of ε = ${budget.epsilon}`;
    return [`${promise}: ${this.sum}.`, `Reckoned with ${METHOD}.`, 'It holds if all of this holds:', ...this.assumptions.map((assumption) => `- ${assumption}`)].join('\n');
  }

  /** @internal As plain data, for evidence. */
  public _record(): Record<string, unknown> {
    const { budget, guarantee } = this;
    const bounded = ({ epsilon, order }: PrivacyGuarantee) => (epsilon < Infinity ? { epsilon, order } : { unbounded: true });
    return {
      unit: budget.unit, records: budget.records, period: budget.period, periodInDays: budget.periodInDays,
      budget: { epsilon: budget.epsilon, delta: budget.delta },
      spent: { ...bounded(guarantee), delta: budget.delta },
      withinBudget: this.isWithinBudget,
      ...(this.ledger === undefined ? {} : { ledger: this.ledger }),
      method: METHOD,
      expenses: this.items.map(({ expense, runs, guarantee: ofOne }) => ({
        by: expense.by, runs, ...(expense.runsBecause === undefined ? {} : { runsBecause: expense.runsBecause }),
        ...(expense.selection ? { selection: expense.selection.toString() } : { trainings: expense.trainings ?? 1 }),
        oneRun: bounded(ofOne), ...(expense.privacy ? { mechanism: expense.privacy.toString(), settings: expense.privacy.settings } : {}),
      })),
      assumptions: [...this.assumptions], problems: [...this.problems], text: this.toString(),
    };
  }

  private describe({ expense, runs, loss, guarantee }: Item): string {
    const { by, privacy, selection, trainings = 1, runsBecause } = expense;
    const because = runsBecause === undefined ? '' : `, ${runsBecause}`;
    if (!privacy) return `${counted(runs, 'run')} of ${by} without differential privacy${because}`;
    const many = selection ? `, the best of a random number of trainings, ${selection}` : trainings === 1 ? '' : `, ${trainings} trainings`;
    const together = runs === 1 ? '' : ` each, ${epsilonText(loss.repeated(runs).guaranteeAt(this.budget.delta))} together`;
    return `${counted(runs, 'run')} of ${by} at ${epsilonText(guarantee)}${together} (${privacy}${many}${because})`;
  }

  private findProblems(): string[] {
    const { budget, guarantee, items } = this;
    const open = items.filter(({ expense, runs }) => !expense.privacy && runs > 0)
      .map(({ expense }) => `${expense.by} trains on it without differential privacy, so no ε bounds what it gives away: give it privacy, such as DifferentialPrivacy.dpSgd, or let it read no data of this set`);
    const weak = items.filter(({ expense }) => expense.privacy && !protects(expense.privacy.unit, budget.unit))
      .map(({ expense }) => `${expense.by} hides each ${expense.privacy!.unit}, and the budget is for each ${budget.unit}, who may have many: clip by ${budget.unit} and say so (unit), or state the budget for each ${expense.privacy!.unit}`);
    if (!this.loss.isBounded || guarantee.epsilon <= budget.epsilon) return [...open, ...weak];
    return [
      `the budget of ε = ${budget.epsilon} for ${budget.period} is spent ${roundedUp(guarantee.epsilon / budget.epsilon)} times: ${this.sum} (the losses are added up as Rényi divergences, so it is less than the sum of the ε); ${this.remedy()}`,
      ...open, ...weak,
    ];
  }

  private remedy(): string {
    const others = 'run or train less often, take a random number of trainings with PrivateSelection, or raise the budget';
    try {
      return `multiply every noise multiplier by ${roundedUp(this.loss.noiseFactorFor(this.budget.epsilon, this.budget.delta))}, ${others}`;
    } catch {
      return others;
    }
  }

  private collectAssumptions(): string[] {
    const { budget, items } = this;
    const all = [
      `of two data sets that differ in one ${budget.unit} alone, nobody who sees what is given out can tell well which it was: that is all that is promised`,
      ...bySpender(items.flatMap(({ expense }) => [...expense.privacy?.assumptions ?? [], ...(expense.selection ? SELECTION_ASSUMPTIONS : [])]
        .map((assumption) => [expense.by, assumption] as const))),
      'nothing else that is computed from the data is given out: no statistics, scalers, vocabularies or thresholds, no scores on the data that is trained on, no models of processing steps, notebooks or jobs outside of this app',
      `whether a ${budget.unit} is trained on, and what it holds by then, depends on no other ${budget.unit}: no step before leaves rows out, fills or scales them by what others hold`,
      'people whose data only validates or tests a model, or chooses among models, are not protected by it',
      ...(items.some(({ expense }) => expense.selection || (expense.trainings ?? 1) > 1) ? ['among several trainings the best is found by a score on data that none of them was trained on'] : []),
      this.ledger === undefined ? 'no run is started beyond those that are counted here'
        : `runs beyond those that are counted here, by hand or of other apps, reserve what they spend from ledger '${this.ledger}', which stops those that would go beyond the budget; what trains on the data without a pipeline that has the ledger is not known to it`,
      `the data set holds ${budget.records} ${budget.unit}s or more${budget.unit === 'record' ? ', and nobody has more than one: who has several loses that much more' : ''}`,
    ];
    if (!this.loss.isBounded || items.length === 0) return all;
    return [...all, `the people of one period are not those of the next: where they are, their losses go on adding up, to ε = ${roundedUp(this.epsilonOver(PERIODS))} after ${PERIODS} periods`];
  }
}

const SELECTION_ASSUMPTIONS = [
  'the number of trainings is drawn anew in each run and shown to nobody',
  'what is tried is drawn at random, without a look at the data, at other results or at what was tried before',
  'the best model leaves with its score, and nothing leaves of the others: no model, no score, no log',
];

function itemOf(expense: PrivacyExpense, delta: number): Item {
  if (!isRecord(expense) || typeof expense.by !== 'string') throw new Error(`an expense is ${shown(expense)}: give an object with by, privacy and runs`);
  const { by, privacy, selection, trainings, runs = 1, runsBecause } = expense;
  // by what it has, since its class may come from another copy of the package
  if (privacy !== undefined && (!isRecord(privacy) || typeof privacy.loss?.guaranteeAt !== 'function' || !Array.isArray(privacy.assumptions))) throw new Error(`the privacy of '${by}' is ${shown(privacy)}: give DifferentialPrivacy.dpSgd(…) or leave it out`);
  if (runsBecause !== undefined && typeof runsBecause !== 'string') throw new Error(`the reason for the runs of '${by}' is ${shown(runsBecause)}: give a few words, or leave it out`);
  checkAmount(`the number of runs of '${by}'`, runs, { whole: true, atLeast: 0 }, 'give a whole number from 0');
  checkAmount(`the number of trainings of '${by}'`, trainings ?? 1, { whole: true, atLeast: 1 }, 'give a whole number from 1');
  if (selection !== undefined && trainings !== undefined) throw new Error(`'${by}' has ${trainings} trainings and a random number of them: give trainings or selection`);
  const one = privacy?.loss ?? PrivacyLoss.unbounded();
  const loss = selection === undefined ? one.repeated(trainings ?? 1) : one.ofBest(selection);
  return { expense, runs, loss, guarantee: loss.guaranteeAt(delta) };
}

/** Each assumption once, with all who rest on it. */
function bySpender(pairs: (readonly [string, string])[]): string[] {
  const spenders = new Map<string, Set<string>>();
  for (const [by, assumption] of pairs) spenders.set(assumption, (spenders.get(assumption) ?? new Set<string>()).add(by));
  return [...spenders].map(([assumption, by]) => `${[...by].join(', ')}: ${assumption}`);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function epsilonText({ epsilon }: PrivacyGuarantee): string {
  return epsilon < Infinity ? `ε = ${roundedUp(epsilon)}` : 'no ε';
}
