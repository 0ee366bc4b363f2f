/** What an app of functions, and a slot of one, has by default; that of Windows says nothing of HTTPS. */
const FUNCTIONS = {
  'ftp_publish_basic_authentication_enabled': true, 'public_network_access_enabled': true, 'site_config.minimum_tls_version': '1.2',
  'storage_uses_managed_identity': false, 'webdeploy_publish_basic_authentication_enabled': true,
};

/**
 * What the provider takes where an attribute is not given, as far as rules look at it: an absent attribute is its default, not a pass. Of
 * azurerm from the schema of version 4.55 (`.release/provider-schema.json` of its repository); that of 5.2 calls
 * what logs take in from the internet otherwise, has no `azurerm_ai_services`, and takes `allow_nested_items_to_be_public` to be false.
 *
 * @see https://github.com/hashicorp/terraform-provider-azurerm/blob/v4.55.0/.release/provider-schema.json
 */
const AZURERM: Readonly<Record<string, Readonly<Record<string, boolean | number | string>>>> = {
  azurerm_ai_foundry: { public_network_access: 'Enabled' },
  azurerm_ai_services: { local_authentication_enabled: true, outbound_network_access_restricted: false, public_network_access: 'Enabled' },
  azurerm_application_insights: { internet_ingestion_enabled: true, internet_query_enabled: true, local_authentication_disabled: false },
  azurerm_cognitive_account: { local_auth_enabled: true, outbound_network_access_restricted: false, public_network_access_enabled: true },
  azurerm_container_registry: { admin_enabled: false, anonymous_pull_enabled: false, export_policy_enabled: true, public_network_access_enabled: true },
  azurerm_cosmosdb_account: { access_key_metadata_writes_enabled: true, local_authentication_disabled: false, minimal_tls_version: 'Tls12', public_network_access_enabled: true },
  azurerm_databricks_workspace: {
    'customer_managed_key_enabled': false, 'custom_parameters.no_public_ip': true, 'infrastructure_encryption_enabled': false, 'public_network_access_enabled': true,
  },
  azurerm_eventgrid_domain: { local_auth_enabled: true, public_network_access_enabled: true },
  azurerm_eventgrid_topic: { local_auth_enabled: true, public_network_access_enabled: true },
  azurerm_function_app_flex_consumption: {
    'https_only': false, 'public_network_access_enabled': true, 'site_config.minimum_tls_version': '1.2', 'webdeploy_publish_basic_authentication_enabled': true,
  },
  azurerm_iothub: { 'file_upload.authentication_type': 'keyBased', 'local_authentication_enabled': true },
  azurerm_iothub_device_update_account: { public_network_access_enabled: true },
  azurerm_iothub_dps: { public_network_access_enabled: true },
  azurerm_key_vault: { public_network_access_enabled: true },
  azurerm_key_vault_managed_hardware_security_module: { public_network_access_enabled: true },
  azurerm_linux_function_app: { ...FUNCTIONS, https_only: false },
  azurerm_linux_function_app_slot: { ...FUNCTIONS, https_only: false },
  azurerm_log_analytics_workspace: { internet_ingestion_enabled: true, internet_query_enabled: true },
  azurerm_machine_learning_compute_cluster: { local_auth_enabled: true, node_public_ip_enabled: true, ssh_public_access_enabled: false },
  azurerm_machine_learning_compute_instance: { local_auth_enabled: true, node_public_ip_enabled: true },
  azurerm_machine_learning_datastore_blobstorage: { service_data_auth_identity: 'None' },
  azurerm_machine_learning_datastore_datalake_gen2: { service_data_identity: 'None' },
  azurerm_machine_learning_datastore_fileshare: { service_data_identity: 'None' },
  azurerm_machine_learning_synapse_spark: { local_auth_enabled: true },
  azurerm_machine_learning_workspace: {
    'public_network_access_enabled': true, 'serverless_compute.public_ip_enabled': false, 'service_side_encryption_enabled': false, 'v1_legacy_mode_enabled': false,
  },
  azurerm_monitor_action_group: { enabled: true },
  azurerm_monitor_activity_log_alert: { enabled: true },
  azurerm_monitor_data_collection_endpoint: { public_network_access_enabled: true },
  azurerm_monitor_metric_alert: { enabled: true },
  azurerm_monitor_scheduled_query_rules_alert_v2: { enabled: true },
  azurerm_purview_account: { public_network_enabled: true },
  azurerm_recovery_services_vault: { public_network_access_enabled: true, storage_mode_type: 'GeoRedundant' },
  azurerm_security_center_storage_defender: { malware_scanning_on_upload_enabled: false, sensitive_data_discovery_enabled: false },
  azurerm_storage_account: {
    'allow_nested_items_to_be_public': true, 'blob_properties.versioning_enabled': false, 'cross_tenant_replication_enabled': false,
    'default_to_oauth_authentication': false, 'https_traffic_only_enabled': true, 'infrastructure_encryption_enabled': false, 'local_user_enabled': true,
    'min_tls_version': 'TLS1_2', 'public_network_access_enabled': true, 'queue_encryption_key_type': 'Service',
    'shared_access_key_enabled': true, 'table_encryption_key_type': 'Service',
  },
  azurerm_storage_container: { container_access_type: 'private' },
  azurerm_storage_container_immutability_policy: { locked: false },
  azurerm_subnet: { default_outbound_access_enabled: true, private_endpoint_network_policies: 'Disabled' },
  azurerm_windows_function_app: FUNCTIONS,
  azurerm_windows_function_app_slot: { ...FUNCTIONS, https_only: false },
  azurerm_synapse_workspace: { azuread_authentication_only: false, public_network_access_enabled: true },
};

/**
 * What Azure takes where a request does not say, of azapi, which sends what it is given: only what Azure's own interface or documentation states. Of the rest it
 * is not known what an absent property comes to; a rule that wants one set finds it not set, as Azure Policy does.
 *
 * @see https://github.com/Azure/azure-rest-api-specs: `default` of the definitions, or the words of the description; the newest stable version in August 2026
 */
const ARM: typeof AZURERM = {
  'Microsoft.ContainerRegistry/registries': {
    // Azure Policy 9f2dea28-e834-476c-99c5-3507b4728395 asks for anonymous pull where it says true, and for nothing where it is absent
    'properties.adminUserEnabled': false, 'properties.anonymousPullEnabled': false,
  },
  'Microsoft.DocumentDB/databaseAccounts': {
    'properties.disableKeyBasedMetadataWriteAccess': false, 'properties.disableLocalAuth': false, 'properties.minimalTlsVersion': 'Tls12', 'properties.publicNetworkAccess': 'Enabled',
  },
  'Microsoft.EventGrid/domains': { 'properties.disableLocalAuth': false, 'properties.publicNetworkAccess': 'Enabled' },
  'Microsoft.EventGrid/topics': { 'properties.disableLocalAuth': false, 'properties.publicNetworkAccess': 'Enabled' },
  'Microsoft.Insights/components': { 'properties.publicNetworkAccessForIngestion': 'Enabled', 'properties.publicNetworkAccessForQuery': 'Enabled' },
  'Microsoft.KeyVault/managedHSMs': { 'properties.publicNetworkAccess': 'Enabled' },
  'Microsoft.KeyVault/vaults': { 'properties.enableRbacAuthorization': false, 'properties.publicNetworkAccess': 'Enabled' },
  // v1LegacyMode since 2022-05-01: https://learn.microsoft.com/azure/machine-learning/how-to-configure-network-isolation-with-v2
  'Microsoft.MachineLearningServices/workspaces': { 'properties.hbiWorkspace': false, 'properties.v1LegacyMode': false },
  'Microsoft.MachineLearningServices/workspaces/computes': { 'properties.properties.enableNodePublicIp': true, 'properties.properties.remoteLoginPortPublicAccess': 'NotSpecified' },
  // https://learn.microsoft.com/azure/machine-learning/reference-yaml-endpoint-online, …/reference-yaml-deployment-managed-online
  'Microsoft.MachineLearningServices/workspaces/onlineEndpoints': { 'properties.publicNetworkAccess': 'Enabled' },
  'Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments': { 'properties.egressPublicNetworkAccess': 'Enabled' },
  'Microsoft.OperationalInsights/workspaces': { 'properties.publicNetworkAccessForIngestion': 'Enabled', 'properties.publicNetworkAccessForQuery': 'Enabled' },
  'Microsoft.Purview/accounts': { 'properties.publicNetworkAccess': 'Enabled' },
  'Microsoft.RecoveryServices/vaults': { 'properties.publicNetworkAccess': 'Enabled' },
  'Microsoft.Storage/storageAccounts': {
    'properties.allowBlobPublicAccess': false, 'properties.allowCrossTenantReplication': false, 'properties.allowSharedKeyAccess': true,
    'properties.defaultToOAuthAuthentication': false, 'properties.minimumTlsVersion': 'TLS1_0', 'properties.supportsHttpsTrafficOnly': true,
  },
};

/** Defaults by type and path of the attribute; one inside a block stands where the block does. */
export const DEFAULTS: typeof AZURERM = { ...AZURERM, ...ARM };

/** Other names of an attribute: older ones, and those of azurerm 5. */
export const ALIASES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  azurerm_key_vault: { enable_rbac_authorization: 'rbac_authorization_enabled' },
  azurerm_storage_account: { enable_https_traffic_only: 'https_traffic_only_enabled', allow_blob_public_access: 'allow_nested_items_to_be_public' },
};
