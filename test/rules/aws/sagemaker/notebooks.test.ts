import { ruleTable } from '../../table';
import { around, CLOUD_KEY, KEY, OWN, PARAM, subnets } from './samples';

ruleTable('SageMakerNotebookInternet', {
  type: 'AWS::SageMaker::NotebookInstance',
  compliant: [{ DirectInternetAccess: 'Disabled' }],
  nonCompliant: [{}, { DirectInternetAccess: 'Enabled' }],
  unknown: [{ DirectInternetAccess: PARAM }],
  override: { path: 'DirectInternetAccess', to: 'Enabled' },
});
ruleTable('SageMakerNotebookInternet', {
  type: 'AWS::SageMaker::Domain',
  compliant: [{ AppNetworkAccessType: 'VpcOnly' }],
  nonCompliant: [{}, { AppNetworkAccessType: 'PublicInternetOnly' }],
  unknown: [{ AppNetworkAccessType: PARAM }],
  override: { path: 'AppNetworkAccessType', to: 'PublicInternetOnly' },
});
const notebook = 'AWS::SageMaker::NotebookInstance';
const domain = 'AWS::SageMaker::Domain';
ruleTable('SageMakerNotebookVpc', {
  type: notebook,
  around: subnets,
  compliant: [
    { SubnetId: 'subnet-0a1b2c3d', SecurityGroupIds: ['sg-0a1b2c3d'] }, { SubnetId: { Ref: 'Inside' }, SecurityGroupIds: [PARAM] },
    { SubnetId: { Ref: 'Behind' }, SecurityGroupIds: ['sg-0a1b2c3d'] },
  ],
  nonCompliant: [
    {}, { SecurityGroupIds: ['sg-0a1b2c3d'] }, { SubnetId: 'subnet-0a1b2c3d' }, { SubnetId: { Ref: 'Routed' }, SecurityGroupIds: ['sg-0a1b2c3d'] },
    { SubnetId: { Ref: 'AWS::NoValue' } },
  ],
  unknown: [{ SubnetId: PARAM, SecurityGroupIds: ['sg-0a1b2c3d'] }, { SubnetId: 'subnet-0a1b2c3d', SecurityGroupIds: PARAM }],
  override: { path: 'SubnetId', to: '' },
});
ruleTable('SageMakerNotebookVpc', {
  type: domain,
  around: subnets,
  compliant: [{ VpcId: 'vpc-1', SubnetIds: ['subnet-0a1b2c3d'] }, { SubnetIds: [{ Ref: 'Inside' }, { Ref: 'Behind' }] }],
  nonCompliant: [{}, { SubnetIds: [] }, { SubnetIds: [{ Ref: 'Inside' }, { Ref: 'Addressed' }] }],
  unknown: [{ SubnetIds: PARAM }],
  override: { path: 'SubnetIds', to: [] },
});
ruleTable('SageMakerNotebookRootAccess', {
  type: notebook, compliant: [{ RootAccess: 'Disabled' }], nonCompliant: [{}, { RootAccess: 'Enabled' }, { RootAccess: { 'Fn::If': ['Cond', 'Disabled', 'Enabled'] } }],
  unknown: [{ RootAccess: PARAM }],
  override: { path: 'RootAccess', to: 'Enabled' },
});
ruleTable('SageMakerNotebookPlatform', {
  type: notebook,
  compliant: [{ PlatformIdentifier: 'notebook-al2023-v1' }, { PlatformIdentifier: 'notebook-al2023-v2' }],
  nonCompliant: [{}, { PlatformIdentifier: 'notebook-al1-v1' }, { PlatformIdentifier: 'notebook-al2-v2' }, { PlatformIdentifier: 'notebook-al2-v3' }],
  unknown: [{ PlatformIdentifier: PARAM }],
  override: { path: 'PlatformIdentifier', to: 'notebook-al2-v3' },
});
for (const type of [notebook, domain]) {
  ruleTable('SageMakerNotebookKey', {
    type,
    around,
    compliant: [{ KmsKeyId: OWN }, { KmsKeyId: KEY }, { KmsKeyId: 'alias/research' }],
    // a key that is the cloud's, whichever way it is named
    nonCompliant: [
      {}, { KmsKeyId: '' }, { KmsKeyId: 'alias/aws/sagemaker' }, { KmsKeyId: CLOUD_KEY },
      { KmsKeyId: { 'Fn::Sub': 'arn:aws:kms:eu-central-1:123456789012:alias/aws/ebs' } }, { KmsKeyId: { 'Fn::Sub': 'arn:aws:kms:eu-central-1:${Param}:alias/aws/ebs' } },
    ],
    // what is no text names no key
    unknown: [
      { KmsKeyId: PARAM }, { KmsKeyId: { Invented: KEY } }, { KmsKeyId: [KEY] }, { KmsKeyId: 7 }, { KmsKeyId: '{{resolve:ssm:/key}}' }, { KmsKeyId: { 'Fn::Transform': { Name: 'Mine' } } },
      { KmsKeyId: { 'Fn::Sub': 'alias/${Param}' } },
    ],
    override: { path: 'KmsKeyId', to: 'alias/aws/elasticfilesystem' },
  });
}
const git = (RepositoryUrl: unknown, SecretArn?: unknown) => ({ GitConfig: { RepositoryUrl, SecretArn } });
ruleTable('SageMakerCodeRepositorySecret', {
  type: 'AWS::SageMaker::CodeRepository',
  around: {
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: {} }, Repository: { Type: 'AWS::CodeCommit::Repository', Properties: { RepositoryName: 'r' } },
    Seed: { Type: 'AWS::CloudFormation::CustomResource', Properties: {} },
  },
  compliant: [git('https://git.example.com/a.git', 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:git-a1b2c3'), git('https://git.example.com/a.git', { Ref: 'Secret' })],
  nonCompliant: [git('https://git.example.com/a.git'), git('https://git.example.com/a.git', ''), git({ 'Fn::Sub': 'https://git.example.com/${Param}.git' }), git({ 'Fn::If': ['Cond', 'https://git.example.com/a.git', { 'Fn::GetAtt': ['Repository', 'CloneUrlHttp'] }] })],
  unknown: [git('https://git.example.com/a.git', PARAM), { GitConfig: PARAM }, git(PARAM), git({ 'Fn::GetAtt': ['Seed', 'HttpsUrl'] })],
  notApplicable: [
    git('https://git-codecommit.eu-central-1.amazonaws.com/v1/repos/a'), git({ 'Fn::GetAtt': ['Repository', 'CloneUrlHttp'] }), git({ 'Fn::Sub': 'https://git-codecommit.${Param}.amazonaws.com/v1/repos/a' }),
  ],
  override: { path: 'GitConfig.SecretArn', to: '' },
});
const metadata = (MinimumInstanceMetadataServiceVersion: unknown) => ({ InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion } });
ruleTable('SageMakerNotebookMetadata', {
  type: notebook, compliant: [metadata('2'), metadata(2)], nonCompliant: [{}, metadata('1'), { InstanceMetadataServiceConfiguration: {} }], unknown: [metadata(PARAM)],
  override: { path: 'InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion', to: '1' },
});
ruleTable('SageMakerNotebookMetadata', { action: 'sagemaker:createNotebookInstance', compliant: [metadata('2')], nonCompliant: [{}], unknown: [metadata(PARAM)] });
