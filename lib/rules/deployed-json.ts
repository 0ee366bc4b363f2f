import { Choice, Unknown, type Resolved, type ResolvedObject } from './resolved';
import { joinText } from './resolved';

// private-use characters: legal inside a JSON string, and in no template
const OPEN = '\uE0F0';
const CLOSE = '\uE0F1';
const SENTINEL = new RegExp(`${OPEN}(\\d+)${CLOSE}`, 'g');

/**
 * Reads a JSON text out of a template: `Fn::Join` and `Fn::Sub` leave gaps that are filled when the stack is deployed. Each
 * gap becomes a sentinel, the text is parsed, and the sentinels become unknown values again: what holds one is unknown,
 * the rest can be judged.
 *
 * @returns the value, or why it cannot be read
 */
export function parseDeployed(text: string | Unknown): { readonly value: Resolved } | { readonly reason: string } {
  const gaps: Unknown[] = [];
  const json = typeof text === 'string' ? text : withSentinels(text, gaps);
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return { reason: gaps.length > 0 && json.trim().startsWith(`"${OPEN}`) ? text instanceof Unknown ? text.reason : 'unknown' : 'it is no JSON' };
  }
  return { value: restore(parsed, gaps) };
}

function withSentinels(text: Unknown, gaps: Unknown[]): string {
  let json = '';
  let quoted = false;
  for (const part of text.parts ?? [text]) {
    if (typeof part === 'string') {
      json += part;
      quoted = endsQuoted(part, quoted);
      continue;
    }
    gaps.push(part);
    const sentinel = `${OPEN}${gaps.length - 1}${CLOSE}`;
    json += quoted ? sentinel : `"${sentinel}"`;
  }
  return json;
}

function endsQuoted(part: string, quoted: boolean): boolean {
  let inside = quoted;
  for (let index = 0; index < part.length; index++) {
    if (inside && part[index] === '\\') index++;
    else if (part[index] === '"') inside = !inside;
  }
  return inside;
}

function restore(value: unknown, gaps: readonly Unknown[], depth = 0): Resolved {
  if (depth > 150) return new Unknown('opaque', 'nested too deeply');
  if (typeof value === 'string') return restoreText(value, gaps);
  if (Array.isArray(value)) return value.map((item) => restore(item, gaps, depth + 1));
  if (typeof value === 'object' && value !== null) {
    const object: ResolvedObject = {};
    for (const [key, item] of Object.entries(value)) {
      const name = restoreText(key, gaps);
      Object.defineProperty(object, typeof name === 'string' ? name : key, { value: restore(item, gaps, depth + 1), enumerable: true, configurable: true, writable: true });
    }
    return object;
  }
  return value as Resolved;
}

function restoreText(text: string, gaps: readonly Unknown[]): Resolved {
  if (!text.includes(OPEN)) return text;
  const parts: Resolved[] = [];
  let end = 0;
  for (const match of text.matchAll(SENTINEL)) {
    const gap = gaps[Number(match[1])];
    parts.push(text.slice(end, match.index), gap ?? match[0]);
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  return joinText(parts);
}

/** The texts that a resolved value can be; anything else becomes an unknown. */
export function textsOf(resolved: Resolved): (string | Unknown)[] {
  if (resolved instanceof Choice) return resolved.options.flatMap(textsOf);
  return typeof resolved === 'string' || resolved instanceof Unknown ? [resolved] : [];
}
