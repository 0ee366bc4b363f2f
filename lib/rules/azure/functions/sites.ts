/** What Azure Functions runs in, by the names of its providers; of the interface, a site can be a web app too. */
export const SITES: readonly string[] = ['azurerm_function_app_flex_consumption', 'azurerm_linux_function_app', 'azurerm_windows_function_app', 'Microsoft.Web/sites'];
