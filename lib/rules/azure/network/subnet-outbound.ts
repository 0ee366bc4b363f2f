import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureSubnetOutbound',
  title: 'Subnets have no way out by default',
  severity: 'warning',
  control: Control.NETWORK_ISOLATION,
  resources: ['azurerm_subnet'],
  properties: ['default_outbound_access_enabled'],
  why: 'a machine without an address of its own is else given one to go out with, that nobody sees',
  fix: 'set default_outbound_access_enabled to false',
  sources: ['https://learn.microsoft.com/azure/virtual-network/ip-services/default-outbound-access'],
  good: { default_outbound_access_enabled: false },
  bad: { default_outbound_access_enabled: true },
  check: (resource) => flag(resource, { azurerm: 'default_outbound_access_enabled' }, false),
});
