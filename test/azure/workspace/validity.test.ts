import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ContainerRegistry } from '@cdktf/provider-azurerm/lib/container-registry';
import { KeyVault } from '@cdktf/provider-azurerm/lib/key-vault';
import { KeyVaultKey } from '@cdktf/provider-azurerm/lib/key-vault-key';
import { LogAnalyticsWorkspace } from '@cdktf/provider-azurerm/lib/log-analytics-workspace';
import { Hierarchy, Immutability, Keys, Providers, Workspace, WorkspaceProps, Zone } from '../../../lib/azure';
import { Classification, ComplianceProfile, Framework, Jurisdiction, Purpose, Residency, Retention } from '../../../lib/policy';
import { RegulatedMLChecks } from '../../../lib/rules/azure';
import { armProblems, describeWithArmTypes } from '../../support/arm-types';
import { azureStack, group, location, synthesized } from '../../support/azure';
import { describeWithTerraform, validateStack } from '../../support/terraform/validate';
import { answersOf, RECORD_FILE, type RawRecord } from '../../../lib/policy/record';

const profile = ComplianceProfile.of({
  frameworks: [Framework.HIPAA, Framework.GDPR], residency: Residency.within(Jurisdiction.EU), retention: { data: Retention.years(8), captures: Retention.days(300) },
});

const VARIANTS: [string, Partial<WorkspaceProps>][] = [
  ['with a managed network', {}],
  ['with a network of its own', { firewallAddress: '10.1.0.4' }],
  ['with a managed HSM and a cluster of logs', {
    keys: Keys.inManagedHsm(`${group}/providers/Microsoft.KeyVault/managedHSMs/clinic`), logClusterId: `${group}/providers/Microsoft.OperationalInsights/clusters/logs`,
  }],
];

function made(props: Partial<WorkspaceProps>) {
  const { app, stack } = azureStack('Readmission');
  const workspace = new Workspace(stack, 'Workspace', { profile, location, name: 'readmission', alarmEmails: ['security@example.org'], ...props });
  workspace.addStore('Raw', { classification: Classification.PHI, purpose: Purpose.of('readmission-risk'), immutability: Immutability.unlocked(Retention.days(30)) });
  workspace.addStore('Captures', { classification: Classification.PHI, zone: Zone.CAPTURES, hierarchy: Hierarchy.FLAT });
  return { app, stack };
}

describeWithTerraform('terraform validate', () => {
  test.each(VARIANTS)('takes a workspace %s', async (_, props) => {
    expect(await validateStack(made(props).stack)).toEqual([]);
  });

  test('takes a workspace on a vault, a key, a registry and logs that are made beside it', async () => {
    const { stack } = azureStack('Readmission');
    const place = { location, resourceGroupName: 'readmission' };
    const vault = new KeyVault(stack, 'Vault', { ...place, name: 'clinic', tenantId: '22222222-2222-2222-2222-222222222222', skuName: 'premium' });
    const key = new KeyVaultKey(stack, 'Key', { name: 'data', keyVaultId: vault.id, keyType: 'RSA-HSM', keySize: 3072, keyOpts: ['wrapKey', 'unwrapKey'] });
    new Workspace(stack, 'Workspace', {
      profile, location, name: 'readmission', alarmEmails: ['security@example.org'], keyVaultId: vault.id, keys: Keys.given({ keyId: key.id, keyVaultId: vault.id }),
      registryId: new ContainerRegistry(stack, 'Registry', { ...place, name: 'clinic', sku: 'Premium' }).id, logAnalyticsId: new LogAnalyticsWorkspace(stack, 'Logs', { ...place, name: 'clinic' }).id,
    });
    for (const { customer_managed_key: used } of Object.values(synthesized(stack).resource!.azurerm_storage_account)) {
      expect(used).toMatchObject({ key_vault_key_id: '${join("/", slice(split("/", azurerm_key_vault_key.Key.id), 0, 5))}' });
    }
    const roles = Object.values(synthesized(stack).resource!.azurerm_role_assignment).filter(({ role_definition_name: name }) => name === 'Key Vault Crypto Service Encryption User');
    expect(roles).toEqual([expect.objectContaining({ scope: '${azurerm_key_vault.Vault.id}/keys/${element(split("/", azurerm_key_vault_key.Key.id), 4)}' })]);
    expect(await validateStack(stack)).toEqual([]);
  });
});

describeWithArmTypes('the types of Azure ML', () => {
  test.each(VARIANTS)('take the requests of a workspace %s', (_, props) => {
    const requests = Object.values(synthesized(made(props).stack).resource!.azapi_resource).filter(({ type }) => String(type).startsWith('Microsoft.MachineLearningServices/'));
    expect(requests).toHaveLength(5);
    expect(requests.flatMap((request) => armProblems(request as never))).toEqual([]);
  });
});

describe('the rules', () => {
  test.each(VARIANTS)('find nothing in a workspace %s', (_, props) => {
    const { app } = made(props);
    new RegulatedMLChecks(app, { profile });
    expect(() => app.synth()).not.toThrow();
    const record = JSON.parse(readFileSync(join(app.outdir, RECORD_FILE), 'utf8')) as RawRecord;
    const answers = [...answersOf(record)];
    expect(answers.filter(({ answer }) => answer === 'compliant').length).toBeGreaterThan(50);
    // what a rule cannot follow is not known: nothing is, but what another resource answers when it is made
    const open = answers.filter(({ answer }) => answer !== 'compliant');
    expect(open.filter(({ answer, accepted }) => answer === 'non-compliant' && accepted === undefined)).toEqual([]);
    expect(open.filter(({ answer, detail }) => answer === 'unknown' && !/ is (id|output\.properties\.keyUri\w*) of (azurerm|azapi)_/.test(detail ?? ''))).toEqual([]);
  });
});

test('the provider signs in as itself and asks no data plane', () => {
  const provider = (synthesized(azureStack().stack) as unknown as { provider: { azurerm: object[] } }).provider.azurerm;
  expect(provider).toMatchObject([{ storage_use_azuread: true, features: [{ storage: [{ data_plane_available: false }], key_vault: [{ purge_soft_delete_on_destroy: false }] }] }]);
  expect(Providers).toBeDefined();
});
