import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { appFolder, filesIn, firstFrame, toldFrom, type Frame } from '../policy/frames';
import { RECORD_FILE, type RawRecord } from '../policy/record';
import { checkRecord } from './check-record';
import { bytesOf, readJson, withFile, type JsonPath, type ReadBytes } from './json-pieces';
import { REPORT_SCHEMA, type Evidence, type PackFinding, type PackResult } from './record';

/** What synth left in a folder. */
export interface Collected {
  readonly records: readonly RawRecord[];
  /** What all validation plugins said; undefined where the CDK wrote no report. */
  readonly report?: readonly PackResult[];
  /** What shows that the records are not about these files. */
  readonly defects: readonly string[];
}

const RECORD = new RegExp(`^${RECORD_FILE.replace(/\.json$/, '')}(\\..+)?\\.json$`);
/** Name of the report that the CDK writes beside the manifest. */
export const REPORT_FILE = 'validation-report.json';
// an assembly holds one folder for each stage, and stages can be nested
const DEEPEST = 6;

/**
 * Reads all records below a folder, those of stages too, and holds the digests of templates against the files.
 *
 * @throws an error when there is no record, or one that cannot be read
 */
export function readAssembly(directory: string): Collected {
  const files = recordFiles(directory);
  if (files.length === 0) {
    throw new Error(`there is no ${RECORD_FILE} in the assembly: register RegulatedMLChecks with Validations.of(app).addPlugins(...) and synthesize again`);
  }
  const records = files.map((file) => placedIn(slashed(dirname(file)), withFile(join(directory, file), (read) => readRecord(read, join(directory, file)))));
  const reported = join(directory, REPORT_FILE);
  const report = existsSync(reported) ? withFile(reported, (read) => readPacks(read, reported, { assembly: directory })) : undefined;
  return { records, ...(report ? { report } : {}), defects: records.flatMap((record) => defectsOf(directory, record)) };
}

/** Folder of the app that an assembly lies in: the nearest with a `cdk.json`, else the one above the assembly. */
export function folderBeside(assembly: string): string {
  const above = dirname(realpathSync(assembly));
  for (let folder = above; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'cdk.json'))) return folder;
    if (dirname(folder) === folder) return above;
  }
}

/** Paths of all records below a folder, relative to it and with `/`. */
export function recordFiles(directory: string): string[] {
  return recordsBelow(directory).map((file) => slashed(relative(directory, file)));
}

/** A record whose templates lie in a folder: they are named from the folder of their record, which is a stage's own. */
export function placedIn(folder: string, record: RawRecord): RawRecord {
  if (folder === '' || folder === '.') return record;
  const moved = <T extends { readonly template: string }>(one: T): T => (one.template === '' ? one : { ...one, template: `${folder}/${one.template}` });
  return { ...record, stacks: record.stacks.map(moved), subjects: record.subjects.map(moved) };
}

/** What shows that a record is not about the files of its assembly. */
export function defectsOf(directory: string, { stacks }: RawRecord): string[] {
  return stacks.flatMap(({ template, digest }) => defectOf(directory, template, digest));
}

/** A record from its text, which stands in a file of this name. */
export function parseRecord(text: string, file: string): RawRecord {
  return readRecord(bytesOf(text), file);
}

/** The same from its bytes: no more of the text is held than an answer. */
export function readRecord(read: ReadBytes, file: string): RawRecord {
  const share = sharing();
  const record = told(file, () => readJson(read, {
    opens: ([list, ...rest], isList) => list === undefined || (rest.length === 0 && isList && (list === 'answers' || list === 'subjects')),
    keep: (path, entry) => (path.length === 2 ? share(entry) : entry),
  }));
  checkRecord(record, file);
  return record;
}

// JSON makes a text of its own for each answer, and an app of a hundred stacks has three hundred thousand
function sharing(): (entry: unknown) => unknown {
  const known = new Map<string, string>();
  return (entry) => {
    if (typeof entry !== 'object' || entry === null) return entry;
    const texts = entry as Record<string, unknown>;
    for (const key of Object.keys(texts)) {
      const value = texts[key];
      if (typeof value !== 'string') continue;
      const found = known.get(value);
      if (found === undefined) known.set(value, value);
      else texts[key] = found;
    }
    return entry;
  };
}

/** A report from its text, as it was written as JSON. */
export function parseReport(text: string): Evidence {
  const report = parse(text, 'evidence.json') as Partial<Evidence> | null;
  if (report?.schema !== REPORT_SCHEMA) throw new Error(`the report has the schema '${String(report?.schema)}', not '${REPORT_SCHEMA}': write it with this version of the library`);
  for (const list of ['runs', 'frameworks', 'controls', 'findings', 'waivers', 'packs', 'stacks', 'subjects', 'answers', 'rules', 'defects', 'limits'] as const) {
    if (!Array.isArray(report[list])) throw new Error(`the report lacks its list of ${list}: it was cut off or edited, write it again`);
  }
  return report as Evidence;
}

function recordsBelow(directory: string, depth = 0): string[] {
  if (!existsSync(directory)) throw new Error(`there is no folder '${directory}': synthesize first`);
  const entries = readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    ...entries.filter((entry) => entry.isFile() && RECORD.test(entry.name)).map(({ name }) => join(directory, name)),
    ...entries.filter((entry) => entry.isDirectory() && depth < DEEPEST && !entry.name.startsWith('asset.') && entry.name !== 'node_modules')
      .flatMap(({ name }) => recordsBelow(join(directory, name), depth + 1)),
  ];
}

function defectOf(directory: string, template: string, digest: string): string[] {
  const file = join(directory, template);
  if (relative(directory, file).startsWith('..')) return [`the record names the template '${template}', which lies outside the assembly`];
  if (!existsSync(file)) return [`the template '${template}' that was judged is missing: the assembly is not whole`];
  const found = createHash('sha256').update(readFileSync(file)).digest('hex');
  return found === digest ? [] : [`the template '${template}' is not the one that was judged: it was changed after synth`];
}

function parse(text: string, file: string): unknown {
  return told(file, () => JSON.parse(text));
}

function told(file: string, read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Error(`'${file}' is no JSON: synthesize again (${error.message})`, { cause: error });
  }
}

interface ReportedViolation {
  readonly ruleName: string;
  readonly description: string;
  readonly severity: string;
  readonly suggestedFix?: string;
  readonly reason?: string;
  readonly acknowledgedAt?: string;
  readonly violatingConstructs: readonly ReportedPlace[];
}

interface ReportedPlace {
  readonly constructPath: string;
  /** The app's own line. */
  readonly frame?: Frame;
}

/** How a report is read. */
export interface PacksProps {
  /** The folder it stands in. */
  readonly assembly: string;
  /** Folder that the app had at synth, which lines of code are told from; where it is not given, the traces of the report tell it. */
  readonly app?: string;
  /** Packs whose findings stand elsewhere. */
  readonly without?: readonly string[];
}

const REPORTS = 'pluginReports';
const VIOLATIONS = ['violations', 'suppressedViolations'];
const PLACES = 'violatingConstructs';
const ELSEWHERE: ReportedPlace = { constructPath: '' };

/** What all validation plugins said, from the bytes of the CDK's report, which stand in a file of this name. */
export function readPacks(read: ReadBytes, file: string, props: PacksProps): PackResult[] {
  const files = new Set<string>();
  let elsewhere = false;
  const report = told(file, () => readJson(read, {
    opens: ([root, , list, , places, ...rest]: JsonPath) => root === undefined || (root === REPORTS && rest.length === 0
      && (list === undefined || (VIOLATIONS as readonly unknown[]).includes(list)) && (places === undefined || places === PLACES)),
    keep: (path, value) => {
      // the CDK writes a plugin's name before what it found
      if (path.length === 2) elsewhere = false;
      else if (path.length === 3 && path[2] === 'pluginName') elsewhere = props.without?.includes(String(value)) === true;
      else if (path.length === 6) return elsewhere && typeof value === 'object' && value !== null ? ELSEWHERE : placeOf(value, files);
      return value;
    },
  })) as { readonly pluginReports?: readonly (Record<string, unknown> | null)[] } | null;
  if (!Array.isArray(report?.pluginReports)) throw new Error(`'${file}' holds no pluginReports: synthesize again`);
  const app = props.app ?? appFolder(files, folderBeside(props.assembly), existsSync) ?? '';
  return report.pluginReports.map((plugin) => {
    const name = String(plugin?.pluginName);
    const violations = violationsOf(plugin?.violations, file);
    const suppressed = violationsOf(plugin?.suppressedViolations, file);
    const metadata = plugin?.metadata as { readonly error?: string } | undefined;
    const failed = plugin?.conclusion === 'failure' && violations.length === 0;
    const listed = (found: readonly ReportedViolation[]) => (props.without?.includes(name) ? [] : found.flatMap((violation) => placed(violation, app)).sort(byRule));
    return {
      name,
      ...(plugin?.pluginVersion ? { version: String(plugin.pluginVersion) } : {}),
      ...(failed ? { failure: metadata?.error ?? 'it failed without saying why' } : {}),
      findings: listed(violations),
      suppressed: listed(suppressed),
    };
  });
}

// a trace takes more than all the rest of a report
function placeOf(place: unknown, files: Set<string>): unknown {
  if (typeof place !== 'object' || place === null) return place;
  const { constructPath, stackTraces } = place as { readonly constructPath?: unknown; readonly stackTraces?: unknown };
  const traces = (Array.isArray(stackTraces) ? stackTraces : []).map((trace) => String(trace).split('\n'));
  for (const trace of traces) for (const file of filesIn(trace)) files.add(file);
  const frame = traces.map(firstFrame).find((found) => found !== undefined);
  return { constructPath: String(constructPath ?? ''), ...(frame ? { frame } : {}) };
}

function violationsOf(list: unknown, file: string): readonly ReportedViolation[] {
  const isWhole = (one: Partial<ReportedViolation> | null) => typeof one?.ruleName === 'string' && typeof one.severity === 'string' && typeof one.description === 'string'
    && Array.isArray(one.violatingConstructs) && one.violatingConstructs.every((place) => typeof place === 'object' && place !== null);
  if (list !== undefined && !(Array.isArray(list) && list.every(isWhole))) throw new Error(`'${file}' has a violation that is not whole: it was edited, synthesize again`);
  return (list ?? []) as readonly ReportedViolation[];
}

function placed(violation: ReportedViolation, app: string): PackFinding[] {
  return violation.violatingConstructs.map(({ constructPath, frame }) => ({
    rule: violation.ruleName, severity: violation.severity, description: violation.description, path: constructPath,
    ...(typeof violation.suggestedFix === 'string' && violation.suggestedFix !== '' ? { fix: violation.suggestedFix } : {}),
    ...(frame ? { source: toldFrom(app, frame) } : {}),
    ...(typeof violation.reason === 'string' ? { reason: violation.reason } : {}),
    ...(typeof violation.acknowledgedAt === 'string' ? { acknowledgedAt: violation.acknowledgedAt } : {}),
  }));
}

function byRule(a: PackFinding, b: PackFinding): number {
  const [first, second] = [`${a.rule} ${a.path}`, `${b.rule} ${b.path}`];
  return first < second ? -1 : first > second ? 1 : 0;
}

function slashed(path: string): string {
  return path.split(sep).join('/');
}
