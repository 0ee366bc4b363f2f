import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { MemoryEntries } from '../../../lib/cli/run/consent-entries';
import { decide } from '../../../lib/runtime/consent/decision';
import type { Entry } from '../../../lib/runtime/consent/entry';
import { Ingest } from '../../../lib/runtime/consent/ingest';
import { takeFile } from '../../../lib/runtime/consent/receipts-file';
import { takeSnapshot } from '../../../lib/runtime/consent/snapshot';
import { handler as copy } from '../../../lib/runtime/copy-consent';
import { handler as receipts } from '../../../lib/runtime/consent-receipts';
import { handler as snapshots } from '../../../lib/runtime/consent-snapshot';
import { handler as webhook } from '../../../lib/runtime/consent-webhook';
import { handler as withdrawals } from '../../../lib/runtime/consent-withdrawals';
import { readRequest } from '../../../lib/runtime/subject-rights/request';
import { describeWithMoto } from '../../support/moto';
import { Cloud, detail, PURPOSE_ID, receipt, SECRET, sha256, signed } from './fixture';

describeWithMoto('a registry', () => {
  let cloud: Cloud;
  const printed: string[] = [];
  const thrown: string[] = [];

  beforeAll(async () => {
    cloud = await Cloud.start();
    for (const method of ['debug', 'error', 'info', 'log', 'warn'] as const) jest.spyOn(console, method).mockImplementation((...words: unknown[]) => void printed.push(words.map((word) => inspect(word)).join(' ')));
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await cloud?.stop();
  });
  beforeEach(async () => {
    cloud.interfere = () => undefined;
    await cloud.fresh();
  });

  const take = (...given: unknown[]) => receipts({ receipts: given });
  const tell = (body: unknown, options?: Parameters<typeof signed>[1]) => webhook(signed(typeof body === 'string' ? body : JSON.stringify(body), options) as never);
  const outcome = async (answer: Promise<{ statusCode: number; body: string }>) => {
    const { statusCode, body } = await answer;
    return [statusCode, JSON.parse(body) as unknown];
  };
  /** What a run would read, by subject. */
  const snapshot = async () => {
    const answer = await snapshots({ action: 'take' });
    const folder = answer.uri.slice(`s3://${cloud.bucket}/`.length);
    const data = await cloud.read(`${folder}consent.jsonl`);
    const [header, ...rows] = data.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, string>);
    return { answer, folder, data, header: header!, rows, said: Object.fromEntries(rows.map(({ subject, decision }) => [subject, decision])), manifest: JSON.parse(await cloud.read(`${folder}manifest.json`)) as Record<string, unknown> };
  };

  describe('for a person who asks', () => {
    const ask = async (subject: string, action: 'collect' | 'erase' = 'collect') => {
      process.env.STORE = JSON.stringify({ table: process.env.TABLE, subjectKey: process.env.SUBJECT_KEY, purposes: ['readmission-risk', 'research'] });
      return copy({ requestId: 'case-7', action, store: 'Stack/Consent', subject, person: 'hash', execution: 'e', export: { bucket: cloud.bucket, prefix: 'exports/hash/case-7/' } });
    };

    test('copies each thing that they said about each purpose, and what holds, and nothing of anybody else', async () => {
      const research = { 'dpv:hasPurpose': 'research' };
      await take(receipt('p1', 'Withdrawn', '2026-03-01'), receipt('p1'), receipt('p10'), receipt('p1', 'Given', '2026-02-01', { ...research, 'dpv:hasConsentStatus': { '@type': 'dpv:ConsentGiven', 'dpv:isIndicatedAtTime': '2026-02-01', 'dpv:hasDuration': 'P50Y' } }));
      expect(await ask('p1')).toEqual({ state: 'done', counts: { entries: 3, objects: 1 } });
      expect(await cloud.keys('exports/')).toEqual(['exports/hash/case-7/Stack/Consent/consent.json']);
      const recorded = expect.stringMatching(/^20\d\d-.*Z$/) as string;
      expect(JSON.parse(await cloud.read('exports/hash/case-7/Stack/Consent/consent.json'))).toEqual({
        subject: 'p1', asOf: recorded, purposes: [
          { purpose: 'readmission-risk', holds: 'withdrawn', said: [
            { say: 'given', at: '2026-01-01T00:00:00.000Z', receipt: 'receipt-p1-Given-2026-01-01T00:00:00Z', source: 'receipt', recorded },
            { say: 'withdrawn', at: '2026-03-01T00:00:00.000Z', receipt: 'receipt-p1-Withdrawn-2026-03-01', source: 'receipt', recorded },
          ] },
          { purpose: 'research', holds: 'given', validUntil: '2076-02-01T00:00:00.000Z', said: [
            { say: 'given', at: '2026-02-01T00:00:00.000Z', until: '2076-02-01T00:00:00.000Z', receipt: 'receipt-p1-Given-2026-02-01', source: 'receipt', recorded },
          ] },
        ],
      });
    });

    test('copies nothing where they said nothing', async () => {
      await take(receipt('p10'));
      expect(await ask('p1')).toEqual({ state: 'done', counts: { entries: 0 } });
      expect(await cloud.keys('exports/')).toEqual([]);
    });

    test('erases nothing, and says so: it is the proof of consent', async () => {
      await take(receipt('p1'), receipt('p1', 'Withdrawn', '2026-03-01'), receipt('p10'));
      expect(await ask('p1', 'erase')).toEqual({ state: 'done', counts: { kept: 2 }, conflicts: ['kept-as-proof'] });
      expect(await ask('p2', 'erase')).toEqual({ state: 'done', counts: { kept: 0 }, conflicts: ['kept-as-proof'] });
      expect([(await cloud.rows()).length, await cloud.keys('exports/')]).toEqual([3, []]);
    });
  });

  describe('takes receipts', () => {
    test('each once, however often they come', async () => {
      expect(await take(receipt('p1'), receipt('p2'))).toEqual({ taken: 2, known: 0, tests: 0, refused: {} });
      expect(await take(receipt('p1'), receipt('p3'))).toEqual({ taken: 1, known: 1, tests: 0, refused: {} });
      expect(await cloud.rows()).toHaveLength(3);
      const [row] = (await cloud.rows()).filter(({ subject }) => subject!.S === 'p1');
      expect(row).toEqual({
        pk: { S: expect.stringMatching(/^[A-Za-z0-9_-]{43}#readmission-risk$/) as string }, sk: { S: expect.stringMatching(/^2026-01-01T00:00:00\.000Z#0#/) as string }, subject: { S: 'p1' }, purpose: { S: 'readmission-risk' },
        say: { S: 'given' }, at: { S: '2026-01-01T00:00:00.000Z' }, receipt: { S: 'receipt-p1-Given-2026-01-01T00:00:00Z' }, source: { S: 'receipt' }, recorded: { S: expect.any(String) as string },
      });
    });

    test('keeps subjects out of the keys of items, which CloudTrail writes down', async () => {
      await take(receipt('somebody@example.com'));
      const [{ pk, sk }] = await cloud.rows() as [{ pk: { S: string }; sk: { S: string } }];
      expect(`${pk.S} ${sk.S}`).not.toContain('somebody');
      expect(pk.S).not.toContain(Buffer.from(sha256('somebody@example.com'), 'hex').toString('base64url'));
    });

    test('keeps ids of receipts, which can be the name of a person or a number that is counted up, out of them as well', async () => {
      await take(receipt('p1', 'Given', '2026-01-01', { 'dct:identifier': 'Anna-0001' }), receipt('p2', 'Given', '2026-01-01', { 'dct:identifier': 'Anna-0001' }), receipt('p3', 'Given', '2026-01-01', { 'dct:identifier': 'Anna-0002' }));
      const ends = (await cloud.rows()).map(({ sk }) => sk!.S!.split('#')[2]!).sort();
      expect(ends.every((end) => /^[\w-]{22}$/.test(end))).toBe(true);
      expect(new Set(ends).size).toBe(2);
      for (const id of ['Anna-0001', 'Anna-0002']) expect(ends).not.toContain(Buffer.from(sha256(id), 'hex').toString('base64url').slice(0, 22));
    });

    test('fifty at a time of the same and of different people, and no entry is lost or doubled', async () => {
      const outcomes = await Promise.all(Array.from({ length: 50 }, (_, n) => take(receipt('same'), receipt(`p${n % 10}`), receipt(`p${n % 10}`, 'Withdrawn', '2026-02-01'))));
      const sum = (key: 'taken' | 'known') => outcomes.reduce((all, one) => all + one[key], 0);
      expect([sum('taken'), sum('known')]).toEqual([21, 129]);
      expect(await cloud.rows()).toHaveLength(21);
      expect((await snapshot()).manifest.purposes).toEqual({ 'readmission-risk': { given: 1, withdrawn: 10 } });
    });

    test('and keeps those that are wrong, with the reason, while the others are taken', async () => {
      const bad = [receipt('p1', 'Given', 'someday'), 'text', null, { '@type': 'dpv:ConsentRecord' }, receipt('p9', 'Given', '2026-01-01', { 'dpv:hasPurpose': ['readmission-risk', 'marketing'] })];
      expect(await take(receipt('good'), ...bad)).toEqual({ taken: 2, known: 0, tests: 0, refused: { 'bad-time': 1, 'not-a-receipt': 2, 'no-subject': 1, 'unknown-purpose': 1 } });
      const refused = await cloud.refused();
      expect(refused).toHaveLength(5);
      expect(refused.find(({ reason }) => reason === 'bad-time')).toMatchObject({ source: 'receipt', content: bad[0] });
      expect(refused.find(({ reason }) => reason === 'unknown-purpose')!.content).toEqual(bad[4]);
      expect((await cloud.rows()).map(({ subject }) => subject!.S).sort()).toEqual(['good', 'p9']);
    });

    test('and keeps what is wrong under a name that tells nobody who it is of, once a day', async () => {
      for (const _ of [1, 2]) await take('somebody@example.com');
      const [key, ...more] = await cloud.keys('refused/');
      expect(more).toEqual([]);
      expect(key).not.toContain(sha256('"somebody@example.com"'));
      expect(key).toMatch(/^refused\/\d{4}-\d{2}-\d{2}\/[\w-]{43}\.json$/);
    });

    test('and takes no subject of blanks alone, whom nobody could erase', async () => {
      expect((await take(receipt(' '), receipt('\u3000'), receipt(' p1'))).refused).toEqual({ 'bad-subject': 2 });
    });

    test('and says when one contradicts an entry under the same receipt', async () => {
      const until = (value: string) => receipt('p1', 'Given', '2026-01-01', { 'dpv:hasConsentStatus': { '@type': 'dpv:ConsentGiven', 'dpv:isIndicatedAtTime': '2026-01-01', 'dpv:hasDuration': value } });
      await take(until('P1Y'));
      expect((await take(until('P9Y'))).refused).toEqual({ 'contradicts-entry': 1 });
      expect((await take(until('P1Y'))).known).toBe(1);
      expect((await cloud.rows())[0]!.until).toEqual({ S: '2027-01-01T00:00:00.000Z' });
    });

    test.each<[string, unknown]>([
      ['no list', {}], ['an empty list', { receipts: [] }], ['too many', { receipts: Array(10_001).fill(0) }], ['nothing', null], ['a source with a name in it', { receipts: [1], source: 'Mr. X' }],
    ])('fails for %s', async (_name, event) => {
      await expect(receipts(event as never)).rejects.toThrow(/send \{ receipts: \[\.\.\.\] \}|give 1 to 32 lower-case letters/);
    });

    test('names of people in every alphabet, and whole emoji', async () => {
      const names = ['Ünï', 'أحمد', '李小龍', '👩‍⚕️', 'é', 'e\u0301', ' p1 ', 'p"1', "Robert'); DROP TABLE", '__proto__'];
      expect((await take(...names.map((name) => receipt(name)))).taken).toBe(names.length);
      expect((await snapshot()).rows.map(({ subject }) => subject).sort()).toEqual([...names].sort());
    });
  });

  describe('takes what is dropped into its store', () => {
    test.each<[string, string, object]>([
      ['one receipt', JSON.stringify(receipt('p1')), { taken: 1, refused: {} }], ['a list', JSON.stringify([receipt('p1'), receipt('p2')], null, 2), { taken: 2, refused: {} }],
      ['one a line', `${JSON.stringify(receipt('p1'))}\r\n\n${JSON.stringify(receipt('p2'))}`, { taken: 2, refused: {} }], ['lines of which one is broken', `${JSON.stringify(receipt('p1'))}\n{"broken\n`, { taken: 1, refused: { 'not-json': 1 } }],
      ['nothing', '', { taken: 0, refused: { 'not-json': 1 } }], ['blank lines', '\n\n', { taken: 0, refused: { 'not-json': 1 } }], ['an empty list', '[]', { taken: 0, refused: {} }], ['a picture', '\u0089PNG', { taken: 0, refused: { 'not-json': 1 } }],
    ])('%s', async (_name, content, expected) => {
      expect(await receipts(await cloud.put('receipts/today.json', content))).toMatchObject(expected);
    });

    test('bytes that are no text are kept as they are', async () => {
      expect((await receipts(await cloud.put('receipts/x', new Uint8Array([0xff, 0xfe, 0x00])))).refused).toEqual({ 'not-unicode': 1 });
      expect((await cloud.refused())[0]!.content).toEqual({ base64: '//4A' });
    });

    test('the version that the event names, whatever lies there now', async () => {
      const event = await cloud.put('receipts/a.json', JSON.stringify(receipt('first')));
      await cloud.put('receipts/a.json', JSON.stringify(receipt('second')));
      await receipts(event);
      expect((await cloud.rows()).map(({ subject }) => subject!.S)).toEqual(['first']);
    });

    test('an object that is too large is not read, and its address is kept', async () => {
      const event = await cloud.put('receipts/large.json', '[]');
      cloud.passed.length = 0;
      cloud.interfere = ({ target }) => (target.startsWith('HEAD') ? { status: 200, headers: { 'content-length': String(50 * 1024 * 1024 + 1) } } : undefined);
      expect((await receipts(event)).refused).toEqual({ 'too-large': 1 });
      expect(cloud.passed.some(({ target }) => target.startsWith('GET'))).toBe(false);
      expect((await cloud.refused())[0]!.content).toMatchObject({ key: 'receipts/large.json', bytes: 50 * 1024 * 1024 + 1 });
    });

    test('fails for an object of another bucket', async () => {
      await expect(receipts({ 'detail-type': 'Object Created', 'detail': { bucket: { name: 'other' }, object: { key: 'receipts/a' } } })).rejects.toThrow('lies in another bucket');
    });
  });

  describe('takes what OneTrust tells', () => {
    test('when it is signed', async () => {
      expect(await outcome(tell(detail('p1')))).toEqual([200, { taken: 1, known: 0, tests: 0, refused: {} }]);
      expect((await cloud.rows())[0]).toMatchObject({ subject: { S: 'p1' }, purpose: { S: 'readmission-risk' }, receipt: { S: 'r-p1' }, source: { S: 'onetrust-webhook' } });
    });

    test('and the same request again changes nothing, and one of long ago is refused', async () => {
      const body = JSON.stringify(detail('p1'));
      const request = signed(body) as never;
      await webhook(request);
      expect(await outcome(webhook(request))).toEqual([200, { taken: 0, known: 1, tests: 0, refused: {} }]);
      expect((await tell(body, { seconds: Math.floor(Date.now() / 1000) - 301 })).statusCode).toBe(401);
    });

    test('and an old consent that is sent again outdoes no withdrawal', async () => {
      const old = signed(JSON.stringify(detail('p1'))) as never;
      await webhook(old);
      await tell(detail('p1', { status: 'WITHDRAWN', withdrawalDate: '2026-02-01T00:00:00Z', lastReceiptId: 'r2' }));
      await webhook(old);
      expect((await snapshot()).said).toEqual({ p1: 'withdrawn' });
    });

    test.each<[string, () => object]>([
      ['without a signature', () => ({ headers: {}, body: '{}' })], ['of another secret', () => signed('{}', { secret: 'wrong' })], ['of another body', () => ({ ...signed('{}'), body: '[]' })], ['of nobody', () => ({})],
    ])('and nothing that comes %s, of which nothing is kept', async (_name, request) => {
      expect((await webhook(request() as never)).statusCode).toBe(401);
      expect(await cloud.rows()).toEqual([]);
      expect(await cloud.keys('refused/')).toEqual([]);
    });

    test('fails for nothing at all like for anything unsigned', async () => {
      expect((await webhook(undefined as never)).statusCode).toBe(401);
    });

    test('and keeps what is signed and wrong', async () => {
      expect(await outcome(tell('{"broken'))).toEqual([200, { taken: 0, known: 0, tests: 0, refused: { 'not-json': 1 } }]);
      expect(await outcome(tell([]))).toEqual([200, { taken: 0, known: 0, tests: 0, refused: { 'not-a-receipt': 1 } }]);
      expect(await outcome(tell([detail('p1'), detail('p2', { id: 'other', name: 'Marketing' }), detail('p3', { status: 'CHANGE_PREFERENCES' })]))).toEqual([200, { taken: 1, known: 0, tests: 0, refused: { 'unknown-purpose': 1, 'unclear-status': 1 } }]);
      expect((await cloud.refused()).map(({ reason }) => reason).sort()).toEqual(['not-a-receipt', 'not-json', 'unclear-status', 'unknown-purpose']);
    });

    test('and nothing of a test', async () => {
      expect(await outcome(tell([detail('p1', { test: true }), detail('p2', { testDataSubject: true })]))).toEqual([200, { taken: 0, known: 0, tests: 2, refused: {} }]);
      expect(await cloud.rows()).toEqual([]);
    });

    test('and no more than a million bytes, of which a person hears: a withdrawal may be in them', async () => {
      expect((await tell('x'.repeat(1_000_001))).statusCode).toBe(413);
      expect(await cloud.refused()).toEqual([expect.objectContaining({ reason: 'too-large', content: { bytes: 1_000_001 } })]);
      expect(printed.at(-1)).toContain('"refusals":1');
      expect((await tell('x'.repeat(1_000_001), { secret: 'wrong' })).statusCode).toBe(401);
    });
  });

  describe('takes snapshots', () => {
    test('of what holds, in order, with a digest that holds the time as well', async () => {
      await take(receipt('b'), receipt('a', 'Refused'), receipt('c'), receipt('c', 'Withdrawn', '2026-01-02'), receipt('d', 'Given', '2999-01-01'), receipt('b', 'Given', '2026-01-01', { 'dct:identifier': 'other', 'dpv:hasPurpose': 'research' }));
      const { answer, data, header, rows, manifest, folder } = await snapshot();
      expect(rows.map(({ subject, purpose, decision }) => [purpose, subject, decision])).toEqual([
        ['readmission-risk', 'a', 'none'], ['readmission-risk', 'b', 'given'], ['readmission-risk', 'c', 'withdrawn'], ['readmission-risk', 'd', 'not-yet'], ['research', 'b', 'given'],
      ]);
      expect(header).toEqual({ format: 1, takenAt: answer.takenAt, rows: 5 });
      expect(answer).toEqual({ snapshot: sha256(data), takenAt: header.takenAt, rows: '5', uri: `s3://${cloud.bucket}/${folder}` });
      expect(manifest).toEqual({
        snapshot: answer.snapshot, takenAt: answer.takenAt, rows: 5, file: 'consent.jsonl', bytes: Buffer.byteLength(data),
        purposes: { 'readmission-risk': { none: 1, given: 1, withdrawn: 1, 'not-yet': 1 }, 'research': { given: 1 } },
      });
      expect(await snapshots({ action: 'latest' })).toEqual(answer);
    });

    test('as a run on one machine does of the same receipts, byte for byte, with the same refusals', async () => {
      const lasting = (value: string) => ({ 'dpv:hasConsentStatus': { '@type': 'dpv:ConsentGiven', 'dpv:isIndicatedAtTime': '2025-01-01', 'dpv:hasDuration': { '@type': 'dpv:TemporalDuration', 'rdf:value': value } } });
      const batches = [
        [receipt('p1'), receipt('p1', 'Withdrawn', '2026-02-01'), receipt('Zoë 🙂'), receipt('p2', 'Refused'), receipt('p3', 'Given', '2026-01-01', lasting('P1Y')), receipt('p4', 'Given', '2026-01-01', { 'dpv:hasPurpose': PURPOSE_ID })],
        [receipt('p1'), receipt('p5', 'Given', '2099-01-01'), receipt('p6', 'Given', '2026-01-01', { 'dpv:hasPurpose': ['research', 'marketing'] }), receipt('p7', 'Given', 'yesterday'), 'no receipt',
          receipt('p3', 'Given', '2026-01-01', lasting('P2Y'))],
      ];
      const entries = new MemoryEntries();
      const kept: string[] = [];
      const here = new Ingest(entries, { purposes: JSON.parse(process.env.PURPOSES!) as Record<string, string>, keep: async (_key, text) => void kept.push((JSON.parse(text) as { reason: string }).reason) }, 'receipt', new Date());
      const answers = [];
      for (const [index, batch] of batches.entries()) {
        answers.push(await receipts(index === 0 ? { receipts: batch } : await cloud.put('receipts/two.json', JSON.stringify(batch))));
        await takeFile(here, Buffer.from(batch.map((one) => JSON.stringify(one)).join('\n')));
      }
      const { data, header } = await snapshot();
      expect((await takeSnapshot(entries, header.takenAt!)).data.toString()).toBe(data);
      expect(kept.sort()).toEqual((await cloud.refused()).map(({ reason }) => reason).sort());
      expect(kept).toEqual(['bad-time', 'contradicts-entry', 'not-a-receipt', 'unknown-purpose']);
      expect(here.counts.taken).toBe(answers.reduce((sum, { taken }) => sum + taken, 0));
    });

    test('of nothing', async () => {
      expect((await snapshot()).rows).toEqual([]);
    });

    test('of people whose entries lie on several pages', async () => {
      await take(...Array.from({ length: 60 }, (_, n) => receipt(`p${n % 12}`, n % 5 === 4 ? 'Withdrawn' : 'Given', `2026-01-${String(1 + Math.floor(n / 12)).padStart(2, '0')}`)));
      const whole = await snapshot();
      cloud.passed.length = 0;
      cloud.interfere = ({ target, body }) => (target.endsWith('.Scan') ? { rewritten: JSON.stringify({ ...JSON.parse(body) as object, Limit: 2 }) } : undefined);
      expect((await snapshot()).said).toEqual(whole.said);
      expect(cloud.passed.filter(({ target }) => target.endsWith('.Scan')).length).toBeGreaterThan(25);
      expect(whole.rows).toHaveLength(12);
    });

    test('that nothing writes over', async () => {
      jest.useFakeTimers({ now: Date.parse('2026-06-01T00:00:00Z'), doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'clearTimeout', 'queueMicrotask', 'setInterval', 'clearInterval', 'performance', 'hrtime'] });
      try {
        await take(receipt('a'));
        const first = await snapshots({ action: 'take' });
        expect(await snapshots({ action: 'take' })).toEqual(first);
        expect((await cloud.keys('snapshots/')).filter((key) => key.endsWith('consent.jsonl'))).toHaveLength(1);
      } finally {
        jest.useRealTimers();
      }
    });

    test('fails for a schedule that took none yet, and for another action', async () => {
      await expect(snapshots({ action: 'latest' })).rejects.toThrow('the schedule has taken no snapshot yet');
      await expect(snapshots({ action: 'delete' as never })).rejects.toThrow("use 'take' or 'latest'");
      await expect(snapshots(undefined as never)).rejects.toThrow("use 'take' or 'latest'");
    });

    test('that say what a model says, whatever came in and in whatever order', async () => {
      const word = fc.record({ subject: fc.constantFrom('a', 'b'), say: fc.constantFrom<'Given' | 'Withdrawn' | 'Refused'>('Given', 'Withdrawn', 'Refused'), day: fc.integer({ min: 1, max: 9 }) });
      await fc.assert(fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 8 }), async (words) => {
        await cloud.fresh();
        for (const { subject, say, day } of words) await take(receipt(subject, say, `2026-01-0${day}`));
        const { said, header } = await snapshot();
        const SAYS = { Given: 'given', Withdrawn: 'withdrawn', Refused: 'none' } as const;
        for (const subject of new Set(words.map((one) => one.subject))) {
          const entries = words.filter((one) => one.subject === subject).map(({ say, day }): Entry => ({ subject, purpose: 'p', say: SAYS[say], at: `2026-01-0${day}T00:00:00.000Z`, receipt: 'r', source: 's' }));
          expect(said[subject]).toBe(decide(entries, header.takenAt!).decision);
        }
      }), { numRuns: 8 });
    });
  });

  describe('when something fails', () => {
    const failing = (target: string, times: number): typeof cloud.interfere => {
      let left = times;
      return (request) => (request.target.includes(target) && left-- > 0 ? { status: 500, body: { __type: 'InternalServerError', message: 'p-canary' } } : undefined);
    };

    test('a fault that passes is waited out, and nothing is doubled', async () => {
      cloud.interfere = failing('PutItem', 2);
      expect((await take(receipt('p1'))).taken).toBe(1);
      expect(await cloud.rows()).toHaveLength(1);
    });

    test('an answer that got lost makes the entry known, not doubled', async () => {
      let lost = false;
      cloud.interfere = ({ target }) => (target.endsWith('.PutItem') && !lost && (lost = true) ? 'lost' : undefined);
      expect(await take(receipt('p1'))).toEqual({ taken: 0, known: 1, tests: 0, refused: {} });
      expect(await cloud.rows()).toHaveLength(1);
    });

    test('fails when a service stays away, so that whoever sent it sends it again, and the rest is taken then', async () => {
      let seen = 0;
      cloud.interfere = ({ target }) => (target.endsWith('.PutItem') && ++seen > 3 ? { status: 400, body: { __type: 'ResourceNotFoundException' } } : undefined);
      const all = Array.from({ length: 8 }, (_, n) => receipt(`p${n}`));
      await expect(take(...all)).rejects.toThrow('did not answer (ResourceNotFoundException): send the same again');
      cloud.interfere = () => undefined;
      expect(await take(...all)).toMatchObject({ taken: 5, known: 3 });
    });

    test('fails when what is refused cannot be kept: it is not lost without a word', async () => {
      cloud.interfere = ({ target }) => (target.startsWith('PUT') ? { status: 403, body: {} } : undefined);
      await expect(take('wrong')).rejects.toMatchObject({ name: 'Unavailable' });
      await expect(tell('wrong')).rejects.toMatchObject({ name: 'Unavailable' });
    });

    test('fails for a snapshot of a part', async () => {
      await take(receipt('p1'));
      cloud.interfere = ({ target, body }) => (target.endsWith('.Scan') && body.includes('"Segment":2') ? { status: 400, body: { __type: 'AccessDeniedException' } } : undefined);
      await expect(snapshots({ action: 'take' })).rejects.toMatchObject({ name: 'Unavailable' });
      expect(await cloud.keys('snapshots/')).toEqual([]);
    });
  });

  describe('tells of withdrawals', () => {
    type Image = Record<string, { S: string }>;
    interface Told { readonly subject: string; readonly purposes: string[]; readonly withdrawnBefore: string[]; readonly at: string; readonly received: string; readonly receipt: string }
    const stream = (...images: Image[]) => withdrawals({ Records: images.map((NewImage) => ({ eventName: 'INSERT', dynamodb: { NewImage } })) });
    const rows = async () => await cloud.rows() as unknown as Image[];
    /** Hands over what the table holds of withdrawals, as its stream would: in one batch, or each by itself. */
    const streamAll = async (apart = false) => {
      const images = (await rows()).filter(({ say }) => say!.S === 'withdrawn');
      if (!apart) return stream(...images);
      for (const image of images) await stream(image);
    };
    const entries = () => cloud.passed.filter(({ target }) => target.endsWith('.PutEvents')).map(({ body }) => (JSON.parse(body) as { Entries: { Source: string; DetailType: string; Detail: string; EventBusName: string }[] }).Entries);
    const told = () => entries().flat().map(({ Detail }) => JSON.parse(Detail) as Told);
    const both = { 'dpv:hasPurpose': ['readmission-risk', 'research'] };
    const DAY = 86_400_000;
    /** Lets time pass, for what looks at the clock and for nothing that waits. */
    const at = async (time: number, work: () => Promise<unknown>) => {
      jest.useFakeTimers({ now: time, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'clearTimeout', 'queueMicrotask', 'setInterval', 'clearInterval', 'performance', 'hrtime'] });
      try {
        await work();
      } finally {
        jest.useRealTimers();
      }
    };
    beforeEach(() => {
      cloud.passed.length = 0;
      process.env.BUS = 'default';
    });

    test('each with its purposes, and with when it holds and when it was received', async () => {
      await take(receipt('p1', 'Withdrawn', '2026-02-01', both), receipt('p2', 'Withdrawn', '2026-02-01'), receipt('p3'));
      await streamAll();
      expect(entries().flat().map(({ Source, DetailType, EventBusName }) => [Source, DetailType, EventBusName])).toEqual([['regulated-ml.consent', 'Consent withdrawn', 'default'], ['regulated-ml.consent', 'Consent withdrawn', 'default']]);
      const [first, second] = told().sort((a, b) => (a.subject < b.subject ? -1 : 1)) as [Told, Told];
      expect([{ ...first, purposes: [...first.purposes].sort() }, second]).toEqual([
        { subject: 'p1', purposes: ['readmission-risk', 'research'], withdrawnBefore: [], at: '2026-02-01T00:00:00.000Z', received: expect.any(String), receipt: 'receipt-p1-Withdrawn-2026-02-01' },
        { subject: 'p2', purposes: ['readmission-risk'], withdrawnBefore: [], at: '2026-02-01T00:00:00.000Z', received: expect.any(String), receipt: 'receipt-p2-Withdrawn-2026-02-01' },
      ]);
      const recorded = (await rows()).filter(({ subject }) => subject!.S === 'p1').map((row) => row.recorded!.S).sort();
      expect(first.received).toBe(recorded[0]);
      expect(Date.now() - Date.parse(first.received)).toBeLessThan(60_000);
    });

    test('in words that the workflow of requests reads', async () => {
      await take(receipt('p1', 'Withdrawn', '2026-02-01', both));
      await streamAll(true);
      const { Source, DetailType, Detail } = entries().flat()[0]!;
      const request = readRequest({ 'source': Source, 'detail-type': DetailType, 'detail': JSON.parse(Detail) as unknown }, Date.now());
      const { purposes, withdrawnBefore, received } = told()[0]!;
      expect(request).toEqual({ kind: 'erasure', subject: 'p1', identifiers: {}, purposes, withdrawnBefore, receivedAt: received, effectiveAt: '2026-02-01T00:00:00.000Z', receipt: 'receipt-p1-Withdrawn-2026-02-01' });
    });

    test('that held when they were received, by a clock that is behind the one that received them', async () => {
      const held = new Date(Date.now() - 1_000).toISOString();
      await take(receipt('p1'), receipt('p1', 'Withdrawn', held), receipt('p2', 'Withdrawn', new Date(Date.now() + DAY).toISOString()));
      await at(Date.now() - 60_000, () => streamAll());
      // nobody tells of it later: no index holds it
      expect((await rows()).filter((row) => row.later).map(({ subject }) => subject!.S)).toEqual(['p2']);
      expect(told()).toEqual([expect.objectContaining({ subject: 'p1', purposes: ['readmission-risk'], at: held })]);
    });

    test('of which the purposes came one by one, each says what was withdrawn with it', async () => {
      await take(receipt('p1', 'Withdrawn', '2026-02-01', both));
      await streamAll(true);
      expect(told().map(({ purposes, withdrawnBefore }) => [purposes, withdrawnBefore]).sort()).toEqual([[['readmission-risk'], ['research']], [['research'], ['readmission-risk']]]);
    });

    test('a day after another withdrawal says both', async () => {
      await take(receipt('p1', 'Withdrawn', '2026-02-01'), receipt('p1', 'Withdrawn', '2026-02-02', { 'dpv:hasPurpose': 'research', 'dct:identifier': 'r2' }));
      await stream((await rows()).find((row) => row.receipt!.S === 'r2')!);
      expect(told()).toEqual([expect.objectContaining({ purposes: ['research'], withdrawnBefore: ['readmission-risk'] })]);
    });

    test('of nothing that was given again before it came: it would erase people who consent', async () => {
      await take(receipt('p1', 'Given', '2026-03-01', both), receipt('p1', 'Withdrawn', '2026-02-01'));
      await streamAll();
      expect(told()).toEqual([]);
      // of two purposes the one that was not given again
      await take(receipt('p2', 'Given', '2026-03-01'), receipt('p2', 'Withdrawn', '2026-02-01', both));
      await streamAll();
      expect(told()).toEqual([expect.objectContaining({ subject: 'p2', purposes: ['research'], withdrawnBefore: [] })]);
      expect((await snapshot()).rows.filter(({ decision }) => decision === 'given')).toHaveLength(3);
    });

    test('ten at a time', async () => {
      await take(...Array.from({ length: 23 }, (_, n) => receipt(`p${n}`, 'Withdrawn')));
      await streamAll();
      expect(entries().map((some) => some.length)).toEqual([10, 10, 3]);
    });

    test('of nothing that is no withdrawal, or no new one', async () => {
      await take(receipt('p1', 'Refused'), receipt('p2', 'Withdrawn'));
      const [refused] = (await rows()).filter(({ say }) => say!.S === 'none') as [Image];
      const [withdrawn] = (await rows()).filter(({ say }) => say!.S === 'withdrawn') as [Image];
      await stream(refused);
      await withdrawals({ Records: [{ eventName: 'MODIFY', dynamodb: { NewImage: withdrawn } }, { eventName: 'REMOVE', dynamodb: {} }] });
      await withdrawals({ Records: [] });
      expect(told()).toEqual([]);
    });

    test('fails when the bus does not take one, so that the stream hands it over again', async () => {
      await take(receipt('p1', 'Withdrawn'));
      cloud.interfere = ({ target }) => (target.endsWith('.PutEvents') ? { status: 200, body: { FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException', ErrorMessage: 'p1' }] } } : undefined);
      await expect(streamAll()).rejects.toThrow('the bus did not take 1 of 1 withdrawals');
    });

    describe('that take effect on a later day', () => {
      const now = Date.now();
      const day = (days: number) => new Date(now + days * DAY).toISOString();
      const due = (days: number) => at(now + days * DAY, () => withdrawals({ action: 'due' }));

      test('on that day and not before, whenever they came in', async () => {
        await take(receipt('p1'), receipt('p1', 'Withdrawn', day(40), { ...both, 'dct:identifier': 'r1' }), receipt('p2', 'Withdrawn', '2026-02-01'));
        await streamAll();
        expect(told().map(({ subject }) => subject)).toEqual(['p2']);
        cloud.passed.length = 0;
        for (const days of [0, 39.9]) await due(days);
        expect(told()).toEqual([]);
        await due(40.01);
        expect(told()).toEqual([expect.objectContaining({ subject: 'p1', at: day(40), receipt: 'r1', withdrawnBefore: [] })]);
        expect(told()[0]!.purposes.sort()).toEqual(['readmission-risk', 'research']);
        // the time of receipt is that of weeks ago
        expect(Date.parse(told()[0]!.received) - now).toBeLessThan(60_000);
        for (const days of [40.1, 41, 400]) await due(days);
        expect(told()).toHaveLength(1);
      });

      test('even when the schedule was away for weeks, or failed in the middle', async () => {
        await take(...[1, 20, 39].map((days) => receipt(`p${days}`, 'Withdrawn', day(days))));
        await due(2);
        expect(told().map(({ subject }) => subject)).toEqual(['p1']);
        cloud.interfere = ({ target }) => (target.endsWith('.PutEvents') ? { status: 400, body: { __type: 'AccessDeniedException' } } : undefined);
        await expect(due(40)).rejects.toMatchObject({ name: 'Unavailable' });
        cloud.interfere = () => undefined;
        cloud.passed.length = 0;
        await due(60);
        expect(told().map(({ subject }) => subject).sort()).toEqual(['p20', 'p39']);
      });

      test('page by page, and begun again where the time was over', async () => {
        await take(...Array.from({ length: 12 }, (_, n) => receipt(`p${n}`, 'Withdrawn', day(1 + n))));
        let events = 0;
        cloud.interfere = ({ target, body }) => {
          if (target.endsWith('.Query') && body.includes('"IndexName"')) return { rewritten: JSON.stringify({ ...JSON.parse(body) as object, Limit: 3 }) };
          return target.endsWith('.PutEvents') && ++events > 2 ? { status: 400, body: { __type: 'AccessDeniedException' } } : undefined;
        };
        await expect(due(30)).rejects.toMatchObject({ name: 'Unavailable' });
        const before = told().slice(0, 6).map(({ subject }) => subject);
        cloud.interfere = () => undefined;
        cloud.passed.length = 0;
        await due(30);
        expect(new Set([...before, ...told().map(({ subject }) => subject)]).size).toBe(12);
        expect(told().length).toBeLessThan(12);
      });

      test('unless the person consents again after it', async () => {
        await take(receipt('p1', 'Withdrawn', day(5)), receipt('p1', 'Given', day(6)));
        await due(7);
        expect(told()).toEqual([]);
      });

      test('with no name of a person in the index that they wait in', async () => {
        await take(receipt('somebody@example.com', 'Withdrawn', day(5)), receipt('p2', 'Withdrawn', '2026-01-01'));
        const waiting = (await rows()).filter((row) => row.later);
        expect(waiting.map(({ subject, later }) => [subject!.S, later!.S])).toEqual([['somebody@example.com', 'later']]);
        await due(6);
        const asked = cloud.passed.filter(({ target }) => /\.(Query|GetItem)$/.test(target)).map(({ body }) => body);
        expect(asked.length).toBeGreaterThan(2);
        expect(asked.join()).not.toContain('somebody');
        expect(await cloud.read('withdrawals/told-until.json')).not.toContain('somebody');
      });
    });
  });

  test('nothing that is printed or thrown names a person or a secret', async () => {
    const canary = 'canary-Ärztin-4711';
    const attempt = async (work: () => Promise<unknown>) => {
      try {
        thrown.push(inspect(await work(), { depth: 9 }));
      } catch (error) {
        thrown.push(inspect(error, { depth: 9, showHidden: true }));
      }
    };
    const bad = [receipt(canary, 'Given', canary), { [canary]: canary }, canary, receipt(canary, 'Given', '2026-01-01', { 'dpv:hasPurpose': canary, 'dct:identifier': canary }), receipt(`${canary}\n`)];
    const details = [detail(canary), detail(canary, { status: canary }), detail(canary, { id: canary, name: canary }), canary];
    for (const target of ['', 'PutItem', 'GenerateMac', 'PUT', 'Scan', 'Query', 'GET', 'HEAD', 'PutEvents']) {
      cloud.interfere = (request) => (target !== '' && request.target.includes(target) ? { status: 400, body: { __type: 'ValidationException', message: `${canary} ${request.body}` } } : undefined);
      await attempt(() => take(receipt(`${canary} ${target}`), ...bad));
      await attempt(() => tell(details));
      await attempt(() => tell(`{"${canary}`));
      await attempt(() => webhook({ headers: { [canary]: canary, 'x-consent-signature': canary }, body: canary } as never));
      await attempt(() => snapshots({ action: 'take' }));
      await attempt(() => withdrawals({ Records: [{ eventName: 'INSERT', dynamodb: { NewImage: { pk: { S: 'hash#p' }, sk: { S: 's' }, subject: { S: canary }, purpose: { S: 'p' }, say: { S: 'withdrawn' }, at: { S: '2026-01-01T00:00:00.000Z' }, receipt: { S: canary }, source: { S: 's' }, recorded: { S: '2026-01-01T00:00:00.000Z' } } } }] }));
      await attempt(() => withdrawals({ action: 'due' }));
      await attempt(() => receipts({ receipts: canary as never, source: canary }));
    }
    expect(thrown.length).toBeGreaterThan(50);
    expect(printed.length).toBeGreaterThan(20);
    for (const secret of [canary, SECRET, 'somebody', 'p-canary']) expect({ secret, found: [...thrown, ...printed].filter((text) => text.includes(secret)) }).toEqual({ secret, found: [] });
  });

  test('a secret that is renewed holds soon, and the one before goes on holding', async () => {
    await cloud.renewSecret('renewed');
    const later = Date.now() + 61_000;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(later);
    try {
      const seconds = Math.floor(later / 1000);
      expect((await tell(detail('p1'), { secret: 'renewed', seconds })).statusCode).toBe(200);
      expect((await tell(detail('p1'), { seconds })).statusCode).toBe(200);
      expect((await tell(detail('p1'), { secret: 'other', seconds })).statusCode).toBe(401);
    } finally {
      clock.mockRestore();
    }
  });
});
