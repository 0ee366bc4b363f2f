import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureAILocalAuth',
  title: 'AI services refuse their keys',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: ['azurerm_cognitive_account', 'azurerm_ai_services', 'Microsoft.CognitiveServices/accounts'],
  properties: ['local_auth_enabled', 'local_authentication_enabled', 'properties.disableLocalAuth'],
  why: 'a key is shared by all who call, and says of nobody who it was',
  fix: 'set local_auth_enabled or local_authentication_enabled to false',
  sources: ['Checkov CKV_AZURE_236'],
  good: { local_auth_enabled: false },
  bad: { local_auth_enabled: true },
  check: (account) => flag(account, { azurerm: account.type === 'azurerm_ai_services' ? 'local_authentication_enabled' : 'local_auth_enabled', arm: '!properties.disableLocalAuth' }, false),
});
