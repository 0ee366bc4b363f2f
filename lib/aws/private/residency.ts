import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { ComplianceProfile } from '../../policy';

/**
 * The region of the scope's stack, known at synth and inside the residency.
 *
 * @throws an error when the stack is region-agnostic, its region is none, or stands outside the residency
 */
export function requireRegion(scope: IConstruct, profile: ComplianceProfile): string {
  const stack = Stack.of(scope);
  const name = stack.node.path || stack.stackName;
  if (Token.isUnresolved(stack.region)) {
    const example = profile.residency.allowedRegions.find((region) => region.includes('-')) ?? 'eu-central-1';
    throw new Error(`stack '${name}' has no region, so nothing can tell whether its data stays inside the residency (${profile.residency.describe()}): pin it with new Stack(app, '${stack.node.id}', { env: { account: '111122223333', region: '${example}' } })`);
  }
  profile.residency.check(stack.region, `stack '${name}'`);
  return stack.region;
}
