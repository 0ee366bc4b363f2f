import type { Facets } from '../../coverage';
import { Facet } from '../../facet';

const { STORE, STORAGE, OUTPUT, CODE, SETTINGS, PLATFORM, SUBNET, TRAFFIC, GRANT, SIGN_IN, OPENABLE, TRAIL, DESCRIPTION, TAGS } = Facet;

/** What data passes on its way: tables, streams, queues, functions, state machines, secrets. */
export const INTEGRATION_FACETS: Facets = {
  'AWS::DynamoDB::GlobalTable': [STORE, GRANT, OPENABLE],
  'AWS::DynamoDB::Table': [STORE, GRANT, OPENABLE, TAGS],
  'AWS::EMR::SecurityConfiguration': [OUTPUT, TRAFFIC],
  'AWS::Kinesis::ResourcePolicy': [GRANT, OPENABLE],
  'AWS::Kinesis::Stream': [STORE, TAGS],
  'AWS::KinesisFirehose::DeliveryStream': [STORAGE, OUTPUT, TAGS],
  'AWS::Lambda::Function': [STORAGE, CODE, SETTINGS, PLATFORM, SUBNET, TRAIL, TAGS],
  'AWS::Lambda::Permission': [GRANT, OPENABLE],
  'AWS::Lambda::Url': [SIGN_IN, OPENABLE],
  'AWS::SNS::Topic': [STORAGE, TRAFFIC, TAGS],
  'AWS::SNS::TopicInlinePolicy': [GRANT, OPENABLE],
  'AWS::SNS::TopicPolicy': [GRANT, OPENABLE],
  'AWS::SQS::Queue': [STORAGE, TRAFFIC, TAGS],
  'AWS::SQS::QueueInlinePolicy': [GRANT, OPENABLE],
  'AWS::SQS::QueuePolicy': [GRANT, OPENABLE],
  'AWS::SecretsManager::ResourcePolicy': [GRANT, OPENABLE],
  'AWS::SecretsManager::Secret': [STORAGE, SETTINGS, TAGS],
  'AWS::StepFunctions::StateMachine': [STORAGE, CODE, TRAIL, DESCRIPTION, TAGS],
};

/** Known as ways to another region alone: no store of a pipeline is one of them. */
export const COPYING_FACETS: Facets = {
  'AWS::Backup::BackupPlan': [],
  'AWS::CloudFormation::StackSet': [],
  'AWS::DLM::LifecyclePolicy': [],
  'AWS::EFS::FileSystem': [],
  'AWS::ImageBuilder::DistributionConfiguration': [],
  'AWS::RDS::DBCluster': [],
  'AWS::RDS::DBInstance': [],
  'AWS::Redshift::Cluster': [],
  'AWS::SSMIncidents::ReplicationSet': [],
};

/** Known by credentials that they are given alone: they run programs of any kind beside machine learning. */
export const BESIDE_FACETS: Facets = {
  'AWS::BedrockAgentCore::Runtime': [SETTINGS],
  'AWS::CodeBuild::Project': [SETTINGS],
  'AWS::ECS::TaskDefinition': [SETTINGS],
};
