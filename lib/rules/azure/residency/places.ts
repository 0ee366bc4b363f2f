import type { ComplianceProfile } from '../../../policy/profile';
import { Residency } from '../../../policy/residency';
import { inResidency } from '../../residency';
import type { Resource } from '../../resource';
import { shown, type Value } from '../../value';
import { NOT_APPLICABLE, unknown, type Verdict } from '../../verdict';

/** Where a resource stands, and where it sends what it handles. */
export const PLACES: readonly string[] = ['location', 'properties.computeLocation', 'target_resource_location'];

/** Where copies of it are, by path; lists are walked through. */
export const COPIES: readonly string[] = [
  'georeplications.location', 'geo_location.location', 'failover_location', 'replica_location', 'secondary_location', 'target_region.name',
  'properties.regionDetails.location', 'properties.locations.locationName', 'properties.secondaryLocation', 'properties.replicaLocation',
];

// what has no place, by Azure's own word
const EVERYWHERE = new Set(['global', 'unitedstates', 'europe']);

/** Values at some paths that are there. */
export function placesIn(resource: Resource, paths: readonly string[]): Value[] {
  return paths.flatMap((path) => path.split('.').reduce<Value[]>((values, key) => (
    values.flatMap((value) => (value.items.length > 0 ? value.items : [value]).map((item) => item.at(key)))), [resource.properties])).filter((value) => !value.isAbsent);
}

/** Whether a place is in the residency: by Azure's name of the region, or as it is shown to people. */
export function regionVerdict(place: Value, profile: ComplianceProfile): Verdict {
  return place.judge((given) => {
    if (given === undefined || given === null) return NOT_APPLICABLE;
    if (typeof given !== 'string') return unknown(`${shown(given)} is no region`, place.location);
    const region = normal(given);
    if (region === 'global') return NOT_APPLICABLE;
    if (EVERYWHERE.has(region) || !Residency.isRegion(region)) return unknown(`'${given}' is no region that is known`, place.location);
    return inResidency(region, 'it', profile, place.location);
  });
}

/** The regions that a value can name; undefined where it is not known. */
export function regionsOf(place: Value): (string | undefined)[] {
  return place.alternatives.map((given) => (typeof given === 'string' ? normal(given) : undefined));
}

function normal(region: string): string {
  return region.toLowerCase().replace(/[\s()-]/g, '');
}
