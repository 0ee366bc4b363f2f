import { judged, ruleNamed, template } from '../support';
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
    ByName6: policy('part-bucket', deny({ Resource: 'arn:aws:s3:::part-bucket/public/*' })),
    ByName7: policy('objects-bucket', deny({ Resource: 'arn:aws:s3:::objects-bucket/*' })),
    ByName8: policy('narrow-bucket', deny({ Condition: { Bool: { 'aws:SecureTransport': 'false' }, StringEquals: { 'aws:PrincipalAccount': '1' } } })),
    ByName9: policy('narrow2-bucket', deny({ Condition: { Bool: { 'aws:SecureTransport': 'false', 'aws:ViaAWSService': 'false' } } })),
    ByName10: policy('open-bucket', deny({ Resource: PARAM })),
    ByName11: policy('full-bucket', deny({ Resource: ['arn:aws:s3:::full-bucket', 'arn:aws:s3:::full-bucket/*'] })),
    ByName13: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: 'text-bucket', PolicyDocument: JSON.stringify({ Statement: [deny()] }) } },
    ByName14: policy('parts-bucket', deny({ Resource: 'arn:aws:s3:::parts-bucket' }), deny({ Resource: 'arn:aws:s3:::parts-bucket/*' })),
    ByName15: policy('small-bucket', deny({ Condition: { Bool: { 'aws:securetransport': 'false' } } })),
    ByName16: policy('exists-bucket', deny({ Condition: { BoolIfExists: { 'aws:SecureTransport': ['false'] } } })),
    ByName17: policy('both-bucket', deny({ Condition: { BoolIfExists: { 'aws:SecureTransport': 'false' }, Bool: { 'aws:SecureTransport': 'true' } } })),
    ByName18: policy('twice-bucket', deny({ Resource: 'arn:aws:s3:::twice-bucket/*' }), deny({ Resource: 'arn:aws:s3:::twice-bucket/*' })),
    ByName19: policy('mixed-bucket', deny({ Resource: 'arn:aws:s3:::mixed-bucket/*' }), deny({ Resource: PARAM })),
    ByName20: policy('none-bucket', deny({ Condition: { Bool: { 'aws:SecureTransport': [] } } })),
    ByName21: policy('flag-bucket', deny({ Condition: { Bool: { 'aws:securetransport': PARAM } } })),
    ByName22: policy('all-bucket', deny({ Resource: 'arn:aws:s3:::*' })),
    ByName23: policy('null-bucket', deny({ Condition: {} })),
    ByName12: policy('other-bucket', deny({ Resource: ['arn:aws:s3:::full-bucket', 'arn:aws:s3:::full-bucket/*'] })),
  },
  compliant: [{ BucketName: 'own-bucket' }, { BucketName: 'listed-bucket' }, { BucketName: 'full-bucket' }, { BucketName: 'text-bucket' }, ...['parts', 'small', 'exists', 'all'].map((name) => ({ BucketName: `${name}-bucket` }))],
  nonCompliant: [{}, ...['http', 'half', 'part', 'objects', 'narrow', 'narrow2', 'other', 'both', 'twice', 'none', 'null'].map((name) => ({ BucketName: `${name}-bucket` }))],
  unknown: ['token', 'open', 'mixed', 'flag'].map((name) => ({ BucketName: `${name}-bucket` })),
  override: { path: 'BucketName', to: 'http-bucket' },
  tokenAnswer: 'non-compliant',
});
ruleTable('S3BucketTls', {
  type: 'AWS::S3::Bucket',
  around: { ByRef: policy({ Ref: 'Subject' }, deny({ Resource: [{ 'Fn::GetAtt': ['Subject', 'Arn'] }, { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Subject', 'Arn'] }, '/*']] }] })) },
  compliant: [{}],
  nonCompliant: [],
  unknown: [],
});
// what a parameter calls a bucket, it calls it each time
const called = (name: string) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:s3:::${name}` });
ruleTable('S3BucketTls', {
  type: 'AWS::S3::Bucket',
  around: {
    ByRef: policy({ Ref: 'Subject' }, deny({ Resource: [called('${Param}'), called('${Param}/*')] })),
    ByText: policy({ 'Fn::Sub': '${Param}-${AWS::StackId}' }, deny({ Resource: [called('${Param}-${AWS::StackId}'), called('${Param}-${AWS::StackId}/*')] })),
  },
  compliant: [{ BucketName: PARAM }, { BucketName: { 'Fn::Join': ['-', [PARAM, { Ref: 'AWS::StackId' }]] } }],
  nonCompliant: [],
  unknown: [{}, { BucketName: { 'Fn::Sub': '${Param}-x' } }, { BucketName: { 'Fn::Select': [0, PARAM] } }],
});
ruleTable('S3BucketTls', {
  type: 'AWS::S3::Bucket',
  around: { ByRef: policy(PARAM, deny({ Resource: called('${Param}/*') })) },
  compliant: [],
  nonCompliant: [{ BucketName: PARAM }, {}],
  unknown: [],
});
test('a parameter of another template calls another bucket', () => {
  const parameters = { Parameters: { Name: { Type: 'String' } } };
  const [away, home] = ['Away', 'Test'].map((stackName) => ({ stackName, path: stackName, template: `${stackName}.template.json` }));
  const resource = [{ 'Fn::Sub': 'arn:aws:s3:::${Name}' }, { 'Fn::Sub': 'arn:aws:s3:::${Name}/*' }];
  const found = judged([
    { ...template({ Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: { Ref: 'Name' } } } }, { ...parameters, Outputs: { Out: { Value: { Ref: 'Bucket' }, Export: { Name: 'bucket' } } } }), ...home },
    { ...template({ Policy: policy({ 'Fn::ImportValue': 'bucket' }, deny({ Resource: resource })) }, parameters), ...away },
  ], [ruleNamed('S3BucketTls')]);
  expect(found.map(({ answer }) => answer)).toEqual(['unknown']);
});
ruleTable('S3BucketPublicAccessBlock', {
  type: 'AWS::S3::Bucket',
  compliant: [{ PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true } }],
  nonCompliant: [{}, { PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true } }],
  unknown: [{ PublicAccessBlockConfiguration: PARAM }],
  override: { path: 'PublicAccessBlockConfiguration.BlockPublicPolicy', to: false },
});
test('of a bucket without a block it is said that only a new one has it by itself', () => {
  const detail = (Properties: Record<string, unknown>) => judged([template({ Bucket: { Type: 'AWS::S3::Bucket', Properties } })], [ruleNamed('S3BucketPublicAccessBlock')])[0]!.finding.detail;
  expect(detail({})).toBe('PublicAccessBlockConfiguration is not set: S3 blocks public access to buckets made since April 2023, until somebody takes the block off, and to older ones not at all');
  expect(detail({ PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true } })).toBe('PublicAccessBlockConfiguration.RestrictPublicBuckets is not set');
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
const tables = (more: Record<string, unknown>) => ({ ...encrypted(KEY), MetadataConfiguration: { JournalTableConfiguration: { RecordExpiration: {}, EncryptionConfiguration: { SseAlgorithm: 'aws:kms', KmsKeyArn: KEY } }, ...more } });
ruleTable('S3BucketKey', {
  type: 'AWS::S3::Bucket',
  compliant: [
    tables({}), tables({ InventoryTableConfiguration: { ConfigurationState: 'DISABLED' } }),
    tables({ InventoryTableConfiguration: { ConfigurationState: 'ENABLED', EncryptionConfiguration: { SseAlgorithm: 'aws:kms', KmsKeyArn: KEY } } }),
  ],
  nonCompliant: [
    // a bucket that logs to itself, and holds data, is none for logs
    { BucketName: 'data', LoggingConfiguration: { DestinationBucketName: 'data' }, ...encrypted(undefined, 'AES256') },
    { BucketEncryption: { ServerSideEncryptionConfiguration: [] } },
    tables({ JournalTableConfiguration: { RecordExpiration: {}, EncryptionConfiguration: { SseAlgorithm: 'AES256' } } }),
    tables({ JournalTableConfiguration: { RecordExpiration: {} } }),
    tables({ InventoryTableConfiguration: { ConfigurationState: 'ENABLED' } }),
    tables({ AnnotationTableConfiguration: { ConfigurationState: 'ENABLED', EncryptionConfiguration: { SseAlgorithm: 'aws:kms' } } }),
  ],
  unknown: [
    { BucketEncryption: { ServerSideEncryptionConfiguration: PARAM } }, tables({ JournalTableConfiguration: { EncryptionConfiguration: { SseAlgorithm: PARAM, KmsKeyArn: KEY } } }),
    tables({ InventoryTableConfiguration: { ConfigurationState: PARAM, EncryptionConfiguration: PARAM } }), { ...encrypted(KEY), MetadataConfiguration: PARAM },
  ],
  override: { path: 'MetadataConfiguration.JournalTableConfiguration.EncryptionConfiguration.SseAlgorithm', to: 'AES256' },
});
const balancer = (type: string | undefined, ...attributes: [key: string, value: unknown][]) => ({
  Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: { ...type ? { Type: type } : {}, LoadBalancerAttributes: attributes.map(([Key, Value]) => ({ Key, Value })) },
});
ruleTable('S3BucketKey', {
  type: 'AWS::S3::Bucket',
  around: {
    Application: balancer(undefined, ['access_logs.s3.enabled', 'true'], ['access_logs.s3.bucket', { Ref: 'Subject' }]),
  },
  compliant: [],
  nonCompliant: [],
  unknown: [],
  notApplicable: [{}, encrypted(undefined, 'AES256')],
});
test.each([['network', 'non-compliant'], ['connections', undefined], ['classic', undefined], ['another', 'non-compliant']])('logs of load balancers that take no customer-managed key need none: %s', (name, answer) => {
  const found = judged([template({
    Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: name, ...encrypted(undefined, 'AES256') } },
    Network: balancer('network', ['access_logs.s3.bucket', 'network']), Named: balancer('application', ['connection_logs.s3.bucket', 'connections']),
    Classic: { Type: 'AWS::ElasticLoadBalancing::LoadBalancer', Properties: { AccessLoggingPolicy: { Enabled: true, S3BucketName: 'classic' } } },
  })], [ruleNamed('S3BucketKey')]);
  expect(found.map((one) => one.answer)).toEqual(answer ? [answer] : []);
});
ruleTable('KmsKeyRotation', {
  type: 'AWS::KMS::Key',
  compliant: [{ EnableKeyRotation: true }],
  nonCompliant: [{}, { EnableKeyRotation: false }],
  unknown: [{ EnableKeyRotation: PARAM }],
  notApplicable: [{ KeySpec: 'RSA_2048' }, { Origin: 'EXTERNAL' }],
  override: { path: 'EnableKeyRotation', to: false },
});

const allow = (change: Record<string, unknown> = {}) => ({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*', ...change });
const opened = (property: string) => ({
  compliant: [
    { [property]: { Statement: [allow({ Principal: { AWS: 'arn:aws:iam::123456789012:root' } })] } },
    { [property]: { Statement: [deny()] } },
    { [property]: { Statement: allow({ Principal: { Service: 'logs.amazonaws.com' } }) } },
    { [property]: { Statement: [allow({ Principal: { AWS: { 'Fn::GetAtt': ['Role', 'Arn'] } } })] } },
    ...[
      { StringEquals: { 'kms:CallerAccount': '123456789012' } }, { StringEquals: { 'kms:CallerAccount': '123456789012', 'kms:ViaService': 's3.eu-central-1.amazonaws.com' } },
      { StringLike: { 'aws:PrincipalArn': ['arn:aws:iam::123456789012:role/x-*'] } }, { 'ForAnyValue:StringEquals': { 'aws:PrincipalOrgPaths': 'o-1/r-1' } },
      { StringEquals: { 'aws:principalorgid': { Ref: 'Param' } } }, { ArnLike: { 'aws:SourceArn': { 'Fn::Sub': 'arn:aws:s3:::${Param}' } } },
      { ArnLike: { 'aws:SourceArn': ['arn:aws:sns:*:123456789012:*', 'arn:aws:s3:::data/*', 'arn:aws:apigateway:eu-central-1::/restapis/a1/*', { 'Fn::Sub': '${Role.Arn}/*' }] } }, { StringLike: { 'aws:userid': 'AROA1:*' } },
      { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '203.0.113.7', '2001:db8::/32'] } }, { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-1/*' } }, { StringEquals: { 'aws:PrincipalOrgID': { 'Fn::If': ['Cond', 'o-1', 'o-2'] } } },
      { StringEquals: { 'Fn::If': ['Cond', { 'aws:PrincipalOrgID': 'o-1' }, { 'aws:SourceVpce': 'vpce-1' }] } }, { StringLike: { 'aws:PrincipalArn': { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${Param}:role/x-*' } } },
    ].map((Condition) => ({ [property]: { Statement: [allow({ Condition })] } })),
  ],
  nonCompliant: [
    { [property]: { Statement: [allow()] } }, { [property]: { Statement: allow({ Principal: { AWS: '*' } }) } }, { [property]: { Statement: [allow({ Principal: { AWS: ['arn:aws:iam::1:root', '*'] } })] } },
    { [property]: { Statement: [allow({ Principal: undefined, NotPrincipal: { AWS: 'arn:aws:iam::1:root' } })] } },
    ...[
      { StringNotEquals: { 'kms:CallerAccount': '123456789012' } }, { StringEquals: { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' } }, { StringLike: { 'aws:PrincipalArn': '*' } },
      { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } }, { Bool: { 'aws:SecureTransport': 'true' } }, { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } },
      { 'ForAllValues:StringEquals': { 'aws:PrincipalOrgPaths': 'o-1' } }, { StringEquals: { 'aws:PrincipalTag/team': 'ml' } },
      { 'Fn::If': ['Cond', { StringEquals: { 'kms:CallerAccount': '1' } }, { Ref: 'AWS::NoValue' }] }, { StringEquals: { 'Fn::If': ['Cond', { 'kms:CallerAccount': '1' }, { Ref: 'AWS::NoValue' }] } },
      { StringEquals: { 'kms:CallerAccount': { 'Fn::If': ['Cond', '1', { Ref: 'AWS::NoValue' }] } } }, { StringLike: { 'kms:CallerAccount': { 'Fn::If': ['Cond', '1', '*'] } } },
      // what has a wildcard where it names somebody names nobody
      ...['arn:aws:iam::*:role/*', 'arn:aws:iam::*:role/admin', 'arn:*:*:*:*:*', 'arn:aws:iam::*', '*:role/admin'].map((text) => ({ ArnLike: { 'aws:PrincipalArn': text } })),
      ...['arn:aws:s3:::*', 'arn:aws:s3:::data-*', 'arn:aws:sns:*:*:alarms'].map((text) => ({ ArnLike: { 'aws:SourceArn': ['arn:aws:s3:::data', text] } })),
      { IpAddress: { 'aws:SourceIp': ['0.0.0.0/1', '128.0.0.0/1'] } }, { IpAddress: { 'aws:SourceIp': '2000::/3' } }, { IpAddress: { 'aws:VpcSourceIp': '10.0.0.0/16' } },
      { StringLike: { 'aws:PrincipalOrgID': 'o-*' } }, { StringLike: { 'aws:SourceVpce': 'vpce-*' } }, { StringLike: { 'aws:userid': '*:*' } }, { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': '*/*' } },
      { StringLike: { 'aws:PrincipalAccount': '????????????' } }, { StringEquals: { 'aws:PrincipalAccount': '${aws:PrincipalAccount}' } }, { StringEquals: { 'aws:SourceVpc': [] } },
    ].map((Condition) => ({ [property]: { Statement: [allow({ Condition })] } })),
  ],
  unknown: [
    ...[PARAM, { StringEquals: PARAM }, { ArnLike: { 'aws:PrincipalArn': PARAM } }, { IpAddress: { 'aws:SourceIp': [PARAM] } }, { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': { 'Fn::If': ['Cond', 'o-1/*', PARAM] } } }]
      .map((Condition) => ({ [property]: { Statement: [allow({ Condition })] } })),
    { [property]: 'no JSON' }, { [property]: [allow()] }, { [property]: PARAM }, { [property]: { Statement: [PARAM] } }, { [property]: { Statement: [allow({ Principal: { AWS: PARAM } })] } }, { [property]: { Statement: [allow({ Effect: PARAM })] } },
  ],
  around: { Role: { Type: 'AWS::IAM::Role', Properties: {} } },
  override: { path: `${property}.Statement`, to: [allow()] },
});
ruleTable('KmsKeyPolicy', { type: 'AWS::KMS::Key', ...opened('KeyPolicy') });
ruleTable('ResourcePolicyPublic', { type: 'AWS::S3::BucketPolicy', ...opened('PolicyDocument') });
ruleTable('ResourcePolicyPublic', { type: 'AWS::ECR::Repository', ...opened('RepositoryPolicyText') });
ruleTable('ResourcePolicyPublic', { type: 'AWS::S3::AccessPoint', ...opened('Policy') });
ruleTable('ResourcePolicyPublic', { type: 'AWS::S3::MultiRegionAccessPointPolicy', ...opened('Policy') });
ruleTable('ResourcePolicyPublic', { type: 'AWS::S3Express::BucketPolicy', ...opened('PolicyDocument') });
ruleTable('ResourcePolicyPublic', { type: 'AWS::S3Tables::TableBucketPolicy', ...opened('ResourcePolicy') });
ruleTable('ResourcePolicyPublic', { type: 'AWS::S3Vectors::VectorBucketPolicy', ...opened('Policy') });
ruleTable('ResourcePolicyPublic', { type: 'AWS::SNS::TopicInlinePolicy', ...opened('PolicyDocument') });
ruleTable('ResourcePolicyPublic', { type: 'AWS::ECR::RegistryPolicy', ...opened('PolicyText') });
ruleTable('ResourcePolicyPublic', {
  type: 'AWS::DynamoDB::Table',
  compliant: [{ ResourcePolicy: { PolicyDocument: { Statement: [allow({ Principal: { AWS: 'arn:aws:iam::123456789012:root' } })] } } }],
  nonCompliant: [{ ResourcePolicy: { PolicyDocument: { Statement: [allow()] } } }],
  unknown: [{ ResourcePolicy: PARAM }],
  notApplicable: [{}],
});
// some types take the policy as a text
ruleTable('ResourcePolicyPublic', {
  type: 'AWS::Logs::ResourcePolicy',
  compliant: [{ PolicyDocument: JSON.stringify({ Statement: [allow({ Principal: { Service: 'es.amazonaws.com' } })] }) }],
  nonCompliant: [{ PolicyDocument: JSON.stringify({ Statement: [allow()] }) }, { PolicyDocument: { 'Fn::Sub': JSON.stringify({ Statement: [allow({ Resource: 'arn:aws:logs:eu-central-1:123456789012:log-group:#' })] }).replace('#', '${Param}') } }],
  unknown: [{ PolicyDocument: PARAM }, { PolicyDocument: 'no JSON' }],
  override: { path: 'PolicyDocument', to: JSON.stringify({ Statement: allow() }) },
});
