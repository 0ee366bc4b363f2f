import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { oneOf } from '../property';

export default rule({
  name: 'AzureIotTls',
  title: 'IoT hubs take TLS 1.2',
  severity: 'error',
  control: Control.ENCRYPTION_IN_TRANSIT,
  resources: ['azurerm_iothub', 'Microsoft.Devices/IotHubs'],
  properties: ['min_tls_version', 'properties.minTlsVersion'],
  why: 'older versions can be read along',
  fix: 'set min_tls_version to 1.2 when the hub is made',
  sources: ['https://learn.microsoft.com/azure/iot-hub/iot-hub-tls-support'],
  good: { min_tls_version: '1.2' },
  bad: {},
  check: (resource) => oneOf(resource, { azurerm: 'min_tls_version', arm: 'properties.minTlsVersion' }, ['1.2']),
});
