import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Purpose } from '../../policy/purpose';
import { Retention } from '../../policy/retention';
import { IDataStore } from '../storage/data-store';
import { IWorkspace } from '../workspace/workspace';

/** How the webhook of OneTrust proves where it comes from. OneTrust publishes no scheme of its own, so an integration workflow of its is set up with this one. */
export interface OneTrustWebhook {
  /**
   * What both sides know. A version before the present one holds as well, so that it can be renewed on one side first.
   *
   * @default - a new secret, of 64 letters and digits
   */
  readonly secret?: secretsmanager.ISecret;
  /**
   * The header with the HMAC-SHA256 of `<seconds>.<body>` in hexadecimal digits, `v1=` before it or not.
   *
   * @default 'x-consent-signature'
   */
  readonly signatureHeader?: string;
  /**
   * The header with the time of signing, in seconds since 1970. Five minutes before or after is accepted.
   *
   * @default 'x-consent-timestamp'
   */
  readonly timestampHeader?: string;
}

/**
 * The API of OneTrust, read on a schedule. It stands on the internet: the function that asks runs in a network that is given, with a way out, and is
 * given no way to the registry but by the function that takes receipts.
 */
export interface OneTrustApi {
  /** Such as `app-eu.onetrust.com`. One that OneTrust does not list, or that is not named after where data has to be, is a warning. */
  readonly hostname: string;
  /** `{ "client_id": "…", "client_secret": "…" }` of a client with the scope CONSENT_READ. */
  readonly credentials: secretsmanager.ISecret;
  /** A network with a way out, such as one behind a NAT gateway or a firewall that lets the host through. Not that of a workspace of this library, which has none. */
  readonly network: ec2.IVpc;
  /**
   * Its subnets.
   *
   * @default - the private ones with a way out
   */
  readonly subnets?: ec2.SubnetSelection;
  /**
   * When it is asked.
   *
   * @default - each hour
   */
  readonly schedule?: events.Schedule;
  /**
   * How far back each time reads, so that a time that failed is made up for: 1 hour to 7 days, and longer than the schedule pauses.
   *
   * @default Duration.days(1)
   */
  readonly lookback?: Duration;
}

/** What a registry is made from. */
export interface ConsentRegistryProps {
  /** The network it runs in, the key of its logs, the profile of its retention. */
  readonly workspace: IWorkspace;
  /** What people are asked for, at least one: purposes that rest on consent. Whatever is trained for one of them has to read through a consent filter. */
  readonly purposes: Purpose[];
  /**
   * Purposes by other names that receipts have for them, such as the id of a purpose in OneTrust, or an IRI.
   *
   * @default - none: receipts call purposes by their names
   */
  readonly purposeNames?: { [name: string]: Purpose };
  /**
   * The webhook of OneTrust.
   *
   * @default - none
   */
  readonly webhook?: OneTrustWebhook;
  /**
   * The API of OneTrust.
   *
   * @default - not asked
   */
  readonly oneTrust?: OneTrustApi;
  /**
   * Has snapshots taken at these times, and runs use the last one; it is taken more often than their maximum age.
   *
   * @default - each run has its own taken, so that a withdrawal reaches the next run
   */
  readonly snapshotSchedule?: events.Schedule;
  /**
   * Where receipts are dropped, what is refused is kept for a while, and snapshots lie. It is encrypted, and reached through the network of the workspace only.
   *
   * @default - a new one, classified as the outputs of the workspace
   */
  readonly store?: IDataStore;
  /**
   * For how long what was refused is kept, for a person to mend it and drop it again. It may be of people, and proves nothing. No erasure reaches it: the
   * end of this time does, so it has to come, with five days to spare, before a request of erasure is due under each framework of the profile. A month
   * counts as 28 days.
   *
   * @default Retention.days(21), or as many days as that leaves
   */
  readonly refusedRetention?: Retention;
  /**
   * For how long files that were dropped below `receipts/` are kept. What was taken of them stands in the table, which is the record; what was refused
   * of them is kept by itself, but for files that are too large. No erasure reaches them: the end of this time does, so it has to come, with three days
   * to spare, before a request of erasure is due under each framework of the profile. A month counts as 28 days.
   *
   * @default Retention.days(14), or as many days as that leaves
   */
  readonly droppedRetention?: Retention;
  /**
   * Encrypts the table, the bus and the secret.
   *
   * @default - a new key, which is kept
   */
  readonly key?: kms.IKey;
}

/** A registry that exists, of this app or another of the same account and region. */
export interface ConsentRegistryAttributes {
  /** The workspace whose pipelines read snapshots. */
  readonly workspace: IWorkspace;
  /** Purposes that it has. */
  readonly purposes: Purpose[];
  /** ARN of the function that takes snapshots. */
  readonly snapshotFunctionArn: string;
  /** ARN of the function that takes receipts. */
  readonly receiptsFunctionArn: string;
  /** Its store, where snapshots lie. */
  readonly store: IDataStore;
  /** ARN of the bus that tells of withdrawals. */
  readonly withdrawalsBusArn: string;
  /**
   * Whether it takes snapshots by a schedule, which runs use.
   *
   * @default false
   */
  readonly scheduledSnapshots?: boolean;
}
