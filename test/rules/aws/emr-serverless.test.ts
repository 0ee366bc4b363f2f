import { ruleTable } from '../table';
import { KEY, PARAM } from './around';

const APPLICATION = { type: 'AWS::EMRServerless::Application' };
const ECR = '123456789012.dkr.ecr.eu-central-1.amazonaws.com/spark';

ruleTable('EmrServerlessNetwork', {
  ...APPLICATION,
  around: { Private: { Type: 'AWS::EC2::Subnet', Properties: {} }, Public: { Type: 'AWS::EC2::Subnet', Properties: { MapPublicIpOnLaunch: true } } },
  compliant: [{ NetworkConfiguration: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] } }, { NetworkConfiguration: { SubnetIds: [{ Ref: 'Private' }], SecurityGroupIds: [PARAM] } }],
  nonCompliant: [{}, { NetworkConfiguration: { SubnetIds: ['subnet-1'] } }, { NetworkConfiguration: { SubnetIds: [{ Ref: 'Private' }, { Ref: 'Public' }], SecurityGroupIds: ['sg-1'] } }],
  unknown: [{ NetworkConfiguration: PARAM }, { NetworkConfiguration: { SubnetIds: PARAM, SecurityGroupIds: ['sg-1'] } }],
  override: { path: 'NetworkConfiguration.SubnetIds', to: [{ Ref: 'Public' }] },
});
const managed = (more: Record<string, unknown>) => ({ MonitoringConfiguration: { ManagedPersistenceMonitoringConfiguration: more } });
ruleTable('EmrServerlessLogKey', {
  ...APPLICATION,
  compliant: [
    managed({ Enabled: true, EncryptionKeyArn: KEY }), managed({ Enabled: false }), { MonitoringConfiguration: { ManagedPersistenceMonitoringConfiguration: { Enabled: false }, S3MonitoringConfiguration: { LogUri: 's3://x/', EncryptionKeyArn: KEY } } },
    managed({ Enabled: 'False' }), { MonitoringConfiguration: { ManagedPersistenceMonitoringConfiguration: { Enabled: false }, CloudWatchLoggingConfiguration: { Enabled: false } } },
  ],
  nonCompliant: [
    {}, managed({ Enabled: true }), { MonitoringConfiguration: { ManagedPersistenceMonitoringConfiguration: { Enabled: false }, S3MonitoringConfiguration: { LogUri: 's3://x/' } } },
    { MonitoringConfiguration: { ManagedPersistenceMonitoringConfiguration: { EncryptionKeyArn: KEY }, CloudWatchLoggingConfiguration: { Enabled: true } } },
  ],
  unknown: [managed({ EncryptionKeyArn: PARAM }), managed({ Enabled: PARAM }), { MonitoringConfiguration: PARAM }],
  override: { path: 'MonitoringConfiguration.ManagedPersistenceMonitoringConfiguration.EncryptionKeyArn', to: '' },
});
ruleTable('EmrServerlessCapacity', {
  ...APPLICATION,
  compliant: [{ MaximumCapacity: { Cpu: '64 vCPU', Memory: '256 GB' } }],
  nonCompliant: [{}, { MaximumCapacity: { Cpu: '64 vCPU' } }],
  unknown: [{ MaximumCapacity: PARAM }],
  override: { path: 'MaximumCapacity.Memory', to: '' },
});
const image = (uri: unknown) => ({ ImageConfiguration: { ImageUri: uri } });
ruleTable('EmrServerlessImage', {
  ...APPLICATION,
  compliant: [image(`${ECR}@sha256:0`), image({ 'Fn::Sub': '${AWS::AccountId}.dkr.ecr.eu-central-1.amazonaws.com/spark@sha256:0' }), image(`${ECR}:1.2`)],
  nonCompliant: [image(`${ECR}:latest`), image(ECR), { WorkerTypeSpecifications: { Driver: { ImageConfiguration: { ImageUri: `${ECR}:stable-2` } } } }, image({ 'Fn::Sub': '${Param}.dkr.ecr.eu-central-1.amazonaws.com/spark:latest' })],
  unknown: [image(PARAM), image({ 'Fn::Sub': `${ECR}\${Param}` })],
  notApplicable: [{}],
  override: { path: 'ImageConfiguration.ImageUri', to: `${ECR}:latest` },
});
ruleTable('EmrServerlessInteractive', {
  ...APPLICATION,
  compliant: [{ InteractiveConfiguration: { LivyEndpointEnabled: false, StudioEnabled: false } }, {}],
  nonCompliant: [{ InteractiveConfiguration: { LivyEndpointEnabled: true } }, { InteractiveConfiguration: { StudioEnabled: true } }, { InteractiveConfiguration: { SessionEnabled: 'true' } }],
  unknown: [{ InteractiveConfiguration: PARAM }],
  override: { path: 'InteractiveConfiguration.StudioEnabled', to: true },
});
