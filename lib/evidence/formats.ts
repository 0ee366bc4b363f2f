import { dayNumber } from '../policy/day';
import { isRecord, shown } from '../policy/given';
import type { Evidence } from './record';
import { RegulatoryDocument, ReportFormat, type ReportOptions } from './report-format';
import { toGitLab } from './writers/gitlab';
import { toHtml } from './writers/html';
import { toJson } from './writers/json';
import { toJUnit } from './writers/junit';
import { toMarkdown } from './writers/markdown';
import type { WriterOptions } from './writers/options';
import { toOscalAssessmentResults } from './writers/oscal-assessment-results';
import { toOscalComponentDefinition } from './writers/oscal-component-definition';
import { toSarif } from './writers/sarif';

/** A format's file and its writer. */
export const FORMATS: Readonly<Record<ReportFormat, { readonly file: string; readonly write: (evidence: Evidence, options: WriterOptions) => string }>> = {
  [ReportFormat.JSON]: { file: 'evidence.json', write: toJson },
  [ReportFormat.HTML]: { file: 'evidence.html', write: toHtml },
  [ReportFormat.SARIF]: { file: 'evidence.sarif', write: toSarif },
  [ReportFormat.JUNIT]: { file: 'evidence.junit.xml', write: toJUnit },
  // the name that GitLab uses in its documentation
  [ReportFormat.CODE_QUALITY]: { file: 'gl-code-quality-report.json', write: toGitLab },
  [ReportFormat.MARKDOWN]: { file: 'evidence.md', write: toMarkdown },
  [ReportFormat.OSCAL_ASSESSMENT_RESULTS]: { file: 'oscal-assessment-results.json', write: toOscalAssessmentResults },
  [ReportFormat.OSCAL_COMPONENT_DEFINITION]: { file: 'oscal-component-definition.json', write: toOscalComponentDefinition },
};

/**
 * The format of this name, as a command line gives it.
 *
 * @throws an error that lists the names when there is none
 */
export function formatNamed(name: string): ReportFormat {
  return oneOf(name, ReportFormat, 'format');
}

/**
 * The document of this name.
 *
 * @throws an error that lists the names when there is none
 */
export function documentNamed(name: string): RegulatoryDocument {
  return oneOf(name, RegulatoryDocument, 'document');
}

/**
 * Passes for options that writers can use.
 *
 * @throws an error that names the option and the value
 */
export function checkOptions(options: ReportOptions): void {
  if (!isRecord(options)) throw new Error(`the options of a report are ${shown(options)}: give an object, such as { date: '2026-11-26' }, or leave them out`);
  const { date, appFolder, templateFolder, category } = options;
  if (date !== undefined) dayNumber('the date of the report', date);
  for (const [name, folder] of [['appFolder', appFolder], ['templateFolder', templateFolder]] as const) {
    if (folder !== undefined && (typeof folder !== 'string' || /^([a-z]:|[/\\])/i.test(folder))) {
      throw new Error(`'${name}' of the report is ${shown(folder)}: give a folder from the root of the repository, such as 'infrastructure'`);
    }
  }
  if (category !== undefined && (typeof category !== 'string' || category.trim() === '')) throw new Error(`'category' of the report is ${shown(category)}: give a name, such as 'fraud-model'`);
}

function oneOf<T extends string>(name: string, values: Readonly<Record<string, T>>, what: string): T {
  const found = Object.values(values).find((value) => value === name);
  if (found === undefined) throw new Error(`there is no ${what} ${shown(name)}: use one of ${Object.values(values).join(', ')}`);
  return found;
}
