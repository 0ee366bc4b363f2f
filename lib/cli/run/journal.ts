import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord, shown } from '../../policy/given';
import type { JobReport } from '../../runtime/ledger-rules/verdict';
import type { Json, JsonObject } from './definition';
import { makeFolder, PRIVATE, writeWhole } from './files';

/** Where a step stands. */
export type StepStatus =
  | 'done'
  /** its properties were given */
  | 'assumed'
  | 'failed'
  /** it cannot run on this machine */
  | 'skipped'
  /** what it waits for did not finish */
  | 'waiting'
  /** it stands in the branch that was not taken */
  | 'not-taken'
  /** somebody ended the run while it ran */
  | 'interrupted'
  | 'running';

/** One training of a tuning. */
export interface Trial {
  readonly job: string;
  readonly hyperparameters: Readonly<Record<string, string>>;
  readonly status: 'done' | 'failed';
  /** Why it failed. */
  readonly message?: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly log: string;
  /** What of its results and inputs it rests on. */
  readonly digest: string;
}

/** What is written down of a step. */
export interface StepRecord {
  readonly type: string;
  readonly status: StepStatus;
  /** Of its request and all that it reads. */
  readonly inputs?: string;
  /** Of all that it has written, by address. */
  readonly outputs?: Readonly<Record<string, string>>;
  readonly properties?: JsonObject;
  readonly metrics?: Readonly<Record<string, number>>;
  readonly seconds?: number;
  readonly log?: string;
  /** Why it failed, was skipped or waits. */
  readonly message?: string;
  /** What stands in for what the cloud would do. */
  readonly notes?: readonly string[];
  readonly trials?: readonly Trial[];
  /** Trainings with noise that began, in this attempt and earlier ones: each spends. */
  readonly private?: readonly JobReport[];
}

/** All that is known of a run, written after each change. */
export interface JournalContent {
  readonly schema: 'regulated-ml-journal/1';
  readonly id: string;
  readonly pipeline: string;
  /** ISO 8601. */
  readonly started: string;
  readonly parameters: readonly string[];
  readonly data: readonly { readonly uri: string; readonly folder: string }[];
  /** What stands for registries of consent; a run of an earlier version has none. */
  readonly consents?: readonly { readonly registry: string; readonly path: string }[];
  readonly steps: Readonly<Record<string, StepRecord>>;
  readonly outcome?: string;
  /** Folder of the step that runs, taken away by whoever goes on. */
  readonly root?: string;
}

const FILE = 'journal.json';
const LOCK = 'lock';

/** The journal of a run: it can go on from here, whenever the process that ran it ended. */
export class Journal {
  /** A run that is about to begin: nothing is written before `open`. */
  public static draft(folder: string, content: JournalContent): Journal {
    return new Journal(folder, content);
  }

  /** Goes on with a run, which no other process may do at the same time. */
  public static resume(folder: string, id: string): Journal {
    const file = join(folder, FILE);
    const unreadable = (why: string) => new Error(`the journal of run '${id}' ${why}: begin a new run, without --resume`);
    if (!existsSync(file)) throw unreadable('is missing');
    let content: unknown;
    try {
      content = JSON.parse(readFileSync(file, 'utf8'));
    } catch (error) {
      throw unreadable(`is no JSON (${error instanceof Error ? error.message : String(error)})`);
    }
    if (!isRecord(content) || (content as JournalContent).schema !== 'regulated-ml-journal/1' || !isRecord((content as JournalContent).steps)) throw unreadable('is of another version, or it was edited');
    const journal = new Journal(folder, content as JournalContent);
    journal.lock();
    return journal;
  }

  private isOpen = false;

  private constructor(public readonly folder: string, private state: JournalContent) {}

  public get content(): JournalContent {
    return this.state;
  }

  public step(name: string): StepRecord | undefined {
    return Object.hasOwn(this.state.steps, name) ? this.state.steps[name] : undefined;
  }

  /** Makes the run this process's own, if it is not already. */
  public open(): void {
    makeFolder(this.folder);
    if (!this.isOpen) this.lock();
  }

  public write(changes: Partial<JournalContent>): void {
    this.state = { ...this.state, ...changes };
    writeWhole(join(this.folder, FILE), `${JSON.stringify(this.state, null, 2)}\n`);
  }

  public record(name: string, record: StepRecord): void {
    this.write({ steps: { ...this.state.steps, [name]: record } });
  }

  /** Lets others go on with it. */
  public release(): void {
    if (this.isOpen) rmSync(join(this.folder, LOCK), { force: true });
    this.isOpen = false;
  }

  private lock(): void {
    const taken = takeLock(join(this.folder, LOCK));
    this.isOpen = taken === undefined;
    if (taken !== undefined) throw new Error(`run '${this.state.id}' is being run by process ${taken}: wait until it ends, or end it`);
  }
}

/**
 * Takes a lock that lasts as long as this process.
 *
 * @returns the process that has it, if another does
 */
export function takeLock(file: string): number | undefined {
  const own = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(own, String(process.pid), { mode: PRIVATE.file });
  try {
    for (;;) {
      try {
        // appears with its content or not at all
        linkSync(own, file);
        return undefined;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = holderOf(file);
      if (holder === undefined) continue;
      if (isAlive(holder)) return holder;
      moveAway(file, `${own}.old`, holder);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** A new name for a run, as SageMaker gives them: 12 letters and digits; later ones sort behind. */
export function newRunId(now: number): string {
  const chance = [...randomBytes(4)].map((byte) => (byte % 36).toString(36)).join('');
  return `${now.toString(36).padStart(8, '0').slice(-8)}${chance}`;
}

/** The runs that a folder holds, the newest last. */
export function runsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory() && /^[a-z0-9]{12}$/.test(entry.name)).map(({ name }) => name).sort();
}

/** Checks the name of a run, which becomes a folder. */
export function checkRunId(id: string): string {
  if (!/^[a-z0-9]{12}$/.test(id)) throw new Error(`--resume ${shown(id)} is no run: give the 12 letters and digits that its summary names, or none for the last one`);
  return id;
}

// of several who find a lock without its process, one takes it away; who took a new one by that puts it back
function moveAway(file: string, away: string, holder: number): void {
  try {
    renameSync(file, away);
    if (!Object.is(holderOf(away), holder)) linkSync(away, file);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    rmSync(away, { force: true });
  }
}

function holderOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  // 0 and what is below would mean a group of processes
  if (!Number.isInteger(pid) || pid < 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A value as text, as environment variables and hyperparameters have it. */
export function textOf(value: Json): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}
