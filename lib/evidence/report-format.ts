import type { EvidenceReport } from './report';

/** What evidence can be written as. */
export enum ReportFormat {
  /** Everything, for machines; `schemas/evidence-report.schema.json` of the package describes it. */
  JSON = 'json',
  /** Everything, for people: one file without script or network. */
  HTML = 'html',
  /** SARIF 2.1.0, for code scanning. */
  SARIF = 'sarif',
  /** JUnit XML, for what shows tests. */
  JUNIT = 'junit',
  /** Code Quality of GitLab. */
  CODE_QUALITY = 'code-quality',
  /** A comment on a pull request. */
  MARKDOWN = 'markdown',
  /** OSCAL 1.2.1 assessment results. */
  OSCAL_ASSESSMENT_RESULTS = 'oscal-assessment-results',
  /** OSCAL 1.2.1 component definition. */
  OSCAL_COMPONENT_DEFINITION = 'oscal-component-definition',
}

/** What a regulator may ask for. */
export enum RegulatoryDocument {
  /** Record of processing activities: GDPR Art. 30. */
  RECORD_OF_PROCESSING = 'record-of-processing',
  /** Technical part of a data protection impact assessment: GDPR Art. 35. */
  IMPACT_ASSESSMENT = 'impact-assessment',
  /** Every requirement of the HIPAA Security Rule, and what was checked of it. */
  HIPAA_MAPPING = 'hipaa-mapping',
  /** Inventory of personal information under the CCPA. */
  CCPA_INVENTORY = 'ccpa-inventory',
  /** Facts for a model card. */
  MODEL_CARD = 'model-card',
}

/** What writers are told beside the evidence. */
export interface ReportOptions {
  /**
   * The day of the assessment, such as `2026-11-26`. Nothing reads the clock, so that the same evidence gives the same bytes; OSCAL cannot do without.
   *
   * @default - the day on which waivers were judged, if one was given
   */
  readonly date?: string;
  /**
   * Folder of the app in its repository, such as `infrastructure`: lines of code are named from the root of the repository.
   *
   * @default - the root
   */
  readonly appFolder?: string;
  /**
   * Folder of the templates, from the app's.
   *
   * @default 'cdk.out'
   */
  readonly templateFolder?: string;
  /**
   * What tells this report from others on the same commit, such as of another app.
   *
   * @default 'cdk-regulated-ml'
   */
  readonly category?: string;
  /**
   * Whether SARIF also lists what is kept, and SARIF and JUnit what a rule has nothing to say of.
   *
   * @default false
   */
  readonly everyAnswer?: boolean;
  /**
   * An earlier report, such as that of the main branch: Markdown tells what is new.
   *
   * @default - nothing is called new
   */
  readonly previous?: EvidenceReport;
}
