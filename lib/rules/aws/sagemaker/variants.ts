import type { Resource } from '../../resource';
import { isObject } from '../../resolve';
import type { Value } from '../../value';

/** Production variants that run on instances; serverless ones have no volume, count or capture. */
export function productionOnInstances(config: Resource): Value[] {
  return config.at('ProductionVariants').items.filter(runsOnInstances);
}

/** Production and shadow variants that run on instances. */
export function instanceVariantsOf(config: Resource): Value[] {
  return [...productionOnInstances(config), ...config.at('ShadowProductionVariants').items.filter(runsOnInstances)];
}

// what is not known may be on instances
function runsOnInstances(variant: Value): boolean {
  return !variant.at('ServerlessConfig').alternatives.every(isObject);
}
