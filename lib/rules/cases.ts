import { combinations } from './combinations';
import { isObject, isScalar, type Scope } from './resolve';
import { givenTo, type Parent } from './template';

/** How the conditions and listed parameters of a template turn out in one deployment. */
export type Turnout = Required<Pick<Scope, 'holds' | 'chosen'>>;

/** A template and where it goes, as far as that is known. */
interface Deployed {
  /** Construct path of its stack. */
  readonly path?: string;
  readonly content: unknown;
  /** Set for a nested stack. */
  readonly parent?: Parent;
  readonly region?: string;
  readonly account?: string;
}

type Json = Record<string, unknown>;
/** What was decided, by the text of what it is about. */
type Decided = ReadonlyMap<string, string>;

// what is compared with more values than that: each comparison is decided by itself
const MOST_VALUES = 8;
// as deep as intrinsics are resolved; what lies below is hostile or broken
const DEEPEST = 150;
// nothing that a template compares with
const OTHER = '\u0000';
const HOLDS = 'holds';

/**
 * The cases in which an app is judged, each as what it means for a template; none where nothing that is deployed hangs on a condition or a listed parameter.
 * Conditions are followed down to what they compare: of two of which one is the other's contrary, one holds; where a stack goes is no question if it says so. What
 * several templates write alike is decided once.
 */
export function casesOf<T extends Deployed>(templates: readonly T[]): ((template: T) => Turnout)[] {
  const read = new Map<T, Decisions>();
  const under = new Set<T>();
  const byPath = new Map(templates.map((template) => [template.path, template]));
  const decisionsOf = (template: T): Decisions => {
    let known = read.get(template);
    if (!known) {
      const parent = template.parent && byPath.get(template.parent.path);
      // a stack that stands in itself has no parent
      const isAbove = parent && !under.has(parent) && parent !== template;
      under.add(template);
      read.set(template, known = new Decisions(template, isAbove ? { of: decisionsOf(parent), given: givenTo(template.parent!, parent.content) } : undefined));
      under.delete(template);
    }
    return known;
  };
  for (const template of templates) decisionsOf(template);
  // in whatever order they were written, they turn out alike
  const decisions = new Map([...optionsOf([...read.values()])].sort(([a], [b]) => (a < b ? -1 : 1)));
  const rows = combinations([...decisions.values()].map(({ length }) => length));
  if (rows.length === 0 && [...read.values()].some(({ isSettled }) => isSettled)) rows.push([]);
  return rows.map((row) => {
    const decided = new Map([...decisions].map(([about, options], index) => [about, options[row[index]!]!]));
    return (template) => read.get(template)!.turnout(decided);
  });
}

function optionsOf(read: readonly Decisions[]): Map<string, string[]> {
  // a parameter of one name can be another one in each stack: all that any of them takes or compares it with
  const values = new Map<string, Set<string>>();
  const add = (about: string, ...more: string[]) => {
    const all = values.get(about) ?? new Set<string>();
    values.set(about, all);
    for (const value of more) all.add(value);
  };
  for (const { listed } of read) for (const [about, all] of listed) add(about, ...all);
  for (const { compared, listed } of read) for (const { about, value } of compared) add(about, value, ...(listed.has(about) ? [] : [OTHER]));
  const options = new Map([...values].filter(([, all]) => all.size <= MOST_VALUES).map(([about, all]): [string, string[]] => [about, [...all].sort()]));
  for (const { compared, opaque } of read) {
    for (const { about, text } of compared) if (!options.has(about)) options.set(text, [HOLDS, OTHER]);
    for (const text of opaque) options.set(text, [HOLDS, OTHER]);
  }
  return options;
}

/** What the resources of a template hang on. */
class Decisions {
  /** Allowed values of parameters that resources use. */
  public readonly listed = new Map<string, string[]>();
  /** Comparisons of a value with a text. */
  public readonly compared: Comparison[] = [];
  /** Conditions of which no more is known than that they hold or do not. */
  public readonly opaque = new Set<string>();

  /** Set where it hangs on where the stack goes. */
  public isSettled = false;

  private readonly known: ReadonlyMap<string, string | undefined>;
  private readonly conditions: Json;
  private readonly parameters: Json;
  private readonly seen = new Set<unknown>();

  constructor({ content, region, account }: Deployed, private readonly parent?: { readonly of: Decisions; readonly given: Json }) {
    this.known = new Map([[aboutParameter('AWS::Region'), region], [aboutParameter('AWS::AccountId'), account]]);
    const section = (name: string) => (isObject(content) && isObject(content[name]) ? (content[name] as Json) : {});
    this.conditions = section('Conditions');
    this.parameters = section('Parameters');
    const decides = Object.keys(this.conditions).length > 0 || Object.values(this.parameters).some((declared) => allowedBy(declared) !== undefined);
    // most templates decide nothing, and are not walked
    if (decides) this.takeAll([...Object.values(section('Resources')).filter((resource) => !isObject(resource) || resource.Type !== 'AWS::CDK::Metadata'), section('Outputs')], 0);
  }

  /** What a case means for this template. */
  public turnout(decided: Decided): Turnout {
    const known = new Map<string, boolean>();
    const holds = (name: string, depth = 0): boolean => {
      // one that hangs on itself does not hold
      if (!known.has(name)) known.set(name, false).set(name, isMet(name, this.conditions[name], depth));
      return known.get(name)!;
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
    return {
      holds: (name) => holds(name),
      chosen: (name) => {
        const value = decided.get(aboutParameter(name));
        return value === undefined ? undefined : allowedBy(this.parameters[name])?.find((option) => String(option) === value);
      },
    };
  }

  private takeAll(values: readonly unknown[], depth: number): void {
    for (const value of values) {
      if (typeof value === 'string') for (const [, name] of value.includes('${') ? value.matchAll(/\$\{([^${}!]+)\}/g) : []) this.takeParameter(name!.trim());
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
    if (options) this.listed.set(aboutParameter(name), options.map(String));
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
    else if (compared) this.compared.push(compared);
    else this.opaque.add(opaqueText(name, expression));
  }

  private comparisonOf(expression: unknown): Comparison | undefined {
    const operands = isObject(expression) ? expression['Fn::Equals'] : undefined;
    if (!Array.isArray(operands) || operands.length !== 2) return undefined;
    const value = operands.find(isScalar);
    const compared = operands.find(isObject);
    if (value === undefined || compared === undefined) return undefined;
    const said = this.aboutOf(compared);
    const about = isScalar(said) ? '' : written(said);
    const known = isScalar(said) ? String(said) : this.known.get(about);
    return { about, value: String(value), text: written(expression), ...(known === undefined ? {} : { known }) };
  }

  // a parameter of a nested stack stands for what the stack around it gives
  private aboutOf(compared: unknown): unknown {
    const name = isObject(compared) ? compared.Ref : undefined;
    if (!this.parent || typeof name !== 'string' || !Object.hasOwn(this.parent.given, name)) return compared;
    return this.parent.of.aboutOf(this.parent.given[name]);
  }
}

interface Comparison {
  /** What is compared. */
  readonly about: string;
  /** What that is, where it is known. */
  readonly known?: string;
  readonly value: string;
  /** The whole of it. */
  readonly text: string;
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

function allowedBy(declared: unknown): (string | number | boolean)[] | undefined {
  const options: unknown = isObject(declared) ? declared.AllowedValues : undefined;
  return Array.isArray(options) && options.length > 1 && options.every(isScalar) ? options : undefined;
}
