import { createRequire } from 'node:module';
import type { Evidence } from '../evidence/record';
import { RegulatoryDocument, ReportFormat } from '../evidence/report-format';
import type { WriterOptions } from '../evidence/writers/options';

const load = createRequire(__filename);

/** A file that a form of the evidence is written to. */
export interface WrittenForm {
  readonly file: string;
  readonly content: string;
}

/** A form that evidence is written in. */
export interface Format {
  /** Who reads it. */
  readonly summary: string;
  /** Pure. */
  readonly write: (evidence: Evidence, options: WriterOptions) => WrittenForm[];
}

const READERS: Readonly<Record<ReportFormat, string>> = {
  [ReportFormat.HTML]: 'for people: one file, no script, no network',
  [ReportFormat.JSON]: 'everything, for programs',
  [ReportFormat.SARIF]: 'for code scanning',
  [ReportFormat.JUNIT]: 'for what shows tests',
  [ReportFormat.CODE_QUALITY]: 'for merge requests of GitLab',
  [ReportFormat.MARKDOWN]: 'a comment on a pull request',
  [ReportFormat.OSCAL_ASSESSMENT_RESULTS]: 'for tools of auditors',
  [ReportFormat.OSCAL_COMPONENT_DEFINITION]: 'for tools of auditors',
};

const TEXTS: Readonly<Record<RegulatoryDocument, string>> = {
  [RegulatoryDocument.RECORD_OF_PROCESSING]: 'GDPR Art. 30',
  [RegulatoryDocument.IMPACT_ASSESSMENT]: 'GDPR Art. 35, the technical part',
  [RegulatoryDocument.HIPAA_MAPPING]: 'the HIPAA Security Rule, requirement by requirement',
  [RegulatoryDocument.CCPA_INVENTORY]: 'personal information under the CCPA',
  [RegulatoryDocument.MODEL_CARD]: 'facts for a model card',
};

/** Forms of the whole evidence, by the name that `--format` takes; their writers are loaded when one is asked for. */
export const FORMATS: Readonly<Record<string, Format>> = Object.fromEntries(Object.entries(READERS).map(([name, summary]) => [name, {
  summary,
  write: (evidence, options) => {
    const { file, write } = (load('../evidence/formats') as typeof import('../evidence/formats')).FORMATS[name as ReportFormat];
    return [{ file, content: write(evidence, options) }];
  },
} satisfies Format]));

/** Documents that a law asks for, by the name that `--document` takes: as Markdown to be completed, and as a page to be read. */
export const DOCUMENTS: Readonly<Record<string, Format>> = Object.fromEntries(Object.entries(TEXTS).map(([name, summary]) => [name, {
  summary,
  write: (evidence, options) => {
    const { DOCUMENTS: makers } = load('../evidence/documents') as typeof import('../evidence/documents');
    const { documentHtml, documentMarkdown } = load('../evidence/documents/render') as typeof import('../evidence/documents/render');
    const text = makers[name as RegulatoryDocument].make(evidence);
    return [{ file: `${name}.md`, content: documentMarkdown(text, evidence, options) }, { file: `${name}.html`, content: documentHtml(text, evidence, options) }];
  },
} satisfies Format]));
