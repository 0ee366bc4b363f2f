import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureIotLocalAuth',
  title: 'IoT hubs refuse shared access keys for their services',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: ['azurerm_iothub', 'Microsoft.Devices/IotHubs'],
  properties: ['local_authentication_enabled', 'properties.disableLocalAuth'],
  why: 'a key of the hub reads what every device sends',
  fix: 'set local_authentication_enabled to false',
  sources: ['Azure Policy 672d56b3-23a7-4a3c-a233-b77ed7777518'],
  good: { local_authentication_enabled: false },
  bad: { local_authentication_enabled: true },
  check: (resource) => flag(resource, { azurerm: 'local_authentication_enabled', arm: '!properties.disableLocalAuth' }, false),
});
