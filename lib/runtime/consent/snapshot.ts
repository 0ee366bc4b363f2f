import { createHash } from 'node:crypto';
import { decide, type Decision, type Row } from './decision';
import type { Entries } from './entry';

/** What a snapshot is, beside its data. */
export interface Manifest {
  /** SHA-256 of the data file, its first line with the time included: nobody makes an old one look new. */
  readonly snapshot: string;
  /** ISO 8601 in UTC. */
  readonly takenAt: string;
  readonly rows: number;
  /** How many subjects there are of each decision, by purpose. */
  readonly purposes: Readonly<Record<string, Partial<Record<Decision, number>>>>;
  readonly file: string;
  readonly bytes: number;
}

/** The name of the data file. */
export const DATA_FILE = 'consent.jsonl';

/**
 * What holds for each subject and purpose at a time, as JSON lines: the first says when and how many, the others are in order, so that the same
 * entries give the same bytes.
 */
export async function takeSnapshot(entries: Entries, takenAt: string): Promise<{ readonly manifest: Manifest; readonly data: Buffer }> {
  const rows: Row[] = [];
  await entries.readAll((together) => void rows.push(decide(together, takenAt)));
  rows.sort((a, b) => compare(a.purpose, b.purpose) || compare(a.subject, b.subject));
  const purposes: Record<string, Partial<Record<Decision, number>>> = {};
  for (const { purpose, decision } of rows) {
    const counts = purposes[purpose] ??= {};
    counts[decision] = (counts[decision] ?? 0) + 1;
  }
  const written = rows.map(({ subject, purpose, decision, validUntil }) => JSON.stringify({ subject, purpose, decision, validUntil }));
  const data = Buffer.from(`${[JSON.stringify({ format: 1, takenAt, rows: rows.length }), ...written].join('\n')}\n`, 'utf8');
  const snapshot = createHash('sha256').update(data).digest('hex');
  return { data, manifest: { snapshot, takenAt, rows: rows.length, purposes, file: DATA_FILE, bytes: data.length } };
}

/** Where a snapshot lies in the store of its registry. */
export function folderOf({ takenAt, snapshot }: Pick<Manifest, 'takenAt' | 'snapshot'>): string {
  return `snapshots/${takenAt.replace(/[-:.]/g, '')}-${snapshot}/`;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
