import type { Resource } from '../../resource';
import type { Value } from '../../value';

/** Rules of a bucket's replication that are on, or may be. */
export function replicating(bucket: Resource): Value[] {
  return bucket.at('ReplicationConfiguration.Rules').items.filter((rule) => !rule.at('Status').alternatives.every((status) => status === 'Disabled'));
}
