import { Answer } from '../../../lib/policy';
import { answerOn, azureRule, configuration, judgedIn, type Body } from './support';

const { COMPLIANT, NON_COMPLIANT, UNKNOWN } = Answer;
const TOKEN = '${var.given}';
const answer = (rule: string, type: string, body: Body) => answerOn(`${type.includes('/') ? 'azapi_resource' : type}.subject`, judgedIn(configuration({ [`${type}.subject`]: body }), [azureRule(rule)]));
const VAULT = 'azurerm_recovery_services_vault';
const BACKUPS = 'Microsoft.DataProtection/backupVaults';
const stored = (...types: unknown[]) => ({ properties: { storageSettings: types.map((type) => ({ datastoreType: 'VaultStore', type })) } });

describe('what is copied to the paired region', () => {
  test.each<[string, string, Body, Answer | undefined]>([
    ['a vault that says nothing is geo-redundant', VAULT, { location: 'brazilsouth' }, NON_COMPLIANT],
    ['its pair can be allowed', VAULT, { location: 'westeurope' }, COMPLIANT],
    ['or it stays where it is', VAULT, { location: 'brazilsouth', storage_mode_type: 'ZoneRedundant' }, COMPLIANT],
    ['or says it', VAULT, { location: 'brazilsouth', storage_mode_type: 'GeoRedundant' }, NON_COMPLIANT],
    ['or is not known', VAULT, { location: 'brazilsouth', storage_mode_type: TOKEN }, UNKNOWN],
    ['by the interface, too, where it says nothing', 'Microsoft.RecoveryServices/vaults', { location: 'brazilsouth', properties: {} }, NON_COMPLIANT],
    ['and where it says it', 'Microsoft.RecoveryServices/vaults', { location: 'brazilsouth', properties: { redundancySettings: { standardTierStorageRedundancy: 'LocallyRedundant' } } }, COMPLIANT],
    ['a backup vault', 'azurerm_data_protection_backup_vault', { location: 'brazilsouth', redundancy: 'GeoRedundant' }, NON_COMPLIANT],
    ['a backup vault by the interface, in any of its settings', BACKUPS, { location: 'brazilsouth', ...stored('LocallyRedundant', 'GeoRedundant') }, NON_COMPLIANT],
    ['none of them', BACKUPS, { location: 'brazilsouth', ...stored('LocallyRedundant', 'ZoneRedundant') }, COMPLIANT],
    ['one that is not known', BACKUPS, { location: 'brazilsouth', ...stored('LocallyRedundant', TOKEN) }, UNKNOWN],
    ['settings that are not known', BACKUPS, { location: 'brazilsouth', properties: { storageSettings: TOKEN } }, UNKNOWN],
    ['an account of storage, in any case of letters', 'Microsoft.Storage/storageAccounts', { location: 'brazilsouth', sku: { name: 'standard_grs' } }, NON_COMPLIANT],
    ['and of azurerm', 'azurerm_storage_account', { location: 'brazilsouth', account_replication_type: 'ragzrs' }, NON_COMPLIANT],
    ['one that is copied inside its region', 'Microsoft.Storage/storageAccounts', { location: 'brazilsouth', sku: { name: 'standard_zrs' } }, COMPLIANT],
  ])('%s', (_what, type, body, expected) => {
    expect(answer('AzureResidencyGeoRedundancy', type, body)).toBe(expected);
  });
});

describe('vaults of backups, and where records are sent', () => {
  test.each<[string, string, string, Body]>([
    ['AzureBackupPublicAccess', VAULT, 'public_network_access_enabled', { public_network_access_enabled: false }],
    ['AzureBackupPublicAccess', 'Microsoft.RecoveryServices/vaults', 'properties', { properties: { publicNetworkAccess: 'Disabled' } }],
    ['AzureLogsPublicAccess', 'azurerm_monitor_data_collection_endpoint', 'public_network_access_enabled', { public_network_access_enabled: false }],
    ['AzureLogsPublicAccess', 'Microsoft.Insights/dataCollectionEndpoints', 'properties', { properties: { networkAcls: { publicNetworkAccess: 'Disabled' } } }],
  ])('%s of %s: refused, open where nothing is said, unknown', (rule, type, property, good) => {
    expect(answer(rule, type, good)).toBe(COMPLIANT);
    expect(answer(rule, type, {})).toBe(NON_COMPLIANT);
    expect(answer(rule, type, { [property]: TOKEN })).toBe(UNKNOWN);
  });
});
