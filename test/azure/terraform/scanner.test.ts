import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account';
import { azureStack, group, location, synthesized, type Synthesized } from '../../support/azure';
import { EXAMPLES, written as writtenBy } from './examples';
import { STACKS } from './stacks';

/** What the scanner finds in our stacks, by check and type of resource, with why it stays. */
const ACCEPTED: Readonly<Record<string, string>> = {
  'CKV_AZURE_20 azurerm_security_center_contact': 'Defender writes to an address; a telephone number of one person is no alarm, and personal data',
  'CKV_AZURE_33 azurerm_storage_account': 'the analytics logs of old, which take an account key; diagnostic settings send the same to the log workspace',
  'CKV_AZURE_36 azurerm_storage_account': 'stores deny trusted services too: nothing but their private endpoints leads to them',
  'CKV_AZURE_164 azurerm_container_registry': 'content trust of Docker, which Azure retires and azurerm 5 lacks; images are named by digest',
  'CKV_AZURE_165 azurerm_container_registry': 'a copy of the registry in another region could leave the residency; it is zone-redundant',
  'CKV_AZURE_166 azurerm_container_registry': 'quarantine holds every image until a scanner releases it, and which one that is, the user decides; images are named by digest',
  'CKV_AZURE_193 azurerm_eventgrid_topic': 'Defender sends results of scans from a network of Microsoft\'s; the topic takes sign-ins with a role alone, and our own rule holds a waiver with that reason',
  'CKV_AZURE_212 azurerm_service_plan': 'asks for two instances that are always there; a vault scales down to none, and a call waits for the first',
  'CKV_AZURE_225 azurerm_service_plan': 'plans of Flex Consumption are zone-redundant in some regions only, and which ones Azure says at deployment; what they keep is in three zones',
  'CKV_AZURE_206 azurerm_storage_account': 'asks for a copy in another region, which could leave the residency; the default is zone-redundant, and Replication says otherwise',
};

interface Report { readonly results?: { readonly passed_checks: Check[]; readonly failed_checks: Check[] } }
interface Check { readonly check_id: string; readonly resource: string; readonly file_path: string }

const CHECKOV = [join(__dirname, '../../../node_modules/.cache/checkov/bin/checkov'), join(__dirname, '../../../node_modules/.cache/checkov/Scripts/checkov')].find((path) => existsSync(path));
if (!CHECKOV) process.stderr.write('the public scanner is not asked: there is no node_modules/.cache/checkov; node .ci/scanner.mjs makes it\n');

(CHECKOV ? describe : describe.skip)('checkov', () => {
  let found: Scanned[] = [];
  let examples = 0;
  // it takes seconds to start, so it does once
  beforeAll(() => {
    const { stack: bare } = azureStack();
    new StorageAccount(bare, 'Account', { name: 'account', location, resourceGroupName: group.split('/').pop()!, accountTier: 'Standard', accountReplicationType: 'LRS' });
    const written = EXAMPLES.flatMap((file) => writtenBy(file).stacks);
    examples = written.length;
    found = scan([synthesized(bare), ...Object.values(STACKS).map((make) => synthesized(make())), ...written]);
  });

  test('finds nothing in our stacks and in the examples but what is explained, and each explanation is needed', () => {
    const failed = new Set(found.slice(1).flatMap((one) => one.failed));
    expect([...failed].filter((finding) => !(finding in ACCEPTED))).toEqual([]);
    expect(Object.keys(ACCEPTED).filter((finding) => !failed.has(finding))).toEqual([]);
  });

  test('looks at each of them', () => {
    expect(found).toHaveLength(1 + Object.keys(STACKS).length + examples);
    expect(examples).toBeGreaterThanOrEqual(3);
    for (const { passed } of found) expect(passed).toBeGreaterThan(0);
    expect(found.slice(1).reduce((sum, { passed }) => sum + passed, 0)).toBeGreaterThan(250);
  });

  test('is live: it finds a storage account with the defaults of the provider', () => {
    expect(found[0]!.failed).toContain('CKV_AZURE_59 azurerm_storage_account');
    expect(found[0]!.failed).toContain('CKV2_AZURE_1 azurerm_storage_account');
  });
});

interface Scanned { readonly failed: string[]; readonly passed: number }

/** What it says of each configuration. */
function scan(configurations: readonly Synthesized[]): Scanned[] {
  const folder = mkdtempSync(join(tmpdir(), 'checkov-'));
  try {
    const types = new Map<string, string>();
    configurations.forEach((configuration, index) => {
      for (const [type, resources] of Object.entries(configuration.resource ?? {})) for (const name of Object.keys(resources)) types.set(`${index} ${name}`, type);
      mkdirSync(join(folder, String(index)));
      writeFileSync(join(folder, String(index), 'cdk.tf.json'), JSON.stringify(configuration));
    });
    const { stdout, stderr } = spawnSync(CHECKOV!, ['--directory', folder, '--framework', 'terraform_json', '--output', 'json', '--compact', '--skip-download'], {
      encoding: 'utf8', maxBuffer: 256 * 1024 * 1024, env: { ...process.env, CHECKOV_RUN_SECRETS_SCAN_ASYNC: 'false', LOG_LEVEL: 'ERROR' },
    });
    const { results } = JSON.parse(stdout || '{}') as Report;
    if (!results) throw new Error(`checkov said nothing: ${stderr || stdout}`);
    const isOf = (index: number) => ({ file_path }: Check) => file_path.endsWith(`/${index}/cdk.tf.json`);
    // of JSON, it knows the name of a resource and not its type
    return configurations.map((_, index) => ({
      failed: results.failed_checks.filter(isOf(index)).map(({ check_id, resource }) => `${check_id} ${types.get(`${index} ${resource.split('.').pop()}`) ?? resource}`),
      passed: results.passed_checks.filter(isOf(index)).length,
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
