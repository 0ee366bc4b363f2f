// npm run demo: the default app on AWS and the same workload on Azure, synthesized, checked, the evidence of both written. Exits with 1 when anything has to be fixed.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { App as CdkApp } from 'aws-cdk-lib';
import type { ComplianceProfile } from 'cdk-regulated-ml/policy';
import type { EvidenceReport } from 'cdk-regulated-ml/evidence';

const ROOT = join(__dirname, '..');
const OUT = process.env.DEMO_OUT ?? join(ROOT, 'cdk.out');
const OUT_AZURE = process.env.DEMO_OUT_AZURE ?? join(ROOT, 'cdktf.out');
const EVIDENCE = process.env.DEMO_EVIDENCE ?? join(ROOT, 'evidence-out');

const terminal = process.stdout.isTTY && process.env.NO_COLOR === undefined;
const paint = (code: number) => (text: string) => (terminal ? `\u001b[${code}m${text}\u001b[0m` : text);
const bold = paint(1);
const dim = paint(2);
const red = paint(31);
const green = paint(32);
const yellow = paint(33);
const say = (text = '') => void process.stdout.write(`${text}\n`);
const place = (path: string) => relative(process.cwd(), path) || '.';

async function phase<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  const start = Date.now();
  process.stdout.write(terminal ? `  … ${name}` : `  … ${name}\n`);
  const end = (sign: string) => say(`${terminal ? '\r' : ''}  ${sign} ${name} ${dim(`${((Date.now() - start) / 1000).toFixed(1)} s`)}`);
  try {
    // the line is drawn before the work, which blocks
    await new Promise((resolve) => setImmediate(resolve));
    const result = await work();
    end(green('✓'));
    return result;
  } catch (error) {
    end(red('✗'));
    throw error;
  }
}

const AZURE_APP = '../examples/heart-attack-mortality-azure/app';

interface AzureModule { readonly app: { synth(): void } }
interface AppModule { readonly app: CdkApp; readonly profile: ComplianceProfile }

async function main(): Promise<number> {
  say(bold('cdk-regulated-ml demo') + dim('  before any deployment: this judges templates, and needs no credentials'));
  // read by `new App()`: where to write, what counts as an error, and that this script decides instead of synth
  process.env.CDK_OUTDIR = OUT;
  process.env.CDK_CONTEXT_JSON = JSON.stringify({
    ...(JSON.parse(process.env.CDK_CONTEXT_JSON ?? '{}') as object),
    '@aws-cdk/core:validateAgainstDefaultRules': true,
    '@aws-cdk/core:failSynthOnValidationErrors': false,
  });
  // deep enough to reach the line of the app that made a resource
  Error.stackTraceLimit = 60;
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });

  const { app, profile } = await phase('build the constructs', async () => (await import(process.env.DEMO_APP ?? './app')) as AppModule);
  await phase('register AwsSolutions, HIPAA, NIST 800-53 r5, PCI DSS 3.2.1 and RegulatedML', async () => {
    const { Validations } = await import('aws-cdk-lib');
    const nag = await import('cdk-nag');
    const { RegulatedMLChecks } = await import('cdk-regulated-ml/rules');
    const registered = (app as unknown as { readonly _validationPlugins?: readonly { readonly name: string }[] })._validationPlugins ?? [];
    const known = new Set(registered.map(({ name }) => name));
    const packs = [
      new nag.AwsSolutionsChecks(app), new nag.HIPAASecurityChecks(app), new nag.NIST80053R5Checks(app), new nag.PCIDSS321Checks(app),
      new RegulatedMLChecks(app, { profile }),
    ];
    // an app may have registered a pack itself; twice would count everything twice
    Validations.of(app).addPlugins(...packs.filter(({ name }) => !known.has(name)));
  });
  let failure: unknown;
  await phase('synthesize, validate the templates, run the packs', () => {
    try {
      app.synth();
    } catch (error) {
      failure = error;
      throw error;
    }
  }).catch(() => undefined);
  if (failure !== undefined && !existsSync(join(OUT, 'regulated-ml-evidence.json'))) throw failure;
  // an app of somebody's own is checked alone
  const outputs = [OUT, ...process.env.DEMO_APP ? [] : [OUT_AZURE]];
  if (outputs.includes(OUT_AZURE)) {
    await phase('build the same workload on Azure, synthesize it, run the rules for Azure', async () => {
      rmSync(OUT_AZURE, { recursive: true, force: true });
      process.env.CDKTF_OUTDIR = OUT_AZURE;
      const { app: azure } = (await import(AZURE_APP)) as AzureModule;
      azure.synth();
    });
  }
  const report = await phase('collect the evidence and write the report', async () => {
    const { EvidenceReport } = await import('cdk-regulated-ml/evidence');
    const collected = EvidenceReport.fromAssemblies(outputs);
    collected.writeTo(EVIDENCE);
    return collected;
  });
  return summarize(report, failure);
}

function summarize(report: EvidenceReport, failure: unknown): number {
  const { summary, packs, limits } = report;
  say();
  say(bold('What was synthesized'));
  for (const line of provisioned(report)) say(`  ${line}`);
  say();
  say(bold('What was checked'));
  say(`  ${summary.checks} checks of our own on ${summary.resources} resources and steps: ${summary.compliant} kept, ${summary.fatal + summary.errors} to be fixed, `
    + `${summary.waived} accepted, ${summary.warnings} shown as warnings${summary.unknown > 0 ? `; ${summary.unknown} of what is open can be answered by the deployment only` : ''}`);
  for (const pack of packs) {
    const state = pack.failure ?? (pack.errors > 0 ? `${pack.errors} unwaived ${pack.errors === 1 ? 'finding' : 'findings'}` : 'no unwaived finding');
    const beside = [pack.warnings > 0 ? `${pack.warnings} ${pack.warnings === 1 ? 'warning' : 'warnings'}` : '', pack.waived > 0 ? `${pack.waived} accepted` : ''].filter(Boolean).join(', ');
    say(`  ${pack.errors > 0 || pack.failure ? red('✗') : green('✓')} ${pack.name}: ${state}${beside ? dim(` (${beside})`) : ''}`);
  }
  say(`  ${summary.waivers} waivers accept ${summary.accepted} findings, each with its reason in the report`);

  const { weakenings } = report;
  if (weakenings.length > 0) {
    say();
    say(bold('Protections that are weaker, and what stands in'));
    for (const { control, reason, substitute, paths } of weakenings) {
      say(`  ${yellow('!')} ${control}, ${paths.length === 1 ? paths[0]! : `${paths.length} places`}: ${reason}`);
      say(dim(`    instead: ${substitute}`));
    }
  }

  const open = packs.filter(({ lines, failure: broken }) => lines.length > 0 || broken);
  if (open.length > 0) {
    say();
    say(bold('Findings'));
    for (const pack of open) {
      say(`  ${pack.name}`);
      for (const line of pack.lines.slice(0, 40)) say(`    ${line.startsWith('warning') ? yellow('!') : red('✗')} ${line}`);
      if (pack.lines.length > 40) say(dim(`    and ${pack.lines.length - 40} more in the report`));
    }
  }
  say();
  say(bold('Where to look'));
  say(`  ${place(join(EVIDENCE, 'evidence.html'))}  ${dim('open it in a browser')}`);
  say(`  ${place(join(EVIDENCE, 'evidence.json'))}  ${dim('the same for machines')}`);
  say(`  ${place(OUT)}  ${dim('the templates, and the raw record beside them')}`);
  if (existsSync(OUT_AZURE) && !process.env.DEMO_APP) say(`  ${place(OUT_AZURE)}  ${dim('the same for Terraform')}`);
  say();
  if (failure !== undefined) say(red(`synthesis failed: ${failure instanceof Error ? failure.message.split('\n')[0] : String(failure)}`));
  if (limits.length > 0) {
    say(yellow(bold('NOT A FULL PROOF')));
    for (const limit of limits) say(yellow(`  ${limit}`));
  }
  const clean = report.isClean && failure === undefined && limits.length === 0;
  say(clean ? green(bold('Clean: every finding is either fixed or waived with a reason.')) : red(bold('Not clean: see above.')));
  return clean ? 0 : 1;
}

const NAMES: readonly (readonly [type: string, one: string, many: string])[] = [
  ['AWS::SageMaker::Pipeline', 'SageMaker pipeline', 'SageMaker pipelines'],
  ['AWS::SageMaker::ModelPackageGroup', 'model registry', 'model registries'],
  ['AWS::StepFunctions::StateMachine', 'state machine', 'state machines'],
  ['AWS::SageMaker::EndpointConfig', 'endpoint configuration', 'endpoint configurations'],
  ['AWS::EC2::VPC', 'private network', 'private networks'],
  ['AWS::EC2::VPCEndpoint', 'service endpoint', 'service endpoints'],
  ['AWS::S3::Bucket', 'bucket', 'buckets'],
  ['AWS::KMS::Key', 'key', 'keys'],
  ['AWS::IAM::Role', 'role', 'roles'],
  ['AWS::Lambda::Function', 'function', 'functions'],
  ['AWS::CloudWatch::Alarm', 'alarm', 'alarms'],
  ['Microsoft.MachineLearningServices/workspaces', 'Azure ML workspace', 'Azure ML workspaces'],
  ['Microsoft.MachineLearningServices/workspaces/components/versions', 'component of Azure ML', 'components of Azure ML'],
  ['Microsoft.MachineLearningServices/workspaces/onlineEndpoints', 'online endpoint', 'online endpoints'],
  ['azurerm_storage_account', 'storage account', 'storage accounts'],
  ['azurerm_private_endpoint', 'private endpoint', 'private endpoints'],
  ['azurerm_role_assignment', 'role assignment', 'role assignments'],
];

function provisioned(report: EvidenceReport): string[] {
  const { subjects, stacks, flow } = JSON.parse(report.toJson()) as {
    subjects: { type: string; step?: string }[]; stacks: { region?: string }[]; flow: { nodes: { region?: string }[] };
  };
  const own = subjects.filter(({ type, step }) => step === undefined && !type.startsWith('RegulatedML::'));
  const parts = NAMES.flatMap(([type, one, many]) => {
    const count = own.filter((resource) => resource.type === type).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
  // a stack of Terraform has none; what is in it does
  const regions = [...new Set([...stacks, ...flow.nodes].flatMap(({ region }) => region ?? []))].sort().join(', ');
  const steps = subjects.filter(({ type, step }) => step !== undefined && type === 'RegulatedML::PipelineStep').length;
  return [
    `${stacks.length} ${stacks.length === 1 ? 'stack' : 'stacks'} in ${regions}, ${own.length} resources, ${steps} steps of pipelines`,
    parts.join(', '),
  ];
}

main().then((code) => process.exit(code), (error: unknown) => {
  say();
  say(red(bold('The demo could not be run to its end')));
  say(`  ${error instanceof Error ? (process.env.DEBUG ? error.stack : undefined) ?? error.message : String(error)}`);
  say(dim('  DEBUG=1 shows where'));
  process.exit(2);
});
