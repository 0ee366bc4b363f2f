import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Workspace } from '../../../lib/aws';
import { answersOf, type RawRecord } from '../../../lib/policy/record';
import { RegulatedMLChecks } from '../../../lib/rules';
import { unwaived, waived } from '../../support/packs';
import { env, profile } from '../../support/workspace';
import { vaultOn } from './fixture';

const GOLDEN = join(__dirname, '..', '..', 'golden', 'token-vault.waivers.txt');

function appWithVault(outdir?: string): App {
  const app = new App({ outdir, context: { '@aws-cdk/core:failSynthOnValidationErrors': false } });
  const stack = new Stack(app, 'Stack', { env });
  const vault = vaultOn(stack, new Workspace(stack, 'Workspace', { profile }));
  vault.admitJobs();
  return app;
}

test('a vault has no unwaived finding in any stock pack', () => {
  expect(unwaived(appWithVault())).toEqual([]);
});

test('a vault has no finding in our own pack, which looks at its tables, its key and its functions', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'vault-'));
  const app = appWithVault(outdir);
  Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile }));
  app.synth();
  const record = JSON.parse(readFileSync(join(outdir, 'regulated-ml-evidence.json'), 'utf8')) as RawRecord;
  const ofVault = [...answersOf(record)].filter(({ subject }) => record.subjects[subject]!.path.startsWith('Stack/Vault'));
  expect(ofVault.filter(({ answer }) => answer === 'non-compliant' || answer === 'unknown').map(({ rule, subject, detail }) => `${rule} ${record.subjects[subject]!.path}: ${detail}`)).toEqual([]);
  const judged = new Set(ofVault.filter(({ answer }) => answer === 'compliant').map(({ rule, subject }) => `${rule} ${record.subjects[subject]!.path}`));
  for (const table of ['Keys', 'Subjects', 'Tokens', 'Budgets']) {
    for (const rule of ['DynamoDbTableKey', 'DynamoDbTableRecovery', 'DynamoDbTableDeletionProtection']) expect(judged).toContain(`RegulatedML-${rule} Stack/Vault/Tables/${table}/Resource`);
  }
});

test('what is waived is this, each with a qualified id and a reason', () => {
  const waivers = waived(appWithVault()).filter((line) => line.includes(' Stack/Vault/')).map((line) => line.replace(/(?<=[A-Za-z])[0-9A-F]{8}(?=[.>:\]])/g, '')).sort();
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(GOLDEN, `${waivers.join('\n')}\n`);
  if (!existsSync(GOLDEN)) throw new Error('there is no test/golden/token-vault.waivers.txt: run UPDATE_GOLDEN=1 npx jest test/aws/privacy, and read what it wrote');
  expect(waivers).toEqual(readFileSync(GOLDEN, 'utf8').trimEnd().split('\n'));
});
