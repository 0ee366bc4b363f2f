import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { RECORD_FILE } from '../../policy/record';
import { isObject } from '../../rules/resolve';
import { TOOLS } from '../apps';
import { checkTemplateSize, Folder, shownPath } from './file';
import { isTemplate, parseFile, type Content } from './template';
import { isTerraform, isTerraformManifest } from './terraform';

/** A cloud assembly: what `cdk synth` writes. */
export interface AssemblyInput {
  readonly kind: 'assembly';
  readonly folder: Folder;
}

/** A template that stands by itself. */
export interface TemplateFile {
  readonly kind: 'template';
  /** Path in its folder. */
  readonly file: string;
  readonly folder: Folder;
  readonly shown: string;
  readonly digest: string;
  readonly content: Content;
}

/** Terraform's JSON. */
export interface TerraformInput {
  readonly kind: 'terraform';
  readonly shown: string;
  readonly digest: string;
  readonly content: Content;
}

/** What CDK for Terraform writes: a folder of stacks, with what their app recorded. */
export interface TerraformAppInput {
  readonly kind: 'terraform-app';
  readonly folder: Folder;
}

export type Input = AssemblyInput | TemplateFile | TerraformInput | TerraformAppInput;

/** What lies at a path. */
export interface Detected {
  readonly inputs: readonly Input[];
  /** Files of a folder that look like none of it. */
  readonly passedOver: number;
  /** Files of a folder in the own language of Terraform, which nothing here reads. */
  readonly unread: number;
}

const MANIFEST = 'manifest.json';
const DEEPEST = 8;
const MOST_FILES = 5000;
const READABLE = /\.(json|ya?ml|template)$/i;

/**
 * Finds what can be judged: a cloud assembly, a template, Terraform's JSON, or a folder of them.
 *
 * @throws an error that says what was found instead, or why it cannot be read
 */
export function detect(cwd: string, path: string): Detected {
  const absolute = resolve(cwd, path);
  const shown = shownPath(cwd, absolute);
  if (!existsSync(absolute)) throw new Error(`there is no file or folder '${shown}': ${nextStep(shown)}`);
  if (!statSync(absolute).isDirectory()) {
    if (basename(absolute) === MANIFEST) return detect(cwd, dirname(absolute));
    // beside a link's target, what it refers to is found
    const real = realpathSync(absolute);
    const folder = new Folder(dirname(real), shownPath(cwd, dirname(absolute)));
    const input = fileInput(folder, basename(real), shown, true);
    if (!input) throw new Error(`'${shown}' ${described(folder.read(basename(real)).text)}: name a cloud assembly, a CloudFormation template, or JSON of Terraform`);
    return { inputs: [input], passedOver: 0, unread: 0 };
  }
  const folder = new Folder(absolute, shown);
  const found: Input[] = [];
  const counts = { files: 0, passedOver: 0, terraform: 0 };
  walk(folder, '', 0, found, counts);
  if (found.length === 0) {
    const instead = counts.terraform > 0
      ? `it holds ${counts.terraform} files of Terraform's own language: run 'terraform show -json <plan> > plan.json' and name that`
      : `${counts.passedOver === 0 ? 'it holds no JSON or YAML' : `none of its ${counts.passedOver} files of JSON or YAML is one`}: run 'cdk synth' first, or name another folder`;
    throw new Error(`there is nothing to check in '${shown}': no cloud assembly, no template; ${instead}`);
  }
  return { inputs: found, passedOver: counts.passedOver, unread: counts.terraform };
}

function nextStep(shown: string): string {
  const tool = Object.values(TOOLS).find(({ output }) => output === shown);
  return tool ? `run '${tool.synth}' first, or name what to check` : 'name a cloud assembly, a template, or a folder of them';
}

function walk(folder: Folder, at: string, depth: number, found: Input[], counts: { files: number; passedOver: number; terraform: number }): void {
  const name = (entry: string) => (at === '' ? entry : `${at}/${entry}`);
  if (isAssembly(folder, at)) {
    found.push({ kind: 'assembly', folder: folderAt(folder, at) });
    return;
  }
  if (isTerraformApp(folder, at)) {
    found.push({ kind: 'terraform-app', folder: folderAt(folder, at) });
    return;
  }
  for (const entry of readdirSync(folder.inside(at), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isDirectory()) {
      if (!LEFT_ALONE.test(entry.name) && depth < DEEPEST) walk(folder, name(entry.name), depth + 1, found, counts);
      continue;
    }
    if (/\.tf$/.test(entry.name)) counts.terraform += 1;
    if (!READABLE.test(entry.name)) continue;
    counts.files += 1;
    if (counts.files > MOST_FILES) throw new Error(`'${folder.shown}' holds more than ${MOST_FILES} files of JSON or YAML: name a folder nearer to the templates`);
    const file = name(entry.name);
    const input = fileInput(folder, file, folder.shown === '.' ? file : `${folder.shown}/${file}`, false);
    if (input) found.push(input);
    else counts.passedOver += 1;
  }
}

const LEFT_ALONE = /^(\..*|node_modules|asset\..*)$/;

// the CDK leaves a file of this name: without a manifest, or with one that was spoilt, it is an assembly that is not whole
const MARK = 'cdk.out';

function folderAt(folder: Folder, at: string): Folder {
  return at === '' ? folder : new Folder(folder.inside(at), folder.shown === '.' ? at : `${folder.shown}/${at}`);
}

function isAssembly(folder: Folder, at: string): boolean {
  const name = (file: string) => (at === '' ? file : `${at}/${file}`);
  if (folder.has(name(MARK)) && statSync(folder.inside(name(MARK))).isFile()) return true;
  if (!folder.has(name(MANIFEST))) return false;
  try {
    const content: unknown = JSON.parse(folder.read(name(MANIFEST)).text);
    return isObject(content) && isObject(content.artifacts);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

// a synth that findings stopped has left its record and its stacks, and no manifest
function isTerraformApp(folder: Folder, at: string): boolean {
  const name = (file: string) => (at === '' ? file : `${at}/${file}`);
  if (folder.has(name(RECORD_FILE)) && folder.has(name('stacks'))) return true;
  return folder.has(name(MANIFEST)) && isTerraformManifest(folder.read(name(MANIFEST)).text);
}

// a file that was found in a folder need not be a template: only one that speaks of resources has to be read
function fileInput(folder: Folder, file: string, shown: string, named: boolean): Input | undefined {
  if (basename(file) === RECORD_FILE) {
    if (named) throw new Error(`'${shown}' is the record of a synthesis: name the folder it lies in`);
    return undefined;
  }
  const { text, digest } = folder.read(file);
  if (!named && !/Resources|terraform|"resource"|planned_values|"format_version"/.test(text)) return undefined;
  let content: unknown;
  try {
    content = parseFile(text, shown);
  } catch (error) {
    if (named || /AWS::|"azurerm_|"azapi_|"planned_values"/.test(text) || /\.(template(\.json)?|tf\.json)$/.test(file)) throw error;
    return undefined;
  }
  if (isTemplate(content)) {
    checkTemplateSize(text, shown);
    return { kind: 'template', file, folder, shown, digest, content };
  }
  return isTerraform(content) ? { kind: 'terraform', shown, digest, content: content as Content } : undefined;
}

function described(text: string): string {
  const content = parseFile(text, '');
  if (Array.isArray(content)) return 'holds a list';
  if (!isObject(content)) return 'holds a plain value';
  const keys = Object.keys(content);
  return keys.length === 0 ? 'holds an empty object' : `holds ${keys.slice(0, 4).map((key) => `'${key.slice(0, 40)}'`).join(', ')}${keys.length > 4 ? ' and more' : ''}, no 'Resources'`;
}
