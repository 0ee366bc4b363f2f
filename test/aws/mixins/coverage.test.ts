import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnResource } from 'aws-cdk-lib';
import { mixins } from '../../../lib/aws';
import { RULES_OF_MIXINS, WITHOUT_MIXIN } from '../../../lib/aws/mixins/coverage';
import { Answer } from '../../../lib/policy';
import type { Rule } from '../../../lib/rules/rule';
import { AWS_RULES } from '../../../lib/rules/aws/rules';
import { readApp } from '../../../lib/rules/aws/tree';
import { profile } from '../../support/workspace';
import { ground, Properties, used } from './fixture';
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
  const lines = names.map((name) => `${name}: ${mixinsOf(name).join(', ') || WITHOUT_MIXIN[name] || 'UNDECIDED'}`).sort();
  const strange = [...Object.values(RULES_OF_MIXINS).flat(), ...Object.keys(WITHOUT_MIXIN)].filter((name) => !names.includes(name)).sort();
  if (process.env.UPDATE_GOLDEN) writeFileSync(GOLDEN, `${[...lines, ...strange.map((name) => `(no rule) ${name}`)].join('\n')}\n`);
  expect([...lines, ...strange.map((name) => `(no rule) ${name}`)]).toEqual(readFileSync(GOLDEN, 'utf8').trimEnd().split('\n'));
  expect(lines.filter((line) => line.endsWith('UNDECIDED'))).toEqual([]);
  expect(names.filter((name) => mixinsOf(name).length > 0 && name in WITHOUT_MIXIN)).toEqual([]);
});

/** What a rule says of its own bad example, before and after the mixins. */
function answers(rule: Rule, type: string, properties: Properties): (Answer | undefined)[] {
  return [false, true].map((hardened) => {
    const { app, stack, means } = ground();
    const subject = new CfnResource(stack, 'Subject', { type, properties: structuredClone(properties) });
    used(stack, ['Subject'], { VolumeKmsKeyId: { Ref: 'Subject' } });
    if (hardened) stack.with(new mixins.RegulatedDefaults({ profile, ...means }));
    const found = judgementsOf({ view: readApp(app, false).view, rules: [rule], profile, pack: 'RegulatedML' }).filter(({ resource }) => resource.path === subject.node.path);
    return [Answer.NON_COMPLIANT, Answer.UNKNOWN, Answer.COMPLIANT].find((answer) => found.some(({ finding }) => finding.answer === answer));
  });
}

// rules that come later are held to this by their own examples
const withExamples = AWS_RULES.flatMap((rule): [string, Rule, string, Properties][] => {
  const type = rule.resources.find((candidate) => candidate.startsWith('AWS::'));
  return type === undefined || type !== rule.resources[0] || typeof rule.bad !== 'object' ? [] : [[rule.name, rule, type, rule.bad as Properties]];
});

test('the examples of rules come out as the table says', () => {
  for (const [name, rule, type, properties] of withExamples) {
    const [before, after] = answers(rule, type, properties);
    const bad = rule.unknownFails ? Answer.UNKNOWN : Answer.NON_COMPLIANT;
    expect([name, before]).toEqual([name, bad]);
    expect([name, after]).toEqual([name, mixinsOf(name).length > 0 ? Answer.COMPLIANT : bad]);
  }
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
