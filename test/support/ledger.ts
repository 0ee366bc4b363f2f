import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { PrivacyCharge } from '../../lib/policy/privacy/privacy-charge';
import type { ReserveEvent } from '../../lib/runtime/ledger-rules/request';
import type { Budget } from '../../lib/runtime/ledger-rules/ledger';
import { LedgerTable } from '../../lib/runtime/privacy-ledger/table';

/** Budgets with much room. */
export const BUDGET: Budget = { name: 'Ml/Admissions', epsilon: 8, delta: 1e-6, unit: 'person' as never, records: 120_000, calendarYear: true, periodInDays: 366 };

/** A table as the ledger has it; each test has its own. */
export async function newTable(client: DynamoDBClient, TableName: string): Promise<LedgerTable> {
  await client.send(new CreateTableCommand({
    TableName, BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }, { AttributeName: 'sk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
  }));
  return new LedgerTable(client, TableName);
}

/** moto takes a copy of a table for each transaction and puts it back when one fails, so that those of other threads are lost: one request at a time. */
export function oneRequestAtATime(): DynamoDBClient {
  return new DynamoDBClient({ requestHandler: { httpAgent: { maxSockets: 1 } } });
}

/** What a run of a step asks for. */
export function reserveEvent(more: Partial<ReserveEvent> = {}, execution = 'abcdefghijkl'): ReserveEvent {
  return {
    action: 'reserve', execution: `arn:aws:sagemaker:eu-central-1:123456789012:pipeline/readmission/execution/${execution}`, step: 'Train', started: '2026-06-01T00:00:00.000Z',
    dataSets: 'admissions', unit: 'person', delta: '0.000001', drawing: 'poisson', sampleRate: '0.01', noiseMultiplier: '1.1', steps: '1000', passes: '1000', trainings: '1', ...more,
  };
}

/** Steps of one mechanism in all charges; fails on another. */
export function stepsOf(charges: readonly PrivacyCharge[]): number {
  return charges.reduce((all, { steps, sampleRate, noiseMultiplier, selection }) => {
    if (sampleRate !== 0.01 || noiseMultiplier !== 1.1 || selection) throw new Error(`another mechanism: ${JSON.stringify({ sampleRate, noiseMultiplier, selection })}`);
    return all + steps;
  }, 0);
}

