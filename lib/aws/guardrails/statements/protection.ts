import { Control } from '../../../policy/control';
import type { Denied, Guard, Place } from '../guard';

/** Who administers or deploys may do these; in a boundary nobody may. */
const guarded = (actions: readonly string[], more: Denied = {}): Guard['denied'] => ({ deployers }, place) => ({
  ...more, actions, ...(place === 'boundary' ? {} : { except: deployers }),
});

const EVERYWHERE: readonly Place[] = ['boundary', 'denial', 'scp'];
/** What roles of workloads do not do, or do for themselves. */
const NOT_IN_BOUNDARIES: readonly Place[] = ['denial', 'scp'];

/** What people do, and what service control policies, of which there are four, have no room for. */
const PEOPLE: readonly Place[] = ['denial'];

/** Path of the policies that guard; the guards themselves are held by it. */
export const GUARDRAIL_PATH = '/regulated-ml/guardrails/';
const GUARDRAILS = `arn:*:iam::*:policy${GUARDRAIL_PATH}*`;

export const PROTECTION_GUARDS: readonly Guard[] = [
  {
    control: Control.AUDIT_LOGGING, name: '', places: EVERYWHERE,
    rules: ['CloudTrailDataEvents', 'CloudTrailLogValidation', 'CloudTrailLogging', 'CloudTrailRegions', 'S3BucketAccessLogs'],
    denied: guarded([
      'cloudtrail:DeleteEventDataStore', 'cloudtrail:DeleteTrail', 'cloudtrail:PutEventSelectors', 'cloudtrail:StopEventDataStoreIngestion', 'cloudtrail:StopLogging',
      'cloudtrail:UpdateTrail', 'config:DeleteConfigurationRecorder', 'config:DeleteConformancePack', 'config:DeleteDeliveryChannel', 'config:StopConfigurationRecorder',
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
    control: Control.KEY_MANAGEMENT, name: '', rules: ['KmsKeyPolicy', 'KmsKeyRotation', 'KmsKeyUsable'], places: EVERYWHERE,
    denied: guarded([
      'kms:DeleteCustomKeyStore', 'kms:DeleteImportedKeyMaterial', 'kms:DisableKey', 'kms:DisableKeyRotation', 'kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion',
    ]),
  },
  {
    control: Control.AVAILABILITY, name: 'KeyPolicies', rules: ['KmsKeyLockout'], places: NOT_IN_BOUNDARIES,
    denied: () => ({ actions: ['kms:CreateKey', 'kms:PutKeyPolicy'], when: { Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } } }),
  },
  {
    control: Control.AVAILABILITY, name: 'KeyDeletion', rules: ['KmsKeyPendingWindow'], places: NOT_IN_BOUNDARIES,
    denied: () => ({ actions: ['kms:ScheduleKeyDeletion'], when: { NumericLessThan: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '30' } } }),
  },
  {
    control: Control.RETENTION_LIMIT, name: '', rules: ['LogGroupRetention', 'S3BucketRetention'], places: EVERYWHERE,
    // a baseline of ours takes the retention from logs of jobs where a profile keeps them longer than CloudWatch Logs counts
    denied: (limits, place) => guarded([...(place === 'denial' ? ['logs:DeleteRetentionPolicy'] : []), 's3:PutLifecycleConfiguration'])(limits, place),
  },
  {
    control: Control.AVAILABILITY, name: '', rules: ['DynamoDbTableDeletionProtection', 'DynamoDbTableRecovery', 'S3BucketVersioning'], places: EVERYWHERE,
    denied: guarded(['backup:DeleteRecoveryPoint', 'dynamodb:DeleteTable', 'dynamodb:UpdateContinuousBackups', 's3:DeleteBucket', 's3:PutBucketVersioning']),
  },
  {
    control: Control.ENCRYPTION_AT_REST, name: 'Buckets', rules: ['S3BucketKey'], places: EVERYWHERE,
    denied: guarded(['s3:PutEncryptionConfiguration']),
  },
  ...([['Tables', 's3tables:KMSKeyArn', ['s3tables:CreateTableBucket', 's3tables:PutTableBucketEncryption']], ['Vectors', 's3vectors:kmsKeyArn', ['s3vectors:CreateVectorBucket']]] as const)
    .map(([name, key, actions]): Guard => ({
      control: Control.ENCRYPTION_AT_REST, name, rules: ['S3TableBucketKey'], places: PEOPLE, denied: () => ({ actions, when: { Null: { [key]: 'true' } } }),
    })),
  {
    control: Control.ENCRYPTION_AT_REST, name: 'Secrets', rules: ['SecretKey'], places: PEOPLE,
    // a service that keeps a password for somebody names its own key, and is asked by its own settings
    denied: () => ({ actions: ['secretsmanager:CreateSecret'], when: { Null: { 'secretsmanager:KmsKeyArn': 'true' }, BoolIfExists: { 'aws:ViaAWSService': 'false' } } }),
  },
  {
    control: Control.ENCRYPTION_IN_TRANSIT, name: 'Topics', rules: ['SnsTopicTls'], places: PEOPLE,
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
    control: Control.NO_PUBLIC_ACCESS, name: 'Models', rules: ['SageMakerModelPackageGroupPolicy'], places: PEOPLE,
    denied: guarded(['sagemaker:PutModelPackageGroupPolicy']),
  },
  {
    control: Control.NO_PUBLIC_ACCESS, name: 'Acls', rules: ['ResourcePolicyPublic'], places: NOT_IN_BOUNDARIES,
    denied: () => ({
      actions: ['s3:CreateBucket', 's3:PutBucketAcl', 's3:PutObject', 's3:PutObjectAcl'],
      when: { StringEquals: { 's3:x-amz-acl': ['authenticated-read', 'public-read', 'public-read-write'] } },
    }),
  },
  // each header is a key of its own, and keys of one statement must all hold; a body that grants has none
  ...['FullControl', 'Read', 'ReadAcp', 'Write', 'WriteAcp'].map((grant): Guard => ({
    control: Control.NO_PUBLIC_ACCESS, name: `Grants${grant}`, rules: ['ResourcePolicyPublic'], places: PEOPLE,
    denied: () => ({
      actions: ['s3:CreateBucket', 's3:PutBucketAcl', 's3:PutObject', 's3:PutObjectAcl'],
      when: { StringLike: { [`s3:x-amz-grant-${grant.replace(/(?<=.)(?=[A-Z])/g, '-').toLowerCase()}`]: '*/groups/global/A*' } },
    }),
  })),
  {
    control: Control.LEAST_PRIVILEGE, name: 'BucketOwnership', rules: ['S3BucketObjectOwnership'], places: PEOPLE,
    // a bucket that says nothing has no ACLs
    denied: () => ({
      actions: ['s3:CreateBucket'], when: { StringNotEquals: { 's3:x-amz-object-ownership': 'BucketOwnerEnforced' }, Null: { 's3:x-amz-object-ownership': 'false' } },
    }),
  },
  {
    control: Control.NO_PUBLIC_ACCESS, name: 'Images', rules: ['EcrPublicRepository'], places: EVERYWHERE,
    denied: () => ({ actions: ['ecr-public:CreateRepository', 'ecr-public:PutImage'] }),
  },
  {
    control: Control.NO_PUBLIC_ACCESS, name: 'Functions', rules: ['LambdaUrlAuth'], places: NOT_IN_BOUNDARIES,
    denied: () => ({
      actions: ['lambda:AddPermission', 'lambda:CreateFunctionUrlConfig', 'lambda:UpdateFunctionUrlConfig'], when: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } },
    }),
  },
  {
    control: Control.ARTIFACT_INTEGRITY, name: '', rules: ['EcrRepositoryScan', 'EcrRepositoryTags'], places: EVERYWHERE,
    denied: guarded(['ecr:PutImageScanningConfiguration', 'ecr:PutImageTagMutability', 'lambda:DeleteCodeSigningConfig', 'lambda:DeleteFunctionCodeSigningConfig']),
  },
  {
    control: Control.PRIVATE_NETWORK, name: 'AccessPoints', rules: ['S3AccessPointVpc'], places: NOT_IN_BOUNDARIES,
    denied: () => ({ actions: ['s3:CreateAccessPoint'], when: { StringNotEquals: { 's3:AccessPointNetworkOrigin': 'VPC' } } }),
  },
  {
    // https://docs.aws.amazon.com/glue/latest/dg/vpc-security-controls.html
    control: Control.PRIVATE_NETWORK, name: 'Glue', rules: ['GlueJobVpc'], places: NOT_IN_BOUNDARIES,
    denied: () => ({ actions: ['glue:CreateJob', 'glue:CreateSession', 'glue:UpdateJob'], when: { Null: { 'glue:VpcIds': 'true' } } }),
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
    control: Control.LEAST_PRIVILEGE, name: 'FullAccess', rules: ['IamFullAccess'], places: PEOPLE,
    denied: guarded(['iam:AttachGroupPolicy', 'iam:AttachRolePolicy', 'iam:AttachUserPolicy'], {
      when: { ArnLike: { 'iam:PolicyARN': ['AdministratorAccess', 'PowerUserAccess', '*FullAccess*'].map((name) => `arn:*:iam::aws:policy/${name}`) } },
    }),
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
    control: Control.LEAST_PRIVILEGE, name: 'NewRoles', rules: [], places: PEOPLE,
    denied: ({ boundary, deployers }) => (boundary === undefined ? undefined : {
      actions: ['iam:CreateRole', 'iam:PutRolePermissionsBoundary'], when: { StringNotEquals: { 'iam:PermissionsBoundary': boundary } }, except: deployers,
    }),
  },
  {
    control: Control.AUTHENTICATION, name: '', rules: ['IamLongLivedCredentials'], places: NOT_IN_BOUNDARIES,
    denied: guarded(['iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:CreateUser', 'iam:UpdateLoginProfile']),
  },
];
