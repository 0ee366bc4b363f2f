import { basename, resolve } from 'node:path';
import { daysBetween } from '../policy/day';
import { demandOf } from '../policy/demand';
import { Answer } from '../policy/finding';
import { isOpen, type AcceptedRecord, type RawRecord } from '../policy/record';
import { controlsOf, requirementsOf } from './assess';
import { merge, type Run } from './merge';
import { placedIn, readAssembly } from './read';
import { REPORT_SCHEMA, type Evidence, type PackResult, type PlacedFinding, type WaiverRecord } from './record';

/** What evidence is made from beside the records. */
export interface EvidenceInput {
  readonly records: readonly RawRecord[];
  /** What other packs said; undefined when that is not known. */
  readonly report?: readonly PackResult[];
  /** What shows that the records are not about what will be deployed. */
  readonly defects?: readonly string[];
  /** The day on which waivers are judged, such as `2026-11-26`. */
  readonly asOf?: string;
}

/**
 * Collects what packs left in a cloud assembly, in all of its stages: our records, and the report of all validation plugins.
 *
 * @throws an error when there is no record, or one that cannot be read
 */
export function collect(directory: string, asOf?: string): Evidence {
  return evidenceOf({ ...readAssembly(directory), asOf });
}

/**
 * The same for several assemblies, of several clouds: their templates are named from the folders that the assemblies are called by.
 *
 * @throws an error when two folders have the same name, since then no place would be told from the other
 */
export function collectAll(directories: readonly string[], asOf?: string): Evidence {
  const names = directories.map((directory) => basename(resolve(directory)));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`two assemblies are called '${twice}': give each a folder of its own name`);
  const found = directories.map((directory) => readAssembly(directory));
  return evidenceOf({
    records: found.flatMap(({ records }, index) => records.map((record) => placedIn(names[index]!, record))),
    ...(found.some(({ report }) => report) ? { report: mergePacks(found.map(({ report }) => report ?? [])) } : {}),
    defects: found.flatMap(({ defects }) => defects), asOf,
  });
}

/** What plugins said of several assemblies: of each plugin one result. */
export function mergePacks(reports: readonly (readonly PackResult[])[]): PackResult[] {
  const byName = new Map<string, PackResult>();
  for (const pack of reports.flat()) {
    const known = byName.get(pack.name);
    byName.set(pack.name, known ? { ...known, ...pack, findings: [...known.findings, ...pack.findings], suppressed: [...known.suppressed, ...pack.suppressed] } : pack);
  }
  return [...byName.values()];
}

/** Records and a report become evidence. Pure. */
export function evidenceOf({ records, report, defects = [], asOf }: EvidenceInput): Evidence {
  const run = merge(records, asOf);
  const own = new Set(run.packs.map(({ name }) => name));
  const findings = findingsOf(run);
  const open = findings.filter(({ waiver }) => waiver === undefined);
  const packs = packsOf(run, report ?? []).filter(({ name }) => !own.has(name));
  const failures = (report ?? []).filter(({ name, failure }) => own.has(name) && failure).map(({ failure }) => `the pack failed: ${failure}`);
  const controls = controlsOf(run, findings);
  const frameworks = run.frameworks.map(({ name, title, url, oscalCatalog, requirements }) => ({
    name, title, url, ...(oscalCatalog === undefined ? {} : { oscalCatalog }), requirements: requirementsOf(requirements, controls),
  }));
  const count = (weight: string) => open.filter((finding) => finding.weight === weight).length;
  const otherPacks = packs.reduce((sum, pack) => sum + pack.findings.filter(({ severity }) => severity !== 'warning' && severity !== 'info').length + (pack.failure ? 1 : 0), 0);
  const broken = [...defects, ...failures];
  return {
    schema: REPORT_SCHEMA,
    verdict: {
      clean: count('fatal') + count('error') + otherPacks + broken.length === 0,
      fatal: count('fatal'), errors: count('error'), warnings: count('warning'),
      unknown: open.filter(({ answer }) => answer === Answer.UNKNOWN).length,
      waived: findings.length - open.length,
      compliant: run.answers.filter(({ answer }) => answer === Answer.COMPLIANT).length,
      notApplicable: run.notApplicable.reduce((sum, { subjects }) => sum + subjects.length, 0),
      otherPacks,
    },
    ...(run.asOf ? { asOf: run.asOf } : {}),
    defects: broken,
    limits: [...run.limits, ...(report || run.plugins.length === 0 ? [] : ['there is no validation-report.json: what other packs found is not known'])],
    runs: run.packs,
    libraries: run.libraries,
    profiles: run.profiles.map((profile) => ({ frameworks: profile.frameworks.map(({ name }) => name), residency: profile.residency, retentionDays: profile.retentionDays })),
    frameworks,
    controls,
    findings,
    waivers: waiversOf(run, packs),
    packs,
    notAssessed: {
      requirements: frameworks.flatMap(({ requirements }) => requirements.filter(({ status }) => status === 'not-assessed').map(({ citation, title }) => `${citation}: ${title}`)),
      controls: controls.filter(({ status }) => status === 'not-assessed').map(({ control }) => control),
      resourceTypes: typesWithoutRule(run),
    },
    stacks: run.stacks,
    subjects: run.subjects,
    answers: run.answers,
    notApplicable: run.notApplicable,
    rules: run.rules,
    weakenings: run.weakenings,
    choices: run.choices,
    privacy: run.privacy,
    costs: run.costs,
    flow: run.flow,
  };
}

/** One weakening for each control, reason and substitute, with all of its places. */
export function weakeningsOf({ weakenings }: Evidence): { control: string; reason: string; substitute: string; places: { path: string; source?: string }[] }[] {
  const groups = new Map<string, { control: string; reason: string; substitute: string; places: { path: string; source?: string }[] }>();
  for (const { control, reason, substitute, path, source } of weakenings) {
    const key = JSON.stringify([control, reason, substitute]);
    const group = groups.get(key) ?? { control, reason, substitute, places: [] };
    groups.set(key, group);
    group.places.push({ path, ...(source ? { source } : {}) });
  }
  return [...groups.values()].sort((a, b) => compare(`${a.control} ${a.reason}`, `${b.control} ${b.reason}`));
}

/** Findings of all packs that are accepted; a bare id of another pack leaves no trace to count. */
export function acceptedIn({ verdict, packs }: Evidence): number {
  return verdict.waived + packs.reduce((sum, { suppressed }) => sum + suppressed.length, 0);
}

/** Subjects that a template or a definition holds: no stacks, places that nobody can see, nodes of the flow or waivers. */
export function resourcesIn({ subjects }: Pick<Evidence, 'subjects'>): Evidence['subjects'] {
  return subjects.filter(({ type }) => !MADE.has(type));
}

/** Whether nothing is known but what files tell. */
export function isOfFiles({ runs }: Pick<Evidence, 'runs'>): boolean {
  return runs.every(({ origin }) => origin === 'files');
}

// what the engine makes to have something to judge
const MADE = new Set(['RegulatedML::Stack', 'RegulatedML::Unseen', 'RegulatedML::FlowNode', 'RegulatedML::Waiver']);

function findingsOf(run: Run): PlacedFinding[] {
  const rules = new Map(run.rules.map((rule) => [rule.id, rule]));
  const cited = citationsOf(run);
  return run.answers.filter(isOpen).map((answer): PlacedFinding => {
    const rule = rules.get(answer.rule)!;
    const subject = run.subjects[answer.subject]!;
    return {
      rule: answer.answer === Answer.UNKNOWN ? `${rule.id}[unknown]` : rule.id,
      title: rule.title, answer: answer.answer, severity: rule.severity, weight: answer.weight, control: rule.control,
      requirements: cited(rule, subject.type),
      path: subject.path, resourceType: subject.type, logicalId: subject.logicalId, stack: subject.stack,
      template: subject.template, location: answer.location, why: rule.why, fix: rule.fix,
      ...(answer.detail ? { detail: answer.detail } : {}),
      ...(subject.source ? { source: subject.source } : {}),
      ...(subject.step ? { step: subject.step } : {}),
      ...acceptanceOf(run.accepted[answer.accepted ?? -1]),
    };
  });
}

/** Where data may be, in the words of all profiles. */
export function residencyIn(profiles: readonly Pick<Evidence['profiles'][number], 'residency'>[]): string {
  return [...new Set(profiles.map(({ residency }) => residency.description))].join('; ');
}

// looked up once for each control and type
function citationsOf({ frameworks, profiles }: Run): (rule: Run['rules'][number], type: string) => string[] {
  const known = new Map<string, string[]>();
  const residency = residencyIn(profiles);
  return ({ control, sources }, type) => {
    const key = `${control} ${type}`;
    const citations = known.get(key) ?? frameworks.flatMap(({ requirements }) => requirements
      .filter(({ controls, resourceTypes }) => controls.includes(control) && (!resourceTypes || resourceTypes.includes(type))).map(({ citation }) => citation));
    known.set(key, citations);
    return citations.length > 0 ? citations : [demandOf(control, sources, residency)];
  };
}

function acceptanceOf(accepted: AcceptedRecord | undefined): Pick<PlacedFinding, 'waiver' | 'acceptedBy' | 'approver' | 'expires'> {
  if (!accepted) return {};
  const { reason, kind, approver, expires } = accepted;
  return { waiver: reason, acceptedBy: kind, ...(approver === undefined ? {} : { approver }), ...(expires === undefined ? {} : { expires }) };
}

function waiversOf(run: Run, packs: readonly PackResult[]): WaiverRecord[] {
  const elsewhere = new Map<string, number>();
  for (const pack of packs) {
    for (const { rule, acknowledgedAt } of pack.suppressed) {
      const key = JSON.stringify([`${namespaceOf(pack)}::${rule}`, acknowledgedAt ?? '']);
      elsewhere.set(key, (elsewhere.get(key) ?? 0) + 1);
    }
  }
  const own = run.accepted.map(() => 0);
  for (const { accepted } of run.answers) if (accepted !== undefined) own[accepted]! += 1;
  return run.accepted
    .map((accepted, index): WaiverRecord => {
      const { silences, ...rest } = accepted;
      const qualified = packs.some((pack) => accepted.id.startsWith(`${namespaceOf(pack)}::`));
      const findings = silences !== undefined ? own[index] : qualified ? elsewhere.get(JSON.stringify([accepted.id, accepted.at])) ?? 0 : undefined;
      const daysLeft = accepted.expires === undefined || run.asOf === undefined ? undefined : Math.max(0, daysBetween(run.asOf, accepted.expires) + 1);
      return { index, ...rest, ...(findings === undefined ? {} : { findings }), ...(daysLeft === undefined ? {} : { daysLeft }) };
    })
    .sort((a, b) => compare(`${a.id} ${a.at} ${a.kind}`, `${b.id} ${b.at} ${b.kind}`));
}

// the CDK makes a namespace of a plugin's name
function namespaceOf({ name }: PackResult): string {
  return name.replaceAll(' ', '-');
}

function typesWithoutRule(run: Run): { type: string; count: number }[] {
  const ruled = new Set(run.rules.flatMap(({ resources }) => resources));
  const counts = new Map<string, number>();
  for (const { type } of resourcesIn(run)) if (!ruled.has(type)) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].map(([type, count]) => ({ type, count })).sort((a, b) => compare(a.type, b.type));
}

// a pack without findings is not in the report; the record knows that it was there
function packsOf(run: Run, report: readonly PackResult[]): PackResult[] {
  const silent = run.plugins.filter((name) => !report.some((pack) => pack.name === name)).map((name) => ({ name, findings: [], suppressed: [] }));
  return [...report, ...silent].sort((a, b) => compare(a.name, b.name));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
