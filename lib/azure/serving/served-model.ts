import { shown } from '../../policy/given';
import type { Environment } from '../pipeline/environment';

/** What can be served: a model, or what makes one, such as the registration of a pipeline. */
export interface IServable {
  /** The model that an endpoint serves. */
  readonly servedModel: ServedModel;
}

/** What is known of a version of a model. */
export interface VersionOptions {
  /**
   * Id (construct path) of the node of the data flow that gives it.
   *
   * @default - the workspace's models
   */
  readonly sourceId?: string;
  /**
   * Whether MLflow wrote it, which needs no scoring script.
   *
   * @default false
   */
  readonly isMlflow?: boolean;
  /**
   * Where it can be served, where the endpoint names nothing else.
   *
   * @default - the endpoint names it
   */
  readonly environment?: Environment;
}

/** A name in the registry of models. */
export interface IModelName {
  /** Name in the registry. */
  readonly modelName: string;
  /** Where it stands in the app. */
  readonly node: { readonly path: string };
  /** Id of a version, in Azure Resource Manager. */
  idOf(version: string): string;
}

/** The model of an endpoint, and how it gets there. */
export class ServedModel implements IServable {
  /**
   * A version that stands fixed.
   *
   * @param versionId id of a version of a model, in Azure Resource Manager
   */
  public static fromVersion(versionId: string, options: VersionOptions = {}): ServedModel {
    if (typeof versionId !== 'string' || !/(\/models\/[^/]+\/versions\/[^/]+$)|\$\{/.test(versionId)) {
      throw new Error(`model version ${shown(versionId)} is not usable: give its id, which ends in '/models/<name>/versions/<version>'`);
    }
    return new ServedModel(versionId, undefined, options);
  }

  /**
   * The version whose number is given as a variable of Terraform when it is applied. Nothing is served until somebody gives one, which is how a version is
   * approved: Azure ML itself knows no approval.
   */
  public static approvedVersionOf(model: IModelName, options: VersionOptions = {}): ServedModel {
    return new ServedModel(undefined, model, { sourceId: model.node.path, ...options });
  }

  private constructor(
    /** @internal */
    public readonly _versionId: string | undefined,
    /** @internal */
    public readonly _name: IModelName | undefined,
    /** @internal */
    public readonly _options: VersionOptions,
  ) {}

  /** Itself. */
  public get servedModel(): ServedModel {
    return this;
  }
}
