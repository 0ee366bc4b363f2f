import type { Node } from 'yaml';
import { lineIn, linesOf, templateLines, type LineOf } from '../../evidence/template-lines';
import { Folder } from './file';
import { isYaml, readYaml, yamlLibrary } from './template';

/** Lines in the templates below a folder, JSON or YAML. */
export function linesBelow(directory: string): LineOf {
  const folder = new Folder(directory, directory);
  return templateLines(directory, (template) => {
    const text = folder.has(template) ? folder.read(template).text : '';
    return isYaml(text) ? linesOfYaml(text) : undefined;
  });
}

/**
 * Lines in files, of which the last is kept: who asks for all of one file before the next reads each once.
 *
 * @param textOf text of a file; undefined where it is not known
 */
export function linesIn(textOf: (template: string) => string | undefined): LineOf {
  let last: { readonly template: string; readonly lines: ReadonlyMap<string, number> } | undefined;
  return (template, logicalId, location) => {
    if (last?.template !== template) {
      const text = textOf(template) ?? '';
      last = { template, lines: isYaml(text) ? linesOfYaml(text) : linesOf(text) };
    }
    return lineIn(last.lines, logicalId, location);
  };
}

function linesOfYaml(text: string): Map<string, number> {
  const yaml = yamlLibrary();
  const { document, lines: counter } = readYaml(text);
  const lines = new Map<string, number>();
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
  walk(document.contents, '');
  return lines;
}
