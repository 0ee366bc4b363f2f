import * as fs from 'fs';
import * as path from 'path';
import { gzipSync } from 'zlib';
import { Construct } from 'constructs';
import { filesOf, tarOf } from './private/archive';
import { upload, UploadedFile } from './private/upload';

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
    return new Code(folder, options.program ?? 'main.py');
  }

  private readonly files: string[];
  private archive?: { readonly packed: Buffer; readonly tar: Buffer };

  private constructor(
    private readonly folder: string,
    /** The file that is run. */
    public readonly program: string,
    private readonly added: Readonly<Record<string, string>> = {},
  ) {
    if (!fs.existsSync(folder) || !fs.statSync(folder).isDirectory()) {
      throw new Error(`code folder '${folder}' does not exist (looked in ${process.cwd()}): give the path of a folder with ${program}`);
    }
    this.files = filesOf(folder);
    if (this.files.length === 0) throw new Error(`code folder '${folder}' is empty: put ${program} and what it imports into it`);
    if (!this.files.includes(program)) {
      throw new Error(`code folder '${folder}' has no '${program}': it holds ${this.files.slice(0, 10).join(', ')}; name the file to run with { program }`);
    }
    if (!/\.(py|sh|ipynb)$/.test(program)) throw new Error(`program '${program}' cannot be run: name a .py, a .sh or, for a notebook job, an .ipynb file`);
  }

  /** @internal The same code with a file more in its archive. */
  public _adding(name: string, content: string): Code {
    return new Code(this.folder, this.program, { ...this.added, [name]: content });
  }

  /** @internal Uploads the folder as one archive. */
  public _bind(scope: Construct): UploadedFile {
    // Packed once: steps and pipelines share a folder.
    this.archive ??= ((tar) => ({ packed: gzipSync(tar), tar }))(tarOf(this.folder, this.files, this.added));
    // By the tar, since what gzip makes of it differs between versions of zlib.
    return upload(scope, 'code.tar.gz', this.archive.packed, this.archive.tar);
  }

  /** @internal Uploads the files one by one, the program first. */
  public _bindFiles(scope: Construct): UploadedFile[] {
    const others = this.files.filter((file) => file !== this.program);
    return [this.program, ...others].map((file) => upload(scope, path.basename(file), fs.readFileSync(path.join(this.folder, file))));
  }

  /** @internal */
  public get _files(): string[] {
    return this.files;
  }
}
