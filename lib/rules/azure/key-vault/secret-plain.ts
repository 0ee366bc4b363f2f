import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant } from '../../verdict';

export default rule({
  name: 'AzureSecretPlain',
  title: 'Secrets do not stand in the configuration',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: ['azurerm_key_vault_secret'],
  properties: ['value'],
  why: 'what stands in a configuration stands in its repository, its plan and its state',
  fix: 'take the value from a variable that is given at deployment, or value_wo',
  sources: ['https://developer.hashicorp.com/terraform/language/manage-sensitive-data'],
  good: { value: '${var.secret}' },
  bad: { value: 'hunter2' },
  check: (secret) => (secret.at('value').texts.length > 0 ? nonCompliant('its value stands in the configuration', 'Properties.value') : COMPLIANT),
});
