import fc from 'fast-check';
import { Answer, Classification } from '../../lib/policy';
import { DataFlow } from '../../lib/policy/flow';
import { AWS_RULES } from '../../lib/rules/aws/rules';
import { Memos } from '../../lib/rules/memo';
import { rule, type Rule, type RuleProps } from '../../lib/rules/rule';
import { COMPLIANT, nonCompliant } from '../../lib/rules/verdict';
import type { TemplateInput } from '../../lib/rules/view';
import { judged, ruleNamed, saidOf, saidOfEach, template } from './support';

const IDS = ['A', 'B', 'C', 'D', 'E', 'F'];
const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const pool = fc.constantFrom.bind(fc) as (...values: unknown[]) => fc.Arbitrary<unknown>;
const reference = fc.constantFrom(...IDS).chain((id) => pool({ Ref: id }, arn(id), { 'Fn::GetAtt': [id, 'x'] }, { 'Fn::Sub': `\${${id}.Arn}/*` }));
const named = fc.oneof(reference, pool('data', 'arn:aws:s3:::data/*', '*', { Ref: 'Given' }, { 'Fn::ImportValue': 'shared' }, { 'Fn::If': ['Cond', 'data', { Ref: 'A' }] }, { Ref: 'AWS::NoValue' }));
const key = fc.oneof(reference, pool('alias/aws/s3', 'arn:aws:kms:us-east-1:123456789012:key/1', { Ref: 'AWS::Region' }, { 'Fn::ImportValue': 'shared' }, null, Number.POSITIVE_INFINITY));
// data whose members hide the methods of an object
const hostile = pool({ toString: 'x', valueOf: 'x' }, { 'Fn::Select': [{ toString: 'x' }, ['a']] }, JSON.parse('{"__proto__":1}'), { 'Fn::Transform': { Name: 'x' } }, [[]], '{"Ref":"A"}');
const statement = fc.record({
  Effect: pool('Allow', 'Deny'), Action: pool('s3:*', 's3:GetObject', 'kms:Decrypt', ['lambda:InvokeFunction', 'dynamodb:GetItem'], '*'), Resource: fc.oneof(named, fc.array(named, { maxLength: 2 })),
  Principal: pool('*', { AWS: '*' }, { Service: 'sagemaker.amazonaws.com' }, { AWS: arn('A') }), Condition: pool({ Bool: { 'aws:SecureTransport': false } }, { StringEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } }),
}, { requiredKeys: ['Effect', 'Action'] });
const document = fc.oneof({ weight: 6, arbitrary: fc.array(statement, { maxLength: 2 }).map((Statement) => ({ Statement })) }, hostile);
const TYPES: Record<string, Record<string, fc.Arbitrary<unknown>>> = {
  'AWS::S3::Bucket': {
    BucketName: pool('data', 'data-us-east-1'), VersioningConfiguration: pool({ Status: 'Enabled' }, { Status: { Ref: 'Given' } }), LoggingConfiguration: fc.record({ DestinationBucketName: named }),
    BucketEncryption: fc.record({ SSEAlgorithm: pool('aws:kms', 'AES256', { toString: 1 }), KMSMasterKeyID: key }).map((by) => ({ ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: by }] })),
    ReplicationConfiguration: fc.record({ Bucket: named }).map((Destination) => ({ Rules: [{ Status: 'Enabled', Destination }] })), PublicAccessBlockConfiguration: hostile,
  },
  'AWS::S3::BucketPolicy': { Bucket: named, PolicyDocument: document },
  'AWS::KMS::Key': { EnableKeyRotation: pool(true, 'true', { Ref: 'Given' }), KeyPolicy: document, MultiRegion: pool(true, { 'Fn::If': ['Cond', true, false] }) },
  'AWS::IAM::Role': { RoleName: pool('train'), AssumeRolePolicyDocument: document, ManagedPolicyArns: fc.array(named, { maxLength: 1 }), Policies: fc.array(document.map((PolicyDocument) => ({ PolicyDocument })), { maxLength: 1 }) },
  'AWS::IAM::ManagedPolicy': { Roles: fc.array(fc.oneof(named, pool('train', { Ref: 'Given' })), { maxLength: 2 }), PolicyDocument: document },
  'AWS::Lambda::Function': {
    Role: named, Runtime: pool('nodejs18.x'), KmsKeyArn: key,
    Environment: fc.oneof(fc.record({ KEYS_TABLE: named, SUBJECTS_TABLE: named, TOKENS_TABLE: named, KEY_ARN: key }).map((Variables) => ({ Variables })), pool({ Variables: { PASSWORD: 'hunter2-hunter2' } }, { Variables: { PASSWORD: '{{resolve:ssm:x}}' } })),
  },
  'AWS::DynamoDB::Table': { TableName: pool('tokens', 'data'), SSESpecification: fc.record({ SSEEnabled: pool(true), KMSMasterKeyId: key }) },
  'AWS::Logs::LogGroup': { LogGroupName: pool('/aws/sagemaker/Jobs', { 'Fn::Join': ['', ['/aws/lambda/', { Ref: 'A' }]] }), KmsKeyId: key, RetentionInDays: pool(365, '3653') },
  'Custom::CrossRegionExportWriter': { WriterProps: fc.record({ x: reference }).map((exports) => ({ exports })) },
  'Custom::CrossRegionExportReader': { ReaderProps: pool({ region: 'us-east-1' }) },
  'AWS::SQS::QueuePolicy': { Queues: fc.array(named, { maxLength: 2 }), PolicyDocument: document },
  'AWS::SQS::Queue': { QueueName: pool('data'), KmsMasterKeyId: key },
  'AWS::SageMaker::Model': { ExecutionRoleArn: named, EnableNetworkIsolation: pool(true, 'true', { Ref: 'Given' }), PrimaryContainer: fc.record({ Image: pool('1.dkr.ecr.us-east-1.amazonaws.com/m:1', { Ref: 'Given' }), ModelDataUrl: named.map((one) => ({ 'Fn::Join': ['', ['s3://', one, '/m']] })) }) },
  'AWS::SageMaker::EndpointConfig': { KmsKeyId: key, ProductionVariants: pool([{ InstanceType: 'ml.m5.large' }], [{ InstanceType: { Ref: 'Given' }, ModelName: 'm' }], hostile), DataCaptureConfig: fc.record({ DestinationS3Uri: named }) },
};
const resource = fc.constantFrom(...Object.keys(TYPES)).chain((Type) => fc.record(TYPES[Type]!, { requiredKeys: [] }).chain((all) => fc.oneof({ weight: 20, arbitrary: fc.constant(all) }, pool({ 'Fn::Transform': all }, { 'Fn::If': ['Cond', all, {}] }, null)))
  .map((Properties) => ({ Type, Properties })));
// few contents in many resources, and in several stacks under the same logical ids
const content = fc.array(resource, { minLength: 2, maxLength: 5 }).chain((kinds) => fc.array(fc.constantFrom(...kinds), { minLength: IDS.length, maxLength: IDS.length }))
  .map((resources) => ({ Resources: Object.fromEntries(resources.map((one, index) => [IDS[index]!, one])) }));

const app = fc.tuple(content, content, fc.boolean(), named).map(([first, second, same, given]): TemplateInput[] => {
  const rest = { Parameters: { Given: { Type: 'String' } }, Conditions: { Cond: {} }, Outputs: { Shared: { Value: arn('A'), Export: { Name: 'shared' } } } };
  const inner = { Type: 'AWS::CloudFormation::Stack', Properties: { Parameters: { Given: given } } };
  const inStack = (path: string, resources: object, region?: string): TemplateInput => ({ stackName: path, path, ...(region ? { region, account: '123456789012' } : {}), template: `${path}.json`, origin: (id) => ({ path: `${path}/${id}` }), content: { ...rest, Resources: resources } });
  return [
    inStack('One', { ...first.Resources, Nested: inner }, 'eu-central-1'), inStack('Two', same ? first.Resources : second.Resources, 'us-east-1'), inStack('Three', second.Resources),
    { ...inStack('One/Nested', first.Resources, 'eu-central-1'), parent: { path: 'One', logicalId: 'Nested' } },
  ];
});

const bucket = (BucketName: unknown) => ({ Type: 'AWS::S3::Bucket', Properties: { BucketName } });
const DENIAL = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };

// the same where some of it is there on a condition, or hangs on a parameter
const conditional = fc.tuple(app, fc.array(pool(undefined, 'Cond', 'Kind', 'Other', 'Other'), { minLength: IDS.length, maxLength: IDS.length }), named).map(([templates, on, given]): TemplateInput[] => templates.map((one) => {
  const { Resources: resources, ...rest } = one.content as { Resources: Record<string, { Properties: unknown }>; Conditions: object; Parameters: object };
  const chosen = { 'Fn::If': ['Other', given, { Ref: 'Choice' }] };
  const under = ([id, own]: [string, { Properties: unknown }]) => {
    const Condition = on[IDS.indexOf(id)];
    const properties = { ...own.Properties as object, ...(Condition === 'Other' ? { BucketName: chosen, KmsKeyId: chosen } : {}) };
    return [id, { ...own, ...(Condition === undefined ? {} : { Condition }), ...(own.Properties === null ? {} : { Properties: properties }) }];
  };
  const beside = {
    X: { Type: 'AWS::SageMaker::Model', Properties: { PrimaryContainer: { ModelDataUrl: { 'Fn::Sub': 's3://${Z}/m' } } } }, Z: bucket(undefined),
    Y: { Type: 'AWS::S3::BucketPolicy', ...(on[0] === undefined ? {} : { Condition: on[0] }), Properties: { Bucket: { Ref: 'Z' }, PolicyDocument: { Statement: [DENIAL] } } },
  };
  const conditions = { Cond: {}, Kind: { 'Fn::Equals': [{ Ref: 'Choice' }, 'data'] }, Other: { 'Fn::Not': [{ Condition: 'Kind' }] } };
  return { ...one, content: { ...rest, Conditions: conditions, Parameters: { ...rest.Parameters, Choice: { Type: 'String', Default: 'data' } }, Resources: { ...Object.fromEntries(Object.entries(resources).map(under)), ...beside } } };
}));

// two of many resources with the same contents are declared as stores
function flow(): DataFlow {
  const made = DataFlow.of({ node: { root: {}, path: '' } });
  made.add({ id: 'One/A', kind: 'store', name: 'raw', detail: 'raw', classification: Classification.PHI });
  made.add({ id: 'Two/B', kind: 'store', name: 'public', detail: 'captures', classification: Classification.PUBLIC });
  return made;
}

test('of resources that say the same, and refer to each other, the same is said as where each is asked for itself', () => {
  const input = fc.record({ templates: app, flow: fc.constantFrom(undefined, flow()) });
  const asked = { among: 0, alone: 0 };
  const counting = (how: keyof typeof asked) => AWS_RULES.map((one): Rule => ({ ...one, check: (...given) => (asked[how] += 1, one.check(...given)) }));
  fc.assert(fc.property(input, (given) => expect(saidOf(given, counting('among'))).toEqual(saidOfEach(given, counting('alone')))), { numRuns: 60 });
  // else nothing was compared
  expect(asked.among).toBeLessThan(asked.alone * 0.8);
});

test('the same goes for cases: what stands as it does without them is not asked again, and what is told the same', () => {
  let inCases = 0;
  fc.assert(fc.property(conditional, (templates) => {
    const said = saidOf({ templates });
    expect(said).toEqual(saidOfEach({ templates }));
    inCases += said.filter((text) => text.includes('in a case')).length;
  }), { numRuns: 12 });
  // else nothing was found in cases
  expect(inCases).toBeGreaterThan(20);
});

// without a condition: all that is left of it is what it decides
function decided<T>(value: T, holds: boolean): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => decided(item, holds)) as T;
  const { 'Fn::If': chosen } = value as { 'Fn::If'?: unknown[] };
  if (chosen) return decided(chosen[holds ? 1 : 2], holds) as T;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, typeof item === 'function' ? item : decided(item as unknown, holds)])) as T;
}

test('of what hangs on a condition nothing better is said than of what the condition makes of it', () => {
  const open = (templates: readonly TemplateInput[]) => judged(templates).filter(({ answer }) => answer === Answer.NON_COMPLIANT || answer === Answer.UNKNOWN)
    .map(({ id, answer, resource: one }) => ({ place: `${one.stack} ${one.logicalId} ${id}`, answer }));
  let hanging = 0;
  fc.assert(fc.property(app, fc.boolean(), (templates, holds) => {
    const said = new Set(open(templates).map(({ place, answer }) => `${place} ${answer}`));
    const expected = open(decided(templates, holds));
    expect(expected.filter(({ place, answer }) => !said.has(`${place} ${answer}`) && !said.has(`${place} ${Answer.NON_COMPLIANT}`))).toEqual([]);
    hanging += JSON.stringify(templates).includes('Fn::If') ? 1 : 0;
  }), { numRuns: 40 });
  // else nothing hung on it
  expect(hanging).toBeGreaterThan(5);
});

const checking = (name: string, check: RuleProps['check']) => [rule({ ...ruleNamed('S3BucketVersioning'), name, check })];

test('what is worked out once is told apart by what comes of it', () => {
  const names = new Memos((one) => one.at('BucketName').texts.join());
  const rules = checking('Names', (one) => nonCompliant(`it is '${names.of(one)}'`));
  const templates = [template({ A: bucket('a'), B: bucket('a'), C: bucket('c'), D: bucket('a'), E: bucket('c') })];
  expect(saidOf({ templates }, rules)).toEqual(saidOfEach({ templates }, rules));
});

describe('a rule that fails', () => {
  const number = (one: { at(path: string): { texts: string[] } }) => one.at('BucketName').texts[0]!.length;

  test.each([
    ['first', { A: bucket([]), B: bucket('data'), C: bucket('data') }],
    ['later', { A: bucket('data'), B: bucket('data'), C: bucket([]) }],
  ])('for one resource, because of what is asked of it, fails for no other: the one that fails comes %s', (_when, resources) => {
    const rules = checking('Asks', (one) => (one.ask(number) > 0 ? COMPLIANT : nonCompliant('no name')));
    const templates = [template(resources)];
    expect(saidOf({ templates }, rules)).toEqual(saidOfEach({ templates }, rules));
    expect(saidOf({ templates }, rules).filter((text) => text.includes('unknown')).length).toBe(1);
  });

  test('for what its properties hold, fails for those that hold the same', () => {
    const rules = checking('Reads', (one) => (number(one) > 0 ? COMPLIANT : nonCompliant('no name')));
    const templates = [template({ A: bucket([]), B: bucket('data'), C: bucket([]) })];
    expect(saidOf({ templates }, rules)).toEqual(saidOfEach({ templates }, rules));
    expect(saidOf({ templates }, rules).filter((text) => text.includes('unknown')).length).toBe(2);
  });
});
