import { randomUUID } from 'node:crypto';
import { CloudWatchLogsClient, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { AuditLog, AuditRecord } from '../token-vault/audit';
import { VaultError } from '../token-vault/fault';

/** Writes records to a log group. */
export class LogGroup implements AuditLog {
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
