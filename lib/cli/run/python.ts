import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { shown } from '../../policy/given';

/** The part of a local run that is Python: it stands with the other code that is not ours to import. */
export const PYTHON_PART = join(__dirname, '..', '..', 'runtime', 'local-run', 'main.py');

/** A program whose imports are looked for. */
export interface Checked {
  readonly step: string;
  /** Where its code was unpacked. */
  readonly folder: string;
  readonly program: string;
}

/**
 * The interpreter, as an absolute path.
 *
 * @throws an error where it cannot be run, or is too old
 */
export function findPython(name: string, cwd: string, env: Readonly<Record<string, string | undefined>>): string {
  const found = /[\\/]/.test(name) ? resolve(cwd, name) : (env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)).find((file) => isAbsolute(file) && existsSync(file));
  const { status, stdout, error } = found === undefined ? { status: 1, stdout: '', error: undefined } : spawnSync(found, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], { encoding: 'utf8', timeout: 60_000 });
  if (found === undefined || error || status !== 0) throw new Error(`--python ${shown(name)} cannot be run: name an interpreter that has what the steps import, such as --python .venv/bin/python`);
  const [major, minor] = stdout.trim().split('.').map(Number) as [number, number];
  if (major !== 3 || minor < 10) throw new Error(`--python ${shown(name)} is Python ${stdout.trim()}: steps need 3.10 or later`);
  return found;
}

/** What the programs of steps import and the interpreter does not have, by step. Nothing of theirs is run. */
export function missingImports(python: string, programs: readonly Checked[], env: Readonly<Record<string, string | undefined>>): Map<string, string[]> {
  if (programs.length === 0) return new Map();
  const home = mkdtempSync(join(tmpdir(), 'regulated-ml-'));
  try {
    const { status, stdout, stderr } = spawnSync(python, [PYTHON_PART, 'imports'], {
      input: JSON.stringify(programs), encoding: 'utf8', cwd: home, env: { PATH: env.PATH, HOME: home, PYTHONDONTWRITEBYTECODE: '1' }, maxBuffer: 16 * 1024 * 1024,
    });
    if (status !== 0) throw new Error(`the imports of the steps could not be looked for with ${python}: ${stderr.trim().split('\n').at(-1) ?? ''}`);
    return new Map(Object.entries(JSON.parse(stdout) as Record<string, string[]>).filter(([, missing]) => missing.length > 0));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
