import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { entryOf } from '../consent/entry';
import { ConsentError, guarded } from '../consent/fault';
import { variable } from '../consent/fault';

/** What the stream of the table hands over: entries that are new. */
export interface StreamEvent {
  readonly Records: readonly { readonly eventName: string; readonly dynamodb: { readonly NewImage?: Readonly<Record<string, { readonly S?: string }>> } }[];
}

/** What others act on, such as the erasure of somebody's data. It can come more than once, and is the same then. */
export interface ConsentWithdrawn {
  readonly subject: string;
  readonly purposes: readonly string[];
  /** From when it holds. */
  readonly at: string;
  readonly receipt: string;
}

/** PutEvents takes ten. */
const AT_ONCE = 10;

const client = new EventBridgeClient({ maxAttempts: 6 });

/**
 * Tells of withdrawals. It reads the stream of the table, so that no withdrawal that is written goes untold, whatever became of the function that
 * wrote it. What fails is read again by the stream.
 */
export const handler = guarded(async ({ Records }: StreamEvent): Promise<void> => {
  const withdrawn = new Map<string, ConsentWithdrawn>();
  for (const { eventName, dynamodb } of Records) {
    if (eventName !== 'INSERT' || dynamodb.NewImage?.say?.S !== 'withdrawn') continue;
    const { subject, purpose, at, receipt } = entryOf(dynamodb.NewImage);
    const key = JSON.stringify([subject, at, receipt]);
    withdrawn.set(key, { subject, purposes: [...withdrawn.get(key)?.purposes ?? [], purpose], at, receipt });
  }
  const entries = [...withdrawn.values()].map((detail): PutEventsRequestEntry => ({
    EventBusName: variable('BUS'), Source: 'regulated-ml.consent', DetailType: 'Consent withdrawn', Detail: JSON.stringify(detail),
  }));
  for (let first = 0; first < entries.length; first += AT_ONCE) {
    const { FailedEntryCount = 0 } = await client.send(new PutEventsCommand({ Entries: entries.slice(first, first + AT_ONCE) }));
    if (FailedEntryCount > 0) throw new ConsentError('Unavailable', `the bus did not take ${FailedEntryCount} of ${entries.length} withdrawals: the stream hands them over again`);
  }
  if (entries.length > 0) console.log(JSON.stringify({ withdrawals: entries.length }));
});
