import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnParameter, CfnResource, Fn, NestedStack, Stack, Stage, Validations } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { answersOf, type RawRecord } from '../../lib/policy/record';
import { Baseline, Severity, Waiver, type WaiverProps } from '../../lib/policy';
import { RegulatedMLChecks, type RegulatedMLChecksProps } from '../../lib/rules';
import { ENV, PROFILE, stackIn } from './support';

interface Violation {
  ruleName: string;
  severity: string;
  description: string;
  violatingConstructs: { constructPath: string; stackTraces?: string[]; cloudFormationResource?: { templatePath: string; logicalId: string } }[];
  reason?: string;
}
interface PluginReport { pluginName: string; conclusion: string; violations: Violation[]; suppressedViolations?: Violation[] }
interface Synthesized { violations: Violation[]; suppressed: Violation[]; conclusion?: string; record: RawRecord; outdir: string }

const MODEL = 'RegulatedML-SageMakerModelNetworkIsolation';

function anApp(): App {
  return new App({ outdir: mkdtempSync(join(tmpdir(), 'pack-')), context: { '@aws-cdk/core:failSynthOnValidationErrors': false } });
}

function synth(app: App, recordIn = ''): Synthesized {
  app.synth();
  const file = join(app.outdir, 'validation-report.json');
  const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) as { pluginReports: PluginReport[] } : { pluginReports: [] };
  const own = report.pluginReports.find(({ pluginName }) => pluginName === 'RegulatedML');
  return {
    violations: own?.violations ?? [], suppressed: own?.suppressedViolations ?? [], conclusion: own?.conclusion, outdir: app.outdir,
    record: JSON.parse(readFileSync(join(app.outdir, recordIn, 'regulated-ml-evidence.json'), 'utf8')) as RawRecord,
  };
}

function model(scope: Stack, id: string, isolated?: boolean): sagemaker.CfnModel {
  return new sagemaker.CfnModel(scope, id, {
    enableNetworkIsolation: isolated, executionRoleArn: 'arn:aws:iam::123456789012:role/model',
    vpcConfig: { subnets: ['subnet-1'], securityGroupIds: ['sg-1'] },
  });
}

const paths = (found: Violation[], rule: string) => found.filter(({ ruleName }) => ruleName === rule)
  .flatMap(({ violatingConstructs }) => violatingConstructs.map(({ constructPath }) => constructPath)).sort();

test('a pack judges what an override makes of a resource, in both directions', () => {
  const app = anApp();
  const stack = stackIn(app);
  model(stack, 'Good', true);
  model(stack, 'Broken', true).addPropertyOverride('EnableNetworkIsolation', false);
  model(stack, 'Mended', false).addPropertyOverride('EnableNetworkIsolation', true);
  model(stack, 'Absent');
  new CfnResource(stack, 'Raw', { type: 'AWS::SageMaker::Model', properties: { EnableNetworkIsolation: false } });
  Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile: PROFILE }));
  const { violations, conclusion } = synth(app);
  expect(paths(violations, MODEL)).toEqual(['Test/Absent', 'Test/Broken', 'Test/Raw']);
  expect(conclusion).toBe('failure');
});

test('fails synth when a finding is an error', () => {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), 'pack-')) });
  model(stackIn(app), 'Broken', false);
  Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile: PROFILE }));
  expect(() => app.synth()).toThrow(/SageMaker models run without network access/);
});

test('a finding carries its place, its fix, its control and the law', () => {
  const app = anApp();
  model(stackIn(app), 'Broken', false);
  Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile: PROFILE }));
  const { violations, record } = synth(app);
  const found = violations.find(({ ruleName }) => ruleName === MODEL)!;
  expect(found).toMatchObject({ severity: 'error', suggestedFix: 'set EnableNetworkIsolation', ruleMetadata: { control: 'network-isolation' } });
  expect(found.violatingConstructs[0]).toMatchObject({ cloudFormationResource: { templatePath: 'Test.template.json', logicalId: 'Broken' } });
  expect(record.subjects[record.answers.find(({ rule }) => rule === MODEL)!.subjects[0]!]!.source).toMatch(/^test\/rules\/pack\.test\.ts:\d+:\d+$/);
});

test('a token that does not resolve is unknown: shown as a warning, or failing by choice, never a pass', () => {
  for (const [unknownAs, severity, conclusion] of [[undefined, 'warning', 'success'], [Severity.ERROR, 'error', 'failure']] as const) {
    const app = anApp();
    const stack = stackIn(app);
    const flag = new CfnParameter(stack, 'Isolated');
    model(stack, 'Token').addPropertyOverride('EnableNetworkIsolation', flag.valueAsString);
    Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile: PROFILE, ...(unknownAs ? { unknownAs } : {}) }));
    const result = synth(app);
    const found = result.violations.filter(({ ruleName }) => ruleName.includes('NetworkIsolation'));
    expect(found).toMatchObject([{ ruleName: `${MODEL}[unknown]`, severity }]);
    expect(result.conclusion).toBe(conclusion);
  }
});

test('both branches of a condition are judged', () => {
  const app = anApp();
  const stack = stackIn(app);
  model(stack, 'Either').addPropertyOverride('EnableNetworkIsolation', { 'Fn::If': ['Production', true, false] });
  model(stack, 'Both').addPropertyOverride('EnableNetworkIsolation', { 'Fn::If': ['Production', true, 'true'] });
  Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile: PROFILE }));
  expect(paths(synth(app).violations, MODEL)).toEqual(['Test/Either']);
});

describe('acknowledgements', () => {
  test.each([[`RegulatedML::${MODEL}`], [MODEL]])('%s waives a finding and stays in the record with its reason', (id) => {
    const app = anApp();
    const stack = stackIn(app);
    Validations.of(model(stack, 'Waived', false)).acknowledge({ id, reason: 'serves synthetic data only' });
    model(stack, 'Other', false);
    Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile: PROFILE }));
    const { violations, record } = synth(app);
    expect(paths(violations, MODEL)).toEqual(['Test/Other']);
    const of = (path: string) => [...answersOf(record)].find(({ subject, rule }) => rule === MODEL && record.subjects[subject]!.path === path)!;
    expect(record.accepted[of('Test/Waived').accepted!]).toMatchObject({ kind: 'acknowledgement', id, at: 'Test/Waived', reason: 'serves synthetic data only', silences: 1 });
    expect(of('Test/Other')).not.toHaveProperty('accepted');
  });

  test('a qualified one is listed as suppressed by the CDK too', () => {
    const app = anApp();
    Validations.of(model(stackIn(app), 'Waived', false)).acknowledge({ id: `RegulatedML::${MODEL}`, reason: 'why' });
    Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile: PROFILE }));
    const result = synth(app);
    expect(result.suppressed).toMatchObject([{ ruleName: MODEL, reason: 'why' }]);
    expect(result.conclusion).toBe('success');
  });

  test('one that nothing needs is a finding', () => {
    const app = anApp();
    Validations.of(model(stackIn(app), 'Good', true)).acknowledge({ id: `RegulatedML::${MODEL}`, reason: 'stale' });
    Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile: PROFILE }));
    const { record, violations } = synth(app);
    expect(record.accepted).toMatchObject([{ silences: 0 }]);
    expect(violations).toMatchObject([{ ruleName: 'RegulatedML-WaiverUse', severity: 'warning' }]);
  });

  test.each([['RegulatedML::RegulatedML-ResidencyKey'], ['RegulatedML-ResidencyKey']])('fails to waive a residency finding with %s', (id) => {
    const app = anApp();
    const stack = stackIn(app);
    const key = new kms.CfnKey(stack, 'Key', { enableKeyRotation: true, multiRegion: true, keyPolicy: {} });
    for (const scope of [key, stack, app]) Validations.of(scope).acknowledge({ id, reason: 'please' });
    Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile: PROFILE }));
    const { violations, suppressed, conclusion, record } = synth(app);
    expect(violations.map(({ ruleName, severity }) => `${ruleName} ${severity}`)).toEqual(['RegulatedML-ResidencyKey fatal', 'RegulatedML-WaiverRule fatal']);
    expect(suppressed).toEqual([]);
    expect(conclusion).toBe('failure');
    expect(record.answers.filter(({ rule }) => rule.endsWith('ResidencyKey')).every((answer) => answer.accepted === undefined)).toBe(true);
  });
});

describe('waivers', () => {
  const waiver = (props: Partial<WaiverProps> = {}) => Waiver.of({ rule: MODEL, reason: 'serves synthetic data only', approver: 'data protection officer', expires: '2027-01-31', ...props });
  const app = (props: Partial<RegulatedMLChecksProps>) => {
    const made = anApp();
    const stack = stackIn(made);
    model(stack, 'Waived', false);
    model(stack, 'Other', false);
    Validations.of(made).addPlugins(new RegulatedMLChecks(made, { profile: PROFILE, asOf: '2026-11-26', ...props }));
    return synth(made);
  };
  const found = ({ violations }: Synthesized, rule: string) => violations.filter(({ ruleName }) => ruleName === rule);

  test.each([[{}, []], [{ at: 'Test/Waived' }, ['Test/Other']], [{ at: 'Test' }, []], [{ at: 'Test/Wai' }, ['Test/Other', 'Test/Waived']], [{ at: '*/Oth*' }, ['Test/Waived']], [{ rule: 'RegulatedML-SageMakerModel*' }, []]])(
    'with %j leaves %j', (props, left) => {
      const result = app({ waivers: [waiver(props)] });
      expect(paths(result.violations, MODEL)).toEqual(left);
      expect(found(result, 'RegulatedML-WaiverExpiry')).toEqual([]);
    });

  test('reaches the record with approver and end', () => {
    const { record } = app({ waivers: [waiver({ at: 'Test/Waived' })] });
    expect(record.accepted).toEqual([{ kind: 'waiver', id: MODEL, reason: 'serves synthetic data only', approver: 'data protection officer', at: 'Test/Waived', expires: '2027-01-31', silences: 1 }]);
    expect(record.pack.asOf).toBe('2026-11-26');
  });

  test.each<[string, Partial<WaiverProps>, string, RegExp, string]>([
    ['has expired', { expires: '2026-11-25' }, 'RegulatedML-WaiverExpiry', /the waiver of 'RegulatedML-SageMakerModelNetworkIsolation' ended on 2026-11-25/, 'fatal'],
    ['is misspelt', { rule: 'RegulatedML-SageMakerModelNetworkIsolaton' }, 'RegulatedML-WaiverRule', /did you mean 'RegulatedML-SageMakerModelNetworkIsolation'/, 'fatal'],
    ['gives no reason', { reason: '  ' }, 'RegulatedML-WaiverReason', /the waiver of 'RegulatedML-SageMakerModelNetworkIsolation' gives no reason/, 'fatal'],
    ['names no approver', { approver: '' }, 'RegulatedML-WaiverReason', /the waiver of 'RegulatedML-SageMakerModelNetworkIsolation' names no approver/, 'fatal'],
    ['accepts nothing', { rule: 'RegulatedML-KmsKeyRotation' }, 'RegulatedML-WaiverUse', /accepts nothing here/, 'warning'],
    ['is for a fatal finding', { rule: 'RegulatedML-ResidencyKey' }, 'RegulatedML-WaiverRule', /takes no waiver/, 'fatal'],
    ['is for what is found about waivers', { rule: 'RegulatedML-WaiverUse' }, 'RegulatedML-WaiverRule', /'RegulatedML-WaiverUse' takes no waiver/, 'fatal'],
    ['is qualified as an acknowledgement is', { rule: `RegulatedML::${MODEL}` }, 'RegulatedML-WaiverRule', /there is no rule 'RegulatedML::RegulatedML-SageMakerModelNetworkIsolation': did you mean 'RegulatedML-SageMakerModelNetworkIsolation'/, 'fatal'],
  ])('fails when one %s', (_what, props, rule, detail, severity) => {
    expect(found(app({ waivers: [waiver(props)] }), rule)).toMatchObject([{ severity, description: expect.stringMatching(detail) }]);
  });

  test('that have expired, or say nothing, are told one from the other', () => {
    const expires = '2026-11-25';
    const details = found(app({ waivers: [waiver({ expires }), waiver({ expires, rule: 'RegulatedML-KmsKeyRotation' })] }), 'RegulatedML-WaiverExpiry').map(({ description }) => description);
    expect(details).toEqual([
      `Waivers have not expired: the waiver of '${MODEL}' ended on ${expires}`, `Waivers have not expired: the waiver of 'RegulatedML-KmsKeyRotation' ended on ${expires}`,
    ]);
  });

  test('that have expired accept nothing', () => {
    expect(paths(app({ waivers: [waiver({ expires: '2026-11-25' })] }).violations, MODEL)).toEqual(['Test/Other', 'Test/Waived']);
    expect(paths(app({ waivers: [waiver({ expires: '2026-11-26' })] }).violations, MODEL)).toEqual([]);
  });

  test.each(['2020-01-01', '2027-01-31'])('fails without a date: whether an end on %s is past nobody knows', (expires) => {
    for (const unknownAs of [undefined, Severity.ERROR]) {
      const result = app({ waivers: [waiver({ expires })], asOf: undefined, ...(unknownAs ? { unknownAs } : {}) });
      expect(found(result, 'RegulatedML-WaiverExpiry[unknown]')).toMatchObject([{ severity: unknownAs ?? 'fatal', description: expect.stringContaining(expires), suggestedFix: expect.stringContaining('-c regulated-ml:asOf=') }]);
      expect(result.conclusion).toBe('failure');
    }
  });

  test('without a waiver no date is asked for', () => {
    expect(app({ asOf: undefined }).violations.filter(({ ruleName }) => /Waiver/.test(ruleName))).toEqual([]);
  });

  test('are judged on the day of the context, where no property gives one', () => {
    const on = (context: unknown, props: Partial<RegulatedMLChecksProps> = {}) => {
      const made = new App({ outdir: mkdtempSync(join(tmpdir(), 'pack-')), context: { '@aws-cdk/core:failSynthOnValidationErrors': false, 'regulated-ml:asOf': context } });
      model(stackIn(made), 'Waived', false);
      Validations.of(made).addPlugins(new RegulatedMLChecks(made, { profile: PROFILE, waivers: [waiver()], ...props }));
      return synth(made);
    };
    expect([found(on('2027-01-31'), MODEL), on('2027-01-31').record.pack.asOf]).toEqual([[], '2027-01-31']);
    expect(found(on('2027-02-01'), 'RegulatedML-WaiverExpiry')).toMatchObject([{ severity: 'fatal' }]);
    expect(found(on('2027-02-01', { asOf: '2026-11-26' }), 'RegulatedML-WaiverExpiry')).toEqual([]);
    expect(() => on('today')).toThrow(/the context regulated-ml:asOf is 'today': give a date/);
  });

  test('accept the same in any order: the narrower one is used, and a wide one that nothing is left for is idle', () => {
    const wide = waiver({ rule: 'RegulatedML-SageMakerModel*' });
    const later = waiver({ expires: '2028-01-31' });
    const narrow = waiver({ at: 'Test/Waived' });
    const given = [wide, later, narrow];
    for (const waivers of [given, [...given].reverse(), [later, wide, narrow], [narrow, wide, later]]) {
      const result = app({ waivers });
      expect(found(result, 'RegulatedML-WaiverUse').map(({ description }) => description)).toEqual(["Waivers accept something that was found: 'RegulatedML-SageMakerModel*' accepts nothing here"]);
      const silences = new Map(result.record.accepted.map(({ id, at, expires, silences: count }) => [`${id} ${at} ${expires}`, count]));
      expect(given.map(({ rule, at, expires }) => silences.get(`${rule} ${at} ${expires}`))).toEqual([0, 1, 1]);
    }
  });

  test('a plain id does not accept what cannot be told', () => {
    const made = anApp();
    const stack = stackIn(made);
    model(stack, 'Token').addPropertyOverride('EnableNetworkIsolation', new CfnParameter(stack, 'Flag').valueAsString);
    Validations.of(made).addPlugins(new RegulatedMLChecks(made, { profile: PROFILE, asOf: '2026-11-26', waivers: [waiver()] }));
    expect(found(synth(made), `${MODEL}[unknown]`)).toHaveLength(1);
  });

  test('an acknowledgement that is misspelt, or gives no reason, is a finding; what other packs accept is theirs', () => {
    const made = anApp();
    const broken = model(stackIn(made), 'Model', false);
    Validations.of(broken).acknowledge({ id: 'RegulatedML::RegulatedML-SageMakerModelVPC', reason: 'why' }, { id: MODEL, reason: '' }, { id: 'AwsSolutions-XX1', reason: '' });
    Validations.of(made).addPlugins(new RegulatedMLChecks(made, { profile: PROFILE }));
    const { violations } = synth(made);
    expect(violations.map(({ ruleName, description }) => `${ruleName} ${description}`)).toEqual([
      'RegulatedML-WaiverReason Waivers say why, and who decided: the acknowledgement of \'RegulatedML-SageMakerModelNetworkIsolation\' gives no reason',
      'RegulatedML-WaiverRule Waivers name rules that exist and take a waiver: there is no rule \'RegulatedML-SageMakerModelVPC\': did you mean \'RegulatedML-SageMakerModelVpc\'?',
    ]);
  });

  test.each([
    ['RegulatedMl::RegulatedML-SageMakerModelNetworkIsolation'], ['RegulatedMLChecks::RegulatedML-SageMakerModelNetworkIsolation'], ['RegulatedML:SageMakerModelNetworkIsolation'],
    ['RegualtedML::RegualtedML-SageMakerModelNetworkIsolation'], ['SageMakerModelNetworkIsolation'], ['regulatedml-SageMakerModelNetworkIsolation'],
  ])('fails when an acknowledgement of this pack is written %s', (id) => {
    const made = anApp();
    Validations.of(model(stackIn(made), 'Model', false)).acknowledge({ id, reason: 'synthetic data only' });
    Validations.of(made).addPlugins(new RegulatedMLChecks(made, { profile: PROFILE }));
    const { violations, record } = synth(made);
    expect(violations.map(({ ruleName, description }) => `${ruleName} ${description}`)).toEqual([
      expect.stringContaining(MODEL),
      `RegulatedML-WaiverRule Waivers name rules that exist and take a waiver: there is no rule '${id}': did you mean '${MODEL}'?`,
    ]);
    expect(record.accepted).toMatchObject([{ id, silences: 0 }]);
  });

  test('what another pack names like ours stays its own', () => {
    const made = anApp();
    Validations.of(model(stackIn(made), 'Model', true)).acknowledge(
      { id: 'Acme::Acme-SageMakerModelVpc', reason: 'theirs' }, { id: 'HIPAA.Security-S3BucketVersioning', reason: 'theirs' }, { id: '@aws-cdk/aws-ec2:SageMakerModelVpc', reason: 'theirs' },
      { id: 'AwsSolutions-IAM5[Resource::arn:aws:s3:::regulatedml-data/*]', reason: 'theirs' },
    );
    Validations.of(made).addPlugins(new RegulatedMLChecks(made, { profile: PROFILE }));
    const { violations, record } = synth(made);
    expect(violations).toEqual([]);
    expect(record.accepted.map(({ silences }) => silences)).toEqual([undefined, undefined, undefined, undefined]);
  });

  test.each(['RegulatedML::RegulatedML-WaiverUse', 'RegulatedML-WaiverUse', 'RegulatedML::RegulatedML-WaiverExpiry[unknown]', 'RegulatedML-WaiverExpiry[unknown]'])('fails to waive what is found about waivers with %s, in synth and in the record', (id) => {
    const made = anApp();
    model(stackIn(made), 'Model', false);
    Validations.of(made).acknowledge({ id, reason: 'later' });
    Validations.of(made).addPlugins(new RegulatedMLChecks(made, { profile: PROFILE, waivers: [waiver(), waiver({ rule: 'RegulatedML-KmsKeyRotation' })] }));
    const { violations, conclusion, record } = synth(made);
    expect(conclusion).toBe('failure');
    expect(violations.filter(({ ruleName }) => ruleName === 'RegulatedML-WaiverRule')).toMatchObject([{ severity: 'fatal', description: expect.stringContaining('takes no waiver') }]);
    const ofWaivers = [...answersOf(record)].filter(({ rule, answer }) => /-Waiver/.test(rule) && answer !== 'compliant');
    expect(ofWaivers.map(({ rule, accepted }) => [rule, accepted])).toEqual([
      ['RegulatedML-WaiverExpiry', undefined], ['RegulatedML-WaiverExpiry', undefined], ['RegulatedML-WaiverRule', undefined], ['RegulatedML-WaiverUse', undefined],
    ]);
  });

  test('fails on an end that is no date, and on a day that is none', () => {
    expect(() => waiver({ expires: '31.12.2027' })).toThrow(/the last day of the waiver of 'RegulatedML-SageMakerModelNetworkIsolation' is '31.12.2027': give a date/);
    expect(() => waiver({ expires: '2027-02-30' })).toThrow(/give a date/);
    expect(() => app({ asOf: 'tomorrow' })).toThrow(/asOf of RegulatedMLChecks is 'tomorrow': give a date/);
  });
});

describe('a baseline', () => {
  const entry = { rule: MODEL, path: 'Test/Old', location: 'Properties.EnableNetworkIsolation', count: 1 };
  const app = (baseline: Baseline, ...ids: string[]) => {
    const made = anApp();
    const stack = stackIn(made);
    for (const id of ids) model(stack, id, false);
    new kms.CfnKey(stack, 'Key', { enableKeyRotation: true, multiRegion: true, keyPolicy: {} });
    Validations.of(made).addPlugins(new RegulatedMLChecks(made, { profile: PROFILE, baseline }));
    return synth(made);
  };

  test('accepts what was there and fails on what is new', () => {
    const { violations, record } = app(Baseline.of([entry]), 'Old', 'New');
    expect(paths(violations, MODEL)).toEqual(['Test/New']);
    expect(record.accepted).toMatchObject([{ kind: 'baseline', id: MODEL, at: 'Test/Old', silences: 1 }]);
  });

  test('accepts no more of a kind than there were', () => {
    expect(paths(app(Baseline.of([{ ...entry, path: 'Test/Gone' }]), 'Old').violations, MODEL)).toEqual(['Test/Old']);
  });

  test('accepts no other item of a list in which it knows one', () => {
    const violations = (...policies: string[]) => {
      const made = anApp();
      const stack = stackIn(made);
      const assumes = { Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole', Condition: { StringEquals: { 'aws:SourceAccount': ENV.account } } };
      const managed = policies.map((name) => `arn:aws:iam::aws:policy/${name}`);
      new CfnResource(stack, 'Role', { type: 'AWS::IAM::Role', properties: { AssumeRolePolicyDocument: { Statement: [assumes] }, ManagedPolicyArns: managed } });
      const known = Baseline.of([{ rule: 'RegulatedML-IamFullAccess', path: 'Test/Role', location: 'Properties.ManagedPolicyArns.*', count: 1 }]);
      Validations.of(made).addPlugins(new RegulatedMLChecks(made, { profile: PROFILE, baseline: known }));
      return synth(made).violations.map(({ description }) => description.replace(/^.*: /, ''));
    };
    expect(violations('AmazonS3FullAccess')).toEqual([]);
    expect(violations('AmazonS3FullAccess', 'AdministratorAccess')).toEqual(['it has the managed policy AdministratorAccess']);
  });

  test('accepts nothing fatal', () => {
    const key = { rule: 'RegulatedML-ResidencyKey', path: 'Test/Key', location: 'Properties.MultiRegion', count: 1 };
    expect(paths(app(Baseline.of([key])).violations, 'RegulatedML-ResidencyKey')).toEqual(['Test/Key']);
  });

  test('is read from its file, which is the same whatever the order', () => {
    const other = { ...entry, path: 'Test/A', step: 'Train', location: 'Properties.Steps.3.X' };
    expect(Baseline.of([entry, other]).toJson()).toBe(Baseline.of([other, entry]).toJson());
    expect(Baseline.fromJson(Baseline.of([entry, other]).toJson()).entries).toEqual([other, entry]);
  });

  test.each([['{', /is no JSON/], ['[]', /has the schema undefined/], ['{"schema":"regulated-ml-baseline/1","findings":[{"rule":"x"}]}', /finding 1 of the baseline has undefined as its path/],
    ['{"schema":"regulated-ml-baseline/1","findings":[{"rule":"x","path":"","location":"","count":0}]}', /counts 0: give a whole number/]])('fails on %s', (text, message) => {
    expect(() => Baseline.fromJson(text)).toThrow(message);
  });
});

test('every rule that is asked leaves an answer, and one that has nothing to say is recorded as not applicable', () => {
  const app = anApp();
  const stack = stackIn(app);
  new CfnResource(stack, 'Serverless', { type: 'AWS::SageMaker::EndpointConfig', properties: { ProductionVariants: [{ VariantName: 'a', ModelName: 'm', ServerlessConfig: { MaxConcurrency: 1, MemorySizeInMB: 1024 } }] } });
  Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile: PROFILE }));
  const { record } = synth(app);
  const subject = record.subjects.findIndex(({ path }) => path === 'Test/Serverless');
  const answered = new Set([...record.answers.filter(({ subjects }) => subjects.includes(subject)).map(({ rule }) => rule), ...record.notApplicable.filter(({ subjects }) => subjects.includes(subject)).map(({ rule }) => rule)]);
  const asked = record.rules.filter(({ resources }) => resources.includes('AWS::SageMaker::EndpointConfig') || resources.includes('*')).map(({ id }) => id);
  expect([...answered].sort()).toEqual(asked.sort());
  expect(record.notApplicable.find(({ rule }) => rule === 'RegulatedML-SageMakerEndpointConfigInstanceCount')?.subjects).toContain(subject);
});

describe('what leaves the residency fails synth with a fatal finding that names the construct and the fix', () => {
  const cases: [string, (stack: Stack) => void, string, RegExp][] = [
    ['an image in another region', (stack) => new sagemaker.CfnModel(stack, 'Fault', {
      enableNetworkIsolation: true, primaryContainer: { image: `${stack.account}.dkr.ecr.us-east-1.amazonaws.com/x:1` },
    }), 'ResidencyImage', /copy the image/],
    ['a bucket in another region', (stack) => new sagemaker.CfnModel(stack, 'Fault', { primaryContainer: { modelDataUrl: 's3://models-us-east-1/m.tar.gz' } }), 'ResidencyLocation', /use a bucket in an allowed region/],
    ['a multi-region key', (stack) => new kms.Key(stack, 'Fault', { multiRegion: true }), 'ResidencyKey', /single-region keys/],
    ['a replica in another region', (stack) => new CfnResource(stack, 'Fault', { type: 'AWS::S3::Bucket', properties: {
      ReplicationConfiguration: { Role: 'r', Rules: [{ Status: 'Enabled', Destination: { Bucket: 'arn:aws:s3:::copies-us-east-1' } }] },
    } }), 'ResidencyReplication', /replicate to an allowed region/],
    ['a stack in another region', (stack) => model(new Stack(stack.node.scope!, 'Fault', { env: { ...ENV, region: 'us-east-1' } }), 'Model', true), 'ResidencyStack', /give the stack an env/],
  ];
  test.each(cases)('fails on %s', (_what, plant, rule, fix) => {
    const app = new App({ outdir: mkdtempSync(join(tmpdir(), 'pack-')) });
    plant(stackIn(app));
    Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile: PROFILE }));
    expect(() => app.synth()).toThrow();
    const { pluginReports } = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8')) as { pluginReports: PluginReport[] };
    const found = pluginReports[0]!.violations.find(({ ruleName }) => ruleName === `RegulatedML-${rule}`)!;
    expect(found).toMatchObject({ severity: 'fatal', suggestedFix: expect.stringMatching(fix) as string });
    expect(found.violatingConstructs[0]!.constructPath).toMatch(/Fault/);
  });
});

describe('scope', () => {
  test('a pack on a stage judges that stage only', () => {
    const app = anApp();
    for (const name of ['Dev', 'Prod']) model(new Stack(new Stage(app, name, { env: ENV }), 'Ml'), 'Model', false);
    const prod = app.node.findChild('Prod') as Stage;
    Validations.of(prod).addPlugins(new RegulatedMLChecks(prod, { profile: PROFILE }));
    const { violations } = synth(app, 'assembly-Prod');
    expect(paths(violations, MODEL)).toEqual(['Prod/Ml/Model']);
  });

  test('a pack on an app judges its stages too', () => {
    const app = anApp();
    for (const name of ['Dev', 'Prod']) model(new Stack(new Stage(app, name, { env: ENV }), 'Ml'), 'Model', false);
    Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile: PROFILE }));
    const { violations, record } = synth(app);
    expect(paths(violations, MODEL)).toEqual(['Dev/Ml/Model', 'Prod/Ml/Model']);
    expect(record.stacks.map(({ template }) => template)).toEqual([
      expect.stringMatching(/^assembly-Dev\/DevMl\w+\.template\.json$/), expect.stringMatching(/^assembly-Prod\/ProdMl\w+\.template\.json$/),
    ]);
  });

  test('a pack on a stack judges that stack only', () => {
    const app = anApp();
    model(stackIn(app, 'A'), 'Model', false);
    const b = stackIn(app, 'B');
    model(b, 'Model', false);
    Validations.of(app).addPlugins(new RegulatedMLChecks(b, { profile: PROFILE }));
    app.synth();
    const record = JSON.parse(readFileSync(join(app.outdir, 'regulated-ml-evidence.B.json'), 'utf8')) as RawRecord;
    expect([...answersOf(record)].filter(({ rule }) => rule === MODEL).map(({ subject }) => record.subjects[subject]!.path)).toEqual(['B/Model']);
    expect(record.stacks.map(({ name }) => name)).toEqual(['B']);
  });

  test('nested stacks are judged, and what their parents give them is followed', () => {
    const app = anApp();
    const stack = new Stack(new Stage(app, 'Prod', { env: ENV }), 'Test');
    const inner = new NestedStack(new NestedStack(stack, 'Outer'), 'Inner', { parameters: { Isolated: 'false' } });
    model(inner, 'Model').addPropertyOverride('EnableNetworkIsolation', Fn.ref('Isolated'));
    new CfnParameter(inner, 'Isolated');
    Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile: PROFILE }));
    const { violations } = synth(app);
    expect(violations.filter(({ ruleName }) => ruleName === MODEL)).toMatchObject([{ violatingConstructs: [{ constructPath: 'Prod/Test/Outer/Inner/Model' }] }]);
  });
});

test('answers are the same with and without written templates', () => {
  const build = () => {
    const app = anApp();
    const stack = stackIn(app);
    model(stack, 'Broken', true).addPropertyOverride('EnableNetworkIsolation', false);
    model(stack, 'Token').addPropertyOverride('EnableNetworkIsolation', new CfnParameter(stack, 'P').valueAsString);
    new kms.CfnKey(stack, 'Key', { keyPolicy: {}, multiRegion: true });
    new sagemaker.CfnModel(new NestedStack(stack, 'Inner'), 'Model');
    const other = stackIn(app, 'Other');
    const key = new kms.CfnKey(other, 'OtherKey', { keyPolicy: {}, enableKeyRotation: true });
    new sagemaker.CfnEndpointConfig(stack, 'Config', {
      kmsKeyId: key.attrArn, productionVariants: [{ variantName: 'v', modelName: 'm', instanceType: 'ml.m5.large', initialInstanceCount: 1 }],
    });
    return app;
  };
  type Listed = readonly { ruleName: string; severity?: string; description: string }[];
  const flat = (violations: Listed, places: (index: number) => (string | undefined)[]) => violations
    .flatMap(({ ruleName, severity, description }, index) => places(index).map((place) => [ruleName, severity, description, place].join(' | '))).sort();
  const app = build();
  Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile: PROFILE }));
  const { violations } = synth(app);
  const other = build();
  const direct = new RegulatedMLChecks(other, { profile: PROFILE }).validateScope(other).violations;
  expect(flat(direct, (index) => direct[index]!.violatingResources.map(({ constructPath }) => constructPath)))
    .toEqual(flat(violations, (index) => violations[index]!.violatingConstructs.map(({ constructPath }) => constructPath)));
  expect(direct.length).toBeGreaterThan(4);
});

test('the record has the same bytes on two runs and in two directories', () => {
  const record = () => {
    const app = anApp();
    const stack = stackIn(app);
    model(stack, 'Broken', false);
    new kms.CfnKey(stack, 'Key', { keyPolicy: {} });
    Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile: PROFILE }));
    app.synth();
    return readFileSync(join(app.outdir, 'regulated-ml-evidence.json'), 'utf8');
  };
  expect(record()).toBe(record());
});

test('a record that an earlier synth left is gone as soon as a pack is made', () => {
  const app = anApp();
  model(stackIn(app), 'Model', true);
  Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile: PROFILE }));
  synth(app);
  const again = new App({ outdir: app.outdir });
  new RegulatedMLChecks(again, { profile: PROFILE });
  expect(existsSync(join(app.outdir, 'regulated-ml-evidence.json'))).toBe(false);
});

test.each([undefined, {}, { profile: {} }])('fails without a profile (%j)', (props) => {
  expect(() => new RegulatedMLChecks(anApp(), props as never)).toThrow(/RegulatedMLChecks has no profile: give one, such as/);
});
