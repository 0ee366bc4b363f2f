import { Stack, Token } from 'aws-cdk-lib';

/** Texts with tokens by stack, each with what it resolves to. */
const KNOWN = new WeakMap<Stack, Map<string, unknown>>();

/**
 * What a value resolves to while the app is made, each text worked out once for a stack: statements of roles name the same few keys, buckets
 * and networks again and again. For sizes and comparisons only, since references between stacks are not found yet.
 */
export function resolvedIn(stack: Stack, value: unknown): unknown {
  if (typeof value === 'string') return Token.isUnresolved(value) ? textIn(stack, value) : value;
  if (Token.isUnresolved(value)) return stack.resolve(value) as unknown;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => resolvedIn(stack, item)).filter((item) => item !== undefined);
  if (Object.keys(value).some((key) => Token.isUnresolved(key))) return stack.resolve(value) as unknown;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolvedIn(stack, item)]).filter(([, item]) => item !== undefined));
}

function textIn(stack: Stack, text: string): unknown {
  const known = KNOWN.get(stack) ?? new Map<string, unknown>();
  KNOWN.set(stack, known);
  if (!known.has(text)) known.set(text, stack.resolve(text));
  return known.get(text);
}
