import { statementOf } from './guard';
import type { Guard, Limits, Statement } from './guard';

/**
 * Wildcards that a boundary writes for lists of actions, since a role has one boundary and it has 6,144 characters. What they match besides
 * carries none of the keys that the statements ask for, or takes a protection away as well.
 */
export const WILDCARDS: Readonly<Record<string, readonly string[]>> = {
  'bedrock:InvokeModel*': ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
  'cloudtrail:Delete*': ['cloudtrail:DeleteEventDataStore', 'cloudtrail:DeleteTrail'],
  'cloudtrail:Stop*': ['cloudtrail:StopEventDataStoreIngestion', 'cloudtrail:StopLogging'],
  'config:Delete*': ['config:DeleteConfigurationRecorder', 'config:DeleteConformancePack', 'config:DeleteDeliveryChannel'],
  'kms:Delete*': ['kms:DeleteCustomKeyStore', 'kms:DeleteImportedKeyMaterial'],
  'kms:Disable*': ['kms:DisableKey', 'kms:DisableKeyRotation'],
  'logs:DeleteLog*': ['logs:DeleteLogGroup', 'logs:DeleteLogStream'],
  'macie2:Disa*': [
    'macie2:DisableMacie', 'macie2:DisableOrganizationAdminAccount', 'macie2:DisassociateFromAdministratorAccount', 'macie2:DisassociateFromMasterAccount',
    'macie2:DisassociateMember',
  ],
  'sagemaker:*MonitoringSchedule': ['sagemaker:CreateMonitoringSchedule', 'sagemaker:UpdateMonitoringSchedule'],
  'sagemaker:Create*JobDefinition': [
    'sagemaker:CreateDataQualityJobDefinition', 'sagemaker:CreateModelBiasJobDefinition', 'sagemaker:CreateModelExplainabilityJobDefinition',
    'sagemaker:CreateModelQualityJobDefinition',
  ],
  'sagemaker:Create*ingJob': ['sagemaker:CreateHyperParameterTuningJob', 'sagemaker:CreateProcessingJob', 'sagemaker:CreateTrainingJob'],
  'sagemaker:CreateAutoMLJob*': ['sagemaker:CreateAutoMLJob', 'sagemaker:CreateAutoMLJobV2'],
};

/** Global services that a workload has to do with; it pays no bills. */
const GLOBAL_ACTIONS_OF_WORKLOADS = [
  'budgets:*', 'cloudfront:*', 'ec2:DescribeRegions', 'globalaccelerator:*', 'health:*', 'iam:*', 'pricing:*', 'route53:*', 's3:ListAllMyBuckets', 'sts:*', 'support:*',
];

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
      NotAction: compact(['account:*', 'iam:*', 'organizations:*', ...never.flatMap(({ Action }) => Action ?? [])]),
    },
    { Sid: 'LeastPrivilegePassing', Effect: 'Allow', Resource: '*', Action: ['iam:CreateServiceLinkedRole', 'iam:Get*', 'iam:List*', 'iam:PassRole'] },
    ...statements.filter((statement) => !never.includes(statement)).map((statement): Statement => ({
      ...statement,
      ...(statement.Action ? { Action: compact(statement.Action) } : {}),
      ...(statement.NotAction ? { NotAction: compact([...GLOBAL_ACTIONS_OF_WORKLOADS, ...statement.NotAction.filter((action) => action.startsWith('bedrock:'))]) } : {}),
    })),
  ];
}

function compact(actions: readonly string[]): string[] {
  const used = Object.entries(WILDCARDS).filter(([, members]) => members.every((member) => actions.includes(member)));
  const replaced = new Set(used.flatMap(([, members]) => members));
  return [...new Set([...used.map(([wildcard]) => wildcard), ...actions.filter((action) => !replaced.has(action))])].sort();
}
