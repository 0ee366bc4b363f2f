import { Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { viaService } from '../private/region';
import type { ReplicationSource } from '../private/replication-source';
import { ServiceRole } from '../private/service-role';
import type { IDataStore } from './data-store';

interface Target {
  readonly bucket: s3.IBucket;
  readonly key: kms.IKey;
  readonly region: string;
}

/** Where the second copy of a store lies. It never leaves the residency. */
export class Replication {
  /** In a second bucket of the same region, protected like the first. */
  public static sameRegion(): Replication {
    return new Replication();
  }

  /**
   * In a store that exists, of the same region or another.
   *
   * @param store its key must be known; its region must lie inside the residency of the workspace that replicates
   */
  public static to(store: IDataStore): Replication {
    return new Replication(store);
  }

  private constructor(private readonly store?: IDataStore) {}

  /** @internal */
  public _bind(scope: Construct, source: ReplicationSource): s3.CfnBucket.ReplicationConfigurationProperty {
    const target = this.targetOf(scope, source);
    const role = new ServiceRole(scope, 'ReplicationRole', { service: 's3.amazonaws.com', description: `Replicates ${scope.node.path}` });
    role.admitServiceSide();
    allowReplication(role, source, target);
    return {
      role: role.role.roleArn,
      rules: [{
        id: 'everything', priority: 0, status: 'Enabled', filter: { prefix: '' },
        // so that an erasure reaches the copy
        deleteMarkerReplication: { status: 'Enabled' },
        sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } },
        destination: { bucket: target.bucket.bucketArn, encryptionConfiguration: { replicaKmsKeyId: target.key.keyArn } },
      }],
    };
  }

  private targetOf(scope: Construct, source: ReplicationSource): Target {
    if (!this.store) return { bucket: source.newReplica(), key: source.key, region: source.workspace.region };
    if (!Token.isUnresolved(this.store.region)) {
      source.workspace.profile.residency.check(this.store.region, `the replica '${this.store.node.path}' of store '${scope.node.path}'`);
    }
    if (!this.store.key) {
      throw new Error(`the key of the replica '${this.store.node.path}' of store '${scope.node.path}' is not known: give key to DataStore.fromAttributes`);
    }
    return { bucket: this.store.bucket, key: this.store.key, region: this.store.region };
  }
}

function allowReplication(role: ServiceRole, source: ReplicationSource, target: Target): void {
  role.allow(new iam.PolicyStatement({ actions: ['s3:GetReplicationConfiguration', 's3:ListBucket'], resources: [source.bucket.bucketArn] }));
  role.allow(new iam.PolicyStatement({
    actions: ['s3:GetObjectLegalHold', 's3:GetObjectRetention', 's3:GetObjectVersionAcl', 's3:GetObjectVersionForReplication', 's3:GetObjectVersionTagging'],
    resources: [source.bucket.arnForObjects('*')],
  }));
  role.allow(new iam.PolicyStatement({
    actions: ['s3:ReplicateDelete', 's3:ReplicateObject', 's3:ReplicateTags'], resources: [target.bucket.arnForObjects('*')],
  }));
  // with a bucket key, the encryption context is the bucket's ARN
  role.allow(new iam.PolicyStatement({
    actions: ['kms:Decrypt'], resources: [source.key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': viaService('s3', source.workspace.region) } },
  }));
  role.allow(new iam.PolicyStatement({
    actions: ['kms:Encrypt', 'kms:GenerateDataKey'], resources: [target.key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': viaService('s3', target.region) } },
  }));
}
