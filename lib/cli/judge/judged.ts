import type { PackResult } from '../../evidence/record';
import type { RawRecord } from '../../policy/record';
import type { FileInput } from '../input/detect';
import type { Settings } from '../settings';

/** What everything is judged by. */
export interface Judging {
  readonly settings: Settings;
  /** Version of this library. */
  readonly version: string;
  /** Judge the files, whatever synth recorded. */
  readonly rejudge: boolean;
  /** Region of templates that do not say one. */
  readonly region?: string;
  progress(text: string): void;
}

/** Something that was judged. */
export interface Judged {
  readonly records: readonly RawRecord[];
  /** What other packs said. */
  readonly report: readonly PackResult[];
  /** What shows that this is no proof; any of it fails. */
  readonly defects: readonly string[];
  /** Files that cannot be read though they have to be, one message each: it fails, too, and the answer is that something cannot be read. */
  readonly unreadable?: readonly string[];
  /** What no rule can judge yet, where no rule says so itself; it fails unless that is allowed. */
  readonly unjudged: readonly string[];
  /** How it was judged, in words. */
  readonly how: readonly string[];
  /** Files that stand by themselves, by what subjects call their template. */
  readonly files?: ReadonlyMap<string, Pick<FileInput, 'folder' | 'file'>>;
  /** Folder of an assembly, from which its templates are named. */
  readonly folder?: string;
}

/** Where files lie, and nothing of what they hold. */
export function filesOf(inputs: readonly FileInput[]): NonNullable<Judged['files']> {
  return new Map(inputs.map(({ shown, folder, file }) => [shown, { folder, file }]));
}
