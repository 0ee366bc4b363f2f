import type { Settable } from './settable';
import { casesOf, isAbsent, isRecord, placesIn } from './settable';

/** A variant of an endpoint's configuration. */
export interface Variant {
  /** Such as `ProductionVariants.0`. */
  readonly path: string;
  readonly production: boolean;
  /** Neither serverless, nor without a known form. */
  readonly onInstances: boolean;
  /** Whether it hosts inference components, which take their network from the configuration. */
  readonly forComponents: boolean;
  /** In each case that conditions make. */
  readonly instanceTypes: readonly (string | undefined)[];
}

/** The production and shadow variants of an endpoint's configuration, those that are known. */
export function variantsOf(config: Settable): Variant[] {
  return ['ProductionVariants', 'ShadowProductionVariants'].flatMap((list) => {
    const lists = config.cases(list).filter((variants): variants is unknown[] => Array.isArray(variants));
    return placesIn(config, list).map((path, index): Variant => {
      const cases = lists.flatMap((variants) => casesOf(variants[index])).filter(isRecord);
      const isKnown = cases.length > 0 && cases.every((one) => !('Ref' in one));
      return {
        path, production: list === 'ProductionVariants',
        onInstances: isKnown && cases.every(({ ServerlessConfig }) => isAbsent(ServerlessConfig)), forComponents: isKnown && cases.every(({ ModelName }) => isAbsent(ModelName)),
        instanceTypes: cases.flatMap(({ InstanceType }) => casesOf(InstanceType)).map((type) => (typeof type === 'string' ? type : undefined)),
      };
    });
  });
}
