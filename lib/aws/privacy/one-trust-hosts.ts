import { Annotations, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { nearest } from '../../policy/given';
import { Jurisdiction } from '../../policy/jurisdiction';
import { Residency } from '../../policy/residency';

/**
 * The environments that customers share, each with the jurisdiction that it is named after, if it is after one. OneTrust lists the names; where each keeps
 * its data it does not say there.
 *
 * @see https://developer.onetrust.com/onetrust/reference/url-variables-for-apis-sdks read in November 2026
 */
const SHARED: Readonly<Record<string, Jurisdiction | undefined>> = {
  'app.onetrust.com': undefined, 'na01.onetrust.com': undefined, 'app-apac.onetrust.com': undefined,
  'trial.onetrust.com': undefined, 'uat.onetrust.com': undefined, 'uat-de.onetrust.com': Jurisdiction.country('DE'), 'uat-na01.onetrust.com': undefined,
  'app-eu.onetrust.com': Jurisdiction.EU, 'app-uk.onetrust.com': Jurisdiction.UK,
  ...Object.fromEntries(['AE', 'AU', 'BR', 'CA', 'CH', 'DE', 'FR', 'IN', 'JP'].map((code) => [`app-${code.toLowerCase()}.onetrust.com`, Jurisdiction.country(code)])),
};

/** Of one customer alone. */
const DEDICATED = /^[a-z0-9-]+\.my\.onetrust\.com$/;

/** Warns of a host that OneTrust does not list, and of one that is not named after where data has to be. */
export function warnOfHost(scope: Construct, hostname: string, residency: Residency): void {
  if (Token.isUnresolved(hostname)) return;
  const names = Object.keys(SHARED);
  if (!names.includes(hostname) && !DEDICATED.test(hostname)) {
    const [meant] = nearest(hostname, names);
    Annotations.of(scope).addWarningV2('cdk-regulated-ml:one-trust-host',
      `'${hostname}' is no environment that OneTrust lists: ${meant === undefined ? "take the host that you sign in to, such as 'app-eu.onetrust.com' or '<company>.my.onetrust.com'" : `did you mean '${meant}'?`}`);
    return;
  }
  const reach = new Set([...residency.allowedRegions.map((region) => Residency.countryOf(region)), ...residency.jurisdictions.flatMap(({ countries }) => countries)]);
  if (SHARED[hostname]?.countries.some((country) => reach.has(country))) return;
  Annotations.of(scope).addWarningV2('cdk-regulated-ml:one-trust-residency',
    `where '${hostname}' keeps the consents that it tells of is not known here, and the residency is ${residency.describe()}: see what the contract with OneTrust says, and acknowledge this, or take an environment of the residency`);
}
