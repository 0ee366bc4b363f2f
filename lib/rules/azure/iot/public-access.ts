import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureIotPublicAccess',
  title: 'IoT hubs, and what enrols and updates their devices, refuse the public network',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: [
    'azurerm_iothub', 'Microsoft.Devices/IotHubs', 'azurerm_iothub_dps', 'Microsoft.Devices/provisioningServices', 'azurerm_iothub_device_update_account', 'Microsoft.DeviceUpdate/accounts',
  ],
  properties: ['public_network_access_enabled', 'properties.publicNetworkAccess'],
  why: 'readings of devices are data of whoever wears them',
  fix: 'set public_network_access_enabled to false',
  sources: ['Azure Policy 2d6830fb-07eb-48e7-8c4d-2a442b35f0fb', 'Checkov CKV_AZURE_108'],
  good: { public_network_access_enabled: false },
  bad: { public_network_access_enabled: true },
  check: (resource) => flag(resource, { azurerm: 'public_network_access_enabled', arm: 'properties.publicNetworkAccess' }, false),
});
