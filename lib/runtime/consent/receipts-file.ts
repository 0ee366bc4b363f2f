import type { Claim } from './claim';
import type { Ingest } from './ingest';
import { claimsOfReceipt } from './receipt';

/** Bytes of a file that is read. */
export const LARGEST_FILE = 50 * 1024 * 1024;

/** Takes in what a file holds: one receipt, a list of them, or one a line. */
export async function takeFile(ingest: Ingest, bytes: Uint8Array): Promise<void> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return ingest.refuse('not-unicode', { base64: Buffer.from(bytes).toString('base64') });
  }
  const whole = parsed(text);
  if (whole !== undefined) return ingest.each(Array.isArray(whole) ? whole as unknown[] : [whole], named);
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '').map((line) => ({ line, receipt: parsed(line) }));
  if (lines.length === 0) return ingest.refuse('not-json', text);
  await ingest.each(lines.flatMap(({ receipt }) => (receipt === undefined ? [] : [receipt])), named);
  for (const { line, receipt } of lines) if (receipt === undefined) await ingest.refuse('not-json', line);
}

/** What a receipt says, with the one name that it has for each purpose. */
export function named(receipt: unknown): { claim: Claim; names: string[] }[] {
  return claimsOfReceipt(receipt).map((claim) => ({ claim, names: [claim.purpose] }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
