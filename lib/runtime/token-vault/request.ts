import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { AuditLog, type AuditRecord } from './audit';
import { spend } from './budget';
import { type Caller, Callers } from './caller';
import { VaultError } from './fault';
import { KeyRing } from './key-ring';
import { settings, variable, type VaultSettings } from './settings';

/** So many items are answered within the time and the size that Lambda has for a request. */
export const MAXIMUM_ITEMS = 500;
/** Bytes of a value in UTF-8. */
export const MAXIMUM_BYTES = 2_048;

/** Whether something is a text that UTF-8 can give back: half a pair of surrogates cannot. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && !/\p{Surrogate}/u.test(value);
}

/** What is read of Lambda's context. */
export interface Invocation {
  readonly awsRequestId: string;
  readonly invokedFunctionArn: string;
}

/** A function of the vault: clients and keys are its own, and are kept from one request to the next. */
export type Handler<R, A> = (request: R, context: Invocation) => Promise<A>;

/** What a request may hold; each part is checked before it is used. */
export interface VaultRequest {
  readonly caller?: unknown;
  readonly items?: unknown;
}

/** What a function of the vault works with. */
export interface Ground {
  readonly settings: VaultSettings;
  readonly dynamo: DynamoDBClient;
  readonly keys: KeyRing;
  readonly callers: Callers;
  readonly audit: AuditLog;
}

/** The clients and settings of a function, from its environment. */
export function newGround(): Ground {
  const dynamo = new DynamoDBClient({ maxAttempts: 5 });
  const own = settings();
  return {
    settings: own, dynamo,
    keys: new KeyRing({ dynamo, kms: new KMSClient({ maxAttempts: 5 }), table: variable('KEYS_TABLE'), keyArn: variable('KEY_ARN'), tenant: own.tenant }),
    callers: new Callers(variable('STS_ENDPOINT')),
    audit: new AuditLog(new CloudWatchLogsClient({ maxAttempts: 5 }), variable('AUDIT_LOG_GROUP')),
  };
}

/** Who calls, for what, with how many items: once this is known, the request counts. */
export interface Admitted {
  readonly caller: Caller;
  readonly items: readonly unknown[];
  readonly purpose?: string;
}

/**
 * Lets a request in: it is of a size that can be answered, its caller is known and has budget left. What is refused of a known caller is put on record.
 *
 * @throws a refusal
 */
export async function admit(ground: Ground, action: AuditRecord['action'], request: VaultRequest, context: Invocation, list: unknown, purposes?: Readonly<Record<string, string>>): Promise<Admitted> {
  const { settings: { itemsPerMinute }, dynamo, callers, audit } = ground;
  const caller = await callers.of(request?.caller, context.invokedFunctionArn);
  let purpose: string | undefined;
  try {
    purpose = purposes && purposeOf(context, purposes);
    const items = listOf(list);
    await spend(dynamo, { table: variable('BUDGETS_TABLE'), action, principal: caller.principal, items: items.length, limit: itemsPerMinute });
    return { caller, items, purpose };
  } catch (error) {
    if (error instanceof VaultError) await audit.write({ action, outcome: 'refused', requestId: context.awsRequestId, caller, purpose, refusal: error.name });
    throw error;
  }
}

/** The purpose of the alias that IAM let the caller invoke; nothing in the payload has a say. */
function purposeOf({ invokedFunctionArn }: Invocation, purposes: Readonly<Record<string, string>>): string {
  const alias = invokedFunctionArn.split(':')[7];
  if (alias !== undefined && Object.hasOwn(purposes, alias)) return purposes[alias]!;
  throw new VaultError('UnknownPurpose', `detokenizing takes a purpose: invoke the function by one of its aliases ${Object.keys(purposes).join(', ')}`);
}

function listOf(list: unknown): readonly unknown[] {
  if (Array.isArray(list) && list.length > 0 && list.length <= MAXIMUM_ITEMS) return list;
  throw new VaultError('MalformedRequest', `the request holds ${Array.isArray(list) ? `${list.length} items` : 'no list of items'}: send a list of 1 to ${MAXIMUM_ITEMS}`);
}
