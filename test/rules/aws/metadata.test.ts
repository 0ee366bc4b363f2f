import { Answer, ComplianceProfile, Framework, Jurisdiction, Residency, Retention } from '../../../lib/policy';
import { CHECKERS, type Rule } from '../../../lib/rules/rule';
import { AWS_RULES } from '../../../lib/rules/aws/rules';
import { judged, template } from '../support';

/** Rules on all but SageMaker, whose own tests hold the same. */
const RULES = AWS_RULES.filter(({ resources }) => !resources[0]!.startsWith('AWS::SageMaker::') && resources[0] !== 'RegulatedML::PipelineStep');
const PROFILE = ComplianceProfile.of({ frameworks: [Framework.HIPAA, Framework.GDPR], residency: Residency.within(Jurisdiction.EU), retention: { data: Retention.years(10) } });

// a model that names the subject in every way, so that rules on what touches ML data have something to judge
const AROUND = {
  Uses: {
    Type: 'AWS::SageMaker::Model',
    Properties: {
      ExecutionRoleArn: { 'Fn::GetAtt': ['Subject', 'Arn'] }, VolumeKmsKeyId: { Ref: 'Subject' }, PrimaryContainer: { ModelDataUrl: { 'Fn::Sub': 's3://${Data}/m.tgz' }, Environment: { SUBJECT: { Ref: 'Subject' } } },
    },
  },
  Data: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'data' } },
};

/** The worst of what a rule says of an example; undefined where it has nothing to say. */
function answer(rule: Rule, properties: unknown): Answer | undefined {
  const found = judged([template({ ...AROUND, Subject: { Type: rule.resources[0], Properties: properties } })], [rule], PROFILE)
    .filter(({ resource }) => resource.logicalId === 'Subject').map(({ finding }) => finding.answer);
  return [Answer.NON_COMPLIANT, Answer.UNKNOWN, Answer.COMPLIANT].find((one) => found.includes(one));
}

const withExample = (which: 'good' | 'bad') => RULES.filter((rule) => typeof rule[which] === 'object').map((rule): [string, Rule] => [rule.name, rule]);

test('the rules of these folders are here', () => {
  expect(RULES.length).toBeGreaterThan(85);
});

test.each(withExample('good'))('%s: its good example is compliant', (_name, rule) => {
  expect(answer(rule, rule.good)).toBe(Answer.COMPLIANT);
});

test.each(withExample('bad'))('%s: its bad example is a finding', (_name, rule) => {
  expect(answer(rule, rule.bad)).toBe(rule.unknownFails ? Answer.UNKNOWN : Answer.NON_COMPLIANT);
});

test.each(AWS_RULES.map((rule): [string, Rule] => [rule.name, rule]))('%s says what it judges, where the demand comes from, and shows both sides', (_name, { properties, sources, good, bad }) => {
  expect(properties.length).toBeGreaterThan(0);
  for (const path of properties) expect(path).toMatch(/^[A-Za-z0-9:_.-]+$/);
  expect(new Set(properties).size).toBe(properties.length);
  expect(sources.length).toBeGreaterThan(0);
  for (const source of sources) expect(source).toMatch(new RegExp(`^(?:https://\\S+|(?:${CHECKERS.join('|')}) \\S+)$`));
  for (const example of [good, bad]) expect(typeof example === 'string' ? example.length : 100).toBeGreaterThan(10);
});

// each checker names its checks in one way: another way is a slip of the pen
const IDS: Readonly<Record<(typeof CHECKERS)[number], RegExp>> = {
  'Security Hub': /^[A-Z][A-Za-z0-9]*\.\d+$/, 'AWS Config': /^[a-z0-9]+(?:-[a-z0-9]+)+$/, 'cdk-nag': /^[A-Z][A-Za-z0-9]+$/, Checkov: /^CKV2?_AWS_\d+$/,
  Prowler: /^[a-z0-9]+(?:_[a-z0-9]+)+$/, 'Control Tower': /^CT\.[A-Z0-9]+\.PR\.\d+$/, AIA: /^SM-\d+$/,
  // no rule of this catalogue has one
  'Azure Policy': /^$/, PSRule: /^$/,
};

test('every source is the id of a check as its checker writes it, or an address', () => {
  const wrong = AWS_RULES.flatMap(({ name, sources }) => sources.filter((source) => {
    const checker = CHECKERS.find((one) => source.startsWith(`${one} `));
    return checker ? !IDS[checker].test(source.slice(checker.length + 1)) : !URL.canParse(source);
  }).map((source) => `${name}: ${source}`));
  expect(wrong).toEqual([]);
});

test('no two rules judge the same property of a type for the same control', () => {
  const seen = new Map<string, string>();
  const twice: string[] = [];
  for (const { name, resources, properties, control } of AWS_RULES) {
    for (const type of resources) {
      for (const property of properties) {
        const key = `${type} ${property} ${control}`;
        if (seen.has(key)) twice.push(`${key}: ${seen.get(key)} and ${name}`);
        seen.set(key, name);
      }
    }
  }
  expect(twice).toEqual([]);
});
