/** A key that stands in an object again, with the lines of both. */
export interface Repeated {
  /** Such as `Resources.Key.Properties.Tags.0.Key`. */
  readonly path: string;
  readonly lines: readonly [before: number, after: number];
}

interface Open {
  /** Of an object its keys, with their lines. */
  readonly keys?: Map<string, number>;
  /** The key that is being read, or the index of the item. */
  name: string | number;
}

/** Keys that stand in an object of JSON more than once, of which a parser leaves no trace. */
export function repeatedInJson(json: string): Repeated[] {
  const found: Repeated[] = [];
  const open: Open[] = [];
  let line = 1;
  for (const [token] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"(?:\s*:)?|[{}[\],\n]/g)) {
    const around = open.at(-1);
    if (token === '\n') line += 1;
    else if (token === '{') open.push({ keys: new Map(), name: '' });
    else if (token === '[') open.push({ name: 0 });
    else if (token === '}' || token === ']') open.pop();
    else if (token === ',') {
      if (typeof around?.name === 'number') around.name += 1;
    } else if (around?.keys && token.endsWith(':')) {
      const key = JSON.parse(token.slice(0, -1)) as string;
      around.name = key;
      const before = around.keys.get(key);
      if (before !== undefined) found.push({ path: open.map(({ name }) => name).join('.'), lines: [before, line] });
      around.keys.set(key, line);
      line += token.split('\n').length - 1;
    }
  }
  return found;
}
