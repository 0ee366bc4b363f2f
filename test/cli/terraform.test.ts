import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RawRecord } from '../../lib/policy/record';
import { RegulatedMLChecks } from '../../lib/rules/azure';
import { newApp, Raw, recordIn, stackIn } from '../rules/azure/support';
import { FLAGS, folder, gate, PROFILE } from './support';

type Writable<T> = { -readonly [K in keyof T]: T[K] extends object ? Writable<T[K]> : T[K] };

interface Answer {
  readonly code: number;
  readonly findings: readonly { readonly rule: string; readonly path: string; readonly template: string; readonly detail?: string; readonly answer: string }[];
  readonly defects: readonly string[];
  readonly how: readonly string[];
  readonly verdict: { readonly clean: boolean; readonly compliant: number };
}

async function answer(words: string, cwd: string, flags = FLAGS): Promise<Answer> {
  const { code, out, err } = await gate(`check --json ${flags} ${words}`, { cwd });
  if (out === '') throw new Error(err);
  return { code, ...JSON.parse(out) as Omit<Answer, 'code'> };
}

const ACCOUNT = { name: 'raw', location: 'germanywestcentral', shared_access_key_enabled: false };
const CONFIGURATION = { 'terraform': {}, 'provider': { azurerm: [{}] }, 'resource': { azurerm_storage_account: { raw: { '//': { metadata: { path: 'Ml/Raw' } }, ...ACCOUNT } } } };
const values = (root: object) => ({ root_module: root });
const planned = (own: object) => ({ address: 'azurerm_storage_account.raw', mode: 'managed', type: 'azurerm_storage_account', name: 'raw', values: own });
const on = ({ findings }: Answer, rule: string) => findings.filter((one) => one.rule === `RegulatedML-${rule}`);

describe('JSON of Terraform', () => {
  test.each([
    ['a configuration', 'cdk.tf.json', CONFIGURATION, 'Ml/Raw'],
    ['lists of blocks', 'main.tf.json', { resource: [{ azurerm_storage_account: [{ raw: [ACCOUNT] }] }] }, 'main.tf.json/azurerm_storage_account.raw'],
    ['a plan', 'plan.json', { format_version: '1.2', planned_values: values({ resources: [planned({ ...ACCOUNT, allow_nested_items_to_be_public: true })] }) }, 'plan.json/azurerm_storage_account.raw'],
    ['a state', 'state.json', { format_version: '1.0', values: values({ resources: [planned(ACCOUNT)] }) }, 'state.json/azurerm_storage_account.raw'],
    ['changes of a plan', 'changes.json', { format_version: '1.2', resource_changes: [{ ...planned({}), change: { after: ACCOUNT } }] }, 'changes.json/azurerm_storage_account.raw'],
  ])('%s is judged by the rules for Azure', async (_, file, content, path) => {
    const found = await answer(file, folder({ [file]: content }));
    expect(found).toMatchObject({ code: 1, defects: [] });
    expect(on(found, 'AzureStorageNestedPublic')).toEqual([expect.objectContaining({ path, template: file, answer: 'non-compliant' })]);
    expect(on(found, 'AzureStorageSharedKey')).toEqual([]);
    expect(found.how[0]).toMatch(/judged by the file alone/);
  });

  test('fails with 2 where a key stands twice: Terraform takes both, and one of them would be judged', async () => {
    const twice = JSON.stringify(CONFIGURATION).replace(/\}$/, ',\n"resource":{"azurerm_storage_account":{"other":{}}}}');
    const message = "'main.tf.json' has 'resource' in line 1 and again in line 2: Terraform takes both, and only one can be read here; write them as one";
    expect(await gate(`check ${FLAGS} main.tf.json`, { cwd: folder({ 'main.tf.json': twice }) })).toMatchObject({ code: 2, out: '', err: `regulated-ml: ${message}\n` });
    const found = await answer('.', folder({ 'main.tf.json': twice, 'cdk.tf.json': CONFIGURATION }));
    expect([found.code, found.defects, [...new Set(found.findings.map(({ template }) => template))]]).toEqual([2, [message], ['cdk.tf.json']]);
  });

  test('what a plan knows after apply only is unknown, and leads to what it comes from', async () => {
    const vault = { address: 'azurerm_key_vault.v', mode: 'managed', type: 'azurerm_key_vault', name: 'v', values: { name: 'v' } };
    const endpoint = { address: 'azurerm_private_endpoint.e', mode: 'managed', type: 'azurerm_private_endpoint', name: 'e', values: { private_service_connection: [{ name: 'v' }] } };
    const found = await answer('plan.json', folder({
      'plan.json': {
        format_version: '1.2', planned_values: values({ resources: [vault, endpoint] }),
        resource_changes: [
          { ...vault, change: { after_unknown: { id: true, location: true } } },
          { ...endpoint, change: { after_unknown: { private_service_connection: [{ private_connection_resource_id: true }] } } },
        ],
        configuration: { root_module: { resources: [{
          address: 'azurerm_private_endpoint.e', expressions: { private_service_connection: [{ private_connection_resource_id: { references: ['azurerm_key_vault.v.id', 'azurerm_key_vault.v'] } }] },
        }] } },
      },
    }));
    expect(on(found, 'AzurePrivateEndpoint')).toEqual([]);
    expect(on(found, 'AzureResidencyLocation[unknown]')).toEqual([expect.objectContaining({ path: 'plan.json/azurerm_key_vault.v', detail: 'location is known after apply' })]);
  });

  test('a resource of a module is judged under its address', async () => {
    const inner = { resources: [{ address: 'module.data.azurerm_storage_account.raw[0]', type: 'azurerm_storage_account', name: 'raw', values: { location: 'eastus' } }] };
    const found = await answer('plan.json', folder({ 'plan.json': { format_version: '1.2', planned_values: values({ child_modules: [inner] }) } }));
    expect(on(found, 'AzureResidencyLocation')).toEqual([expect.objectContaining({ path: 'plan.json/module.data.azurerm_storage_account.raw[0]' })]);
  });

  test('a resource of a module in a hundred others is judged, too', async () => {
    const account = { resources: [{ address: 'azurerm_storage_account.deep', mode: 'managed', type: 'azurerm_storage_account', name: 'deep', values: { location: 'eastus' } }] };
    const inner = Array.from({ length: 100 }).reduce<object>((module) => ({ child_modules: [module] }), account);
    const cwd = folder({ 'plan.json': { format_version: '1.2', planned_values: { root_module: inner } } });
    const { code, out } = await gate(`check ${FLAGS} plan.json`, { cwd });
    expect([code, /fatal RegulatedML-AzureResidencyLocation/.test(out)]).toEqual([1, true]);
  });

  test('fails with 2 on a plan in a folder that was cut off, and does not pass it over', async () => {
    const plan = JSON.stringify({ format_version: '1.2', planned_values: { root_module: { resources: [{ address: 'azurerm_storage_account.a', type: 'azurerm_storage_account', name: 'a', values: {} }] } } });
    const cwd = folder({ 'all/good.tf.json': { resource: { azurerm_resource_group: { a: { location: 'germanywestcentral' } } } }, 'all/plan.json': plan.slice(0, -5) });
    expect(await gate(`check ${FLAGS} all`, { cwd })).toMatchObject({ code: 2, out: expect.stringMatching(/plan\.json' is no JSON/) as string });
  });

  test('what a plan takes away is not judged', async () => {
    const gone = { address: 'azurerm_storage_account.old', mode: 'managed', type: 'azurerm_storage_account', name: 'old', change: { actions: ['delete'], before: { location: 'eastus' }, after: null } };
    const found = await answer('plan.json', folder({ 'plan.json': { format_version: '1.2', resource_changes: [gone, { ...planned({}), change: { actions: ['create'], after: ACCOUNT } }] } }));
    expect(new Set(found.findings.map(({ path }) => path))).toEqual(new Set(['plan.json/azurerm_storage_account.raw']));
  });

  test('files in the own language of Terraform beside it are told of, since nothing here reads them', async () => {
    const { how } = await answer('all', folder({ 'all/cdk.tf.json': CONFIGURATION, 'all/main.tf': 'resource "azurerm_key_vault" "v" {}\n', 'all/modules/m.tf': '' }));
    expect(how.at(-1)).toBe("2 files of Terraform's own language were not read: what they come to is in the JSON of a plan");
  });

  test('fails on resources of other clouds, unless that is allowed; what makes nothing in a cloud is passed over', async () => {
    const key = { name: 'k', key_type: 'RSA-HSM', expiration_date: '2028-01-01T00:00:00Z', rotation_policy: { automatic: {} } };
    const cwd = folder({ 'main.tf.json': { resource: { aws_s3_bucket: { b: {} }, random_id: { r: {} }, terraform_data: { t: {} }, azurerm_key_vault_key: { k: { ...key, rotation_policy: { automatic: { time_before_expiry: 'P30D' } } } } } } });
    expect(await answer('main.tf.json', cwd)).toMatchObject({ code: 1, defects: ['there are no rules for this resource of Terraform, which is of another cloud, so nothing is known of it: aws_s3_bucket (1)'] });
    expect(await answer('main.tf.json --allow-unjudged', cwd)).toMatchObject({ code: 0, defects: [] });
  });

  test.each<[string, object, RegExp]>([
    ['a module, which is written elsewhere', { module: { data: { source: './data' } }, resource: { terraform_data: { t: {} } } }, /^the module 'data' of 'main\.tf\.json' holds resources that only a plan shows: it was not judged/],
    ['a program that an apply runs', { resource: { terraform_data: { t: { provisioner: [{ 'local-exec': { command: 'az ml job create' } }] } } } }, /^'terraform_data\.t' of 'main\.tf\.json' runs a program/],
    ['a template that is handed on', { resource: { azurerm_resource_group_template_deployment: { d: { template_content: '{}' } } } }, /^'main\.tf\.json\/azurerm_resource_group_template_deployment\.d' .* deploys what no rule reads/],
    ['a request of a type that is not known', { resource: { azapi_resource: { r: { type: '${var.type}', body: {} } } }, variable: { type: {} } }, /^'main\.tf\.json\/azapi_resource\.r' .* deploys what no rule reads/],
    ['a type of Azure that no rule knows', { resource: { azurerm_mssql_server: { s: { location: 'westeurope' } } } }, /^a resource is of a type of Azure that no rule knows, azurerm_mssql_server: nothing but where it stands was judged$/],
    ['several of one by the interface', { resource: { azapi_resource: Object.fromEntries(['a', 'b'].map((name) => [name, { type: 'Microsoft.Sql/servers@2023-08-01', location: 'westeurope', body: { properties: { publicNetworkAccess: 'Enabled' } } }])) } }, /^2 resources are of a type of Azure that no rule knows, Microsoft\.Sql\/servers: nothing but where they stand was judged$/],
    ['one in lower case', { resource: { azapi_resource: { a: { type: 'microsoft.sql/servers@2023-08-01', location: 'westeurope', body: {} } } } }, /^a resource is of a type of Azure that no rule knows, microsoft\.sql\/servers/],
  ])('fails on %s, unless that is allowed', async (_what, content, message) => {
    const cwd = folder({ 'main.tf.json': { terraform: {}, ...content } });
    expect(await answer('main.tf.json', cwd)).toMatchObject({ code: 1, defects: [expect.stringMatching(message)] });
    expect(await answer('main.tf.json --allow-unjudged', cwd)).toMatchObject({ code: 0, defects: [] });
  });

  test('fails without a profile', async () => {
    const { code, err } = await gate('check main.tf.json', { cwd: folder({ 'main.tf.json': CONFIGURATION }) });
    expect(code).toBe(2);
    expect(err).toMatch(/there is no profile to judge 'main\.tf\.json' by/);
  });
});

describe('the output of CDK for Terraform', () => {
  const KEPT = { name: 'data', key_type: 'RSA-HSM', expiration_date: '2028-01-01T00:00:00Z', rotation_policy: { automatic: { time_before_expiry: 'P30D' } } };

  function synthesized(attributes: Record<string, unknown> = KEPT, options: { readonly skipValidation?: boolean; readonly withoutChecks?: boolean } = {}): string {
    const cwd = folder();
    mkdirSync(join(cwd, 'cdktf.out'));
    const app = newApp({ outdir: join(cwd, 'cdktf.out'), ...(options.skipValidation ? { skipValidation: true } : {}) });
    new Raw(stackIn(app), 'Key', 'azurerm_key_vault_key', attributes);
    if (!options.withoutChecks) new RegulatedMLChecks(app, { profile: PROFILE });
    try {
      app.synth();
    } catch {
      // the record is what is looked at
    }
    return cwd;
  }

  test('is judged by what synth recorded, without a profile of its own', async () => {
    const found = await answer('cdktf.out', synthesized(), '');
    expect(found).toMatchObject({ code: 0, defects: [], findings: [], how: [expect.stringMatching(/^cdktf\.out: 1 stack judged at synth by RegulatedML \d.*; the files are the ones that were judged$/)] });
  });

  test('is judged when findings stopped synth, so that there is no manifest', async () => {
    const found = await answer('cdktf.out', synthesized({ ...KEPT, expiration_date: null }), '');
    expect(found).toMatchObject({ code: 1, findings: [expect.objectContaining({ rule: 'RegulatedML-AzureKeyExpiry', path: 'Test/Key', template: 'stacks/Test/cdk.tf.json' })] });
  });

  test('answers the same from its files', async () => {
    const cwd = synthesized({ ...KEPT, expiration_date: null });
    const rules = ({ findings }: Answer) => findings.map(({ rule, path }) => `${rule} ${path}`);
    expect(rules(await answer('cdktf.out --rejudge', cwd))).toEqual(rules(await answer('cdktf.out', cwd, '')));
  });

  test('fails when a file was changed after synth', async () => {
    const cwd = synthesized();
    const file = join(cwd, 'cdktf.out/stacks/Test/cdk.tf.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('RSA-HSM', 'RSA'));
    expect(await answer('cdktf.out', cwd, '')).toMatchObject({ code: 1, defects: [expect.stringMatching(/is not the one that was judged/)] });
  });

  describe('fails on a record', () => {
    async function forged(forge: (record: Writable<RawRecord>) => void): Promise<Answer> {
      const cwd = synthesized({ ...KEPT, expiration_date: null });
      const file = join(cwd, 'cdktf.out/regulated-ml-evidence.json');
      const record = JSON.parse(readFileSync(file, 'utf8')) as Writable<RawRecord>;
      forge(record);
      writeFileSync(file, JSON.stringify(record));
      return answer('cdktf.out', cwd, '');
    }

    test.each<[string, (record: Writable<RawRecord>) => void]>([
      ['whose answers are all kept', ({ answers }) => { for (const one of answers) Object.assign(one, { answer: 'compliant', detail: undefined }); }],
      ['that lacks the answers that are not', (record) => { record.answers = record.answers.filter(({ answer: one }) => one === 'compliant') as typeof record.answers; }],
    ])('%s, when the files say otherwise', async (_what, forge) => {
      expect(await forged(forge)).toMatchObject({ code: 1, defects: [expect.stringMatching(/^'RegulatedML-AzureKeyExpiry' at 'Test\/Key' is not kept by the template, and the record does not say so/)] });
    });

    test('whose rules weigh less', async () => {
      const found = await forged(({ rules }) => { for (const rule of rules) Object.assign(rule, { severity: 'warning', unknownFails: undefined }); });
      expect(found).toMatchObject({ code: 1, defects: [expect.stringMatching(/^RegulatedML-\w+ as it stands in the record, weighs less than in this version/)] });
    });

    test('that accepts by a waiver of another place', async () => {
      const found = await forged((record) => {
        const index = record.accepted.push({ kind: 'waiver', id: 'RegulatedML-*', reason: 'no', at: 'Other', approver: 'me', expires: '2099-01-01' }) - 1;
        for (const one of record.answers) if (one.answer === 'non-compliant') one.accepted = index;
      });
      expect(found).toMatchObject({ code: 1, defects: [expect.stringMatching(/^'RegulatedML-AzureKeyExpiry' at 'Test\/Key' is accepted in the record/)] });
    });
  });

  test('fails on a module, of which synth sees nothing either', async () => {
    const cwd = folder();
    const app = newApp({ outdir: join(cwd, 'cdktf.out') });
    const stack = stackIn(app);
    new Raw(stack, 'Key', 'azurerm_key_vault_key', KEPT);
    stack.addOverride('module', { data: { source: './data' } });
    new RegulatedMLChecks(app, { profile: PROFILE });
    app.synth();
    expect(recordIn(app).limits).toEqual([expect.stringMatching(/^the module 'data' of 'stacks\/Test\/cdk\.tf\.json' holds/)]);
    expect(await answer('cdktf.out', cwd, '')).toMatchObject({ code: 1, findings: [], defects: [expect.stringMatching(/^the module 'data'/)] });
  });

  test('fails when validations were switched off, whatever the files say', async () => {
    const found = await answer('cdktf.out', synthesized(KEPT, { skipValidation: true }), '');
    expect(found).toMatchObject({ code: 1, defects: ['the app was synthesized with skipValidation: no rule was asked: synthesize again without it'] });
  });

  test('fails when the record leaves out a stack', async () => {
    const cwd = synthesized();
    mkdirSync(join(cwd, 'cdktf.out/stacks/Other'));
    writeFileSync(join(cwd, 'cdktf.out/stacks/Other/cdk.tf.json'), JSON.stringify({ resource: { azurerm_key_vault_key: { k: KEPT } } }));
    expect(await answer('cdktf.out', cwd, '')).toMatchObject({ code: 1, defects: [expect.stringMatching(/synth recorded no answers for the stack 'Other'/)] });
  });

  test('without a record is judged by its files', async () => {
    const found = await answer('cdktf.out', synthesized(KEPT, { withoutChecks: true }));
    expect(found).toMatchObject({ code: 0, how: ['cdktf.out: 1 stack judged by the files: synth left no record'] });
  });

  test('fails without a record and a profile', async () => {
    const { code, err } = await gate('check cdktf.out', { cwd: synthesized(KEPT, { withoutChecks: true }) });
    expect(code).toBe(2);
    expect(err).toMatch(/synth left no record in 'cdktf\.out', so there is no profile to judge the files by/);
  });

  test('is one report with that of the CDK', async () => {
    const cwd = synthesized();
    writeFileSync(join(cwd, 'template.json'), JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { KmsMasterKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/k' } } } }));
    const found = await answer('cdktf.out template.json --region eu-central-1', cwd);
    expect(found.how).toHaveLength(2);
    expect(found.verdict.compliant).toBeGreaterThan(3);
  });
});

test('the list of rules has those of both clouds, and explains one', async () => {
  const { out } = await gate('rules --json');
  const ids = (JSON.parse(out) as { id: string }[]).map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(['RegulatedML-S3BucketTls', 'RegulatedML-AzureStorageTls', 'RegulatedML-FlowPurpose']));
  expect(new Set(ids).size).toBe(ids.length);
  expect((await gate('rules AzureStorageTls')).out).toMatch(/azurerm_storage_account[^]*Azure Policy fe83a0eb/);
  expect((await gate('rules --type azurerm_storage_account')).out).toMatch(/AzureStorageKey/);
});
