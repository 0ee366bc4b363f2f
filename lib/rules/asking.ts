import { Answer } from '../policy/finding';
import type { ComplianceProfile } from '../policy/profile';
import { isOpen } from '../policy/record';
import { Memo, type Outcome } from './memo';
import { append } from './relations';
import type { Resource } from './resource';
import { FLOW_NODE, STACK, UNSEEN, WAIVER, type Rule } from './rule';
import type { Value } from './value';
import { unknown, type Verdict } from './verdict';

/** A rule that is asked about resources of one type in one app: of others the same told means something else. */
export class Asking {
  private readonly memo = new Memo<readonly Verdict[]>();
  private readonly check: (resource: Resource) => readonly Verdict[];

  constructor(public readonly rule: Rule, profile: ComplianceProfile) {
    this.check = (resource) => telling(verdictOf(rule, resource, profile));
  }

  /** What it says of a resource; nothing where it has nothing to say. */
  public verdictsOn(resource: Resource): readonly Verdict[] {
    return this.memo.of(resource, this.check);
  }

  /** The same, with what more than the resource makes it so. */
  public outcomeOn(resource: Resource): Outcome<readonly Verdict[]> {
    return this.memo.outcomeOf(resource, this.check);
  }
}

/** Which of the rules are about a type. */
export function rulesByType(rules: readonly Rule[]): (type: string) => readonly Rule[] {
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

/** The same, ready to be asked. */
export function askingsByType(rules: readonly Rule[], profile: ComplianceProfile): (type: string) => readonly Asking[] {
  const rulesOf = rulesByType(rules);
  return (type) => rulesOf(type).map((rule) => new Asking(rule, profile));
}

const MADE = new Set([STACK, UNSEEN, FLOW_NODE, WAIVER]);

function verdictOf(rule: Rule, resource: Resource, profile: ComplianceProfile): Verdict | readonly Verdict[] {
  try {
    if (resource.within?.isChange && !speaksOf(resource, rule)) return [];
    return rule.check(resource, profile);
  } catch (error) {
    // a defect of a rule is no pass, and must not hide what the other rules say
    return unknown(`the rule failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

// a change leaves out what it does not change
function speaksOf(resource: Resource, { properties, resources }: Rule): boolean {
  return resources.includes('*') || properties.some((path) => isThere(resource.properties, path.split('.')));
}

function isThere(value: Value, [key, ...rest]: readonly string[]): boolean {
  if (value.isAbsent) return false;
  return key === undefined || value.options.some((one) => (Array.isArray(one.alternatives[0]) ? one.items : [one]).some((item) => isThere(item.at(key), rest)));
}

// what is wrong, or else that it is right, once
function telling(said: Verdict | readonly Verdict[]): readonly Verdict[] {
  const verdicts = Array.isArray(said) ? (said as readonly Verdict[]) : [said as Verdict];
  const wrong = verdicts.filter(isOpen);
  if (wrong.length > 0) return distinct(wrong);
  return verdicts.filter(({ answer }) => answer === Answer.COMPLIANT).slice(0, 1);
}

function distinct(verdicts: Verdict[]): Verdict[] {
  if (verdicts.length === 1) return verdicts;
  return [...new Map(verdicts.map((verdict) => [`${verdict.answer}\u0000${verdict.detail}\u0000${verdict.location}`, verdict])).values()];
}
