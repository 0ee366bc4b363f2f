import { Duration, Token } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import type { IConstruct } from 'constructs';
import { dueDays } from '../../policy/due-days';
import { shown } from '../../policy/given';
import { having, requireProps } from '../../policy/required';
import { longestPause } from '../pipeline/private/firings';
import type { ComplianceProfile } from '../../policy/profile';
import { RequestKind } from '../../policy/request-deadline';
import type { Retention } from '../../policy/retention';
import type { ConsentRegistryProps, OneTrustApi, OneTrustWebhook } from './consent-registry-props';

/** Lambda takes 4 KB of environment; the rest is names and ARNs. */
const MAXIMUM_NAMES = 2_500;
/** Labels of letters, digits and `-`, the last of which is no number, as in an address. */
const HOST = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** For so long a version lies below that nobody sees any more, which is the least that S3 takes. */
export const VERSION_DAYS = 1;
/** S3 counts from the midnight after, once for the object and once for its version. */
const ROUNDING = 2;
const PURPOSE = { is: having('name', 'isSame'), give: "a purpose, such as Purpose.of('readmission-risk')" };

/**
 * Passes for props that a registry can be made from.
 *
 * @throws an error that names the value, and what to give
 */
export function checkRegistry(registry: IConstruct, props: ConsentRegistryProps): void {
  const owner = `registry '${registry.node.path}'`;
  requireProps(owner, props, {
    workspace: { is: having('profile', 'vpc', 'logsKey'), give: 'a Workspace' },
    purposes: { ...PURPOSE, list: true },
    purposeNames: { is: (value) => typeof value === 'object' && !Array.isArray(value), give: "purposes by other names, such as { '<id in OneTrust>': Purpose.of('readmission-risk') }", optional: true },
    store: { is: having('bucket', 'grantRead', 'grantWrite'), give: 'a DataStore', optional: true },
    snapshotSchedule: { is: having('expressionString'), give: 'a schedule, such as events.Schedule.rate(Duration.hours(6))', optional: true },
    refusedRetention: { is: having('inDays'), give: 'a retention, such as Retention.days(30)', optional: true },
    droppedRetention: { is: having('inDays'), give: 'a retention, such as Retention.days(30)', optional: true },
  });
  const { purposes, purposeNames = {} } = props;
  if (purposes.length === 0) throw new Error(`${owner} has no purposes, so nobody could consent to anything: give those that rest on consent, such as Purpose.of('readmission-risk')`);
  const twice = purposes.find((purpose, index) => purposes.findIndex((other) => other.isSame(purpose)) !== index);
  if (twice) throw new Error(`${owner} names purpose '${twice}' twice: name it once`);
  for (const [name, purpose] of Object.entries(purposeNames)) {
    const known = PURPOSE.is(purpose) && purposes.some((own) => own.isSame(purpose));
    if (!known) throw new Error(`${owner}: '${name}' stands for ${shown(PURPOSE.is(purpose) ? purpose.name : purpose)}, which is none of its purposes: take one of ${purposes.join(', ')}, or add it`);
    const other = purposes.find((own) => own.name === name && !own.isSame(purpose));
    if (other) throw new Error(`${owner}: '${name}' is a purpose of its own, and cannot stand for '${purpose}' as well: leave it out of purposeNames`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(Object.keys(purposeNames))) + purposes.join('').length;
  if (bytes > MAXIMUM_NAMES) throw new Error(`${owner}: the names of its purposes take ${bytes} bytes, and a function takes ${MAXIMUM_NAMES} of them: spread the purposes over two registries`);
  if (props.webhook) checkWebhook(owner, props.webhook);
  if (props.oneTrust) checkApi(owner, props.oneTrust);
}

/** A place in the store that no eraser looks into, and that ends by itself. */
export interface Expiring {
  readonly id: 'refused' | 'dropped';
  readonly prefix: string;
  readonly retention?: Retention;
  /** Days, where nothing is said and the law leaves as many. */
  readonly standard: number;
  /** Days that may pass before something of a person who is known already comes to lie there. */
  readonly late: number;
}

/**
 * For how many days something lies in a place: so few that it is gone, with its versions, before a request of erasure is due.
 *
 * @throws an error for a time that is longer than that
 */
export function expiryDays(registry: IConstruct, { id, prefix, retention, standard, late }: Expiring, profile: ComplianceProfile): number {
  const [first] = profile.requestDeadlinesFor(RequestKind.ERASURE).sort((a, b) => dueDays(a) - dueDays(b));
  const taken = VERSION_DAYS + ROUNDING + late;
  const most = first ? dueDays(first) - taken : Infinity;
  const days = retention?.inDays ?? Math.min(standard, most);
  if (days <= most && days >= 1) return days;
  const due = `a request is due after ${dueDays(first!)} days (${first!.citation})`;
  const spent = `${taken} of them go by besides: ${VERSION_DAYS} for versions, ${ROUNDING} for the midnights that S3 waits for${late > 0 ? `, ${late} until a file that was dropped is refused` : ''}`;
  const next = most < 1 ? 'which leaves none: give it a store of another app, which is emptied there' : `give Retention.days(1) to Retention.days(${most}), or leave it out for ${Math.min(standard, most)} days`;
  throw new Error(`registry '${registry.node.path}': ${id}Retention is ${retention ?? 'left out'}, and no erasure reaches '${prefix}': ${due}, and ${spent}; ${next}`);
}

/** Passes for the ARN of something in the region, or for one that is not known yet. */
export function checkArn(registry: IConstruct, name: string, arn: string, service: 'lambda' | 'events', region: string): void {
  if (Token.isUnresolved(arn)) return;
  const shape = service === 'lambda' ? /^arn:[^:]+:lambda:([^:]+):\d{12}:function:[^:]+$/ : /^arn:[^:]+:events:([^:]+):\d{12}:event-bus\/[^:]+$/;
  const [, found] = shape.exec(String(arn)) ?? [];
  if (found === undefined) throw new Error(`${registry.node.path}: ${name} is ${shown(arn)}: give the ARN of ${service === 'lambda' ? 'the function, without a version' : 'the event bus'}`);
  if (found !== region) throw new Error(`${registry.node.path}: ${name} is of region '${found}', and the workspace is in '${region}': take the registry of the same region`);
}

function checkWebhook(owner: string, { signatureHeader, timestampHeader }: OneTrustWebhook): void {
  for (const [name, header] of [['signatureHeader', signatureHeader], ['timestampHeader', timestampHeader]] as const) {
    if (header !== undefined && !/^[A-Za-z0-9-]{1,64}$/.test(header)) throw new Error(`${owner}: ${name} ${shown(header)} is no name of a header: give 1 to 64 letters, digits or '-'`);
  }
  if (signatureHeader !== undefined && signatureHeader.toLowerCase() === timestampHeader?.toLowerCase()) throw new Error(`${owner}: the signature and the time stand in the same header '${signatureHeader}': give each its own`);
}

function checkApi(owner: string, api: OneTrustApi): void {
  requireProps(`${owner}: oneTrust`, api, {
    hostname: { is: (value) => typeof value === 'string' && (Token.isUnresolved(value) || HOST.test(value)), give: "the name of the host alone, such as 'app-eu.onetrust.com'" },
    credentials: { is: having('secretArn', 'grantRead'), give: 'a secret with client_id and client_secret' },
    network: { is: having('vpcId', 'selectSubnets'), give: 'a network with a way out: the API stands on the internet, and the network of a workspace has no route to it' },
    schedule: { is: having('expressionString'), give: 'a schedule, such as events.Schedule.rate(Duration.hours(1))', optional: true },
    lookback: {
      is: (value) => value instanceof Duration && (value.isUnresolved() || (value.toSeconds() >= 3_600 && value.toSeconds() <= 7 * 86_400)), give: 'Duration.hours(1) to Duration.days(7), which is as far as the API answers at a time', optional: true,
    },
  });
  checkPauses(owner, api);
}

/** Passes for readings that overlap: EventBridge may start one a minute late, and what changed before it looks back to is never read. */
function checkPauses(owner: string, { schedule, lookback = Duration.days(1) }: OneTrustApi): void {
  const pause = schedule && longestPauseOf(schedule);
  if (pause === undefined || lookback.isUnresolved() || lookback.toMinutes({ integral: false }) > pause) return;
  throw new Error(`${owner}: OneTrust is read back for ${lookback.toHumanString()}, and the schedule '${schedule!.expressionString}' pauses for up to ${Duration.minutes(pause).toHumanString()}: a consent that is taken back in between may never be known; give a lookback that is longer than the pause, at most Duration.days(7), or a schedule that reads more often`);
}

/** The longest pause of a schedule, in minutes, where it can be told at synth. */
export function longestPauseOf({ expressionString }: events.Schedule): number | undefined {
  return Token.isUnresolved(expressionString) ? undefined : longestPause(expressionString);
}
