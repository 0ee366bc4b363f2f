import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { gzipSync } from 'zlib';
import { filesOf, tar } from '../../../lib/aws/pipeline/private/archive';
import { commandOf, launcher, PROCESSING_CODE_PATH, unpacker } from '../../../lib/aws/pipeline/private/launch';

const base = fs.mkdtempSync(path.join(os.tmpdir(), 'launch-'));
const source = path.join(base, 'source');
const input = path.join(base, 'input');
const tarOf = (folder: string) => tar(filesOf(folder).map((name) => ({ name, file: path.join(folder, name) })));

beforeAll(() => {
  fs.mkdirSync(path.join(source, 'package', '__pycache__'), { recursive: true });
  fs.mkdirSync(input);
  fs.writeFileSync(path.join(source, 'main.py'), 'import os, sys\nfrom package.part import ANSWER\nprint(ANSWER, sys.argv[1:], os.path.exists("requirements.txt"))\n');
  fs.writeFileSync(path.join(source, 'package', 'part.py'), 'ANSWER = "grüße"\n');
  fs.writeFileSync(path.join(source, 'package', '__pycache__', 'part.pyc'), 'x');
  fs.writeFileSync(path.join(source, 'requirements.txt'), 'pandas\n');
  fs.writeFileSync(path.join(source, `${'a'.repeat(96)}.txt`), 'long');
  fs.writeFileSync(path.join(source, 'run.sh'), '#!/bin/sh\necho "shell $1"\n', { mode: 0o755 });
  fs.writeFileSync(path.join(input, 'code.tar.gz'), gzipSync(tarOf(source)));
});
afterAll(() => fs.rmSync(base, { recursive: true }));

function run(command: string[], environment: NodeJS.ProcessEnv = process.env): string {
  return execFileSync(command[0], command.slice(1), { encoding: 'utf8', env: environment });
}

const python = (() => {
  try {
    return execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
})();
const withPython = python ? test : test.skip;

withPython('the launcher unpacks the code and runs its program with the arguments as they are', () => {
  expect(run([...launcher(input, commandOf('main.py')), 'a b', '$HOME', "it's"])).toBe(`grüße ['a b', '$HOME', "it's"] False\n`);
});

withPython('the launcher works where an image has no tar', () => {
  const bin = path.join(base, 'bin');
  fs.mkdirSync(bin);
  for (const tool of ['sh', 'mktemp']) fs.symlinkSync(execFileSync('which', [tool], { encoding: 'utf8' }).trim(), path.join(bin, tool));
  fs.symlinkSync(python!, path.join(bin, 'python3'));
  expect(run([...launcher(input, commandOf('main.py')), 'x'], { PATH: bin, LANG: 'C.UTF-8', PYTHONPATH: '' })).toBe("grüße ['x'] False\n");
});

test('a shell program runs by the shell', () => {
  expect(run([...launcher(input, commandOf('run.sh')), 'yes'])).toBe('shell yes\n');
});

test('a notebook is unpacked into the folder that its scheduler is told', () => {
  const folder = path.join(base, 'notebook');
  expect(run(unpacker(input, folder, ['/bin/pwd']))).toBe(`${folder}\n`);
  expect(fs.existsSync(path.join(folder, 'package', 'part.py'))).toBe(true);
});

test('fails with the error of the program', () => {
  expect(() => run(launcher(input, ['/bin/sh', '-c', 'exit 3']))).toThrow(expect.objectContaining({ status: 3 }));
});

test('every part of the command fits the limit of the API', () => {
  for (const part of [...launcher(PROCESSING_CODE_PATH, commandOf('main.py')), ...unpacker('/opt/ml/input/data/code', '/tmp/notebook', ['x'])]) {
    expect(part.length).toBeLessThanOrEqual(256);
    expect(part).not.toContain('\n');
  }
});

test('an archive is the same bytes wherever and whenever it is made, without caches and requirements', () => {
  const copy = path.join(base, 'copy');
  fs.cpSync(source, copy, { recursive: true });
  fs.utimesSync(path.join(copy, 'main.py'), 1, 1);
  expect(tarOf(copy).equals(tarOf(source))).toBe(true);
  expect(filesOf(source)).toEqual([`${'a'.repeat(96)}.txt`, 'main.py', 'package/part.py', 'run.sh'].sort());
});

test('a long path is kept by its folders', () => {
  const deep = path.join('d'.repeat(90), 'e'.repeat(60), 'main.py');
  const folder = path.join(base, 'deep');
  fs.mkdirSync(path.dirname(path.join(folder, deep)), { recursive: true });
  fs.writeFileSync(path.join(folder, deep), 'deep');
  fs.writeFileSync(path.join(base, 'deep.tar'), tarOf(folder));
  expect(execFileSync('tar', ['-xOf', path.join(base, 'deep.tar'), deep], { encoding: 'utf8' })).toBe('deep');
});
