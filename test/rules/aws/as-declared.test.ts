import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnParameter, CfnResource, Duration, Stack } from 'aws-cdk-lib';
import { ContainerImage, Instances, MLPipeline, PseudonymKey, RetryPolicy, SparkApplication, Workspace, Zone } from '../../../lib/aws';
import { Classification, Deidentification, Technique } from '../../../lib/policy';
import { readApp } from '../../../lib/rules/aws/tree';
import { ground, type Ground } from '../../aws/pipeline/fixture';
import { filter, ground as consentGround, registryOn, RISK } from '../../aws/privacy/consent-fixture';
import { env, profile } from '../../support/workspace';
import { judgementsOf, ruleNamed } from '../support';

const root = join(__dirname, '..', '..', '..');

beforeAll(() => {
  if (!existsSync(join(root, 'build', 'runtime', 'deidentification'))) execFileSync(process.execPath, [join(root, '.ci', 'bundle.mjs')], { cwd: root });
});

type Json = Record<string, unknown>;
/** Where in the definition, a step's name first and items of lists by their names, and what stands there then. */
type Change = [path: string, value: unknown];

function saidOf(app: App, rule: string, written = false): string[][] {
  return judgementsOf({ view: readApp(app, written).view, rules: [ruleNamed(rule)], profile, pack: 'R' })
    .map(({ finding: { answer, detail } }) => [answer, ...(detail ? [detail.replace(/^[^:]*?: /, '')] : [])]);
}

/** What a rule says once a definition is overridden; the app stays as it was. */
function saidAfter({ app, stack }: Pick<Ground, 'app' | 'stack'>, rule: string, changes: readonly Change[]): string[][] {
  const pipeline = stack.node.findAll().find((one): one is CfnResource => CfnResource.isCfnResource(one) && one.cfnResourceType === 'AWS::SageMaker::Pipeline')!;
  const [template] = Object.values((stack.resolve((pipeline as unknown as { _toCloudFormation(): unknown })._toCloudFormation()) as { Resources: Record<string, Json> }).Resources);
  const body = ((template!.Properties as Json).PipelineDefinition as Json).PipelineDefinitionBody as { 'Fn::Join': [string, unknown[]] };
  const tokens: unknown[] = [{ Ref: 'Param' }];
  const text = body['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : `@@${tokens.push(part) - 1}@@`)).join('');
  const definition = JSON.parse(text) as { Steps: Json[] };
  for (const [path, value] of changes) put(definition.Steps, path.split('/'), value);
  const parts = JSON.stringify(definition).split(/@@(\d+)@@/).map((part, index) => (index % 2 === 0 ? part : tokens[Number(part)]));
  pipeline.addPropertyOverride('PipelineDefinition.PipelineDefinitionBody', { 'Fn::Join': ['', parts] });
  try {
    return saidOf(app, rule);
  } finally {
    pipeline.addPropertyOverride('PipelineDefinition.PipelineDefinitionBody', body);
  }
}

function put(target: unknown, [key, ...rest]: readonly string[], value: unknown): void {
  const inside = target as Json;
  const at = Array.isArray(target) ? target.findIndex((item: Json) => [item.Name, item.InputName, item.OutputName].includes(key)) : key!;
  if (rest.length > 0) put(inside[at], rest, value);
  else if (Array.isArray(target) && at === -1) target.push(value);
  else inside[at] = value;
}

const plan = Deidentification.of({ columns: { patient_id: Technique.pseudonym(), age: Technique.age() }, quasiIdentifiers: ['age'], thresholds: { k: 5 } });
const digest = createHash('sha256').update(plan.json).digest('hex');
const keyOf = ({ workspace }: Ground) => PseudonymKey.fromFile(workspace.addStore('Keys', { classification: Classification.PHI, zone: Zone.CURATED, purpose: RISK }).input('keys/'));
const input = (InputName: string, LocalPath: string, S3Uri: string = 's3://elsewhere/x/') => ({ InputName, AppManaged: false, S3Input: { S3Uri, LocalPath, S3DataType: 'S3Prefix', S3InputMode: 'File' } });

describe('a step that de-identifies on one machine', () => {
  const NAME = 'FlowDeIdentificationMatches';
  let made: Ground;
  beforeAll(() => {
    made = ground();
    new CfnParameter(made.stack, 'Param').overrideLogicalId('Param');
    made.pipeline.addDeidentification('Clean', { plan, input: made.raw.input('rows/'), quarantine: made.raw, key: keyOf(made) });
  });
  const after = (...changes: Change[]) => saidAfter(made, NAME, changes);

  test('is kept as the library renders it, and where only its machines and its time are changed', () => {
    expect(after()).toEqual([['compliant']]);
    expect(after(['Clean/Arguments/ProcessingResources/ClusterConfig/InstanceType', 'ml.m5.4xlarge'], ['Clean/Arguments/StoppingCondition/MaxRuntimeInSeconds', 60])).toEqual([['compliant']]);
  });
  test.each<[string, Change[], string]>([
    ['another program', [['Clean/Arguments/AppSpecification/ContainerEntrypoint', ['cp', '-r', '/a', '/b']]], 'AppSpecification.ContainerEntrypoint has 4 items, and 6 are declared'],
    ['no program', [['Clean/Arguments/AppSpecification/ContainerEntrypoint', undefined]], 'AppSpecification.ContainerEntrypoint is declared and not deployed'],
    ['another image', [['Clean/Arguments/AppSpecification/ImageUri', '123456789012.dkr.ecr.eu-central-1.amazonaws.com/mine:1']],
      "AppSpecification.ImageUri is '123456789012.dkr.ecr.eu-central-1.amazonaws.com/mine:1', and declared as '906073651304.dkr.ecr.eu-central-1.amazonaws.com/sagemaker-spark-processing:3.5-cpu'"],
    ['arguments of the same plan that are fewer', [['Clean/Arguments/AppSpecification/ContainerArguments', ['--plan-digest', digest]]], 'AppSpecification.ContainerArguments has 2 items, and 14 are declared'],
    ['other code', [['Clean/Arguments/ProcessingInputs/code/S3Input/S3Uri', 's3://elsewhere/code.tar.gz']], "ProcessingInputs 'code'.S3Input.S3Uri is 's3://elsewhere/code.tar.gz', and declared as 's3://cdk-"],
    ['a folder of Python', [['Clean/Arguments/Environment/PYTHONPATH', '/opt/ml/processing/input/data']], "Environment.PYTHONPATH is '/opt/ml/processing/input/data', and not declared"],
    ['another Spark', [['Clean/Arguments/Environment/SPARK_HOME', '/opt/ml/processing/input/data']], "Environment.SPARK_HOME is '/opt/ml/processing/input/data', and not declared"],
    ['an input over the code', [['Clean/Arguments/ProcessingInputs/more', input('more', '/opt/ml/processing/input/code')]], "ProcessingInputs 'more' is not declared"],
    ['an input less', [['Clean/Arguments/ProcessingInputs', [input('data', '/opt/ml/processing/input/data')]]], "ProcessingInputs lacks 'key', which is declared"],
    ['inputs in each other\'s place', [['Clean/Arguments/ProcessingInputs/key/S3Input/LocalPath', '/opt/ml/processing/input/data']], "ProcessingInputs 'key'.S3Input.LocalPath is '/opt/ml/processing/input/data', and declared as '/opt/ml/processing/input/key'"],
    ['the rows that came in, as its output', [['Clean/Arguments/ProcessingOutputConfig/Outputs/data/S3Output/LocalPath', '/opt/ml/processing/input/data']],
      "ProcessingOutputConfig.Outputs 'data'.S3Output.LocalPath is '/opt/ml/processing/input/data', and declared as '/opt/ml/processing/output/data'"],
    ['another type', [['Clean/Type', 'Training']], "step 'Clean' is of type Training, and declared as Processing"],
  ])('with %s is a finding', (_name, changes, detail) => {
    const [first] = after(...changes);
    expect([first![0], first![1]!.startsWith(detail) ? detail : first![1]]).toEqual(['non-compliant', detail]);
  });
  test('with a token where something was declared is unknown, and with one that contradicts it a finding', () => {
    expect(after(['Clean/Arguments/AppSpecification/ImageUri', '@@0@@'])).toEqual([
      ['unknown', "AppSpecification.ImageUri is parameter Param, which has no default, and declared as '906073651304.dkr.ecr.eu-central-1.amazonaws.com/sagemaker-spark-processing:3.5-cpu'"],
    ]);
    expect(after(['Clean/Arguments/Environment/PYTHONPATH', '@@0@@'])[0]![0]).toBe('unknown');
  });
});

describe('a step that de-identifies on EMR Serverless', () => {
  const NAME = 'FlowDeIdentificationMatches';
  let made: Ground;
  beforeAll(() => {
    made = ground();
    const application = new SparkApplication(made.stack, 'Spark', { workspace: made.workspace, maxVcpus: 64 });
    made.pipeline.addServerlessDeidentification('Clean', { application, plan, input: made.raw.input('rows/'), quarantine: made.raw, key: keyOf(made) });
  });

  test('is kept as the library renders it', () => {
    expect(saidAfter(made, NAME, [])).toEqual([['compliant']]);
  });
  test.each<[string, Change, string]>([
    ['another program', ['Clean/Arguments/JobConfig/jobDriver/sparkSubmit/entryPoint', 's3://elsewhere/main.py'], "JobConfig.jobDriver.sparkSubmit.entryPoint is 's3://elsewhere/main.py', and declared as "],
    ['other modules', ['Clean/Arguments/JobConfig/jobDriver/sparkSubmit/sparkSubmitParameters', '--py-files s3://elsewhere/release.py'], "JobConfig.jobDriver.sparkSubmit.sparkSubmitParameters is '--py-files s3://elsewhere/release.py', and "],
    ['another application', ['Clean/Arguments/ApplicationId', '00abc'], "ApplicationId is '00abc', and declared as ApplicationId of "],
    ['an environment', ['Clean/Arguments/JobConfig/configurationOverrides/applicationConfiguration', [{ classification: 'spark-defaults' }]], 'JobConfig.configurationOverrides.applicationConfiguration is a list, and not declared'],
  ])('with %s is a finding', (_name, change, detail) => {
    expect(saidAfter(made, NAME, [change]).map(([answer, said]) => [answer, said!.slice(0, detail.length)])).toEqual([['non-compliant', detail]]);
  });
});

describe('a filter by consent', () => {
  const NAME = 'ConsentFilterUnchanged';
  let made: Ground;
  beforeAll(() => {
    const base = consentGround();
    filter(base);
    made = base;
  });

  test.each<[string, Change[], string]>([
    ['another image', [['Consented/Arguments/AppSpecification/ImageUri', '123456789012.dkr.ecr.eu-central-1.amazonaws.com/mine:1']], "AppSpecification.ImageUri is '123456789012.dkr.ecr.eu-central-1.amazonaws.com/mine:1', and declared as "],
    ['a script before Python', [['Consented/Arguments/Environment/PYTHONSTARTUP', '/opt/ml/processing/input/admissions/x.py']], "Environment.PYTHONSTARTUP is '/opt/ml/processing/input/admissions/x.py', and not declared"],
    ['an input over the code', [['Consented/Arguments/ProcessingInputs/zzz', input('zzz', '/opt/ml/processing/input/code')]], "ProcessingInputs 'zzz' is not declared"],
    ['its code elsewhere, and the data in its place', [
      ['Consented/Arguments/ProcessingInputs/code/S3Input/LocalPath', '/elsewhere'], ['Consented/Arguments/ProcessingInputs/admissions/S3Input/LocalPath', '/opt/ml/processing/input/code'],
    ], "ProcessingInputs 'admissions'.S3Input.LocalPath is '/opt/ml/processing/input/code', and declared as '/opt/ml/processing/input/admissions'"],
    ['its snapshot where nobody looks', [['Consented/Arguments/ProcessingInputs/consent-snapshot/S3Input/LocalPath', '/unused']], "ProcessingInputs 'consent-snapshot'.S3Input.LocalPath is '/unused', and declared as '/opt/ml/processing/input/consent-snapshot'"],
    ['a snapshot of another function', [['ConsentedSnapshot/FunctionArn', 'arn:aws:lambda:eu-central-1:123456789012:function:mine']], "FunctionArn is 'arn:aws:lambda:eu-central-1:123456789012:function:mine', and declared as Arn of Consent"],
    ['a snapshot that is asked for otherwise', [['ConsentedSnapshot/Arguments/action', 'invent']], "Arguments.action is 'invent', and declared as "],
    ['all rows as those that it kept', [['Consented/Arguments/ProcessingOutputConfig/Outputs/consented/S3Output/LocalPath', '/opt/ml/processing/input/admissions']],
      "ProcessingOutputConfig.Outputs 'consented'.S3Output.LocalPath is '/opt/ml/processing/input/admissions', and declared as "],
  ])('with %s is a finding', (_name, changes, detail) => {
    expect(saidAfter(made, NAME, changes)[0]!.map((said) => said.slice(0, detail.length))).toEqual(['non-compliant', detail]);
  });
});

test.each([['before synth', false], ['after synth', true]])('what props say is kept %s: an image, an environment, machines, a stored definition, a workspace and a registry of another stack', (_name, written) => {
  const app = new App();
  const [below, above] = ['Ground', 'Stack'].map((id) => new Stack(app, id, { env })) as [Stack, Stack];
  const workspace = new Workspace(below, 'Workspace', { profile });
  const store = (id: string, zone?: Zone) => workspace.addStore(id, { classification: Classification.PHI, purpose: RISK, zone });
  const [raw, rejected, keys] = [store('Raw'), store('Rejected'), store('Keys', Zone.CURATED)];
  const registry = registryOn(below, workspace);
  const image = ContainerImage.fromRegistry(`123456789012.dkr.ecr.eu-central-1.amazonaws.com/spark@sha256:${'a'.repeat(64)}`);
  for (const [id, largeDefinition] of [['Small', false], ['Large', true]] as const) {
    const pipeline = new MLPipeline(above, id, { workspace, purpose: RISK, largeDefinition });
    const level = pipeline.addString('Level', { defaultValue: 'INFO' });
    const consented = pipeline.addConsentFilter('Consented', { registry, input: raw.input('rows/'), subject: 'patient_id', purpose: RISK, image, delimiter: ';', retries: [RetryPolicy.transient()], stepName: 'Asked' });
    pipeline.addDeidentification('Clean', {
      plan, input: consented.output(), quarantine: rejected, key: PseudonymKey.fromFile(keys.input('keys/')), image, environment: { LOG_LEVEL: level.valueAsString, TABLE: raw.bucket.bucketName },
      instances: Instances.of('ml.m5.4xlarge'), maxRuntime: Duration.hours(1),
    });
  }
  if (written) app.synth();
  for (const rule of ['FlowDeIdentificationMatches', 'ConsentFilterUnchanged']) expect([rule, ...saidOf(app, rule, written)]).toEqual([rule, ['compliant'], ['compliant']]);
});
