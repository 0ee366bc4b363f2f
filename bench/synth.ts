// Measures in child processes and prints ratios.  npm run bench [rounds]
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

interface Time { readonly all: number; readonly synth: number }

const ROOT = join(__dirname, '..');
const ROUNDS = Number(process.argv[2] ?? 7);
if (!Number.isInteger(ROUNDS) || ROUNDS < 1) throw new Error(`'${process.argv[2]}' is no number of rounds: give a whole number from 1`);
if (!existsSync(join(ROOT, 'build', 'aws', 'index.js'))) throw new Error('there is no build to measure: run npm run build');

const scratch = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  cpSync(join(ROOT, 'examples', 'heart-attack-mortality', 'steps'), join(scratch, 'steps'), { recursive: true });
  mkdirSync(join(scratch, 'node_modules'));
  for (const name of ['aws-cdk-lib', 'constructs']) symlinkSync(join(ROOT, 'node_modules', name), join(scratch, 'node_modules', name));
  symlinkSync(ROOT, join(scratch, 'node_modules', 'cdk-regulated-ml'));
  // compiled ahead, so that nobody's time holds a compiler's
  for (const [source, name] of [[join(ROOT, 'examples/heart-attack-mortality/app.ts'), 'example'], [join(ROOT, 'bench/l1-source.ts'), 'l1-source'], [join(ROOT, 'bench/l1.ts'), 'l1'], [join(ROOT, 'bench/pipelines.ts'), 'pipelines']] as const) {
    buildSync({ entryPoints: [source], outfile: join(scratch, `${name}.js`), bundle: true, platform: 'node', packages: 'external', alias: { 'cdk-regulated-ml/rules': join(ROOT, 'bench/no-packs.ts') }, logLevel: 'warning' });
  }
  const assembly = join(scratch, 'reference');
  run('example', { CDK_OUTDIR: assembly });
  for (const file of readdirSync(assembly).filter((name) => name.endsWith('.template.json'))) {
    // what every synthesizer adds is left for it to add
    const { Parameters: _parameters, Rules: _rules, ...template } = JSON.parse(readFileSync(join(assembly, file), 'utf8')) as Record<string, unknown>;
    writeFileSync(join(assembly, file), JSON.stringify(template));
  }

  const written = { ASSEMBLY: assembly, SOURCE: join(scratch, 'source.json'), CLASSES: join(ROOT, 'node_modules/aws-cdk-lib/cloudformation-include/cfn-types-2-classes.json') };
  run('l1-source', written);
  writeFileSync(join(scratch, 'none.json'), '{}');
  const forms = { library: () => run('example'), typed: () => run('l1', written), bare: () => run('l1', { ...written, CLASSES: join(scratch, 'none.json') }) };
  const times = alternate(forms);
  console.log(`the example, milliseconds, median of ${ROUNDS}`);
  for (const phase of ['all', 'synth'] as const) {
    console.log(`  ${phase === 'all' ? 'loading, building and synth' : 'synth alone'}`);
    for (const [form, values] of Object.entries(times)) console.log(`    ${form.padEnd(8)} ${median(values.map((time) => time[phase])).toFixed(0)}`);
    console.log(`    library / typed L1s   ${ratio(times.library, times.typed, phase)}   (target ≤ 1.25)`);
    console.log(`    library / bare L1s    ${ratio(times.library, times.bare, phase)}`);
  }

  const counts = [10, 60, 110];
  const many = alternate(Object.fromEntries(counts.map((count) => [String(count), () => run('pipelines', { PIPELINES: String(count) })])));
  const [low, high] = [slope(many, 10, 60), slope(many, 60, 110)];
  console.log(`pipelines, milliseconds for each further one, median of ${ROUNDS}`);
  console.log(`  from 10 to 60    ${low.toFixed(1)}`);
  console.log(`  from 60 to 110   ${high.toFixed(1)}`);
  console.log(`  ratio            ${(high / low).toFixed(2)}   (target 0.8 to 1.2)`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Milliseconds that a child says its work took, the index of the CDK loaded before. */
function run(name: string, env: Record<string, string> = {}): Time {
  const program = `
    require('aws-cdk-lib'); require('constructs');
    const start = performance.now();
    const { app } = require('./${name}.js');
    const built = performance.now();
    app.synth();
    const end = performance.now();
    console.log('MS ' + (end - start) + ' ' + (end - built));`;
  const out = mkdtempSync(join(tmpdir(), 'bench-out-'));
  try {
    const printed = execFileSync(process.execPath, ['-e', program], { cwd: scratch, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, CDK_OUTDIR: out, CDK_VALIDATION: 'false', ...env } });
    const [, all, synth] = /^MS ([\d.]+) ([\d.]+)$/m.exec(printed)!;
    return { all: Number(all), synth: Number(synth) };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** Each form once a round, so that a slow moment of the machine hits all. */
function alternate<Form extends string>(forms: Record<Form, () => Time>): Record<Form, Time[]> {
  const names = Object.keys(forms) as Form[];
  const times = Object.fromEntries(names.map((name) => [name, [] as Time[]])) as Record<Form, Time[]>;
  for (let round = 0; round < ROUNDS; round++) for (const name of names) times[name].push(forms[name]());
  return times;
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function ratio(a: Time[], b: Time[], phase: keyof Time): string {
  return median(a.map((time, index) => time[phase] / b[index][phase])).toFixed(2);
}

function slope(times: Record<string, Time[]>, from: number, to: number): number {
  const at = (count: number) => median(times[String(count)].map((time) => time.all));
  return (at(to) - at(from)) / (to - from);
}
