import { statementOf } from './guard';
import type { Guard, Limits, Statement } from './guard';

/** Global services that a workload has to do with; it pays no bills. */
const GLOBAL_ACTIONS_OF_WORKLOADS = [
  'cloudfront:*', 'ec2:DescribeRegions', 'health:*', 'iam:*', 'route53:*', 's3:ListAllMyBuckets', 'sts:*', 'support:*',
];

/** Who there is, and to whom an account belongs. */
const IDENTITIES = ['account:*', 'iam:*', 'identitystore:*', 'organizations:*', 'sso:*'];

/**
 * What a role of a workload may do at most. A boundary grants nothing: this lets nobody do anything that a policy of the role does not allow.
 *
 * What is denied whatever the request says is left out of what is allowed; what depends on the request is denied.
 */
export function boundaryStatements(guards: readonly Guard[], limits: Limits): Statement[] {
  const statements = guards.map((guard) => statementOf(guard, limits, 'boundary')).filter((one) => one !== undefined);
  const never = statements.filter(({ Condition, Resource }) => Condition === undefined && Resource === '*');
  return [
    {
      Sid: 'LeastPrivilege', Effect: 'Allow', Resource: '*',
      NotAction: [...IDENTITIES, ...never.flatMap(({ Action }) => Action ?? [])],
    },
    { Sid: 'LeastPrivilegePassing', Effect: 'Allow', Resource: '*', Action: ['iam:CreateServiceLinkedRole', 'iam:Get*', 'iam:List*', 'iam:PassRole'] },
    ...statements.filter((statement) => !never.includes(statement)).map((statement): Statement => ({
      ...statement,
      ...(statement.NotAction ? { NotAction: [...GLOBAL_ACTIONS_OF_WORKLOADS, ...statement.NotAction.filter((action) => action.startsWith('bedrock:'))] } : {}),
    })),
  ];
}
