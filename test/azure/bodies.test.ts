import { Keys, Workspace } from '../../lib/azure';
import { Classification, Purpose } from '../../lib/policy';
import { AZURE_FACETS } from '../../lib/rules/azure/coverage';
import { armProblems, describeWithArmTypes } from '../support/arm-types';
import { azureStack, group, location, profile, synthesized } from '../support/azure';
import { shapeProblems } from './arm-shapes';
import { deviations } from './discovery/purview-shapes';
import { STACKS } from './terraform/stacks';

interface Request { readonly type: string; readonly name: string; readonly resource_id?: string; readonly body: object; readonly isChange?: boolean }

/** Whole stacks, and a workspace whose key is in an HSM, with an end of its first version. */
const MADE = {
  ...STACKS,
  'a workspace with a managed HSM': () => {
    const { stack } = azureStack('Readmission');
    const keys = Keys.inManagedHsm(`${group}/providers/Microsoft.KeyVault/managedHSMs/clinic`, { firstExpires: '2028-12-31' });
    new Workspace(stack, 'Workspace', { profile, location, name: 'readmission', alarmEmails: ['security@example.org'], keys })
      .addStore('Raw', { classification: Classification.PHI, purpose: Purpose.of('readmission-risk') });
    return stack;
  },
};
const requests = Object.values(MADE).flatMap((make) => Object.entries(synthesized(make()).resource ?? {}))
  .filter(([type]) => type.startsWith('azapi_')).flatMap(([type, all]) => Object.values(all).map((request) => ({ ...request, isChange: type === 'azapi_update_resource' }))) as unknown as Request[];

// a change says only what is to be other than it is
const ml = (request: Request) => armProblems(request as never).filter((problem) => !(request.isChange && problem.endsWith(': is missing')));

const isMl = ({ type }: Request) => type.startsWith('Microsoft.MachineLearningServices/');

describeWithArmTypes('bodies that azapi sends to Azure ML', () => {
  test('are held to the types of Azure Resource Manager', () => {
    expect(requests.filter(isMl).length).toBeGreaterThan(10);
    expect(requests.filter(isMl).flatMap(ml)).toEqual([]);
  });
});

test('each other body that azapi sends is held to its shape: of Purview by its definitions, of all others by what is written down here', () => {
  const isPurview = ({ type }: Request) => type.startsWith('Microsoft.Purview/');
  const others = requests.filter((request) => !isMl(request) && !isPurview(request));
  expect(others.flatMap(shapeProblems)).toEqual([]);
  expect(requests.filter(isPurview).flatMap(deviations)).toEqual([]);
  expect([...new Set(others.map(({ type }) => type))].sort()).toEqual([
    'Microsoft.KeyVault/managedHSMs/keys@2023-07-01', 'Microsoft.KeyVault/vaults/keys@2023-07-01', 'Microsoft.OperationalInsights/workspaces/tables@2022-10-01',
    'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01', 'Microsoft.Storage/storageAccounts/queueServices/queues@2023-05-01',
    'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01', 'Microsoft.Web/sites/config@2024-04-01', 'Microsoft.Web/sites@2024-04-01',
  ]);
});

test('rules know each type that azapi makes', () => {
  expect([...new Set(requests.map(({ type }) => type.split('@')[0]!))].filter((type) => !(type in AZURE_FACETS))).toEqual([]);
});

const CONTAINER = 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01';
const KEY = 'Microsoft.KeyVault/vaults/keys@2023-07-01';
test.each<[string, Request, RegExp]>([
  ['a misspelt property', { type: CONTAINER, name: 'data', body: { properties: { publicAcess: 'None' } } }, /additional properties/],
  ['a value that is none', { type: CONTAINER, name: 'data', body: { properties: { publicAccess: 'Private' } } }, /allowed values/],
  ['a key without properties', { type: KEY, name: 'data', body: {} }, /required property 'properties'/],
  ['a day where seconds are wanted', { type: KEY, name: 'data', body: { properties: { attributes: { exp: '2028-12-31' } } } }, /must be integer/],
  ['a name that is none', { type: KEY, name: 'data_key', body: { properties: {} } }, /'data_key' is no name/],
  ['a type of another version', { type: CONTAINER.replace('2023', '2019'), name: 'data', body: {} }, /its shape is not known here/],
])('fails on %s', (_what, request, message) => {
  expect(shapeProblems(request).join('\n')).toMatch(message);
});
