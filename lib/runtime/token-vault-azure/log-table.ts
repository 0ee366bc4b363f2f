import type { AuditLog, AuditRecord } from '../token-vault/audit';
import type { ManagedIdentity } from './managed-identity';
import { send } from './rest';

const RESOURCE = 'https://monitor.azure.com';

/** Where records are taken in, and by which rule they come into their table. */
export interface LogRoute {
  /** Address of the data collection endpoint. */
  readonly endpoint: string;
  /** Immutable id of the data collection rule. */
  readonly rule: string;
  /** Name of the stream, `Custom-…`. */
  readonly stream: string;
}

/**
 * Writes records to a table of Log Analytics. What was accepted stands in the table some minutes later.
 *
 * @see https://learn.microsoft.com/azure/azure-monitor/logs/logs-ingestion-api-overview
 */
export class LogTable implements AuditLog {
  constructor(private readonly identity: ManagedIdentity, private readonly route: LogRoute) {}

  public async write(record: AuditRecord): Promise<void> {
    const { endpoint, rule, stream } = this.route;
    const row = {
      TimeGenerated: new Date().toISOString(), Action: record.action, Outcome: record.outcome, RequestId: record.requestId, Caller: record.caller, Purpose: record.purpose,
      Refusal: record.refusal, Items: record.items, Tokens: record.tokens, Subjects: record.subjects,
    };
    await send('the audit log', `${endpoint}/dataCollectionRules/${rule}/streams/${stream}?api-version=2023-01-01`, {
      method: 'POST', body: JSON.stringify([row]),
      headers: { 'authorization': `Bearer ${await this.identity.token(RESOURCE)}`, 'content-type': 'application/json' },
    });
  }
}
