import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';
import { SITES } from './sites';

export default rule({
  name: 'AzureFunctionHttps',
  title: 'Functions refuse plain HTTP',
  severity: 'error',
  control: Control.ENCRYPTION_IN_TRANSIT,
  resources: SITES,
  properties: ['https_only', 'properties.httpsOnly'],
  why: 'what is sent in clear text is read along',
  fix: 'set https_only',
  sources: ['Azure Policy 6d555dd1-86f2-4f1c-8ed7-5abae7c6cbab', 'Checkov CKV_AZURE_70'],
  good: { https_only: true },
  bad: {},
  check: (site) => flag(site, { azurerm: 'https_only', arm: 'properties.httpsOnly' }, true),
});
