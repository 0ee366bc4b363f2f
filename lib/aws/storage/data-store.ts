import { Annotations, Aws, Stack, Tags, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, IConstruct } from 'constructs';
import { Classification } from '../../policy/classification';
import { isRecord, shown } from '../../policy/given';
import { DataFlow } from '../../policy/flow';
import type { PrivacyBudget } from '../../policy/privacy';
import { Residency } from '../../policy/residency';
import { RecordKind, Retention } from '../../policy/retention';
import { Purpose } from '../../policy/purpose';
import { declareChoice } from '../../policy/choice';
import { granted } from '../private/granted';
import { PrivacyPlan } from '../private/privacy-plan';
import { denyServicesOfOtherAccounts, NetworkBoundary, protectedBucket, ProtectedBucketProps } from '../private/protected-bucket';
import { checkSameRegion, viaService } from '../private/region';
import { SERVICE_SIDE_PATH } from '../private/service-role';
import { inRegulatoryPacks, waive } from '../private/waivers';
import { macieRoleArn } from '../workspace/key-users';
import type { IWorkspace } from '../workspace/workspace';
import { DataInput } from './data-input';
import { Zone } from './zone';
import { DataStoreProps, DataStoreAttributes } from './store-props';

/** A place where data lies, with what it holds and what it may be used for. */
export interface IDataStore extends IConstruct {
  /** The bucket. */
  readonly bucket: s3.IBucket;
  /**
   * The key it is encrypted with.
   *
   * @default - not known: the store was imported without
   */
  readonly key?: kms.IKey;
  /** How sensitive what it holds is. */
  readonly classification: Classification;
  /**
   * What its data may be used for.
   *
   * @default - not stated
   */
  readonly purpose?: Purpose;
  /**
   * How much the people in it may lose by all that is trained on it.
   *
   * @default - not limited
   */
  readonly privacyBudget?: PrivacyBudget;
  /** What it is for in the life of data. */
  readonly zone: Zone;
  /** The region it stands in, by name. */
  readonly region: string;
  /** Its data, as the input of a step: all of it, or what lies under a prefix. */
  input(prefix?: string): DataInput;
  /** `s3://` URI of the store or of a prefix in it. */
  uri(prefix?: string): string;
  /** Grants reading what lies under a prefix, and decrypting it. */
  grantRead(grantee: iam.IGrantable, prefix?: string): iam.Grant;
  /** Grants writing under a prefix, and encrypting. */
  grantWrite(grantee: iam.IGrantable, prefix?: string): iam.Grant;
  /** Grants reading and writing under a prefix. */
  grantReadWrite(grantee: iam.IGrantable, prefix?: string): iam.Grant;
  /**
   * Lets another account read what lies under a prefix, through endpoints of its own networks. Which of its identities may, that account
   * grants. A role of it that SageMaker uses from its own network (to look for the artifact of a model it makes, for a serverless endpoint) does
   * not come from there: name it in the workspace's `administrators`, which still allows it no more than what is shared.
   *
   * @param account its 12 digits
   */
  shareWith(account: string, prefix?: string): void;
}

abstract class Store extends Construct implements IDataStore {
  public abstract readonly bucket: s3.IBucket;
  public abstract readonly key?: kms.IKey;
  public abstract readonly classification: Classification;
  public abstract readonly purpose?: Purpose;
  public abstract readonly privacyBudget?: PrivacyBudget;
  public abstract readonly zone: Zone;
  public abstract readonly region: string;

  public input(prefix: string = ''): DataInput {
    const folder = Token.isUnresolved(prefix) ? undefined : prefix.split('/').filter((part) => part !== '').pop();
    return DataInput.of({
      uri: this.uri(prefix),
      name: (folder ?? this.node.id).replace(/[^A-Za-z0-9._-]/g, '-').toLowerCase(),
      sourceId: this.node.path,
      reader: { grantReadTo: (grantee) => { this.grantRead(grantee, prefix); } },
    });
  }

  public uri(prefix: string = ''): string {
    this.checkPrefix(prefix);
    return `s3://${this.bucket.bucketName}/${prefix}`;
  }

  public grantRead(grantee: iam.IGrantable, prefix: string = ''): iam.Grant {
    this.checkPrefix(prefix);
    return this.allow(grantee, ['s3:GetObject', 's3:GetObjectVersion'], prefix)
      .combine(this.allowListing(grantee, prefix))
      .combine(this.allowKey(grantee, ['kms:Decrypt']));
  }

  public grantWrite(grantee: iam.IGrantable, prefix: string = ''): iam.Grant {
    this.checkPrefix(prefix);
    // A multipart upload decrypts its own parts. Encrypting is what SageMaker asks of a role whose job names a key for its output:
    // https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_OutputDataConfig.html
    return this.allow(grantee, ['s3:AbortMultipartUpload', 's3:PutObject'], prefix)
      .combine(this.allowListing(grantee, prefix))
      .combine(this.allowKey(grantee, ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey']));
  }

  public grantReadWrite(grantee: iam.IGrantable, prefix: string = ''): iam.Grant {
    return this.grantRead(grantee, prefix).combine(this.grantWrite(grantee, prefix));
  }

  public shareWith(account: string, prefix: string = ''): void {
    const own = Stack.of(this).account;
    if (account === own || account === Aws.ACCOUNT_ID) {
      throw new Error(`store '${this.node.path}' is of account ${shown(account)} itself, which needs no sharing: grant its roles with grantRead`);
    }
    this.checkPrefix(prefix);
    if (!Token.isUnresolved(account) && !/^\d{12}$/.test(account)) {
      throw new Error(`store '${this.node.path}' cannot be shared with '${account}': give the account's 12 digits`);
    }
    const principals = [new iam.AccountPrincipal(account)];
    const admitted = [
      this.bucket.addToResourcePolicy(new iam.PolicyStatement({
        principals, actions: ['s3:GetObject', 's3:GetObjectVersion'], resources: [this.bucket.arnForObjects(`${prefix}*`)],
      })),
      this.bucket.addToResourcePolicy(new iam.PolicyStatement({ principals, actions: ['s3:GetBucketLocation'], resources: [this.bucket.bucketArn] })),
      this.bucket.addToResourcePolicy(new iam.PolicyStatement({
        principals, actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn],
        conditions: prefix === '' ? undefined : { StringLike: { 's3:prefix': [`${prefix}*`] } },
      })),
      this.key?.addToResourcePolicy(new iam.PolicyStatement({
        // in a key policy, `*` is the key itself
        principals, actions: ['kms:Decrypt'], resources: ['*'],
        conditions: { StringEquals: { 'kms:ViaService': viaService('s3', this.region) } },
      }), true),
    ];
    this._admitNetworksOf(account);
    if (admitted.some((result) => !result?.statementAdded)) {
      Annotations.of(this).addInfo(`not all policies of this store are managed in this app: make sure that its bucket and its key let account ${account} read`);
    }
  }

  /** @internal */
  protected abstract _admitNetworksOf(account: string): void;

  private checkPrefix(prefix: string): void {
    if (!Token.isUnresolved(prefix) && (prefix.startsWith('/') || prefix.includes('://'))) {
      throw new Error(`'${prefix}' is no prefix of store '${this.node.path}': give the beginning of keys, without bucket and leading '/', such as 'admissions/'`);
    }
  }

  /** @internal */
  protected _openBudget(budget: PrivacyBudget | undefined, workspace?: IWorkspace): void {
    if (budget === undefined) return;
    if (typeof budget?.statementOf !== 'function') throw new Error(`store '${this.node.path}': privacyBudget is ${shown(budget)}: give a PrivacyBudget, such as PrivacyBudget.perYear({ epsilon, delta, records, unit })`);
    PrivacyPlan.of(this).open(this, budget, workspace);
  }

  /** @internal */
  protected _declareFlow(retention?: Retention, versions?: Retention): void {
    DataFlow.of(this).add({
      id: this.node.path, kind: 'store', name: this.node.id, detail: this.zone,
      classification: this.classification, purpose: this.purpose, region: this.region,
      ...(retention ? { retentionDays: retention.inDays } : {}), ...(versions ? { versionDays: versions.inDays } : {}),
      ...(this.privacyBudget ? { hasPrivacyBudget: true } : {}),
    });
  }

  private allow(grantee: iam.IGrantable, actions: string[], prefix: string): iam.Grant {
    return granted(this, { grantee, actions, resourceArns: [this.bucket.arnForObjects(`${prefix}*`)] });
  }

  private allowListing(grantee: iam.IGrantable, prefix: string): iam.Grant {
    const location = granted(this, { grantee, actions: ['s3:GetBucketLocation'], resourceArns: [this.bucket.bucketArn] });
    return location.combine(granted(this, {
      grantee, actions: ['s3:ListBucket'], resourceArns: [this.bucket.bucketArn],
      ...(prefix === '' ? {} : { conditions: { StringLike: { 's3:prefix': [`${prefix}*`] } } }),
    }));
  }

  private allowKey(grantee: iam.IGrantable, actions: string[]): iam.Grant {
    if (!this.key) return iam.Grant.drop(grantee, 'the key of an imported store is not known');
    return granted(this, {
      grantee, actions, resourceArns: [this.key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': viaService('s3', this.region) } },
    });
  }
}

/**
 * A bucket that knows what it holds: classified, bound to a purpose, encrypted with the workspace's key, reachable through its
 * network only, kept for as long as the profile says.
 */
export class DataStore extends Store {
  /** A store that exists, in this account or another. */
  public static fromAttributes(scope: Construct, id: string, attrs: DataStoreAttributes): IDataStore {
    return new ImportedStore(scope, id, attrs);
  }

  public readonly bucket: s3.IBucket;
  public readonly key?: kms.IKey;
  public readonly classification: Classification;
  public readonly purpose?: Purpose;
  public readonly privacyBudget?: PrivacyBudget;
  public readonly zone: Zone;
  public readonly region: string;
  private readonly sharedWith: string[] = [];
  private readonly boundary: NetworkBoundary;

  constructor(scope: Construct, id: string, props: DataStoreProps) {
    super(scope, id);
    checkClassification(this, props?.classification);
    const { workspace } = props;
    if (!isRecord(workspace)) {
      throw new Error(`store '${this.node.path}' has no workspace (it is ${shown(workspace)}): give one, or make the store with workspace.addStore('${this.node.id}', { classification })`);
    }
    this.classification = props.classification;
    this.purpose = props.purpose;
    this.privacyBudget = props.privacyBudget;
    this.zone = props.zone ?? Zone.RAW;
    this.region = workspace.region;
    const key = props.key ?? (this.zone === Zone.MODELS ? workspace.modelsKey : workspace.dataKey);
    this.key = key;
    checkSameRegion('key', key, `store '${this.node.path}'`, workspace.region);
    const versions = props.versionRetention ?? Retention.days(30);
    const retention = this.retentionOf(props, versions);
    this.boundary = boundaryOf(this, workspace, this.sharedWith);
    const settings = {
      key, accessLogs: workspace.accessLogs, expireAfterDays: retention?.inDays, versionsForDays: versions.inDays, eventBridge: true,
      objectLock: props.objectLock, removalPolicy: props.removalPolicy, network: this.boundary,
    };
    const bucket = protectedBucket(this, 'Resource', { ...settings, bucketName: props.bucketName });
    this.bucket = bucket;
    if (props.replication) {
      const target = props.replication._bind(this, { workspace, bucket, key, newReplica: () => this.newReplica(settings) });
      (bucket.node.defaultChild as s3.CfnBucket).replicationConfiguration = target;
    } else {
      waive(bucket, inRegulatoryPacks('S3BucketReplicationEnabled'),
        'versions bring back what was overwritten or deleted, S3 keeps each object in three zones of the region, and a copy elsewhere could leave the residency');
    }
    if (props.objectLock) {
      declareChoice(this, {
        dimension: 'compliance', choice: `objects locked for ${props.objectLock.duration.toDays()} days`, gives: 'nobody changes or deletes them, administrators neither',
        costs: 'they are paid for until then, and a person who demands erasure has to wait',
      });
    }
    this.warnOfLongLock(props.objectLock, retention, versions);
    if (props.objectLock && this.classification.isPersonal && workspace.profile.erasureDuty) {
      Annotations.of(this).addWarningV2('cdk-regulated-ml:object-lock-against-erasure',
        `objects of this store are locked and hold ${this.classification} data, which people may demand to have erased: lock only what a law tells you to keep, or encrypt each person's data with a key that can be deleted`);
    }
    Tags.of(this).add('regulated-ml:classification', this.classification.name);
    Tags.of(this).add('regulated-ml:zone', this.zone);
    if (this.purpose) Tags.of(this).add('regulated-ml:purpose', this.purpose.name);
    this._declareFlow(retention, versions);
    this._openBudget(props.privacyBudget, workspace);
  }

  /** @internal */
  protected _admitNetworksOf(account: string): void {
    if (this.sharedWith.length === 0) denyServicesOfOtherAccounts(this.bucket, Stack.of(this).account, this.boundary);
    if (!this.sharedWith.includes(account)) this.sharedWith.push(account);
  }

  private warnOfLongLock(lock: s3.ObjectLockRetention | undefined, retention: Retention | undefined, versions: Retention): void {
    if (!lock || !retention || lock.duration.toDays() <= retention.inDays + versions.inDays) return;
    Annotations.of(this).addWarningV2('cdk-regulated-ml:object-lock-beyond-retention',
      `objects of this store are locked for ${lock.duration.toDays()} days, and are to be deleted after ${retention} and be gone for good ${versions} later: S3 hides them then, and keeps every version until the lock ends. Lock for no longer than data is kept`);
  }

  private newReplica(settings: ProtectedBucketProps): s3.Bucket {
    const replica = protectedBucket(this, 'Replica', settings);
    waive(replica, inRegulatoryPacks('S3BucketReplicationEnabled'), 'this bucket is the replica of another: a copy of the copy protects against nothing more');
    return replica;
  }

  private retentionOf(props: DataStoreProps, versions: Retention): Retention | undefined {
    const { profile } = props.workspace;
    const kind = this.zone === Zone.CAPTURES ? RecordKind.CAPTURES : RecordKind.DATA;
    const retention = props.retention ?? (kind === RecordKind.CAPTURES ? profile.captureRetention : profile.dataRetention);
    if (kind === RecordKind.CAPTURES && !retention) {
      throw new Error(`store '${this.node.path}' keeps captures and has no retention: give retention, or retention.captures of the profile`);
    }
    if (retention) {
      profile.checkRetention(kind, retention);
      // a deleted object is gone for good only when its last version is
      profile.checkRetention(kind, Retention.days(Math.min(retention.inDays + versions.inDays, 36_500)));
    }
    return retention;
  }
}

function boundaryOf(store: Construct, workspace: IWorkspace, accounts: string[]): NetworkBoundary {
  const stack = Stack.of(store);
  const partition = Residency.partitionOf(workspace.region);
  const role = (name: string) => `arn:${partition}:iam::${stack.account}:role/${name}`;
  return {
    vpcId: workspace.vpc.vpcId,
    endpointId: workspace.s3EndpointId,
    accounts,
    exempt: [
      // named in a condition, so they need not exist
      macieRoleArn({ account: stack.account, region: workspace.region }),
      role(`cdk-${stack.synthesizer.bootstrapQualifier ?? 'hnb659fds'}-cfn-exec-role-${stack.account}-${workspace.region}`),
      role(`${SERVICE_SIDE_PATH.slice(1)}*`),
      ...workspace.administrators,
    ],
  };
}

class ImportedStore extends Store {
  public readonly bucket: s3.IBucket;
  public readonly key?: kms.IKey;
  public readonly classification: Classification;
  public readonly purpose?: Purpose;
  public readonly privacyBudget?: PrivacyBudget;
  public readonly zone: Zone;
  public readonly region: string;

  constructor(scope: Construct, id: string, attrs: DataStoreAttributes) {
    super(scope, id);
    checkClassification(this, attrs?.classification);
    if (typeof attrs.bucketName !== 'string' || attrs.bucketName === '') {
      throw new Error(`store '${this.node.path}' has no bucketName (it is ${shown(attrs.bucketName)}): give the name of its bucket`);
    }
    this.region = attrs.region ?? Stack.of(this).region;
    if (Token.isUnresolved(this.region)) throw new Error(`store '${this.node.path}' has no known region: give region, or pin the stack's`);
    if (!Residency.isRegion(this.region)) throw new Error(`store '${this.node.path}' is in unknown region '${this.region}'`);
    this.bucket = s3.Bucket.fromBucketAttributes(this, 'Resource', { bucketName: attrs.bucketName, encryptionKey: attrs.key, region: this.region });
    this.key = attrs.key;
    this.classification = attrs.classification;
    this.purpose = attrs.purpose;
    this.privacyBudget = attrs.privacyBudget;
    this.zone = attrs.zone ?? Zone.RAW;
    if (!this.key) Annotations.of(this).addInfo('the key of this store is not known, so grants give no use of it: give key if it has one of its own');
    this._declareFlow();
    this._openBudget(attrs.privacyBudget);
  }

  /** @internal */
  protected _admitNetworksOf(): void {
    // the bucket's policy is written where the bucket is made
  }
}

function checkClassification(store: Construct, classification: Classification | undefined): void {
  if (!(classification instanceof Classification)) {
    throw new Error(`store '${store.node.path}' has no classification: give one of ${Classification.all().map((c) => `Classification.${c.name.toUpperCase().replace('-', '_')}`).join(', ')}`);
  }
}
