import fc from 'fast-check';
import { Answer } from '../../../../lib/policy';
import { CHECKERS, STEP, type Example, type Rule } from '../../../../lib/rules/rule';
import { sagemakerRules } from '../../../../lib/rules/aws/sagemaker';
import { judged, template } from '../../support';

const words = (example: Example | undefined): example is string => typeof example === 'string';

// steps have many kinds: their examples are trainings
function answersTo(rule: Rule, properties: Example): Answer[] {
  const [type] = rule.resources;
  const body = JSON.stringify({ Version: '2020-12-01', Steps: [{ Name: 'Train', Type: 'Training', Arguments: properties }] });
  const subject = type === STEP ? {
    Type: 'AWS::SageMaker::Pipeline', Properties: { PipelineDefinition: { PipelineDefinitionBody: body } },
  } : { Type: type, Properties: properties };
  return judged([template({ Subject: subject })], [rule]).map(({ finding }) => finding.answer);
}

describe.each(sagemakerRules.map((rule): [string, Rule] => [rule.name, rule]))('%s', (_name, rule) => {
  test('says what it looks at and where the demand comes from', () => {
    expect(rule.properties.length).toBeGreaterThan(0);
    expect(rule.sources.length).toBeGreaterThan(0);
    for (const source of rule.sources) expect(CHECKERS.some((checker) => source.startsWith(`${checker} `)) || /^https:\/\/\S+$/.test(source)).toBe(true);
  });

  test('is kept by its good example and broken by its bad one', () => {
    const { good, bad } = rule;
    for (const text of [good, bad].filter(words)) expect(text.length).toBeGreaterThan(20);
    if (!words(good)) expect(answersTo(rule, good)).toEqual([Answer.COMPLIANT]);
    if (!words(bad)) expect([...new Set(answersTo(rule, bad))]).toEqual([rule.unknownFails ? Answer.UNKNOWN : Answer.NON_COMPLIANT]);
  });
});

test('every control of Security Hub on SageMaker has a rule', () => {
  const sources = new Set(sagemakerRules.flatMap((rule) => rule.sources));
  // all of FSBP and of AI Security Best Practices v1.0.0
  const controls = Array.from({ length: 25 }, (_, index) => `Security Hub SageMaker.${index + 1}`);
  expect(controls.filter((control) => !sources.has(control))).toEqual([]);
});

const values = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom({ Ref: 'Param' }, { Ref: 'AWS::NoValue' }, { 'Fn::If': ['C', [], {}] }, { 'Fn::GetAtt': ['Subject', 'Arn'] }, { 'Fn::Sub': '${Param}/x' }, {
    'Fn::Base64': '#!/bin/bash',
  }),
);
const subjects = sagemakerRules.flatMap((rule) => rule.properties.map((path): [Rule, string] => [rule, path]));

test('no rule throws, whatever stands where it looks', () => {
  fc.assert(fc.property(fc.constantFrom(...subjects), values, fc.array(fc.boolean(), { maxLength: 8 }), fc.nat(), (([rule, path], value, lists, choice) => {
    const properties = path.split('.').reduceRight<unknown>((inner, key, index) => ({ [key]: lists[index] ? [inner, {}, null] : inner }), value);
    const types = rule.resources.filter((type) => type.startsWith('AWS::'));
    const kinds = ['Training', 'Tuning', 'Processing', 'Transform', 'AutoML', 'EMR', 'EMRServerless', 'RegisterModel'];
    const body = { Steps: [{ Name: 'Step', Type: kinds[choice % kinds.length], Arguments: properties }] };
    const subject = types.length > 0 && (choice % 2 === 0 || !rule.resources.includes(STEP))
      ? { Type: types[choice % types.length], Properties: properties }
      : { Type: 'AWS::SageMaker::Pipeline', Properties: { PipelineDefinition: { PipelineDefinitionBody: body } } };
    const found = judged([template({ Subject: subject }, { Parameters: { Param: { Type: 'String' } } })], [rule]);
    for (const { finding } of found) expect(finding.detail ?? '').not.toContain('the rule failed');
  })), { numRuns: 3000 });
});
