import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateStateMachineCommand, ListExecutionsCommand, SFNClient, DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { handler } from '../../lib/runtime/reconcile';
import { HAS_BOTOCORE, requestProblems } from '../support/botocore';
import { type HttpStub, startStub, type StubAnswer } from '../support/http-stub';
import { describeWithMoto, type Moto, startMoto, useEndpoint } from '../support/moto';

describeWithMoto('reconciling findings', () => {
  let moto: Moto;
  let macie: HttpStub;
  let sfn: SFNClient;
  let stateMachineArn: string;
  let log: jest.SpyInstance;
  let found: (page: unknown) => StubAnswer;

  beforeAll(async () => {
    moto = await startMoto();
    macie = await startStub(({ path, body }) => {
      if (path === '/findings') return found(body.nextToken);
      return { body: { findings: (body.findingIds as string[]).map((id) => ({ id, type: 'SensitiveData:S3Object/Personal', resourcesAffected: { s3Bucket: { name: 'curated' }, s3Object: { key: 'Anna Geheim.csv' } } })) } };
    });
    useEndpoint(moto.url, { MACIE2: macie.url });
    const s3 = new S3Client({});
    await s3.send(new CreateBucketCommand({ Bucket: 'held', CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }));
    await s3.send(new PutObjectCommand({ Bucket: 'held', Key: 'findings/seen.json', Body: '{}' }));
    s3.destroy();
    sfn = new SFNClient({});
    ({ stateMachineArn = '' } = await sfn.send(new CreateStateMachineCommand({
      name: 'quarantine', roleArn: 'arn:aws:iam::123456789012:role/r', definition: JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } }),
    })));
    Object.assign(process.env, {
      QUARANTINE_BUCKET: 'held', STATE_MACHINE_ARN: stateMachineArn, LOOKBACK_HOURS: '48', BUCKETS: '["curated"]', SEVERITIES: '["Medium","High"]',
    });
  });
  afterAll(async () => {
    sfn?.destroy();
    await macie?.stop();
    await moto?.stop();
  });
  beforeEach(() => {
    log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    found = (page) => ({ body: page === undefined ? { findingIds: ['seen', 'missed-1'], nextToken: 'page-2' } : { findingIds: ['missed-2'], nextToken: '' } });
  });
  afterEach(() => log.mockRestore());

  test('what no event came for is started, with the event’s shape, and what is on record is not', async () => {
    expect(await handler({ time: '2026-11-20T06:00:00Z' })).toEqual({ findings: 3, started: ['missed-1', 'missed-2'] });
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    expect(executions.map(({ name }) => name).sort()).toEqual(['reconcile-missed-1-2026-11-20', 'reconcile-missed-2-2026-11-20']);
    const { input } = await sfn.send(new DescribeExecutionCommand({ executionArn: executions.find(({ name }) => name?.includes('missed-1'))?.executionArn }));
    expect(JSON.parse(input ?? '')).toMatchObject({ 'source': 'reconciliation', 'detail-type': 'Macie Finding', 'detail': { id: 'missed-1' } });
    // ids of findings, and no key of an object: it may hold a name
    expect(log.mock.calls).toEqual([[JSON.stringify({ findings: 3, started: ['missed-1', 'missed-2'] })]]);
  });

  test('a repeated run on the same day starts nothing twice', async () => {
    await handler({ time: '2026-11-20T18:00:00Z' });
    expect((await sfn.send(new ListExecutionsCommand({ stateMachineArn }))).executions).toHaveLength(2);
  });

  test('Macie is asked for our buckets, severities and the time since, and not for what is archived', () => {
    const criterion = {
      'createdAt': { gte: Date.parse('2026-11-18T06:00:00Z') }, 'category': { eq: ['CLASSIFICATION'] }, 'archived': { eq: ['false'] },
      'resourcesAffected.s3Bucket.name': { eq: ['curated'] }, 'severity.description': { eq: ['Medium', 'High'] },
    };
    expect(macie.requests[0].body).toMatchObject({ findingCriteria: { criterion }, maxResults: 50 });
  });

  test('nothing found is nothing started', async () => {
    found = () => ({ body: { findingIds: [] } });
    expect(await handler({ time: '2026-11-21T06:00:00Z' })).toEqual({ findings: 0, started: [] });
  });

  test('fails half way when Macie does, keeps what it started, and the next run starts the rest', async () => {
    found = (page) => (page === undefined ? { body: { findingIds: ['late-1'], nextToken: 'page-2' } } : { status: 400, error: 'ValidationException', body: {} });
    await expect(handler({ time: '2026-11-22T06:00:00Z' })).rejects.toThrow();
    found = () => ({ body: { findingIds: ['late-1', 'late-2'] } });
    expect((await handler({ time: '2026-11-22T18:00:00Z' })).started).toContain('late-2');
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    expect(executions.map(({ name }) => name).filter((name) => name?.includes('late')).sort()).toEqual(['reconcile-late-1-2026-11-22', 'reconcile-late-2-2026-11-22']);
  });

  test.each(['yesterday', '2026-13-45'])('fails for the time %s, which would ask Macie for all there ever was', async (time) => {
    await expect(handler({ time })).rejects.toThrow('the time of the event is none');
  });

  (HAS_BOTOCORE ? test : test.skip)('every request fits the shape of Macie’s API', () => {
    const requests = macie.requests.map(({ path, body }): [string, string, unknown] => ['macie2', path === '/findings' ? 'ListFindings' : 'GetFindings', body]);
    expect(requestProblems(requests)).toEqual(requests.map(() => []));
  });
});
