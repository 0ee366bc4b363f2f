import { existsSync, readFileSync } from 'node:fs';
import { Token } from 'cdktf';
import { Construct } from 'constructs';
import { isReference, shown } from '../../policy/given';
import { nameOf, Names } from '../private/names';
import { assignRole, Role } from '../private/roles';
import type { IIdentity } from '../workspace/identity';
import type { IWorkspace } from '../workspace/workspace';
import type { Json } from '../azapi';
import type { Code } from './code';
import { AssetVersion } from './private/asset-version';
import type { Bindings } from './private/bindings';

/** Where the image answers, for endpoints; images of Azure ML know it by themselves. */
export interface InferenceRoutes {
  /** Port of all routes. */
  readonly port: number;
  /**
   * Path of the predictions.
   *
   * @default '/score'
   */
  readonly scoring?: string;
  /**
   * Path that says that it lives.
   *
   * @default '/health'
   */
  readonly liveness?: string;
  /**
   * Path that says that it is ready.
   *
   * @default '/health'
   */
  readonly readiness?: string;
}

/** What is said of an image beside its name. */
export interface ImageOptions {
  /**
   * Id of the registry that it is in; identities are let in there.
   *
   * @default - that of the workspace
   */
  readonly registryId?: string;
  /**
   * Where it answers, for endpoints.
   *
   * @default - as images of Azure ML do
   */
  readonly inference?: InferenceRoutes;
}

/** What a conda environment is built from. */
export interface CondaProps {
  /** The image below it, by digest. */
  readonly image: string;
  /** A conda file that names the version of each package. */
  readonly file: string;
}

/** What an image is built from. */
export interface BuildProps {
  /** The folder that it is built from. */
  readonly context: Code;
  /**
   * The Dockerfile in it.
   *
   * @default 'Dockerfile'
   */
  readonly dockerfile?: string;
}

const DIGEST = /@sha256:[0-9a-f]{64}$/;

/** Where code runs: an image. */
export abstract class Environment {
  /**
   * An image by its digest, in the workspace's registry or another.
   *
   * @param uri such as `readmissionacr.azurecr.io/sklearn@sha256:…`
   * @throws an error for an image without digest: what a tag stands for may change, and nobody could say what was run
   */
  public static image(uri: string, options: ImageOptions = {}): Environment {
    checkImage(uri, 'image');
    if (options.inference) checkRoutes(options.inference);
    return new ImageEnvironment(uri, options);
  }

  /**
   * Packages on an image. Azure ML builds it in the workspace's registry when it is first used, for which packages have to be reached; the record of
   * what was built is the image, not the file.
   *
   * @throws an error when the file is missing or an image has no digest
   */
  public static conda(props: CondaProps): Environment {
    checkImage(props?.image, 'image of a conda environment');
    if (typeof props.file !== 'string' || !existsSync(props.file)) throw new Error(`conda file ${shown(props.file)} does not exist (looked in ${process.cwd()}): give the path of one`);
    return new CondaEnvironment(props.image, readFileSync(props.file, 'utf8'));
  }

  /** A Dockerfile in a folder. Azure ML builds it in the workspace's registry when it is first used. */
  public static dockerfile(props: BuildProps): Environment {
    return new BuildEnvironment(props.context, props.dockerfile ?? 'Dockerfile');
  }

  /**
   * An environment of a registry of Azure ML, such as one of Microsoft's own in `azureml`.
   *
   * @param registry name of the registry
   * @param name name of the environment
   * @param version a version, and no label such as `latest`
   */
  public static fromRegistry(registry: string, name: string, version: string): Environment {
    if (!/^[A-Za-z0-9._-]+$/.test(String(version)) || version === 'latest') {
      throw new Error(`version ${shown(version)} of environment '${name}' is not usable: name one, such as '33', since a label stands for something else tomorrow`);
    }
    return new KnownEnvironment(`azureml://registries/${registry}/environments/${name}/versions/${version}`);
  }

  /** @internal The same for the same environment. */
  public abstract get _key(): string;

  /** @internal */
  public abstract _bind(bindings: Bindings): BoundEnvironment;

  /** @internal Whether the image is known to answer by itself. */
  public get _answers(): boolean {
    return false;
  }

  /** @internal Lets an identity pull the image. */
  public _grantPull(scope: Construct, workspace: IWorkspace, identity: IIdentity): void {
    assignRole(scope, { identity, role: Role.IMAGE_PULLER, targetId: workspace.registryId });
  }
}

/** An environment, as a request names it. */
export interface BoundEnvironment {
  readonly environmentId: string;
  /** The version, where the app makes it. */
  readonly version?: AssetVersion;
}

class KnownEnvironment extends Environment {
  constructor(private readonly environmentId: string) {
    super();
  }

  public get _key(): string {
    return this.environmentId;
  }

  public _bind(): BoundEnvironment {
    return { environmentId: this.environmentId };
  }

  public override _grantPull(): void {
    // Azure ML brings images of its registries itself
  }
}

class ImageEnvironment extends Environment {
  constructor(private readonly uri: string, private readonly options: ImageOptions) {
    super();
  }

  public get _key(): string {
    return JSON.stringify([this.uri, this.options.inference ?? null]);
  }

  public _bind({ scope, workspace }: Bindings): BoundEnvironment {
    this.checkRegistry(scope, workspace);
    const { inference } = this.options;
    const route = (path: string) => ({ path, port: inference?.port ?? 0 });
    return made(scope, workspace, this._key, () => ({
      image: this.uri, osType: 'Linux',
      inferenceConfig: inference && {
        scoringRoute: route(inference.scoring ?? '/score'), livenessRoute: route(inference.liveness ?? '/health'), readinessRoute: route(inference.readiness ?? '/health'),
      },
    }));
  }

  public override get _answers(): boolean {
    return this.options.inference !== undefined;
  }

  public override _grantPull(scope: Construct, workspace: IWorkspace, identity: IIdentity): void {
    // anybody may pull from Microsoft's own registry
    if (this.uri.startsWith('mcr.microsoft.com/')) return;
    assignRole(scope, { identity, role: Role.IMAGE_PULLER, targetId: this.options.registryId ?? workspace.registryId });
  }

  private checkRegistry(scope: Construct, workspace: IWorkspace): void {
    const [server] = this.uri.split('/');
    if (this.options.registryId !== undefined || Token.isUnresolved(server) || Token.isUnresolved(workspace.registryServer)) return;
    if (server !== workspace.registryServer && server !== 'mcr.microsoft.com') {
      throw new Error(`${scope.node.path}: image ${shown(this.uri)} is in registry '${server}', where nobody was let in: bring it to ${workspace.registryServer}, or name the registry with registryId`);
    }
  }
}

class CondaEnvironment extends Environment {
  constructor(private readonly image: string, private readonly file: string) {
    super();
  }

  public get _key(): string {
    return JSON.stringify([this.image, this.file]);
  }

  public _bind({ scope, workspace }: Bindings): BoundEnvironment {
    return made(scope, workspace, this._key, () => ({ image: this.image, condaFile: this.file, osType: 'Linux' }));
  }
}

class BuildEnvironment extends Environment {
  constructor(private readonly context: Code, private readonly dockerfile: string) {
    super();
  }

  public get _key(): string {
    return JSON.stringify([this.context._key, this.dockerfile]);
  }

  public _bind(bindings: Bindings): BoundEnvironment {
    const { scope, workspace } = bindings;
    const code = bindings.code(this.context);
    if (!code?.uri) throw new Error(`${scope.node.path}: an image is built from a folder that has an address: give Code.fromFolder or Code.fromStore as context`);
    const { uri, version } = code;
    return made(scope, workspace, this._key, () => ({ build: { contextUri: uri, dockerfilePath: this.dockerfile }, osType: 'Linux' }), version);
  }
}

function made(scope: Construct, workspace: IWorkspace, key: string, properties: () => Json, need?: AssetVersion): BoundEnvironment {
  const holder = new Construct(scope, `Environment-${Names.hash(key)}`);
  const version = new AssetVersion(holder, 'Resource', {
    workspaceId: workspace.workspaceId, kind: 'environments', name: nameOf(holder, 'asset'), properties, needs: () => (need ? [need] : []),
  });
  return { environmentId: version.id, version };
}

function checkImage(uri: string, what: string): void {
  if (typeof uri !== 'string' || !DIGEST.test(uri) || !uri.includes('/')) {
    throw new Error(`${what} ${shown(uri)} is not usable: give registry, name and digest, such as 'readmissionacr.azurecr.io/sklearn@sha256:<64 digits>', since what a tag stands for may change`
      + `${typeof uri === 'string' && isReference(uri) ? '; <reference> is what another resource gives, such as registryServer of a workspace, and takes a name and a digest behind it' : ''}`);
  }
}

function checkRoutes({ port, ...paths }: InferenceRoutes): void {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`port ${shown(port)} of the routes is not possible: use one from 1 to 65535`);
  // Azure ML takes no route that is '/' alone.
  const stray = Object.entries(paths).find(([, path]) => path !== undefined && !/^\/.*[A-Za-z0-9_]/.test(String(path)));
  if (stray) throw new Error(`route ${stray[0]} is ${shown(stray[1])}: give a path such as '/health'`);
}
