import { createHash } from 'node:crypto';
import { closeSync, constants, copyFileSync, existsSync, fsyncSync, lstatSync, mkdirSync, openSync, readdirSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Only who runs it reads what a run leaves: it may be data of people. */
export const PRIVATE = { folder: 0o700, file: 0o600 } as const;

/** Makes a folder that only its owner reads. */
export function makeFolder(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: PRIVATE.folder });
  return folder;
}

/** Writes a file so that whoever reads it sees the old content or the new, whenever this process ends. */
export function writeWhole(file: string, text: string): void {
  const next = `${file}.${process.pid}.next`;
  const handle = openSync(next, 'w', PRIVATE.file);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(next, file);
}

/**
 * Copies a file or what is in a folder into a folder.
 *
 * @param links whether links are followed; otherwise they are refused
 * @param name what a file is called there
 */
export function copyInto(source: string, folder: string, links: boolean, name: string = basename(source)): void {
  makeFolder(folder);
  if (kindOf(source, links) === 'file') return copyFileSync(source, join(folder, name), constants.COPYFILE_FICLONE);
  for (const entry of readdirSync(source)) {
    const from = join(source, entry);
    if (kindOf(from, links) === 'folder') copyInto(from, join(folder, entry), links);
    else copyFileSync(from, join(folder, entry), constants.COPYFILE_FICLONE);
  }
}

/** Puts a copy of a file or a folder in a place, where it appears whole or not at all. */
export function place(source: string, target: string, links: boolean): void {
  const next = `${target}.${process.pid}.next`;
  rmSync(next, { recursive: true, force: true });
  makeFolder(dirname(target));
  if (kindOf(source, links) === 'file') copyFileSync(source, next, constants.COPYFILE_FICLONE);
  else copyInto(source, next, links);
  rmSync(target, { recursive: true, force: true });
  renameSync(next, target);
}

/** SHA-256 of names and contents of a file or folder; undefined where there is none. */
export function digestOf(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const hash = createHash('sha256');
  const add = (at: string, name: string) => {
    if (statSync(at).isDirectory()) for (const entry of readdirSync(at).sort()) add(join(at, entry), `${name}/${entry}`);
    else hash.update(JSON.stringify([name, fileDigest(at)]));
  };
  add(path, '');
  return hash.digest('hex');
}

const CHUNK = 1 << 20;

function fileDigest(file: string): string {
  const hash = createHash('sha256');
  const handle = openSync(file, 'r');
  try {
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (let length = readSync(handle, buffer); length > 0; length = readSync(handle, buffer)) hash.update(buffer.subarray(0, length));
  } finally {
    closeSync(handle);
  }
  return hash.digest('hex');
}

function kindOf(path: string, links: boolean): 'file' | 'folder' {
  const status = links ? statSync(path) : lstatSync(path);
  if (status.isDirectory()) return 'folder';
  if (status.isFile()) return 'file';
  throw new Error(`'${basename(path)}' is ${status.isSymbolicLink() ? 'a link' : 'no regular file'}: only files and folders are handed on`);
}
