import { Annotations, IResource, Stack, Token } from 'aws-cdk-lib';
import type { Settable } from './settable';

/**
 * Whether a resource can use a key or a network, which serve their own region only; an annotation says what stays as it is where it cannot.
 *
 * @param what they are, for the message, such as `key`
 */
export function isInReach({ resource }: Settable, means: IResource, what: string): boolean {
  const [here, there] = [Stack.of(resource).region, means.env.region];
  if (Token.isUnresolved(here) || Token.isUnresolved(there) || here === there) return true;
  Annotations.of(resource).addWarningV2(`cdk-regulated-ml:${what}-region`, `${resource.node.path} stands in ${here}, and ${what} '${means.node.path}' in ${there}: it stays as it is, give it a ${what} of ${here}`);
  return false;
}
