import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

// what templates have their resources below, and a resource its properties
const FORMS = [{ resources: 'Resources', properties: 'Properties.' }, { resources: 'resource', properties: '' }];

/** The line of a resource, or of its property, in a template; undefined where that is not known. */
export type LineOf = (template: string, logicalId: string, location: string) => number | undefined;

/**
 * Lines in the templates of an assembly, each of which is read when it is asked for.
 *
 * @param other lines of a template that is no JSON; undefined where it is
 */
export function templateLines(directory: string, other: (template: string) => Map<string, number> | undefined = () => undefined): LineOf {
  const known = new Map<string, Map<string, number>>();
  return (template, logicalId, location) => {
    const lines = known.get(template) ?? other(template) ?? linesOf(textOf(directory, template));
    known.set(template, lines);
    return lineIn(lines, logicalId, location);
  };
}

/** The line of a resource, or of its property, among those of a template. */
export function lineIn(lines: ReadonlyMap<string, number>, logicalId: string, location: string): number | undefined {
  for (const { resources, properties } of FORMS) {
    const line = lineAt(lines, `${resources}.${logicalId}`, location.replace(/^Properties\b\.?/, properties));
    if (line !== undefined) return line;
  }
  return undefined;
}

// what stands inside of a text, such as a definition, has the line of that text
function lineAt(lines: ReadonlyMap<string, number>, resource: string, location: string): number | undefined {
  for (let path = location; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('.')))) {
    const line = lines.get(`${resource}.${path}`);
    if (line !== undefined) return line;
  }
  return lines.get(resource);
}

function textOf(directory: string, template: string): string {
  const file = join(directory, template);
  return relative(directory, file).startsWith('..') || !existsSync(file) ? '' : readFileSync(file, 'utf8');
}

/** For the path of each key and item in JSON, such as `Resources.Key.Properties.Tags.0`, its line. */
export function linesOf(json: string): Map<string, number> {
  const lines = new Map<string, number>();
  // the path so far, and in a list the index of the next item
  const open: { readonly path: string; index: number }[] = [];
  let line = 1;
  let key: string | undefined;
  const enter = (index: number) => {
    const around = open.at(-1);
    const name = key ?? (around && around.index >= 0 ? String(around.index++) : '');
    const path = around?.path ? `${around.path}.${name}` : name;
    if (key === undefined && name !== '') lines.set(path, line);
    key = undefined;
    open.push({ path, index });
  };
  for (const [token] of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"(?:\s*:)?|[{}[\]]|\n|[^\s{}[\],:"]+/g)) {
    if (token === '\n') line++;
    else if (token === '{') enter(-1);
    else if (token === '[') enter(0);
    else if (token === '}' || token === ']') open.pop();
    else if (token.endsWith(':')) {
      key = token.slice(1, token.lastIndexOf('"'));
      const { path = '' } = open.at(-1) ?? {};
      lines.set(path === '' ? key : `${path}.${key}`, line);
      line += token.split('\n').length - 1;
    } else if (key !== undefined) key = undefined;
    else {
      const around = open.at(-1);
      if (around && around.index >= 0) lines.set(`${around.path}.${around.index++}`, line);
    }
  }
  return lines;
}
