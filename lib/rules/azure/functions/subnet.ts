import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { present } from '../property';
import { SITES } from './sites';

export default rule({
  name: 'AzureFunctionSubnet',
  title: 'Functions call from a network of the customer',
  severity: 'error',
  control: Control.PRIVATE_NETWORK,
  resources: SITES,
  properties: ['virtual_network_subnet_id', 'properties.virtualNetworkSubnetId'],
  why: 'without one a function reaches nothing that refuses the public network, and everything that does not',
  fix: 'give virtual_network_subnet_id of a subnet that is delegated to it',
  sources: ['https://learn.microsoft.com/azure/azure-functions/functions-networking-options'],
  good: { virtual_network_subnet_id: '/subscriptions/s/x/subnets/functions' },
  bad: {},
  check: (site) => present(site, { azurerm: 'virtual_network_subnet_id', arm: 'properties.virtualNetworkSubnetId' }),
});
