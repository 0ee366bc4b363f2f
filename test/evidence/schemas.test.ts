import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { toJson } from '../../lib/evidence/writers/json';
import { canonicalJson } from '../../lib/policy/record';
import { fullEvidence, fullRecord } from './support';

const ROOT = join(__dirname, '..', '..');
const FILES = ['evidence-report.schema.json', 'raw-record.schema.json'];
const schemaOf = (file: string) => JSON.parse(readFileSync(join(ROOT, 'schemas', file), 'utf8')) as { readonly $id: string };

test('the published schemas are what the types say; node .ci/schemas.mjs writes them anew', () => {
  const current = JSON.parse(execFileSync(process.execPath, [join(ROOT, '.ci', 'schemas.mjs'), '--print'], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 })) as Record<string, string>;
  expect(readdirSync(join(ROOT, 'schemas')).sort()).toEqual(FILES);
  for (const file of FILES) expect(readFileSync(join(ROOT, 'schemas', file), 'utf8')).toBe(current[file]);
});

test('the package holds them, under the address that they name', () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly files: string[]; readonly exports: Record<string, unknown> };
  expect(manifest.files).toContain('schemas/*.json');
  for (const file of FILES) {
    expect(manifest.exports[`./schemas/${file}`]).toBe(`./schemas/${file}`);
    expect(schemaOf(file).$id).toBe(`https://raw.githubusercontent.com/cdk-regulated-ml/cdk-regulated-ml/main/schemas/${file}`);
  }
});

describe.each([
  ['evidence-report.schema.json', () => toJson(fullEvidence())],
  ['raw-record.schema.json', () => canonicalJson(fullRecord())],
] as const)('%s', (file, make) => {
  const isValid = new Ajv({ allErrors: true }).compile(schemaOf(file));
  const changed = (change: (value: Record<string, never>) => void) => {
    const value = JSON.parse(make()) as Record<string, never>;
    change(value);
    return isValid(value);
  };

  test('accepts what is written', () => {
    isValid(JSON.parse(make()));
    expect(isValid.errors).toBeNull();
  });

  test.each<[string, (value: Record<string, unknown>) => void]>([
    ['of another version', (value) => { value.schema = 'regulated-ml-report/1'; }],
    ['without its answers', (value) => { delete value.answers; }],
    ['with a property of nobody', (value) => { value.extra = 1; }],
    ['with an answer that is none', (value) => { (value.answers as { answer: string }[])[0]!.answer = 'perhaps'; }],
    ['with a subject that is no index', (value) => {
      const [answer] = value.answers as [{ subject?: number; subjects?: number[] }];
      if (answer.subjects) answer.subjects[0] = 0.5;
      else answer.subject = 0.5;
    }],
    ['with a control that does not exist', (value) => { (value.rules as { control: string }[])[0]!.control = 'luck'; }],
  ])('rejects a file %s', (_what, change) => {
    expect(changed(change)).toBe(false);
  });
});
