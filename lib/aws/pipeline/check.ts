import { Duration } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { DataInput } from '../storage/data-input';
import { Instances } from './instances';
import { IModelPackageGroup } from './model-package-group';
import { PipelineParameter } from './parameter';
import { StepProps } from './step';

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
  /** @internal Where it leaves statistics and constraints, those of all its runs. */
  readonly _reports: DataInput;
}

/** What both kinds of check steps take. */
export interface CheckStepProps extends StepProps {
  /** What is checked. */
  readonly dataset: DataInput;
  /**
   * The group whose last approved version gives the baseline to compare with.
   *
   * @default - compared with what is supplied, if anything
   */
  readonly group?: IModelPackageGroup;
  /**
   * S3 URI of constraints to compare with instead.
   *
   * @default - those of the group
   */
  readonly suppliedConstraints?: string;
  /**
   * Whether nothing is compared, as in a first run, which has no baseline yet.
   *
   * @default false
   */
  readonly skipCheck?: boolean;
  /**
   * A boolean parameter that decides whether nothing is compared.
   *
   * @default - `skipCheck` does
   */
  readonly skipCheckParameter?: PipelineParameter;
  /**
   * Whether a violation fails the step.
   *
   * @default true
   */
  readonly failOnViolation?: boolean;
  /**
   * Whether what was calculated becomes the baseline of monitors.
   *
   * @default false
   */
  readonly registerNewBaseline?: boolean;
  /**
   * A boolean parameter that decides whether what was calculated becomes the baseline.
   *
   * @default - `registerNewBaseline` does
   */
  readonly registerNewBaselineParameter?: PipelineParameter;
  /**
   * The machines it runs on.
   *
   * @default - one `ml.m5.xlarge`
   */
  readonly instances?: Instances;
  /**
   * When it is stopped at the latest.
   *
   * @default Duration.hours(6)
   */
  readonly maxRuntime?: Duration;
  /**
   * Environment variables of the container. They are no place for secrets.
   *
   * @default - none
   */
  readonly environment?: { [name: string]: string };
  /**
   * For how long a run takes over the result of an earlier one with the same inputs.
   *
   * @default - each run works afresh
   */
  readonly cache?: Duration;
}
