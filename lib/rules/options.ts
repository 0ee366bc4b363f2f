import { append } from './relations';
import { Choice, Unknown, type Resolved } from './resolved';

/** One of several things that a definition says in a place. */
export interface Option {
  readonly choice: Choice;
  readonly index: number;
}

/** What a value can be, one by one, each with the options that lead there. */
export function optionsOf(value: Resolved, above: readonly Option[] = []): { readonly value: Exclude<Resolved, Choice>; readonly options: readonly Option[] }[] {
  if (!(value instanceof Choice)) return [{ value, options: above }];
  return value.options.flatMap((option, index) => optionsOf(option, [...above, { choice: value, index }]));
}

/** What stands in a definition, with the options that it stands in. */
export interface Found {
  /** The name that it is given there. */
  readonly name: string;
  /** A name of its own: where options say different things under one name, each is told by its option. */
  readonly shownName: string;
  /** Whether something of this name stands there whichever options are taken. */
  readonly isAlways: boolean;
  readonly options: readonly Option[];
  readonly whole: Resolved;
}

/** Names of what stands in some options; what two of them say alike is one. */
export function toldApart<T extends Found>(found: readonly T[]): readonly T[] {
  // most definitions leave nothing open
  if (found.every(({ options }) => options.length === 0)) return found;
  const byName = new Map<string, T[]>();
  for (const one of found) append(byName, one.name, one);
  const kept = new Map<T, T>();
  for (const [name, same] of byName) {
    const isAlways = covers(same.map(({ options }) => options));
    const different = same.length === 1 ? same : distinct(same);
    for (const one of different) {
      const isTold = different.length > 1 && one.options.length > 0;
      kept.set(one, { ...one, isAlways, shownName: isTold ? `${name} (option ${one.options.map(({ index }) => index + 1).join('.')})` : name });
    }
  }
  return found.flatMap((one) => kept.get(one) ?? []);
}

/** What is found, before it is told apart from what else there is. */
export function foundAt(name: string, options: readonly Option[]): Omit<Found, 'whole'> {
  return { name, shownName: name, isAlways: options.length === 0, options };
}

// whichever options are taken, one of these ways is open
function covers(ways: readonly (readonly Option[])[]): boolean {
  if (ways.some((options) => options.length === 0)) return true;
  const choices = new Set(ways.map(([first]) => first!.choice));
  return [...choices].some((choice) => {
    const below = ways.filter(([first]) => first!.choice === choice);
    return choice.options.every((_, index) => {
      const taken = below.filter(([first]) => first!.index === index);
      return taken.length > 0 && covers(taken.map(([, ...rest]) => rest));
    });
  });
}

function distinct<T extends Found>(found: readonly T[]): T[] {
  const byContent = new Map<string, T>();
  for (const one of found) {
    const content = JSON.stringify(one.whole, comparable);
    if (!byContent.has(content)) byContent.set(content, one);
  }
  return [...byContent.values()];
}

function comparable(_key: string, value: unknown): unknown {
  if (!(value instanceof Unknown)) return value;
  const { kind, reason, target, parts } = value;
  return { unknown: [kind, reason, target?.scope.stackName, target?.logicalId, target?.attribute, parts] };
}
