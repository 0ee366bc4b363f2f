// Measures in child processes and prints ratios.  npm run bench [rounds]
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { checkSame, readAssembly } from './assembly';
import type { Time } from './run-app';

const ROOT = join(__dirname, '..');
const ROUNDS = Number(process.argv[2] ?? 7);
const FORMS = ['library', 'written', 'resolved'] as const;
type Form = typeof FORMS[number];

if (!Number.isInteger(ROUNDS) || ROUNDS < 1) throw new Error(`'${process.argv[2]}' is no number of rounds: give a whole number from 1`);
if (!existsSync(join(ROOT, 'build', 'aws', 'index.js'))) throw new Error('there is no build to measure: run npm run build');

const scratch = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  prepare();
  const times = Object.fromEntries(FORMS.map((form) => [form, [] as Time[]])) as Record<Form, Time[]>;
  // each form once a round, so that a slow moment of the machine hits all
  for (let round = 0; round < ROUNDS; round++) for (const form of FORMS) times[form].push(run(form));
  for (const clock of ['wall', 'cpu'] as const) printExample(times, clock);
  printPipelines();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function printExample(times: Record<Form, Time[]>, clock: keyof Time): void {
  const PARTS = ['all', 'load', 'build', 'synth'] as const;
  console.log(`the example, ${clock === 'wall' ? '' : 'CPU '}milliseconds, median of ${ROUNDS}`.padEnd(52), ...PARTS.map((part) => part.padStart(6)));
  for (const form of FORMS) console.log(`  ${form.padEnd(50)}`, ...PARTS.map((part) => median(times[form].map((time) => time[clock][part])).toFixed(0).padStart(6)));
  for (const form of ['written', 'resolved'] as const) {
    const ratio = (part: typeof PARTS[number]) => median(times.library.map((time, index) => time[clock][part] / times[form][index][clock][part])).toFixed(2);
    console.log(`  library / ${form}${form === 'written' ? ' (target of all and synth ≤ 1.25)' : ''}`.padEnd(52), ...PARTS.map((part) => ratio(part).padStart(6)));
  }
}

function printPipelines(): void {
  const counts = [10, 60, 110];
  const printed = node(['--expose-gc', 'pipelines.js', String(ROUNDS), ...counts.map(String)]);
  // the least of each, since the machine can only add, and the CDK's memory of tokens grows from round to round
  const [low, middle, high] = (JSON.parse(/^TIMES (.+)$/m.exec(printed)![1]) as number[][]).map((times) => Math.min(...times));
  const slopes = [(middle - low) / (counts[1] - counts[0]), (high - middle) / (counts[2] - counts[1])];
  console.log(`pipelines, CPU milliseconds for each further one, least of ${ROUNDS}`);
  console.log(`  from ${counts[0]} to ${counts[1]}    ${slopes[0].toFixed(1)}`);
  console.log(`  from ${counts[1]} to ${counts[2]}   ${slopes[1].toFixed(1)}`);
  console.log(`  ratio            ${(slopes[1] / slopes[0]).toFixed(2)}   (target 0.8 to 1.2)`);
}

/** Compiles all that is run, so that nobody's time holds a compiler's, and writes the apps of L1s from what the library makes. */
function prepare(): void {
  cpSync(join(ROOT, 'examples', 'heart-attack-mortality', 'steps'), join(scratch, 'steps'), { recursive: true });
  mkdirSync(join(scratch, 'node_modules'));
  for (const name of ['aws-cdk-lib', 'constructs']) symlinkSync(join(ROOT, 'node_modules', name), join(scratch, 'node_modules', name));
  symlinkSync(ROOT, join(scratch, 'node_modules', 'cdk-regulated-ml'));
  for (const name of ['run-app', 'pipelines', 'l1-source']) compile(name, readFileSync(join(ROOT, 'bench', `${name}.ts`), 'utf8'));

  const example = readFileSync(join(ROOT, 'examples', 'heart-attack-mortality', 'app.ts'), 'utf8');
  const withoutPacks = example.replace(/^Validations\.of\(app\)\.addPlugins\(.*\);$/m, '');
  if (withoutPacks === example) throw new Error('the example registers no pack where this looks for one: mend bench/synth.ts');
  compile('library', withoutPacks);

  const assembly = join(scratch, 'reference');
  run('library', { CDK_OUTDIR: assembly });
  run('l1-source', {
    ASSEMBLY: assembly, WRITTEN: join(scratch, 'written.ts'), RESOLVED: join(scratch, 'resolved.ts'),
    CLASSES: join(ROOT, 'node_modules', 'aws-cdk-lib', 'cloudformation-include', 'cfn-types-2-classes.json'),
  });
  compile('written', readFileSync(join(scratch, 'written.ts'), 'utf8'));
  compile('resolved', readFileSync(join(scratch, 'resolved.ts'), 'utf8'));
  run('written', { CDK_OUTDIR: join(scratch, 'check') });
  checkSame(readAssembly(assembly), readAssembly(join(scratch, 'check')));
}

function compile(name: string, contents: string): void {
  buildSync({
    stdin: { contents, loader: 'ts', resolveDir: join(ROOT, 'bench'), sourcefile: `${name}.ts` },
    outfile: join(scratch, `${name}.js`), bundle: true, platform: 'node', packages: 'external', logLevel: 'warning',
  });
}

/** What an app took in a process of its own. */
function run(app: string, env: Record<string, string> = {}): Time {
  const out = mkdtempSync(join(tmpdir(), 'bench-out-'));
  try {
    return JSON.parse(/^TIME (.+)$/m.exec(node(['run-app.js', `./${app}.js`], { CDK_OUTDIR: out, ...env }))![1]) as Time;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function node(args: string[], env: Record<string, string> = {}): string {
  return execFileSync(process.execPath, args, { cwd: scratch, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, CDK_VALIDATION: 'false', ...env } });
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
