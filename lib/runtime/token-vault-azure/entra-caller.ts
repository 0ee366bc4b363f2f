import type { Caller } from '../token-vault/audit';
import { VaultError } from '../token-vault/fault';

/** An identity of Entra ID that signed in. */
export interface EntraCaller extends Caller {
  /** Id of the program that it signed in by. */
  readonly application?: string;
}

/** Who may do something: set by the construct. */
export interface Grant {
  /** Object id of the service principal. */
  readonly principal: string;
  /** Purposes that it may turn tokens back for; none where it does something else. */
  readonly purposes?: readonly string[];
}

const OBJECT_ID = ['http://schemas.microsoft.com/identity/claims/objectidentifier', 'oid'];
const ROLES = ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'];
const APPLICATION = ['appid', 'azp'];

/**
 * Who calls, as App Service found it in the token that it checked before the request came here; it takes headers of this name off what comes from outside.
 * The caller has to have the app role, which the directory gives, and a grant, which the construct gives.
 *
 * @see https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities
 * @throws a refusal that says what is missing
 */
export function callerOf(principal: string | null, role: string, grants: readonly Grant[]): EntraCaller {
  const claims = claimsOf(principal);
  const [id] = valuesOf(claims, OBJECT_ID);
  if (id === undefined) throw new VaultError('UnknownCaller', 'the request has no sign-in with Entra ID: send a token for the application of the vault');
  if (!valuesOf(claims, ROLES).includes(role)) throw new VaultError('UnknownCaller', `the caller does not have the app role '${role}' of the application of the vault: have it assigned in Entra ID`);
  if (!grants.some((grant) => grant.principal === id)) throw new VaultError('UnknownCaller', `the caller has the app role '${role}', and no grant of the vault: grant it there`);
  const [application] = valuesOf(claims, APPLICATION);
  return { principal: id, ...(application === undefined ? {} : { application }) };
}

interface Claim { readonly typ?: unknown; readonly val?: unknown }

function claimsOf(principal: string | null): readonly Claim[] {
  try {
    const { auth_typ: kind, claims } = JSON.parse(Buffer.from(principal ?? '', 'base64').toString()) as { auth_typ?: unknown; claims?: unknown };
    return kind === 'aad' && Array.isArray(claims) ? claims as Claim[] : [];
  } catch {
    return [];
  }
}

function valuesOf(claims: readonly Claim[], types: readonly string[]): string[] {
  return claims.flatMap(({ typ, val }) => (types.includes(String(typ)) && typeof val === 'string' ? [val] : []));
}
