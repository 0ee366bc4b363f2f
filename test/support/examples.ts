import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App, IPolicyValidationPlugin, Stack } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type { ComplianceProfile } from 'cdk-regulated-ml/policy';

const EXAMPLES = join(__dirname, '..', '..', 'examples');

/** An example as its app.ts makes it, fresh for each call. */
export interface Example {
  readonly app: App;
  readonly profile: ComplianceProfile;
  readonly outdir: string;
  /** The libraries as the example loaded them: another copy knows nothing of its constructs. */
  readonly cdk: typeof import('aws-cdk-lib');
  readonly s3: typeof import('aws-cdk-lib/aws-s3');
  /** The stock packs and our own, to be registered by the test; an example that registers ours itself is not judged twice. */
  readonly packs: IPolicyValidationPlugin[];
}

/** Every example that stands on its own. */
export const EXAMPLE_NAMES = ['minimal', 'heart-attack-mortality', 'composed', 'promotion', 'light-chain-mortality'] as const;

/** Runs an example's app.ts, in its own folder as its README says, into a directory of its own. */
export function example(name: string, context: Record<string, unknown> = {}): Example {
  const outdir = mkdtempSync(join(tmpdir(), `example-${name}-`));
  const before = { cwd: process.cwd(), outdir: process.env.CDK_OUTDIR, context: process.env.CDK_CONTEXT_JSON };
  try {
    process.chdir(join(EXAMPLES, name));
    process.env.CDK_OUTDIR = outdir;
    process.env.CDK_CONTEXT_JSON = JSON.stringify(context);
// Fresh copies of all modules, since app.ts does its work when it is loaded; the example of an earlier call is not to be used any more.
    jest.resetModules();
    const { app, profile } = require(join(EXAMPLES, name, 'app')) as { app: App; profile: ComplianceProfile };
    const { stockPacks } = require('./packs') as typeof import('./packs');
    const { RegulatedMLChecks } = require('cdk-regulated-ml/rules') as typeof import('cdk-regulated-ml/rules');
    const registersItself = readFileSync(join(EXAMPLES, name, 'app.ts'), 'utf8').includes('new RegulatedMLChecks(');
    return {
      app, profile, outdir, cdk: require('aws-cdk-lib'), s3: require('aws-cdk-lib/aws-s3'),
      packs: [...stockPacks(), ...(registersItself ? [] : [new RegulatedMLChecks(app, { profile })])],
    };
  } finally {
    process.chdir(before.cwd);
    restore('CDK_OUTDIR', before.outdir);
    restore('CDK_CONTEXT_JSON', before.context);
  }
}

/** What a plugin said of an app, read from the report that synth writes. */
export interface PluginVerdict {
  readonly pluginName: string;
  readonly conclusion: string;
  readonly violations: ReportedViolation[];
  readonly suppressedViolations?: ReportedViolation[];
}

/** One violation of the report. */
export interface ReportedViolation {
  readonly ruleName: string;
  readonly severity: string;
  readonly description: string;
  readonly suggestedFix?: string;
  readonly violatingConstructs: { readonly constructPath?: string; readonly acknowledgedReason?: string; readonly reason?: string }[];
}

/** Synthesizes under all five packs, and says what each found. */
export function judged(subject: Example): { assembly: CloudAssembly; report: PluginVerdict[] } {
  subject.cdk.Validations.of(subject.app).addPlugins(...subject.packs);
  const assembly = subject.app.synth();
  return { assembly, report: reportOf(subject) };
}

/** What each plugin has found, of an example that was synthesized. */
export function reportOf(subject: Example): PluginVerdict[] {
  return (JSON.parse(readFileSync(join(subject.outdir, 'validation-report.json'), 'utf8')) as { pluginReports: PluginVerdict[] }).pluginReports;
}

/** All templates of an app by file name, nested ones included. */
export function templatesOf(app: App): Record<string, { Resources: Record<string, { Type: string; DeletionPolicy?: string; Properties?: Record<string, unknown> }> }> {
  const assembly = app.synth();
  const files = stacksOf(app).map((stack) => stack.templateFile);
  return Object.fromEntries(files.map((file) => [file, JSON.parse(readFileSync(join(assembly.directory, file), 'utf8'))]));
}

/** All stacks of an app, nested ones included. */
export function stacksOf(app: App): Stack[] {
  return app.node.findAll().filter((construct): construct is Stack => 'templateFile' in construct);
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
