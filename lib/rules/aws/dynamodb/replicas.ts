import type { Resource } from '../../resource';
import type { Value } from '../../value';

/** Where a table says what a replica has: a table of one region itself, a global one in each of its replicas. */
export function replicasOf(table: Resource): Value[] {
  return table.type === 'AWS::DynamoDB::Table' ? [table.properties] : table.at('Replicas').items;
}
