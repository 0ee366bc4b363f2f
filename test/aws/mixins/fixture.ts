import { App, CfnResource, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { env } from '../../support/workspace';

export type Properties = Record<string, unknown>;

const IMAGE = '123456789012.dkr.ecr.eu-central-1.amazonaws.com/monitor:1';
const ROLE = 'arn:aws:iam::123456789012:role/job';
const cluster = { InstanceCount: 1, InstanceType: 'ml.m5.xlarge', VolumeSizeInGB: 30 };
const outputs = { MonitoringOutputs: [{ S3Output: { LocalPath: '/out', S3Uri: 's3://reports/' } }] };

function definition(kind: string): Properties {
  return {
    [`${kind}AppSpecification`]: { ImageUri: IMAGE },
    [`${kind}JobInput`]: { EndpointInput: { EndpointName: 'risk', LocalPath: '/in' } },
    [`${kind}JobOutputConfig`]: outputs,
    JobResources: { ClusterConfig: cluster },
    RoleArn: ROLE,
  };
}

const instances = (type = 'ml.m5.xlarge') => [{ VariantName: 'AllTraffic', ModelName: 'risk', InstanceType: type, InitialInstanceCount: 1, EnableSSMAccess: true, CoreDumpConfig: { DestinationS3Uri: 's3://dumps/' } }];

/** Resources without any protection: what a mixin knows, in every form that it tells apart. */
export const UNPROTECTED: Readonly<Record<string, { readonly type: string; readonly properties: Properties }>> = {
  Model: { type: 'AWS::SageMaker::Model', properties: { ExecutionRoleArn: ROLE, PrimaryContainer: { Image: IMAGE } } },
  Endpoint: {
    type: 'AWS::SageMaker::EndpointConfig', properties: {
      ProductionVariants: instances(),
      DataCaptureConfig: { EnableCapture: true, InitialSamplingPercentage: 100, DestinationS3Uri: 's3://captures/', CaptureOptions: [{ CaptureMode: 'Input' }] },
      AsyncInferenceConfig: { OutputConfig: { S3OutputPath: 's3://answers/' } },
    },
  },
  Components: { type: 'AWS::SageMaker::EndpointConfig', properties: { ExecutionRoleArn: ROLE, ProductionVariants: [{ VariantName: 'All', InstanceType: 'ml.m5.xlarge', InitialInstanceCount: 1 }] } },
  DataQuality: { type: 'AWS::SageMaker::DataQualityJobDefinition', properties: definition('DataQuality') },
  ModelQuality: {
    type: 'AWS::SageMaker::ModelQualityJobDefinition', properties: {
      ...definition('ModelQuality'),
      ModelQualityAppSpecification: { ImageUri: IMAGE, ProblemType: 'BinaryClassification' },
      ModelQualityJobInput: { EndpointInput: { EndpointName: 'risk', LocalPath: '/in' }, GroundTruthS3Input: { S3Uri: 's3://truth/' } },
    },
  },
  ModelBias: {
    type: 'AWS::SageMaker::ModelBiasJobDefinition', properties: {
      ...definition('ModelBias'),
      ModelBiasAppSpecification: { ImageUri: IMAGE, ConfigUri: 's3://config/' },
      ModelBiasJobInput: { EndpointInput: { EndpointName: 'risk', LocalPath: '/in' }, GroundTruthS3Input: { S3Uri: 's3://truth/' } },
    },
  },
  ModelExplainability: {
    type: 'AWS::SageMaker::ModelExplainabilityJobDefinition', properties: { ...definition('ModelExplainability'), ModelExplainabilityAppSpecification: { ImageUri: IMAGE, ConfigUri: 's3://config/' } },
  },
  Job: {
    type: 'AWS::SageMaker::ProcessingJob', properties: {
      AppSpecification: { ImageUri: IMAGE }, RoleArn: ROLE, ProcessingResources: { ClusterConfig: cluster },
      ProcessingInputs: [{ InputName: 'query', DatasetDefinition: { AthenaDatasetDefinition: { Catalog: 'c', Database: 'd', QueryString: 'select 1', OutputFormat: 'PARQUET', OutputS3Uri: 's3://results/' } } }],
      ProcessingOutputConfig: { Outputs: [{ OutputName: 'clean', S3Output: { S3Uri: 's3://clean/', S3UploadMode: 'EndOfJob', LocalPath: '/out' } }] },
    },
  },
  Schedule: {
    type: 'AWS::SageMaker::MonitoringSchedule', properties: {
      MonitoringScheduleName: 'inline',
      MonitoringScheduleConfig: {
        MonitoringJobDefinition: {
          MonitoringAppSpecification: { ImageUri: IMAGE }, MonitoringInputs: [{ EndpointInput: { EndpointName: 'risk', LocalPath: '/in' } }],
          MonitoringOutputConfig: outputs, MonitoringResources: { ClusterConfig: cluster }, RoleArn: ROLE,
        },
      },
    },
  },
  Notebook: { type: 'AWS::SageMaker::NotebookInstance', properties: { InstanceType: 'ml.t3.medium', RoleArn: ROLE } },
  Domain: {
    type: 'AWS::SageMaker::Domain', properties: {
      AuthMode: 'IAM', DomainName: 'studio', VpcId: 'vpc-1', SubnetIds: ['subnet-1'],
      DefaultUserSettings: { ExecutionRole: ROLE, SharingSettings: { NotebookOutputOption: 'Allowed', S3OutputPath: 's3://shared/' } },
    },
  },
  User: { type: 'AWS::SageMaker::UserProfile', properties: { DomainId: 'd-1', UserProfileName: 'ada', UserSettings: { SharingSettings: { NotebookOutputOption: 'Allowed' }, JupyterLabAppSettings: { AppLifecycleManagement: { IdleSettings: { LifecycleManagement: 'DISABLED' } } } } } },
  Space: { type: 'AWS::SageMaker::Space', properties: { DomainId: 'd-1', SpaceName: 'space', SpaceSettings: { RemoteAccess: 'ENABLED' } } },
  Features: {
    type: 'AWS::SageMaker::FeatureGroup', properties: {
      FeatureGroupName: 'patients', RecordIdentifierFeatureName: 'id', EventTimeFeatureName: 'at',
      FeatureDefinitions: [{ FeatureName: 'id', FeatureType: 'String' }, { FeatureName: 'at', FeatureType: 'String' }],
      OnlineStoreConfig: { EnableOnlineStore: true }, OfflineStoreConfig: { S3StorageConfig: { S3Uri: 's3://features/' } },
    },
  },
  Experiment: {
    type: 'AWS::SageMaker::InferenceExperiment', properties: {
      Name: 'shadow', Type: 'ShadowMode', EndpointName: 'risk', RoleArn: ROLE, DataStorageConfig: { Destination: 's3://shadow/' },
      ModelVariants: [{ ModelName: 'risk', VariantName: 'All', InfrastructureConfig: { InfrastructureType: 'RealTimeInference', RealTimeInferenceConfig: { InstanceType: 'ml.m5.xlarge', InstanceCount: 1 } } }],
    },
  },
  Card: { type: 'AWS::SageMaker::ModelCard', properties: { ModelCardName: 'risk', ModelCardStatus: 'Draft', Content: {} } },
  Unplaced: { type: 'AWS::SageMaker::Domain', properties: { AuthMode: 'IAM', DomainName: 'unified', DefaultUserSettings: { ExecutionRole: ROLE } } },
  Version: { type: 'AWS::SageMaker::ModelPackage', properties: { ModelPackageGroupName: 'risk' } },
  Validated: {
    type: 'AWS::SageMaker::ModelPackage', properties: {
      ModelPackageGroupName: 'risk', ValidationSpecification: {
        ValidationRole: ROLE, ValidationProfiles: [{
          ProfileName: 'batch', TransformJobDefinition: {
            TransformInput: { DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://in/' } } }, TransformOutput: { S3OutputPath: 's3://out/' },
            TransformResources: { InstanceType: 'ml.m5.xlarge', InstanceCount: 1 },
          },
        }],
      },
    },
  },
  Partner: { type: 'AWS::SageMaker::PartnerApp', properties: { Name: 'app', Type: 'comet', AuthType: 'IAM', ExecutionRoleArn: ROLE, Tier: 'small' } },
  Bucket: { type: 'AWS::S3::Bucket', properties: { BucketName: 'data' } },
  Access: { type: 'AWS::S3::AccessPoint', properties: { Bucket: 'data', PublicAccessBlockConfiguration: { BlockPublicPolicy: false } } },
  Records: { type: 'AWS::Logs::LogGroup', properties: { LogGroupName: '/aws/sagemaker/TrainingJobs' } },
  Topic: { type: 'AWS::SNS::Topic', properties: {} },
  Queue: { type: 'AWS::SQS::Queue', properties: { SqsManagedSseEnabled: true } },
  Table: {
    type: 'AWS::DynamoDB::Table', properties: { KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }], BillingMode: 'PAY_PER_REQUEST' },
  },
  Replicated: {
    type: 'AWS::DynamoDB::GlobalTable', properties: {
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }], BillingMode: 'PAY_PER_REQUEST', Replicas: [{ Region: env.region }],
    },
  },
  Express: { type: 'AWS::S3Express::DirectoryBucket', properties: { DataRedundancy: 'SingleAvailabilityZone', LocationName: 'euc1-az1' } },
  Images: { type: 'AWS::ECR::Repository', properties: {} },
  Template: {
    type: 'AWS::ECR::RepositoryCreationTemplate', properties: {
      AppliedFor: ['PULL_THROUGH_CACHE'], Prefix: 'ROOT', CustomRoleArn: ROLE, EncryptionConfiguration: { EncryptionType: 'KMS', KmsKey: 'arn:aws:kms:eu-central-1:123456789012:key/images' },
    },
  },
  Secret: { type: 'AWS::SecretsManager::Secret', properties: { GenerateSecretString: {} } },
  Stream: { type: 'AWS::Kinesis::Stream', properties: {} },
  Files: { type: 'AWS::EFS::FileSystem', properties: {} },
  Trail: { type: 'AWS::CloudTrail::Trail', properties: { IsLogging: false, S3BucketName: 'trail' } },
  Events: { type: 'AWS::CloudTrail::EventDataStore', properties: { Name: 'events', IngestionEnabled: false } },
  Catalog: { type: 'AWS::Glue::DataCatalogEncryptionSettings', properties: { CatalogId: '123456789012', DataCatalogEncryptionSettings: { EncryptionAtRest: { CatalogEncryptionMode: 'DISABLED' } } } },
  Spark: { type: 'AWS::EMRServerless::Application', properties: { Type: 'SPARK', ReleaseLabel: 'emr-7.9.0', InteractiveConfiguration: { LivyEndpointEnabled: true } } },
  Cluster: { type: 'AWS::SageMaker::Cluster', properties: { ClusterName: 'research', NodeRecovery: 'None' } },
  Rotating: { type: 'AWS::KMS::Key', properties: { PendingWindowInDays: 7, KeyPolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' }] } } },
  Copied: {
    type: 'AWS::KMS::ReplicaKey', properties: {
      PendingWindowInDays: 7, PrimaryKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/mrk-1',
      KeyPolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' }] },
    },
  },
  Machine: { type: 'AWS::EC2::Instance', properties: { ImageId: 'ami-1', InstanceType: 't3.micro' } },
  Machines: { type: 'AWS::EC2::LaunchTemplate', properties: { LaunchTemplateData: { ImageId: 'ami-1' } } },
};

/** What the mixins are made from: not judged with the rest. */
export interface Means {
  readonly key: kms.Key;
  readonly network: { readonly vpc: ec2.Vpc; readonly securityGroup: ec2.SecurityGroup };
  readonly accessLogs: s3.Bucket;
}

/** An app with a stack of its own for what mixins are made from, and one for what they are applied to. */
export function ground(): { readonly app: App; readonly stack: Stack; readonly means: Means } {
  const app = new App();
  const platform = new Stack(app, 'Platform', { env });
  const vpc = new ec2.Vpc(platform, 'Vpc', {
    availabilityZones: ['eu-central-1a', 'eu-central-1b'], natGateways: 0, subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
  });
  const means = {
    key: new kms.Key(platform, 'Key', { enableKeyRotation: true }),
    network: { vpc, securityGroup: new ec2.SecurityGroup(platform, 'Group', { vpc }) },
    accessLogs: new s3.Bucket(platform, 'AccessLogs'),
  };
  return { app, stack: new Stack(app, 'Subject', { env }), means };
}

/** Puts the unprotected resources into a stack, as raw resources or as those of their classes. */
export function unprotected(stack: Stack, make: 'raw' | 'typed' = 'raw', only?: (type: string) => boolean): void {
  for (const [id, { type, properties }] of Object.entries(UNPROTECTED)) {
    if (only && !only(type)) continue;
    if (make === 'raw') new CfnResource(stack, id, { type, properties: structuredClone(properties) });
    else classOf(type)._fromCloudFormation(stack, id, { Properties: structuredClone(properties) }, parserOf());
  }
  used(stack, Object.entries(UNPROTECTED).filter(([, { type }]) => !only || only(type)).map(([id]) => id));
}

/** Has a model name resources, since many rules judge what machine learning touches, and nothing else. */
export function used(stack: Stack, ids: readonly string[], more: Properties = {}): void {
  new CfnResource(stack, 'Uses', {
    type: 'AWS::SageMaker::Model', properties: {
      ExecutionRoleArn: ROLE, PrimaryContainer: { Image: IMAGE, Environment: Object.fromEntries(ids.map((id) => [id.toUpperCase(), { Ref: id }])) }, ...more,
    },
  });
}

interface CfnClass {
  _fromCloudFormation(stack: Stack, id: string, resource: object, options: object): CfnResource;
}

function classOf(type: string): CfnClass {
  const [, service, name] = type.split('::') as [string, string, string];
  return (require(`aws-cdk-lib/aws-${service.toLowerCase()}`) as Record<string, CfnClass>)[`Cfn${name}`]!;
}

// what `CfnInclude` gives to the classes; nothing here has intrinsics
function parserOf(): object {
  return { parser: { parseValue: (value: unknown) => value, handleAttributes: () => undefined } };
}
