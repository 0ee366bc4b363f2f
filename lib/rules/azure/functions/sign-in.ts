import { Control } from '../../../policy/control';
import { append, type Relations } from '../../relations';
import { Unknown } from '../../resolved';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { all, COMPLIANT, NOT_APPLICABLE, nonCompliant, type Verdict } from '../../verdict';
import { pointing } from '../related';
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
    const isArm = site.type.startsWith('Microsoft.');
    if (isArm && isOther(site)) return NOT_APPLICABLE;
    const beside = site.relations.once(settingsBySite).get(site) ?? [];
    return isArm ? demanded(beside, OF_THE_INTERFACE) : all(demanded([{ given: site.at('auth_settings_v2'), isChange: false }], OF_AZURERM), demanded(beside, OF_THE_INTERFACE, true));
  },
});

/** Settings of sign-in; of a change what it does not name stays as it is. */
interface Settings {
  readonly given: Value;
  readonly isChange: boolean;
}

interface Names {
  readonly enabled: string;
  readonly required: string;
  readonly action: string;
}

const OF_AZURERM: Names = { enabled: 'auth_enabled', required: 'require_authentication', action: 'unauthenticated_action' };
const OF_THE_INTERFACE: Names = { enabled: 'platform.enabled', required: 'globalValidation.requireAuthentication', action: 'globalValidation.unauthenticatedClientAction' };

/** All that say it have to demand it, since the last one that is applied holds; where nobody does, it is not demanded, or stands elsewhere. */
function demanded(settings: readonly Settings[], { enabled, required, action }: Names, isElsewhere = false): Verdict {
  if (settings.every(({ given }) => given.isAbsent)) return isElsewhere ? NOT_APPLICABLE : nonCompliant('nothing says that callers have to sign in');
  const said = (path: string) => {
    const values = settings.map(({ given, isChange }) => ({ value: path.split('.').reduce((value, key) => value.at(key), given), isChange }));
    const saying = values.filter(({ value, isChange }) => !isChange || !value.isAbsent);
    return (saying.length > 0 || isElsewhere ? saying : values).map(({ value }) => value);
  };
  const isOn = (value: Value) => value.judge((given) => (given === true || given === 'true' ? COMPLIANT : nonCompliant(`${value.name} is not true`)));
  return all(
    ...[enabled, required].flatMap(said).map(isOn),
    ...said(action).map((value) => value.judge((given) => (given === 'AllowAnonymous' ? nonCompliant('who has not signed in is let through') : COMPLIANT))),
  );
}

const CONFIGS = ['Microsoft.Web/sites/config', 'Microsoft.Web/sites/slots/config'];

// azapi changes what stands there already, or makes it, and may then change that
function settingsBySite(relations: Relations): ReadonlyMap<Resource, readonly Settings[]> {
  const [changed, made] = ['resource_id', 'parent_id'].map((path) => pointing(relations, Object.fromEntries(CONFIGS.map((type) => [type, path]))).at);
  const found = new Map<Resource, Settings[]>();
  const add = (site: Resource, config: Resource, id: Value) => {
    const given = config.at('properties');
    if (isOfSignIn(id, given)) append(found, site, { given, isChange: !config.at('azapi:update').isAbsent });
  };
  for (const [site, changes] of changed!) for (const change of changes) add(site, change, change.at('resource_id'));
  for (const [site, configs] of made!) for (const config of configs) for (const one of [config, ...changed!.get(config) ?? []]) add(site, one, config.at('name'));
  return found;
}

/** Whether settings are those of sign-in, by the name that ends their id; where that is not known, by what no other settings have. */
function isOfSignIn(id: Value, given: Value): boolean {
  const names = id.alternatives.map((one) => (one instanceof Unknown ? one.pattern : String(one ?? '?'))).map((text) => text.slice(text.lastIndexOf('/') + 1).toLowerCase());
  if (names.every((name) => name === 'authsettingsv2')) return true;
  return names.some((name) => name === 'authsettingsv2' || !/^\w+$/.test(name)) && ['platform', 'globalValidation'].some((key) => !given.at(key).isAbsent);
}
