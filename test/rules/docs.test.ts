import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { anchorsIn, pages } from '../../.ci/rules-docs';
import { Control, Framework } from '../../lib/policy';
import { AWS_CHECKERS } from '../../lib/rules/aws/coverage/checkers';
import { AWS_RULES } from '../../lib/rules/aws/rules';
import { AZURE_CHECKERS } from '../../lib/rules/azure/coverage/checkers';
import { AZURE_RULES } from '../../lib/rules/azure/rules';
import { compare, flawsOfComparison, type Checker } from '../../lib/rules/comparison';
import { CHECKERS, rule, type Rule } from '../../lib/rules/rule';
import { COMPLIANT } from '../../lib/rules/verdict';

const OPEN = join(__dirname, '../golden/open-checks.txt');

const DOCS = join(__dirname, '../../docs');
const PAGES = pages();

test('the pages of docs are what npm run rules-docs writes, and no others', () => {
  const stray = readdirSync(join(DOCS, 'rules'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ parentPath, name }) => relative(DOCS, join(parentPath, name)));
  expect(stray.sort()).toEqual([...PAGES.keys()].filter((name) => name.startsWith('rules/')).sort());
  // not `toBe` on a page: its difference would fill the screen
  const changed = [...PAGES].filter(([name, page]) => readFileSync(join(DOCS, name), 'utf8') !== page).map(([name]) => name);
  expect(changed.length === 0 ? 'the same' : `${changed.join(', ')} changed: run npm run rules-docs`).toBe('the same');
});

// GitHub shows pages above 512 KB as plain text, and long ones slowly
test('no page is too long to be shown', () => {
  expect([...PAGES].filter(([, page]) => Buffer.byteLength(page) > 256 * 1024).map(([name]) => name)).toEqual([]);
});

test('no link leads nowhere, and no heading of a page stands for two', () => {
  let links = 0;
  const broken = [...PAGES].flatMap(([name, page]) => [...page.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)].filter(([, file, heading]) => {
    links += 1;
    const target = PAGES.get(file === '' ? name : posix.join(dirname(name), file!));
    return target === undefined || (heading !== undefined && !anchorsIn(target).includes(heading));
  }).map(([link]) => `${name}: ${link}`));
  expect([broken, links > 1000]).toEqual([[], true]);
  for (const page of PAGES.values()) expect(new Set(anchorsIn(page)).size).toBe(anchorsIn(page).length);
});

describe.each([['rules.md', 'rules/aws/', AWS_RULES, AWS_CHECKERS], ['rules-azure.md', 'rules/azure/', AZURE_RULES, AZURE_CHECKERS]] as const)('docs/%s', (index, folder, rules, checkers) => {
  const own = [...PAGES].filter(([name]) => name === index || name.startsWith(folder)).map(([, page]) => page);
  const headings = own.flatMap(anchorsIn);

  test('and its pages have a section for each rule, control, framework and checker, and the first page every rule', () => {
    for (const name of [...rules.map((one) => one.name), ...Object.values(Control), ...Framework.all().map((one) => one.name), ...checkers.map((one) => one.name)]) {
      expect(headings).toContain(name.toLowerCase().replaceAll(' ', '-'));
    }
    for (const { name } of rules) expect(PAGES.get(index)).toContain(`| [${name}](${folder}`);
  });

  test('names every requirement that infrastructure cannot show', () => {
    for (const { id, title } of Framework.all().flatMap((framework) => framework.requirementsWithoutControl())) expect(PAGES.get(`${folder}frameworks.md`)).toContain(`${id} ${title}`);
  });

  test('says of each control what the vocabulary says', () => {
    const page = PAGES.get(`${folder}controls.md`)!;
    expect(page).toContain('### consent\n\nData of a person is used only while their consent, or another basis that was recorded, covers the purpose.\n');
    expect(page).not.toMatch(/^### [a-z-]+\n\n\n/m);
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

  test('names no rule of cdk-nag that it does not have', () => {
    const folder = join(__dirname, '../../node_modules/cdk-nag/lib/rules');
    const shipped = new Set(readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.d.ts')).map((file) => file.replace(/^.*\//, '').replace('.d.ts', '')));
    const named = compare(AWS_CHECKERS.find(({ name }) => name === 'cdk-nag')!, AWS_RULES).map(({ id }) => id);
    expect(named.filter((id) => !shipped.has(id))).toEqual([]);
  });

  const checker: Checker = { name: 'Checkov', version: '1', url: 'https://example.org', checks: { A: 'asks a', B: 'asks b', C: 'asks c' }, without: { B: 'for a reason' }, rest: 'more' };
  const naming = (...sources: string[]): Rule => rule({
    name: 'Ours', title: 'ours', severity: 'error', control: Control.ERASURE, resources: ['*'], why: 'why', fix: 'fix', properties: [], sources, good: {}, bad: {}, check: () => COMPLIANT,
  });

  test('sets checks beside the rules that name them, those too that only a rule knows', () => {
    expect(compare(checker, [naming('Checkov A', 'Checkov D', 'Prowler C', 'https://example.org')])).toEqual([
      { id: 'A', asked: 'same', what: 'asks a', rules: ['Ours'] }, { id: 'B', asked: 'not', what: 'asks b', rules: [], because: 'for a reason' },
      { id: 'C', asked: 'open', what: 'asks c', rules: [] }, { id: 'D', asked: 'same', what: 'ours', rules: ['Ours'] },
    ]);
  });

  test('says what is asked in part, or the other way round', () => {
    expect(compare({ ...checker, without: {}, partly: { A: 'of buckets' }, contrary: { B: 'Ours asks for less' } }, [naming('Checkov A')]).slice(0, 2)).toEqual([
      { id: 'A', asked: 'partly', what: 'asks a', rules: ['Ours'], because: 'of buckets' }, { id: 'B', asked: 'contrary', what: 'asks b', rules: [], because: 'Ours asks for less' },
    ]);
  });

  test('has words for every check, and says of each how far it is asked', () => {
    for (const [checkers, rules] of [[AWS_CHECKERS, AWS_RULES], [AZURE_CHECKERS, AZURE_RULES]] as const) {
      for (const row of checkers.flatMap((one) => compare(one, rules))) {
        expect(row.what.length).toBeGreaterThan(5);
        expect([row.id, row.asked === 'same' || row.asked === 'open', row.because]).toEqual([row.id, row.because === undefined, row.because]);
      }
    }
  });

  test('names what nothing answers, and reasons that answer nothing', () => {
    expect(flawsOfComparison([{ ...checker, without: { B: 'for a reason', E: 'gone' } }], [naming('Checkov A', 'Checkov B')]))
      .toEqual(['no rule and no reason: Checkov C', 'reason beside a rule: Checkov B', 'reason for no check: Checkov E']);
  });

  test('names a source that asks the opposite, and what is said twice or of nothing', () => {
    const said = { ...checker, without: { B: 'for a reason', C: 'for another' }, partly: { C: 'of buckets' }, contrary: { A: 'Ours asks for less', B: 'Theirs asks for less' } };
    expect(flawsOfComparison([said], [naming('Checkov A')])).toEqual([
      'opposite of no rule: Checkov B', 'part of what no rule asks: Checkov C', 'source that asks the opposite: Checkov A', 'two things said of one check: Checkov B', 'two things said of one check: Checkov C',
    ]);
  });
});
