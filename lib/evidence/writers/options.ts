import type { Evidence } from '../record';
import type { LineOf } from '../template-lines';

/** What writers are told beside the evidence. The same evidence and options always give the same bytes. */
export interface WriterOptions {
  /** The day of the assessment, such as `2026-11-26`. */
  readonly date?: string;
  /** Folder of the app in its repository; the root where it is not given. */
  readonly appFolder?: string;
  /** Folder of the templates, from the app's. */
  readonly templateFolder?: string;
  /** Lines of resources in templates, where the templates are at hand. */
  readonly lineOf?: LineOf;
  /** What tells this report from others of the same commit. */
  readonly category?: string;
  /** Whether kept and inapplicable rules are listed beside findings. */
  readonly everyAnswer?: boolean;
  /** Evidence of before. */
  readonly previous?: Evidence;
}

export const CATEGORY = 'cdk-regulated-ml';
export const REPOSITORY = 'https://github.com/cdk-regulated-ml/cdk-regulated-ml';
