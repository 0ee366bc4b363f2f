import { Readable } from 'node:stream';
import { Macie2Client } from '@aws-sdk/client-macie2';
import type { CustomResourceEvent, LambdaContext } from '../../lib/runtime/cloudformation-response';
import { handler, settle, type SettingsProperties } from '../../lib/runtime/macie-settings';
import { HAS_BOTOCORE, requestProblems } from '../support/botocore';
import { type HttpStub, startStub, type StubAnswer, type StubRequest } from '../support/http-stub';
import { describeWithMoto, startMoto, useEndpoint } from '../support/moto';

const PROPERTIES: SettingsProperties = {
  Region: 'eu-central-1', Frequency: 'FIFTEEN_MINUTES', ResultsBucket: 'results', ResultsPrefix: 'macie/',
  ResultsKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/1', AutomatedDiscovery: 'ENABLED',
};
const DESTINATION = { bucketName: 'results', keyPrefix: 'macie/', kmsKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/1' };
const HURRIED = { attempts: 3, pause: 1 };
const CONTEXT: LambdaContext = { logStreamName: 'stream', getRemainingTimeInMillis: () => 60_000 };

/** Macie of one account, as much of it as the settings touch. */
class Account {
  public status?: string;
  public frequency?: string;
  public export?: object;
  public discovery = 'DISABLED';
  /** Answers that come before the ordinary ones, by `<method> <path>`. */
  public readonly first: Record<string, StubAnswer[]> = {};

  public readonly answer = ({ method, path, body }: StubRequest): StubAnswer => {
    const planned = this.first[`${method} ${path}`]?.shift();
    if (planned) return planned;
    const off = { status: 403, error: 'AccessDeniedException', body: { message: 'Macie is not enabled' } };
    if (path === '/macie' && method === 'POST') {
      if (this.status) return { status: 409, error: 'ConflictException', body: { message: 'Macie has already been enabled' } };
      Object.assign(this, { status: body.status, frequency: body.findingPublishingFrequency });
      return {};
    }
    if (!this.status) return off;
    switch (`${method} ${path}`) {
      case 'GET /macie': return { body: { status: this.status, findingPublishingFrequency: this.frequency, serviceRole: 'arn:role' } };
      case 'PATCH /macie': Object.assign(this, { status: body.status, frequency: body.findingPublishingFrequency }); return {};
      case 'GET /classification-export-configuration': return { body: { configuration: this.export ?? {} } };
      case 'PUT /classification-export-configuration': this.export = body.configuration as object; return { body: { configuration: this.export } };
      case 'GET /automated-discovery/configuration': return { body: { status: this.discovery } };
      case 'PUT /automated-discovery/configuration': this.discovery = body.status as string; return {};
      default: return { status: 500, error: 'InternalServerException', body: { message: `${method} ${path}` } };
    }
  };
}

let account: Account;
let macie: HttpStub;
let cloudFormation: HttpStub;
let client: Macie2Client;
const quiet: jest.SpyInstance[] = [];

beforeAll(async () => {
  macie = await startStub((request) => account.answer(request));
  cloudFormation = await startStub(() => ({}));
  useEndpoint('http://127.0.0.1:1', { MACIE2: macie.url });
  client = new Macie2Client({ maxAttempts: 1 });
});
afterAll(async () => {
  client.destroy();
  await macie.stop();
  await cloudFormation.stop();
});
beforeEach(() => {
  account = new Account();
  macie.requests.length = 0;
  cloudFormation.requests.length = 0;
  quiet.push(jest.spyOn(console, 'error').mockImplementation(() => undefined), jest.spyOn(console, 'log').mockImplementation(() => undefined));
});
afterEach(() => quiet.splice(0).forEach((spy) => spy.mockRestore()));

const changes = () => macie.requests.filter((request) => request.method !== 'GET').map(({ method, path, body }) => [`${method} ${path}`, body]);

async function send(type: CustomResourceEvent['RequestType']): Promise<Record<string, unknown>> {
  await handler({
    RequestType: type, ResponseURL: cloudFormation.url, StackId: 'stack', RequestId: 'request-1', LogicalResourceId: 'Macie',
    ResourceProperties: { ...PROPERTIES, ServiceToken: 'arn:lambda' }, ...(type === 'Create' ? {} : { PhysicalResourceId: 'macie-eu-central-1' }),
  }, CONTEXT);
  return cloudFormation.requests.at(-1)!.body;
}

describe('the settings of Macie', () => {
  test('switch it on where it is off, and set export and automated discovery', async () => {
    expect(await send('Create')).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'macie-eu-central-1', Data: { ServiceRole: 'arn:role' } });
    expect(changes()).toEqual([
      ['POST /macie', { status: 'ENABLED', findingPublishingFrequency: 'FIFTEEN_MINUTES', clientToken: expect.any(String) }],
      ['PUT /classification-export-configuration', { configuration: { s3Destination: DESTINATION } }],
      ['PUT /automated-discovery/configuration', { status: 'ENABLED' }],
    ]);
  });

  test('take a session that is on as it is found', async () => {
    Object.assign(account, { status: 'ENABLED', frequency: 'FIFTEEN_MINUTES' });
    expect(await send('Create')).toMatchObject({ Status: 'SUCCESS' });
    expect(changes().map(([what]) => what)).toEqual(['PUT /classification-export-configuration', 'PUT /automated-discovery/configuration']);
  });

  test('change nothing when all is as it should be', async () => {
    await settle(client, PROPERTIES, HURRIED);
    macie.requests.length = 0;
    expect(await send('Update')).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'macie-eu-central-1' });
    expect(changes()).toEqual([]);
  });

  test('let a session that is paused go on, at the frequency that is asked for', async () => {
    Object.assign(account, { status: 'PAUSED', frequency: 'SIX_HOURS' });
    await settle(client, PROPERTIES, HURRIED);
    expect(changes()[0]).toEqual(['PATCH /macie', { status: 'ENABLED', findingPublishingFrequency: 'FIFTEEN_MINUTES' }]);
  });

  test('follow an update', async () => {
    await settle(client, PROPERTIES, HURRIED);
    macie.requests.length = 0;
    await settle(client, { ...PROPERTIES, Frequency: 'ONE_HOUR', ResultsPrefix: 'other/', AutomatedDiscovery: 'DISABLED' }, HURRIED);
    expect(account).toMatchObject({ frequency: 'ONE_HOUR', discovery: 'DISABLED', export: { s3Destination: { ...DESTINATION, keyPrefix: 'other/' } } });
  });

  test('leave automated discovery alone when told nothing of it', async () => {
    await settle(client, { ...PROPERTIES, AutomatedDiscovery: undefined }, HURRIED);
    expect(macie.requests.filter((request) => request.path.startsWith('/automated-discovery'))).toEqual([]);
  });

  test('never switch anything off on deletion: Macie is not even asked', async () => {
    Object.assign(account, { status: 'ENABLED', frequency: 'FIFTEEN_MINUTES' });
    expect(await send('Delete')).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'macie-eu-central-1' });
    expect(macie.requests).toEqual([]);
  });

  test('accept that somebody else switches it on in between', async () => {
    account.first['GET /macie'] = [{ status: 404, error: 'ResourceNotFoundException', body: {} }];
    Object.assign(account, { status: 'ENABLED', frequency: 'FIFTEEN_MINUTES' });
    await settle(client, PROPERTIES, HURRIED);
    expect(account.export).toEqual({ s3Destination: DESTINATION });
  });

  test('wait for a session that is not there at once', async () => {
    account.first['GET /macie'] = Array.from({ length: 2 }, () => ({ status: 403, error: 'AccessDeniedException', body: { message: 'Macie is not enabled' } }));
    await settle(client, PROPERTIES, HURRIED);
    expect(account.discovery).toBe('ENABLED');
  });

  test('try the export again while the policies are not in effect', async () => {
    account.first['PUT /classification-export-configuration'] = [
      { status: 400, error: 'ValidationException', body: { message: 'insufficient permissions for the bucket' } },
      { status: 403, error: 'AccessDeniedException', body: { message: 'the key' } },
    ];
    await settle(client, PROPERTIES, HURRIED);
    expect(account.export).toEqual({ s3Destination: DESTINATION });
  });
});

describe('settings that cannot be', () => {
  test('fails when the export is refused for good, in the words of Macie', async () => {
    account.first['PUT /classification-export-configuration'] = Array.from({ length: 3 }, () => ({ status: 400, error: 'ValidationException', body: { message: 'the bucket has a default retention' } }));
    await expect(settle(client, PROPERTIES, HURRIED)).rejects.toThrow('the bucket has a default retention');
  });

  test('fails at once for an error that waiting does not mend', async () => {
    account.first['PUT /classification-export-configuration'] = [{ status: 402, error: 'ServiceQuotaExceededException', body: { message: 'too many' } }];
    await expect(settle(client, PROPERTIES, HURRIED)).rejects.toThrow('too many');
    expect(changes()).toHaveLength(2);
  });

  test('fails for a caller without access, and does not mistake it for Macie being off', async () => {
    account.first['GET /macie'] = [{ status: 403, error: 'AccessDeniedException', body: { message: 'not authorized to perform macie2:GetMacieSession' } }];
    expect(await send('Create')).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('not authorized to perform macie2:GetMacieSession') });
    expect(changes()).toEqual([]);
  });

  test('fails for a session that never comes on', async () => {
    account.first['GET /macie'] = Array.from({ length: 9 }, () => ({ status: 404, error: 'ResourceNotFoundException', body: {} }));
    await expect(settle(client, PROPERTIES, HURRIED)).rejects.toThrow('Macie was switched on and is not on after 3 looks: deploy again');
  });

  test('fails in a member account with the way out', async () => {
    account.first['PUT /automated-discovery/configuration'] = [{ status: 403, error: 'AccessDeniedException', body: { message: 'not the administrator' } }];
    await expect(settle(client, PROPERTIES, HURRIED)).rejects.toThrow(/cannot be set to ENABLED from this account \(not the administrator\): .* set automatedDiscovery to UNMANAGED$/);
  });
});

const OPERATIONS: Record<string, string> = {
  'POST /macie': 'EnableMacie', 'PATCH /macie': 'UpdateMacieSession', 'PUT /classification-export-configuration': 'PutClassificationExportConfiguration',
  'PUT /automated-discovery/configuration': 'UpdateAutomatedDiscoveryConfiguration',
};

(HAS_BOTOCORE ? test : test.skip)('every request has the shape that the API of Macie states', async () => {
  await settle(client, PROPERTIES, HURRIED);
  await settle(client, { ...PROPERTIES, Frequency: 'SIX_HOURS' }, HURRIED);
  const requests = changes().map(([what, body]): [string, string, unknown] => ['macie2', OPERATIONS[what as string], body]);
  expect(requests).toHaveLength(4);
  expect(requestProblems(requests)).toEqual(requests.map(() => []));
});

/** moto leaves the zone out of its times, and the SDK takes none without. */
function withTimeZones(sdk: Macie2Client): Macie2Client {
  sdk.middlewareStack.add((next) => async (args) => {
    const result = await next(args);
    const response = result.response as { body: AsyncIterable<Buffer> };
    const chunks: Buffer[] = [];
    for await (const chunk of response.body) chunks.push(chunk);
    response.body = Readable.from([Buffer.from(Buffer.concat(chunks).toString().replace(/(:\d\d(\.\d+)?)"/g, '$1Z"'))]);
    return result;
  }, { step: 'deserialize', priority: 'low' });
  return sdk;
}

describeWithMoto('with the session of moto', () => {
  test('switch Macie on once, and find it on afterwards', async () => {
    const moto = await startMoto();
    // moto knows the session and nothing of the export and of automated discovery
    const front = await startStub((request) => account.answer(request));
    const session = withTimeZones(new Macie2Client({ endpoint: moto.url, maxAttempts: 1 }));
    const rest = new Macie2Client({ endpoint: front.url, maxAttempts: 1 });
    account.status = 'ENABLED';
    const both = { send: (command: { constructor: { name: string } }) => (/Session|EnableMacie/.test(command.constructor.name) ? session : rest).send(command as never) };
    try {
      for (let run = 0; run < 2; run++) await settle(both as unknown as Macie2Client, PROPERTIES, HURRIED);
      expect(account.export).toEqual({ s3Destination: DESTINATION });
    } finally {
      session.destroy();
      rest.destroy();
      await front.stop();
      await moto.stop();
    }
  });
});
