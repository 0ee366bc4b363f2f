import type { Place } from '../../../lib/aws/guardrails/guard';
import type { Context } from '../../support/sagemaker-context';

type Properties = Record<string, unknown>;

/** One call, as IAM sees it. */
export interface Call {
  /** `service:Action`. */
  readonly action: string;
  readonly resource?: string;
  /** What SageMaker is asked for: condition keys follow from it, and rules judge it. */
  readonly request?: Properties;
  readonly context?: Context;
  /** Name of a role of the account, or an ARN. */
  readonly by?: string;
  readonly resourcePolicy?: object;
}

/** What a statement denies, and what comes closest and passes. */
export interface Case {
  readonly sid: string;
  readonly denied: readonly Call[];
  readonly allowed: readonly Call[];
  /** Where the statement is about it, unless it is wherever the statement stands. */
  readonly places?: readonly Place[];
  /** How the rule sees the requests: as a step of a pipeline, or as a resource. */
  readonly judged?: { readonly rule: string; readonly step?: string; readonly type?: string };
}

const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
export const OTHER_KEY = KEY.replace('1234abcd', '9999abcd');
/** The same id in another account and region. */
const FOREIGN_KEY = KEY.replace('eu-central-1:123456789012', 'us-east-1:999999999999');
export const SUBNETS = ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'];
export const GROUP = 'sg-0a1b2c3d';
export const KEYS = [KEY];
const VPC = { Subnets: SUBNETS, SecurityGroupIds: [GROUP] };
const TYPE = 'ml.m5.xlarge';
const CLARIFY = '017069133835.dkr.ecr.eu-central-1.amazonaws.com/sagemaker-clarify-processing:1.0';

const training = {
  AlgorithmSpecification: { TrainingImage: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/train:1', TrainingInputMode: 'File' },
  EnableNetworkIsolation: true, EnableInterContainerTrafficEncryption: true, VpcConfig: VPC,
  OutputDataConfig: { S3OutputPath: 's3://models/', KmsKeyId: KEY },
  ResourceConfig: { InstanceType: TYPE, InstanceCount: 2, VolumeSizeInGB: 30, VolumeKmsKeyId: KEY },
  StoppingCondition: { MaxRuntimeInSeconds: 3600 },
};
const serverless = { ...training, ResourceConfig: undefined, ServerlessJobConfig: { JobType: 'FineTuning', BaseModelArn: 'arn:aws:sagemaker:eu-central-1:aws:hub-content/x' } };
const job = { OutputDataConfig: { S3OutputPath: 's3://models/', KmsKeyId: KEY }, VpcConfig: VPC };
const processing = {
  AppSpecification: { ImageUri: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/step:1' },
  NetworkConfig: { EnableNetworkIsolation: true, EnableInterContainerTrafficEncryption: true, VpcConfig: VPC },
  ProcessingOutputConfig: { Outputs: [], KmsKeyId: KEY },
  ProcessingResources: { ClusterConfig: { InstanceType: TYPE, InstanceCount: 2, VolumeSizeInGB: 30, VolumeKmsKeyId: KEY } },
  StoppingCondition: { MaxRuntimeInSeconds: 3600 },
};
const tuning = { TrainingJobDefinition: training };
const transform = { ModelName: 'risk', TransformOutput: { S3OutputPath: 's3://scores/', KmsKeyId: KEY }, TransformResources: { InstanceType: TYPE, InstanceCount: 1, VolumeKmsKeyId: KEY } };
const autoMl = {
  AutoMLJobConfig: { SecurityConfig: { EnableInterContainerTrafficEncryption: true, VolumeKmsKeyId: KEY, VpcConfig: VPC }, CompletionCriteria: { MaxAutoMLJobRuntimeInSeconds: 3600 } },
  OutputDataConfig: { S3OutputPath: 's3://models/', KmsKeyId: KEY },
};
const monitor = (kind: string) => ({
  [`${kind}AppSpecification`]: { ImageUri: processing.AppSpecification.ImageUri },
  [`${kind}JobOutputConfig`]: { MonitoringOutputs: [], KmsKeyId: KEY },
  JobResources: processing.ProcessingResources, NetworkConfig: processing.NetworkConfig, StoppingCondition: processing.StoppingCondition,
});
const inline = {
  MonitoringScheduleConfig: {
    MonitoringJobDefinition: {
      MonitoringOutputConfig: { MonitoringOutputs: [], KmsKeyId: KEY }, MonitoringResources: processing.ProcessingResources,
      NetworkConfig: processing.NetworkConfig, StoppingCondition: processing.StoppingCondition,
    },
  },
};
const named = { MonitoringScheduleConfig: { MonitoringJobDefinitionName: 'drift', MonitoringType: 'DataQuality' } };
const model = { EnableNetworkIsolation: true, VpcConfig: VPC };
const endpoint = { KmsKeyId: KEY, ProductionVariants: [{ ModelName: 'risk', VariantName: 'All', InstanceType: TYPE, InitialInstanceCount: 2 }] };
const notebook = {
  InstanceType: 'ml.t3.medium', KmsKeyId: KEY, DirectInternetAccess: 'Disabled', RootAccess: 'Disabled', SubnetId: SUBNETS[0], SecurityGroupIds: [GROUP],
  InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: '2' },
};
const domain = { AuthMode: 'SSO', KmsKeyId: KEY, AppNetworkAccessType: 'VpcOnly', VpcId: 'vpc-1', SubnetIds: SUBNETS };
const features = {
  OnlineStoreConfig: { EnableOnlineStore: true, SecurityConfig: { KmsKeyId: KEY } }, OfflineStoreConfig: { S3StorageConfig: { S3Uri: 's3://features/', KmsKeyId: KEY } },
};

const components = { EnableNetworkIsolation: true, VpcConfig: VPC, KmsKeyId: KEY, ProductionVariants: [{ VariantName: 'All', InstanceType: TYPE, InitialInstanceCount: 2 }] };
const onDemand = { ProductionVariants: [{ ModelName: 'risk', VariantName: 'All', ServerlessConfig: { MemorySizeInMB: 2048 } }] };
const cluster = { ClusterName: 'research', VpcConfig: VPC, InstanceGroups: [{ InstanceType: TYPE }] };
const team = (kind: string) => `arn:aws:sagemaker:eu-central-1:123456789012:workteam/${kind}/radiologists`;
const labeling = { HumanTaskConfig: { WorkteamArn: team('private-crowd') }, OutputConfig: { S3OutputPath: 's3://labels/', KmsKeyId: KEY } };
const sharing = (S3KmsKeyId?: string) => ({ SharingSettings: { NotebookOutputOption: 'Allowed', S3OutputPath: 's3://shared/', S3KmsKeyId } });
const space = { SpaceSettings: { RemoteAccess: 'DISABLED' }, SpaceSharingSettings: { SharingType: 'Private' } };

/** A request without what stands at a path, or with something else there. */
function but<T extends object>(request: T, path: string, value?: unknown): Properties {
  const copy = structuredClone(request) as Properties;
  const keys = path.split('.');
  const last = keys.pop()!;
  const owner = keys.reduce<Properties>((object, key) => object[key] as Properties, copy);
  if (value === undefined) delete owner[last];
  else owner[last] = value;
  return copy;
}

const create = (name: string, request: Properties, more: Partial<Call> = {}): Call => ({ action: `sagemaker:Create${name}`, request, ...more });
const update = (name: string, request: Properties): Call => ({ action: `sagemaker:Update${name}`, request });

const CLARIFY_ROLE = 'arn:aws:iam::123456789012:role/Mortality-PipelineRole25033608';
const SERVERLESS_ROLE = 'arn:aws:iam::123456789012:role/Serverless-RolloutRole';
const STEWARD = 'arn:aws:iam::123456789012:role/Steward';
const DEPLOYER = 'arn:aws:iam::123456789012:role/cdk-hnb659fds-cfn-exec-role-123456789012-eu-central-1';
const APPROVER = 'arn:aws:iam::123456789012:role/Clinician';
export const BREAK_GLASS = 'arn:aws:iam::123456789012:role/BreakGlass';
export const ORGANIZATION = 'o-a1b2c3d4e5';

/** The options that the cases are simulated under. */
export const OPTIONS = {
  clarifyRoles: ['arn:aws:iam::*:role/Mortality-PipelineRole*'], serverlessRoles: [SERVERLESS_ROLE], administrators: [STEWARD], approvers: [APPROVER], breakGlass: [BREAK_GLASS],
  organizationId: ORGANIZATION, trustedAccounts: ['444455556666'], regions: ['eu-central-1', 'eu-west-1'],
};

/** What people do, and roles of workloads do not. */
const PEOPLE: readonly Place[] = ['companion', 'denial', 'scp'];

/** A protection that deployers and administrators may change. */
const guarded = (sid: string, ...calls: (Omit<Call, 'by'>)[]): Case => ({
  sid, denied: calls, allowed: calls.flatMap((call) => [{ ...call, by: STEWARD }, { ...call, by: DEPLOYER }]),
});

const s3 = (action: string, more: Partial<Call> = {}): Call => ({ action: `s3:${action}`, resource: /^\w{3}Object/.test(action) ? 'arn:aws:s3:::raw/a' : 'arn:aws:s3:::raw', ...more });
/** Identities of the account decide. */
const KEY_POLICY = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' }] };
const kms = (action: string, more: Partial<Call> = {}): Call => (
  action === 'CreateKey' ? { action: 'kms:CreateKey', resource: '*', ...more } : { action: `kms:${action}`, resource: KEY, resourcePolicy: KEY_POLICY, ...more });
const sagemaker = (resource: string) => `arn:aws:sagemaker:eu-central-1:123456789012:${resource}`;
const invoke = (resource: string, region: string, profile?: string): Call => ({
  action: 'bedrock:InvokeModel', resource, context: { 'aws:RequestedRegion': region, ...(profile ? { 'bedrock:InferenceProfileArn': `arn:aws:bedrock:eu-central-1:123456789012:${profile}` } : {}) },
});
const foundation = (region: string) => `arn:aws:bedrock:${region}::foundation-model/anthropic.claude`;
const policyArn = 'arn:aws:iam::123456789012:policy/regulated-ml/guardrails/Boundary';
const guardrail = (action: string): Call => ({ action: `iam:${action}`, resource: policyArn });
const role = (action: string, context: Context): Call => ({ action: `iam:${action}`, resource: 'arn:aws:iam::123456789012:role/any', context });

/** What is anybody's in an account, so that only resource policies of the organisation stand in the way. */
const ANYBODY = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] };
const OURS = { 'aws:PrincipalOrgID': ORGANIZATION, 'aws:PrincipalAccount': '123456789012', 'aws:PrincipalIsAWSService': 'false', 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
const get = (context: Context, more: Partial<Call> = {}): Call => s3('GetObject', { resourcePolicy: ANYBODY, context: { ...OURS, ...context }, ...more });
const accessPoint = (origin: string): Call => ({ action: 's3:CreateAccessPoint', resource: 'arn:aws:s3:eu-central-1:123456789012:accesspoint/raw', context: { 's3:AccessPointNetworkOrigin': origin } });
const directoryAccessPoint = (origin: string): Call => ({ action: 's3express:CreateAccessPoint', resource: 'arn:aws:s3express:eu-central-1:123456789012:accesspoint/raw--euc1-az1--xa-s3', context: { 's3express:AccessPointNetworkOrigin': origin } });
const permission = (who: string): Call => ({ action: 'lambda:AddPermission', resource: 'arn:aws:lambda:eu-central-1:123456789012:function:x', context: { 'lambda:Principal': who } });
const glue = (action: string, resource: string, context: Context = {}): Call => ({ action: `glue:${action}`, resource: `arn:aws:glue:eu-central-1:123456789012:${resource}`, context });
const tables = 'arn:aws:s3tables:eu-central-1:123456789012:bucket/features';
const vectors = 'arn:aws:s3vectors:eu-central-1:123456789012:bucket/notes';
const OWN_KEY = { 'secretsmanager:KmsKeyArn': KEY };
const secret = (action: string, context: Context): Call => ({ action: `secretsmanager:${action}`, resource: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:database-a1b2c3', context: { 'aws:ViaAWSService': 'false', ...context } });
const backupTo = (region: string): Call => ({
  action: 'backup:CopyFromBackupVault', resource: 'arn:aws:backup:eu-central-1:123456789012:recovery-point:a1b2', context: { 'backup:CopyTargets': [`arn:aws:backup:${region}:123456789012:backup-vault:copies`] },
});
const snapshotIn = (region: string): Call => ({ action: 'ec2:CopySnapshot', resource: `arn:aws:ec2:${region}::snapshot/snap-1`, context: { 'aws:RequestedRegion': region } });
const imageIn = (region: string): Call => ({ action: 'ecr:BatchGetImage', resource: `arn:aws:ecr:${region}:123456789012:repository/steps`, context: { 'aws:RequestedRegion': region } });
const send = (secure: string): Call => ({
  action: 'sqs:SendMessage', resource: 'arn:aws:sqs:eu-central-1:123456789012:answers', resourcePolicy: ANYBODY,
  context: { 'aws:PrincipalOrgID': ORGANIZATION, 'aws:PrincipalAccount': '123456789012', 'aws:PrincipalIsAWSService': 'false', 'aws:SecureTransport': secure },
});
const publish = (secure: string): Call => ({ action: 'sns:Publish', resource: 'arn:aws:sns:eu-central-1:123456789012:alarms', context: { 'aws:SecureTransport': secure } });
const assume = (context: Context, more: Partial<Call> = {}): Call => ({
  action: 'sts:AssumeRole', resource: 'arn:aws:iam::123456789012:role/Open', resourcePolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }] }, context, ...more,
});
const BY_SAGEMAKER: Partial<Call> = {
  by: 'sagemaker.amazonaws.com', resourcePolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }] },
};
const STRANGER = 'arn:aws:iam::999999999999:role/Stranger';

const PROFILE = { resource: sagemaker('user-profile/d-1/ada') };
const SPACE = { resource: sagemaker('space/d-1/shared') };
const JOB = { resource: sagemaker('job/training/a1b2') };

export const CASES: readonly Case[] = [
  {
    sid: 'EncryptionAtRestVolumes', judged: { rule: 'SageMakerJobVolumeKey', step: 'Training' },
    denied: [create('TrainingJob', but(training, 'ResourceConfig.VolumeKmsKeyId'))],
    allowed: [create('TrainingJob', training), create('TrainingJob', but(but(training, 'ResourceConfig.VolumeKmsKeyId'), 'ResourceConfig.InstanceType', 'ml.p4d.24xlarge'))],
  },
  {
    sid: 'EncryptionAtRestVolumes', judged: { rule: 'SageMakerJobVolumeKey', step: 'Processing' },
    denied: [create('ProcessingJob', but(processing, 'ProcessingResources.ClusterConfig.VolumeKmsKeyId'))], allowed: [create('ProcessingJob', processing)],
  },
  {
    sid: 'EncryptionAtRestVolumes', judged: { rule: 'SageMakerJobVolumeKey', step: 'Tuning' },
    denied: [create('HyperParameterTuningJob', { TrainingJobDefinition: but(training, 'ResourceConfig.VolumeKmsKeyId') })], allowed: [create('HyperParameterTuningJob', tuning)],
  },
  {
    sid: 'EncryptionAtRestVolumes', judged: { rule: 'SageMakerJobVolumeKey', step: 'Transform' },
    denied: [create('TransformJob', but(transform, 'TransformResources.VolumeKmsKeyId'))], allowed: [create('TransformJob', transform)],
  },
  ...['DataQuality', 'ModelQuality', 'ModelBias', 'ModelExplainability'].map((kind): Case => ({
    sid: 'EncryptionAtRestVolumes', judged: { rule: 'SageMakerJobVolumeKey', type: `AWS::SageMaker::${kind}JobDefinition` },
    denied: [create(`${kind}JobDefinition`, but(monitor(kind), 'JobResources.ClusterConfig.VolumeKmsKeyId'))], allowed: [create(`${kind}JobDefinition`, monitor(kind))],
  })),
  {
    sid: 'EncryptionAtRestVolumes', judged: { rule: 'SageMakerEndpointConfigKey', type: 'AWS::SageMaker::EndpointConfig' },
    denied: [create('EndpointConfig', but(endpoint, 'KmsKeyId'))],
    allowed: [create('EndpointConfig', endpoint), create('EndpointConfig', { ProductionVariants: [{ ...endpoint.ProductionVariants[0], InstanceType: 'ml.g5.xlarge' }] })],
  },
  {
    sid: 'EncryptionAtRestVolumes',
    denied: [create('MonitoringSchedule', but(inline, 'MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringResources.ClusterConfig.VolumeKmsKeyId'))],
    allowed: [create('MonitoringSchedule', inline), create('MonitoringSchedule', named), create('EndpointConfig', onDemand)],
  },
  {
    sid: 'EncryptionAtRestOtherVolumes', judged: { rule: 'SageMakerJobVolumeKey', step: 'AutoML' },
    denied: [create('AutoMLJob', but(autoMl, 'AutoMLJobConfig.SecurityConfig.VolumeKmsKeyId'))], allowed: [create('AutoMLJob', autoMl)],
  },
  {
    sid: 'EncryptionAtRestOtherVolumes', places: PEOPLE, judged: { rule: 'SageMakerNotebookKey', type: 'AWS::SageMaker::NotebookInstance' },
    denied: [create('NotebookInstance', but(notebook, 'KmsKeyId'))], allowed: [create('NotebookInstance', notebook)],
  },
  {
    sid: 'EncryptionAtRestOtherVolumes', places: PEOPLE, judged: { rule: 'SageMakerNotebookKey', type: 'AWS::SageMaker::Domain' },
    denied: [create('Domain', but(domain, 'KmsKeyId'))], allowed: [create('Domain', domain)],
  },
  {
    sid: 'EncryptionAtRestOutputs', judged: { rule: 'SageMakerJobOutputKey', step: 'Training' },
    denied: [create('TrainingJob', but(training, 'OutputDataConfig.KmsKeyId'))], allowed: [create('TrainingJob', training)],
  },
  {
    sid: 'EncryptionAtRestOutputs', judged: { rule: 'SageMakerJobOutputKey', step: 'Processing' },
    denied: [create('ProcessingJob', but(processing, 'ProcessingOutputConfig.KmsKeyId'))], allowed: [create('ProcessingJob', processing)],
  },
  {
    sid: 'EncryptionAtRestOutputs', judged: { rule: 'SageMakerJobOutputKey', step: 'Transform' },
    denied: [create('TransformJob', but(transform, 'TransformOutput.KmsKeyId'))], allowed: [create('TransformJob', transform)],
  },
  {
    sid: 'EncryptionAtRestOutputsSchedules',
    denied: [create('MonitoringSchedule', but(inline, 'MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringOutputConfig.KmsKeyId'))], allowed: [create('MonitoringSchedule', named), update('MonitoringSchedule', named)],
  },
  {
    sid: 'EncryptionAtRestOutputs', judged: { rule: 'SageMakerJobOutputKey', step: 'AutoML' },
    denied: [create('AutoMLJob', but(autoMl, 'OutputDataConfig.KmsKeyId'))], allowed: [create('AutoMLJob', autoMl)],
  },
  {
    sid: 'EncryptionAtRestOnlineFeatures', judged: { rule: 'SageMakerFeatureGroupKey', type: 'AWS::SageMaker::FeatureGroup' },
    denied: [create('FeatureGroup', but(features, 'OnlineStoreConfig.SecurityConfig'))],
    allowed: [create('FeatureGroup', features), create('FeatureGroup', { OnlineStoreConfig: { EnableOnlineStore: false }, OfflineStoreConfig: features.OfflineStoreConfig })],
  },
  {
    sid: 'EncryptionAtRestOfflineFeatures', judged: { rule: 'SageMakerFeatureGroupKey', type: 'AWS::SageMaker::FeatureGroup' },
    denied: [create('FeatureGroup', but(features, 'OfflineStoreConfig.S3StorageConfig.KmsKeyId'))],
    allowed: [create('FeatureGroup', features), create('FeatureGroup', { OnlineStoreConfig: features.OnlineStoreConfig })],
  },
  { sid: 'EncryptionAtRestVolumeKeys', denied: [create('TrainingJob', but(training, 'ResourceConfig.VolumeKmsKeyId', OTHER_KEY))], allowed: [create('TrainingJob', training)] },
  {
    sid: 'EncryptionAtRestVolumeKeys', denied: [create('NotebookInstance', but(notebook, 'KmsKeyId', OTHER_KEY)), create('Domain', but(domain, 'KmsKeyId', OTHER_KEY)), create('TrainingJob', but(training, 'ResourceConfig.VolumeKmsKeyId', FOREIGN_KEY))],
    allowed: [create('NotebookInstance', notebook), create('Domain', domain)],
  },
  ...[['Online', 'OnlineStoreConfig.SecurityConfig.KmsKeyId'], ['Offline', 'OfflineStoreConfig.S3StorageConfig.KmsKeyId']].map(([store, path]): Case => ({
    sid: `EncryptionAtRest${store}FeatureKeys`, denied: [OTHER_KEY, FOREIGN_KEY].map((key) => create('FeatureGroup', but(features, path!, key))), allowed: [create('FeatureGroup', features)],
  })),
  { sid: 'EncryptionAtRestOutputKeys', denied: [create('Job', but(job, 'OutputDataConfig.KmsKeyId', OTHER_KEY), JOB)], allowed: [create('Job', job, JOB)] },
  { sid: 'EncryptionAtRestOutputKeys', denied: [create('TrainingJob', but(training, 'OutputDataConfig.KmsKeyId', OTHER_KEY))], allowed: [create('TrainingJob', training)] },
  ...([['TrainingJob', 'Training', training, 'EnableInterContainerTrafficEncryption'], ['ProcessingJob', 'Processing', processing, 'NetworkConfig.EnableInterContainerTrafficEncryption']] as const)
    .map(([name, step, request, path]): Case => ({
      sid: 'EncryptionInTransitContainers', judged: { rule: 'SageMakerJobInterContainerEncryption', step },
      denied: [create(name, but(request, path)), create(name, but(request, path, false))], allowed: [create(name, request)],
    })),
  {
    sid: 'EncryptionInTransitContainersSchedules', denied: [create('MonitoringSchedule', but(inline, 'MonitoringScheduleConfig.MonitoringJobDefinition.NetworkConfig.EnableInterContainerTrafficEncryption'))],
    allowed: [create('MonitoringSchedule', named)],
  },
  {
    sid: 'EncryptionInTransitContainers', judged: { rule: 'SageMakerJobInterContainerEncryption', step: 'AutoML' },
    denied: [create('AutoMLJob', but(autoMl, 'AutoMLJobConfig.SecurityConfig.EnableInterContainerTrafficEncryption'))], allowed: [create('AutoMLJob', autoMl)],
  },
  {
    sid: 'NetworkIsolationJobs', judged: { rule: 'SageMakerJobNetworkIsolation', step: 'Training' },
    denied: [create('TrainingJob', but(training, 'EnableNetworkIsolation')), create('TrainingJob', but(training, 'EnableNetworkIsolation', false))], allowed: [create('TrainingJob', training)],
  },
  {
    sid: 'NetworkIsolationJobs', judged: { rule: 'SageMakerJobNetworkIsolation', type: 'AWS::SageMaker::DataQualityJobDefinition' },
    denied: [create('DataQualityJobDefinition', but(monitor('DataQuality'), 'NetworkConfig.EnableNetworkIsolation'))],
    allowed: [create('DataQualityJobDefinition', monitor('DataQuality'))],
  },
  {
    sid: 'NetworkIsolationProcessing', judged: { rule: 'SageMakerJobNetworkIsolation', step: 'Processing' },
    denied: [create('ProcessingJob', but(processing, 'NetworkConfig.EnableNetworkIsolation', false))],
    allowed: [
      create('ProcessingJob', processing),
      create('ProcessingJob', but(but(processing, 'NetworkConfig.EnableNetworkIsolation', false), 'AppSpecification.ImageUri', CLARIFY), { by: CLARIFY_ROLE }),
    ],
  },
  {
    sid: 'NetworkIsolationModels', judged: { rule: 'SageMakerModelNetworkIsolation', type: 'AWS::SageMaker::Model' },
    denied: [create('Model', but(model, 'EnableNetworkIsolation'))], allowed: [create('Model', model)],
  },
  { sid: 'NetworkIsolationModels', denied: [create('Model', but(model, 'EnableNetworkIsolation', false))], allowed: [create('Model', {}, { by: SERVERLESS_ROLE })] },
  {
    sid: 'NetworkIsolationComponents', judged: { rule: 'SageMakerEndpointConfigNetworkIsolation', type: 'AWS::SageMaker::EndpointConfig' },
    denied: [create('EndpointConfig', but(components, 'EnableNetworkIsolation')), create('EndpointConfig', but(components, 'EnableNetworkIsolation', false))], allowed: [create('EndpointConfig', components)],
  },
  { sid: 'NetworkIsolationComponents', denied: [create('EndpointConfig', but(components, 'EnableNetworkIsolation'))], allowed: [create('EndpointConfig', endpoint), create('EndpointConfig', onDemand)] },
  {
    sid: 'PrivateNetworkComponents', judged: { rule: 'SageMakerEndpointConfigVpc', type: 'AWS::SageMaker::EndpointConfig' },
    denied: [create('EndpointConfig', but(components, 'VpcConfig'))], allowed: [create('EndpointConfig', components)],
  },
  { sid: 'PrivateNetworkComponents', denied: [create('EndpointConfig', but(components, 'VpcConfig'))], allowed: [create('EndpointConfig', endpoint), create('EndpointConfig', onDemand)] },
  {
    sid: 'PrivateNetworkJobs', places: PEOPLE, judged: { rule: 'SageMakerClusterVpc', type: 'AWS::SageMaker::Cluster' },
    denied: [create('Cluster', but(cluster, 'VpcConfig'))], allowed: [create('Cluster', cluster)],
  },
  {
    sid: 'EncryptionAtRestSharingKeys', judged: { rule: 'SageMakerStudioSharingKey', type: 'AWS::SageMaker::Domain' },
    denied: [create('Domain', { ...domain, DefaultUserSettings: sharing('arn:aws:kms:eu-central-1:123456789012:alias/aws/s3') })],
    allowed: [create('Domain', { ...domain, DefaultUserSettings: sharing(KEY) })],
  },
  { sid: 'EncryptionAtRestSharingKeys', denied: [update('Domain', { DefaultUserSettings: sharing(OTHER_KEY) })], allowed: [create('Domain', domain), update('Domain', { DefaultUserSettings: {} })] },
  {
    sid: 'EncryptionAtRestSharingKeys', judged: { rule: 'SageMakerStudioSharingKey', type: 'AWS::SageMaker::UserProfile' },
    denied: [create('UserProfile', { UserSettings: sharing('arn:aws:kms:eu-central-1:123456789012:alias/aws/s3') }, PROFILE)], allowed: [create('UserProfile', { UserSettings: sharing(KEY) }, PROFILE)],
  },
  {
    sid: 'NetworkIsolationNotebooks', judged: { rule: 'SageMakerNotebookInternet', type: 'AWS::SageMaker::NotebookInstance' },
    denied: [create('NotebookInstance', but(notebook, 'DirectInternetAccess')), create('NotebookInstance', but(notebook, 'DirectInternetAccess', 'Enabled'))], allowed: [create('NotebookInstance', notebook)],
  },
  {
    sid: 'NetworkIsolationStudio', judged: { rule: 'SageMakerNotebookInternet', type: 'AWS::SageMaker::Domain' },
    denied: [create('Domain', but(domain, 'AppNetworkAccessType')), create('Domain', but(domain, 'AppNetworkAccessType', 'PublicInternetOnly'))], allowed: [create('Domain', domain)],
  },
  {
    sid: 'NetworkIsolationStudioLater', denied: [update('Domain', { AppNetworkAccessType: 'PublicInternetOnly' })],
    allowed: [update('Domain', { AppNetworkAccessType: 'VpcOnly' }), update('Domain', { DefaultUserSettings: {} })],
  },
  {
    sid: 'PrivateNetworkJobs', judged: { rule: 'SageMakerJobVpc', step: 'Training' },
    denied: [create('TrainingJob', but(training, 'VpcConfig'))], allowed: [create('TrainingJob', training)],
  },
  // nor may who deploys, or a pipeline that is left out elsewhere, do without
  {
    sid: 'PrivateNetworkJobs', denied: [DEPLOYER, STEWARD, CLARIFY_ROLE, SERVERLESS_ROLE].map((by) => create('ProcessingJob', but(processing, 'NetworkConfig.VpcConfig'), { by })),
    allowed: [create('ProcessingJob', processing, { by: CLARIFY_ROLE })],
  },
  { sid: 'NetworkIsolationModels', denied: [DEPLOYER, CLARIFY_ROLE].map((by) => create('Model', but(model, 'EnableNetworkIsolation'), { by })), allowed: [create('Model', model, { by: CLARIFY_ROLE })] },
  {
    sid: 'PrivateNetworkJobs', judged: { rule: 'SageMakerJobVpc', type: 'AWS::SageMaker::ModelBiasJobDefinition' },
    denied: [create('ModelBiasJobDefinition', but(monitor('ModelBias'), 'NetworkConfig.VpcConfig'))],
    allowed: [create('ModelBiasJobDefinition', but(monitor('ModelBias'), 'NetworkConfig.EnableNetworkIsolation', false))],
  },
  { sid: 'PrivateNetworkJobsSchedules', denied: [create('MonitoringSchedule', but(inline, 'MonitoringScheduleConfig.MonitoringJobDefinition.NetworkConfig.VpcConfig'))], allowed: [create('MonitoringSchedule', named)] },
  {
    sid: 'PrivateNetworkJobs', judged: { rule: 'SageMakerJobVpc', step: 'AutoML' },
    denied: [create('AutoMLJob', but(autoMl, 'AutoMLJobConfig.SecurityConfig.VpcConfig'))], allowed: [create('AutoMLJob', autoMl)],
  },
  {
    sid: 'PrivateNetworkModels', judged: { rule: 'SageMakerModelVpc', type: 'AWS::SageMaker::Model' },
    denied: [create('Model', but(model, 'VpcConfig'))], allowed: [create('Model', model)],
  },
  {
    sid: 'PrivateNetworkJobs', places: PEOPLE, judged: { rule: 'SageMakerNotebookVpc', type: 'AWS::SageMaker::NotebookInstance' },
    denied: [create('NotebookInstance', but(notebook, 'SubnetId'))], allowed: [create('NotebookInstance', notebook)],
  },
  {
    sid: 'PrivateNetworkSubnets', denied: [create('TrainingJob', but(training, 'VpcConfig.Subnets', [SUBNETS[0], 'subnet-99999999'])), create('Model', but(model, 'VpcConfig.Subnets', ['subnet-99999999']))],
    allowed: [create('TrainingJob', training), create('Model', model)],
  },
  {
    sid: 'PrivateNetworkSubnets', places: PEOPLE,
    denied: [create('NotebookInstance', but(notebook, 'SubnetId', 'subnet-99999999')), create('Domain', but(domain, 'SubnetIds', [SUBNETS[0], 'subnet-99999999'])), update('Domain', { SubnetIds: ['subnet-99999999'] })],
    allowed: [create('NotebookInstance', notebook), create('Domain', domain), update('Domain', { DefaultUserSettings: {} })],
  },
  { sid: 'PrivateNetworkSecurityGroups', places: PEOPLE, denied: [update('Cluster', { InstanceGroups: [{ OverrideVpcConfig: { Subnets: SUBNETS, SecurityGroupIds: ['sg-99999999'] } }] })], allowed: [update('Cluster', { InstanceGroups: [{ InstanceType: TYPE }] })] },
  { sid: 'PrivateNetworkSecurityGroups', denied: [create('TrainingJob', but(training, 'VpcConfig.SecurityGroupIds', ['sg-99999999']))], allowed: [create('TrainingJob', training)] },
  {
    sid: 'ResourceLimitRuntime', judged: { rule: 'SageMakerJobMaxRuntime', step: 'Processing' },
    denied: [create('ProcessingJob', but(processing, 'StoppingCondition'))], allowed: [create('ProcessingJob', processing)],
  },
  {
    sid: 'ResourceLimitRuntimeSchedules', denied: [create('MonitoringSchedule', but(inline, 'MonitoringScheduleConfig.MonitoringJobDefinition.StoppingCondition'))],
    allowed: [create('MonitoringSchedule', inline), update('MonitoringSchedule', named)],
  },
  // a serverless training names no machine
  ...([
    ['EncryptionAtRestOutputs', 'SageMakerJobOutputKey', 'OutputDataConfig.KmsKeyId'], ['EncryptionInTransitContainers', 'SageMakerJobInterContainerEncryption', 'EnableInterContainerTrafficEncryption'],
    ['PrivateNetworkJobs', 'SageMakerJobVpc', 'VpcConfig'], ['ResourceLimitRuntime', 'SageMakerJobMaxRuntime', 'StoppingCondition'],
  ] as const).map(([sid, rule, path]): Case => ({ sid, judged: { rule, step: 'Training' }, denied: [create('TrainingJob', but(serverless, path))], allowed: [create('TrainingJob', serverless)] })),
  { sid: 'EncryptionAtRestOutputs', denied: [create('Job', but(job, 'OutputDataConfig.KmsKeyId'), JOB)], allowed: [create('Job', job, JOB)] },
  { sid: 'PrivateNetworkJobs', denied: [create('Job', but(job, 'VpcConfig'), JOB)], allowed: [create('Job', job, JOB)] },
  { sid: 'ResourceLimitLongestRuntime', denied: [create('ProcessingJob', but(processing, 'StoppingCondition.MaxRuntimeInSeconds', 90_000))], allowed: [create('ProcessingJob', processing)] },
  {
    sid: 'LeastPrivilegeRemoteDebug', judged: { rule: 'SageMakerRemoteAccess', step: 'Training' },
    denied: [create('TrainingJob', { ...training, RemoteDebugConfig: { EnableRemoteDebug: true } })], allowed: [create('TrainingJob', { ...training, RemoteDebugConfig: { EnableRemoteDebug: false } })],
  },
  {
    sid: 'LeastPrivilegeRemoteSpaces', judged: { rule: 'SageMakerRemoteAccess', type: 'AWS::SageMaker::Space' },
    denied: [create('Space', but(space, 'SpaceSettings.RemoteAccess', 'ENABLED'), SPACE)], allowed: [create('Space', space, SPACE)],
  },
  {
    sid: 'LeastPrivilegeSharedSpaces', judged: { rule: 'SageMakerSpaceSharing', type: 'AWS::SageMaker::Space' },
    denied: [create('Space', but(space, 'SpaceSharingSettings.SharingType', 'Shared'), SPACE), create('Space', but(space, 'SpaceSharingSettings'), SPACE)], allowed: [create('Space', space, SPACE)],
  },
  {
    sid: 'AuthenticationStudio', judged: { rule: 'SageMakerDomainSingleSignOn', type: 'AWS::SageMaker::Domain' },
    denied: [create('Domain', but(domain, 'AuthMode', 'IAM'))], allowed: [create('Domain', domain)],
  },
  {
    sid: 'NoPublicAccessLabels', judged: { rule: 'SageMakerPublicWorkforce', step: 'Labeling' },
    denied: [create('LabelingJob', but(labeling, 'HumanTaskConfig.WorkteamArn', team('public-crowd')))],
    allowed: [create('LabelingJob', labeling), create('LabelingJob', but(labeling, 'HumanTaskConfig.WorkteamArn', team('vendor-crowd')))],
  },
  {
    sid: 'NoPublicAccessLabels', judged: { rule: 'SageMakerPublicWorkforce', step: 'FlowDefinition' },
    denied: [create('FlowDefinition', { HumanLoopConfig: { WorkteamArn: team('public-crowd') } })], allowed: [create('FlowDefinition', { HumanLoopConfig: { WorkteamArn: team('private-crowd') } })],
  },
  {
    sid: 'LeastPrivilegeNotebookRoot', judged: { rule: 'SageMakerNotebookRootAccess', type: 'AWS::SageMaker::NotebookInstance' },
    denied: [create('NotebookInstance', but(notebook, 'RootAccess')), create('NotebookInstance', but(notebook, 'RootAccess', 'Enabled'))], allowed: [create('NotebookInstance', notebook)],
  },
  { sid: 'LeastPrivilegeNotebookRootLater', denied: [update('NotebookInstance', { RootAccess: 'Enabled' })], allowed: [update('NotebookInstance', { RootAccess: 'Disabled' }), update('NotebookInstance', { InstanceType: 'ml.t3.large' })] },
  {
    sid: 'LeastPrivilegeNotebookMetadata', judged: { rule: 'SageMakerNotebookMetadata', type: 'AWS::SageMaker::NotebookInstance' },
    denied: [create('NotebookInstance', but(notebook, 'InstanceMetadataServiceConfiguration'))], allowed: [create('NotebookInstance', notebook)],
  },
  {
    sid: 'LeastPrivilegeNotebookMetadataLater', denied: [update('NotebookInstance', { InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: '1' } })],
    allowed: [update('NotebookInstance', { InstanceType: 'ml.t3.large' })],
  },
  {
    sid: 'HumanApproval', denied: [update('ModelPackage', { ModelApprovalStatus: 'Approved' }), create('ModelPackage', { ModelApprovalStatus: 'Approved' })],
    allowed: [create('ModelPackage', { ModelApprovalStatus: 'PendingManualApproval' }), { ...update('ModelPackage', { ModelApprovalStatus: 'Approved' }), by: APPROVER }],
  },
  {
    sid: 'ModelMonitoring', denied: [{ action: 'sagemaker:StopMonitoringSchedule', resource: sagemaker('monitoring-schedule/drift') }],
    allowed: [{ action: 'sagemaker:StopMonitoringSchedule', resource: sagemaker('monitoring-schedule/drift'), by: DEPLOYER }],
  },
  {
    sid: 'DataResidencyRegions',
    denied: [
      { action: 'sagemaker:CreateModelPackageGroup', resource: sagemaker('model-package-group/risk').replace('eu-central-1', 'us-east-1'), context: { 'aws:RequestedRegion': 'us-east-1' } },
      { action: 'sagemaker:CreateModelPackageGroup', resource: sagemaker('model-package-group/risk').replace('eu-central-1', 'eu-north-1'), context: { 'aws:RequestedRegion': 'eu-north-1' } },
    ],
    allowed: [
      { action: 'sagemaker:CreateModelPackageGroup', resource: sagemaker('model-package-group/risk'), context: { 'aws:RequestedRegion': 'eu-central-1' } },
      { action: 'sts:GetCallerIdentity', resource: '*', context: { 'aws:RequestedRegion': 'us-east-1' } },
      { action: 'route53:ListHostedZones', resource: '*', context: { 'aws:RequestedRegion': 'us-east-1' } },
      { action: 'support:DescribeCases', resource: '*', context: { 'aws:RequestedRegion': 'us-east-1' } },
    ],
  },
  {
    sid: 'DataResidencyInference', denied: [invoke(foundation('us-east-1'), 'us-east-1', 'inference-profile/eu.claude'), invoke(foundation('us-east-1'), 'unspecified', 'inference-profile/eu.claude')],
    allowed: [invoke(foundation('eu-central-1'), 'eu-central-1'), invoke(foundation('eu-north-1'), 'eu-north-1', 'inference-profile/eu.claude')],
  },
  {
    sid: 'DataResidencyDirectInference', denied: [invoke(foundation('eu-north-1'), 'eu-north-1')],
    allowed: [invoke(foundation('eu-north-1'), 'eu-north-1', 'inference-profile/eu.claude'), invoke(foundation('eu-west-1'), 'eu-west-1')],
  },
  {
    sid: 'DataResidencyInferenceProfiles',
    denied: [invoke(foundation('eu-central-1'), 'eu-central-1', 'inference-profile/global.claude'), invoke(foundation('eu-central-1'), 'eu-central-1', 'inference-profile/us.claude')],
    allowed: [invoke(foundation('eu-central-1'), 'eu-central-1', 'inference-profile/eu.claude'), invoke(foundation('eu-central-1'), 'eu-central-1', 'application-inference-profile/a1b2'), invoke(foundation('eu-central-1'), 'eu-central-1')],
  },
  {
    sid: 'DataResidencyBuckets', denied: [s3('CreateBucket', { context: { 's3:locationconstraint': 'us-west-2' } })],
    allowed: [s3('CreateBucket', { context: { 's3:locationconstraint': 'eu-central-1' } }), s3('CreateBucket')],
  },
  { sid: 'DataResidencyMultiRegionKeys', denied: [kms('CreateKey', { context: { 'kms:MultiRegion': 'true' } })], allowed: [kms('CreateKey', { context: { 'kms:MultiRegion': 'false' } }), kms('CreateKey')] },
  { sid: 'DataResidencyKeyReplicas', denied: [kms('ReplicateKey', { context: { 'kms:ReplicaRegion': 'us-east-1' } })], allowed: [kms('ReplicateKey', { context: { 'kms:ReplicaRegion': 'eu-west-1' } })] },
  guarded(
    'DataResidencyReplication', s3('PutReplicationConfiguration'), { action: 'ecr:PutReplicationConfiguration', resource: '*' }, { action: 'dynamodb:CreateTableReplica', resource: 'arn:aws:dynamodb:eu-central-1:123456789012:table/raw' },
    { action: 'backup:StartCopyJob', resource: 'arn:aws:backup:eu-central-1:123456789012:recovery-point:a1b2' },
  ),
  guarded(
    'DataResidencyReplication', { action: 'elasticfilesystem:CreateReplicationConfiguration', resource: 'arn:aws:elasticfilesystem:eu-central-1:123456789012:file-system/fs-1' },
    { action: 'redshift:EnableSnapshotCopy', resource: 'arn:aws:redshift:eu-central-1:123456789012:cluster:c' }, { action: 's3tables:PutTableBucketReplication', resource: tables },
  ),
  {
    sid: 'DataResidencySecretReplicas', denied: [secret('ReplicateSecretToRegions', { 'secretsmanager:AddReplicaRegions': ['eu-west-1', 'us-east-1'] }), secret('CreateSecret', { ...OWN_KEY, 'secretsmanager:AddReplicaRegions': ['us-east-1'] })],
    allowed: [secret('ReplicateSecretToRegions', { 'secretsmanager:AddReplicaRegions': ['eu-west-1'] }), secret('CreateSecret', OWN_KEY)],
  },
  {
    sid: 'DataResidencyBackupCopies', denied: [backupTo('us-east-1')], allowed: [backupTo('eu-west-1')],
  },
  {
    // copies of snapshots and images are asked for in the region that they go to, and images are fetched from where they are
    sid: 'DataResidencyRegions', denied: [snapshotIn('us-east-1'), imageIn('us-east-1')], allowed: [snapshotIn('eu-central-1'), imageIn('eu-central-1')],
  },
  guarded('AuditLogging', { action: 'cloudtrail:StopLogging', resource: 'arn:aws:cloudtrail:eu-central-1:123456789012:trail/audit' }, { action: 'config:StopConfigurationRecorder', resource: 'arn:aws:config:eu-central-1:123456789012:configuration-recorder/default/a' }, { action: 'logs:DeleteLogGroup', resource: 'arn:aws:logs:eu-central-1:123456789012:log-group:/aws/sagemaker/TrainingJobs' }, s3('PutBucketLogging')),
  guarded('AuditLogging', { action: 'cloudtrail:UpdateEventDataStore', resource: 'arn:aws:cloudtrail:eu-central-1:123456789012:eventdatastore/a1b2' }),
  guarded('SensitiveDataDiscovery', { action: 'macie2:DisableMacie', resource: '*' }),
  guarded('SensitiveDataDiscoverySettings', ...['UpdateMacieSession', 'UpdateAutomatedDiscoveryConfiguration', 'PutClassificationExportConfiguration'].map((action) => ({ action: `macie2:${action}`, resource: '*' }))),
  {
    sid: 'KeyManagementGrants', denied: [kms('CreateGrant', { context: { 'kms:GrantIsForAWSResource': 'false', 'kms:GranteePrincipal': 'arn:aws:iam::999999999999:role/Stranger' } }), kms('CreateGrant')],
    allowed: [kms('CreateGrant', { context: { 'kms:GrantIsForAWSResource': 'true' } })],
  },
  guarded('KeyManagement', kms('ScheduleKeyDeletion'), kms('DisableKeyRotation'), kms('PutKeyPolicy')),
  {
    sid: 'AvailabilityKeyPolicies', denied: [kms('CreateKey', { context: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } }), kms('PutKeyPolicy', { by: STEWARD, context: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } })],
    allowed: [kms('CreateKey'), kms('PutKeyPolicy', { by: STEWARD })],
  },
  {
    sid: 'AvailabilityKeyDeletion', denied: [kms('ScheduleKeyDeletion', { by: STEWARD, context: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '7' } })],
    allowed: [kms('ScheduleKeyDeletion', { by: STEWARD, context: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '30' } }), kms('ScheduleKeyDeletion', { by: STEWARD })],
  },
  {
    sid: 'PrivateNetworkAccessPoints', denied: [accessPoint('Internet')], allowed: [accessPoint('VPC')],
  },
  {
    sid: 'PrivateNetworkGlue', denied: [glue('CreateJob', 'job/prepare'), glue('UpdateJob', 'job/prepare'), glue('CreateSession', 'session/explore')],
    allowed: [glue('CreateJob', 'job/prepare', { 'glue:VpcIds': ['vpc-1'] }), glue('CreateSession', 'session/explore', { 'glue:VpcIds': ['vpc-1'] })],
  },
  {
    sid: 'PrivateNetworkDirectoryAccessPoints', denied: ['Internet'].map(directoryAccessPoint), allowed: ['VPC'].map(directoryAccessPoint),
  },
  guarded('LeastPrivilegeDevEndpoints', { action: 'glue:CreateDevEndpoint', resource: '*' }),
  guarded('LeastPrivilegeLakeFormation', ...['CreateLakeFormationOptIn', 'DeregisterResource', 'PutDataLakeSettings'].map((action) => ({ action: `lakeformation:${action}`, resource: '*' }))),
  guarded('RetentionLimit', s3('PutLifecycleConfiguration')),
  { ...guarded('RetentionLimit', { action: 'logs:DeleteRetentionPolicy', resource: 'arn:aws:logs:eu-central-1:123456789012:log-group:/aws/sagemaker/TrainingJobs' }), places: ['denial'] },
  guarded('RetentionLimit', { action: 'kinesis:IncreaseStreamRetentionPeriod', resource: 'arn:aws:kinesis:eu-central-1:123456789012:stream/answers' }),
  guarded('Availability', s3('DeleteBucket'), s3('PutBucketVersioning'), ...['DeleteTable', 'UpdateContinuousBackups'].map((action) => ({ action: `dynamodb:${action}`, resource: 'arn:aws:dynamodb:eu-central-1:123456789012:table/raw' }))),
  guarded('EncryptionAtRestBuckets', s3('PutEncryptionConfiguration')),
  ...([['Tables', 's3tables:CreateTableBucket', tables, 's3tables:KMSKeyArn'], ['Tables', 's3tables:PutTableBucketEncryption', tables, 's3tables:KMSKeyArn'], ['Vectors', 's3vectors:CreateVectorBucket', vectors, 's3vectors:kmsKeyArn']] as const)
    .map(([name, action, resource, key]): Case => ({ sid: `EncryptionAtRest${name}`, denied: [{ action, resource }], allowed: [{ action, resource, context: { [key]: KEY } }] })),
  ...([['Tables', 's3tables:CreateTable', `${tables}/table/a1b2`, 's3tables:SSEAlgorithm'], ['Tables', 's3tables:PutTableEncryption', `${tables}/table/a1b2`, 's3tables:SSEAlgorithm'], ['Vectors', 's3vectors:CreateIndex', `${vectors}/index/notes`, 's3vectors:sseType']] as const)
    .map(([name, action, resource, key]): Case => ({
      sid: `EncryptionAtRest${name}Later`, denied: [{ action, resource, context: { [key]: 'AES256' } }], allowed: [{ action, resource, context: { [key]: 'aws:kms' } }, { action, resource }],
    })),
  // CloudFormation with a role of its own calls by itself
  {
    sid: 'EncryptionAtRestSecretsInStacks', denied: [secret('CreateSecret', { 'aws:ViaAWSService': 'true', 'aws:CalledViaLast': 'cloudformation.amazonaws.com' })],
    allowed: [secret('CreateSecret', { ...OWN_KEY, 'aws:ViaAWSService': 'true', 'aws:CalledViaLast': 'cloudformation.amazonaws.com' }), secret('CreateSecret', { 'aws:ViaAWSService': 'true' })],
  },
  guarded('EncryptionAtRestLater', { action: 'glue:PutDataCatalogEncryptionSettings', resource: '*' }, { action: 'kinesis:StopStreamEncryption', resource: 'arn:aws:kinesis:eu-central-1:123456789012:stream/answers' },
    { action: 'logs:DisassociateKmsKey', resource: 'arn:aws:logs:eu-central-1:123456789012:log-group:/aws/sagemaker/TrainingJobs' }, { action: 'dynamodb:UpdateTable', resource: 'arn:aws:dynamodb:eu-central-1:123456789012:table/raw' }),
  { sid: 'EncryptionAtRestSecrets', denied: [secret('CreateSecret', {})], allowed: [secret('CreateSecret', OWN_KEY), secret('CreateSecret', { 'aws:ViaAWSService': 'true' })] },
  { sid: 'EncryptionInTransitTopics', denied: [publish('false')], allowed: [publish('true')] },
  guarded('NoPublicAccess', s3('PutBucketAcl'), s3('PutBucketPublicAccessBlock'), { action: 's3:PutAccountPublicAccessBlock', resource: '*' }, s3('PutBucketPolicy'), s3('DeleteBucketPolicy'), { action: 'ecr:SetRepositoryPolicy', resource: 'arn:aws:ecr:eu-central-1:123456789012:repository/steps' }),
  guarded(
    'NoPublicAccessPolicies', { action: 'sns:SetTopicAttributes', resource: 'arn:aws:sns:eu-central-1:123456789012:alarms' }, { action: 'sqs:AddPermission', resource: 'arn:aws:sqs:eu-central-1:123456789012:answers' },
    { action: 'dynamodb:PutResourcePolicy', resource: 'arn:aws:dynamodb:eu-central-1:123456789012:table/raw' }, { action: 's3tables:PutTablePolicy', resource: `${tables}/table/a1b2` },
    { action: 's3:PutAccessPointPolicy', resource: 'arn:aws:s3:eu-central-1:123456789012:accesspoint/raw' },
  ),
  { ...guarded('NoPublicAccessPolicies', { action: 'logs:PutResourcePolicy', resource: '*' }), places: ['denial'] },
  {
    sid: 'NoPublicAccessPermissions', denied: [permission('*')],
    allowed: [permission('events.amazonaws.com'), permission('111122223333'), { ...permission('*'), by: DEPLOYER }],
  },
  guarded('NoPublicAccessModels', { action: 'sagemaker:PutModelPackageGroupPolicy', resource: sagemaker('model-package-group/risk') }),
  {
    sid: 'NoPublicAccessAcls', denied: [s3('PutBucketAcl', { context: { 's3:x-amz-acl': 'public-read' } }), s3('PutObject', { context: { 's3:x-amz-acl': 'authenticated-read' } }), s3('PutObjectVersionAcl', { resource: 'arn:aws:s3:::raw/a', context: { 's3:x-amz-acl': 'public-read' } })],
    allowed: [s3('PutObject'), s3('PutObject', { context: { 's3:x-amz-acl': 'bucket-owner-full-control' } })],
  },
  ...['full-control', 'read', 'read-acp', 'write', 'write-acp'].map((grant): Case => {
    const to = (action: string, who: string, by?: string) => s3(action, { context: { [`s3:x-amz-grant-${grant}`]: who }, ...(by ? { by } : {}) });
    const group = (name: string) => `uri="http://acs.amazonaws.com/groups/${name}"`;
    return {
      sid: `NoPublicAccessGrants${grant.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}`,
      denied: [to('PutBucketAcl', group('global/AllUsers'), STEWARD), to('PutObject', group('global/AuthenticatedUsers'))], allowed: [to('PutObject', 'id="partner"'), to('PutBucketAcl', group('s3/LogDelivery'), STEWARD)],
    };
  }),
  {
    sid: 'LeastPrivilegeBucketOwnership', denied: [s3('CreateBucket', { context: { 's3:x-amz-object-ownership': 'ObjectWriter' } })],
    allowed: [s3('CreateBucket', { context: { 's3:x-amz-object-ownership': 'BucketOwnerEnforced' } }), s3('CreateBucket')],
  },
  guarded('LeastPrivilegeBucketOwnershipLater', s3('PutBucketOwnershipControls')),
  guarded('ErasureLocks', s3('PutBucketObjectLockConfiguration')),
  {
    sid: 'NoPublicAccessImages', denied: [{ action: 'ecr-public:CreateRepository', resource: 'arn:aws:ecr-public::123456789012:repository/x' }],
    allowed: [{ action: 'ecr:CreateRepository', resource: 'arn:aws:ecr:eu-central-1:123456789012:repository/x' }],
  },
  {
    sid: 'NoPublicAccessFunctions',
    denied: [{ action: 'lambda:CreateFunctionUrlConfig', resource: 'arn:aws:lambda:eu-central-1:123456789012:function:x', context: { 'lambda:FunctionUrlAuthType': 'NONE' } }],
    allowed: [{ action: 'lambda:CreateFunctionUrlConfig', resource: 'arn:aws:lambda:eu-central-1:123456789012:function:x', context: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } }],
  },
  guarded('ArtifactIntegrity', ...['PutImageTagMutability', 'PutImageScanningConfiguration'].map((action) => ({ action: `ecr:${action}`, resource: 'arn:aws:ecr:eu-central-1:123456789012:repository/steps' }))),
  guarded('ArtifactIntegrity', { action: 'ecr:PutRegistryScanningConfiguration', resource: '*' }),
  guarded('IncidentAlerting', { action: 'events:DisableRule', resource: 'arn:aws:events:eu-central-1:123456789012:rule/x' }, { action: 'sns:DeleteTopic', resource: 'arn:aws:sns:eu-central-1:123456789012:alarms' }),
  guarded('DataClassification', s3('PutBucketTagging')),
  guarded('LeastPrivilegeFullAccess', ...['AdministratorAccess', 'AmazonSageMakerFullAccess', 'AmazonDynamoDBFullAccess_v2', 'AmazonKeyspacesFullAccess_v2'].map((name) => role('AttachRolePolicy', { 'iam:PolicyARN': `arn:aws:iam::aws:policy/${name}` }))),
  { sid: 'LeastPrivilegeFullAccess', denied: [role('AttachRolePolicy', { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/AmazonS3FullAccess' })], allowed: [role('AttachRolePolicy', { 'iam:PolicyARN': 'arn:aws:iam::123456789012:policy/Train' })] },
  guarded('LeastPrivilegeGuardrails', guardrail('CreatePolicyVersion'), guardrail('DeletePolicy')),
  guarded('LeastPrivilegeDetachment', role('DetachRolePolicy', { 'iam:PolicyARN': policyArn })),
  guarded('LeastPrivilegeBoundaries', role('DeleteRolePermissionsBoundary', { 'iam:PermissionsBoundary': policyArn })),
  {
    sid: 'LeastPrivilegeNewRoles', denied: [role('CreateRole', {}), role('PutRolePermissionsBoundary', { 'iam:PermissionsBoundary': 'arn:aws:iam::aws:policy/AdministratorAccess' })],
    allowed: [role('CreateRole', { 'iam:PermissionsBoundary': policyArn }), { ...role('CreateRole', {}), by: DEPLOYER }],
  },
  guarded('LeastPrivilegeOtherBoundaries', role('PutRolePermissionsBoundary', { 'iam:PermissionsBoundary': 'arn:aws:iam::aws:policy/AdministratorAccess' })),
  { sid: 'LeastPrivilegeOtherBoundaries', denied: [role('PutRolePermissionsBoundary', { 'iam:PermissionsBoundary': 'arn:aws:iam::aws:policy/PowerUserAccess' })], allowed: [role('PutRolePermissionsBoundary', { 'iam:PermissionsBoundary': policyArn })] },
  // a role of such a name would be left out
  guarded('LeastPrivilegeExceptions', ...[
    ['CreateRole', 'cdk-mine-cfn-exec-role-1-2'], ['UpdateAssumeRolePolicy', 'cdk-hnb659fds-cfn-exec-role-123456789012-eu-central-1'], ['AttachRolePolicy', 'BreakGlass'], ['CreateRole', 'Mortality-PipelineRoleOfMine'],
    ['UpdateAssumeRolePolicy', 'Clinician'],
  ].map(([action, name]) => ({ action: `iam:${action}`, resource: `arn:aws:iam::123456789012:role/${name}`, context: { 'iam:PermissionsBoundary': policyArn } }))),
  { sid: 'LeastPrivilegeExceptions', denied: [role('CreateRole', { 'iam:PermissionsBoundary': policyArn })].map((call) => ({ ...call, resource: 'arn:aws:iam::123456789012:role/stacksets-exec-mine' })), allowed: [role('CreateRole', { 'iam:PermissionsBoundary': policyArn })] },
  guarded('LeastPrivilegeOrganization', { action: 'organizations:LeaveOrganization', resource: '*' }),
  guarded('LeastPrivilegeGroups', { action: 'iam:RemoveUserFromGroup', resource: 'arn:aws:iam::123456789012:group/Scientists' }),
  guarded('AuthenticationRotation', secret('CancelRotateSecret', {})),
  guarded('Authentication', { action: 'iam:CreateServiceSpecificCredential', resource: 'arn:aws:iam::123456789012:user/ada' }),
  guarded('Authentication', { action: 'iam:CreateAccessKey', resource: 'arn:aws:iam::123456789012:user/ada' }),
  { sid: 'EncryptionInTransitTls', denied: [get({ 'aws:SecureTransport': 'false' }), send('false')], allowed: [get({}), send('true')] },
  { sid: 'EncryptionInTransitTlsVersion', denied: [get({ 's3:TlsVersion': '1.1' })], allowed: [get({ 's3:TlsVersion': '1.2' })] },
  { sid: 'NoPublicAccessAnonymous', denied: [get({ 'aws:PrincipalAccount': 'anonymous' }, { by: STRANGER })], allowed: [get({})] },
  {
    sid: 'NoPublicAccessOrganization',
    denied: [
      get({ 'aws:PrincipalOrgID': 'o-z9z9z9z9z9', 'aws:PrincipalAccount': '999999999999' }, { by: STRANGER }),
      assume({ 'aws:PrincipalOrgID': 'o-z9z9z9z9z9', 'aws:PrincipalAccount': '999999999999', 'aws:PrincipalIsAWSService': 'false' }, { by: STRANGER }),
    ],
    allowed: [
      assume({ 'aws:PrincipalOrgID': ORGANIZATION, 'aws:PrincipalAccount': '123456789012', 'aws:PrincipalIsAWSService': 'false' }),
      get({}), get({ 'aws:PrincipalOrgID': 'o-z9z9z9z9z9', 'aws:PrincipalAccount': '444455556666' }, { by: 'arn:aws:iam::444455556666:role/Partner' }),
      get({ 'aws:PrincipalIsAWSService': 'true' }, { by: 'logging.s3.amazonaws.com' }),
    ],
  },
  {
    sid: 'NoPublicAccessConfusedDeputy',
    denied: [
      get({ 'aws:PrincipalIsAWSService': 'true', 'aws:SourceAccount': '999999999999', 'aws:SourceOrgID': 'o-z9z9z9z9z9' }, { by: 'logging.s3.amazonaws.com' }),
      assume({ 'aws:PrincipalIsAWSService': 'true', 'aws:SourceAccount': '999999999999', 'aws:SourceOrgID': 'o-z9z9z9z9z9' }, BY_SAGEMAKER),
    ],
    allowed: [
      assume({ 'aws:PrincipalIsAWSService': 'true', 'aws:SourceAccount': '123456789012', 'aws:SourceOrgID': ORGANIZATION }, BY_SAGEMAKER), assume({ 'aws:PrincipalIsAWSService': 'true' }, BY_SAGEMAKER),
      get({ 'aws:PrincipalIsAWSService': 'true', 'aws:SourceAccount': '123456789012', 'aws:SourceOrgID': ORGANIZATION }, { by: 'logging.s3.amazonaws.com' }),
      get({ 'aws:PrincipalIsAWSService': 'true' }, { by: 'macie.amazonaws.com' }),
    ],
  },
];
