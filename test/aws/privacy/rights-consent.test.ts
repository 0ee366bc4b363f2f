import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnParameter, Stack, Validations } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ConsentRegistry, DataStore, Eraser, ModelPackageGroup, RecordLayout, SubjectRights, SubjectRightsProps, Workspace } from '../../../lib/aws';
import { Output } from '../../../lib/aws/pipeline';
import { Classification, Purpose } from '../../../lib/policy';
import { answersOf, type RawRecord } from '../../../lib/policy/record';
import { RegulatedMLChecks } from '../../../lib/rules';
import { readApp } from '../../../lib/rules/aws/tree';
import { judgementsOf, PROFILE, ruleNamed } from '../../rules/support';
import { deployApp } from '../../support/deployed';
import { unwaived } from '../../support/packs';
import { simulate } from '../../support/simulate';
import { env, profile } from '../../support/workspace';
import { code, ground, registryOn, RISK } from './consent-fixture';

/** A hospital that asks for consent, and erases when it is withdrawn. */
function withdrawable() {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env });
  const workspace = new Workspace(stack, 'Workspace', { profile });
  const raw = workspace.addStore('Raw', { classification: Classification.PHI, purpose: RISK });
  const registry = registryOn(stack, workspace);
  const rights = new SubjectRights(stack, 'Rights', { workspace, erasers: [Eraser.objects(raw, { layout: RecordLayout.onePerson('patients/{subject}/') })] });
  return { app, stack, workspace, registry, rights };
}

const findings = (app: App, rule: string) => judgementsOf({ view: readApp(app, false).view, rules: [ruleNamed(rule)], profile: PROFILE, pack: 'R' }).map(({ finding }) => finding);
const judged = (app: App, rule: string) => findings(app, rule).map(({ path, answer }) => `${path} ${answer}`).sort();

test('withdrawals are heard, and the proof of consent is asked for no eraser', () => {
  const { app, rights, registry } = withdrawable();
  rights.requestsFrom(registry.withdrawals);
  expect(judged(app, 'ConsentWithdrawalHeard')).toEqual(['Stack/Consent compliant']);
  expect(judged(app, 'FlowStoreErasure')).toEqual([
    'Stack/Consent compliant', 'Stack/Consent/Store compliant', 'Stack/Rights/Exports compliant',
    'Stack/Workspace/Models non-compliant', 'Stack/Workspace/Outputs non-compliant', 'Stack/Workspace/Raw compliant',
  ]);
});

test('the answer has how people are erased, or on which ground they are not', () => {
  const details = Object.fromEntries(findings(withdrawable().app, 'FlowStoreErasure').map(({ path, detail }) => [path, detail]));
  expect(details).toMatchObject({
    'Stack/Consent': 'no eraser reaches it: it is kept as proof of consent (GDPR Art. 7(1) and 17(3)(e))', 'Stack/Consent/Store': 'no eraser reaches it: it is kept as proof of consent (GDPR Art. 7(1) and 17(3)(e))',
    'Stack/Workspace/Raw': "objects below 'patients/{subject}/', by Stack/Rights",
  });
});

describe('a withdrawal names the person as receipts do, and purposes', () => {
  const PATIENTS = { layout: RecordLayout.onePerson('patients/{subject}/') };
  const CARE = Purpose.of('care');
  const make = (erasers: (made: ReturnType<typeof withdrawable>, stores: Record<'plain' | 'care' | 'mixed', DataStore>) => Eraser[], props: Partial<SubjectRightsProps> = {}) => {
    const made = withdrawable();
    const { workspace, stack } = made;
    const [plain, care] = [workspace.addStore('Plain', { classification: Classification.PHI }), workspace.addStore('Care', { classification: Classification.PHI, purpose: CARE })];
    const mixed = workspace.addStore('Mixed', { classification: Classification.PHI });
    const rights = new SubjectRights(stack, 'Other', { workspace, erasers: erasers(made, { plain, care, mixed }), ...props });
    return { ...made, rights };
  };
  const warnings = (stack: Stack) => Annotations.fromStack(stack).findWarning('/Stack/Other', Match.anyValue()).map(({ entry }) => String(entry.data)).filter((line) => line.includes('withdraw'));

  test('fails for a registry in the place of its bus, for no bus, and for a bus that is heard already', () => {
    const { rights, registry } = make((_, { plain }) => [Eraser.objects(plain, { ...PATIENTS, purposes: [RISK] })]);
    expect(() => rights.requestsFrom(registry as never)).toThrow("subject rights 'Stack/Other' hear registry 'Stack/Consent' itself: give its bus, registry.withdrawals");
    expect(() => rights.requestsFrom(undefined as never)).toThrow("subject rights 'Stack/Other' hear undefined: give a bus, such as registry.withdrawals");
    rights.requestsFrom(registry.withdrawals);
    expect(() => rights.requestsFrom(registry.withdrawals)).toThrow("subject rights 'Stack/Other' hear bus 'Stack/Consent/Withdrawals' already: leave the second requestsFrom out");
  });

  test('fails where a store knows people by something else, or is held for nothing stated: each would be left open', () => {
    const { rights, registry } = make((_, { plain, mixed }) => [Eraser.objects(plain, PATIENTS), Eraser.objects(mixed, { ...PATIENTS, purposes: [RISK], identifiedBy: 'pseudonym' })]);
    expect(() => rights.requestsFrom(registry.withdrawals)).toThrow("subject rights 'Stack/Other' would leave each withdrawal open that registry 'Stack/Consent' tells of: 'Stack/Workspace/Plain' is held for nothing that is stated: "
      + "give its eraser purposes, or the store a purpose; 'Stack/Workspace/Mixed' knows people by 'pseudonym', which no withdrawal holds: give SubjectRights identities, a function that knows it");
  });
  test('fails for models that are known by something else as well: they are asked about in any case', () => {
    const { rights, registry } = make(({ stack }) => [Eraser.models({ group: new ModelPackageGroup(stack, 'Group'), decidedBy: 'dpo', identifiedBy: 'pseudonym' })]);
    expect(() => rights.requestsFrom(registry.withdrawals)).toThrow("'Stack/Group' knows people by 'pseudonym'");
  });
  test('a function that knows the other names, and purposes, are all it takes', () => {
    const made = make((_, { plain, mixed }) => [Eraser.objects(plain, { ...PATIENTS, purposes: [RISK] }), Eraser.objects(mixed, { ...PATIENTS, purposes: [RISK], identifiedBy: 'pseudonym' })], {
      identities: lambda.Function.fromFunctionArn(new Stack(undefined, 'Elsewhere', { env }), 'Identities', 'arn:aws:lambda:eu-central-1:123456789012:function:identities'),
    });
    expect(() => made.rights.requestsFrom(made.registry.withdrawals)).not.toThrow();
    expect(warnings(made.stack)).toEqual([]);
  });
  test('a store that is held for what nobody consents to is kept, however it knows people', () => {
    const made = make((_, { care }) => [Eraser.objects(care, { ...PATIENTS, identifiedBy: 'pseudonym' })]);
    expect(() => made.rights.requestsFrom(made.registry.withdrawals)).not.toThrow();
    expect(warnings(made.stack)).toEqual([]);
  });
  test('a store that is held for such a purpose too is named: what is done there is left to a person', () => {
    const made = make((_, { mixed }) => [Eraser.objects(mixed, { ...PATIENTS, purposes: [RISK, CARE] })]);
    made.rights.requestsFrom(made.registry.withdrawals);
    expect(warnings(made.stack)).toEqual([expect.stringContaining("'Stack/Workspace/Mixed' is held for 'care' too, to which nobody consents in registry 'Stack/Consent': each withdrawal of 'readmission-risk' is left to a person there")]);
  });
  test('of an imported registry the same is known, of the bus of others less: it is a warning', () => {
    const made = make((_, { plain }) => [Eraser.objects(plain, PATIENTS)]);
    const imported = ConsentRegistry.fromAttributes(made.stack, 'Imported', {
      workspace: made.workspace, purposes: [RISK], store: made.registry.store, snapshotFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:snapshots',
      receiptsFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:receipts', withdrawalsBusArn: 'arn:aws:events:eu-central-1:123456789012:event-bus/withdrawals',
    });
    expect(() => made.rights.requestsFrom(imported.withdrawals)).toThrow("that registry 'Stack/Imported' tells of");
    made.rights.requestsFrom(new events.EventBus(made.stack, 'Bus'));
    expect(warnings(made.stack)).toEqual([expect.stringContaining("withdrawals that come over 'Stack/Bus' may be left open each time: 'Stack/Workspace/Plain' is held for nothing that is stated")]);
  });
});

describe('what people said is copied for them', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'rights-consent-'));
  afterAll(() => rmSync(outdir, { recursive: true }));
  const app = new App({ outdir, context: { '@aws-cdk/core:failSynthOnValidationErrors': false } });
  const stack = new Stack(app, 'Stack', { env });
  const workspace = new Workspace(stack, 'Workspace', { profile });
  const registry = registryOn(stack, workspace);
  const rights = new SubjectRights(stack, 'Rights', { workspace, erasers: [Eraser.consent(registry, { identifiedBy: 'account' })], identities: lambda.Function.fromFunctionName(stack, 'Identities', 'identities') });
  rights.requestsFrom(registry.withdrawals);
  Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile }));
  const resources = deployApp(app);
  const only = (type: string, id: RegExp) => resources.find((one) => one.type === type && id.test(one.id))!;
  const eraser = only('AWS::IAM::Role', /^RightsOfConsentEraserRole/);
  const table = only('AWS::DynamoDB::Table', /^ConsentLedger/);

  test('by a function that knows the table, the key and the purposes, and is asked in any case', () => {
    const store = JSON.parse(String((only('AWS::Lambda::Function', /^RightsOfConsentEraser/).properties.Environment as { Variables: Record<string, unknown> }).Variables.STORE)) as unknown;
    expect(store).toEqual({ table: table.ref, subjectKey: only('AWS::KMS::Key', /^ConsentLedgerSubjectKey/).arn, purposes: ['readmission-risk'] });
    expect(JSON.stringify(only('AWS::StepFunctions::StateMachine', /^Rights/).properties)).toMatch(/Stack\/Consent.{0,400}account.{0,100}always/);
  });

  test('which may look for one person, and neither read all, nor write, nor delete', async () => {
    const Statement = resources.filter(({ type, properties }) => /^AWS::IAM::(Managed)?Policy$/.test(type) && ((properties.Roles ?? []) as string[]).includes(eraser.ref))
      .flatMap(({ properties }) => (properties.PolicyDocument as { Statement: object[] }).Statement);
    const [subjects, key] = [/^ConsentLedgerSubjectKey/, /^ConsentKey/].map((id) => only('AWS::KMS::Key', id));
    const bucket = (id: RegExp) => only('AWS::S3::Bucket', id).arn;
    const decide = (action: string, resource: string, context: Record<string, string> = {}) => simulate({
      principal: eraser.arn, action, resource, identityPolicy: { Version: '2012-10-17', Statement }, context: { 'aws:PrincipalArn': eraser.arn, ...context },
      ...(resource === table.arn ? { resourcePolicy: (table.properties.ResourcePolicy as { PolicyDocument: object }).PolicyDocument } : {}),
      ...(action.startsWith('kms:') ? { resourcePolicy: resources.find(({ type, arn }) => type === 'AWS::KMS::Key' && arn === resource)!.properties.KeyPolicy as object } : {}),
    });
    const via = { 'kms:ViaService': 'dynamodb.eu-central-1.amazonaws.com' };
    expect(await Promise.all([
      decide('dynamodb:Query', table.arn), decide('kms:GenerateMac', subjects!.arn), decide('kms:Decrypt', key!.arn, via), decide('s3:PutObject', `${bucket(/^RightsExports/)}/exports/hash/case/Stack/Consent/consent.json`),
    ])).toEqual(Array.from({ length: 4 }, () => 'Allowed'));
    const refused = await Promise.all([
      decide('dynamodb:Scan', table.arn), decide('dynamodb:PutItem', table.arn), decide('dynamodb:DeleteItem', table.arn), decide('dynamodb:Query', `${table.arn}/index/later`), decide('kms:Decrypt', key!.arn),
      decide('s3:GetObject', `${bucket(/^RightsExports/)}/exports/hash/case/Stack/Consent/consent.json`), decide('s3:GetObject', `${bucket(/^ConsentStore/)}/receipts/a.json`), decide('s3:PutObject', `${bucket(/^RightsExports/)}/elsewhere`),
    ]);
    expect(refused.every((answer) => /Denied$/.test(answer))).toBe(true);
  });

  test('without a finding that nobody waived, in any pack', () => {
    expect(unwaived(app).filter((line) => line.includes('Stack/Rights/OfConsent'))).toEqual([]);
    const record = JSON.parse(readFileSync(join(outdir, 'regulated-ml-evidence.json'), 'utf8')) as RawRecord;
    const own = [...answersOf(record)].filter(({ subject }) => record.subjects[subject]!.path.startsWith('Stack/Rights/OfConsent'));
    expect(own.filter(({ answer }) => answer === 'compliant').length).toBeGreaterThan(3);
    expect(own.filter(({ answer, accepted }) => (answer === 'non-compliant' || answer === 'unknown') && accepted === undefined).map(({ rule, detail }) => `${rule}: ${detail}`)).toEqual([]);
  });

  test('fails for a registry that was imported', () => {
    const imported = ConsentRegistry.fromAttributes(new Stack(undefined, 'Other', { env }), 'Imported', {
      workspace, purposes: [RISK], store: registry.store, snapshotFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:snapshots',
      receiptsFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:receipts', withdrawalsBusArn: 'arn:aws:events:eu-central-1:123456789012:event-bus/withdrawals',
    });
    expect(() => Eraser.consent(imported as never)).toThrow('Eraser.consent: give a ConsentRegistry of this app: of one that was imported the table is not known');
    expect(() => Eraser.consent(registry, { identifiedBy: 'a b' })).toThrow("identifiedBy is 'a b'");
  });
});

describe('places that are known only when a step runs', () => {
  const { app, stack, workspace, raw, pipeline, image } = ground();
  const folder = new CfnParameter(stack, 'Folder', { default: 'admissions/' }).valueAsString;
  pipeline.addProcessing('Read', { image, code, inputs: [raw.input(folder)], outputs: [...Output.named('train'), Output.propertyFile('evaluation', 'evaluation.json')] });
  const group = new ModelPackageGroup(stack, 'Models');
  new SubjectRights(stack, 'Rights', {
    workspace, erasers: [
      Eraser.objects(raw, { layout: RecordLayout.csv('patient_id', 'letters/') }), Eraser.objects(workspace.outputs, { layout: RecordLayout.csv('patient_id', 'readmission/Read/train/') }),
      Eraser.models({ group, decidedBy: 'data-protection-officer', artifacts: workspace.models }),
    ],
  });
  const found = Object.fromEntries(findings(app, 'FlowStoreErasure').map(({ path, answer, detail }) => [path, `${answer}: ${detail}`]));

  test('are not known to be reached by an eraser of a part', () => {
    expect(found['Stack/Workspace/Raw']).toBe("unknown: 'Read' reads a part of 'Raw' that is known only when it runs, and people are erased below 'letters/' only: whether they are erased there is not known");
  });
  test('are no concern for measures', () => {
    expect(found['Stack/Workspace/Outputs']).toMatch(/^compliant: rows/);
  });
  test('beside models, what else jobs leave in their store is named, since nobody is erased from it', () => {
    expect(found['Stack/Workspace/Models']).toBe('compliant: data-protection-officer decides whether models are trained again (from checkpoints and /opt/ml/output/data, which lie beside them, nobody is erased), by Stack/Rights');
  });
});

test('a registry alone asks no store for an eraser', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env });
  registryOn(stack, new Workspace(stack, 'Workspace', { profile }));
  expect(judged(app, 'FlowStoreErasure')).toEqual([]);
});
