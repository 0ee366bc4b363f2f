import { dirname, posix } from 'node:path';
import { Severity } from '../../policy/finding';
import { pathIn, suppressedIn } from '../../rules/aws/assembly';
import { recordOfTemplates } from '../../rules/aws/template-record';
import { unjudgedIn } from '../../rules/aws/unjudged';
import type { ReadTemplate } from '../../rules/record';
import { isObject } from '../../rules/resolved';
import type { FileInput } from '../input/detect';
import { whyUnreadable } from '../input/file';
import { isTemplate, parseFile } from '../input/template';
import { NO_PROFILE } from '../settings';
import { count } from '../words';
import { filesOf, type Judged, type Judging } from './judged';

/**
 * Judges templates that stand by themselves, with those that they nest as files beside them.
 *
 * @throws an error when there is no profile
 */
export function judgeTemplates(files: readonly FileInput[], judging: Judging): Judged {
  const { settings, version, region, progress } = judging;
  if (!settings.profile) throw new Error(`there is no profile to judge ${files.length === 1 ? `'${files[0]!.shown}'` : 'the templates'} by: ${NO_PROFILE}`);
  const { placed: all, unreadable } = withNested(files);
  progress(`judging ${count(all.length, 'template')} …`);
  const pathOf = pathsOf(all.map(({ file }) => file));
  const templates = all.map(({ file, parent }): ReadTemplate => {
    const path = pathOf(file);
    return {
      stackName: nameOf(posix.basename(file.shown)), path, ...(region ? { region } : {}), template: file.shown, digest: file.digest, content: file.content,
      ...(parent ? { parent: { path: pathOf(parent.file), logicalId: parent.logicalId } } : {}),
      origin: (logicalId) => ({ path: pathIn(resourcesIn(file)[logicalId]) ?? `${path}/${logicalId}` }),
    };
  });
  const record = recordOfTemplates({
    templates, acknowledgements: templates.flatMap(({ content, path, origin }) => suppressedIn(content, path, origin!)),
    profile: settings.profile, unknownAs: settings.unknownAs ?? Severity.WARNING, version,
    limits: [
      'judged by the files: constructs, the data flow that they declare, and the code that made them are not known',
      ...(region ? [] : ['templates do not say their region: give it with --region']), ...all.flatMap(({ file }) => repeatedIn(file)),
    ],
  });
  const { open, explained } = unjudgedIn([record], 'foreign');
  return {
    records: [record], report: [], defects: [], unreadable, unjudged: open, files: filesOf(all.map(({ file }) => file)),
    how: [`${all.length === 1 ? `${all[0]!.file.shown}: judged` : `${all.length} templates judged`} by the file alone: no synthesis stands behind ${all.length === 1 ? 'it' : 'them'}`, ...explained],
  };
}

// CloudFormation accepts such a template, and deploys what stands last (measured: https://github.com/go-to-k/cdk-real-drift/pull/1133)
function repeatedIn({ shown, repeated }: FileInput): string[] {
  const all = repeated();
  return [
    ...all.slice(0, MOST_REPEATED).map(({ path, lines: [before, after] }) => (
      `'${shown}' has '${path}' in line ${before} and again in line ${after}: the last counts, for CloudFormation and here; take the other out`)),
    ...(all.length > MOST_REPEATED ? [`'${shown}' has ${all.length - MOST_REPEATED} more keys that stand twice: of each the last counts`] : []),
  ];
}

const MOST_REPEATED = 20;

interface Placed {
  readonly file: FileInput;
  readonly parent?: { readonly file: FileInput; readonly logicalId: string };
}

interface Nested {
  readonly placed: readonly Placed[];
  readonly unreadable: readonly string[];
}

// `aws cloudformation package` takes the path of a nested template, relative to the one that names it
function withNested(files: readonly FileInput[]): Nested {
  const key = ({ folder, file }: Pick<FileInput, 'folder' | 'file'>) => folder.inside(file);
  const placed = new Map<string, Placed>(files.map((file) => [key(file), { file }]));
  const unreadable = new Set<string>();
  const visit = (file: FileInput, chain: readonly string[]) => {
    for (const [logicalId, resource] of Object.entries(resourcesIn(file))) {
      if (!isObject(resource) || resource.Type !== 'AWS::CloudFormation::Stack') continue;
      const address = isObject(resource.Properties) ? resource.Properties.TemplateURL : undefined;
      const inner = typeof address === 'string' && !/^[a-z][a-z0-9+.-]*:/i.test(address) ? nestedFile(file, address) : undefined;
      if (typeof inner === 'string') unreadable.add(inner);
      // a rule tells of one that lies elsewhere
      if (inner === undefined || typeof inner === 'string') continue;
      if ([...chain, key(file)].includes(key(inner))) throw new Error(`the template '${inner.shown}' nests itself: mend 'TemplateURL' of '${logicalId}' in '${file.shown}'`);
      const known = placed.get(key(inner));
      if (known?.parent) continue;
      placed.set(key(inner), { file: known?.file ?? inner, parent: { file, logicalId } });
      if (!known) visit(inner, [...chain, key(file)]);
    }
  };
  for (const file of files) visit(file, []);
  checkCycles(placed);
  return { placed: [...placed.values()], unreadable: [...unreadable] };
}

// what was named on the command line is not walked from its parent
function checkCycles(placed: ReadonlyMap<string, Placed>): void {
  const byFile = new Map([...placed.values()].map((one) => [one.file, one]));
  for (const first of placed.values()) {
    const seen = new Set<FileInput>();
    for (let next: Placed | undefined = first; next?.parent; next = byFile.get(next.parent.file)) {
      if (seen.has(next.file)) throw new Error(`the template '${first.file.shown}' nests itself: mend 'TemplateURL' of '${next.parent.logicalId}' in '${next.parent.file.shown}'`);
      seen.add(next.file);
    }
  }
}

// one that cannot be read gives the message that says so
function nestedFile(parent: FileInput, address: string): FileInput | string | undefined {
  const file = posix.join(dirname(parent.file), address);
  const shown = posix.join(dirname(parent.shown), address);
  try {
    if (!parent.folder.has(file)) return undefined;
    const { text, digest } = parent.folder.read(file);
    const { content, repeated } = parseFile(text, shown);
    return isTemplate(content) ? { tool: parent.tool, file, folder: parent.folder, shown, digest, content, repeated } : undefined;
  } catch (error) {
    return whyUnreadable(error, shown);
  }
}

function resourcesIn({ content }: FileInput): Record<string, unknown> {
  return isObject(content.Resources) ? content.Resources : {};
}

// two files may differ in their ending alone, and then that tells their resources apart
function pathsOf(files: readonly FileInput[]): (file: FileInput) => string {
  const known = new Map<string, number>();
  for (const { shown } of files) known.set(nameOf(shown), (known.get(nameOf(shown)) ?? 0) + 1);
  return ({ shown }) => (known.get(nameOf(shown)) === 1 ? nameOf(shown) : shown);
}

function nameOf(file: string): string {
  return file.replace(/(\.template)?\.(json|ya?ml|template)$/i, '') || file;
}
