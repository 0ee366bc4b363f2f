import type { IConstruct } from 'constructs';
import { isRecord, shown } from '../../policy/given';
import type { ComplianceProfile } from '../../policy/profile';

/**
 * The profile of a construct. Where no compiler looks, it may be missing or anything else.
 *
 * @param what such as `workspace`
 * @throws an error that says what to give
 */
export function requireProfile(scope: IConstruct, what: string, props: { readonly profile: ComplianceProfile } | undefined): ComplianceProfile {
  const profile = props?.profile;
  if (!isRecord(profile) || typeof profile!.checkRetention !== 'function' || !isRecord(profile!.residency)) {
    throw new Error(`${what} '${scope.node.path}' has no profile (it is ${shown(profile)}): give one, such as ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU) })`);
  }
  return profile!;
}
