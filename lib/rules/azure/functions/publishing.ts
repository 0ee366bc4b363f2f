import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { all, NOT_APPLICABLE } from '../../verdict';
import { flag } from '../property';

export default rule({
  name: 'AzureFunctionPublishing',
  title: 'Nobody deploys code to functions with a user name and a password',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: ['azurerm_function_app_flex_consumption', 'azurerm_linux_function_app', 'azurerm_windows_function_app', 'Microsoft.Web/sites/basicPublishingCredentialsPolicies'],
  properties: ['webdeploy_publish_basic_authentication_enabled', 'ftp_publish_basic_authentication_enabled', 'properties.allow'],
  why: 'whoever has the password of the profile replaces the code, and no role of Azure is asked',
  fix: 'set webdeploy_publish_basic_authentication_enabled, and ftp_publish_basic_authentication_enabled where there is one, to false',
  sources: ['https://learn.microsoft.com/azure/app-service/configure-basic-auth-disable'],
  good: { webdeploy_publish_basic_authentication_enabled: false },
  bad: {},
  check: (site) => all(
    flag(site, { azurerm: 'webdeploy_publish_basic_authentication_enabled', arm: 'properties.allow' }, false),
    site.type === 'azurerm_function_app_flex_consumption' ? NOT_APPLICABLE : flag(site, { azurerm: 'ftp_publish_basic_authentication_enabled' }, false),
  ),
});
