import { demandOf } from '../policy/demand';
import type { ComplianceProfile } from '../policy/profile';
import { Asking, rulesByType } from './asking';
import { withCases, wrongInCases, type WrongInCases } from './in-cases';
import type { Resource } from './resource';
import type { Rule } from './rule';
import { detailOf, locationOf, Ruling } from './ruling';
import type { Verdict } from './verdict';
import type { View } from './view';

/** A rule that is asked about a type, and what its findings cite: a requirement can speak of some types only. */
class Asked extends Asking {
  // most verdicts are known, and the same object then
  private readonly byVerdict = new Map<Verdict, Ruling>();
  private readonly byText = new Map<string, Ruling>();

  constructor(rule: Rule, public readonly id: string, public readonly requirements: string[], profile: ComplianceProfile) {
    super(rule, profile);
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
  const rulesOf = rulesByType(props.rules);
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
  const wrong = props.wrong ?? wrongInCases({ ...props, askingsOf: askedOf });
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
