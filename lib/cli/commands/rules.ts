import { cloudOf } from '../../policy/cloud';
import { Control } from '../../policy/control';
import { Framework } from '../../policy/framework';
import { nearest, shown } from '../../policy/given';
import { RULES } from '../../rules/catalogue';
import { asText, explain, type Explanation } from '../../rules/explain';
import { REASONS } from '../../rules/reasons';
import { PACK, type Rule } from '../../rules/rule';
import type { Io } from '../io';
import { bold, dim, printableJson, Screen } from '../screen';
import { count, some } from '../words';

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
  const why = ids.length > 0 || wanted.length > 0 ? undefined : reasonFor(flags.type ?? '');
  if (flags.json) screen.raw(printableJson(wanted.map(forPrograms)));
  else if (ids.length > 0) wanted.forEach((rule, index) => print(rule, index > 0, screen));
  else if (why) printReason(why, screen);
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
  if (type !== undefined && !TYPES.some((known) => isSame(known, type)) && !reasonFor(type)) throw new Error(`no rule is about ${shown(type)} alone: ${typesLike(type)}`);
  const controls = framework && new Set(framework.flatMap((name) => Framework.named(name).requirements.flatMap((requirement) => requirement.controls)));
  return RULES.filter((rule) => (type === undefined || rule.resources.some((known) => isSame(known, type)))
    && (control === undefined || rule.control === control) && (severity === undefined || rule.severity === severity) && (controls === undefined || controls.has(rule.control)));
}

const TYPES = [...new Set(RULES.flatMap(({ resources }) => resources))].filter((type) => cloudOf(type)).sort();

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

// more than a few names are no help, and there are hundreds
function typesLike(type: string): string {
  const [service] = /^(?:[^:]+::[^:]+::|[a-z]+_[a-z]+_)/i.exec(type) ?? [];
  const isBeside = (known: string) => service !== undefined && known.toLowerCase().startsWith(service.toLowerCase());
  const beside = TYPES.filter(isBeside);
  const isNamesake = (known: string) => isSame(known.split('::').at(-1)!, type.split('::').at(-1)!);
  const [meant] = nearest(type, [...TYPES, ...Object.keys(REASONS)].filter((known) => isBeside(known) || isNamesake(known)), 1);
  return [
    ...(meant ? [`did you mean '${meant}'?`] : []),
    ...(beside.length > 0 ? [`of that service there are rules about ${some(beside, MOST_TYPES)}`] : []),
    ...(meant || beside.length > 0 ? [] : ['\'regulated-ml rules\' lists all rules, and with --json the types that each is about']),
  ].join(' ');
}

const MOST_TYPES = 8;

interface Why {
  readonly type: string;
  readonly reasons: readonly string[];
}

/** Why a type has no rule of its own, where that was decided. */
function reasonFor(type: string): Why | undefined {
  const known = Object.keys(REASONS).find((one) => isSame(one, type));
  if (known === undefined || TYPES.includes(known)) return undefined;
  const why = REASONS[known]!;
  return { type: known, reasons: typeof why === 'string' ? [why] : Object.entries(why).map(([control, reason]) => `${control}: ${reason}`) };
}

function printReason({ type, reasons }: Why, screen: Screen): void {
  screen.line(bold(type), ' has no rule of its own:');
  for (const reason of reasons) screen.line(`  ${reason}`);
  screen.line(dim('What it names, such as regions, images and keys, is judged as on any type.'));
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

function print(rule: Rule, follows: boolean, screen: Screen): void {
  if (follows) screen.line();
  const [id, ...lines] = asText(explained(rule)).trimEnd().split('\n');
  screen.line(bold(id!));
  for (const line of lines) screen.line(line);
  screen.line();
  screen.line(dim(`What cannot be told before deployment has the id '${id!}[unknown]'.`));
}

function explained(rule: Rule): Explanation {
  return explain(rule, { pack: PACK, frameworks: Framework.all() });
}

function forPrograms(rule: Rule): object {
  const { id, title, control, properties, why, fix, askedBy, sources, good, bad } = explained(rule);
  const { severity, resources, unknownFails } = rule;
  return { id, title, severity, control, resources, properties, why, fix, sources, ...(unknownFails ? { unknownFails } : {}), good, bad, askedBy };
}
