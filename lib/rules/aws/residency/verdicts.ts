import { Answer } from '../../../policy/finding';
import type { ComplianceProfile } from '../../../policy/profile';
import type { Resource } from '../../resource';
import { inResidency } from '../../residency';
import { shown } from '../../value';
import { all, NOT_APPLICABLE, unknown, type Verdict } from '../../verdict';
import { mentionsOf, type MentionKind } from './mentions';

/** Judges all that a resource names of one kind. */
export function placesOf(kind: MentionKind, resource: Resource, profile: ComplianceProfile): Verdict[] {
  return mentionsOf(resource).filter((mention) => mention.kind === kind).map(({ text, location, ...mention }) => {
    const said = [mention.claimed, mention.region].filter((region) => region !== undefined);
    const verdict = all(...said.map((region) => inResidency(region, shown(text), profile, location)));
    if (verdict.answer === Answer.NON_COMPLIANT) return mention.isAtHome ? { ...verdict, detail: `${verdict.detail}; a stack of that region only can use it` } : verdict;
    if (mention.region !== undefined) return verdict;
    return mention.condemnsOnly ? NOT_APPLICABLE : unknown(`${text === '?' ? nameAt(location) : shown(text)}: ${mention.reason}`, location);
  });
}

// of what is not known at all, only where it stands can be told
function nameAt(location: string): string {
  return location.split('.').filter((key) => !/^\d+$/.test(key)).pop()!;
}
