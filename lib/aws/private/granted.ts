import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, Dependable, IConstruct } from 'constructs';
import { shown } from '../../policy/given';
import { having } from '../../policy/required';

/**
 * Grants something, to somebody who takes it. The CDK says nothing where a principal has no policy in this app: the grant is an object, and no statement
 * stands anywhere.
 *
 * @throws an error that says what the statement would have allowed
 */
export function granted(owner: IConstruct, options: iam.GrantOnPrincipalOptions): iam.Grant {
  const { grantee, actions } = options;
  if (!having('grantPrincipal')(grantee)) throw new Error(`${owner.node.path}: a grant is made to ${shown(grantee)}: give a role of this app, or a step`);
  const grant = iam.Grant.addToPrincipal(options);
  // a role that is imported and not to be changed says that it took the statement; what holds one can be depended on
  const isTaken = grantee.grantPrincipal instanceof iam.Role || Dependable.of(grant).dependencyRoots.length > 0;
  if (!grant.success || !isTaken) {
    throw new Error(`${owner.node.path}: '${nameOf(grantee)}' has no policy in this app, so that the grant would do nothing: give a role or a managed policy of this app, or allow ${actions.join(', ')} where its own policies are made`);
  }
  return grant;
}

/** Who is granted something, as people know it. */
export function nameOf({ grantPrincipal }: iam.IGrantable): string {
  return Construct.isConstruct(grantPrincipal) ? grantPrincipal.node.path : String(grantPrincipal);
}
