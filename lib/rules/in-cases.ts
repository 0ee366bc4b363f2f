import { Answer } from '../policy/finding';
import { settled } from '../policy/fingerprint';
import { isOpen } from '../policy/record';
import type { Asking } from './asking';
import type { Contents } from './contents';
import type { Question } from './memo';
import { append } from './relations';
import type { Resource } from './resource';
import type { Rule } from './rule';
import { locationOf } from './ruling';
import type { Verdict } from './verdict';
import type { View } from './view';

/** What is judged in cases. */
interface CasesProps {
  readonly view: View;
  /** Rules on a type. */
  readonly askingsOf: (type: string) => readonly Asking[];
  readonly within?: (resource: Resource) => boolean;
}

/** Verdicts that find something wrong or unknown, by resource and rule, of one case after the other. */
export type WrongInCases = ReadonlyMap<Resource, ReadonlyMap<Rule, readonly (readonly Verdict[])[]>>;

/**
 * What is wrong in the cases of a view, of its resources. A rule takes a property that hangs on a condition for one that can be this or that, and a resource for
 * one that is there: what it finds right by the one is wrong where the other is deployed.
 */
export function wrongInCases({ view, askingsOf, within }: CasesProps): WrongInCases {
  const found = new Map<Resource, Map<Rule, (readonly Verdict[])[]>>();
  if (!view.cases) return found;
  const judged = new Set(within ? view.resources.filter(within) : view.resources);
  const byPlace = new Map([...judged].filter(({ isComparable }) => !isComparable).map((resource) => [placeOf(resource), resource]));
  const asked = new Map<string, Asked>();
  for (const { resources } of view.cases()) {
    for (const resource of resources) {
      const own = resource.standing ?? byPlace.get(placeOf(resource));
      if (!own || !judged.has(own)) continue;
      let ofType = asked.get(resource.type);
      if (!ofType) asked.set(resource.type, ofType = new Asked(askingsOf(resource.type)));
      for (const [rule, wrong] of ofType.wrongOf(resource, own)) {
        const ofOwn = found.get(own) ?? new Map<Rule, (readonly Verdict[])[]>();
        found.set(own, ofOwn);
        append(ofOwn, rule, wrong);
      }
    }
  }
  return found;
}

type Wrong = readonly (readonly [Rule, readonly Verdict[]])[];

/** What rules say of all resources of a type that say the same, and of which the same is told that they do not say. */
interface Said {
  readonly told: readonly { readonly question: Question; readonly answer: unknown }[];
  readonly wrong: Wrong;
  /** Those that look at what only one resource has. */
  readonly personal: readonly Asking[];
}

const NOTHING: Wrong = [];
// where more is told apart, to look for what is the same takes longer than to ask
const MOST_SAID = 64;

/** The rules on resources of one type. What stands as it does without cases, and is told the same, is judged the same: nothing is asked of it again. */
class Asked {
  private readonly byContents = new Map<Contents, OfContents>();
  private readonly standing = new Map<Resource, Said | null>();

  constructor(private readonly askings: readonly Asking[]) {}

  /** @param own the same resource as it is without cases */
  public wrongOf(resource: Resource, own: Resource): Wrong {
    const { contents } = resource;
    if (!contents) return wrongBy(this.askings, resource);
    let alike = this.byContents.get(contents);
    if (!alike) this.byContents.set(contents, alike = new OfContents(this.askings));
    const said = alike.saidOf(resource);
    const alone = said?.personal ?? alike.askings;
    const personal = alone.length > 0 ? wrongBy(alone, resource) : NOTHING;
    if (contents !== own.contents) return [...alike.byItself, ...said?.wrong ?? [], ...personal];
    let standing = this.standing.get(own);
    if (standing === undefined) this.standing.set(own, standing = alike.saidOf(own) ?? null);
    return said && said !== standing ? [...said.wrong, ...personal] : personal;
  }
}

/** The same on resources that say the same. */
class OfContents {
  /** What those rules find that look at nothing but the resource. */
  public byItself: Wrong = NOTHING;

  private readonly known: Said[] = [];
  private beyond?: readonly Asking[];

  constructor(private readonly all: readonly Asking[]) {}

  /** The other rules. */
  public get askings(): readonly Asking[] {
    return this.beyond ?? this.all;
  }

  /** Undefined where too much is told apart. */
  public saidOf(resource: Resource): Said | undefined {
    for (const said of this.known) if (isTold(resource, said.told)) return said;
    if (this.known.length >= MOST_SAID) return undefined;
    const all = this.askings.map((asking) => ({ asking, ...asking.outcomeOn(resource) }));
    const outcomes = all.filter(({ beyond, isPersonal }) => isPersonal || beyond.length > 0);
    if (!this.beyond) {
      this.beyond = outcomes.map(({ asking }) => asking);
      this.byItself = openIn(all.filter((outcome) => !outcomes.includes(outcome)));
    }
    const said = {
      told: [...new Set(outcomes.flatMap(({ beyond }) => beyond))].map((question) => ({ question, answer: resource.tell(question) })),
      wrong: openIn(outcomes.filter(({ isPersonal }) => !isPersonal)),
      personal: outcomes.flatMap(({ asking, isPersonal }) => (isPersonal ? [asking] : [])),
    };
    // what was told last is told again in the same case
    this.known.unshift(said);
    return said;
  }
}

// a question that fails is for the rule that asks it to meet
function isTold(resource: Resource, told: Said['told']): boolean {
  try {
    for (const { question, answer } of told) if (resource.tell(question) !== answer) return false;
    return true;
  } catch {
    return false;
  }
}

function openIn(outcomes: readonly { readonly asking: Asking; readonly value: readonly Verdict[] }[]): Wrong {
  return outcomes.map(({ asking: { rule }, value }) => [rule, value.filter(isOpen)] as const).filter(([, wrong]) => wrong.length > 0);
}

function wrongBy(askings: readonly Asking[], resource: Resource): Wrong {
  const found: [Rule, readonly Verdict[]][] = [];
  for (const asking of askings) {
    const wrong = asking.verdictsOn(resource).filter(isOpen);
    if (wrong.length > 0) found.push([asking.rule, wrong]);
  }
  return found;
}

function placeOf({ template, type, logicalId, path, within }: Resource): string {
  return [template, type, logicalId, path, within?.location, within?.name].join('\u0000');
}

/** What a rule says, with what it finds in cases: of one place that counts which is said first, and that it is wrong rather than that it is not known. */
export function withCases(said: readonly Verdict[], inCases: readonly (readonly Verdict[])[] = [], resource: Resource): readonly Verdict[] {
  let verdicts = said;
  for (const inCase of inCases) {
    const isThere = (one: Verdict, other: Verdict) => isOnePlace(locationOf(one, resource), locationOf(other, resource), resource.location);
    const before = verdicts.filter(isOpen);
    const more = inCase.filter((verdict) => !before.some((other) => (
      (isThere(verdict, other) && (other.answer === verdict.answer || other.answer === Answer.NON_COMPLIANT)) || isMoved(verdict, other, resource))));
    if (more.length > 0) verdicts = [...before.filter((other) => !more.some((verdict) => isThere(verdict, other))), ...more.map(told)];
  }
  return verdicts;
}

// items of a list move up where one before them is not there
function isMoved(one: Verdict, other: Verdict, resource: Resource): boolean {
  return one.answer === other.answer && one.detail === other.detail && settled(locationOf(one, resource)) === settled(locationOf(other, resource));
}

// what stands in the template says otherwise to who looks it up
function told({ detail, ...verdict }: Verdict): Verdict {
  return { ...verdict, detail: `${detail ? `${detail}, ` : ''}in a case that conditions make` };
}

// a list that is empty in one case is not there in another
function isOnePlace(a: string, b: string, whole: string): boolean {
  return a === b || (a !== whole && b !== whole && (a.startsWith(`${b}.`) || b.startsWith(`${a}.`)));
}
