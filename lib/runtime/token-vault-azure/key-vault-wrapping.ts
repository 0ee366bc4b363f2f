import { randomBytes } from 'node:crypto';
import { framed, gcmOpen, gcmSeal } from '../token-vault/ciphers';
import { VaultError } from '../token-vault/fault';
import type { KeyContext, KeyUse, Wrapping } from '../token-vault/key-ring';
import type { ManagedIdentity } from './managed-identity';
import { send } from './rest';

const RESOURCE = 'https://vault.azure.net';
const VERSION = '7.4';
const ALGORITHM = 'RSA-OAEP-256';

/** Keys of Key Vault, each by its address without a version: who may use one cannot use another. */
export interface WrappingKeys {
  readonly index: string;
  readonly audit: string;
  /** Of the keys of fields: `wrap`, `siv` and `ff1`. */
  readonly values: string;
}

/** A data key, as it lies in the store. */
interface Envelope {
  /** Address of the key that wrapped it, with its version: a key that was rotated opens what its older versions wrapped. */
  readonly key: string;
  readonly wrapped: string;
  readonly sealed: string;
}

/**
 * Data keys under keys of Key Vault. Key Vault wraps bytes and knows no context of theirs, so it wraps a key that seals the data key by AES-256-GCM, and the
 * context (tenant, use, field, version) is what that authenticates: an envelope that was put in the place of another does not open.
 */
export class KeyVaultWrapping implements Wrapping {
  constructor(private readonly identity: ManagedIdentity, private readonly keys: WrappingKeys) {}

  public async make(length: number, context: KeyContext): Promise<Uint8Array> {
    const sealing = randomBytes(32);
    const { kid } = await this.get(this.keyOf(context.use));
    const envelope: Envelope = { key: kid, wrapped: await this.ask(kid, 'wrapkey', sealing), sealed: gcmSeal(sealing, contextOf(context), randomBytes(length)).toString('base64url') };
    return Buffer.from(JSON.stringify(envelope));
  }

  public async open(wrapped: Uint8Array, context: KeyContext): Promise<Buffer> {
    const foreign = () => new VaultError('Misconfigured', `the data key '${context.use}' was made for another tenant, field or use, or was changed: it does not open`);
    const envelope = envelopeOf(wrapped);
    // a row does not say whom a token of this function is sent to
    if (!envelope?.key.startsWith(`${this.keyOf(context.use)}/`)) throw foreign();
    const sealing = await this.ask(envelope.key, 'unwrapkey', Buffer.from(envelope.wrapped, 'base64url'));
    try {
      return gcmOpen(Buffer.from(sealing, 'base64url'), contextOf(context), Buffer.from(envelope.sealed, 'base64url'));
    } catch {
      throw foreign();
    }
  }

  private keyOf(use: KeyUse): string {
    return use === 'index' || use === 'audit' ? this.keys[use] : this.keys.values;
  }

  /** The version of a key that is good now. */
  private async get(key: string): Promise<{ readonly kid: string }> {
    const answer = await send('Key Vault', `${key}?api-version=${VERSION}`, { headers: await this.headers() });
    const { kid } = ((answer ?? {}) as { key?: { kid?: unknown } }).key ?? {};
    if (typeof kid !== 'string' || !kid.startsWith(`${key}/`)) throw new VaultError('Unavailable', 'Key Vault answered without a key: try again');
    return { kid };
  }

  private async ask(kid: string, operation: 'wrapkey' | 'unwrapkey', bytes: Uint8Array): Promise<string> {
    const answer = await send('Key Vault', `${kid}/${operation}?api-version=${VERSION}`, {
      method: 'POST', body: JSON.stringify({ alg: ALGORITHM, value: Buffer.from(bytes).toString('base64url') }), headers: await this.headers(),
    });
    const { value } = (answer ?? {}) as { value?: unknown };
    if (typeof value !== 'string') throw new VaultError('Unavailable', 'Key Vault answered without a key: try again');
    return value;
  }

  private async headers(): Promise<Record<string, string>> {
    return { 'authorization': `Bearer ${await this.identity.token(RESOURCE)}`, 'content-type': 'application/json' };
  }
}

function contextOf({ tenant, use, field, version }: KeyContext): Buffer {
  return framed('data-key', tenant, use, field, version);
}

function envelopeOf(wrapped: Uint8Array): Envelope | undefined {
  try {
    const { key, wrapped: inner, sealed } = JSON.parse(Buffer.from(wrapped).toString()) as Record<string, unknown>;
    return typeof key === 'string' && typeof inner === 'string' && typeof sealed === 'string' ? { key, wrapped: inner, sealed } : undefined;
  } catch {
    return undefined;
  }
}
