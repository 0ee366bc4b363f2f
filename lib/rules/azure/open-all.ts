/** Rules of which one breach is enough: anybody, or whoever gets hold of one job, has the data. Worst first. */
export const AZURE_OPEN_ALL: readonly string[] = [
  'AzureStorageNestedPublic', 'AzureStorageContainerPublic', 'AzureRegistryAnonymousPull', 'AzureMLEndpointAuthentication', 'AzureFunctionSignIn', 'AzureInboundOpen',
  'AzureMLPlainSecrets', 'AzureFunctionPlainSecrets', 'AzureSecretPlain', 'AzureStorageSharedKey',
];
