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
  'AWS::KinesisFirehose::DeliveryStream': [STORAGE, OUTPUT, SETTINGS, SUBNET, TAGS],
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

/** Known as ways to another region: of the images, backups and incidents that they keep none is data of a pipeline. */
export const COPYING_FACETS: Facets = {
  'AWS::Backup::BackupPlan': [OUTPUT],
  'AWS::CloudFormation::StackSet': [CODE],
  'AWS::DLM::LifecyclePolicy': [OUTPUT, CODE],
  'AWS::ImageBuilder::DistributionConfiguration': [OUTPUT, CODE],
  'AWS::SSMIncidents::ReplicationSet': [STORE],
};

/** Known by credentials that they are given alone: they run programs of any kind beside machine learning. */
export const BESIDE_FACETS: Facets = {
  'AWS::BedrockAgentCore::Runtime': [SETTINGS, SUBNET],
  'AWS::CodeBuild::Project': [CODE, SETTINGS, SUBNET],
  'AWS::ECS::TaskDefinition': [CODE, SETTINGS],
};
