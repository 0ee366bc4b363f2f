import type { Evidence } from '../record';
import { html, type Markup } from './markup';

const BOX = { width: 158, height: 62, across: 38, down: 20 };
// a line that passes a column takes a lane of its own between the boxes
const LANE = 18;
const BAND = { top: 36, bottom: 16, side: 18, between: 22 };

const UNKNOWN_REGION = 'region not known';

type Flow = Evidence['flow'];
type FlowNode = Flow['nodes'][number];

/** A box, or the lane of a line that passes a column. */
interface Slot { readonly id: string; readonly column: number; readonly band: string; readonly node?: FlowNode }
interface Point { readonly x: number; readonly y: number }
interface Band { readonly region: string; readonly inside: boolean; readonly y: number; readonly height: number }
interface Line { readonly from: FlowNode; readonly to: FlowNode; readonly labels: readonly string[]; readonly through: readonly string[] }

/** Nodes that no data is declared to flow through: conditions, failures. */
export function unconnected(flow: Flow): FlowNode[] {
  const connected = new Set(flow.edges.flatMap(({ from, to }) => [from, to]));
  return flow.nodes.filter(({ id }) => !connected.has(id));
}

/** The data flow as a drawing: columns follow the data, bands are regions, colours and words are classifications. */
export function flowPicture(evidence: Evidence): Markup {
  const { places, bands, lines, width, height } = layOut(evidence);
  const boxes = evidence.flow.nodes.flatMap((node) => {
    const place = places.get(node.id);
    return place ? [{ node, ...place }] : [];
  });
  return html`<div class="flow" tabindex="0" role="region" aria-label="Drawing of the data flow, scrolls sideways">
<svg role="img" aria-labelledby="flow-title flow-text" viewBox="0 0 ${width} ${height}" style="width:100%;min-width:${Math.round(width * 0.78)}px;max-width:${width}px">
<title id="flow-title">Data flow</title>
<desc id="flow-text">${boxes.length} places and steps, ${lines.length} connections. The same content stands in the table below.</desc>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" class="tip"/></marker></defs>
${bands.map(({ region, inside, y, height: tall }) => html`<g class="band${inside ? '' : ' outside'}"><rect x="2" y="${y}" width="${width - 4}" height="${tall}" rx="10"/><text x="${BAND.side}" y="${y + 21}">${region}${inside ? '' : ' — outside the residency'}</text></g>
`)}${lines.map((line) => html`<path class="edge" d="${curve(line, places)}" marker-end="url(#tip)"><title>${line.from.name} → ${line.to.name}${line.labels.length > 0 && ` (${line.labels.join(', ')})`}</title></path>
`)}${boxes.map(({ node, x, y }) => html`<g class="node ${node.kind} c-${node.classification ?? 'none'}"><title>${node.id}</title><rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="${node.kind === 'store' ? 16 : 5}"/><text x="${x + 11}" y="${y + 20}" class="name">${short(node.name, 17)}</text><text x="${x + 11}" y="${y + 36}">${short(node.detail && node.detail !== node.kind ? `${node.kind} · ${node.detail}` : node.kind, 20)}</text><text x="${x + 11}" y="${y + 52}" class="class">${short(`${node.classification ?? 'not classified'}${node.deIdentifiesTo ? ', declared' : ''}`, 23)}</text></g>
`)}</svg></div>`;
}

function layOut(evidence: Evidence): { places: Map<string, Point>; bands: Band[]; lines: Line[]; width: number; height: number } {
  const idle = new Set(unconnected(evidence.flow).map(({ id }) => id));
  const nodes = evidence.flow.nodes.filter(({ id }) => !idle.has(id));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const regions = new Set(evidence.stacks.map(({ region }) => region));
  // where stacks stand in several regions, or one says none, a guess would draw a transfer that there is not
  const common = regions.size === 1 ? [...regions][0] : undefined;
  const bandOf = (node: FlowNode) => node.region ?? evidence.stacks.find(({ path }) => node.id.startsWith(`${path}/`))?.region ?? common ?? UNKNOWN_REGION;
  // rows that go back make no source of what it fed
  const column = columnsOf(nodes.map(({ id }) => id), evidence.flow.edges.filter(({ carries }) => carries !== 'back'));
  const slots: Slot[] = nodes.map((node) => ({ id: node.id, column: column.get(node.id)!, band: bandOf(node), node }));
  const links: { from: string; to: string }[] = [];
  const lines = merged(evidence.flow.edges).flatMap(({ from, to, labels }, index): Line[] => {
    const [source, target] = [byId.get(from), byId.get(to)];
    if (!source || !target) return [];
    const through: string[] = [];
    for (let at = column.get(from)! + 1; at < column.get(to)!; at++) {
      const id = `${index} ${at}`;
      through.push(id);
      slots.push({ id, column: at, band: bandOf(source) });
    }
    const chain = [from, ...through, to];
    chain.slice(1).forEach((next, position) => links.push({ from: chain[position]!, to: next }));
    return [{ from: source, to: target, labels, through }];
  });
  const order = ordered(slots, links);
  const places = new Map<string, Point>();
  const bands: Band[] = [];
  let y = 2;
  for (const region of [...new Set(nodes.map(bandOf))].sort()) {
    const columns = new Map<number, Slot[]>();
    for (const slot of slots.filter(({ band }) => band === region).sort((a, b) => order.get(a.id)! - order.get(b.id)!)) {
      columns.set(slot.column, [...(columns.get(slot.column) ?? []), slot]);
    }
    const tallOf = (column: readonly Slot[]) => column.reduce((sum, { node }) => sum + (node ? BOX.height : LANE) + BOX.down, -BOX.down);
    const tall = Math.max(...[...columns.values()].map(tallOf));
    for (const [at, own] of columns) {
      let top = y + BAND.top + (tall - tallOf(own)) / 2;
      for (const { id, node } of own) {
        places.set(id, { x: BAND.side + at * (BOX.width + BOX.across), y: node ? top : top + LANE / 2 });
        top += (node ? BOX.height : LANE) + BOX.down;
      }
    }
    const height = BAND.top + tall + BAND.bottom;
    bands.push({ region, inside: region === UNKNOWN_REGION || evidence.profiles.some(({ residency }) => residency.allowedRegions.includes(region)), y, height });
    y += height + BAND.between;
  }
  const columns = Math.max(0, ...column.values()) + 1;
  return { places, bands, lines, width: 2 * BAND.side + columns * BOX.width + (columns - 1) * BOX.across, height: Math.max(40, y - BAND.between + 2) };
}

// several things that go the same way are one line
function merged(edges: Edges): { from: string; to: string; labels: string[] }[] {
  const lines = new Map<string, { from: string; to: string; labels: string[] }>();
  for (const { from, to, label } of edges) {
    const key = JSON.stringify([from, to]);
    const line = lines.get(key) ?? { from, to, labels: [] };
    lines.set(key, line);
    if (label !== undefined) line.labels.push(label);
  }
  return [...lines.values()];
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

// fewer crossings: every slot moves to the mean place of what it is linked to, a few times in turn
function ordered(slots: readonly Slot[], links: readonly { from: string; to: string }[]): Map<string, number> {
  const around = new Map<string, string[]>();
  for (const { from, to } of links) {
    around.set(from, [...(around.get(from) ?? []), to]);
    around.set(to, [...(around.get(to) ?? []), from]);
  }
  let order = new Map(slots.map(({ id }, index) => [id, index]));
  for (let turn = 0; turn < 8; turn++) {
    const wish = new Map(slots.map(({ id }) => {
      const near = around.get(id) ?? [];
      return [id, near.length > 0 ? near.reduce((sum, other) => sum + order.get(other)!, 0) / near.length : order.get(id)!];
    }));
    const sorted = [...slots].sort((a, b) => a.column - b.column || wish.get(a.id)! - wish.get(b.id)! || (a.id < b.id ? -1 : 1));
    const counts = new Map<number, number>();
    for (const { column } of sorted) counts.set(column, (counts.get(column) ?? 0) + 1);
    const seen = new Map<number, number>();
    order = new Map(sorted.map(({ id, column }) => {
      const place = seen.get(column) ?? 0;
      seen.set(column, place + 1);
      // places count from the middle, as the columns are drawn
      return [id, place - (counts.get(column)! - 1) / 2];
    }));
  }
  return order;
}

function curve({ from, to, through }: Line, places: ReadonlyMap<string, Point>): string {
  const [source, target] = [places.get(from.id)!, places.get(to.id)!];
  const middle = BOX.height / 2;
  if (target.x <= source.x) {
    // against the direction of the columns: around below
    const low = Math.max(source.y, target.y) + BOX.height + BOX.down + 6;
    const [start, end] = [source.x + BOX.width / 2, target.x + BOX.width / 2];
    return `M${start} ${source.y + BOX.height}C${start} ${low} ${end} ${low} ${end} ${target.y + BOX.height}`;
  }
  let at: Point = { x: source.x + BOX.width, y: source.y + middle };
  let path = `M${at.x} ${at.y}`;
  const bend = (next: Point) => {
    const half = (next.x - at.x) / 2;
    path += `C${at.x + half} ${at.y} ${next.x - half} ${next.y} ${next.x} ${next.y}`;
    at = next;
  };
  for (const id of through) {
    const { x, y } = places.get(id)!;
    bend({ x, y });
    at = { x: x + BOX.width, y };
    path += `H${at.x}`;
  }
  bend({ x: target.x, y: target.y + middle });
  return path;
}

function short(text: string, length: number): string {
  const characters = [...text];
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : text;
}
