import type { Resource } from '../../resource';

/** Whether a compute is made of nodes of Azure ML, as clusters and instances are; others are attached from elsewhere. */
export function isNode(compute: Resource): boolean {
  if (!compute.type.startsWith('Microsoft.')) return true;
  const kinds = compute.at('properties.computeType');
  return kinds.unknowns.length > 0 || kinds.texts.some((kind) => kind === 'AmlCompute' || kind === 'ComputeInstance');
}
