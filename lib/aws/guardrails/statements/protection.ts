import { Control } from '../../../policy/control';
import { actionsIn, isOfWorkloads } from '../guard';
import type { Denied, Guard, Limits, Place } from '../guard';

/**
 * Who administers or deploys may do these; of roles of workloads none may.
 *
 * @param others what a boundary has no room for
 */
const guarded = (actions: readonly string[], more: Denied = {}, others: readonly string[] = []): Guard['denied'] => ({ deployers }, place) => ({
  ...more, actions: actionsIn(place, actions, others), ...(isOfWorkloads(place) ? {} : { except: deployers }),
});
/** The same, where a boundary has no room for any of it. */
const guardedBeside = (actions: readonly string[], more: Denied = {}): Guard['denied'] => guarded([], more, actions);

const EVERYWHERE: readonly Place[] = ['boundary', 'denial', 'scp'];
/** What a boundary has no room for, as a whole or in part. */
const BESIDE: readonly Place[] = ['companion', 'denial', 'scp'];
/** What service control policies, of which there are four, have no room for either. */
const IN_ACCOUNTS: readonly Place[] = ['companion', 'denial'];
/** Identities, of which roles of workloads make and change none at all, and keys that none of them may delete. */
const BY_PEOPLE: readonly Place[] = ['denial', 'scp'];

/** What carries the headers of an ACL. */
const SETS_ACL = ['s3:CreateBucket', 's3:PutBucketAcl', 's3:PutObject', 's3:PutObjectAcl', 's3:PutObjectVersionAcl'];

/** Path of the policies that guard; the guards themselves are held by it. */
export const GUARDRAIL_PATH = '/regulated-ml/guardrails/';
const GUARDRAILS = `arn:*:iam::*:policy${GUARDRAIL_PATH}*`;

export const PROTECTION_GUARDS: readonly Guard[] = [
  {
    control: Control.AUDIT_LOGGING, name: '', places: EVERYWHERE,
    rules: ['CloudTrailDataEvents', 'CloudTrailKey', 'CloudTrailLogValidation', 'CloudTrailLogging', 'CloudTrailLogs', 'CloudTrailRegions', 'CloudTrailRetention', 'S3BucketAccessLogs'],
    denied: guarded([
      'cloudtrail:DeleteEventDataStore', 'cloudtrail:DeleteTrail', 'cloudtrail:PutEventSelectors', 'cloudtrail:StopEventDataStoreIngestion', 'cloudtrail:StopLogging',
      'cloudtrail:UpdateEventDataStore', 'cloudtrail:UpdateTrail', 'config:DeleteConfigurationRecorder', 'config:DeleteConformancePack', 'config:DeleteDeliveryChannel', 'config:StopConfigurationRecorder',
      'ec2:DeleteFlowLogs', 'logs:DeleteLogGroup', 'logs:DeleteLogStream', 's3:PutBucketLogging',
    ]),
  },
  {
    control: Control.SENSITIVE_DATA_DISCOVERY, name: '', rules: ['MacieSession'], places: EVERYWHERE,
    denied: guarded([
      'macie2:DisableMacie', 'macie2:DisableOrganizationAdminAccount', 'macie2:DisassociateFromAdministratorAccount', 'macie2:DisassociateFromMasterAccount',
      'macie2:DisassociateMember',
    ]),
  },
  {
    // a baseline of ours sets the same, by a role that no such policy is attached to
    control: Control.SENSITIVE_DATA_DISCOVERY, name: 'Settings', rules: ['MacieAutomatedDiscovery', 'MacieExportKey', 'MacieFindingsFilter', 'MacieSession'], places: ['denial'],
    denied: guardedBeside([
      'macie2:CreateFindingsFilter', 'macie2:PutClassificationExportConfiguration', 'macie2:UpdateAutomatedDiscoveryConfiguration', 'macie2:UpdateClassificationJob',
      'macie2:UpdateClassificationScope', 'macie2:UpdateFindingsFilter', 'macie2:UpdateMacieSession', 'macie2:UpdateResourceProfile',
    ]),
  },
  {
    control: Control.KEY_MANAGEMENT, name: 'Grants', rules: ['KmsKeyPolicy'], places: BESIDE,
    // a grant lets in whom the policy of a key does not name; services make their own
    denied: () => ({ actions: ['kms:CreateGrant'], when: { BoolIfExists: { 'kms:GrantIsForAWSResource': 'false' } } }),
  },
  {
    control: Control.KEY_MANAGEMENT, name: '', rules: ['KmsKeyPolicy', 'KmsKeyRotation', 'KmsKeyUsable'], places: EVERYWHERE,
    denied: guarded([
      'kms:DeleteCustomKeyStore', 'kms:DeleteImportedKeyMaterial', 'kms:DisableKey', 'kms:DisableKeyRotation', 'kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion',
    ]),
  },
  {
    control: Control.AVAILABILITY, name: 'KeyPolicies', rules: ['KmsKeyLockout'], places: BESIDE,
    denied: () => ({ actions: ['kms:CreateKey', 'kms:PutKeyPolicy'], when: { Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } } }),
  },
  {
    control: Control.AVAILABILITY, name: 'KeyDeletion', rules: ['KmsKeyPendingWindow'], places: BY_PEOPLE,
    denied: () => ({ actions: ['kms:ScheduleKeyDeletion'], when: { NumericLessThan: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '30' } } }),
  },
  {
    control: Control.RETENTION_LIMIT, name: '', rules: ['KinesisStreamRetention', 'LogGroupRetention', 'S3BucketRetention'], places: [...EVERYWHERE, 'companion'],
    // a baseline of ours takes the retention from logs of jobs where a profile keeps them longer than CloudWatch Logs counts
    denied: (limits, place) => guarded(['s3:PutLifecycleConfiguration'], {}, [
      'kinesis:IncreaseStreamRetentionPeriod', 's3express:PutLifecycleConfiguration', ...(place === 'denial' ? ['logs:DeleteRetentionPolicy'] : []),
    ])(limits, place),
  },
  {
    control: Control.AVAILABILITY, name: '', rules: ['DynamoDbTableDeletionProtection', 'DynamoDbTableRecovery', 'S3BucketVersioning'], places: [...EVERYWHERE, 'companion'],
    denied: guarded(['backup:DeleteRecoveryPoint', 'dynamodb:DeleteTable', 'dynamodb:UpdateContinuousBackups', 's3:DeleteBucket', 's3:PutBucketVersioning'], {}, ['dynamodb:UpdateTable']),
  },
  {
    control: Control.ENCRYPTION_AT_REST, name: 'Buckets', rules: ['S3BucketKey'], places: [...EVERYWHERE, 'companion'],
    denied: guarded(['s3:PutEncryptionConfiguration'], {}, ['s3express:PutEncryptionConfiguration']),
  },
  {
    // no call that makes one of these says which key it has; one that takes the key away does nothing else
    control: Control.ENCRYPTION_AT_REST, name: 'Later', rules: ['DynamoDbTableKey', 'GlueCatalogKey', 'KinesisStreamKey', 'LogGroupKey', 'SnsTopicKey', 'SqsQueueKey'], places: BESIDE,
    denied: guardedBeside([
      'dynamodb:UpdateTable', 'glue:PutDataCatalogEncryptionSettings', 'kinesis:StartStreamEncryption', 'kinesis:StopStreamEncryption', 'logs:DisassociateKmsKey', 'sns:SetTopicAttributes',
      'sqs:SetQueueAttributes',
    ]),
  },
  ...([['Tables', 's3tables:KMSKeyArn', ['s3tables:CreateTableBucket', 's3tables:PutTableBucketEncryption']], ['Vectors', 's3vectors:kmsKeyArn', ['s3vectors:CreateVectorBucket']]] as const)
    .map(([name, key, actions]): Guard => ({
      control: Control.ENCRYPTION_AT_REST, name, rules: ['S3TableBucketKey'], places: IN_ACCOUNTS, denied: () => ({ actions, when: { Null: { [key]: 'true' } } }),
    })),
  // what says nothing is encrypted as the bucket that it stands in
  ...([['TablesLater', 's3tables:SSEAlgorithm', ['s3tables:CreateTable', 's3tables:PutTableEncryption']], ['VectorsLater', 's3vectors:sseType', ['s3vectors:CreateIndex']]] as const)
    .map(([name, key, actions]): Guard => ({
      control: Control.ENCRYPTION_AT_REST, name, rules: ['S3TableBucketKey'], places: IN_ACCOUNTS, denied: () => ({ actions, when: { StringEquals: { [key]: 'AES256' } } }),
    })),
  {
    control: Control.ENCRYPTION_AT_REST, name: 'Secrets', rules: ['SecretKey'], places: IN_ACCOUNTS,
    // a service that keeps a password for somebody names its own key, and is asked by its own settings
    denied: () => ({ actions: ['secretsmanager:CreateSecret'], when: { Null: { 'secretsmanager:KmsKeyArn': 'true' }, BoolIfExists: { 'aws:ViaAWSService': 'false' } } }),
  },
  {
    control: Control.ENCRYPTION_AT_REST, name: 'SecretsInStacks', rules: ['SecretKey'], places: IN_ACCOUNTS,
    // CloudFormation that acts for a person is such a service as well, and makes whatever a template says
    denied: () => ({ actions: ['secretsmanager:CreateSecret'], when: { Null: { 'secretsmanager:KmsKeyArn': 'true' }, StringEquals: { 'aws:CalledViaLast': 'cloudformation.amazonaws.com' } } }),
  },
  {
    control: Control.ENCRYPTION_IN_TRANSIT, name: 'Topics', rules: ['SnsTopicTls'], places: IN_ACCOUNTS,
    // no policy of the organisation reaches topics
    denied: () => ({ actions: ['sns:Publish'], when: { Bool: { 'aws:SecureTransport': 'false' } } }),
  },
  {
    control: Control.NO_PUBLIC_ACCESS, name: '', rules: ['ResourcePolicyPublic', 'S3BucketPublicAccessBlock', 'S3BucketTls'], places: EVERYWHERE,
    denied: guarded([
      'ecr:DeleteRepositoryPolicy', 'ecr:SetRepositoryPolicy', 's3:DeleteBucketPolicy', 's3:PutAccountPublicAccessBlock', 's3:PutBucketAcl', 's3:PutBucketPolicy',
      's3:PutBucketPublicAccessBlock', 'secretsmanager:PutResourcePolicy',
    ]),
  },
  {
    control: Control.NO_PUBLIC_ACCESS, name: 'Policies', rules: ['ResourcePolicyPublic', 'S3AccessPointPublicAccessBlock', 'SnsTopicTls', 'SqsQueueTls'], places: BESIDE,
    // a state machine that logs needs the policy of logs for its role
    denied: (limits, place) => guardedBeside([
      'cloudtrail:PutResourcePolicy', 'dynamodb:PutResourcePolicy', 'ecr:PutRegistryPolicy', 'kinesis:PutResourcePolicy', ...(place === 'denial' ? ['logs:PutResourcePolicy'] : []),
      's3:PutAccessPointPolicy', 's3:PutAccessPointPublicAccessBlock', 's3:PutMultiRegionAccessPointPolicy', 's3express:PutAccessPointPolicy', 's3express:PutBucketPolicy',
      's3tables:PutTableBucketPolicy', 's3tables:PutTablePolicy', 's3vectors:PutVectorBucketPolicy', 'sns:AddPermission', 'sns:SetTopicAttributes', 'sqs:AddPermission',
      'sqs:SetQueueAttributes',
    ])(limits, place),
  },
  {
    control: Control.NO_PUBLIC_ACCESS, name: 'Permissions', rules: ['LambdaPermissionPublic'], places: IN_ACCOUNTS,
    // a condition of the permission may narrow it, which no key says: who deploys is held by the rule
    denied: guardedBeside(['lambda:AddPermission'], { when: { StringEquals: { 'lambda:Principal': '*' } } }),
  },
  {
    control: Control.NO_PUBLIC_ACCESS, name: 'Models', rules: ['SageMakerModelPackageGroupPolicy'], places: BESIDE,
    denied: guardedBeside(['sagemaker:PutModelPackageGroupPolicy']),
  },
  {
    control: Control.NO_PUBLIC_ACCESS, name: 'Acls', rules: ['ResourcePolicyPublic'], places: BESIDE,
    denied: () => ({
      actions: SETS_ACL,
      when: { StringEquals: { 's3:x-amz-acl': ['authenticated-read', 'public-read', 'public-read-write'] } },
    }),
  },
  // each header is a key of its own, and keys of one statement must all hold; a body that grants has none
  ...['FullControl', 'Read', 'ReadAcp', 'Write', 'WriteAcp'].map((grant): Guard => ({
    control: Control.NO_PUBLIC_ACCESS, name: `Grants${grant}`, rules: ['ResourcePolicyPublic'], places: IN_ACCOUNTS,
    denied: () => ({
      actions: SETS_ACL,
      when: { StringLike: { [`s3:x-amz-grant-${grant.replace(/(?<=.)(?=[A-Z])/g, '-').toLowerCase()}`]: '*/groups/global/A*' } },
    }),
  })),
  {
    control: Control.LEAST_PRIVILEGE, name: 'BucketOwnership', rules: ['S3BucketObjectOwnership'], places: IN_ACCOUNTS,
    // a bucket that says nothing has no ACLs
    denied: () => ({
      actions: ['s3:CreateBucket'], when: { StringNotEquals: { 's3:x-amz-object-ownership': 'BucketOwnerEnforced' }, Null: { 's3:x-amz-object-ownership': 'false' } },
    }),
  },
  {
    control: Control.LEAST_PRIVILEGE, name: 'BucketOwnershipLater', rules: ['S3BucketObjectOwnership'], places: BESIDE,
    denied: guardedBeside(['s3:PutBucketOwnershipControls']),
  },
  {
    control: Control.ERASURE, name: 'Locks', rules: ['S3BucketObjectLock'], places: BESIDE,
    // a bucket that is made with it asks for this as well
    denied: guardedBeside(['s3:PutBucketObjectLockConfiguration']),
  },
  {
    control: Control.NO_PUBLIC_ACCESS, name: 'Images', rules: ['EcrPublicRepository'], places: EVERYWHERE,
    denied: () => ({ actions: ['ecr-public:CreateRepository', 'ecr-public:PutImage'] }),
  },
  {
    control: Control.NO_PUBLIC_ACCESS, name: 'Functions', rules: ['LambdaUrlAuth'], places: BESIDE,
    denied: () => ({
      actions: ['lambda:AddPermission', 'lambda:CreateFunctionUrlConfig', 'lambda:UpdateFunctionUrlConfig'], when: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } },
    }),
  },
  {
    control: Control.ARTIFACT_INTEGRITY, name: '', rules: ['EcrRepositoryScan', 'EcrRepositoryTags'], places: [...EVERYWHERE, 'companion'],
    denied: guarded(['ecr:PutImageScanningConfiguration', 'ecr:PutImageTagMutability', 'lambda:DeleteCodeSigningConfig', 'lambda:DeleteFunctionCodeSigningConfig'], {}, [
      'ecr:PutRegistryScanningConfiguration',
    ]),
  },
  {
    control: Control.PRIVATE_NETWORK, name: 'AccessPoints', rules: ['S3AccessPointVpc'], places: BESIDE,
    denied: () => ({ actions: ['s3:CreateAccessPoint'], when: { StringNotEquals: { 's3:AccessPointNetworkOrigin': 'VPC' } } }),
  },
  {
    control: Control.PRIVATE_NETWORK, name: 'DirectoryAccessPoints', rules: ['S3AccessPointVpc'], places: IN_ACCOUNTS,
    denied: () => ({ actions: ['s3express:CreateAccessPoint'], when: { StringNotEquals: { 's3express:AccessPointNetworkOrigin': 'VPC' } } }),
  },
  {
    // https://docs.aws.amazon.com/glue/latest/dg/vpc-security-controls.html
    control: Control.PRIVATE_NETWORK, name: 'Glue', rules: ['GlueJobVpc'], places: BESIDE,
    denied: () => ({ actions: ['glue:CreateJob', 'glue:CreateSession', 'glue:UpdateJob'], when: { Null: { 'glue:VpcIds': 'true' } } }),
  },
  {
    // it has a shell, and no key says where it stands
    control: Control.LEAST_PRIVILEGE, name: 'DevEndpoints', rules: ['GlueInteractive'], places: BESIDE,
    denied: guardedBeside(['glue:CreateDevEndpoint']),
  },
  {
    control: Control.LEAST_PRIVILEGE, name: 'LakeFormation', rules: ['LakeFormationDefaultPermissions', 'LakeFormationExternalAccess', 'LakeFormationHybridAccess', 'LakeFormationRegistered'],
    places: BESIDE, denied: guardedBeside(['lakeformation:CreateLakeFormationOptIn', 'lakeformation:DeregisterResource', 'lakeformation:PutDataLakeSettings', 'lakeformation:UpdateResource']),
  },
  {
    control: Control.INCIDENT_ALERTING, name: '', rules: [], places: BESIDE,
    denied: guardedBeside(['cloudwatch:DisableAlarmActions', 'events:DeleteRule', 'events:DisableRule', 'events:RemoveTargets', 'sns:DeleteTopic']),
  },
  {
    control: Control.DATA_CLASSIFICATION, name: '', rules: [], places: EVERYWHERE,
    // the tags of a bucket say what is in it; whoever changes them changes who may read it
    denied: guarded(['s3:PutBucketTagging']),
  },
  {
    control: Control.LEAST_PRIVILEGE, name: 'FullAccess', rules: ['IamFullAccess'], places: ['denial'],
    denied: guarded(['iam:AttachGroupPolicy', 'iam:AttachRolePolicy', 'iam:AttachUserPolicy'], {
      when: { ArnLike: { 'iam:PolicyARN': ['AdministratorAccess', 'PowerUserAccess', '*FullAccess*'].map((name) => `arn:*:iam::aws:policy/${name}`) } },
    }),
  },
  {
    control: Control.LEAST_PRIVILEGE, name: 'Guardrails', rules: [], places: BY_PEOPLE,
    denied: guarded(['iam:CreatePolicyVersion', 'iam:DeletePolicy', 'iam:DeletePolicyVersion', 'iam:SetDefaultPolicyVersion'], { resources: [GUARDRAILS] }),
  },
  {
    control: Control.LEAST_PRIVILEGE, name: 'Detachment', rules: [], places: BY_PEOPLE,
    denied: guarded(['iam:DetachGroupPolicy', 'iam:DetachRolePolicy', 'iam:DetachUserPolicy'], { when: { ArnLike: { 'iam:PolicyARN': GUARDRAILS } } }),
  },
  {
    control: Control.LEAST_PRIVILEGE, name: 'Boundaries', rules: [], places: BY_PEOPLE,
    denied: guarded(['iam:DeleteRolePermissionsBoundary', 'iam:DeleteUserPermissionsBoundary'], { when: { ArnLike: { 'iam:PermissionsBoundary': GUARDRAILS } } }),
  },
  {
    control: Control.LEAST_PRIVILEGE, name: 'OtherBoundaries', rules: [], places: BY_PEOPLE,
    denied: guardedBeside(['iam:PutRolePermissionsBoundary', 'iam:PutUserPermissionsBoundary'], { when: { ArnNotLike: { 'iam:PermissionsBoundary': GUARDRAILS } } }),
  },
  {
    control: Control.LEAST_PRIVILEGE, name: 'Exceptions', rules: [], places: BY_PEOPLE,
    // who makes a role of such a name, or lets himself assume one, is left out where it is left out
    denied: (limits) => ({
      actions: ['iam:AttachRolePolicy', 'iam:CreateRole', 'iam:PutRolePolicy', 'iam:UpdateAssumeRolePolicy'], resources: exceptions(limits), except: limits.deployers,
    }),
  },
  {
    control: Control.LEAST_PRIVILEGE, name: 'Organization', rules: [], places: BY_PEOPLE,
    // an account that leaves is held by none of its policies
    denied: guardedBeside(['organizations:LeaveOrganization']),
  },
  {
    control: Control.LEAST_PRIVILEGE, name: 'Groups', rules: [], places: ['denial'],
    // who leaves a group leaves its policies
    denied: guardedBeside(['iam:RemoveUserFromGroup']),
  },
  {
    control: Control.LEAST_PRIVILEGE, name: 'NewRoles', rules: [], places: ['denial'],
    denied: ({ boundary, deployers }) => (boundary === undefined ? undefined : {
      actions: ['iam:CreateRole', 'iam:PutRolePermissionsBoundary'], when: { StringNotEquals: { 'iam:PermissionsBoundary': boundary } }, except: deployers,
    }),
  },
  {
    control: Control.AUTHENTICATION, name: '', rules: ['IamLongLivedCredentials'], places: BY_PEOPLE,
    denied: guardedBeside(['iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:CreateServiceSpecificCredential', 'iam:CreateUser', 'iam:UpdateLoginProfile']),
  },
  {
    control: Control.AUTHENTICATION, name: 'Rotation', rules: ['SecretRotation'], places: BESIDE,
    denied: guardedBeside(['secretsmanager:CancelRotateSecret']),
  },
];

/** Roles that some statement does not stop, by the names that the limits have for them. */
function exceptions({ deployers, breakGlass, approvers, clarifyRoles, serverlessRoles }: Limits): string[] {
  return [...new Set([...deployers, ...breakGlass, ...approvers, ...clarifyRoles, ...serverlessRoles])].filter((arn) => arn.includes(':role/'));
}
