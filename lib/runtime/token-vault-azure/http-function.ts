import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { guarded, VaultError } from '../token-vault/fault';
import { KeyRing } from '../token-vault/key-ring';
import type { Call, Ground, VaultRequest, Work } from '../token-vault/request';
import { settings, variable } from '../token-vault/settings';
import { CosmosStore } from './cosmos-store';
import { callerOf, type Grant } from './entra-caller';
import { KeyVaultWrapping, type WrappingKeys } from './key-vault-wrapping';
import { type LogRoute, LogTable } from './log-table';
import { ManagedIdentity } from './managed-identity';

/** The status of each refusal. */
const STATUS: Record<string, number> = { MalformedRequest: 400, UnknownCaller: 403, UnknownPurpose: 403, BudgetExhausted: 429, Misconfigured: 500, Unavailable: 503 };

/** 500 values of 2,048 bytes, each with its subject, escaped. */
const MAXIMUM_BODY = 16 * 1024 * 1024;

/** What is read of a request; that of `@azure/functions` is one. */
export type VaultHttpRequest = Pick<HttpRequest, 'text' | 'params'> & { readonly headers: { get(name: string): string | null } };

/** What Azure Functions calls. */
export type HttpFunction = (request: VaultHttpRequest, context: Pick<InvocationContext, 'invocationId'>) => Promise<HttpResponseInit>;

/** What the construct tells a function of who may call it. */
export interface Access {
  /** The app role that a caller has to have. */
  readonly role: string;
  readonly grants: readonly Grant[];
}

/** A function of the vault on Azure Functions: clients and keys are its own, and are kept from one request to the next. */
export function onHttp<R extends VaultRequest, A>(work: Work<CosmosStore, R, A>): HttpFunction {
  let ground: Ground<CosmosStore> | undefined;
  const answer = guarded(async (request: VaultHttpRequest, { invocationId }: Pick<InvocationContext, 'invocationId'>): Promise<A> => {
    ground ??= newGround();
    const access = JSON.parse(variable('ACCESS')) as Access;
    return work(ground, await bodyOf<R>(request), callOf(access, ground.settings.purposes, request, invocationId));
  });
  return async (request, context) => {
    try {
      return { status: 200, jsonBody: await answer(request, context), headers: { 'cache-control': 'no-store' } };
    } catch (error) {
      const { name, message } = error as Error;
      return { status: STATUS[name] ?? 500, jsonBody: { error: { code: name, message } }, headers: { 'cache-control': 'no-store' } };
    }
  };
}

/** Has Azure Functions answer `POST /api/<route>`. The platform has signed the caller in before: there are no keys of functions. */
export function serve(name: string, route: string, handler: HttpFunction): void {
  app.http(name, { methods: ['POST'], authLevel: 'anonymous', route, handler: (request, context) => handler(request, context) });
}

/** The clients and settings of a function, from its environment. */
function newGround(): Ground<CosmosStore> {
  const identity = new ManagedIdentity(variable('IDENTITY_CLIENT_ID'));
  const store = new CosmosStore(variable('COSMOS_ENDPOINT'), identity);
  const own = settings();
  const keys = JSON.parse(variable('WRAPPING_KEYS')) as WrappingKeys;
  return {
    settings: own, store, budgets: store,
    keys: new KeyRing({ store, wrapping: new KeyVaultWrapping(identity, keys), tenant: own.tenant }),
    audit: new LogTable(identity, JSON.parse(variable('AUDIT_LOG')) as LogRoute),
  };
}

function callOf({ role, grants }: Access, purposes: Readonly<Record<string, string>>, request: VaultHttpRequest, requestId: string): Call {
  return {
    requestId,
    // an answer from here on is a promise, so that a refusal is one too
    caller: async () => {
      checkSignIn();
      return callerOf(request.headers.get('x-ms-client-principal'), role, grants);
    },
    // the path names one of those that the construct granted; nothing in the body has a say
    purpose: ({ principal }) => {
      const asked = request.params.purpose;
      const granted = grants.find((grant) => grant.principal === principal)?.purposes ?? [];
      if (asked !== undefined && Object.hasOwn(purposes, asked) && granted.includes(asked)) return purposes[asked]!;
      throw new VaultError('UnknownPurpose', `detokenizing takes a purpose that the caller was granted: name one of ${granted.join(', ') || '(none)'} at the end of the address`);
    },
  };
}

/**
 * Passes where the platform checks sign-ins. Where it does not, it takes no header off what comes from outside either, and anybody could write who they are.
 *
 * @see https://learn.microsoft.com/azure/app-service/reference-app-settings#authentication--authorization
 */
function checkSignIn(): void {
  if (process.env.WEBSITE_AUTH_ENABLED?.toLowerCase() === 'true') return;
  throw new VaultError('Misconfigured', 'the platform does not check who signs in (WEBSITE_AUTH_ENABLED is not True): switch the sign-in of the function app on again, as the construct has it');
}

async function bodyOf<R>(request: VaultHttpRequest): Promise<R> {
  const text = await request.text();
  if (text.length <= MAXIMUM_BODY) {
    try {
      const body: unknown = JSON.parse(text);
      if (typeof body === 'object' && body !== null) return body as R;
    } catch {
      // its message would quote what was sent
    }
  }
  throw new VaultError('MalformedRequest', `the body is no JSON object of at most ${MAXIMUM_BODY} characters: send { items: […] }`);
}
