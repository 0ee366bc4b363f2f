import { randomUUID } from 'node:crypto';
import { CloudWatchLogsClient, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { Caller } from './caller';
import { fingerprint } from './ciphers';
import { VaultError } from './fault';

/** One request, on record. It has hashes of tokens, and never a value. */
export interface AuditRecord {
  readonly action: 'tokenize' | 'detokenize' | 'shred' | 'trace';
  readonly outcome: 'answered' | 'refused';
  /** Of Lambda, which CloudTrail's data event of the call has too. */
  readonly requestId: string;
  readonly caller?: Caller;
  readonly purpose?: string;
  /** Why it was refused. */
  readonly refusal?: string;
  /** Items by field and by what became of them. */
  readonly items?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly tokens?: readonly string[];
  readonly subjects?: readonly string[];
}

/** Writes records to a log group, each before its request is answered: what cannot be put on record is not done. */
export class AuditLog {
  private stream?: Promise<string>;

  constructor(private readonly logs: CloudWatchLogsClient, private readonly logGroupName: string) {}

  public async write(record: AuditRecord): Promise<void> {
    this.stream ??= this.newStream(record.action);
    const logStreamName = await this.stream.catch((error: unknown) => {
      this.stream = undefined;
      throw error;
    });
    const now = Date.now();
    const { rejectedLogEventsInfo: rejected } = await this.logs.send(new PutLogEventsCommand({
      logGroupName: this.logGroupName, logStreamName, logEvents: [{ timestamp: now, message: JSON.stringify({ time: new Date(now).toISOString(), ...record }) }],
    }));
    // CloudWatch Logs answers with success when it drops what is out of its time
    if (rejected) throw new VaultError('Unavailable', 'the audit log did not take the record: nothing is answered without one');
  }

  private async newStream(action: string): Promise<string> {
    const logStreamName = `${action}/${new Date().toISOString().slice(0, 10)}/${randomUUID()}`;
    await this.logs.send(new CreateLogStreamCommand({ logGroupName: this.logGroupName, logStreamName }));
    return logStreamName;
  }
}

/** The hash by which the audit log names a token: keyed, since tokens that keep a format can be tried out. */
export function tokenHash(key: Uint8Array, field: string, token: string): string {
  return fingerprint(key, 'token', field, token);
}

/** Counts items by field and by what became of them. */
export function tally(items: readonly { readonly field: string; readonly outcome: string }[]): Record<string, Record<string, number>> {
  const counts: Record<string, Record<string, number>> = {};
  for (const { field, outcome } of items) {
    counts[field] ??= {};
    counts[field][outcome] = (counts[field][outcome] ?? 0) + 1;
  }
  return counts;
}
