import { readdirSync } from 'node:fs';
import { defectsOf, readRecord, recordFiles } from '../../evidence/read';
import { Severity } from '../../policy/finding';
import { RECORD_FILE, type RawRecord } from '../../policy/record';
import { DISQUALIFYING } from '../../rules/azure/limits';
import { isPlan } from '../../rules/azure/plan';
import { judgeTerraformFiles, type ReadTerraform, type TerraformResult } from '../../rules/azure/terraform-record';
import { isObject } from '../../rules/resolved';
import type { FileInput } from '../input/detect';
import type { Folder } from '../input/file';
import { parseFile } from '../input/template';
import { checkSameProfile, profileOf } from '../profile';
import { NO_PROFILE } from '../settings';
import { count } from '../words';
import { contradictions, openIn } from './contradictions';
import { filesOf, type Judged, type Judging } from './judged';

/**
 * Judges files of Terraform that stand by themselves: configurations, plans, states.
 *
 * @throws an error when there is no profile
 */
export function judgeTerraform(given: readonly FileInput[], { settings, version, progress }: Judging): Judged {
  if (!settings.profile) throw new Error(`there is no profile to judge ${given.length === 1 ? `'${given[0]!.shown}'` : 'the files of Terraform'} by: ${NO_PROFILE}`);
  const unreadable = given.flatMap(repeatedIn);
  const inputs = given.filter((input) => repeatedIn(input).length === 0);
  if (inputs.length === 0) return { records: [], report: [], defects: [], unreadable, unjudged: [], how: [] };
  progress(`judging ${count(inputs.length, 'file')} of Terraform …`);
  const files = inputs.map(({ shown, digest, content }): ReadTerraform => ({ ...named(shown, content), template: shown, digest, content }));
  const result = judgeTerraformFiles({
    files, profile: settings.profile, unknownAs: settings.unknownAs ?? Severity.WARNING, origin: 'files', libraries: { 'cdk-regulated-ml': version }, limits: [BY_FILES],
  });
  return {
    records: [result.record], report: [], defects: [], unreadable, unjudged: unjudgedIn(result), files: filesOf(inputs),
    how: inputs.map(({ shown, content }) => `${shown}: judged by the file alone, ${isPlan(content) ? 'a plan or state' : 'a configuration'} of Terraform`),
  };
}

// Terraform takes the blocks of both (https://github.com/hashicorp/hcl/blob/main/json/structure.go), and a parser of JSON leaves one
function repeatedIn({ shown, repeated }: FileInput): string[] {
  return repeated().slice(0, 1).map(({ path, lines: [before, after] }) => `'${shown}' has '${path}' in line ${before} and again in line ${after}: Terraform takes both, and only one can be read here; write them as one`);
}

/**
 * Judges the output of an app of CDK for Terraform: by what its synth recorded, held against the files; stacks without a record by their files.
 *
 * @throws an error that says what is missing or cut off, or that the settings are not those of the record
 */
export function judgeTerraformApp(folder: Folder, judging: Judging): Judged {
  const { settings, version, rejudge } = judging;
  const records = recordFiles(folder.directory).filter((file) => file === RECORD_FILE).map((file) => folder.readPieces(file, (read) => readRecord(read, `${folder.shown}/${file}`)));
  const kept = rejudge ? [] : records;
  for (const record of kept) checkSameProfile(record, settings, folder.shown);
  const recorded = new Set(kept.flatMap(({ stacks }) => stacks.map(({ template }) => template)));
  const stacks = stacksIn(folder);
  if (stacks.length === 0) throw new Error(`there is nothing to check in '${folder.shown}': it holds no stack; run 'cdktf synth' first`);
  const left = stacks.filter(({ template }) => !recorded.has(template));
  const profile = settings.profile ?? (records[0] ? profileOf(records[0].profile) : undefined);
  if (left.length > 0 && !profile) throw new Error(`synth left no record in '${folder.shown}', so there is no profile to judge the files by: ${NO_PROFILE}`);
  const result = left.length === 0 ? undefined : judgeTerraformFiles({
    files: left, profile: profile!, unknownAs: settings.unknownAs ?? records[0]?.pack.unknownAs ?? Severity.WARNING, origin: 'files',
    libraries: { 'cdk-regulated-ml': version }, limits: [BY_FILES],
  });
  const changed = kept.flatMap((record) => defectsOf(folder.directory, record));
  const held = changed.length > 0 ? [] : kept.map((record) => againstFiles(record, stacks, judging));
  const against = held.flatMap(({ contradicted }) => contradicted);
  const names = left.map(({ path }) => `'${path}'`).join(', ');
  return {
    records: [...kept.map((record) => plain(record, version)), ...(result ? [result.record] : [])],
    report: [],
    defects: [
      ...changed,
      ...against,
      ...kept.flatMap(({ limits }) => limits.filter((limit) => DISQUALIFYING.includes(limit)).map((limit) => `${limit}: synthesize again without it`)),
      ...(kept.length > 0 && left.length > 0 && kept.every(({ limits }) => limits.every((limit) => !DISQUALIFYING.includes(limit)))
        ? [`synth recorded no answers for the ${left.length === 1 ? 'stack' : 'stacks'} ${names}: synthesize again, or judge all of it by the files with --rejudge`] : []),
    ],
    unjudged: [...(result ? unjudgedIn(result) : []), ...held.flatMap(({ unseen }) => unseen)],
    how: [
      ...(recorded.size > 0 ? [`${folder.shown}: ${count(stacks.length - left.length, 'stack')} judged at synth by ${kept[0]!.pack.name} ${kept[0]!.pack.version}${changed.length + against.length === 0 ? '; the files are the ones that were judged' : ''}`] : []),
      ...(left.length > 0 ? [`${folder.shown}: ${count(left.length, 'stack')} judged by the files${rejudge ? '' : kept.length === 0 ? ': synth left no record' : `: ${names}`}`] : []),
    ],
    folder: folder.shown,
  };
}

// what constructs acknowledge does not stand in the files, so that an acceptance is held against the rule and the place alone
function againstFiles(record: RawRecord, stacks: readonly ReadTerraform[], { version, progress }: Judging): { contradicted: string[]; unseen: readonly string[] } {
  const own = new Set(record.stacks.map(({ template }) => template));
  const files = stacks.filter(({ template }) => own.has(template));
  progress(`judging ${count(files.length, 'file')} of Terraform …`);
  const result = judgeTerraformFiles({
    files, profile: profileOf(record.profile), unknownAs: record.pack.unknownAs, origin: 'files', libraries: { 'cdk-regulated-ml': version }, limits: [BY_FILES],
  });
  return { contradicted: contradictions(record, { rules: result.record.rules, open: openIn(result.record), acknowledgements: [], told: [] }), unseen: result.unseen };
}

const BY_FILES = 'judged by the files: the data flow that constructs declare, and what the app itself acknowledges, are not known';

// each in a folder of its name; what was written as HCL cannot be read here
function stacksIn(folder: Folder): ReadTerraform[] {
  if (!folder.has('stacks')) return [];
  return readdirSync(folder.inside('stacks'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort().flatMap((name) => {
    const template = `stacks/${name}/cdk.tf.json`;
    if (!folder.has(template)) {
      if (folder.has(`stacks/${name}/cdk.tf`) && !folder.has(RECORD_FILE)) throw new Error(`'${folder.shown}/stacks/${name}/cdk.tf' is written in Terraform's own language: synthesize without hclOutput, or register RegulatedMLChecks`);
      return folder.has(`stacks/${name}/cdk.tf`) ? [{ stackName: name, path: name, template: `stacks/${name}/cdk.tf`, digest: folder.read(`stacks/${name}/cdk.tf`).digest, content: {} }] : [];
    }
    const { text, digest } = folder.read(template);
    return [{ ...named(name, undefined), template, digest, content: parseFile(text, `${folder.shown}/${template}`).content }];
  });
}

// CDK for Terraform gives paths by itself; elsewhere an address says enough of one file, and not of several
function named(shown: string, content: unknown): Pick<ReadTerraform, 'stackName' | 'path'> {
  const comment = isObject(content) && isObject(content['//']) ? content['//'] : {};
  const metadata = isObject(comment.metadata) ? comment.metadata : {};
  return { stackName: typeof metadata.stackName === 'string' ? metadata.stackName : shown, path: shown };
}

function unjudgedIn({ unjudged, unseen }: TerraformResult): string[] {
  const total = [...unjudged.values()].reduce((sum, one) => sum + one, 0);
  if (total === 0) return [...unseen];
  const types = [...unjudged].slice(0, 8).map(([type, many]) => `${type} (${many})`).join(', ');
  return [...unseen, `there are no rules for ${total === 1 ? 'this resource' : `these ${total} resources`} of Terraform, which ${total === 1 ? 'is' : 'are'} of another cloud, so nothing is known of ${total === 1 ? 'it' : 'them'}: ${types}${unjudged.size > 8 ? ` and ${unjudged.size - 8} types more` : ''}`];
}

function plain(record: RawRecord, version: string): RawRecord {
  const limits = record.limits.filter((limit) => !DISQUALIFYING.includes(limit));
  const { name, version: own } = record.pack;
  return { ...record, limits: own === version ? limits : [...limits, `the record is of ${name} ${own}, this is ${version}: rules that are newer were not asked`] };
}
