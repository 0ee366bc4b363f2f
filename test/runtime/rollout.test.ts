import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { handler } from '../../lib/runtime/rollout';

const GROUP = 'arn:aws:sagemaker:eu-central-1:123456789012:model-package-group/heart';
const MACHINE = 'arn:aws:states:eu-central-1:123456789012:stateMachine:heart-rollout';
const context = { getRemainingTimeInMillis: () => 60_000, logStreamName: 'stream' } as Context;

type Input = Record<string, string | number | undefined>;
type Answers = Record<string, (input: Input) => unknown>;

process.env.POLL_SECONDS = '0';
process.env.PATIENCE_SECONDS = '1';

let calls: { name: string; input: Input }[];
let answers: Answers;
let response: { Status: string; Reason?: string; PhysicalResourceId: string };

beforeEach(() => {
  calls = [];
  answers = {};
  const send = (command: { constructor: { name: string }; input: Input }) => {
    const name = command.constructor.name.replace(/Command$/, '');
    calls.push({ name, input: command.input });
    return Promise.resolve().then(() => answers[name]?.(command.input) ?? {});
  };
  for (const client of [SageMakerClient, SFNClient, ApplicationAutoScalingClient, CloudWatchClient]) jest.spyOn(client.prototype, 'send').mockImplementation(send as never);
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  jest.spyOn(globalThis, 'fetch').mockImplementation((_url, init) => {
    response = JSON.parse(String(init?.body)) as typeof response;
    return Promise.resolve(new Response());
  });
});

afterEach(() => jest.restoreAllMocks());

function error(name: string, message: string): never {
  throw Object.assign(new Error(message), { name });
}

const absent = (): never => error('ValidationException', 'Could not find it');

async function send(type: 'Create' | 'Update' | 'Delete', properties: object = {}, before: object = {}): Promise<void> {
  await handler({
    RequestType: type, ResponseURL: 'https://answer', StackId: 's', RequestId: 'request-1', LogicalResourceId: 'l', PhysicalResourceId: 'heart', ResourceType: 'Custom::RegistryRollout',
    ResourceProperties: { ServiceToken: 't', EndpointName: 'heart', GroupArn: GROUP, StateMachineArn: MACHINE, ...properties },
    ...(type === 'Update' ? { OldResourceProperties: { EndpointName: 'heart', ...before } } : {}),
  } as unknown as CloudFormationCustomResourceEvent, context);
}

const named = (name: string) => calls.filter((call) => call.name === name).map(({ input }) => input);

test('a new stack whose group has nothing approved starts nothing', async () => {
  answers = { DescribeEndpoint: absent, ListModelPackages: () => ({ ModelPackageSummaryList: [] }) };
  await send('Create');
  expect(response).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'heart' });
  expect(named('StartExecution')).toEqual([]);
});

test('a new stack begins with the newest version that is approved', async () => {
  answers = { DescribeEndpoint: absent, ListModelPackages: () => ({ ModelPackageSummaryList: [{ ModelPackageArn: 'arn:package/4' }] }) };
  await send('Create');
  expect(named('ListModelPackages')[0]).toMatchObject({ ModelApprovalStatus: 'Approved', SortOrder: 'Descending' });
  expect(named('StartExecution')).toEqual([{ stateMachineArn: MACHINE, name: 'request-1', input: JSON.stringify({ detail: { ModelPackageArn: 'arn:package/4' } }) }]);
});

test('an updated stack rolls the version out again that is served, not a newer one', async () => {
  answers = { DescribeEndpoint: () => ({ EndpointConfigName: 'heart-0123abcd-v3' }), DescribeModelPackage: () => ({ ModelApprovalStatus: 'Approved' }) };
  await send('Update');
  expect(named('DescribeModelPackage')).toEqual([{ ModelPackageName: 'arn:aws:sagemaker:eu-central-1:123456789012:model-package/heart/3' }]);
  expect(String(named('StartExecution')[0].input)).toContain('model-package/heart/3');
});

test('an updated stack whose version was rejected meanwhile goes to the newest that is approved', async () => {
  answers = {
    DescribeInferenceComponent: () => ({ Specification: { ModelName: 'heart-0123abcd-v3' } }), DescribeModelPackage: () => ({ ModelApprovalStatus: 'Rejected' }),
    ListModelPackages: () => ({ ModelPackageSummaryList: [{ ModelPackageArn: 'arn:package/2' }] }),
  };
  await send('Update', { ComponentName: 'heart-model' });
  expect(String(named('StartExecution')[0].input)).toContain('arn:package/2');
});

test('the same request twice starts one execution', async () => {
  answers = { ListModelPackages: () => ({ ModelPackageSummaryList: [{ ModelPackageArn: 'arn:package/4' }] }), StartExecution: () => error('ExecutionAlreadyExists', 'exists') };
  await send('Create');
  expect(response.Status).toBe('SUCCESS');
});

test('a monitor that left the stack is taken away, the others stay', async () => {
  const there = new Set(['heart-data-quality', 'heart-bias']);
  answers = {
    DescribeMonitoringSchedule: ({ MonitoringScheduleName }) => (there.has(String(MonitoringScheduleName)) ? { MonitoringScheduleStatus: 'Scheduled' } : absent()),
    DeleteMonitoringSchedule: ({ MonitoringScheduleName }) => there.delete(String(MonitoringScheduleName)),
  };
  const bias = { Type: 'ModelBias', Name: 'heart-bias', JobPrefix: 'heart-bias' };
  await send('Update', { Schedules: [bias] }, { Schedules: [bias, { Type: 'DataQuality', Name: 'heart-data-quality', JobPrefix: 'heart-dq' }] });
  expect([...there]).toEqual(['heart-bias']);
});

describe('a deleted stack', () => {
  const MONITOR = [{ Type: 'DataQuality', Name: 'heart-data-quality', JobPrefix: 'heart-dq' }];

  test('takes away what rollouts made, in an order that SageMaker takes, and nothing of its neighbours', async () => {
    const there = new Map<string, string>([['schedule', 'Scheduled'], ['component', 'InService'], ['endpoint', 'InService']]);
    const look = (what: string, field: string) => () => (there.has(what) ? { [field]: there.get(what) } : absent());
    answers = {
      ListExecutions: () => ({ executions: [{ executionArn: 'arn:execution' }] }),
      DescribeMonitoringSchedule: look('schedule', 'MonitoringScheduleStatus'),
      DeleteMonitoringSchedule: () => there.delete('schedule'),
      ListDataQualityJobDefinitions: () => ({ JobDefinitionSummaries: ['heart-dq-0123abcd', 'heart-dq-0123abcd-v7', 'heart-dq-other', 'my-heart-dq-0123abcd'].map((name) => ({ MonitoringJobDefinitionName: name })) }),
      DescribeInferenceComponent: look('component', 'InferenceComponentStatus'),
      DeleteInferenceComponent: () => there.set('component', 'Deleting') && setImmediate(() => there.delete('component')),
      DescribeEndpoint: look('endpoint', 'EndpointStatus'),
      DeleteEndpoint: () => there.delete('endpoint'),
      ListEndpointConfigs: () => ({ EndpointConfigs: ['heart-0123abcd-v1', 'heart-89abcdef', 'heart-two-0123abcd-v1'].map((name) => ({ EndpointConfigName: name })) }),
      ListModels: () => ({ Models: ['heart-0123abcd-v1', 'heartless-0123abcd-v1', 'heart-mine'].map((name) => ({ ModelName: name })) }),
    };
    await send('Delete', {
      Schedules: MONITOR, ComponentName: 'heart-model', WakeUpAlarm: 'heart-wake-up', ScalableTarget: { ResourceId: 'inference-component/heart-model', ScalableDimension: 'd' },
    });
    expect(response).toMatchObject({ Status: 'SUCCESS' });
    expect(named('StopExecution')).toHaveLength(1);
    expect(named('DeleteDataQualityJobDefinition').map(({ JobDefinitionName }) => JobDefinitionName)).toEqual(['heart-dq-0123abcd', 'heart-dq-0123abcd-v7']);
    expect(named('DeleteEndpointConfig').map(({ EndpointConfigName }) => EndpointConfigName)).toEqual(['heart-0123abcd-v1', 'heart-89abcdef']);
    expect(named('DeleteModel').map(({ ModelName }) => ModelName)).toEqual(['heart-0123abcd-v1']);
    const order = calls.map(({ name }) => name).filter((name) => /^(Delete|Deregister|Stop)/.test(name));
    expect([...new Set(order)]).toEqual([
      'StopExecution', 'DeleteMonitoringSchedule', 'DeleteDataQualityJobDefinition', 'DeregisterScalableTarget', 'DeleteAlarms',
      'DeleteInferenceComponent', 'DeleteEndpoint', 'DeleteEndpointConfig', 'DeleteModel',
    ]);
    expect(calls.some(({ name }) => /Bucket|Object|LogGroup|ModelPackage/.test(name))).toBe(false);
  });

  test('that never had an approval is taken away without more', async () => {
    answers = {
      ListExecutions: () => error('StateMachineDoesNotExist', 'no'), DescribeEndpoint: absent, DescribeMonitoringSchedule: () => error('ResourceNotFound', 'no'),
      DeregisterScalableTarget: () => error('ObjectNotFoundException', 'no'),
    };
    await send('Delete', { Schedules: MONITOR, ScalableTarget: { ResourceId: 'r', ScalableDimension: 'd' } });
    expect(response.Status).toBe('SUCCESS');
    expect(calls.map(({ name }) => name).filter((name) => name.startsWith('Delete') && name !== 'DeleteAlarms')).toEqual([]);
  });

  test('waits for an update under way before it deletes', async () => {
    const seen = ['Updating', 'InService'];
    answers = { DescribeEndpoint: () => (seen.length > 0 ? { EndpointStatus: seen.shift() } : absent()) };
    await send('Delete');
    expect(calls.map(({ name }) => name).filter((name) => /Endpoint$/.test(name))).toEqual(['DescribeEndpoint', 'DescribeEndpoint', 'DeleteEndpoint', 'DescribeEndpoint']);
  });

  test('fails with what is still there when it does not go in time', async () => {
    answers = { DescribeEndpoint: () => ({ EndpointStatus: 'InService' }), DeleteEndpoint: () => error('ValidationException', 'in use by a schedule') };
    await send('Delete');
    expect(response).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/endpoint 'heart' is still there \(InService; in use by a schedule\): delete the stack again/) });
  });

  test('fails for what it must not do', async () => {
    answers = { DescribeEndpoint: () => error('AccessDeniedException', 'not authorized') };
    await send('Delete');
    expect(response).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('AccessDeniedException') });
  });
});
