import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnResource, Stack } from 'aws-cdk-lib';
import { mixins } from '../../../lib/aws';
import { RULES_OF_MIXINS, TYPES_WITHOUT_MIXIN, WITHOUT_MIXIN } from '../../../lib/aws/mixins/coverage';
import { Answer } from '../../../lib/policy';
import { append } from '../../../lib/rules/relations';
import type { Resource } from '../../../lib/rules/resource';
import type { Rule } from '../../../lib/rules/rule';
import { AWS_RULES } from '../../../lib/rules/aws/rules';
import { readApp } from '../../../lib/rules/aws/tree';
import { env, profile } from '../../support/workspace';
import { ground, Properties, UNPROTECTED, used } from './fixture';
import { judgementsOf } from '../../rules/support';

const GOLDEN = join(__dirname, '../../golden/mixins.txt');
const README = join(__dirname, '../../../lib/aws/mixins/README.md');

/** The mixins that make a rule hold. */
function mixinsOf(rule: string): string[] {
  return Object.entries(RULES_OF_MIXINS).filter(([, names]) => names.includes(rule)).map(([mixin]) => mixin);
}

// UPDATE_GOLDEN=1 writes the file anew; a rule without a mixin needs a reason in lib/aws/mixins/coverage.ts
test('every rule has a mixin, or a reason why it has none', () => {
  const names = AWS_RULES.map(({ name }) => name);
  const but = (name: string) => Object.entries(TYPES_WITHOUT_MIXIN[name] ?? {}).map(([type, reason]) => `; not ${type}: ${reason}`).join('');
  const lines = names.map((name) => `${name}: ${mixinsOf(name).join(', ') || WITHOUT_MIXIN[name] || 'UNDECIDED'}${but(name)}`).sort();
  const strange = [...Object.values(RULES_OF_MIXINS).flat(), ...Object.keys(WITHOUT_MIXIN)].filter((name) => !names.includes(name)).sort();
  if (process.env.UPDATE_GOLDEN) writeFileSync(GOLDEN, `${[...lines, ...strange.map((name) => `(no rule) ${name}`)].join('\n')}\n`);
  expect([...lines, ...strange.map((name) => `(no rule) ${name}`)]).toEqual(readFileSync(GOLDEN, 'utf8').trimEnd().split('\n'));
  expect(lines.filter((line) => line.endsWith('UNDECIDED'))).toEqual([]);
  expect(names.filter((name) => mixinsOf(name).length > 0 && name in WITHOUT_MIXIN)).toEqual([]);
});

/** Properties that a rule is asked about. */
interface Case {
  readonly rule: Rule;
  readonly type: string;
  readonly properties: Properties;
}

/** What rules say, before and after the mixins: of each case in a stack of its own, in one app, since an app costs more than all that is asked of it. */
function answers(cases: readonly Case[]): Map<Case, readonly [before: Answer | undefined, after: Answer | undefined]> {
  const [before, after] = [false, true].map((hardened) => {
    const { app, means } = ground();
    const stacks = cases.map(({ type, properties }, index) => {
      const stack = new Stack(app, `Case${index}`, { env });
      new CfnResource(stack, 'Subject', { type, properties: structuredClone(properties) });
      used(stack, ['Subject'], { VolumeKmsKeyId: { Ref: 'Subject' } });
      if (hardened) stack.with(new mixins.RegulatedDefaults({ profile, ...means }));
      return stack;
    });
    const { view } = readApp(app, false);
    const said = new Map<string, Answer[]>();
    for (const rule of new Set(cases.map((one) => one.rule))) {
      const within = ({ logicalId }: Resource) => logicalId === 'Subject';
      for (const { resource, answer } of judgementsOf({ view, rules: [rule], profile, pack: 'RegulatedML', within })) append(said, `${rule.name} ${resource.path}`, answer);
    }
    return stacks.map((stack, index) => {
      const own = said.get(`${cases[index]!.rule.name} ${stack.node.path}/Subject`) ?? [];
      return [Answer.NON_COMPLIANT, Answer.UNKNOWN, Answer.COMPLIANT].find((answer) => own.includes(answer));
    });
  });
  return new Map(cases.map((one, index) => [one, [before![index], after![index]] as const]));
}

const claimed = AWS_RULES.filter(({ name }) => mixinsOf(name).length > 0);

// rules that come later are held to this by their own examples
test('the examples of rules without a mixin stay as they are', () => {
  const cases = AWS_RULES.filter((rule) => !claimed.includes(rule)).flatMap((rule): Case[] => {
    const [type] = rule.resources;
    return type?.startsWith('AWS::') && typeof rule.bad === 'object' ? [{ rule, type, properties: rule.bad as Properties }] : [];
  });
  expect(cases.length).toBeGreaterThan(50);
  for (const [{ rule }, found] of answers(cases)) {
    const bad = rule.unknownFails ? Answer.UNKNOWN : Answer.NON_COMPLIANT;
    expect([rule.name, ...found]).toEqual([rule.name, bad, bad]);
  }
});

/** What breaks a rule for a type that its mixin leaves as it is. */
const LEFT: Readonly<Record<string, Properties>> = {
  'EcrRepositoryKey AWS::ECR::RepositoryCreationTemplate': {},
  'S3AccessPointPublicAccessBlock AWS::S3::MultiRegionAccessPoint': { PublicAccessBlockConfiguration: { BlockPublicPolicy: false } },
};

// the least that breaks a rule is nothing at all, its own example, or the unprotected resource of that type
function breaking(rule: Rule, type: string): Properties[] {
  const own = type === rule.resources[0] && typeof rule.bad === 'object' ? [rule.bad as Properties] : [];
  const left = LEFT[`${rule.name} ${type}`];
  return left ? [left] : [{}, ...own, ...Object.values(UNPROTECTED).filter((one) => one.type === type).map(({ properties }) => properties)];
}

describe('a rule that a mixin makes hold', () => {
  const cases = claimed.flatMap((rule) => rule.resources.filter((type) => type.startsWith('AWS::')).flatMap((type) => breaking(rule, type).map((properties): Case => ({ rule, type, properties }))));
  const found = answers(cases);
  const broken = cases.filter((one) => found.get(one)![0] === Answer.NON_COMPLIANT);

  test.each(claimed.flatMap(({ name, resources }) => resources.filter((type) => type.startsWith('AWS::')).map((type): [string, string] => [name, type])))('%s: of %s, or the mixin says why not', (name, type) => {
    const own = broken.filter((one) => one.rule.name === name && one.type === type);
    expect(own.length).toBeGreaterThan(0);
    const left = TYPES_WITHOUT_MIXIN[name]?.[type] !== undefined;
    for (const one of own) expect([one.properties, found.get(one)![1]]).toEqual([one.properties, left ? Answer.NON_COMPLIANT : Answer.COMPLIANT]);
  });
});

test('what a mixin leaves as it is, is a type that its rule judges; steps inside definitions are left by all', () => {
  const strange = Object.entries(TYPES_WITHOUT_MIXIN).flatMap(([name, types]) => Object.keys(types).filter((type) => !claimed.find((rule) => rule.name === name)?.resources.includes(type)).map((type) => `${name} ${type}`));
  expect(strange).toEqual([]);
  const steps = claimed.flatMap(({ name, resources }) => resources.filter((type) => !type.startsWith('AWS::')).map((type) => `${name} ${TYPES_WITHOUT_MIXIN[name]?.[type] === undefined}`));
  expect(steps.filter((line) => line.endsWith('true'))).toEqual([]);
});

test('a global table with a replica elsewhere is left to the app, which has a key for each region', () => {
  const { stack, means } = ground();
  const table = new CfnResource(stack, 'Table', { type: 'AWS::DynamoDB::GlobalTable', properties: { Replicas: [{ Region: 'eu-central-1' }, { Region: 'eu-west-1' }] } });
  table.with(new mixins.EncryptedAtRest(means.key));
  expect(stack.resolve((table as unknown as { _toCloudFormation(): object })._toCloudFormation())).toEqual({
    Resources: { Table: { Type: 'AWS::DynamoDB::GlobalTable', Properties: { Replicas: [{ Region: 'eu-central-1' }, { Region: 'eu-west-1' }] } } },
  });
});

test('the table of the README is this', () => {
  const rows = Object.keys(mixins).filter((name) => !['ControlMixin', 'RegulatedDefaults'].includes(name)).sort()
    .map((name) => `| \`${name}\` | ${(RULES_OF_MIXINS[name] ?? []).filter((rule) => AWS_RULES.some((one) => one.name === rule)).map((rule) => `\`${rule}\``).join(', ') || '-'} |`);
  const readme = readFileSync(README, 'utf8');
  const [start, end] = ['<!-- rules -->', '<!-- /rules -->'].map((mark) => readme.indexOf(mark)) as [number, number];
  const table = `<!-- rules -->\n| mixin | rules |\n| --- | --- |\n${rows.join('\n')}\n`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(README, readme.slice(0, start) + table + readme.slice(end));
  else expect(readme.slice(start, end)).toBe(table);
});
