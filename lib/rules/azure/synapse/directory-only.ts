import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';

export default rule({
  name: 'AzureSynapseDirectoryOnly',
  title: 'People sign in to Synapse by the directory only',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: ['azurerm_synapse_workspace', 'Microsoft.Synapse/workspaces'],
  properties: ['azuread_authentication_only', 'properties.azureADOnlyAuthentication'],
  why: 'a SQL login has a password that no directory knows',
  fix: 'set azuread_authentication_only to true',
  sources: ['https://learn.microsoft.com/azure/synapse-analytics/sql/active-directory-authentication'],
  good: { azuread_authentication_only: true },
  bad: { azuread_authentication_only: false },
  check: (resource) => flag(resource, { azurerm: 'azuread_authentication_only', arm: 'properties.azureADOnlyAuthentication' }, true),
});
