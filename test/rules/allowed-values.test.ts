import { judged, ruleNamed, template } from './support';

const parameters = (declared: Record<string, unknown>) => ({ Parameters: { Access: { Type: 'String', ...declared } } });
const BOTH = { AllowedValues: ['PublicInternetOnly', 'VpcOnly'] };
const domain = (AppNetworkAccessType: unknown) => ({ Domain: { Type: 'AWS::SageMaker::Domain', Properties: { AppNetworkAccessType } } });
const saidOf = (rule: string, resources: Record<string, unknown>, rest: Record<string, unknown>) => judged([template(resources, rest)], [ruleNamed(rule)]).map(({ detail }) => detail);
const ACCESS = { Ref: 'Access' };
const WORDS = "AppNetworkAccessType may be 'PublicInternetOnly' (parameter Access allows it, its default is 'VpcOnly'; take it out of AllowedValues)";

describe('of a value that a parameter allows', () => {
  const said = (value: unknown, declared: Record<string, unknown>) => saidOf('SageMakerNotebookInternet', domain(value), {
    Parameters: { ...parameters(declared).Parameters, Stage: { Type: 'String' } }, Conditions: { Cond: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
  });

  test('it is said that it may be, which parameter allows it and what the parameter is otherwise', () => {
    expect(said(ACCESS, { ...BOTH, Default: 'VpcOnly' })).toEqual([WORDS]);
    expect(said({ 'Fn::If': ['Cond', ACCESS, 'VpcOnly'] }, { ...BOTH, Default: 'VpcOnly' })).toEqual([WORDS]);
    expect(said(ACCESS, BOTH)).toEqual(["AppNetworkAccessType may be 'PublicInternetOnly' (parameter Access allows it; take it out of AllowedValues)"]);
  });

  test('it is said that it is, where it is what is deployed by default, or nobody could choose otherwise', () => {
    expect(said(ACCESS, { ...BOTH, Default: 'PublicInternetOnly' })).toEqual(["AppNetworkAccessType is 'PublicInternetOnly'"]);
    expect(said('PublicInternetOnly', { ...BOTH, Default: 'VpcOnly' })).toEqual(["AppNetworkAccessType is 'PublicInternetOnly'"]);
    expect(said(ACCESS, { AllowedValues: ['PublicInternetOnly'], Default: 'PublicInternetOnly' })).toEqual(["AppNetworkAccessType is 'PublicInternetOnly'"]);
  });

  test('of a nested stack, the parameter is that of the stack that gives it', () => {
    const nested = { Nested: { Type: 'AWS::CloudFormation::Stack', Properties: { Parameters: { Given: ACCESS } } } };
    const found = judged([
      template(nested, parameters({ ...BOTH, Default: 'VpcOnly' })),
      { ...template(domain({ Ref: 'Given' }), { Parameters: { Given: { Type: 'String' } } }), path: 'Test/Nested', template: 'nested.json', parent: { path: 'Test', logicalId: 'Nested' } },
    ], [ruleNamed('SageMakerNotebookInternet')]);
    expect(found.map(({ detail }) => detail)).toEqual([WORDS]);
  });
});

test('a text that a parameter is a part of is told alike, and one that no parameter decides is not', () => {
  const said = (value: unknown) => saidOf('ResidencyLocation', { Model: { Type: 'AWS::SageMaker::Model', Properties: { PrimaryContainer: { ModelDataUrl: value } } } }, {
    Parameters: { Region: { Type: 'String', AllowedValues: ['eu-west-1', 'us-east-1'], Default: 'eu-west-1' }, Number: { Type: 'String', AllowedValues: ['1', '2'], Default: '2' } },
  });
  expect(said({ 'Fn::Sub': 's3://models-${Region}/m.tgz' })).toContain(
    "'s3://models-us-east-1/m.tgz' may be in us-east-1, outside the residency (EU) (parameter Region allows it, its default is 'eu-west-1'; take it out of AllowedValues)");
  expect(said({ 'Fn::Join': ['', ['s3://models-us-east-1/', { Ref: 'Number' }]] })).toContain("'s3://models-us-east-1/1' is in us-east-1, outside the residency (EU)");
});

test('a flag and a place in a list are told alike', () => {
  const flag = { Parameters: { Isolated: { Type: 'String', AllowedValues: ['true', 'false'], Default: 'true' } } };
  expect(saidOf('SageMakerModelNetworkIsolation', { Model: { Type: 'AWS::SageMaker::Model', Properties: { EnableNetworkIsolation: { Ref: 'Isolated' } } } }, flag))
    .toEqual(["EnableNetworkIsolation may be 'false' (parameter Isolated allows it, its default is 'true'; take it out of AllowedValues)"]);
  const region = { Parameters: { Region: { Type: 'String', AllowedValues: ['eu-west-1', 'us-east-1'], Default: 'eu-west-1' } } };
  expect(saidOf('ResidencyReplication', { Table: { Type: 'AWS::DynamoDB::GlobalTable', Properties: { Replicas: [{ Region: 'eu-central-1' }, { Region: { Ref: 'Region' } }] } } }, region))
    .toEqual(["the copy may be in us-east-1, outside the residency (EU) (parameter Region allows it, its default is 'eu-west-1'; take it out of AllowedValues)"]);
});

test('a stack that is said to stand in itself ends', () => {
  const nested = { Nested: { Type: 'AWS::CloudFormation::Stack', Properties: { Parameters: { Given: { 'Fn::Join': ['', [{ Ref: 'Given' }, { Ref: 'Given' }]] } } } } };
  const resources = { ...nested, ...domain({ 'Fn::If': ['Cond', 'PublicInternetOnly', { Ref: 'Given' }] }) };
  const itself = { ...template(resources, { Parameters: { Given: { Type: 'String' }, Access: BOTH } }), parent: { path: 'Test', logicalId: 'Nested' } };
  expect(judged([itself], [ruleNamed('SageMakerNotebookInternet')]).map(({ answer }) => answer)).toContain('non-compliant');
});
