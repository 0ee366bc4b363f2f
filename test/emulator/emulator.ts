import { ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const ROOT = join(__dirname, '..', '..');

/** moto knows one account. */
export const ACCOUNT = '123456789012';

/** What became of one resource; `exists` is what moto's API says now, null where the launcher does not ask. */
export interface ResourceRecord {
  readonly stack: string;
  readonly region: string;
  readonly logical_id: string;
  readonly type: string;
  readonly outcome: 'created' | 'emulated' | 'skipped';
  readonly physical_id: string;
  readonly retained: boolean;
  readonly note: string;
  readonly exists: boolean | null;
}

export interface Report {
  readonly resources: ResourceRecord[];
  readonly failures: string[];
  /** The types that the launcher makes itself. */
  readonly handlers: string[];
}

/**
 * The interpreter that has moto.
 *
 * @throws an error that says how to get it
 */
export function python(): string {
  const found = [join(ROOT, '.venv', 'bin', 'python'), join(ROOT, '.venv', 'Scripts', 'python.exe')].find((path) => existsSync(path));
  if (!found) throw new Error("there is no Python environment at .venv: make it with 'node .ci/python.mjs' (Python 3.11 or 3.12)");
  return found;
}

/** The environment of everything that talks to the emulator: nothing of a user's own AWS settings is left in it. */
export function emulatorEnvironment(url: string, region: string): NodeJS.ProcessEnv {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_') && !name.startsWith('CDK_')));
  return {
    ...own,
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'testing',
    AWS_SECRET_ACCESS_KEY: 'testing',
    AWS_SESSION_TOKEN: 'testing',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_VALIDATION: 'false',
    // the SDK's note about Node 20, once for each command
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

/** The mended moto server, a child process on a free loopback port. */
export class Emulator {
  /**
   * Start it and wait until it answers.
   *
   * @param log where its standard error goes
   */
  static async start(log: string): Promise<Emulator> {
    const errors = openSync(log, 'w');
    const child = spawn(python(), [join(__dirname, 'launcher.py')], {
      stdio: ['ignore', 'pipe', errors], env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
    closeSync(errors);
    const lines = createInterface({ input: child.stdout! });
    const ended = new Promise<never>((_, reject) => {
      child.once('error', (error) => reject(new Error(`the emulator did not start: ${error.message}`)));
      child.once('exit', (code) => reject(new Error(`the emulator ended with code ${code} before it answered: if modules are missing, run 'node .ci/python.mjs'`)));
    });
    const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error(`the emulator did not answer in 60 s`)), 60_000).unref());
    try {
      const first = await Promise.race([new Promise<string>((resolve) => lines.once('line', resolve)), ended, late]);
      const { url } = JSON.parse(first) as { url: string };
      const emulator = new Emulator(child, url);
      await emulator.report();
      return emulator;
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  private constructor(private readonly child: ChildProcess, readonly url: string) {}

  async report(): Promise<Report> {
    const answer = await fetch(`${this.url}/regulated-ml/report`);
    if (!answer.ok) throw new Error(`the emulator's report answered ${answer.status}`);
    return await answer.json() as Report;
  }

  /** End this one process, by its id. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    this.child.kill('SIGTERM');
    const hard = setTimeout(() => this.child.kill('SIGKILL'), 5_000);
    await gone;
    clearTimeout(hard);
  }
}
