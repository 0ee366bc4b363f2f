/**
 * Wildcards for lists of actions, since policies are short and a role has one boundary. What they match besides carries none of the keys that the
 * statements ask for, or takes a protection away as well.
 */
export const WILDCARDS: Readonly<Record<string, readonly string[]>> = {
  'bedrock:InvokeModel*': ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
  'cloudtrail:Delete*': ['cloudtrail:DeleteEventDataStore', 'cloudtrail:DeleteTrail'],
  'cloudtrail:Stop*': ['cloudtrail:StopEventDataStoreIngestion', 'cloudtrail:StopLogging'],
  'cloudtrail:Update*': ['cloudtrail:UpdateEventDataStore', 'cloudtrail:UpdateTrail'],
  'config:Delete*': ['config:DeleteConfigurationRecorder', 'config:DeleteConformancePack', 'config:DeleteDeliveryChannel'],
  // neither of them is the one that puts an image
  'ecr:PutImage*i*': ['ecr:PutImageScanningConfiguration', 'ecr:PutImageTagMutability'],
  'iam:Attach*Policy': ['iam:AttachGroupPolicy', 'iam:AttachRolePolicy', 'iam:AttachUserPolicy'],
  'iam:Delete*PermissionsBoundary': ['iam:DeleteRolePermissionsBoundary', 'iam:DeleteUserPermissionsBoundary'],
  'iam:DeletePolicy*': ['iam:DeletePolicy', 'iam:DeletePolicyVersion'],
  'iam:Detach*Policy': ['iam:DetachGroupPolicy', 'iam:DetachRolePolicy', 'iam:DetachUserPolicy'],
  'kms:Delete*': ['kms:DeleteCustomKeyStore', 'kms:DeleteImportedKeyMaterial'],
  'kms:Disable*': ['kms:DisableKey', 'kms:DisableKeyRotation'],
  'lambda:Delete*CodeSigningConfig': ['lambda:DeleteCodeSigningConfig', 'lambda:DeleteFunctionCodeSigningConfig'],
  'macie2:Disa*': [
    'macie2:DisableMacie', 'macie2:DisableOrganizationAdminAccount', 'macie2:DisassociateFromAdministratorAccount', 'macie2:DisassociateFromMasterAccount',
    'macie2:DisassociateMember',
  ],
  's3:PutObject*Acl': ['s3:PutObjectAcl', 's3:PutObjectVersionAcl'],
  's3:PutBucketP*': ['s3:PutBucketPolicy', 's3:PutBucketPublicAccessBlock'],
  'sagemaker:*ModelPackage': ['sagemaker:CreateModelPackage', 'sagemaker:UpdateModelPackage'],
  'sagemaker:*MonitoringSchedule': ['sagemaker:CreateMonitoringSchedule', 'sagemaker:UpdateMonitoringSchedule'],
  'sagemaker:*Space': ['sagemaker:CreateSpace', 'sagemaker:UpdateSpace'],
  'sagemaker:Create*JobDefinition': [
    'sagemaker:CreateDataQualityJobDefinition', 'sagemaker:CreateModelBiasJobDefinition', 'sagemaker:CreateModelExplainabilityJobDefinition',
    'sagemaker:CreateModelQualityJobDefinition',
  ],
  'sagemaker:Create*QualityJobDefinition': ['sagemaker:CreateDataQualityJobDefinition', 'sagemaker:CreateModelQualityJobDefinition'],
  'sagemaker:Create*T*ingJob': ['sagemaker:CreateHyperParameterTuningJob', 'sagemaker:CreateTrainingJob'],
  'sagemaker:Create*r*ingJob': ['sagemaker:CreateHyperParameterTuningJob', 'sagemaker:CreateProcessingJob', 'sagemaker:CreateTrainingJob'],
  'sagemaker:CreateAutoMLJob*': ['sagemaker:CreateAutoMLJob', 'sagemaker:CreateAutoMLJobV2'],
};

/** The same actions, or a few harmless ones more, in fewer words. */
export function compact(actions: readonly string[]): string[] {
  const possible = Object.entries(WILDCARDS).filter(([, members]) => members.every((member) => actions.includes(member)));
  // one that stands for less than another says nothing more
  const used = possible.filter(([, members]) => !possible.some(([, others]) => others.length > members.length && members.every((member) => others.includes(member))));
  const replaced = new Set(used.flatMap(([, members]) => members));
  return [...new Set([...used.map(([wildcard]) => wildcard), ...actions.filter((action) => !replaced.has(action))])].sort();
}
