import { dirname, posix } from 'node:path';
import { Severity } from '../../policy/finding';
import { Residency } from '../../policy/residency';
import { pathIn, suppressedIn } from '../../rules/aws/assembly';
import { recordOfTemplates } from '../../rules/aws/template-record';
import { unjudgedIn } from '../../rules/aws/unjudged';
import type { ReadTemplate } from '../../rules/record';
import { isObject } from '../../rules/resolve';
import type { FileInput } from '../input/detect';
import { isTemplate, parseFile } from '../input/template';
import { NO_PROFILE } from '../settings';
import { count } from '../words';
import type { Judged, Judging } from './judged';

/**
 * Judges templates that stand by themselves, with those that they nest as files beside them.
 *
 * @throws an error when there is no profile, or a nested template cannot be read
 */
export function judgeTemplates(files: readonly FileInput[], judging: Judging): Judged {
  const { settings, version, region, progress } = judging;
  if (!settings.profile) throw new Error(`there is no profile to judge ${files.length === 1 ? `'${files[0]!.shown}'` : 'the templates'} by: ${NO_PROFILE}`);
  if (region !== undefined && !Residency.isRegion(region)) throw new Error(`--region is '${region}', which no cloud has: give the region that the templates are deployed to, such as 'eu-central-1'`);
  const all = withNested(files);
  progress(`judging ${count(all.length, 'template')} …`);
  const templates = all.map(({ file, parent }): ReadTemplate => {
    const path = nameOf(file.shown);
    return {
      stackName: nameOf(posix.basename(file.shown)), path, ...(region ? { region } : {}), template: file.shown, digest: file.digest, content: file.content,
      ...(parent ? { parent: { path: nameOf(parent.file.shown), logicalId: parent.logicalId } } : {}),
      origin: (logicalId) => ({ path: pathIn(resourcesIn(file)[logicalId]) ?? `${path}/${logicalId}` }),
    };
  });
  const record = recordOfTemplates({
    templates, acknowledgements: templates.flatMap(({ content, path, origin }) => suppressedIn(content, path, origin!)),
    profile: settings.profile, unknownAs: settings.unknownAs ?? Severity.WARNING, version,
    limits: ['judged by the files: constructs, the data flow that they declare, and the code that made them are not known', ...(region ? [] : ['templates do not say their region: give it with --region'])],
  });
  const { open, explained } = unjudgedIn([record], 'foreign');
  return {
    records: [record], report: [], defects: [], unjudged: open,
    how: [`${all.length === 1 ? `${all[0]!.file.shown}: judged` : `${all.length} templates judged`} by the file alone: no synthesis stands behind ${all.length === 1 ? 'it' : 'them'}`, ...explained],
  };
}

interface Placed {
  readonly file: FileInput;
  readonly parent?: { readonly file: FileInput; readonly logicalId: string };
}

// `aws cloudformation package` takes the path of a nested template, relative to the one that names it
function withNested(files: readonly FileInput[]): Placed[] {
  const key = ({ folder, file }: Pick<FileInput, 'folder' | 'file'>) => folder.inside(file);
  const placed = new Map<string, Placed>(files.map((file) => [key(file), { file }]));
  const visit = (file: FileInput, chain: readonly string[]) => {
    for (const [logicalId, resource] of Object.entries(resourcesIn(file))) {
      if (!isObject(resource) || resource.Type !== 'AWS::CloudFormation::Stack') continue;
      const address = isObject(resource.Properties) ? resource.Properties.TemplateURL : undefined;
      const inner = typeof address === 'string' && !/^[a-z][a-z0-9+.-]*:/i.test(address) ? nestedFile(file, address) : undefined;
      // a rule tells of one that lies elsewhere
      if (!inner) continue;
      if ([...chain, key(file)].includes(key(inner))) throw new Error(`the template '${inner.shown}' nests itself: mend 'TemplateURL' of '${logicalId}' in '${file.shown}'`);
      const known = placed.get(key(inner));
      if (known?.parent) continue;
      placed.set(key(inner), { file: known?.file ?? inner, parent: { file, logicalId } });
      if (!known) visit(inner, [...chain, key(file)]);
    }
  };
  for (const file of files) visit(file, []);
  checkCycles(placed);
  return [...placed.values()];
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

function nestedFile(parent: FileInput, address: string): FileInput | undefined {
  const file = posix.join(dirname(parent.file), address);
  if (!parent.folder.has(file)) return undefined;
  const shown = posix.join(dirname(parent.shown), address);
  const { text, digest } = parent.folder.read(file);
  const content = parseFile(text, shown);
  return isTemplate(content) ? { tool: parent.tool, file, folder: parent.folder, shown, digest, content } : undefined;
}

function resourcesIn({ content }: FileInput): Record<string, unknown> {
  return isObject(content.Resources) ? content.Resources : {};
}

function nameOf(file: string): string {
  return file.replace(/(\.template)?\.(json|ya?ml|template)$/i, '') || file;
}
