import { isObject } from './resolved';

/** The resources of a template, by logical id. */
export function resourcesOf(content: unknown): Record<string, unknown> {
  return isObject(content) && isObject(content.Resources) ? content.Resources : {};
}

/** The place of a stack that another one makes. */
export interface Parent {
  /** Construct path of the stack around it. */
  readonly path: string;
  /** Logical id of the resource that makes it. */
  readonly logicalId: string;
  /** What it is given as parameters, where that is not what the properties of its resource say. */
  readonly given?: Record<string, unknown>;
}

/** What a stack within another one is given as parameters. */
export function givenTo({ logicalId, given }: Parent, contentAround: unknown): Record<string, unknown> {
  if (given) return given;
  const stack = resourcesOf(contentAround)[logicalId];
  const properties = isObject(stack) && isObject(stack.Properties) ? stack.Properties : {};
  return isObject(properties.Parameters) ? properties.Parameters : {};
}
