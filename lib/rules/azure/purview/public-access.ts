import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzurePurviewPublicAccess',
  title: 'Purview refuses the public network',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['azurerm_purview_account', 'Microsoft.Purview/accounts'],
  properties: ['public_network_enabled', 'properties.publicNetworkAccess'],
  why: 'the map of where sensitive data lies is what an attacker looks for first',
  fix: 'set public_network_enabled to false and lead private endpoints to account, portal and scans',
  sources: ['Azure Policy 9259053b-ddb8-40ab-842a-0aef19d0ade4'],
  good: { public_network_enabled: false },
  bad: { public_network_enabled: true },
  check: (resource) => flag(resource, { azurerm: 'public_network_enabled', arm: 'properties.publicNetworkAccess' }, false),
});
