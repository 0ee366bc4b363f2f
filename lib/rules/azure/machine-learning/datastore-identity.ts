import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { shown } from '../../value';
import { COMPLIANT, nonCompliant } from '../../verdict';

export default rule({
  name: 'AzureMLDatastoreIdentity',
  title: 'Datastores hold no key, signature or secret',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: [
    'azurerm_machine_learning_datastore_blobstorage',
    'azurerm_machine_learning_datastore_datalake_gen2',
    'azurerm_machine_learning_datastore_fileshare',
    'Microsoft.MachineLearningServices/workspaces/datastores',
  ],
  properties: ['account_key', 'shared_access_signature', 'client_secret', 'properties.credentials.credentialsType'],
  why: 'whoever may read the workspace can take the credential along, and it opens the account from anywhere',
  fix: 'leave credentials out: jobs then read with their own identity',
  sources: ['https://learn.microsoft.com/azure/machine-learning/how-to-identity-based-service-authentication'],
  good: { service_data_auth_identity: 'WorkspaceUserAssignedIdentity' },
  bad: { account_key: '${azurerm_storage_account.a.primary_access_key}' },
  check: (datastore) => {
    if (datastore.type.startsWith('Microsoft.')) {
      return datastore.at('properties.credentials.credentialsType').judge((kind) => (kind === undefined || kind === null || kind === 'None' ? COMPLIANT : nonCompliant(`credentials are of the type ${shown(kind)}`)));
    }
    const given = ['account_key', 'shared_access_signature', 'client_secret'].map((name) => datastore.at(name)).filter((value) => !value.isAbsent);
    return given.length === 0 ? COMPLIANT : given.map((value) => nonCompliant(`${value.name} is given`, value.location));
  },
});
