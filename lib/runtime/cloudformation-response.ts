import { setTimeout as sleep } from 'node:timers/promises';

/** What CloudFormation sends to the Lambda of a custom resource. */
export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  /** Absent on create. */
  readonly PhysicalResourceId?: string;
  /** As in the template, but every scalar is a string. */
  readonly ResourceProperties: Record<string, unknown>;
  /** Only on update. */
  readonly OldResourceProperties?: Record<string, unknown>;
}

/** What is needed of a Lambda's context. */
export interface LambdaContext {
  readonly logStreamName: string;
  getRemainingTimeInMillis(): number;
}

/** What a custom resource answers when it succeeds. */
export interface CustomResourceAnswer {
  /**
   * The id of what exists now. A new one on update makes CloudFormation delete the old one afterwards.
   *
   * @default - on create the request's id, otherwise the id it had
   */
  readonly physicalResourceId?: string;
  /** What `Fn::GetAtt` gives; at most 4 kB together with the rest of the answer. */
  readonly data?: Record<string, string>;
}

/** Brings about what an event asks for. It may run more than once for one event, so it must be idempotent. */
export type CustomResourceHandler = (event: CustomResourceEvent) => Promise<CustomResourceAnswer | void>;

/** How long to wait and how often to try; tests shorten it. */
export interface DeliveryOptions {
  /** How often to try. */
  readonly attempts: number;
  /** Milliseconds before the second attempt; doubled for each further one. */
  readonly backoff: number;
  /** Milliseconds before the Lambda's own end at which a handler that still runs is answered for. */
  readonly reserve: number;
}

/** The whole body may have 4096 bytes. */
const BODY_LIMIT = 4096;
const REASON_LIMIT = 1024;
const NEVER_CREATED = 'never-created';

/**
 * Answers CloudFormation for a handler, whatever becomes of it: an answer that is not delivered leaves a stack
 * hanging for an hour.
 *
 * A failure keeps the physical id, so that CloudFormation does not delete what still exists. What was never created is not
 * asked to be deleted. When the answer itself cannot be delivered the Lambda fails, and its asynchronous invocation is repeated.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
export function customResource(
  handler: CustomResourceHandler,
  options: DeliveryOptions = { attempts: 5, backoff: 500, reserve: 5_000 },
): (event: CustomResourceEvent, context: LambdaContext) => Promise<void> {
  return async (event, context) => {
    const answer = await settle(event, context, handler, options);
    await deliver(event.ResponseURL, bodyOf(event, answer), options);
  };
}

interface Settled extends CustomResourceAnswer {
  readonly reason?: string;
}

async function settle(
  event: CustomResourceEvent, context: LambdaContext, handler: CustomResourceHandler, options: DeliveryOptions,
): Promise<Settled> {
  if (event.RequestType === 'Delete' && event.PhysicalResourceId?.startsWith(`${NEVER_CREATED}:`)) return {};
  const watch = new AbortController();
  try {
    const remaining = Math.max(context.getRemainingTimeInMillis() - options.reserve, 1);
    const late = sleep(remaining, undefined, { signal: watch.signal }).then(() => {
      throw new Error(`no result within the Lambda's time: raise its timeout, or see log stream ${context.logStreamName}`);
    });
    return await Promise.race([handler(event), late]) ?? {};
  } catch (error) {
    console.error(error);
    return { reason: reasonOf(error, context) };
  } finally {
    watch.abort();
  }
}

function reasonOf(error: unknown, context: LambdaContext): string {
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return `${cut(said, REASON_LIMIT)} (log stream ${context.logStreamName})`;
}

function bodyOf(event: CustomResourceEvent, settled: Settled): string {
  const known = event.RequestType === 'Create' ? undefined : event.PhysicalResourceId;
  const created = event.RequestType === 'Create' && settled.reason === undefined ? event.RequestId : `${NEVER_CREATED}:${event.LogicalResourceId}`;
  const given = event.RequestType === 'Delete' ? undefined : settled.physicalResourceId;
  const common = {
    PhysicalResourceId: given ?? known ?? created,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
  };
  const body = settled.reason === undefined
    ? JSON.stringify({ Status: 'SUCCESS', ...common, Data: settled.data })
    : JSON.stringify({ Status: 'FAILED', Reason: settled.reason, ...common });
  const length = Buffer.byteLength(body);
  if (length <= BODY_LIMIT) return body;
  return JSON.stringify({ Status: 'FAILED', Reason: `the answer has ${length} bytes, CloudFormation takes ${BODY_LIMIT}: return less data`, ...common });
}

async function deliver(url: string, body: string, options: DeliveryOptions): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const problem = await put(url, body);
    if (problem === undefined) return;
    // the address is signed and so a credential: it must not get into a log
    console.error(`answer to CloudFormation not delivered, attempt ${attempt} of ${options.attempts}: ${problem.text}`);
    if (!problem.retryable || attempt >= options.attempts) throw new Error(`the answer to CloudFormation was not delivered: ${problem.text}`);
    await sleep(options.backoff * 2 ** (attempt - 1));
  }
}

interface Problem {
  readonly text: string;
  readonly retryable: boolean;
}

async function put(url: string, body: string): Promise<Problem | undefined> {
  try {
    // an empty content type is what the address was signed for
    const response = await fetch(url, { method: 'PUT', body, headers: { 'content-type': '' }, signal: AbortSignal.timeout(10_000) });
    if (response.ok) return undefined;
    return { text: `HTTP ${response.status}`, retryable: response.status >= 500 || response.status === 408 || response.status === 429 };
  } catch (error) {
    const cause = error instanceof Error ? (error.cause as { code?: string } | undefined)?.code ?? error.name : 'unknown';
    return { text: cause, retryable: true };
  }
}

function cut(text: string, bytes: number): string {
  const buffer = Buffer.from(text);
  // a character cut in two decodes to U+FFFD
  return buffer.length <= bytes ? text : `${buffer.subarray(0, bytes - 3).toString('utf8').replace(/\uFFFD$/, '')}…`;
}
