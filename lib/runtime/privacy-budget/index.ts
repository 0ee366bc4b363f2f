import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { checkAmount, checkDelta, checkUnit } from '../../policy/privacy/checks';
import { chargeOf, merged, withSteps } from '../../policy/privacy/privacy-charge';
import { customResource, type CustomResourceEvent, type LambdaContext } from '../cloudformation-response';
import { type Budget, whenOthersWrite } from '../ledger-rules/ledger';
import { runOf, settle } from '../ledger-rules/settle';
import { LedgerTable } from '../privacy-ledger/table';

const dynamodb = new DynamoDBClient({});
const ledger = () => new LedgerTable(dynamodb, process.env.TABLE ?? '');

/** An operator's word on a run that ended without settling. */
export interface SettlementEvent {
  readonly action: 'settle';
  readonly reservation: string;
  /** Steps that each training took, as its checkpoint or log says; more than were reserved too, and 0 where none began. */
  readonly steps: number;
  /** What that rests on. */
  readonly reason: string;
}

/** The charge that an operator settled a reservation with. */
export interface SettlementAnswer {
  readonly reservation: string;
  readonly verdict: string;
  readonly refusal?: string;
}

const budgetOf = customResource((event) => (event.RequestType === 'Delete' ? letGo(event) : state(event)));

/** What is said of budgets from outside of any run: by the stacks that state them, and by operators. */
export async function handler(event: CustomResourceEvent | SettlementEvent, context: LambdaContext): Promise<SettlementAnswer | void> {
  return 'RequestType' in event ? budgetOf(event, context) : settleByHand(event);
}

async function settleByHand({ action, reservation, steps, reason }: SettlementEvent): Promise<SettlementAnswer> {
  if (action !== 'settle') throw new Error(`the action is '${String(action)}': use settle`);
  checkAmount('the number of steps', steps, { whole: true, atLeast: 0 }, 'give how many steps each training took, a whole number from 0');
  if (typeof reason !== 'string' || reason.trim().length < 10) throw new Error('the settlement gives no reason: say in a sentence what the number of steps rests on');
  const table = ledger();
  const { settlement, asked: { training, trainings }, charges } = await runOf(table, reservation);
  if (settlement) throw new Error(`reservation '${reservation}' is settled already (by ${settlement.by}: ${settlement.verdict}), and a charge is not taken back`);
  const spent = merged([chargeOf(withSteps(training, steps), trainings)]);
  const text = `${steps} of ${training.steps} steps, by an operator: ${reason.trim()}`;
  const run = await settle(table, reservation, 'operator', { charges: spent, text });
  console.warn(JSON.stringify({ reservation, before: charges, after: run.charges, text }));
  return { reservation, verdict: run.settlement!.verdict, ...(run.settlement!.refusal ? { refusal: run.settlement!.refusal } : {}) };
}

async function state(event: CustomResourceEvent): Promise<{ physicalResourceId: string }> {
  const { dataSet, budget } = propertiesOf(event);
  const owner = ownerOf(event);
  const table = ledger();
  await whenOthersWrite(async () => {
    const before = await table.account(dataSet);
    if (before && JSON.stringify(before.budget) === JSON.stringify(budget) && before.owner !== '') return;
    if (before && before.owner !== owner && before.owner !== '' && !isSame(before.budget, budget)) {
      throw new Error(`the budget of '${dataSet}' is stated by ${before.owner} as ε = ${before.budget.epsilon}, δ = ${before.budget.delta} for each ${before.budget.unit} in ${before.budget.calendarYear ? 'a calendar year' : `${before.budget.periodInDays} days`}: state the same, or change it there`);
    }
    if (before && before.owner !== owner && before.owner !== '') return;
    await table.state({ dataSet, budget, owner }, before);
  });
  return { physicalResourceId: `privacy-budget:${dataSet}` };
}

/** The account stays, with all that was spent: who states the budget next takes it over. */
async function letGo(event: CustomResourceEvent): Promise<void> {
  const { dataSet } = propertiesOf(event);
  const table = ledger();
  await whenOthersWrite(async () => {
    const before = await table.account(dataSet);
    if (before?.owner === ownerOf(event)) await table.state({ ...before, owner: '' }, before);
  });
}

function propertiesOf({ ResourceProperties: given }: CustomResourceEvent): { dataSet: string; budget: Budget } {
  const text = (name: string): string => {
    const value = given[name];
    if (typeof value !== 'string' || value === '') throw new Error(`${name} is not given`);
    return value;
  };
  const [epsilon, delta, records, periodInDays] = ['Epsilon', 'Delta', 'Records', 'PeriodInDays'].map((name) => Number(text(name))) as [number, number, number, number];
  checkAmount('the epsilon of the budget', epsilon, { above: 0 }, 'give a number above 0');
  checkDelta(delta);
  checkAmount('the number of records of the budget', records, { whole: true, atLeast: 1 }, 'give a whole number from 1');
  checkAmount('the period of the budget', periodInDays, { whole: true, atLeast: 1 }, 'give a whole number of days from 1');
  const unit = text('Unit') as Budget['unit'];
  checkUnit('the budget', unit);
  return { dataSet: text('DataSet'), budget: { name: text('Name'), epsilon, delta, unit, records, calendarYear: text('CalendarYear') === 'true', periodInDays } };
}

/** A stack's id changes when it is made anew, and its name is told by it. */
function ownerOf({ StackId, LogicalResourceId }: CustomResourceEvent): string {
  return `${StackId}#${LogicalResourceId}`;
}

/** Whether two apps mean the same; what they call the data set is their own. */
function isSame(a: Budget, b: Budget): boolean {
  return JSON.stringify({ ...a, name: '' }) === JSON.stringify({ ...b, name: '' });
}
