import { Control } from '../../../policy/control';
import type { Reasons } from '../../coverage';
import { FLOW_NODE } from '../../rule';
import { SITES } from '../functions/sites';

/** A control, why no rule judges it, and on which types; `*` is every type that says nothing itself. */
type Shared = readonly [Control, string, readonly string[]];

const ML = 'Microsoft.MachineLearningServices';
const VAULTS = ['azurerm_key_vault', 'Microsoft.KeyVault/vaults', 'azurerm_key_vault_managed_hardware_security_module', 'Microsoft.KeyVault/managedHSMs'];
const KEYS = ['azurerm_key_vault_key', 'azurerm_key_vault_managed_hardware_security_module_key', 'Microsoft.KeyVault/vaults/keys', 'Microsoft.KeyVault/managedHSMs/keys'];
const COMPUTES = ['azurerm_machine_learning_compute_cluster', 'azurerm_machine_learning_compute_instance', `${ML}/workspaces/computes`];
const DATASTORES = [
  'azurerm_machine_learning_datastore_blobstorage', 'azurerm_machine_learning_datastore_datalake_gen2', 'azurerm_machine_learning_datastore_fileshare', `${ML}/workspaces/datastores`,
];
const MODELS = [`${ML}/workspaces/models/versions`, `${ML}/registries/models/versions`];
const LOGS = ['azurerm_log_analytics_workspace', 'Microsoft.OperationalInsights/workspaces'];
const INSIGHTS = ['azurerm_application_insights', 'Microsoft.Insights/components'];
const BACKUPS = ['azurerm_recovery_services_vault', 'Microsoft.RecoveryServices/vaults', 'azurerm_data_protection_backup_vault', 'Microsoft.DataProtection/backupVaults'];
const PREBUILT = ['azurerm_cognitive_account', 'azurerm_ai_services', 'Microsoft.CognitiveServices/accounts'];
const DATABRICKS = ['azurerm_databricks_workspace', 'Microsoft.Databricks/workspaces'];
const SYNAPSE = ['azurerm_synapse_workspace', 'Microsoft.Synapse/workspaces'];
const PURVIEW = ['azurerm_purview_account', 'Microsoft.Purview/accounts'];
const IDENTITIES = ['azurerm_user_assigned_identity', 'Microsoft.ManagedIdentity/userAssignedIdentities', 'azurerm_federated_identity_credential'];
const COSMOS = ['azurerm_cosmosdb_account', 'Microsoft.DocumentDB/databaseAccounts'];
const LOG_TABLES = ['azurerm_log_analytics_workspace_table', 'Microsoft.OperationalInsights/workspaces/tables'];
const ONLINE = `${ML}/workspaces/onlineEndpoints`;
const SERVERLESS = `${ML}/workspaces/serverlessEndpoints`;
const JOB = `${ML}/workspaces/jobs`;
const BATCH = `${ML}/workspaces/batchEndpoints/deployments`;

const SHARED: readonly Shared[] = [
  [Control.ASSET_INVENTORY, 'tags are set for a whole app at once, and which it needs its owner says; Azure Policy asks for them by name', ['*']],
  [Control.KEY_MANAGEMENT, 'who may use keys is said by roles, and a role that allows everything of the vault is judged as least privilege', [
    'azurerm_role_definition', 'Microsoft.Authorization/roleDefinitions',
  ]],
  [Control.KEY_MANAGEMENT, 'its keys are judged one by one; it stands in its own region alone', ['azurerm_key_vault_managed_hardware_security_module', 'Microsoft.KeyVault/managedHSMs']],
  [Control.AVAILABILITY, 'what is deleted is kept by its vault, which is judged', KEYS],
  [Control.AVAILABILITY, 'the service runs in several zones where the region has them; there is no switch', [...PREBUILT, SERVERLESS]],
  [Control.AVAILABILITY, 'how many instances answer is said by its deployments, which are judged', [ONLINE]],
  [Control.AVAILABILITY, 'it is a cluster of Kubernetes that somebody else runs and scales', ['azurerm_machine_learning_inference_cluster']],
  [Control.AVAILABILITY, 'a job that fails is run again by its pipeline or by whoever sent it; nothing that it read is lost', [JOB]],
  [Control.AVAILABILITY, 'a batch that fails is retried three times by default, and its input is still there', [BATCH]],
  [Control.AVAILABILITY, 'soft delete is on unless told otherwise, and Azure makes it permanent', BACKUPS],
  [Control.EXPLAINABILITY, 'explanations are computed by a job over a model and kept with it; no property of the interface shows them', [
    ...MODELS, ONLINE, `${ONLINE}/deployments`, SERVERLESS, 'azurerm_machine_learning_inference_cluster', ...PREBUILT,
  ]],
  [Control.INCIDENT_ALERTING, 'alerts are resources of their own, and may stand in another app', [
    ONLINE, `${ONLINE}/deployments`, SERVERLESS, 'azurerm_machine_learning_inference_cluster', ...PREBUILT,
  ]],
  [Control.MODEL_MONITORING, 'what it is asked is collected by its deployments, which are judged', [ONLINE]],
  [Control.MODEL_MONITORING, 'it serves a model of somebody else, which was not trained on the data of the app', [SERVERLESS, ...PREBUILT]],
  [Control.MODEL_MONITORING, 'what is deployed to it collects, and is no resource of Terraform', ['azurerm_machine_learning_inference_cluster']],
  [Control.MODEL_MONITORING, 'a schedule that watches is made on purpose, and one that trains watches nothing; that deployments collect is judged', [`${ML}/workspaces/schedules`]],
  [Control.AUTHENTICATION, 'people and programs sign in by the directory only, there is nothing to choose', [
    ...DATABRICKS, ...VAULTS, ...PURVIEW, `${ML}/registries`, 'azurerm_ai_foundry',
  ]],
  [Control.AUTHENTICATION, 'it is how programs sign in without keys of their own', IDENTITIES],
  [Control.LEAST_PRIVILEGE, 'what it may do is in its role assignments, which are judged', [...IDENTITIES, 'azurerm_machine_learning_synapse_spark', 'Microsoft.Devices/IotHubs']],
  [Control.LEAST_PRIVILEGE, 'who may do what inside is said in the workspace itself, which Terraform reaches by a provider of its own', [...DATABRICKS, ...SYNAPSE]],
  [Control.AUDIT_LOGGING, 'it is where what others log is kept: who queries it is logged by the workspace behind it', INSIGHTS],
  [Control.AUDIT_LOGGING, 'what is done with it is logged by the workspace, whose diagnostic setting is judged', [
    ...COMPUTES, ...DATASTORES, `${ML}/workspaces/connections`, `${ML}/workspaces/batchEndpoints`, SERVERLESS, 'azurerm_machine_learning_synapse_spark',
  ]],
  [Control.AUDIT_LOGGING, 'restores are in the activity log of the subscription, whatever is set', BACKUPS],
  [Control.ENCRYPTION_AT_REST, 'files of a model are in the datastore that it names, whose account is judged; its description is in the workspace', MODELS],
  [Control.ENCRYPTION_AT_REST, 'disks are encrypted by the service; scratch disks where the workspace is of high business impact, which is judged', COMPUTES],
  [Control.ENCRYPTION_AT_REST, 'what it writes goes to a datastore, whose account is judged', [JOB, BATCH]],
  [Control.ENCRYPTION_AT_REST, 'a key of one\'s own takes a dedicated cluster of 100 GB a day and more; without one the service encrypts', LOGS],
  [Control.ENCRYPTION_AT_REST, 'its data is in a log workspace', INSIGHTS],
  [Control.ENCRYPTION_AT_REST, 'what it backs up is encrypted with the key that its source has', BACKUPS],
  [Control.RETENTION_LIMIT, 'how long logs are kept is judged as audit logging', LOGS],
  [Control.RETENTION_LIMIT, 'its data is kept as long as its log workspace keeps it', INSIGHTS],
  [Control.RETENTION_LIMIT, 'how long a backup is kept is said by its policies, one for each kind of source', BACKUPS],
  [Control.SUPPORTED_SOFTWARE, 'the interface makes no classic component without a workspace any more', ['Microsoft.Insights/components']],
  [Control.ARTIFACT_INTEGRITY, 'a version cannot be changed once it was registered; that jobs name one is judged', [
    ...MODELS, `${ML}/workspaces/codes/versions`,
  ]],
  [Control.ARTIFACT_INTEGRITY, 'what runs on it are jobs, whose environments are judged', COMPUTES],
  [Control.BIAS_ASSESSMENT, 'a scorecard is written by a job and kept with its run; no property of the interface shows it', MODELS],
  [Control.HUMAN_APPROVAL, 'a stage is a word on a version that code can set too: who approved what is in the pipeline that deploys', MODELS],
  [Control.RESOURCE_LIMIT, 'what serves stands until it is taken down; how far it scales is said by its autoscale setting', [`${ONLINE}/deployments`]],
  [Control.RESOURCE_LIMIT, 'a batch ends after 30 seconds a file by default, and the cluster scales down after it', [BATCH]],
  [Control.RECORD_OF_PROCESSING, 'what it starts is a job, whose data flow is declared', [`${ML}/workspaces/schedules`]],
  [Control.RECORD_OF_PROCESSING, 'each store is asked for what it declares; jobs inside a pipeline are judged one by one', [FLOW_NODE]],
  [Control.NETWORK_ISOLATION, 'whether it lets machines out by default is judged where azurerm says so; the interface has no default any more', ['Microsoft.Network/virtualNetworks/subnets']],
  [Control.NETWORK_ISOLATION, 'it leads to one resource of Azure over its private side', ['azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint']],
  [Control.SENSITIVE_DATA_DISCOVERY, 'what looks are its scans, which are judged', [
    ...PURVIEW, 'Microsoft.Purview/accounts/Account/collections', 'Microsoft.Purview/accounts/Scanning/classificationrules', 'Microsoft.Purview/accounts/Scanning/datasources',
    'Microsoft.Purview/accounts/Scanning/datasources/scans/triggers',
  ]],
  [Control.RETENTION_LIMIT, 'how long an item lives is said by its container and by the item itself, which code writes: an account says nothing of it', COSMOS],
  [Control.ERASURE, 'an item is deleted by code, and for as long as backups reach back it can be restored: that they are continuous, of 7 or 30 days, is judged as availability', COSMOS],
  [Control.ARTIFACT_INTEGRITY, 'code comes by a deployment, which is no property of the app; that nobody deploys with a password, and that storage is used as an identity, is judged', [...SITES]],
  [Control.RESOURCE_LIMIT, 'a plan that scales is paid for what runs, and how far it scales is said by its apps; one that does not scale stands until it is taken down', ['azurerm_service_plan']],
  [Control.AUTHENTICATION, 'it is a part of an app, whose sign-in is judged', ['Microsoft.Web/sites/config', 'Microsoft.Web/sites/slots/config']],
  [Control.AUDIT_LOGGING, 'what is done with it is logged by its app, whose diagnostic setting is judged', [
    'Microsoft.Web/sites/config', 'Microsoft.Web/sites/slots/config', 'Microsoft.Web/sites/basicPublishingCredentialsPolicies', 'Microsoft.Web/sites/slots/basicPublishingCredentialsPolicies',
  ]],
  [Control.LEAST_PRIVILEGE, 'roles inside an HSM are for its keys alone; a program is given one on one key, by ids that say nothing of what the role allows', ['azurerm_key_vault_managed_hardware_security_module_role_assignment']],
  [Control.NETWORK_ISOLATION, 'what is linked to it is closed by refusing the public network, which is judged; its mode says what else its networks reach, and their own rules say it, too', [
    'azurerm_monitor_private_link_scope', 'Microsoft.Insights/privateLinkScopes',
  ]],
  [Control.AUDIT_LOGGING, 'how long records are kept is judged of its workspace; a table can keep them longer', LOG_TABLES],
  [Control.ENCRYPTION_AT_REST, 'its rows are in a log workspace', LOG_TABLES],
  [Control.RETENTION_LIMIT, 'how long logs are kept is judged as audit logging, of its workspace', LOG_TABLES],
  [Control.ERASURE, 'what is locked is judged at its containers and where azurerm sets it for the account', ['Microsoft.Storage/storageAccounts']],
  [Control.ERASURE, 'a backup ends with its policy; what was erased since is erased again after a restore, by a procedure', BACKUPS],
  [Control.ERASURE, 'no construct of this door has each store erase a person: a request is put to each by a procedure of the organisation, to a token vault at its own address', [FLOW_NODE]],
  [Control.CONSENT, 'who consented to which purpose is in a register that code asks at run time; a flow declares purposes and no person', [FLOW_NODE]],
];

/** Why cells have no rule. */
export const WITHOUT_RULE: Reasons = {
  ...reasonsByType(SHARED),
  azurerm_storage_container_immutability_policy: 'It belongs to a container: its account is judged for encryption, logs, retention and recovery.',
};

function reasonsByType(shared: readonly Shared[]): Reasons {
  const reasons: Record<string, Partial<Record<Control, string>>> = {};
  for (const [control, reason, types] of shared) for (const type of types) reasons[type] = { ...reasons[type], [control]: reason };
  return reasons;
}
