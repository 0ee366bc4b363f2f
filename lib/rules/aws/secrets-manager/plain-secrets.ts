import { Control } from '../../../policy/control';
import type { Resource } from '../../resource';
import { rule } from '../../rule';
import { withoutSecrets } from '../../secrets';
import type { Verdict } from '../../verdict';
import { inMlApp, ofMlData } from '../ml-data';

export default rule({
  name: 'PlainSecrets',
  title: 'No password, token or key stands in what jobs, functions, containers, builds, databases and connections are given',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: [
    'AWS::Glue::Job', 'AWS::Glue::Session', 'AWS::Glue::Connection', 'AWS::Glue::Trigger', 'AWS::Glue::Workflow', 'AWS::Glue::DevEndpoint',
    'AWS::EMRServerless::Application', 'AWS::Lambda::Function', 'AWS::CleanRoomsML::ConfiguredModelAlgorithm', 'AWS::KinesisFirehose::DeliveryStream', 'AWS::RDS::DBInstance', 'AWS::RDS::DBCluster',
    'AWS::Redshift::Cluster', 'AWS::Batch::JobDefinition', 'AWS::BedrockAgentCore::Runtime', 'AWS::CodeBuild::Project', 'AWS::ECS::TaskDefinition',
  ],
  why: 'arguments, properties and environment are shown to whoever may describe the resource, and stay in the history of templates',
  fix: 'keep it in Secrets Manager: name SECRET_ID in a connection, read it when the code runs, or write {{resolve:secretsmanager:...}}',
  properties: [
    'DefaultArguments', 'NonOverridableArguments', 'ConnectionInput.ConnectionProperties', 'ConnectionInput.AuthenticationConfiguration', 'Actions.Arguments', 'DefaultRunProperties', 'Arguments',
    'RuntimeConfiguration', 'Environment.Variables', 'TrainingContainerConfig.Arguments', 'RedshiftDestinationConfiguration.Password', 'SplunkDestinationConfiguration.HECToken',
    'SnowflakeDestinationConfiguration.PrivateKey', 'HttpEndpointDestinationConfiguration.EndpointConfiguration.AccessKey', 'MasterUserPassword',
    'ContainerProperties.Environment', 'EnvironmentVariables', 'Environment.EnvironmentVariables', 'ContainerDefinitions.Environment',
  ],
  sources: ['Prowler awslambda_function_no_secrets_in_variables', 'Checkov CKV_AWS_45', 'cdk-nag CodeBuildProjectEnvVarAwsCred', 'https://docs.aws.amazon.com/glue/latest/dg/connection-properties-secrets-manager.html'],
  good: { Command: { Name: 'glueetl' }, Role: 'arn:aws:iam::123456789012:role/prepare', DefaultArguments: { '--db_secret': 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:warehouse-a1b2c3' } },
  bad: { Command: { Name: 'glueetl' }, Role: 'arn:aws:iam::123456789012:role/prepare', DefaultArguments: { '--db_password': 'correct-horse-battery' } },
  check: (resource) => {
    const beside = BESIDE[resource.type];
    return beside ? inMlApp(resource, () => judged(resource, beside)) : ofMlData(resource, () => judged(resource, GIVEN[resource.type] ?? []));
  },
});

function judged(resource: Resource, properties: readonly string[]): Verdict[] {
  return properties.flatMap((property) => withoutSecrets(resource.at(property), property));
}

/** Where a type is given what its code reads. */
const GIVEN: Readonly<Record<string, readonly string[]>> = {
  'AWS::Glue::Job': ['DefaultArguments', 'NonOverridableArguments'],
  'AWS::Glue::Session': ['DefaultArguments'],
  'AWS::Glue::Connection': ['ConnectionInput.ConnectionProperties', 'ConnectionInput.AuthenticationConfiguration'],
  'AWS::Glue::DevEndpoint': ['Arguments'],
  'AWS::Glue::Trigger': ['Actions'],
  'AWS::Glue::Workflow': ['DefaultRunProperties'],
  'AWS::EMRServerless::Application': ['RuntimeConfiguration'],
  'AWS::Lambda::Function': ['Environment.Variables'],
  'AWS::CleanRoomsML::ConfiguredModelAlgorithm': ['TrainingContainerConfig.Arguments'],
  'AWS::KinesisFirehose::DeliveryStream': ['RedshiftDestinationConfiguration', 'SplunkDestinationConfiguration', 'SnowflakeDestinationConfiguration', 'HttpEndpointDestinationConfiguration'],
  'AWS::RDS::DBCluster': ['MasterUserPassword'],
  'AWS::RDS::DBInstance': ['MasterUserPassword', 'TdeCredentialPassword'],
  'AWS::Redshift::Cluster': ['MasterUserPassword'],
};
/** The same of what runs programs of any kind, of which nothing else says whether they handle data: whoever builds or deploys for machine learning gets at it. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  'AWS::Batch::JobDefinition': ['ContainerProperties', 'NodeProperties', 'EcsProperties', 'EksProperties', 'Parameters'],
  'AWS::BedrockAgentCore::Runtime': ['EnvironmentVariables'],
  'AWS::CodeBuild::Project': ['Environment.EnvironmentVariables'],
  'AWS::ECS::TaskDefinition': ['ContainerDefinitions'],
};
