import { isRecord, shown } from './given';
import type { ComplianceProfile } from './profile';

/** What a prop has to be. */
export interface Wanted {
  /** Whether a value is one. */
  readonly is: (value: unknown) => boolean;
  /** What to give, after `give`. */
  readonly give: string;
  readonly optional?: boolean;
  /** Whether it is a list of them. */
  readonly list?: boolean;
}

/** Whether a value has all of these members: its class may come from another copy of the package. */
export function having(...members: string[]): (value: unknown) => boolean {
  return (value) => isRecord(value) && members.every((member) => member in (value as object));
}

/**
 * Passes for props that hold what they must. A compiler says so as well, to those who have one.
 *
 * @param owner who is given them, such as `endpoint 'Stack/Endpoint'`
 */
export function requireProps(owner: string, props: unknown, wanted: Readonly<Record<string, Wanted>>): void {
  if (!isRecord(props)) {
    const names = Object.entries(wanted).filter(([, want]) => !want.optional).map(([name]) => name);
    throw new Error(`${owner}: its props are ${shown(props)}: give an object${names.length > 0 ? ` with ${names.join(', ')}` : ''}`);
  }
  for (const [name, want] of Object.entries(wanted)) {
    const value = (props as Record<string, unknown>)[name];
    if (value === undefined || value === null) {
      if (!want.optional) throw new Error(`${owner}: ${name} is missing: give ${want.list ? `a list, each ${want.give}` : want.give}`);
    } else if (!want.list) {
      check(`${owner}: ${name}`, value, want);
    } else if (!Array.isArray(value)) {
      throw new Error(`${owner}: ${name} is ${shown(value)}: give a list, each ${want.give}`);
    } else {
      // Not forEach, which leaves out holes.
      for (let index = 0; index < value.length; index++) check(`${owner}: ${name}[${index}]`, value[index], want);
    }
  }
}

/**
 * The profile of a construct. Where no compiler looks, it may be missing or anything else.
 *
 * @param what such as `workspace`
 * @throws an error that says what to give
 */
export function requireProfile(scope: { readonly node: { readonly path: string } }, what: string, props: { readonly profile: ComplianceProfile } | undefined): ComplianceProfile {
  const profile = props?.profile;
  if (!isRecord(profile) || typeof profile!.checkRetention !== 'function' || !isRecord(profile!.residency)) {
    throw new Error(`${what} '${scope.node.path}' has no profile (it is ${shown(profile)}): give one, such as ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU) })`);
  }
  return profile!;
}

function check(what: string, value: unknown, want: Wanted): void {
  if (!want.is(value)) throw new Error(`${what} is ${shown(value)}: give ${want.give}`);
}
