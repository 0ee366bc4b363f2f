import type { Resource } from '../../resource';

/** Apps of Azure Functions, by the names of their providers; of the interface, a site can be a web app too. */
export const APPS: readonly string[] = ['azurerm_function_app_flex_consumption', 'azurerm_linux_function_app', 'azurerm_windows_function_app', 'Microsoft.Web/sites'];

/** What Azure Functions runs in: apps, and slots of them, which have settings, an address and a password of their own. */
export const SITES: readonly string[] = [...APPS, 'azurerm_linux_function_app_slot', 'azurerm_windows_function_app_slot', 'Microsoft.Web/sites/slots'];

/** Whether it is known to be no function app, and so judged by nothing here. */
export function isOther(site: Resource): boolean {
  const kind = site.at('kind');
  return !kind.isAbsent && kind.unknowns.length === 0 && !kind.texts.some((word) => word.includes('functionapp'));
}
