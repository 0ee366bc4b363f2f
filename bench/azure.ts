// What the Azure door costs to load, what the example costs, and what a stack costs by its size; needs a build.  tsx bench/azure.ts [rounds]
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = join(__dirname, '..');
const ROUNDS = Number(process.argv[2] ?? 5);
const SIZES = [100, 1000, 5000];

if (!Number.isInteger(ROUNDS) || ROUNDS < 1) throw new Error(`'${process.argv[2]}' is no number of rounds: give a whole number from 1`);
if (!existsSync(join(ROOT, 'build', 'azure', 'index.js'))) throw new Error('there is no build to measure: run npm run build');

interface Load { readonly wall: number; readonly cpu: number; readonly megabytes: number; readonly provider: string[] }
interface Example { readonly resources: number; readonly wall: readonly number[]; readonly cpu: readonly number[]; readonly megabytes: number }
interface Synth { readonly resources: number; readonly build: number; readonly synth: number; readonly megabytes: number }

/** Begins with a clock that counts the processor's time of all threads: what the machine does beside it does not count. */
const CLOCK = `
  const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
  const megabytes = () => process.resourceUsage().maxRSS / 1024;`;

const LOAD = `${CLOCK}
  const [wall, before] = [performance.now(), cpu()];
  void require(process.argv[1])[process.argv[2]];
  const provider = Object.keys(require.cache).map((file) => /provider-azurerm[/\\\\]lib[/\\\\](.+)$/.exec(file)?.[1]).filter((file) => file);
  console.log(JSON.stringify({ wall: performance.now() - wall, cpu: cpu() - before, megabytes: megabytes(), provider }));`;

// what it takes to load and to build, and to judge and to write
const EXAMPLE = `${CLOCK}
  const now = () => ({ wall: performance.now(), cpu: cpu() });
  const begin = now();
  const { app } = require(process.argv[1]);
  const built = now();
  app.synth();
  const done = now();
  const resources = app.node.findAll().filter((node) => require('cdktf').TerraformResource.isTerraformResource(node)).length;
  const parts = (clock) => [built[clock] - begin[clock], done[clock] - built[clock], done[clock] - begin[clock]];
  console.log(JSON.stringify({ resources, wall: parts('wall'), cpu: parts('cpu'), megabytes: megabytes() }));`;

const SYNTH = `${CLOCK}
  const [, root, wanted, judged] = process.argv;
  const { App, TerraformStack, TerraformResource } = require('cdktf');
  const { Providers, Workspace } = require(root + '/build/azure');
  const { Classification, ComplianceProfile, Framework, Jurisdiction, Residency } = require(root + '/build/policy');
  const { RegulatedMLChecks } = judged === 'judged' ? require(root + '/build/rules/azure') : {};
  const profile = ComplianceProfile.of({ frameworks: [Framework.HIPAA, Framework.GDPR], residency: Residency.within(Jurisdiction.EU) });
  const outdir = require('node:fs').mkdtempSync(require('node:path').join(require('node:os').tmpdir(), 'bench-'));
  const begin = cpu();
  const app = new App({ outdir });
  const stack = new TerraformStack(app, 'Stack');
  Providers.azurerm(stack, { subscriptionId: '00000000-0000-0000-0000-000000000000' });
  const workspace = new Workspace(stack, 'Workspace', { profile, location: 'germanywestcentral', name: 'readmission', alarmEmails: ['security@example.org'] });
  const count = (construct) => construct.node.findAll().filter((node) => TerraformResource.isTerraformResource(node)).length;
  const ground = count(stack);
  workspace.addStore('Store0', { classification: Classification.PHI });
  const each = count(stack) - ground;
  for (let store = 1; store < Math.ceil((Number(wanted) - ground) / each); store += 1) workspace.addStore('Store' + store, { classification: Classification.PHI });
  if (RegulatedMLChecks) new RegulatedMLChecks(app, { profile });
  const built = cpu();
  app.synth();
  const done = cpu();
  console.log(JSON.stringify({ resources: count(stack), build: built - begin, synth: done - built, megabytes: megabytes() }));
  require('node:fs').rmSync(outdir, { recursive: true });`;

const loads = Array.from({ length: ROUNDS }, () => node<Load>(LOAD, join(ROOT, 'build', 'azure'), 'Workspace'));
const plain = Array.from({ length: ROUNDS }, () => node<Load>(LOAD, 'cdktf', 'App'));
console.log(`loading, median of ${ROUNDS}`.padEnd(40), 'wall ms'.padStart(8), 'CPU ms'.padStart(8), 'MB'.padStart(6));
console.log('  Workspace of cdk-regulated-ml/azure'.padEnd(40), ...columns(loads));
console.log('  cdktf alone'.padEnd(40), ...columns(plain));
console.log(`  ${loads[0].provider.length} files of the provider before anything is made (target: no index, < 250 ms, < 120 MB)`);
const indexes = loads[0].provider.filter((file) => /^(lazy-)?index\.js$/.test(file));
if (indexes.length > 0) throw new Error(`the door loads the whole provider: ${indexes.join(', ')}`);

printExample('heart-attack-mortality-azure');

for (const judged of ['plain', 'judged']) {
  console.log(`a stack, ${judged === 'judged' ? 'with' : 'without'} the rules, CPU ms, median of ${ROUNDS}`.padEnd(52), 'build'.padStart(8), 'synth'.padStart(8), 'MB'.padStart(6));
  const measured = SIZES.map((size) => {
    const runs = Array.from({ length: ROUNDS }, () => node<Synth>(SYNTH, ROOT, String(size), judged));
    const row = { resources: runs[0].resources, build: median(runs.map((run) => run.build)), synth: median(runs.map((run) => run.synth)), megabytes: median(runs.map((run) => run.megabytes)) };
    console.log(`  ${row.resources} resources`.padEnd(52), row.build.toFixed(0).padStart(8), row.synth.toFixed(0).padStart(8), row.megabytes.toFixed(0).padStart(6));
    return row;
  });
  const slopes = measured.slice(1).map((row, index) => (row.build + row.synth - measured[index].build - measured[index].synth) / (row.resources - measured[index].resources));
  console.log(`  each further resource: ${slopes.map((slope) => slope.toFixed(2)).join(' ms, then ')} ms, ratio ${(slopes[1] / slopes[0]).toFixed(2)} (target ≤ 1.2)`);
}

/** The example as its README runs it, with the rules, but compiled ahead: what tsx takes is not the library's. */
function printExample(name: string): void {
  const scratch = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const modules = join(scratch, 'node_modules');
    mkdirSync(join(modules, '@cdktf'), { recursive: true });
    for (const linked of ['cdktf', 'constructs', '@cdktf/provider-azurerm']) symlinkSync(join(ROOT, 'node_modules', linked), join(modules, linked));
    symlinkSync(ROOT, join(modules, 'cdk-regulated-ml'));
    cpSync(join(ROOT, 'examples', 'heart-attack-mortality', 'steps'), join(scratch, 'heart-attack-mortality', 'steps'), { recursive: true });
    const app = join(scratch, name, 'app.js');
    buildSync({ entryPoints: [join(ROOT, 'examples', name, 'app.ts')], outfile: app, bundle: true, platform: 'node', packages: 'external', logLevel: 'warning' });
    const runs = Array.from({ length: ROUNDS }, () => node<Example>(EXAMPLE, app));
    console.log(`the example ${name}, ms, median of ${ROUNDS}`.padEnd(60), 'load, build'.padStart(12), 'synth'.padStart(8), 'all'.padStart(8), 'MB'.padStart(6));
    for (const [clock, label] of [['wall', 'on the clock'], ['cpu', 'of the processor']] as const) {
      const parts = [12, 8, 8].map((width, part) => median(runs.map((run) => run[clock][part])).toFixed(0).padStart(width));
      console.log(`  ${runs[0].resources} resources and the rules, ${label} (target of all: well under 2 s)`.padEnd(60), ...parts, median(runs.map((run) => run.megabytes)).toFixed(0).padStart(6));
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function columns(runs: Load[]): string[] {
  return (['wall', 'cpu'] as const).map((clock) => median(runs.map((run) => run[clock])).toFixed(0).padStart(8)).concat(median(runs.map((run) => run.megabytes)).toFixed(0).padStart(6));
}

function node<T>(program: string, ...args: string[]): T {
  return JSON.parse(execFileSync(process.execPath, ['--max-old-space-size=4096', '-e', program, ...args], { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 64 * 1024 * 1024 })) as T;
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
