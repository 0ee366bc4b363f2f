import { isAbsolute } from 'node:path';
import { evidenceOf, mergePacks, resourcesIn } from '../evidence/collect';
import { placedIn } from '../evidence/read';
import type { Evidence } from '../evidence/record';
import type { RawRecord } from '../policy/record';
import { Residency } from '../policy/residency';
import { RULES } from '../rules/catalogue';
import { accepting, unseenIn } from './acceptance';
import { ALL_TOOLS, OUTPUTS, outputsIn, SYNTHS, TOOLS, type Tool } from './apps';
import type { Io } from './io';
import { detect } from './input/detect';
import type { Judged, Judging } from './judge/judged';
import { JUDGES } from './judge/judges';
import { profileOf } from './profile';
import type { Screen } from './screen';
import { readSettings, type Settings, type SettingsFlags } from './settings';
import { libraryVersion } from './version';
import { count } from './words';

/** What the verbs that judge take from the command line. */
export interface GatherFlags extends SettingsFlags {
  readonly rejudge?: boolean;
  readonly allowUnjudged?: boolean;
  readonly region?: string;
}

/**
 * The same, where a part would be taken for the whole.
 *
 * @throws an error when a file cannot be read, too
 */
export function gatherAll(paths: readonly string[], flags: GatherFlags, io: Io, screen: Screen): Gathered {
  const gathered = gather(paths, flags, io, screen);
  const [first] = gathered.unreadable;
  if (first !== undefined) throw new Error(first);
  return gathered;
}

/** What was found, ready for a report, and how it was judged. */
export interface Gathered {
  readonly evidence: Evidence;
  readonly settings: Settings;
  /** Messages on files that cannot be read: they are defects of the evidence, and all that is known of those files. */
  readonly unreadable: readonly string[];
  /** One line for each thing that was judged. */
  readonly how: readonly string[];
  /** Files that stand by themselves, by what subjects call their template. */
  readonly files: NonNullable<Judged['files']>;
  /** The folder that templates are named from: of the one assembly, else the current one. */
  readonly from: string;
}

/**
 * Judges what lies at the paths: by the records of their synthesis where there are any, by the files where there is none. A file that cannot be read keeps no
 * other from being judged.
 *
 * @throws an error that says what cannot be read or decided, and the next step
 */
export function gather(paths: readonly string[], flags: GatherFlags, io: Io, screen: Screen): Gathered {
  const settings = readSettings(flags, io.cwd, io.today);
  const outputs = paths.length > 0 ? [] : outputsIn(io.cwd);
  const wanted = paths.length > 0 ? paths : outputs;
  if (wanted.length === 0) throw new Error(`there is neither ${OUTPUTS.map((output) => `a ${output}`).join(' nor ')} here: run ${SYNTHS} first, or name what to check`);
  screen.progress(`reading ${wanted.join(', ')} …`);
  const found = wanted.map((path) => detect(io.cwd, path));
  const { region } = flags;
  if (region !== undefined && !Residency.isRegion(region)) throw new Error(`--region is '${region}', which no cloud has: give the region that the templates are deployed to, such as 'eu-central-1'`);
  const judging: Judging = {
    settings, version: libraryVersion(), rejudge: flags.rejudge === true, ...(region ? { region } : {}), progress: (text) => screen.progress(text),
  };
  const parts: Judged[] = [];
  for (const tool of ALL_TOOLS) {
    const isOfIt = (input: { readonly tool: Tool }) => input.tool === tool;
    for (const { folder } of found.flatMap(({ outputs: all }) => all.filter(isOfIt))) parts.push(JUDGES[tool].output(folder, judging));
    const files = found.flatMap((one) => one.files.filter(isOfIt));
    if (files.length > 0) parts.push(JUDGES[tool].files(files, judging));
  }

  const unreadable = [...new Set([...found, ...parts].flatMap((one) => one.unreadable ?? []))];
  const records = placed(parts);
  if (records.every((record) => resourcesIn(record).length === 0 && unseenIn(record, settings.asOf).length === 0)) {
    throw new Error(unreadable.length > 0 ? unreadable.join('; and ') : `there is nothing to check in ${wanted.map((path) => `'${path}'`).join(', ')}: no resource was found; name what is deployed`);
  }
  screen.progress('weighing what was found …');
  const judged = accepting(records, { ...settings, rules: RULES, profile: () => settings.profile ?? profileOf(records[0]!.profile) });
  const unjudged = [...parts.flatMap((part) => part.unjudged), ...judged.flatMap((record) => unseenIn(record, settings.asOf))];
  const evidence = evidenceOf({
    records: judged.map((record) => withLimits(record, flags.allowUnjudged ? unjudged : [])),
    report: mergePacks(parts.map(({ report }) => report)), asOf: settings.asOf,
    defects: [...unreadable, ...parts.flatMap(({ defects }) => defects), ...(flags.allowUnjudged ? [] : unjudged)],
  });
  screen.done();
  const passedOver = found.reduce((sum, one) => sum + one.passedOver, 0);
  return {
    evidence, settings, unreadable, files: new Map(parts.flatMap(({ files }) => [...files ?? []])), from: parts.length === 1 ? parts[0]!.folder ?? '.' : '.',
    how: [
      ...(outputs.length > 1 ? [`no path was given: ${outputs.join(' and ')} are here, and both are taken`] : []),
      ...parts.flatMap(({ how }) => how), ...(passedOver > 0 ? [`${passedOver} other ${passedOver === 1 ? 'file of JSON or YAML was' : 'files of JSON or YAML were'} passed over`] : []),
      ...ALL_TOOLS.flatMap((tool) => unreadOf(tool, found.reduce((sum, one) => sum + (one.unread.get(tool) ?? 0), 0))),
    ],
  };
}

function unreadOf(tool: Tool, many: number): string[] {
  const { unread } = TOOLS[tool];
  return unread && many > 0 ? [`${count(many, 'file')} of ${unread.language} ${many === 1 ? 'was' : 'were'} not read: ${unread.why}`] : [];
}

// of several assemblies two may have a template of the same name, and one beside them is named from the current folder
function placed(parts: readonly Judged[]): RawRecord[] {
  const several = parts.length > 1;
  const last = (folder: string | undefined) => folder?.split('/').at(-1);
  // of what lies elsewhere no path of this machine is told, as long as a name is enough
  const nameOf = (folder: string) => (isAbsolute(folder) && parts.filter((part) => last(part.folder) === last(folder)).length === 1 ? last(folder)! : folder);
  return parts.flatMap(({ records, folder }) => (several && folder !== undefined ? records.map((record) => placedIn(nameOf(folder), record)) : records));
}

function withLimits(record: RawRecord, limits: readonly string[]): RawRecord {
  return limits.length === 0 ? record : { ...record, limits: [...record.limits, ...limits] };
}
