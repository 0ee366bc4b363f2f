import { Duration } from 'aws-cdk-lib';
import { Classification } from '../../policy/classification';
import { Purpose } from '../../policy/purpose';
import { TokenField } from '../../policy/tokenization';
import { IWorkspace } from '../workspace/workspace';

/** What a vault is made from. */
export interface TokenVaultProps {
  /** The network it runs in, the key of its logs, the profile of its retention. */
  readonly workspace: IWorkspace;
  /** Whose data it holds: part of the encryption context, so that what belongs to one tenant opens for no other. 1 to 64 letters, digits, `-`, `_` or `.`. */
  readonly tenant: string;
  /** How the values of each field become tokens, by its name of letters, digits and `_`. */
  readonly fields: { [name: string]: TokenField };
  /** What tokens may be turned back for, at least one. Each is an alias of the function, so that IAM decides who may name it. */
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
   * How many requests may be worked on at a time by each of the functions that tokenize and detokenize; it is taken from the account's quota.
   *
   * @default 10
   */
  readonly concurrency?: number;
  /**
   * For how long the tables of subjects and tokens can be restored to a point in time, 1 to 35 days. As long as that, erased subjects can be brought
   * back.
   *
   * @default Duration.days(7)
   */
  readonly recoveryPeriod?: Duration;
}

/** What a detokenization is granted for. */
export interface DetokenizeGrant {
  /** Of the purposes of the vault. */
  readonly purposes: Purpose[];
}
