// Measures the gate in child processes and prints ratios.  npx tsx --tsconfig tsconfig.dev.json bench/check.ts [rounds]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Milliseconds of one process, from its start to its end. */
interface Cost { readonly wall: number; readonly cpu: number; readonly megabytes: number }

const ROOT = join(__dirname, '..');
const ROUNDS = Number(process.argv[2] ?? 7);
const RESOURCES = 495;
const STACKS = [10, 50, 100];
if (!Number.isInteger(ROUNDS) || ROUNDS < 1) throw new Error(`'${process.argv[2]}' is no number of rounds: give a whole number from 1`);
if (!existsSync(join(ROOT, 'build', 'cli', 'main.js'))) throw new Error('there is no build to measure: run npm run build');

const scratch = mkdtempSync(join(tmpdir(), 'bench-check-'));
try {
  for (const name of ['aws-cdk-lib', 'constructs', 'cdk-nag']) link(name);
  // what a process cost is known to itself, when it ends
  writeFileSync(join(scratch, 'cost.js'), 'process.on("exit", () => { const { user, system } = process.cpuUsage(); require("node:fs").writeFileSync(process.env.COST, JSON.stringify([(user + system) / 1000, process.resourceUsage().maxRSS / 1000])); });');
  writeFileSync(join(scratch, 'app.js'), `
    const { App, Stack, Validations } = require('aws-cdk-lib');
    const [s3, sagemaker, iam] = ['s3', 'sagemaker', 'iam'].map((name) => require('aws-cdk-lib/aws-' + name));
    const app = new App({ context: { '@aws-cdk/core:failSynthOnValidationErrors': false } });
    for (let s = 0; s < Number(process.env.STACKS); s++) {
      const stack = new Stack(app, 'S' + s, { env: { region: 'eu-central-1', account: '123456789012' } });
      for (let i = 0; i < ${RESOURCES / 3}; i++) {
        const bucket = new s3.Bucket(stack, 'B' + i);
        new sagemaker.CfnEndpointConfig(stack, 'E' + i, { productionVariants: [{ variantName: 'a', modelName: bucket.bucketName, initialVariantWeight: 1 }] });
        new iam.Role(stack, 'R' + i, { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com') });
      }
    }
    if (process.env.PACK === 'AwsSolutions') Validations.of(app).addPlugins(new (require('cdk-nag').AwsSolutionsChecks)(app));
    if (process.env.PACK === 'RegulatedML') {
      const { ComplianceProfile, Framework, Jurisdiction, Residency } = require(process.env.BUILD + '/policy');
      const profile = ComplianceProfile.of({ frameworks: [Framework.GDPR, Framework.HIPAA], residency: Residency.within(Jurisdiction.EU) });
      Validations.of(app).addPlugins(new (require(process.env.BUILD + '/rules').RegulatedMLChecks)(app, { profile }));
    }
    app.synth();`);
  const [one, recorded] = [join(scratch, 'one'), join(scratch, 'recorded')];
  synth(one, 1);
  synth(recorded, 1, 'RegulatedML');
  const forms = {
    'node alone': () => run(['-e', '0']),
    'check': () => check(one),
    'check, of a record': () => check(recorded),
    'synth': () => synth(join(scratch, 'out'), 1),
    'synth with AwsSolutions': () => synth(join(scratch, 'out'), 1, 'AwsSolutions'),
  };
  const costs = Object.fromEntries(Object.keys(forms).map((form) => [form, [] as Cost[]]));
  for (let round = 0; round < ROUNDS; round++) for (const [form, measure] of Object.entries(forms)) costs[form]!.push(measure());
  console.log(`${RESOURCES} resources, median of ${ROUNDS}, milliseconds: on the clock, of the processor; megabytes`);
  for (const [form, list] of Object.entries(costs)) console.log(`  ${form.padEnd(24)} ${middle(list, 'wall').toFixed(0).padStart(6)} ${middle(list, 'cpu').toFixed(0).padStart(6)} ${middle(list, 'megabytes').toFixed(0).padStart(6)}`);
  const over = (form: string, base: string, of: 'wall' | 'cpu') => median(costs[form]!.map((cost, index) => cost[of] - costs[base]![index]![of]));
  for (const of of ['wall', 'cpu'] as const) {
    for (const form of ['check', 'check, of a record']) console.log(`  ${form}, over node's start, ${of}      ${over(form, 'node alone', of).toFixed(0)} ms   (target < 1000)`);
    console.log(`  check / synth with AwsSolutions, ${of}   ${(middle(costs.check!, of) / middle(costs['synth with AwsSolutions']!, of)).toFixed(2)}`);
    console.log(`  check / what AwsSolutions adds, ${of}    ${(over('check', 'node alone', of) / over('synth with AwsSolutions', 'synth', of)).toFixed(2)}`);
  }
  for (const stacks of STACKS) {
    for (const pack of ['', 'RegulatedML']) {
      const many = join(scratch, 'many');
      rmSync(many, { recursive: true, force: true });
      synth(many, stacks, pack);
      const { wall, cpu, megabytes } = check(many);
      console.log(`${stacks} stacks of ${RESOURCES} resources${pack === '' ? '' : ', of a record'}: ${wall.toFixed(0)} ms, ${cpu.toFixed(0)} ms of the processor, ${megabytes.toFixed(0)} MB`);
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function check(assembly: string): Cost {
  return run([join(ROOT, 'bin', 'regulated-ml.js'), 'check', assembly, '--framework', 'GDPR,HIPAA', '--residency', 'EU', '--quiet']);
}

function synth(out: string, stacks: number, pack = ''): Cost {
  return run([join(scratch, 'app.js')], { CDK_OUTDIR: out, CDK_VALIDATION: 'false', BUILD: join(ROOT, 'build'), STACKS: String(stacks), PACK: pack });
}

function run(words: readonly string[], env: Readonly<Record<string, string>> = {}): Cost {
  const file = join(scratch, 'cost.json');
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--require', join(scratch, 'cost.js'), ...words], { env: { ...process.env, ...env, COST: file }, encoding: 'utf8', maxBuffer: 512 * 1024 * 1024 });
  const wall = performance.now() - start;
  if (status !== 0 && status !== 1) throw new Error(`${words.join(' ')} answered ${status}: ${stderr}`);
  const [cpu, megabytes] = JSON.parse(readFileSync(file, 'utf8')) as [number, number];
  return { wall, cpu, megabytes };
}

function link(name: string): void {
  const modules = join(scratch, 'node_modules');
  mkdirSync(modules, { recursive: true });
  symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
}

function middle(list: readonly Cost[], of: keyof Cost): number {
  return median(list.map((cost) => cost[of]));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
