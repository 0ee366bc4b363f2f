import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureStorageDefender',
  title: 'Defender for Storage looks for sensitive data and malware',
  severity: 'error',
  control: Control.SENSITIVE_DATA_DISCOVERY,
  resources: ['azurerm_security_center_storage_defender', 'Microsoft.Security/defenderForStorageSettings'],
  properties: ['sensitive_data_discovery_enabled', 'malware_scanning_on_upload_enabled', 'properties.sensitiveDataDiscovery.isEnabled', 'properties.malwareScanning.onUpload.isEnabled'],
  why: 'both are off by themselves in what azurerm makes',
  fix: 'set sensitive_data_discovery_enabled and malware_scanning_on_upload_enabled to true',
  sources: ['https://learn.microsoft.com/azure/defender-for-cloud/defender-for-storage-introduction'],
  good: { sensitive_data_discovery_enabled: true, malware_scanning_on_upload_enabled: true },
  bad: {},
  check: (defender) => [flag(defender, { azurerm: 'sensitive_data_discovery_enabled', arm: 'properties.sensitiveDataDiscovery.isEnabled' }, true), flag(defender, { azurerm: 'malware_scanning_on_upload_enabled', arm: 'properties.malwareScanning.onUpload.isEnabled' }, true)],
});
