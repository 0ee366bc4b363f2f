import { isDeepStrictEqual } from 'node:util';
import { CfnResource, Reference, Stack, Tokenization } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { propertiesOf, Settable } from './settable';

/** Where a bucket says how it encrypts. */
export const DEFAULT_ENCRYPTION = 'BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault';

/** Whether a bucket encrypts with a key of KMS, in some case at least. */
export function isEncryptedWithKms(bucket: Settable): boolean {
  return bucket.cases(`${DEFAULT_ENCRYPTION}.SSEAlgorithm`).some(isKms);
}

/** Whether an algorithm is one of KMS. */
export function isKms(algorithm: unknown): boolean {
  return typeof algorithm === 'string' && algorithm.startsWith('aws:kms');
}

/** Resources of a type in the whole app. */
export function resourcesOf(anywhere: CfnResource, type: string): CfnResource[] {
  return anywhere.node.root.node.findAll().filter((node): node is CfnResource => CfnResource.isCfnResource(node) && node.cfnResourceType === type);
}

/**
 * Whether a property of a resource names a bucket.
 *
 * @param resolved the property as it resolves in the stack of its resource
 * @param raw the same before it was resolved: logical ids of two stacks may be alike, a reference knows what it means
 */
export function names(bucket: CfnResource, owner: CfnResource, resolved: unknown, raw: unknown): boolean {
  if (resolved === undefined) return false;
  if (typeof resolved === 'string') return resolved === propertiesOf(bucket).BucketName;
  const stack = Stack.of(bucket);
  if (Stack.of(owner) === stack) return isDeepStrictEqual(resolved, stack.resolve(bucket.ref));
  const tokens = typeof raw === 'string' ? Tokenization.reverseString(raw).tokens : [Tokenization.reverse(raw)];
  return tokens.some((token) => Reference.isReference(token) && token.target === bucket);
}

/** Buckets that access logs are going to be delivered to, before any bucket says so. */
const DESTINATIONS = new WeakSet<IConstruct>();

/** Notes that a bucket takes access logs. */
export function willReceiveAccessLogs(bucket: IConstruct): void {
  DESTINATIONS.add(bucket.node.defaultChild ?? bucket);
}

/** Whether another bucket of the app delivers its access logs to this one. */
export function receivesAccessLogs(bucket: CfnResource): boolean {
  return DESTINATIONS.has(bucket) || resourcesOf(bucket, 'AWS::S3::Bucket').some((other) => {
    const logging = propertiesOf(other).LoggingConfiguration as { DestinationBucketName?: unknown } | undefined;
    const raw = (other as { readonly loggingConfiguration?: unknown }).loggingConfiguration as { destinationBucketName?: unknown } | undefined;
    return names(bucket, other, logging?.DestinationBucketName, raw?.destinationBucketName);
  });
}
