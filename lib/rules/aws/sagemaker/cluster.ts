import type { Resource } from '../../resource';
import type { Value } from '../../value';

/** Instance groups of a HyperPod cluster, restricted ones too. */
export function groupsOf(cluster: Resource): Value[] {
  return [...cluster.at('InstanceGroups').items, ...cluster.at('RestrictedInstanceGroups').items];
}
