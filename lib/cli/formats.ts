import { createRequire } from 'node:module';
import type { Evidence } from '../evidence/record';

const load = createRequire(__filename);

/** A form that evidence is written in. */
export interface Format {
  /** Name of the file. */
  readonly file: string;
  /** Who reads it. */
  readonly summary: string;
  /** Pure. */
  readonly write: (evidence: Evidence) => string;
}

/** Forms of the whole evidence, by the name that `--format` takes; each is loaded when it is asked for. */
export const FORMATS: Readonly<Record<string, Format>> = {
  html: { file: 'evidence.html', summary: 'for people: one file, no script, no network', write: (evidence) => (load('../evidence/writers/html') as typeof import('../evidence/writers/html')).toHtml(evidence) },
  json: { file: 'evidence.json', summary: 'everything, for programs', write: (evidence) => (load('../evidence/writers/json') as typeof import('../evidence/writers/json')).toJson(evidence) },
};

/** Documents that a law asks for, by the name that `--document` takes. */
export const DOCUMENTS: Readonly<Record<string, Format>> = {};
