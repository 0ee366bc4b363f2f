import { checked, type Claim, firstText, isRecord, listOf } from './claim';
import type { Say } from './entry';
import { Refused } from './fault';
import { instantOf } from './time';

/**
 * What a status of a purpose says. Consent is a clear affirmative act (GDPR Art. 4(11)): what is implied, always on, or only not refused is none.
 *
 * @see https://developer.onetrust.com/onetrust/reference/getdatasubjectprofilesunorderedv4
 */
const SAYS: Readonly<Record<string, Say>> = {
  ACTIVE: 'given', OPT_IN: 'given', CONFIRMED: 'given', EXTEND: 'given',
  WITHDRAWN: 'withdrawn', OPT_OUT: 'withdrawn', HARD_OPT_OUT: 'withdrawn',
  NO_CONSENT: 'none', PENDING: 'none', EXPIRED: 'none', NOTGIVEN: 'none', NO_CHOICE: 'none', CANCEL: 'none', NONE: 'none', IMPLICIT: 'none', NOT_OPT_OUT: 'none', ALWAYS_ACTIVE: 'none',
};

/** When it was said, by what: the first that is there. */
const TIMES: Readonly<Record<Say, readonly string[]>> = {
  given: ['consentDate', 'lastInteractionDate', 'lastTransactionDate'],
  withdrawn: ['withdrawalDate', 'lastInteractionDate', 'lastTransactionDate'],
  none: ['lastInteractionDate', 'lastTransactionDate', 'lastUpdatedDate'],
};

/** Purpose details in what OneTrust sends or answers: one, a list, a page of its API, or a data subject with its purposes. */
export function detailsOf(body: unknown): unknown[] {
  if (Array.isArray(body)) return body.flatMap(detailsOf);
  if (!isRecord(body)) return [body];
  if (Array.isArray(body.content)) return body.content.flatMap(detailsOf);
  const purposes = body.purposes ?? body.profiles;
  if (!Array.isArray(purposes)) return [body];
  const { identifier, lastReceiptGuid, testDataSubject, test } = body;
  return purposes.map((purpose: unknown) => (isRecord(purpose) ? { identifier, testDataSubject, test, lastReceiptId: lastReceiptGuid, ...purpose } : purpose));
}

/** Receipts of tests say nothing of a person, and OneTrust never takes the mark back. */
export function isTest(detail: unknown): boolean {
  return isRecord(detail) && (detail.test === true || detail.testDataSubject === true);
}

/**
 * What the details of a purpose say. A purpose is known by its id or its name, each of which a registry may know.
 *
 * @throws Refused
 */
export function claimsOfDetail(detail: unknown): { readonly claim: Claim; readonly names: string[] } {
  if (!isRecord(detail)) throw new Refused('not-a-receipt');
  const subject = firstText(detail.identifier);
  if (subject === undefined) throw new Refused('no-subject');
  const names = [detail.id, detail.purposeId, detail.name].flatMap((name) => firstText(name) ?? []);
  if (names.length === 0) throw new Refused('no-purpose');
  if (typeof detail.status !== 'string') throw new Refused('no-status');
  const say = Object.hasOwn(SAYS, detail.status) ? SAYS[detail.status]! : undefined;
  if (say === undefined) throw new Refused('unclear-status');
  const written = TIMES[say].map((name) => detail[name]).find((time) => time !== undefined && time !== null);
  if (written === undefined) throw new Refused('no-time');
  const at = instantOf(written);
  const until = say === 'given' ? listOf(detail.expiryDate).map(instantOf)[0] : undefined;
  if (at === undefined || (say === 'given' && detail.expiryDate && until === undefined)) throw new Refused('bad-time');
  const receipt = firstText(detail.lastReceiptId, detail.receiptId);
  if (receipt === undefined) throw new Refused('no-receipt-id');
  return { claim: checked({ subject, purpose: names[0]!, say, at, receipt, ...(until === undefined ? {} : { until }) }), names };
}
