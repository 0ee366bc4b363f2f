import { shown } from '../../policy/given';
import type { ComplianceProfile } from '../../policy/profile';
import { Residency } from '../../policy/residency';
import { REGIONS_WITHOUT_ZONES } from '../private/regions-without-zones';

/** Where the copies lie that Azure keeps of what is stored. */
export enum Replication {
  /** Three copies in one data centre: a fire there loses all of them. */
  LOCAL = 'LRS',
  /** Three copies in three zones of the region. */
  ZONES = 'ZRS',
  /** Three copies in one data centre, and three in the paired region, some minutes behind. */
  PAIRED_REGION = 'GRS',
  /** Three copies in three zones, and three in the paired region, some minutes behind. */
  ZONES_AND_PAIRED_REGION = 'GZRS',
}

const GIVES: Record<Replication, { readonly gives: string; readonly costs: string }> = {
  [Replication.LOCAL]: { gives: 'the cheapest storage', costs: 'the loss of a data centre loses the data' },
  [Replication.ZONES]: { gives: 'the loss of a data centre is survived, and no copy leaves the region', costs: 'about a quarter more than copies in one data centre; the loss of the whole region is not survived' },
  [Replication.PAIRED_REGION]: { gives: 'the loss of the region is survived', costs: 'twice the storage; a second region holds the data, some minutes behind, and is deleted from as late' },
  [Replication.ZONES_AND_PAIRED_REGION]: { gives: 'the loss of a data centre is survived without a pause, that of the region with some minutes of data', costs: 'more than twice the storage; a second region holds the data' },
};

/** What a replication gives and what it costs. */
export function tradeOfReplication(replication: Replication): { readonly gives: string; readonly costs: string } {
  return GIVES[replication];
}

/**
 * The replication that was given, or copies in three zones.
 *
 * @param owner such as `store 'Stack/Workspace/Raw'`
 * @throws an error when the region has no zones, has no pair, or its pair lies outside the residency
 */
export function checkReplication(owner: string, profile: ComplianceProfile, location: string, given?: Replication): Replication {
  const all = Object.values(Replication);
  if (given !== undefined && !all.includes(given)) {
    throw new Error(`the replication of ${owner} is ${shown(given)}: give one of ${Object.keys(Replication).map((name) => `Replication.${name}`).join(', ')}`);
  }
  const replication = given ?? Replication.ZONES;
  if (replication.includes('Z') && REGIONS_WITHOUT_ZONES.has(location)) {
    throw new Error(`region '${location}' has no zones to keep ${owner} in: choose a region that has, or accept Replication.LOCAL`);
  }
  if (replication.startsWith('G')) checkPair(owner, profile, location);
  return replication;
}

function checkPair(owner: string, profile: ComplianceProfile, location: string): void {
  const pair = Residency.pairedRegionOf(location);
  if (pair === undefined) throw new Error(`region '${location}' has no pair to copy ${owner} to: use Replication.ZONES`);
  if (!profile.residency.allows(pair)) {
    throw new Error(`${owner} would be copied to '${pair}' (${Residency.countryOf(pair)}), the pair of '${location}', outside the residency (${profile.residency.describe()}): use Replication.ZONES, or widen the profile's residency`);
  }
}
