import { isObject } from './resolve';

/** The resources of a template, by logical id. */
export function resourcesOf(content: unknown): Record<string, unknown> {
  return isObject(content) && isObject(content.Resources) ? content.Resources : {};
}

/** What a template gives a nested stack as parameters. */
export function givenIn(content: unknown, logicalId: string): Record<string, unknown> {
  const stack = resourcesOf(content)[logicalId];
  const properties = isObject(stack) && isObject(stack.Properties) ? stack.Properties : {};
  return isObject(properties.Parameters) ? properties.Parameters : {};
}
