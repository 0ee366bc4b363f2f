import { Control } from '../policy/control';
import type { Framework, Requirement } from '../policy/framework';
import { applies, reasonAgainst, type Facet } from './facet';
import { FLOW_NODE, STACK, UNSEEN, type Rule } from './rule';

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

/** Why a type has no rule: one sentence for all its controls, or one a control. `*` stands for every type that says nothing of a control itself. */
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
  /** Why there is no rule, as it was written; derived from the facets where nothing was, and the control does not apply. */
  readonly reason?: string;
}

/** Every type with every control. */
export function cellsOf({ rules, facets, reasons, kinds }: TableProps): Cell[] {
  return Object.entries(facets).flatMap(([type, own]) => {
    const judging = rules.filter((rule) => judges(rule, type, kinds));
    return Object.values(Control).map((control): Cell => {
      const names = judging.filter((rule) => rule.control === control).map(({ name }) => name);
      if (names.length > 0) return { type, control, state: 'rule', rules: names };
      const written = writtenFor(reasons, type, control);
      if (!applies(control, own)) return { type, control, state: 'not-applicable', rules: [], reason: written ?? reasonAgainst(control) };
      const reason = written ?? writtenFor(reasons, '*', control);
      return reason === undefined ? { type, control, state: 'open', rules: [] } : { type, control, state: 'reason', rules: [], reason };
    });
  });
}

/** What is wrong with the table, one line each; empty when each cell is judged or explained, and facets, reasons and rules agree. */
export function flawsOf(props: TableProps): string[] {
  const cells = cellsOf(props);
  return [
    ...cells.filter(({ state }) => state === 'open').map(({ type, control }) => `open: ${type} ${control}`),
    ...unknownTypes(props).map((type) => `type without facets: ${type}`),
    ...oddRules(props).map((odd) => `rule where its control does not apply: ${odd}`),
    ...idleReasons(props, cells),
    ...doubledReasons(props),
  ].sort();
}

function unknownTypes({ rules, facets }: TableProps): string[] {
  const known = new Set(Object.keys(facets).map((type) => (isKind(type) ? type.split('/')[0]! : type)));
  return [...new Set(rules.flatMap(({ resources }) => resources))].filter((type) => type !== '*' && !known.has(type));
}

// what is asked of everything, or of every kind of step, looks at whatever is there
function oddRules({ rules, facets, kinds }: TableProps): string[] {
  const allKinds = Object.keys(facets).filter(isKind).length;
  const isGeneral = (rule: Rule, type: string) => rule.resources.includes('*') || (isKind(type) && kinds.get(rule.name)?.length === allKinds);
  return rules.flatMap((rule) => Object.entries(facets)
    .filter(([type, own]) => judges(rule, type, kinds) && !applies(rule.control, own) && !isGeneral(rule, type))
    .map(([type]) => `${type} ${rule.control} ${rule.name}`));
}

function idleReasons({ facets, reasons }: TableProps, cells: readonly Cell[]): string[] {
  return reasons.flatMap((list) => Object.entries(list).flatMap(([type, written]) => {
    if (type === '*') return [];
    if (!(type in facets)) return [`reason for a type without facets: ${type}`];
    const judged = cells.filter((cell) => cell.type === type && cell.state === 'rule').map(({ control }) => control);
    return typeof written === 'string' ? [] : judged.filter((control) => control in written).map((control) => `reason beside a rule: ${type} ${control}`);
  }));
}

function doubledReasons({ reasons }: TableProps): string[] {
  const types = [...new Set(reasons.flatMap((list) => Object.keys(list)))];
  return types.flatMap((type) => Object.values(Control)
    .filter((control) => reasons.filter((list) => writtenFor([list], type, control) !== undefined).length > 1).map((control) => `two reasons: ${type} ${control}`));
}

function judges(rule: Rule, type: string, kinds: TableProps['kinds']): boolean {
  if (rule.resources.includes('*')) return type !== STACK && type !== UNSEEN && type !== FLOW_NODE;
  return isKind(type) ? kinds.get(rule.name)?.includes(type) ?? false : rule.resources.includes(type);
}

// a type of Azure has slashes too, after a namespace with a dot
function isKind(type: string): boolean {
  return /^[^.]+\//.test(type);
}

function writtenFor(reasons: readonly Reasons[], type: string, control: Control): string | undefined {
  const written = reasons.map((list) => list[type]).map((own) => (typeof own === 'string' ? own : own?.[control]));
  return written.find((text) => text !== undefined);
}
