import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PAGES } from '../../.ci/rules-docs';
import { Control, Framework } from '../../lib/policy';
import { AWS_CHECKERS } from '../../lib/rules/aws/coverage/checkers';
import { AWS_RULES } from '../../lib/rules/aws/rules';
import { AZURE_CHECKERS } from '../../lib/rules/azure/coverage/checkers';
import { AZURE_RULES } from '../../lib/rules/azure/rules';
import { compare, flawsOfComparison, type Checker } from '../../lib/rules/comparison';
import { CHECKERS, rule, type Rule } from '../../lib/rules/rule';
import { COMPLIANT } from '../../lib/rules/verdict';

const OPEN = join(__dirname, '../golden/open-checks.txt');

describe.each([['rules.md', AWS_RULES, AWS_CHECKERS], ['rules-azure.md', AZURE_RULES, AZURE_CHECKERS]] as const)('docs/%s', (file, rules, checkers) => {
  const PAGE = readFileSync(join(__dirname, '../../docs', file), 'utf8');

  test('is what npm run rules-docs writes', () => {
    // not `toBe` on the page: its difference would fill the screen
    const written = PAGES[file]!();
    const line = written.split('\n').findIndex((text, index) => text !== PAGE.split('\n')[index]);
    expect(written === PAGE ? 'the same' : `line ${line + 1} is now: ${written.split('\n')[line]}; run npm run rules-docs`).toBe('the same');
  });

  // GitHub shows longer ones as plain text
  test('is not too long to be shown as a page', () => {
    expect(Buffer.byteLength(PAGE)).toBeLessThan(512 * 1024);
  });

  const headings = [...PAGE.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!.toLowerCase().replace(/[^a-z0-9 _-]/g, '').replaceAll(' ', '-'));

  test('has a section for each rule, control, framework and checker', () => {
    for (const name of [...rules.map((one) => one.name), ...Object.values(Control), ...Framework.all().map((one) => one.name), ...checkers.map((one) => one.name)]) {
      expect(headings).toContain(name.toLowerCase().replaceAll(' ', '-'));
    }
  });

  test('has no link that leads nowhere, and no heading that stands for two', () => {
    const targets = [...PAGE.matchAll(/\]\(#([^)]+)\)/g)].map(([, target]) => target!);
    expect(targets.length).toBeGreaterThan(100);
    expect([...new Set(targets)].filter((target) => !headings.includes(target))).toEqual([]);
    expect(headings.filter((heading, index) => headings.indexOf(heading) !== index)).toEqual([]);
  });

  test('names every requirement that infrastructure cannot show', () => {
    for (const { id, title } of Framework.all().flatMap((framework) => framework.requirementsWithoutControl())) expect(PAGE).toContain(`${id} ${title}`);
  });

  test('says of each control what the vocabulary says', () => {
    expect(PAGE).toContain('### consent\n\nData of a person is used only while their consent, or another basis that was recorded, covers the purpose.\n');
    expect(PAGE).not.toMatch(/^### [a-z-]+\n\n\n/m);
  });
});

describe('the comparison with other checkers', () => {
  test('leaves no check without a rule or a reason, and the list of what may be stays empty', () => {
    expect(flawsOfComparison(AWS_CHECKERS, AWS_RULES)).toEqual([]);
    expect(readFileSync(OPEN, 'utf8')).toBe('');
  });

  test('has each checker that a rule may name', () => {
    expect([...new Set([...AWS_CHECKERS, ...AZURE_CHECKERS].map(({ name }) => name))].sort()).toEqual([...CHECKERS].sort());
  });

  test('has every control of the standard for AI, and every rule of cdk-nag on the same services', () => {
    const checksOf = (name: string) => Object.keys(AWS_CHECKERS.find((checker) => checker.name === name)!.checks);
    expect(checksOf('Security Hub')).toEqual(expect.arrayContaining(Framework.SECURITY_HUB_AI.requirements.map(({ id }) => id)));
    const folder = join(__dirname, '../../node_modules/cdk-nag/lib/rules');
    const services = ['cloudtrail', 'cloudwatch', 'dynamodb', 'ecr', 'emr', 'glue', 'iam', 'kinesis', 'kms', 'lambda', 's3', 'sagemaker', 'secretsmanager', 'sns', 'sqs', 'stepfunctions'];
    const shipped = services.flatMap((service) => readdirSync(join(folder, service)).filter((file) => file.endsWith('.d.ts') && file !== 'index.d.ts').map((file) => file.replace('.d.ts', '')));
    expect(checksOf('cdk-nag').sort()).toEqual(shipped.sort());
  });

  const checker: Checker = { name: 'Checkov', version: '1', url: 'https://example.org', checks: { A: 'asks a', B: 'asks b', C: 'asks c' }, without: { B: 'for a reason' }, rest: 'more' };
  const naming = (...sources: string[]): Rule => rule({
    name: 'Ours', title: 'ours', severity: 'error', control: Control.ERASURE, resources: ['*'], why: 'why', fix: 'fix', properties: [], sources, good: {}, bad: {}, check: () => COMPLIANT,
  });

  test('sets checks beside the rules that name them, those too that only a rule knows', () => {
    expect(compare(checker, [naming('Checkov A', 'Checkov D', 'Prowler C', 'https://example.org')])).toEqual([
      { id: 'A', what: 'asks a', rules: ['Ours'] }, { id: 'B', what: 'asks b', rules: [], without: 'for a reason' }, { id: 'C', what: 'asks c', rules: [] }, { id: 'D', rules: ['Ours'] },
    ]);
  });

  test('names what nothing answers, and reasons that answer nothing', () => {
    expect(flawsOfComparison([{ ...checker, without: { B: 'for a reason', E: 'gone' } }], [naming('Checkov A', 'Checkov B')]))
      .toEqual(['no rule and no reason: Checkov C', 'reason beside a rule: Checkov B', 'reason for no check: Checkov E']);
  });
});
