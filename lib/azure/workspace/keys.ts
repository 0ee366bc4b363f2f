import { Token } from 'cdktf';
import { shown } from '../../policy/given';
import { Retention } from '../../policy/retention';
import { secondsAfterPlan } from './plan-day';

/** How a key is made new from time to time. */
export interface RotationOptions {
  /**
   * After how long a new version takes over. What was encrypted before stays readable.
   *
   * @default - 180 days
   */
  readonly rotateAfter?: Retention;
  /**
   * How long a version that rotation makes is good for; longer than `rotateAfter`.
   *
   * @default - 365 days
   */
  readonly expireAfter?: Retention;
  /**
   * The day on which the first version ends, as `2028-12-31`: a rotation policy says nothing of the version that was there before it. Azure takes it
   * when the key is made, and never changes it.
   *
   * @default - `expireAfter` from the day on which Terraform plans the key
   */
  readonly firstExpires?: string;
}

/** What a key that exists is described by. */
export interface GivenKey {
  /** Id of the key, such as `https://<vault>.vault.azure.net/keys/<key>`; a version at its end is what Azure ML is told. Or a reference to one. */
  readonly keyId: string;
  /** Id of the vault that it is in, in Azure Resource Manager. */
  readonly keyVaultId: string;
}

/** Which key encrypts what a workspace holds. */
export class Keys {
  /** A new one, in the hardware security modules that vaults of the premium tier share. */
  public static inVault(options: RotationOptions = {}): Keys {
    return new Keys({ kind: 'vault', ...checked(options) });
  }

  /**
   * A new one, in a managed HSM: hardware of one's own. The pool has to be there and be activated, which takes the shares of its security domain and cannot be
   * done by a program. Stores are encrypted with it; the registry and Azure ML take keys of vaults only, and get one.
   *
   * The role by which the key is used is assigned in the pool itself: whoever applies has to reach it, and to be its administrator.
   *
   * @param hsmId id of the pool, in Azure Resource Manager
   */
  public static inManagedHsm(hsmId: string, options: RotationOptions = {}): Keys {
    return new Keys({ kind: 'hsm', hsmId, ...checked(options) });
  }

  /** One that exists. */
  public static given(key: GivenKey): Keys {
    if (typeof key?.keyId !== 'string' || (!Token.isUnresolved(key.keyId) && !/^https:\/\/[^/]+\/keys\/[^/]+(\/[0-9a-f]{32})?$/.test(key.keyId))) {
      throw new Error(`keyId of a given key is ${shown(key?.keyId)}: give one such as 'https://<vault>.vault.azure.net/keys/<key>'`);
    }
    return new Keys({ kind: 'given', ...key });
  }

  /** @internal */
  public readonly _source: KeySource;

  private constructor(source: KeySource) {
    this._source = source;
  }
}

/** A rotation with nothing left open. */
export interface Rotation {
  readonly rotateAfter: Retention;
  readonly expireAfter: Retention;
  /** Seconds since 1970, as Azure counts; an expression where it is a day after that of the plan. */
  readonly firstExpires: number;
}

/** Where a key comes from. */
export type KeySource = ({ readonly kind: 'vault' } & Rotation) | ({ readonly kind: 'hsm'; readonly hsmId: string } & Rotation) | ({ readonly kind: 'given' } & GivenKey);

function checked(options: RotationOptions): Rotation {
  const rotateAfter = options.rotateAfter ?? Retention.days(180);
  const expireAfter = options.expireAfter ?? Retention.days(365);
  // https://learn.microsoft.com/azure/key-vault/keys/how-to-configure-key-rotation#key-rotation-policy
  if (expireAfter.inDays < 28 || rotateAfter.inDays < 7) throw new Error(`a key that is rotated after ${rotateAfter} and ends after ${expireAfter}: Azure takes 7 days and 28 days at least`);
  if (expireAfter.inDays - rotateAfter.inDays < 7) {
    throw new Error(`a key that is rotated after ${rotateAfter} and ends after ${expireAfter}: let it end 7 days or more after it is rotated, or what it encrypts becomes unreadable`);
  }
  return { rotateAfter, expireAfter, firstExpires: options.firstExpires === undefined ? secondsAfterPlan(expireAfter.inDays) : secondsOf(options.firstExpires) };
}

function secondsOf(day: string): number {
  const time = typeof day === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : NaN;
  if (Number.isNaN(time)) throw new Error(`firstExpires is ${shown(day)}: give a day such as '2028-12-31'`);
  return time / 1000;
}
