import { checked, type Claim, firstText, isRecord, listOf } from './claim';
import type { Say } from './entry';
import { type Reason, Refused } from './fault';
import { after, instantOf } from './time';

/** @see https://w3id.org/dpv/guides/consent-27560 */
const SAYS: Readonly<Record<string, Say>> = {
  ConsentGiven: 'given', RenewedConsentGiven: 'given', ConsentWithdrawn: 'withdrawn',
  ConsentUnknown: 'none', ConsentRequested: 'none', ConsentRequestDeferred: 'none', ConsentRefused: 'none', ConsentExpired: 'none', ConsentTerminated: 'none',
  ConsentInvalidated: 'none', ConsentRevoked: 'none',
};

/**
 * What a consent record or receipt says: ISO/IEC TS 27560 as the Data Privacy Vocabulary writes it in JSON-LD. Each status is said of each purpose
 * of its record.
 *
 * @throws Refused
 */
export function claimsOfReceipt(receipt: unknown): Claim[] {
  if (!isRecord(receipt)) throw new Refused('not-a-receipt');
  const records = typesOf(receipt).includes('ConsentReceipt') ? listOf(receipt['dpv:hasRecordOfActivity']) : [receipt];
  const claims = records.flatMap((record) => claimsOfRecord(record, receipt));
  if (claims.length === 0) throw new Refused('not-a-receipt');
  return claims;
}

function claimsOfRecord(record: unknown, receipt: Record<string, unknown>): Claim[] {
  if (!isRecord(record) || !typesOf(record).includes('ConsentRecord')) throw new Refused('not-a-receipt');
  const subject = nameOf(record['dpv:hasDataSubject'] ?? receipt['dpv:hasDataSubject'], 'no-subject');
  const id = firstText(record['dct:identifier'], record['@id'], receipt['dct:identifier'], receipt['@id']);
  if (id === undefined) throw new Refused('no-receipt-id');
  const purposes = [record, ...listOf(record['dpv:hasProcess']), ...listOf(record['dpv:hasPersonalDataHandling'])]
    .flatMap((holder) => (isRecord(holder) ? listOf(holder['dpv:hasPurpose']) : [])).map((purpose) => nameOf(purpose, 'no-purpose'));
  if (purposes.length === 0) throw new Refused('no-purpose');
  const statuses = listOf(record['dpv:hasConsentStatus']);
  if (statuses.length === 0) throw new Refused('no-status');
  return statuses.flatMap((status) => {
    const said = saidBy(status);
    return [...new Set(purposes)].map((purpose) => checked({ subject, purpose, receipt: id, ...said }));
  });
}

function saidBy(status: unknown): Pick<Claim, 'say' | 'at' | 'until'> {
  const says = [...new Set(typesOf(status).flatMap((type) => SAYS[type] ?? []))];
  if (says.length !== 1) throw new Refused(says.length === 0 ? 'no-status' : 'unclear-status');
  if (!isRecord(status) || status['dpv:isIndicatedAtTime'] === undefined) throw new Refused('no-time');
  const at = instantOf(status['dpv:isIndicatedAtTime']);
  if (at === undefined) throw new Refused('bad-time');
  const say = says[0]!;
  const until = say === 'given' ? endOf(at, status['dpv:hasDuration']) : undefined;
  return { say, at, ...(until === undefined ? {} : { until }) };
}

/** A consent that ends by an event, or by how often it is used, ends at no time that could be known here. */
function endOf(at: string, duration: unknown): string | undefined {
  if (duration === undefined || duration === null) return undefined;
  const value = isRecord(duration) ? duration['rdf:value'] : duration;
  const types = isRecord(duration) ? typesOf(duration) : ['TemporalDuration'];
  if (types.includes('EndlessDuration')) return undefined;
  const end = types.includes('TemporalDuration') ? after(at, value) : types.includes('UntilTimeDuration') ? instantOf(value) : undefined;
  if (end === undefined) throw new Refused('unclear-duration');
  return end;
}

/** Types without their prefix or namespace; a plain text is its own type. */
function typesOf(value: unknown): string[] {
  const types = isRecord(value) ? listOf(value['@type']) : [value];
  return types.flatMap((type) => (typeof type === 'string' ? [type.replace(/^(?:dpv:|https?:\/\/w3id\.org\/dpv(?:\/dpv-owl)?#)/, '')] : []));
}

function nameOf(value: unknown, missing: Reason): string {
  const name = isRecord(value) ? firstText(value['dct:identifier'], value['@id']) : firstText(value);
  if (name === undefined) throw new Refused(missing);
  return name;
}
