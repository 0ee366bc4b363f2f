import { Duration } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { isRecord, shown } from '../../policy/given';
import { Purpose } from '../../policy/purpose';
import { having, requireProps } from '../../policy/required';
import type { TokenField } from './token-field';
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
    tenant: { is: (value) => typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(value), give: "1 to 64 letters, digits, '-', '_' or '.', such as 'cardiology'" },
    fields: { is: isRecord, give: 'at least one, such as { patientId: TokenField.random() }' },
    purposes: { is: having('name', 'isSame'), give: "a purpose, such as Purpose.of('care')", list: true },
    classification: { is: having('isPersonal'), give: 'a classification', optional: true },
    itemsPerMinute: { is: isCount(1, 10_000_000), give: 'a whole number from 1 to 10000000', optional: true },
    concurrency: { is: isCount(1, 1_000), give: 'a whole number from 1 to 1000', optional: true },
    recoveryPeriod: { is: (value) => value instanceof Duration && isCount(1, 35)(value.toDays({ integral: false })), give: 'whole days from 1 to 35, such as Duration.days(7)', optional: true },
  });
  checkFields(owner, props.fields);
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

function checkFields(owner: string, fields: Record<string, TokenField>): void {
  const names = Object.keys(fields);
  if (names.length === 0) throw new Error(`${owner} has no fields: give at least one, such as { patientId: TokenField.random() }`);
  for (const name of names) {
    if (!/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name)) throw new Error(`${owner}: field ${shown(name)} is not usable: give 1 to 64 letters, digits or '_', beginning with a letter`);
    if (!having('kind', 'keyVersion')(fields[name])) throw new Error(`${owner}: field '${name}' is ${shown(fields[name])}: give TokenField.random(), TokenField.deterministic() or TokenField.formatPreserving(…)`);
  }
}

function isCount(least: number, most: number): (value: unknown) => boolean {
  return (value) => typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}
