import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { withoutSecrets } from '../../secrets';
import type { Value } from '../../value';
import { COMPLIANT } from '../../verdict';
import { SITES } from './sites';

export default rule({
  name: 'AzureFunctionPlainSecrets',
  title: 'No password, token or key stands in the settings of a function',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: SITES,
  properties: ['app_settings', 'properties.siteConfig.appSettings'],
  why: 'settings are shown to whoever may read the app, and stand in the state of Terraform',
  fix: 'keep it in a vault, and refer to it as @Microsoft.KeyVault(…), or let the identity of the function read it',
  sources: ['https://learn.microsoft.com/azure/app-service/app-service-key-vault-references'],
  good: { app_settings: { COSMOS_ENDPOINT: 'https://account.documents.azure.com' } },
  bad: { app_settings: { DB_PASSWORD: 'correct-horse-battery' } },
  check: (site) => {
    const settings = site.type.startsWith('Microsoft.')
      ? site.at('properties.siteConfig.appSettings').items.flatMap((one) => (one.at('name').alternatives).map((name): [string, Value] => [typeof name === 'string' ? name : '', one.at('value')]))
      : site.at('app_settings').entries;
    return [COMPLIANT, ...settings.flatMap(([name, value]) => value.options.filter((option) => !option.texts.some((text) => text.startsWith('@Microsoft.KeyVault('))).flatMap((option) => withoutSecrets(option, name)))];
  },
});
