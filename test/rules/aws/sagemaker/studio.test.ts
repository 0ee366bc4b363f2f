import { ruleTable } from '../../table';
import { around, CLOUD_KEY, KEY, OWN, PARAM } from './samples';

const domain = 'AWS::SageMaker::Domain';
const profile = 'AWS::SageMaker::UserProfile';

ruleTable('SageMakerDomainSingleSignOn', {
  type: domain, compliant: [{ AuthMode: 'SSO' }], nonCompliant: [{ AuthMode: 'IAM' }, {}], unknown: [{ AuthMode: PARAM }], override: { path: 'AuthMode', to: 'IAM' },
});
const identity = (ExecutionRoleIdentityConfig: unknown) => ({ DomainSettings: { ExecutionRoleIdentityConfig } });
ruleTable('SageMakerDomainSourceIdentity', {
  type: domain, compliant: [identity('USER_PROFILE_NAME')], nonCompliant: [{}, identity('DISABLED'), { DomainSettings: {} }], unknown: [identity(PARAM), { DomainSettings: PARAM }],
  override: { path: 'DomainSettings.ExecutionRoleIdentityConfig', to: 'DISABLED' },
});
const docker = (DockerSettings: unknown, AppNetworkAccessType: unknown = 'VpcOnly') => ({ AppNetworkAccessType, DomainSettings: { DockerSettings } });
const TRUSTED = { EnableDockerAccess: 'ENABLED', VpcOnlyTrustedAccounts: ['123456789012'] };
ruleTable('SageMakerDomainDocker', {
  type: domain,
  compliant: [docker(TRUSTED), docker({ EnableDockerAccess: PARAM, VpcOnlyTrustedAccounts: ['123456789012'] })],
  nonCompliant: [docker({ EnableDockerAccess: 'ENABLED' }), docker({ EnableDockerAccess: 'ENABLED', VpcOnlyTrustedAccounts: [] }), docker(TRUSTED, 'PublicInternetOnly'), { DomainSettings: { DockerSettings: TRUSTED } }],
  unknown: [docker(PARAM), docker({ EnableDockerAccess: PARAM }), docker({ EnableDockerAccess: 'ENABLED', VpcOnlyTrustedAccounts: PARAM }), docker(TRUSTED, PARAM)],
  notApplicable: [{}, docker({}), docker({ EnableDockerAccess: 'DISABLED' }, 'PublicInternetOnly')],
  override: { path: 'DomainSettings.DockerSettings.VpcOnlyTrustedAccounts', to: [] },
});

for (const [type, settings] of [[domain, 'DefaultUserSettings'], [profile, 'UserSettings']] as const) {
  const sharing = (SharingSettings: unknown) => ({ [settings]: { SharingSettings } });
  ruleTable('SageMakerStudioSharingKey', {
    type,
    around,
    compliant: [sharing({ NotebookOutputOption: 'Allowed', S3KmsKeyId: OWN }), sharing({ NotebookOutputOption: 'Allowed', S3OutputPath: 's3://shared/', S3KmsKeyId: KEY })],
    nonCompliant: [sharing({ NotebookOutputOption: 'Allowed' }), sharing({ NotebookOutputOption: 'Allowed', S3KmsKeyId: CLOUD_KEY })],
    unknown: [sharing(PARAM), sharing({ NotebookOutputOption: 'Allowed', S3KmsKeyId: PARAM }), sharing({ NotebookOutputOption: PARAM })],
    notApplicable: [{}, sharing({ NotebookOutputOption: 'Disabled' })],
    override: { path: `${settings}.SharingSettings.S3KmsKeyId`, to: '' },
  });
  const idle = (lab: unknown, editor: unknown) => ({
    [settings]: {
      JupyterLabAppSettings: { AppLifecycleManagement: { IdleSettings: { LifecycleManagement: lab } } },
      CodeEditorAppSettings: { AppLifecycleManagement: { IdleSettings: { LifecycleManagement: editor } } },
    },
  });
  ruleTable('SageMakerStudioIdleShutdown', {
    type,
    compliant: [idle('ENABLED', 'ENABLED')],
    // a profile that says nothing takes what its domain says
    nonCompliant: [idle('ENABLED', 'DISABLED'), ...(type === domain ? [{}, { [settings]: { JupyterLabAppSettings: {} } }] : [])],
    unknown: [idle('ENABLED', PARAM)],
    notApplicable: type === profile ? [{}, { [settings]: {} }] : [],
    override: { path: `${settings}.JupyterLabAppSettings.AppLifecycleManagement.IdleSettings.LifecycleManagement`, to: 'DISABLED' },
  });
}

const rstudio = (urls: object) => ({ DomainSettings: { RStudioServerProDomainSettings: urls } });
ruleTable('SageMakerDomainRStudioTls', {
  type: domain,
  compliant: [rstudio({ RStudioConnectUrl: 'https://connect.example.com' }), rstudio({ RStudioPackageManagerUrl: { 'Fn::Sub': 'https://${Param}/cran' } })],
  nonCompliant: [
    rstudio({ RStudioConnectUrl: 'http://connect.example.com' }), rstudio({ RStudioConnectUrl: 'https://a.example.com', RStudioPackageManagerUrl: 'www.example.com' }),
  ],
  unknown: [rstudio({ RStudioConnectUrl: PARAM }), { DomainSettings: PARAM }],
  notApplicable: [{}, rstudio({})],
  override: { path: 'DomainSettings.RStudioServerProDomainSettings.RStudioConnectUrl', to: 'http://connect.example.com' },
});

ruleTable('SageMakerSpaceSharing', {
  type: 'AWS::SageMaker::Space', compliant: [{ SpaceSharingSettings: { SharingType: 'Private' } }], nonCompliant: [{}, { SpaceSharingSettings: { SharingType: 'Shared' } }],
  unknown: [{ SpaceSharingSettings: PARAM }], override: { path: 'SpaceSharingSettings.SharingType', to: 'Shared' },
});
ruleTable('SageMakerRemoteAccess', {
  type: 'AWS::SageMaker::Space', compliant: [{}, { SpaceSettings: { RemoteAccess: 'DISABLED' } }], nonCompliant: [{ SpaceSettings: { RemoteAccess: 'ENABLED' } }],
  unknown: [{ SpaceSettings: { RemoteAccess: PARAM } }],
  override: { path: 'SpaceSettings.RemoteAccess', to: 'ENABLED' },
});
ruleTable('SageMakerUserProfileRole', {
  type: profile,
  around: { Role: { Type: 'AWS::IAM::Role', Properties: {} } },
  compliant: [
    { UserSettings: { ExecutionRole: 'arn:aws:iam::123456789012:role/team' } }, { UserSettings: { ExecutionRole: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
    { UserSettings: { ExecutionRole: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:role/${Param}' } } },
  ],
  nonCompliant: [{}, { UserSettings: { ExecutionRole: '' } }],
  unknown: [{ UserSettings: { ExecutionRole: PARAM } }, { UserSettings: PARAM }],
  override: { path: 'UserSettings.ExecutionRole', to: '' },
});
const user = (ids: object) => ({ KernelGatewayImageConfig: { KernelSpecs: [{ Name: 'python3' }], FileSystemConfig: ids } });
ruleTable('SageMakerAppImageRoot', {
  type: 'AWS::SageMaker::AppImageConfig', compliant: [user({ DefaultUid: 1000, DefaultGid: 100 }), {}, { JupyterLabAppImageConfig: { ContainerConfig: {} } }],
  nonCompliant: [user({ DefaultUid: 0 }), user({ DefaultUid: 1000, DefaultGid: '0' })], unknown: [user({ DefaultUid: PARAM })],
  override: { path: 'KernelGatewayImageConfig.FileSystemConfig.DefaultUid', to: 0 },
});
ruleTable('SageMakerImageDescription', {
  type: 'AWS::SageMaker::Image', compliant: [{ ImageDescription: 'Notebooks of the readmission team' }, { ImageDescription: { 'Fn::Sub': 'Notebooks of ${Param}' } }],
  nonCompliant: [{}, { ImageDescription: '' }],
  unknown: [{ ImageDescription: PARAM }], override: { path: 'ImageDescription', to: '' },
});
for (const type of [domain, 'AWS::SageMaker::Image', 'AWS::SageMaker::AppImageConfig', 'AWS::SageMaker::FeatureGroup']) {
  ruleTable('SageMakerTagged', {
    type, compliant: [{ Tags: [{ Key: 'owner', Value: 'team' }] }, { Tags: [{ Key: 'aws:cloudformation:stack-name', Value: 's' }, { Key: 'owner', Value: 'team' }] }],
    nonCompliant: [{}, { Tags: [] }, { Tags: [{ Key: 'aws:cloudformation:stack-name', Value: 's' }] }], unknown: [{ Tags: PARAM }], override: { path: 'Tags', to: [] },
  });
}
