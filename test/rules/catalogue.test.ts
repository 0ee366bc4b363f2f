import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Answer, ComplianceProfile, Control, Framework, Jurisdiction, Residency } from '../../lib/policy';
import { AWS_RULES } from '../../lib/rules/aws/rules';
import { profileRecord } from '../../lib/rules/record';
import { judged, template } from './support';

const FROZEN = join(__dirname, '../golden/rules.txt');

// UPDATE_GOLDEN=1 writes the file anew; a line that goes away is an id that users hold waivers on
test('the list of rules is frozen: names are never reused, none is dropped by a refactoring', () => {
  const lines = AWS_RULES.map(({ name, severity, control }) => `${name} ${severity} ${control}`).sort();
  if (process.env.UPDATE_GOLDEN) writeFileSync(FROZEN, `${lines.join('\n')}\n`);
  expect(lines).toEqual(readFileSync(FROZEN, 'utf8').trimEnd().split('\n'));
});

test('every rule file is in the list, and imports no cloud library', () => {
  const root = join(__dirname, '../../lib/rules');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => /^(aws\/[^/]+|flow|waivers)\//.test(file) && file.endsWith('.ts'));
  const rules = files.filter((file) => readFileSync(join(root, file), 'utf8').includes('export default rule('));
  expect(rules.length).toBe(AWS_RULES.length);
  expect(new Set(AWS_RULES.map(({ name }) => name)).size).toBe(AWS_RULES.length);
  for (const file of files) expect(readFileSync(join(root, file), 'utf8')).not.toMatch(/from '(aws-cdk-lib|constructs|cdk-nag|@cdktf)/);
});

test('every rule says what it asks, why, and what to do', () => {
  for (const { title, why, fix, control, resources } of AWS_RULES) {
    for (const text of [title, why, fix]) expect(text.length).toBeGreaterThan(10);
    expect(fix).not.toMatch(/\.$/);
    expect(Object.values(Control)).toContain(control);
    expect(resources.length).toBeGreaterThan(0);
  }
});

test('every rule has a table or tests of its own', () => {
  const tests = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => readFileSync(join(__dirname, file), 'utf8')).join('\n');
  for (const { name } of AWS_RULES) expect(tests).toContain(name);
  expect(existsSync(join(__dirname, 'table.ts'))).toBe(true);
});

const intrinsic = fc.oneof(
  fc.record({ Ref: fc.constantFrom('Subject', 'Param', 'AWS::Region', 'AWS::NoValue', 'Nothing') }),
  fc.record({ 'Fn::GetAtt': fc.oneof(fc.constant(['Subject', 'Arn']), fc.string(), fc.jsonValue()) }),
  fc.record({ 'Fn::Join': fc.oneof(fc.jsonValue(), fc.tuple(fc.string(), fc.array(fc.oneof(fc.string(), fc.constant({ Ref: 'Param' }))))) }),
  fc.record({ 'Fn::Sub': fc.oneof(fc.constantFrom('${Param}x', '${Subject.Arn}', '${', '${!x}'), fc.jsonValue()) }),
  fc.record({ 'Fn::If': fc.oneof(fc.jsonValue(), fc.tuple(fc.string(), fc.jsonValue(), fc.jsonValue())) }),
  fc.record({ 'Fn::Select': fc.jsonValue() }), fc.record({ 'Fn::Split': fc.jsonValue() }), fc.record({ 'Fn::FindInMap': fc.jsonValue() }),
);
const leaf = fc.oneof(fc.jsonValue({ maxDepth: 3 }), intrinsic, fc.constantFrom('arn:aws:kms:us-east-1:1:key/x', 's3://a/b', '1.dkr.ecr.x.amazonaws.com/y', 'true', '__proto__'));
const NAMES = [
  'PipelineDefinition', 'PipelineDefinitionBody', 'DefinitionString', 'Steps', 'Arguments', 'Name', 'Type', 'IfSteps', 'States', 'Resource', 'Parameters', 'VpcConfig', 'Subnets',
  'NetworkConfig', 'EnableNetworkIsolation', 'ResourceConfig', 'ProductionVariants', 'KmsKeyId', 'TrainingJobDefinitions', 'BucketEncryption', 'ServerSideEncryptionConfiguration',
  'PolicyDocument', 'Statement', 'Bucket', 'ReplicationConfiguration', 'Rules', 'Destination', 'Condition', 'Effect', '__proto__', 'constructor',
];
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, fc.array(tie('tree'), { maxLength: 3 }), fc.dictionary(fc.constantFrom(...NAMES), tie('tree'), { maxKeys: 5 })),
}));
const types = [...new Set(AWS_RULES.flatMap(({ resources }) => resources)), 'AWS::S3::BucketPolicy'].filter((type) => type.startsWith('AWS::'));

test('no rule throws on any JSON-shaped properties', () => {
  fc.assert(fc.property(fc.constantFrom(...types), tree, (type, properties) => {
    const found = judged([template({ Subject: { Type: type, Properties: properties } }, { Parameters: { Param: { Type: 'String' } } })]);
    for (const { finding } of found) expect(finding.detail ?? '').not.toContain('the rule failed');
  }), { numRuns: 1500 });
});

/** Types that stand beside machine learning in any app and are none of it, each with what one usually says. */
const UNRELATED: Readonly<Record<string, object>> = {
  'AWS::ApiGateway::RestApi': { Name: 'orders' },
  'AWS::CloudWatch::Alarm': { MetricName: 'Errors', Namespace: 'AWS/Lambda', Threshold: 1 },
  'AWS::CloudWatch::Dashboard': { DashboardBody: '{"widgets":[]}' },
  'AWS::CodeBuild::Project': { Environment: { Image: 'aws/codebuild/standard:7.0' } },
  'AWS::EC2::SecurityGroup': { GroupDescription: 'web' },
  'AWS::EC2::Subnet': { MapPublicIpOnLaunch: true, CidrBlock: '10.0.0.0/24' },
  'AWS::ECS::Cluster': { ClusterName: 'web' },
  'AWS::Events::EventBus': { Name: 'orders' },
  'AWS::IAM::Group': { GroupName: 'operators' },
  'AWS::IAM::Role': { AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }] } },
  'AWS::KMS::Key': { KeyPolicy: { Statement: [] } },
  'AWS::Lambda::Function': { Runtime: 'nodejs22.x', Role: 'arn:aws:iam::123456789012:role/orders' },
  'AWS::Logs::LogGroup': { LogGroupName: '/web/orders' },
  'AWS::Route53::HostedZone': { Name: 'example.org' },
  'AWS::S3::Bucket': { BucketName: 'website', WebsiteConfiguration: { IndexDocument: 'index.html' } },
  'AWS::SNS::Topic': { TopicName: 'orders' },
  'AWS::SQS::Queue': { QueueName: 'orders' },
  'AWS::SSM::Parameter': { Type: 'String', Value: 'on' },
};

// by ADR 011 one of a type of machine learning makes rules on a whole account speak: on its trail, its groups, its public repositories
test('a resource of no type of machine learning that neither names another one nor is named by it changes nothing for it', () => {
  const other = fc.tuple(fc.constantFrom(...Object.entries(UNRELATED)), fc.dictionary(fc.constantFrom(...NAMES, 'Tags', 'Description'), tree, { maxKeys: 3 }))
    .map(([[type, usual], more]) => ({ Type: type, Properties: { ...more, ...usual } })).filter((one) => !JSON.stringify(one).includes('Subject'));
  fc.assert(fc.property(fc.constantFrom(...types), tree, fc.array(other, { minLength: 1, maxLength: 4 }), (type, properties, others) => {
    const subject = { Subject: { Type: type, Properties: properties } };
    const alone = judged([template(subject)]);
    const beside = judged([template({ ...Object.fromEntries(others.map((one, index) => [`Other${index}`, one])), ...subject })]);
    const own = (found: typeof alone) => found.filter(({ resource }) => resource.logicalId === 'Subject').map(({ finding }) => finding);
    expect(own(beside)).toEqual(own(alone));
  }), { numRuns: 300 });
});

test('a finding cites what speaks of its type, and no more', () => {
  const requirement = (id: string, resourceTypes?: string[]) => ({ id, citation: `Own ${id}`, title: id, controls: [Control.KEY_MANAGEMENT], ...(resourceTypes ? { resourceTypes } : {}) });
  const own = Framework.fromData({ name: 'Own', title: 'Own', url: 'https://example.org', requirements: [requirement('all'), requirement('keys', ['AWS::KMS::Key']), requirement('roles', ['AWS::IAM::Role'])] });
  const profile = ComplianceProfile.of({ frameworks: [own], residency: Residency.within(Jurisdiction.EU) });
  const cited = judged([template({ Key: { Type: 'AWS::KMS::Key' }, Model: { Type: 'AWS::SageMaker::Model' } })], AWS_RULES, profile)
    .filter(({ finding }) => finding.control === Control.KEY_MANAGEMENT).map(({ finding }) => [finding.resourceType, finding.requirements]);
  expect(cited.length).toBeGreaterThan(0);
  for (const [type, requirements] of cited) expect([type, requirements]).toEqual(['AWS::KMS::Key', ['Own all', 'Own keys']]);
  expect(profileRecord(profile).frameworks[0]!.requirements[1]).toMatchObject({ resourceTypes: ['AWS::KMS::Key'] });
  expect(profileRecord(ComplianceProfile.of({ frameworks: [Framework.NIST_800_53], residency: Residency.within(Jurisdiction.EU) })).frameworks[0]!.oscalCatalog).toBe(Framework.NIST_800_53.oscalCatalog);
});

describe('under one framework alone all rules are asked, and none without a demand', () => {
  const own = Framework.fromData({ name: 'Own', title: 'Own', url: 'https://example.org', requirements: [{ id: '1', citation: 'Own 1', title: 'approve', controls: [Control.HUMAN_APPROVAL] }] });
  const resources = {
    Bucket: { Type: 'AWS::S3::Bucket' }, Image: { Type: 'AWS::SageMaker::Image' }, Key: { Type: 'AWS::KMS::Key', Properties: { MultiRegion: true } },
    Model: { Type: 'AWS::SageMaker::Model', Properties: { PrimaryContainer: { Image: 'risk:1' } } },
  };
  const demands = (framework: Framework) => {
    const profile = ComplianceProfile.of({ frameworks: [framework], residency: Residency.within(Jurisdiction.EU) });
    const open = judged([template(resources)], AWS_RULES, profile).filter(({ answer }) => answer === Answer.NON_COMPLIANT || answer === Answer.UNKNOWN);
    return new Map(open.map(({ finding: { rule, requirements } }) => [rule.replace('RegulatedML-', ''), requirements]));
  };
  const all = [...demands(Framework.GDPR).keys()];

  test.each([...Framework.all(), own].map((framework): [string, Framework] => [framework.name, framework]))('%s', (_name, framework) => {
    const found = demands(framework);
    expect([...found.keys()]).toEqual(all);
    expect([...found].filter(([, requirements]) => requirements.length === 0 || requirements.some((demand) => demand.trim() === ''))).toEqual([]);
  });

  test('which is the law, the residency of the profile, or where the rule has it from', () => {
    expect(demands(Framework.GDPR).get('ResidencyKey')).toEqual(['GDPR Art. 44', 'GDPR Art. 45(1)']);
    expect(demands(Framework.CCPA).get('ResidencyKey')).toEqual(['the residency of the profile (EU)']);
    expect(demands(Framework.EU_AI_ACT).get('ResidencyImage')).toEqual(['the residency of the profile (EU)']);
    expect(demands(Framework.CCPA).get('SageMakerTagged')).toEqual(['Cal. Code Regs. tit. 11, § 7123(c)(4)']);
    expect(demands(Framework.GDPR).get('SageMakerTagged')).toEqual(['no framework of the profile, but Security Hub SageMaker.6, Security Hub SageMaker.7, AWS Config sagemaker-app-image-config-tagged']);
    expect(demands(own).get('SageMakerImageDescription')).toEqual(['no framework of the profile, but AWS Config sagemaker-image-description']);
  });
});

test('a rule that fails makes an unknown, and the other rules are heard', () => {
  const broken = { ...AWS_RULES.find(({ name }) => name === 'KmsKeyRotation')!, check: () => { throw new Error('boom'); } };
  const found = judged([template({ Key: { Type: 'AWS::KMS::Key' } })], [broken, AWS_RULES.find(({ name }) => name === 'ResidencyKey')!]);
  expect(found.map(({ finding }) => [finding.answer, finding.detail])).toEqual([[Answer.UNKNOWN, 'the rule failed: boom'], [Answer.COMPLIANT, undefined]]);
});

test('a template that is nested endlessly ends in an unknown, not in a crash', () => {
  let deep: unknown = 'x';
  for (let level = 0; level < 5000; level++) deep = { 'Fn::Join': ['', [deep]] };
  const loop: Record<string, unknown> = { Parameters: {}, Outputs: { A: { Value: { 'Fn::ImportValue': 'a' }, Export: { Name: 'a' } } } };
  const found = judged([template({ Model: { Type: 'AWS::SageMaker::Model', Properties: { EnableNetworkIsolation: deep, VpcConfig: { 'Fn::ImportValue': 'a' } } } }, loop)]);
  expect(found.filter(({ finding }) => finding.rule.includes('SageMakerModel')).map(({ finding }) => finding.answer)).toEqual([Answer.UNKNOWN, Answer.UNKNOWN]);
});

test('cost is linear: eight times the resources take about eight times as long', () => {
  const resources = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [
    [`Bucket${index}`, { Type: 'AWS::S3::Bucket', Properties: { BucketName: `b${index}` } }],
    [`Policy${index}`, { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: `Bucket${index}` }, PolicyDocument: { Statement: [] } } }],
    [`Model${index}`, { Type: 'AWS::SageMaker::Model', Properties: { PrimaryContainer: { ModelDataUrl: `s3://b${index}/x` } } }],
  ]).flat());
  const time = (count: number) => {
    const input = [template(resources(count))];
    const best = Array.from({ length: 5 }, () => {
      const start = process.hrtime.bigint();
      judged(input);
      return Number(process.hrtime.bigint() - start);
    });
    return Math.min(...best);
  };
  time(200);
  // eight times the resources: about 8 when linear, 64 when quadratic; the rest is for a busy machine
  expect(time(4000) / time(500)).toBeLessThan(24);
});
