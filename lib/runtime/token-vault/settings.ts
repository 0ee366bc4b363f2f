import { variableOr } from '../own-words';
import { VaultError } from './fault';

/** How the values of a field become tokens. */
export type FieldSetting =
  | { readonly kind: 'random' | 'deterministic'; readonly version: number }
  | { readonly kind: 'format-preserving'; readonly version: number; readonly alphabet: string; readonly minLength: number; readonly maxLength: number };

/** What the construct tells its functions, in the environment variable VAULT. */
export interface VaultSettings {
  readonly tenant: string;
  readonly fields: Readonly<Record<string, FieldSetting>>;
  /** Purpose by alias of the function; only the function that detokenizes has any. */
  readonly purposes: Readonly<Record<string, string>>;
  /** Items that one caller may have answered in a minute. */
  readonly itemsPerMinute: number;
  /** Days for which a deleted item can be restored. */
  readonly recoveryDays: number;
}

/** The settings, as the environment has them. */
export function settings(): VaultSettings {
  return JSON.parse(variable('VAULT')) as VaultSettings;
}

/**
 * An environment variable.
 *
 * @throws a refusal when it is not set
 */
export function variable(name: string): string {
  return variableOr(name, (message) => new VaultError('Misconfigured', message));
}

/**
 * A field by its name.
 *
 * @returns undefined for a name that is none of the fields, inherited names of objects included
 */
export function fieldOf({ fields }: VaultSettings, name: unknown): FieldSetting | undefined {
  return typeof name === 'string' && Object.hasOwn(fields, name) ? fields[name] : undefined;
}
