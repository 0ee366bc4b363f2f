import { combinations } from './combinations';
import { Decisions, HOLDS, OTHER, type Deployed, type Turnout } from './decisions';
import { givenTo, resourcesOf } from './template';
import { isObject } from './resolved';

// what is compared with more values than that: each comparison is decided by itself
const MOST_VALUES = 8;

/**
 * What the resources of an app hang on, and the cases in which it is judged: none where nothing that is deployed hangs on a condition or a listed parameter.
 * Conditions are followed down to what they compare: of two of which one is the other's contrary, one holds; where a stack goes is no question if it says so. What
 * several templates write alike is decided once.
 */
export class Cases<T extends Deployed> {
  private readonly read = new Map<T, Decisions>();

  constructor(templates: readonly T[]) {
    const under = new Set<T>();
    const byPath = new Map(templates.map((template) => [template.path, template]));
    const decisionsOf = (template: T): Decisions => {
      let known = this.read.get(template);
      if (!known) {
        const { parent: place } = template;
        const parent = place && byPath.get(place.path);
        // a stack that stands in itself has no parent
        const isAbove = parent && !under.has(parent) && parent !== template;
        under.add(template);
        this.read.set(template, known = new Decisions(template, isAbove
          ? { of: decisionsOf(parent), given: givenTo(place!, parent.content), condition: conditionOf(resourcesOf(parent.content)[place!.logicalId]) } : undefined));
        under.delete(template);
      }
      return known;
    };
    for (const template of templates) decisionsOf(template);
  }

  /** What the resources of a template hang on. */
  public of(template: T): Decisions {
    return this.read.get(template)!;
  }

  /** Each case as what it means for a template. */
  public all(): ((template: T) => Turnout)[] {
    // in whatever order they were written, they turn out alike
    const decisions = new Map([...optionsOf([...this.read.values()])].sort(([a], [b]) => (a < b ? -1 : 1)));
    const rows = combinations([...decisions.values()].map(({ length }) => length));
    if (rows.length === 0 && [...this.read.values()].some(({ isSettled }) => isSettled)) rows.push([]);
    return rows.map((row) => {
      const decided = new Map([...decisions].map(([about, options], index) => [about, options[row[index]!]!]));
      return (template) => this.of(template).turnout(decided);
    });
  }
}

/** The condition on which a resource or an output is there. */
export function conditionOf(declared: unknown): string | undefined {
  return isObject(declared) && typeof declared.Condition === 'string' ? declared.Condition : undefined;
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
