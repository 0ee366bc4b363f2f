import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { isRecord, shown } from '../../policy/given';
import { having, requireProps } from '../../policy/required';
import { checkTokenFields, VAULT_PROPS } from '../../policy/tokenization/checks';
import { Duration } from '../duration';
import { ownGroundOf } from '../private/order';
import { partsOf } from '../private/resource-id';
import type { TokenVaultProps, VaultApplication } from './token-vault-props';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const SUBNET = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/i;
const isReference = (value: unknown) => typeof value === 'string' && Token.isUnresolved(value);

/** Periods of continuous backup: https://learn.microsoft.com/azure/cosmos-db/continuous-backup-restore-introduction */
const TIERS: Readonly<Record<number, string>> = { 7: 'Continuous7Days', 30: 'Continuous30Days' };

/**
 * Passes for props that a vault can be made from.
 *
 * @throws an error that names the value, and what to give
 */
export function checkVault(vault: IConstruct, props: TokenVaultProps): void {
  const owner = `vault '${vault.node.path}'`;
  requireProps(owner, props, {
    workspace: { is: having('profile', 'logAnalyticsId', 'dnsZoneId'), give: 'the workspace that it stands on' },
    application: {
      is: (value) => isRecord(value) && (UUID.test((value as VaultApplication).clientId) || isReference((value as VaultApplication).clientId)),
      give: "the registration that callers sign in to, such as { clientId: '<id of the application>' }",
    },
    ...VAULT_PROPS,
    recoveryPeriod: { is: (value) => having('inSeconds')(value) && (value as Duration).inSeconds / 86_400 in TIERS, give: 'Duration.days(7) or Duration.days(30), which are what Cosmos DB has', optional: true },
    subnetId: { is: (value) => isReference(value) || (typeof value === 'string' && SUBNET.test(value)), give: "an id such as '/subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.Network/virtualNetworks/<network>/subnets/<subnet>'", optional: true },
  });
  checkTokenFields(owner, props.fields);
  if (props.purposes.length === 0) throw new Error(`${owner} has no purposes, so nothing could ever be turned back: give those that the record of processing has, such as Purpose.of('care')`);
  const names = props.purposes.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`${owner} has purpose ${shown(twice)} twice: name each once`);
  if (props.dataCollectionEndpointId !== undefined) partsOf(`dataCollectionEndpointId of ${owner}`, props.dataCollectionEndpointId, 'Microsoft.Insights/dataCollectionEndpoints');
  const ground = ownGroundOf(props.workspace);
  const missing = [
    ...(props.subnetId === undefined && ground?.functionSubnetId() === undefined ? ['subnetId of a subnet delegated to Microsoft.App/environments'] : []),
    ...(props.dataCollectionEndpointId === undefined && ground === undefined ? ['dataCollectionEndpointId of an endpoint that its network reaches'] : []),
  ];
  if (missing.length > 0) throw new Error(`${owner} stands on a ground that was there before: give ${missing.join(', and ')}`);
}

/** The tier of backup of a period. */
export function tierOf(recoveryPeriod: Duration): string {
  return TIERS[recoveryPeriod.inSeconds / 86_400];
}
