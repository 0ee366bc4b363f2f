import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { customResource, type CustomResourceEvent } from '../../lib/runtime/cloudformation-response';

interface Received { body: Record<string, unknown>; method?: string; contentType?: string; bytes: number }

let server: http.Server;
let url: string;
let received: Received[];
let statuses: number[];

beforeAll(async () => {
  server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      received.push({ body: JSON.parse(raw.toString()), method: request.method, contentType: request.headers['content-type'], bytes: raw.length });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/bucket?X-Amz-Signature=secret`;
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

let logged: jest.SpyInstance;
beforeEach(() => {
  received = [];
  statuses = [];
  logged = jest.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => logged.mockRestore());

const FAST = { attempts: 4, backoff: 1, reserve: 0 };
const CONTEXT = { getRemainingTimeInMillis: () => 60_000, logStreamName: 'stream-1' };

function event(type: 'Create' | 'Update' | 'Delete', id = 'job-1'): CustomResourceEvent {
  return {
    RequestType: type, ResponseURL: url, StackId: 'stack', RequestId: 'request-1', LogicalResourceId: 'Job',
    ResourceProperties: { ServiceToken: 'token' }, OldResourceProperties: {}, PhysicalResourceId: id,
  };
}

test('a created resource is answered with its id and data, with the empty content type that the address is signed for', async () => {
  await customResource(async () => ({ physicalResourceId: 'job-9', data: { Arn: 'arn:x' } }), FAST)(event('Create'), CONTEXT);
  expect(received).toHaveLength(1);
  expect(received[0]).toMatchObject({ method: 'PUT', contentType: '' });
  expect(received[0]!.body).toEqual({
    Status: 'SUCCESS', PhysicalResourceId: 'job-9', StackId: 'stack', RequestId: 'request-1', LogicalResourceId: 'Job', Data: { Arn: 'arn:x' },
  });
});

test('an update without a new id keeps the old one', async () => {
  await customResource(async () => undefined, FAST)(event('Update'), CONTEXT);
  expect(received[0]!.body).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'job-1' });
});

test('a delete answers with the id it was asked about, whatever the handler says', async () => {
  await customResource(async () => ({ physicalResourceId: 'other' }), FAST)(event('Delete'), CONTEXT);
  expect(received[0]!.body).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'job-1' });
});

test('what was never created is deleted without asking the handler', async () => {
  const handler = jest.fn().mockRejectedValueOnce(new Error('quota'));
  await customResource(handler, FAST)(event('Create'), CONTEXT);
  const failed = received[0]!.body;
  expect(failed).toMatchObject({ Status: 'FAILED', Reason: 'Error: quota (log stream stream-1)' });
  await customResource(handler, FAST)(event('Delete', failed.PhysicalResourceId as string), CONTEXT);
  expect(handler).toHaveBeenCalledTimes(1);
  expect(received[1]!.body).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: failed.PhysicalResourceId });
});

test('a failed update keeps the id, so that nothing is deleted', async () => {
  await customResource(async () => { throw new TypeError('no'); }, FAST)(event('Update'), CONTEXT);
  expect(received[0]!.body).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'job-1', Reason: expect.stringContaining('TypeError: no') });
});

test('a long reason is cut, and the body stays within 4096 bytes', async () => {
  await customResource(async () => { throw new Error('ü€'.repeat(5000)); }, FAST)(event('Create'), CONTEXT);
  expect(received[0]!.bytes).toBeLessThanOrEqual(4096);
  expect(received[0]!.body.Reason).toMatch(/…/);
  expect(received[0]!.body.Reason).not.toMatch(/\uFFFD/);
});

test('fails with the size when the data is too much for an answer', async () => {
  await customResource(async () => ({ data: { big: 'x'.repeat(5000) } }), FAST)(event('Create'), CONTEXT);
  expect(received[0]!.body).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/the answer has \d+ bytes, CloudFormation takes 4096/) });
});

test('a refused answer is sent again', async () => {
  statuses = [503, 500, 429];
  await customResource(async () => undefined, FAST)(event('Update'), CONTEXT);
  expect(received).toHaveLength(4);
});

test('fails when the answer is never taken, so that the invocation is repeated; the signed address is not logged', async () => {
  statuses = [503, 503, 503, 503];
  await expect(customResource(async () => undefined, FAST)(event('Update'), CONTEXT)).rejects.toThrow('HTTP 503');
  expect(JSON.stringify(logged.mock.calls)).not.toContain('Signature');
});

test('fails at once when the address is refused for good', async () => {
  statuses = [403];
  await expect(customResource(async () => undefined, FAST)(event('Update'), CONTEXT)).rejects.toThrow('HTTP 403');
  expect(received).toHaveLength(1);
});

test('fails in time when the handler takes longer than the Lambda has', async () => {
  const context = { ...CONTEXT, getRemainingTimeInMillis: () => 50 };
  await customResource(() => new Promise(() => undefined), FAST)(event('Create'), context);
  expect(received[0]!.body).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('no result within the Lambda') });
});
