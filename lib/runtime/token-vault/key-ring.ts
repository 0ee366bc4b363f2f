import type { KeyStore } from './store';

/**
 * What a data key is for: to look values up, to make hashes for the audit log, to wrap the keys of subjects, and one for each cipher. It is part
 * of the context, so that who acts for a function can be given one use and not another.
 */
export type KeyUse = 'index' | 'audit' | 'wrap' | 'siv' | 'ff1';

/** Stands for all fields in the context of the keys that belong to the vault as a whole. */
export const EVERY_FIELD = '*';

const LENGTHS: Record<KeyUse, number> = { index: 32, audit: 32, wrap: 32, siv: 64, ff1: 32 };

/** How long a key is held after the service of keys gave it: when the key of the vault is disabled, functions go on for no longer than this. */
const HELD_FOR = 5 * 60 * 1000;

/** What a data key belongs to. It opens under the same context only. */
export interface KeyContext {
  readonly tenant: string;
  readonly field: string;
  readonly use: KeyUse;
  readonly version: string;
}

/** The service that data keys are wrapped by, whose own keys never leave it. */
export interface Wrapping {
  /** A new data key of so many bytes, wrapped. */
  make(length: number, context: KeyContext): Promise<Uint8Array>;
  /**
   * A data key.
   *
   * @throws an error when it was changed, or made under another context
   */
  open(wrapped: Uint8Array, context: KeyContext): Promise<Buffer>;
}

export interface KeyRingProps {
  readonly store: KeyStore;
  readonly wrapping: Wrapping;
  readonly tenant: string;
}

/** The data keys of a vault: kept in a store as they were wrapped, each under a context of tenant, field, use and version. */
export class KeyRing {
  private readonly held = new Map<string, { readonly key: Promise<Buffer | undefined>; readonly until: number }>();

  constructor(private readonly props: KeyRingProps) {}

  /** A key; it is made when there is none yet, once even if many ask at a time. */
  public async key(use: KeyUse, field: string = EVERY_FIELD, version = 1): Promise<Buffer> {
    return await this.hold(use, field, version) ?? this.make(use, field, version);
  }

  /** A key that was made before. */
  public existing(use: KeyUse, field: string, version: number): Promise<Buffer | undefined> {
    return this.hold(use, field, version);
  }

  private hold(use: KeyUse, field: string, version: number): Promise<Buffer | undefined> {
    const id = idOf(use, field, version);
    const held = this.held.get(id);
    if (held && held.until > Date.now()) return held.key;
    const key = this.read(use, field, version);
    this.held.set(id, { key, until: Date.now() + HELD_FOR });
    // neither a failure nor an absence is remembered
    const forget = () => {
      if (this.held.get(id)?.key === key) this.held.delete(id);
    };
    key.then((found) => found ?? forget(), forget);
    return key;
  }

  private async read(use: KeyUse, field: string, version: number): Promise<Buffer | undefined> {
    const { store, wrapping } = this.props;
    const wrapped = await store.read(idOf(use, field, version));
    return wrapped && wrapping.open(wrapped, this.contextOf(use, field, version));
  }

  private async make(use: KeyUse, field: string, version: number): Promise<Buffer> {
    const { store, wrapping } = this.props;
    await store.add(idOf(use, field, version), await wrapping.make(LENGTHS[use], this.contextOf(use, field, version)));
    // somebody may be waiting for an answer from before the key was there
    this.held.delete(idOf(use, field, version));
    return (await this.hold(use, field, version))!;
  }

  private contextOf(use: KeyUse, field: string, version: number): KeyContext {
    return { tenant: this.props.tenant, field, use, version: String(version) };
  }
}

function idOf(use: KeyUse, field: string, version: number): string {
  return `${use}#${version}#${field}`;
}
