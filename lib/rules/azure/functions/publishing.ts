import { Control } from '../../../policy/control';
import type { Relations } from '../../relations';
import { Unknown } from '../../resolved';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown, type Verdict } from '../../verdict';
import { flag } from '../property';
import { pointing } from '../related';
import { isOther, SITES } from './sites';

/** How somebody signs in with a password, each closed by itself: by the interface it is open where nothing is said. */
const WAYS = ['scm', 'ftp'];
const POLICIES = ['Microsoft.Web/sites/basicPublishingCredentialsPolicies', 'Microsoft.Web/sites/slots/basicPublishingCredentialsPolicies'];

export default rule({
  name: 'AzureFunctionPublishing',
  title: 'Nobody deploys code to functions with a user name and a password',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: [...SITES, ...POLICIES],
  properties: ['webdeploy_publish_basic_authentication_enabled', 'ftp_publish_basic_authentication_enabled', 'properties.allow'],
  why: 'whoever has the password of the profile replaces the code, and no role of Azure is asked',
  fix: 'set webdeploy_publish_basic_authentication_enabled, and ftp_publish_basic_authentication_enabled where there is one, to false; by the interface, both basicPublishingCredentialsPolicies',
  sources: ['https://learn.microsoft.com/azure/app-service/configure-basic-auth-disable'],
  good: { webdeploy_publish_basic_authentication_enabled: false },
  bad: {},
  check: (site) => {
    if (POLICIES.includes(site.type)) return flag(site, { arm: 'properties.allow' }, false);
    if (site.type.startsWith('Microsoft.')) return isOther(site) ? NOT_APPLICABLE : WAYS.map((way) => closed(way, site));
    return [
      flag(site, { azurerm: 'webdeploy_publish_basic_authentication_enabled' }, false),
      site.type === 'azurerm_function_app_flex_consumption' ? NOT_APPLICABLE : flag(site, { azurerm: 'ftp_publish_basic_authentication_enabled' }, false),
    ];
  },
});

// what a policy says is judged on the policy
function closed(way: string, site: Resource): Verdict {
  const names = site.relations.once(namesBySite).get(site) ?? [];
  if (names.some((name) => name !== undefined && name.toLowerCase() === way)) return COMPLIANT;
  return names.includes(undefined) ? unknown(`whether signing in to ${way} with a password is closed is not known`) : nonCompliant(`nothing closes signing in to ${way} with a password`);
}

// azapi changes what stands there already, whose name ends its id, or makes it
function namesBySite(relations: Relations): ReadonlyMap<Resource, readonly (string | undefined)[]> {
  const found = new Map<Resource, (string | undefined)[]>();
  for (const [path, named] of [['resource_id', 'resource_id'], ['parent_id', 'name']] as const) {
    const { at } = pointing(relations, Object.fromEntries(POLICIES.map((type) => [type, path])));
    for (const [site, policies] of at) found.set(site, [...found.get(site) ?? [], ...policies.map((policy) => lastOf(policy.at(named)))]);
  }
  return found;
}

function lastOf(value: Value): string | undefined {
  const [one] = value.alternatives;
  const text = one instanceof Unknown ? one.pattern : typeof one === 'string' ? one : '';
  const name = text.slice(text.lastIndexOf('/') + 1);
  return value.alternatives.length === 1 && /^\w+$/.test(name) ? name : undefined;
}
