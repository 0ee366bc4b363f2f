/** Rules that each mixin makes hold, by name; for every type that they judge, but those of `TYPES_WITHOUT_MIXIN`. */
export const RULES_OF_MIXINS: Readonly<Record<string, readonly string[]>> = {
  AccessLogged: ['S3BucketAccessLogs'],
  EncryptedAtRest: [
    'CloudTrailKey', 'DynamoDbTableKey', 'EcrRepositoryKey', 'GlueCatalogKey', 'KinesisStreamKey', 'LogGroupKey', 'S3BucketKey', 'SageMakerEndpointConfigAsyncKey',
    'SageMakerEndpointConfigCaptureKey', 'SageMakerEndpointConfigCoreDumpKey', 'SageMakerEndpointConfigKey', 'SageMakerFeatureGroupKey', 'SageMakerInferenceExperimentKey',
    'SageMakerJobOutputKey', 'SageMakerJobVolumeKey', 'SageMakerModelRecordKey', 'SageMakerNotebookKey', 'SageMakerPartnerAppKey', 'SageMakerStudioSharingKey', 'SecretKey',
    'SnsTopicKey', 'SqsQueueKey',
  ],
  EncryptedBetweenContainers: ['SageMakerJobInterContainerEncryption'],
  IdleShutdown: ['SageMakerStudioIdleShutdown'],
  ImmutableImages: ['EcrRepositoryScan', 'EcrRepositoryTags'],
  InstanceMetadataV2: ['SageMakerNotebookMetadata'],
  KeyRotation: ['KmsKeyRotation'],
  LogRetention: ['LogGroupRetention'],
  MaximumRuntime: ['SageMakerJobMaxRuntime'],
  NetworkIsolation: ['SageMakerEndpointConfigNetworkIsolation', 'SageMakerJobNetworkIsolation', 'SageMakerModelNetworkIsolation'],
  NoPublicAccess: ['S3AccessPointPublicAccessBlock', 'S3BucketPublicAccessBlock'],
  NoRemoteAccess: ['EmrServerlessInteractive', 'SageMakerRemoteAccess'],
  NoRootAccess: ['SageMakerNotebookRootAccess'],
  PrivateNetwork: ['SageMakerEndpointConfigVpc', 'SageMakerJobVpc', 'SageMakerModelVpc', 'SageMakerNotebookInternet', 'SageMakerNotebookVpc'],
  RecordingTrail: ['CloudTrailLogValidation', 'CloudTrailLogging'],
  Recoverable: ['DynamoDbTableDeletionProtection', 'DynamoDbTableRecovery', 'KmsKeyPendingWindow', 'S3BucketVersioning', 'SageMakerClusterNodeRecovery'],
  RedundantInstances: ['SageMakerEndpointConfigInstanceCount'],
  SupportedPlatform: ['SageMakerNotebookPlatform', 'SageMakerPartnerAppUpgrade'],
  TlsOnly: ['S3BucketTls'],
  TracedUsers: ['SageMakerDomainSourceIdentity'],
};

const INSIDE = { 'RegulatedML::PipelineStep': 'inside a definition, which is text when mixins run' };

/** Types that a rule judges and its mixin leaves as they are, each with the reason. */
export const TYPES_WITHOUT_MIXIN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  EcrRepositoryKey: { 'AWS::ECR::RepositoryCreationTemplate': 'to make repositories with a key of yours, ECR needs a role that may use it, which is for the app to give' },
  S3AccessPointPublicAccessBlock: { 'AWS::S3::MultiRegionAccessPoint': 'turning it on replaces the access point, and the address by which programs know it' },
  SageMakerJobInterContainerEncryption: INSIDE,
  SageMakerJobMaxRuntime: INSIDE,
  SageMakerJobNetworkIsolation: INSIDE,
  SageMakerJobOutputKey: INSIDE,
  SageMakerJobVolumeKey: INSIDE,
  SageMakerJobVpc: INSIDE,
  SageMakerRemoteAccess: INSIDE,
};

/** Rules that no mixin makes hold, by the reason. */
const RULES_BY_REASON: Readonly<Record<string, readonly string[]>> = {
  'a key cannot become another one, and who switched it off knows why': ['KmsKeyUsable'],
  'a decision of the app: whether somebody works with it by hand': ['GlueInteractive'],
  'a decision of the app: whose images it trusts': ['SageMakerDomainDocker'],
  'who set it knows why: the check refuses what is not there yet': ['SageMakerModelPackageValidation'],
  'only who uploads a definition knows its version': ['DefinitionPinned'],
  'what rests on a service that has ended has to move elsewhere': ['SageMakerEdgeService'],
  'a decision of the app: whether each model of an experiment is registered': ['SageMakerMlflowRegistration'],
  'a decision of the app: which columns and rows somebody may see': ['LakeFormationCellsFilter'],
  'it asks for another resource: a role': ['SageMakerUserProfileRole'],
  'how a definition or a template is written is no property that could be set': ['DefinitionReadable', 'TemplateReadable'],
  'the flow, not a resource: what is judged was declared between steps and stores': [
    'ConsentFilterUnchanged', 'FlowConsentFilter', 'FlowConsentPurpose', 'FlowDeIdentification', 'FlowDeIdentificationMatches', 'FlowDeIdentificationPlan', 'FlowDeIdentificationThresholds',
    'FlowDifferentialPrivacy', 'FlowPrivacyMatches', 'FlowPurpose', 'FlowStoreClassification', 'FlowStoreDiscovery', 'FlowStoreErasure', 'FlowTokenVault', 'PipelineInputsMatchDataFlow', 'PipelineMatchesDataFlow',
  ],
  'where something stands is decided by its stack, and nothing can be moved afterwards': [
    'ResidencyFlow', 'ResidencyImage', 'ResidencyInferenceProfile', 'ResidencyKey', 'ResidencyLocation', 'ResidencyModel', 'ResidencyReference', 'ResidencyReplication',
    'ResidencyStack',
  ],
  'whom a policy lets in is for its owner to say': [
    'IamConfusedDeputy', 'IamTrustPublic', 'KmsKeyPolicy', 'LakeFormationPermissions', 'LambdaPermissionPublic', 'LambdaPermissionSource', 'ResourcePolicyPublic', 'TokenVaultKeyContext',
    'S3BucketPolicyAccounts', 'SageMakerModelPackageGroupPolicy',
  ],
  'what a role needs is for the author of its code to say': ['IamDecryptAll', 'IamFullAccess', 'IamPassRole', 'IamWildcardAction', 'IamWildcardResource', 'TokenVaultDirections', 'TokenVaultStore', 'TokenVaultTraining'],
  'a decision of the app: who reaches a database, and from where': ['DatabasePublicAccess'],
  'to encrypt what is there already is to make it anew, and to move the data': ['DatabaseKey'],
  'a decision of the app: how people and programs sign in': ['IamLongLivedCredentials', 'LambdaUrlAuth', 'SageMakerPartnerAppIdentity', 'SageMakerWorkforceNetwork'],
  'a decision of the app: who works together in a space': ['SageMakerSpaceSharing'],
  'a decision of the app: who besides Lake Formation gives access to a table': ['LakeFormationDefaultPermissions', 'LakeFormationExternalAccess', 'LakeFormationHybridAccess'],
  'a decision of the app: what a partner of a clean room may learn': [
    'CleanRoomsAllowedAnalyses', 'CleanRoomsBudgetRefresh', 'CleanRoomsDifferentialPrivacy', 'CleanRoomsMlLogRedaction', 'CleanRoomsMlNoise', 'CleanRoomsSyntheticData',
  ],
  'a decision of the app: how long its work may take, how much it may use, and when it runs': [
    'BatchQueueTimeLimit', 'EmrServerlessCapacity', 'GlueJobTimeout', 'SageMakerMonitoringScheduleRecurring',
  ],
  'a decision of the app: its code has to run on another version': ['EmrServerlessRelease', 'GlueJobVersion', 'LambdaRuntime', 'SageMakerEndpointConfigAmi'],
  'a decision of the app: when nodes may be taken out of work': ['SageMakerClusterPatching'],
  'a decision of the app: an update may be there to change the capacity': ['SageMakerEndpointRetainVariants'],
  'a decision of the app: copies need room on its instances': ['SageMakerInferenceComponentCopies'],
  'a decision of the app: what its executions log': ['StateMachineExecutionData'],
  'a decision of the app: which findings are worth a look': ['MacieFindingsFilter'],
  'a decision of the account, and not of the app that stands in it': ['CloudTrailRegions', 'MacieAutomatedDiscovery', 'MacieSession'],
  'a decision of people: somebody approves a model, and says what it is for': ['SageMakerModelApproval', 'SageMakerModelCardPurpose'],
  'only its author can say it: the name, the description or the tags of what was made': ['SageMakerFeatureGroupNames', 'SageMakerImageDescription', 'SageMakerTagged'],
  'only who owns the data knows which secret makes its pseudonyms': ['DataBrewKeyedHash'],
  'only who reviewed an image knows its digest': ['CleanRoomsMlImage', 'EmrServerlessImage', 'SageMakerJobImagePinned', 'SageMakerModelImagePinned'],
  'only who built an image knows its users': ['SageMakerAppImageRoot'],
  'only who wrote a script, a page or an address can change what it loads': ['SageMakerDomainRStudioTls', 'SageMakerHumanTaskUiScripts', 'SageMakerLifecycleScriptDownloads'],
  'only who runs a database knows whether it takes TLS': ['GlueConnectionTls'],
  'a secret that stands in a template is known already, and has to be made anew elsewhere': ['PlainSecrets', 'SageMakerPlainSecrets'],
  'what it reaches over the network is for the app to say, and a network without a way there stops it': [
    'EmrServerlessNetwork', 'GlueConnectionVpc', 'LambdaVpc', 'SageMakerClusterVpc', 'SageMakerPrivateRegistry',
  ],
  'it asks for another resource: a connection, a security configuration': ['GlueJobSecurityConfiguration', 'GlueJobVpc', 'GlueMlTransformKey'],
  'it asks for another resource: a secret, or what makes it anew': ['SageMakerCodeRepositorySecret', 'SecretRotation'],
  'it asks for another resource: a log group, and a role that may write to it': ['CloudTrailLogs', 'LambdaLogGroup', 'StateMachineLogLevel'],
  'it asks for another resource: a policy, which takes the place of the one that the service made': ['SnsTopicTls', 'SqsQueueTls'],
  'it asks for another resource: alarms that know what goes wrong': ['SageMakerEndpointRollback'],
  'it asks for another resource: a topic that people read': ['CloudWatchAlarmActions'],
  'it asks for another resource: what listens to the bucket': ['S3BucketEvents'],
  'it asks for another resource: what erases when a consent is taken back': ['ConsentWithdrawalHeard'],
  'it asks for another resource: a template of a privacy budget': ['CleanRoomsPrivacyBudget'],
  'it asks for another resource: a registration with a role of its own': ['LakeFormationRegistered'],
  'it asks for another resource: a repository with access control, where a public one is': ['EcrPublicRepository'],
  'it asks for another resource: a volume for the root of each group of instances': ['SageMakerClusterVolumeKey'],
  'it is about what stands beside it: which buckets a trail has to watch, or Macie': ['CloudTrailDataEvents', 'MacieCapture'],
  'it is about what stands beside it: the steps of a pipeline that measure': ['SageMakerModelPackageBias', 'SageMakerModelPackageExplainability'],
  'it has data deleted, or kept, which is for its owner to say': [
    'CloudTrailRetention', 'KinesisStreamRetention', 'S3BucketObjectLock', 'S3BucketReplicaErasure', 'S3BucketRetention', 'S3BucketVersionsExpire',
    'S3TableBucketErasure', 'SageMakerFeatureGroupTtl',
  ],
  'whoever writes or reads has to be let use the key first, or nothing works any more: services by its policy, or the role': [
    'CleanRoomsKey', 'EmrServerlessLogKey', 'FirehoseDeliveryStreamKey', 'GlueIntegrationKey', 'LambdaEnvironmentKey', 'MacieExportKey', 'S3BucketReplicaKey',
    'S3TableBucketKey', 'StateMachineKey',
  ],
  'turning it on replaces the resource': ['GlueSecurityConfiguration', 'S3AccessPointVpc', 'SageMakerDomainSingleSignOn', 'SageMakerFeatureGroupTableFormat'],
  'turning it on makes a new collaboration, which every member has to join again': ['CleanRoomsLogs'],
  'who set it knows why: the policy may leave out whoever deploys it': ['KmsKeyLockout'],
  'S3 refuses it as long as an ACL lets somebody else in': ['S3BucketObjectOwnership'],
  'inside a definition, which is text when mixins run': ['ConsentSnapshotAge', 'SageMakerEmrStepEncryption', 'SageMakerPublicWorkforce'],
  'inside a definition, which is text when mixins run, and where checkpoints go is for its author to say': ['SageMakerJobSpotCheckpoint'],
  'waivers: they are decisions of people': ['WaiverExpiry', 'WaiverReason', 'WaiverRule', 'WaiverUse'],
};

/** Why no mixin makes a rule hold, by name. */
export const WITHOUT_MIXIN: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(RULES_BY_REASON).flatMap(([reason, names]) => names.map((name) => [name, reason])),
);
