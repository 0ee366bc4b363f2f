import { Answer } from '../policy/finding';
import { settled } from '../policy/fingerprint';
import type { ComplianceProfile } from '../policy/profile';
import { isOpen } from '../policy/record';
import { askingOnce, rulesByType, type Asking } from './asking';
import { append } from './relations';
import type { Resource } from './resource';
import type { Rule } from './rule';
import { locationOf } from './ruling';
import type { Verdict } from './verdict';
import type { View } from './view';

/** What is judged in cases. */
interface CasesProps {
  readonly view: View;
  readonly rules: readonly Rule[];
  readonly profile: ComplianceProfile;
  readonly within?: (resource: Resource) => boolean;
}

/** Verdicts that find something wrong or unknown, by resource and rule, of one case after the other. */
export type WrongInCases = ReadonlyMap<Resource, ReadonlyMap<Rule, readonly (readonly Verdict[])[]>>;

/**
 * What is wrong in the cases of a view, of its resources. A rule takes a property that hangs on a condition for one that can be this or that, and a resource for
 * one that is there: what it finds right by the one is wrong where the other is deployed.
 */
export function wrongInCases({ view, rules, profile, within }: CasesProps): WrongInCases {
  const found = new Map<Resource, Map<Rule, (readonly Verdict[])[]>>();
  if (!view.cases) return found;
  const rulesOf = rulesByType(rules);
  const judged = new Map(view.resources.filter((resource) => !within || within(resource)).map((resource) => [placeOf(resource), resource]));
  for (const { resources } of view.cases()) {
    const asked = new Map<string, readonly (readonly [Rule, Asking])[]>();
    for (const resource of resources) {
      const own = judged.get(placeOf(resource));
      if (!own) continue;
      let rulesOfType = asked.get(resource.type);
      if (!rulesOfType) asked.set(resource.type, rulesOfType = rulesOf(resource.type).map((rule) => [rule, askingOnce(rule, profile)]));
      for (const [rule, ask] of rulesOfType) {
        const wrong = ask(resource).filter(isOpen);
        if (wrong.length === 0) continue;
        const ofOwn = found.get(own) ?? new Map<Rule, (readonly Verdict[])[]>();
        found.set(own, ofOwn);
        append(ofOwn, rule, wrong);
      }
    }
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
