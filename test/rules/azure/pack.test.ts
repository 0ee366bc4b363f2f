import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Annotations, Aspects, Fn, TerraformStack, TerraformVariable } from 'cdktf';
import { Construct } from 'constructs';
import { Answer, Baseline, Classification, ComplianceProfile, Framework, Purpose, Residency, Severity, Waiver } from '../../../lib/policy';
import { DataFlow } from '../../../lib/policy/flow';
import { RECORD_FILE } from '../../../lib/policy/record';
import { collect } from '../../../lib/evidence/collect';
import { RegulatedMLChecks, type RegulatedMLChecksProps } from '../../../lib/rules/azure';
import { ERRORS_PASSED, VALIDATIONS_OFF } from '../../../lib/rules/azure/limits';
import { AzapiResource } from '../../../lib/azure/azapi';
import { PROFILE } from '../support';
import { answersIn, newApp, Raw, recordIn, stackIn } from './support';

const OPEN_KEY = { type: 'azurerm_key_vault_key', rule: 'AzureKeyExpiry', attributes: { name: 'data', key_type: 'RSA-HSM', rotation_policy: { automatic: { time_before_expiry: 'P30D' } } } };
const KEPT_KEY = { ...OPEN_KEY.attributes, expiration_date: '2028-01-01T00:00:00Z' };

function answersOf(app: ReturnType<typeof newApp>, rule: string): Answer[] {
  return recordIn(app).answers.filter((answer) => answer.rule === `RegulatedML-${rule}`).map(({ answer }) => answer);
}

describe('RegulatedMLChecks for CDK for Terraform', () => {
  test('fails synth on an error, with path, rule, property, fix and law', () => {
    const app = newApp();
    new Raw(stackIn(app), 'Key', OPEN_KEY.type, OPEN_KEY.attributes);
    new RegulatedMLChecks(app, { profile: PROFILE });
    expect(() => app.synth()).toThrow(/\[Test\/Key\] error RegulatedML-AzureKeyExpiry: Keys have an end: expiration_date is not set \(Properties\.expiration_date\); fix: give expiration_date.*; asked by (HIPAA|GDPR|45 CFR)/);
    expect(answersOf(app, OPEN_KEY.rule)).toEqual([Answer.NON_COMPLIANT]);
  });

  test('passes what keeps the rules, and leaves a record that evidence reads, with the digests of the files', () => {
    const app = newApp();
    new Raw(stackIn(app), 'Key', OPEN_KEY.type, KEPT_KEY);
    new RegulatedMLChecks(app, { profile: PROFILE });
    app.synth();
    const { verdict, defects, stacks } = collect(app.outdir);
    expect({ clean: verdict.clean, defects, stacks: stacks.map(({ path, template }) => [path, template]) }).toEqual({ clean: true, defects: [], stacks: [['Test', 'stacks/Test/cdk.tf.json']] });
    const file = join(app.outdir, 'stacks/Test/cdk.tf.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('RSA-HSM', 'RSA'));
    expect(collect(app.outdir).defects).toEqual(['the template \'stacks/Test/cdk.tf.json\' is not the one that was judged: it was changed after synth']);
  });

  test('says of a type of Azure that no rule knows that nothing but its place was judged, in the record and in the report', () => {
    const app = newApp();
    const stack = stackIn(app);
    new Raw(stack, 'Key', OPEN_KEY.type, KEPT_KEY);
    new Raw(stack, 'Server', 'azurerm_mssql_server', { location: 'westeurope' });
    new RegulatedMLChecks(app, { profile: PROFILE });
    app.synth();
    const unknown = 'a resource is of a type of Azure that no rule knows, azurerm_mssql_server: nothing but where it stands was judged';
    expect(recordIn(app).limits).toEqual([unknown]);
    expect(JSON.stringify(collect(app.outdir))).toContain(unknown);
    expect(answersOf(app, 'AzureResidencyLocation')).toContain(Answer.COMPLIANT);
  });

  test('judges what overrides and aspects made of a resource, not what its construct says', () => {
    const app = newApp();
    const stack = stackIn(app);
    const key = new Raw(stack, 'Key', OPEN_KEY.type, KEPT_KEY);
    Aspects.of(stack).add({ visit: (node) => { if (node === key) key.addOverride('expiration_date', null); } });
    new RegulatedMLChecks(app, { profile: PROFILE });
    expect(() => app.synth()).toThrow(/AzureKeyExpiry/);
  });

  test('follows references over stacks, and variables', () => {
    const app = newApp();
    const stack = stackIn(app);
    const group = new Raw(stack, 'Group', 'azurerm_resource_group', { name: 'g', location: 'eastus' });
    new Raw(stack, 'Network', 'azurerm_virtual_network', { location: `\${${group.terraformResourceType}.${group.friendlyUniqueId}.location}` });
    const place = new TerraformVariable(stack, 'place', { default: 'westus' });
    new Raw(stack, 'Identity', 'azurerm_user_assigned_identity', { location: place.stringValue });
    new Raw(stack, 'Other', 'azurerm_user_assigned_identity', { location: Fn.lower(new TerraformVariable(stack, 'free', {}).stringValue) });
    new RegulatedMLChecks(app, { profile: PROFILE });
    expect(() => app.synth()).toThrow(/\[Test\/Network\] fatal RegulatedML-AzureResidencyLocation: .*it is in eastus, outside the residency \(EU\)/);
    const { answers, subjects } = answersIn(app);
    expect(answers.filter(({ rule }) => rule === 'RegulatedML-AzureResidencyLocation').map(({ answer, subject }) => `${subjects[subject]!.path} ${answer}`).sort()).toEqual([
      'Test/Group non-compliant', 'Test/Identity non-compliant', 'Test/Network non-compliant', 'Test/Other unknown',
    ]);
  });

  test('follows what one stack takes from another', () => {
    const app = newApp();
    const group = new Raw(stackIn(app, 'Ground'), 'Group', 'azurerm_resource_group', { name: 'g', location: 'eastus' });
    new Raw(stackIn(app, 'Top'), 'Network', 'azurerm_virtual_network', { location: group.getStringAttribute('location') });
    new RegulatedMLChecks(app, { profile: PROFILE });
    expect(() => app.synth()).toThrow(/\[Top\/Network\] fatal RegulatedML-AzureResidencyLocation: .*it is in eastus/);
  });

  test('follows it where a stack stands in a construct, by whose path it is named', () => {
    const app = newApp();
    const group = new Raw(stackIn(new Construct(app, 'Hospital'), 'Ground'), 'Group', 'azurerm_resource_group', { name: 'g', location: 'eastus' });
    new Raw(stackIn(app, 'Top'), 'Network', 'azurerm_virtual_network', { location: group.getStringAttribute('location') });
    new RegulatedMLChecks(app, { profile: PROFILE });
    expect(() => app.synth()).toThrow(/\[Top\/Network\] fatal RegulatedML-AzureResidencyLocation: .*it is in eastus/);
  });

  test('a fatal finding takes no acknowledgement and no waiver', () => {
    const app = newApp();
    const group = new Raw(stackIn(app), 'Group', 'azurerm_resource_group', { name: 'g', location: 'eastus' });
    RegulatedMLChecks.acknowledge(group, { id: 'RegulatedML-AzureResidencyLocation', reason: 'it is only a group' });
    new RegulatedMLChecks(app, { profile: PROFILE });
    expect(() => app.synth()).toThrow(/fatal RegulatedML-AzureResidencyLocation/);
  });

  test.each<[string, Partial<RegulatedMLChecksProps>, boolean]>([
    ['an acknowledgement', {}, true],
    ['a waiver that holds', { waivers: [Waiver.of({ rule: 'RegulatedML-AzureKeyExpiry', reason: 'synthetic data only', approver: 'data protection officer', expires: '2027-03-31' })], asOf: '2027-03-31' }, false],
    ['a baseline', { baseline: Baseline.of([{ rule: 'RegulatedML-AzureKeyExpiry', path: 'Test/Key', location: 'Properties.expiration_date', count: 1 }]) }, false],
  ])('%s lets a finding pass, and the record says who accepted it', (_, props, acknowledges) => {
    const app = newApp();
    const key = new Raw(stackIn(app), 'Key', OPEN_KEY.type, OPEN_KEY.attributes);
    if (acknowledges) RegulatedMLChecks.acknowledge(key, { id: 'RegulatedML-AzureKeyExpiry', reason: 'rotated by hand each year, under four eyes' });
    new RegulatedMLChecks(app, { profile: PROFILE, ...props });
    app.synth();
    const { answers, accepted } = recordIn(app);
    const answer = answers.find(({ rule }) => rule === 'RegulatedML-AzureKeyExpiry')!;
    expect(accepted[answer.accepted ?? -1]).toMatchObject({ silences: 1 });
  });

  test('an acknowledgement knows the line that it was written in', () => {
    const app = newApp();
    const key = new Raw(stackIn(app), 'Key', OPEN_KEY.type, OPEN_KEY.attributes);
    RegulatedMLChecks.acknowledge(key, { id: 'RegulatedML-AzureKeyExpiry', reason: 'rotated by hand each year' });
    new RegulatedMLChecks(app, { profile: PROFILE });
    app.synth();
    expect(recordIn(app).accepted[0]?.source).toMatch(/^test\/rules\/azure\/pack\.test\.ts:\d+:\d+$/);
  });

  test.each([
    ['names no rule', { id: 'RegulatedML-AzureKeyExpires', reason: 'x' }, /there is no rule 'RegulatedML-AzureKeyExpires': did you mean 'RegulatedML-AzureKeyExpiry'\?/],
    ['gives no reason', { id: 'RegulatedML-AzureKeyExpiry', reason: ' ' }, /the acknowledgement of 'RegulatedML-AzureKeyExpiry' gives no reason/],
  ])('fails on an acknowledgement that %s', (_, acknowledgement, message) => {
    const app = newApp();
    RegulatedMLChecks.acknowledge(new Raw(stackIn(app), 'Key', OPEN_KEY.type, OPEN_KEY.attributes), acknowledgement);
    new RegulatedMLChecks(app, { profile: PROFILE });
    expect(() => app.synth()).toThrow(message);
  });

  test('an expired waiver stops synth', () => {
    const app = newApp();
    new Raw(stackIn(app), 'Key', OPEN_KEY.type, KEPT_KEY);
    const waivers = [Waiver.of({ rule: 'RegulatedML-AzureKeyExpiry', reason: 'synthetic data only', approver: 'officer', expires: '2027-03-31' })];
    new RegulatedMLChecks(app, { profile: PROFILE, waivers, asOf: '2027-04-01' });
    expect(() => app.synth()).toThrow(/WaiverExpiry: Waivers have not expired: the waiver of 'RegulatedML-AzureKeyExpiry' ended on 2027-03-31/);
  });

  test('a warning does not stop synth and stands among the annotations of its stack', () => {
    const app = newApp();
    new Raw(stackIn(app), 'Key', OPEN_KEY.type, { ...KEPT_KEY, key_type: 'RSA' });
    new RegulatedMLChecks(app, { profile: PROFILE });
    app.synth();
    const manifest = JSON.parse(readFileSync(join(app.outdir, 'manifest.json'), 'utf8')) as { stacks: { Test: { annotations: { level: string; message: string; constructPath: string }[] } } };
    expect(manifest.stacks.Test.annotations).toEqual([expect.objectContaining({ level: '@cdktf/warn', constructPath: 'Test/Key', message: expect.stringContaining('RegulatedML-AzureKeyHsm') as string })]);
  });

  test('an unknown weighs what was chosen for it', () => {
    const synth = (unknownAs?: Severity) => {
      const app = newApp();
      const stack = stackIn(app);
      new Raw(stack, 'Key', OPEN_KEY.type, { ...KEPT_KEY, key_type: new TerraformVariable(stack, 'kind', {}).stringValue, expiration_date: new TerraformVariable(stack, 'end', {}).stringValue });
      new RegulatedMLChecks(app, { profile: PROFILE, ...(unknownAs ? { unknownAs } : {}) });
      app.synth();
    };
    expect(() => synth()).not.toThrow();
    expect(() => synth(Severity.ERROR)).toThrow(/error RegulatedML-AzureKeyExpiry\[unknown\]: Keys have an end: expiration_date is variable end, which has no default/);
  });

  test('judges azapi by the type that it names, with defaults, and jobs inside pipelines', () => {
    const app = newApp();
    const stack = stackIn(app);
    new AzapiResource(stack, 'Pipeline', {
      type: 'Microsoft.MachineLearningServices/workspaces/jobs@2025-12-01', name: 'p', parentId: '/subscriptions/s/resourceGroups/g',
      body: { properties: { jobType: 'Pipeline', jobs: { train: { type: 'command', component: 'azureml:train@latest', limits: { timeout: 'PT1H' }, identity: { type: 'managed_identity' } } } } },
    });
    new RegulatedMLChecks(app, { profile: PROFILE });
    expect(() => app.synth()).toThrow(/\[Test\/Pipeline\] error RegulatedML-AzureMLVersionPinned: .*Command 'train': 'azureml:train@latest' names no version/);
    expect(answersOf(app, 'AzureMLJobIdentity')).toEqual([Answer.COMPLIANT]);
    expect(answersOf(app, 'AzureMLJobTimeLimit')).toEqual([Answer.COMPLIANT]);
  });

  test('judges the declared flow: raw health data reaches no training', () => {
    const app = newApp();
    const stack = stackIn(app);
    new Raw(stack, 'Key', OPEN_KEY.type, KEPT_KEY);
    const flow = DataFlow.of(app);
    flow.add({ id: 'Test/Raw', kind: 'store', name: 'Raw', detail: 'raw', classification: Classification.PHI, purpose: Purpose.of('readmission-risk'), region: 'germanywestcentral' });
    flow.add({ id: 'Test/Train', kind: 'step', name: 'Train', detail: 'Command', purpose: Purpose.of('billing') });
    flow.add({ id: 'Test/Model', kind: 'model', name: 'Model', detail: 'model' });
    flow.connect('Test/Raw', 'Test/Train');
    flow.connect('Test/Train', 'Test/Model');
    new RegulatedMLChecks(app, { profile: PROFILE });
    expect(() => app.synth()).toThrow(/FlowDeIdentification: .*'Train' reads phi data from 'Raw'[^]*FlowPurpose: .*reads data for 'readmission-risk' from 'Raw', for the purpose 'billing'/);
    expect(recordIn(app).flow.nodes).toHaveLength(3);
  });

  test('with skipValidation the record says that no rule was asked', () => {
    const app = newApp({ skipValidation: true });
    new Raw(stackIn(app), 'Key', OPEN_KEY.type, OPEN_KEY.attributes);
    new RegulatedMLChecks(app, { profile: PROFILE });
    app.synth();
    expect(recordIn(app)).toMatchObject({ limits: [VALIDATIONS_OFF], stacks: [], answers: [] });
  });

  test('where errors do not stop synth they stand among the annotations, and the record says that others passed too', () => {
    process.env.CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS = '1';
    try {
      const app = newApp();
      const key = new Raw(stackIn(app), 'Key', OPEN_KEY.type, OPEN_KEY.attributes);
      Annotations.of(key).addError('something else is wrong');
      new RegulatedMLChecks(app, { profile: PROFILE });
      app.synth();
      const manifest = readFileSync(join(app.outdir, 'manifest.json'), 'utf8');
      expect(manifest).toContain('RegulatedML-AzureKeyExpiry');
      expect(recordIn(app).limits).toEqual([ERRORS_PASSED]);
      expect(collect(app.outdir).verdict).toMatchObject({ clean: false, errors: 1 });
    } finally {
      delete process.env.CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS;
    }
  });

  test('a record of an earlier synth does not outlive one that fails half-way', () => {
    const app = newApp();
    writeFileSync(join(app.outdir, RECORD_FILE), '{}');
    const key = new Raw(stackIn(app), 'Key', OPEN_KEY.type, KEPT_KEY);
    new RegulatedMLChecks(app, { profile: PROFILE });
    Annotations.of(key).addError('something else is wrong');
    expect(() => app.synth()).toThrow(/something else is wrong/);
    expect(existsSync(join(app.outdir, RECORD_FILE))).toBe(false);
  });

  test('writes the same bytes for the same app, and names no folder of the machine', () => {
    const bytes = () => {
      const app = newApp();
      const stack = stackIn(app);
      new Raw(stack, 'Key', OPEN_KEY.type, KEPT_KEY);
      stack.addOverride('terraform.backend', { local: { path: 'state' } });
      new RegulatedMLChecks(app, { profile: PROFILE });
      app.synth();
      return readFileSync(join(app.outdir, RECORD_FILE), 'utf8');
    };
    const [first, second] = [bytes(), bytes()];
    expect(first).toBe(second);
    expect(first).not.toContain(process.cwd());
  });

  test('judges stacks that are written as HCL', () => {
    const app = newApp({ hclOutput: true });
    new Raw(stackIn(app), 'Key', OPEN_KEY.type, OPEN_KEY.attributes);
    new RegulatedMLChecks(app, { profile: PROFILE });
    expect(() => app.synth()).toThrow(/AzureKeyExpiry/);
    expect(recordIn(app).stacks[0]?.template).toBe('stacks/Test/cdk.tf');
  });

  test.each([
    ['without a profile', () => new RegulatedMLChecks(newApp(), {} as never), /RegulatedMLChecks has no profile: give one/],
    ['on a stack', () => new RegulatedMLChecks(new TerraformStack(newApp(), 'Own'), { profile: PROFILE }), /RegulatedMLChecks is registered on 'Own': give the app/],
    ['on a day that is none', () => new RegulatedMLChecks(newApp(), { profile: PROFILE, asOf: '2027-02-30' }), /asOf of RegulatedMLChecks/],
    ['twice', () => { const app = newApp(); for (let i = 0; i < 2; i += 1) new RegulatedMLChecks(app, { profile: PROFILE }); }, /already a Construct with name 'RegulatedMLChecks'/],
  ])('fails %s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test('a list of regions decides as one of jurisdictions does', () => {
    const app = newApp();
    new Raw(stackIn(app), 'Group', 'azurerm_resource_group', { name: 'g', location: 'West Europe' });
    new RegulatedMLChecks(app, { profile: ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.regions('germanywestcentral') }) });
    expect(() => app.synth()).toThrow(/it is in westeurope, outside the residency \(germanywestcentral\)/);
  });
});
