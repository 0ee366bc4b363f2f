import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { StorageBlob } from '@cdktf/provider-azurerm/lib/storage-blob';
import { AssetType, TerraformAsset } from 'cdktf';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { Classification } from '../../policy/classification';
import { shown } from '../../policy/given';
import { nameOf } from '../private/names';
import { blobSuffix } from './private/cloud';
import type { IDataStore } from '../storage/data-store';
import { Zone } from '../storage/zone';
import type { IIdentity } from '../workspace/identity';
import type { IWorkspace } from '../workspace/workspace';
import { AssetVersion } from './private/asset-version';
import type { Bindings } from './private/bindings';

/** What trains a model of the user's. */
const PRIVATE_TRAINING = join(__dirname, '..', '..', '..', 'build', 'runtime', 'private-training');
const MODEL = 'model.py';

/** How code is run. */
export interface CodeOptions {
  /**
   * The file that is run.
   *
   * @default 'main.py'
   */
  readonly program?: string;
}

/** Code that a step runs. No step installs anything: what it imports is in the image or in the folder. */
export abstract class Code {
  /**
   * A folder, uploaded when it is applied: the machine that runs Terraform has to reach the private endpoint of the store `Code` and needs the role Storage
   * Blob Data Contributor on it, since there are no keys.
   *
   * @param folder relative to where the app runs
   * @throws an error when the folder is missing or empty, or does not hold the program
   */
  public static fromFolder(folder: string, options: CodeOptions = {}): Code {
    const program = options.program ?? 'main.py';
    return new FolderCode(new Folder(folder, program, 'name the file to run with { program }').files, program);
  }

  /**
   * A model of yours, and the code of this library that trains it with DP-SGD, in as many steps, with as much noise and as large a sample as the `privacy` of the
   * step says. Uploaded as `fromFolder` does it; the image has what `build/runtime/private-training/requirements.txt` names.
   *
   * @param folder with `model.py`, which defines `build(features, hyperparameters)`; relative to where the app runs
   * @throws an error when the folder has no such file
   */
  public static privateTraining(folder: string): Code {
    const model = new Folder(folder, MODEL, 'define build(features, hyperparameters) in it');
    if (!/\bbuild\b/.test(readFileSync(join(model.path, MODEL), 'utf8'))) throw new Error(`'${join(folder, MODEL)}' defines no build: define build(features, hyperparameters), which returns a torch module`);
    if (!existsSync(PRIVATE_TRAINING)) throw new Error(`the code of private trainings is not built (${PRIVATE_TRAINING}): run npm run bundle`);
    const own = filesOf(PRIVATE_TRAINING).filter((name) => name.endsWith('.py')).map((name) => ({ name, source: join(PRIVATE_TRAINING, name) }));
    return new FolderCode([...own, ...model.files.map(({ name, source }) => ({ name: `user/${name}`, source }))], 'main.py', true);
  }

  /**
   * A folder of a store that somebody else fills, such as a build inside the network. Terraform needs no way to the data then.
   *
   * @param store the store
   * @param folder in the store; name it after the revision, since what a version refers to must not change
   */
  public static fromStore(store: IDataStore, folder: string, options: CodeOptions = {}): Code {
    if (typeof folder !== 'string' || folder === '' || folder.startsWith('/')) throw new Error(`folder ${shown(folder)} of store '${store.node.path}' is not usable: give one such as 'steps/train/4f2c1e9/'`);
    return new StoreCode(store, folder.replace(/\/+$/, ''), options.program ?? 'main.py');
  }

  /**
   * What the image has. Nothing is uploaded, and the digest of the image says what runs.
   *
   * @param program as the image knows it, such as `/app/main.py`
   */
  public static inImage(program: string = 'main.py'): Code {
    return new ImageCode(program);
  }

  /**
   * A version that is registered.
   *
   * @param codeId id of a code version, in Azure Resource Manager
   */
  public static fromVersion(codeId: string, options: CodeOptions = {}): Code {
    if (typeof codeId !== 'string' || !/(\/codes\/[^/]+\/versions\/[^/]+$)|\$\{/.test(codeId)) {
      throw new Error(`code version ${shown(codeId)} is not usable: give its id, which ends in '/codes/<name>/versions/<version>'`);
    }
    return new VersionCode(codeId, options.program ?? 'main.py');
  }

  protected constructor(
    /** The file that is run. */
    public readonly program: string,
  ) {
    if (typeof program !== 'string' || !/^[A-Za-z0-9_./-]+\.(py|sh|jar)$/.test(program)) throw new Error(`program ${shown(program)} cannot be run: name a .py or a .sh file`);
  }

  /** @internal Whether it takes the numbers of `privacy`. */
  public get _trainsPrivately(): boolean {
    return false;
  }

  /** @internal What the folder of a model says in Python, all files as one text. */
  public get _model(): string {
    return '';
  }

  /** @internal The same for the same code. */
  public abstract get _key(): string;

  /** @internal The version for what stands below a construct; undefined when the image has it all. */
  public abstract _bind(bindings: Bindings): BoundCode | undefined;
}

/** Code, as a request names it. */
export interface BoundCode {
  /** Id of the version. */
  readonly codeId: string;
  /** The version, where the app makes it. */
  readonly version?: AssetVersion;
  /** Address of the folder. */
  readonly uri?: string;
  /** What has to be there first. */
  readonly dependsOn?: ITerraformDependable[];
  /** Lets an identity read it. */
  readonly grantRead: (identity: IIdentity) => void;
}

class ImageCode extends Code {
  constructor(program: string) {
    super(program);
  }

  public get _key(): string {
    return 'image';
  }

  public _bind(): undefined {
    return undefined;
  }
}

class VersionCode extends Code {
  constructor(private readonly codeId: string, program: string) {
    super(program);
  }

  public get _key(): string {
    return this.codeId;
  }

  public _bind(): BoundCode {
    return { codeId: this.codeId, grantRead: () => undefined };
  }
}

class StoreCode extends Code {
  constructor(private readonly store: IDataStore, private readonly folder: string, program: string) {
    super(program);
  }

  public get _key(): string {
    return `${this.store.node.path}/${this.folder}`;
  }

  public _bind({ scope, workspace }: Bindings): BoundCode {
    return boundIn(scope, workspace, this.store, this.folder, this._key, []);
  }
}

/** A file that is uploaded, and where it lies. */
interface SourceFile {
  readonly name: string;
  readonly source: string;
}

/** A folder that holds a file of a name. */
class Folder {
  public readonly path: string;
  public readonly files: SourceFile[];

  constructor(folder: string, wanted: string, otherwise: string) {
    this.path = resolve(String(folder));
    if (!existsSync(this.path) || !statSync(this.path).isDirectory()) {
      throw new Error(`code folder ${shown(folder)} does not exist (looked in ${process.cwd()}): give the path of a folder with ${wanted}`);
    }
    const names = filesOf(this.path);
    if (names.length === 0) throw new Error(`code folder '${folder}' is empty: put ${wanted} and what it imports into it`);
    if (!names.includes(wanted)) throw new Error(`code folder '${folder}' has no '${wanted}': it holds ${names.slice(0, 10).join(', ')}; ${otherwise}`);
    this.files = names.map((name) => ({ name, source: join(this.path, name) }));
  }
}

class FolderCode extends Code {
  private readonly digest: string;

  constructor(private readonly files: readonly SourceFile[], program: string, private readonly isPrivate = false) {
    super(program);
    const hash = createHash('sha256');
    for (const { name, source } of files) hash.update(`${name}\0`).update(createHash('sha256').update(readFileSync(source)).digest());
    this.digest = hash.digest('hex').slice(0, 16);
  }

  public override get _trainsPrivately(): boolean {
    return this.isPrivate;
  }

  public override get _model(): string {
    return this.files.filter(({ name }) => name.startsWith('user/') && name.endsWith('.py')).map(({ source }) => readFileSync(source, 'utf8')).join('\n');
  }

  public get _key(): string {
    return this.digest;
  }

  public _bind({ scope, workspace }: Bindings): BoundCode {
    const store = codeStore(workspace);
    const uploads = new Construct(scope, `Upload-${this.digest}`);
    const folder = `${nameOf(uploads, 'asset')}-${this.digest}`;
    const blobs = this.files.map(({ name, source }) => new StorageBlob(uploads, name.replace(/\//g, '--'), {
      name: `${folder}/${name}`, storageAccountName: store.accountName, storageContainerName: store.containerName, type: 'Block',
      source: new TerraformAsset(uploads, `Asset--${name.replace(/\//g, '--')}`, { path: source, type: AssetType.FILE }).path,
      contentMd5: createHash('md5').update(readFileSync(source)).digest('hex'),
      // an older version of a step may still run
      lifecycle: { createBeforeDestroy: true },
    }));
    return boundIn(scope, workspace, store, folder, this._key, blobs);
  }
}

/** The workspace's store for code; kept as long as the models that it made. */
function codeStore(workspace: IWorkspace): IDataStore {
  return workspace.node.tryFindChild('Code') as IDataStore | undefined
    ?? workspace.addStore('Code', { classification: Classification.INTERNAL, zone: Zone.MODELS });
}

function boundIn(scope: Construct, workspace: IWorkspace, store: IDataStore, folder: string, key: string, dependsOn: ITerraformDependable[]): BoundCode {
  const uri = `https://${store.accountName}.blob.${blobSuffix(workspace.location)}/${store.containerName}/${folder}`;
  const holder = new Construct(scope, `Version-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`);
  const version = new AssetVersion(holder, 'Resource', {
    workspaceId: workspace.workspaceId, kind: 'codes', name: nameOf(holder, 'asset'), dependsOn,
    properties: () => ({ codeUri: uri, isAnonymous: false }),
  });
  return { codeId: version.id, version, uri, dependsOn, grantRead: (identity) => store.grantRead(identity) };
}

/** Relative paths, sorted; hidden files and what Python leaves behind are no code. */
function filesOf(folder: string, below: string = ''): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') && name !== '__pycache__' && !name.endsWith('.pyc'))
    .flatMap((entry) => (entry.isDirectory() ? filesOf(folder, `${below}${entry.name}/`) : [`${below}${entry.name}`]))
    .sort();
}
