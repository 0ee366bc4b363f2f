import { Answer } from '../../../policy/finding';
import type { ComplianceProfile } from '../../../policy/profile';
import type { Resource } from '../../resource';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';
import { mentionsOf, type MentionKind } from './mentions';

/** Whether a region is in the residency; what stands there, for the message. */
export function inResidency(region: string, what: string, profile: ComplianceProfile, location: string): Verdict {
  return profile.residency.allows(region)
    ? COMPLIANT
    : nonCompliant(`${what} is in ${region}, outside the residency (${profile.residency.describe()})`, location);
}

/** Judges all that a resource names of one kind. */
export function placesOf(kind: MentionKind, resource: Resource, profile: ComplianceProfile): Verdict[] {
  return mentionsOf(resource).filter((mention) => mention.kind === kind).map((mention) => {
    const said = mention.region ?? mention.claimed;
    const verdict = said === undefined ? undefined : inResidency(said, `'${mention.text}'`, profile, mention.location);
    if (verdict && (mention.region !== undefined || verdict.answer === Answer.NON_COMPLIANT)) return verdict;
    return mention.inPolicy ? NOT_APPLICABLE : unknown(`'${mention.text}': ${mention.reason}`, mention.location);
  });
}
