import { ACCESS, type VaultFunction } from '../../../lib/azure/privacy/vault-access';
import type { DetokenizeAnswer } from '../../../lib/runtime/token-vault/detokenize';
import { detokenize } from '../../../lib/runtime/token-vault/detokenize';
import type { VaultSettings } from '../../../lib/runtime/token-vault/settings';
import { shred, type ShredAnswer, type TraceAnswer } from '../../../lib/runtime/token-vault/shred';
import { tokenize, type TokenizeAnswer } from '../../../lib/runtime/token-vault/tokenize';
import { type HttpFunction, onHttp } from '../../../lib/runtime/token-vault-azure/http-function';
import { SETTINGS } from '../token-vault/behaviour';
import { FakeAzure } from './fake-azure';

export const INGEST = '11111111-1111-4111-8111-111111111111';
export const WARD = '22222222-2222-4222-8222-222222222222';
export const OFFICER = '33333333-3333-4333-8333-333333333333';
export const ROLES = { tokenize: 'Tokenize', detokenize: 'Detokenize', shred: 'Shred' } as const;

/** An answer, or the error that a caller makes of a status. */
export interface Answer { readonly status: number; readonly body: Record<string, unknown> }

/** A call, as the platform hands it on. */
export interface Calling {
  readonly principal?: string | null;
  readonly roles?: readonly string[];
  readonly purpose?: string;
  readonly invocationId?: string;
  readonly header?: string | null;
}

/** An instance of each function. */
export interface Instance {
  tokenize(request: unknown, calling?: Calling): Promise<TokenizeAnswer>;
  detokenize(request: unknown, calling?: Calling): Promise<DetokenizeAnswer>;
  shred(request: unknown, calling?: Calling): Promise<ShredAnswer>;
  trace(request: unknown, calling?: Calling): Promise<TraceAnswer>;
  /** The answer as it goes over the line. */
  raw(name: VaultFunction, body: string, calling?: Calling): Promise<Answer>;
}

/** What App Service puts into its header for a token that it has checked. */
export function principalHeader(principal: string, roles: readonly string[], kind = 'aad'): string {
  return Buffer.from(JSON.stringify({
    auth_typ: kind, name_typ: 'name', role_typ: 'roles',
    claims: [{ typ: 'http://schemas.microsoft.com/identity/claims/objectidentifier', val: principal }, { typ: 'appid', val: 'app-of-the-caller' }, ...roles.map((val) => ({ typ: 'roles', val }))],
  })).toString('base64');
}

/** A vault on a fake of Azure; each function signs in as an identity of its own, which may do what the construct lets it. */
export class AzureVault {
  public static async start(): Promise<AzureVault> {
    const vault = new AzureVault(await FakeAzure.start());
    vault.use({});
    return vault;
  }

  private calls = 0;

  private constructor(public readonly azure: FakeAzure) {}

  /** Settings for the instances that are made from now on. */
  public use(changes: Partial<VaultSettings>): void {
    const { url } = this.azure;
    Object.assign(process.env, {
      WEBSITE_AUTH_ENABLED: 'True',
      VAULT: JSON.stringify({ ...SETTINGS, ...changes }), COSMOS_ENDPOINT: url, IDENTITY_ENDPOINT: `${url}/identity`, IDENTITY_HEADER: 'identity-secret',
      WRAPPING_KEYS: JSON.stringify({ index: `${url}/keys/index`, audit: `${url}/keys/audit`, values: `${url}/keys/values` }),
      AUDIT_LOG: JSON.stringify({ endpoint: url, rule: 'dcr-1', stream: 'Custom-Vault_CL' }),
    });
  }

  public instance(): Instance {
    const functions: Record<VaultFunction, HttpFunction> = { tokenize: onHttp(tokenize), detokenize: onHttp(detokenize), shred: onHttp(shred) };
    const raw: Instance['raw'] = async (name, body, calling = {}) => {
      const [principal, grants] = ({
        tokenize: [INGEST, [{ principal: INGEST }]], detokenize: [WARD, [{ principal: WARD, purposes: ['care'] }]], shred: [OFFICER, [{ principal: OFFICER }]],
      } as const)[name];
      // the environment of a function, which reads it when it first answers and, of who may call, each time
      Object.assign(process.env, { IDENTITY_CLIENT_ID: name, ACCESS: JSON.stringify({ role: ROLES[name], grants }) });
      const header = calling.header !== undefined ? calling.header : principalHeader(calling.principal ?? principal, calling.roles ?? [ROLES[name]]);
      const answering = functions[name]({
        text: () => Promise.resolve(body), params: name === 'detokenize' ? { purpose: calling.purpose ?? 'care' } : {},
        headers: { get: (wanted) => (wanted === 'x-ms-client-principal' ? header : null) },
      }, { invocationId: calling.invocationId ?? `call-${this.calls++}` });
      const { status, jsonBody } = await answering;
      return { status: status!, body: jsonBody as Record<string, unknown> };
    };
    const call = (name: VaultFunction) => async (request: unknown, calling?: Calling) => {
      const { status, body } = await raw(name, JSON.stringify(request) ?? '', calling);
      if (status === 200) return body;
      const { code, message } = body.error as { code: string; message: string };
      throw Object.assign(new Error(message), { name: code, status });
    };
    return { tokenize: call('tokenize'), detokenize: call('detokenize'), shred: call('shred'), trace: call('shred'), raw } as unknown as Instance;
  }

  public stop(): Promise<void> {
    return this.azure.stop();
  }
}

/** The functions that there are. */
export const FUNCTIONS = Object.keys(ACCESS) as VaultFunction[];
