import type { Resource } from '../../resource';
import type { Verdict } from '../../verdict';
import { unlessHeld } from '../policy/openness';

// the condition key that Lambda makes of each
const SAYS_WHO: readonly (readonly [property: string, key: string])[] = [
  ['PrincipalOrgID', 'aws:principalorgid'], ['SourceAccount', 'aws:sourceaccount'], ['SourceArn', 'aws:sourcearn'],
];

/** Judges whom a permission lets call that no property of it holds to one organisation, account or source. */
export function unlessCallerIsHeld(permission: Resource, judge: () => Verdict): Verdict {
  return unlessHeld(SAYS_WHO.map(([property, key]) => [key, permission.at(property)]), judge);
}
