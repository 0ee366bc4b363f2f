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
    const { kid, value } = await this.ask(this.keyOf(context.use), 'wrapkey', sealing);
    const envelope: Envelope = { key: kid, wrapped: value, sealed: gcmSeal(sealing, contextOf(context), randomBytes(length)).toString('base64url') };
    return Buffer.from(JSON.stringify(envelope));
  }

  public async open(wrapped: Uint8Array, context: KeyContext): Promise<Buffer> {
    const foreign = () => new VaultError('Misconfigured', `the data key '${context.use}' was made for another tenant, field or use, or was changed: it does not open`);
    const envelope = envelopeOf(wrapped);
    // a row does not say whom a token of this function is sent to
    if (!envelope?.key.startsWith(`${this.keyOf(context.use)}/`)) throw foreign();
    const { value } = await this.ask(envelope.key, 'unwrapkey', Buffer.from(envelope.wrapped, 'base64url'));
    try {
      return gcmOpen(Buffer.from(value, 'base64url'), contextOf(context), Buffer.from(envelope.sealed, 'base64url'));
    } catch {
      throw foreign();
    }
  }

  private keyOf(use: KeyUse): string {
    return use === 'index' || use === 'audit' ? this.keys[use] : this.keys.values;
  }

  private async ask(key: string, operation: 'wrapkey' | 'unwrapkey', bytes: Uint8Array): Promise<{ readonly kid: string; readonly value: string }> {
    const answer = await send('Key Vault', `${key}/${operation}?api-version=${VERSION}`, {
      method: 'POST', body: JSON.stringify({ alg: ALGORITHM, value: Buffer.from(bytes).toString('base64url') }),
      headers: { 'authorization': `Bearer ${await this.identity.token(RESOURCE)}`, 'content-type': 'application/json' },
    });
    const { kid, value } = (answer ?? {}) as { kid?: unknown; value?: unknown };
    if (typeof kid !== 'string' || typeof value !== 'string') throw new VaultError('Unavailable', 'Key Vault answered without a key: try again');
    return { kid, value };
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
