import { createHash } from 'crypto';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { gzipSync } from 'zlib';
import * as assets from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { filesOf, tarOf } from './private/archive';

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

  private constructor(
    private readonly folder: string,
    /** The file that is run. */
    public readonly program: string,
  ) {
    if (!fs.existsSync(folder) || !fs.statSync(folder).isDirectory()) {
      throw new Error(`code folder '${folder}' does not exist (looked in ${process.cwd()}): give the path of a folder with ${program}`);
    }
    this.files = filesOf(folder);
    if (this.files.length === 0) throw new Error(`code folder '${folder}' is empty: put ${program} and what it imports into it`);
    if (!this.files.includes(program)) {
      throw new Error(`code folder '${folder}' has no '${program}': it holds ${this.files.slice(0, 10).join(', ')}; name the file to run with { program }`);
    }
    if (!/\.(py|sh)$/.test(program)) throw new Error(`program '${program}' cannot be run: name a .py or a .sh file`);
  }

  /** @internal */
  public _bind(scope: Construct): CodeAsset {
    const tar = tarOf(this.folder, this.files);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'code-'));
    const file = path.join(folder, 'code.tar.gz');
    fs.writeFileSync(file, gzipSync(tar));
    // Over the tar, since what gzip makes of it differs between versions of zlib.
    const asset = new assets.Asset(scope, 'Code', { path: file, assetHash: createHash('sha256').update(tar).digest('hex') });
    if (asset.assetPath !== file) fs.rmSync(folder, { recursive: true });
    return { asset, program: this.program };
  }
}

/** @internal */
export interface CodeAsset {
  readonly asset: assets.Asset;
  readonly program: string;
}
