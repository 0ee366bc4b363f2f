import type { Classification } from '../../policy/classification';
import type { Purpose } from '../../policy/purpose';
import type { TokenField } from '../../policy/tokenization';
import type { Duration } from '../duration';
import type { IWorkspace } from '../workspace/workspace';

/** The registration in Entra ID that callers get tokens for. `TokenVault.APP_ROLES` is what it has to define. */
export interface VaultApplication {
  /** Id of the application (client). */
  readonly clientId: string;
  /**
   * What tokens are for.
   *
   * @default - `api://<clientId>`
   */
  readonly audience?: string;
}

/** What a vault is made from. */
export interface TokenVaultProps {
  /** Network, key, logs and profile. */
  readonly workspace: IWorkspace;
  /** What callers sign in to. */
  readonly application: VaultApplication;
  /** Whose data it holds: what belongs to one tenant opens for no other. 1 to 64 letters, digits, `-`, `_` or `.`. */
  readonly tenant: string;
  /** How the values of each field become tokens, by its name of letters, digits and `_`. */
  readonly fields: { readonly [name: string]: TokenField };
  /** What tokens may be turned back for, at least one. Each caller is granted some of them. */
  readonly purposes: Purpose[];
  /**
   * The most sensitive data that it holds.
   *
   * @default - that of the workspace's outputs
   */
  readonly classification?: Classification;
  /**
   * How many values one caller may turn into tokens in a minute, and how many tokens back.
   *
   * @default 6000
   */
  readonly itemsPerMinute?: number;
  /**
   * How many requests an instance of a function works on at a time; there are at most 40 instances of each, the fewest that Azure lets one say.
   *
   * @default 10
   */
  readonly concurrency?: number;
  /**
   * For how long the store can be restored to a point in time: 7 or 30 days, which are what Cosmos DB has. As long as that, erased subjects can be brought
   * back.
   *
   * @default Duration.days(7)
   */
  readonly recoveryPeriod?: Duration;
  /**
   * Id of the subnet that functions call from, delegated to `Microsoft.App/environments`.
   *
   * @default - one in the network of the workspace; to be given where that was there before
   */
  readonly subnetId?: string;
  /**
   * Id of the data collection endpoint that records are sent to; the network has to reach it.
   *
   * @default - one of the vault's own, in the scope of private links of the workspace; to be given where that was there before
   */
  readonly dataCollectionEndpointId?: string;
  /**
   * Whether Terraform may delete the store, the keys and the records.
   *
   * @default false
   */
  readonly deletable?: boolean;
}

/** What a detokenization is granted for. */
export interface DetokenizeGrant {
  /** Of the purposes of the vault. */
  readonly purposes: Purpose[];
}

/** A role of the registration, in the words of its manifest. */
export interface AppRole {
  readonly id: string;
  readonly value: string;
  readonly displayName: string;
  readonly description: string;
  readonly allowedMemberTypes: readonly string[];
  readonly isEnabled: boolean;
}
