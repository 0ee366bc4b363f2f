import { isAbsolute } from 'node:path';
import { evidenceOf, mergePacks, resourcesIn } from '../evidence/collect';
import { placedIn } from '../evidence/read';
import type { Evidence } from '../evidence/record';
import type { RawRecord } from '../policy/record';
import { RULES } from '../rules/catalogue';
import { accepting } from './acceptance';
import { outputsIn, TOOLS } from './apps';
import type { Io } from './io';
import { detect } from './input/detect';
import { judgeAssembly } from './judge/assembly';
import type { Judged, Judging } from './judge/judged';
import { judgeTemplates } from './judge/templates';
import { judgeTerraform, judgeTerraformApp } from './judge/terraform';
import { profileOf } from './profile';
import type { Screen } from './screen';
import { readSettings, type Settings, type SettingsFlags } from './settings';
import { libraryVersion } from './version';

/** What the verbs that judge take from the command line. */
export interface GatherFlags extends SettingsFlags {
  readonly rejudge?: boolean;
  readonly allowUnjudged?: boolean;
  readonly region?: string;
}

/** What was found, ready for a report, and how it was judged. */
export interface Gathered {
  readonly evidence: Evidence;
  readonly settings: Settings;
  /** One line for each thing that was judged. */
  readonly how: readonly string[];
  /** The folder that templates are named from: of the one assembly, else the current one. */
  readonly from: string;
}

/**
 * Judges what lies at the paths: by the records of their synthesis where there are any, by the files where there is none.
 *
 * @throws an error that says what cannot be read or decided, and the next step
 */
export function gather(paths: readonly string[], flags: GatherFlags, io: Io, screen: Screen): Gathered {
  const settings = readSettings(flags, io.cwd, io.today);
  const outputs = paths.length > 0 ? [] : outputsIn(io.cwd);
  const wanted = paths.length > 0 ? paths : outputs;
  if (wanted.length === 0) throw new Error(`there is neither a '${TOOLS.cdk.output}' nor a '${TOOLS.cdktf.output}' here: run '${TOOLS.cdk.synth}' or '${TOOLS.cdktf.synth}' first, or name what to check`);
  screen.progress(`reading ${wanted.join(', ')} …`);
  const found = wanted.map((path) => detect(io.cwd, path));
  const inputs = found.flatMap((one) => one.inputs);
  const judging: Judging = {
    settings, version: libraryVersion(), rejudge: flags.rejudge === true, ...(flags.region ? { region: flags.region } : {}), progress: (text) => screen.progress(text),
  };
  const parts: Judged[] = [];
  for (const input of inputs) if (input.kind === 'assembly') parts.push(judgeAssembly(input.folder, judging));
  const templates = inputs.filter((input) => input.kind === 'template');
  if (templates.length > 0) parts.push(judgeTemplates(templates, judging));
  for (const input of inputs) if (input.kind === 'terraform-app') parts.push(judgeTerraformApp(input.folder, judging));
  const terraform = inputs.filter((input) => input.kind === 'terraform');
  if (terraform.length > 0) parts.push(judgeTerraform(terraform, judging));

  const records = placed(parts);
  if (records.every((record) => resourcesIn(record).length === 0)) throw new Error(`there is nothing to check in ${wanted.map((path) => `'${path}'`).join(', ')}: no resource was found; name what is deployed`);
  screen.progress('weighing what was found …');
  const judged = accepting(records, { ...settings, rules: RULES, profile: () => settings.profile ?? profileOf(records[0]!.profile) });
  const unjudged = parts.flatMap((part) => part.unjudged);
  const evidence = evidenceOf({
    records: judged.map((record) => withLimits(record, flags.allowUnjudged ? unjudged : [])),
    report: mergePacks(parts.map(({ report }) => report)), asOf: settings.asOf,
    defects: [...parts.flatMap(({ defects }) => defects), ...(flags.allowUnjudged ? [] : unjudged)],
  });
  screen.done();
  const passedOver = found.reduce((sum, one) => sum + one.passedOver, 0);
  const unread = found.reduce((sum, one) => sum + one.unread, 0);
  return {
    evidence, settings, from: parts.length === 1 ? parts[0]!.folder ?? '.' : '.',
    how: [
      ...(outputs.length > 1 ? [`no path was given: ${outputs.join(' and ')} are here, and both are taken`] : []),
      ...parts.flatMap(({ how }) => how), ...(passedOver > 0 ? [`${passedOver} other ${passedOver === 1 ? 'file of JSON or YAML was' : 'files of JSON or YAML were'} passed over`] : []),
      ...(unread > 0 ? [`${unread} ${unread === 1 ? 'file' : 'files'} of Terraform's own language ${unread === 1 ? 'was' : 'were'} not read: what they come to is in the JSON of a plan`] : []),
    ],
  };
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
