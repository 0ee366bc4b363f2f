import * as fs from 'fs';
import * as path from 'path';
import { gzipSync } from 'zlib';
import { Construct } from 'constructs';
import { ArchivedFile, contentOf, filesOf, tar } from './private/archive';
import { upload, UploadedFile } from './private/upload';

/** What trains a model of the user's. */
const PRIVATE_TRAINING = path.join(__dirname, '..', '..', '..', 'build', 'runtime', 'private-training');
const MODEL = 'model.py';

/** How code is run. */
export interface CodeOptions {
  /**
   * The file that is run: a `.py` by `python3`, a `.sh` by `/bin/sh`.
   *
   * @default 'main.py'
   */
  readonly program?: string;
}

/** Code that a step runs, from a folder. No step installs anything: what it imports is in the image or in the folder. */
export class Code {
  /**
   * A folder, packed at synth and uploaded with the app's assets.
   *
   * @param folder relative to where the app runs
   * @throws an error when the folder is missing or empty, or does not hold the program
   */
  public static fromAsset(folder: string, options: CodeOptions = {}): Code {
    const program = options.program ?? 'main.py';
    const files = filesIn(folder, program);
    if (!/\.(py|sh|ipynb)$/.test(program)) throw new Error(`program '${program}' cannot be run: name a .py, a .sh or, for a notebook job, an .ipynb file`);
    return new Code(program, files.map((name) => ({ name, file: path.join(folder, name) })), false);
  }

  /**
   * A model of yours, and the code of this library that trains it with DP-SGD: in as many steps, with as much noise and as large a sample as the `privacy` of the
   * step says, on one process or with `Distribution.torchrun`, with checkpoints that count on. The image has what
   * `build/runtime/private-training/requirements.txt` names, which none of SageMaker's own has.
   *
   * @param folder with `model.py`, which defines `build(features, hyperparameters)`; relative to where the app runs
   * @throws an error when the folder has no such file
   */
  public static privateTraining(folder: string): Code {
    const names = filesIn(folder, MODEL);
    if (!/\bbuild\b/.test(fs.readFileSync(path.join(folder, MODEL), 'utf8'))) {
      throw new Error(`'${path.join(folder, MODEL)}' defines no build: define build(features, hyperparameters), which returns a torch module`);
    }
    if (!fs.existsSync(PRIVATE_TRAINING)) throw new Error(`the code of private trainings is not built (${PRIVATE_TRAINING}): run npm run bundle`);
    const own = filesOf(PRIVATE_TRAINING).filter((name) => name.endsWith('.py')).map((name) => ({ name, file: path.join(PRIVATE_TRAINING, name) }));
    return new Code('main.py', [...own, ...names.map((name) => ({ name: `user/${name}`, file: path.join(folder, name) }))], true);
  }

  private archive?: { readonly packed: Buffer; readonly content: Buffer };

  private constructor(
    /** The file that is run. */
    public readonly program: string,
    private readonly files: readonly ArchivedFile[],
    /** @internal Whether it takes the numbers of `privacy`, and counts the steps that it takes. */
    public readonly _trainsPrivately: boolean,
  ) {}

  /** @internal The same code with a file more in its archive. */
  public _adding(name: string, content: string): Code {
    return new Code(this.program, [...this.files, { name, content }], this._trainsPrivately);
  }

  /** @internal Uploads the folder as one archive. */
  public _bind(scope: Construct): UploadedFile {
    // Packed once: steps and pipelines share a folder.
    this.archive ??= ((content) => ({ packed: gzipSync(content), content }))(tar(this.files));
    // By the tar, since what gzip makes of it differs between versions of zlib.
    return upload(scope, 'code.tar.gz', this.archive.packed, this.archive.content);
  }

  /** @internal Uploads the files one by one, the program first. */
  public _bindFiles(scope: Construct): UploadedFile[] {
    const isProgram = ({ name }: ArchivedFile) => name === this.program;
    return [...this.files.filter(isProgram), ...this.files.filter((one) => !isProgram(one))].map((one) => upload(scope, path.basename(one.name), contentOf(one)));
  }

  /** @internal What the folder of a model says in Python, all files as one text. */
  public get _model(): string {
    return this.files.filter(({ name }) => name.startsWith('user/') && name.endsWith('.py')).map((one) => contentOf(one).toString('utf8')).join('\n');
  }

  /** @internal */
  public get _files(): string[] {
    return this.files.map(({ name }) => name);
  }
}

/** The files of a folder that holds one of a name. */
function filesIn(folder: string, wanted: string): string[] {
  if (!fs.existsSync(folder) || !fs.statSync(folder).isDirectory()) {
    throw new Error(`code folder '${folder}' does not exist (looked in ${process.cwd()}): give the path of a folder with ${wanted}`);
  }
  const files = filesOf(folder);
  if (files.length === 0) throw new Error(`code folder '${folder}' is empty: put ${wanted} and what it imports into it`);
  if (!files.includes(wanted)) {
    throw new Error(`code folder '${folder}' has no '${wanted}': it holds ${files.slice(0, 10).join(', ')}; ${wanted === MODEL ? 'define build(features, hyperparameters) in it' : 'name the file to run with { program }'}`);
  }
  return files;
}
