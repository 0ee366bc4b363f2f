import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrivateEndpoint } from '@cdktf/provider-azurerm/lib/private-endpoint';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account';
import { AzapiResource } from '../../../lib/azure';
import { azureStack, location, subscription, synthesized } from '../../support/azure';
import { bindingsSchema } from '../../support/terraform/bindings';
import { publishedSchema, type AttributeSchema, type BlockSchema, type PublishedSchema } from '../../support/terraform/schema';
import { describeWithTerraform, validate, validateStack } from '../../support/terraform/validate';

const SUBNET = `${subscription}/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/n/subnets/s`;

function storageStack() {
  const { stack } = azureStack();
  const group = new ResourceGroup(stack, 'Group', { name: 'g', location });
  const account = new StorageAccount(stack, 'Account', {
    name: 'account', location: group.location, resourceGroupName: group.name, accountTier: 'Standard', accountReplicationType: 'ZRS',
    blobProperties: { versioningEnabled: true, deleteRetentionPolicy: { days: 30 } },
  });
  const endpoint = new PrivateEndpoint(stack, 'Endpoint', {
    name: 'e', location, resourceGroupName: group.name, subnetId: SUBNET,
    privateServiceConnection: { name: 'blob', privateConnectionResourceId: account.id, subresourceNames: ['blob'], isManualConnection: false },
  });
  const settings = new AzapiResource(stack, 'Settings', {
    type: 'Microsoft.Security/defenderForStorageSettings@2025-01-01', name: 'current', parentId: account.id, body: { properties: { isEnabled: true, nothing: undefined } },
  });
  return { stack, group, account, endpoint, settings };
}

describeWithTerraform('the validator', () => {
  test('passes a stack of azurerm and azapi', async () => {
    expect(await validateStack(storageStack().stack)).toEqual([]);
  });

  test.each<[string, (parts: ReturnType<typeof storageStack>) => void, object]>([
    ['a misspelt attribute', ({ account }) => account.addOverride('min_tls_verison', 'TLS1_2'),
      { address: 'azurerm_storage_account.Account', detail: expect.stringContaining('No argument or block type is named "min_tls_verison"') }],
    ['a misspelt attribute of a block', ({ account }) => account.addOverride('blob_properties.versionning_enabled', true), { detail: expect.stringContaining('"versionning_enabled"') }],
    ['a missing block', ({ endpoint }) => endpoint.addOverride('private_service_connection', []),
      { address: 'azurerm_private_endpoint.Endpoint', detail: expect.stringContaining('private_service_connection') }],
    ['a block twice where one is allowed', ({ account }) => account.addOverride('identity', [{ type: 'SystemAssigned' }, { type: 'SystemAssigned' }]), { detail: expect.stringContaining('identity') }],
    ['a wrong type', ({ account }) => account.addOverride('shared_access_key_enabled', { no: true }), { detail: expect.stringContaining('bool required') }],
    ['a reference to what is not declared', ({ account }) => account.addOverride('location', '${azurerm_resource_group.Gone.location}'), { detail: expect.stringContaining('has not been declared') }],
    ['a reference to an attribute that does not exist', ({ account }) => account.addOverride('location', '${azurerm_resource_group.Group.locatoin}'), { detail: expect.stringContaining('no argument, nested block, or exported attribute named "locatoin"') }],
    ['a cycle', ({ group }) => group.addOverride('tags', { of: '${azurerm_storage_account.Account.id}' }), { summary: expect.stringContaining('Cycle') }],
    ['an unknown attribute of azapi', ({ settings }) => settings.addOverride('parent', 'x'), { address: 'azapi_resource.Settings', detail: expect.stringContaining('"parent"') }],
  ])('fails on %s', async (_what, spoil, finding) => {
    const parts = storageStack();
    spoil(parts);
    expect(await validateStack(parts.stack)).toContainEqual(expect.objectContaining({ severity: 'error', ...finding }));
  });

  test.each([['azurerm_storage_account', 'Account', 'account_tier'], ['azapi_resource', 'Settings', 'type']])('fails on a missing attribute of %s', async (type, name, attribute) => {
    const configuration = structuredClone(synthesized(storageStack().stack)) as { resource: Record<string, Record<string, Record<string, unknown>>> };
    delete configuration.resource[type][name][attribute];
    expect(await validate(configuration)).toContainEqual(expect.objectContaining({ severity: 'error', address: `${type}.${name}`, detail: expect.stringContaining(`"${attribute}" is required`) }));
  });

  test('fails on a type of resource that does not exist', async () => {
    const { stack } = storageStack();
    stack.addOverride('resource.azurerm_storage_acount.x', { name: 'x' });
    expect(await validateStack(stack)).toContainEqual(expect.objectContaining({ severity: 'error', detail: expect.stringContaining('"azurerm_storage_acount"') }));
  });
});

const PUBLISHED = join(__dirname, '../../../../shared/data/azurerm-schema-4.55.0.json');
const published = existsSync(PUBLISHED) ? publishedSchema(JSON.parse(readFileSync(PUBLISHED, 'utf8')) as PublishedSchema) : undefined;
if (!published) process.stderr.write(`the schema read from the bindings is not compared with the published one: there is no ${PUBLISHED}\n`);

(published ? describe : describe.skip)('the schema that is read from the bindings', () => {
  const types = [
    'application_insights', 'container_registry', 'eventgrid_system_topic', 'key_vault', 'key_vault_key', 'log_analytics_workspace', 'machine_learning_compute_cluster',
    'machine_learning_workspace', 'monitor_autoscale_setting', 'monitor_diagnostic_setting', 'private_endpoint', 'role_assignment', 'storage_account',
    'storage_management_policy', 'subnet', 'subscription_policy_assignment', 'virtual_network',
  ].map((name) => `azurerm_${name}`);

  test.each(types)('is that of %s as azurerm publishes it', (type) => {
    const [read, stated] = [bindingsSchema.resource(type)!, published!.resource(type)!];
    // the published file does not say of which blocks the provider makes attributes (configMode)
    const asAttributes = Object.keys(read.attributes).filter((name) => name in stated.blocks);
    expect(flat(read).filter((line) => !asAttributes.includes(line.split(/[:.]/)[0]))).toEqual(flat(stated).filter((line) => !asAttributes.includes(line.split(/[:.]/)[0])));
  });

  test('is that of a data source and of the provider', () => {
    expect(flat(bindingsSchema.dataSource('azurerm_client_config')!)).toEqual(flat(published!.dataSource('azurerm_client_config')!));
    expect(Object.keys(bindingsSchema.provider.attributes).sort()).toEqual(Object.keys(published!.provider.attributes).sort());
  });
});

/** One line for each attribute and block, such as `network_acls.bypass: required "string"`. */
function flat(block: BlockSchema): string[] {
  const attribute = (name: string, { use, type }: AttributeSchema) => `${name}: ${use} ${JSON.stringify(type, (_key, value: unknown) => (isObject(value) ? Object.fromEntries(Object.entries(value).sort()) : value))}`;
  return [
    ...Object.entries(block.attributes).map(([name, value]) => attribute(name, value)),
    ...Object.entries(block.blocks).filter(([name]) => name !== 'timeouts').flatMap(([name, { nesting, required, block: inner }]) => [
      `${name}: ${required ? 'required' : 'optional'} ${nesting}`, ...flat(inner).map((line) => `${name}.${line}`),
    ]),
  ].sort();
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
