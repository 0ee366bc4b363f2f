// Makes the Python environment of the public scanner from test/scanner.lock, once for each content of that file, where every tool leaves it alone.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'node_modules', '.cache', 'checkov');
const lock = join(root, 'test', 'scanner.lock');
const stamp = join(folder, '.lock');

const wanted = createHash('sha256').update(readFileSync(lock)).digest('hex');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  const python = ['python3.11', 'python3.12', 'python3'].find((name) => /^Python 3\.1[12]\./.test(versionOf(name)));
  if (python) {
    rmSync(folder, { recursive: true, force: true });
    execFileSync(python, ['-m', 'venv', folder], { stdio: 'inherit' });
    const interpreter = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin', 'python');
    execFileSync(interpreter, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--requirement', lock], { stdio: 'inherit' });
    writeFileSync(stamp, wanted);
  } else {
    console.log('Python 3.11 or 3.12 was not found on the PATH: the public scanner is not run.');
  }
}

/** Such as `Python 3.11.7`; empty when it does not run. */
function versionOf(name) {
  try {
    return execFileSync(name, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' });
  } catch {
    return '';
  }
}
