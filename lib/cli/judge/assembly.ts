import { defectsOf, placedIn, readPacks, readRecord, recordFiles, REPORT_FILE } from '../../evidence/read';
import { Severity } from '../../policy/finding';
import { VALIDATION_OFF, type RawRecord } from '../../policy/record';
import { readManifests, readTemplates, type AssemblyTemplates, type ManifestStack, type Manifests } from '../../rules/aws/assembly';
import { openInTemplates, recordOfTemplates, TEMPLATE_RULES, type TemplateRun } from '../../rules/aws/template-record';
import { stockOf, unjudgedIn } from '../../rules/aws/unjudged';
import type { ReadTemplate } from '../../rules/record';
import type { Folder } from '../input/file';
import { checkSameProfile, profileOf } from '../profile';
import { NO_PROFILE } from '../settings';
import { count, some } from '../words';
import { contradictions } from './contradictions';
import type { Judged, Judging } from './judged';

// from this version of its schema on, the CDK validates templates by itself and always leaves a report
const WITH_REPORT = 55;

/**
 * Judges a cloud assembly: by what synth recorded, held against the files; stacks without a record by their files.
 *
 * @throws an error that says what is missing or cut off, or that the settings are not those of the record
 */
export function judgeAssembly(folder: Folder, judging: Judging): Judged {
  const { shown } = folder;
  const manifests = told(shown, () => readManifests(folder));
  if (manifests.stacks.length === 0) throw new Error(`there is nothing to check in '${shown}': its manifest names no stack; add one to the app and synthesize`);
  const { found, records, defects } = recordsFor(folder, manifests, judging);
  // what our own packs told the CDK stands in their records
  const report = told(shown, () => (folder.has(REPORT_FILE) ? folder.readPieces(REPORT_FILE, (read) => readPacks(read, REPORT_FILE, {
    assembly: folder.directory, without: found.map(({ pack }) => pack.name), ...(manifests.app === undefined ? {} : { app: manifests.app }),
  })) : undefined));
  const judgedAtSynth = new Set(records.flatMap(({ stacks }) => stacks.map(({ template }) => template)));
  const left = manifests.stacks.filter(({ template }) => !judgedAtSynth.has(template));
  const all = left.length === manifests.stacks.length;
  const fromFiles = left.length === 0 ? undefined : told(shown, () => ofFiles(folder, manifests, left, found, judging));
  const against = defects.length > 0 ? [] : told(shown, () => records.flatMap((record) => againstFiles(folder, manifests, record, judging)));
  const names = left.map(({ path }) => `'${path}'`).join(', ');
  const stock = stockOf([...records.flatMap(({ plugins }) => plugins), ...(report ?? []).map(({ name }) => name)]);
  const { open, explained } = unjudgedIn([...records, ...(fromFiles ? [fromFiles] : [])], stock);
  return {
    records: [...records.map((record) => plain(record, judging)), ...(fromFiles ? [fromFiles] : [])],
    report: report ?? [],
    defects: [
      ...defects,
      ...against,
      ...(all || left.length === 0 ? [] : [`synth recorded no answers for the ${left.length === 1 ? 'stack' : 'stacks'} ${names}: register RegulatedMLChecks on the whole app, or judge all of it by the files with --rejudge`]),
      ...switchedOff(manifests, found, report !== undefined),
    ],
    unjudged: open,
    how: [
      ...(records.length > 0 ? [`${shown}: ${count(manifests.stacks.length - left.length, 'stack')} judged at synth by ${records[0]!.pack.name} ${records[0]!.pack.version}${defects.length + against.length === 0 ? '; the templates are the ones that were judged' : ''}`] : []),
      ...(left.length > 0 ? [`${shown}: ${count(left.length, 'stack')} judged by the files${judging.rejudge ? '' : all ? ': synth left no record' : `: ${names}`}`] : []),
      ...explained,
    ],
    folder: shown,
  };
}

interface Recorded {
  /** What synth left. */
  readonly found: readonly RawRecord[];
  /** What of it counts: nothing, where everything is judged by the files. */
  readonly records: readonly RawRecord[];
  readonly defects: readonly string[];
}

function recordsFor(folder: Folder, manifests: Manifests, { rejudge, settings }: Judging): Recorded {
  if (!rejudge) {
    const { records, defects } = recorded(folder, manifests);
    for (const record of records) checkSameProfile(record, settings, folder.shown);
    return { found: records, records, defects };
  }
  try {
    return { found: recorded(folder, manifests).records, records: [], defects: [] };
  } catch {
    // one that cannot be read is not needed here
    return { found: [], records: [], defects: [] };
  }
}

function recorded(folder: Folder, manifests: Manifests): { records: RawRecord[]; defects: string[] } {
  const records: RawRecord[] = [];
  const defects: string[] = [];
  for (const file of recordFiles(folder.directory)) {
    const at = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '';
    if (!manifests.folders.includes(at)) {
      defects.push(`'${file}' is the record of a stage that the manifest does not name: remove '${folder.shown}' and synthesize again`);
      continue;
    }
    const record = placedIn(at, folder.readPieces(file, (read) => readRecord(read, `${folder.shown}/${file}`)));
    records.push(record);
    defects.push(...defectsOf(folder.directory, record));
  }
  return { records, defects };
}

function ofFiles(folder: Folder, manifests: Manifests, left: readonly ManifestStack[], records: readonly RawRecord[], judging: Judging): RawRecord {
  const { settings, progress } = judging;
  const profile = settings.profile ?? (records[0] ? profileOf(records[0].profile) : undefined);
  if (!profile) throw new Error(`synth left no record, so there is no profile to judge the files by: ${NO_PROFILE}`);
  progress(`reading ${count(manifests.stacks.length, 'stack')} of ${folder.shown} …`);
  const read = inRegion(readTemplates(folder, manifests.stacks, manifests), judging.region);
  const { templates, roots } = read;
  const wanted = templates.filter(({ template }) => left.includes(roots.get(template)!));
  const unknownAs = settings.unknownAs ?? records[0]?.pack.unknownAs ?? Severity.WARNING;
  const run = runOf(folder, manifests, read, wanted, { profile, unknownAs }, judging);
  const record = recordOfTemplates({ ...run, limits: [...run.limits, ...regionLimits(left, judging.region)] });
  // made from the record's own, it is said as the record says it
  return settings.profile || !records[0] ? record : { ...record, profile: records[0].profile };
}

// what `cdk deploy` does with a stack that names none: it takes the one of who deploys
function inRegion(read: AssemblyTemplates, region: string | undefined): AssemblyTemplates {
  return region === undefined ? read : { ...read, templates: read.templates.map((template) => (template.region === undefined ? { ...template, region } : template)) };
}

function regionLimits(stacks: readonly ManifestStack[], region: string | undefined): string[] {
  const open = stacks.filter((stack) => stack.region === undefined).map(({ path }) => `'${path}'`);
  if (open.length === 0) return [];
  const [subject, name] = open.length === 1 ? ['stack', 'names'] : ['stacks', 'name'];
  return [`the ${subject} ${some(open, 4)} ${name} no region: ${region === undefined ? 'give it with --region, or to the app as env' : `judged for '${region}', as --region says`}`];
}

// a pack sees the stacks of its stage
function againstFiles(folder: Folder, manifests: Manifests, record: RawRecord, judging: Judging): string[] {
  const own = new Set(record.stacks.map(({ template }) => template));
  const at = manifests.stacks.filter(({ template }) => own.has(template)).map((stack) => stack.folder).sort((a, b) => a.length - b.length)[0];
  if (at === undefined) return [];
  const read = readTemplates(folder, manifests.stacks.filter((stack) => at === '' || stack.folder === at || stack.folder.startsWith(`${at}/`)), manifests);
  const wanted = read.templates.filter(({ template }) => own.has(template));
  const gone = record.stacks.filter(({ template }) => !wanted.some((one) => one.template === template)).map(({ path }) => `'${path}'`);
  if (gone.length > 0) return [`the record is of ${gone.join(', ')} as well, which no manifest names: the assembly is not the one that was judged, synthesize again`];
  const run = runOf(folder, manifests, read, wanted, { profile: profileOf(record.profile), unknownAs: record.pack.unknownAs }, judging);
  return contradictions(record, { rules: TEMPLATE_RULES, open: openInTemplates(run), acknowledgements: read.acknowledgements, told: read.described });
}

function runOf(
  folder: Folder, manifests: Manifests, { templates, acknowledgements, declared }: AssemblyTemplates, wanted: readonly ReadTemplate[],
  by: Pick<TemplateRun, 'profile' | 'unknownAs'>, { version, progress }: Judging,
): TemplateRun {
  progress(`judging ${count(wanted.length, 'template')} of ${folder.shown} …`);
  return {
    ...by, templates, wanted: new Set(wanted.map(({ template }) => template)), version,
    acknowledgements: acknowledgements.filter(({ at }) => isUnder(wanted, at)),
    declared: {
      weakenings: declared.weakenings.filter(({ path }) => isUnder(wanted, path)), choices: declared.choices.filter(({ path }) => isUnder(wanted, path)),
      privacy: declared.privacy.filter(({ dataSet }) => isUnder(wanted, dataSet)), costs: declared.costs.filter(({ path }) => isUnder(wanted, path)),
    },
    readAsset: (key) => {
      const file = [...manifests.assets.values()].find((assets) => assets.has(key))?.get(key);
      return file !== undefined && folder.has(file) ? folder.read(file).text : undefined;
    },
    limits: ['judged by the files: the data flow that constructs declare, and what the app itself acknowledges for all of its stacks, are not known'],
  };
}

function isUnder(templates: readonly ReadTemplate[], place: string): boolean {
  return templates.some(({ path }) => place === path || place.startsWith(`${path}/`));
}

// what shows that this is no proof is said once, as that
function plain(record: RawRecord, { version, region }: Judging): RawRecord {
  const unjudged = unjudgedIn([record], stockOf(record.plugins)).open;
  const { name, version: own } = record.pack;
  const open = record.stacks.filter((stack) => stack.region === undefined).map(({ path }) => `'${path}'`);
  return {
    ...record,
    limits: [
      ...record.limits.filter((limit) => limit !== VALIDATION_OFF && !unjudged.includes(limit)),
      ...(own === version ? [] : [`the record is of ${name} ${own}, this is ${version}: rules that are newer were not asked`]),
      ...(region === undefined || open.length === 0 ? [] : [`${some(open, 4)} ${open.length === 1 ? 'was' : 'were'} judged at synth, in no region: --region holds for files, judge by them with --rejudge`]),
    ],
  };
}

function switchedOff(manifests: Manifests, records: readonly RawRecord[], hasReport: boolean): string[] {
  if (records.some(({ limits }) => limits.includes(VALIDATION_OFF))) return [`${VALIDATION_OFF}: synthesize again without it`];
  if (hasReport || (manifests.version < WITH_REPORT && records.every(({ plugins }) => plugins.length === 0))) return [];
  return ['there is no validation-report.json: the built-in validation of templates was switched off (CDK_VALIDATION=false), or the report was taken away; what other packs found is not known, synthesize again'];
}

function told<T>(shown: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`'${shown}' cannot be judged: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
