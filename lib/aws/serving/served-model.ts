import { Token } from 'aws-cdk-lib';
import type { IModelPackageGroup } from '../pipeline/model-package-group';
import type { ContainerImage } from '../pipeline/images';
import type { DataInput } from '../storage/data-input';
import { ModelOrigin } from './model-origin';

/** What can be served: a model, or what makes one, such as the registration step of a pipeline. */
export interface IServable {
  /** The model that an endpoint serves. */
  readonly servedModel: ServedModel;
}

/** A model from an image and an artifact. */
export interface ArtifactModelProps {
  /** The image that answers. */
  readonly image: ContainerImage;
  /** The `model.tar.gz`. */
  readonly artifact: DataInput;
  /**
   * Environment variables of the container. They are no place for secrets.
   *
   * @default - none
   */
  readonly environment?: { [name: string]: string };
}

/** What a package holds that the endpoint's role must be able to read. */
export interface PackageContentProps {
  /**
   * The artifacts that packages name.
   *
   * @default - what the workspace's store of models holds
   */
  readonly artifacts?: DataInput[];
  /**
   * The images that packages name.
   *
   * @default - what the registry's group says of its packages' images
   */
  readonly images?: ContainerImage[];
}

/** A given package. */
export interface PackageModelProps extends PackageContentProps {
  /**
   * Serves the package although nobody has approved it. Otherwise the deployment asks the registry, and fails unless it is approved.
   *
   * @default false
   */
  readonly servesUnapproved?: boolean;
}

/** The model of an endpoint, and how it gets there. */
export class ServedModel implements IServable {
  /** A model from an image and an artifact; CloudFormation creates it. No registry knows it, so nobody has approved it. */
  public static fromArtifact(props: ArtifactModelProps): ServedModel {
    return new ServedModel({
      origin: ModelOrigin.ARTIFACT, artifacts: [props.artifact], images: [props.image], environment: props.environment, servesUnapproved: true,
    });
  }

  /**
   * A version of a package group that stands fixed; CloudFormation creates it.
   *
   * @param packageArn such as `arn:aws:sagemaker:eu-central-1:123456789012:model-package/readmission/3`
   */
  public static fromPackage(packageArn: string, props: PackageModelProps = {}): ServedModel {
    if (!Token.isUnresolved(packageArn) && !/^arn:aws[a-z-]*:sagemaker:[a-z0-9-]+:\d{12}:model-package\/[^/]+(\/\d+)?$/.test(packageArn)) {
      throw new Error(`model package '${packageArn}' is not usable: give its ARN, such as 'arn:aws:sagemaker:eu-central-1:123456789012:model-package/readmission/3'`);
    }
    return new ServedModel({
      origin: ModelOrigin.PACKAGE, packageArn, artifacts: props.artifacts, images: props.images ?? [], servesUnapproved: props.servesUnapproved ?? false,
    });
  }

  /**
   * Whichever version of the group a person approved last. Nothing is approved when a stack is first deployed, so the endpoint comes with
   * the first approval, and each later one updates it.
   */
  public static followingRegistry(group: IModelPackageGroup, props: PackageContentProps = {}): ServedModel {
    return new ServedModel({ origin: ModelOrigin.REGISTRY, group, artifacts: props.artifacts, images: props.images ?? [], servesUnapproved: false });
  }

  /** @internal */
  public readonly _origin: ModelOrigin;
  /** @internal */
  public readonly _packageArn?: string;
  /** @internal */
  public readonly _group?: IModelPackageGroup;
  /** @internal */
  public readonly _artifacts?: DataInput[];
  /** @internal */
  public readonly _images: ContainerImage[];
  /** @internal */
  public readonly _environment?: { [name: string]: string };
  /** @internal */
  public readonly _servesUnapproved: boolean;

  private constructor(parts: {
    origin: ModelOrigin; packageArn?: string; group?: IModelPackageGroup; artifacts?: DataInput[]; images: ContainerImage[];
    environment?: { [name: string]: string }; servesUnapproved: boolean;
  }) {
    this._origin = parts.origin;
    this._packageArn = parts.packageArn;
    this._group = parts.group;
    this._artifacts = parts.artifacts;
    this._images = parts.images;
    this._environment = parts.environment;
    this._servesUnapproved = parts.servesUnapproved;
  }

  /** Itself. */
  public get servedModel(): ServedModel {
    return this;
  }
}
