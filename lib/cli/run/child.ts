import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { PRIVATE } from './files';

/** A process that a step is. */
export interface Command {
  readonly argv: readonly string[];
  readonly cwd: string;
  /** All that it is told: nothing of this process's own environment is handed on. */
  readonly env: Readonly<Record<string, string>>;
  /** The file that takes all that it writes. */
  readonly log: string;
  readonly stdin?: string;
  /** After this many seconds it is ended. */
  readonly maxSeconds?: number;
}

/** How a process ended. */
export interface Ended {
  /** Undefined where a signal ended it. */
  readonly code?: number;
  readonly signal?: NodeJS.Signals;
  /** Why it was ended from here. */
  readonly stopped?: 'interrupt' | 'time';
  /** Set where there was no such program. */
  readonly missing?: string;
}

// what it takes to write a checkpoint; SageMaker gives 120 seconds
const GRACE = 5_000;

/** Starts processes one at a time, each with all that it starts in a group of its own, and ends the one that runs when it is told to. */
export class Children {
  private stop?: (why: 'interrupt' | 'time') => void;
  private interrupted = false;

  public get isInterrupted(): boolean {
    return this.interrupted;
  }

  /** Ends what runs, and lets nothing more begin. */
  public interrupt(): void {
    this.interrupted = true;
    this.stop?.('interrupt');
  }

  public async run({ argv, cwd, env, log, stdin, maxSeconds }: Command): Promise<Ended> {
    if (this.interrupted) return { stopped: 'interrupt' };
    const out = openSync(log, 'w', PRIVATE.file);
    try {
      return await new Promise<Ended>((done, fail) => {
        const child = spawn(argv[0]!, argv.slice(1), { cwd, env: { ...env }, detached: process.platform !== 'win32', stdio: [stdin === undefined ? 'ignore' : 'pipe', out, out] });
        let stopped: Ended['stopped'];
        const timers: NodeJS.Timeout[] = [];
        const signal = (name: NodeJS.Signals) => {
          try {
            // the whole group: a program that a shell started is no child of ours
            if (process.platform === 'win32') child.kill(name);
            else process.kill(-child.pid!, name);
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
          }
        };
        this.stop = (why) => {
          stopped ??= why;
          signal('SIGTERM');
          timers.push(setTimeout(() => signal('SIGKILL'), GRACE));
        };
        if (maxSeconds !== undefined && maxSeconds < 2_000_000) timers.push(setTimeout(() => this.stop?.('time'), maxSeconds * 1000));
        const settle = (finish: () => void) => {
          this.stop = undefined;
          for (const timer of timers) clearTimeout(timer);
          finish();
        };
        child.once('error', (error: NodeJS.ErrnoException) => settle(() => (error.code === 'ENOENT' || error.code === 'EACCES' ? done({ missing: argv[0]! }) : fail(error))));
        child.once('exit', (code, by) => settle(() => {
          // what it left behind in its group
          if (process.platform !== 'win32') signal('SIGKILL');
          done({ ...(code === null ? {} : { code }), ...(by === null ? {} : { signal: by }), ...(stopped ? { stopped } : {}) });
        }));
        if (stdin !== undefined) {
          // one that ends before it has read all says so by its code
          child.stdin!.once('error', () => undefined);
          child.stdin!.end(stdin);
        }
      });
    } finally {
      closeSync(out);
    }
  }
}
