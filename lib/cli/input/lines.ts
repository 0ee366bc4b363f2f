import { createRequire } from 'node:module';
import type { Node } from 'yaml';
import { templateLines, type LineOf } from '../../evidence/template-lines';
import { Folder } from './file';

// YAML is loaded when there is some
const load = createRequire(__filename);

/** Lines in the templates below a folder, JSON or YAML. */
export function linesBelow(directory: string): LineOf {
  const folder = new Folder(directory, directory);
  return templateLines(directory, (template) => {
    const text = folder.has(template) ? folder.read(template).text : '';
    return /^\s*[[{]/.test(text) ? undefined : linesOfYaml(text);
  });
}

function linesOfYaml(text: string): Map<string, number> {
  const yaml = load('yaml') as typeof import('yaml');
  const lines = new Map<string, number>();
  const counter = new yaml.LineCounter();
  const { contents } = yaml.parseDocument(text, { lineCounter: counter, prettyErrors: false, logLevel: 'silent' });
  const note = (path: string, node: unknown) => {
    const [start] = (yaml.isNode(node) ? node : undefined)?.range ?? [];
    if (start !== undefined) lines.set(path, counter.linePos(start).line);
  };
  // an alias is not followed: its own line is the one that names it
  const walk = (node: Node | null, path: string) => {
    if (yaml.isMap(node)) {
      for (const { key, value } of node.items) {
        const below = path === '' ? String(key) : `${path}.${String(key)}`;
        note(below, key);
        walk(value as Node | null, below);
      }
    } else if (yaml.isSeq(node)) {
      for (const [index, item] of node.items.entries()) {
        note(`${path}.${index}`, item);
        walk(item as Node | null, `${path}.${index}`);
      }
    }
  };
  walk(contents, '');
  return lines;
}
