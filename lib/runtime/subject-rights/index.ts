import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { nameOf } from '../own-words';
import { type Action, type Conflict, CONFLICTS, type StoreAnswer, type StoreEntry, type StoreState } from '../rights/contract';
import { type Deadline, dueOf } from './deadline';
import { guarded, RightsError, variable } from '../rights/fault';
import { Fingerprints } from '../rights/fingerprints';
import { close, enter, openRequests, recordStore } from '../rights/records';
import { ACTIONS, identifiersOf, readRequest, type RightsRequest } from './request';

const DAY = 24 * 60 * 60 * 1000;

/** What the state machine and the schedule send: one step at a time, each safe to repeat. */
export type DeskRequest =
  | { readonly action: 'take-in'; readonly input: unknown; readonly execution: ExecutionOf; readonly stores: readonly StoreEntry[] }
  | { readonly action: 'prove'; readonly request: Taken; readonly store: string; readonly conflicts: readonly Conflict[]; readonly answer?: StoreAnswer; readonly problem?: { readonly Error?: unknown } }
  | { readonly action: 'close'; readonly request: Taken; readonly outcomes: readonly Outcome[]; readonly waiting: readonly Pick<Work, 'store' | 'conflicts'>[] }
  | { readonly action: 'watch' };

interface ExecutionOf {
  readonly name: string;
  readonly startedAt: string;
}

/** A request as the rest of the state machine knows it. */
export interface Taken {
  readonly requestId: string;
  readonly kind: RightsRequest['kind'];
  readonly action: Action;
  readonly person: string;
  readonly execution: string;
  readonly receivedAt: string;
  /** Of a withdrawal: from when it holds. */
  readonly effectiveAt?: string;
  readonly due: string;
  readonly citation: string;
  readonly export: { readonly bucket: string; readonly prefix: string };
}

/** A store that is to be asked. */
export interface Work extends Pick<StoreEntry, 'store' | 'function' | 'conflicts'> {
  readonly subject: string;
}

/** Where a store stands. */
export interface Outcome {
  readonly store: string;
  readonly state: StoreState;
  readonly conflicts: readonly Conflict[];
  /** Set where it was asked and gave no answer, so that it has to be asked again. */
  readonly failed?: boolean;
}

/** What is to be done for a request: what is decided already, what can be asked, and what has to wait for that. */
export interface TakenIn {
  readonly request: Taken;
  readonly work: readonly Work[];
  readonly last: readonly Work[];
  readonly decided: readonly Outcome[];
}

const cloudwatch = new CloudWatchClient({ maxAttempts: 6 });
const lambda = new LambdaClient({ maxAttempts: 3 });

export const handler = guarded(async (event: DeskRequest): Promise<unknown> => {
  switch (event?.action) {
    case 'take-in': return takeIn(event.input, event.execution, event.stores);
    case 'prove': return prove(event);
    case 'close': return end(event);
    case 'watch': return watch();
    default: throw new RightsError('MalformedRequest', 'the action of the request is none of take-in, prove, close, watch');
  }
});

/** Reads and enters a request, and says which stores are to be asked how. */
async function takeIn(input: unknown, execution: ExecutionOf, stores: readonly StoreEntry[]): Promise<TakenIn> {
  const request = readRequest(input, Date.now());
  const fingerprints = await Fingerprints.open();
  const { kind, subject, purposes, effectiveAt } = request;
  const requestId = request.requestId ?? (purposes === undefined ? execution.name : `withdrawal-${fingerprints.of('receipt', subject, request.receipt!, ...[...purposes].sort())}`);
  const identifiers = { ...await resolved(request), ...request.identifiers };
  const receivedAt = request.receivedAt ?? execution.startedAt;
  const digest = fingerprints.of('request', kind, subject, JSON.stringify([purposes ? [...purposes].sort() : null, Object.entries(request.identifiers).sort()]));
  const person = fingerprints.person(subject);
  const deadlines = JSON.parse(variable('DEADLINES')) as Record<RightsRequest['kind'], Deadline[]>;
  // nothing is to be done before a withdrawal holds, and nothing could be late before it was received
  const since = effectiveAt !== undefined && effectiveAt > receivedAt ? effectiveAt : receivedAt;
  const entered = await enter({
    requestId, kind, person, digest, receivedAt, ...(effectiveAt === undefined ? {} : { effectiveAt }), ...dueOf(since, deadlines[kind]), ...(purposes ? { purposes } : {}),
  }, execution.name);
  if (!entered.isSame) throw new RightsError('RequestConflict', 'another request has this requestId: give each its own');

  const taken: Taken = {
    requestId, kind, action: ACTIONS[kind], person, execution: execution.name, receivedAt: entered.record.receivedAt, ...(effectiveAt === undefined ? {} : { effectiveAt }),
    due: entered.record.due, citation: entered.record.citation,
    export: { bucket: variable('EXPORT_BUCKET'), prefix: `${variable('EXPORT_PREFIX')}${person}/${requestId}/` },
  };
  const decided: Outcome[] = [];
  const [work, last]: [Work[], Work[]] = [[], []];
  for (const entry of stores.filter(({ byPerson }) => !byPerson || kind === 'erasure')) {
    const known = entry.byPerson ? person : entry.identifier === undefined ? subject : Object.hasOwn(identifiers, entry.identifier) ? identifiers[entry.identifier] : undefined;
    const against = purposes && !entry.always ? againstWithdrawal(entry, purposes, request.withdrawnBefore ?? []) : undefined;
    const outcome = against ?? (known === undefined ? { state: 'open' as const, conflicts: ['no-identifier' as const] } : undefined);
    if (outcome) {
      const conflicts = [...entry.conflicts, ...outcome.conflicts];
      await recordStore({ requestId, store: entry.store, execution: execution.name, action: taken.action, state: outcome.state, counts: {}, conflicts });
      decided.push({ store: entry.store, state: outcome.state, conflicts });
    } else {
      (entry.last ? last : work).push({ store: entry.store, function: entry.function, conflicts: entry.conflicts, subject: known! });
    }
  }
  return { request: taken, work, last, decided };
}

/** Consent is withdrawn for purposes: what is held for another one has a ground of its own, unless that was withdrawn before. */
function againstWithdrawal({ purposes }: StoreEntry, withdrawn: readonly string[], before: readonly string[]): Pick<Outcome, 'state' | 'conflicts'> | undefined {
  if (purposes.length === 0) return { state: 'open', conflicts: ['purpose-unknown'] };
  if (!purposes.some((purpose) => withdrawn.includes(purpose))) return { state: 'kept', conflicts: ['other-purpose'] };
  return purposes.every((purpose) => withdrawn.includes(purpose) || before.includes(purpose)) ? undefined : { state: 'open', conflicts: ['other-purpose'] };
}

/** What the user's own function knows of how stores name the person. */
async function resolved({ subject, kind }: RightsRequest): Promise<Record<string, string>> {
  const FunctionName = process.env.IDENTITIES_FUNCTION;
  if (!FunctionName) return {};
  const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify({ kind, subject }) }));
  if (FunctionError) throw new RightsError('Unavailable', 'the function that gives the identifiers of a person failed: see its own log');
  return identifiersOf((JSON.parse(Buffer.from(Payload ?? []).toString() || 'null') as { identifiers?: unknown } | null)?.identifiers ?? {});
}

/** Puts on record what became of a store. What an eraser answers can be a user's own: nothing of it is kept but counts and words of the list. */
async function prove({ request, store, conflicts: known, answer, problem }: Extract<DeskRequest, { action: 'prove' }>): Promise<Outcome> {
  const counts = Object.fromEntries(Object.entries(answer?.counts ?? {}).filter(([word, count]) => /^[A-Za-z]{1,40}$/.test(word) && Number.isSafeInteger(count) && count >= 0));
  const conflicts = [...new Set([...known, ...(answer?.conflicts ?? [])])].filter((word) => CONFLICTS.includes(word));
  // an answer that is none of those that were agreed on proves nothing
  const state: StoreState = answer?.state === 'done' ? 'done' : 'open';
  const failed = problem !== undefined || !['done', 'open'].includes(answer?.state ?? '');
  await recordStore({
    requestId: request.requestId, store, execution: request.execution, action: request.action, state, counts, conflicts,
    ...(failed ? { error: problem ? nameOf(Object.assign(new Error(), { name: lastPart(problem.Error) })) : 'NoAnswer' } : {}),
  });
  return { store, state, conflicts, ...(failed ? { failed } : {}) };
}

/** Names of errors of services have a namespace, such as `Lambda.TooManyRequestsException`. */
function lastPart(error: unknown): string {
  return typeof error === 'string' ? error.split('.').pop()! : '';
}

/** A request is answered when every store is. What holds the way to the rest was not asked where the rest has to be asked again. */
async function end({ request, outcomes: asked, waiting }: Extract<DeskRequest, { action: 'close' }>): Promise<{ readonly state: 'answered' | 'open'; readonly open: readonly string[]; readonly conflicts: readonly string[] }> {
  const outcomes = [...asked, ...waiting.map(({ store, conflicts }): Outcome => ({ store, state: 'open', conflicts: [...conflicts, 'waits'] }))];
  for (const { store, conflicts } of outcomes.slice(asked.length)) {
    await recordStore({ requestId: request.requestId, store, execution: request.execution, action: request.action, state: 'open', counts: {}, conflicts });
  }
  const open = outcomes.filter(({ state }) => state === 'open').map(({ store }) => store);
  const conflicts = outcomes.flatMap(({ store, conflicts: found }) => found.map((conflict) => `${store}: ${conflict}`));
  await close(request.requestId, open.length === 0, conflicts);
  return { state: open.length === 0 ? 'answered' : 'open', open, conflicts };
}

/** Counts the requests that are not answered, and those of them that are due soon, for the alarms. */
async function watch(): Promise<{ readonly open: number; readonly due: number; readonly overdue: number }> {
  const now = Date.now();
  const soon = new Date(now + Number(variable('WARN_DAYS')) * DAY).toISOString();
  const found = { open: 0, due: 0, overdue: 0 };
  for await (const due of openRequests()) {
    found.open += 1;
    if (due <= soon) found.due += 1;
    if (due <= new Date(now).toISOString()) found.overdue += 1;
  }
  await cloudwatch.send(new PutMetricDataCommand({
    Namespace: variable('METRIC_NAMESPACE'),
    MetricData: [
      { MetricName: variable('METRIC_DUE'), Value: found.due, Unit: 'Count' }, { MetricName: variable('METRIC_OPEN'), Value: found.open, Unit: 'Count' },
    ],
  }));
  console.log(JSON.stringify(found));
  return found;
}
