import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag, present } from '../property';

export default rule({
  name: 'AzureDatabricksNodes',
  title: 'Nodes of Databricks have no public address, in a network of the customer',
  severity: 'error',
  control: Control.PRIVATE_NETWORK,
  resources: ['azurerm_databricks_workspace', 'Microsoft.Databricks/workspaces'],
  properties: ['custom_parameters.no_public_ip', 'custom_parameters.virtual_network_id', 'properties.parameters.enableNoPublicIp.value'],
  why: 'nodes in a network of Databricks reach out past yours',
  fix: 'give custom_parameters with virtual_network_id and no_public_ip',
  sources: ['https://learn.microsoft.com/azure/databricks/security/network/classic/secure-cluster-connectivity'],
  good: { custom_parameters: { no_public_ip: true, virtual_network_id: '/subscriptions/s/x/virtualNetworks/n' } },
  bad: { custom_parameters: { no_public_ip: false, virtual_network_id: '/subscriptions/s/x/virtualNetworks/n' } },
  check: (workspace) => [flag(workspace, { azurerm: 'custom_parameters.no_public_ip', arm: 'properties.parameters.enableNoPublicIp.value' }, true), present(workspace, { azurerm: 'custom_parameters.virtual_network_id', arm: 'properties.parameters.customVirtualNetworkId.value' })],
});
