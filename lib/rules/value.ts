import { Answer } from '../policy/finding';
import { Choice, isObject, isScalar, Unknown, type Resolved } from './resolved';
import { all, any, COMPLIANT, nonCompliant, unknown, type Verdict } from './verdict';

/** One thing that a value can be once it is deployed. */
export type Alternative = Exclude<Resolved, Choice>;

/**
 * A property as it will be deployed: one or several alternatives (`Fn::If`), each of them a value, absent, or unknown.
 * Every reader judges all alternatives and answers with the worst.
 */
export class Value {
  constructor(public readonly alternatives: readonly Alternative[], public readonly location: string) {}

  public static of(resolved: Resolved, location: string): Value {
    return new Value(flatten(resolved), location);
  }

  /** The property below, by a path such as `VpcConfig.Subnets`. */
  public at(path: string): Value {
    let alternatives: readonly Alternative[] = this.alternatives;
    for (const key of keysOf(path)) {
      alternatives = alternatives.length === 1 ? below(alternatives[0], key) : alternatives.flatMap((alternative) => below(alternative, key));
    }
    return new Value(alternatives, `${this.location}.${path}`);
  }

  /** Items of a list, of all alternatives; a list that is unknown is one unknown item. A single object counts as a list of one. */
  public get items(): Value[] {
    return this.alternatives.flatMap((alternative) => {
      if (alternative instanceof Unknown || isObject(alternative)) return [new Value([alternative], this.location)];
      if (!Array.isArray(alternative)) return [];
      return alternative.map((item, index) => Value.of(item, `${this.location}.${index}`));
    });
  }

  /** Names and values of an object's properties. */
  public get entries(): [string, Value][] {
    return this.alternatives.flatMap((alternative) => (isObject(alternative)
      ? Object.keys(alternative).map((key): [string, Value] => [key, Value.of(alternative[key] as Resolved, `${this.location}.${key}`)])
      : []));
  }

  /** The texts it can be; numbers and booleans as text. */
  public get texts(): string[] {
    return this.alternatives.filter(isScalar).map(String);
  }

  /** The values it can be that are not known. */
  public get unknowns(): Unknown[] {
    return this.alternatives.filter((alternative): alternative is Unknown => alternative instanceof Unknown);
  }

  /** Each alternative as a value by itself. */
  public get options(): Value[] {
    return this.alternatives.map((alternative) => new Value([alternative], this.location));
  }

  /** The same without the alternatives in which nothing stands here. */
  public get given(): Value {
    return new Value(this.alternatives.filter((alternative) => alternative !== undefined && alternative !== null), this.location);
  }

  /** Whether it is absent, in every alternative. */
  public get isAbsent(): boolean {
    return this.alternatives.every((alternative) => alternative === undefined || alternative === null);
  }

  /** Judges each alternative that is known, absent ones too; what is not known is unknown. */
  public judge(check: (value: Exclude<Alternative, Unknown>) => Verdict): Verdict {
    const { alternatives } = this;
    return alternatives.length === 1 ? this.judgeOne(alternatives[0], check) : all(...alternatives.map((alternative) => this.judgeOne(alternative, check)));
  }

  private judgeOne(alternative: Alternative, check: (value: Exclude<Alternative, Unknown>) => Verdict): Verdict {
    if (alternative instanceof Unknown) return unknown(`${this.name} is ${alternative.reason}`, this.location);
    const verdict = check(alternative);
    return verdict.location || verdict.answer === COMPLIANT.answer ? verdict : { ...verdict, location: this.location };
  }

  /** A list of which one item must satisfy, in each of its alternatives; `none` says what is wrong where none does. */
  public some(check: (item: Value) => Verdict, none: Verdict): Verdict {
    return all(...this.alternatives.map((alternative) => {
      if (alternative instanceof Unknown) return unknown(`${this.name} is ${alternative.reason}`, this.location);
      const best = any(...new Value([alternative], this.location).items.map(check));
      return best.answer === Answer.COMPLIANT || best.answer === Answer.UNKNOWN ? best : none;
    }));
  }

  /** A flag that must have this value; CloudFormation takes `"true"` for `true`. */
  public boolean(expected = true, whenAbsent = false): Verdict {
    return this.judge((value) => {
      // neither deploys, and whatever else does is no flag that could be told
      if (typeof value === 'object' && value !== null) return unknown(`${this.name} is ${shown(value)}`);
      const flag = value === undefined || value === null ? whenAbsent : String(value).toLowerCase() === 'true';
      if (flag === expected) return COMPLIANT;
      return nonCompliant(value === undefined || value === null ? `${this.name} is not set` : `${this.name} is ${shown(value)}`);
    });
  }

  /** Something must stand here: no empty text, list or object. */
  public present(): Verdict {
    return this.judge((value) => (isEmpty(value) ? nonCompliant(`${this.name} is not set`) : COMPLIANT));
  }

  /** A number within bounds. */
  public number(holds: (value: number) => boolean, demand: string): Verdict {
    return this.judge((value) => {
      if (value === undefined || value === null) return nonCompliant(`${this.name} is not set`);
      // an object can have a `toString` that is no function
      const number = isScalar(value) ? Number(value) : NaN;
      return Number.isFinite(number) && holds(number) ? COMPLIANT : nonCompliant(`${this.name} is ${shown(value)}, not ${demand}`);
    });
  }

  /** Name of the property, for messages; of a step's, what follows its arguments. */
  public get name(): string {
    const { location } = this;
    if (!location.startsWith(OWN)) return location || 'the value';
    // most stand in no step, and thousands are named
    return (INSIDE.test(location) ? location.replace(BEFORE, '') : location.slice(OWN.length)) || 'the value';
  }
}

function flatten(resolved: Resolved): readonly Alternative[] {
  if (resolved === undefined) return ABSENT;
  return resolved instanceof Choice ? resolved.options.flatMap(flatten) : [resolved];
}

const OWN = 'Properties.';
const INSIDE = /\.(?:Steps|States)\./;
const BEFORE = /^Properties\.(?:.*\.(?:Steps|States)\.[^.]*\.(?:Arguments|Parameters)\.)?/;

// most of what rules ask for is not there
const ABSENT: readonly Alternative[] = Object.freeze([undefined]);

function below(alternative: Alternative, key: string): readonly Alternative[] {
  if (alternative instanceof Unknown) return [alternative];
  return isObject(alternative) && Object.hasOwn(alternative, key) ? flatten(alternative[key] as Resolved) : ABSENT;
}

// rules ask for the same few paths of thousands of resources
const PATHS = new Map<string, readonly string[]>();

function keysOf(path: string): readonly string[] {
  let keys = PATHS.get(path);
  if (!keys) PATHS.set(path, keys = path.split('.'));
  return keys;
}

function isEmpty(value: Exclude<Alternative, Unknown>): boolean {
  if (value === undefined || value === null || value === '') return true;
  // an empty list is an empty text once it was a parameter
  if (Array.isArray(value)) return value.every((item) => item === '');
  return isObject(value) && Object.keys(value).length === 0;
}

/** A text, a number or a boolean as text; of all else, which can have a `toString` that is no function, none. */
export function scalarText(value: unknown): string {
  return isScalar(value) ? String(value) : '';
}

/** A value for a message: short, on one line. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : isScalar(value) ? String(value) : Array.isArray(value) ? 'a list' : 'an object';
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
