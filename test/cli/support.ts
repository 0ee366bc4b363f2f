import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { App, CfnResource, NestedStack, Stack, Stage, Validations } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { run } from '../../lib/cli/main';
import { ComplianceProfile, Framework, Jurisdiction, Residency } from '../../lib/policy';
import { RegulatedMLChecks, type RegulatedMLChecksProps } from '../../lib/rules';

/** What the gate answered. */
export interface Answered {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** How the gate is called. */
export interface Calling {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly terminal?: boolean;
  readonly today?: string;
}

/** Runs the gate in this process, as a shell would. */
export async function gate(line: string | readonly string[], { cwd = folder(), env = {}, terminal = false, today = '2026-11-26' }: Calling = {}): Promise<Answered> {
  const written = { out: '', err: '' };
  const code = await run(typeof line === 'string' ? line.split(' ').filter((word) => word !== '') : line, {
    cwd, env, today, outIsTerminal: terminal, errIsTerminal: terminal,
    writeOut: (text) => { written.out += text; },
    writeErr: (text) => { written.err += text; },
  });
  return { code, ...written };
}

/** An empty folder, or one with these files. */
export function folder(files: Readonly<Record<string, unknown>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'gate-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
  }
  return directory;
}

export const PROFILE = ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU) });
/** The same profile as flags. */
export const FLAGS = '--framework GDPR --residency EU';
export const ENV = { account: '123456789012', region: 'eu-central-1' };

type Build = (app: App) => void;

/** Synthesizes an app with the CDK's own validation on, as `cdk synth` does, into `cdk.out` of a new folder; returns that folder. */
export function synthesized(build: Build, context: Readonly<Record<string, unknown>> = {}, validation = true): string {
  const directory = folder();
  const before = process.env.CDK_VALIDATION;
  process.env.CDK_VALIDATION = String(validation);
  try {
    const app = new App({ outdir: join(directory, 'cdk.out'), analyticsReporting: false, context: { '@aws-cdk/core:failSynthOnValidationErrors': false, ...context } });
    build(app);
    app.synth();
  } finally {
    process.env.CDK_VALIDATION = before;
  }
  return directory;
}

/** Registers our pack. */
export function withPack(scope: App | Stage, props: Partial<RegulatedMLChecksProps> = {}): void {
  Validations.of(scope).addPlugins(new RegulatedMLChecks(scope, { profile: PROFILE, ...props }));
}

/** A stack in which nothing is wrong. */
export function goodStack(scope: App | Stage, id: string): Stack {
  const stack = new Stack(scope, id, { env: ENV });
  new kms.Key(stack, 'Key', { enableKeyRotation: true });
  return stack;
}

/** A bucket with three faults: no key, not private, no TLS. */
export function badBucket(stack: Stack, id = 'Bad'): CfnResource {
  return new CfnResource(stack, id, { type: 'AWS::S3::Bucket' });
}

/** A bucket of the CDK inside a nested stack, with the same faults. */
export function nestedBucket(stack: Stack): s3.Bucket {
  return new s3.Bucket(new NestedStack(stack, 'Inner'), 'Bucket');
}

/** A copy that may be spoilt. */
export function copyOf(directory: string): string {
  const copy = folder();
  cpSync(directory, copy, { recursive: true });
  return copy;
}

/** A template with one bad bucket. */
export const TEMPLATE = { Resources: { Bad: { Type: 'AWS::S3::Bucket' } } };
