import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { withFile, type ReadBytes } from '../../evidence/json-pieces';
import { folderBeside } from '../../evidence/read';
import type { AssemblyFiles } from '../../rules/aws/assembly';

/** What a synth leaves a list of its stacks in. */
export const MANIFEST = 'manifest.json';

const MEGABYTE = 1_000_000;

/** The largest template that is read, ten times what CloudFormation takes. */
export const LARGEST_TEMPLATE = 10 * MEGABYTE;
// what the CDK keeps beside templates grows with the depth of stack traces
const LARGEST_FILE = 250 * MEGABYTE;

/** Text of a file and the SHA-256 of its bytes. */
export interface ReadFile {
  readonly text: string;
  readonly digest: string;
}

/**
 * Reads a file that somebody else wrote.
 *
 * @param shown its name in messages
 * @throws an error that says why it cannot be read
 */
export function readText(file: string, shown: string): ReadFile {
  checkFile(file, shown);
  const bytes = readFileSync(file);
  if (bytes.includes(0)) throw new Error(`'${shown}' is binary: name a file of JSON or YAML`);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { text, digest: createHash('sha256').update(bytes).digest('hex') };
  } catch (error) {
    throw new Error(`'${shown}' is no UTF-8: save it as UTF-8`, { cause: error });
  }
}

function checkFile(file: string, shown: string): void {
  if (!existsSync(file)) throw new Error(`there is no file '${shown}'`);
  const status = statSync(file);
  if (status.isDirectory()) throw new Error(`'${shown}' is a folder: name a file`);
  if (!status.isFile()) throw new Error(`'${shown}' is no regular file: name one that is`);
  if (/\.template(\.json)?$/.test(file) && status.size > LARGEST_TEMPLATE) throw tooLarge(shown, status.size);
  if (status.size > LARGEST_FILE) throw new Error(`'${shown}' has ${megabytes(status.size)}, more than the ${megabytes(LARGEST_FILE)} that are read: name another file`);
}

/**
 * Why a file cannot be read, in words.
 *
 * @param shown its name in messages
 * @throws the error itself where it says nothing of the file
 */
export function whyUnreadable(error: unknown, shown: string): string {
  const { code, message, constructor } = error as NodeJS.ErrnoException;
  if (code !== undefined && /^E[A-Z]+$/.test(code)) return `'${shown}' cannot be read (${code}): see to it that it can`;
  if (constructor !== Error) throw error;
  return message;
}

/** Fails on a template that CloudFormation could not take. */
export function checkTemplateSize(text: string, shown: string): void {
  if (text.length > LARGEST_TEMPLATE) throw tooLarge(shown, text.length);
}

/** A folder that somebody else wrote: no path may lead out of it, not through a link either. */
export class Folder implements AssemblyFiles {
  private readonly root: string;

  /** @param shown its name in messages */
  constructor(public readonly directory: string, public readonly shown: string) {
    this.root = realpathSync(directory);
  }

  /** The app whose folder it lies in. */
  public get beside(): NonNullable<AssemblyFiles['beside']> {
    return { folder: folderBeside(this.root), exists: existsSync };
  }

  public has(path: string): boolean {
    return existsSync(this.inside(path));
  }

  public read(path: string): ReadFile {
    return readText(this.inside(path), this.name(path));
  }

  /** Reads one that may be too large to be held, from its start. */
  public readPieces<T>(path: string, use: (read: ReadBytes) => T): T {
    const file = this.inside(path);
    checkFile(file, this.name(path));
    return withFile(file, use);
  }

  /** Absolute path of a file in it. */
  public inside(path: string): string {
    const file = join(this.root, path);
    if (leads(relative(this.root, file))) throw new Error(`'${this.name(path)}' leads out of '${this.shown}': nothing outside is read`);
    if (existsSync(file) && leads(relative(this.root, realpathSync(file)))) throw new Error(`'${this.name(path)}' is a link that leads out of '${this.shown}': nothing outside is read`);
    return file;
  }

  private name(path: string): string {
    return this.shown === '.' || this.shown === '' ? path : `${this.shown}/${path}`;
  }
}

/** Path of an entry of a folder below another; of the other itself, where there is none between. */
export function inFolder(at: string, entry: string): string {
  return at === '' ? entry : `${at}/${entry}`;
}

/** A path as it is shown: relative to the current folder, with `/`. */
export function shownPath(cwd: string, path: string): string {
  const near = relative(cwd, path);
  return (near === '' ? '.' : leads(near) ? path : near).split(sep).join('/');
}

function leads(path: string): boolean {
  return path === '..' || path.startsWith(`..${sep}`) || /^([A-Za-z]:|[\\/])/.test(path);
}

function tooLarge(shown: string, size: number): Error {
  return new Error(`'${shown}' has ${megabytes(size)}: CloudFormation takes templates of 1 MB at most, so this one cannot be deployed; split the stack, or name the template itself`);
}

function megabytes(size: number): string {
  return `${Math.ceil(size / MEGABYTE)} MB`;
}
