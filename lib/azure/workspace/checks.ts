import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { shown } from '../../policy/given';
import type { ComplianceProfile } from '../../policy/profile';
import { Residency } from '../../policy/residency';
import type { IDataStore } from '../storage/data-store';

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
  return location;
}

/**
 * Passes when the stores stand inside the residency.
 *
 * @throws an error with the store, its region and the allowed ones
 */
export function checkStores(workspace: { readonly node: { readonly path: string }; readonly profile: ComplianceProfile; readonly outputs: IDataStore; readonly models: IDataStore }): void {
  for (const store of [workspace.outputs, workspace.models]) {
    workspace.profile.residency.check(store.location, `store '${store.node.path}' of workspace '${workspace.node.path}'`);
  }
}
