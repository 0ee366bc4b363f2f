import { Answer } from '../../../policy/finding';
import type { ComplianceProfile } from '../../../policy/profile';
import type { Resource } from '../../resource';
import { inResidency } from '../../residency';
import { NOT_APPLICABLE, unknown, type Verdict } from '../../verdict';
import { mentionsOf, type MentionKind } from './mentions';

/** Judges all that a resource names of one kind. */
export function placesOf(kind: MentionKind, resource: Resource, profile: ComplianceProfile): Verdict[] {
  return mentionsOf(resource).filter((mention) => mention.kind === kind).map((mention) => {
    const said = mention.region ?? mention.claimed;
    const verdict = said === undefined ? undefined : inResidency(said, `'${mention.text}'`, profile, mention.location);
    if (verdict && (mention.region !== undefined || verdict.answer === Answer.NON_COMPLIANT)) return verdict;
    return mention.inPolicy ? NOT_APPLICABLE : unknown(`'${mention.text}': ${mention.reason}`, mention.location);
  });
}
