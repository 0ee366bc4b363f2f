import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { oneOf } from '../property';
import { SITES } from './sites';

export default rule({
  name: 'AzureFunctionTls',
  title: 'Functions take TLS 1.2 and newer',
  severity: 'error',
  control: Control.ENCRYPTION_IN_TRANSIT,
  resources: SITES,
  properties: ['site_config.minimum_tls_version', 'properties.siteConfig.minTlsVersion'],
  why: 'older versions can be read along',
  fix: 'leave minimum_tls_version of site_config at 1.2, or set 1.3',
  sources: ['Azure Policy f9d614c5-c173-4d56-95a7-b4437057d193', 'Checkov CKV_AZURE_145'],
  good: { site_config: { minimum_tls_version: '1.2' } },
  bad: { site_config: { minimum_tls_version: '1.0' } },
  check: (site) => oneOf(site, { azurerm: 'site_config.minimum_tls_version', arm: 'properties.siteConfig.minTlsVersion' }, ['1.2', '1.3']),
});
