import { AWS_RULES } from '../../../lib/rules/aws/rules';
import { WITHOUT_RULES } from '../../../lib/rules/aws/without-rules';

const SERVICES = ['batch', 'cleanrooms', 'cleanroomsml', 'cloudtrail', 'ecr', 'emrserverless', 'glue', 'kms', 'lakeformation', 'macie', 's3', 's3express'];

/** Types of a service that the CDK has a class for. */
function typesOf(service: string): string[] {
  const classes = require(`aws-cdk-lib/aws-${service}`) as Record<string, { readonly CFN_RESOURCE_TYPE_NAME?: string }>;
  return Object.keys(classes).filter((name) => name.startsWith('Cfn')).map((name) => classes[name].CFN_RESOURCE_TYPE_NAME).filter((type): type is string => type !== undefined);
}

const judged = new Set(AWS_RULES.flatMap(({ resources }) => resources));
const types = SERVICES.flatMap(typesOf);

test('the CDK is read: there are types of every service', () => {
  expect(types.length).toBeGreaterThan(90);
  expect(types).toEqual(expect.arrayContaining(['AWS::S3::Bucket', 'AWS::CleanRoomsML::TrainingDataset', 'AWS::Batch::ServiceEnvironment']));
});

test('every type of a data service has a rule, or a reason why it needs none', () => {
  expect(types.filter((type) => !judged.has(type) && !Object.hasOwn(WITHOUT_RULES, type))).toEqual([]);
});

test('no type has both a rule and a reason, and no reason is about a type that there is not', () => {
  expect(Object.keys(WITHOUT_RULES).filter((type) => judged.has(type) || !types.includes(type))).toEqual([]);
});

test.each(Object.entries(WITHOUT_RULES))('the reason for %s is a sentence', (_type, reason) => {
  expect(reason).toMatch(/^[A-Z].{20,}\.$/);
  expect(reason.match(/\. /)).toBeNull();
});
