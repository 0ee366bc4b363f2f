import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import MarkdownIt from 'markdown-it';

/** What of a Markdown file leads nowhere, as `<file> -> <link>`: relative links to what is not there, or to a heading that their target does not have. */
export function deadLinksOf(root: string, file: string): string[] {
  return linksIn(join(root, file)).filter((link) => {
    const [path, heading] = link.split('#') as [string, string | undefined];
    const target = path === '' ? join(root, file) : join(root, dirname(file), decodeURIComponent(path));
    if (!existsSync(target)) return true;
    return heading !== undefined && (statSync(target).isDirectory() || !headingsOf(target).includes(heading));
  }).map((link) => `${file} -> ${link}`);
}

function linksIn(path: string): string[] {
  const tokens = new MarkdownIt().parse(readFileSync(path, 'utf8'), {}).flatMap(({ children }) => children ?? []);
  return tokens.flatMap((token) => token.attrGet('href') ?? token.attrGet('src') ?? []).filter((link) => !/^[a-z]+:/.test(link));
}

const known = new Map<string, string[]>();

/** The anchors that GitHub gives the headings of a file. */
function headingsOf(path: string): string[] {
  if (!known.has(path)) {
    const tokens = new MarkdownIt().parse(readFileSync(path, 'utf8'), {});
    known.set(path, tokens.flatMap(({ type }, index) => (type === 'heading_open' ? [anchorOf(tokens[index + 1]!.content)] : [])));
  }
  return known.get(path)!;
}

function anchorOf(heading: string): string {
  return heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
}
