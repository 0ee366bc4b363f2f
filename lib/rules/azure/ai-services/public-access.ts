import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureAIPublicAccess',
  title: 'AI services refuse the public network',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['azurerm_cognitive_account', 'azurerm_ai_services', 'Microsoft.CognitiveServices/accounts'],
  properties: ['public_network_access_enabled', 'public_network_access', 'properties.publicNetworkAccess'],
  why: 'prompts and documents are data of the people that they are about',
  fix: 'set public_network_access_enabled to false, or public_network_access to Disabled',
  sources: ['Checkov CKV_AZURE_134'],
  good: { public_network_access_enabled: false },
  bad: { public_network_access_enabled: true },
  check: (account) => flag(account, { azurerm: account.type === 'azurerm_ai_services' ? 'public_network_access' : 'public_network_access_enabled', arm: 'properties.publicNetworkAccess' }, false),
});
