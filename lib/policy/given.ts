import type { Retention } from './retention';

const REFERENCE = /\$\{(Tf)?Token\[[^\]]*\]\}/g;

/** What a length of time can say of itself: of the CDK, and of the constructs for Azure. */
interface Lasting {
  readonly toHumanString?: () => string;
  readonly toIso?: () => string;
}

/**
 * A value as it can stand in a message: a string in quotes, with `<reference>` for what is resolved later, a length of time in words, anything else as short
 * as it goes, and never an exception.
 */
export function shown(value: unknown): string {
  if (typeof value === 'string') {
    // a token's number says nothing to who reads it, and is another one tomorrow
    const text = value.replace(REFERENCE, '<reference>');
    return `'${text.length > 80 ? `${text.slice(0, 77)}...` : text}'`;
  }
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) {
    const { toHumanString, toIso } = value as Lasting;
    const words = [toHumanString, toIso].find((say) => typeof say === 'function');
    return words ? words.call(value) : 'an object';
  }
  return String(value);
}

/** Whether a value is an object whose properties can be read. */
export function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Passes for a retention, and for none. */
export function checkRetention(owner: string, value: Retention | undefined): void {
  if (value !== undefined && !Number.isInteger(value?.inDays)) {
    throw new Error(`${owner} is ${shown(value)}: give a retention, such as Retention.days(30) or Retention.years(6)`);
  }
}

/** Whether a string holds a reference that CDK or CDKTF resolves later, so that it says nothing at synth. */
export function isReference(value: string): boolean {
  return /\$\{(Tf)?Token\[/.test(value);
}

/**
 * The candidates that are spelled most like a name, nearest first: as few as are equally near, and none when all are far.
 * Case, blanks and underscores count for nothing, so that `West Europe` finds `westeurope`.
 */
export function nearest(name: string, candidates: string[], atMost = 3): string[] {
  const plain = (text: string) => text.toLowerCase().replace(/[\s_]+/g, '');
  const wanted = plain(name).slice(0, 64);
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: distance(wanted, plain(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0]?.distance ?? Infinity;
  if (best > Math.max(2, Math.ceil(wanted.length / 4))) return [];
  return ranked.filter((entry) => entry.distance === best).slice(0, atMost).map((entry) => entry.candidate);
}

/** Edits (insert, delete, replace, swap of neighbours) between two words. */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[a.length][b.length];
}
