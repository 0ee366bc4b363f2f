import * as fs from 'fs';
import * as path from 'path';

/** Left out: they are not part of the code, and a `requirements.txt` would make the SageMaker toolkit call pip, which has no route out. */
const LEFT_OUT = new Set(['__pycache__', '.git', '.venv', 'node_modules', 'requirements.txt']);

/** The files of a folder, with `/`, sorted. */
export function filesOf(folder: string, below = ''): string[] {
  return fs.readdirSync(path.join(folder, below), { withFileTypes: true })
    .filter((entry) => !LEFT_OUT.has(entry.name) && !entry.name.startsWith('.') && !entry.name.endsWith('.pyc'))
    .flatMap((entry) => {
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      return fs.statSync(path.join(folder, name)).isDirectory() ? filesOf(folder, name) : [name];
    })
    .sort();
}

/** A file of an archive: where its content lies, or what it is. */
export interface ArchivedFile {
  readonly name: string;
  readonly file?: string;
  readonly content?: string;
}

/** The content of a file. */
export function contentOf({ file, content }: ArchivedFile): Buffer {
  return content === undefined ? fs.readFileSync(file!) : Buffer.from(content);
}

/**
 * A tar (POSIX ustar) of files. The same content gives the same bytes on every machine: no times, owners or
 * umask, so that a definition changes with its code only.
 */
export function tar(files: readonly ArchivedFile[]): Buffer {
  const blocks = files.flatMap((one) => {
    const content = contentOf(one);
    const executable = one.file !== undefined && (fs.statSync(one.file).mode & 0o111) !== 0;
    return [header(one.name, content.length, executable ? 0o755 : 0o644), content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function header(name: string, size: number, mode: number): Buffer {
  const { prefix, base } = split(name);
  const block = Buffer.alloc(512);
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`;
  block.write(base, 0, 100, 'utf8');
  block.write(octal(mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\u000000', 257);
  block.write(prefix, 345, 155, 'utf8');
  block.write(`${block.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** ustar keeps 100 bytes of a name and 155 of the folders before it. */
function split(name: string): { prefix: string; base: string } {
  if (Buffer.byteLength(name) <= 100) return { prefix: '', base: name };
  const at = [...name.matchAll(/\//g)].map((match) => match.index)
    .find((index) => Buffer.byteLength(name.slice(0, index)) <= 155 && Buffer.byteLength(name.slice(index + 1)) <= 100);
  if (at === undefined) throw new Error(`the path '${name}' is too long for an archive: keep file names within 100 bytes and folders within 155`);
  return { prefix: name.slice(0, at), base: name.slice(at + 1) };
}
