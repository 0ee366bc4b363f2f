// A Python environment of its own, made from a lock once for each content of that file, in node_modules/.cache, where every tool leaves it alone.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * @param name of the folder
 * @param lock file of test
 * @param left what is left out where there is no Python
 */
export function cachedEnvironment(name, lock, left) {
  const folder = join(root, 'node_modules', '.cache', name);
  const stamp = join(folder, '.lock');
  const file = join(root, 'test', lock);
  const wanted = createHash('sha256').update(readFileSync(file)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const python = ['python3.11', 'python3.12', 'python3'].find((one) => /^Python 3\.1[12]\./.test(versionOf(one)));
  if (!python) {
    console.log(`Python 3.11 or 3.12 was not found on the PATH: ${left}.`);
    return;
  }
  rmSync(folder, { recursive: true, force: true });
  execFileSync(python, ['-m', 'venv', folder], { stdio: 'inherit' });
  const interpreter = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin', 'python');
  // to compile what is never imported takes longer than all the rest
  execFileSync(interpreter, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-compile', '--no-deps', '--requirement', file], { stdio: 'inherit' });
  writeFileSync(stamp, wanted);
}

/** Such as `Python 3.11.7`; empty when it does not run. */
function versionOf(name) {
  try {
    return execFileSync(name, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' });
  } catch {
    return '';
  }
}
