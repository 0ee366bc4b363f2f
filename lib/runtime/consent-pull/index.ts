import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ConsentError, guarded } from '../consent/fault';
import { claimsOfDetail, detailsOf, isTest } from '../consent/one-trust';
import type { Outcome } from '../consent/outcome';
import { variable } from '../consent/fault';

/** The schedule gives nothing; by hand, a longer time is read again. */
export interface PullRequest {
  /** ISO 8601. */
  readonly since?: string;
}

/** What was read, and what became of it. */
export interface PullAnswer extends Outcome {
  readonly since: string;
  readonly until: string;
  /** Of purposes that the registry does not have: not its business, so not kept. */
  readonly foreign: number;
}

/** The API answers for seven days at a time, in pages of fifty. */
const LONGEST = 7 * 86_400_000;
const PAGE = 50;
const AT_ONCE = 500;
const WAITS = 6;
/** Milliseconds to wait at first where the API does not say. */
const PATIENCE = 2_000;

const lambda = new LambdaClient({ maxAttempts: 4 });
const secrets = new SecretsManagerClient({ maxAttempts: 4 });

/**
 * Reads from OneTrust what changed lately, and hands it to the function that takes receipts: this one has a way out, and so no way to the table.
 * Each time overlaps the one before, since entries are written once however often they come.
 */
export const handler = guarded(async (request: PullRequest): Promise<PullAnswer> => {
  const now = Date.now();
  const since = request?.since === undefined ? now - Number(variable('LOOKBACK_SECONDS')) * 1000 : Date.parse(request.since);
  if (!(since < now)) throw new ConsentError('MalformedRequest', 'since is no time before now: give one such as 2026-11-01T00:00:00Z');
  const known = new Set(Object.keys(JSON.parse(variable('PURPOSES')) as object));
  const total = { taken: 0, known: 0, tests: 0, foreign: 0, refused: {} as Record<string, number> };
  const token = await accessToken();
  let waiting: unknown[] = [];
  const hand = async (least: number) => {
    while (waiting.length > 0 && waiting.length >= least) {
      const outcome = await handOver(waiting.slice(0, AT_ONCE));
      waiting = waiting.slice(AT_ONCE);
      total.taken += outcome.taken;
      total.known += outcome.known;
      for (const [reason, count] of Object.entries(outcome.refused)) total.refused[reason] = (total.refused[reason] ?? 0) + count;
    }
  };
  for (let from = since; from < now; from += LONGEST) {
    for await (const detail of detailsBetween(token, from, Math.min(from + LONGEST, now))) {
      if (isTest(detail)) total.tests++;
      else if (isForeign(detail, known)) total.foreign++;
      else waiting.push(receiptOf(detail, known));
      await hand(AT_ONCE);
    }
  }
  await hand(0);
  const { taken, known: seen, tests, foreign, refused } = total;
  const answer = { since: new Date(since).toISOString(), until: new Date(now).toISOString(), taken, known: seen, tests, foreign, refused };
  console.log(JSON.stringify({ source: 'onetrust-api', ...answer }));
  return answer;
});

/** Details of purposes that changed within a time, page by page. */
async function* detailsBetween(token: string, from: number, until: number): AsyncGenerator<unknown> {
  // The API takes times without a zone, which are UTC.
  const bare = (time: number) => new Date(time).toISOString().slice(0, 19);
  const query = `updatedSince=${encodeURIComponent(bare(from))}&updatedUntil=${encodeURIComponent(bare(until + 1000))}&size=${PAGE}`;
  let requestContinuation: string | undefined;
  do {
    const page = await ask(`/rest/api/consent/v4/datasubjects/profiles/unordered?${query}`, { headers: { authorization: `Bearer ${token}`, ...(requestContinuation ? { requestContinuation } : {}) } });
    yield* detailsOf(page);
    const { requestContinuation: next, last } = page as { requestContinuation?: unknown; last?: unknown };
    if (next !== undefined && next === requestContinuation) throw new ConsentError('Unavailable', 'OneTrust gives the same page again and again: nothing after it is read');
    requestContinuation = last !== true && typeof next === 'string' && next !== '' ? next : undefined;
  } while (requestContinuation);
}

async function accessToken(): Promise<string> {
  const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: variable('CREDENTIALS') }));
  const { client_id: id, client_secret: secret } = credentialsIn(SecretString);
  const answer = await ask('/api/access/v1/oauth/token', { method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret: secret }) });
  const token = (answer as { access_token?: unknown }).access_token;
  if (typeof token !== 'string') throw new ConsentError('Unavailable', 'OneTrust answered without an access token: look at the scopes of the client');
  return token;
}

function credentialsIn(secret: string): { client_id: string; client_secret: string } {
  try {
    const found = JSON.parse(secret) as { client_id?: unknown; client_secret?: unknown };
    if (typeof found.client_id === 'string' && typeof found.client_secret === 'string') return found as { client_id: string; client_secret: string };
  } catch {
    // said below, without a word of the secret
  }
  throw new ConsentError('Misconfigured', 'the secret with the credentials of OneTrust is not { "client_id": "…", "client_secret": "…" }');
}

/** Asks, and asks again after as long as the answer says when there was too much of it, or a fault that passes. */
async function ask(path: string, init: RequestInit): Promise<object> {
  for (let wait = 0; ; wait++) {
    const response = await fetch(`${variable('ONETRUST')}${path}`, { ...init, redirect: 'error', signal: AbortSignal.timeout(60_000) }).catch(() => undefined);
    if (response?.ok) {
      const answer: unknown = await response.json().catch(() => undefined);
      if (typeof answer === 'object' && answer !== null) return answer;
    }
    const passes = response === undefined || response.ok || response.status === 429 || response.status >= 500;
    // what the API says of an error may name whom it was asked for
    if (!passes || wait >= WAITS) throw new ConsentError('Unavailable', `OneTrust answered ${response?.status ?? 'nothing'} to ${path.split('?')[0]}`);
    const after = Number(response?.headers.get('retry-after') ?? NaN);
    await new Promise((resolve) => setTimeout(resolve, Number.isFinite(after) ? Math.min(after, 60) * 1000 : PATIENCE * 2 ** wait));
  }
}

async function handOver(receipts: readonly unknown[]): Promise<Outcome> {
  const { Payload, FunctionError } = await lambda.send(new InvokeCommand({ FunctionName: variable('RECEIPTS'), Payload: Buffer.from(JSON.stringify({ source: 'onetrust-api', receipts })) }));
  if (FunctionError) throw new ConsentError('Unavailable', 'the function that takes receipts did not take a part: it is read again the next time');
  return JSON.parse(Buffer.from(Payload!).toString()) as Outcome;
}

function isForeign(detail: unknown, known: ReadonlySet<string>): boolean {
  const { id, name } = detail as { id?: unknown; name?: unknown };
  return (typeof id === 'string' || typeof name === 'string') && !known.has(String(id)) && !known.has(String(name));
}

const STATUS = { given: 'dpv:ConsentGiven', withdrawn: 'dpv:ConsentWithdrawn', none: 'dpv:ConsentUnknown' };

/** A plain receipt of it; what cannot be read goes on as it is, to be refused with a reason and kept. */
function receiptOf(detail: unknown, known: ReadonlySet<string>): unknown {
  try {
    const { claim, names } = claimsOfDetail(detail);
    return {
      '@type': 'dpv:ConsentRecord', 'dct:identifier': claim.receipt, 'dpv:hasDataSubject': claim.subject, 'dpv:hasPurpose': names.find((name) => known.has(name)) ?? claim.purpose,
      'dpv:hasConsentStatus': {
        '@type': STATUS[claim.say], 'dpv:isIndicatedAtTime': claim.at,
        ...(claim.until === undefined ? {} : { 'dpv:hasDuration': { '@type': 'dpv:UntilTimeDuration', 'rdf:value': claim.until } }),
      },
    };
  } catch {
    return detail;
  }
}
