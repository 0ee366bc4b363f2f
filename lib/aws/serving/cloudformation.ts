import type { Request } from './requests';

/** Maps whose keys are the user's own, and stay as they are. */
const OPAQUE = new Set(['Environment']);

/**
 * The props of an L1 construct from a request of the API: CloudFormation's schema has the API's names, the L1 has them
 * in camel case.
 */
export function l1Props<Props>(request: Request): Props {
  return lower(request) as Props;
}

function lower(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lower);
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [
    l1Name(name),
    OPAQUE.has(name) ? inner : lower(inner),
  ]));
}

/** `MemorySizeInMB` is `memorySizeInMb` there. */
function l1Name(name: string): string {
  const words = name.replace(/([A-Z])([A-Z]+)(?=[A-Z][a-z]|$)/g, (_, first: string, rest: string) => first + rest.toLowerCase());
  return words.charAt(0).toLowerCase() + words.slice(1);
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}
