import { App, CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { readApp } from '../../../lib/rules/aws/tree';
import { RegulatedMLChecks } from '../../../lib/rules';
import { Severity } from '../../../lib/policy';
import { ENV, judged, judgementsOf, PROFILE, ruleNamed, saidOf, saidOfEach, stackIn, template } from '../support';

const RULE = ruleNamed('TemplateReadable');
const said = (content: object, rest: object = {}) => judged([{ ...template({}), content, ...rest }], [RULE])
  .map(({ answer, location, detail, resource: { path } }) => `${path} ${answer} ${location}: ${detail?.replace('no rule has judged ', '')}`);
const inResources = (resources: object) => said({ Resources: resources });

const KEY = { Type: 'AWS::KMS::Key', Properties: { EnableKeyRotation: true } };
const INCLUDE = { Name: 'AWS::Include', Parameters: { Location: 's3://bucket/part.json' } };

describe('TemplateReadable', () => {
  test('has nothing to say of a template that holds its resources, and of what the CDK adds to each', () => {
    expect(inResources({ Key: KEY })).toEqual([]);
    const app = new App({ analyticsReporting: true });
    const stack = new Stack(app, 'Test', { env: ENV, analyticsReporting: true });
    new kms.Key(stack, 'Key');
    new kms.Key(new NestedStack(stack, 'Inner'), 'Key');
    app.synth();
    const written = readApp(app, true);
    expect(Object.keys((written.templates[0]!.content as { Rules: object }).Rules)).toEqual(['CheckBootstrapVersion']);
    for (const { view } of [written, readApp(app, false)]) expect(judgementsOf({ view, rules: [RULE], profile: PROFILE, pack: 'RegulatedML' })).toEqual([]);
  });

  test.each<[string, object, string[]]>([
    ['a transform', { Transform: 'AWS::Serverless-2016-10-31' }, ["Test unknown Transform: what the transform 'AWS::Serverless-2016-10-31' makes of the template"]],
    ['several', { Transform: ['AWS::LanguageExtensions', INCLUDE, 'Mine', {}] }, [
      "Test unknown Transform: what the transform 'AWS::Include' makes of the template", "Test unknown Transform: what the transform 'Mine' makes of the template", 'Test unknown Transform: what a transform makes of the template',
    ]],
    ['a part of the template', { 'Fn::Transform': INCLUDE }, ["Test unknown Fn::Transform: what the transform 'AWS::Include' puts there"]],
    ['a part of the resources', { Resources: { 'Fn::Transform': INCLUDE, 'Key': KEY } }, ["Test unknown Resources.Fn::Transform: what the transform 'AWS::Include' puts there"]],
    ['a part of a mapping', { Mappings: { Regions: { 'Fn::Transform': INCLUDE } } }, ["Test unknown Mappings.Regions.Fn::Transform: what the transform 'AWS::Include' puts there"]],
    ['a loop', { Resources: { 'Fn::ForEach::Models': ['N', ['a'], {}] } }, ["Test unknown Resources.Fn::ForEach::Models: what 'Fn::ForEach::Models' makes"]],
    ['functions alone', { Transform: 'AWS::LanguageExtensions' }, []],
  ])('is unknown of %s', (_what, content, expected) => {
    expect(said(content)).toEqual(expected);
  });

  test.each<[string, object, string[]]>([
    ['a nested stack elsewhere', { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://bucket.s3.amazonaws.com/t.json' } }, ['Properties.TemplateURL: a nested stack, whose template lies elsewhere']],
    ['a stack set elsewhere', { Type: 'AWS::CloudFormation::StackSet', Properties: { TemplateURL: 'https://bucket.s3.amazonaws.com/t.json' } }, ['Properties: the stacks of a stack set, whose template is no JSON or lies elsewhere']],
    ['a stack set in YAML', { Type: 'AWS::CloudFormation::StackSet', Properties: { TemplateBody: 'Resources: {}' } }, ['Properties: the stacks of a stack set, whose template is no JSON or lies elsewhere']],
    ['a stack set that holds one', { Type: 'AWS::CloudFormation::StackSet', Properties: { TemplateBody: '{}' } }, []],
    ['a module', { Type: 'Corp::SageMaker::Model::MODULE' }, ["Type: the resources of the module 'Corp::SageMaker::Model::MODULE'"]],
    ['a type of a transform', { Type: 'AWS::Serverless::Function' }, ["Type: the resources that a transform makes of 'AWS::Serverless::Function'"]],
    ['a project', { Type: 'AWS::SageMaker::Project' }, ['Properties: a project, whose template lies in Service Catalog or elsewhere']],
    ['a product', { Type: 'AWS::ServiceCatalog::CloudFormationProvisionedProduct' }, ['Properties: a product, whose template lies in Service Catalog']],
    ['no type', { Properties: {} }, ['Type: a resource that says no type']],
    ['a type that is no text', { Type: { Ref: 'X' } }, ['Type: a resource that says no type']],
    ['no resource', [], ['Type: a resource that says no type']],
    ['a macro beside the type', { ...KEY, 'Fn::Transform': INCLUDE }, ["Fn::Transform: what the transform 'AWS::Include' puts there"]],
    ['a macro in a list', { ...KEY, Properties: { Tags: [{ Key: 'a', Value: 'b' }, { 'Fn::Transform': { Name: 'Mine' } }] } }, ["Properties.Tags.1.Fn::Transform: what the transform 'Mine' puts there"]],
    ['a loop in a property', { ...KEY, Properties: { KeyPolicy: { 'Version': '2012-10-17', 'Fn::ForEach::S': ['N', [], {}] } } }, ["Properties.KeyPolicy.Fn::ForEach::S: what 'Fn::ForEach::S' makes"]],
    ['two macros', { ...KEY, Properties: { A: { 'Fn::Transform': {} }, B: { 'Fn::Transform': 'Mine' } } }, ['Properties.A.Fn::Transform: what a transform puts there', "Properties.B.Fn::Transform: what the transform 'Mine' puts there"]],
    ['nothing', KEY, []],
  ])('is unknown of %s', (_what, resource, expected) => {
    expect(inResources({ One: resource })).toEqual(expected.map((one) => `One unknown ${one}`));
  });

  test('ends where values are nested without end', () => {
    let deep: object = { 'Fn::Transform': INCLUDE };
    for (let level = 0; level < 5000; level++) deep = { a: deep };
    expect(inResources({ Key: { ...KEY, Properties: deep } })).toEqual([]);
  });

  test('is told at synth, of the construct, and weighs as unknowns do', () => {
    const app = new App();
    const stack = stackIn(app);
    stack.addTransform('Mine');
    new CfnResource(stack, 'Module', { type: 'Corp::Model::MODULE' });
    for (const [unknownAs, severity] of [[undefined, Severity.WARNING], [Severity.ERROR, Severity.ERROR]] as const) {
      const { violations } = new RegulatedMLChecks(app, { profile: PROFILE, ...(unknownAs ? { unknownAs } : {}) }).validateScope(app);
      const own = violations.filter(({ ruleName }) => ruleName === 'RegulatedML-TemplateReadable[unknown]');
      expect(own.map((one) => [one.severity, one.violatingResources.map(({ constructPath }) => constructPath)])).toEqual([[severity, ['Test']], [severity, ['Test/Module']]]);
    }
  });
});

describe('a macro that is called in a resource', () => {
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'sagemaker.amazonaws.com' } }] };
  const answers = (role: object) => judged([template({ Role: role })]).filter(({ id }) => /Iam/.test(id)).map(({ answer }) => answer);

  test('is given what stands beside it, so that nothing is known of the resource', () => {
    const plain = answers({ Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust } });
    expect(plain).toContain('compliant');
    for (const role of [
      { Type: 'AWS::IAM::Role', Properties: { 'AssumeRolePolicyDocument': trust, 'Fn::Transform': INCLUDE } }, { 'Type': 'AWS::IAM::Role', 'Properties': { AssumeRolePolicyDocument: trust }, 'Fn::Transform': INCLUDE },
    ]) expect(answers(role)).not.toContain('compliant');
  });

  test('is the same among others as alone', () => {
    const bucket = (properties: object) => ({ Type: 'AWS::S3::Bucket', Properties: properties });
    const templates = [template({
      A: bucket({}), B: bucket({ 'Fn::Transform': INCLUDE }), C: bucket({ 'BucketName': 'c', 'Fn::Transform': INCLUDE }), D: bucket({ 'Fn::ForEach::X': [], 'BucketName': 'c' }), E: bucket({ BucketName: 'c' }),
    })];
    expect(saidOf({ templates })).toEqual(saidOfEach({ templates }));
    expect(saidOf({ templates }).filter((one) => / [BCD] RegulatedML-S3\w+ compliant/.test(one))).toEqual([]);
  });
});
