// What `npm test` runs: builds when a source is newer than the build, makes the Python environments, runs jest and pytest.
// With arguments it bundles the Lambdas, runs jest alone and hands them on: `npm test -- test/aws/pipeline`.
import { Buffer } from 'node:buffer';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonEnvironment } from './python.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const args = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), 'test-results-'));
const temporary = join(scratch, 'tmp');
mkdirSync(temporary);
// Bytecode next to the step code of an example would change the hash of its asset; thousands of temporary folders go when the tests have ended.
const ENVIRONMENT = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', TMPDIR: temporary };
const run = (command, ...rest) => spawnSync(command, rest, { cwd: root, stdio: 'inherit', env: ENVIRONMENT }).status ?? 1;

/** The exit code of a process, when it has ended. */
const ended = (child) => new Promise((tell) => {
  child.on('error', () => tell(1));
  child.on('close', (code) => tell(code ?? 1));
});

/** The tests of the package and of its interface read what jsii wrote. */
function isBuilt() {
  const assembly = join(root, '.jsii');
  if (!existsSync(assembly) || !existsSync(join(root, 'build', 'index.js'))) return false;
  const built = statSync(assembly).mtimeMs;
  const sources = [join(root, 'package.json'), ...readdirSync(join(root, 'lib'), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|py)$/.test(entry.name)).map((entry) => join(entry.parentPath, entry.name))];
  return sources.every((source) => statSync(source).mtimeMs <= built);
}

async function jest() {
  const results = join(scratch, 'jest.json');
  const words = [join(root, 'node_modules', 'jest', 'bin', 'jest.js'), '--maxWorkers=2', '--json', `--outputFile=${results}`, ...args];
  const status = await ended(spawn(process.execPath, words, { cwd: root, stdio: 'inherit', env: ENVIRONMENT }));
  if (!existsSync(results)) return { passed: 0, failed: 1, skipped: 0 };
  const counts = JSON.parse(readFileSync(results, 'utf8'));
  const failed = counts.numFailedTests + counts.numRuntimeErrorTestSuites;
  return { passed: counts.numPassedTests, failed: failed === 0 && status !== 0 ? 1 : failed, skipped: counts.numPendingTests };
}

/** What it prints is shown when it has ended: some of them run side by side. */
async function pytest(python, ...which) {
  const results = join(mkdtempSync(join(scratch, 'pytest-')), 'results.xml');
  const printed = [];
  const child = spawn(python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', `--junitxml=${results}`, ...which], { cwd: root, env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => printed.push(chunk));
  const status = await ended(child);
  process.stdout.write(Buffer.concat(printed));
  const suite = existsSync(results) ? /<testsuite [^>]*>/.exec(readFileSync(results, 'utf8'))?.[0] : undefined;
  if (!suite) return { passed: 0, failed: 1, skipped: 0 };
  const count = (name) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const failed = count('failures') + count('errors');
  return { passed: count('tests') - failed - count('skipped'), failed: failed === 0 && status !== 0 ? 1 : failed, skipped: count('skipped') };
}

async function inPython(python, jobs) {
  const results = [];
  if (jobs) results.push(await pytest(jobs, 'test/jobs'));
  if (python) results.push(await pytest(python, 'test', '--ignore=test/jobs'));
  return results;
}

try {
  const [what, script] = args.length > 0 || isBuilt() ? ['bundled', 'bundle.mjs'] : ['built', 'build.mjs'];
  if (run(process.execPath, join(root, '.ci', script)) !== 0) throw new Error(`the library could not be ${what}`);
  const python = pythonEnvironment();
  const jobs = pythonEnvironment('jobs');
  // Spark leaves a core idle half of the time: Python is tested beside all else
  const beside = args.length === 0 ? inPython(python, jobs) : [];
  const results = [await jest(), ...await beside];

  const total = (name) => results.reduce((sum, result) => sum + result[name], 0);
  const counts = { passed: total('passed'), failed: total('failed'), skipped: total('skipped') };
  if (process.env.TEST_RESULTS) writeFileSync(process.env.TEST_RESULTS, `${counts.passed} ${counts.failed}`);
  if (counts.skipped > 0) console.log(`${counts.skipped} skipped${python ? '' : ', because Python is missing'}`);
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  process.exitCode = counts.failed === 0 ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
