import type { CustomResourceEvent, LambdaContext } from '../../lib/runtime/cloudformation-response';
import { handler } from '../../lib/runtime/macie-job';
import { HAS_BOTOCORE, requestProblems } from '../support/botocore';
import { type HttpStub, startStub, type StubAnswer, type StubRequest } from '../support/http-stub';
import { useEndpoint } from '../support/moto';

let macie: HttpStub;
let cloudFormation: HttpStub;
let answer: (request: StubRequest) => StubAnswer;
let logged: jest.SpyInstance;

beforeAll(async () => {
  macie = await startStub((request) => answer(request));
  cloudFormation = await startStub(() => ({}));
  useEndpoint('http://127.0.0.1:1', { MACIE2: macie.url });
});
afterAll(async () => {
  await macie.stop();
  await cloudFormation.stop();
});
beforeEach(() => {
  macie.requests.length = 0;
  cloudFormation.requests.length = 0;
  answer = () => ({ body: { jobId: 'job-new', jobArn: 'arn:aws:macie2:eu-central-1:123456789012:classification-job/job-new' } });
  logged = jest.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => logged.mockRestore());

const CONTEXT: LambdaContext = { logStreamName: 'stream', getRemainingTimeInMillis: () => 60_000 };
const PROPERTIES = {
  Name: 'nightly', Description: 'finds what should not be there', AccountId: '123456789012', Buckets: ['raw', 'curated'], Schedule: 'weekly:SUNDAY', InitialRun: 'true',
  SamplingPercentage: '20', CustomDataIdentifierIds: ['cdi-1'], AllowListIds: ['al-1'], ManagedSelector: 'EXCLUDE', ManagedIdentifierIds: ['NAME'], Prefixes: ['admissions/'],
  Tags: { owner: 'privacy' }, ServiceToken: 'arn:lambda',
};

async function send(type: CustomResourceEvent['RequestType'], changes: Partial<CustomResourceEvent> = {}): Promise<Record<string, unknown>> {
  await handler({
    RequestType: type, ResponseURL: cloudFormation.url, StackId: 'stack', RequestId: 'request-1', LogicalResourceId: 'Job',
    ResourceProperties: PROPERTIES, ...(type === 'Create' ? {} : { PhysicalResourceId: 'job-old' }), ...changes,
  }, CONTEXT);
  return cloudFormation.requests.at(-1)!.body;
}

test('creating makes a scheduled job with what was asked for', async () => {
  expect(await send('Create')).toMatchObject({
    Status: 'SUCCESS', PhysicalResourceId: 'job-new', Data: { JobArn: 'arn:aws:macie2:eu-central-1:123456789012:classification-job/job-new' },
  });
  expect(macie.requests).toEqual([{ method: 'POST', path: '/jobs', body: {
    name: 'nightly', description: 'finds what should not be there', clientToken: expect.stringMatching(/^[0-9a-f]{64}$/), jobType: 'SCHEDULED',
    scheduleFrequency: { weeklySchedule: { dayOfWeek: 'SUNDAY' } }, initialRun: true, samplingPercentage: 20,
    s3JobDefinition: {
      bucketDefinitions: [{ accountId: '123456789012', buckets: ['raw', 'curated'] }],
      scoping: { includes: { and: [{ simpleScopeTerm: { key: 'OBJECT_KEY', comparator: 'STARTS_WITH', values: ['admissions/'] } }] } },
    },
    customDataIdentifierIds: ['cdi-1'], allowListIds: ['al-1'], managedDataIdentifierSelector: 'EXCLUDE', managedDataIdentifierIds: ['NAME'], tags: { owner: 'privacy' },
  } }]);
});

test('a repeated invocation carries the same token, another request another one', async () => {
  await send('Create');
  await send('Create');
  await send('Create', { RequestId: 'request-2' });
  const [first, again, other] = macie.requests.map((request) => request.body.clientToken);
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});

test.each([
  ['once', { jobType: 'ONE_TIME' }], ['daily', { scheduleFrequency: { dailySchedule: {} } }], ['monthly:28', { scheduleFrequency: { monthlySchedule: { dayOfMonth: 28 } } }],
])('the schedule %s is told to Macie', async (Schedule, expected) => {
  await send('Create', { ResourceProperties: { ...PROPERTIES, Schedule } });
  expect(macie.requests[0].body).toMatchObject(expected);
  if (Schedule === 'once') expect(macie.requests[0].body).not.toHaveProperty('initialRun');
});

(HAS_BOTOCORE ? test : test.skip)('every request fits the shape of Macie’s API', async () => {
  for (const Schedule of ['once', 'daily', 'weekly:MONDAY', 'monthly:31']) await send('Create', { ResourceProperties: { ...PROPERTIES, Schedule } });
  await send('Create', { ResourceProperties: { Name: 'least', AccountId: '1', Buckets: ['b'], Schedule: 'once', ManagedSelector: 'RECOMMENDED' } });
  expect(requestProblems(macie.requests.map(({ body }) => ['macie2', 'CreateClassificationJob', body]))).toEqual(macie.requests.map(() => []));
  expect(requestProblems([['macie2', 'CreateClassificationJob', { ...macie.requests[0].body, jobType: 'NEVER' }]])[0]).toHaveLength(1);
});

test('an update without a change of the job leaves it alone', async () => {
  answer = () => ({ body: { jobId: 'job-old', jobArn: 'arn:old', jobStatus: 'IDLE' } });
  expect(await send('Update', { OldResourceProperties: { ...PROPERTIES, ServiceToken: 'arn:other' } })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'job-old', Data: { JobArn: 'arn:old' } });
  expect(macie.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /jobs/job-old']);
});

test('a change makes a new job, and its new id makes CloudFormation delete the old one', async () => {
  expect(await send('Update', { OldResourceProperties: { ...PROPERTIES, SamplingPercentage: '10' } })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'job-new' });
  expect(macie.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /jobs']);
});

test('deleting cancels the job and does nothing else to Macie', async () => {
  answer = ({ method }) => (method === 'GET' ? { body: { jobStatus: 'IDLE' } } : {});
  expect(await send('Delete')).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'job-old' });
  expect(macie.requests).toEqual([{ method: 'GET', path: '/jobs/job-old', body: {} }, { method: 'PATCH', path: '/jobs/job-old', body: { jobStatus: 'CANCELLED' } }]);
});

test.each(['CANCELLED', 'COMPLETE'])('a job that is %s is left', async (jobStatus) => {
  answer = () => ({ body: { jobStatus } });
  expect(await send('Delete')).toMatchObject({ Status: 'SUCCESS' });
  expect(macie.requests).toHaveLength(1);
});

test.each([
  ['ResourceNotFoundException', 404, 'no such job'], ['AccessDeniedException', 403, 'Macie is not enabled.'],
])('a job that went before is deleted (%s)', async (error, status, message) => {
  answer = () => ({ status, error, body: { message } });
  expect(await send('Delete')).toMatchObject({ Status: 'SUCCESS' });
});

test('fails with Macie’s words, and a second delete of what was never created passes', async () => {
  answer = () => ({ status: 402, error: 'ServiceQuotaExceededException', body: { message: 'too many jobs' } });
  const failed = await send('Create');
  expect(failed).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('ServiceQuotaExceededException: too many jobs') });
  macie.requests.length = 0;
  expect(await send('Delete', { PhysicalResourceId: failed.PhysicalResourceId as string })).toMatchObject({ Status: 'SUCCESS' });
  expect(macie.requests).toEqual([]);
});

test('fails when access is denied, instead of leaving a job that runs and costs', async () => {
  answer = () => ({ status: 403, error: 'AccessDeniedException', body: { message: 'not authorized to perform: macie2:DescribeClassificationJob' } });
  expect(await send('Delete')).toMatchObject({ Status: 'FAILED' });
});

test('fails with the schedules there are', async () => {
  expect(await send('Create', { ResourceProperties: { ...PROPERTIES, Schedule: 'hourly' } })).toMatchObject({
    Status: 'FAILED', Reason: expect.stringContaining("unknown schedule 'hourly': give once, daily, weekly:<DAY> or monthly:<number>"),
  });
});
