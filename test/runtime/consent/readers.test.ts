import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { Refused } from '../../../lib/runtime/consent/fault';
import { claimsOfDetail, detailsOf, isTest } from '../../../lib/runtime/consent/one-trust';
import { claimsOfReceipt } from '../../../lib/runtime/consent/receipt';
import { bodyOf, isSigned, signatureOf, TOLERANCE } from '../../../lib/runtime/consent/signature';
import { after, instantOf } from '../../../lib/runtime/consent/time';

/** A record with what has to be there, in the shape of the guide of the DPV. */
const record = (more: object = {}) => ({
  '@type': 'dpv:ConsentRecord', 'dct:identifier': 'a6f58318', 'dpv:hasDataSubject': { '@id': '0760c9ba' }, 'dpv:hasPurpose': 'research',
  'dpv:hasConsentStatus': { '@type': 'dpv:ConsentGiven', 'dpv:isIndicatedAtTime': '2026-01-01T10:00:00' }, ...more,
});
const status = (more: object = {}, type: unknown = 'dpv:ConsentGiven') => ({ 'dpv:hasConsentStatus': { '@type': type, 'dpv:isIndicatedAtTime': '2026-01-01T10:00:00', ...more } });
const duration = (type: string, value: unknown) => status({ 'dpv:hasDuration': { '@type': `dpv:${type}`, 'rdf:value': value } });
const GIVEN = { subject: '0760c9ba', purpose: 'research', say: 'given', at: '2026-01-01T10:00:00.000Z', receipt: 'a6f58318' };

const reasonOf = (read: () => unknown) => {
  try {
    return read();
  } catch (error) {
    return error instanceof Refused ? error.reason : error;
  }
};

describe('a receipt of ISO/IEC TS 27560', () => {
  test.each<[string, object, object[]]>([
    ['a record', record(), [GIVEN]],
    ['a subject by its identifier, before its address', record({ 'dpv:hasDataSubject': { '@id': 'https://example.com/1', 'dct:identifier': 'p-1' } }), [{ ...GIVEN, subject: 'p-1' }]],
    ['a subject that is a text', record({ 'dpv:hasDataSubject': 'p-1' }), [{ ...GIVEN, subject: 'p-1' }]],
    ['the address, where there is no identifier', record({ 'dct:identifier': undefined, '@id': 'https://example.com/r' }), [{ ...GIVEN, receipt: 'https://example.com/r' }]],
    ['types with others beside, and by their full name', record(status({}, ['https://w3id.org/dpv#RenewedConsentGiven', 'dpv:ExpressedConsent'])), [GIVEN]],
    ['several purposes, in the record and in what is done', record({ 'dpv:hasPurpose': ['research', { '@id': 'care' }], 'dpv:hasProcess': [{ 'dpv:hasPurpose': 'billing' }, { 'dpv:hasPurpose': 'care' }] }),
      ['research', 'care', 'billing'].map((purpose) => ({ ...GIVEN, purpose }))],
    ['a consent and its withdrawal in one record', record({ 'dpv:hasConsentStatus': [
      { '@type': ['dpv:ConsentGiven', 'dpv:ExpressedConsent'], 'dpv:isIndicatedAtTime': '2024-01-01' }, { '@type': 'dpv:ConsentWithdrawn', 'dpv:isIndicatedAtTime': '2024-04-20' },
    ] }), [{ ...GIVEN, at: '2024-01-01T00:00:00.000Z' }, { ...GIVEN, say: 'withdrawn', at: '2024-04-20T00:00:00.000Z' }]],
    ['a receipt with its records', { '@type': 'dpv:ConsentReceipt', 'dct:identifier': 'receipt-1', 'dpv:hasDataSubject': 'p-2', 'dpv:hasRecordOfActivity': [record(), record({ 'dct:identifier': undefined, 'dpv:hasDataSubject': undefined })] },
      [GIVEN, { ...GIVEN, subject: 'p-2', receipt: 'receipt-1' }]],
    ['a consent for six months', record(duration('TemporalDuration', 'P6M')), [{ ...GIVEN, until: '2026-07-01T10:00:00.000Z' }]],
    ['one until a time', record(duration('UntilTimeDuration', '2026-12-31T23:59:59+01:00')), [{ ...GIVEN, until: '2026-12-31T22:59:59.000Z' }]],
    ['one without an end', record(duration('EndlessDuration', undefined)), [GIVEN]],
    ['a refusal, which is nobody\'s withdrawal', record(status({}, 'dpv:ConsentRefused')), [{ ...GIVEN, say: 'none' }]],
    ['a withdrawal, which has no end', record(status({ 'dpv:hasDuration': 'P1D' }, 'dpv:ConsentWithdrawn')), [{ ...GIVEN, say: 'withdrawn' }]],
  ])('is read: %s', (_name, given, claims) => {
    expect(claimsOfReceipt(JSON.parse(JSON.stringify(given)))).toEqual(claims);
  });

  test.each<[string, string, unknown]>([
    ['what is no object', 'not-a-receipt', 'receipt'], ['a list', 'not-a-receipt', [record()]], ['nothing', 'not-a-receipt', null], ['another type', 'not-a-receipt', record({ '@type': 'dpv:Notice' })],
    ['a receipt without records', 'not-a-receipt', { '@type': 'dpv:ConsentReceipt' }], ['a record in it that is none', 'not-a-receipt', { '@type': 'dpv:ConsentReceipt', 'dpv:hasRecordOfActivity': ['x'] }],
    ['no subject', 'no-subject', record({ 'dpv:hasDataSubject': undefined })], ['an empty subject', 'no-subject', record({ 'dpv:hasDataSubject': '' })], ['a number as subject', 'no-subject', record({ 'dpv:hasDataSubject': 7 })],
    ['a subject with a line break', 'bad-subject', record({ 'dpv:hasDataSubject': 'a\nb' })], ['a subject that is too long', 'bad-subject', record({ 'dpv:hasDataSubject': 'é'.repeat(513) })],
    ['half a character', 'not-unicode', record({ 'dpv:hasDataSubject': 'a\ud800' })],
    ['no identifier', 'no-receipt-id', record({ 'dct:identifier': undefined })], ['one that is too long', 'no-receipt-id', record({ 'dct:identifier': 'x'.repeat(513) })],
    ['no purpose', 'no-purpose', record({ 'dpv:hasPurpose': undefined })], ['a purpose without a name', 'no-purpose', record({ 'dpv:hasPurpose': { '@type': 'dpv:Purpose' } })],
    ['no status', 'no-status', record({ 'dpv:hasConsentStatus': undefined })], ['a status that nobody knows', 'no-status', record(status({}, 'dpv:ConsentPerhaps'))],
    ['a status of two minds', 'unclear-status', record(status({}, ['dpv:ConsentGiven', 'dpv:ConsentWithdrawn']))],
    ['a status without a time', 'no-time', record({ 'dpv:hasConsentStatus': 'dpv:ConsentGiven' })], ['a time that is none', 'bad-time', record(status({ 'dpv:isIndicatedAtTime': 'yesterday' }))],
    ['until an account is closed', 'unclear-duration', record(duration('UntilEventDuration', 'Closure of User Account'))], ['a single time', 'unclear-duration', record(duration('FixedOccurrencesDuration', '1'))],
    ['a duration that is none', 'unclear-duration', record(duration('TemporalDuration', 'six months'))], ['an end before the beginning', 'ends-before-it-begins', record(duration('UntilTimeDuration', '2025-01-01'))],
    ['a duration of nothing', 'ends-before-it-begins', record(duration('TemporalDuration', 'P0D'))],
  ])('is refused for %s: %s', (_name, reason, given) => {
    expect(reasonOf(() => claimsOfReceipt(given))).toBe(reason);
  });

  test('nothing that can be written in JSON does more than be refused', () => {
    const names = ['@type', '@id', 'dct:identifier', 'dpv:hasDataSubject', 'dpv:hasPurpose', 'dpv:hasConsentStatus', 'dpv:isIndicatedAtTime', 'dpv:hasDuration', 'rdf:value', 'dpv:hasRecordOfActivity', '__proto__', 'constructor'];
    const values = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 4 }, fc.constantFrom('dpv:ConsentRecord', 'dpv:ConsentReceipt', 'dpv:ConsentGiven', '2026-01-01', 'P1Y', '', 'x'), fc.jsonValue({ maxDepth: 1 }), fc.array(tie('any'), { maxLength: 3 }), fc.dictionary(fc.constantFrom(...names), tie('any'), { maxKeys: 6 })),
    })).any;
    fc.assert(fc.property(values, (value) => {
      for (const read of [claimsOfReceipt, (one: unknown) => detailsOf(one).map(claimsOfDetail)]) {
        try {
          read(value);
        } catch (error) {
          expect(error).toBeInstanceOf(Refused);
        }
      }
    }), { numRuns: 2_000 });
  });
});

describe('details of a purpose in OneTrust', () => {
  const detail = (more: object = {}) => ({
    id: 'f2229953-b4b5-4042-8cb9-b78038cc4c46', identifier: 'p-1', name: 'Research', version: 2, status: 'ACTIVE', lastReceiptId: '057f47e6',
    consentDate: '2026-01-07T13:18:23.123Z', withdrawalDate: '2026-02-01T00:00:00', lastInteractionDate: '2026-03-05T11:34:30.974Z', lastUpdatedDate: '2026-03-06T11:34:30.974Z', ...more,
  });
  const claim = { subject: 'p-1', purpose: 'f2229953-b4b5-4042-8cb9-b78038cc4c46', receipt: '057f47e6' };

  test.each<[string, object]>([
    ['ACTIVE', { say: 'given', at: '2026-01-07T13:18:23.123Z' }], ['OPT_IN', { say: 'given', at: '2026-01-07T13:18:23.123Z' }], ['WITHDRAWN', { say: 'withdrawn', at: '2026-02-01T00:00:00.000Z' }],
    ['OPT_OUT', { say: 'withdrawn', at: '2026-02-01T00:00:00.000Z' }], ['NO_CONSENT', { say: 'none', at: '2026-03-05T11:34:30.974Z' }], ['EXPIRED', { say: 'none', at: '2026-03-05T11:34:30.974Z' }],
    // no clear affirmative act
    ['IMPLICIT', { say: 'none', at: '2026-03-05T11:34:30.974Z' }], ['NOT_OPT_OUT', { say: 'none', at: '2026-03-05T11:34:30.974Z' }], ['ALWAYS_ACTIVE', { say: 'none', at: '2026-03-05T11:34:30.974Z' }],
  ])('%s says what it says, from when that was said', (status, said) => {
    expect(claimsOfDetail(detail({ status }))).toEqual({ claim: { ...claim, ...said }, names: [claim.purpose, 'Research'] });
  });

  test('a consent ends when OneTrust says so', () => {
    expect(claimsOfDetail(detail({ expiryDate: '2027-01-01T00:00:00Z' })).claim.until).toBe('2027-01-01T00:00:00.000Z');
    expect(claimsOfDetail(detail({ status: 'WITHDRAWN', expiryDate: 'never' })).claim.until).toBeUndefined();
  });

  test.each<[string, object]>([
    ['no-subject', { identifier: undefined }], ['no-purpose', { id: undefined, name: '' }], ['no-status', { status: 1 }], ['unclear-status', { status: 'CHANGE_PREFERENCES' }], ['unclear-status', { status: 'constructor' }],
    ['no-time', { consentDate: undefined, lastInteractionDate: null }], ['bad-time', { consentDate: 'soon' }], ['bad-time', { expiryDate: 'never' }], ['no-receipt-id', { lastReceiptId: undefined }], ['ends-before-it-begins', { expiryDate: '2026-01-01' }],
  ])('are refused: %s for %j', (reason, more) => {
    expect(reasonOf(() => claimsOfDetail(detail(more)))).toBe(reason);
  });

  test('are found in a page, in a list and in a data subject', () => {
    const own = detail();
    const { identifier, ...purpose } = own;
    expect(detailsOf({ content: [own, own] })).toEqual([own, own]);
    expect(detailsOf([own, { content: [own] }])).toEqual([own, own]);
    expect(detailsOf({ identifier, lastReceiptGuid: 'r', purposes: [purpose] })).toEqual([{ ...own, testDataSubject: undefined, test: undefined }]);
    expect(detailsOf({ identifier, purposes: [] })).toEqual([]);
    expect(detailsOf('text')).toEqual(['text']);
  });

  test('of a test are known as one, of the subject as a whole too', () => {
    expect([detail(), detail({ test: true }), detail({ testDataSubject: true }), detail({ test: 'true' })].map(isTest)).toEqual([false, true, true, false]);
    expect(detailsOf({ identifier: 'p', testDataSubject: true, purposes: [detail()] }).map(isTest)).toEqual([true]);
  });
});

describe('a time', () => {
  test.each([
    ['2026-01-01', '2026-01-01T00:00:00.000Z'], ['2026-01-01T10:00', '2026-01-01T10:00:00.000Z'], ['2026-01-01T10:00:30', '2026-01-01T10:00:30.000Z'], ['2026-01-01T10:00:30.1239Z', '2026-01-01T10:00:30.123Z'],
    ['2026-01-01T10:00:30,5+02:00', '2026-01-01T08:00:30.500Z'], ['2026-01-01T00:30:00-0130', '2026-01-01T02:00:00.000Z'], ['2024-02-29', '2024-02-29T00:00:00.000Z'], ['2026-01-01T00:00:00+14:00', '2025-12-31T10:00:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(instantOf(text)).toBe(instant);
  });
  test.each(['', 'now', '2026-02-29', '2026-13-01', '2026-01-01T25:00', '26-01-01', '2026-1-1', '2026-01-01 10:00', '1899-12-31', '0001-01-01', ' 2026-01-01', '2026-01-01T10:00:00 Z', 7, null, {}])('%j is none', (text) => {
    expect(instantOf(text)).toBeUndefined();
  });
  test.each([
    ['2026-01-31T12:00:00.000Z', 'P1M', '2026-02-28T12:00:00.000Z'], ['2024-02-29T00:00:00.000Z', 'P1Y', '2025-02-28T00:00:00.000Z'], ['2026-01-01T00:00:00.000Z', 'P1Y2M3W4DT5H6M7S', '2027-03-26T05:06:07.000Z'],
    ['2026-12-31T23:59:59.999Z', 'PT1S', '2027-01-01T00:00:00.999Z'],
  ])('%s and %s after it is %s', (at, duration, end) => {
    expect(after(at, duration)).toBe(end);
  });
  test.each(['P', 'PT', '1Y', 'P1.5Y', 'P-1D', 'P9999Y', '', undefined])('%j is no duration that leads anywhere', (duration) => {
    expect(after('2026-01-01T00:00:00.000Z', duration)).toBeUndefined();
  });
});

describe('a signature', () => {
  const NAMES = { signature: 'x-consent-signature', timestamp: 'x-consent-timestamp' };
  const NOW = 1_800_000_000;
  const body = '{"identifier":"Ünï"}';
  const signed = (more: { headers?: object; body?: unknown; isBase64Encoded?: unknown } = {}, secret = 'secret', time = String(NOW)) => ({
    headers: { 'X-Consent-Timestamp': time, 'X-Consent-Signature': `v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}` }, body, ...more,
  });

  test('holds over the time and the body, byte by byte', () => {
    expect(isSigned(signed(), NAMES, ['secret'], NOW)).toBe(true);
    expect(isSigned(signed({ body: Buffer.from(body).toString('base64'), isBase64Encoded: true }), NAMES, ['secret'], NOW)).toBe(true);
    expect(isSigned(signed({ body: `${body} ` }), NAMES, ['secret'], NOW)).toBe(false);
    expect(signatureOf('secret', '1', Buffer.from([0, 255]))).toBe(createHmac('sha256', 'secret').update(Buffer.concat([Buffer.from('1.'), Buffer.from([0, 255])])).digest('hex'));
  });

  test('is taken in capital letters, without its version, and by the secret before', () => {
    const { headers } = signed();
    expect(isSigned({ body, headers: { ...headers, 'X-Consent-Signature': (headers as Record<string, string>)['X-Consent-Signature']!.slice(3).toUpperCase() } }, NAMES, ['new', 'secret'], NOW)).toBe(true);
  });

  test.each<[string, object, string[], number?]>([
    ['of another secret', signed({}, 'other'), ['secret']], ['with no secret at all', signed(), []], ['of another time', signed({ headers: { ...signed().headers, 'X-Consent-Timestamp': String(NOW + 1) } }), ['secret']],
    ['too old', signed(), ['secret'], NOW + TOLERANCE + 1], ['too early', signed(), ['secret'], NOW - TOLERANCE - 1], ['without headers', { body }, ['secret']], ['with headers that are none', { body, headers: 'x' }, ['secret']],
    ['that is empty', signed({ headers: { 'x-consent-timestamp': String(NOW), 'x-consent-signature': '' } }), ['secret']],
    ['that stands there twice', signed({ headers: { ...signed().headers, 'x-consent-signature': 'v1=00' } }), ['secret']],
    ['that is a list', signed({ headers: { ...signed().headers, 'X-Consent-Signature': ['v1=00'] } }), ['secret']],
    ['of a time with a fraction', signed({}, 'secret', `${NOW}.5`), ['secret']], ['of a time below zero', signed({}, 'secret', '-1'), ['secret']],
  ])('%s is refused', (_name, request, secrets, now = NOW) => {
    expect(isSigned(request, NAMES, secrets, now)).toBe(false);
  });

  test('is not checked against a body that is no text', () => {
    expect(bodyOf({ body: { a: 1 } })).toEqual(Buffer.alloc(0));
  });

  test('holds on the last second of the tolerance, on both sides', () => {
    for (const now of [NOW - TOLERANCE, NOW + TOLERANCE]) expect(isSigned(signed(), NAMES, ['secret'], now)).toBe(true);
  });
});
