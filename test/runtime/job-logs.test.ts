import { CloudWatchLogsClient, CreateLogGroupCommand, DescribeLogGroupsCommand, PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import { handler, type JobLogsProperties, settle } from '../../lib/runtime/job-logs';
import { startStub } from '../support/http-stub';
import { describeWithMoto, type Moto, startMoto, useEndpoint } from '../support/moto';

const NAMES = ['ProcessingJobs', 'TrainingJobs', 'TransformJobs'].map((kind) => `/aws/sagemaker/${kind}`);
const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/1';
const PROPERTIES: JobLogsProperties = { LogGroupNames: NAMES, KeyArn: KEY, RetentionInDays: '365' };

describeWithMoto('the log groups of jobs', () => {
  let moto: Moto;
  let logs: CloudWatchLogsClient;
  let answer: Record<string, unknown>;
  let associated: object[];

  beforeAll(async () => {
    moto = await startMoto();
    useEndpoint(moto.url);
    logs = new CloudWatchLogsClient({});
    // moto does not know this one
    logs.middlewareStack.add((next, context) => (args) => {
      if (context.commandName !== 'AssociateKmsKeyCommand') return next(args);
      associated.push(args.input);
      return Promise.resolve({ output: { $metadata: {} }, response: {} });
    }, { step: 'initialize' });
  });
  afterAll(async () => {
    logs?.destroy();
    await moto?.stop();
  });
  beforeEach(async () => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    jest.spyOn(console, 'log').mockImplementation(() => undefined);
    associated = [];
    await fetch(`${moto.url}/moto-api/reset`, { method: 'POST' });
    jest.spyOn(globalThis, 'fetch').mockImplementation((_url, init) => {
      answer = JSON.parse(String(init?.body)) as typeof answer;
      return Promise.resolve(new Response());
    });
  });
  afterEach(() => jest.restoreAllMocks());

  const ask = (RequestType: 'Create' | 'Update' | 'Delete', properties: JobLogsProperties = PROPERTIES) => handler({
    RequestType, ResponseURL: 'https://answer', StackId: 's', RequestId: 'r', LogicalResourceId: 'l',
    ...(RequestType === 'Create' ? {} : { PhysicalResourceId: 'job-logs' }), ResourceProperties: { ...properties },
  }, { getRemainingTimeInMillis: () => 60_000, logStreamName: 'stream' });
  const found = async () => (await logs.send(new DescribeLogGroupsCommand({}))).logGroups!
    .map(({ logGroupName, kmsKeyId, retentionInDays }) => [logGroupName, kmsKeyId, retentionInDays]);

  test('are made encrypted and with an end, and asking again changes nothing', async () => {
    await ask('Create');
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'job-logs' });
    expect(await found()).toEqual(NAMES.map((name) => [name, KEY, 365]));
    expect(await settle(logs, PROPERTIES)).toEqual({ physicalResourceId: 'job-logs' });
    expect(await found()).toEqual(NAMES.map((name) => [name, KEY, 365]));
    expect(associated).toEqual(NAMES.map((logGroupName) => ({ logGroupName, kmsKeyId: KEY })));
  });

  test('that a job or somebody else made are taken as they are', async () => {
    await logs.send(new CreateLogGroupCommand({ logGroupName: NAMES[1] }));
    await logs.send(new CreateLogGroupCommand({ logGroupName: NAMES[2] }));
    await logs.send(new PutRetentionPolicyCommand({ logGroupName: NAMES[2], retentionInDays: 1 }));
    await settle(logs, PROPERTIES);
    expect((await found()).map(([name, , days]) => [name, days])).toEqual(NAMES.map((name) => [name, 365]));
    expect(associated).toEqual(NAMES.slice(1).map((logGroupName) => ({ logGroupName, kmsKeyId: KEY })));
  });

  test('are kept until deleted where no end is given, another time where it changes', async () => {
    await ask('Create');
    await settle(logs, { ...PROPERTIES, RetentionInDays: '2192' });
    expect((await found()).map(([, , days]) => days)).toEqual([2192, 2192, 2192]);
    await settle(logs, { LogGroupNames: NAMES, KeyArn: KEY });
    expect((await found()).map(([, , days]) => days)).toEqual([undefined, undefined, undefined]);
  });

  test('stay when their stack is deleted', async () => {
    await ask('Create');
    await ask('Delete');
    expect(answer).toMatchObject({ Status: 'SUCCESS' });
    expect(await found()).toEqual(NAMES.map((name) => [name, KEY, 365]));
  });
});

test.each([
  ['is asked again while the policy of the key is not in effect', 'InvalidParameterException', 2, true],
  ['fails when the policy of the key never lets it', 'InvalidParameterException', 9, false],
  ['fails at once when it may not', 'AccessDeniedException', 1, false],
])('CloudWatch Logs %s', async (_, error, times, succeeds) => {
  let failures = 0;
  const stub = await startStub(() => (failures++ < times ? { status: 400, error, body: { message: 'no' } } : {}));
  const logs = new CloudWatchLogsClient({
    endpoint: stub.url, region: 'eu-central-1', maxAttempts: 1, credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
  });
  const outcome = settle(logs, PROPERTIES, { attempts: 3, pause: 1 }).then(() => true, (problem: Error) => problem.name);
  expect(await outcome).toBe(succeeds ? true : error);
  expect(stub.requests).toHaveLength(succeeds ? times + 6 : Math.min(times, 3));
  logs.destroy();
  await stub.stop();
});
