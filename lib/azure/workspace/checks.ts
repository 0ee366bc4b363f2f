import { TerraformStack, Token } from 'cdktf';
import type { Construct } from 'constructs';
import { shown } from '../../policy/given';
import type { ComplianceProfile } from '../../policy/profile';
import { Residency } from '../../policy/residency';
import { partsOf } from '../private/resource-id';
import type { IDataStore } from '../storage/data-store';
import type { KeySource } from './keys';
import { NetworkMode } from './network-mode';
import type { WorkspaceProps } from './workspace-props';

/**
 * The region of a workspace.
 *
 * @throws an error when it is none of Azure, is not known at synth, or lies outside the residency
 */
export function checkLocation(workspace: Construct, profile: ComplianceProfile, location: string): string {
  const owner = `workspace '${workspace.node.path}'`;
  if (typeof location !== 'string' || Token.isUnresolved(location)) {
    throw new Error(`the location of ${owner} is ${typeof location === 'string' ? 'a reference that is resolved at deployment' : shown(location)}: write the name of the region, such as 'germanywestcentral', so that it can be judged before`);
  }
  profile.residency.check(location, owner);
  if (!Residency.partitionOf(location).startsWith('azure')) {
    throw new Error(`the location of ${owner} is ${shown(location)}, a region of AWS: give one of ${profile.residency.allowedRegions.filter((name) => Residency.partitionOf(name).startsWith('azure')).join(', ')}`);
  }
  if (Residency.partitionOf(location) !== 'azure') {
    throw new Error(`the location of ${owner} is ${shown(location)}, in ${Residency.partitionOf(location)}: names of services and private DNS zones are other ones there, and are not known here; give a region of the public cloud`);
  }
  return location;
}

/** What `checkNetwork` looks at. */
type NetworkGiven = Pick<WorkspaceProps, 'networkMode' | 'addressSpace' | 'firewallAddress' | 'endpointSubnetId' | 'computeSubnetId' | 'dnsZonesGroupId'>;

/**
 * Who builds the network of computes, from what was given.
 *
 * @throws an error when what was given is of both kinds, or of neither
 */
export function checkNetwork(workspace: Construct, given: NetworkGiven): NetworkMode {
  const owner = `workspace '${workspace.node.path}'`;
  const mode = given.networkMode ?? (given.computeSubnetId !== undefined || given.firewallAddress !== undefined ? NetworkMode.OWN : NetworkMode.MANAGED);
  if (!Object.values(NetworkMode).includes(mode)) throw new Error(`networkMode of ${owner} is ${shown(mode)}: give NetworkMode.MANAGED or NetworkMode.OWN`);
  for (const name of ['endpointSubnetId', 'computeSubnetId'] as const) checkSubnet(`${name} of ${owner}`, given[name]);
  const ofOwn = (['computeSubnetId', 'firewallAddress'] as const).filter((name) => given[name] !== undefined);
  if (mode === NetworkMode.MANAGED && ofOwn.length > 0) {
    throw new Error(`${owner} has a managed network, and is given ${ofOwn.join(' and ')}: Azure ML takes one or the other; leave that out, or say NetworkMode.OWN`);
  }
  if (mode === NetworkMode.OWN && ofOwn.length !== 1) {
    throw new Error(ofOwn.length === 0
      ? `${owner} has computes in a network of its own, which have to reach Azure ML, Entra ID and Azure Resource Manager: give firewallAddress, the private address of a firewall that lets them, or computeSubnetId of a subnet that exists, or use NetworkMode.MANAGED`
      : `${owner} is given a subnet of computes that exists and a firewallAddress for one that would be made: give one of them`);
  }
  if (given.firewallAddress !== undefined && given.endpointSubnetId !== undefined) {
    throw new Error(`${owner} is given endpointSubnetId of a network that exists and a firewallAddress for a new one: give computeSubnetId as well, with a route to the firewall, and leave firewallAddress out`);
  }
  if (given.addressSpace !== undefined && given.endpointSubnetId !== undefined) {
    throw new Error(`${owner} is given endpointSubnetId of a network that exists and an addressSpace for a new one: give one of them`);
  }
  if (given.firewallAddress !== undefined && !Token.isUnresolved(given.firewallAddress) && !/^(10|172\.(1[6-9]|2\d|3[01])|192\.168)(\.\d{1,3}){2,3}$/.test(given.firewallAddress)) {
    throw new Error(`firewallAddress of ${owner} is ${shown(given.firewallAddress)}: give the private address of a firewall, such as '10.1.0.4'`);
  }
  return mode;
}

function checkSubnet(what: string, id: string | undefined): void {
  if (id === undefined || (typeof id === 'string' && Token.isUnresolved(id))) return;
  if (typeof id !== 'string' || !/^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/i.test(id)) {
    throw new Error(`${what} is ${shown(id)}: give an id such as '/subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.Network/virtualNetworks/<network>/subnets/<subnet>'`);
  }
}

/** Types of what may be given by its id. */
const GIVEN = {
  keyVaultId: 'Microsoft.KeyVault/vaults', registryId: 'Microsoft.ContainerRegistry/registries', logAnalyticsId: 'Microsoft.OperationalInsights/workspaces',
  logClusterId: 'Microsoft.OperationalInsights/clusters', alarmsId: 'Microsoft.Insights/actionGroups',
} as const;

/**
 * Passes when what is given is of the kind that it is given for.
 *
 * @throws an error with the value and the form
 */
export function checkGiven(workspace: Construct, given: Pick<WorkspaceProps, keyof typeof GIVEN>, keys: KeySource): void {
  const owner = `workspace '${workspace.node.path}'`;
  for (const [name, type] of Object.entries(GIVEN) as [keyof typeof GIVEN, string][]) {
    const id = given[name];
    if (id !== undefined) partsOf(`${name} of ${owner}`, id, type);
  }
  if (keys.kind === 'given') partsOf(`keyVaultId of the key of ${owner}`, keys.keyVaultId, GIVEN.keyVaultId);
}

const GROUPS = new WeakMap<TerraformStack, Map<string, string>>();

/**
 * Passes when no other workspace of the stack makes the same resource group, or private DNS zones in it, of which a group has one of a name.
 *
 * @throws an error with both workspaces and the way out
 */
export function checkGroup(workspace: Construct, name: string, { resourceGroupId, dnsZonesGroupId }: Pick<WorkspaceProps, 'resourceGroupId' | 'dnsZonesGroupId'>): void {
  if (resourceGroupId !== undefined && dnsZonesGroupId !== undefined) return;
  const stack = TerraformStack.of(workspace);
  const groups = GROUPS.get(stack) ?? new Map<string, string>();
  GROUPS.set(stack, groups);
  const group = (resourceGroupId ?? name).toLowerCase();
  const other = groups.get(group);
  if (other !== undefined) {
    throw new Error(resourceGroupId === undefined
      ? `workspace '${workspace.node.path}' is called ${shown(name)}, as '${other}' is, and so would be the resource groups of both: give another name, or resourceGroupId of a group that exists`
      : `workspace '${workspace.node.path}' stands in the resource group of '${other}', and a group has one private DNS zone of a name: give dnsZonesGroupId, the group that zones for both are in`);
  }
  groups.set(group, workspace.node.path);
}

/** A workspace with what is judged of its stores. */
interface WithStores {
  readonly node: { readonly path: string };
  readonly profile: ComplianceProfile;
  readonly outputs: IDataStore;
  readonly models: IDataStore;
}

/**
 * Passes when the stores stand inside the residency.
 *
 * @throws an error with the store, its region and the allowed ones
 */
export function checkStores(workspace: WithStores): void {
  for (const store of [workspace.outputs, workspace.models]) {
    workspace.profile.residency.check(store.location, `store '${store.node.path}' of workspace '${workspace.node.path}'`);
  }
}
