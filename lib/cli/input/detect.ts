import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { RECORD_FILE } from '../../policy/record';
import { isObject } from '../../rules/resolved';
import { ALL_TOOLS, TOOLS, type Tool } from '../apps';
import { Folder, inFolder, MANIFEST, shownPath, whyUnreadable } from './file';
import type { Repeated } from './repeated';
import { parseFile, type Content, type Parsed } from './template';

/** What a synth has written: a folder of stacks, with what their app recorded. */
export interface OutputInput {
  readonly tool: Tool;
  readonly folder: Folder;
}

/** A file that stands by itself. */
export interface FileInput {
  readonly tool: Tool;
  /** Path in its folder. */
  readonly file: string;
  readonly folder: Folder;
  readonly shown: string;
  readonly digest: string;
  readonly content: Content;
  /** Keys that an object of it has more than once. */
  repeated(): readonly Repeated[];
}

/** What lies at a path. */
export interface Detected {
  readonly outputs: readonly OutputInput[];
  readonly files: readonly FileInput[];
  /** What cannot be read though it has to be, one message a file: nobody knows what stands in it. */
  readonly unreadable: readonly string[];
  /** Files of a folder that look like none of it. */
  readonly passedOver: number;
  /** Files of a folder in a language that nothing here reads. */
  readonly unread: ReadonlyMap<Tool, number>;
}

const DEEPEST = 8;
const MOST_FILES = 5000;
const READABLE = /\.(json|ya?ml|template)$/i;

interface Found {
  readonly outputs: OutputInput[];
  readonly files: FileInput[];
  readonly unreadable: string[];
  readonly unread: Map<Tool, number>;
  read: number;
  passedOver: number;
}

/**
 * Finds what can be judged: what a synth has written, a template or JSON that stands by itself, or a folder of them. A file that cannot be read keeps no other
 * from being judged.
 *
 * @throws an error that says what was found instead
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
    if (input === undefined) throw new Error(`'${shown}' ${described(folder.read(basename(real)).text)}: name ${WHAT}`);
    const [files, unreadable] = typeof input === 'string' ? [[], [input]] : [[input], []];
    return { outputs: [], files, unreadable, passedOver: 0, unread: new Map() };
  }
  const folder = new Folder(absolute, shown);
  const found: Found = { outputs: [], files: [], unreadable: [], unread: new Map(), read: 0, passedOver: 0 };
  walk(folder, '', 0, found);
  if (found.outputs.length + found.files.length + found.unreadable.length === 0) {
    const [[tool, many] = [undefined, 0]] = found.unread;
    const unread = tool && TOOLS[tool].unread;
    const instead = unread
      ? `it holds ${many} files of ${unread.language}: ${unread.instead}`
      : `${found.passedOver === 0 ? 'it holds no JSON or YAML' : `none of its ${found.passedOver} files of JSON or YAML is one`}: run 'cdk synth' first, or name another folder`;
    throw new Error(`there is nothing to check in '${shown}': no cloud assembly, no template; ${instead}`);
  }
  return found;
}

const TAKEN = Object.values(TOOLS).flatMap(({ takes }) => takes);
const WHAT = `${TAKEN.slice(0, -1).join(', ')}, or ${TAKEN.at(-1)}`;

function nextStep(shown: string): string {
  const tool = Object.values(TOOLS).find(({ output }) => output === shown);
  return tool ? `run '${tool.synth}' first, or name what to check` : 'name a cloud assembly, a template, or a folder of them';
}

function walk(folder: Folder, at: string, depth: number, found: Found): void {
  const made = ALL_TOOLS.find((tool) => TOOLS[tool].isOutput(folder, at));
  if (made) {
    found.outputs.push({ tool: made, folder: folderAt(folder, at) });
    return;
  }
  for (const entry of readdirSync(folder.inside(at), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = inFolder(at, entry.name);
    if (entry.isDirectory()) {
      if (!LEFT_ALONE.test(entry.name) && depth < DEEPEST) walk(folder, file, depth + 1, found);
      continue;
    }
    for (const tool of ALL_TOOLS) if (TOOLS[tool].unread?.ending.test(entry.name)) found.unread.set(tool, (found.unread.get(tool) ?? 0) + 1);
    if (!READABLE.test(entry.name)) continue;
    found.read += 1;
    if (found.read > MOST_FILES) throw new Error(`'${folder.shown}' holds more than ${MOST_FILES} files of JSON or YAML: name a folder nearer to the templates`);
    const input = fileInput(folder, file, folder.shown === '.' ? file : `${folder.shown}/${file}`, false);
    if (input === undefined) found.passedOver += 1;
    else if (typeof input === 'string') found.unreadable.push(input);
    else found.files.push(input);
  }
}

const LEFT_ALONE = /^(\..*|node_modules|asset\..*)$/;

function folderAt(folder: Folder, at: string): Folder {
  return at === '' ? folder : new Folder(folder.inside(at), folder.shown === '.' ? at : `${folder.shown}/${at}`);
}

// one that cannot be read gives the message that says so
function fileInput(folder: Folder, file: string, shown: string, named: boolean): FileInput | string | undefined {
  if (basename(file) === RECORD_FILE) {
    if (named) throw new Error(`'${shown}' is the record of a synthesis: name the folder it lies in`);
    return undefined;
  }
  try {
    return readInput(folder, file, shown, named);
  } catch (error) {
    return whyUnreadable(error, shown);
  }
}

// a file that was found in a folder need not be one: only one that speaks of resources has to be read
function readInput(folder: Folder, file: string, shown: string, named: boolean): FileInput | undefined {
  const { text, digest } = folder.read(file);
  const all = Object.values(TOOLS);
  if (!named && !all.some(({ hints }) => hints.test(text))) return undefined;
  let parsed: Parsed;
  try {
    parsed = parseFile(text, shown);
  } catch (error) {
    if (named || all.some(({ marks, ending }) => marks.test(text) || ending.test(file))) throw error;
    return undefined;
  }
  const { content, repeated } = parsed;
  const tool = ALL_TOOLS.find((one) => TOOLS[one].isFile(content));
  if (tool === undefined) return undefined;
  TOOLS[tool].checkSize?.(text, shown);
  return { tool, file, folder, shown, digest, content: content as Content, repeated };
}

function described(text: string): string {
  const { content } = parseFile(text, '');
  if (Array.isArray(content)) return 'holds a list';
  if (!isObject(content)) return 'holds a plain value';
  const keys = Object.keys(content);
  return keys.length === 0 ? 'holds an empty object' : `holds ${keys.slice(0, 4).map((key) => `'${key.slice(0, 40)}'`).join(', ')}${keys.length > 4 ? ' and more' : ''}, no 'Resources'`;
}
