import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { handler } from '../../lib/runtime/approval-check';

const PACKAGE = 'arn:aws:sagemaker:eu-central-1:123456789012:model-package/heart/3';
let response: { Status: string; Reason?: string };

beforeEach(() => {
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  jest.spyOn(globalThis, 'fetch').mockImplementation((_url, init) => {
    response = JSON.parse(String(init?.body)) as typeof response;
    return Promise.resolve(new Response());
  });
});

afterEach(() => jest.restoreAllMocks());

async function ask(status: string | Error | undefined, type = 'Create', ...packages: unknown[]): Promise<typeof response> {
  const send = jest.spyOn(SageMakerClient.prototype, 'send').mockImplementation((() => (status instanceof Error ? Promise.reject(status) : Promise.resolve({ ModelApprovalStatus: status }))) as never);
  await handler({
    RequestType: type, ResponseURL: 'https://answer', StackId: 's', RequestId: 'r', LogicalResourceId: 'l', PhysicalResourceId: PACKAGE, ResourceProperties: { PackageArn: packages.length > 0 ? packages[0] : PACKAGE },
  } as unknown as CloudFormationCustomResourceEvent, { getRemainingTimeInMillis: () => 60_000, logStreamName: 'stream' } as Context);
  if (type === 'Delete' || packages.length > 0) expect(send).not.toHaveBeenCalled();
  return response;
}

test('an approved package passes', async () => {
  expect(await ask('Approved')).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: PACKAGE });
});

test.each(['PendingManualApproval', 'Rejected', undefined])('fails for a package that is %s', async (status) => {
  expect(await ask(status)).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/not approved: have it approved/) });
});

test('fails in SageMaker’s words for a package that it does not know, and passes when asked again after it was made', async () => {
  expect(await ask(new Error('Could not find model package'))).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('Could not find model package') });
  expect(await ask('Approved')).toMatchObject({ Status: 'SUCCESS' });
});

test.each([undefined, '', 7])('fails for the package %p without asking about it', async (packageArn) => {
  expect(await ask('Approved', 'Create', packageArn)).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('PackageArn is not given') });
});

test('nothing is asked when it is deleted', async () => {
  expect(await ask('Rejected', 'Delete')).toMatchObject({ Status: 'SUCCESS' });
});
