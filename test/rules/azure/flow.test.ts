import { Answer, Classification, Purpose } from '../../../lib/policy';
import { DataFlow } from '../../../lib/policy/flow';
import { AZURE_RULES } from '../../../lib/rules/azure/rules';
import { azureViewOf } from '../../../lib/rules/azure/view';
import { judgementsOf, PROFILE } from '../support';
import { azapi, type Body } from './support';

const { COMPLIANT, NON_COMPLIANT, UNKNOWN } = Answer;
const SOURCES = 'Microsoft.Purview/accounts/Scanning/datasources';

/** The answers of a rule on the flow and the resources of a stack called Test. */
function answers(rule: string, declare: (flow: DataFlow) => void, resource: Body): string[] {
  const root = { node: { path: '' } } as unknown as { node: { root: object; path: string } };
  root.node.root = root;
  const flow = DataFlow.of(root);
  declare(flow);
  const view = azureViewOf({ flow, files: [{ stackName: 'Test', path: 'Test', template: 'cdk.tf.json', content: { variable: { given: {} }, resource } }] });
  return judgementsOf({ view, rules: AZURE_RULES.filter(({ name }) => name === rule), profile: PROFILE, pack: 'RegulatedML' }).map(({ finding }) => finding.answer);
}

const at = (path: string, body: Body) => ({ '//': { metadata: { path } }, ...body });
const store = (flow: DataFlow) => flow.add({ id: 'Test/Raw', kind: 'store', name: 'Raw', detail: 'raw', classification: Classification.PHI, purpose: Purpose.of('care'), region: 'westeurope' });

describe('AzureFlowStoreDiscovery', () => {
  const ACCOUNT = { azurerm_storage_account: { a: at('Test/Raw/Account', { name: 'hospitalraw' }), b: at('Test/Other/Account', { name: 'other' }) } };
  const source = (endpoint: unknown) => ({ azapi_data_plane_resource: { s: azapi(SOURCES, { kind: 'AdlsGen2', properties: { endpoint } }) } });

  test.each([
    ['a data source at its host', source('https://hospitalraw.dfs.core.windows.net/'), [COMPLIANT]],
    ['one that refers to it', source('${azurerm_storage_account.a.primary_dfs_endpoint}'), [COMPLIANT]],
    ['one at another host', source('https://other.dfs.core.windows.net/'), [NON_COMPLIANT]],
    ['one that is not known', source('${var.given}'), [UNKNOWN]],
    ['Defender on it', { azurerm_security_center_storage_defender: { d: { storage_account_id: '${azurerm_storage_account.a.id}' } } }, [COMPLIANT]],
    ['nothing in the app that looks anywhere', {}, []],
  ])('a raw store with %s', (_, around, expected) => {
    expect(answers('AzureFlowStoreDiscovery', store, { ...ACCOUNT, ...around })).toEqual(expected);
  });

  test('the account of a container is what is looked at', () => {
    const resources = {
      azurerm_storage_account: { a: at('Test/Accounts/A', { name: 'shared' }) }, azurerm_storage_container: { c: at('Test/Raw/Container', { storage_account_id: '${azurerm_storage_account.a.id}' }) },
    };
    expect(answers('AzureFlowStoreDiscovery', store, { ...resources, ...source('https://shared.blob.core.windows.net/') })).toEqual([COMPLIANT]);
  });

  test('a store without an account in the app is unknown, one without personal data is not asked for', () => {
    expect(answers('AzureFlowStoreDiscovery', store, source('https://other.dfs.core.windows.net/'))).toEqual([UNKNOWN]);
    expect(answers('AzureFlowStoreDiscovery', (flow) => flow.add({ id: 'Test/Raw', kind: 'store', name: 'Raw', detail: 'raw', classification: Classification.PUBLIC }), source('https://other.dfs.core.windows.net/'))).toEqual([]);
  });
});

describe('AzureMLPipelineMatchesFlow', () => {
  const steps = (flow: DataFlow) => {
    for (const name of ['clean', 'train']) flow.add({ id: `Test/Pipeline/${name}`, kind: 'step', name, detail: 'Command' });
    flow.add({ id: 'Test/Pipeline/given', kind: 'step', name: 'given', detail: 'Input' });
  };
  const pipeline = (...names: string[]) => ({ azapi_resource: { p: at('Test/Pipeline/Job', azapi('Microsoft.MachineLearningServices/workspaces/jobs', {
    properties: { jobType: 'Pipeline', jobs: Object.fromEntries(names.map((name) => [name, { type: 'command' }])) },
  })) } });

  test.each([
    ['the jobs that were declared', ['clean', 'train'], [COMPLIANT]],
    ['one less', ['train'], [NON_COMPLIANT]],
    ['one more', ['clean', 'train', 'leak'], [NON_COMPLIANT]],
    ['another', ['clean', 'leak'], [NON_COMPLIANT, NON_COMPLIANT]],
  ])('a pipeline with %s', (_, names, expected) => {
    expect(answers('AzureMLPipelineMatchesFlow', steps, pipeline(...names))).toEqual(expected);
  });

  test('has nothing to say where nothing was declared', () => {
    expect(answers('AzureMLPipelineMatchesFlow', () => undefined, pipeline('leak'))).toEqual([]);
  });
});

describe('AzureFlowDeIdentificationMatches', () => {
  const [PLAN, OTHER] = ['d'.repeat(64), 'e'.repeat(64)];
  const verdict = (args: unknown, { promises = true, word = 'args' } = {}) => answers('AzureFlowDeIdentificationMatches', (flow) => flow.add({
    id: 'Test/Pipeline/clean', kind: 'step', name: 'clean', detail: 'Spark',
    ...(promises ? { deIdentification: { digest: PLAN, columns: {}, passing: [], namedLike: [], missingNames: [], holdsGroups: true, leavesGroupsOut: false, reads: 'csv', writes: 'csv' } } : {}),
  }), { azurerm_user_assigned_identity: { job: {} }, azapi_resource: { p: at('Test/Pipeline/clean', azapi('Microsoft.MachineLearningServices/workspaces/jobs', { properties: { jobType: 'Spark', ...(args === undefined ? {} : { [word]: args }) } })) } });

  test.each<[string, unknown, string[]]>([
    ['the digest of the plan that was declared', `--data x --plan-text abc --plan-digest ${PLAN} --key y`, [COMPLIANT]],
    ['the digest of another plan', `--data x --plan-digest ${OTHER}`, [NON_COMPLIANT]],
    ['both', `--plan-digest ${PLAN} --plan-digest=${OTHER}`, [NON_COMPLIANT]],
    ['no digest', '--data x --plan-text abc', [NON_COMPLIANT]],
    ['a digest without a value', '--data x --plan-digest --key y', [NON_COMPLIANT]],
    ['no arguments', undefined, [NON_COMPLIANT]],
    ['arguments that are not known', '${var.given}', [UNKNOWN]],
    ['arguments of which a part is not known', '--data ${var.given} --plan-digest ${var.given}', [UNKNOWN]],
    ['a variable beside the digest, which may bring another', `--plan-digest ${PLAN} \${var.given}`, [UNKNOWN]],
    ['an id beside the digest, which brings none', `--plan-digest ${PLAN} --token-client-id \${azurerm_user_assigned_identity.job.client_id}`, [COMPLIANT]],
    ['an id beside the digest of another plan', `--plan-digest ${OTHER} --token-client-id \${azurerm_user_assigned_identity.job.client_id}`, [NON_COMPLIANT]],
    ['an id beside no digest', '--token-client-id ${azurerm_user_assigned_identity.job.client_id}', [NON_COMPLIANT]],
    ['an id for a digest', '--plan-digest ${azurerm_user_assigned_identity.job.client_id} --data x', [UNKNOWN]],
    ['something else of a resource beside the digest', `--plan-digest ${PLAN} \${azurerm_user_assigned_identity.job.tags.more}`, [UNKNOWN]],
  ])('a job with %s', (_, args, expected) => {
    expect(verdict(args)).toEqual(expected);
  });

  test('a job that promised nothing is not asked, one that runs a command is', () => {
    expect(verdict('--data x', { promises: false })).toEqual([]);
    expect(verdict(`python main.py --plan-digest "${PLAN}"`, { word: 'command' })).toEqual([COMPLIANT]);
  });
});

describe('FlowDeIdentification on jobs of Azure ML', () => {
  const flowing = (detail: string, toModel: boolean) => (flow: DataFlow) => {
    store(flow);
    flow.add({ id: 'Test/Job', kind: 'step', name: 'job', detail });
    flow.connect('Test/Raw', 'Test/Job');
    flow.add({ id: 'Test/Model', kind: 'model', name: 'model' });
    if (toModel) flow.connect('Test/Job', 'Test/Model');
  };
  test.each([
    ['a command that a model comes of', 'Command', true, [NON_COMPLIANT]],
    ['a command that no model comes of', 'Command', false, []],
    ['a sweep', 'Sweep', false, [NON_COMPLIANT]],
    ['AutoML', 'AutoML', false, [NON_COMPLIANT]],
  ])('%s', (_, detail, toModel, expected) => {
    expect(answers('FlowDeIdentification', flowing(detail, toModel), { azurerm_resource_group: { g: {} } })).toEqual(expected);
  });
});
