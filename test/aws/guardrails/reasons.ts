/**
 * Why no statement demands what a rule does, where IAM has a key that sounds like it. Of all other rules without a statement no key does: the reason of their
 * control stands, or that none carries what they judge.
 */
export const REASONS_OF_RULES: Readonly<Record<string, { readonly key: string; readonly why: string }>> = {
  DefinitionPinned: { key: 'sagemaker:PipelineVersionId', why: 'names a version that a run is started from, and not where a definition was read' },
  IamPassRole: { key: 'iam:PassedToService', why: 'says to which service a role goes, and not what a policy lets pass, which is what the rule judges' },
  LakeFormationDefaultPermissions: { key: 'glue:LakeFormationPermissions', why: 'says whether Lake Formation is asked about a call, and not what new tables give to everybody' },
  LambdaPermissionPublic: { key: 'lambda:Principal', why: 'says who, and not from which organisation or account, by which the rule lets anybody through' },
  LambdaPermissionSource: { key: 'lambda:Principal', why: 'names the service, and no key says for which account it may call' },
  LambdaVpc: { key: 'lambda:VpcIds', why: 'says that a function has a network, and not whether it handles ML data: to demand one would stop what only deploys' },
  S3AccessPointPublicAccessBlock: { key: 's3:AccessPointNetworkOrigin', why: 'says from where an access point is reached, and not what it blocks' },
  S3BucketObjectLock: { key: 's3:object-lock-mode', why: 'says how one object is locked; what a bucket does to all of them is set by a call that carries no key' },
  SageMakerJobImagePinned: { key: 'sagemaker:ImageVersionArns', why: 'names images of Studio; the image of a job is in no key' },
  SageMakerModelPackageValidation: { key: 'sagemaker:ModelApprovalStatus', why: 'says that a model is approved, and not that it was validated' },
  SageMakerStudioIdleShutdown: { key: 'sagemaker:StudioLifecycleConfigArns', why: 'names scripts, and not after how long something idle is shut down' },
  SecretRotation: { key: 'secretsmanager:RotationLambdaARN', why: 'says by what a secret is rotated when somebody asks for that, and not that nobody ever does' },
  TokenVaultKeyContext: { key: 'kms:EncryptionContextKeys', why: 'says which context a call has; which it must have only the policies of the vault know' },
};
