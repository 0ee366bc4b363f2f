import { Duration, Lazy, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface ProtectedBucketProps {
  /** Ours; only a bucket for access logs has none, and is encrypted with keys of S3. */
  readonly key?: kms.IKey;
  readonly bucketName?: string;
  /** Where its access logs go; an access-log bucket itself has none. */
  readonly accessLogs?: s3.IBucket;
  /** Days after which an object is deleted; none keeps it. */
  readonly expireAfterDays?: number;
  /** Days for which an overwritten or deleted version can be brought back. */
  readonly versionsForDays: number;
  readonly eventBridge?: boolean;
  readonly objectLock?: s3.ObjectLockRetention;
  readonly removalPolicy?: RemovalPolicy;
  /** The network that objects are reached through; none for a bucket that only services write. */
  readonly network?: NetworkBoundary;
}

/** What may reach objects: the network, and who is let past it. */
export interface NetworkBoundary {
  readonly vpcId: string;
  /** The endpoint of S3, if known; otherwise the network as a whole. */
  readonly endpointId?: string;
  /** Accounts that reach objects through endpoints of theirs; may grow until synth. */
  readonly accounts: readonly string[];
  /** ARNs, with wildcards, of principals that come from elsewhere. */
  readonly exempt: readonly string[];
}

/** What touches an object. Policies and settings of the bucket are not among them: nobody may be locked out of mending those. */
const OBJECT_ACTIONS = [
  's3:AbortMultipartUpload', 's3:BypassGovernanceRetention', 's3:DeleteObject*', 's3:GetObject*', 's3:ListMultipartUploadParts',
  's3:PutObject*', 's3:ReplicateDelete', 's3:ReplicateObject', 's3:ReplicateTags', 's3:RestoreObject',
];

/** A bucket with what all of ours have in common: private, encrypted with our key only, TLS 1.2, versioned, logged, retained. */
export function protectedBucket(scope: Construct, id: string, props: ProtectedBucketProps): s3.Bucket {
  const bucket = new s3.Bucket(scope, id, {
    bucketName: props.bucketName,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    ...(props.key ? { encryption: s3.BucketEncryption.KMS, encryptionKey: props.key, bucketKeyEnabled: true } : { encryption: s3.BucketEncryption.S3_MANAGED }),
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: true,
    objectLockDefaultRetention: props.objectLock,
    lifecycleRules: [{
      id: 'retention',
      abortIncompleteMultipartUploadAfter: Duration.days(7),
      noncurrentVersionExpiration: Duration.days(props.versionsForDays),
      ...(props.expireAfterDays === undefined ? { expiredObjectDeleteMarker: true } : { expiration: Duration.days(props.expireAfterDays) }),
    }],
    removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
  });
  const resource = bucket.node.defaultChild as s3.CfnBucket;
  if (props.accessLogs) {
    // not the prop of the L2: depending on a feature flag it switches ACLs on at the target, or adds a statement there for each source
    resource.loggingConfiguration = { destinationBucketName: props.accessLogs.bucketName, logFilePrefix: `${scope.node.path}/` };
  }
  // not the prop of the L2: it makes a Lambda with an inline policy for what CloudFormation has a property for
  if (props.eventBridge) resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
  if (props.network && props.key) denyForeignEncryption(bucket, props.key);
  if (props.network) denyOtherNetworks(bucket, props.network);
  // a bucket that outlives its stack needs its policy as much as before
  bucket.policy?.applyRemovalPolicy(props.removalPolicy ?? RemovalPolicy.RETAIN);
  return bucket;
}

/**
 * Denies touching objects from outside the network. Exempt are AWS services (on their own, or on behalf of a caller) and the principals
 * named, those among them that services use from their own networks.
 */
function denyOtherNetworks(bucket: s3.Bucket, network: NetworkBoundary): void {
  bucket.addToResourcePolicy(new iam.PolicyStatement({
    sid: 'DenyOtherNetworks', effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions: OBJECT_ACTIONS, resources: [bucket.arnForObjects('*')],
    conditions: {
      // a key that is missing counts as different, so what comes from no endpoint at all is denied too
      StringNotEquals: {
        'aws:VpceAccount': Lazy.uncachedAny({ produce: () => [...network.accounts] }, { omitEmptyArray: true }),
        ...(network.endpointId ? { 'aws:SourceVpce': network.endpointId } : { 'aws:SourceVpc': network.vpcId }),
      },
      ArnNotLike: { 'aws:PrincipalArn': [...network.exempt] },
      BoolIfExists: { 'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': 'false' },
    },
  }));
}

/** Denies other accounts what our own may: to have a service, such as Athena, read on behalf of a caller from anywhere. */
export function denyServicesOfOtherAccounts(bucket: s3.IBucket, account: string, network: NetworkBoundary): void {
  bucket.addToResourcePolicy(new iam.PolicyStatement({
    sid: 'DenyServicesOfOtherAccounts', effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions: OBJECT_ACTIONS, resources: [bucket.arnForObjects('*')],
    conditions: {
      StringNotEquals: { 'aws:PrincipalAccount': account, 'aws:VpceAccount': Lazy.uncachedAny({ produce: () => [...network.accounts] }) },
      ArnNotLike: { 'aws:PrincipalArn': [...network.exempt] },
      BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
    },
  }));
}

/** Denies a named key other than the bucket's. A request that names none takes the bucket's default, so it passes. */
function denyForeignEncryption(bucket: s3.Bucket, key: kms.IKey): void {
  const deny = (sid: string, conditions: Record<string, Record<string, unknown>>) => bucket.addToResourcePolicy(new iam.PolicyStatement({
    sid, effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions: ['s3:PutObject'], resources: [bucket.arnForObjects('*')], conditions,
  }));
  deny('DenyForeignKey', {
    Null: { 's3:x-amz-server-side-encryption-aws-kms-key-id': 'false' },
    StringNotEquals: { 's3:x-amz-server-side-encryption-aws-kms-key-id': [key.keyArn, key.keyId] },
  });
  deny('DenyOtherEncryption', {
    Null: { 's3:x-amz-server-side-encryption': 'false' },
    StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' },
  });
  deny('DenyCustomerProvidedKey', {
    Null: { 's3:x-amz-server-side-encryption-customer-algorithm': 'false' },
  });
}
