import { ruleTable } from '../table';

const PARAM = { Ref: 'Param' };
const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/1';
const deny = (change: Record<string, unknown> = {}) => ({ Effect: 'Deny', Principal: { AWS: '*' }, Action: 's3:*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } }, ...change });
const policy = (bucket: unknown, ...statements: unknown[]) => ({ Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: bucket, PolicyDocument: { Statement: statements } } });

ruleTable('S3BucketTls', {
  type: 'AWS::S3::Bucket',
  around: {
    ByName: policy('own-bucket', { Effect: 'Allow' }, deny()),
    ByName2: policy('http-bucket', deny({ Effect: 'Allow' })),
    ByName3: policy('half-bucket', deny({ Principal: { AWS: 'arn:aws:iam::123456789012:root' } })),
    ByName4: policy('listed-bucket', deny({ Action: ['s3:*'], Principal: '*', Condition: { Bool: { 'aws:SecureTransport': false } } })),
    ByName5: policy('token-bucket', PARAM),
  },
  compliant: [{ BucketName: 'own-bucket' }, { BucketName: 'listed-bucket' }],
  nonCompliant: [{}, { BucketName: 'http-bucket' }, { BucketName: 'half-bucket' }],
  unknown: [{ BucketName: 'token-bucket' }],
  override: { path: 'BucketName', to: 'http-bucket' },
  tokenAnswer: 'non-compliant',
});
ruleTable('S3BucketTls', {
  type: 'AWS::S3::Bucket',
  around: { ByRef: policy({ Ref: 'Subject' }, deny()) },
  compliant: [{}],
  nonCompliant: [],
  unknown: [],
});
ruleTable('S3BucketPublicAccessBlock', {
  type: 'AWS::S3::Bucket',
  compliant: [{ PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true } }],
  nonCompliant: [{}, { PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true } }],
  unknown: [{ PublicAccessBlockConfiguration: PARAM }],
  override: { path: 'PublicAccessBlockConfiguration.BlockPublicPolicy', to: false },
});
const encrypted = (key: unknown, algorithm: unknown = 'aws:kms') => ({ BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: algorithm, KMSMasterKeyID: key } }] } });
ruleTable('S3BucketKey', {
  type: 'AWS::S3::Bucket',
  around: {
    Key: { Type: 'AWS::KMS::Key', Properties: {} },
    Logged: { Type: 'AWS::S3::Bucket', Properties: { LoggingConfiguration: { DestinationBucketName: 'logs' } } },
  },
  compliant: [encrypted(KEY), encrypted({ Ref: 'Key' }), encrypted(KEY, 'aws:kms:dsse')],
  nonCompliant: [{}, encrypted(undefined), encrypted(KEY, 'AES256'), encrypted('alias/aws/s3')],
  unknown: [encrypted(PARAM)],
  notApplicable: [{ BucketName: 'logs', ...encrypted(undefined, 'AES256') }],
  override: { path: 'BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault.KMSMasterKeyID', to: '' },
});
ruleTable('KmsKeyRotation', {
  type: 'AWS::KMS::Key',
  compliant: [{ EnableKeyRotation: true }],
  nonCompliant: [{}, { EnableKeyRotation: false }],
  unknown: [{ EnableKeyRotation: PARAM }],
  notApplicable: [{ KeySpec: 'RSA_2048' }, { Origin: 'EXTERNAL' }],
  override: { path: 'EnableKeyRotation', to: false },
});
