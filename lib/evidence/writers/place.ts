import { createHash } from 'node:crypto';
import { fingerprint, type Place } from '../../policy/fingerprint';
import type { WriterOptions } from './options';
import { visible } from './plain-text';

/** A line of a file in the repository. */
export interface FilePlace {
  /** From the root of the repository, with `/`, percent-encoded. */
  readonly uri: string;
  readonly line: number;
  readonly column?: number;
}

const LAST_LINE = 2 ** 31 - 1;

/** Something that has a place in an app. */
export interface Placed {
  readonly source?: string;
  readonly template?: string;
  readonly logicalId?: string;
  /** Path of the property. */
  readonly location?: string;
}

/** Where a person can mend it: the line that made it, else its place in the template. */
export function placeOf(about: Placed, options: WriterOptions): FilePlace | undefined {
  return sourcePlace(about.source, options) ?? templatePlace(about, options);
}

/** The line that made it; undefined when it is not known or lies outside the repository. */
export function sourcePlace(source: string | undefined, { appFolder }: WriterOptions): FilePlace | undefined {
  const [, file, line, column] = /^(.+):(\d{1,10}):(\d{1,10})$/s.exec(source ?? '') ?? [];
  const uri = file === undefined ? undefined : uriOf(appFolder, file);
  if (uri === undefined || !isLine(line)) return undefined;
  return { uri, line: Number(line), ...(isLine(column) ? { column: Number(column) } : {}) };
}

/** Its place in the template that holds it; the first line where no better is known. */
export function templatePlace({ template, logicalId, location }: Placed, { appFolder, templateFolder = 'cdk.out', lineOf }: WriterOptions): FilePlace | undefined {
  const uri = template ? uriOf(appFolder, `${templateFolder}/${template}`) : undefined;
  return uri === undefined ? undefined : { uri, line: (template && logicalId && lineOf?.(template, logicalId, location ?? '')) || 1 };
}

/**
 * Fingerprints of findings in the order they are asked for: the same from run to run, whatever lines or lists move. Those that
 * share rule and place are numbered.
 */
export class Fingerprints {
  private readonly counts = new Map<string, number>();

  /** SHA-256 of rule and place, and the number among those that share it. */
  public of(place: Place): { digest: string; number: number } {
    const key = fingerprint(place);
    const number = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, number);
    return { digest: createHash('sha256').update(key).digest('hex'), number };
  }
}

/** Whether a text is an address on the web that may stand in a document as it is. */
export function isWebAddress(text: string): boolean {
  return /^https:\/\/[^\s<>"'`{}|\\^]+$/.test(text) && visible(text) === text;
}

function isLine(digits: string | undefined): boolean {
  return digits !== undefined && Number(digits) >= 1 && Number(digits) <= LAST_LINE;
}

// consumers take paths from the root of the repository only, without `./`
function uriOf(folder: string | undefined, file: string): string | undefined {
  if (/^([a-z][a-z0-9+.-]*:|[/\\])/i.test(file)) return undefined;
  const segments: string[] = [];
  for (const segment of `${folder ?? ''}/${file}`.split(/[/\\]/)) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(encodeURIComponent(visible(segment)));
    else if (segments.pop() === undefined) return undefined;
  }
  return segments.length === 0 ? undefined : segments.join('/');
}
