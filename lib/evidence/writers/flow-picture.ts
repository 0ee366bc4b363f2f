import type { Evidence } from '../record';
import { html, type Markup } from './markup';

const BOX = { width: 168, height: 62, across: 64, down: 22 };
const BAND = { top: 34, bottom: 16, side: 18, between: 22 };

type FlowNode = Evidence['flow']['nodes'][number];

interface Placed { readonly node: FlowNode; readonly x: number; readonly y: number }
interface Band { readonly region: string; readonly inside: boolean; readonly y: number; readonly height: number }

/** The data flow as a drawing: columns follow the data, bands are regions, colours and words are classifications. */
export function flowPicture(evidence: Evidence): Markup {
  const { placed, bands, width, height } = layOut(evidence);
  const at = new Map(placed.map((place) => [place.node.id, place]));
  const edges = evidence.flow.edges.flatMap(({ from, to, label }) => {
    const [source, target] = [at.get(from), at.get(to)];
    return source && target ? [{ source, target, label }] : [];
  });
  return html`<div class="flow" tabindex="0" role="region" aria-label="Drawing of the data flow, scrolls sideways">
<svg role="img" aria-labelledby="flow-title flow-text" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title id="flow-title">Data flow</title>
<desc id="flow-text">${evidence.flow.nodes.length} places and steps, ${evidence.flow.edges.length} connections. The same content stands in the table below.</desc>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" class="tip"/></marker></defs>
${bands.map(({ region, inside, y, height: tall }) => html`<g class="band${inside ? '' : ' outside'}"><rect x="2" y="${y}" width="${width - 4}" height="${tall}" rx="10"/><text x="${BAND.side}" y="${y + 21}">${region}${inside ? '' : ' — outside the residency'}</text></g>
`)}${edges.map(({ source, target, label }) => html`<path class="edge" d="${curve(source, target)}" marker-end="url(#tip)"><title>${source.node.name} → ${target.node.name}${label ? ` (${label})` : ''}</title></path>
`)}${placed.map(({ node, x, y }) => html`<g class="node ${node.kind} c-${node.classification ?? 'none'}"><title>${node.id}</title><rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="${node.kind === 'store' ? 16 : 5}"/><text x="${x + 12}" y="${y + 20}" class="name">${short(node.name, 21)}</text><text x="${x + 12}" y="${y + 36}">${short(node.detail && node.detail !== node.kind ? `${node.kind} · ${node.detail}` : node.kind, 25)}</text><text x="${x + 12}" y="${y + 52}" class="class">${node.classification ?? 'not classified'}</text></g>
`)}</svg></div>`;
}

function layOut(evidence: Evidence): { placed: Placed[]; bands: Band[]; width: number; height: number } {
  const { nodes, edges } = evidence.flow;
  const column = columnsOf(nodes.map(({ id }) => id), edges);
  const regionOf = (node: FlowNode) => node.region ?? evidence.stacks.find(({ path }) => node.id.startsWith(`${path}/`))?.region ?? evidence.stacks[0]?.region ?? 'region not known';
  const regions = [...new Set(nodes.map(regionOf))].sort();
  const order = ordered(nodes.map(({ id }) => id), edges, column);
  const placed: Placed[] = [];
  const bands: Band[] = [];
  let y = 2;
  for (const region of regions) {
    const counts = new Map<number, number>();
    const own = nodes.filter((node) => regionOf(node) === region).sort((a, b) => order.get(a.id)! - order.get(b.id)!);
    for (const node of own) {
      const at = column.get(node.id)!;
      const row = counts.get(at) ?? 0;
      counts.set(at, row + 1);
      placed.push({ node, x: BAND.side + at * (BOX.width + BOX.across), y: y + BAND.top + row * (BOX.height + BOX.down) });
    }
    const rows = Math.max(...counts.values());
    const height = BAND.top + rows * (BOX.height + BOX.down) - BOX.down + BAND.bottom;
    // columns with fewer boxes stand in the middle of their band
    for (const [index, place] of placed.entries()) {
      if (regionOf(place.node) !== region) continue;
      const missing = rows - counts.get(column.get(place.node.id)!)!;
      placed[index] = { ...place, y: place.y + (missing * (BOX.height + BOX.down)) / 2 };
    }
    bands.push({ region, inside: evidence.residency.allowedRegions.includes(region), y, height });
    y += height + BAND.between;
  }
  const columns = Math.max(0, ...column.values()) + 1;
  return { placed, bands, width: 2 * BAND.side + columns * BOX.width + (columns - 1) * BOX.across, height: Math.max(40, y - BAND.between + 2) };
}

type Edges = Evidence['flow']['edges'];

// the longest way from a source; an edge that closes a cycle is left out of the count
function columnsOf(ids: readonly string[], edges: Edges): Map<string, number> {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const state = new Map<string, 'open' | 'done'>();
  const sorted: string[] = [];
  const back = new Set<string>();
  for (const start of ids) {
    const path: { id: string; at: number }[] = state.has(start) ? [] : [{ id: start, at: 0 }];
    if (path.length > 0) state.set(start, 'open');
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const to = (next.get(top.id) ?? [])[top.at++];
      if (to === undefined) {
        state.set(top.id, 'done');
        sorted.unshift(top.id);
        path.pop();
      } else if (state.get(to) === 'open') back.add(JSON.stringify([top.id, to]));
      else if (!state.has(to)) {
        state.set(to, 'open');
        path.push({ id: to, at: 0 });
      }
    }
  }
  const column = new Map(ids.map((id) => [id, 0]));
  for (const id of sorted) {
    for (const to of next.get(id) ?? []) {
      if (column.has(to) && !back.has(JSON.stringify([id, to]))) column.set(to, Math.max(column.get(to)!, (column.get(id) ?? 0) + 1));
    }
  }
  // a source stands right before what it feeds, not at the far left
  for (const id of [...sorted].reverse()) {
    const after = (next.get(id) ?? []).filter((to) => column.has(to) && !back.has(JSON.stringify([id, to]))).map((to) => column.get(to)!);
    if (after.length > 0 && !edges.some(({ to }) => to === id)) column.set(id, Math.max(0, Math.min(...after) - 1));
  }
  return column;
}

// fewer crossings: every node moves to the mean place of what it is connected to, a few times in turn
function ordered(ids: readonly string[], edges: Edges, column: ReadonlyMap<string, number>): Map<string, number> {
  const around = new Map<string, string[]>();
  for (const { from, to } of edges) {
    around.set(from, [...(around.get(from) ?? []), to]);
    around.set(to, [...(around.get(to) ?? []), from]);
  }
  let order = new Map(ids.map((id, index) => [id, index]));
  for (let turn = 0; turn < 6; turn++) {
    const wish = new Map(ids.map((id) => {
      const near = (around.get(id) ?? []).filter((other) => order.has(other));
      return [id, near.length > 0 ? near.reduce((sum, other) => sum + order.get(other)!, 0) / near.length : order.get(id)!];
    }));
    const sorted = [...ids].sort((a, b) => column.get(a)! - column.get(b)! || wish.get(a)! - wish.get(b)! || (a < b ? -1 : 1));
    const seen = new Map<number, number>();
    order = new Map(sorted.map((id) => {
      const place = seen.get(column.get(id)!) ?? 0;
      seen.set(column.get(id)!, place + 1);
      return [id, place];
    }));
  }
  return order;
}

function curve(source: Placed, target: Placed): string {
  const middle = BOX.height / 2;
  const from = { x: source.x + BOX.width, y: source.y + middle };
  const to = { x: target.x, y: target.y + middle };
  if (to.x > from.x) {
    const bend = Math.min(90, (to.x - from.x) / 2);
    return `M${from.x} ${from.y}C${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x} ${to.y}`;
  }
  // against the direction of the columns: around below
  const low = Math.max(source.y, target.y) + BOX.height + BOX.down / 2;
  return `M${source.x + BOX.width / 2} ${source.y + BOX.height}C${source.x + BOX.width / 2} ${low + 8} ${target.x + BOX.width / 2} ${low + 8} ${target.x + BOX.width / 2} ${target.y + BOX.height}`;
}

function short(text: string, length: number): string {
  const characters = [...text];
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : text;
}
