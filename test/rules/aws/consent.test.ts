import { App, CfnParameter, CfnResource } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Classification, ComplianceProfile, Framework, Jurisdiction, Purpose, Residency } from '../../../lib/policy';
import { type ConsentPromise, DataFlow, type FlowNode, type PlacedEdge } from '../../../lib/policy/flow';
import { readApp } from '../../../lib/rules/aws/tree';
import { judgementsOf, PROFILE, ruleNamed, stackIn } from '../support';
import { ruleTable } from '../table';

const RISK = Purpose.of('readmission-risk');
const CARE = Purpose.of('care');
const asking = (...consentPurposes: Purpose[]) => ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU), consentPurposes });

type Edge = [from: string, to: string, more?: Pick<PlacedEdge, 'carries'>];

function flowOf(app: App, nodes: Partial<FlowNode>[], edges: Edge[]): void {
  const flow = DataFlow.of(app);
  for (const node of nodes) flow.add({ kind: 'step', name: node.id!, ...node } as FlowNode);
  for (const [from, to, more] of edges) flow.connect(from, to, undefined, more);
}

const answers = (app: App, name: string, profile = PROFILE) => judgementsOf({ view: readApp(app, false).view, rules: [ruleNamed(name)], profile, pack: 'R' }).map(({ resource, finding }) => [resource.path, finding.answer, finding.detail] as const);

describe('FlowConsentFilter', () => {
  const made = (nodes: Partial<FlowNode>[], edges: Edge[], profile = asking(RISK)) => {
    const app = new App();
    stackIn(app);
    flowOf(app, nodes, edges);
    return answers(app, 'FlowConsentFilter', profile);
  };
  const raw = { id: 'raw', kind: 'store' as const, detail: 'raw', classification: Classification.PHI, purpose: RISK };
  const consented = { id: 'filter', detail: 'Processing', consent: { purpose: RISK } as ConsentPromise };
  const train = { id: 'train', detail: 'Training' };
  const FOUND = ['train', 'non-compliant', "'train' learns from 'raw' for 'readmission-risk', which rests on consent, and no filter asks who consents"];

  test('a training that reads through a filter is kept, one that does not is a finding', () => {
    expect(made([raw, consented, train], [['raw', 'filter'], ['filter', 'train']])).toEqual([['train', 'compliant', undefined]]);
    expect(made([raw, train], [['raw', 'train']])).toEqual([FOUND]);
  });
  test('a filter for another purpose asks nobody who would have to be asked', () => {
    const elsewhere = ['train', 'non-compliant', "'train' learns from 'raw' for 'readmission-risk', which rests on consent, and a filter asks who consents to 'care' instead"];
    const forCare = { id: 'care', detail: 'Processing', consent: { purpose: CARE } as ConsentPromise };
    expect(made([raw, forCare, train], [['raw', 'care'], ['care', 'train']])).toEqual([elsewhere]);
    expect(made([raw, { ...forCare, purpose: RISK }, { ...train, purpose: RISK }], [['raw', 'care'], ['care', 'train']])).toEqual([elsewhere]);
    // one after the other, in either order; and beside each other
    expect(made([raw, forCare, consented, train], [['raw', 'care'], ['care', 'filter'], ['filter', 'train']])).toEqual([['train', 'compliant', undefined]]);
    expect(made([raw, forCare, consented, train], [['raw', 'filter'], ['filter', 'care'], ['care', 'train']])).toEqual([['train', 'compliant', undefined]]);
    expect(made([raw, forCare, consented, train], [['raw', 'filter'], ['raw', 'care'], ['filter', 'train'], ['care', 'train']])).toEqual([elsewhere]);
    // a filter says for what where nobody else does
    expect(made([{ ...raw, purpose: undefined }, consented, train], [['raw', 'filter'], ['filter', 'train']])).toEqual([['train', 'compliant', undefined]]);
    // each of two purposes has a filter of its own
    const ward = { ...raw, id: 'ward', purpose: CARE };
    expect(made([raw, ward, consented, forCare, train], [['raw', 'filter'], ['ward', 'care'], ['filter', 'train'], ['care', 'train']], asking(RISK, CARE))).toEqual([['train', 'compliant', undefined]]);
    expect(made([raw, ward, consented, train], [['raw', 'filter'], ['ward', 'filter'], ['filter', 'train']], asking(RISK, CARE)).map(([, , detail]) => detail))
      .toEqual(["'train' learns from 'ward' for 'care', which rests on consent, and a filter asks who consents to 'readmission-risk' instead"]);
  });
  test.each(['Tuning', 'AutoML', 'NotebookJob'])('so is a %s', (detail) => {
    expect(made([raw, { ...train, detail }], [['raw', 'train']]).map(([, answer]) => answer)).toEqual(['non-compliant']);
  });
  test('through any number of steps and stores, before the filter and after', () => {
    expect(made([raw, { id: 'copy' }, { id: 'curated', kind: 'store', classification: Classification.PHI, purpose: RISK }, { id: 'clean' }, train], [['raw', 'copy'], ['copy', 'curated'], ['curated', 'clean'], ['clean', 'train']])).toEqual([FOUND]);
    expect(made([raw, { id: 'copy' }, consented, { id: 'curated', kind: 'store', classification: Classification.PHI }, train], [['raw', 'copy'], ['copy', 'filter'], ['filter', 'curated'], ['curated', 'train']])).toEqual([['train', 'compliant', undefined]]);
  });
  test('a key is no way around it, and rows that went back hide no source', () => {
    const keys = { ...raw, id: 'keys' };
    const clean = { id: 'clean', deIdentifiesTo: Classification.PSEUDONYMISED };
    expect(made([raw, keys, consented, clean, train], [['raw', 'filter'], ['filter', 'clean'], ['keys', 'clean', { carries: 'key' }], ['clean', 'train']])).toEqual([['train', 'compliant', undefined]]);
    expect(made([raw, clean, { id: 'clean/Quarantine' }, train], [['raw', 'clean'], ['raw', 'clean/Quarantine'], ['clean', 'raw', { carries: 'aside' }], ['clean/Quarantine', 'raw', { carries: 'back' }], ['clean', 'train']])).toEqual([FOUND]);
  });
  test('one way around the filter is enough', () => {
    expect(made([raw, { ...raw, id: 'labs' }, consented, train], [['raw', 'filter'], ['filter', 'train'], ['labs', 'train']]).map(([, answer]) => answer)).toContain('non-compliant');
  });
  test('what a step has made anonymous, and what is about nobody, is not asked', () => {
    expect(made([raw, { id: 'count', deIdentifiesTo: Classification.PUBLIC }, train], [['raw', 'count'], ['count', 'train']])).toEqual([]);
    expect(made([{ ...raw, classification: Classification.INTERNAL }, train], [['raw', 'train']])).toEqual([]);
    expect(made([raw, { id: 'mask', deIdentifiesTo: Classification.PSEUDONYMISED }, train], [['raw', 'mask'], ['mask', 'train']])).toEqual([FOUND]);
  });
  test('a purpose with another basis is not asked, and neither is any where none rests on consent', () => {
    expect(made([{ ...raw, purpose: CARE }, train], [['raw', 'train']])).toEqual([]);
    expect(made([raw, train], [['raw', 'train']], PROFILE)).toEqual([]);
  });
  test('a registry says which purposes rest on consent, as well as the profile', () => {
    const registry = { id: 'registry', kind: 'store' as const, detail: 'consent', consentPurposes: [RISK] };
    expect(made([registry, raw, train], [['raw', 'train']], PROFILE)).toEqual([FOUND]);
    // what it gives is consents, which nobody is asked for
    expect(made([registry, { id: 'snapshots', kind: 'store', classification: Classification.PERSONAL }, raw, consented, train], [['registry', 'snapshots'], ['snapshots', 'filter'], ['raw', 'filter'], ['filter', 'train']], PROFILE)).toEqual([['train', 'compliant', undefined]]);
  });
  test('the purpose of the pipeline counts where a store states none; where nobody does it is unknown', () => {
    const silent = { ...raw, purpose: undefined };
    expect(made([silent, { ...train, purpose: RISK }], [['raw', 'train']])).toEqual([FOUND]);
    expect(made([silent, train], [['raw', 'train']])).toEqual([['train', 'unknown', "'train' learns from 'raw', and neither says for what: whether that rests on consent is not known"]]);
  });
  test('a store without a classification may hold people', () => {
    expect(made([{ ...raw, classification: undefined }, train], [['raw', 'train']])).toEqual([FOUND]);
  });
  test('what does not learn is not asked, and a circle ends', () => {
    expect(made([raw, { id: 'transform', detail: 'Transform' }], [['raw', 'transform']])).toEqual([]);
    expect(made([raw, { id: 'a' }, { id: 'b' }, train], [['raw', 'a'], ['a', 'b'], ['b', 'a'], ['b', 'train']])).toEqual([FOUND]);
  });
});

describe('ConsentFilterUnchanged', () => {
  const PROMISE: ConsentPromise = {
    purpose: RISK, settings: { CONSENT_SUBJECT: 'patient_id', CONSENT_PURPOSE: 'readmission-risk', CONSENT_MAXIMUM_AGE_SECONDS: '86400' }, entrypoint: ['/bin/sh', '-c', 'run', 'code', 'python3', 'main.py'],
    code: `${'a'.repeat(64)}/code.tar.gz`, snapshotStep: 'Snapshot',
  };
  const input = (InputName: string, S3Uri: unknown) => ({ InputName, S3Input: { S3Uri } });
  const SNAPSHOT = { Get: "Steps.Snapshot.OutputParameters['snapshot']" };
  const URI = input('consent-snapshot', { Get: "Steps.Snapshot.OutputParameters['uri']" });
  const CODE = input('code', `s3://assets/${PROMISE.code}`);
  const ARGUMENTS = {
    AppSpecification: { ContainerEntrypoint: PROMISE.entrypoint }, Environment: { ...PROMISE.settings, CONSENT_SNAPSHOT: SNAPSHOT }, ProcessingInputs: [input('admissions', 's3://raw/admissions/'), URI, CODE],
  };
  const made = (args: object, consent: ConsentPromise | undefined = PROMISE) => {
    const app = new App();
    const stack = stackIn(app);
    new CfnParameter(stack, 'Param');
    const pipeline = new Construct(stack, 'Pipeline');
    new CfnResource(pipeline, 'Resource', { type: 'AWS::SageMaker::Pipeline', properties: { PipelineDefinition: { PipelineDefinitionBody: { Steps: [{ Name: 'Step', Type: 'Processing', Arguments: args }] } } } });
    new Construct(pipeline, 'Step');
    flowOf(app, [{ id: 'Test/Pipeline/Step', name: 'Step', detail: 'Processing', ...(consent ? { consent } : {}) }], []);
    return answers(app, 'ConsentFilterUnchanged').map(([, answer, detail]) => [answer, ...(detail ? [detail.replace(/^[^:]*?: /, '')] : [])]);
  };
  const found = (change: object) => made({ ...ARGUMENTS, ...change });

  test('what the library renders is kept, wherever the assets lie', () => {
    expect(found({})).toEqual([['compliant']]);
    expect(found({ ProcessingInputs: [URI, input('code', { 'Fn::Join': ['', ['s3://', { Ref: 'Param' }, `/${PROMISE.code}`]] })] })).toEqual([['compliant']]);
  });
  test('any other step is not asked', () => {
    expect(made(ARGUMENTS, null as never)).toEqual([]);
  });
  test.each<[string, object, string]>([
    ['another purpose', { Environment: { ...ARGUMENTS.Environment, CONSENT_PURPOSE: 'marketing' } }, "CONSENT_PURPOSE is 'marketing', and declared as 'readmission-risk'"],
    ['no column', { Environment: { CONSENT_PURPOSE: 'readmission-risk', CONSENT_MAXIMUM_AGE_SECONDS: '86400', CONSENT_SNAPSHOT: SNAPSHOT } }, "CONSENT_SUBJECT is declared as 'patient_id' and not deployed"],
    ['a longer age', { Environment: { ...ARGUMENTS.Environment, CONSENT_MAXIMUM_AGE_SECONDS: '99999999' } }, "CONSENT_MAXIMUM_AGE_SECONDS is '99999999', and declared as '86400'"],
    ['another program', { AppSpecification: { ContainerEntrypoint: ['cp', '-r', '/in', '/out'] } }, 'its entrypoint is not the one that was declared'],
    ['no program', { AppSpecification: {} }, 'its entrypoint is not the one that was declared'],
    ['arguments', { AppSpecification: { ContainerEntrypoint: PROMISE.entrypoint, ContainerArguments: ['--all'] } }, 'it is given arguments, of which none were declared'],
    ['other code', { ProcessingInputs: [URI, input('code', 's3://assets/b/code.tar.gz')] }, 'its code is not the one that was declared'],
    ['no code', { ProcessingInputs: [URI] }, 'it has 0 inputs of code, and one was declared'],
    ['code twice', { ProcessingInputs: [URI, CODE, CODE] }, 'it has 2 inputs of code, and one was declared'],
    ['a digest that is written out', { Environment: { ...ARGUMENTS.Environment, CONSENT_SNAPSHOT: 'b'.repeat(64) } }, "Environment.CONSENT_SNAPSHOT does not come from step 'Snapshot', which has the snapshot taken"],
    ['the digest of another step', { Environment: { ...ARGUMENTS.Environment, CONSENT_SNAPSHOT: { Get: "Steps.Other.OutputParameters['snapshot']" } } }, "Environment.CONSENT_SNAPSHOT does not come from step 'Snapshot', which has the snapshot taken"],
    ['the address of an old snapshot', { ProcessingInputs: [CODE, input('consent-snapshot', 's3://consents/snapshots/2020/')] }, "ProcessingInputs.0.S3Input.S3Uri does not come from step 'Snapshot', which has the snapshot taken"],
    ['no snapshot', { ProcessingInputs: [CODE] }, 'it reads 0 snapshots, and one was declared'],
  ])('%s is a finding', (_name, change, detail) => {
    const [first, ...others] = found(change);
    expect([first![0], others]).toEqual(['non-compliant', []]);
    expect(first![1]).toContain(detail.replace('ProcessingInputs.0.', ''));
  });
  test('a token in the place of a setting, of the program or of the code is unknown', () => {
    const token = { Ref: 'Param' };
    expect(found({ Environment: { ...ARGUMENTS.Environment, CONSENT_PURPOSE: token } }).map(([answer]) => answer)).toEqual(['unknown']);
    expect(found({ AppSpecification: { ContainerEntrypoint: token } }).map(([answer]) => answer)).toEqual(['unknown']);
    expect(found({ ProcessingInputs: [URI, input('code', token)] }).map(([answer]) => answer)).toEqual(['unknown']);
  });
});

describe('ConsentWithdrawalHeard', () => {
  const made = (bus: string, rule: object | undefined, node: Partial<FlowNode> = { consentPurposes: [RISK] }, profile = PROFILE) => {
    const app = new App();
    const stack = stackIn(app);
    const registry = new Construct(stack, 'Consent');
    new CfnParameter(stack, 'Param');
    const resource = new CfnResource(bus === 'own' ? registry : stack, 'Bus', { type: 'AWS::Events::EventBus', properties: { Name: 'withdrawals' } });
    if (rule) new CfnResource(stack, 'Rule', { type: 'AWS::Events::Rule', properties: { EventBusName: { Ref: resource.logicalId }, Targets: [{ Id: 't', Arn: 'arn' }], ...rule } });
    flowOf(app, [{ id: 'Test/Consent', name: 'Consent', kind: 'store', detail: 'consent', ...node }], []);
    return answers(app, 'ConsentWithdrawalHeard', profile).map(([, answer]) => answer);
  };

  test('a rule with a target on the bus hears', () => {
    expect(made('own', {})).toEqual(['compliant']);
  });
  test.each<[string, object | undefined]>([
    ['no rule', undefined], ['a rule on the default bus', { EventBusName: undefined }], ['a rule on another bus', { EventBusName: 'default' }], ['a rule without a target', { Targets: [] }], ['a rule on a bus that is not known', { EventBusName: { Ref: 'Param' } }],
  ])('%s does not', (_name, rule) => {
    expect(made('own', rule)).toEqual(['non-compliant']);
  });
  test('a registry of another app, a store that is none, and a profile without a duty to erase are not asked', () => {
    expect(made('other', undefined)).toEqual([]);
    expect(made('own', undefined, {})).toEqual([]);
    expect(made('own', undefined, undefined, ComplianceProfile.of({ frameworks: [Framework.HIPAA], residency: Residency.within(Jurisdiction.EU) }))).toEqual([]);
  });
});

ruleTable('ConsentSnapshotAge', {
  step: 'Processing',
  compliant: [{ Environment: { CONSENT_SNAPSHOT: 'x', CONSENT_MAXIMUM_AGE_SECONDS: '86400' } }, { Environment: { CONSENT_MAXIMUM_AGE_SECONDS: 60 } }],
  nonCompliant: [
    { Environment: { CONSENT_SNAPSHOT: 'x', CONSENT_MAXIMUM_AGE_SECONDS: '86401' } }, { Environment: { CONSENT_SNAPSHOT: 'x' } }, { Environment: { CONSENT_SNAPSHOT: 'x', CONSENT_MAXIMUM_AGE_SECONDS: '0' } },
    { Environment: { CONSENT_MAXIMUM_AGE_SECONDS: 'a day' } }, { Environment: { CONSENT_MAXIMUM_AGE_SECONDS: '' } },
  ],
  unknown: [{ Environment: { CONSENT_MAXIMUM_AGE_SECONDS: { Get: 'Parameters.Open' } } }, { Environment: { CONSENT_MAXIMUM_AGE_SECONDS: { Ref: 'Param' } } }],
  notApplicable: [{}, { Environment: { OTHER: '1' } }],
  override: { path: 'Environment.CONSENT_MAXIMUM_AGE_SECONDS', to: '2592000' },
});
ruleTable('ConsentSnapshotAge', {
  step: 'Training', compliant: [], nonCompliant: [], unknown: [], notApplicable: [{ Environment: { CONSENT_MAXIMUM_AGE_SECONDS: '99999999' } }],
});
