import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { Control } from '../policy/control';
import { Answer } from '../policy/finding';
import { RECORD_FILE, RECORD_SCHEMA, weightOf, type RawRecord } from '../policy/record';
import { LEFT_OPEN } from './coverage';
import type { Accepted, AssessedRequirement, Check, Evidence, PackFinding, PackResult, PlacedFinding, Status, WaiverRecord } from './record';

/**
 * Collects what packs left in a cloud assembly: our record, and the report of all validation plugins.
 *
 * @throws an error when there is no record, or one that cannot be read
 */
export function collect(directory: string): Evidence {
  const record = readRecord(join(directory, RECORD_FILE));
  const file = join(directory, 'validation-report.json');
  return evidenceOf(record, existsSync(file) ? readReport(file) : undefined);
}

/** A record and a report become evidence. Pure. */
export function evidenceOf(record: RawRecord, report: readonly PackResult[] | undefined): Evidence {
  const own = record.pack.name;
  const findings = findingsOf(record);
  const open = findings.filter(({ waiver }) => waiver === undefined);
  const packs = packsOf(record, report ?? []).filter(({ name }) => name !== own);
  const ownFailure = report?.find(({ name }) => name === own)?.failure;
  const controls = controlsOf(record, findings);
  const byControl = new Map(controls.map((control) => [control.control, control]));
  const frameworks = record.profile.frameworks.map(({ name, title, url, requirements }) => ({
    name, title, url, requirements: requirements.map((requirement): AssessedRequirement => {
      const asked = requirement.controls.map((control) => byControl.get(control)!);
      const judged = asked.filter(({ checks }) => checks.length > 0);
      return {
        id: requirement.id, citation: requirement.citation, title: requirement.title, controls: requirement.controls,
        status: together(asked),
        supportedBy: judged.flatMap(({ checks }) => checks.map(({ rule }) => rule)),
        leftOpen: judged.length === 0 ? [] : asked.flatMap(({ control, checks, leftOpen }) => (checks.length === 0 ? [control.replaceAll('-', ' ')] : leftOpen ? [leftOpen] : [])),
      };
    }),
  }));
  const count = (weight: string) => open.filter((finding) => finding.weight === weight).length;
  const otherPacks = packs.reduce((sum, pack) => sum + pack.findings.filter(({ severity }) => severity !== 'warning' && severity !== 'info').length + (pack.failure ? 1 : 0), 0);
  const limits = [
    ...record.limits,
    ...(report ? [] : ['there is no validation-report.json: what other packs found is not known']),
    ...(ownFailure ? [`the pack failed: ${ownFailure}`] : []),
  ];
  return {
    schema: 'regulated-ml-report/1',
    verdict: {
      clean: count('fatal') + count('error') + otherPacks === 0 && !ownFailure,
      fatal: count('fatal'), errors: count('error'), warnings: count('warning'),
      unknown: open.filter(({ answer }) => answer === Answer.UNKNOWN).length,
      waived: findings.length - open.length,
      compliant: record.answers.filter(({ answer }) => answer === Answer.COMPLIANT).length,
      otherPacks,
    },
    limits,
    pack: record.pack,
    libraries: record.libraries,
    residency: record.profile.residency,
    retentionDays: record.profile.retentionDays,
    frameworks,
    controls,
    findings,
    waivers: waiversOf(record, packs),
    packs,
    notAssessed: {
      requirements: frameworks.flatMap(({ requirements }) => requirements.filter(({ status }) => status === 'not-assessed').map(({ citation, title }) => `${citation}: ${title}`)),
      controls: controls.filter(({ status }) => status === 'not-assessed').map(({ control }) => control),
      resourceTypes: typesWithoutRule(record),
    },
    stacks: record.stacks,
    resources: record.resources,
    answers: record.answers,
    rules: record.rules,
    weakenings: record.weakenings,
    costs: record.costs,
    flow: record.flow,
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

function readRecord(file: string): RawRecord {
  if (!existsSync(file)) {
    throw new Error(`there is no ${RECORD_FILE} in the assembly: register RegulatedMLChecks with Validations.of(app).addPlugins(...) and synthesize again`);
  }
  const record = parse(file) as Partial<RawRecord>;
  if (record.schema !== RECORD_SCHEMA) {
    throw new Error(`${RECORD_FILE} has the schema '${String(record.schema)}', not '${RECORD_SCHEMA}': synthesize again with this version of the library`);
  }
  return record as RawRecord;
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`'${file}' is no JSON: synthesize again (${error instanceof Error ? error.message : String(error)})`, { cause: error });
  }
}

function findingsOf(record: RawRecord): PlacedFinding[] {
  const rules = new Map(record.rules.map((rule) => [rule.id, rule]));
  const citations = new Map(Object.values(Control).map((control) => [control, record.profile.frameworks
    .flatMap(({ requirements }) => requirements.filter(({ controls }) => controls.includes(control)).map(({ citation }) => citation))]));
  return record.answers.filter(({ answer }) => answer === Answer.NON_COMPLIANT || answer === Answer.UNKNOWN).flatMap((answer): PlacedFinding[] => {
    const rule = rules.get(answer.rule);
    if (!rule) return [];
    const weight = weightOf(answer.answer, rule, record.pack.unknownAs);
    return [{
      rule: answer.answer === Answer.UNKNOWN ? `${rule.id}[unknown]` : rule.id,
      title: rule.title, answer: answer.answer, severity: rule.severity, weight, control: rule.control,
      requirements: citations.get(rule.control) ?? [],
      path: answer.path, resourceType: answer.type, logicalId: answer.logicalId, stack: answer.stack,
      template: answer.template, location: answer.location, why: rule.why, fix: rule.fix,
      ...(answer.detail ? { detail: answer.detail } : {}),
      ...(answer.source ? { source: answer.source } : {}),
      ...(answer.step ? { step: answer.step } : {}),
      ...(answer.waiver === undefined ? {} : { waiver: record.acknowledgements[answer.waiver]?.reason ?? '' }),
    }];
  });
}

function controlsOf(record: RawRecord, findings: readonly PlacedFinding[]): Evidence['controls'] {
  const demanded = new Set(record.profile.frameworks.flatMap(({ requirements }) => requirements.flatMap(({ controls }) => controls)));
  return Object.values(Control).filter((control) => demanded.has(control) || record.rules.some((rule) => rule.control === control)).map((control) => {
    const rules = record.rules.filter((rule) => rule.control === control).map(({ id }) => id);
    const mine = findings.filter((finding) => finding.control === control);
    const open = mine.filter(({ waiver }) => waiver === undefined);
    const checks = rules.flatMap((id) => checkOf(record, id, mine));
    const status = worst(checks.map((check): Status => (check.status === 'kept' ? 'supported' : check.status)));
    const leftOpen = LEFT_OPEN[control];
    return {
      control, status: status === 'supported' && leftOpen ? 'partly' : status, rules, checks, accepted: acceptedOf(mine),
      ...(leftOpen ? { leftOpen } : {}),
      kept: checks.reduce((sum, { kept }) => sum + kept, 0), open: open.length,
    };
  });
}

function checkOf(record: RawRecord, id: string, findings: readonly PlacedFinding[]): Check[] {
  const answers = record.answers.filter(({ rule }) => rule === id);
  if (answers.length === 0) return [];
  const mine = findings.filter(({ rule }) => rule === id || rule === `${id}[unknown]`);
  const open = mine.filter(({ waiver }) => waiver === undefined);
  const waived = mine.length - open.length;
  const status = open.some(({ answer }) => answer !== Answer.UNKNOWN) ? 'findings' : open.length > 0 ? 'unknown' : waived > 0 ? 'waived' : 'kept';
  return [{ rule: id, title: record.rules.find((rule) => rule.id === id)!.title, status, kept: answers.length - mine.length, open: open.length, waived }];
}

function acceptedOf(findings: readonly PlacedFinding[]): Accepted[] {
  const groups = new Map<string, { reason: string; unknown: boolean; count: number }>();
  for (const { waiver, answer } of findings) {
    if (waiver === undefined) continue;
    const unknown = answer === Answer.UNKNOWN;
    const key = JSON.stringify([waiver, unknown]);
    const group = groups.get(key) ?? { reason: waiver, unknown, count: 0 };
    groups.set(key, { ...group, count: group.count + 1 });
  }
  return [...groups.values()];
}

const ORDER: readonly Status[] = ['not-assessed', 'supported', 'partly', 'waived', 'unknown', 'findings'];

// what several controls say of one requirement: a control that nobody judged leaves it open
function together(controls: Evidence['controls']): Status {
  const found = worst(controls.map(({ status }) => status));
  return found === 'supported' && controls.some(({ status }) => status === 'not-assessed') ? 'partly' : found;
}

function worst(statuses: readonly Status[]): Status {
  return statuses.reduce<Status>((found, next) => (ORDER.indexOf(next) > ORDER.indexOf(found) ? next : found), 'not-assessed');
}

function waiversOf(record: RawRecord, packs: readonly PackResult[]): WaiverRecord[] {
  const elsewhere = new Map<string, number>();
  for (const pack of packs) {
    for (const { rule, acknowledgedAt } of pack.suppressed) {
      const key = JSON.stringify([`${namespaceOf(pack)}::${rule}`, acknowledgedAt ?? '']);
      elsewhere.set(key, (elsewhere.get(key) ?? 0) + 1);
    }
  }
  const own = record.acknowledgements.map(() => 0);
  for (const { waiver } of record.answers) if (waiver !== undefined) own[waiver]! += 1;
  return record.acknowledgements
    .map((acknowledged, index): WaiverRecord => {
      const { id, reason, at, source, byLibrary } = acknowledged;
      const qualified = packs.some((pack) => id.startsWith(`${namespaceOf(pack)}::`));
      const findings = acknowledged.used !== undefined ? own[index] : qualified ? elsewhere.get(JSON.stringify([id, at])) ?? 0 : undefined;
      return { id, reason, at, ...(source ? { source } : {}), ...(byLibrary ? { byLibrary } : {}), ...(findings === undefined ? {} : { findings }) };
    })
    .sort((a, b) => compare(`${a.id} ${a.at}`, `${b.id} ${b.at}`));
}

// the CDK makes a namespace of a plugin's name
function namespaceOf({ name }: PackResult): string {
  return name.replaceAll(' ', '-');
}

function typesWithoutRule(record: RawRecord): { type: string; count: number }[] {
  const ruled = new Set(record.rules.flatMap(({ resources }) => resources));
  const counts = new Map<string, number>();
  for (const { type } of record.resources) if (!ruled.has(type)) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].map(([type, count]) => ({ type, count })).sort((a, b) => compare(a.type, b.type));
}

// a pack without findings is not in the report; the record knows that it was there
function packsOf(record: RawRecord, report: readonly PackResult[]): PackResult[] {
  const silent = record.plugins.filter((name) => !report.some((pack) => pack.name === name)).map((name) => ({ name, findings: [], suppressed: [] }));
  return [...report, ...silent].sort((a, b) => compare(a.name, b.name));
}

interface ReportedViolation {
  readonly ruleName: string;
  readonly description: string;
  readonly severity: string;
  readonly suggestedFix?: string;
  readonly reason?: string;
  readonly acknowledgedAt?: string;
  readonly violatingConstructs: readonly { readonly constructPath?: string; readonly stackTraces?: readonly string[] }[];
}

function readReport(file: string): PackResult[] {
  const report = parse(file) as { readonly pluginReports?: readonly Record<string, unknown>[] };
  if (!Array.isArray(report.pluginReports)) throw new Error(`'${file}' holds no pluginReports: synthesize again`);
  return report.pluginReports.map((plugin) => {
    const violations = (plugin.violations ?? []) as readonly ReportedViolation[];
    const suppressed = (plugin.suppressedViolations ?? []) as readonly ReportedViolation[];
    const metadata = plugin.metadata as { readonly error?: string } | undefined;
    const failed = plugin.conclusion === 'failure' && violations.length === 0;
    return {
      name: String(plugin.pluginName),
      ...(plugin.pluginVersion ? { version: String(plugin.pluginVersion) } : {}),
      ...(failed ? { failure: metadata?.error ?? 'it failed without saying why' } : {}),
      findings: violations.flatMap(placed).sort(byRule),
      suppressed: suppressed.flatMap(placed).sort(byRule),
    };
  });
}

function placed(violation: ReportedViolation): PackFinding[] {
  return violation.violatingConstructs.map(({ constructPath, stackTraces }) => {
    const source = stackTraces?.map(userFrame).find((frame) => frame !== undefined);
    return {
      rule: violation.ruleName, severity: violation.severity, description: violation.description, path: constructPath ?? '',
      ...(violation.suggestedFix ? { fix: violation.suggestedFix } : {}),
      ...(source ? { source } : {}),
      ...(violation.reason === undefined ? {} : { reason: violation.reason }),
      ...(violation.acknowledgedAt === undefined ? {} : { acknowledgedAt: violation.acknowledgedAt }),
    };
  });
}

// the first frame that is not a package's, relative to where the report is made
function userFrame(trace: string): string | undefined {
  for (const line of trace.split('\n')) {
    const match = /\(?((?:file:\/\/)?[^()\s]+):(\d+):(\d+)\)?$/.exec(line.trim());
    const path = match?.[1]?.replace(/^file:\/\//, '');
    if (!path || path.startsWith('...') || path.startsWith('node:') || path.includes('node_modules') || path.startsWith(OWN + sep)) continue;
    return `${isAbsolute(path) ? relative(process.cwd(), path).split(sep).join('/') : path}:${match![2]}:${match![3]}`;
  }
  return undefined;
}

const OWN = join(__dirname, '..');

function byRule(a: PackFinding, b: PackFinding): number {
  return compare(`${a.rule} ${a.path}`, `${b.rule} ${b.path}`);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
