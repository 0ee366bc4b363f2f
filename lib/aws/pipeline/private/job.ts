import { Duration, Size, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Control } from '../../../policy/control';
import { DataFlow } from '../../../policy/flow';
import { ServiceRole } from '../../private/service-role';
import { wholeSeconds } from '../../private/whole';
import type { DataInput } from '../../storage/data-input';
import type { IDataStore } from '../../storage/data-store';
import type { IWorkspace } from '../../workspace/workspace';
import type { Code } from '../code';
import { canCarry, Carrier, takesVolumeKey } from '../controls';
import type { ContainerImage } from '../images';
import { Instances, InstanceUse } from '../instances';
import type { PipelineStep } from '../step';
import { allowJobs, allowLogs, allowPassing, allowVolumeKey, JobKind } from './permissions';
import { UploadedFile } from './upload';
import { textOf } from './variable';

export interface JobOptions {
  readonly carrier: Carrier;
  readonly kind: JobKind;
  readonly logGroup: string;
  readonly use: InstanceUse;
  readonly instances?: Instances;
  readonly defaultInstances?: string;
  readonly maxRuntime?: Duration;
  readonly environment?: Record<string, string>;
  /** The reason for running without network isolation, where the user gave one. */
  readonly withoutIsolation?: string;
}

/** What the steps that run jobs have in common: a role of their own, the workspace's network and keys, limits. */
export class Job {
  public readonly role: ServiceRole;
  public readonly instances: Instances;
  public readonly workspace: IWorkspace;
  public readonly isIsolated: boolean;
  private readonly inputNames = new Set<string>();

  constructor(private readonly step: PipelineStep, private readonly options: JobOptions) {
    this.workspace = step.pipeline.workspace;
    this.instances = options.instances ?? Instances.of(options.defaultInstances ?? 'ml.m5.xlarge');
    this.instances.check(options.use, `step '${step.node.path}'`);
    this.checkRuntime();
    this.isIsolated = canCarry(options.carrier, 'networkIsolation') && options.withoutIsolation === undefined;
    step._recordLimits(options.carrier);
    if (options.withoutIsolation !== undefined) {
      if (options.withoutIsolation.trim().length < 10) step._fail('withoutNetworkIsolation gives no reason: say in a sentence why the container needs the network');
      step._weaken(Control.NETWORK_ISOLATION, options.withoutIsolation, 'the job runs in private subnets without an internet route, behind the endpoint policies of the workspace');
    }
    if (!takesVolumeKey(options.carrier, this.instances) && canCarry(options.carrier, 'volumeKey')) {
      step._weaken(Control.KEY_MANAGEMENT, `${this.instances.type} keeps data on local NVMe disks, for which SageMaker refuses a key`, 'the disks encrypt in hardware with keys that leave with the instance');
    }
    this.role = new ServiceRole(step, 'Role', { service: 'sagemaker.amazonaws.com', description: `Step ${step.stepName} of pipeline ${step.pipeline.pipelineName}` });
    this.role.allowVpcJob(this.workspace);
    allowLogs(this.role, this.workspace, options.logGroup);
    const pipelineRole = step.pipeline._role;
    allowJobs(pipelineRole, this.workspace, options.kind, this.isIsolated);
    allowPassing(pipelineRole, this.role.role, 'sagemaker.amazonaws.com');
    if (this.takesVolumeKey) {
      allowVolumeKey(this.role, this.workspace);
      allowVolumeKey(pipelineRole, this.workspace);
    }
  }

  public get takesVolumeKey(): boolean {
    return takesVolumeKey(this.options.carrier, this.instances);
  }

  /** Lets the job read an input, and says so in the flow. */
  public read(input: DataInput): void {
    if (!/^[A-Za-z0-9.\-_]{1,64}$/.test(input.name)) this.step._fail(`input name '${input.name}' is not usable: rename it with as(), 1 to 64 letters, digits, '.', '-' or '_'`);
    if (this.inputNames.has(input.name)) this.step._fail(`two inputs are called '${input.name}': rename one with as()`);
    this.inputNames.add(input.name);
    input.grantRead(this.role);
    this.step._receives(input.sourceId, input.name, { prefix: input._prefix });
  }

  /** Lets the job write to a prefix of a store; says so in the flow. Measures of many people are marked: no eraser takes one out of them. */
  public write(store: IDataStore, prefix: string, label: string, isMeasure: boolean = false): void {
    store.grantWrite(this.role, prefix);
    DataFlow.of(this.step).connect(this.step.node.path, store.node.path, label, isMeasure ? { beside: 'measures' } : Token.isUnresolved(prefix) ? {} : { prefix });
  }

  /** Lets the job pull an image; gives its address. */
  public pull(image: ContainerImage): string {
    const where = { region: this.workspace.region, instances: this.instances };
    image.grantPull(this.step, this.role, where);
    this.role.explainWildcard(/^\*$/, 'ecr:GetAuthorizationToken knows no resource; the layers of one repository are what the token is good for');
    return image.bind(this.step, where).uri;
  }

  /** Uploads code as an archive and lets the job read it. */
  public load(code: Code): UploadedFile {
    this.inputNames.add('code');
    return this.readUploaded(code._bind(this.step));
  }

  /** Lets the job read an uploaded file, and no other. */
  public readUploaded(file: UploadedFile): UploadedFile {
    const bucket = `arn:${Stack.of(this.step).partition}:s3:::${file.bucketName}`;
    this.role.allow(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [`${bucket}/${file.key}`] }));
    this.role.allow(new iam.PolicyStatement({
      actions: ['s3:ListBucket'], resources: [bucket], conditions: { StringLike: { 's3:prefix': [file.key] } },
    }));
    return file;
  }

  public get vpcConfig(): Record<string, unknown> {
    return {
      SecurityGroupIds: [this.workspace.securityGroup.securityGroupId],
      Subnets: this.workspace.vpc.selectSubnets(this.workspace.subnets).subnetIds,
    };
  }

  /** As processing jobs have it. */
  public get networkConfig(): Record<string, unknown> {
    return { EnableInterContainerTrafficEncryption: true, EnableNetworkIsolation: this.isIsolated, VpcConfig: this.vpcConfig };
  }

  /** As training jobs have it. */
  public get trainingNetwork(): Record<string, unknown> {
    return { EnableInterContainerTrafficEncryption: true, EnableNetworkIsolation: this.isIsolated, VpcConfig: this.vpcConfig };
  }

  public get cluster(): Record<string, unknown> {
    return {
      InstanceType: this.instances.type,
      InstanceCount: this.instances.count,
      VolumeSizeInGB: gibibytes(this.instances.volumeSize),
      VolumeKmsKeyId: this.takesVolumeKey ? this.workspace.dataKey.keyArn : undefined,
    };
  }

  public get stoppingCondition(): { MaxRuntimeInSeconds: number } {
    return { MaxRuntimeInSeconds: (this.options.maxRuntime ?? Duration.hours(6)).toSeconds() };
  }

  public get environment(): Record<string, string> | undefined {
    const entries = Object.entries(this.options.environment ?? {});
    return entries.length > 0 ? Object.fromEntries(entries.map(([name, value]) => [name, textOf(value)])) : undefined;
  }

  /** A prefix of the step's own in any store; ends in `/`. */
  public prefix(name?: string): string {
    return `${this.step.pipeline.pipelineName}/${this.step.stepName}/${name === undefined ? '' : `${name}/`}`;
  }

  private checkRuntime(): void {
    const { maxRuntime } = this.options;
    if (!maxRuntime || maxRuntime.isUnresolved()) return;
    const seconds = wholeSeconds(maxRuntime, `${this.step.node.path}: maxRuntime`);
    const limit = this.options.use === InstanceUse.PROCESSING ? Duration.days(7) : Duration.days(28);
    if (seconds < 1 || seconds > limit.toSeconds()) this.step._fail(`maxRuntime of ${seconds} seconds is not possible: use 1 second to ${limit.toDays()} days`);
  }
}

/** Whole GiB of a size. */
export function gibibytes(size: Size): number {
  return size.toGibibytes();
}

/** Caches results for a while. */
export function cacheConfig(cache: Duration | undefined): Record<string, unknown> {
  return cache ? { CacheConfig: { Enabled: true, ExpireAfter: cache.toIsoString() } } : {};
}
