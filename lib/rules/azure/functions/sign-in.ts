import { Control } from '../../../policy/control';
import type { Relations } from '../../relations';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { all, any, COMPLIANT, NOT_APPLICABLE, nonCompliant, type Verdict } from '../../verdict';
import { pointing, type Pointing } from '../related';
import { isOther, SITES } from './sites';

export default rule({
  name: 'AzureFunctionSignIn',
  title: 'Functions answer only who has signed in',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: SITES,
  properties: ['auth_settings_v2.require_authentication', 'auth_settings_v2.auth_enabled', 'Microsoft.Web/sites/config.properties.globalValidation.requireAuthentication'],
  why: 'a key of a function is a shared secret that says nothing of who calls, and an anonymous function has not even that',
  fix: 'set auth_enabled and require_authentication in auth_settings_v2, with unauthenticated_action Return401',
  sources: ['Azure Policy c75248c1-ea1d-4a9c-8fc9-29a6aabd5da8', 'Checkov CKV_AZURE_56'],
  good: { auth_settings_v2: { auth_enabled: true, require_authentication: true, unauthenticated_action: 'Return401', login: {} } },
  bad: {},
  check: (site) => {
    if (!site.type.startsWith('Microsoft.')) return demanded(site.at('auth_settings_v2'), 'auth_enabled', 'require_authentication', 'unauthenticated_action');
    if (isOther(site)) return NOT_APPLICABLE;
    const settings = site.relations.once(settingsBySite).get(site) ?? [];
    const own = settings.map((one) => demanded(one.at('properties'), 'platform.enabled', 'globalValidation.requireAuthentication', 'globalValidation.unauthenticatedClientAction'));
    return own.length > 0 ? any(...own) : nonCompliant('nothing says that callers have to sign in');
  },
});

function demanded(settings: Value, enabled: string, required: string, action: string): Verdict {
  if (settings.isAbsent) return nonCompliant('nothing says that callers have to sign in');
  const at = (path: string) => path.split('.').reduce((value, key) => value.at(key), settings);
  const isOn = (path: string) => at(path).judge((given) => (given === true || given === 'true' ? COMPLIANT : nonCompliant(`${at(path).name} is not true`)));
  return all(isOn(enabled), isOn(required), at(action).judge((given) => (given === 'AllowAnonymous' ? nonCompliant('who has not signed in is let through') : COMPLIANT)));
}

// azapi changes what stands there already, or makes it
function settingsBySite(relations: Relations): ReadonlyMap<Resource, readonly Resource[]> {
  const [changed, made] = ['resource_id', 'parent_id'].map((path) => pointing(relations, { 'Microsoft.Web/sites/config': path, 'Microsoft.Web/sites/slots/config': path }).at) as [Pointing['at'], Pointing['at']];
  return new Map([...new Set([...changed.keys(), ...made.keys()])].map((site) => [site, [...changed.get(site) ?? [], ...made.get(site) ?? []]]));
}
