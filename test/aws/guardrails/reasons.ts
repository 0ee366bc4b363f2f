/**
 * Why no statement demands what a rule does, where IAM has a key that sounds like it.
 */
export const REASONS_OF_RULES: Readonly<Record<string, { readonly key: string; readonly why: string }>> = {
  CloudWatchAlarmActions: { key: 'cloudwatch:AlarmActions', why: 'says what an alarm tells, and not that another alarm or a deployment reads one that tells nobody' },
  DatabaseKey: { key: 'rds:StorageEncrypted', why: 'says that a database is encrypted, and neither by whose key nor whether ML reads it' },
  DatabasePublicAccess: { key: 'rds:PubliclyAccessible', why: 'says that a database has a public address, and not whether ML reads it: to demand one would stop every other' },
  DefinitionPinned: { key: 'sagemaker:PipelineVersionId', why: 'names a version that a run is started from, and not where a definition was read' },
  IamPassRole: { key: 'iam:PassedToService', why: 'says to which service a role goes, and not what a policy lets pass, which is what the rule judges' },
  LambdaPermissionSource: { key: 'lambda:Principal', why: 'names the service, and no key says for which account it may call' },
  LambdaVpc: { key: 'lambda:VpcIds', why: 'says that a function has a network, and not whether it handles ML data: to demand one would stop what only deploys' },
  SageMakerJobImagePinned: { key: 'sagemaker:ImageVersionArns', why: 'names images of Studio; the image of a job is in no key' },
  SageMakerModelPackageValidation: { key: 'sagemaker:ModelApprovalStatus', why: 'says that a model is approved, and not that it was validated' },
  SageMakerStudioIdleShutdown: { key: 'sagemaker:StudioLifecycleConfigArns', why: 'names scripts, and not after how long something idle is shut down' },
  TokenVaultKeyContext: { key: 'kms:EncryptionContextKeys', why: 'says which context a call has; which it must have only the policies of the vault know' },
};

/** Why no statement demands what a rule does, of rules of controls for which others have statements. That no key is left out, `UNUSED_KEYS` shows. */
export const RULES_WITHOUT_STATEMENT: Readonly<Record<string, readonly string[]>> = {
  'what a policy, a trust or a grant says stands in no key': ['IamDecryptAll', 'IamWildcardResource', 'LakeFormationPermissions', 'S3BucketPolicyAccounts', 'TokenVaultDirections', 'TokenVaultStore', 'TokenVaultTraining'],
  'it is about what the app declares, which no request carries': ['FlowStoreClassification', 'FlowStoreDiscovery', 'MacieCapture', 'ResidencyFlow', 'ResidencyReference'],
  'a secret in a text is a text to IAM': ['PlainSecrets', 'SageMakerPlainSecrets'],
  'erasing is a task and no permission: nothing is gained by denying it': [
    'FlowStoreErasure', 'S3BucketReplicaErasure', 'S3BucketVersionsExpire', 'S3TableBucketErasure', 'SageMakerFeatureGroupTableFormat',
  ],
  'a provider of the CDK sets the same by a role of its own, and no key tells the two apart': ['S3BucketEvents'],
  'no condition key carries what it judges': [
    'BatchQueueTimeLimit', 'CleanRoomsKey', 'CleanRoomsLogs', 'CleanRoomsMlImage', 'EcrRepositoryKey', 'EmrServerlessCapacity', 'EmrServerlessImage', 'EmrServerlessInteractive', 'EmrServerlessLogKey',
    'EmrServerlessNetwork', 'FirehoseDeliveryStreamKey', 'GlueConnectionTls', 'GlueConnectionVpc', 'GlueIntegrationKey', 'GlueJobSecurityConfiguration', 'GlueJobTimeout', 'GlueMlTransformKey',
    'GlueSecurityConfiguration', 'LambdaEnvironmentKey', 'LambdaLogGroup', 'S3BucketReplicaKey', 'SageMakerAppImageRoot', 'SageMakerClusterNodeRecovery', 'SageMakerClusterVolumeKey',
    'SageMakerCodeRepositorySecret', 'SageMakerDomainDocker', 'SageMakerDomainRStudioTls', 'SageMakerDomainSourceIdentity', 'SageMakerEmrStepEncryption', 'SageMakerEndpointConfigAsyncKey',
    'SageMakerEndpointConfigCaptureKey', 'SageMakerEndpointConfigCoreDumpKey', 'SageMakerEndpointRetainVariants', 'SageMakerEndpointRollback', 'SageMakerFeatureGroupTtl', 'SageMakerHumanTaskUiScripts',
    'SageMakerInferenceComponentCopies', 'SageMakerJobSpotCheckpoint', 'SageMakerLifecycleScriptDownloads', 'SageMakerModelImagePinned', 'SageMakerModelRecordKey', 'SageMakerMonitoringScheduleRecurring',
    'SageMakerPartnerAppIdentity', 'SageMakerPartnerAppKey', 'SageMakerPrivateRegistry', 'SageMakerUserProfileRole', 'SageMakerWorkforceNetwork', 'StateMachineExecutionData', 'StateMachineKey',
    'StateMachineLogLevel',
  ],
};

/**
 * Keys that calls carry which make or change what rules judge, and that no statement asks for in such a call: `key action`, by the reason. A key that AWS
 * adds is in none of these, and fails the test until somebody has looked at it.
 */
export const UNUSED_KEYS: Readonly<Record<string, readonly RegExp[]>> = {
  'who calls, from where and how it is signed: endpoints and resource policies ask for it': [/^s3(express)?:(ResourceAccount|TlsVersion|authType|signatureAge|signatureversion|x-amz-content-sha256) /, /^kms:(CallerAccount|ViaService) /],
  'the name or the tags of a thing, or how many bytes it has': [
    /^s3:(AccessGrant\w*|DataAccessPoint\w+|ExistingJob\w+|JobSuspendedCause|RequestJob\w+|if-match|if-none-match|versionid|x-amz-(bucket-namespace|copy-source|metadata-directive|object-\w[\w-]*|storage-class|website-redirect-location)) /,
    /^s3express:(DataAccessPoint\w+|LocationName|AllAccessRestrictedToLocalZoneGroup|Permissions|SessionMode) /, /^s3tables:(namespace|tableName|StorageClass) /,
    /^secretsmanager:(Description|ForceOverwriteReplicaSecret|Name|SecretId|SecretPrimaryRegion|Type|resource\/\w+) /, /^dynamodb:/, /^states:StateMachineQualifier /, /^ecr:AccountSetting /,
    /^sagemaker:(CustomerMetadata\w+(\/\S+)?|ModelLifeCycle:\w+|IsUpdateRecord|UpdatableFeatures|OwnerUserProfileArn|PipelineVersionId|DirectGatedModelAccess|FeatureGroupDisableGlueTableCreation|FeatureGroupOfflineStoreS3Uri) /,
    /^cleanrooms-ml:CollaborationId /, /^logs:(DeliveryDestinationResourceArn|LogGeneratingResourceArns) /, /^lambda:(FunctionArn|Layer) /,
  ],
  'how fast or how dear a thing is': [/^sagemaker:(AcceleratorTypes|KeepAlivePeriod|ServerlessMaxConcurrency|ServerlessMemorySize) /, /^batch:SchedulingPriority /],
  'a workspace names its subnets, and what is in one is in its VPC': [/^glue:(SecurityGroupIds|SubnetIds) /],
  'all of an account uses the service, and no key says what of it handles data of ML: to demand it would stop the rest': [
    /^(bedrock-agentcore|cloudwatch|codebuild|ecs|elasticfilesystem|rds|redshift):\S+ /,
  ],
  'no rule demands it of every function, job or command': [/^batch:(AWSLogs\w+|EKS\w+|Image|LogDriver|Privileged|User) /, /^lambda:(CodeSigningConfigArn|SecurityGroupIds|SubnetIds|VpcIds) /, /^glue:(FederatedAuthorizationSource|LakeFormationPermissions) /],
  'stands in the file system, the image or the script that it names': [/^sagemaker:(FileSystem\w+|ImageArns|ImageVersionArns|NotebookInstanceLifecycleConfigArns|StudioLifecycleConfigArns) /],
  'tells requests apart, and is nothing to demand': [/^sagemaker:(InstanceTypes|ModelArn) /, /^s3tables:(KMSKeyArn|SSEAlgorithm) /, /^s3vectors:(kmsKeyArn|sseType) /],
  'Clarify cannot be isolated inside a VPC': [/^sagemaker:NetworkIsolation CreateModel(Bias|Explainability)JobDefinition$/],
  'a space keeps how it is shared, and an app stands in a space': [/^sagemaker:SpaceSharingType (CreateApp|UpdateSpace)$/],
  'the type of a team is asked for, and which one works is for its manager to say': [/^sagemaker:WorkteamArn /],
  'the kind of a key, which no rule demands, or how it is granted, which only services do': [
    /^kms:(KeyOrigin|KeySpec|KeyUsage|MultiRegionKeyType|RotationPeriodInDays) /, /^kms:(EncryptionContext\S*|Grant(ConstraintSourceArn|ConstraintType|Operations|eePrincipal|eeServicePrincipal)|RetiringPrincipal|RetiringServicePrincipal) CreateGrant$/,
    /^kms:PrimaryRegion /,
  ],
  'a lock is set on a bucket before it is set on an object': [/^s3:object-lock-[\w-]+ /],
  'a bucket says how its objects are encrypted, and its policy what it refuses': [/^s3(express)?:x-amz-server-side-encryption/],
  'an access point of many regions is reached from the internet, by its nature': [/^s3:AccessPointNetworkOrigin (?!CreateAccessPoint$)/, /^s3express:AccessPointNetworkOrigin Put/],
  'of an access point, what is said of its bucket': [/^s3:(locationconstraint|x-amz-acl) CreateAccessPoint$/],
  'what an inventory or a replication is about': [/^s3(express)?:(InventoryAccessibleOptionalFields|isReplicationPauseRequest|ObjectCreationOperation) /],
  'the call is denied to all but those that deploy': [/^secretsmanager:BlockPublicPolicy PutResourcePolicy$/, /^lambda:Principal PutResourcePolicy$/, /^iam:ServiceSpecific\w+ /, /^iam:PermissionsBoundary CreateUser$/],
  'a secret keeps its key where an update names none, and the deprecated key of keys': [/^secretsmanager:KmsKey(Arn UpdateSecret|Id \w+)$/],
  'who somebody is, and with what he signs in, is for the organisation': [
    /^iam:(AWSServiceName|AccountPropertyNamespaces|Delegation\w+|FIDO\S+|NotificationChannel|RegisterSecurityKey|RoleTemplateARN|TemplateArn) /, /^iam:PermissionsBoundary (?!CreateUser$)/,
  ],
};
