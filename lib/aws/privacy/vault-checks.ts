import { Duration } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { Purpose } from '../../policy/purpose';
import { having, requireProps } from '../../policy/required';
import { checkTokenFields, isCount, VAULT_PROPS } from '../../policy/tokenization/checks';
import type { TokenVaultProps } from './token-vault-props';

/** Lambda takes 4 KB of environment; the rest is names and ARNs. */
const MAXIMUM_SETTINGS = 2_500;

/**
 * Passes for props that a vault can be made from.
 *
 * @throws an error that names the value, and what to give
 */
export function checkVault(vault: IConstruct, props: TokenVaultProps): void {
  const owner = `vault '${vault.node.path}'`;
  requireProps(owner, props, {
    workspace: { is: having('profile', 'logsKey', 'vpc'), give: 'the workspace that it stands on' },
    ...VAULT_PROPS,
    recoveryPeriod: { is: (value) => value instanceof Duration && isCount(1, 35)(value.toDays({ integral: false })), give: 'whole days from 1 to 35, such as Duration.days(7)', optional: true },
  });
  checkTokenFields(owner, props.fields);
  if (props.purposes.length === 0) throw new Error(`${owner} has no purposes, so nothing could ever be turned back: give those that the record of processing has, such as Purpose.of('care')`);
}

/** Passes for settings that fit the environment of a function. */
export function checkSettings(vault: IConstruct, settings: string): void {
  if (Buffer.byteLength(settings) > MAXIMUM_SETTINGS) {
    throw new Error(`the fields and purposes of vault '${vault.node.path}' take ${Buffer.byteLength(settings)} bytes, and a function takes ${MAXIMUM_SETTINGS} of them: spread the fields over two vaults`);
  }
}

/**
 * The alias of each purpose: a name of Lambda has no dot, and is no number.
 *
 * @throws an error when two would have the same
 */
export function aliasesOf(vault: IConstruct, purposes: readonly Purpose[]): Map<string, Purpose> {
  const aliases = new Map<string, Purpose>();
  for (const purpose of purposes) {
    const plain = purpose.name.replace(/\./g, '_');
    const alias = /^\d+$/.test(plain) ? `purpose-${plain}` : plain;
    const other = aliases.get(alias);
    if (other) throw new Error(`purposes '${other}' and '${purpose}' of vault '${vault.node.path}' would be the same alias '${alias}' of a function: name each once, and tell them apart by more than '.' and '_'`);
    aliases.set(alias, purpose);
  }
  return aliases;
}
