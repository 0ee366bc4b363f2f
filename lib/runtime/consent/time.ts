const INSTANT = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/;
const DURATION = /^P(?=\d|T\d)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?$/;

/**
 * A time as receipts write it, to the millisecond below. Without a zone it is UTC, as ISO/IEC TS 27560 and OneTrust have it; a date alone is its
 * first moment.
 *
 * @returns ISO 8601 in UTC with milliseconds; undefined for what is no time from 1900 to 9999
 */
export function instantOf(text: unknown): string | undefined {
  const parts = typeof text === 'string' ? INSTANT.exec(text) : null;
  if (!parts) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = parts;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
  const at = new Date(local);
  // the 31st of February would become the 3rd of March
  if (Number.isNaN(at.getTime()) || at.toISOString() !== local) return undefined;
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  if (sign !== undefined) at.setTime(at.getTime() - (sign === '+' ? 1 : -1) * (Number(hours) * 60 + Number(minutes)) * 60_000);
  return within(at);
}

/**
 * A time and a duration of ISO 8601 after it, by the calendar: a month after the 31st of January is the last of February.
 *
 * @returns undefined for what is no duration, or leads beyond 9999
 */
export function after(instant: string, duration: unknown): string | undefined {
  const parts = typeof duration === 'string' ? DURATION.exec(duration) : null;
  if (!parts) return undefined;
  const [years, months, weeks, days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number, number, number, number];
  const at = new Date(instant);
  const day = at.getUTCDate();
  at.setUTCDate(1);
  at.setUTCMonth(at.getUTCMonth() + years * 12 + months);
  at.setUTCDate(Math.min(day, new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate()));
  at.setTime(at.getTime() + (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1000);
  return within(at);
}

function within(at: Date): string | undefined {
  if (Number.isNaN(at.getTime())) return undefined;
  const year = at.getUTCFullYear();
  return year >= 1900 && year <= 9999 ? at.toISOString() : undefined;
}
