import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { EXAMPLE_NAMES, Example, example, judged, PluginVerdict, ReportedViolation, stacksOf, templatesOf } from '../support/examples';

type Make = (id: string, props: { type: string; properties: Record<string, unknown> }) => CfnResource;

const GOLDEN = join(__dirname, '..', 'golden');
const LENIENT = { '@aws-cdk/core:failSynthOnValidationErrors': false };

/** Types that hold what cannot be made again. */
const STATEFUL = [
  'AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::CloudTrail::Trail', 'AWS::Logs::LogGroup', 'AWS::SageMaker::ModelPackageGroup', 'AWS::Macie::Session',
  'AWS::DynamoDB::Table', 'AWS::SageMaker::Pipeline', 'AWS::SNS::Topic',
];

describe.each(EXAMPLE_NAMES)('the example %s', (name) => {
  let subject: Example;
  let report: PluginVerdict[];

  beforeAll(() => {
    subject = example(name, LENIENT);
    report = judged(subject).report;
  });

  test('has no finding that is not waived, in any of the five packs', () => {
    const findings = report.filter((one) => one.pluginName !== 'CloudFormation Validate').flatMap((one) => one.violations.flatMap((violation) => places(violation).map((path) => `${one.pluginName}: ${violation.ruleName} ${path}`)));
    expect(findings).toEqual([]);
    expect(report.length).toBeGreaterThan(0);
  });

  test('gives every waiver a qualified id and a reason, and no more waivers than a person has read', () => {
    const waivers = report.filter((one) => one.pluginName !== 'CloudFormation Validate').flatMap((one) => (one.suppressedViolations ?? [])
      .flatMap((violation) => places(violation).map((path) => `${one.pluginName}::${withoutHashes(violation.ruleName)} ${path}`))).sort();
    expect(acknowledgements(subject.app).filter(({ id, reason }) => !id.includes('::') || reason.trim().length < 20)).toEqual([]);
    expectGolden(`${name}.waivers.txt`, waivers);
  });

  test('keeps the logical ids of what holds data', () => {
    const ids = Object.entries(templatesOf(subject.app)).flatMap(([file, template]) => Object.entries(template.Resources)
      .filter(([, resource]) => STATEFUL.includes(resource.Type)).map(([id, resource]) => `${file} ${resource.Type} ${id}`)).sort();
    expectGolden(`${name}.ids.txt`, ids);
  });

  test('retains what holds data when its stack is deleted', () => {
    const lost = Object.entries(templatesOf(subject.app)).flatMap(([file, template]) => Object.entries(template.Resources)
      .filter(([, resource]) => ['AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::CloudTrail::Trail', 'AWS::Macie::Session', 'AWS::SageMaker::ModelPackageGroup'].includes(resource.Type))
      .filter(([, resource]) => resource.DeletionPolicy !== 'Retain').map(([id, resource]) => `${file} ${resource.Type} ${id}`));
    expect(lost).toEqual([]);
  });

  test('names no action by a wildcard and no managed policy of full access', () => {
    const wrong = Object.entries(templatesOf(subject.app)).flatMap(([file, template]) => Object.entries(template.Resources)
      .filter(([, resource]) => resource.Type.startsWith('AWS::IAM::'))
      .flatMap(([id, resource]) => allowedActions(resource.Properties).filter((action) => action.includes('*')).map((action) => `${file} ${id}: ${action}`)
        .concat(JSON.stringify(resource.Properties ?? {}).includes('FullAccess') ? [`${file} ${id}: full access`] : [])));
    expect(wrong).toEqual([]);
  });

  test('asks for every resource by name, or under a condition', () => {
    const wrong = Object.entries(templatesOf(subject.app)).flatMap(([file, template]) => Object.entries(template.Resources)
      .filter(([, resource]) => resource.Type === 'AWS::IAM::ManagedPolicy' || resource.Type === 'AWS::IAM::Policy')
      .flatMap(([id, resource]) => statements(resource.Properties)
        .filter((statement) => statement.Effect === 'Allow' && [statement.Resource].flat().includes('*') && !statement.Condition)
        .map((statement) => `${file} ${id}: ${[statement.Action].flat().join(', ')}`)));
    expect(wrong).toEqual([]);
  });

  test('lives in one region', () => {
    const regions = stacksOf(subject.app).map((stack) => stack.region);
    expect(new Set(regions)).toEqual(new Set(['eu-central-1']));
  });
});

describe('the packs are live', () => {
  test('a model without isolation and a bucket without protection are found beside the example', () => {
    const subject = example('heart-attack-mortality', LENIENT);
    const { CfnResource, Stack } = subject.cdk;
    const stack = new Stack(subject.app, 'Planted', { env: { account: '123456789012', region: 'eu-central-1' } });
    new CfnResource(stack, 'Model', { type: 'AWS::SageMaker::Model', properties: { ExecutionRoleArn: 'arn:aws:iam::123456789012:role/r', PrimaryContainer: { Image: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/m:1' } } });
    new subject.s3.CfnBucket(stack, 'Bucket');
    const { report } = judged(subject);
    for (const pack of ['AwsSolutions', 'HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321', 'RegulatedML']) {
      const paths = report.filter((one) => one.pluginName === pack).flatMap((one) => one.violations.flatMap(places));
      expect({ pack, planted: paths.some((path) => path.startsWith('Planted/')) }).toEqual({ pack, planted: true });
      expect(paths.filter((path) => !path.startsWith('Planted/'))).toEqual([]);
    }
  });

  test.each([
    ['an image in another region', (make: Make) => make('Model', { type: 'AWS::SageMaker::Model', properties: { ExecutionRoleArn: 'arn:aws:iam::123456789012:role/r', EnableNetworkIsolation: true, VpcConfig: { Subnets: ['subnet-1'], SecurityGroupIds: ['sg-1'] }, PrimaryContainer: { Image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/m:1' } } })],
    ['a multi-region key', (make: Make) => make('Key', { type: 'AWS::KMS::Key', properties: { MultiRegion: true, EnableKeyRotation: true, KeyPolicy: {} } })],
    ['a replica elsewhere', (make: Make) => make('Key', { type: 'AWS::KMS::ReplicaKey', properties: { PrimaryKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/mrk-1', KeyPolicy: {} } })],
  ])('%s is fatal, and names the construct and the fix', (_what, plant) => {
    const subject = example('minimal', LENIENT);
    const { CfnResource, Stack } = subject.cdk;
    const stack = new Stack(subject.app, 'Planted', { env: { account: '123456789012', region: 'eu-central-1' } });
    plant((id, props) => new CfnResource(stack, id, props));
    const { report } = judged(subject);
    const fatal = report.filter((one) => one.pluginName === 'RegulatedML').flatMap((one) => one.violations).filter((violation) => violation.severity === 'fatal');
    expect(fatal.flatMap(places).some((path) => path.startsWith('Planted/'))).toBe(true);
    expect(fatal.every((violation) => (violation.suggestedFix ?? '').length > 10)).toBe(true);
  });

  test('a stack outside the residency is fatal', () => {
    const subject = example('minimal', LENIENT);
    const { CfnResource, Stack } = subject.cdk;
    new CfnResource(new Stack(subject.app, 'Planted', { env: { account: '123456789012', region: 'us-east-1' } }), 'Queue', { type: 'AWS::SQS::Queue' });
    const { report } = judged(subject);
    const fatal = report.flatMap((one) => one.violations).filter((violation) => violation.severity === 'fatal');
    expect(fatal.flatMap(places).some((path) => path.startsWith('Planted'))).toBe(true);
  });
});

function places(violation: ReportedViolation): string[] {
  return violation.violatingConstructs.map((construct) => construct.constructPath ?? '');
}

/** Finding ids hold logical ids with a hash of the path: the path is what a person reads. */
function withoutHashes(rule: string): string {
  return rule.replace(/[0-9A-F]{8}(?=[.>:\]]|$)/g, '');
}

function acknowledgements(scope: IConstruct): { id: string; reason: string }[] {
  return scope.node.findAll().flatMap((node) => node.node.metadata).filter((entry) => entry.type === 'aws:cdk:acknowledged-rules' || /acknowledged/i.test(entry.type))
    .flatMap((entry) => Object.entries(entry.data as Record<string, string>).map(([id, reason]) => ({ id, reason: String(reason) })))
    .filter(({ id }) => !/^(W|E|I)\d{4}$/.test(id.split('::').at(-1)!));
}

interface Statement { readonly Effect?: string; readonly Action?: string | string[]; readonly Resource?: unknown; readonly Condition?: unknown }

function statements(properties: Record<string, unknown> = {}): Statement[] {
  const documents = [properties.PolicyDocument, ...((properties.Policies as { PolicyDocument: unknown }[] | undefined) ?? []).map((policy) => policy.PolicyDocument)];
  return documents.flatMap((document) => (document as { Statement?: Statement | Statement[] } | undefined)?.Statement ?? []);
}

function allowedActions(properties: Record<string, unknown> = {}): string[] {
  return statements(properties).filter((statement) => statement.Effect === 'Allow').flatMap((statement) => [statement.Action ?? []].flat());
}

/** Compares with the file; UPDATE_GOLDEN=1 writes it, for a person to read in the diff. */
function expectGolden(file: string, lines: string[]): void {
  const path = join(GOLDEN, file);
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, `${lines.join('\n')}\n`);
  if (!existsSync(path)) throw new Error(`there is no test/golden/${file}: run UPDATE_GOLDEN=1 npm test -- test/examples, and read what it wrote`);
  expect(lines).toEqual(readFileSync(path, 'utf8').split('\n').filter((line) => line !== ''));
}
