import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AWS_RULES } from '../../lib/rules/aws/rules';

const ROOT = join(__dirname, '../..');
const CONTROLS = [...new Set(AWS_RULES.map(({ control }) => control))].sort();
const BY_TITLE = new Map(AWS_RULES.map((rule) => [rule.title, rule]));

/** What `cdk synth` prints of a finding: where an element of a template was planted, how much it weighs, what it is, where a store or a step was planted, at which construct. */
const PRINTED = /^(?:(\S+:\d+:\d+)\n)?(FATAL|ERROR|WARNING) (.+?)(?: \((\S+:\d+:\d+)\))? \(RegulatedML\)\n {3}(\S+)/gm;

describe('a fault of each control beside the example', () => {
  let status: number | null;
  let found: { readonly at?: string; readonly weight: string; readonly control?: string; readonly path: string }[];
  // the whole command, as somebody types it: a flag that a test sets could make it fail where it does not fail for others
  beforeAll(() => {
    const out = mkdtempSync(join(tmpdir(), 'planted-'));
    const { NODE_ENV: _, ...env } = process.env;
    const run = spawnSync(process.execPath, [
      join(ROOT, 'node_modules/aws-cdk/bin/cdk'), 'synth', '--quiet', '--no-notices', '--no-lookups', '--output', out,
      '--app', `${process.execPath} ${join(ROOT, 'node_modules/tsx/dist/cli.mjs')} --tsconfig tsconfig.dev.json test/examples/planted-app.ts`,
    ], { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 26, env: { ...env, CDK_VALIDATION: 'true', CDK_DISABLE_CLI_TELEMETRY: 'true', NODE_OPTIONS: '--stack-trace-limit=50', NO_COLOR: '1' } });
    rmSync(out, { recursive: true, force: true });
    status = run.status;
    found = [...run.stderr.matchAll(PRINTED)].map(([, element, weight, text, at, path]) => ({ at: element ?? at, weight: weight!, control: controlOf(text!), path: path! }));
  });

  test('fails cdk synth', () => {
    expect(status).toBe(1);
  });

  // what weighs as a warning would let synth pass if it stood there alone
  test.each(CONTROLS)('%s: is an error of cdk synth, with the file and the line that planted it', (control) => {
    const own = found.filter((one) => one.control === control && one.weight !== 'WARNING' && /^Planted\//.test(one.path));
    expect(own.length).toBeGreaterThan(0);
    for (const { at } of own) expect(at).toMatch(/^test\/examples\/planted-app\.ts:\d+:\d+$/);
  });
});

// a title can have a colon itself
function controlOf(text: string): string | undefined {
  const ends = [text.length, ...[...text.matchAll(/: /g)].map(({ index }) => index)];
  return ends.map((end) => BY_TITLE.get(text.slice(0, end))?.control).find((control) => control !== undefined);
}
