/** Rules of which one breach is enough: anybody, or whoever gets hold of one job, has the data. Worst first. */
export const AWS_OPEN_ALL: readonly string[] = [
  'ResourcePolicyPublic', 'IamTrustPublic', 'LambdaPermissionPublic', 'LambdaUrlAuth', 'EcrPublicRepository', 'SageMakerPublicWorkforce',
  'IamFullAccess', 'IamWildcardAction', 'IamPassRole', 'PlainSecrets', 'SageMakerPlainSecrets', 'SageMakerNotebookInternet', 'S3BucketPublicAccessBlock', 'IamWildcardResource',
];
