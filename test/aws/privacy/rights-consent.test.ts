import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ConsentRegistry, DataStore, Eraser, ModelPackageGroup, RecordLayout, SubjectRights, SubjectRightsProps, Workspace } from '../../../lib/aws';
import { Output } from '../../../lib/aws/pipeline';
import { Classification, Purpose } from '../../../lib/policy';
import { readApp } from '../../../lib/rules/aws/tree';
import { judge } from '../../../lib/rules/engine';
import { PROFILE, ruleNamed } from '../../rules/support';
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

const findings = (app: App, rule: string) => judge({ view: readApp(app, false).view, rules: [ruleNamed(rule)], profile: PROFILE, pack: 'R' }).map(({ finding }) => finding);
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
