import type { Resource } from '../../resource';
import type { Value } from '../../value';

/** Production and shadow variants that run on instances; serverless ones have no volume, count or capture. */
export function instanceVariantsOf(config: Resource): Value[] {
  return [...config.at('ProductionVariants').items, ...config.at('ShadowProductionVariants').items]
    .filter((variant) => variant.at('ServerlessConfig').isAbsent);
}
