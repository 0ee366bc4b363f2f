import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { fill, handler } from '../../lib/runtime/pipeline-definition';
import { describeWithMoto, type Moto, startMoto, useEndpoint } from '../support/moto';

test('values are put in the place of their placeholders, escaped', () => {
  const text = JSON.stringify({ a: 'x0_', b: 'arn/x1_/y', c: 'x0_x10_' });
  const values = [...Array(11).keys()].map((index) => `"${index}"\n`);
  expect(JSON.parse(fill(text, 'x', values))).toEqual({ a: '"0"\n', b: 'arn/"1"\n/y', c: '"0"\n"10"\n' });
});

test.each(['', '患者 🫀', 'a\0b', '$& $1 $$', '\ud83d', 'x1_', '"}],"x":[{"'])('the value %j comes out as it was', (value) => {
  expect(JSON.parse(fill('{"a":"x0_","b":["x0_x0_"]}', 'x', [value, 'no']))).toEqual({ a: value, b: [value + value] });
});

test('a definition of megabytes with thousands of values is filled', () => {
  const values = Array.from({ length: 5_000 }, (_, index) => `arn:${index}:${'x'.repeat(900)}`);
  const filled = JSON.parse(fill(JSON.stringify(values.map((_, index) => `x${index}_`)), 'x', values)) as string[];
  expect(filled.every((value, index) => value === values[index]) && filled.length === 5_000).toBe(true);
});

test.each(['', '{', 'x0_'])('fails for a definition that is no JSON: %j', (text) => {
  expect(() => fill(text, 'x', ['one'])).toThrow(SyntaxError);
});

test('fails when a placeholder has no value', () => {
  expect(() => fill('{"a":"x3_"}', 'x', ['only'])).toThrow('placeholder 3 has no value: there are 1');
});

describeWithMoto('writing a definition', () => {
  let moto: Moto;
  let s3: S3Client;
  let answer: { Status: string; Reason?: string; PhysicalResourceId: string; Data?: { Bucket: string; Key: string } };

  beforeAll(async () => {
    moto = await startMoto();
    useEndpoint(moto.url);
    s3 = new S3Client({});
    for (const Bucket of ['assets', 'outputs']) await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }));
    await s3.send(new PutObjectCommand({ Bucket: 'assets', Key: 'abc/definition.json', Body: '{"Role":"value0_"}' }));
  });
  afterAll(async () => {
    s3?.destroy();
    await moto?.stop();
  });
  beforeEach(() => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    jest.spyOn(globalThis, 'fetch').mockImplementation((_url, init) => {
      answer = JSON.parse(String(init?.body)) as typeof answer;
      return Promise.resolve(new Response());
    });
  });
  afterEach(() => jest.restoreAllMocks());

  const ask = async (RequestType: 'Create' | 'Update' | 'Delete', Values: string[]) => {
    await handler({
      RequestType, ResponseURL: 'https://answer', StackId: 's', RequestId: 'r', LogicalResourceId: 'l', PhysicalResourceId: 's3://outputs/old',
      ResourceProperties: { Template: { Bucket: 'assets', Key: 'abc/definition.json' }, Values, Placeholder: 'value', Destination: { Bucket: 'outputs', Key: 'readmission/definition/' } },
    }, { getRemainingTimeInMillis: () => 60_000, logStreamName: 'stream' });
    return answer;
  };
  const stored = async () => (await s3.send(new ListObjectsV2Command({ Bucket: 'outputs' }))).Contents?.map(({ Key }) => Key) ?? [];

  test('the key follows the content, twice the same is once, and deletion keeps what a rollback needs', async () => {
    const first = await ask('Create', ['arn:role/1']);
    expect(first).toMatchObject({ Status: 'SUCCESS', Data: { Bucket: 'outputs', Key: expect.stringMatching(/^readmission\/definition\/[0-9a-f]{64}\.json$/) } });
    const body = await s3.send(new GetObjectCommand(first.Data!));
    expect(await body.Body!.transformToString()).toBe('{"Role":"arn:role/1"}');
    expect((await ask('Update', ['arn:role/1'])).PhysicalResourceId).toBe(first.PhysicalResourceId);
    expect((await ask('Update', ['arn:role/2'])).PhysicalResourceId).not.toBe(first.PhysicalResourceId);
    expect(await ask('Delete', [])).toMatchObject({ Status: 'SUCCESS' });
    expect(await stored()).toHaveLength(2);
  });

  test('fails the deployment when a value is missing', async () => {
    expect(await ask('Create', [])).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('placeholder 0 has no value') });
  });
});
