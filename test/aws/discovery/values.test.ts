import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AllowList } from '../../../lib/aws/discovery/allow-list';
import { monthlyCost } from '../../../lib/aws/discovery/cost';
import { DayOfWeek, DiscoverySchedule } from '../../../lib/aws/discovery/discovery-schedule';
import { FindingCriterion, FindingsFilter } from '../../../lib/aws/discovery/findings-filter';
import { ManagedIdentifiers } from '../../../lib/aws/discovery/managed-identifiers';
import { DataStore } from '../../../lib/aws/storage/data-store';
import { Classification } from '../../../lib/policy/classification';

const stack = () => new Stack(new App(), 'Stack', { env: { account: '123456789012', region: 'eu-central-1' } });

describe('an allow list', () => {
  test('passes over a pattern', () => {
    const scope = stack();
    AllowList.regex('switchboard', '030-450-\\d{4}')._render(scope, 'List');
    Template.fromStack(scope).hasResourceProperties('AWS::Macie::AllowList', { Name: 'switchboard', Criteria: { Regex: '030-450-\\d{4}' } });
  });

  test('passes over the words of a file in a store', () => {
    const scope = stack();
    const store = DataStore.fromAttributes(scope, 'Store', { bucketName: 'lists', classification: Classification.INTERNAL });
    AllowList.words('test-patients', store, 'allow/patients.txt')._render(scope, 'List');
    Template.fromStack(scope).hasResourceProperties('AWS::Macie::AllowList', { Criteria: { S3WordsList: { BucketName: 'lists', ObjectKey: 'allow/patients.txt' } } });
  });

  test('fails with a pattern that Macie does not take', () => {
    expect(() => AllowList.regex('x', '(a)')).toThrow("the regex of allow list 'x' has a capturing group");
  });
  test.each(['', '/a.txt', 'folder/'])('fails with the key %j', (key) => {
    const store = DataStore.fromAttributes(stack(), 'Store', { bucketName: 'lists', classification: Classification.INTERNAL });
    expect(() => AllowList.words('x', store, key)).toThrow(`allow list 'x' has the key '${key}': give the key of a text file`);
  });
  test('fails with a name that is too long', () => expect(() => AllowList.regex('x'.repeat(129), 'a')).toThrow('has 129 characters: Macie takes 1 to 128'));
});

describe('a findings filter', () => {
  test('renders its criteria', () => {
    const scope = stack();
    FindingsFilter.of({
      name: 'synthetic', description: 'generated data', archive: true, position: 1,
      criteria: [
        FindingCriterion.oneOf('resourcesAffected.s3Bucket.name', 'synthetic'), FindingCriterion.noneOf('severity.description', 'High'),
        FindingCriterion.between('classificationDetails.result.sizeClassified', 1, 9),
      ],
    })._render(scope, 'Filter');
    Template.fromStack(scope).hasResourceProperties('AWS::Macie::FindingsFilter', {
      Name: 'synthetic', Description: 'generated data', Action: 'ARCHIVE', Position: 1,
      FindingCriteria: { Criterion: {
        'resourcesAffected.s3Bucket.name': { eq: ['synthetic'] }, 'severity.description': { neq: ['High'] }, 'classificationDetails.result.sizeClassified': { gte: 1, lte: 9 },
      } },
    });
  });

  test('is a view only, unless it says that it archives', () => {
    expect(FindingsFilter.of({ name: 'high', criteria: [FindingCriterion.oneOf('severity.description', 'High')] }).archives).toBe(false);
  });

  const criterion = FindingCriterion.oneOf('type', 'SensitiveData:S3Object/Personal');
  test.each([
    [{ name: 'ab', criteria: [criterion] }, "the name of findings filter 'ab' has 2 characters: Macie takes 3 to 64"],
    [{ name: 'x'.repeat(65), criteria: [criterion] }, 'has 65 characters'],
    [{ name: 'all', criteria: [] }, "findings filter 'all' has no criteria and so matches every finding"],
    [{ name: 'twice', criteria: [criterion, criterion] }, "findings filter 'twice' tests field 'type' twice"],
    [{ name: 'late', criteria: [criterion], position: 0 }, "the position of findings filter 'late' is 0"],
    [{ name: 'long', criteria: [criterion], description: 'x'.repeat(513) }, 'has 513 characters'],
  ])('fails with %j', (props, message) => expect(() => FindingsFilter.of(props)).toThrow(message));

  test('fails with criteria that mean nothing', () => {
    expect(() => FindingCriterion.oneOf('Severity', 'High')).toThrow("a finding has no field 'Severity'");
    expect(() => FindingCriterion.oneOf('type')).toThrow("the criterion on 'type' has 0 values: give 1 to 50");
    expect(() => FindingCriterion.between('count', 2, 1)).toThrow("the range of 'count' is 2 to 1: give the smaller value first");
    expect(() => FindingCriterion.between('count', 0.5)).toThrow('give whole numbers');
  });
});

describe('managed identifiers', () => {
  test('say what the API says', () => {
    expect(ManagedIdentifiers.only('USA_SOCIAL_SECURITY_NUMBER')).toMatchObject({ selector: 'INCLUDE', ids: ['USA_SOCIAL_SECURITY_NUMBER'] });
    expect(ManagedIdentifiers.allExcept('NAME')).toMatchObject({ selector: 'EXCLUDE', ids: ['NAME'] });
    expect([ManagedIdentifiers.ALL, ManagedIdentifiers.NONE, ManagedIdentifiers.RECOMMENDED].map(({ selector }) => selector)).toEqual(['ALL', 'NONE', 'RECOMMENDED']);
  });
  test('fails with none, or with what is none', () => {
    expect(() => ManagedIdentifiers.only()).toThrow('no managed identifier is named');
    expect(() => ManagedIdentifiers.allExcept('ssn')).toThrow("'ssn' is no managed identifier of Macie");
  });
});

describe('a schedule', () => {
  test('says when', () => {
    const schedules = [DiscoverySchedule.once(), DiscoverySchedule.daily(), DiscoverySchedule.weekly(DayOfWeek.SUNDAY), DiscoverySchedule.monthly(31)];
    expect(schedules.map(({ expression }) => expression)).toEqual(['once', 'daily', 'weekly:SUNDAY', 'monthly:31']);
  });
  test.each([0, 32, 1.5])('fails with day %d of a month', (day) => expect(() => DiscoverySchedule.monthly(day)).toThrow(`a job cannot run on day ${day} of a month`));
});

describe('the cost of a month', () => {
  test.each([
    [{ gigabytes: 0, samplingPercentage: 100, buckets: 0 }, undefined, 0],
    [{ gigabytes: 101, samplingPercentage: 100, buckets: 2 }, undefined, 100.20],
    [{ gigabytes: 1010, samplingPercentage: 10, buckets: 0 }, undefined, 100],
    [{ gigabytes: 100_001, samplingPercentage: 100, buckets: 0 }, undefined, 50_000 + 25_000],
    [{ gigabytes: 600_001, samplingPercentage: 100, buckets: 0 }, undefined, 50_000 + 225_000 + 25_000],
    [{ gigabytes: 11, samplingPercentage: 100, buckets: 0 }, 1.2, 12],
  ])('of %j at %p is %d dollars', (volume, price, expected) => expect(monthlyCost(volume, price)).toBe(expected));
});
