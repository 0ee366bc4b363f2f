import { Control } from '../../../policy/control';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { NOT_APPLICABLE, type Verdict } from '../../verdict';
import { flag, oneOf } from '../property';
import { SITES } from './sites';

export default rule({
  name: 'AzureFunctionStorageIdentity',
  title: 'Functions use their storage as an identity, and not by a key',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: SITES,
  properties: ['storage_authentication_type', 'storage_uses_managed_identity', 'properties.functionAppConfig.deployment.storage.authentication.type'],
  why: 'the key of an account is in the settings of the app then, and whoever reads it can replace the code',
  fix: 'set storage_authentication_type to UserAssignedIdentity, or storage_uses_managed_identity, and assign Storage Blob Data Owner on the account',
  sources: ['https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity'],
  good: { storage_authentication_type: 'UserAssignedIdentity' },
  bad: { storage_authentication_type: 'StorageAccountConnectionString' },
  check: (site) => signedIn(site),
});

const DEPLOYMENT = 'properties.functionAppConfig.deployment.storage.authentication.type';

function signedIn(site: Resource): Verdict {
  const identities = ['SystemAssignedIdentity', 'UserAssignedIdentity'];
  // of a plan that is not Flex Consumption the interface has it among the settings of the app
  if (site.type.startsWith('Microsoft.')) return site.at(DEPLOYMENT).isAbsent ? NOT_APPLICABLE : oneOf(site, { arm: DEPLOYMENT }, identities);
  if (site.type === 'azurerm_function_app_flex_consumption') return oneOf(site, { azurerm: 'storage_authentication_type' }, identities);
  return flag(site, { azurerm: 'storage_uses_managed_identity' }, true);
}
