import { IConstruct } from 'constructs';

/** A step that checks data or a model, and leaves a baseline. */
export interface ICheckStep extends IConstruct {
  /** S3 URI of the constraints that the check calculated; a token. */
  readonly calculatedConstraints: string;
  /** S3 URI of the constraints that monitors should start from; a token. */
  readonly driftConstraints: string;
  /** @internal Parts of the version's metrics, by kind. */
  readonly _metrics: Record<string, Record<string, unknown>>;
  /** @internal Parts of the version's drift baselines, by kind. */
  readonly _baselines: Record<string, Record<string, unknown>>;
}
