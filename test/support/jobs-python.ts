import { existsSync } from 'node:fs';
import { join } from 'node:path';

const VENV = join(__dirname, '..', '..', '.venv-jobs');

/** The interpreter that has what the images of jobs carry (torch, Opacus, Spark): JOBS_PYTHON, or that of the environment that `npm test` makes. */
export function jobsPython(): string | undefined {
  if (process.env.JOBS_PYTHON) return process.env.JOBS_PYTHON;
  if (!existsSync(join(VENV, '.requirements'))) return undefined;
  return [join(VENV, 'bin', 'python'), join(VENV, 'Scripts', 'python.exe')].find(existsSync);
}

/** Like `describe`, but skipped, with a word on why, where there is no such Python. */
export function describeWithJobsPython(name: string, body: () => void): void {
  if (jobsPython()) {
    describe(name, body);
  } else {
    process.stderr.write(`'${name}' is skipped: there is no .venv-jobs; npm test makes it where Python 3.11 or 3.12 is installed\n`);
    describe.skip(name, body);
  }
}
