import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Severity } from '../../../lib/policy';
import { AWS_RULES } from '../../../lib/rules/aws/rules';
import { recordOfTemplates } from '../../../lib/rules/aws/template-record';
import { DOES, REASONS, STOCK, stockOf, unaskedIn, unjudgedIn } from '../../../lib/rules/aws/unjudged';
import { PROFILE, template } from '../support';

/** Rules on these types look at where copies go, and at credentials. */
const ELSEWHERE_TOO = ['ResidencyReplication', 'PlainSecrets'];
const MODEL = { Model: { Type: 'AWS::SageMaker::Model', Properties: {} } };
const recordOf = (resources: Record<string, unknown>) => recordOfTemplates({
  templates: [{ ...template(resources), digest: '' }], acknowledgements: [], profile: PROFILE, unknownAs: Severity.WARNING, version: '0', limits: [],
});
const of = (...types: string[]) => Object.fromEntries(types.map((Type, index) => [`R${index}`, { Type, Properties: {} }]));

describe('what stands beside machine learning, and no rule judges', () => {
  test('is told once a type, with how many there are and what they do', () => {
    const { open } = unjudgedIn([recordOf({ ...MODEL, ...of('AWS::Neptune::DBCluster', 'AWS::Neptune::DBCluster', 'AWS::ApiGateway::Method', 'AWS::CodeBuild::Project', 'AWS::Bedrock::Agent') })], 'foreign');
    expect(open).toEqual([
      'a resource of AWS::ApiGateway::Method lets somebody in, and no rule of this pack judges more than where it stands',
      'a resource of AWS::Bedrock::Agent belongs to machine learning, and no rule of this pack judges more than where it stands',
      'a resource of AWS::CodeBuild::Project runs programs, and no rule of this pack judges more than where it stands and credentials in its environment',
      '2 resources of AWS::Neptune::DBCluster keep data, and no rule of this pack judges more than where they stand',
    ]);
  });

  test('is counted over several records', () => {
    const one = recordOf({ ...MODEL, ...of('AWS::DocDB::DBCluster') });
    expect(unjudgedIn([one, one], 'foreign').open).toEqual(['2 resources of AWS::DocDB::DBCluster keep data, and no rule of this pack judges more than where they stand']);
  });

  test('names the packs of cdk-nag where they could judge it, and leaves it to them where they do', () => {
    const record = recordOf({ ...MODEL, ...of('AWS::DocDB::DBCluster', 'AWS::HealthLake::FHIRDatastore') });
    const healthLake = 'a resource of AWS::HealthLake::FHIRDatastore keeps data, and no rule of this pack judges more than where it stands';
    expect(unjudgedIn([record], stockOf(['RegulatedML'])).open).toEqual([
      'a resource of AWS::DocDB::DBCluster keeps data, and no rule of this pack judges more than where it stands; the packs of cdk-nag judge more: register AwsSolutionsChecks beside RegulatedMLChecks', healthLake,
    ]);
    expect(unjudgedIn([record], stockOf(['AwsSolutions', 'RegulatedML'])).open).toEqual([healthLake]);
  });

  test('passes with the reason where one is written', () => {
    const { open, explained } = unjudgedIn([recordOf({ ...MODEL, ...of('AWS::EC2::SecurityGroup', 'AWS::Batch::ComputeEnvironment', 'AWS::KMS::Alias', 'AWS::EC2::VPC', 'AWS::SageMaker::App') })], 'foreign');
    expect(open).toEqual([]);
    expect(explained).toEqual([expect.stringMatching(/^AWS::Batch::ComputeEnvironment \(1\) has no rule: It lends machines/), `AWS::EC2::SecurityGroup (1) has no rule: ${REASONS['AWS::EC2::SecurityGroup']}`]);
  });

  test('is nobody\'s business where nothing has to do with machine learning, which is said where rules had nothing to say', () => {
    const record = recordOf(of('AWS::Neptune::DBCluster', 'AWS::CloudTrail::Trail'));
    expect(unjudgedIn([record], 'foreign')).toEqual({ open: [], explained: [] });
    expect(record.limits).toEqual(['nothing here was recognised as machine learning, so rules that judge what stands beside it had nothing to say: judge it together with the stacks that learn']);
    expect(unaskedIn(recordOf(of('AWS::EC2::VPC')))).toBeUndefined();
    expect(recordOf({ ...MODEL, ...of('AWS::CloudTrail::Trail') }).limits).toEqual([]);
  });

  test('a role that may use the services of machine learning is enough', () => {
    const role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {}, Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'bedrock:InvokeModel', Resource: '*' }] } }] } };
    const record = recordOf({ Role: role, ...of('AWS::DocDB::DBCluster') });
    expect(record.limits).toEqual([]);
    expect(unjudgedIn([record], 'foreign').open).toHaveLength(1);
  });
});

describe('the list', () => {
  const nag = dirname(require.resolve('cdk-nag/package.json'));
  const rules = readdirSync(join(nag, 'lib', 'rules'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js')).map((file) => readFileSync(join(nag, 'lib', 'rules', file), 'utf8')).join('\n');
  const isKnownToNag = (type: string) => {
    const [, service, name] = type.split('::');
    return new RegExp(`\\baws_${service!.toLowerCase()}_1\\.Cfn${name}\\b`).test(rules);
  };

  test('names types that there are', () => {
    const classes = (service: string) => Object.values(require(`aws-cdk-lib/aws-${service.toLowerCase()}`) as Record<string, { readonly CFN_RESOURCE_TYPE_NAME?: string }>);
    expect([...DOES.keys()].filter((type) => !classes(type.split('::')[1]!).some((one) => one?.CFN_RESOURCE_TYPE_NAME === type))).toEqual([]);
  });

  test('names no type that rules judge for more', () => {
    const ruled = new Set(AWS_RULES.filter(({ name }) => !ELSEWHERE_TOO.includes(name)).flatMap(({ resources }) => resources));
    expect([...DOES.keys()].filter((type) => ruled.has(type))).toEqual([]);
  });

  test('leaves to cdk-nag what its packs have rules about, and nothing else', () => {
    expect([...DOES.keys()].filter((type) => isKnownToNag(type) !== STOCK.has(type))).toEqual([]);
    expect([...STOCK].filter((type) => !isKnownToNag(type))).toEqual([]);
  });

  test('has reasons that are sentences', () => {
    for (const reason of Object.values(REASONS)) expect(reason).toMatch(/^[A-Z].{20,}\.$/);
  });
});
