import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { IWorkspace } from '../workspace/workspace';

/** What a store brings to its replication. */
export interface ReplicationSource {
  readonly workspace: IWorkspace;
  readonly bucket: s3.Bucket;
  readonly key: kms.IKey;
  readonly newReplica: () => s3.Bucket;
}
