import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { dueOf } from '../../../lib/runtime/subject-rights/deadline';
import { CONFLICTS, type StoreEntry } from '../../../lib/runtime/rights/contract';
import { type DeskRequest, handler, type TakenIn } from '../../../lib/runtime/subject-rights';
import { closeSettled } from '../../../lib/runtime/rights/records';
import { handler as settle } from '../../../lib/runtime/settle-request';
import { startStub } from '../../support/http-stub';
import { describeWithMoto } from '../../support/moto';
import { Ground, printed } from './ground';

const stores: StoreEntry[] = [
  { store: 'Raw', function: 'fn:raw', purposes: ['care'], conflicts: [] },
  { store: 'Curated', function: 'fn:curated', identifier: 'pseudonym', purposes: ['risk'], conflicts: ['lineage'] },
  { store: 'Mixed', function: 'fn:mixed', purposes: ['care', 'risk'], conflicts: [] },
  { store: 'Old', function: 'fn:old', purposes: [], conflicts: [] },
  { store: 'Models', function: 'fn:models', purposes: [], always: true, conflicts: [] },
  { store: 'Vault', function: 'fn:vault', purposes: ['care'], last: true, conflicts: [] },
  { store: 'Copies', function: 'fn:copies', purposes: [], always: true, byPerson: true, conflicts: [] },
];
const call = handler as unknown as (event: unknown) => Promise<never>;

describe('a request is due', () => {
  test.each<[string, string, string]>([
    ['on the day of the same number', '2026-11-27T09:30:00.000Z', '2026-12-27T09:30:00.000Z'],
    ['on the last day of a month that has none', '2027-01-31T00:00:00.000Z', '2027-02-28T00:00:00.000Z'],
    ['on the last day of February in a leap year', '2028-01-30T00:00:00.000Z', '2028-02-29T00:00:00.000Z'],
    ['in the next year', '2026-12-31T23:59:59.000Z', '2027-01-31T23:59:59.000Z'],
  ])('%s', (_what, received, due) => {
    expect(dueOf(received, [{ citation: 'GDPR', months: 1 }])).toEqual({ due, citation: 'GDPR' });
  });
  test('by the earliest of several laws', () => {
    const laws = [{ citation: 'CCPA', days: 45 }, { citation: 'GDPR', months: 1 }, { citation: 'HIPAA', days: 30 }];
    expect(dueOf('2026-12-05T00:00:00.000Z', laws)).toEqual({ due: '2027-01-04T00:00:00.000Z', citation: 'HIPAA' });
    expect(dueOf('2027-02-05T00:00:00.000Z', laws)).toEqual({ due: '2027-03-05T00:00:00.000Z', citation: 'GDPR' });
  });
});

describeWithMoto('the desk', () => {
  let ground: Ground;
  let number = 0;
  beforeAll(async () => { ground = await Ground.start(); });
  afterAll(async () => ground?.stop());
  afterEach(() => { delete process.env.IDENTITIES_FUNCTION; });

  const takeIn = async (input: unknown, name = `execution-${++number}`, of = stores): Promise<TakenIn> => handler({ action: 'take-in', input, execution: { name, startedAt: '2026-11-20T10:00:00.000Z' }, stores: of } as DeskRequest, {}) as Promise<TakenIn>;
  const record = async (requestId: string, name: RegExp | string = 'request') => (await ground.records()).items.filter((item) => item.request!.S === requestId && (typeof name === 'string' ? item.record!.S === name : name.test(item.record!.S!)));

  test('enters a request with its deadline, and says which stores to ask, the vault after the others', async () => {
    const { request, work, last, decided } = await takeIn({ requestId: 'case-7', kind: 'erasure', subject: 'patient-1', receivedAt: '2026-11-25', identifiers: { pseudonym: 'p-9' } });
    expect(request).toMatchObject({ requestId: 'case-7', kind: 'erasure', action: 'erase', receivedAt: '2026-11-25T00:00:00.000Z', due: '2026-12-25T00:00:00.000Z', citation: 'GDPR Art. 12(3)' });
    expect(request.export).toEqual({ bucket: 'exports', prefix: `exports/${request.person}/case-7/` });
    expect(work.map(({ store, subject }) => [store, subject])).toEqual([['Raw', 'patient-1'], ['Curated', 'p-9'], ['Mixed', 'patient-1'], ['Old', 'patient-1'], ['Models', 'patient-1'], ['Copies', request.person]]);
    expect(last.map(({ store }) => store)).toEqual(['Vault']);
    expect(decided).toEqual([]);
    expect(await record('case-7')).toEqual([expect.objectContaining({ state: { S: 'open' }, open: { S: 'open' }, due: { S: '2026-12-25T00:00:00.000Z' }, kind: { S: 'erasure' } })]);
  });

  test('a request without an id or a day has those of its execution', async () => {
    expect((await takeIn({ kind: 'access', subject: 'x' }, 'by-name')).request).toMatchObject({ requestId: 'by-name', receivedAt: '2026-11-20T10:00:00.000Z', due: '2026-12-20T10:00:00.000Z' });
  });

  test('a person who asks for a copy is not given copies of copies', async () => {
    const { work } = await takeIn({ kind: 'access', subject: 'x', identifiers: { pseudonym: 'p' } });
    expect(work.map(({ store }) => store)).not.toContain('Copies');
  });

  test('the same request again has the deadline that it had; another under its id is refused', async () => {
    const first = await takeIn({ requestId: 'twice', kind: 'erasure', subject: 'a', receivedAt: '2026-11-01' });
    const again = await takeIn({ requestId: 'twice', kind: 'erasure', subject: 'a', receivedAt: '2026-11-26' });
    expect(again.request).toEqual({ ...first.request, execution: again.request.execution });
    for (const other of [{ subject: 'b', kind: 'erasure' }, { subject: 'a', kind: 'access' }, { subject: 'a', kind: 'erasure', identifiers: { pseudonym: 'p' } }]) {
      await expect(takeIn({ requestId: 'twice', ...other })).rejects.toMatchObject({ name: 'RequestConflict' });
    }
    expect(await record('twice')).toHaveLength(1);
  });

  test('a store that does not know the person by what was given is left open, with the reason', async () => {
    const { work, decided } = await takeIn({ requestId: 'no-pseudonym', kind: 'erasure', subject: 'a' });
    expect(decided).toEqual([{ store: 'Curated', state: 'open', conflicts: ['lineage', 'no-identifier'] }]);
    expect(work.map(({ store }) => store)).not.toContain('Curated');
    expect(await record('no-pseudonym', /^store#Curated/)).toEqual([expect.objectContaining({ state: { S: 'open' }, conflicts: { L: [{ S: 'lineage' }, { S: 'no-identifier' }] } })]);
  });

  test('a function of the user’s says how stores know the person, and the request has the last word', async () => {
    const asked: unknown[] = [];
    const stub = await startStub(({ path, body }) => {
      asked.push([path, body]);
      return { body: { identifiers: { pseudonym: 'p-from-function', other: 'o' } } };
    });
    process.env.AWS_ENDPOINT_URL_LAMBDA = stub.url;
    process.env.IDENTITIES_FUNCTION = 'arn:aws:lambda:eu-central-1:123456789012:function:identities';
    try {
      const subjectOf = ({ work }: TakenIn) => work.find(({ store }) => store === 'Curated')?.subject;
      expect(subjectOf(await takeIn({ kind: 'erasure', subject: 'a' }))).toBe('p-from-function');
      expect(subjectOf(await takeIn({ kind: 'erasure', subject: 'a', identifiers: { pseudonym: 'p-given' } }))).toBe('p-given');
      expect(asked[0]).toEqual([expect.stringContaining('identities'), { kind: 'erasure', subject: 'a' }]);
    } finally {
      delete process.env.AWS_ENDPOINT_URL_LAMBDA;
      await stub.stop();
    }
  });

  describe('when consent is withdrawn', () => {
    const withdrawn = (purposes: unknown, more: object = {}) => ({
      'version': '0', 'id': 'event-1', 'source': 'regulated-ml.consent', 'detail-type': 'Consent withdrawn', 'time': '2026-11-26T08:00:00Z',
      'detail': { subject: 'patient-1', purposes, at: '2026-11-25T08:00:00Z', receipt: 'receipt-1', ...more },
    });
    test('what is held for that purpose alone is erased, what is held for another is kept, and what is held for both or for nothing stated is left to a person', async () => {
      const { request, work, last, decided } = await takeIn(withdrawn(['care']));
      // it holds since the 25th, and was received on the 26th: a law that gives a month gives it from there
      expect(request).toMatchObject({ requestId: expect.stringMatching(/^withdrawal-[\w-]{43}$/), kind: 'erasure', effectiveAt: '2026-11-25T08:00:00.000Z', receivedAt: '2026-11-26T08:00:00.000Z', due: '2026-12-26T08:00:00.000Z' });
      expect(work.map(({ store }) => store)).toEqual(['Raw', 'Models', 'Copies']);
      expect(last.map(({ store }) => store)).toEqual(['Vault']);
      expect(decided).toEqual([
        { store: 'Curated', state: 'kept', conflicts: ['lineage', 'other-purpose'] }, { store: 'Mixed', state: 'open', conflicts: ['other-purpose'] }, { store: 'Old', state: 'open', conflicts: ['purpose-unknown'] },
      ]);
      expect((await record(request.requestId))[0]).toMatchObject({ purposes: { L: [{ S: 'care' }] }, effectiveAt: { S: '2026-11-25T08:00:00.000Z' }, receivedAt: { S: '2026-11-26T08:00:00.000Z' } });
    });
    test.each<[string, object, object]>([
      ['a receipt that came in late is not overdue when it comes', { at: '2025-01-01T00:00:00Z', received: '2026-11-20T10:00:00Z' }, { receivedAt: '2026-11-20T10:00:00.000Z', effectiveAt: '2025-01-01T00:00:00.000Z', due: '2026-12-20T10:00:00.000Z' }],
      ['one that came in before it holds is due from the day on which it does', { at: '2026-11-26T00:00:00Z', received: '2026-08-01T00:00:00Z' }, { receivedAt: '2026-08-01T00:00:00.000Z', effectiveAt: '2026-11-26T00:00:00.000Z', due: '2026-12-26T00:00:00.000Z' }],
      ['one without a time of receipt was received when it was told', { at: '2026-11-01T00:00:00Z' }, { receivedAt: '2026-11-26T08:00:00.000Z', due: '2026-12-26T08:00:00.000Z' }],
    ])('%s', async (what, times, expected) => {
      expect((await takeIn(withdrawn(['care'], { receipt: what, ...times }))).request).toMatchObject(expected);
    });
    test('what is held for two purposes is erased when the second is withdrawn, and left to a person until then', async () => {
      expect((await takeIn(withdrawn(['care'], { receipt: 'first' }))).decided).toContainEqual({ store: 'Mixed', state: 'open', conflicts: ['other-purpose'] });
      const { work, decided } = await takeIn(withdrawn(['risk'], { receipt: 'second', withdrawnBefore: ['care'] }));
      expect(work.map(({ store }) => store)).toEqual(['Mixed', 'Models', 'Copies']);
      // what was held for the first alone was erased with it
      expect(decided).toContainEqual({ store: 'Raw', state: 'kept', conflicts: ['other-purpose'] });
    });
    test('purposes of one receipt that are told one by one are requests of their own, in which none is lost', async () => {
      const [first, second] = [await takeIn(withdrawn(['care'], { receipt: 'split', withdrawnBefore: ['risk'] })), await takeIn(withdrawn(['risk'], { receipt: 'split', withdrawnBefore: ['care'] }))];
      expect(first.request.requestId).not.toBe(second.request.requestId);
      expect([...first.work, ...second.work].map(({ store }) => store)).toEqual(expect.arrayContaining(['Raw', 'Mixed']));
      const [forth, back] = [await takeIn(withdrawn(['care', 'risk'], { receipt: 'turned' })), await takeIn(withdrawn(['risk', 'care'], { receipt: 'turned' }))];
      expect(forth.request.requestId).toBe(back.request.requestId);
    });
    test('the same event twice is one request, and another receipt is another', async () => {
      const [first, second, third] = [await takeIn(withdrawn(['risk'], { receipt: 'r2' })), await takeIn(withdrawn(['risk'], { receipt: 'r2' })), await takeIn(withdrawn(['risk'], { receipt: 'r3' }))];
      expect(second.request.requestId).toBe(first.request.requestId);
      expect(third.request.requestId).not.toBe(first.request.requestId);
      expect(first.request.requestId).not.toContain('r2');
    });
    test.each<[string, object]>([
      ['no purposes', withdrawn([])], ['purposes that are no texts', withdrawn([1])], ['no subject', withdrawn(['a'], { subject: '' })], ['no receipt', { ...withdrawn(['a'], { receipt: 7 }) }],
      ['another source', { ...withdrawn(['a']), source: 'aws.s3' }], ['no detail', { ...withdrawn(['a']), detail: 'x' }], ['a time that is none', withdrawn(['a'], { at: 'yesterday' })],
      ['a time of receipt that is none', withdrawn(['a'], { received: 7 })], ['other purposes that are no list', withdrawn(['a'], { withdrawnBefore: 'care' })],
    ])('fails for an event with %s', async (_what, event) => {
      await expect(takeIn(event)).rejects.toMatchObject({ name: 'MalformedRequest' });
    });
  });

  test.each<[string, unknown]>([
    ['nothing', null], ['a text', 'erase patient-1'], ['no kind', { subject: 'a' }], ['another kind', { kind: 'rectification', subject: 'a' }], ['no subject', { kind: 'erasure' }],
    ['an empty subject', { kind: 'erasure', subject: '  ' }], ['a subject that is a number', { kind: 'erasure', subject: 7 }], ['half a character', { kind: 'erasure', subject: '\ud83d' }],
    ['a subject that is too long', { kind: 'erasure', subject: 'ä'.repeat(513) }], ['an id with blanks', { kind: 'erasure', subject: 'a', requestId: 'Anna Müller' }], ['an empty id', { kind: 'erasure', subject: 'a', requestId: '' }],
    ['identifiers that are a list', { kind: 'erasure', subject: 'a', identifiers: ['p'] }], ['an identifier that is empty', { kind: 'erasure', subject: 'a', identifiers: { p: '' } }],
    ['the name of an identifier that is none', { kind: 'erasure', subject: 'a', identifiers: { 'a b': 'x' } }], ['too many identifiers', { kind: 'erasure', subject: 'a', identifiers: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`i${index}`, 'x'])) }],
    ['a day that is none', { kind: 'erasure', subject: 'a', receivedAt: '2026-13-45' }], ['a day in the future', { kind: 'erasure', subject: 'a', receivedAt: new Date(Date.now() + 3 * 86_400_000).toISOString() }],
  ])('fails for a request with %s', async (_what, input) => {
    await expect(takeIn(input)).rejects.toMatchObject({ name: 'MalformedRequest' });
  });

  test('fails for a withdrawal that is told before it takes effect, and says that it has to be told then', async () => {
    const detail = { subject: 'patient-1', purposes: ['care'], at: new Date(Date.now() + 3 * 86_400_000).toISOString(), receipt: 'early' };
    await expect(takeIn({ 'id': 'e', 'source': 'regulated-ml.consent', 'detail-type': 'Consent withdrawn', 'time': '2026-11-26T08:00:00Z', detail })).rejects.toMatchObject({
      name: 'MalformedRequest', message: expect.stringContaining('a withdrawal is told when it takes effect'),
    });
  });

  test('a subject of 1,024 bytes in any script is taken', async () => {
    expect((await takeIn({ kind: 'erasure', subject: 'ä'.repeat(512) })).work[0]!.subject).toHaveLength(512);
    expect((await takeIn({ kind: 'erasure', subject: '患者-🫀' })).work[0]!.subject).toBe('患者-🫀');
  });

  test('fails for an action that it does not have', async () => {
    await expect(call({ action: 'delete-everything' })).rejects.toMatchObject({ name: 'MalformedRequest' });
    await expect(call(null)).rejects.toMatchObject({ name: 'MalformedRequest' });
  });

  describe('what becomes of a store', () => {
    test('is on record, with the counts and the words of the list, and nothing else that a function answered', async () => {
      const { request } = await takeIn({ requestId: 'proof', kind: 'erasure', subject: 'a' });
      const answer = { state: 'done', counts: { rows: 3, 'Anna Müller': 1, keys: -1, tokens: 'Anna', parts: 1.5 }, conflicts: ['recoverable', 'Anna Müller'], note: 'Anna Müller' };
      expect(await call({ action: 'prove', request, store: 'Raw', conflicts: ['lineage'], answer })).toEqual({ store: 'Raw', state: 'done', conflicts: ['lineage', 'recoverable'] });
      expect(await record('proof', /^store#Raw/)).toEqual([expect.objectContaining({ state: { S: 'done' }, counts: { M: { rows: { N: '3' } } }, conflicts: { L: [{ S: 'lineage' }, { S: 'recoverable' }] }, action: { S: 'erase' } })]);
      expect((await ground.records()).text).not.toMatch(/Anna|M.ller/);
    });
    test('that is kept as proof is done, and the proof and the answer say that it is kept', async () => {
      const { request } = await takeIn({ requestId: 'consent', kind: 'erasure', subject: 'a' });
      const outcome = await call({ action: 'prove', request, store: 'Consent', conflicts: [], answer: { state: 'done', counts: { kept: 2 }, conflicts: ['kept-as-proof'] } });
      expect(outcome).toEqual({ store: 'Consent', state: 'done', conflicts: ['kept-as-proof'] });
      expect(await record('consent', /^store#Consent/)).toEqual([expect.objectContaining({ counts: { M: { kept: { N: '2' } } }, conflicts: { L: [{ S: 'kept-as-proof' }] } })]);
      expect(await call({ action: 'close', request, outcomes: [outcome], waiting: [] })).toEqual({ state: 'answered', open: [], conflicts: ['Consent: kept-as-proof'] });
    });
    test.each<[string, object, object]>([
      ['open by its own word is open', { answer: { state: 'open', conflicts: ['locked'] } }, { state: 'open', conflicts: ['locked'] }],
      ['failed is open, and named', { problem: { Error: 'Lambda.TooManyRequestsException', Cause: 'Anna' } }, { state: 'open', conflicts: [], failed: true }],
      ['that answered nothing is open', { answer: null }, { state: 'open', conflicts: [], failed: true }],
      ['that answered something else is open', { answer: { state: 'erased!', counts: [] } }, { state: 'open', conflicts: [], failed: true }],
    ])('that is %s', async (_what, given, expected) => {
      const { request } = await takeIn({ kind: 'erasure', subject: 'a' });
      expect(await call({ action: 'prove', request, store: 'Raw', conflicts: [], ...given })).toEqual({ store: 'Raw', ...expected });
      const [found] = await record(request.requestId, /^store#Raw/);
      expect(found!.error?.S).toBe('failed' in expected ? ('problem' in given ? 'TooManyRequestsException' : 'NoAnswer') : undefined);
    });
  });

  test('a request is answered when no store is open, and is not looked for any more', async () => {
    const { request } = await takeIn({ requestId: 'whole', kind: 'erasure', subject: 'a' });
    expect(await call({ action: 'close', request, outcomes: [{ store: 'Raw', state: 'done', conflicts: ['recoverable'] }, { store: 'Old', state: 'kept', conflicts: [] }, { store: 'Vault', state: 'done', conflicts: ['computed-tokens'] }], waiting: [] }))
      .toEqual({ state: 'answered', open: [], conflicts: ['Raw: recoverable', 'Vault: computed-tokens'] });
    const [found] = await record('whole');
    // who reads no more than this line sees that it was not all
    expect(found).toMatchObject({ state: { S: 'answered' }, conflicts: { L: [{ S: 'Raw: recoverable' }, { S: 'Vault: computed-tokens' }] } });
    expect(found).not.toHaveProperty('open');
  });

  test('what waits for the others is on record as open', async () => {
    const { request } = await takeIn({ requestId: 'waiting', kind: 'erasure', subject: 'a' });
    expect(await call({ action: 'close', request, outcomes: [{ store: 'Raw', state: 'open', conflicts: [], failed: true }], waiting: [{ store: 'Vault', conflicts: [] }] }))
      .toEqual({ state: 'open', open: ['Raw', 'Vault'], conflicts: ['Vault: waits'] });
    expect(await record('waiting', /^store#Vault/)).toEqual([expect.objectContaining({ conflicts: { L: [{ S: 'waits' }] }, state: { S: 'open' } })]);
    expect((await record('waiting'))[0]).toMatchObject({ state: { S: 'open' }, open: { S: 'open' } });
  });

  describe('what was left open', () => {
    const left = async (requestId: string) => {
      const { request } = await takeIn({ requestId, kind: 'erasure', subject: 'a', identifiers: { pseudonym: 'p' } });
      for (const store of ['Raw', 'Old']) await call({ action: 'prove', request, store, conflicts: [], answer: { state: 'open', conflicts: ['locked'] } });
      await call({ action: 'close', request, outcomes: [{ store: 'Raw', state: 'open', conflicts: ['locked'] }, { store: 'Old', state: 'open', conflicts: ['locked'] }], waiting: [] });
      return request;
    };
    test('is settled by a person, and the last one ends the request', async () => {
      await left('settled');
      expect(await settle({ action: 'settle', requestId: 'settled', store: 'Raw', ground: 'done-by-hand' }, {})).toEqual({ open: ['Old'] });
      expect((await record('settled'))[0]).toHaveProperty('open');
      expect(await settle({ action: 'settle', requestId: 'settled', store: 'Old', ground: 'kept-by-law' }, {})).toEqual({ open: [] });
      expect((await record('settled'))[0]).toMatchObject({ state: { S: 'answered' }, conflicts: { L: [{ S: 'Raw: locked' }, { S: 'Old: locked' }] } });
      expect((await record('settled'))[0]).not.toHaveProperty('open');
    });
    test('is open again when the workflow finds it so later', async () => {
      const request = await left('again');
      await settle({ action: 'settle', requestId: 'again', store: 'Raw', ground: 'done-by-hand' }, {});
      await call({ action: 'prove', request: { ...request, execution: 'later' }, store: 'Raw', conflicts: [], answer: { state: 'open' } });
      expect(await settle({ action: 'settle', requestId: 'again', store: 'Old', ground: 'kept-by-law' }, {})).toEqual({ open: ['Raw'] });
    });
    test('a request that the workflow is at is not ended', async () => {
      await left('running');
      await takeIn({ requestId: 'running', kind: 'erasure', subject: 'a', identifiers: { pseudonym: 'p' } });
      await closeSettled('running');
      expect((await record('running'))[0]).toHaveProperty('open');
    });
    test.each<[string, object, string]>([
      ['no request', { action: 'settle', store: 'Raw', ground: 'done-by-hand' }, 'MalformedRequest'], ['an unknown request', { action: 'settle', requestId: 'none', store: 'Raw', ground: 'done-by-hand' }, 'MalformedRequest'],
      ['an unknown store', { action: 'settle', requestId: 'settled', store: 'None', ground: 'done-by-hand' }, 'MalformedRequest'], ['another ground', { action: 'settle', requestId: 'again', store: 'Raw', ground: 'Anna asked' }, 'MalformedRequest'],
      ['a store that is not open', { action: 'settle', requestId: 'settled', store: 'Raw', ground: 'done-by-hand' }, 'RequestConflict'], ['another action', { action: 'drop', requestId: 'settled', store: 'Raw' }, 'MalformedRequest'],
      ['a decision where none is open', { action: 'decide', requestId: 'settled', store: 'Raw', decision: 'retrain' }, 'RequestConflict'], ['another decision', { action: 'decide', requestId: 'settled', store: 'Raw', decision: 'maybe' }, 'MalformedRequest'],
    ])('fails to be settled with %s', async (_what, event, name) => {
      await expect(settle(event as never, {})).rejects.toMatchObject({ name });
    });
  });

  test('requests that are due are counted, for the alarm', async () => {
    const before = await call({ action: 'watch' }) as { open: number; due: number; overdue: number };
    const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString();
    await takeIn({ requestId: 'soon', kind: 'erasure', subject: 'a', receivedAt: day(26) });
    await takeIn({ requestId: 'late', kind: 'erasure', subject: 'a', receivedAt: day(40) });
    await takeIn({ requestId: 'fresh', kind: 'erasure', subject: 'a', receivedAt: day(1) });
    expect(await call({ action: 'watch' })).toEqual({ open: before.open + 3, due: before.due + 2, overdue: before.overdue + 1 });
    const cloudwatch = new CloudWatchClient({});
    expect((await cloudwatch.send(new ListMetricsCommand({ Namespace: 'RegulatedML' }))).Metrics?.map(({ MetricName }) => MetricName).sort()).toEqual(expect.arrayContaining(['Due', 'Open']));
    cloudwatch.destroy();
  });

  test('nothing that is printed, thrown or on record holds a person', async () => {
    const lines = [
      await printed(() => takeIn({ requestId: 'secret', kind: 'erasure', subject: 'Anna Geheim', identifiers: { pseudonym: 'Pseudo-Geheim' } })),
      await printed(() => takeIn({ requestId: 'secret', kind: 'access', subject: 'Anna Geheim' })), await printed(() => takeIn({ kind: 'Geheim', subject: 'Anna Geheim' })),
      await printed(() => takeIn({ kind: 'erasure', subject: 'Anna Geheim', identifiers: { 'Geheim!': 'x' } })), await printed(() => takeIn({ kind: 'erasure', subject: 'Anna Geheim', receivedAt: 'Geheim' })),
      await printed(() => call({ action: 'watch' })), await printed(() => call({ action: 'Geheim' })),
    ];
    process.env.RECORDS_TABLE = 'no-such-table';
    lines.push(await printed(() => takeIn({ requestId: 'secret2', kind: 'erasure', subject: 'Anna Geheim' })));
    process.env.RECORDS_TABLE = 'records';
    expect(lines.join('\n')).not.toMatch(/anna|geheim/i);
    expect(lines.at(-1)).toContain('ResourceNotFoundException');
    expect((await ground.records()).text).not.toMatch(/anna|geheim|patient-1|p-9/i);
  });

  test('words of conflicts are those of the list, in the order of the alphabet', () => {
    expect([...CONFLICTS]).toEqual([...CONFLICTS].sort());
  });
});
