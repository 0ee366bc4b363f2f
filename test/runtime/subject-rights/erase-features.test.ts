import { createHash } from 'node:crypto';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { type FeatureGroup, handler } from '../../../lib/runtime/erase-features';
import type { StoreRequest } from '../../../lib/runtime/rights/contract';
import { HAS_BOTOCORE, requestProblems } from '../../support/botocore';
import { type HttpStub, type StubAnswer, startStub } from '../../support/http-stub';
import { describeWithMoto } from '../../support/moto';
import { asked, EXPORTS, Ground, printed, running } from './ground';

const OFFLINE = { database: 'sagemaker_featurestore', table: 'patients_1', workGroup: 'erasure', bucket: 'features', prefix: 'patients/' };
const GROUP: FeatureGroup = { name: 'patients', recordIdentifier: 'patient_id', eventTime: 'event_time', eventTimeIs: 'text', online: true };
const WITH_TABLE: FeatureGroup = { ...GROUP, offline: OFFLINE };

describeWithMoto('erasing features', () => {
  let ground: Ground;
  let runtime: HttpStub;
  let athena: HttpStub;
  let record: Record<string, string> | undefined;
  let states: string[];
  let rows: string;

  beforeAll(async () => {
    // the online store: a record goes only for a later event time
    runtime = await startStub(({ method, path }): StubAnswer => {
      const found = record;
      if (method === 'GET') return { body: found ? { Record: Object.entries(found).map(([FeatureName, ValueAsString]) => ({ FeatureName, ValueAsString })) } : {} };
      const eventTime = new URL(path, 'http://x').searchParams.get('EventTime')!;
      const isLater = !found || (found.event_time!.includes('-') ? Date.parse(eventTime) > Date.parse(found.event_time!) : Number(eventTime) > Number(found.event_time));
      if (!isLater) return { status: 400, error: 'ValidationException', body: { message: `EventTime of ${found.patient_id} is not later` } };
      record = undefined;
      return { body: {} };
    });
    athena = await startStub(({ target }): StubAnswer => {
      switch (target) {
        case 'AmazonAthena.StartQueryExecution': return { body: { QueryExecutionId: `q-${queries().length}` } };
        case 'AmazonAthena.GetQueryExecution': return { body: { QueryExecution: { Status: { State: states.shift() ?? 'SUCCEEDED', StateChangeReason: 'row of Anna Geheim' } } } };
        default: return { body: { ResultSet: { Rows: [{ Data: [{ VarCharValue: '_col0' }] }, { Data: [{ VarCharValue: rows }] }] } } };
      }
    });
    ground = await Ground.start({ SAGEMAKER_FEATURESTORE_RUNTIME: runtime.url, ATHENA: athena.url });
    await ground.bucket('features');
  });
  afterAll(async () => {
    await runtime?.stop();
    await athena?.stop();
    await ground?.stop();
  });
  beforeEach(() => {
    runtime.requests.length = 0;
    athena.requests.length = 0;
    record = undefined;
    rows = '2';
    states = [];
  });

  const ask = async (group: FeatureGroup, request: Partial<StoreRequest> = {}) => {
    process.env.STORE = JSON.stringify(group);
    return handler(asked({ store: 'feature-group/patients', ...request }), running(900_000));
  };
  const queries = () => athena.requests.flatMap(({ body }) => ('QueryString' in body ? [String(body.QueryString)] : []));
  /** Asks until there is nothing more. */
  const through = async (group: FeatureGroup, request: Partial<StoreRequest> = {}) => {
    const answers = [await ask(group, request)];
    while (answers.at(-1)!.state === 'more') answers.push(await ask(group, { ...request, cursor: JSON.parse(JSON.stringify(answers.at(-1)!.cursor)) as unknown }));
    return answers;
  };

  test('the record goes from the online store for good', async () => {
    record = { patient_id: 'patient-1', event_time: '2026-11-01T00:00:00Z', age: '70' };
    expect(await ask(GROUP)).toEqual({ state: 'done', counts: { records: 1 } });
    expect(record).toBeUndefined();
    expect(runtime.requests.at(-1)).toMatchObject({ method: 'DELETE', path: expect.stringMatching(/^\/FeatureGroup\/patients\?.*DeletionMode=HardDelete/) });
    expect(await ask(GROUP)).toEqual({ state: 'done', counts: { records: 0 } });
  });

  test.each<[string, string, FeatureGroup['eventTimeIs']]>([
    ['a time that is ahead of the clock', '2126-01-01T00:00:00Z', 'text'], ['seconds that are ahead of the clock', '4922985600.7', 'seconds'], ['a time with a fraction of a second', '2126-01-01T00:00:00.500Z', 'text'], ['seconds of the past', '1700000000', 'seconds'],
  ])('a record goes that was written with %s', async (_what, event_time, eventTimeIs) => {
    record = { patient_id: 'patient-1', event_time };
    expect(await ask({ ...GROUP, eventTimeIs })).toMatchObject({ state: 'done', counts: { records: 1 } });
    expect(record).toBeUndefined();
  });

  test('the offline store waits for what is on its way, then rows, files, snapshots and hidden versions go', async () => {
    record = { patient_id: 'patient-1', event_time: '2026-11-01T00:00:00Z' };
    for (const file of ['old', 'kept']) await ground.put('features', `patients/${file}.parquet`, 'x');
    await ground.put('features', 'patients/kept.parquet', 'y');
    await ground.s3.send(new DeleteObjectCommand({ Bucket: 'features', Key: 'patients/old.parquet' }));
    await ground.put('features', 'other/gone', 'x');
    await ground.s3.send(new DeleteObjectCommand({ Bucket: 'features', Key: 'other/gone' }));
    states = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'RUNNING', 'SUCCEEDED'];
    const answers = await through(WITH_TABLE);
    expect(answers[0]).toMatchObject({ state: 'more', wait: 960 });
    expect(answers.at(-1)).toEqual({ state: 'done', counts: { records: 1, rows: 2, versions: 2 }, conflicts: [] });
    expect(queries().map((query) => query.split(' ')[0])).toEqual(['SELECT', 'DELETE', 'OPTIMIZE', 'ALTER', 'VACUUM']);
    expect(await ground.versions('features')).toEqual(['-other/gone', 'other/gone', 'patients/kept.parquet', 'patients/kept.parquet']);
    expect((await ground.records()).text).not.toContain('old.parquet');
  });

  test('no query holds the person: rows are found by a salted hash, another one each time', async () => {
    await through({ ...WITH_TABLE, online: false }, { subject: "O'Neil" });
    await through({ ...WITH_TABLE, online: false }, { subject: "O'Neil" });
    const all = queries();
    expect(all.join('\n')).not.toMatch(/Neil/);
    const found = all.filter((query) => query.startsWith('DELETE'));
    expect(found[0]).toMatch(/^DELETE FROM "sagemaker_featurestore"."patients_1" WHERE to_hex\(sha256\(to_utf8\(concat\('[0-9a-f]{32}', CAST\("patient_id" AS varchar\)\)\)\)\) = '[0-9A-F]{64}'$/);
    expect(new Set(found).size).toBe(2);
  });

  test('an erasure that is repeated goes through all of it, though no row is there any more', async () => {
    rows = '0';
    expect((await through({ ...WITH_TABLE, online: false })).at(-1)).toMatchObject({ state: 'done', counts: { rows: 0 } });
    expect(queries().at(-1)).toMatch(/^VACUUM/);
  });

  test('fails for a query that failed, and does not say what it read', async () => {
    states = ['FAILED'];
    const first = await ask({ ...WITH_TABLE, online: false });
    const second = await ask({ ...WITH_TABLE, online: false }, { cursor: first.cursor });
    const line = await printed(() => ask({ ...WITH_TABLE, online: false }, { cursor: second.cursor }));
    expect(line).toMatch(/Unavailable: query q-\d+ ended as FAILED: look at it in Athena/);
    expect(line).not.toMatch(/Geheim/);
  });

  test('for a copy the record and the rows are written, and nothing is deleted', async () => {
    record = { patient_id: 'patient-1', event_time: '2026-11-01T00:00:00Z', age: '70' };
    const answers = await through(WITH_TABLE, { action: 'collect' });
    expect(answers.at(-1)).toEqual({ state: 'done', counts: { records: 1, rows: 2 } });
    expect(JSON.parse(await ground.text(EXPORTS, 'exports/hash/r-1/feature-group/patients/online.json'))).toEqual({ patient_id: 'patient-1', event_time: '2026-11-01T00:00:00Z', age: '70' });
    expect(queries()[1]).toMatch(/^UNLOAD \(SELECT \* FROM .*\) TO 's3:\/\/exports\/exports\/hash\/r-1\/feature-group\/patients\/offline\/' WITH \(format = 'JSON'\)$/);
    expect(runtime.requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  test('for a copy of nobody nothing is written', async () => {
    rows = '0';
    expect((await through(WITH_TABLE, { action: 'collect' })).at(-1)).toEqual({ state: 'done', counts: { records: 0, rows: 0 } });
    expect(queries()).toHaveLength(1);
  });

  test('nothing that is printed or thrown holds a person', async () => {
    record = { patient_id: 'Anna Geheim', event_time: 'Geheim' };
    const lines = [await printed(() => ask(GROUP, { subject: 'Anna Geheim' }))];
    record = { patient_id: 'Anna Geheim', event_time: '2026-11-01T00:00:00Z' };
    lines.push(await printed(() => ask(GROUP, { subject: 'Anna Geheim', action: 'collect', export: { bucket: 'no-such-bucket', prefix: 'Geheim' } })));
    expect(lines.join('\n')).not.toMatch(/anna|geheim/i);
    expect(lines[1]).toContain('NoSuchBucket');
  });

  test('a person of any letters, and one of 100,000, is found by a hash of the whole id', async () => {
    const found: string[] = [];
    for (const subject of ['Zoë 李 \u{1F9EC}', `long-${'x'.repeat(100_000)}`]) {
      athena.requests.length = 0;
      expect((await through({ ...WITH_TABLE, online: false }, { subject })).at(-1)).toMatchObject({ state: 'done', counts: { rows: 2 } });
      const [text] = queries().filter((query) => query.startsWith('DELETE'));
      const [, salt, hash] = /'([0-9a-f]{32})'.*'([0-9A-F]{64})'$/.exec(text!)!;
      expect(hash).toBe(createHash('sha256').update(`${salt}${subject}`).digest('hex').toUpperCase());
      found.push(text!);
    }
    expect(found.join('\n')).not.toMatch(/Zo|李|xxx/);
    expect(Math.max(...found.map(({ length }) => length))).toBeLessThan(1000);
  });

  (HAS_BOTOCORE ? test : test.skip)('every query fits the shape of Athena’s API', async () => {
    await through({ ...WITH_TABLE, online: false });
    const requests = athena.requests.map(({ target, body }): [string, string, unknown] => ['athena', target!.split('.')[1]!, body]);
    expect(new Set(requests.map(([, operation]) => operation))).toEqual(new Set(['StartQueryExecution', 'GetQueryExecution', 'GetQueryResults']));
    expect(requestProblems(requests)).toEqual(requests.map(() => []));
  });
});
