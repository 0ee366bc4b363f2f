import { Control } from '../../../policy/control';
import type { Denied, Guard, Place } from '../guard';

/** Who administers or deploys may do these; in a boundary nobody may. */
const guarded = (actions: readonly string[], more: Denied = {}): Guard['denied'] => ({ deployers }, place) => ({
  ...more, actions, ...(place === 'boundary' ? {} : { except: deployers }),
});

const EVERYWHERE: readonly Place[] = ['boundary', 'denial', 'scp'];
/** What roles of workloads do not do, or do for themselves. */
const NOT_IN_BOUNDARIES: readonly Place[] = ['denial', 'scp'];

/** Path of the policies that guard; the guards themselves are held by it. */
export const GUARDRAIL_PATH = '/regulated-ml/guardrails/';
const GUARDRAILS = `arn:*:iam::*:policy${GUARDRAIL_PATH}*`;

export const PROTECTION_GUARDS: readonly Guard[] = [
  {
    control: Control.AUDIT_LOGGING, name: '', rules: [], places: EVERYWHERE,
    denied: guarded([
      'cloudtrail:DeleteEventDataStore', 'cloudtrail:DeleteTrail', 'cloudtrail:PutEventSelectors', 'cloudtrail:StopEventDataStoreIngestion', 'cloudtrail:StopLogging',
      'cloudtrail:UpdateTrail', 'config:DeleteConfigurationRecorder', 'config:DeleteConformancePack', 'config:DeleteDeliveryChannel', 'config:StopConfigurationRecorder',
      'ec2:DeleteFlowLogs', 'logs:DeleteLogGroup', 'logs:DeleteLogStream', 's3:PutBucketLogging',
    ]),
  },
  {
    control: Control.SENSITIVE_DATA_DISCOVERY, name: '', rules: [], places: EVERYWHERE,
    denied: guarded([
      'macie2:DisableMacie', 'macie2:DisableOrganizationAdminAccount', 'macie2:DisassociateFromAdministratorAccount', 'macie2:DisassociateFromMasterAccount',
      'macie2:DisassociateMember',
    ]),
  },
  {
    control: Control.KEY_MANAGEMENT, name: '', rules: ['KmsKeyPolicy', 'KmsKeyRotation'], places: EVERYWHERE,
    denied: guarded([
      'kms:DeleteCustomKeyStore', 'kms:DeleteImportedKeyMaterial', 'kms:DisableKey', 'kms:DisableKeyRotation', 'kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion',
    ]),
  },
  {
    control: Control.KEY_MANAGEMENT, name: 'Lockout', rules: [], places: NOT_IN_BOUNDARIES,
    denied: () => ({ actions: ['kms:CreateKey', 'kms:PutKeyPolicy'], when: { Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } } }),
  },
  {
    control: Control.RETENTION_LIMIT, name: '', rules: [], places: EVERYWHERE,
    // a baseline of ours takes the retention from logs of jobs where a profile keeps them longer than CloudWatch Logs counts
    denied: (limits, place) => guarded([...(place === 'denial' ? ['logs:DeleteRetentionPolicy'] : []), 's3:PutLifecycleConfiguration'])(limits, place),
  },
  {
    control: Control.AVAILABILITY, name: '', rules: [], places: EVERYWHERE,
    denied: guarded(['backup:DeleteRecoveryPoint', 'dynamodb:DeleteTable', 'dynamodb:UpdateContinuousBackups', 's3:DeleteBucket', 's3:PutBucketVersioning']),
  },
  {
    control: Control.ENCRYPTION_AT_REST, name: 'Buckets', rules: ['S3BucketKey'], places: EVERYWHERE,
    denied: guarded(['s3:PutEncryptionConfiguration']),
  },
  {
    control: Control.NO_PUBLIC_ACCESS, name: '', rules: ['ResourcePolicyPublic', 'S3BucketPublicAccessBlock', 'S3BucketTls'], places: EVERYWHERE,
    denied: guarded([
      'ecr:DeleteRepositoryPolicy', 'ecr:SetRepositoryPolicy', 's3:DeleteBucketPolicy', 's3:PutAccountPublicAccessBlock', 's3:PutBucketPolicy',
      's3:PutBucketPublicAccessBlock', 'secretsmanager:PutResourcePolicy',
    ]),
  },
  {
    control: Control.NO_PUBLIC_ACCESS, name: 'Acls', rules: ['ResourcePolicyPublic'], places: NOT_IN_BOUNDARIES,
    denied: () => ({
      actions: ['s3:CreateBucket', 's3:PutBucketAcl', 's3:PutObject', 's3:PutObjectAcl'],
      when: { StringEquals: { 's3:x-amz-acl': ['authenticated-read', 'public-read', 'public-read-write'] } },
    }),
  },
  {
    control: Control.NO_PUBLIC_ACCESS, name: 'Images', rules: [], places: EVERYWHERE,
    denied: () => ({ actions: ['ecr-public:CreateRepository', 'ecr-public:PutImage'] }),
  },
  {
    control: Control.NO_PUBLIC_ACCESS, name: 'Functions', rules: [], places: NOT_IN_BOUNDARIES,
    denied: () => ({
      actions: ['lambda:AddPermission', 'lambda:CreateFunctionUrlConfig', 'lambda:UpdateFunctionUrlConfig'], when: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } },
    }),
  },
  {
    control: Control.ARTIFACT_INTEGRITY, name: '', rules: [], places: EVERYWHERE,
    denied: guarded(['ecr:PutImageScanningConfiguration', 'ecr:PutImageTagMutability', 'lambda:DeleteCodeSigningConfig', 'lambda:DeleteFunctionCodeSigningConfig']),
  },
  {
    control: Control.INCIDENT_ALERTING, name: '', rules: [], places: NOT_IN_BOUNDARIES,
    denied: guarded(['cloudwatch:DisableAlarmActions', 'events:DeleteRule', 'events:DisableRule', 'events:RemoveTargets', 'sns:DeleteTopic']),
  },
  {
    control: Control.DATA_CLASSIFICATION, name: '', rules: [], places: EVERYWHERE,
    // the tags of a bucket say what is in it; whoever changes them changes who may read it
    denied: guarded(['s3:PutBucketTagging']),
  },
  {
    control: Control.LEAST_PRIVILEGE, name: 'Guardrails', rules: [], places: NOT_IN_BOUNDARIES,
    denied: guarded(['iam:CreatePolicyVersion', 'iam:DeletePolicy', 'iam:DeletePolicyVersion', 'iam:SetDefaultPolicyVersion'], { resources: [GUARDRAILS] }),
  },
  {
    control: Control.LEAST_PRIVILEGE, name: 'Detachment', rules: [], places: NOT_IN_BOUNDARIES,
    denied: guarded(['iam:DetachGroupPolicy', 'iam:DetachRolePolicy', 'iam:DetachUserPolicy'], { when: { ArnLike: { 'iam:PolicyARN': GUARDRAILS } } }),
  },
  {
    control: Control.LEAST_PRIVILEGE, name: 'Boundaries', rules: [], places: NOT_IN_BOUNDARIES,
    denied: guarded(['iam:DeleteRolePermissionsBoundary', 'iam:DeleteUserPermissionsBoundary'], { when: { ArnLike: { 'iam:PermissionsBoundary': GUARDRAILS } } }),
  },
  {
    control: Control.LEAST_PRIVILEGE, name: 'NewRoles', rules: [], places: ['denial'],
    denied: ({ boundary, deployers }) => (boundary === undefined ? undefined : {
      actions: ['iam:CreateRole', 'iam:PutRolePermissionsBoundary'], when: { StringNotEquals: { 'iam:PermissionsBoundary': boundary } }, except: deployers,
    }),
  },
  {
    control: Control.AUTHENTICATION, name: '', rules: [], places: NOT_IN_BOUNDARIES,
    denied: guarded(['iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:CreateUser', 'iam:UpdateLoginProfile']),
  },
];
