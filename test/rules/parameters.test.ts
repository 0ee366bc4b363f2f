import { App, CfnCondition, CfnParameter, Fn } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Answer } from '../../lib/policy';
import { readApp } from '../../lib/rules/aws/tree';
import type { TemplateInput } from '../../lib/rules/view';
import { ENV, judged, judgementsOf, PROFILE, ruleNamed, stackIn, template } from './support';

type Json = Record<string, unknown>;

const RULE = ruleNamed('SageMakerEndpointConfigKey');
const OWN = { 'Fn::GetAtt': ['NewKey', 'Arn'] };
const GIVEN = { Ref: 'KeyArn' };
const equals = (value: unknown, to: unknown) => ({ 'Fn::Equals': [value, to] });
const not = (...one: unknown[]) => ({ 'Fn::Not': one });
const config = (KmsKeyId: unknown, Condition?: string) => ({
  Type: 'AWS::SageMaker::EndpointConfig', ...(Condition ? { Condition } : {}), Properties: { KmsKeyId, ProductionVariants: [{ InstanceType: 'ml.m5.large', ModelName: 'm', VariantName: 'v' }] },
});
const KEY = { Type: 'AWS::KMS::Key', Properties: {} };
const PARAMETERS = { KeyArn: { Type: 'String', Default: '' }, Env: { Type: 'String', Default: 'dev' } };
const CONDITIONS = {
  NoKey: equals(GIVEN, ''), HasKey: not({ Condition: 'NoKey' }), Prod: equals({ Ref: 'Env' }, 'prod'),
  Used: { 'Fn::And': [{ Condition: 'HasKey' }, { Condition: 'Prod' }] }, Unused: { 'Fn::Or': [{ Condition: 'NoKey' }, not({ Condition: 'Prod' })] },
};

function answers(KmsKeyId: unknown, { parameters = {}, conditions = {}, on }: { parameters?: Json; conditions?: Json; on?: string } = {}): Answer[] {
  const rest = { Parameters: { ...PARAMETERS, ...parameters }, Conditions: { ...CONDITIONS, ...conditions } };
  return judged([template({ Config: config(KmsKeyId, on), NewKey: KEY }, rest)], [RULE]).map(({ answer }) => answer);
}

const chosen = (condition: string, yes: unknown, no: unknown) => ({ 'Fn::If': [condition, yes, no] });

describe('a parameter that conditions say is not its default', () => {
  test.each<[string, unknown]>([
    ['by a comparison', chosen('NoKey', OWN, GIVEN)],
    ['by the contrary of one', chosen('HasKey', GIVEN, OWN)],
    ['by two that have to hold', chosen('Used', GIVEN, OWN)],
    ['by two of which one holds', chosen('Unused', OWN, GIVEN)],
    ['by one within another', chosen('Prod', chosen('Unused', OWN, GIVEN), OWN)],
    ['within a text', chosen('NoKey', OWN, { 'Fn::Sub': '${KeyArn}' })],
    ['of a property that is chosen as a whole', chosen('NoKey', OWN, chosen('Prod', { 'Fn::Join': ['', [GIVEN]] }, GIVEN))],
  ])('%s, is one that is not known', (_how, key) => {
    expect(answers(key)).toEqual([Answer.UNKNOWN]);
  });

  test('is its default everywhere else', () => {
    for (const key of [GIVEN, chosen('NoKey', GIVEN, OWN), chosen('Prod', OWN, GIVEN), chosen('Used', OWN, GIVEN)]) expect(answers(key)).toEqual([Answer.NON_COMPLIANT]);
  });

  test('is not known in a resource that is there on that condition', () => {
    expect(answers(GIVEN, { on: 'HasKey' })).toEqual([Answer.UNKNOWN]);
    expect(answers(GIVEN, { on: 'NoKey' })).toEqual([Answer.NON_COMPLIANT]);
  });

  test('is another of those that are allowed', () => {
    const allowed = (...AllowedValues: string[]) => ({ parameters: { KeyArn: { Type: 'String', Default: AllowedValues[0], AllowedValues } } });
    const own = 'arn:aws:kms:eu-central-1:123456789012:key/1';
    expect(answers(chosen('NoKey', OWN, GIVEN), allowed('', own))).toEqual([Answer.COMPLIANT]);
    expect(answers(chosen('NoKey', OWN, GIVEN), allowed('', 'alias/aws/sagemaker', own))).toEqual([Answer.NON_COMPLIANT]);
    expect(answers(chosen('NoKey', OWN, GIVEN), allowed('', own, 'alias/own'))).toEqual([Answer.COMPLIANT]);
  });
});

describe('a parameter that conditions compare with a text', () => {
  const other = equals(GIVEN, 'alias/aws/sagemaker');
  const known = equals(GIVEN, 'alias/own');

  test('is that text where it is equal', () => {
    expect(answers(chosen('Own', GIVEN, OWN), { conditions: { Own: known } })).toEqual([Answer.COMPLIANT]);
    expect(answers(chosen('Other', GIVEN, OWN), { conditions: { Other: other } })).toEqual([Answer.NON_COMPLIANT]);
    expect(answers(GIVEN, { conditions: { Own: known }, on: 'Own' })).toEqual([Answer.COMPLIANT]);
  });

  test('is one of several where it is equal to one of them', () => {
    const either = (...of: unknown[]) => ({ conditions: { Either: { 'Fn::Or': of } } });
    expect(answers(chosen('Either', GIVEN, OWN), either(known, equals(GIVEN, 'alias/new')))).toEqual([Answer.COMPLIANT]);
    expect(answers(chosen('Either', GIVEN, OWN), either(known, other))).toEqual([Answer.NON_COMPLIANT]);
  });

  test('is never two of them: what is chosen by the one within the other is not deployed', () => {
    const two = { conditions: { Own: known, Other: other } };
    expect(answers(chosen('Own', chosen('Other', 'alias/aws/sagemaker', GIVEN), OWN), two)).toEqual([Answer.COMPLIANT]);
    expect(answers(chosen('Own', OWN, chosen('Other', OWN, chosen('NoKey', OWN, GIVEN))), two)).toEqual([Answer.UNKNOWN]);
  });

  test('is its default where it is equal to none of them', () => {
    const parameters = { KeyArn: { Type: 'String', Default: 'alias/own' } };
    expect(answers(chosen('NoKey', OWN, GIVEN), { parameters })).toEqual([Answer.COMPLIANT]);
    expect(answers(chosen('Other', OWN, GIVEN), { parameters, conditions: { Other: other } })).toEqual([Answer.COMPLIANT]);
  });
});

test('names that are made of a parameter are the same also where it is not its default', () => {
  const name = { 'Fn::Sub': 'data-${Env}' };
  const denial = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [{ 'Fn::Sub': 'arn:aws:s3:::data-${Env}' }, { 'Fn::Sub': 'arn:aws:s3:::data-${Env}/*' }], Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
  const resources = {
    Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: name } },
    Policy: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: name, PolicyDocument: { Statement: [denial] } } },
    Topic: { Type: 'AWS::SNS::Topic', Condition: 'Dev', Properties: {} },
    Model: { Type: 'AWS::SageMaker::Model', Properties: { PrimaryContainer: { ModelDataUrl: { 'Fn::Join': ['', ['s3://', name, '/m']] } } } },
  };
  const rest = { Parameters: PARAMETERS, Conditions: { Dev: equals({ Ref: 'Env' }, 'dev') } };
  expect(judged([template(resources, rest)], [ruleNamed('S3BucketTls')]).map(({ answer, detail }) => [answer, detail])).toEqual([[Answer.COMPLIANT, undefined]]);
});

describe('a parameter of another type', () => {
  const subnets = { Type: 'List<AWS::EC2::Subnet::Id>', Default: '' };
  const NONE = equals({ 'Fn::Join': ['', { Ref: 'Subnets' }] }, '');
  const first = { 'Fn::Select': [0, { Ref: 'Subnets' }] };

  test('is a list of which it is told by its parts whether it is the default', () => {
    for (const Type of ['CommaDelimitedList', subnets.Type]) {
      const given = { parameters: { Subnets: { Type, Default: '' } }, conditions: { None: NONE, Single: equals(first, '') } };
      expect(answers(chosen('None', OWN, first), given)).toEqual([Answer.UNKNOWN]);
      expect(answers(chosen('Single', OWN, first), given)).toEqual([Answer.UNKNOWN]);
      expect(answers(chosen('None', first, OWN), given)).toEqual([Answer.NON_COMPLIANT]);
    }
    expect(answers(chosen('None', OWN, first), { parameters: { Subnets: { ...subnets, Default: 'alias/own,b' } }, conditions: { None: NONE } })).toEqual([Answer.COMPLIANT]);
  });

  test('is read from SSM: it is what it is compared with, and else not known', () => {
    const given = { parameters: { KeyArn: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/key', AllowedValues: ['/key', '/other'] } }, conditions: { Own: equals(GIVEN, 'alias/own') } };
    expect(answers(chosen('Own', GIVEN, OWN), given)).toEqual([Answer.COMPLIANT]);
    expect(answers(chosen('Own', OWN, GIVEN), given)).toEqual([Answer.UNKNOWN]);
  });

  test('is what its number is written as', () => {
    const minutes = { Ref: 'Minutes' };
    const rest = { Parameters: { Minutes: { Type: 'Number', Default: 0 } }, Conditions: { Never: equals(minutes, 0), Hour: equals(minutes, '60') } };
    const said = (Timeout: unknown) => judged([template({ Job: { Type: 'AWS::Glue::Job', Properties: { Timeout } } }, rest)], [ruleNamed('GlueJobTimeout')]).map(({ answer }) => answer);
    expect(said(chosen('Hour', minutes, 60))).toEqual([Answer.COMPLIANT]);
    expect(said(chosen('Never', minutes, 60))).toEqual([Answer.NON_COMPLIANT]);
    expect(said(chosen('Never', 60, minutes))).toEqual([Answer.UNKNOWN]);
  });
});

describe('where a stack goes', () => {
  const AMAZON = 'alias/aws/sagemaker';

  test.each<[string, unknown, unknown]>([
    ['the region', { Ref: 'AWS::Region' }, 'us-gov-west-1'], ['the account', { Ref: 'AWS::AccountId' }, '210987654321'], ['the partition', { Ref: 'AWS::Partition' }, 'aws-us-gov'],
    ['a map', { 'Fn::FindInMap': ['Regions', { Ref: 'AWS::Region' }, 'IsOther'] }, 'yes'], ['two texts', { 'Fn::Sub': '${AWS::Partition}-${AWS::Region}' }, 'aws-us-gov-us-gov-west-1'],
  ])('%s tells which branch is deployed', (_what, compared, elsewhere) => {
    const rest = { Mappings: { Regions: { 'eu-central-1': { IsOther: 'no' }, 'us-gov-west-1': { IsOther: 'yes' } } }, Conditions: { ...CONDITIONS, Elsewhere: equals(compared, elsewhere), Here: not({ Condition: 'Elsewhere' }) }, Parameters: PARAMETERS };
    const said = (key: unknown, where: object = ENV) => judged([{ ...template({ Config: config(key), NewKey: KEY }, rest), region: undefined, account: undefined, ...where } as TemplateInput], [RULE]).map(({ answer }) => answer);
    expect(said(chosen('Elsewhere', AMAZON, OWN))).toEqual([Answer.COMPLIANT]);
    expect(said(chosen('Here', AMAZON, OWN))).toEqual([Answer.NON_COMPLIANT]);
    expect(said(chosen('Elsewhere', AMAZON, OWN), {})).toEqual([Answer.NON_COMPLIANT]);
  });
});

describe('a nested stack', () => {
  const nested = (content: Json): TemplateInput => ({ ...template({}), path: 'Test/Nested', stackName: 'Nested', template: 'nested.json', parent: { path: 'Test', logicalId: 'Nested' }, content });
  const around = (given: Json, Condition?: string) => template(
    { Nested: { Type: 'AWS::CloudFormation::Stack', ...(Condition ? { Condition } : {}), Properties: { Parameters: given } } }, { Parameters: PARAMETERS, Conditions: CONDITIONS });
  const within = (key: unknown, Parameters: Json = { Given: { Type: 'String' } }) => nested({
    Parameters, Conditions: { NoKey: equals({ Ref: 'Given' }, ''), None: equals({ 'Fn::Join': ['', { Ref: 'Given' }] }, '') }, Resources: { Config: config(key), NewKey: KEY },
  });
  const said = (...templates: TemplateInput[]) => [templates, [...templates].reverse()].map((all) => judged(all, [RULE]).map(({ answer }) => answer).join());
  const both = (answer: Answer) => [answer, answer];

  test('compares what it is given: of the stack around it, where that is a parameter', () => {
    expect(said(around({ Given: GIVEN }), within(chosen('NoKey', OWN, { Ref: 'Given' })))).toEqual(both(Answer.UNKNOWN));
    expect(said(around({ Given: GIVEN }), within(chosen('NoKey', { Ref: 'Given' }, OWN)))).toEqual(both(Answer.NON_COMPLIANT));
    expect(said(around({ Given: { 'Fn::Join': [',', [GIVEN]] } }), within(chosen('None', OWN, { 'Fn::Select': [0, { Ref: 'Given' }] }), { Given: { Type: 'CommaDelimitedList' } }))).toEqual(both(Answer.UNKNOWN));
    expect(said(around({}), within(chosen('NoKey', OWN, { Ref: 'Given' }), { Given: { Type: 'String', Default: '' } }))).toEqual(both(Answer.UNKNOWN));
    expect(said(around({ Given: 'alias/own' }), within(chosen('NoKey', '', { Ref: 'Given' })))).toEqual(both(Answer.COMPLIANT));
  });

  test('that is there on a condition is given what that leaves', () => {
    expect(said(around({ Given: GIVEN }, 'HasKey'), within({ Ref: 'Given' }))).toEqual(both(Answer.UNKNOWN));
    expect(said(around({ Given: GIVEN }, 'NoKey'), within({ Ref: 'Given' }))).toEqual(both(Answer.NON_COMPLIANT));
    expect(said(around({ Given: GIVEN }, 'HasKey'), within(chosen('NoKey', '', 'alias/own')))).toEqual(both(Answer.COMPLIANT));
  });

  test('leaves a parameter of the same name in another stack as it is', () => {
    const other = { ...template({ Config: config(GIVEN) }, { Parameters: { KeyArn: { Type: 'String', Default: 'alias/own' } } }), path: 'Other', template: 'other.json' };
    expect(judged([template({ Config: config(chosen('NoKey', OWN, GIVEN)), NewKey: KEY }, { Parameters: PARAMETERS, Conditions: CONDITIONS }), other], [RULE]).map(({ answer }) => answer).sort()).toEqual([Answer.COMPLIANT, Answer.UNKNOWN]);
  });
});

test('an export that is there on a condition is what that leaves of a parameter', () => {
  const exporter = (Condition: string) => template({}, { Parameters: PARAMETERS, Conditions: CONDITIONS, Outputs: { Key: { Condition, Value: GIVEN, Export: { Name: 'key' } } } });
  const importer = { ...template({ Config: config({ 'Fn::ImportValue': 'key' }) }), path: 'Other', stackName: 'Other', template: 'other.json' };
  expect(judged([exporter('HasKey'), importer], [RULE]).map(({ answer }) => answer)).toEqual([Answer.UNKNOWN]);
  expect(judged([exporter('NoKey'), importer], [RULE]).map(({ answer }) => answer)).toEqual([Answer.NON_COMPLIANT]);
});

test('the parameter of a tree is what its conditions leave, before synth and after', () => {
  const app = new App();
  const stack = stackIn(app);
  const given = new CfnParameter(stack, 'KeyArn', { default: '' }).valueAsString;
  const none = new CfnCondition(stack, 'NoKey', { expression: Fn.conditionEquals(given, '') });
  const key = new kms.CfnKey(stack, 'Key');
  key.cfnOptions.condition = none;
  new sagemaker.CfnEndpointConfig(stack, 'Config', {
    kmsKeyId: Fn.conditionIf(none.logicalId, key.attrArn, given).toString(), productionVariants: [{ variantName: 'v', modelName: 'm', initialVariantWeight: 1, instanceType: 'ml.m5.large' }],
  });
  const said = (written: boolean) => judgementsOf({ view: readApp(app, written).view, rules: [RULE], profile: PROFILE, pack: 'RegulatedML' }).map(({ answer }) => answer);
  expect(said(false)).toEqual([Answer.UNKNOWN]);
  app.synth();
  expect(said(true)).toEqual([Answer.UNKNOWN]);
});

test('conditions that refer to each other at every level, in texts that do so too, come to an end', () => {
  const levels = Array.from({ length: 60 }, (_, index) => index);
  const conditions = Object.fromEntries(levels.map((index) => [`C${index}`, { 'Fn::Or': [not({ Condition: `C${index + 1}` }), { Condition: `C${index + 1}` }, equals({ Ref: 'Env' }, String(index))] }]));
  const map = (index: number): unknown => ({ 'Fn::If': [`C${index}`, { 'Fn::FindInMap': ['M', 'a', `k${index + 1}`] }, ['', { 'Fn::FindInMap': ['M', 'a', `k${index + 1}`] }]] });
  const rest = { Parameters: PARAMETERS, Conditions: { ...CONDITIONS, ...conditions }, Mappings: { M: { a: Object.fromEntries(levels.map((index) => [`k${index}`, map(index)])) } } };
  expect(judged([template({ Config: config(map(0)), NewKey: KEY }, rest)], [RULE])).toHaveLength(1);
});
