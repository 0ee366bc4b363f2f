import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRecord } from '../../policy/given';
import type { Account, Budget, Change, Entry, Ledger, Run } from '../../runtime/ledger-rules/ledger';
import type { StatedBudget } from './definition';
import { makeFolder, writeWhole } from './files';
import { takeLock } from './journal';

interface Book {
  readonly schema: 'regulated-ml-local-ledger/1';
  readonly accounts: Record<string, Account>;
  readonly runs: Record<string, Run>;
  readonly entries: Record<string, Record<string, Entry>>;
}

// what writing a small file takes, many times over
const PATIENCE = 30_000;

/**
 * A ledger of privacy budgets in a file: the rules are those of the ledger in the cloud, and so is what holds them when many write at a time. All
 * runs of a folder share it, of whatever pipeline; of runs in the cloud it knows nothing.
 */
export class FileLedger implements Ledger {
  constructor(private readonly file: string) {}

  /** Opens the accounts of budgets that the app states, or changes them; what was spent stays. */
  public async state(budgets: readonly StatedBudget[]): Promise<void> {
    const stated = budgets.map(budgetOf);
    const { accounts } = this.read();
    if (stated.every(({ dataSet, budget }) => JSON.stringify(accounts[dataSet]?.budget) === JSON.stringify(budget))) return;
    await this.change((book) => {
      const opened = stated.map((one): [string, Account] => [one.dataSet, { ...one, owner: 'this folder', version: (book.accounts[one.dataSet]?.version ?? 0) + 1 }]);
      return { ...book, accounts: { ...book.accounts, ...Object.fromEntries(opened) } };
    });
  }

  public async account(dataSet: string): Promise<Account | undefined> {
    const { accounts } = this.read();
    return Object.hasOwn(accounts, dataSet) ? accounts[dataSet] : undefined;
  }

  public async run(reservation: string): Promise<Run | undefined> {
    const { runs } = this.read();
    return Object.hasOwn(runs, reservation) ? runs[reservation] : undefined;
  }

  public async entries(dataSet: string, from: number, until: number): Promise<Entry[]> {
    const { entries } = this.read();
    return Object.values(Object.hasOwn(entries, dataSet) ? entries[dataSet]! : {}).filter(({ at }) => at >= from && at <= until);
  }

  public async write(run: Run, before: Run | undefined, changes: readonly Change[]): Promise<void> {
    await this.change((book) => {
      const isAsRead = JSON.stringify(book.runs[run.reservation]) === JSON.stringify(before)
        && changes.every(({ account: { dataSet, version } }) => book.accounts[dataSet]?.version === version);
      // the name by which whoever decided on what was read reads again
      if (!isAsRead) throw Object.assign(new Error('somebody else wrote to the ledger meanwhile'), { name: 'TransactionConflictException' });
      const accounts = { ...book.accounts };
      const entries = { ...book.entries };
      for (const { account, entry } of changes) {
        accounts[account.dataSet] = { ...account, version: account.version + 1 };
        entries[account.dataSet] = { ...entries[account.dataSet], [run.reservation]: entry };
      }
      return { ...book, accounts, entries, runs: { ...book.runs, [run.reservation]: run } };
    });
  }

  private async change(next: (book: Book) => Book): Promise<void> {
    const lock = `${this.file}.lock`;
    makeFolder(dirname(this.file));
    for (const end = Date.now() + PATIENCE; takeLock(lock) !== undefined; await sleep(5 + Math.random() * 20)) {
      if (Date.now() > end) throw new Error(`'${lock}' was not free for ${PATIENCE / 1000} seconds, and nothing was written: see which process has it`);
    }
    try {
      writeWhole(this.file, `${JSON.stringify(next(this.read()), null, 2)}\n`);
    } finally {
      rmSync(lock, { force: true });
    }
  }

  private read(): Book {
    if (!existsSync(this.file)) return { schema: 'regulated-ml-local-ledger/1', accounts: {}, runs: {}, entries: {} };
    const book: unknown = JSON.parse(readFileSync(this.file, 'utf8'));
    if (!isRecord(book) || (book as Book).schema !== 'regulated-ml-local-ledger/1') throw new Error(`'${this.file}' is no ledger of this version: move it away, and what was spent with it`);
    return book as Book;
  }
}

function budgetOf(stated: StatedBudget): { dataSet: string; budget: Budget } {
  const number = (name: string) => {
    const value = Number(stated[name]);
    if (!Number.isFinite(value)) throw new Error(`the budget of '${stated.Name ?? ''}' has no ${name}: synthesize again`);
    return value;
  };
  return {
    dataSet: stated.DataSet ?? '', budget: {
      name: stated.Name ?? '', epsilon: number('Epsilon'), delta: number('Delta'), unit: stated.Unit as Budget['unit'], records: number('Records'),
      calendarYear: stated.CalendarYear === 'true', periodInDays: number('PeriodInDays'),
    },
  };
}
