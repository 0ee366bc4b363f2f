import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

function demo(app: string, environment: Record<string, string> = {}): { code: number | null; text: string; evidence: string } {
  const directory = mkdtempSync(join(tmpdir(), 'demo-'));
  const inherited = { ...process.env };
  delete inherited.CDK_VALIDATION;
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'node_modules/tsx/dist/cli.mjs'), '--tsconfig', 'tsconfig.dev.json', 'bin/demo.ts'], {
    cwd: ROOT, encoding: 'utf8',
    env: { ...inherited, DEMO_APP: join(__dirname, 'apps', `${app}.ts`), DEMO_OUT: join(directory, 'cdk.out'), DEMO_EVIDENCE: join(directory, 'evidence'), ...environment },
  });
  return { code: status, text: stdout + stderr, evidence: join(directory, 'evidence') };
}

test('an app without findings ends with 0, names every pack and where the evidence is', () => {
  const { code, text, evidence } = demo('clean');
  expect(text).toContain('Clean: every finding is either fixed or waived with a reason.');
  for (const pack of ['RegulatedML', 'AwsSolutions', 'HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321']) expect(text).toContain(`✓ ${pack}: no unwaived finding`);
  expect(text).toContain('before any deployment: this judges templates');
  expect(text).not.toContain('\u001b[');
  for (const file of ['evidence.html', 'evidence.json']) expect(existsSync(join(evidence, file))).toBe(true);
  expect(code).toBe(0);
});

test('fails on a fault of each kind, listed with the line that made it', () => {
  const { code, text, evidence } = demo('planted');
  expect(text).toMatch(/✗ fatal RegulatedML-ResidencyKey Small\/Shared\/Resource: the key is multi-region: .* \(GDPR Art\. 44\) \(test\/evidence\/apps\/planted\.ts:\d+:\d+\)/);
  expect(text).toMatch(/✗ error RegulatedML-KmsKeyRotation Small\/Still\/Resource/);
  expect(text).toMatch(/✗ error AwsSolutions-KMS5 Small\/Still\/Resource/);
  expect(text).toMatch(/CloudFormation Validate\n\s+✗ error .*NoSuchProperty/);
  expect(existsSync(join(evidence, 'evidence.html'))).toBe(true);
  expect(code).toBe(1);
});

test('fails when the built-in validation is switched off, and says so', () => {
  const { code, text } = demo('clean', { CDK_VALIDATION: 'false' });
  expect(text).toMatch(/NOT A FULL PROOF\n.*switched off/);
  expect(code).toBe(1);
});

test('fails with 2 on an app that cannot be built, and says why', () => {
  const { code, text } = demo('missing');
  expect(text).toContain('The demo could not be run to its end');
  expect(code).toBe(2);
});
