import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const VENV = join(__dirname, '..', '..', '.venv');

/** The interpreter of the virtual environment that `npm test` makes; undefined before that, or without Python. */
export function python(): string | undefined {
  // The stamp says that all requirements are installed.
  if (!existsSync(join(VENV, '.requirements'))) return undefined;
  return [join(VENV, 'bin', 'python'), join(VENV, 'Scripts', 'python.exe')].find(existsSync);
}

/** Like `describe`, but skipped, with a word on why, where there is no Python. */
export function describeWithPython(name: string, body: () => void): void {
  if (python()) {
    describe(name, body);
  } else {
    process.stderr.write(`'${name}' is skipped: there is no .venv; npm test makes it where Python 3.11 or 3.12 is installed\n`);
    describe.skip(name, body);
  }
}

/** Runs a script in the virtual environment: JSON in, JSON out. */
export function runPython<T>(script: string, input: unknown): T {
  const interpreter = python();
  if (!interpreter) throw new Error('there is no .venv: run npm test, or node .ci/python.mjs');
  return JSON.parse(execFileSync(interpreter, [script], {
    input: JSON.stringify(input), encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  })) as T;
}
