import { TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import type { IIdentity } from '../workspace/identity';

const ATTACHED = new WeakMap<IConstruct, Set<IIdentity>>();

/**
 * Attaches an identity to a workspace: Spark on nodes that Azure ML lends signs in as one of these. What stands in another stack than the workspace, or in none
 * of the app, is attached by whoever keeps that.
 *
 * @see https://learn.microsoft.com/azure/machine-learning/how-to-submit-spark-jobs
 */
export function attach(workspace: IConstruct, identity: IIdentity): void {
  if (TerraformStack.of(workspace) !== TerraformStack.of(identity)) return;
  ATTACHED.set(workspace, (ATTACHED.get(workspace) ?? new Set<IIdentity>()).add(identity));
}

/** Ids of the identities that are attached to a workspace. */
export function attachedTo(workspace: IConstruct): string[] {
  return [...ATTACHED.get(workspace) ?? []].map(({ identityId }) => identityId);
}
