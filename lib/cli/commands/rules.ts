import { Control } from '../../policy/control';
import { Framework } from '../../policy/framework';
import { nearest, shown } from '../../policy/given';
import { RULES } from '../../rules/catalogue';
import { PACK, type Example, type Rule } from '../../rules/rule';
import type { Io } from '../io';
import { bold, dim, printableJson, Screen } from '../screen';
import { count } from '../words';

/** Flags of `rules`. */
export interface RulesFlags {
  readonly type?: string;
  readonly control?: string;
  readonly framework?: readonly string[];
  readonly severity?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `regulated-ml rules`: lists the rules, or explains one. */
export function run(ids: readonly string[], flags: RulesFlags, io: Io): number {
  const screen = new Screen(io, true);
  const wanted = ids.length > 0 ? ids.map(named) : filtered(flags);
  if (flags.json) screen.raw(printableJson(wanted.map(forPrograms)));
  else if (ids.length > 0) wanted.forEach((rule, index) => explain(rule, index > 0, screen));
  else list(wanted, screen, flags.quiet === true);
  return 0;
}

function idOf({ name }: Rule): string {
  return `${PACK}-${name}`;
}

// as a finding, an acknowledgement or a person writes it
function named(id: string): Rule {
  const name = id.replace(/^RegulatedML::/, '').replace(/^RegulatedML-/, '').replace(/\[[^\]]*\]$/, '');
  const found = RULES.find((rule) => rule.name.toLowerCase() === name.toLowerCase());
  if (found) return found;
  const [meant] = nearest(name, RULES.map((rule) => rule.name), 1);
  throw new Error(`there is no rule ${shown(id)}: ${meant ? `did you mean '${PACK}-${meant}'? ` : ''}'regulated-ml rules' lists them all`);
}

function filtered({ type, control, framework, severity }: RulesFlags): Rule[] {
  if (control !== undefined) oneOf('--control', control, Object.values(Control));
  if (severity !== undefined) oneOf('--severity', severity, ['fatal', 'error', 'warning']);
  const types = [...new Set(RULES.flatMap(({ resources }) => resources))].sort();
  if (type !== undefined && !types.some((known) => known.toLowerCase() === type.toLowerCase())) {
    const [meant] = nearest(type, types, 1);
    throw new Error(`no rule is about ${shown(type)} alone: ${meant ? `did you mean '${meant}'? ` : ''}use one of ${types.filter((known) => /^(AWS::|Microsoft\.|azurerm_)/.test(known)).join(', ')}`);
  }
  const controls = framework && new Set(framework.flatMap((name) => Framework.named(name).requirements.flatMap((requirement) => requirement.controls)));
  return RULES.filter((rule) => (type === undefined || rule.resources.some((known) => known.toLowerCase() === type.toLowerCase()))
    && (control === undefined || rule.control === control) && (severity === undefined || rule.severity === severity) && (controls === undefined || controls.has(rule.control)));
}

function oneOf(flag: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  const [meant] = nearest(value, [...allowed], 1);
  throw new Error(`${flag} is ${shown(value)}: ${meant ? `did you mean '${meant}'? ` : ''}use one of ${allowed.join(', ')}`);
}

function list(rules: readonly Rule[], screen: Screen, quiet: boolean): void {
  const controls = Object.values(Control).filter((control) => rules.some((rule) => rule.control === control));
  for (const control of controls) {
    screen.line(bold(control));
    for (const rule of rules.filter((one) => one.control === control)) screen.line(`  ${idOf(rule)}`, dim(`  ${rule.severity}`), `  ${rule.title}`);
  }
  if (quiet) return;
  if (rules.length > 0) screen.line();
  screen.line(`${count(rules.length, 'rule')} of ${RULES.length}`);
  if (rules.length > 0) screen.line(dim(`Next: 'regulated-ml rules ${idOf(rules[0]!)}' explains one, with a good and a bad example.`));
}

function explain(rule: Rule, follows: boolean, screen: Screen): void {
  if (follows) screen.line();
  screen.line(bold(idOf(rule)), ` (${rule.severity}${rule.severity === 'fatal' ? ', takes no waiver' : ''})`);
  screen.line(rule.title);
  screen.line();
  screen.line(`judges   ${rule.resources.join(', ').replace(/^\*$/, 'every resource')}${rule.properties ? `: ${rule.properties.join(', ')}` : ''}`);
  screen.line(`control  ${rule.control}`);
  screen.line(`why      ${rule.why}`);
  screen.line(`fix      ${rule.fix}`);
  screen.line(`unknown  ${rule.unknownFails ? 'weighs as much as a finding' : 'weighs what was chosen for unknowns'}; its id is '${idOf(rule)}[unknown]'`);
  for (const [title, example] of [['good', rule.good], ['bad', rule.bad]] as const) if (example !== undefined) printExample(title, example, screen);
  const cited = Framework.all().flatMap((framework) => framework.requirementsOf(rule.control).map(({ citation, title }) => `${citation}: ${title}`));
  screen.line();
  screen.line(bold('asked for by'));
  for (const line of cited.length > 0 ? cited : ['none of the frameworks that come with the library']) screen.line(`  ${line}`);
  if (rule.sources && rule.sources.length > 0) {
    screen.line();
    screen.line(bold('sources'));
    for (const source of rule.sources) screen.line(`  ${source}`);
  }
}

function printExample(title: string, example: Example, screen: Screen): void {
  screen.line();
  screen.line(bold(title));
  const text = typeof example === 'string' ? example : JSON.stringify(example, null, 2);
  for (const line of text.split('\n')) screen.line(`  ${line}`);
}

function forPrograms(rule: Rule): object {
  const { title, severity, control, resources, properties, why, fix, sources, good, bad, unknownFails } = rule;
  const cited = Framework.all().flatMap((framework) => framework.requirementsOf(control).map(({ citation }) => citation));
  return {
    id: idOf(rule), title, severity, control, resources, properties: properties ?? [], why, fix, sources: sources ?? [], ...(unknownFails ? { unknownFails } : {}),
    good, bad, requirements: cited,
  };
}
