// Writes schemas/*.schema.json from the types that writers use; `node .ci/schemas.mjs --print` prints them instead, for the test that they are current.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const BASE = 'https://raw.githubusercontent.com/cdk-regulated-ml/cdk-regulated-ml/main/schemas';

const SCHEMAS = [
  { file: 'raw-record.schema.json', path: 'lib/policy/record.ts', type: 'RawRecord', title: 'What a pack saw: regulated-ml-evidence.json' },
  { file: 'evidence-report.schema.json', path: 'lib/evidence/record.ts', type: 'Evidence', title: 'Everything that reports are written from: evidence.json' },
];

/** Every number is a count or an index, but for costs, what is lost of privacy, and what a run has measured. */
const FRACTIONS = new Set(['usDollars', 'epsilon', 'epsilonOfOneRun', 'delta', 'planned', 'spent', 'seconds', 'value']);

const written = SCHEMAS.map(({ file, path, type, title }) => {
  const generator = createGenerator({ path: join(root, path), tsconfig: join(root, 'tsconfig.dev.json'), type, skipTypeCheck: true });
  const { $schema, ...schema } = counts(generator.createSchema(type));
  return [file, `${JSON.stringify({ $schema, $id: `${BASE}/${file}`, title, ...schema }, null, 2)}\n`];
});

function counts(value, key = '') {
  if (Array.isArray(value)) return value.map((item) => counts(item));
  if (typeof value !== 'object' || value === null) return value;
  if (value.type === 'number' && !FRACTIONS.has(key)) return { ...value, type: 'integer', minimum: 0 };
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, counts(item, name)]));
}

if (process.argv.includes('--print')) {
  process.stdout.write(JSON.stringify(Object.fromEntries(written)));
} else {
  mkdirSync(join(root, 'schemas'), { recursive: true });
  for (const [file, content] of written) writeFileSync(join(root, 'schemas', file), content);
}
