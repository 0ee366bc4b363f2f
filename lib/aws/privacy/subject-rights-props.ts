import { Duration } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Retention } from '../../policy/retention';
import type { IWorkspace } from '../workspace/workspace';
import { Eraser } from './eraser';

/** What the workflow is made from. */
export interface SubjectRightsProps {
  /** Its network, the keys of its logs, its alarms, and the profile whose frameworks say when requests are due. */
  readonly workspace: IWorkspace;
  /** How people are erased from each store, and copied from it; at least one. */
  readonly erasers: Eraser[];
  /**
   * A function of yours that knows how stores name a person: it is asked `{ kind, subject }` and answers `{ identifiers: { pseudonym: '…' } }`.
   *
   * @default - requests carry the identifiers that erasers ask for
   */
  readonly identities?: lambda.IFunction;
  /**
   * A time of your own to answer in, for where no framework states one, or to be earlier than one.
   *
   * @default - the earliest of the frameworks
   */
  readonly answerWithin?: Duration;
  /**
   * How long before a request is due the alarm is raised, in whole days.
   *
   * @default Duration.days(7)
   */
  readonly warnBefore?: Duration;
  /**
   * For how long copies that were made for people are kept.
   *
   * @default - 30 days
   */
  readonly exportRetention?: Retention;
  /**
   * Encrypts records, copies and executions.
   *
   * @default - a new key, which is kept
   */
  readonly key?: kms.IKey;
}
