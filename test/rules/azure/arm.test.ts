import { Answer } from '../../../lib/policy';
import { answerOn, azureRule, configuration, either, eitherBelow, judgedIn, type Body } from './support';

const ML = 'Microsoft.MachineLearningServices';
const { COMPLIANT, NON_COMPLIANT, UNKNOWN } = Answer;

const NOTIFIES = { action: { type: 'notify' }, trigger: { timeBeforeExpiry: 'P30D' } };
const ROTATES = { action: { type: 'rotate' }, trigger: { timeAfterCreate: 'P180D' } };

/** A rule, a type of Azure Resource Manager, a request, and what is answered. */
const CASES: readonly (readonly [string, string, Body, Answer | undefined])[] = [
  ['AzureMLWorkspacePublicAccess', `${ML}/workspaces`, { properties: { publicNetworkAccess: 'Disabled' } }, COMPLIANT],
  ['AzureMLWorkspacePublicAccess', `${ML}/workspaces`, { properties: {} }, NON_COMPLIANT],
  ['AzureMLWorkspacePublicAccess', `${ML}/workspaces`, {}, NON_COMPLIANT],
  ['AzureMLWorkspacePublicAccess', `${ML}/workspaces`, { properties: { publicNetworkAccess: '${var.given}' } }, UNKNOWN],
  // what the interface says of an absent property
  ['AzureStorageNestedPublic', 'Microsoft.Storage/storageAccounts', { properties: {} }, COMPLIANT],
  ['AzureStorageNestedPublic', 'Microsoft.Storage/storageAccounts', { properties: { allowBlobPublicAccess: true } }, NON_COMPLIANT],
  ['AzureStorageSharedKey', 'Microsoft.Storage/storageAccounts', { properties: {} }, NON_COMPLIANT],
  ['AzureStorageCrossTenant', 'Microsoft.Storage/storageAccounts', { properties: {} }, COMPLIANT],
  ['AzureStorageLocalUsers', 'Microsoft.Storage/storageAccounts', { properties: {} }, NON_COMPLIANT],
  ['AzureKeyVaultRbac', 'Microsoft.KeyVault/vaults', { properties: {} }, NON_COMPLIANT],
  ['AzureKeyVaultPublicAccess', 'Microsoft.KeyVault/managedHSMs', { properties: {} }, NON_COMPLIANT],
  ['AzureKeyExpiry', 'Microsoft.KeyVault/managedHSMs/keys', { properties: { attributes: { exp: 1861833600 } } }, COMPLIANT],
  ['AzureKeyExpiry', 'Microsoft.KeyVault/managedHSMs/keys', { properties: { rotationPolicy: { attributes: { expiryTime: 'P365D' } } } }, NON_COMPLIANT],
  ['AzureKeyHsm', 'Microsoft.KeyVault/managedHSMs/keys', { properties: { kty: 'RSA-HSM' } }, COMPLIANT],
  ['AzureKeyRotation', 'Microsoft.KeyVault/vaults/keys', { properties: { rotationPolicy: { lifetimeActions: [NOTIFIES, ROTATES] } } }, COMPLIANT],
  ['AzureKeyRotation', 'Microsoft.KeyVault/managedHSMs/keys', { properties: { rotationPolicy: { lifetimeActions: [NOTIFIES] } } }, NON_COMPLIANT],
  ['AzureKeyRotation', 'Microsoft.KeyVault/managedHSMs/keys', { properties: {} }, NON_COMPLIANT],
  ['AzureKeyRotation', 'Microsoft.KeyVault/vaults/keys', { properties: { rotationPolicy: { lifetimeActions: '${var.given}' } } }, UNKNOWN],
  ['AzureKeyRotation', 'Microsoft.KeyVault/vaults/keys', { properties: { rotationPolicy: { lifetimeActions: [{ action: { type: '${var.given}' } }] } } }, UNKNOWN],
  ['AzureMLWorkspaceLegacy', `${ML}/workspaces`, { properties: {} }, COMPLIANT],
  ['AzureMLWorkspaceKey', `${ML}/workspaces`, { properties: { encryption: { keyVaultProperties: { keyIdentifier: 'https://v.vault.azure.net/keys/k' } } } }, COMPLIANT],
  ['AzureMLWorkspaceKey', `${ML}/workspaces`, { properties: {} }, NON_COMPLIANT],
  ['AzureMLWorkspaceDatastoreAccess', `${ML}/workspaces`, { properties: { systemDatastoresAuthMode: 'Identity' } }, COMPLIANT],
  ['AzureMLWorkspaceDatastoreAccess', `${ML}/workspaces`, { properties: {} }, NON_COMPLIANT],
  ['AzureMLWorkspaceIsolation', `${ML}/workspaces`, { properties: { managedNetwork: { isolationMode: 'AllowOnlyApprovedOutbound' } } }, COMPLIANT],
  ['AzureMLWorkspaceIsolation', `${ML}/workspaces`, { properties: { managedNetwork: { isolationMode: '${var.given}' } } }, UNKNOWN],
  ['AzureMLWorkspaceIsolation', `${ML}/workspaces`, { properties: {} }, NON_COMPLIANT],
  ['AzureMLServerlessPublicIp', `${ML}/workspaces`, { properties: { serverlessComputeSettings: { serverlessComputeNoPublicIP: true } } }, COMPLIANT],
  ['AzureMLServerlessPublicIp', `${ML}/workspaces`, { properties: { serverlessComputeSettings: { serverlessComputeNoPublicIP: false } } }, NON_COMPLIANT],
  ['AzureMLServerlessPublicIp', `${ML}/workspaces`, { properties: {} }, undefined],
  ['AzureMLComputeLocalAuth', `${ML}/workspaces/computes`, { properties: { computeType: 'AmlCompute', disableLocalAuth: true } }, COMPLIANT],
  ['AzureMLComputeLocalAuth', `${ML}/workspaces/computes`, { properties: { computeType: 'AmlCompute' } }, NON_COMPLIANT],
  ['AzureMLComputePublicIp', `${ML}/workspaces/computes`, { properties: { computeType: 'AmlCompute', properties: { enableNodePublicIp: false } } }, COMPLIANT],
  ['AzureMLComputePublicIp', `${ML}/workspaces/computes`, { properties: { computeType: 'AmlCompute', properties: {} } }, NON_COMPLIANT],
  ['AzureMLComputePublicIp', `${ML}/workspaces/computes`, { properties: { computeType: 'Kubernetes', properties: {} } }, undefined],
  ['AzureMLComputeSubnet', `${ML}/workspaces/computes`, { properties: { computeType: 'ComputeInstance', properties: { subnet: { id: '/subscriptions/s' } } } }, COMPLIANT],
  ['AzureMLComputeSubnet', `${ML}/workspaces/computes`, { properties: { computeType: 'ComputeInstance', properties: {} } }, NON_COMPLIANT],
  ['AzureMLComputeSsh', `${ML}/workspaces/computes`, { properties: { computeType: 'AmlCompute', properties: { remoteLoginPortPublicAccess: 'Enabled' } } }, NON_COMPLIANT],
  ['AzureMLComputeSsh', `${ML}/workspaces/computes`, { properties: { computeType: 'AmlCompute', properties: {} } }, COMPLIANT],
  ['AzureMLComputeSsh', `${ML}/workspaces/computes`, { properties: { computeType: 'ComputeInstance', properties: { sshSettings: { sshPublicAccess: 'Disabled' } } } }, COMPLIANT],
  ['AzureMLComputeSsh', `${ML}/workspaces/computes`, { properties: { computeType: 'ComputeInstance', properties: { sshSettings: { sshPublicAccess: 'Enabled' } } } }, NON_COMPLIANT],
  ['AzureMLComputeIdleShutdown', `${ML}/workspaces/computes`, { properties: { computeType: 'ComputeInstance', properties: { idleTimeBeforeShutdown: 'PT60M' } } }, COMPLIANT],
  ['AzureMLComputeIdleShutdown', `${ML}/workspaces/computes`, { properties: { computeType: 'ComputeInstance', properties: {} } }, NON_COMPLIANT],
  ['AzureMLComputeIdleShutdown', `${ML}/workspaces/computes`, { properties: { computeType: 'AmlCompute', properties: {} } }, undefined],
  ['AzureMLComputeIdentity', `${ML}/workspaces/computes`, { identity: [{ type: 'UserAssigned', identity_ids: ['x'] }], properties: { computeType: 'AmlCompute' } }, COMPLIANT],
  ['AzureMLClusterScaleToZero', `${ML}/workspaces/computes`, { properties: { computeType: 'AmlCompute', properties: { scaleSettings: { minNodeCount: 2 } } } }, NON_COMPLIANT],
  ['AzureMLInstanceOwner', `${ML}/workspaces/computes`, { properties: { computeType: 'ComputeInstance', properties: { computeInstanceAuthorizationType: 'personal' } } }, COMPLIANT],
  ['AzureMLDatastoreIdentity', `${ML}/workspaces/datastores`, { properties: { credentials: { credentialsType: 'None' } } }, COMPLIANT],
  ['AzureMLDatastoreIdentity', `${ML}/workspaces/datastores`, { properties: { credentials: { credentialsType: 'Sas' } } }, NON_COMPLIANT],
  ['AzureMLEndpointAuthentication', `${ML}/workspaces/batchEndpoints`, { properties: { authMode: 'AADToken' } }, COMPLIANT],
  ['AzureMLOutboundRule', `${ML}/workspaces/outboundRules`, { properties: { type: 'ServiceTag', destination: { serviceTag: 'AzureCloud' } } }, NON_COMPLIANT],
  ['AzureMLOutboundRule', `${ML}/workspaces/outboundRules`, { properties: { type: 'FQDN', destination: 'pypi.org' } }, COMPLIANT],
  ['AzureMLOutboundRule', `${ML}/workspaces/outboundRules`, { properties: { type: 'FQDN', destination: '${var.given}' } }, UNKNOWN],
  ['AzureMLJobTimeLimit', `${ML}/workspaces/jobs`, { properties: { jobType: 'AutoML', taskDetails: { limitSettings: { timeout: 'PT2H' } } } }, COMPLIANT],
  ['AzureMLJobTimeLimit', `${ML}/workspaces/jobs`, { properties: { jobType: 'Spark' } }, undefined],
  ['AzureMLVersionPinned', `${ML}/workspaces/components/versions`, { properties: { componentSpec: { type: 'command', environment: 'azureml:sklearn' } } }, NON_COMPLIANT],
  ['AzureMLPlainSecrets', `${ML}/workspaces/jobs`, { properties: { jobType: 'Command', command: `run --conn "AccountKey=${'a'.repeat(44)}"` } }, NON_COMPLIANT],
  ['AzureStorageTls', 'Microsoft.Storage/storageAccounts', { properties: { minimumTlsVersion: 'TLS1_2' } }, COMPLIANT],
  ['AzureStorageTls', 'Microsoft.Storage/storageAccounts', { properties: {} }, NON_COMPLIANT],
  ['AzureStorageSharedKey', 'Microsoft.Storage/storageAccounts', { properties: {} }, NON_COMPLIANT],
  ['AzureStorageSharedKey', 'Microsoft.Storage/storageAccounts', { properties: { allowSharedKeyAccess: false } }, COMPLIANT],
  ['AzureKeyVaultPurgeProtection', 'Microsoft.KeyVault/vaults', { properties: {} }, NON_COMPLIANT],
  ['AzureKeyRotation', 'Microsoft.KeyVault/vaults/keys', { properties: { rotationPolicy: { lifetimeActions: [{ action: { type: 'rotate' } }] } } }, COMPLIANT],
  ['AzureRegistryPublicAccess', 'Microsoft.ContainerRegistry/registries', { properties: {} }, NON_COMPLIANT],
  ['AzureRegistryExport', 'Microsoft.ContainerRegistry/registries', { properties: { policies: { exportPolicy: { status: 'disabled' } } } }, COMPLIANT],
  ['AzureRoleAssignment', 'Microsoft.Authorization/roleAssignments', { parent_id: '/subscriptions/s', properties: { roleDefinitionId: '/x/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c' } }, NON_COMPLIANT],
  ['AzureRoleAssignment', 'Microsoft.Authorization/roleAssignments', { properties: { roleDefinitionId: '/x/roleDefinitions/2a2b9908-6ea1-4ae2-8e65-a410df84e7d1' } }, COMPLIANT],
  ['AzureRoleDefinition', 'Microsoft.Authorization/roleDefinitions', { properties: { permissions: [{ actions: ['Microsoft.Storage/*'] }] } }, NON_COMPLIANT],
  ['AzureLogsLocalAuth', 'Microsoft.OperationalInsights/workspaces', { properties: { features: { disableLocalAuth: true } } }, COMPLIANT],
  ['AzureIotLocalAuth', 'Microsoft.Devices/IotHubs', { properties: { disableLocalAuth: true } }, COMPLIANT],
  ['AzureIotLocalAuth', 'Microsoft.Devices/IotHubs', { properties: { disableLocalAuth: false } }, NON_COMPLIANT],
  ['AzureIotLocalAuth', 'Microsoft.Devices/IotHubs', { properties: {} }, NON_COMPLIANT],
  ['AzureIotPublicAccess', 'Microsoft.Devices/provisioningServices', { properties: {} }, NON_COMPLIANT],
  ['AzureIotPublicAccess', 'Microsoft.DeviceUpdate/accounts', { properties: { publicNetworkAccess: 'Disabled' } }, COMPLIANT],
  ['AzureResidencyCopies', `${ML}/registries`, { properties: { regionDetails: [{ location: 'westeurope' }, { location: 'eastus' }] } }, NON_COMPLIANT],
  ['AzureResidencyLocation', `${ML}/workspaces/computes`, { properties: { computeLocation: 'eastus' } }, NON_COMPLIANT],
  ['AzureResidencyLocation', 'Microsoft.Somebody/things', { location: 'eastus' }, NON_COMPLIANT],
  ['AzurePurviewScanIdentity', 'Microsoft.Purview/accounts/Scanning/datasources/scans', { kind: 'AzureStorageMsi' }, COMPLIANT],
];

test.each(CASES)('%s of %s: %j is %s', (name, type, body, expected) => {
  expect(answerOn('azapi_resource.subject', judgedIn(configuration({ [`${type}.subject`]: body }), [azureRule(name)]))).toBe(expected);
});

/** Pairs of one rule and type: a request that keeps it, and one that breaks it. */
const PAIRS = CASES.filter(([, , , expected]) => expected === COMPLIANT).flatMap(([name, type, good]) => (
  CASES.filter(([other, of, , expected]) => other === name && of === type && expected === NON_COMPLIANT).map(([, , bad]) => [name, type, good, bad] as const)));

test.each(PAIRS)('%s of %s: %j on one side and %j on the other is never compliant', (name, type, good, bad) => {
  const answers = [either(good, bad), either(bad, good), eitherBelow(good, bad), eitherBelow(bad, good)]
    .map((body) => answerOn('azapi_resource.subject', judgedIn(configuration({ [`${type}.subject`]: body }), [azureRule(name)])));
  expect(answers.map((one) => one === NON_COMPLIANT || one === UNKNOWN)).toEqual([true, true, true, true]);
});

test('most rules that are tried on a type of Azure Resource Manager are tried with both', () => {
  expect(new Set(PAIRS.map(([name]) => name)).size).toBeGreaterThan(15);
});

test('a type is known in any case', () => {
  const found = judgedIn(configuration({ 'microsoft.storage/STORAGEACCOUNTS.subject': { properties: { minimumTlsVersion: 'TLS1_0' } } }), [azureRule('AzureStorageTls')]);
  expect(answerOn('azapi_resource.subject', found)).toBe(NON_COMPLIANT);
});

test.each([
  ['a text of JSON', JSON.stringify({ properties: { minimumTlsVersion: 'TLS1_0' } }), NON_COMPLIANT],
  ['what jsonencode makes', '${jsonencode({"properties" = {"minimumTlsVersion" = "TLS1_2"}})}', COMPLIANT],
  ['what jsonencode makes of a variable', '${jsonencode({properties = {minimumTlsVersion = var.given}})}', UNKNOWN],
  ['a choice of two', '${var.given ? {"properties" = {"minimumTlsVersion" = "TLS1_2"}} : {"properties" = {"minimumTlsVersion" = "TLS1_0"}}}', NON_COMPLIANT],
  ['not known', '${file("body.json")}', UNKNOWN],
])('a request is read when it is %s', (_, body, expected) => {
  const content = { variable: { given: {} }, resource: { azapi_resource: { subject: { type: 'Microsoft.Storage/storageAccounts@2023-05-01', body } } } };
  expect(answerOn('azapi_resource.subject', judgedIn(content, [azureRule('AzureStorageTls')]))).toBe(expected);
});

describe('a change that azapi makes to a resource of another provider', () => {
  const update = (body: Body) => ({
    resource: {
      azurerm_machine_learning_workspace: { w: { name: 'w' } },
      azapi_update_resource: { u: { type: `${ML}/workspaces@2025-12-01`, resource_id: '${azurerm_machine_learning_workspace.w.id}', body } },
    },
  });

  test('is what a rule on that resource looks at', () => {
    const answer = (body: Body) => answerOn('azurerm_machine_learning_workspace.w', judgedIn(update(body), [azureRule('AzureMLWorkspaceDatastoreAccess')]));
    expect(answer({ properties: { systemDatastoresAuthMode: 'Identity' } })).toBe(COMPLIANT);
    expect(answer({ properties: { systemDatastoresAuthMode: 'AccessKey' } })).toBe(NON_COMPLIANT);
    expect(answer({ properties: { description: 'x' } })).toBe(NON_COMPLIANT);
  });
});

test('what azapi keeps out of the state is sent over the rest', () => {
  const account = (secret: unknown) => ({ resource: { azapi_resource: { subject: {
    type: 'Microsoft.Storage/storageAccounts@2023-05-01', name: 'a', body: { properties: { publicNetworkAccess: 'Disabled', allowSharedKeyAccess: false } }, sensitive_body: secret,
  } } } });
  const answers = (secret: unknown) => ['AzureStoragePublicAccess', 'AzureStorageSharedKey'].map((name) => answerOn('azapi_resource.subject', judgedIn(account(secret), [azureRule(name)])));
  expect(answers(undefined)).toEqual([COMPLIANT, COMPLIANT]);
  expect(answers({ properties: { publicNetworkAccess: 'Enabled' } })).toEqual([NON_COMPLIANT, COMPLIANT]);
  expect(answers('${var.secret}')).toEqual([UNKNOWN, UNKNOWN]);
});
