import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, isAbsolute, join, normalize } from 'node:path';
import { shown } from '../../policy/given';
import { copyInto, makeFolder } from './files';

/** What containers of SageMaker have their inputs and outputs below. */
const CONTAINER_ROOT = '/opt/ml';
const ROOTED = /\/opt\/ml(?![\w.-])/g;

/** The folder that stands for `/opt/ml` in one step: a temporary one of its own, which no other step sees. */
export class Root {
  /** Stands for `/opt/ml`. */
  public readonly folder: string;
  private readonly around: string;

  constructor(private readonly python: string) {
    this.around = mkdtempSync(join(tmpdir(), 'regulated-ml-'));
    this.folder = makeFolder(join(this.around, 'ml'));
    for (const name of ['tmp', 'home', 'bin']) makeFolder(join(this.around, name));
    // a link would not do: a virtual environment is found by the name that it is called by
    for (const name of ['python', 'python3']) this.addProgram(name, `exec ${quoted(python)} "$@"`);
  }

  /** What has to go when the step has ended, or has been killed. */
  public get temporary(): string {
    return this.around;
  }

  /** A place in the container, on this machine. */
  public at(path: string): string {
    const clean = normalize(path);
    if (!isAbsolute(path) || !(clean === CONTAINER_ROOT || clean.startsWith(`${CONTAINER_ROOT}/`))) throw new Error(`${shown(path)} does not lie below ${CONTAINER_ROOT}: nothing outside is read or written`);
    return join(this.folder, clean.slice(CONTAINER_ROOT.length));
  }

  /** A text with the places of the container in it, as they are here. */
  public rewrite(text: string): string {
    return text.replace(ROOTED, () => this.folder);
  }

  /**
   * Brings an input, an object or all that is below a prefix.
   *
   * @param uri its address, whose end an object is called by: its file may be called otherwise
   */
  public bring(source: string, path: string, uri: string): void {
    // a folder that somebody named for a store may be made of links
    copyInto(source, this.at(path), true, basename(uri));
  }

  /** Makes a folder of the container. */
  public make(path: string): string {
    return makeFolder(this.at(path));
  }

  /** Writes a file of the contract. */
  public write(path: string, content: string): void {
    const file = this.at(path);
    makeFolder(dirname(file));
    writeFileSync(file, content);
  }

  /** What a step says of itself when it fails: it is meant to be read by people. */
  public message(...paths: string[]): string | undefined {
    const file = paths.map((path) => this.at(path)).find((path) => existsSync(path));
    return file === undefined ? undefined : readFileSync(file, 'utf8').trim().slice(0, 1024);
  }

  /** A new folder beside the root. */
  public scratch(): string {
    return mkdtempSync(join(this.around, 'tmp', 'code-'));
  }

  /** The environment of a process in it: of ours, no more than programs are found and texts are read by. */
  public environment(own: Readonly<Record<string, string | undefined>>, more: Readonly<Record<string, string>>): Record<string, string> {
    const kept = ['LANG', 'LC_ALL', 'JAVA_HOME', 'SPARK_HOME', 'SystemRoot', 'OMP_NUM_THREADS'].flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]] as const]));
    return {
      ...Object.fromEntries(kept),
      // beside the interpreter stands what its packages bring, such as torchrun
      PATH: [join(this.around, 'bin'), ...(isAbsolute(this.python) ? [dirname(this.python)] : []), own.PATH ?? '/usr/bin:/bin'].join(delimiter),
      HOME: join(this.around, 'home'),
      TMPDIR: join(this.around, 'tmp'),
      PYTHONDONTWRITEBYTECODE: '1',
      PYTHONUNBUFFERED: '1',
      // no account, so nobody is to wait for one
      AWS_EC2_METADATA_DISABLED: 'true',
      // Spark on this machine, for a step that has it
      PYSPARK_PYTHON: this.python,
      PYSPARK_SUBMIT_ARGS: '--master local[*] pyspark-shell',
      SPARK_LOCAL_DIRS: join(this.around, 'tmp'),
      ...Object.fromEntries(Object.entries(more).map(([name, value]) => [name, this.rewrite(value)])),
      ML_ROOT: this.folder,
    };
  }

  public remove(): void {
    rmSync(this.around, { recursive: true, force: true });
  }

  private addProgram(name: string, line: string): void {
    const file = join(this.around, 'bin', name);
    writeFileSync(file, `#!/bin/sh\n${line}\n`);
    chmodSync(file, 0o700);
  }
}

/** A word of a shell. */
function quoted(text: string): string {
  return `'${text.replace(/'/g, '\'\\\'\'')}'`;
}
