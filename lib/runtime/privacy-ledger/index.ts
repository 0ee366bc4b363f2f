import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { epsilonOfCharges } from '../../policy/privacy/privacy-charge';
import { reportOf } from './report';
import type { ReserveEvent, SettleEvent } from '../ledger-rules/request';
import { named, reserve } from '../ledger-rules/reserve';
import { runOf, settle } from '../ledger-rules/settle';
import { LedgerTable } from './table';
import { verdictOf } from '../ledger-rules/verdict';

const sagemaker = new SageMakerClient({});
const dynamodb = new DynamoDBClient({});
const ledger = () => new LedgerTable(dynamodb, process.env.TABLE ?? '');

/** What the pipeline goes on with; a Lambda step takes text. */
export interface LedgerAnswer {
  readonly reservation: string;
  /** Of this run on its own: what it may come to when it reserves, what it came to when it settles. */
  readonly epsilon: string;
  readonly delta: string;
  readonly verdict: string;
}

/** Reserves privacy before a training and settles it afterwards. Whatever fails here stops the pipeline, and a charge is never taken back by it. */
export async function handler(event: ReserveEvent | SettleEvent): Promise<LedgerAnswer> {
  try {
    return event.action === 'reserve' ? await reserved(event) : await settled(event);
  } catch (error) {
    // for the log: SageMaker shows the message of the error alone
    console.error(JSON.stringify({ action: event.action, execution: event.execution, step: event.step, error: String(error) }));
    throw error;
  }
}

async function reserved(event: ReserveEvent): Promise<LedgerAnswer> {
  const { reservation, asked, charges } = await reserve(ledger(), event, Date.now());
  return { reservation, epsilon: String(epsilonOfCharges(charges, asked.delta)), delta: String(asked.delta), verdict: 'reserved' };
}

async function settled(event: SettleEvent): Promise<LedgerAnswer> {
  if (event.action !== 'settle') throw new Error(`the action is '${String((event as { action: unknown }).action)}': use reserve or settle`);
  const table = ledger();
  const run = await runOf(table, event.reservation);
  if (run.execution !== event.execution || run.step !== event.step) throw new Error(`reservation '${event.reservation}' is of step ${run.step} of ${run.execution}: settle it there`);
  const done = run.settlement?.by === 'run' ? run : await settle(table, event.reservation, 'run', verdictOf(run, await reportOf(sagemaker, event, run)));
  const { verdict, refusal } = done.settlement!;
  if (refusal) throw named('PrivacyBudgetOverspent', refusal);
  if (!verdict.startsWith('verified')) console.warn(JSON.stringify({ reservation: event.reservation, execution: event.execution, step: event.step, verdict }));
  return { reservation: event.reservation, epsilon: String(epsilonOfCharges(done.charges, done.asked.delta)), delta: String(done.asked.delta), verdict: verdict.slice(0, 256) };
}
