import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  Condition, ContainerImage, DataInput, DeidentificationStepProps, Instances, MLPipeline, Objective, Output, PrebuiltImage, PseudonymKey, Range, ServerlessDeidentificationStepProps,
  SparkApplication, TokenVaultProps, Workspace, WorkspaceProps, Zone,
} from '../../../lib/aws';
import { Classification, Deidentification, DifferentialPrivacy, IdentifierKind, PrivacyBudget, PrivacyUnit, Purpose, SensitiveValues, Technique } from '../../../lib/policy';
import { DataFlow } from '../../../lib/policy/flow';
import { RegulatedMLChecks } from '../../../lib/rules';
import { readApp } from '../../../lib/rules/aws/tree';
import { AWS_RULES } from '../../../lib/rules/aws/rules';
import { unwaived } from '../../support/packs';
import { parseBody } from '../../../lib/aws/pipeline/private/render';
import { vaultOn } from '../privacy/fixture';
import { code, ground, Ground } from './fixture';
import { judgementsOf } from '../../rules/support';

const root = join(__dirname, '..', '..', '..');

beforeAll(() => {
  if (!existsSync(join(root, 'build', 'runtime', 'deidentification'))) execFileSync(process.execPath, [join(root, '.ci', 'bundle.mjs')], { cwd: root });
});

const plan = Deidentification.of({
  columns: {
    patient_id: Technique.pseudonym().identifying(IdentifierKind.MEDICAL_RECORD_NUMBER),
    name: Technique.suppress().identifying(IdentifierKind.NAME),
    age: Technique.age(),
    zip: Technique.zip3(),
    admitted: Technique.shiftDate({ maxDays: 30 }),
    diagnosis: Technique.keep('it is what the model learns'),
  },
  subject: 'patient_id',
  quasiIdentifiers: ['age', 'zip'],
  sensitive: { diagnosis: SensitiveValues.CATEGORICAL },
  thresholds: { k: 5, distinctL: 2, maxSuppressedShare: 0.02 },
});
const open = Deidentification.of({ columns: { age: Technique.age(), name: Technique.suppress() }, quasiIdentifiers: ['age'], thresholds: { k: 5 } });

const digest = createHash('sha256').update(plan.json).digest('hex');

function keyOf({ workspace }: Ground): PseudonymKey {
  return PseudonymKey.fromFile(workspace.addStore('Keys', { classification: Classification.PHI, zone: Zone.CURATED, purpose: Purpose.of('readmission-risk') }).input('readmission/'));
}

function onOneMachine(props: Partial<DeidentificationStepProps> = {}, base = ground()) {
  const key = props.plan ? undefined : keyOf(base);
  const step = base.pipeline.addDeidentification('Deidentify', { plan, input: base.raw.input('admissions/'), quarantine: base.raw, key, ...props });
  return { ...base, step };
}

function onEmr(props: Partial<ServerlessDeidentificationStepProps> = {}, base = ground()) {
  const application = new SparkApplication(base.stack, 'Spark', { workspace: base.workspace, maxVcpus: 64 });
  const key = props.plan ? undefined : keyOf(base);
  const step = base.pipeline.addServerlessDeidentification('Deidentify', { application, plan, input: base.raw.input('admissions/'), quarantine: base.raw, key, ...props });
  return { ...base, step };
}

/** The parts of a step that are looked at here. */
interface Rendered {
  readonly Name: string;
  readonly PropertyFiles: object[];
  readonly Arguments: {
    readonly AppSpecification: { readonly ImageUri: string; readonly ContainerEntrypoint: string[]; readonly ContainerArguments: string[] };
    readonly NetworkConfig: object;
    readonly Environment: object;
    readonly ProcessingInputs: { readonly InputName: string }[];
    readonly ProcessingOutputConfig: { readonly Outputs: { readonly OutputName: string }[] };
    readonly Conditions: { readonly LeftValue: object }[];
    readonly JobConfig: { readonly jobDriver: { readonly sparkSubmit: { readonly entryPointArguments: unknown; readonly sparkSubmitParameters: unknown } } };
  };
}

function stepOf(stack: Stack, name: string): Rendered {
  const [pipeline] = Object.values(Template.fromStack(stack).findResources('AWS::SageMaker::Pipeline'));
  const { Steps } = parseBody(pipeline!.Properties.PipelineDefinition.PipelineDefinitionBody) as unknown as { Steps: Rendered[] };
  return Steps.find(({ Name }) => Name === name)!;
}

function requestOf({ stack }: Ground): Rendered {
  return stepOf(stack, 'Deidentify');
}

describe('on one machine', () => {
  test('ten lines give a job without a network that is held to its plan', () => {
    const made = onOneMachine();
    made.pipeline.addTraining('Train', { image: made.image, code, inputs: [made.step.output()] });
    const { Arguments: request, PropertyFiles } = requestOf(made);
    expect(request.NetworkConfig).toMatchObject({ EnableNetworkIsolation: true, EnableInterContainerTrafficEncryption: true });
    expect(request.AppSpecification.ImageUri).toContain('sagemaker-spark-processing:3.5-cpu');
    expect(request.AppSpecification.ContainerEntrypoint.slice(-2)).toEqual(['python3', 'main.py']);
    const args: string[] = request.AppSpecification.ContainerArguments;
    expect(args.slice(args.indexOf('--plan'))).toEqual(['--plan', 'plan.json', '--plan-digest', digest, '--key', '/opt/ml/processing/input/key/pseudonym.key']);
    // SageMaker refuses longer ones
    for (const argument of args) expect(argument.length).toBeLessThanOrEqual(256);
    expect(request.ProcessingInputs.map(({ InputName }) => InputName)).toEqual(['data', 'key', 'code']);
    expect(request.ProcessingOutputConfig.Outputs.map(({ OutputName }) => OutputName)).toEqual(['data', 'report', 'quarantine']);
    expect(request.Environment).toEqual({ SPARK_LOCAL_DIRS: '/opt/ml/processing/spark' });
    expect(PropertyFiles).toEqual([{ PropertyFileName: 'report', OutputName: 'report', FilePath: 'report.json' }]);
  });

  test('the archive of its code holds the plan that the digest is of', () => {
    const { app, stack, ...rest } = onOneMachine();
    const request = requestOf({ app, stack, ...rest }).Arguments;
    const hash = /([0-9a-f]{64})\/code/.exec(JSON.stringify(request.ProcessingInputs))![1];
    const tar = gunzipSync(readFileSync(join(app.outdir, `${hash}.code.tar.gz`))).toString('latin1');
    expect(tar).toContain(plan.json);
    for (const module of ['main.py', 'release.py', 'columns.py', 'measures.py', 'commit.py']) expect(tar).toContain(module);
    expect(tar).not.toContain('README');
  });

  test('no finding in any pack that is not accepted with a reason', () => {
    const made = onOneMachine();
    made.pipeline.addTraining('Train', { image: made.image, code, inputs: [made.step.output()] });
    expect(unwaived(made.app)).toEqual([]);
  });

  test('what goes on is as the plan says, and what goes into quarantine is as it came', () => {
    const { app, raw, step, workspace } = onOneMachine();
    const flow = DataFlow.of(app);
    expect(flow.classificationOf(step.node.path)).toBe(Classification.PSEUDONYMISED);
    expect(flow.classificationOf(`${step.node.path}/Quarantine`)).toBe(Classification.PHI);
    // rows that come back make no new source of the store, and no data of the step
    expect(flow.sourcesOf(raw.node.path)).toEqual([]);
    expect(flow.into(raw.node.path).map(({ from, carries }) => [from, carries])).toEqual([[step.node.path, 'aside'], [`${step.node.path}/Quarantine`, 'back']]);
    expect(flow.record().edges.filter(({ to }) => to === raw.node.path)).toEqual([{ from: `${step.node.path}/Quarantine`, to: raw.node.path, label: 'quarantine', carries: 'back' }]);
    expect(flow.sourcesOf(workspace.outputs.node.path)).toContain(step.node.path);
    expect(JSON.stringify(flow.record())).not.toContain(digest);
  });

  test('a quarantine that is less sensitive than the source is a finding', () => {
    const base = ground();
    const quarantine = base.workspace.addStore('Bad', { classification: Classification.PSEUDONYMISED, zone: Zone.RAW });
    const { app, workspace } = onOneMachine({ quarantine }, base);
    const found = judgementsOf({ view: readApp(app, false).view, rules: AWS_RULES.filter(({ name }) => name === 'FlowStoreClassification'), profile: workspace.profile, pack: 'RegulatedML' });
    expect(found.filter(({ finding }) => finding.answer === 'non-compliant').map(({ finding }) => finding.detail)).toEqual(["'Deidentify quarantine' writes phi data to 'Bad', which is classified pseudonymised"]);
  });

  test('a condition reads how many people look alike', () => {
    const made = onOneMachine();
    const stop = made.pipeline.addFail('Stop', { message: 'too few look alike' });
    made.pipeline.addCondition('Enough', { conditions: [Condition.greaterThanOrEqual(made.step.kAnonymity(), 10)], ifFalse: [stop] });
    const condition = stepOf(made.stack, 'Enough');
    expect(condition.Arguments.Conditions[0].LeftValue).toEqual({ 'Std:JsonGet': { PropertyFile: { Get: 'Steps.Deidentify.PropertyFiles.report' }, Path: 'measures.k' } });
  });

  test('a secret is granted, and needs a network with a reason', () => {
    const base = ground();
    const secret = new secretsmanager.Secret(base.stack, 'Secret', { encryptionKey: new kms.Key(base.stack, 'SecretKey', { enableKeyRotation: true }) });
    const key = PseudonymKey.fromSecret(secret);
    expect(() => onOneMachine({ key }, base)).toThrow(/^Stack\/Pipeline\/Deidentify: the key is a secret, which a container without a network cannot fetch: give PseudonymKey.fromFile/);
    const made = onOneMachine({ key, withoutNetworkIsolation: 'the key is fetched from Secrets Manager' }, ground());
    expect(made.step.weakenings.length).toBeGreaterThan(0);
  });

  test('a plan without a key is given none', () => {
    const args: string[] = requestOf(onOneMachine({ plan: open })).Arguments.AppSpecification.ContainerArguments;
    expect(args).not.toContain('--key');
  });

  test.each<[string, Partial<DeidentificationStepProps>, RegExp]>([
    ['a plan that takes a key and has none', { key: undefined }, /the plan takes a key .* and has none: give PseudonymKey\.fromFile/],
    ['several instances', { plan: open, instances: Instances.of('ml.m5.xlarge', { count: 3 }) }, /runs on 3 instances, and Spark uses the cores of one: .*addServerlessDeidentification/],
    ['free text in an image without Presidio', { plan: Deidentification.of({ columns: { note: Technique.freeText() } }) }, /the plan searches free text, .*lacks Presidio: give an image/],
    ['no plan', { plan: 'all' as never }, /plan is 'all': give a Deidentification/],
    ['no store for what cannot be released', { plan: open, quarantine: undefined as never }, /quarantine is missing: give a DataStore/],
  ])('fails on %s', (_, props, message) => {
    const base = ground();
    expect(() => base.pipeline.addDeidentification('Deidentify', { plan, input: base.raw.input('admissions/'), quarantine: base.raw, ...props })).toThrow(message);
  });

  test('fails on a key among what it opens, or beside the result', () => {
    const folder = (make: (base: Ground) => DataInput, props: Partial<DeidentificationStepProps> = {}) => {
      const base = ground();
      return () => onOneMachine({ key: PseudonymKey.fromFile(make(base)), ...props }, base);
    };
    const AMONG = "Stack/Pipeline/Deidentify: the key lies in 'Stack/Workspace/Raw' under";
    expect(folder(({ raw }) => raw.input('admissions/'))).toThrow(`${AMONG} 'admissions/', and what it opens under 'admissions/': keep them apart (GDPR Art. 4(5))`);
    expect(folder(({ raw }) => raw.input('admissions/keys/'))).toThrow(`${AMONG} 'admissions/keys/'`);
    expect(folder(({ raw }) => raw.input())).toThrow(`${AMONG} ''`);
    expect(folder(({ raw }) => raw.input('keys/'))).not.toThrow();
    expect(folder(({ workspace }) => workspace.outputs.input('keys/'))).toThrow("the key lies in 'Stack/Workspace/Outputs', where the result goes: whoever reads both can tell who is who");
  });

  test('fails on places that the next run would read', () => {
    const base = ground();
    const make = (id: string, props: Partial<DeidentificationStepProps>) => () => base.pipeline.addDeidentification(id, { plan: open, input: base.raw.input(), quarantine: base.raw, ...props });
    expect(make('Deidentify', {})).toThrow("the quarantine goes to 'Stack/Workspace/Raw' under 'readmission/Deidentify/', which is in its own input (all of the store), so that the next run would read it: give another store, or an input with a prefix");
    expect(make('Named', { stepName: 'Clean', input: base.raw.input('readmission/') })).toThrow("under 'readmission/Clean/', which is in its own input ('readmission/')");
    expect(make('Result', { quarantine: base.workspace.addStore('Aside', { classification: Classification.PHI }), store: base.raw })).toThrow("the result goes to 'Stack/Workspace/Raw'");
  });

  test('fails on a key that nothing takes', () => {
    const base = ground();
    expect(() => onOneMachine({ plan: open, key: keyOf(base) }, base)).toThrow(/takes no key, and the step is given one/);
  });

  test.each([
    ['a folder that is none', () => PseudonymKey.fromFile('keys' as never), /the folder of a pseudonym key is 'keys'/],
    ['a file in a folder', () => PseudonymKey.fromFile(ground().raw.input(), '../key'), /the file of a pseudonym key is '\.\.\/key'/],
    ['a secret that is none', () => PseudonymKey.fromSecret('secret' as never), /the secret of a pseudonym key is 'secret'/],
  ])('fails on %s', (_, make, message) => expect(make).toThrow(message));

  test('free text runs in an image that has Presidio', () => {
    const base = ground();
    const image = ContainerImage.fromEcrRepository(ecr.Repository.fromRepositoryName(base.stack, 'Presidio', 'presidio'), `sha256:${'b'.repeat(64)}`);
    const made = onOneMachine({ plan: Deidentification.of({ columns: { note: Technique.freeText() } }), image }, base);
    expect(requestOf(made).Arguments.AppSpecification.ImageUri).toContain('presidio');
  });
});

test('a container that is given a network for its key is an error until somebody acknowledges it', () => {
  const made = () => {
    const base = ground();
    const key = PseudonymKey.fromSecret(secretsmanager.Secret.fromSecretNameV2(base.stack, 'Secret', 'key'));
    return onOneMachine({ key, withoutNetworkIsolation: 'the key is fetched from Secrets Manager' }, base);
  };
  const isolation = ({ app, workspace: { profile } }: Ground) => {
    Validations.of(app).addPlugins(new RegulatedMLChecks(app, { profile }));
    try {
      app.synth();
    } catch {
      // the report says what is wrong
    }
    const { pluginReports } = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8')) as { pluginReports: { violations: { ruleName: string }[] }[] };
    return pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName)).filter((name) => name === 'RegulatedML-SageMakerJobNetworkIsolation');
  };
  const [plain, acknowledged] = [made(), made()];
  Validations.of(acknowledged.pipeline).acknowledge({ id: 'RegulatedML::RegulatedML-SageMakerJobNetworkIsolation', reason: 'the key is fetched from Secrets Manager' });
  expect([isolation(plain).length, isolation(acknowledged)]).toEqual([1, []]);
});

describe('on EMR Serverless', () => {
  test('a run works in prefixes of its own, on as many executors as it is given', () => {
    const base = ground();
    const application = new SparkApplication(base.stack, 'Large', { workspace: base.workspace, maxVcpus: 104 });
    const made = onEmr({ application, executors: 12, executorCores: 8, maxRuntime: Duration.hours(2) }, base);
    made.pipeline.addTraining('Train', { image: made.image, code, inputs: [made.step.output()] });
    const driver = requestOf(made).Arguments.JobConfig.jobDriver.sparkSubmit;
    const text = JSON.stringify(driver.entryPointArguments);
    expect(text).toContain(`"--plan-digest","${digest}"`);
    expect(text.match(/Execution\.PipelineExecutionId/g)).toHaveLength(3);
    expect(JSON.stringify(driver.sparkSubmitParameters)).toContain('--py-files');
    expect(JSON.stringify(driver.sparkSubmitParameters)).toContain('--conf spark.executor.instances=12 --conf spark.executor.cores=8 --conf spark.executor.memory=24g');
  });

  test('no finding in any pack that is not accepted with a reason', () => {
    const made = onEmr();
    made.pipeline.addTraining('Train', { image: made.image, code, inputs: [made.step.output()] });
    expect(unwaived(made.app)).toEqual([]);
  });

  test.each<[string, Partial<ServerlessDeidentificationStepProps>, RegExp]>([
    ['half an executor', { executors: 0.5 }, /executors is 0\.5: give a whole number from 1/],
    ['more cores than the application has', { executors: 40 }, /40 executors and a driver of 4 cores take 164 vCPUs, and application 'Stack\/Spark' has 64 at most: raise maxVcpus, or lower executors/],
    ['more memory than a worker has', { executorMemoryGb: 500 }, /executorMemoryGb of 500 comes to 550 GB with what Spark uses besides, and a worker of 4 cores has 30 GB at most/],
    ['more memory than the application has', { executors: 12, executorMemoryGb: 24 }, /12 executors and a driver of 27 GB take 351 GB, and application 'Stack\/Spark' has 256 at most: raise maxMemory/],
    ['free text without an image that has Presidio', { plan: Deidentification.of({ columns: { note: Technique.freeText() } }) }, /the plan searches free text, for which the image of EMR lacks Presidio: give the SparkApplication an image that has it/],
    ['workers that EMR does not have', { executorCores: 3 }, /executorCores is 3: EMR Serverless has workers of 1, 2, 4, 8 or 16 cores/],
  ])('fails on %s', (_, props, message) => expect(() => onEmr(props)).toThrow(message));

  describe('in an image of one\'s own', () => {
    const DIGEST = `sha256:${'b'.repeat(64)}`;
    const inImage = (image: (stack: Stack) => ContainerImage) => {
      const base = ground();
      const application = new SparkApplication(base.stack, 'Own', { workspace: base.workspace, maxVcpus: 64, image: image(base.stack) });
      return onEmr({ application, plan: Deidentification.of({ columns: { note: Technique.freeText({ model: 'en_core_web_lg' }) } }) }, base);
    };

    test('free text is searched, and the repository lets EMR Serverless pull for applications of the account', () => {
      const made = inImage((stack) => ContainerImage.fromEcrRepository(new ecr.Repository(stack, 'Presidio', { imageScanOnPush: true, imageTagMutability: ecr.TagMutability.IMMUTABLE, encryption: ecr.RepositoryEncryption.KMS }), DIGEST));
      const template = Template.fromStack(made.stack);
      template.hasResourceProperties('AWS::EMRServerless::Application', { ImageConfiguration: { ImageUri: { 'Fn::Join': ['', Match.arrayWith([`@${DIGEST}`])] } } });
      template.hasResourceProperties('AWS::ECR::Repository', { RepositoryPolicyText: { Statement: [{
        Sid: 'EmrServerless', Effect: 'Allow', Principal: { Service: 'emr-serverless.amazonaws.com' }, Action: ['ecr:BatchGetImage', 'ecr:DescribeImages', 'ecr:GetDownloadUrlForLayer'],
        Condition: { ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':emr-serverless:eu-central-1:123456789012:/applications/*']] } } },
      }] } });
      expect(unwaived(made.app).filter((line) => /Presidio|Own/.test(line))).toEqual([]);
    });

    test('a repository of others is not changed, and what it has to allow is said', () => {
      const made = inImage((stack) => ContainerImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Presidio', 'presidio'), DIGEST));
      expect(Annotations.fromStack(made.stack).findWarning('/Stack/Own', Match.stringLikeRegexp('let emr-serverless.amazonaws.com do ecr:BatchGetImage'))).toHaveLength(1);
    });

    test.each<[string, ContainerImage, RegExp]>([
      ['of SageMaker', ContainerImage.sagemaker(PrebuiltImage.SPARK, '3.5'), /^Stack\/Own: image 'spark' 3.5 of AWS is none of EMR Serverless: build one on public.ecr.aws\/emr-serverless/],
      ['of another region', ContainerImage.fromRegistry(`123456789012.dkr.ecr.eu-west-1.amazonaws.com/presidio@${DIGEST}`), /^Stack\/Own: the image is in region 'eu-west-1', and EMR Serverless pulls from its own, 'eu-central-1'/],
      ['that is none', 'presidio' as never, /^Stack\/Own: image is 'presidio': give a ContainerImage/],
    ])('fails for one %s', (_, image, message) => expect(() => inImage(() => image)).toThrow(message));
  });
});

test.each([['one machine', onOneMachine], ['EMR Serverless', onEmr]])('our own rules find nothing on %s, and see another plan', (_, make) => {
  const made = make();
  const verdicts = (name: string) => judgementsOf({ view: readApp(made.app, false).view, rules: AWS_RULES.filter((rule) => rule.name === name), profile: made.workspace.profile, pack: 'RegulatedML' })
    .map(({ finding }) => finding.answer);
  for (const name of ['FlowDeIdentificationPlan', 'FlowDeIdentificationThresholds', 'FlowDeIdentificationMatches', 'PipelineMatchesDataFlow', 'PipelineInputsMatchDataFlow', 'FlowStoreClassification']) {
    expect([name, verdicts(name).filter((answer) => answer !== 'compliant')]).toEqual([name, []]);
  }
  expect(verdicts('FlowDeIdentificationMatches')).toEqual(['compliant']);
  const flow = DataFlow.of(made.app);
  flow.add({ ...flow.node(made.step.node.path)!, deIdentification: { ...plan._promise, digest: 'e'.repeat(64) } });
  expect(verdicts('FlowDeIdentificationMatches')).toEqual(['non-compliant']);
});

test('an output of another step is a source as well', () => {
  const base = ground();
  const ingest = base.pipeline.addProcessing('Ingest', { image: base.image, code, inputs: [base.raw.input()], outputs: Output.named('table') });
  const made = onOneMachine({ input: ingest.output('table') }, base);
  expect(JSON.stringify(requestOf(made).Arguments.ProcessingInputs[0])).toContain('Steps.Ingest');
});

describe('with tokens of a vault', () => {
  const tokenized = Deidentification.of({
    columns: { patient_id: Technique.token('patientId'), card: Technique.token('cardNumber', { subject: 'patient_id' }), mother: Technique.token('patientId', { subject: 'mother' }), age: Technique.age() },
    quasiIdentifiers: ['age'], thresholds: { k: 5 },
  });
  const withoutNetworkIsolation = 'the job asks the vault for tokens';

  function withVault(props: Partial<DeidentificationStepProps> = {}, vaultProps: Partial<TokenVaultProps> = {}) {
    const base = ground();
    const vault = vaultOn(base.stack, base.workspace, vaultProps);
    return { vault, ...onOneMachine({ plan: tokenized, vault, withoutNetworkIsolation, ...props }, base) };
  }

  function onEmrWithVault() {
    const base = ground();
    const vault = vaultOn(base.stack, base.workspace);
    return { vault, ...onEmr({ plan: tokenized, vault }, base) };
  }

  const argumentsOf = (made: Ground): unknown[] => {
    const { AppSpecification: app, JobConfig: job } = requestOf(made).Arguments;
    return app?.ContainerArguments ?? job.jobDriver.sparkSubmit.entryPointArguments;
  };
  const endpointsOf = (stack: Stack) => Object.values(Template.fromStack(stack).findResources('AWS::EC2::VPCEndpoint')).filter((one) => JSON.stringify(one).includes('.lambda"'))
    .map(({ Properties }) => Properties as { PolicyDocument: { Statement: { Action: string; Resource: unknown }[] } });

  test.each([['one machine', withVault], ['EMR Serverless', onEmrWithVault]])('the job on %s is told whom to ask and within which budget, may do that, and finds the way', (_, make) => {
    const made = make();
    const given = argumentsOf(made);
    const tokenize = made.stack.resolve(made.vault.tokenizeFunction.functionArn) as unknown;
    expect(given.slice(given.indexOf('--token-vault'))).toEqual(['--token-vault', expect.anything(), '--token-budget', '6000', '--token-callers', '1']);
    const [endpoint, ...others] = endpointsOf(made.stack);
    expect(others).toEqual([]);
    expect(endpoint!.PolicyDocument.Statement).toEqual([expect.objectContaining({ Action: 'lambda:InvokeFunction', Resource: tokenize })]);
    const invoking = Object.entries(Template.fromStack(made.stack).findResources('AWS::IAM::ManagedPolicy')).filter(([id, policy]) => id.startsWith('PipelineDeidentify') && JSON.stringify(policy).includes('lambda:InvokeFunction'));
    expect(invoking).toHaveLength(1);
    expect(JSON.stringify(invoking)).not.toMatch(/Detokenize|Shred/);
  });

  test('a vault that takes more is asked by several, up to half of its concurrency', () => {
    const callers = (vaultProps: Partial<TokenVaultProps>) => argumentsOf(withVault({}, vaultProps)).slice(-3);
    expect(callers({ itemsPerMinute: 50_000 })).toEqual(['50000', '--token-callers', '3']);
    expect(callers({ itemsPerMinute: 1_000_000, concurrency: 5 })).toEqual(['1000000', '--token-callers', '2']);
    expect(callers({ itemsPerMinute: 1, concurrency: 1 })).toEqual(['1', '--token-callers', '1']);
  });

  test.each([['one machine', withVault], ['EMR Serverless', onEmrWithVault]])('no pack and no rule of ours finds anything on %s that is not accepted with a reason', (_, make) => {
    const made = make();
    expect(unwaived(made.app)).toEqual([]);
    const rules = AWS_RULES.filter(({ name }) => /^(?:FlowDeIdentification|FlowStoreClassification|Pipeline(?:Inputs)?Match)/.test(name));
    const found = judgementsOf({ view: readApp(made.app, false).view, rules, profile: made.workspace.profile, pack: 'RegulatedML' });
    expect(found.filter(({ finding }) => finding.answer !== 'compliant').map(({ finding }) => finding.detail)).toEqual([]);
  });

  test('values reach the vault as they came: a vault that is less sensitive than the source is a finding', () => {
    const made = withVault({}, { classification: Classification.PSEUDONYMISED });
    expect(DataFlow.of(made.app).sourcesOf(made.vault.node.path)).toContain(`${made.step.node.path}/Tokens`);
    const found = judgementsOf({ view: readApp(made.app, false).view, rules: AWS_RULES.filter(({ name }) => name === 'FlowStoreClassification'), profile: made.workspace.profile, pack: 'RegulatedML' });
    expect(found.filter(({ finding }) => finding.answer === 'non-compliant').map(({ finding }) => finding.detail)).toEqual(["'Deidentify tokens' writes phi data to 'Vault', which is classified pseudonymised"]);
  });

  test('the way leads through the network of the job, whose own endpoint of Lambda is enough where it says that it has one', () => {
    const { app, stack, workspace: ofVault } = ground();
    const vault = vaultOn(stack, ofVault);
    const stepIn = (id: string, props: Partial<WorkspaceProps>) => {
      const workspace = new Workspace(stack, id, { profile: ofVault.profile, ...props });
      const raw = workspace.addStore('Raw', { classification: Classification.PHI, purpose: Purpose.of('readmission-risk') });
      return new MLPipeline(stack, `${id}Pipeline`, { workspace }).addDeidentification('Deidentify', { plan: tokenized, input: raw.input('admissions/'), quarantine: raw, vault, withoutNetworkIsolation });
    };
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-central-1a'], isolatedSubnetIds: ['subnet-1'] });
    stepIn('Theirs', { vpc, endpointServices: ['ecr.api', 'ecr.dkr', 'kms', 'lambda', 'logs', 'monitoring', 's3', 'sagemaker.api', 'sagemaker.runtime', 'sts'] });
    const endpoints = () => app.node.findAll().filter((one) => one instanceof ec2.InterfaceVpcEndpoint && one.node.id === 'Endpoint').map((one) => one.node.path);
    expect(endpoints()).toEqual([]);
    const { node } = stepIn('Second', {});
    expect(endpoints()).toEqual([`${node.path}/Endpoint`]);
  });

  test.each<[string, Partial<DeidentificationStepProps>, RegExp]>([
    ['a plan that takes tokens and has no vault', { vault: undefined }, /the plan takes tokens of 'patientId', 'cardNumber' and has no vault: give a TokenVault that has these fields, as vault/],
    ['a vault that nothing asks', { plan: open }, /the plan takes no tokens, and the step is given a vault: leave it out/],
    ['a field that the vault does not have', { plan: Deidentification.of({ columns: { phone: Technique.token('phone') } }) }, /takes tokens of field 'phone', which vault 'Stack\/Vault' does not have: it has patientId, nationalId, cardNumber/],
    ['a container without a network', { withoutNetworkIsolation: undefined }, /takes tokens of a vault, which a container without a network cannot ask: .*addServerlessDeidentification/],
    ['a vault that is none', { vault: 'vault' as never }, /vault is 'vault': give a TokenVault/],
  ])('fails on %s', (_, props, message) => expect(() => withVault(props)).toThrow(message));

  test('fails for a role that may turn tokens back', () => {
    const { vault, step } = withVault();
    expect(() => vault.grantDetokenize(step, { purposes: [Purpose.of('care')] })).toThrow(/may tokenize with vault 'Stack\/Vault', and one role that is stolen must not hold both directions/);
  });
});

describe('a private training', () => {
  const suppressing = Deidentification.of({ columns: { age: Technique.age(), name: Technique.suppress() }, quasiIdentifiers: ['age'], thresholds: { k: 5, maxSuppressedShare: 0.02 } });
  const privacy = DifferentialPrivacy.dpSgd({ records: 25_600, batchSize: 256, epochs: 10, noiseMultiplier: 1.1, clippingNorm: 1, delta: 1e-6 });
  const REFUSED = /Train: spends privacy, and 'Stack\/Pipeline\/Deidentify' before it leaves rows of small groups out \(maxSuppressedShare\), so that one record decides whether those of others are learned from, and ε is not what one loses: leave maxSuppressedShare out, and generalise until the thresholds hold/;

  /** People with a budget, and a plan for what is trained on. */
  function planned(of: Deidentification) {
    const base = ground();
    const { workspace, pipeline } = base;
    const people = workspace.addStore('People', {
      classification: Classification.PHI, purpose: Purpose.of('readmission-risk'), privacyBudget: PrivacyBudget.perYear({ epsilon: 8, delta: 1e-5, records: 30_000, unit: PrivacyUnit.RECORD }),
    });
    const shared = workspace.addStore('Shared', { classification: Classification.PSEUDONYMISED, purpose: Purpose.of('readmission-risk') });
    const clean = pipeline.addDeidentification('Deidentify', { plan: of, input: people.input('admissions/'), quarantine: people, store: shared });
    return { ...base, clean, shared };
  }
  type Planned = ReturnType<typeof planned>;
  const problemsOf = ({ app }: Ground): string => {
    try {
      app.synth();
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const how: [string, (base: Planned) => unknown][] = [
    ['that reads what it releases', ({ pipeline, image, clean }) => pipeline.addTraining('Train', { image, code, inputs: [clean.output()], privacy })],
    ['behind another step', ({ pipeline, image, clean }) => {
      const split = pipeline.addProcessing('Split', { image, code, inputs: [clean.output()], outputs: Output.named('train') });
      pipeline.addTraining('Train', { image, code, inputs: [split.output()], privacy });
    }],
    ['of a tuning in another pipeline, which reads the store', ({ stack, workspace, image, shared }) => {
      new MLPipeline(stack, 'Other', { workspace }).addTuning('Train', { image, code, inputs: [shared.input()], privacy, objective: Objective.maximize('auc'), ranges: { lr: Range.continuous(0.001, 1) } });
    }],
  ];

  test.each(how)('%s fails where the plan leaves small groups out, and passes where it does not', (_, learn) => {
    for (const [of, expected] of [[suppressing, REFUSED], [open, /^$/]] as const) {
      const base = planned(of);
      learn(base);
      expect(problemsOf(base)).toMatch(expected);
    }
  });

  test('without privacy may learn from what is left', () => {
    const { pipeline, image, raw, ...base } = ground();
    const clean = pipeline.addDeidentification('Deidentify', { plan: suppressing, input: raw.input('admissions/'), quarantine: raw });
    pipeline.addTraining('Train', { image, code, inputs: [clean.output()] });
    expect(problemsOf({ pipeline, image, raw, ...base })).toBe('');
  });
});
