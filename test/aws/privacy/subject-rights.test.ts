import { App, CfnResource, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Eraser, FeatureTableFormat, ModelPackageGroup, RecordLayout, Replication, SubjectRights, SubjectRightsProps, Workspace } from '../../../lib/aws';
import { Classification, ComplianceProfile, Framework, Jurisdiction, Residency, TokenField } from '../../../lib/policy';
import { DataFlow } from '../../../lib/policy/flow';
import { env, profile } from '../../support/workspace';
import { vaultOn } from './fixture';
import { hospital } from './rights-fixture';

const PATIENTS = RecordLayout.onePerson('patients/{subject}/');

/** Rights over one store, with what a test changes. */
function over(change: { profile?: ComplianceProfile; rights?: Partial<SubjectRightsProps>; store?: object } = {}) {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env });
  const workspace = new Workspace(stack, 'Workspace', { profile: change.profile ?? profile });
  const raw = workspace.addStore('Raw', { classification: Classification.PHI, ...change.store });
  const make = () => new SubjectRights(stack, 'Rights', { workspace, erasers: [Eraser.objects(raw, { layout: PATIENTS })], ...change.rights });
  return { app, stack, workspace, raw, make };
}
const deadlinesOf = (stack: Stack) => {
  const desk = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function')).find(({ Properties }) => 'DEADLINES' in ((Properties as { Environment?: { Variables: object } }).Environment?.Variables ?? {}))!;
  return JSON.parse((desk.Properties as { Environment: { Variables: { DEADLINES: string } } }).Environment.Variables.DEADLINES) as Record<string, unknown[]>;
};
const within = (...frameworks: Framework[]) => ComplianceProfile.of({ frameworks, residency: Residency.within(Jurisdiction.EU) });

describe('a request is due when the profile’s frameworks say', () => {
  const [gdpr, ccpa, hipaa] = [{ citation: 'GDPR Art. 12(3)', months: 1 }, { citation: 'Cal. Civ. Code § 1798.130(a)(2)(A)', days: 45 }, { citation: '45 CFR 164.524(b)(2)(i)', days: 30 }];
  test.each<[string, Framework[], object]>([
    ['GDPR', [Framework.GDPR], { erasure: [gdpr], access: [gdpr] }], ['CCPA', [Framework.CCPA], { erasure: [ccpa], access: [ccpa] }],
    ['all of them', [Framework.HIPAA, Framework.CCPA, Framework.GDPR], { erasure: [ccpa, gdpr], access: [hipaa, ccpa, gdpr] }],
  ])('%s', (_what, frameworks, expected) => {
    const { stack, make } = over({ profile: within(...frameworks) });
    make();
    expect(deadlinesOf(stack)).toEqual(expected);
  });
  test('and by a time of the user’s own, beside them', () => {
    const { stack, make } = over({ rights: { answerWithin: Duration.days(14) } });
    make();
    expect(deadlinesOf(stack)).toMatchObject({ erasure: [gdpr, { citation: 'answerWithin', days: 14 }] });
  });
  test('fails where none of them says it for erasures and nobody else does', () => {
    expect(over({ profile: within(Framework.HIPAA) }).make).toThrow("subject rights 'Stack/Rights': no framework of the profile (HIPAA) says when a request of erasure is due: give answerWithin, such as Duration.days(30)");
    expect(over({ profile: within(Framework.HIPAA), rights: { answerWithin: Duration.days(30) } }).make).not.toThrow();
  });
});

test('deadlines are looked at four times a day, and the alarm is raised before one is over, or when nobody looked', () => {
  const { stack, make } = over({ rights: { warnBefore: Duration.days(10) } });
  make();
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(6 hours)', Targets: [Match.objectLike({ Input: '{"action":"watch"}' })] });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: Match.stringLikeRegexp('^RequestsDue-'), Threshold: 1, TreatMissingData: 'breaching', Period: 43_200, AlarmActions: [{ Ref: Match.stringLikeRegexp('^WorkspaceAlarms') }],
  });
  template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: Match.objectLike({ WARN_DAYS: '10' }) } });
});

test('what could not be done, what was not delivered and what failed raises an alarm', () => {
  const { stack, rights } = hospital();
  rights.requestsFrom(new events.EventBus(stack, 'Consent'));
  const alarms = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => String((Properties as { AlarmDescription: string }).AlarmDescription));
  expect(alarms).toEqual(expect.arrayContaining([
    'a request of a person was not taken in, or is left open', 'a request of a person took too long', 'something could not be done for a person: see the queue', 'withdrawals of consent did not reach the erasure',
  ]));
});

test('withdrawals of consent start the workflow as they come', () => {
  const { stack, rights } = hospital();
  rights.requestsFrom(new events.EventBus(stack, 'Consent'));
  Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', {
    EventBusName: { Ref: Match.stringLikeRegexp('^Consent') }, EventPattern: { 'source': ['regulated-ml.consent'], 'detail-type': ['Consent withdrawn'] },
    Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Rights'), 'Arn'] }, RoleArn: Match.anyValue(), DeadLetterConfig: Match.anyValue(), Input: Match.absent(), InputPath: Match.absent() })],
  });
});

test('copies are encrypted with the key of the rights, expire, and are hidden for no longer than a day', () => {
  const { stack, make } = over();
  make();
  Template.fromStack(stack).hasResourceProperties('AWS::S3::Bucket', {
    BucketEncryption: { ServerSideEncryptionConfiguration: [Match.objectLike({ ServerSideEncryptionByDefault: { KMSMasterKeyID: { 'Fn::GetAtt': [Match.stringLikeRegexp('^RightsKey'), 'Arn'] }, SSEAlgorithm: 'aws:kms' } })] },
    LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 30, NoncurrentVersionExpiration: { NoncurrentDays: 1 } })] },
  });
});

test('records are kept: by a table that is protected, restored and encrypted, and stays when its stack goes', () => {
  const { stack, make } = over();
  make();
  Template.fromStack(stack).hasResource('AWS::DynamoDB::Table', {
    DeletionPolicy: 'Retain', Properties: { DeletionProtectionEnabled: true, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true }, SSESpecification: { SSEEnabled: true }, TimeToLiveSpecification: Match.absent() },
  });
});

test('each store with an eraser says so in the flow', () => {
  const { stack } = hospital();
  const told = Object.fromEntries(DataFlow.of(stack).nodes.filter(({ erasure }) => erasure !== undefined).map(({ id, erasure }) => [id, erasure]));
  expect(told).toEqual({
    'Stack/Workspace/Raw': "objects below 'patients/{subject}/', by Stack/Rights", 'Stack/Workspace/Curated': "rows of CSV files below 'train/' by pseudonym, by Stack/Rights",
    'Stack/Workspace/Captures': "captures below 'captures/' by inference id, by Stack/Rights", 'Stack/Rights/Ofpatients/Eraser': 'record by record, by Stack/Rights',
    'Stack/Workspace/Features': "rows of feature group 'patients', by Stack/Rights", 'Stack/Workspace/Letters': "function 'Stack/Own', by Stack/Rights",
    'Stack/Workspace/Models': 'data-protection-officer decides whether models are trained again (from checkpoints and /opt/ml/output/data, which lie beside them, nobody is erased), by Stack/Rights', 'Stack/Vault': 'keys of a person, by Stack/Rights',
    'Stack/Rights/Exports': "objects below 'exports/{subject}/', by Stack/Rights",
  });
});

test('a store can have several erasers, each with a name of its own in the records', () => {
  const { stack, workspace, raw } = over();
  new SubjectRights(stack, 'Rights', { workspace, erasers: [Eraser.objects(raw, { layout: PATIENTS }), Eraser.objects(raw, { layout: RecordLayout.jsonLines('patient.id', 'events/') })] });
  const [machine] = Object.values(Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'));
  expect(JSON.stringify(machine)).toMatch(/Stack\/Workspace\/Raw\\+",.*Stack\/Workspace\/Raw#2/);
  expect(DataFlow.of(stack).node('Stack/Workspace/Raw')?.erasure).toBe("objects below 'patients/{subject}/', by Stack/Rights; lines of JSON files below 'events/' by patient.id, by Stack/Rights");
});

describe('what stands against an erasure is named at synth and in each outcome', () => {
  const standing = (made: { app: App; stack: Stack }) => {
    const template = Template.fromStack(made.stack);
    const warnings = Annotations.fromStack(made.stack).findWarning('/Stack/Rights', Match.anyValue()).map(({ entry }) => String(entry.data));
    const definition = JSON.stringify(Object.values(template.findResources('AWS::StepFunctions::StateMachine')));
    return { warnings, conflicts: [...definition.matchAll(/"conflicts\\+":\[((?:\\+"[a-z]+\\+",?)*)\]/g)].map(([, words]) => words!.replace(/[\\"]/g, '')).filter((words) => words !== '') };
  };
  test('a lock', () => {
    const made = over({ store: { objectLock: s3.ObjectLockRetention.compliance(Duration.days(30)) } });
    made.make();
    const { warnings, conflicts } = standing(made);
    expect(warnings.join()).toContain("objects of 'Stack/Workspace/Raw' are locked for a time");
    expect(conflicts).toEqual(['locked']);
  });
  test('a replica that nobody erases from; a replica that has an eraser is none', () => {
    for (const erased of [false, true]) {
      const app = new App();
      const stack = new Stack(app, 'Stack', { env });
      const workspace = new Workspace(stack, 'Workspace', { profile });
      const target = workspace.addStore('Copy', { classification: Classification.PHI });
      const raw = workspace.addStore('Raw', { classification: Classification.PHI, replication: Replication.to(target) });
      new SubjectRights(stack, 'Rights', { workspace, erasers: [raw, ...(erased ? [target] : [])].map((store) => Eraser.objects(store, { layout: PATIENTS })) });
      const { warnings, conflicts } = standing({ app, stack });
      expect(warnings.some((line) => line.includes('is replicated to a store that has no eraser'))).toBe(!erased);
      expect(conflicts).toEqual(erased ? [] : ['replica']);
    }
  });
  test('a backup that takes the store in, by its ARN, by everything or by tags; one that leaves it out is none', () => {
    const taking = (selection: (raw: s3.IBucket) => object) => {
      const made = over();
      made.make();
      new CfnResource(made.stack, 'Selection', { type: 'AWS::Backup::BackupSelection', properties: { BackupPlanId: 'p', BackupSelection: { IamRoleArn: 'r', SelectionName: 's', ...selection(made.raw.bucket) } } });
      return standing(made).conflicts;
    };
    expect(taking((raw) => ({ Resources: [raw.bucketArn] }))).toEqual(['backup']);
    // the store of copies is a bucket too
    expect(taking(() => ({ Resources: ['*'] }))).toEqual(['backup', 'backup']);
    expect(taking(() => ({ ListOfTags: [{ ConditionType: 'STRINGEQUALS', ConditionKey: 'backup', ConditionValue: 'yes' }] }))).toEqual(['backup', 'backup']);
    expect(taking((raw) => ({ Resources: ['*'], NotResources: [raw.bucketArn] }))).toEqual(['backup']);
    expect(taking(() => ({ Resources: ['arn:aws:s3:::another'] }))).toEqual([]);
  });
  test('stores and recipients downstream from which nothing erases', () => {
    const made = over();
    made.make();
    const flow = DataFlow.of(made.stack);
    flow.add({ id: 'step', kind: 'step', name: 'Train' });
    flow.add({ id: 'partner', kind: 'external', name: 'Partner', region: 'eu-central-1' });
    flow.connect(made.raw.node.path, 'step');
    flow.connect('step', made.workspace.outputs.node.path);
    flow.connect('step', 'partner');
    const { warnings, conflicts } = standing(made);
    expect(warnings.join()).toContain("data of 'Stack/Workspace/Raw' reaches 'Outputs', 'Partner', outside the app, from where no eraser takes it");
    expect(conflicts).toEqual(['lineage']);
  });
  test('a step that reads or writes files of another form there', () => {
    const made = over();
    const flow = DataFlow.of(made.stack);
    const clean = (id: string, reads: string, writes: string) => flow.add({ id, kind: 'step', name: id, deIdentification: { digest: 'd', columns: {}, passing: [], namedLike: [], missingNames: [], holdsGroups: true, leavesGroupsOut: false, reads, writes } });
    clean('Same', 'csv', 'csv');
    clean('Clean', "csv with ';'", 'parquet');
    for (const step of ['Same', 'Clean']) {
      flow.connect(made.raw.node.path, step, 'admissions');
      flow.connect(step, made.raw.node.path, 'data');
      flow.connect(step, made.raw.node.path, 'quarantine');
    }
    new SubjectRights(made.stack, 'Rights', { workspace: made.workspace, erasers: [Eraser.objects(made.raw, { layout: RecordLayout.csv('id') })] });
    const { warnings, conflicts } = standing(made);
    expect(warnings.join()).toContain("people are erased from 'Stack/Workspace/Raw' by rows of csv, and step 'Clean' reads csv with ';', step 'Clean' writes parquet there: such files are left as they are, and each request is left open");
    expect(conflicts).toEqual(['unreadable']);
  });
  test('nothing, where rows of Parquet are what a step reads and writes there', () => {
    const made = over();
    const flow = DataFlow.of(made.stack);
    const promise = { digest: 'd', columns: { id: 'id' }, passing: [], namedLike: [], missingNames: [], holdsGroups: true, leavesGroupsOut: false };
    flow.add({ id: 'Clean', kind: 'step', name: 'Clean', deIdentification: { ...promise, reads: 'parquet', writes: 'parquet' } });
    flow.connect(made.raw.node.path, 'Clean', 'admissions', { prefix: 'train/' });
    flow.connect('Clean', made.raw.node.path, 'data', { prefix: 'train/' });
    new SubjectRights(made.stack, 'Rights', { workspace: made.workspace, erasers: [Eraser.objects(made.raw, { layout: RecordLayout.parquet('id', 'train/') })] });
    expect(standing(made)).toEqual({ warnings: [], conflicts: [] });
  });
  test('a step whose plan does not have the column by which people are found', () => {
    const made = over();
    const flow = DataFlow.of(made.stack);
    const promise = { digest: 'd', passing: [], namedLike: [], missingNames: [], holdsGroups: true, leavesGroupsOut: false, reads: 'csv', writes: 'csv' };
    flow.add({ id: 'Clean', kind: 'step', name: 'Clean', deIdentification: { ...promise, columns: { patient_id: 'suppress', age: 'age' } } });
    flow.add({ id: 'Other', kind: 'step', name: 'Other' });
    const raw = made.raw.node.path;
    for (const step of ['Clean', 'Other']) flow.connect(raw, step, 'admissions', { prefix: 'admissions/' });
    flow.connect('Clean', raw, 'data', { prefix: 'clean/' });
    const erasers = [RecordLayout.csv('patient_id', 'admissions/'), RecordLayout.csv('patientid', 'admissions/'), RecordLayout.csv('patientid', 'letters/'), RecordLayout.csv('patient_id', 'clean/')];
    new SubjectRights(made.stack, 'Rights', { workspace: made.workspace, erasers: erasers.map((layout) => Eraser.objects(made.raw, { layout })) });
    expect(standing(made).warnings.filter((warning) => warning.includes('rows without it')).map((warning) => warning.replace(/ Name the column.*/s, ''))).toEqual([
      "people are erased from 'Stack/Workspace/Raw#2' by 'patientid', and step 'Clean' reads rows without it there: nobody is found in them.",
      "people are erased from 'Stack/Workspace/Raw#4' by 'patient_id', and step 'Clean' writes rows without it there: nobody is found in them.",
    ]);
  });
  test('rows that a de-identification sets aside in the store itself', () => {
    const made = over();
    const flow = DataFlow.of(made.stack);
    flow.add({ id: 'clean', kind: 'step', name: 'Clean' });
    flow.connect('clean', made.raw.node.path, 'quarantine', { carries: 'aside', prefix: 'p/Clean/quarantine/' });
    made.make();
    const { warnings, conflicts } = standing(made);
    expect(warnings.join()).toContain("rows are set aside in 'Stack/Workspace/Raw' by 'Clean' below 'p/Clean/quarantine/', and no eraser finds a person in such rows: give the quarantine a store of its own");
    expect(conflicts).toEqual(['unreadable']);
  });
  test('nothing, where nothing does', () => {
    const made = over();
    made.make();
    expect(standing(made)).toEqual({ warnings: [], conflicts: [] });
  });
});

test('an eraser of Parquet is told the column, and has the memory to write a file anew', () => {
  const { stack, workspace, raw } = over();
  new SubjectRights(stack, 'Rights', { workspace, erasers: [Eraser.objects(raw, { layout: RecordLayout.parquet('id', 'train/') }), Eraser.objects(raw, { layout: RecordLayout.csv('id', 'text/') })] });
  const erasers = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function', { Properties: { Description: 'Erases people from Stack/Workspace/Raw' } })).map(({ Properties }) => {
    const { MemorySize, Environment } = Properties as { MemorySize: number; Environment: { Variables: { STORE: object } } };
    return [MemorySize, JSON.stringify(Environment.Variables.STORE).replace(/.*layout/s, '').replace(/[\\"]/g, '').split('}')[0]];
  });
  expect(erasers).toEqual([[3_008, ':{kind:parquet,prefix:train/,column:id'], [1_024, ':{kind:csv,prefix:text/,column:id']]);
});

describe('fails', () => {
  const { workspace, raw, stack } = over();
  const group = new ModelPackageGroup(stack, 'Group');
  const offline = { tableFormat: FeatureTableFormat.ICEBERG, database: 'db', table: 't', store: raw, workGroup: 'w', results: workspace.outputs };
  const features = { featureGroupName: 'patients', recordIdentifier: 'id', eventTime: 'time' };
  const rights = (props: object) => () => new SubjectRights(new Stack(new App(), 'Stack', { env }), 'Rights', { workspace, erasers: [Eraser.objects(raw, { layout: PATIENTS })], ...props });

  test.each<[string, () => unknown, RegExp]>([
    ['without erasers', rights({ erasers: [] }), /has no erasers, so nothing would ever be erased: give one for each store/], ['with something else for an eraser', rights({ erasers: [raw] }), /erasers\[0\] is an object: give an eraser/],
    ['without a workspace', rights({ workspace: undefined }), /workspace is missing: give the workspace/], ['without props', () => new SubjectRights(stack, 'None', undefined as never), /its props are undefined/],
    ['with a time of hours', rights({ answerWithin: Duration.hours(30) }), /answerWithin is 1 day 6 hours: give whole days from 1 to 366/], ['with a warning of months', rights({ warnBefore: Duration.days(90) }), /warnBefore is 90 days: give whole days from 1 to 31/],
    ['with an eraser of no store', () => Eraser.objects(undefined as never, { layout: PATIENTS }), /Eraser\.objects: give the store that it erases from/], ['with an eraser without a layout', () => Eraser.objects(raw, {} as never), /Eraser\.objects: layout is missing/],
    ['with an identifier that is none', () => Eraser.objects(raw, { layout: PATIENTS, identifiedBy: 'patient id' }), /identifiedBy is 'patient id': give 1 to 64 letters/], ['with captures of no store', () => Eraser.captures('captures' as never), /Eraser\.captures: give the store/],
    ['with a function that is none', () => Eraser.byFunction(raw, {} as never), /Eraser\.byFunction: give the function that erases/], ['with a vault that is none', () => Eraser.tokenVault({} as never), /Eraser\.tokenVault: give a TokenVault/],
    ['with the same eraser twice', rights({ erasers: [RecordLayout.csv('id', 'a/'), RecordLayout.csv('id', 'b/'), RecordLayout.csv('id', 'a/')].map((layout) => Eraser.objects(raw, { layout })) }),
      /subject rights 'Stack\/Rights': erasers\[0\] and erasers\[2\] are the same, of 'Stack\/Workspace\/Raw': rows of CSV files below 'a\/' by id: leave one out/],
    ['with the same models twice', rights({ erasers: [0, 1].map(() => Eraser.models({ group, decidedBy: 'dpo' })) }), /erasers\[0\] and erasers\[1\] are the same, of 'Stack\/Group': leave one out/],
    ['with models that nobody decides about', () => Eraser.models({ group } as never), /decidedBy is missing: give the role of who decides/], ['with models that somebody decides about by name', () => Eraser.models({ group, decidedBy: 'Jane Doe' }), /decidedBy is 'Jane Doe': give the role of who decides, and not their name, in small letters/], ['with an offline store in the Glue format', () => Eraser.featureGroup({ ...features, offline: { ...offline, tableFormat: FeatureTableFormat.GLUE } }), /the offline store of 'patients' is in the 'Glue' format, in which a row goes only when its file is written anew.*make a group in the Iceberg format/],
    ['with a feature group without any store', () => Eraser.featureGroup({ ...features, online: false }), /would have neither an online nor an offline store/], ['with a feature that could end a query', () => Eraser.featureGroup({ ...features, recordIdentifier: 'id" OR 1=1' }), /recordIdentifier is 'id" OR 1=1': give the name of the feature/],
    ['with a table that could end a query', () => Eraser.featureGroup({ ...features, offline: { ...offline, table: 't"; DROP' } }), /table is 't"; DROP': give the name of its table/], ['with a layout without a person', () => RecordLayout.onePerson('patients/'), /'patients\/' says of no object whose it is/],
    ['with a layout in which nothing ends the person', () => RecordLayout.onePerson('patients/{subject}'), /or '1' would be erased with '10'/], ['with a layout with two persons', () => RecordLayout.onePerson('{subject}/{subject}/'), /give the beginning of keys with one \{subject\}/],
    ['with a prefix that other folders begin with', () => RecordLayout.csv('id', 'admissions'), /'admissions' is the beginning of other folders too: end it with '\/'/], ['with captures of such a prefix', () => Eraser.captures(raw, { prefix: 'captures' }), /'captures' is the beginning of other folders too/],
    ['with a path that begins with the document', () => RecordLayout.jsonLines('$.patient.id'), /the field of a layout is '\$\.patient\.id', .*such as 'patient\.id'/],
    ['with a vault that keeps nobody', () => Eraser.tokenVault(vaultOn(stack, workspace, { fields: { nationalId: TokenField.deterministic() } })), /no field of vault 'Stack\/Vault' has keys of people/],
    ['with a column of Parquet without a name', () => RecordLayout.parquet(''), /the column of a layout is '': give its name/], ['with a prefix of Parquet that other folders begin with', () => RecordLayout.parquet('id', 'a'), /'a' is the beginning of other folders too/],
    ['with a column without a name', () => RecordLayout.csv(' '), /the column of a layout is ' ': give its name/], ['with a prefix that is a place', () => RecordLayout.jsonLines('id', 's3://bucket/x'), /'s3:\/\/bucket\/x' is no prefix of keys/],
  ])('%s', (_what, make, message) => {
    expect(make).toThrow(message);
  });
});
