import type { Rule } from '../../rule';
import accessPointPublic from './access-point-public';
import accessPointVpc from './access-point-vpc';
import bucketAccessLogs from './bucket-access-logs';
import bucketEvents from './bucket-events';
import bucketKey from './bucket-key';
import bucketObjectLock from './bucket-object-lock';
import bucketObjectOwnership from './bucket-object-ownership';
import bucketPolicyAccounts from './bucket-policy-accounts';
import bucketPublicAccess from './bucket-public-access';
import bucketReplicaErasure from './bucket-replica-erasure';
import bucketReplicaKey from './bucket-replica-key';
import bucketRetention from './bucket-retention';
import bucketTls from './bucket-tls';
import bucketVersioning from './bucket-versioning';
import bucketVersionsExpire from './bucket-versions-expire';
import tableBucketErasure from './table-bucket-erasure';
import tableBucketKey from './table-bucket-key';

export const s3Rules: readonly Rule[] = [
  accessPointPublic, accessPointVpc, bucketAccessLogs, bucketEvents, bucketKey, bucketObjectLock, bucketObjectOwnership, bucketPolicyAccounts, bucketPublicAccess,
  bucketReplicaErasure, bucketReplicaKey, bucketRetention, bucketTls, bucketVersioning, bucketVersionsExpire, tableBucketErasure, tableBucketKey,
];
