import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App, Stack } from 'aws-cdk-lib';
import { administratorOf } from './caller';
import { scenario as discovery } from './discovery/check';
import { scenario as processing } from './processing/check';
import { scenario as rollout } from './rollout/check';

const RUNNER = 'arn:aws:iam::123456789012:role/*Tester';

interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly DeletionPolicy?: string; readonly Properties?: Record<string, unknown> }>;
  readonly Outputs: Record<string, unknown>;
}

function synthesized(name: string): { app: App; template: Template; text: string; findings: string[] } {
  try {
    process.env.CDK_OUTDIR = mkdtempSync(join(tmpdir(), `integ-${name}-`));
    process.env.INTEG_RUNNER = RUNNER;
    jest.resetModules();
    const { app } = jest.requireActual<{ app: App }>(`./${name}/app`);
    const { unwaived } = jest.requireActual<typeof import('../support/packs')>('../support/packs');
    const findings = unwaived(app);
    const [stack] = app.node.children as Stack[];
    const text = readFileSync(join(process.env.CDK_OUTDIR, stack.templateFile), 'utf8');
    return { app, text, template: JSON.parse(text) as Template, findings };
  } finally {
    delete process.env.CDK_OUTDIR;
    delete process.env.INTEG_RUNNER;
  }
}

describe.each(Object.entries({ processing, discovery, rollout }))('the integration test %s, which nobody deploys here', (name, scenario) => {
  const { app, template, text, findings } = synthesized(name);

  test('synthesizes one stack, and has no finding that is not waived', () => {
    expect(app.node.children.filter((child) => 'templateFile' in child)).toHaveLength(1);
    expect(findings).toEqual([]);
  });

  test('gives its check the outputs that it reads', () => {
    expect(Object.keys(template.Outputs)).toEqual(expect.arrayContaining([...scenario.needs]));
  });

  test('leaves no bucket, key or log group behind, and switches nothing off that belongs to the account', () => {
    const kept = Object.entries(template.Resources).filter(([, resource]) => ['AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::Logs::LogGroup'].includes(resource.Type))
      .filter(([, resource]) => resource.DeletionPolicy !== 'Delete').map(([id]) => id);
    expect(kept).toEqual([]);
    expect(Object.values(template.Resources).filter((resource) => ['AWS::Macie::Session', 'AWS::CloudTrail::Trail'].includes(resource.Type))).toEqual([]);
  });

  test('lets who runs it past the boundary of its stores', () => {
    expect(text).toContain(JSON.stringify(RUNNER));
  });
});

test.each([
  ['arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123/me@example.org', 'arn:aws:iam::123456789012:role/*AWSReservedSSO_Admin_0123'],
  ['arn:aws:iam::123456789012:user/me', 'arn:aws:iam::123456789012:user/me'],
])('%s is seen by a bucket policy as %s', (arn, seen) => {
  expect(administratorOf(arn)).toBe(seen);
});
