/**
 * Rules that each mixin makes hold, by name.
 *
 * What stands inside the definition of a pipeline or a state machine is out of reach for all of them: a mixin sees resources.
 */
export const RULES_OF_MIXINS: Readonly<Record<string, readonly string[]>> = {
  AccessLogged: ['S3BucketAccessLogs'],
  EncryptedAtRest: [
    'S3BucketKey', 'SageMakerEndpointConfigAsyncKey', 'SageMakerEndpointConfigCaptureKey', 'SageMakerEndpointConfigCoreDumpKey', 'SageMakerEndpointConfigKey',
    'SageMakerFeatureGroupKey', 'SageMakerJobOutputKey', 'SageMakerJobVolumeKey', 'SageMakerNotebookKey', 'SageMakerStudioSharingKey',
  ],
  EncryptedBetweenContainers: ['SageMakerJobInterContainerEncryption'],
  IdleShutdown: ['SageMakerStudioIdleShutdown'],
  InstanceMetadataV2: ['SageMakerNotebookMetadata'],
  KeyRotation: ['KmsKeyRotation'],
  MaximumRuntime: ['SageMakerJobMaxRuntime'],
  NetworkIsolation: ['SageMakerEndpointConfigNetworkIsolation', 'SageMakerJobNetworkIsolation', 'SageMakerModelNetworkIsolation'],
  NoPublicAccess: ['S3BucketPublicAccessBlock'],
  NoRemoteAccess: ['SageMakerRemoteAccess'],
  NoRootAccess: ['SageMakerNotebookRootAccess'],
  PrivateNetwork: ['SageMakerEndpointConfigVpc', 'SageMakerJobVpc', 'SageMakerModelVpc', 'SageMakerNotebookInternet', 'SageMakerNotebookVpc'],
  Recoverable: ['S3BucketVersioning'],
  RedundantInstances: ['SageMakerEndpointConfigInstanceCount'],
  SupportedPlatform: ['SageMakerNotebookPlatform'],
  TlsOnly: ['S3BucketTls'],
  TracedUsers: ['SageMakerDomainSourceIdentity'],
};

const FLOW = 'judges the declared flow between steps and stores, which is no property of a resource';
const PLACE = 'where something stands is decided by its stack, and nothing can be moved afterwards';
const OWNER = 'whom a policy lets in is for its owner to say';

/** Why no mixin makes a rule hold, by name. */
export const WITHOUT_MIXIN: Readonly<Record<string, string>> = {
  DefinitionReadable: 'how a definition is written is no property that could be set',
  FlowDeIdentification: FLOW,
  FlowPurpose: FLOW,
  FlowStoreClassification: FLOW,
  KmsKeyPolicy: OWNER,
  PipelineMatchesDataFlow: FLOW,
  ResidencyFlow: PLACE,
  ResidencyImage: PLACE,
  ResidencyKey: PLACE,
  ResidencyLocation: PLACE,
  ResidencyModel: PLACE,
  ResidencyReference: PLACE,
  ResidencyReplication: PLACE,
  ResidencyStack: PLACE,
  ResourcePolicyPublic: OWNER,
  SageMakerJobImagePinned: 'only who reviewed an image knows its digest',
  SageMakerJobSpotCheckpoint: 'stands inside the definition of a pipeline, and where checkpoints go is for its author to say',
};
