import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { oneOf } from '../property';

export default rule({
  name: 'AzureIotFileUpload',
  title: 'IoT hubs write files by an identity',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ['azurerm_iothub'],
  properties: ['file_upload.authentication_type'],
  why: 'a connection string in the hub is a key to the whole account',
  fix: 'set authentication_type of file_upload to identityBased',
  sources: ['https://learn.microsoft.com/azure/iot-hub/iot-hub-configure-file-upload'],
  good: { file_upload: { authentication_type: 'identityBased', container_name: 'raw', connection_string: '' } },
  bad: { file_upload: { container_name: 'raw', connection_string: 'x' } },
  check: (hub) => (hub.at('file_upload').isAbsent ? NOT_APPLICABLE : oneOf(hub, { azurerm: 'file_upload.authentication_type' }, ['identityBased'])),
});
