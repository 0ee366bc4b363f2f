// What the rules cost, measured around the `validate` call inside synth, each app in a process of its own.  npm run bench:rules [rounds]
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Cost { readonly milliseconds: number; readonly cpu: number; readonly megabytes: number; readonly findings: number }

const ROOT = join(__dirname, '..');
const ROUNDS = Number(process.argv[2] ?? 3);
const SIZES = (process.argv[3] ?? '100,400,1600,6400').split(',').map(Number);
if (!Number.isInteger(ROUNDS) || ROUNDS < 1) throw new Error(`'${process.argv[2]}' is no number of rounds: give a whole number from 1`);
if (!existsSync(join(ROOT, 'build', 'rules', 'index.js'))) throw new Error('there is no build to measure: run npm run build');

const APPS = { mixed: 'a bucket, an endpoint configuration and a role in turn', varied: 'the same, each with names, sizes, days and permissions of its own', storage: 'buckets, each with a policy' } as const;
const PACKS = { ours: 'the whole catalogue', solutions: 'AwsSolutions', regulatory: 'HIPAA + NIST 800-53 r5 + PCI DSS' } as const;
/** Conditions of the mixed app, each on 3 % of its resources. */
const CONDITIONS = [0, 1, 5, 10];
type AppName = keyof typeof APPS;
type PackName = keyof typeof PACKS;

const PROGRAM = `
const { App, CfnCondition, CfnParameter, Duration, Fn, Stack, Validations } = require('aws-cdk-lib');
const s3 = require('aws-cdk-lib/aws-s3'); const iam = require('aws-cdk-lib/aws-iam'); const sagemaker = require('aws-cdk-lib/aws-sagemaker');
const [kind, pack, count] = process.env.CASE.split(' ');
const app = new App({ outdir: process.env.OUT, context: { '@aws-cdk/core:failSynthOnValidationErrors': false } });
const conditions = kind.startsWith('mixed') ? Number(kind.slice('mixed'.length)) : 0;
// some resources are there on a condition, of others a property hangs on it
const hanging = (resource, index) => {
  const which = Math.floor((index * 7919 % 1000) / 30);
  if (which >= conditions) return;
  const condition = stack.node.findChild('C' + which);
  if (index % 2 === 0) resource.cfnOptions.condition = condition;
  else resource.addPropertyOverride('Tags', Fn.conditionIf(condition.logicalId, [{ Key: 'of', Value: 'one' }], [{ Key: 'of', Value: 'other' }]));
};
let stack;
for (let index = 0; index < Number(count); index++) {
  if (index % 400 === 0) {
    stack = new Stack(app, 'S' + index / 400, { env: { account: '123456789012', region: 'eu-central-1' } });
    for (let one = 0; one < conditions; one++) new CfnCondition(stack, 'C' + one, { expression: Fn.conditionEquals(new CfnParameter(stack, 'P' + one, { default: 'no' }).valueAsString, 'yes') });
  }
  if (kind === 'storage') {
    if (index % 2 === 0) new s3.Bucket(stack, 'B' + index, { enforceSSL: true });
    continue;
  }
  if (kind === 'varied') {
    if (index % 3 === 0) new s3.Bucket(stack, 'B' + index, { bucketName: 'varied-' + index, lifecycleRules: [{ expiration: Duration.days(1 + index), prefix: 'p' + index + '/' }] });
    else if (index % 3 === 1) new sagemaker.CfnEndpointConfig(stack, 'E' + index, { endpointConfigName: 'e' + index, productionVariants: [{ variantName: 'v', modelName: 'm' + index, initialInstanceCount: 1 + index % 7, instanceType: 'ml.m5.large', initialVariantWeight: 1 }] });
    else new iam.Role(stack, 'R' + index, { description: 'role ' + index, assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com'), inlinePolicies: { P: new iam.PolicyDocument({ statements: [new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::varied-' + (index - 2) + '/*'] })] }) } });
    continue;
  }
  let made;
  if (index % 3 === 0) made = new s3.Bucket(stack, 'B' + index).node.defaultChild;
  else if (index % 3 === 1) made = new sagemaker.CfnEndpointConfig(stack, 'E' + index, { productionVariants: [{ variantName: 'v', modelName: 'm', initialInstanceCount: 1, instanceType: 'ml.m5.large', initialVariantWeight: 1 }] });
  else made = new iam.Role(stack, 'R' + index, { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com'), inlinePolicies: { P: new iam.PolicyDocument({ statements: [new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] })] }) } }).node.defaultChild;
  hanging(made, index);
}
function plugins() {
  if (pack === 'ours') {
    const { ComplianceProfile, Framework, Jurisdiction, Residency } = require('cdk-regulated-ml/policy');
    const { RegulatedMLChecks } = require('cdk-regulated-ml/rules');
    return [new RegulatedMLChecks(app, { profile: ComplianceProfile.of({ frameworks: [Framework.HIPAA, Framework.GDPR], residency: Residency.within(Jurisdiction.EU) }) })];
  }
  const nag = require('cdk-nag');
  return pack === 'solutions' ? [new nag.AwsSolutionsChecks(app)] : [new nag.HIPAASecurityChecks(app), new nag.NIST80053R5Checks(app), new nag.PCIDSS321Checks(app)];
}
let spent = 0, cpu = 0, grown = 0, findings = 0;
for (const plugin of plugins()) {
  const validate = plugin.validate.bind(plugin);
  plugin.validate = (context) => {
    global.gc(); const before = process.memoryUsage().heapUsed; const start = performance.now(); const used = process.cpuUsage();
    const report = validate(context);
    spent += performance.now() - start; cpu += process.cpuUsage(used).user / 1000; grown += process.memoryUsage().heapUsed - before; findings += report.violations.length;
    return report;
  };
  Validations.of(app).addPlugins(plugin);
}
console.log = console.error = () => {};
app.synth();
process.stdout.write('COST ' + spent + ' ' + cpu + ' ' + grown / 1048576 + ' ' + findings);
`;

const LOADING = `
const start = performance.now(); require('aws-cdk-lib'); require('cdk-nag'); const nag = performance.now();
require('cdk-regulated-ml/rules'); process.stdout.write('MS ' + (performance.now() - nag));`;

const scratch = mkdtempSync(join(tmpdir(), 'bench-rules-'));
try {
  const costs = new Map<string, Cost[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const app of Object.keys(APPS) as AppName[]) for (const size of SIZES) for (const pack of Object.keys(PACKS) as PackName[]) {
      const key = `${app} ${pack} ${size}`;
      costs.set(key, [...costs.get(key) ?? [], run(key)]);
    }
  }
  const of = (app: AppName, pack: PackName, size: number) => costs.get(`${app} ${pack} ${size}`)!;
  const at = (app: AppName, pack: PackName, size: number) => median(of(app, pack, size).map(({ milliseconds }) => milliseconds));
  const ratio = (app: AppName, pack: PackName, size: number) => median(of(app, 'ours', size).map(({ milliseconds }, round) => milliseconds / of(app, pack, size)[round].milliseconds)).toFixed(2);
  for (const [app, words] of Object.entries(APPS) as [AppName, string][]) {
    console.log(`\n${app}: ${words}; milliseconds of validate, median of ${ROUNDS}`);
    console.log(`  ${'resources'.padEnd(10)} ${Object.values(PACKS).map((name) => name.padStart(34)).join('')}     of AwsSolutions   of the three`);
    for (const size of SIZES) {
      console.log(`  ${String(size).padEnd(10)} ${(Object.keys(PACKS) as PackName[]).map((pack) => at(app, pack, size).toFixed(0).padStart(34)).join('')} ${ratio(app, 'solutions', size).padStart(19)} ${ratio(app, 'regulatory', size).padStart(14)}`);
    }
    const [some, all] = [400, 6400];
    if (!SIZES.includes(some) || !SIZES.includes(all)) continue;
    const each = (size: number) => at(app, 'ours', size) / size;
    const memory = (size: number) => median(of(app, 'ours', size).map(({ megabytes }) => megabytes)) / size;
    console.log(`  time per resource at ${all} to that at ${some}     ${(each(all) / each(some)).toFixed(2)}   (target ≤ 1.3)`);
    console.log(`  memory per resource at ${all} to that at ${some}   ${(memory(all) / memory(some)).toFixed(2)}   (target ≤ 1.3; ${(memory(all) * 1024).toFixed(1)} KB each)`);
    console.log(`  of AwsSolutions: target ≤ 0.5 at ${some}, ≤ 0.25 at ${all}`);
  }
  const most = SIZES[SIZES.length - 1];
  const hanging = Array.from({ length: ROUNDS }, () => CONDITIONS.map((conditions) => run(`mixed${conditions} ours ${most}`).cpu));
  console.log(`\nmixed, ${most} resources, with conditions that each bear on 3 % of them; milliseconds of CPU, median of ${ROUNDS}`);
  for (const [index, conditions] of CONDITIONS.entries()) {
    const times = median(hanging.map((round) => round[index] / round[0])).toFixed(2);
    console.log(`  ${String(conditions).padEnd(10)} ${median(hanging.map((round) => round[index])).toFixed(0).padStart(8)}   ${times} times the time without`);
  }
  const loading = median(Array.from({ length: Math.max(5, ROUNDS) }, () => Number(/MS ([\d.]+)/.exec(node([], LOADING, {}))![1])));
  console.log(`\nloading the rules after cdk-nag: ${loading.toFixed(0)} ms   (target ≤ 60)`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function run(key: string): Cost {
  const [app, pack, size] = key.split(' ');
  const out = mkdtempSync(join(scratch, 'out-'));
  try {
    const printed = node(['--expose-gc'], PROGRAM, { CASE: `${app} ${pack} ${size}`, OUT: out });
    const [, milliseconds, cpu, megabytes, findings] = /COST ([\d.]+) ([\d.]+) (-?[\d.]+) (\d+)/.exec(printed)!.map(Number);
    if (findings === 0) throw new Error(`${key} found nothing: the pack is not live`);
    return { milliseconds, cpu, megabytes, findings };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function node(flags: readonly string[], program: string, environment: Record<string, string>): string {
  // run from the root, where the package can name itself
  return execFileSync(process.execPath, [...flags, '-e', program], { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 30, env: { ...process.env, CDK_VALIDATION: 'false', ...environment } });
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
