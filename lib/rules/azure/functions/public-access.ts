import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { flag } from '../property';
import { SITES } from './sites';

export default rule({
  name: 'AzureFunctionPublicAccess',
  title: 'Functions refuse the public network',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: SITES,
  properties: ['public_network_access_enabled', 'properties.publicNetworkAccess'],
  why: 'what handles data answers whoever finds its name',
  fix: 'set public_network_access_enabled to false, and lead a private endpoint to it',
  sources: ['Azure Policy 969ac98b-88a8-449f-883c-2e9adb123127', 'Checkov CKV_AZURE_221'],
  good: { public_network_access_enabled: false },
  bad: {},
  check: (site) => flag(site, { azurerm: 'public_network_access_enabled', arm: 'properties.publicNetworkAccess' }, false),
});
