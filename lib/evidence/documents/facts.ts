import { Classification } from '../../policy/classification';
import { CLOUDS } from '../../policy/cloud';
import { Control } from '../../policy/control';
import { Residency } from '../../policy/residency';
import { acceptedIn, isOfFiles, weakeningsOf } from '../collect';
import type { AssessedControl, Evidence, PlacedFinding, Status } from '../record';
import { counted } from '../writers/plain-text';
import { list, paragraph, table, toBeWritten, type Block, type Text } from './document';

export type FlowNode = Evidence['flow']['nodes'][number];

const STATUS: Record<Status, string> = {
  'findings': 'findings, not accepted', 'unknown': 'unknown before deployment', 'waived': 'findings, accepted', 'partly': 'supported in part', 'supported': 'supported',
  'not-assessed': 'not assessed',
};

/** Words of a state. */
export function statusOf(status: Status): string {
  return STATUS[status];
}

/** Words of a control. */
export function controlWords(control: string): string {
  return control === Control.DE_IDENTIFICATION ? control : control.replaceAll('-', ' ');
}

/** Said in place of what the app does not declare; of files alone nobody knows what it declares. */
export function undeclared(evidence: Evidence, otherwise: string): string {
  return isOfFiles(evidence) ? 'Not known from files: what an app declares is recorded by a synthesis with RegulatedMLChecks.' : otherwise;
}

/** What stores and external places are said to hold; never verified. */
export function storesOf({ flow }: Evidence): FlowNode[] {
  return flow.nodes.filter(({ kind }) => kind === 'store' || kind === 'external');
}

/** Whether data of this classification is about a person; undefined for one that is not known. */
export function isPersonal(classification: string | undefined): boolean | undefined {
  return Classification.all().find(({ name }) => name === classification)?.isPersonal;
}

/** What a node is said to give out, in words. */
export function classOf({ kind, name, classification, deIdentifiesTo }: FlowNode): Text {
  if (classification === undefined) return toBeWritten(`the classification of “${name}”, which the app does not say`);
  if (deIdentifiesTo !== undefined) return `${classification} (declared by the step, not verified)`;
  return kind === 'store' || kind === 'external' ? `${classification} (declared)` : `${classification} (by what flows in)`;
}

/** Everything that a node gets data from, near or far. */
export function upstreamOf(evidence: Evidence, id: string): FlowNode[] {
  return reached(evidence, id, ({ from, to }, at) => (to === at ? from : undefined));
}

/** Everything that gets data from a node, near or far. */
export function downstreamOf(evidence: Evidence, id: string): FlowNode[] {
  return reached(evidence, id, ({ from, to }, at) => (from === at ? to : undefined));
}

function reached({ flow }: Evidence, id: string, next: (edge: Evidence['flow']['edges'][number], at: string) => string | undefined): FlowNode[] {
  const seen = new Set([id]);
  const waiting = [id];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const edge of flow.edges) {
      const other = edge.carries === undefined ? next(edge, at) : undefined;
      if (other === undefined || seen.has(other)) continue;
      seen.add(other);
      waiting.push(other);
    }
  }
  return flow.nodes.filter((node) => node.id !== id && seen.has(node.id));
}

/** Names of nodes, such as `Raw, Curated`; a dash for none. */
export function namesOf(nodes: readonly FlowNode[]): string {
  return [...new Set(nodes.map(({ name }) => name))].join(', ') || '–';
}

/** Purposes that the app names, with the nodes that name each. */
export function purposesOf({ flow }: Evidence): { purpose: string; nodes: FlowNode[] }[] {
  const purposes = [...new Set(flow.nodes.flatMap(({ purpose }) => (purpose === undefined ? [] : [purpose])))].sort();
  return purposes.map((purpose) => ({ purpose, nodes: flow.nodes.filter((node) => node.purpose === purpose) }));
}

/** A region with its country, such as `eu-central-1 (DE)`. */
export function placeOfRegion(region: string | undefined): Text {
  if (region === undefined) return toBeWritten('where it stands, which the templates do not say');
  return Residency.isRegion(region) ? `${region} (${Residency.countryOf(region)})` : region;
}

/** Whether a residency of the app allows a region. */
export function isAllowed({ profiles }: Evidence, region: string): boolean {
  return profiles.some(({ residency }) => residency.allowedRegions.includes(region));
}

/** How long a store keeps what it holds; versions of it may outlive it for a time. */
export function retentionOf({ name, retentionDays }: FlowNode): Text {
  return retentionDays === undefined ? toBeWritten(`how long “${name}” keeps what it holds, which neither it nor the profile says`) : counted(retentionDays, 'day');
}

/** How one person is taken out of a store, or on which ground nobody is. */
export function erasureOf({ name, classification, erasure, keptByLaw }: FlowNode): Text {
  if (erasure !== undefined) return erasure;
  if (keptByLaw !== undefined) return `no: kept as ${keptByLaw}`;
  return isPersonal(classification) === false ? '–' : toBeWritten(`how one person is erased from “${name}”, on which no workflow of the app works`);
}

/** Retentions of the profiles as rows: kind of record, days. */
export function retentionRows({ profiles }: Evidence): string[][] {
  const rows = profiles.flatMap(({ retentionDays }) => Object.entries(retentionDays).sort(([a], [b]) => (a < b ? -1 : 1)).map(([record, days]) => [record, `${days}`]));
  return [...new Map(rows.map((row) => [row.join(' '), row])).values()];
}

/** Who runs the services, as far as types of resources tell. */
export function providersOf({ subjects }: Evidence): string[] {
  return CLOUDS.filter(({ types }) => subjects.some(({ type }) => types.test(type))).map(({ name }) => name);
}

/** The flow as a table: what gets data from what. */
export function flowTable(evidence: Evidence): Block {
  const { nodes, edges } = evidence.flow;
  return table(['Name', 'Kind', 'Gives out', 'Purpose', 'Region', 'Receives from'], nodes.map((node) => [
    node.name, node.detail && node.detail !== node.kind ? `${node.kind}, ${node.detail}` : node.kind, node.classification ?? '–', node.purpose ?? '–', node.region ?? '–',
    namesOf(nodes.filter(({ id }) => edges.some(({ from, to }) => to === node.id && from === id))),
  ]), undeclared(evidence, 'The app declares no data flow.'));
}

/** Where each control stands that a framework of the profile asks for or a rule checks. */
export function measures({ controls }: Evidence): Block {
  return table(['Measure', 'State', 'Checks', 'Not checked'], controls.map((control) => [controlWords(control.control), statusOf(control.status), checksOf(control), notChecked(control)]), 'No control was asked for.');
}

function checksOf({ checks, kept, open, accepted }: AssessedControl): string {
  if (checks.length === 0) return 'none';
  const waived = accepted.reduce((sum, { count }) => sum + count, 0);
  return [`${kept} kept`, open > 0 && `${open} open`, waived > 0 && `${waived} accepted`].filter(Boolean).join(', ');
}

function notChecked({ checks, leftOpen }: AssessedControl): string {
  return checks.length === 0 ? 'all of it' : leftOpen ?? '–';
}

/** Protections that constructs say they lack. */
export function weakened(evidence: Evidence): Block {
  return table(['Measure', 'Why it is weaker', 'What stands in', 'Places'], weakeningsOf(evidence).map(({ control, reason, substitute, places }) => [
    controlWords(control), reason, substitute, places.map(({ path }) => path).join(', '),
  ]), undeclared(evidence, 'No construct of the library says that it lacks a protection.'));
}

/** What is open and what was accepted, of all packs. */
export function shortcomings(evidence: Evidence): Block[] {
  const open = evidence.findings.filter(({ waiver }) => waiver === undefined);
  const accepted = evidence.findings.filter(({ waiver }) => waiver !== undefined);
  const others = evidence.packs.flatMap(({ name, findings }) => (findings.length > 0 ? [`${name}: ${counted(findings.length, 'open finding')}`] : []));
  return [
    table(['What is asked', 'State', 'Where', 'What was found'], open.map((finding) => [finding.title, finding.answer === 'unknown' ? 'unknown' : finding.weight, placeOfFinding(finding), finding.detail ?? '–']),
      'The rules of the library found nothing that is open.'),
    table(['What was accepted', 'Where', 'Reason', 'By', 'Until'], accepted.map((finding) => [
      finding.title, placeOfFinding(finding), finding.waiver || toBeWritten('the reason, which nobody gave'), finding.approver ?? '–', finding.expires ?? '–',
    ]), 'No finding of the rules of the library was accepted.'),
    ...list(others),
    paragraph(`Of all packs, ${counted(acceptedIn(evidence), 'finding')} accepted; the report lists each with its reason.`),
  ];
}

function placeOfFinding({ path, step }: PlacedFinding): string {
  return step ? `${path}, step ${step}` : path;
}
