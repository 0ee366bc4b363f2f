import { ruleTable } from '../table';
import { KEY, PARAM } from './around';

const s3 = { S3EncryptionMode: 'SSE-KMS', KmsKeyArn: KEY };
const logs = { CloudWatchEncryptionMode: 'SSE-KMS', KmsKeyArn: KEY };
const bookmarks = { JobBookmarksEncryptionMode: 'CSE-KMS', KmsKeyArn: KEY };
const encryption = (change: Record<string, unknown> = {}) => ({ EncryptionConfiguration: { S3Encryptions: [s3], CloudWatchEncryption: logs, JobBookmarksEncryption: bookmarks, ...change } });
const SUBNETS = {
  Private: { Type: 'AWS::EC2::Subnet', Properties: {} },
  Public: { Type: 'AWS::EC2::Subnet', Properties: { MapPublicIpOnLaunch: true } },
};

ruleTable('GlueSecurityConfiguration', {
  type: 'AWS::Glue::SecurityConfiguration',
  around: { Key: { Type: 'AWS::KMS::Key', Properties: {} } },
  compliant: [encryption(), encryption({ S3Encryptions: [{ ...s3, KmsKeyArn: { 'Fn::GetAtt': ['Key', 'Arn'] } }] })],
  nonCompliant: [
    {}, encryption({ S3Encryptions: [] }), encryption({ S3Encryptions: undefined }), encryption({ S3Encryptions: [{ S3EncryptionMode: 'SSE-S3' }] }), encryption({ S3Encryptions: [s3, { S3EncryptionMode: 'DISABLED' }] }),
    encryption({ CloudWatchEncryption: { CloudWatchEncryptionMode: 'DISABLED' } }), encryption({ JobBookmarksEncryption: undefined }), encryption({ CloudWatchEncryption: { ...logs, KmsKeyArn: 'alias/aws/glue' } }),
  ],
  unknown: [{ EncryptionConfiguration: PARAM }, encryption({ JobBookmarksEncryption: { ...bookmarks, KmsKeyArn: PARAM } })],
  override: { path: 'EncryptionConfiguration.CloudWatchEncryption.CloudWatchEncryptionMode', to: 'DISABLED' },
});
ruleTable('GlueJobSecurityConfiguration', {
  type: 'AWS::Glue::Job',
  around: { Configuration: { Type: 'AWS::Glue::SecurityConfiguration', Properties: {} } },
  compliant: [
    { SecurityConfiguration: 'ml' }, { SecurityConfiguration: { Ref: 'Configuration' } }, { SecurityConfiguration: { 'Fn::Join': ['-', ['ml', PARAM]] } },
    { SecurityConfiguration: { 'Fn::Join': ['-', ['ml', { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }]] } },
  ],
  nonCompliant: [{}, { SecurityConfiguration: '' }],
  unknown: [{ SecurityConfiguration: PARAM }, { SecurityConfiguration: { 'Fn::Sub': ['${A}${B}', { A: PARAM, B: PARAM }] } }, { SecurityConfiguration: { 'Fn::If': ['Cond', { 'Fn::Sub': 'ml-${Param}' }, PARAM] } }],
  override: { path: 'SecurityConfiguration', to: '' },
});
ruleTable('GlueJobSecurityConfiguration', { type: 'AWS::Glue::Crawler', compliant: [{ CrawlerSecurityConfiguration: 'ml' }], nonCompliant: [{}, { SecurityConfiguration: 'ml' }], unknown: [{ CrawlerSecurityConfiguration: PARAM }] });
const catalog = (change: Record<string, unknown> = {}) => ({
  DataCatalogEncryptionSettings: { EncryptionAtRest: { CatalogEncryptionMode: 'SSE-KMS', SseAwsKmsKeyId: KEY }, ConnectionPasswordEncryption: { ReturnConnectionPasswordEncrypted: true, KmsKeyId: KEY }, ...change },
});
ruleTable('GlueCatalogKey', {
  type: 'AWS::Glue::DataCatalogEncryptionSettings',
  compliant: [catalog(), catalog({ EncryptionAtRest: { CatalogEncryptionMode: 'SSE-KMS-WITH-SERVICE-ROLE', SseAwsKmsKeyId: KEY } })],
  nonCompliant: [{}, catalog({ EncryptionAtRest: { CatalogEncryptionMode: 'DISABLED' } }), catalog({ EncryptionAtRest: { CatalogEncryptionMode: 'SSE-KMS' } }), catalog({ ConnectionPasswordEncryption: { ReturnConnectionPasswordEncrypted: false } })],
  unknown: [{ DataCatalogEncryptionSettings: PARAM }, catalog({ EncryptionAtRest: { CatalogEncryptionMode: 'SSE-KMS', SseAwsKmsKeyId: PARAM } })],
  override: { path: 'DataCatalogEncryptionSettings.EncryptionAtRest.CatalogEncryptionMode', to: 'DISABLED' },
});
const leadingTo = (ConnectionType: string, ConnectionProperties: Record<string, unknown> = {}) => ({ ConnectionInput: { ConnectionType, ConnectionProperties } });
const through = (subnet: unknown, groups: unknown = ['sg-1']) => ({ ConnectionInput: { ConnectionType: 'NETWORK', PhysicalConnectionRequirements: { SubnetId: subnet, SecurityGroupIdList: groups } } });
ruleTable('GlueConnectionVpc', {
  type: 'AWS::Glue::Connection', around: SUBNETS,
  compliant: [through('subnet-1'), through({ Ref: 'Private' })],
  nonCompliant: [leadingTo('JDBC'), leadingTo('POSTGRESQL'), through({ Ref: 'Public' }), through('subnet-1', [])],
  unknown: [through(PARAM), { ConnectionInput: PARAM }],
  notApplicable: [leadingTo('SALESFORCE'), leadingTo('BIGQUERY')],
  override: { path: 'ConnectionInput.PhysicalConnectionRequirements.SubnetId', to: { Ref: 'Public' } },
});
const jdbc = (tls?: unknown) => ({ ConnectionInput: { ConnectionType: 'JDBC', ConnectionProperties: { JDBC_CONNECTION_URL: 'x', ...(tls === undefined ? {} : { JDBC_ENFORCE_SSL: tls }) } } });
ruleTable('GlueConnectionTls', {
  type: 'AWS::Glue::Connection',
  compliant: [jdbc('true'), jdbc(true), leadingTo('KAFKA'), leadingTo('MONGODB', { CONNECTION_URL: 'mongodb+srv://db/x' }), leadingTo('MONGODB', { CONNECTION_URL: 'mongodb://db/x?tls=true' })],
  nonCompliant: [jdbc(), jdbc('false'), leadingTo('KAFKA', { KAFKA_SSL_ENABLED: 'false' }), leadingTo('MONGODB', { CONNECTION_URL: 'mongodb://db/x' })],
  unknown: [jdbc(PARAM), { ConnectionInput: PARAM }, leadingTo('KAFKA', { KAFKA_SSL_ENABLED: PARAM })],
  notApplicable: [leadingTo('NETWORK'), leadingTo('SALESFORCE')],
  override: { path: 'ConnectionInput.ConnectionProperties.JDBC_ENFORCE_SSL', to: 'false' },
});
ruleTable('GlueJobVpc', {
  type: 'AWS::Glue::Job',
  compliant: [{ Connections: { Connections: ['private'] } }, { Connections: { Connections: [PARAM] } }],
  nonCompliant: [{}, { Connections: {} }, { Connections: { Connections: [] } }],
  unknown: [{ Connections: PARAM }],
  override: { path: 'Connections.Connections', to: [] },
});
ruleTable('GlueJobVpc', { type: 'AWS::Glue::DevEndpoint', around: SUBNETS, compliant: [{ SubnetId: { Ref: 'Private' } }], nonCompliant: [{}, { SubnetId: { Ref: 'Public' } }], unknown: [{ SubnetId: PARAM }] });
ruleTable('GlueJobVersion', {
  type: 'AWS::Glue::Job',
  compliant: [{ Command: { Name: 'glueetl' }, GlueVersion: '5.0' }, { Command: { Name: 'gluestreaming' }, GlueVersion: '3.0' }],
  nonCompliant: [{ Command: { Name: 'glueetl' } }, { Command: { Name: 'glueetl' }, GlueVersion: '2.0' }],
  unknown: [{ Command: { Name: 'glueetl' }, GlueVersion: PARAM }],
  notApplicable: [{ Command: { Name: 'pythonshell' } }],
  override: { path: 'GlueVersion', to: '1.0' },
});
const transform = (change: Record<string, unknown> = {}) => ({ TransformEncryption: { TaskRunSecurityConfigurationName: 'ml', MLUserDataEncryption: { MLUserDataEncryptionMode: 'SSE-KMS', KmsKeyId: KEY }, ...change } });
ruleTable('GlueMlTransformKey', {
  type: 'AWS::Glue::MLTransform',
  compliant: [transform()],
  nonCompliant: [{}, transform({ TaskRunSecurityConfigurationName: undefined }), transform({ MLUserDataEncryption: { MLUserDataEncryptionMode: 'DISABLED' } }), transform({ MLUserDataEncryption: { MLUserDataEncryptionMode: 'SSE-KMS' } })],
  unknown: [{ TransformEncryption: PARAM }, transform({ TaskRunSecurityConfigurationName: PARAM })],
  override: { path: 'TransformEncryption.MLUserDataEncryption.MLUserDataEncryptionMode', to: 'DISABLED' },
});
const engines = (more: Record<string, unknown>) => ({ CatalogProperties: { DataLakeAccessProperties: more } });
ruleTable('GlueIntegrationKey', {
  type: 'AWS::Glue::Catalog',
  compliant: [engines({ DataLakeAccess: true, KmsKey: KEY })], nonCompliant: [engines({ DataLakeAccess: true }), engines({ DataLakeAccess: 'true', KmsKey: 'alias/aws/glue' })],
  unknown: [engines({ DataLakeAccess: true, KmsKey: PARAM })], notApplicable: [{}, engines({ DataLakeAccess: false }), engines({})],
});
ruleTable('GlueIntegrationKey', {
  type: 'AWS::Glue::IntegrationResourceProperty',
  compliant: [{ TargetProcessingProperties: { KmsArn: KEY } }], nonCompliant: [{ TargetProcessingProperties: { RoleArn: 'arn:aws:iam::123456789012:role/x' } }],
  unknown: [{ TargetProcessingProperties: { KmsArn: PARAM } }], notApplicable: [{ SourceProcessingProperties: { RoleArn: 'arn:aws:iam::123456789012:role/x' } }],
});
const optimizer = (VpcConfiguration?: unknown) => ({ TableOptimizerConfiguration: { Enabled: true, VpcConfiguration } });
ruleTable('GlueJobVpc', {
  type: 'AWS::Glue::TableOptimizer',
  compliant: [optimizer({ GlueConnectionName: 'private' })], nonCompliant: [{}, optimizer(), optimizer({ GlueConnectionName: '' })], unknown: [optimizer({ GlueConnectionName: PARAM })],
});
ruleTable('GlueIntegrationKey', {
  type: 'AWS::Glue::Integration',
  compliant: [{ KmsKeyId: KEY }],
  nonCompliant: [{}, { KmsKeyId: 'alias/aws/glue' }],
  unknown: [{ KmsKeyId: PARAM }],
  override: { path: 'KmsKeyId', to: '' },
});
