import type { ComplianceProfile } from '../policy/profile';
import { COMPLIANT, nonCompliant, type Verdict } from './verdict';

/** Whether a region is in the residency; what stands there, for the message. */
export function inResidency(region: string, what: string, profile: ComplianceProfile, location: string): Verdict {
  return profile.residency.allows(region)
    ? COMPLIANT
    : nonCompliant(`${what} is in ${region}, outside the residency (${profile.residency.describe()})`, location);
}
