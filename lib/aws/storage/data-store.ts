import { Annotations, RemovalPolicy, Stack, Tags, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct, IConstruct } from 'constructs';
import { Classification } from '../../policy/classification';
import { DataFlow } from '../../policy/flow';
import { Residency } from '../../policy/residency';
import { RecordKind, Retention } from '../../policy/retention';
import { Purpose } from '../../policy/purpose';
import { protectedBucket } from '../private/protected-bucket';
import { viaService } from '../private/region';
import { inRegulatoryPacks, waive } from '../private/waivers';
import type { IWorkspace } from '../workspace/workspace';
import { DataInput } from './data-input';
import { Zone } from './zone';

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
}

/** What a store of a workspace is made from; `Workspace.addStore` takes these. */
export interface StoreProps {
  /** How sensitive what it will hold is. */
  readonly classification: Classification;
  /**
   * What its data may be used for.
   *
   * @default - not stated
   */
  readonly purpose?: Purpose;
  /**
   * What it is for in the life of data.
   *
   * @default Zone.RAW
   */
  readonly zone?: Zone;
  /**
   * The key to encrypt it with.
   *
   * @default - the workspace's key for the zone
   */
  readonly key?: kms.IKey;
  /**
   * A name for the bucket.
   *
   * @default - CloudFormation makes one
   */
  readonly bucketName?: string;
  /**
   * How long data is kept before it is deleted.
   *
   * @default - what the profile says for the zone; where it says nothing, data is kept until deleted
   */
  readonly retention?: Retention;
  /**
   * For how long an overwritten or deleted version can be brought back. It is deleted for good after.
   *
   * @default - 30 days
   */
  readonly versionRetention?: Retention;
  /**
   * What becomes of the bucket when it leaves its stack.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** What a store is made from. */
export interface DataStoreProps extends StoreProps {
  /** The workspace it belongs to. */
  readonly workspace: IWorkspace;
}

/** What a store that exists is described by. */
export interface DataStoreAttributes {
  /** Name of its bucket. */
  readonly bucketName: string;
  /** How sensitive what it holds is. */
  readonly classification: Classification;
  /**
   * What its data may be used for.
   *
   * @default - not stated
   */
  readonly purpose?: Purpose;
  /**
   * What it is for in the life of data.
   *
   * @default Zone.RAW
   */
  readonly zone?: Zone;
  /**
   * The key it is encrypted with; without it, grants give no use of a key.
   *
   * @default - not known
   */
  readonly key?: kms.IKey;
  /**
   * The region it stands in.
   *
   * @default - the region of the stack
   */
  readonly region?: string;
}

abstract class StoreBase extends Construct implements IDataStore {
  public abstract readonly bucket: s3.IBucket;
  public abstract readonly key?: kms.IKey;
  public abstract readonly classification: Classification;
  public abstract readonly purpose?: Purpose;
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
    return `s3://${this.bucket.bucketName}/${prefix}`;
  }

  public grantRead(grantee: iam.IGrantable, prefix: string = ''): iam.Grant {
    return this.allow(grantee, ['s3:GetObject', 's3:GetObjectVersion'], prefix)
      .combine(this.allowListing(grantee, prefix))
      .combine(this.allowKey(grantee, ['kms:Decrypt']));
  }

  public grantWrite(grantee: iam.IGrantable, prefix: string = ''): iam.Grant {
    // a multipart upload decrypts its own parts
    return this.allow(grantee, ['s3:AbortMultipartUpload', 's3:PutObject'], prefix)
      .combine(this.allowListing(grantee, prefix))
      .combine(this.allowKey(grantee, ['kms:Decrypt', 'kms:GenerateDataKey']));
  }

  public grantReadWrite(grantee: iam.IGrantable, prefix: string = ''): iam.Grant {
    return this.grantRead(grantee, prefix).combine(this.grantWrite(grantee, prefix));
  }

  protected declare(): void {
    DataFlow.of(this).add({
      id: this.node.path, kind: 'store', name: this.node.id, detail: this.zone,
      classification: this.classification, purpose: this.purpose, region: this.region,
    });
  }

  private allow(grantee: iam.IGrantable, actions: string[], prefix: string): iam.Grant {
    return iam.Grant.addToPrincipal({ grantee, actions, resourceArns: [this.bucket.arnForObjects(`${prefix}*`)], scope: this });
  }

  private allowListing(grantee: iam.IGrantable, prefix: string): iam.Grant {
    const location = iam.Grant.addToPrincipal({ grantee, actions: ['s3:GetBucketLocation'], resourceArns: [this.bucket.bucketArn], scope: this });
    return location.combine(iam.Grant.addToPrincipal({
      grantee, actions: ['s3:ListBucket'], resourceArns: [this.bucket.bucketArn], scope: this,
      ...(prefix === '' ? {} : { conditions: { StringLike: { 's3:prefix': [`${prefix}*`] } } }),
    }));
  }

  private allowKey(grantee: iam.IGrantable, actions: string[]): iam.Grant {
    if (!this.key) return iam.Grant.drop(grantee, 'the key of an imported store is not known');
    return iam.Grant.addToPrincipal({
      grantee, actions, resourceArns: [this.key.keyArn], scope: this,
      conditions: { StringEquals: { 'kms:ViaService': viaService('s3', this.region) } },
    });
  }
}

/**
 * A bucket that knows what it holds: classified, bound to a purpose, encrypted with the workspace's key, reachable through its
 * network only, kept for as long as the profile says.
 */
export class DataStore extends StoreBase {
  /** A store that exists, in this account or another. */
  public static fromAttributes(scope: Construct, id: string, attrs: DataStoreAttributes): IDataStore {
    return new ImportedStore(scope, id, attrs);
  }

  public readonly bucket: s3.IBucket;
  public readonly key?: kms.IKey;
  public readonly classification: Classification;
  public readonly purpose?: Purpose;
  public readonly zone: Zone;
  public readonly region: string;

  constructor(scope: Construct, id: string, props: DataStoreProps) {
    super(scope, id);
    checkClassification(this, props.classification);
    const { workspace } = props;
    this.classification = props.classification;
    this.purpose = props.purpose;
    this.zone = props.zone ?? Zone.RAW;
    this.region = workspace.region;
    const key = props.key ?? (this.zone === Zone.MODELS ? workspace.modelsKey : workspace.dataKey);
    this.key = key;
    const retention = this.retentionOf(props);
    const bucket = protectedBucket(this, 'Resource', {
      key,
      bucketName: props.bucketName,
      accessLogs: workspace.accessLogs,
      expireAfterDays: retention?.inDays,
      versionsForDays: (props.versionRetention ?? Retention.days(30)).inDays,
      eventBridge: true,
      removalPolicy: props.removalPolicy,
    });
    this.bucket = bucket;
    Tags.of(bucket).add('regulated-ml:classification', this.classification.name);
    Tags.of(bucket).add('regulated-ml:zone', this.zone);
    if (this.purpose) Tags.of(bucket).add('regulated-ml:purpose', this.purpose.name);
    waive(bucket, inRegulatoryPacks('S3BucketReplicationEnabled'),
      'versions in one region bring back what was overwritten or deleted, S3 keeps each object in three zones, and a copy elsewhere could leave the residency');
    this.declare();
  }

  private retentionOf(props: DataStoreProps): Retention | undefined {
    const { profile } = props.workspace;
    const kind = this.zone === Zone.CAPTURES ? RecordKind.CAPTURES : RecordKind.DATA;
    const retention = props.retention ?? (kind === RecordKind.CAPTURES ? profile.captureRetention : profile.dataRetention);
    if (kind === RecordKind.CAPTURES && !retention) {
      throw new Error(`store '${this.node.path}' keeps captures and has no retention: give retention, or retention.captures of the profile`);
    }
    if (retention) profile.checkRetention(kind, retention);
    return retention;
  }
}

class ImportedStore extends StoreBase {
  public readonly bucket: s3.IBucket;
  public readonly key?: kms.IKey;
  public readonly classification: Classification;
  public readonly purpose?: Purpose;
  public readonly zone: Zone;
  public readonly region: string;

  constructor(scope: Construct, id: string, attrs: DataStoreAttributes) {
    super(scope, id);
    checkClassification(this, attrs.classification);
    this.region = attrs.region ?? Stack.of(this).region;
    if (Token.isUnresolved(this.region)) throw new Error(`store '${this.node.path}' has no known region: give region, or pin the stack's`);
    if (!Residency.isRegion(this.region)) throw new Error(`store '${this.node.path}' is in unknown region '${this.region}'`);
    this.bucket = s3.Bucket.fromBucketAttributes(this, 'Resource', { bucketName: attrs.bucketName, encryptionKey: attrs.key, region: this.region });
    this.key = attrs.key;
    this.classification = attrs.classification;
    this.purpose = attrs.purpose;
    this.zone = attrs.zone ?? Zone.RAW;
    if (!this.key) Annotations.of(this).addInfo('the key of this store is not known, so grants give no use of it: give key if it has one of its own');
    this.declare();
  }
}

function checkClassification(store: Construct, classification: Classification | undefined): void {
  if (!(classification instanceof Classification)) {
    throw new Error(`store '${store.node.path}' has no classification: give one of ${Classification.all().map((c) => `Classification.${c.name.toUpperCase().replace('-', '_')}`).join(', ')}`);
  }
}
