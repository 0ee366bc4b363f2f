import { Answer } from '../../../lib/policy';
import { judged, ruleNamed, template } from '../support';
import { ruleTable } from '../table';
import { KEY, PARAM, USES } from './around';

const around = USES;
const open = { Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] };
const closed = { Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: '*', Resource: '*' }] };

for (const type of ['AWS::RDS::DBInstance', 'AWS::RDS::DBCluster']) {
  ruleTable('DatabaseKey', {
    type, around,
    compliant: [{ StorageEncrypted: true, KmsKeyId: KEY }],
    nonCompliant: [{}, { StorageEncrypted: true }, { KmsKeyId: KEY }, { StorageEncrypted: false, KmsKeyId: KEY }, { StorageEncrypted: true, KmsKeyId: 'alias/aws/rds' }],
    unknown: [{ StorageEncrypted: PARAM, KmsKeyId: KEY }, { StorageEncrypted: true, KmsKeyId: PARAM }],
    override: { path: 'StorageEncrypted', to: false },
  });
}
for (const type of ['AWS::Redshift::Cluster', 'AWS::EFS::FileSystem']) {
  ruleTable('DatabaseKey', {
    type, around, compliant: [{ Encrypted: true, KmsKeyId: KEY }], nonCompliant: [{}, { Encrypted: true }, { KmsKeyId: KEY }], unknown: [{ Encrypted: true, KmsKeyId: PARAM }],
    override: { path: 'KmsKeyId', to: 'alias/aws/elasticfilesystem' },
  });
}
ruleTable('DatabaseKey', { type: 'AWS::RDS::DBInstance', around, compliant: [], nonCompliant: [], unknown: [], notApplicable: [{ DBClusterIdentifier: 'warehouse' }] });
ruleTable('DatabaseKey', { type: 'AWS::EFS::FileSystem', compliant: [], nonCompliant: [], unknown: [], notApplicable: [{}] });

ruleTable('DatabasePublicAccess', {
  type: 'AWS::RDS::DBInstance', around,
  compliant: [{ PubliclyAccessible: false }], nonCompliant: [{}, { PubliclyAccessible: true }, { PubliclyAccessible: 'true' }], unknown: [{ PubliclyAccessible: PARAM }],
  override: { path: 'PubliclyAccessible', to: true },
});
ruleTable('DatabasePublicAccess', {
  type: 'AWS::RDS::DBCluster', around,
  compliant: [{ PubliclyAccessible: false, DBClusterInstanceClass: 'db.m6gd.large' }], nonCompliant: [{ PubliclyAccessible: true }, { DBClusterInstanceClass: 'db.m6gd.large' }], unknown: [], notApplicable: [{}],
});
ruleTable('DatabasePublicAccess', { type: 'AWS::Redshift::Cluster', around, compliant: [{}, { PubliclyAccessible: false }], nonCompliant: [{ PubliclyAccessible: true }], unknown: [] });

for (const [type, document] of [['AWS::EFS::FileSystem', 'FileSystemPolicy'], ['AWS::Logs::LogGroup', 'ResourcePolicyDocument'], ['AWS::Redshift::Cluster', 'NamespaceResourcePolicy']] as const) {
  ruleTable('ResourcePolicyPublic', { type, compliant: [{ [document]: closed }], nonCompliant: [{ [document]: open }], unknown: [{ [document]: PARAM }], notApplicable: [{}] });
}

// what a job reads, by the names under which its request has them
test.each([
  ['a file system', 'AWS::EFS::FileSystem', { Type: 'AWS::SageMaker::Domain', Properties: { DefaultUserSettings: { CustomFileSystemConfigs: [{ EFSFileSystemConfig: { FileSystemId: { Ref: 'Subject' } } }] } } }],
  ['a cluster of Redshift', 'AWS::Redshift::Cluster', { Type: 'AWS::SageMaker::ProcessingJob', Properties: { ProcessingInputs: [{ DatasetDefinition: { RedshiftDatasetDefinition: { ClusterId: { Ref: 'Subject' } } } }] } }],
  ['a database', 'AWS::RDS::DBInstance', { Type: 'AWS::Glue::Connection', Properties: { ConnectionInput: { ConnectionProperties: { JDBC_CONNECTION_URL: { 'Fn::Join': ['', ['jdbc:postgresql://', { 'Fn::GetAtt': ['Subject', 'Endpoint.Address'] }, ':5432/x']] } } } } }],
])('%s that machine learning reads is asked for a key', (_what, type, reader) => {
  const [found] = judged([template({ Subject: { Type: type, Properties: {} }, Reader: reader })], [ruleNamed('DatabaseKey')]);
  expect(found!.finding.answer).toBe(Answer.NON_COMPLIANT);
});
