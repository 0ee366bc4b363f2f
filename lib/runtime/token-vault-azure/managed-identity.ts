import { VaultError } from '../token-vault/fault';
import { variable } from '../token-vault/settings';
import { send } from './rest';

/** So long before its end a token is no longer used. */
const MARGIN = 5 * 60 * 1000;

/**
 * Tokens of the identity that a function app runs as. The platform gives them out on an address of its own, to who knows a header that it tells the app.
 *
 * @see https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
 */
export class ManagedIdentity {
  private readonly held = new Map<string, { readonly token: string; readonly until: number }>();

  constructor(private readonly clientId: string) {}

  /** @param resource that it is for, such as `https://vault.azure.net` */
  public async token(resource: string): Promise<string> {
    const held = this.held.get(resource);
    if (held && held.until > Date.now()) return held.token;
    const query = new URLSearchParams({ 'resource': resource, 'api-version': '2019-08-01', 'client_id': this.clientId });
    const answer = await send('the identity of the function', `${variable('IDENTITY_ENDPOINT')}?${query.toString()}`, { headers: { 'X-IDENTITY-HEADER': variable('IDENTITY_HEADER') } });
    const { access_token: token, expires_on: ends } = (answer ?? {}) as { access_token?: unknown; expires_on?: unknown };
    if (typeof token !== 'string') throw new VaultError('Unavailable', 'the identity of the function was given no token: try again');
    this.held.set(resource, { token, until: Number(ends) * 1000 - MARGIN });
    return token;
  }
}
