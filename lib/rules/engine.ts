import { demandOf } from '../policy/demand';
import { Answer, Severity, type Finding } from '../policy/finding';
import type { ComplianceProfile } from '../policy/profile';
import { Memo } from './memo';
import { append } from './relations';
import type { Resource } from './resource';
import { FLOW_NODE, STACK, UNSEEN, WAIVER, type Rule } from './rule';
import { unknown, type Verdict } from './verdict';
import type { View } from './view';

/** What a rule says, about all resources of one type of which it says so: an app has hundreds of thousands of answers, and few of them differ. */
export class Ruling {
  /** Id of the rule, with the pack's name. */
  public readonly id: string;
  public readonly answer: Answer;
  /** Path of the property. */
  public readonly location: string;
  /** What is wrong or unknown, in words. */
  public readonly detail?: string;
  /** In the order of the view. */
  public readonly resources: Resource[] = [];

  constructor(private readonly asked: Asked, verdict: Verdict, resource: Resource) {
    this.id = asked.id;
    this.answer = verdict.answer;
    this.location = locationOf(verdict, resource);
    this.detail = detailOf(verdict, resource);
  }

  /** What the rule weighs. */
  public get severity(): Severity {
    return SEVERITIES[this.asked.rule.severity];
  }

  /** The same, about one of them. */
  public get judgements(): Judgement[] {
    return this.resources.map((resource) => new Judgement(this, resource));
  }

  public findingOf(resource: Resource): Finding {
    const { asked: { rule, requirements }, detail } = this;
    return {
      rule: this.id,
      title: rule.title,
      answer: this.answer,
      severity: this.severity,
      control: rule.control,
      requirements,
      path: resource.path,
      resourceType: resource.type,
      logicalId: resource.logicalId,
      stack: resource.stack,
      ...(detail ? { detail } : {}),
      why: rule.why,
      fix: rule.fix,
      ...(resource.source ? { source: resource.source } : {}),
    };
  }
}

/** What a rule says of one resource. */
export class Judgement {
  constructor(private readonly ruling: Ruling, public readonly resource: Resource) {}

  /** Id of the rule, with the pack's name. */
  public get id(): string {
    return this.ruling.id;
  }

  public get answer(): Answer {
    return this.ruling.answer;
  }

  /** What the rule weighs. */
  public get severity(): Severity {
    return this.ruling.severity;
  }

  /** Path of the property. */
  public get location(): string {
    return this.ruling.location;
  }

  /** What is wrong or unknown, in words. */
  public get detail(): string | undefined {
    return this.ruling.detail;
  }

  public get finding(): Finding {
    return this.ruling.findingOf(this.resource);
  }
}

/** A rule that is asked about a type, and what its findings cite: a requirement can speak of some types only. */
class Asked {
  /** What it says; nothing where it has nothing to say. */
  public readonly verdictsOn: Asking;

  // most verdicts are known, and the same object then
  private readonly byVerdict = new Map<Verdict, Ruling>();
  private readonly byText = new Map<string, Ruling>();

  constructor(public readonly rule: Rule, public readonly id: string, public readonly requirements: string[], profile: ComplianceProfile) {
    this.verdictsOn = askingOnce(rule, profile);
  }

  /** Where a verdict is put down. */
  public rulingOf(verdict: Verdict, resource: Resource, first: (ruling: Ruling) => void): Ruling {
    // what stands inside others is told by its place and its name
    const known = resource.within ? undefined : this.byVerdict.get(verdict);
    if (known) return known;
    const text = `${verdict.answer}\u0000${locationOf(verdict, resource)}\u0000${detailOf(verdict, resource) ?? ''}`;
    let ruling = this.byText.get(text);
    if (!ruling) {
      this.byText.set(text, ruling = new Ruling(this, verdict, resource));
      first(ruling);
    }
    if (!resource.within) this.byVerdict.set(verdict, ruling);
    return ruling;
  }
}

/** What the engine needs. */
export interface EngineProps {
  readonly view: View;
  readonly rules: readonly Rule[];
  readonly profile: ComplianceProfile;
  /** Prefix of rule ids. */
  readonly pack: string;
  /** Which resources are judged; the others are only referred to. */
  readonly within?: (resource: Resource) => boolean;
  /** Which of its answers are about a resource; all, where it is not given. */
  readonly isAbout?: (resource: Resource, verdict: Verdict) => boolean;
  /** What `wrongInCases` has found, for who asks one rule after the other; else it is worked out from the view. */
  readonly wrong?: WrongInCases;
  /** Is told of each rule that was asked and has nothing to say of a resource. */
  readonly notApplicable?: (rule: string, resource: Resource) => void;
}

/** Every answer of every rule that has something to say, by the ids of rules. Pure; linear in resources and rules. */
export function judge(props: EngineProps): Ruling[] {
  const rulesOf = byType(props.rules);
  const asked = new Map<string, readonly Asked[]>();
  const residency = props.profile.residency.describe();
  const askedOf = (type: string) => {
    let rules = asked.get(type);
    if (!rules) {
      const cited = new Map<string, string[]>();
      asked.set(type, rules = rulesOf(type).map((rule) => {
        let requirements = cited.get(rule.control);
        if (!requirements) cited.set(rule.control, requirements = props.profile.requirementsOf(rule.control, type).map(({ requirement }) => requirement.citation));
        return new Asked(rule, `${props.pack}-${rule.name}`, requirements.length > 0 ? requirements : [demandOf(rule.control, rule.sources, residency)], props.profile);
      }));
    }
    return rules;
  };
  const rulings: Ruling[] = [];
  const first = (ruling: Ruling) => rulings.push(ruling);
  const wrong = props.wrong ?? wrongInCases(props);
  for (const resource of props.view.resources) {
    if (props.within && !props.within(resource)) continue;
    const otherwise = wrong.get(resource);
    for (const one of askedOf(resource.type)) {
      const verdicts = withCases(one.verdictsOn(resource), otherwise?.get(one.rule), resource);
      if (verdicts.length === 0) props.notApplicable?.(one.id, resource);
      for (const verdict of verdicts) {
        if (props.isAbout && !props.isAbout(resource, verdict)) continue;
        const { resources } = one.rulingOf(verdict, resource, first);
        if (resources[resources.length - 1] !== resource) resources.push(resource);
      }
    }
  }
  return rulings.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** Verdicts that find something wrong or unknown, by resource and rule, of one case after the other. */
export type WrongInCases = ReadonlyMap<Resource, ReadonlyMap<Rule, readonly (readonly Verdict[])[]>>;

/**
 * What is wrong in the cases of a view, of its resources. A rule takes a property that hangs on a condition for one that can be this or that, and a resource for
 * one that is there: what it finds right by the one is wrong where the other is deployed.
 */
export function wrongInCases({ view, rules, profile, within }: Pick<EngineProps, 'view' | 'rules' | 'profile' | 'within'>): WrongInCases {
  const found = new Map<Resource, Map<Rule, (readonly Verdict[])[]>>();
  if (!view.cases) return found;
  const rulesOf = byType(rules);
  const judged = new Map(view.resources.filter((resource) => !within || within(resource)).map((resource) => [placeOf(resource), resource]));
  for (const { resources } of view.cases()) {
    const asked = new Map<string, readonly (readonly [Rule, Asking])[]>();
    for (const resource of resources) {
      const own = judged.get(placeOf(resource));
      if (!own) continue;
      let rulesOfType = asked.get(resource.type);
      if (!rulesOfType) asked.set(resource.type, rulesOfType = rulesOf(resource.type).map((rule) => [rule, askingOnce(rule, profile)]));
      for (const [rule, ask] of rulesOfType) {
        const wrong = ask(resource).filter(isWrong);
        if (wrong.length === 0) continue;
        const ofOwn = found.get(own) ?? new Map<Rule, (readonly Verdict[])[]>();
        found.set(own, ofOwn);
        append(ofOwn, rule, wrong);
      }
    }
  }
  return found;
}

// which of the rules are about a type
function byType(rules: readonly Rule[]): (type: string) => readonly Rule[] {
  const named = new Map<string, Rule[]>();
  for (const rule of rules) for (const type of rule.resources) append(named, type, rule);
  const everywhere = named.get('*') ?? [];
  const known = new Map<string, readonly Rule[]>();
  return (type) => {
    let own = known.get(type);
    if (!own) known.set(type, own = MADE.has(type) ? named.get(type) ?? [] : [...named.get(type) ?? [], ...everywhere]);
    return own;
  };
}

type Asking = (resource: Resource) => readonly Verdict[];

// of one type in one view: of others the same told means something else
function askingOnce(rule: Rule, profile: ComplianceProfile): Asking {
  const memo = new Memo<readonly Verdict[]>();
  const check = (resource: Resource) => telling(verdictOf(rule, resource, profile));
  return (resource) => memo.of(resource, check);
}

function placeOf({ template, type, logicalId, path, within }: Resource): string {
  return [template, type, logicalId, path, within?.location, within?.name].join('\u0000');
}

// of one place that counts which is said first, and that it is wrong rather than that it is not known
function withCases(said: readonly Verdict[], inCases: readonly (readonly Verdict[])[] = [], resource: Resource): readonly Verdict[] {
  let verdicts = said;
  for (const inCase of inCases) {
    const isThere = (one: Verdict, other: Verdict) => isOnePlace(locationOf(one, resource), locationOf(other, resource), resource.location);
    const before = verdicts.filter(isWrong);
    const more = inCase.filter((verdict) => !before.some((other) => isThere(verdict, other) && (other.answer === verdict.answer || other.answer === Answer.NON_COMPLIANT)));
    if (more.length > 0) verdicts = [...before.filter((other) => !more.some((verdict) => isThere(verdict, other))), ...more.map(told)];
  }
  return verdicts;
}

// what stands in the template says otherwise to who looks it up
function told({ detail, ...verdict }: Verdict): Verdict {
  return { ...verdict, detail: `${detail ? `${detail}, ` : ''}in a case that conditions make` };
}

// a list that is empty in one case is not there in another
function isOnePlace(a: string, b: string, whole: string): boolean {
  return a === b || (a !== whole && b !== whole && (a.startsWith(`${b}.`) || b.startsWith(`${a}.`)));
}

const MADE = new Set([STACK, UNSEEN, FLOW_NODE, WAIVER]);

function locationOf({ location }: Verdict, resource: Resource): string {
  return location ?? resource.location;
}

function detailOf({ detail }: Verdict, { within }: Resource): string | undefined {
  return detail && within ? `${within.kind} '${within.name}': ${detail}` : detail || undefined;
}

function verdictOf(rule: Rule, resource: Resource, profile: ComplianceProfile): Verdict | readonly Verdict[] {
  try {
    return rule.check(resource, profile);
  } catch (error) {
    // a defect of a rule is no pass, and must not hide what the other rules say
    return unknown(`the rule failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

// what is wrong, or else that it is right, once
function telling(said: Verdict | readonly Verdict[]): readonly Verdict[] {
  const verdicts = Array.isArray(said) ? (said as readonly Verdict[]) : [said as Verdict];
  const wrong = verdicts.filter(isWrong);
  if (wrong.length > 0) return distinct(wrong);
  return verdicts.filter(({ answer }) => answer === Answer.COMPLIANT).slice(0, 1);
}

function isWrong({ answer }: Verdict): boolean {
  return answer === Answer.NON_COMPLIANT || answer === Answer.UNKNOWN;
}

function distinct(verdicts: Verdict[]): Verdict[] {
  if (verdicts.length === 1) return verdicts;
  return [...new Map(verdicts.map((verdict) => [`${verdict.answer}\u0000${verdict.detail}\u0000${verdict.location}`, verdict])).values()];
}

const SEVERITIES = { fatal: Severity.FATAL, error: Severity.ERROR, warning: Severity.WARNING };
