import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { DEEP_LEARNING_ACCOUNTS, IMAGES } from './data/images';
import type { Instances } from './instances';
import { Residency } from '../../policy';

/** The images that SageMaker itself provides. */
export enum PrebuiltImage {
  /** scikit-learn, for processing, training and hosting. */
  SKLEARN = 'sklearn',
  /** XGBoost, for training and hosting. */
  XGBOOST = 'xgboost',
  /** PyTorch, for training and processing. */
  PYTORCH_TRAINING = 'pytorch-training',
  /** PyTorch, for hosting and batch transform. */
  PYTORCH_INFERENCE = 'pytorch-inference',
  /** PyTorch for hosting on Graviton. */
  PYTORCH_INFERENCE_ARM64 = 'pytorch-inference-arm64',
  /** TensorFlow, for training and processing. */
  TENSORFLOW_TRAINING = 'tensorflow-training',
  /** TensorFlow, for hosting and batch transform. */
  TENSORFLOW_INFERENCE = 'tensorflow-inference',
  /** TensorFlow for hosting on Graviton. */
  TENSORFLOW_INFERENCE_ARM64 = 'tensorflow-inference-arm64',
  /** Spark, for processing. */
  SPARK = 'spark',
  /** SageMaker Clarify: bias and explainability. */
  CLARIFY = 'clarify',
  /** The analyser of Model Monitor: quality of data and models. */
  MODEL_MONITOR = 'model-monitor',
  /** SageMaker Distribution, for notebook jobs. */
  SAGEMAKER_DISTRIBUTION = 'sagemaker-distribution',
  /** A plain Python 3.10, for notebook jobs and remote functions. */
  BASE_PYTHON = 'sagemaker-base-python',
}

/** Which of an image's flavours. */
export interface PrebuiltImageOptions {
  /**
   * Whether to take the flavour for GPUs, of an image that comes in two.
   *
   * @default - as the instances it runs on have them
   */
  readonly gpu?: boolean;
}

/** Where an image is to run. */
export interface ContainerImageBindOptions {
  /**
   * Region of the job or model: SageMaker pulls images from its own region only.
   *
   * @default - the region of the stack
   */
  readonly region?: string;
  /**
   * What it runs on.
   *
   * @default - not known: an image that comes for CPUs and GPUs must say which
   */
  readonly instances?: Instances;
}

/** An image as a job names it. */
export interface ContainerImageConfig {
  /** The address, with tag or digest; may hold tokens. */
  readonly uri: string;
  /**
   * Region of the registry; may be a token.
   *
   * @default - not known: the address is a token
   */
  readonly region?: string;
  /**
   * Account of the registry; may be a token.
   *
   * @default - not known: the address is a token
   */
  readonly accountId?: string;
  /**
   * ARN of the repository, to grant pulling from it and no other.
   *
   * @default - not known: the address is a token
   */
  readonly repositoryArn?: string;
}

/** The container image of a step or a model: from a repository of yours, or one of SageMaker's own. */
export abstract class ContainerImage {
  /**
   * An image of an ECR repository.
   *
   * @param tagOrDigest a digest (`sha256:…`) always names the same image; a tag can be moved
   */
  public static fromEcrRepository(repository: ecr.IRepository, tagOrDigest: string): ContainerImage {
    return new RepositoryImage(repository, tagOrDigest);
  }

  /**
   * An image by its address in an ECR registry, such as `123456789012.dkr.ecr.eu-central-1.amazonaws.com/model@sha256:…`.
   *
   * @throws an error for a registry that is not ECR (jobs have no route to another), an unknown region or an illegal name
   */
  public static fromRegistry(uri: string): ContainerImage {
    return new RegistryImage(uri);
  }

  /**
   * An image that SageMaker provides.
   *
   * @param version such as `1.4-2`; an image with one version (Clarify, Model Monitor) needs none
   * @see https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/sagemaker-algo-docker-registry-paths.html
   */
  public static sagemaker(image: PrebuiltImage, version?: string, options: PrebuiltImageOptions = {}): ContainerImage {
    return new SageMakerImage(image, version, options);
  }

  /**
   * One of the AWS Deep Learning Containers, of which Hugging Face, AutoGluon and DJL are more than the named ones.
   *
   * @param repository such as `huggingface-pytorch-training`
   * @param tagOrDigest such as `2.9.0-transformers5.3.0-gpu-py312-cu130-ubuntu22.04`
   * @see https://github.com/aws/deep-learning-containers
   */
  public static deepLearningContainer(repository: string, tagOrDigest: string): ContainerImage {
    return new DeepLearningImage(repository, tagOrDigest);
  }

  /** @internal Whether SageMaker may know metrics of its log, so that a training need not say how to find them. */
  public get _bringsMetrics(): boolean {
    return true;
  }

  /** @internal Whether the SageMaker training toolkit is known to be in it, which runs code that hyperparameters name. */
  public get _bringsToolkit(): boolean {
    return false;
  }

  /** @internal What AWS calls an image that it provides. */
  public get _ofAws(): string | undefined {
    return undefined;
  }

  /**
   * @internal Lets a service pull the image that has no role to do it with.
   *
   * @returns whether the policy of the repository is one of this app
   */
  public _admit(_statement: iam.PolicyStatement): boolean {
    return false;
  }

  /** The address and repository of the image in a region. */
  public abstract bind(scope: Construct, options?: ContainerImageBindOptions): ContainerImageConfig;

  /** Grants pulling the image; `*` is only for the registry's token, which has no narrower resource. */
  public grantPull(scope: Construct, grantee: iam.IGrantable, options?: ContainerImageBindOptions): iam.Grant {
    const { uri, repositoryArn } = this.bind(scope, options);
    if (!repositoryArn) {
      Annotations.of(scope).addWarningV2('cdk-regulated-ml:image-pull-not-granted', `the repository of image ${uri} is not known at synth: grant ecr:BatchGetImage on it to the role of ${scope.node.path}`);
      return iam.Grant.drop(grantee, 'the repository is not known');
    }
    iam.Grant.addToPrincipal({ grantee, actions: ['ecr:GetAuthorizationToken'], resourceArns: ['*'] });
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
      resourceArns: [repositoryArn],
    });
  }
}

class RepositoryImage extends ContainerImage {
  constructor(private readonly repository: ecr.IRepository, private readonly reference: string) {
    super();
    checkReference(reference, 'image');
  }

  public override get _bringsMetrics(): boolean {
    return false;
  }

  public bind(scope: Construct): ContainerImageConfig {
    warnOfMovingTag(scope, this.reference, this.repository.repositoryName);
    return {
      uri: this.repository.repositoryUriForTagOrDigest(this.reference),
      region: this.repository.env.region,
      accountId: this.repository.env.account,
      repositoryArn: this.repository.repositoryArn,
    };
  }

  public override _admit(statement: iam.PolicyStatement): boolean {
    return this.repository.addToResourcePolicy(statement).statementAdded;
  }

  public override grantPull(_scope: Construct, grantee: iam.IGrantable): iam.Grant {
    // The grant of the repository is for its layers only.
    iam.Grant.addToPrincipal({ grantee, actions: ['ecr:GetAuthorizationToken'], resourceArns: ['*'] });
    return this.repository.grantPull(grantee);
  }
}

class RegistryImage extends ContainerImage {
  private readonly address?: Address;

  constructor(private readonly uri: string) {
    super();
    this.address = Token.isUnresolved(uri) ? undefined : parse(uri);
  }

  public bind(scope: Construct): ContainerImageConfig {
    if (!this.address) return { uri: this.uri };
    const { account, region, repository, reference } = this.address;
    warnOfMovingTag(scope, reference ?? 'latest', repository);
    return { ...config(region, account, repository, reference), uri: this.uri };
  }
}

class SageMakerImage extends ContainerImage {
  private readonly version: string;

  constructor(private readonly image: PrebuiltImage, version: string | undefined, private readonly options: PrebuiltImageOptions) {
    super();
    const versions = Object.keys(IMAGES[image].versions);
    if (version === undefined && versions.length > 1) {
      throw new Error(`image '${image}' comes in several versions: name one of ${versions.join(', ')}`);
    }
    this.version = version ?? versions[0];
    if (!versions.includes(this.version)) {
      throw new Error(versions[0] === ''
        ? `image '${image}' has no versions, so not '${this.version}': leave the version out`
        : `image '${image}' has no version '${this.version}': take one of ${versions.join(', ')}, or name another by its address with ContainerImage.fromRegistry`);
    }
  }

  public override get _bringsMetrics(): boolean {
    return this.image === PrebuiltImage.XGBOOST;
  }

  public override get _ofAws(): string {
    return this.named();
  }

  public override get _bringsToolkit(): boolean {
    return true;
  }

  public bind(scope: Construct, options: ContainerImageBindOptions = {}): ContainerImageConfig {
    const { accounts, versions } = IMAGES[this.image];
    const { repository, notIn = [], tags } = versions[this.version];
    const region = concreteRegion(scope, this.named(), options);
    const regions = Object.keys(accounts).filter((name) => !notIn.includes(name));
    if (!regions.includes(region)) {
      throw new Error(`${this.named()} is not in region '${region}': it is in ${regions.join(', ')}; ${this.instead(region)}`);
    }
    const tag = tags.any ?? this.flavour(options.instances, tags.cpu as string, tags.gpu as string);
    return config(region, accounts[region], repository, tag === '' ? undefined : tag);
  }

  private named(): string {
    return this.version === '' ? `image '${this.image}'` : `image '${this.image}' ${this.version}`;
  }

  private instead(region: string): string {
    const { accounts, versions } = IMAGES[this.image];
    const there = Object.entries(versions).filter(([, version]) => region in accounts && !version.notIn?.includes(region)).map(([name]) => name);
    return there.length > 0
      ? `take one of the versions that are there (${there.join(', ')})`
      : 'copy it to a repository of yours and use ContainerImage.fromEcrRepository';
  }

  private flavour(instances: Instances | undefined, cpu: string, gpu: string): string {
    const wantsGpu = this.options.gpu ?? instances?.hasGpu;
    if (wantsGpu === undefined) {
      throw new Error(`${this.named()} comes for CPUs and for GPUs, and what it runs on is not known at synth: say which, with ContainerImage.sagemaker(image, version, { gpu: true })`);
    }
    return wantsGpu ? gpu : cpu;
  }
}

class DeepLearningImage extends ContainerImage {
  constructor(private readonly repository: string, private readonly reference: string) {
    super();
    checkRepository(repository);
    checkReference(reference, repository);
  }

  public override get _bringsMetrics(): boolean {
    return false;
  }

  public override get _bringsToolkit(): boolean {
    return true;
  }

  public override get _ofAws(): string {
    return `image '${this.repository}'`;
  }

  public bind(scope: Construct, options: ContainerImageBindOptions = {}): ContainerImageConfig {
    const region = concreteRegion(scope, `image '${this.repository}'`, options);
    const account = DEEP_LEARNING_ACCOUNTS[region];
    if (account === undefined) {
      throw new Error(`image '${this.repository}' is not in region '${region}': Deep Learning Containers are in ${Object.keys(DEEP_LEARNING_ACCOUNTS).join(', ')}`);
    }
    return config(region, account, this.repository, this.reference);
  }
}

interface Address {
  readonly account: string;
  readonly region: string;
  readonly repository: string;
  readonly reference?: string;
}

const ECR_HOST = /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.(amazonaws\.[a-z.]+)$/;
const REPOSITORY = /^[a-z0-9]+([._/-][a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const MOVING_TAGS = ['latest', 'stable', 'main', 'master', 'develop', 'dev', 'test', 'staging', 'prod', 'production', 'nightly', 'edge', 'release'];

function parse(uri: string): Address {
  const [, host, repository, tag, digest] = /^([^/]+)\/([^:@]+)(?::([^@]*))?(?:@(.*))?$/.exec(uri) ?? [];
  const [, account, region, suffix] = ECR_HOST.exec(host ?? '') ?? [];
  if (account === undefined) {
    throw new Error(`image '${uri}' is not in a private ECR registry: jobs have no route to another; copy it to ECR and name it '<account>.dkr.ecr.<region>.amazonaws.com/<repository>@sha256:<digest>'`);
  }
  if (!Residency.isRegion(region) || !Residency.partitionOf(region).startsWith('aws')) {
    throw new Error(`image '${uri}' names the unknown region '${region}': use AWS's own name of a region, such as eu-central-1`);
  }
  if (suffix !== domainOf(region)) {
    throw new Error(`image '${uri}' ends its host in '${suffix}': registries of region '${region}' end in '${domainOf(region)}'`);
  }
  checkRepository(repository);
  if (tag !== undefined) checkReference(tag, repository);
  if (digest !== undefined && !DIGEST.test(digest)) {
    throw new Error(`image '${repository}' has the illegal digest '${digest}': it is 'sha256:' and 64 hexadecimal digits`);
  }
  return { account, region, repository, reference: digest ?? tag };
}

function checkRepository(name: string): void {
  if (!Token.isUnresolved(name) && !REPOSITORY.test(name)) {
    throw new Error(`illegal repository name '${name}': lower case letters, digits, and single '.', '_', '-', '/' between them`);
  }
}

function checkReference(reference: string, repository: string): void {
  if (!Token.isUnresolved(reference) && !TAG.test(reference) && !DIGEST.test(reference)) {
    throw new Error(`illegal tag or digest '${reference}' of '${repository}': use up to 128 letters, digits, '.', '_', '-', or 'sha256:' and 64 hexadecimal digits`);
  }
}

function concreteRegion(scope: Construct, named: string, options: ContainerImageBindOptions): string {
  const region = options.region ?? Stack.of(scope).region;
  if (Token.isUnresolved(region)) {
    throw new Error(`the address of ${named} depends on the region, and stack '${Stack.of(scope).node.path}' has none: give it env: { region: 'eu-central-1' }`);
  }
  return region;
}

function config(region: string, account: string, repository: string, reference?: string): ContainerImageConfig {
  const separator = reference?.startsWith('sha256:') ? '@' : ':';
  return {
    uri: `${account}.dkr.ecr.${region}.${domainOf(region)}/${repository}${reference === undefined ? '' : separator + reference}`,
    region,
    accountId: account,
    repositoryArn: `arn:${Residency.partitionOf(region)}:ecr:${region}:${account}:repository/${repository}`,
  };
}

function domainOf(region: string): string {
  switch (Residency.partitionOf(region)) {
    case 'aws-cn': return 'amazonaws.com.cn';
    case 'aws-eusc': return 'amazonaws.eu';
    default: return 'amazonaws.com';
  }
}

function warnOfMovingTag(scope: Construct, reference: string, repository: string): void {
  if (Token.isUnresolved(reference) || !MOVING_TAGS.includes(reference.toLowerCase())) return;
  Annotations.of(scope).addWarningV2('cdk-regulated-ml:image-tag-moves', `tag '${reference}' of image '${Token.isUnresolved(repository) ? 'repository' : repository}' can be moved to another image, so what runs is not what was reviewed: use its digest (sha256:…)`);
}
