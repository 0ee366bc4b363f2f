import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from 'cdktf';
import * as ts from 'typescript';
import { collect, collectAll } from '../../lib/evidence/collect';
import { RECORD_FILE, type RawRecord } from '../../lib/policy/record';
import { describeWithTerraform, validate } from '../support/terraform/validate';

const EXAMPLES = join(__dirname, '..', '..', 'examples');
const GOLDEN = join(__dirname, '..', 'golden');
const APPS = { 'heart-attack-mortality-azure': 'app', 'two-clouds': 'azure' } as const;
type Name = keyof typeof APPS;

const outputs = new Map<string, string>();
afterAll(() => outputs.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** Where an example's app wrote what Terraform reads; once, since app.ts does its work when it is loaded. */
function written(name: Name, file: string = APPS[name]): string {
  const key = `${name}/${file}`;
  const known = outputs.get(key);
  if (known) return known;
  const folder = mkdtempSync(join(tmpdir(), 'cdktf-'));
  outputs.set(key, folder);
  process.env.CDKTF_OUTDIR = folder;
  jest.resetModules();
  (require(join(EXAMPLES, name, file)) as { app: App }).app.synth();
  return folder;
}

describe.each(Object.keys(APPS) as Name[])('the example %s', (name) => {
  test('has no finding of our pack that is not accepted, and nothing that cannot be told before it is applied', () => {
    const { verdict, findings, limits } = collect(written(name));
    expect(findings.filter(({ waiver, weight }) => waiver === undefined && weight !== 'warning')).toEqual([]);
    expect(findings.filter(({ answer }) => answer === 'unknown')).toEqual([]);
    expect({ clean: verdict.clean, limits }).toEqual({ clean: true, limits: [] });
    expect(verdict.compliant).toBeGreaterThan(150);
  });

  test('gives every waiver a reason, and no more waivers than a person has read', () => {
    const { accepted } = JSON.parse(readFileSync(join(written(name), RECORD_FILE), 'utf8')) as RawRecord;
    expect(accepted.filter(({ reason }) => reason.trim().length < 20)).toEqual([]);
    const listed = accepted.map(({ id, at }) => `${id} ${at}\n`).sort().join('');
    const file = join(GOLDEN, `${name}.waivers.txt`);
    if (process.env.UPDATE_GOLDEN) writeFileSync(file, listed);
    expect(listed).toBe(readFileSync(file, 'utf8'));
  });

  describeWithTerraform('as Terraform reads it', () => {
    test('is valid', async () => {
      const stacks = join(written(name), 'stacks');
      for (const stack of readdirSync(stacks)) {
        expect(await validate(JSON.parse(readFileSync(join(stacks, stack, 'cdk.tf.json'), 'utf8')) as object)).toEqual([]);
      }
    });
  });
});

test('two clouds come to one report, with one residency and the flows of both', () => {
  const aws = join(mkdtempSync(join(tmpdir(), 'two-clouds-')), 'cdk.out');
  outputs.set('aws', join(aws, '..'));
  process.env.CDK_OUTDIR = aws;
  jest.resetModules();
  (require(join(EXAMPLES, 'two-clouds', 'aws')) as { app: { synth(): void } }).app.synth();
  const evidence = collectAll([aws, written('two-clouds')]);
  expect(evidence.verdict.clean).toBe(true);
  expect(new Set(evidence.profiles.map(({ residency }) => residency.description))).toEqual(new Set(['EU']));
  const regions = new Set(evidence.flow.nodes.map(({ region }) => region).filter((region) => region !== undefined));
  expect(regions).toEqual(new Set(['eu-central-1', 'germanywestcentral']));
  expect(evidence.stacks.map(({ template }) => template.split('/')[0])).toEqual(expect.arrayContaining(['cdk.out']));
  expect(evidence.controls.filter(({ status }) => status === 'findings')).toEqual([]);
});

test('the lines of the README run, and have no finding that fails', () => {
  const [, lines] = /## The same on Azure\n\n```tsx\n([^]*?)```/.exec(readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8'))!;
  const folder = mkdtempSync(join(tmpdir(), 'readme-'));
  outputs.set('readme', folder);
  const { outputText } = ts.transpileModule(lines!, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
  const before = process.cwd();
  delete process.env.CDKTF_OUTDIR;
  process.chdir(folder);
  try {
    jest.resetModules();
    new Function('require', 'exports', outputText)(require, {});
  } finally {
    process.chdir(before);
  }
  const { verdict, profiles } = collect(join(folder, 'cdktf.out'));
  expect(verdict).toMatchObject({ clean: true, fatal: 0, errors: 0 });
  expect(profiles[0]!.frameworks).toEqual(['HIPAA', 'GDPR']);
});

test('fails to make one report of two folders of one name', () => {
  expect(existsSync(written('two-clouds'))).toBe(true);
  expect(() => collectAll([written('two-clouds'), written('two-clouds')])).toThrow(/two assemblies are called 'cdktf-.*': give each a folder of its own name/);
});
