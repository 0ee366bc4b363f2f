import type { Facets } from '../../coverage';
import { Facet } from '../../facet';
import { FLOW_NODE } from '../../rule';
import { SITES } from '../functions/sites';

const {
  STORE, STORAGE, IRREPLACEABLE, OUTPUT, CODE, SETTINGS, PLATFORM, MACHINE, ISOLATION, SUBNET, TRAFFIC, GRANT, PERMISSIONS, PRINCIPAL, SIGN_IN, INTERACTIVE, OPENABLE, KEY, TRAIL,
  SERVING, MODEL, TRAINING, INTERRUPTIBLE, WATCH, DISCOVERY, NOTIFIES, DESCRIPTION, TAGS,
} = Facet;

const ML = 'Microsoft.MachineLearningServices';

/** A thing under the names that its providers have for it, with its facets. */
type Thing = readonly [names: readonly string[], facets: readonly Facet[]];

const MACHINE_LEARNING: readonly Thing[] = [
  [['azurerm_machine_learning_workspace', `${ML}/workspaces`], [STORAGE, IRREPLACEABLE, PLATFORM, ISOLATION, SUBNET, PRINCIPAL, SIGN_IN, OPENABLE, TAGS]],
  [['azurerm_ai_foundry'], [STORAGE, ISOLATION, SUBNET, PRINCIPAL, SIGN_IN, OPENABLE, TAGS]],
  [['azurerm_ai_foundry_project'], [TAGS]],
  [['azurerm_machine_learning_compute_cluster'], [STORAGE, CODE, MACHINE, SUBNET, PRINCIPAL, SIGN_IN, INTERACTIVE, OPENABLE, TAGS]],
  [['azurerm_machine_learning_compute_instance'], [STORAGE, CODE, MACHINE, SUBNET, PRINCIPAL, SIGN_IN, INTERACTIVE, OPENABLE, TAGS]],
  [[`${ML}/workspaces/computes`], [STORAGE, CODE, MACHINE, SUBNET, PRINCIPAL, SIGN_IN, INTERACTIVE, OPENABLE, TAGS]],
  [['azurerm_machine_learning_synapse_spark'], [PRINCIPAL, SIGN_IN, TAGS]],
  [['azurerm_machine_learning_inference_cluster'], [TRAFFIC, SERVING, TAGS]],
  [[
    'azurerm_machine_learning_datastore_blobstorage', 'azurerm_machine_learning_datastore_datalake_gen2', 'azurerm_machine_learning_datastore_fileshare', `${ML}/workspaces/datastores`,
  ], [SETTINGS, SIGN_IN]],
  [[
    'azurerm_machine_learning_workspace_network_outbound_rule_fqdn', 'azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint',
    'azurerm_machine_learning_workspace_network_outbound_rule_service_tag', `${ML}/workspaces/outboundRules`,
  ], [ISOLATION]],
  [[`${ML}/workspaces/onlineEndpoints`], [SERVING, PRINCIPAL, SIGN_IN, OPENABLE, TAGS]],
  [[`${ML}/workspaces/onlineEndpoints/deployments`], [CODE, SETTINGS, MACHINE, ISOLATION, SERVING, TAGS]],
  [[`${ML}/workspaces/batchEndpoints`], [SIGN_IN, TAGS]],
  [[`${ML}/workspaces/batchEndpoints/deployments`], [OUTPUT, CODE, SETTINGS, MACHINE, PRINCIPAL, INTERRUPTIBLE, TAGS]],
  [[`${ML}/workspaces/serverlessEndpoints`], [SERVING, SIGN_IN, TAGS]],
  [[`${ML}/workspaces/jobs`], [OUTPUT, CODE, SETTINGS, MACHINE, PRINCIPAL, TRAINING, INTERRUPTIBLE, DESCRIPTION, TAGS]],
  [[`${ML}/workspaces/schedules`], [DESCRIPTION, WATCH, TAGS]],
  [[`${ML}/workspaces/environments/versions`, `${ML}/registries/environments/versions`], [CODE, TAGS]],
  [[`${ML}/workspaces/components/versions`], [CODE, SETTINGS, DESCRIPTION, TAGS]],
  [[`${ML}/registries/components/versions`], [CODE, SETTINGS, TAGS]],
  [[`${ML}/workspaces/codes/versions`], [CODE, TAGS]],
  [[`${ML}/workspaces/models/versions`, `${ML}/registries/models/versions`], [MODEL, TAGS]],
  [[`${ML}/workspaces/data/versions`], [TAGS]],
  [[`${ML}/workspaces/connections`], [SETTINGS, SIGN_IN]],
  [[`${ML}/registries`], [SUBNET, SIGN_IN, OPENABLE, TAGS]],
];

const DATA: readonly Thing[] = [
  [['azurerm_storage_account', 'Microsoft.Storage/storageAccounts'], [STORE, TRAFFIC, SUBNET, SIGN_IN, OPENABLE, TAGS]],
  [['azurerm_storage_container', 'Microsoft.Storage/storageAccounts/blobServices/containers'], [IRREPLACEABLE, OPENABLE]],
  [['azurerm_storage_data_lake_gen2_filesystem', 'azurerm_storage_share'], [IRREPLACEABLE]],
  [['azurerm_storage_encryption_scope', 'azurerm_storage_blob', 'Microsoft.Storage/storageAccounts/queueServices/queues'], []],
  [['azurerm_storage_account_customer_managed_key', 'azurerm_storage_account_network_rules', 'azurerm_storage_management_policy', 'Microsoft.Storage/storageAccounts/managementPolicies'], []],
  [['azurerm_storage_container_immutability_policy'], [STORE]],
  [['azurerm_security_center_storage_defender', 'Microsoft.Security/defenderForStorageSettings'], [DISCOVERY]],
  [['azurerm_recovery_services_vault', 'Microsoft.RecoveryServices/vaults'], [STORE, OPENABLE, TAGS]],
  [['azurerm_data_protection_backup_vault', 'Microsoft.DataProtection/backupVaults'], [STORE, TAGS]],
  [['azurerm_cosmosdb_account', 'Microsoft.DocumentDB/databaseAccounts'], [STORE, TRAFFIC, GRANT, SUBNET, SIGN_IN, OPENABLE, TAGS]],
  [['azurerm_cosmosdb_sql_database', 'azurerm_cosmosdb_sql_container'], [IRREPLACEABLE]],
  [[
    'azurerm_cosmosdb_sql_role_definition', 'Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions',
    'azurerm_cosmosdb_sql_role_assignment', 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments',
  ], [GRANT]],
  [['azurerm_key_vault', 'Microsoft.KeyVault/vaults'], [KEY, GRANT, SUBNET, SIGN_IN, OPENABLE, TAGS]],
  [['azurerm_key_vault_managed_hardware_security_module', 'Microsoft.KeyVault/managedHSMs'], [KEY, SUBNET, SIGN_IN, OPENABLE, TAGS]],
  [['azurerm_key_vault_key', 'azurerm_key_vault_managed_hardware_security_module_key', 'Microsoft.KeyVault/vaults/keys', 'Microsoft.KeyVault/managedHSMs/keys'], [KEY, TAGS]],
  [['azurerm_key_vault_managed_hardware_security_module_key_rotation_policy'], []],
  [['azurerm_key_vault_managed_hardware_security_module_role_assignment'], [GRANT]],
  [['azurerm_key_vault_secret'], [SETTINGS, TAGS]],
  [['azurerm_container_registry', 'Microsoft.ContainerRegistry/registries'], [STORAGE, IRREPLACEABLE, CODE, ISOLATION, SUBNET, SIGN_IN, OPENABLE, TAGS]],
  [['azurerm_purview_account', 'Microsoft.Purview/accounts'], [IRREPLACEABLE, DISCOVERY, SUBNET, SIGN_IN, OPENABLE, TAGS]],
  [['Microsoft.Purview/accounts/Account/collections', 'Microsoft.Purview/accounts/Scanning/classificationrules', 'Microsoft.Purview/accounts/Scanning/datasources'], [DISCOVERY]],
  [['Microsoft.Purview/accounts/Scanning/datasources/scans'], [DISCOVERY, SETTINGS]],
  [['Microsoft.Purview/accounts/Scanning/datasources/scans/triggers'], [DISCOVERY]],
  [['Microsoft.Purview/accounts/Scanning/credentials'], [SETTINGS]],
  [[
    'Microsoft.Purview/accounts/Scanning/integrationruntimes', 'Microsoft.Purview/accounts/Scanning/managedvirtualnetworks',
    'Microsoft.Purview/accounts/Scanning/managedvirtualnetworks/managedprivateendpoints',
  ], []],
];

const SERVICES: readonly Thing[] = [
  [['azurerm_cognitive_account', 'azurerm_ai_services', 'Microsoft.CognitiveServices/accounts'], [STORAGE, ISOLATION, SUBNET, SIGN_IN, OPENABLE, SERVING, TAGS]],
  [['azurerm_databricks_workspace', 'Microsoft.Databricks/workspaces'], [STORAGE, IRREPLACEABLE, SUBNET, SIGN_IN, INTERACTIVE, OPENABLE, TAGS]],
  [['azurerm_synapse_workspace', 'Microsoft.Synapse/workspaces'], [STORAGE, IRREPLACEABLE, ISOLATION, SUBNET, SIGN_IN, INTERACTIVE, OPENABLE, TAGS]],
  [['azurerm_synapse_firewall_rule'], [OPENABLE]],
  [['azurerm_iothub', 'Microsoft.Devices/IotHubs'], [TRAFFIC, PRINCIPAL, SIGN_IN, OPENABLE, TAGS]],
  [['azurerm_iothub_dps', 'Microsoft.Devices/provisioningServices', 'azurerm_iothub_device_update_account', 'Microsoft.DeviceUpdate/accounts'], [OPENABLE, TAGS]],
  [['azurerm_eventgrid_topic', 'azurerm_eventgrid_domain', 'Microsoft.EventGrid/topics', 'Microsoft.EventGrid/domains'], [SIGN_IN, OPENABLE, TAGS]],
  [['azurerm_eventgrid_system_topic'], [TAGS]],
  [['azurerm_eventgrid_event_subscription'], []],
];

const FUNCTIONS: readonly Thing[] = [
  [[...SITES], [CODE, SETTINGS, TRAFFIC, SUBNET, GRANT, SIGN_IN, OPENABLE, TAGS]],
  [[
    'Microsoft.Web/sites/config', 'Microsoft.Web/sites/slots/config', 'Microsoft.Web/sites/basicPublishingCredentialsPolicies', 'Microsoft.Web/sites/slots/basicPublishingCredentialsPolicies',
  ], [SIGN_IN]],
  [['azurerm_service_plan'], [MACHINE, TAGS]],
];

const AROUND: readonly Thing[] = [
  [['azurerm_resource_group', 'Microsoft.Resources/resourceGroups'], [TAGS]],
  [['azurerm_virtual_network', 'Microsoft.Network/virtualNetworks', 'azurerm_route_table', 'Microsoft.Network/routeTables'], [TAGS]],
  [['azurerm_private_dns_zone', 'Microsoft.Network/privateDnsZones', 'azurerm_private_dns_zone_virtual_network_link', 'Microsoft.Network/privateDnsZones/virtualNetworkLinks'], [TAGS]],
  [['azurerm_subnet_network_security_group_association', 'azurerm_subnet_route_table_association'], []],
  [['azurerm_private_endpoint', 'Microsoft.Network/privateEndpoints'], [SUBNET, TAGS]],
  [['Microsoft.Network/privateEndpoints/privateDnsZoneGroups'], []],
  [['azurerm_subnet'], [ISOLATION, SUBNET]],
  [['Microsoft.Network/virtualNetworks/subnets'], [ISOLATION, SUBNET]],
  [[
    'azurerm_network_security_group', 'azurerm_network_security_rule', 'Microsoft.Network/networkSecurityGroups', 'Microsoft.Network/networkSecurityGroups/securityRules',
  ], [OPENABLE]],
  [['azurerm_log_analytics_workspace', 'Microsoft.OperationalInsights/workspaces'], [IRREPLACEABLE, TRAIL, SIGN_IN, OPENABLE, TAGS]],
  [['azurerm_application_insights', 'Microsoft.Insights/components'], [TRAIL, PLATFORM, SIGN_IN, OPENABLE, TAGS]],
  [['azurerm_log_analytics_workspace_table', 'Microsoft.OperationalInsights/workspaces/tables'], [TRAIL]],
  [['azurerm_log_analytics_linked_service', 'azurerm_monitor_private_link_scoped_service', 'Microsoft.Insights/privateLinkScopes/scopedResources'], []],
  [['azurerm_monitor_private_link_scope', 'Microsoft.Insights/privateLinkScopes'], [ISOLATION, TAGS]],
  [['azurerm_monitor_data_collection_endpoint', 'Microsoft.Insights/dataCollectionEndpoints'], [OPENABLE, TAGS]],
  [['azurerm_monitor_data_collection_rule', 'Microsoft.Insights/dataCollectionRules'], [TAGS]],
  [['azurerm_monitor_diagnostic_setting', 'Microsoft.Insights/diagnosticSettings'], []],
  [['azurerm_monitor_autoscale_setting'], [TAGS]],
  [['azurerm_monitor_action_group'], [NOTIFIES, TAGS]],
  [['azurerm_monitor_metric_alert', 'azurerm_monitor_activity_log_alert', 'azurerm_monitor_scheduled_query_rules_alert_v2'], [NOTIFIES, TAGS]],
  [['azurerm_user_assigned_identity', 'Microsoft.ManagedIdentity/userAssignedIdentities'], [PRINCIPAL, TAGS]],
  [['azurerm_federated_identity_credential'], [PRINCIPAL]],
  [['azurerm_role_assignment', 'Microsoft.Authorization/roleAssignments'], [GRANT]],
  [['azurerm_role_definition', 'Microsoft.Authorization/roleDefinitions'], [GRANT, PERMISSIONS]],
  [['azurerm_management_lock', 'Microsoft.Authorization/locks', 'azurerm_resource_group_policy_assignment', 'azurerm_subscription_policy_assignment'], []],
  [['azurerm_consumption_budget_resource_group', 'azurerm_consumption_budget_subscription'], []],
  [['azurerm_security_center_contact', 'azurerm_security_center_subscription_pricing'], []],
];

/** Every type that the catalogue knows, under both names where there are two, with its facets. */
export const AZURE_FACETS: Facets = {
  ...Object.fromEntries([...MACHINE_LEARNING, ...DATA, ...SERVICES, ...FUNCTIONS, ...AROUND].flatMap(([names, facets]) => names.map((name) => [name, facets]))),
  [FLOW_NODE]: [Facet.FLOW],
  'RegulatedML::Waiver': [Facet.WAIVER],
};
