// Makes the environments of Python from their locks, once for each content of a lock: .venv for tests, .venv-jobs for the jobs of lib/runtime, whose images
// carry heavy packages in versions of their own. The first line of a lock says how it is made anew. Looking for versions that fit takes pip minutes each time.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const ENVIRONMENTS = {
  tests: { folder: '.venv', lock: 'requirements.lock', options: ['--no-deps'] },
  // what torch needs depends on which build of it the registry gives
  jobs: { folder: '.venv-jobs', lock: 'requirements-jobs.lock', options: [] },
};
// The versions that every pinned package has wheels for.
const VERSIONS = ['3.11', '3.12'];

/** The interpreter of a virtual environment, made when it is missing or stale; undefined without Python. */
export function pythonEnvironment(name = 'tests') {
  const { folder, lock, options } = ENVIRONMENTS[name];
  const venv = join(root, folder);
  const requirements = join(root, 'test', lock);
  const stamp = join(venv, '.requirements');
  const python = process.platform === 'win32' ? join(venv, 'Scripts', 'python.exe') : join(venv, 'bin', 'python');
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  const usable = VERSIONS.includes(versionOf(python));
  if (usable && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return python;

  if (!usable) {
    const system = systemPython();
    if (!system) {
      console.log(`Python ${VERSIONS.join(' or ')} was not found on the PATH: the tests that need Python are skipped.`);
      return undefined;
    }
    rmSync(venv, { recursive: true, force: true });
    console.log(`Making ${folder} with ${system} ...`);
    execFileSync(system, ['-m', 'venv', venv], { stdio: 'inherit' });
  }
  console.log(`Installing test/${lock} into ${folder} ...`);
  // Without the stamp, a half-made environment counts as none.
  rmSync(stamp, { force: true });
  try {
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...options, '--requirement', requirements], { stdio: 'inherit' });
  } catch (error) {
    if (process.env.CI) throw error;
    console.log(`test/${lock} could not be installed (see above): the tests that need it are skipped.`);
    return undefined;
  }
  writeFileSync(stamp, wanted);
  return python;
}

function systemPython() {
  return [...VERSIONS.map((version) => `python${version}`), 'python3', 'python'].find((name) => VERSIONS.includes(versionOf(name)));
}

/** Such as '3.11'; undefined when it does not run, as a shim of a version manager may not. */
function versionOf(name) {
  try {
    return execFileSync(name, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], { stdio: ['ignore', 'pipe', 'ignore'], encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const python = pythonEnvironment(process.argv[2]);
  if (python) console.log(python);
}
