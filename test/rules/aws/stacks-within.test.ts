import { mkdtempSync, readFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnResource, CfnStack, CfnStackSet, Stack, type IPolicyValidationContext } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as assets from 'aws-cdk-lib/aws-s3-assets';
import fc from 'fast-check';
import { RECORD_FILE, type RawRecord } from '../../../lib/policy/record';
import { readManifests, readTemplates } from '../../../lib/rules/aws/assembly';
import { readApp } from '../../../lib/rules/aws/tree';
import { RegulatedMLChecks } from '../../../lib/rules';
import { digestOf } from '../../../lib/rules/record';
import { viewOf, type View } from '../../../lib/rules/view';
import { judged, judgementsOf, PROFILE, ruleNamed, stackIn, template } from '../support';

const ISOLATION = 'SageMakerModelNetworkIsolation';
const RULES = [ISOLATION, 'ResidencyStack', 'TemplateReadable', 'SageMakerNotebookKey'].map(ruleNamed);
const REST = { Parameters: { Open: { Type: 'String' }, Known: { Type: 'String', Default: 'true' } }, Conditions: { Cond: { 'Fn::Equals': [{ Ref: 'Open' }, 'x'] } } };

const model = (EnableNetworkIsolation: unknown) => ({ Type: 'AWS::SageMaker::Model', Properties: { EnableNetworkIsolation } });
const inner = (isolation: unknown, more: object = {}) => JSON.stringify({ Resources: { Model: model(isolation) }, ...more });
const IN_EU = [{ Regions: ['eu-central-1'], DeploymentTargets: { Accounts: ['123456789012'] } }];
const set = (TemplateBody: unknown, more: object = {}) => ({ Type: 'AWS::CloudFormation::StackSet', Properties: { StackSetName: 'ml', TemplateBody, StackInstancesGroup: IN_EU, ...more } });
const said = (one: object, around: Record<string, unknown> = {}) => judged([template({ Set: one, ...around }, REST)], RULES).filter(({ resource }) => resource.path !== 'Test')
  .map(({ id, answer, resource: { path, placeId } }) => `${path} (${placeId}) ${id.replace('RegulatedML-', '')} ${answer}`);
const isolated = (one: object, around?: Record<string, unknown>) => said(one, around).filter((line) => line.includes(ISOLATION)).map((line) => line.split(' ').at(-1));

describe('a stack set', () => {
  test('is judged as a stack in each region of its instances', () => {
    expect(said(set(inner(false), { StackInstancesGroup: [{ Regions: ['eu-central-1', 'us-east-1'] }] }))).toEqual([
      `Test/Set/eu-central-1 (Set) ResidencyStack compliant`, `Test/Set/eu-central-1/Model (Set.Model) ${ISOLATION} non-compliant`,
      `Test/Set/us-east-1 (Set) ResidencyStack non-compliant`, `Test/Set/us-east-1/Model (Set.Model) ${ISOLATION} non-compliant`,
    ]);
  });

  test.each<[string, object]>([
    ['names none', set(inner(true), { StackInstancesGroup: undefined })], ['names a parameter', set(inner(true), { StackInstancesGroup: [{ Regions: [{ Ref: 'Open' }] }] })],
    ['is given a list that is not known', set(inner(true), { StackInstancesGroup: { Ref: 'Open' } })],
  ])('of which it is not known which regions they are is in none: it %s', (_what, one) => {
    expect(said(one)).toEqual(['Test/Set (Set) ResidencyStack unknown', `Test/Set/Model (Set.Model) ${ISOLATION} compliant`]);
  });

  const split = (value: unknown) => ({ 'Fn::Join': ['', [...inner('@').split('@').flatMap((text, index) => (index === 0 ? [text] : [value, text]))]] });
  test.each<[string, unknown, string]>([
    ['a text', inner(true), 'compliant'], ['a join', split('true'), 'compliant'], ['a join with a parameter', split({ Ref: 'Known' }), 'compliant'],
    ['a join with one that is not known', split({ Ref: 'Open' }), 'unknown'], ['a join that a condition decides', split({ 'Fn::If': ['Cond', 'true', 'false'] }), 'non-compliant'],
    ['a substitution', { 'Fn::Sub': inner('${Known}') }, 'compliant'], ['a substitution with variables', { 'Fn::Sub': [inner('${It}'), { It: 'false' }] }, 'non-compliant'],
    ['one of its own within', inner({ 'Fn::Sub': '${Own}' }, { Parameters: { Own: { Type: 'String', Default: 'true' } } }), 'compliant'],
    ['one of its own, of which the text around knows nothing', { 'Fn::Sub': inner({ 'Fn::Sub': '${!Own}' }, { Parameters: { Own: { Type: 'String', Default: 'false' } } }) }, 'non-compliant'],
    ['its own condition', inner({ 'Fn::If': ['C', true, false] }, { Conditions: { C: {} } }), 'non-compliant'],
    ['JSON of an object', { 'Fn::ToJsonString': JSON.parse(inner(true)) as unknown }, 'compliant'], ['JSON of an object with a parameter', { 'Fn::ToJsonString': JSON.parse(inner('@').replace('"@"', '{"Ref":"Open"}')) as unknown }, 'unknown'],
    ['JSON of an object with a condition', { 'Fn::ToJsonString': JSON.parse(inner('@').replace('"@"', '{"Fn::If":["Cond","true","false"]}')) as unknown }, 'non-compliant'],
    ['the partition', { 'Fn::Sub': inner(true, { Description: 'in ${AWS::Partition}, at ${AWS::Region}' }) }, 'compliant'],
  ])('holds its template as %s', (_what, body, answer) => {
    expect(isolated(set(body))).toEqual([answer]);
  });

  test('takes its parameters from the set, and from the group of its instances', () => {
    const body = inner({ Ref: 'Own' }, { Parameters: { Own: { Type: 'String' } } });
    const given = (ParameterValue: unknown) => [{ ParameterKey: 'Own', ParameterValue }];
    expect(isolated(set(body))).toEqual(['unknown']);
    expect(isolated(set(body, { Parameters: given('true') }))).toEqual(['compliant']);
    expect(isolated(set(body, { Parameters: given({ Ref: 'Open' }) }))).toEqual(['unknown']);
    expect(isolated(set(body, { Parameters: given('true'), StackInstancesGroup: [...IN_EU, { ...IN_EU[0], ParameterOverrides: given('false') }] }))).toEqual(['compliant', 'non-compliant']);
    expect(isolated(set(body, { Parameters: given(undefined) }))).toEqual(['unknown']);
  });

  test('may use what stands around it', () => {
    const notebook = JSON.stringify({ Resources: { Notebook: { Type: 'AWS::SageMaker::NotebookInstance', Properties: { KmsKeyId: '${Key.Arn}' } } } });
    const found = (around: Record<string, unknown>) => said(set({ 'Fn::Sub': notebook }), around).filter((line) => line.includes('NotebookKey')).map((line) => line.split(' ').at(-1));
    expect(found({ Key: { Type: 'AWS::KMS::Key', Properties: {} } })).toEqual(['compliant']);
    expect(found({ Key: { Type: 'AWS::SNS::Topic', Properties: {} } })).toEqual(['unknown']);
  });

  test('can hold another one, and is not followed without end', () => {
    const nested = (depth: number): object => (depth === 0 ? set(inner(false)) : set(JSON.stringify({ Resources: { Inner: nested(depth - 1) } })));
    expect(said(nested(1))).toContain(`Test/Set/Inner/Model (Set.Inner.Model) ${ISOLATION} non-compliant`);
    expect(said(nested(5)).filter((line) => line.includes('TemplateReadable'))).toEqual(['Test/Set/Inner/Inner/Inner (Set.Inner.Inner.Inner) TemplateReadable unknown']);
  });

  test('is not there where its condition does not hold', () => {
    const key = { Type: 'AWS::SageMaker::NotebookInstance', Condition: 'Cond', Properties: { KmsKeyId: 'k' } };
    expect(isolated({ ...set(inner(false)), Condition: 'Cond' }, { key })).toEqual(['non-compliant']);
    expect(isolated({ ...set(inner(true)), Condition: 'Cond' }, { key })).toEqual(['compliant']);
  });

  test.each<[string, object]>([
    ['its properties are a macro', { Type: 'AWS::CloudFormation::StackSet', Properties: { 'Fn::Transform': { Name: 'Mine' } } }], ['its template is a parameter', set({ Ref: 'Open' })],
    ['its template is YAML', set('Resources: {}')], ['its template is a list', set('[]')], ['its template lies elsewhere', set(undefined, { TemplateURL: 'https://bucket.s3.amazonaws.com/t.json' })],
  ])('cannot be judged where %s', (_what, one) => {
    expect([...new Set(said(one).map((line) => line.split(' ').slice(-2).join(' ')))]).toEqual(['TemplateReadable unknown']);
  });
});

describe('a stack that a request makes', () => {
  const custom = (parameters: object, action = 'createStack') => ({ Type: 'Custom::AWS', Properties: { Create: JSON.stringify({ service: 'CloudFormation', action, parameters }) } });
  const CALLERS: readonly (readonly [string, string, (parameters: object) => object])[] = [
    ['a custom resource', 'Create', custom],
    ['a state machine', 'Make', (Parameters) => ({
      Type: 'AWS::StepFunctions::StateMachine', Properties: { Definition: { States: { Make: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:cloudformation:createStack', Parameters } } } },
    })],
    ['a schedule', 'Target', (parameters) => ({
      Type: 'AWS::Scheduler::Schedule', Properties: { Target: { Arn: 'arn:aws:scheduler:::aws-sdk:cloudformation:createStack', Input: JSON.stringify(parameters) } },
    })],
    ['a document of SSM', 'make', (inputs) => ({
      Type: 'AWS::SSM::Document', Properties: { DocumentType: 'Automation', Content: { mainSteps: [{ name: 'make', action: 'aws:createStack', inputs }] } },
    })],
  ];

  test.each(CALLERS)('by %s is judged where its template stands in it', (_what, name, call) => {
    expect(said(call({ StackName: 'ml', TemplateBody: inner(false) }))).toEqual([
      `Test/Set/${name} (Set) ResidencyStack compliant`, `Test/Set/${name}/Model (Set.Model) ${ISOLATION} non-compliant`,
    ]);
    const parameters = { TemplateBody: inner({ Ref: 'Own' }, { Parameters: { Own: { Type: 'String' } } }), Parameters: [{ ParameterKey: 'Own', ParameterValue: 'true' }] };
    expect(isolated(call(parameters))).toEqual(['compliant']);
    expect(isolated(call({ ...parameters, Parameters: undefined }))).toEqual(['unknown']);
  });

  test.each(CALLERS)('by %s is unknown where it lies elsewhere', (_what, _name, call) => {
    for (const parameters of [{ TemplateURL: 'https://bucket.s3.amazonaws.com/t.json' }, { TemplateBody: 'Resources: {}' }, {}]) {
      expect(said(call(parameters)).map((line) => line.split(' ').slice(-2).join(' '))).toEqual(['TemplateReadable unknown']);
    }
  });

  test('that only changes what it is given is let be, and a set of stacks is in no region that is known', () => {
    expect(said(custom({ UsePreviousTemplate: true }, 'updateStack'))).toEqual([]);
    expect(said(custom({ TemplateBody: inner(true) }, 'createStackSet'))).toEqual([
      'Test/Set/Create (Set) ResidencyStack unknown', `Test/Set/Create/Model (Set.Model) ${ISOLATION} compliant`,
    ]);
    expect(said(custom({}, 'deleteStack'))).toEqual([]);
  });

  test('has gaps where the template around fills it in while it is deployed', () => {
    const create = JSON.stringify({ service: 'CloudFormation', action: 'createStack', parameters: { TemplateBody: inner('${Open}') } });
    expect(isolated({ Type: 'Custom::AWS', Properties: { Create: { 'Fn::Sub': create } } })).toEqual(['unknown']);
  });
});

describe('at synth', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stack-set-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'set.json'), inner(false));

  const made = (nested = false) => {
    const app = new App({ outdir: join(folder, 'out'), context: { '@aws-cdk/core:failSynthOnValidationErrors': false } });
    const stack = stackIn(app);
    const key = new kms.Key(stack, 'Key', { enableKeyRotation: true });
    const asset = new assets.Asset(stack, 'Template', { path: join(folder, 'set.json') });
    const instances = { permissionModel: 'SELF_MANAGED', stackInstancesGroup: [{ regions: ['eu-central-1'], deploymentTargets: { accounts: ['123456789012'] } }] };
    const notebook = { Resources: { Notebook: { Type: 'AWS::SageMaker::NotebookInstance', Properties: { KmsKeyId: key.keyArn, InstanceType: 'ml.t3.medium', RoleArn: 'r' } } } };
    new CfnStackSet(stack, 'Inline', { stackSetName: 'inline', templateBody: stack.toJsonString(notebook), ...instances });
    new CfnStackSet(stack, 'Stored', { stackSetName: 'stored', templateUrl: asset.httpUrl, ...instances });
    if (nested) new CfnStack(stack, 'Raw', { templateUrl: asset.httpUrl });
    return app;
  };
  const answers = (view: View) => judgementsOf({ view, rules: RULES, profile: PROFILE, pack: 'RegulatedML' })
    .map(({ id, answer, resource: { path, placeId } }) => `${path} ${placeId} ${id.replace('RegulatedML-', '')} ${answer}`);

  test('and before it, and of the files, stack sets are the same stacks', () => {
    const app = made();
    const before = answers(readApp(app, false).view);
    expect(before).toEqual([
      'Test  ResidencyStack compliant', 'Test/Inline Inline ResidencyStack compliant', 'Test/Inline/Notebook Inline.Notebook SageMakerNotebookKey compliant',
      'Test/Stored Stored ResidencyStack compliant', `Test/Stored/Model Stored.Model ${ISOLATION} non-compliant`,
    ]);
    app.synth();
    expect(answers(readApp(app, true).view)).toEqual(before);
    const files = {
      has: (path: string) => existsSync(join(app.outdir, path)),
      read: (path: string) => ({ text: readFileSync(join(app.outdir, path), 'utf8'), digest: digestOf(readFileSync(join(app.outdir, path))) }),
    };
    const manifests = readManifests(files);
    const { templates } = readTemplates(files, manifests.stacks, manifests);
    const asset = (key: string) => manifests.assets.get('')!.get(key);
    expect(answers(viewOf({ templates, readAsset: (key) => (asset(key) === undefined ? undefined : files.read(asset(key)!).text) }))).toEqual(before);
  });

  test('a nested stack of which no construct stands for the template is judged as well', () => {
    const app = made(true);
    const found = () => answers(readApp(app, false).view).filter((line) => line.includes('Raw'));
    expect(found()).toEqual(['Test/Raw Raw ResidencyStack compliant', `Test/Raw/Model Raw.Model ${ISOLATION} non-compliant`]);
    app.synth();
    expect(answers(readApp(app, true).view).filter((line) => line.includes('Raw'))).toEqual(found());
  });

  test('what is found in one is told at the line of the set', () => {
    const app = made();
    app.synth();
    const { violations } = new RegulatedMLChecks(app, { profile: PROFILE }).validate({ appConstruct: app, templatePaths: [] } as unknown as IPolicyValidationContext);
    const [found] = violations.filter(({ ruleName }) => ruleName === `RegulatedML-${ISOLATION}`).flatMap(({ violatingResources }) => violatingResources);
    expect([found!.constructPath, found!.resourceLogicalId]).toEqual(['Test/Stored/Model', 'Stored.Model']);
    const { subjects, stacks } = JSON.parse(readFileSync(join(app.outdir, RECORD_FILE), 'utf8')) as RawRecord;
    expect(subjects.find(({ path }) => path === 'Test/Stored/Model')).toMatchObject({ logicalId: 'Stored.Model', template: 'Test.template.json', stack: 'StackSet-stored', type: 'AWS::SageMaker::Model' });
    expect(stacks.map(({ path }) => path)).toEqual(['Test']);
  });
});

test('of a set without end nothing is followed', () => {
  const wide = (depth: number): object => (depth === 0 ? set(inner(false)) : set(JSON.stringify({ Resources: Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`I${index}`, wide(depth - 1)])) })));
  const found = said(wide(2));
  expect(found.filter((line) => line.includes(ISOLATION)).length).toBeLessThanOrEqual(1000);
  expect(found.some((line) => line.endsWith('TemplateReadable unknown'))).toBe(true);
});

test('values nested without end end', () => {
  let deep: object = { 'Fn::Transform': 'Mine' };
  for (let level = 0; level < 20_000; level++) deep = { a: deep };
  for (const one of [set({ 'Fn::ToJsonString': { Resources: { Model: deep } } }), set(deep), { Type: 'Custom::AWS', Properties: { Create: deep } }]) expect(() => said(one)).not.toThrow();
});

test('a stack beside is judged as it is without', () => {
  const app = new App();
  const stack = new Stack(app, 'Alone');
  new CfnResource(stack, 'Model', { type: 'AWS::SageMaker::Model', properties: { EnableNetworkIsolation: true } });
  expect(readApp(app, false).view.resources.map(({ type }) => type)).toEqual(['RegulatedML::Stack', 'AWS::SageMaker::Model']);
});

describe('whatever a template holds', () => {
  const leaf = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(
    { Ref: 'Open' }, { Ref: 'AWS::NoValue' }, { 'Fn::If': ['Cond', 'a', 'b'] }, { 'Fn::If': [{ toString: 1 }, 'a', 'b'] }, { 'Fn::Sub': ['${A}', { A: { Ref: 'Open' } }] }, { 'Fn::FindInMap': ['M', { Ref: 'Open' }, 1, { DefaultValue: 2 }] },
    '{{ A.B }}', '<x>', 'createStack', 'createStateMachine', 'CreateTrainingJob', 'cloudformation', 'SageMaker', 'sfn', 'batch', 'aws:executeAwsApi', 'aws:loop', 'aws:createStack', 'Automation', 'arn:aws:scheduler:::aws-sdk:sfn:createStateMachine',
    'arn:aws:states:::aws-sdk:cloudformation:createStack', 'us-east-1', inner(false), JSON.stringify({ Resources: { A: 1 }, Parameters: [], Conditions: { C: { Condition: 'C' } } }), JSON.stringify({ States: { A: { Type: 'Task', Resource: 'x' } } }),
  ));
  const NAMES = [
    'TemplateBody', 'TemplateURL', 'Parameters', 'ParameterKey', 'ParameterValue', 'ParameterOverrides', 'StackInstancesGroup', 'Regions', 'DeploymentTargets', 'Accounts', 'StackSetName', 'Content', 'DocumentType', 'mainSteps', 'name', 'action',
    'inputs', 'Steps', 'Service', 'Api', 'Create', 'service', 'parameters', 'definition', 'Definition', 'DefinitionString', 'Targets', 'Input', 'InputTransformer', 'InputTemplate', 'Arn', 'Id', 'Target', 'States', 'Type', 'Resource', 'Resources',
    'Properties', 'UserData', 'Fn::Join', 'Fn::Sub', 'Fn::If', '__proto__', 'toString',
  ];
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof({ depthSize: 'medium', withCrossShrink: true }, leaf, fc.array(tie('tree'), { maxLength: 3 }), fc.dictionary(fc.constantFrom(...NAMES), tie('tree'), { maxKeys: 6 }), tie('tree').map((value) => JSON.stringify(value))),
  }));
  const TYPES = [
    'AWS::CloudFormation::StackSet', 'AWS::SSM::Document', 'Custom::AWS', 'AWS::Events::Rule', 'AWS::Scheduler::Schedule', 'AWS::StepFunctions::StateMachine', 'AWS::EC2::LaunchTemplate', 'AWS::SageMaker::Pipeline',
  ];

  test('in the place of another one or of a call, no rule fails', () => {
    fc.assert(fc.property(fc.constantFrom(...TYPES), fc.dictionary(fc.constantFrom(...NAMES), tree, { maxKeys: 8 }), (type, properties) => {
      const found = judged([template({ Subject: { Type: type, Properties: { DocumentType: 'Automation', ...properties } } }, { ...REST, Mappings: { M: { a: { x: 1 } } } })]);
      for (const { finding } of found) expect(finding.detail ?? '').not.toContain('the rule failed');
    }), { numRuns: 150 });
  });
});
