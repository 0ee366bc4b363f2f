import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Finding } from '../policy/finding';
import { acceptedIn, collect, collectAll, resourcesIn, weakeningsOf } from './collect';
import { DOCUMENTS } from './documents';
import { documentHtml, documentMarkdown } from './documents/render';
import { checkOptions, documentNamed, formatNamed, FORMATS } from './formats';
import { parseReport } from './read';
import type { Evidence } from './record';
import { RegulatoryDocument, ReportFormat, type ReportOptions } from './report-format';
import { templateLines, type LineOf } from './template-lines';
import type { WriterOptions } from './writers/options';

const WEIGHTS = ['fatal', 'error', 'warning'];

/** The evidence in numbers. */
export interface EvidenceSummary {
  /** Resources of the templates, steps of pipelines and tasks of state machines. */
  readonly resources: number;
  /** Checks that were made: kept, broken and unknown. */
  readonly checks: number;
  /** Checks that are kept. */
  readonly compliant: number;
  /** Unwaived findings that take no waiver. */
  readonly fatal: number;
  /** Unwaived findings that fail. */
  readonly errors: number;
  /** Unwaived findings that are only shown. */
  readonly warnings: number;
  /** Unwaived answers that cannot be given before deployment; they are warnings, or errors by choice. */
  readonly unknown: number;
  /** Findings of our own rules that somebody accepted. */
  readonly waived: number;
  /** Waivers given, of any pack: one can accept several findings, or none. */
  readonly waivers: number;
  /** Findings of all packs that are accepted, as far as the packs leave a trace of them. */
  readonly accepted: number;
  /** Protections that a construct lacks, with what stands in for them. */
  readonly weakenings: number;
}

/** A protection that a construct lacks, in however many places. */
export interface WeakeningSummary {
  /** The control that is weaker. */
  readonly control: string;
  /** Why it is. */
  readonly reason: string;
  /** What protects the data instead. */
  readonly substitute: string;
  /** Paths of the constructs. */
  readonly paths: string[];
}

/** What one pack said. */
export interface PackSummary {
  /** Name of the plugin. */
  readonly name: string;
  /** Unwaived findings that fail. */
  readonly errors: number;
  /** Unwaived findings that are only shown. */
  readonly warnings: number;
  /** Findings that somebody accepted and that the pack left a trace of. */
  readonly waived: number;
  /**
   * Why the pack could not do its work.
   *
   * @default - it could
   */
  readonly failure?: string;
  /** The unwaived findings, one line each. */
  readonly lines: string[];
}

/**
 * The proof of a synthesis: what was checked, what was found, what was accepted and by whom, what was not assessed.
 *
 * Use: `EvidenceReport.fromAssembly('cdk.out').writeTo('evidence-out', [ReportFormat.HTML, ReportFormat.SARIF])`
 */
export class EvidenceReport {
  /**
   * Collects what `RegulatedMLChecks` and other packs left in a cloud assembly.
   *
   * @param directory of the assembly, such as `cdk.out`
   * @throws an error when there is no record of a synthesis with `RegulatedMLChecks`
   */
  public static fromAssembly(directory: string): EvidenceReport {
    return new EvidenceReport(collect(directory), templateLines(directory));
  }

  /**
   * One report of several assemblies, such as those of AWS and Azure. Their templates are named from their folders.
   *
   * @param directories such as `cdk.out` and `cdktf.out`, each of another name
   * @throws an error when one of them has no record, or two have the same name
   */
  public static fromAssemblies(directories: string[]): EvidenceReport {
    const lines = new Map(directories.map((directory) => [basename(resolve(directory)), templateLines(directory)]));
    return new EvidenceReport(collectAll(directories), (template, logicalId, location) => {
      const [folder, ...rest] = template.split('/');
      return lines.get(folder!)?.(rest.join('/'), logicalId, location);
    });
  }

  /**
   * A report that was written as JSON before, such as that of the main branch.
   *
   * @param text content of an `evidence.json`
   * @throws an error when it is none, or one of another version
   */
  public static fromJson(text: string): EvidenceReport {
    return new EvidenceReport(parseReport(text));
  }

  private readonly evidence: Evidence;
  private readonly lineOf?: LineOf;

  private constructor(evidence: Evidence, lineOf?: LineOf) {
    this.evidence = evidence;
    this.lineOf = lineOf;
  }

  /** Whether no pack has an unwaived finding that fails, and the records are of these templates. Warnings and unknowns are shown, and do not fail. */
  public get isClean(): boolean {
    return this.evidence.verdict.clean;
  }

  /** What limits the evidence, such as validation that was switched off, or a template that was changed after synth; empty for a full run. */
  public get limits(): string[] {
    return [...this.evidence.defects, ...this.evidence.limits];
  }

  /** The evidence in numbers. */
  public get summary(): EvidenceSummary {
    const { verdict, answers, waivers, weakenings } = this.evidence;
    const { compliant, fatal, errors, warnings, unknown, waived } = verdict;
    return {
      resources: resourcesIn(this.evidence).length, checks: answers.length, compliant, fatal, errors, warnings, unknown, waived,
      waivers: waivers.length, accepted: acceptedIn(this.evidence), weakenings: weakenings.length,
    };
  }

  /** What each pack said, our own first. */
  public get packs(): PackSummary[] {
    const { runs, findings, verdict, packs, frameworks } = this.evidence;
    const open = WEIGHTS.flatMap((weight) => findings.filter((finding) => finding.waiver === undefined && finding.weight === weight));
    const shownOnly = (severity: string) => severity === 'warning' || severity === 'info';
    return [
      {
        name: runs[0]!.name, errors: verdict.fatal + verdict.errors, warnings: verdict.warnings, waived: verdict.waived,
        lines: open.map((finding) => `${finding.weight} ${finding.rule} ${finding.path}: ${finding.detail ?? finding.title}`
          + `${cited(frameworks, finding)}${finding.source ? ` (${finding.source})` : ''}`),
      },
      ...packs.map((other) => ({
        name: other.name,
        errors: other.findings.filter(({ severity }) => !shownOnly(severity)).length,
        warnings: other.findings.filter(({ severity }) => shownOnly(severity)).length,
        waived: other.suppressed.length,
        ...(other.failure ? { failure: other.failure } : {}),
        lines: other.findings.map(({ severity, rule, path, description, source }) => `${severity} ${rule} ${path}: ${description}${source ? ` (${source})` : ''}`),
      })),
    ];
  }

  /** Protections that are weaker, and what stands in for them. */
  public get weakenings(): WeakeningSummary[] {
    return weakeningsOf(this.evidence).map(({ places, ...weakening }) => ({ ...weakening, paths: places.map(({ path }) => path) }));
  }

  /** Findings of our own rules, waived ones too. */
  public get findings(): Finding[] {
    return this.evidence.findings.map(({
      template: _template, location: _location, step: _step, weight: _weight, acceptedBy: _acceptedBy, approver: _approver, expires: _expires, ...finding
    }) => finding);
  }

  /** The evidence as JSON; the same synthesis always gives the same bytes. */
  public toJson(): string {
    return this.written(ReportFormat.JSON, {});
  }

  /** The evidence as one HTML file without script or network. */
  public toHtml(): string {
    return this.written(ReportFormat.HTML, {});
  }

  /** The evidence as SARIF 2.1.0, a run for each pack, within what GitHub takes. */
  public toSarif(options: ReportOptions = {}): string {
    return this.written(ReportFormat.SARIF, options);
  }

  /** The evidence as JUnit XML, a suite for each rule and for each other pack. */
  public toJunit(options: ReportOptions = {}): string {
    return this.written(ReportFormat.JUNIT, options);
  }

  /** Open findings as a Code Quality report of GitLab. */
  public toCodeQuality(options: ReportOptions = {}): string {
    return this.written(ReportFormat.CODE_QUALITY, options);
  }

  /** The evidence as a comment on a pull request, with what is new when an earlier report is given. */
  public toMarkdown(options: ReportOptions = {}): string {
    return this.written(ReportFormat.MARKDOWN, options);
  }

  /**
   * The evidence as OSCAL assessment results.
   *
   * @throws an error when no day is known
   */
  public toOscalAssessmentResults(options: ReportOptions = {}): string {
    return this.written(ReportFormat.OSCAL_ASSESSMENT_RESULTS, options);
  }

  /**
   * The infrastructure and the rules as an OSCAL component definition.
   *
   * @throws an error when no day is known
   */
  public toOscalComponentDefinition(options: ReportOptions = {}): string {
    return this.written(ReportFormat.OSCAL_COMPONENT_DEFINITION, options);
  }

  /**
   * Writes a file for each format.
   *
   * @param formats all that is wanted; `evidence.json` and `evidence.html` when none are named
   * @returns the paths written
   */
  public writeTo(directory: string, formats: ReportFormat[] = [ReportFormat.JSON, ReportFormat.HTML], options: ReportOptions = {}): string[] {
    // all is made before any file is written, so that an error leaves none behind
    return written(directory, formats.map((format) => [FORMATS[formatNamed(format)].file, this.written(format, options)] as const));
  }

  /** A document for a regulator as Markdown: facts of the evidence, and what a person must write, marked. */
  public documentAsMarkdown(document: RegulatoryDocument, options: ReportOptions = {}): string {
    return documentMarkdown(DOCUMENTS[documentNamed(document)].make(this.evidence), this.evidence, this.given(options));
  }

  /** A document for a regulator as one HTML file without script or network. */
  public documentAsHtml(document: RegulatoryDocument, options: ReportOptions = {}): string {
    return documentHtml(DOCUMENTS[documentNamed(document)].make(this.evidence), this.evidence, this.given(options));
  }

  /**
   * Writes documents for regulators, as Markdown and HTML.
   *
   * @param documents all that are wanted; those that the frameworks of the profile ask for, and a model card, when none are named
   * @returns the paths written
   */
  public writeDocuments(directory: string, documents: RegulatoryDocument[] = this.documents, options: ReportOptions = {}): string[] {
    return written(directory, documents.flatMap((document) => [
      [`${document}.md`, this.documentAsMarkdown(document, options)] as const, [`${document}.html`, this.documentAsHtml(document, options)] as const,
    ]));
  }

  /** Documents that the frameworks of the profile ask for, and a model card. */
  public get documents(): RegulatoryDocument[] {
    const names = this.evidence.frameworks.map(({ name }) => name.toUpperCase());
    return Object.values(RegulatoryDocument).filter((document) => {
      const { framework } = DOCUMENTS[document];
      return framework === undefined || names.includes(framework);
    });
  }

  private written(format: ReportFormat, options: ReportOptions): string {
    return FORMATS[format].write(this.evidence, this.given(options));
  }

  private given(options: ReportOptions): WriterOptions {
    checkOptions(options);
    const { previous, ...rest } = options;
    return { ...rest, ...(this.lineOf ? { lineOf: this.lineOf } : {}), ...(previous ? { previous: previous.evidence } : {}) };
  }
}

function written(directory: string, files: readonly (readonly [name: string, content: string])[]): string[] {
  mkdirSync(directory, { recursive: true });
  return files.map(([name, content]) => {
    const file = join(directory, name);
    writeFileSync(file, content);
    return file;
  });
}

// one article of each framework: the report has them all
function cited(frameworks: Evidence['frameworks'], { control }: Finding): string {
  const first = frameworks.flatMap(({ requirements }) => requirements.filter(({ controls }) => controls.includes(control)).slice(0, 1).map(({ citation }) => citation));
  return first.length === 0 ? '' : ` (${first.join('; ')})`;
}
