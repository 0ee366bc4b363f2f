import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { oneOf } from '../property';

export default rule({
  name: 'AzureMLDatastoreServiceAccess',
  title: 'The workspace itself reads datastores by an identity',
  severity: 'warning',
  control: Control.AUTHENTICATION,
  resources: [
    'azurerm_machine_learning_datastore_blobstorage',
    'azurerm_machine_learning_datastore_datalake_gen2',
    'azurerm_machine_learning_datastore_fileshare',
    'Microsoft.MachineLearningServices/workspaces/datastores',
  ],
  properties: ['service_data_auth_identity', 'service_data_identity', 'properties.serviceDataAccessAuthIdentity'],
  why: 'where it has none, previews and profiles in the studio read with the token of whoever looks',
  fix: 'set service_data_auth_identity to WorkspaceUserAssignedIdentity or WorkspaceSystemAssignedIdentity',
  sources: ['https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication'],
  good: { service_data_auth_identity: 'WorkspaceUserAssignedIdentity' },
  bad: { service_data_auth_identity: 'None' },
  check: (datastore) => oneOf(datastore, {
    azurerm: datastore.type === 'azurerm_machine_learning_datastore_blobstorage' ? 'service_data_auth_identity' : 'service_data_identity', arm: 'properties.serviceDataAccessAuthIdentity',
  }, ['WorkspaceUserAssignedIdentity', 'WorkspaceSystemAssignedIdentity']),
});
