import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { shown } from '../../policy/given';
import type { ComplianceProfile } from '../../policy/profile';
import { Residency } from '../../policy/residency';
import type { IDataStore } from '../storage/data-store';
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
