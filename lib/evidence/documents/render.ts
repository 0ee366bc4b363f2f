import type { Evidence } from '../record';
import { html, Markup } from '../writers/markup';
import { markdown } from '../writers/markdown-text';
import type { WriterOptions } from '../writers/options';
import { isWebAddress } from '../writers/place';
import { counted } from '../writers/plain-text';
import { STYLE } from '../writers/style';
import { OPEN_MARK, openPlaces, type Block, type RegulatoryText, type Text } from './document';

// what is left open must not be overlooked, on paper neither
const OPEN_STYLE = '.open{background:var(--ask-bg);color:var(--ask);border:1px dashed;border-radius:4px;padding:1px 5px} .cite{color:var(--soft);font-weight:400} .scroll+.scroll{margin-top:12px}';

/** The document as Markdown. */
export function documentMarkdown(document: RegulatoryText, evidence: Evidence, options: WriterOptions = {}): string {
  return `${[
    `# ${markdown(document.title)}`,
    `${markdown(document.purpose)} ${isWebAddress(document.url) ? `<${document.url}>` : ''}`.trim(),
    ...standing(document, evidence, options).map(markdownText),
    ...limitsOf(evidence).map((limit) => `> ⚠️ ${markdown(limit)}`),
    ...document.sections.flatMap(({ heading, cite, blocks }) => [`## ${markdown(heading)}${cite ? ` (${markdown(cite)})` : ''}`, ...blocks.map(markdownBlock)]),
  ].join('\n\n')}\n`;
}

/** The document as one HTML file without script or network. */
export function documentHtml(document: RegulatoryText, evidence: Evidence, options: WriterOptions = {}): string {
  const limits = limitsOf(evidence);
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${document.title}</title>
<style>${new Markup(STYLE + OPEN_STYLE)}</style>
</head>
<body>
<header>
<h1>${document.title}</h1>
<p class="soft">${document.purpose}${isWebAddress(document.url) && html` <a href="${document.url}" rel="noreferrer">${document.url}</a>`}</p>
${standing(document, evidence, options).map((text) => html`<p>${htmlText(text)}</p>
`)}${limits.length > 0 && html`<div class="limits"><strong>What limits these facts</strong><ul>${limits.map((limit) => html`<li>${limit}</li>`)}</ul></div>
`}</header>
<main>
${document.sections.map(({ heading, cite, blocks }) => html`<section><h2>${heading}${cite !== undefined && html` <span class="cite">${cite}</span>`}</h2>
${blocks.map(htmlBlock)}</section>
`)}</main>
</body>
</html>
`.text;
}

// what the facts are about, and how much of the document they are not
function standing(document: RegulatoryText, evidence: Evidence, { date = evidence.asOf }: WriterOptions): Text[] {
  const { runs, stacks, libraries } = evidence;
  const places = openPlaces(document) + (date === undefined ? 1 : 0);
  return [
    date === undefined ? { open: 'the date of this document' } : `Facts as of ${date}.`,
    `Written from what was synthesized, before any deployment: ${counted(stacks.length, 'stack')} (${stacks.map(({ path, digest }) => `${path} ${digest.slice(0, 12)}`).join(', ') || 'none'}), `
    + `judged by ${runs.map(({ name, version }) => `${name} ${version}`).filter((one, index, all) => all.indexOf(one) === index).join(', ')}; ${Object.entries(libraries).map(([name, version]) => `${name} ${version}`).join(', ')}.`,
    `It holds facts of the templates and what the app declares. ${places === 1 ? '1 place is' : `${places} places are`} left to a person and marked “${OPEN_MARK}”. It is no legal advice.`,
  ];
}

function limitsOf({ defects, limits }: Evidence): string[] {
  return [...defects, ...limits];
}

function markdownBlock(block: Block): string {
  if (block.kind === 'text') return markdownText(block.text);
  if (block.kind === 'list') return block.items.map((item) => `- ${markdownText(item)}`).join('\n');
  const line = (cells: readonly Text[]) => `| ${cells.map((cell) => markdownText(cell) || '–').join(' | ')} |`;
  return [line(block.head), `|${' --- |'.repeat(block.head.length)}`, ...block.rows.map(line)].join('\n');
}

function markdownText(text: Text): string {
  return typeof text === 'string' ? markdown(text) : `**${OPEN_MARK}** ${markdown(text.open)}`;
}

function htmlBlock(block: Block): Markup {
  if (block.kind === 'text') return html`<p>${htmlText(block.text)}</p>
`;
  if (block.kind === 'list') return html`<ul>${block.items.map((item) => html`<li>${htmlText(item)}</li>`)}</ul>
`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${block.head.join(', ')}"><table><thead><tr>${block.head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead><tbody>${block.rows.map((cells) => html`<tr>${cells.map((cell, index) => (index === 0 ? html`<th scope="row">${htmlText(cell)}</th>` : html`<td>${htmlText(cell)}</td>`))}</tr>
`)}</tbody></table></div>
`;
}

function htmlText(text: Text): Markup {
  return typeof text === 'string' ? html`${text}` : html`<span class="open">${OPEN_MARK} ${text.open}</span>`;
}
