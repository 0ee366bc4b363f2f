// The licences of what is bundled, each text once with the packages that it is of: most of them ask for it wherever their code goes.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param root of the repository
 * @param files that went into bundles, relative to it
 */
export function licencesOf(root, files) {
  const packages = new Set(files.map((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]).filter(Boolean));
  const byText = new Map();
  for (const folder of [...packages].sort()) {
    const { name, version, license, licenses } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e(?:\.(?:md|txt))?$/i.test(entry));
    const text = file ? readFileSync(join(root, folder, file), 'utf8').trim() : `${license ?? licenses?.map(({ type }) => type).join(' or ') ?? 'No licence is named'}: the package carries no text of its own.`;
    byText.set(text, [...new Set([...byText.get(text) ?? [], `${name} ${version}`])]);
  }
  return `${[...byText].map(([text, names]) => `${names.join('\n')}\n\n${text}`).join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
