import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { Callers } from '../token-vault/caller';
import { guarded, VaultError } from '../token-vault/fault';
import { KeyRing } from '../token-vault/key-ring';
import type { Call, Ground, VaultRequest, Work } from '../token-vault/request';
import { settings, variable, type VaultSettings } from '../token-vault/settings';
import { DynamoBudgets } from './dynamo-budgets';
import { DynamoKeys } from './dynamo-keys';
import { KmsWrapping } from './kms-wrapping';
import { LogGroup } from './log-group';
import type { Tables } from './subject-rows';

/** What is read of Lambda's context. */
export interface Invocation {
  readonly awsRequestId: string;
  readonly invokedFunctionArn: string;
}

/** What Lambda calls. */
export type Handler<R, A> = (request: R, context: Invocation) => Promise<A>;

/** What a function has of the store. */
export type StoreOf<Store> = new (dynamo: DynamoDBClient, tables: Tables) => Store;

/** A function of the vault on Lambda: clients and keys are its own, and are kept from one request to the next. */
export function onLambda<Store, R extends VaultRequest, A>(work: Work<Store, R, A>, storeOf: StoreOf<Store>): Handler<R, A> {
  let ground: Ground<Store> | undefined;
  let callers: Callers | undefined;
  return guarded(async (request: R, context: Invocation): Promise<A> => {
    ground ??= newGround(storeOf);
    callers ??= new Callers(variable('STS_ENDPOINT'));
    return work(ground, request, callOf(callers, ground.settings, request, context));
  });
}

/** The clients and settings of a function, from its environment. */
function newGround<Store>(storeOf: StoreOf<Store>): Ground<Store> {
  const dynamo = new DynamoDBClient({ maxAttempts: 5 });
  const own = settings();
  return {
    settings: own,
    store: new storeOf(dynamo, { subjects: variable('SUBJECTS_TABLE'), tokens: variable('TOKENS_TABLE') }),
    budgets: new DynamoBudgets(dynamo, variable('BUDGETS_TABLE')),
    keys: new KeyRing({ store: new DynamoKeys(dynamo, variable('KEYS_TABLE')), wrapping: new KmsWrapping(new KMSClient({ maxAttempts: 5 }), variable('KEY_ARN')), tenant: own.tenant }),
    audit: new LogGroup(new CloudWatchLogsClient({ maxAttempts: 5 }), variable('AUDIT_LOG_GROUP')),
  };
}

function callOf(callers: Callers, { purposes }: VaultSettings, request: VaultRequest, { awsRequestId, invokedFunctionArn }: Invocation): Call {
  return {
    requestId: awsRequestId,
    caller: () => callers.of(request?.caller, invokedFunctionArn),
    // the alias that IAM let the caller invoke; nothing in the payload has a say
    purpose: () => {
      const alias = invokedFunctionArn.split(':')[7];
      if (alias !== undefined && Object.hasOwn(purposes, alias)) return purposes[alias]!;
      throw new VaultError('UnknownPurpose', `detokenizing takes a purpose: invoke the function by one of its aliases ${Object.keys(purposes).join(', ')}`);
    },
  };
}
