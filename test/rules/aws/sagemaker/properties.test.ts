import * as batch from 'aws-cdk-lib/aws-batch';
import { Control } from '../../../../lib/policy';
import { STEP } from '../../../../lib/rules/rule';
import { sagemakerRules } from '../../../../lib/rules/aws/sagemaker';
import { WITHOUT_RULE } from '../../../../lib/rules/aws/sagemaker/without-rules';
import { exists, TYPES } from './cloudformation';

test('the writers of the CDK are read', () => {
  expect(exists('AWS::SageMaker::EndpointConfig', 'ProductionVariants.EnableSSMAccess')).toBe(true);
  expect(exists('AWS::SageMaker::EndpointConfig', 'ProductionVariants.EnableSsmAccess')).toBe(false);
  expect(exists('AWS::SageMaker::Domain', 'DefaultUserSettings.SharingSettings.S3KmsKeyId')).toBe(true);
  expect(TYPES).toHaveLength(48);
});

test('every property that a rule judges is one of its types, spelled as CloudFormation spells it', () => {
  const unknown = sagemakerRules.flatMap(({ name, resources, properties = [] }) => {
    const types = resources.filter((type) => type.startsWith('AWS::SageMaker::'));
    // a request has members that no resource has: they are checked against the API
    if (resources.includes(STEP) || types.length < resources.length) return [];
    return properties.filter((path) => !types.some((type) => exists(type, path))).map((path) => `${name} ${path}`);
  });
  expect(unknown).toEqual([]);
});

test('every type that a rule judges has one of its properties', () => {
  const unknown = sagemakerRules.flatMap(({ name, resources, properties = [] }) => resources
    .filter((type) => type.startsWith('AWS::SageMaker::') && !properties.some((path) => exists(type, path))).map((type) => `${name} ${type}`));
  expect(unknown).toEqual([]);
});

test('each of the 48 types has a rule, or the reason why it has none', () => {
  const judged = new Set(sagemakerRules.flatMap(({ resources }) => resources));
  expect(TYPES.filter((type) => !judged.has(type) && typeof WITHOUT_RULE[type] !== 'string')).toEqual([]);
  expect(TYPES.filter((type) => judged.has(type) && typeof WITHOUT_RULE[type] === 'string')).toEqual([]);
});

test('reasons are of types that exist, of controls that no rule checks on them, and say why', () => {
  const known = [...TYPES, batch.CfnServiceEnvironment.CFN_RESOURCE_TYPE_NAME];
  expect(Object.keys(WITHOUT_RULE).filter((type) => !known.includes(type))).toEqual([]);
  const reasons = Object.entries(WITHOUT_RULE)
    .flatMap(([type, given]) => Object.entries(typeof given === 'string' ? { '': given } : given).map(([control, reason]) => [type, control, reason] as const));
  for (const [type, control, reason] of reasons) {
    expect({ type, control, long: reason.length > 20, sentence: !reason.endsWith('.') }).toEqual({ type, control, long: true, sentence: true });
    if (control === '') continue;
    expect(Object.values(Control)).toContain(control);
    const rules = sagemakerRules.filter((rule) => rule.control === control && rule.resources.includes(type)).map(({ name }) => name);
    expect({ type, control, rules }).toEqual({ type, control, rules: [] });
  }
});

test('no two rules judge the same property of the same type for the same control', () => {
  const seen = new Map<string, string>();
  const twice: string[] = [];
  for (const { name, resources, properties = [], control } of sagemakerRules) {
    for (const type of resources) {
      for (const path of properties.filter((property) => type === STEP || !type.startsWith('AWS::SageMaker::') || exists(type, property))) {
        const key = `${type} ${path} ${control}`;
        if (seen.has(key)) twice.push(`${key}: ${seen.get(key)} and ${name}`);
        seen.set(key, name);
      }
    }
  }
  expect(twice).toEqual([]);
});
