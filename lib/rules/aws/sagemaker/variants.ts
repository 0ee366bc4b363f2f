import type { Resource } from '../../resource';
import { isObject } from '../../resolved';
import type { Value } from '../../value';

/** Production variants that run on instances; serverless ones have no volume, count or capture. */
export function productionOnInstances(config: Resource): Value[] {
  return config.at('ProductionVariants').items.filter(runsOnInstances);
}

/** Production and shadow variants that run on instances. */
export function instanceVariantsOf(config: Resource): Value[] {
  return [...productionOnInstances(config), ...config.at('ShadowProductionVariants').items.filter(runsOnInstances)];
}

/** Production and shadow variants of all kinds. */
export function variantsOf(config: Resource): Value[] {
  return [...config.at('ProductionVariants').items, ...config.at('ShadowProductionVariants').items];
}

/** Types of the instances that a variant runs on: one, or those of its pools. */
export function instanceTypesOf(variant: Value): Value[] {
  const pools = variant.at('InstancePools').items.map((pool) => pool.at('InstanceType'));
  return pools.length > 0 ? pools : [variant.at('InstanceType')];
}

/** Variants that name no model: inference components bring theirs, and the endpoint gives the network. */
export function componentVariantsOf(config: Resource): Value[] {
  return productionOnInstances(config).filter((variant) => variant.at('ModelName').alternatives.some((name) => name === undefined || name === null));
}

// what is not known may be on instances
function runsOnInstances(variant: Value): boolean {
  return !variant.at('ServerlessConfig').alternatives.every(isObject);
}
