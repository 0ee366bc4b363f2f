import { Control } from '../../../policy/control';
import type { Relations } from '../../relations';
import type { Resource } from '../../resource';
import { FLOW_NODE, rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant, unknown } from '../../verdict';
import { meant, pointing } from '../related';

export default rule({
  name: 'AzureFlowStoreDiscovery',
  title: 'Purview or Defender looks at raw stores and captures that hold personal data',
  severity: 'error',
  control: Control.SENSITIVE_DATA_DISCOVERY,
  resources: [FLOW_NODE],
  properties: ['Classification', 'Zone'],
  why: 'a raw store takes what others put there, and captures take what callers send: both can hold more than anybody classified',
  fix: 'register the store as a data source of Purview, or switch sensitive data discovery of Defender on for its account',
  sources: [
    'https://learn.microsoft.com/purview/concept-scans-and-ingestion',
    'https://learn.microsoft.com/azure/defender-for-cloud/defender-for-storage-data-sensitivity',
  ],
  good: 'a Purview data source whose endpoint is that of the raw store',
  bad: 'data sources for other stores only',
  check: (node) => {
    const { flow } = node.relations;
    const store = flow?.node(node.at('Id').texts[0] ?? '');
    const isManaged = Object.keys(LOOKERS).some((type) => node.relations.ofType(type).length > 0);
    const { at: looking, unclear } = node.relations.once(lookers);
    // discovery is switched on once a tenant: where an app holds nothing of it, this is assessed elsewhere or not at all
    if (!store || store.kind !== 'store' || !ZONES.has(store.detail ?? '') || !store.classification?.isPersonal || !isManaged) return NOT_APPLICABLE;
    const accounts = (node.relations.once(accountsByPath)).filter(({ path }) => path.startsWith(`${store.id}/`)).map(({ account }) => account);
    if (accounts.length === 0) return unknown(`the account of '${store.name}' is not one of the app`);
    if (accounts.some((account) => (looking.get(account) ?? []).length > 0)) return COMPLIANT;
    return unclear.length > 0 ? unknown(`where '${unclear[0]!.path}' looks is not known`) : nonCompliant(`nothing looks at '${store.name}'`);
  },
});

const ZONES = new Set(['raw', 'captures']);

const LOOKERS = {
  'Microsoft.Purview/accounts/Scanning/datasources': 'properties.endpoint', 'azurerm_security_center_storage_defender': 'storage_account_id',
  'Microsoft.Security/defenderForStorageSettings': 'parent_id',
};

function lookers(relations: Relations) {
  return pointing(relations, LOOKERS);
}

// of a store's own account, and of the one that its container is in
function accountsByPath(relations: Relations): { readonly path: string; readonly account: Resource }[] {
  const own = ['azurerm_storage_account', 'Microsoft.Storage/storageAccounts'].flatMap((type) => relations.ofType(type)).map((account) => ({ path: account.path, account }));
  const containers = Object.entries(CONTAINERS).flatMap(([type, above]) => relations.ofType(type).flatMap((container) => (
    meant(container.at(above), relations).map((account) => ({ path: container.path, account })))));
  return [...own, ...containers];
}

const CONTAINERS = {
  'azurerm_storage_container': 'storage_account_id', 'azurerm_storage_data_lake_gen2_filesystem': 'storage_account_id', 'Microsoft.Storage/storageAccounts/blobServices/containers': 'parent_id',
};
