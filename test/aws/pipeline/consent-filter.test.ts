import { App, CfnParameter, Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import { ConsentRegistry, DataStore, Eraser, PseudonymKey, RecordLayout, SubjectRights, Zone } from '../../../lib/aws';
import { Condition, ConsentFilterStepProps, ModelCard, RiskRating } from '../../../lib/aws/pipeline';
import { Classification, Deidentification, Purpose, Retention, Technique } from '../../../lib/policy';
import { DataFlow } from '../../../lib/policy/flow';
import { readApp } from '../../../lib/rules/aws/tree';
import { judgementsOf, ruleNamed } from '../../rules/support';
import { profile } from '../../support/workspace';
import { code, filter, filteredPipeline, ground, RESEARCH, RISK } from '../privacy/consent-fixture';
import { stepOf, stepsOf } from '../privacy/ledger-fixture';

const problemsOf = (app: App): string => {
  try {
    app.synth();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};
const answersOf = (app: App, name: string) => judgementsOf({ view: readApp(app, false).view, rules: [ruleNamed(name)], profile, pack: 'RegulatedML' }).map(({ resource, finding }) => [resource.path, finding.answer, finding.detail]);

describe('a consent filter', () => {
  test('has a snapshot taken, reads it with the data, and is told what it must be', () => {
    const { pipeline, app } = filteredPipeline();
    expect(problemsOf(app)).toBe('');
    expect(stepOf(pipeline, 'ConsentedSnapshot')).toMatchObject({ Type: 'Lambda', Arguments: { action: 'take' }, OutputParameters: ['snapshot', 'takenAt', 'uri', 'rows'].map((OutputName) => ({ OutputName, OutputType: 'String' })) });
    const { Arguments } = stepOf(pipeline, 'Consented');
    expect(Arguments.Environment).toEqual({
      CONSENT_SUBJECT: 'patient_id', CONSENT_PURPOSE: 'readmission-risk', CONSENT_MAXIMUM_AGE_SECONDS: '86400', CONSENT_INPUT: 'admissions', CONSENT_DELIMITER: ',',
      CONSENT_SNAPSHOT: { Get: "Steps.ConsentedSnapshot.OutputParameters['snapshot']" },
    });
    const inputs = Arguments.ProcessingInputs as { InputName: string; S3Input: { S3Uri: unknown; LocalPath: string } }[];
    expect(inputs.map(({ InputName, S3Input }) => [InputName, S3Input.LocalPath])).toEqual([
      ['admissions', '/opt/ml/processing/input/admissions'], ['consent-snapshot', '/opt/ml/processing/input/consent-snapshot'], ['code', '/opt/ml/processing/input/code'],
    ]);
    expect(inputs[1]!.S3Input.S3Uri).toEqual({ Get: "Steps.ConsentedSnapshot.OutputParameters['uri']" });
    expect(Arguments.NetworkConfig).toMatchObject({ EnableNetworkIsolation: true });
    expect((stepOf(pipeline, 'Consented') as unknown as { PropertyFiles: object[] }).PropertyFiles).toEqual([{ PropertyFileName: 'consent', OutputName: 'consent', FilePath: 'consent.json' }]);
    // a run that takes over results of another would take over its snapshot
    expect(stepOf(pipeline, 'Consented')).not.toHaveProperty('CacheConfig');
  });

  test('uses the last snapshot of a schedule, where there is one', () => {
    const { pipeline } = filteredPipeline({ snapshotSchedule: events.Schedule.rate(Duration.hours(1)) });
    expect(stepOf(pipeline, 'ConsentedSnapshot').Arguments).toEqual({ action: 'latest' });
  });

  test.each<[string, events.Schedule, Partial<ConsentFilterStepProps>]>([
    ['a week, of the default', events.Schedule.rate(Duration.days(7)), {}], ['a day, of a day', events.Schedule.cron({ minute: '0', hour: '3' }), {}],
    ['six hours, of two', events.Schedule.rate(Duration.hours(6)), { maximumAge: Duration.hours(2) }],
  ])('fails where snapshots of a schedule are older than it takes for some of the time: each %s', (_name, snapshotSchedule, more) => {
    expect(() => filter(ground({ snapshotSchedule }), more)).toThrow(/Stack\/Pipeline\/Consented: takes a snapshot of at most .* and registry 'Stack\/Consent' takes one each .*: give its snapshotSchedule a shorter time/);
  });

  test('takes a schedule that is decided at deployment, since a run stops by itself where a snapshot is too old', () => {
    const base = ground();
    const late = ground({ snapshotSchedule: events.Schedule.expression(new CfnParameter(base.stack, 'When').valueAsString) });
    expect(() => filter(late)).not.toThrow();
  });

  test('gives what it keeps to the next step, and its counts to conditions', () => {
    const base = ground();
    const consented = filter(base);
    const next = base.pipeline.addProcessing('Next', { image: base.image, code, inputs: [consented.output(), consented.output('consent')] });
    base.pipeline.addCondition('Enough', { conditions: [Condition.greaterThan(consented.jsonGet('consent', 'rows.kept'), 1000)], ifTrue: [next] });
    expect(problemsOf(base.app)).toBe('');
    expect(JSON.stringify(stepsOf(base.pipeline))).toContain(`{"Std:JsonGet":{"PropertyFile":{"Get":"Steps.Consented.PropertyFiles.consent"},"Path":"rows.kept"}}`);
    expect(DataFlow.of(base.pipeline).sourcesOf('Stack/Pipeline/Next')).toContain('Stack/Pipeline/Consented');
  });

  test('takes its snapshot along into a branch', () => {
    const base = ground();
    const consented = filter(base);
    const flag = base.pipeline.addBoolean('Go', true);
    base.pipeline.addCondition('When', { conditions: [Condition.isTrue(flag.valueAsString)], ifTrue: [consented] });
    expect(problemsOf(base.app)).toBe('');
    expect(stepOf(base.pipeline, 'When').Arguments.IfSteps!.map(({ Name }) => Name)).toEqual(['ConsentedSnapshot', 'Consented']);
  });

  test('filters by a registry of another app', () => {
    const base = ground();
    const store = DataStore.fromAttributes(base.stack, 'Theirs', { bucketName: 'consents', classification: Classification.PERSONAL, key: kms.Key.fromKeyArn(base.stack, 'TheirKey', 'arn:aws:kms:eu-central-1:123456789012:key/1') });
    const registry = ConsentRegistry.fromAttributes(base.stack, 'Imported', {
      workspace: base.workspace, purposes: [RISK], store, snapshotFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:snapshots', receiptsFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:receipts',
      withdrawalsBusArn: 'arn:aws:events:eu-central-1:123456789012:event-bus/withdrawals', scheduledSnapshots: true,
    });
    filter(base, { registry });
    expect(problemsOf(base.app)).toBe('');
    expect(stepOf(base.pipeline, 'ConsentedSnapshot')).toMatchObject({ FunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:snapshots', Arguments: { action: 'latest' } });
    const policies = JSON.stringify(Object.entries(Template.fromStack(base.stack).findResources('AWS::IAM::ManagedPolicy')).filter(([id]) => id.startsWith('PipelineConsentedRole')));
    expect(policies).toContain(':s3:::consents/snapshots/*');
    expect(policies).toContain('arn:aws:kms:eu-central-1:123456789012:key/1');
  });

  test('is as sensitive as what goes in, and for the same purpose', () => {
    const { pipeline } = filteredPipeline();
    const flow = DataFlow.of(pipeline);
    expect(flow.classificationOf('Stack/Pipeline/Consented')).toBe(Classification.PHI);
    expect(flow.purposesOf('Stack/Pipeline/Consented')).toEqual([RISK]);
    expect(flow.node('Stack/Pipeline/Consented')).toMatchObject({ detail: 'Processing', purpose: RISK, consent: { purpose: RISK, snapshotStep: 'ConsentedSnapshot' } });
    expect(JSON.stringify(flow.record())).not.toContain('snapshotStep');
  });

  test('lets the snapshot travel with the model, in its version and its card', () => {
    const base = filteredPipeline();
    const { pipeline, train, stack, workspace } = base;
    pipeline.addRegistration('Register', { training: train, metadata: { team: 'cardiology' } });
    new ModelCard(stack, 'Card', { workspace, description: 'readmission', purpose: RISK, intendedUses: 'wards', risk: RiskRating.HIGH, riskReason: 'health', training: train });
    expect(problemsOf(base.app)).toBe('');
    expect(stepOf(pipeline, 'Register').Arguments.CustomerMetadataProperties).toEqual({
      'team': 'cardiology', 'consent-purpose': 'readmission-risk', 'consent-snapshot': { Get: "Steps.ConsentedSnapshot.OutputParameters['snapshot']" }, 'consent-snapshot-taken-at': { Get: "Steps.ConsentedSnapshot.OutputParameters['takenAt']" },
    });
    Template.fromStack(stack).hasResourceProperties('AWS::SageMaker::ModelCard', { Content: { AdditionalInformation: { CustomDetails: {
      'consent-purpose': 'readmission-risk', 'consent-snapshot-maximum-age-seconds': '86400', 'consent-snapshot': 'the snapshot that a run filtered by is in the metadata of its version, as consent-snapshot',
    } } } });
  });

  test('of which there are two, each is named in the version', () => {
    const base = ground();
    const both = [filter(base, {}, 'First'), filter(base, { input: base.raw.input('labs/') }, 'Second')];
    const train = base.pipeline.addTraining('Train', { image: base.image, code, inputs: both.map((one, index) => one.output().as(`part${index}`)) });
    base.pipeline.addRegistration('Register', { training: train });
    const metadata = stepOf(base.pipeline, 'Register').Arguments.CustomerMetadataProperties as object;
    expect(Object.keys(metadata)).toEqual(['First', 'Second'].flatMap((step) => [`consent-purpose-${step}`, `consent-snapshot-${step}`, `consent-snapshot-taken-at-${step}`]));
  });

  test('is not said to stand behind a model that came another way', () => {
    const base = ground();
    filter(base);
    const train = base.pipeline.addTraining('Train', { image: base.image, code, inputs: [base.raw.input()] });
    base.pipeline.addRegistration('Register', { training: train });
    expect(stepOf(base.pipeline, 'Register').Arguments.CustomerMetadataProperties).toBeUndefined();
  });

  test.each<[string, Partial<ConsentFilterStepProps>, string]>([
    ['no registry', { registry: undefined as never }, 'registry is missing: give a ConsentRegistry'], ['no column', { subject: '' }, "subject is '': give the column"], ['no input', { input: 'admissions/' as never }, "input is 'admissions/': give a DataInput"],
    ['a purpose that is a text', { purpose: 'research' as never }, "purpose is 'research': give a purpose"], ['a purpose of no registry', { purpose: RESEARCH }, "knows nothing of purpose 'research': it has readmission-risk"],
    ['an age of a second', { maximumAge: Duration.seconds(1) }, 'maximumAge of 1 second is not possible'], ['an age that is a number', { maximumAge: 24 as never }, 'maximumAge is 24: give a Duration'], ['two characters between columns', { delimiter: '||' }, "delimiter is '||': give one character"],
    ['a quote between columns', { delimiter: '"' }, 'give one character'],
  ])('fails for %s', (_name, more, message) => {
    expect(() => filter(ground(), more)).toThrow(message);
  });

  describe('beside a de-identification', () => {
    const cleaned = (patient: Technique) => {
      const base = ground();
      const key = PseudonymKey.fromFile(base.workspace.addStore('Keys', { classification: Classification.PHI, zone: Zone.CURATED }).input('k/'));
      const plan = Deidentification.of({ columns: { patient_id: patient, ill: Technique.keep('it is what the model learns') } });
      return { base, plan, key: plan.needsKey ? key : undefined };
    };
    const after = (patient: Technique, subject: string) => {
      const { base, plan, key } = cleaned(patient);
      const clean = base.pipeline.addDeidentification('Clean', { plan, key, input: base.raw.input('admissions/'), quarantine: base.raw });
      return () => filter(base, { input: clean.output(), subject });
    };
    test('fails after it, where receipts and rows no longer call a person the same', () => {
      expect(after(Technique.pseudonym(), 'patient_id')).toThrow("column 'patient_id' becomes pseudonym in 'Clean' before it, and receipts name people as they came: put the filter before the de-identification");
      expect(after(Technique.suppress(), 'patient_id')).toThrow("becomes suppress in 'Clean'");
      expect(after(Technique.pseudonym(), 'patient')).toThrow("subject is 'patient', which is no column of the plan of 'Clean' before it: the plan has patient_id, ill");
    });
    test('may stand after it, where the column is kept: who consents is read, and comes out of it no more', () => {
      expect(DataFlow.of(after(Technique.keep('a number of the study'), 'patient_id')()).classificationOf('Stack/Pipeline/Consented')).toBe(Classification.PSEUDONYMISED);
    });
    test('fails before it, for a subject that the plan does not have', () => {
      const { base, plan, key } = cleaned(Technique.pseudonym());
      const consented = filter(base, { subject: 'patientid' });
      expect(() => base.pipeline.addDeidentification('Clean', { plan, key, input: consented.output(), quarantine: base.raw })).toThrow("the consent filter before it finds people in column 'patientid', which the plan does not have: did you mean 'patient_id'?");
    });
    test('its key is no data without consent, nor data of people to erase', () => {
      const { base, plan, key } = cleaned(Technique.pseudonym());
      const aside = base.workspace.addStore('Aside', { classification: Classification.PHI, purpose: RISK, zone: Zone.CURATED, retention: Retention.days(21), versionRetention: Retention.days(3) });
      const clean = base.pipeline.addDeidentification('Clean', { plan, key, input: filter(base).output(), quarantine: aside });
      base.pipeline.addTraining('Train', { image: base.image, code, inputs: [clean.output()] });
      new SubjectRights(base.stack, 'Rights', { workspace: base.workspace, erasers: [Eraser.objects(base.raw, { layout: RecordLayout.csv('patient_id', 'letters/') }), Eraser.objects(base.workspace.outputs, { layout: RecordLayout.csv('patient_id', 'readmission/Consented/consented/') })] });
      expect(answersOf(base.app, 'FlowConsentFilter')).toEqual([['Stack/Pipeline/Train', 'compliant', undefined]]);
      expect(answersOf(base.app, 'FlowStoreErasure').filter(([, answer]) => answer !== 'compliant').map(([path, answer, detail]) => `${path} ${answer}: ${detail}`).sort()).toEqual([
        "Stack/Workspace/Models non-compliant: 'Models' holds phi data, and nothing erases people from it",
        "Stack/Workspace/Outputs non-compliant: 'Clean' writes 'readmission/Clean/data/' in 'Outputs', where nothing erases people: erasers look below 'readmission/Consented/consented/'",
        "Stack/Workspace/Raw non-compliant: 'Consented' reads 'admissions/' in 'Raw', where nothing erases people: erasers look below 'letters/'",
      ]);
      expect(answersOf(base.app, 'FlowStoreErasure')).toContainEqual(['Stack/Workspace/Aside', 'compliant', 'no eraser reaches it: rows that were set aside are gone after 24 days, before a request is due']);
      expect(answersOf(base.app, 'PipelineInputsMatchDataFlow').filter(([, answer]) => answer !== 'compliant')).toEqual([]);
    });
  });

  test('fails for data that is mounted elsewhere, or called as the snapshot is', () => {
    const base = ground();
    expect(() => filter(base, { input: base.raw.input().mountedAt('/opt/ml/processing/x') })).toThrow('leave mountedAt() out');
    expect(() => filter(base, { input: base.raw.input().as('consent-snapshot') })).toThrow('rename it with as()');
  });

  test('fails for a column that is known at deployment only, and in a pipeline for another purpose', () => {
    const base = ground({ purposes: [RISK, RESEARCH] });
    expect(() => filter(base, { subject: new CfnParameter(base.stack, 'Column').valueAsString })).toThrow('subject is a token');
    expect(() => filter(base, { purpose: RESEARCH })).toThrow("filters by consent to 'research' in a pipeline for 'readmission-risk'");
    expect(Purpose.of('research').isSame(RESEARCH)).toBe(true);
  });
});

describe('rules over a pipeline that filters', () => {
  const NAMES = ['FlowConsentFilter', 'ConsentFilterUnchanged', 'ConsentSnapshotAge', 'PipelineInputsMatchDataFlow', 'FlowPurpose'];

  test('are kept by what the library renders', () => {
    const { app } = filteredPipeline();
    for (const name of NAMES) {
      const answers = answersOf(app, name);
      expect(answers.length).toBeGreaterThan(0);
      expect(answers.filter(([, answer]) => answer !== 'compliant')).toEqual([]);
    }
  });

  test('find a training that goes around the filter', () => {
    const base = filteredPipeline();
    base.pipeline.addTraining('Around', { image: base.image, code, inputs: [base.raw.input('admissions/')] });
    expect(answersOf(base.app, 'FlowConsentFilter').filter(([, answer]) => answer !== 'compliant')).toEqual([
      ['Stack/Pipeline/Around', 'non-compliant', "'Around' learns from 'Raw' for 'readmission-risk', which rests on consent, and no filter asks who consents"],
    ]);
  });
});
