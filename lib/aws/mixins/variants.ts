import type { Settable } from './settable';
import { isAbsent, isRecord } from './settable';

/** A variant of an endpoint's configuration. */
export interface Variant {
  /** Such as `ProductionVariants.0`. */
  readonly path: string;
  readonly production: boolean;
  /** Neither serverless, nor without a known form. */
  readonly onInstances: boolean;
  /** Whether it hosts inference components, which take their network from the configuration. */
  readonly forComponents: boolean;
  readonly instanceType?: string;
}

/** The production and shadow variants of an endpoint's configuration, those that are known. */
export function variantsOf(config: Settable): Variant[] {
  return ['ProductionVariants', 'ShadowProductionVariants'].flatMap((list) => {
    const variants = config.at(list);
    return !Array.isArray(variants) ? [] : variants.map((variant: unknown, index): Variant => {
      const { ServerlessConfig: serverless, ModelName: model, InstanceType: type } = isRecord(variant) ? variant : {};
      return {
        path: `${list}.${index}`, production: list === 'ProductionVariants', onInstances: isAbsent(serverless), forComponents: isAbsent(model),
        ...(typeof type === 'string' ? { instanceType: type } : {}),
      };
    });
  });
}
