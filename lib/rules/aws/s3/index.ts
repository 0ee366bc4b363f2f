import type { Rule } from '../../rule';
import bucketKey from './bucket-key';
import bucketPublicAccess from './bucket-public-access';
import bucketTls from './bucket-tls';

export const s3Rules: readonly Rule[] = [
  bucketKey, bucketPublicAccess, bucketTls,
];
