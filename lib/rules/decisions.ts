import { PossibleValues } from './possible-values';
import { resolve, type Scope } from './resolve';
import { isObject, isScalar } from './resolved';
import type { Parent } from './template';

/** How the conditions and parameters of a template turn out in one deployment. */
export type Turnout = Required<Pick<Scope, 'holds' | 'possible'>>;

/** A template and where it goes, as far as that is known. */
export interface Deployed {
  readonly stackName: string;
  /** Construct path of its stack. */
  readonly path?: string;
  readonly content: unknown;
  /** Set for a nested stack. */
  readonly parent?: Parent;
  readonly region?: string;
  readonly account?: string;
}

/** The stack around a nested one. */
interface Around {
  readonly of: Decisions;
  /** What it gives as parameters. */
  readonly given: Json;
  /** On which the nested one is there. */
  readonly condition: string | undefined;
}

type Json = Record<string, unknown>;
/** What was decided, by the text of what it is about. */
type Decided = ReadonlyMap<string, string>;
/** What is known of what conditions compare, by its text, where some of them hold and others do not. */
export type Known = ReadonlyMap<string, PossibleValues>;

// as deep as intrinsics are resolved; what lies below is hostile or broken
const DEEPEST = 150;
// more than anybody combines: what is left out tells no more
const MOST_COMBINED = 1000;
/** Nothing that a template compares with. */
export const OTHER = '\u0000';
/** What is decided of a comparison that is decided as a whole; or else `OTHER`. */
export const HOLDS = 'holds';

/** What the resources of a template hang on. */
export class Decisions {
  /** Allowed values of parameters that resources use. */
  public readonly listed = new Map<string, string[]>();
  /** Comparisons of a value with a text. */
  public readonly compared: Comparison[] = [];
  /** Conditions of which no more is known than that they hold or do not. */
  public readonly opaque = new Set<string>();
  /** What is known wherever something of this template is deployed. */
  public readonly everywhere: Known;

  /** Set where it hangs on where the stack goes. */
  public isSettled = false;

  private readonly conditions: Json;
  private readonly parameters: Json;
  private readonly seen = new Set<unknown>();
  /** What this template's parameters are compared with, by what is compared and the text of the comparison. */
  private readonly own = new Map<string, Map<string, string>>();
  /** What is compared that a parameter is a part of, and what that comes to by the defaults, by parameter. */
  private readonly made = new Map<string, Map<string, string>>();
  private readonly declared: Scope;
  /** The same of which no parameter is known. */
  private readonly fixed: Scope;

  constructor({ content, stackName, region, account }: Deployed, private readonly parent?: Around) {
    const section = (name: string) => (isObject(content) && isObject(content[name]) ? (content[name] as Json) : {});
    this.conditions = section('Conditions');
    this.parameters = section('Parameters');
    const scope = {
      stackName, ...(region ? { region } : {}), ...(account ? { account } : {}), mappings: section('Mappings'),
      parameters: this.parameters, outputs: {}, logicalIds: new Set<string>(), nested: new Map<string, Scope>(), exports: new Map<string, never>(),
    };
    this.declared = { ...scope, ...(parent ? { parent: { scope: parent.of.declared, given: parent.given } } : {}) };
    const unknown = Object.fromEntries(Object.keys(this.parameters).map((name) => [name, {}]));
    this.fixed = { ...scope, parameters: unknown, ...(parent ? { parent: { scope: parent.of.fixed, given: parent.given } } : {}) };
    this.everywhere = parent ? parent.of.under(parent.of.everywhere, parent.condition, true) ?? parent.of.everywhere : new Map();
    const decides = Object.keys(this.conditions).length > 0 || Object.values(this.parameters).some((declared) => allowedBy(declared) !== undefined);
    // most templates decide nothing, and are not walked
    if (decides) this.takeAll([...Object.values(section('Resources')).filter((resource) => !isObject(resource) || resource.Type !== 'AWS::CDK::Metadata'), section('Outputs')], 0);
  }

  /** What a case means for this template. */
  public turnout(decided: Decided): Turnout {
    const conditions = new Map<string, boolean>();
    const holds = (name: string, depth = 0): boolean => {
      // one that hangs on itself does not hold
      if (!conditions.has(name)) conditions.set(name, false).set(name, isMet(name, this.conditions[name], depth));
      return conditions.get(name)!;
    };
    const isMet = (name: string, expression: unknown, depth: number): boolean => {
      const [operator, operands] = operationOf(expression, depth);
      switch (operator) {
        case 'Condition': return typeof operands[0] === 'string' && holds(operands[0], depth + 1);
        case 'Fn::Not': return !isMet(name, operands[0], depth + 1);
        case 'Fn::And': return operands.every((operand) => isMet(name, operand, depth + 1));
        case 'Fn::Or': return operands.some((operand) => isMet(name, operand, depth + 1));
        default: {
          const compared = this.comparisonOf(expression);
          const value = compared && (compared.known ?? decided.get(compared.about));
          return value === undefined ? decided.get(compared?.text ?? opaqueText(name, expression)) === HOLDS : value === compared?.value;
        }
      }
    };
    let known: Known | undefined;
    return { holds: (name) => holds(name), possible: (name) => this.possible(name, known ??= this.knownBy(decided)) };
  }

  /** What more is known where a condition holds, or does not; undefined where that cannot be. */
  public under(before: Known, condition: string | undefined, holds: boolean): Known | undefined {
    return condition === undefined ? before : this.narrowed(before, condition, { Condition: condition }, { holds, depth: 0, left: { count: MOST_COMBINED } });
  }

  /** What a parameter can be where something is known; undefined where that says nothing about it. */
  public possible(name: string, known: Known): PossibleValues | undefined {
    let values = known.get(aboutParameter(name));
    for (const [about, byDefault] of this.made.get(name) ?? []) {
      if (known.get(about)?.admits(byDefault) === false) values = (values ?? PossibleValues.ALL).and(PossibleValues.except(defaultOf(this.parameters[name])));
    }
    return values;
  }

  private knownBy(decided: Decided): Known {
    const known = new Map<string, PossibleValues>();
    for (const [about, comparisons] of this.own) {
      const value = decided.get(about);
      let values = value === undefined ? PossibleValues.ALL : value === OTHER ? PossibleValues.except(...comparisons.values()) : PossibleValues.only(value);
      for (const [text, compared] of value === undefined ? comparisons : []) {
        const turnsOut = decided.get(text);
        if (turnsOut !== undefined) values = values.and(turnsOut === HOLDS ? PossibleValues.only(compared) : PossibleValues.except(compared));
      }
      if (!values.isAll && !values.isNone) known.set(about, values);
    }
    return known;
  }

  private narrowed(before: Known, name: string, expression: unknown, { holds, depth, left }: Narrowing): Known | undefined {
    if (left.count-- <= 0) return before;
    const [operator, operands] = operationOf(expression, depth);
    const below = (known: Known, operand: unknown, own = holds) => this.narrowed(known, name, operand, { holds: own, depth: depth + 1, left });
    switch (operator) {
      case 'Condition': {
        const named = typeof operands[0] === 'string' ? operands[0] : '';
        return this.narrowed(before, named, this.conditions[named], { holds, depth: depth + 1, left });
      }
      case 'Fn::Not': return below(before, operands[0], !holds);
      case 'Fn::And':
      case 'Fn::Or':
        return (operator === 'Fn::And') === holds
          ? operands.reduce<Known | undefined>((known, operand) => known && below(known, operand), before)
          : eitherOf(operands.map((operand) => below(before, operand)));
      default: {
        const compared = this.comparisonOf(expression);
        if (compared?.known !== undefined) return (compared.known === compared.value) === holds ? before : undefined;
        const [about, value] = compared ? [compared.about, compared.value] : [opaqueText(name, expression), HOLDS];
        const values = (before.get(about) ?? PossibleValues.ALL).and(holds ? PossibleValues.only(value) : PossibleValues.except(value));
        return values.isNone ? undefined : new Map([...before, [about, values]]);
      }
    }
  }

  private takeAll(values: readonly unknown[], depth: number): void {
    for (const value of values) {
      if (typeof value === 'string') for (const name of namesIn(value)) this.takeParameter(name);
      // what is no JSON can hold itself
      if (typeof value !== 'object' || value === null || depth > DEEPEST || this.seen.has(value)) continue;
      this.seen.add(value);
      if (Array.isArray(value)) {
        this.takeAll(value, depth + 1);
        continue;
      }
      const { Ref: name, 'Fn::If': chosen, Condition: condition } = value as Json;
      if (typeof name === 'string') this.takeParameter(name);
      if (Array.isArray(chosen) && typeof chosen[0] === 'string') this.takeCondition(chosen[0], 0);
      // statements of policies have one too, which is no text
      if (typeof condition === 'string') this.takeCondition(condition, 0);
      this.takeAll(Object.values(value), depth + 1);
    }
  }

  private takeParameter(name: string): void {
    // what a nested stack is given is decided where it is given
    if (this.parent && Object.hasOwn(this.parent.given, name)) return;
    const options = Object.hasOwn(this.parameters, name) ? allowedBy(this.parameters[name]) : undefined;
    if (!options) return;
    this.listed.set(aboutParameter(name), options.map(String));
    this.ownOf(aboutParameter(name));
  }

  private takeCondition(name: string, depth: number): void {
    if (this.seen.has(name)) return;
    this.seen.add(name);
    this.takeExpression(name, this.conditions[name], depth);
  }

  private takeExpression(name: string, expression: unknown, depth: number): void {
    const [operator, operands] = operationOf(expression, depth);
    const compared = operator ? undefined : this.comparisonOf(expression);
    if (operator === 'Condition') this.takeCondition(typeof operands[0] === 'string' ? operands[0] : '', depth + 1);
    else if (operator) for (const operand of operands) this.takeExpression(name, operand, depth + 1);
    else if (compared?.known !== undefined) this.isSettled = true;
    else if (compared) this.takeComparison(compared);
    else this.opaque.add(opaqueText(name, expression));
  }

  private takeComparison(comparison: Comparison): void {
    this.compared.push(comparison);
    const { about, text, value, of: { decisions, said } } = comparison;
    decisions.ownOf(about).set(text, value);
    if (isObject(said) && typeof said.Ref === 'string') return;
    const byDefault = resolve(said, decisions.declared);
    if (!isScalar(byDefault)) return;
    for (const [owner, name] of decisions.parametersIn(said, 0)) {
      owner.ownOf(about).set(text, value);
      owner.made.set(name, (owner.made.get(name) ?? new Map<string, string>()).set(about, String(byDefault)));
    }
  }

  private ownOf(about: string): Map<string, string> {
    const own = this.own.get(about) ?? new Map<string, string>();
    this.own.set(about, own);
    return own;
  }

  private comparisonOf(expression: unknown): Comparison | undefined {
    const operands = isObject(expression) ? expression['Fn::Equals'] : undefined;
    // of two constants it is not said which of them holds
    if (!Array.isArray(operands) || operands.length !== 2 || operands.every(isScalar)) return undefined;
    const values = operands.map((operand) => (isScalar(operand) ? operand : resolve(operand, this.fixed)));
    const at = isScalar(operands[1]) || (isScalar(values[1]) && !isScalar(operands[0])) ? 1 : 0;
    const [value, known, compared] = [values[at], values[1 - at], operands[1 - at] as unknown];
    if (!isScalar(value) || !isObject(compared)) return undefined;
    const of = this.meantBy(compared);
    return { of, about: written(of.said), value: String(value), text: written(expression), ...(isScalar(known) ? { known: String(known) } : {}) };
  }

  // a parameter of a nested stack stands for what the stack around it gives
  private meantBy(compared: unknown): Comparison['of'] {
    const name = isObject(compared) ? compared.Ref : undefined;
    if (!this.parent || typeof name !== 'string' || !Object.hasOwn(this.parent.given, name)) return { decisions: this, said: compared };
    return this.parent.of.meantBy(this.parent.given[name]);
  }

  private parametersIn(value: unknown, depth: number): [Decisions, string][] {
    if (depth > DEEPEST) return [];
    const named = typeof value === 'string' ? namesIn(value) : isObject(value) && typeof value.Ref === 'string' ? [value.Ref] : [];
    const below = typeof value === 'object' && value !== null ? Object.values(value).flatMap((one) => this.parametersIn(one, depth + 1)) : [];
    return [...named.flatMap((name): [Decisions, string][] => {
      if (this.parent && Object.hasOwn(this.parent.given, name)) return this.parent.of.parametersIn(this.parent.given[name], depth + 1);
      return Object.hasOwn(this.parameters, name) ? [[this, name]] : [];
    }), ...below];
  }
}

interface Narrowing {
  readonly holds: boolean;
  readonly depth: number;
  /** Conditions that refer to others twice, at each level, would never end. */
  readonly left: { count: number };
}

interface Comparison {
  /** What is compared, and the stack that it is written in. */
  readonly of: { readonly decisions: Decisions; readonly said: unknown };
  /** The text of that. */
  readonly about: string;
  /** What that is, where it is known. */
  readonly known?: string;
  readonly value: string;
  /** The whole of it. */
  readonly text: string;
}

// what is known whichever of them is true
function eitherOf(ways: readonly (Known | undefined)[]): Known | undefined {
  const [first, ...others] = ways.filter((way) => way !== undefined);
  if (!first) return undefined;
  const known = new Map<string, PossibleValues>();
  for (const [about, values] of first) {
    const all = others.reduce((sum, other) => sum.or(other.get(about) ?? PossibleValues.ALL), values);
    if (!all.isAll) known.set(about, all);
  }
  return known;
}

function namesIn(text: string): string[] {
  return text.includes('${') ? [...text.matchAll(/\$\{([^${}!]+)\}/g)].map(([, name]) => name!.trim()) : [];
}

// what others are told from: nothing else is written so
function defaultOf(declared: unknown): string {
  return isObject(declared) && isScalar(declared.Default) ? String(declared.Default) : OTHER;
}

const OPERATORS = new Set(['Condition', 'Fn::Not', 'Fn::And', 'Fn::Or']);

// conditions made of others
function operationOf(expression: unknown, depth: number): [operator: string | undefined, operands: readonly unknown[]] {
  const [operator] = isObject(expression) ? Object.keys(expression) : [];
  if (!operator || !OPERATORS.has(operator) || depth > DEEPEST) return [undefined, []];
  return [operator, [(expression as Json)[operator]].flat()];
}

function opaqueText(name: string, expression: unknown): string {
  return expression === undefined ? name : written(expression) || name;
}

// deeper than can be written it says nothing
function written(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '';
  }
}

function aboutParameter(name: string): string {
  return JSON.stringify({ Ref: name });
}

// a parameter that is read from SSM lists where, and a list what stands in it
function allowedBy(declared: unknown): (string | number | boolean)[] | undefined {
  const options: unknown = isObject(declared) && !/^(?:AWS::SSM::|List<|CommaDelimitedList$)/.test(String(declared.Type)) ? declared.AllowedValues : undefined;
  return Array.isArray(options) && options.length > 1 && options.every(isScalar) ? options : undefined;
}
