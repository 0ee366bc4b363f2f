import { Control } from '../policy/control';
import type { Framework, Requirement } from '../policy/framework';
import { applies, reasonAgainst, type Facet } from './facet';
import { FLOW_NODE, STACK, type Rule } from './rule';

/** A requirement with the name of its framework. */
export interface Asked {
  readonly framework: string;
  readonly requirement: Requirement;
}

/** What a catalogue of rules leaves to somebody else, by name. */
export interface Gaps {
  readonly controlsWithoutRule: readonly Control[];
  /** What infrastructure cannot show. */
  readonly requirementsWithoutControl: readonly Asked[];
  /** What has controls, of which no rule judges one on a type that it speaks of. */
  readonly requirementsWithoutRule: readonly Asked[];
}

/** What the rules do not reach of the vocabulary and of the frameworks. */
export function gapsOf(rules: readonly Rule[], frameworks: readonly Framework[]): Gaps {
  const asked = frameworks.flatMap(({ name, requirements }) => requirements.map((requirement) => ({ framework: name, requirement })));
  return {
    controlsWithoutRule: Object.values(Control).filter((control) => rules.every((rule) => rule.control !== control)),
    requirementsWithoutControl: asked.filter(({ requirement }) => requirement.controls.length === 0),
    requirementsWithoutRule: asked.filter(({ requirement }) => requirement.controls.length > 0 && rulesFor(requirement, rules).length === 0),
  };
}

/** The rules that judge a control of a requirement, on a type that it speaks of. */
export function rulesFor({ controls, resourceTypes }: Requirement, rules: readonly Rule[]): Rule[] {
  return rules.filter(({ control, resources }) => controls.includes(control) && (!resourceTypes || resources.some((type) => type === '*' || resourceTypes.includes(type))));
}

/** Facets by type; a kind of step is named `<type>/<kind>`. */
export type Facets = Readonly<Record<string, readonly Facet[]>>;

/** Why a type has no rule: one sentence for all its controls, or one a control. */
export type Reasons = Readonly<Record<string, string | Readonly<Partial<Record<Control, string>>>>>;

/** What the table is made from. */
export interface TableProps {
  readonly rules: readonly Rule[];
  readonly facets: Facets;
  /** Reasons as they were written, a list from each area. */
  readonly reasons: readonly Reasons[];
  /** Kinds of step that a rule judges, by its name, as `<type>/<kind>`. */
  readonly kinds: ReadonlyMap<string, readonly string[]>;
}

/** A type and a control. */
export interface Cell {
  readonly type: string;
  readonly control: Control;
  /** `open` is neither judged nor explained. */
  readonly state: 'rule' | 'reason' | 'not-applicable' | 'open';
  readonly rules: readonly string[];
  /** Why there is no rule: written, or derived from the facets. */
  readonly reason?: string;
}

/** Every type with every control. */
export function cellsOf({ rules, facets, reasons, kinds }: TableProps): Cell[] {
  return Object.entries(facets).flatMap(([type, own]) => {
    const judging = rules.filter((rule) => judges(rule, type, kinds));
    return Object.values(Control).map((control): Cell => {
      const names = judging.filter((rule) => rule.control === control).map(({ name }) => name);
      if (names.length > 0) return { type, control, state: 'rule', rules: names };
      if (!applies(control, own)) return { type, control, state: 'not-applicable', rules: [], reason: reasonAgainst(control) };
      const reason = reasons.map((list) => writtenFor(list, type, control)).find((text) => text !== undefined);
      return reason ? { type, control, state: 'reason', rules: [], reason } : { type, control, state: 'open', rules: [] };
    });
  });
}

/** What is wrong with the table, one line each; empty when each cell is judged or explained, and facets, reasons and rules agree. */
export function flawsOf(props: TableProps): string[] {
  const { rules, facets, reasons, kinds } = props;
  const cells = cellsOf(props);
  const open = cells.filter(({ state }) => state === 'open').map(({ type, control }) => `open: ${type} ${control}`);
  const unknown = [...new Set(rules.flatMap(({ resources }) => resources))].filter((type) => type !== '*' && !isKnown(type, facets)).map((type) => `type without facets: ${type}`);
  const odd = rules.flatMap((rule) => Object.entries(facets)
    .filter(([type, own]) => !rule.resources.includes('*') && judges(rule, type, kinds) && !applies(rule.control, own))
    .map(([type]) => `rule where its control does not apply: ${type} ${rule.control} ${rule.name}`));
  const idle = reasons.flatMap((list) => Object.entries(list).flatMap(([type, written]) => {
    const controls = typeof written === 'string' ? undefined : (Object.keys(written) as Control[]);
    const used = cells.filter((cell) => cell.type === type && cell.state === 'reason').map(({ control }) => control);
    if (!controls) return used.length === 0 ? [`reason for nothing: ${type}`] : [];
    return controls.filter((control) => !used.includes(control)).map((control) => `reason for nothing: ${type} ${control}`);
  }));
  return [...open, ...unknown, ...odd, ...idle].sort();
}

function judges(rule: Rule, type: string, kinds: TableProps['kinds']): boolean {
  if (rule.resources.includes('*')) return type !== STACK && type !== FLOW_NODE;
  return type.includes('/') ? kinds.get(rule.name)?.includes(type) ?? false : rule.resources.includes(type);
}

function isKnown(type: string, facets: Facets): boolean {
  return Object.keys(facets).some((known) => known === type || known.startsWith(`${type}/`));
}

function writtenFor(list: Reasons, type: string, control: Control): string | undefined {
  const written = list[type];
  return typeof written === 'string' ? written : written?.[control];
}
