import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { ofMlData } from '../ml-data';
import { withoutSecrets } from '../../secrets';

export default rule({
  name: 'PlainSecrets',
  title: 'No password, token or key stands in what Glue, EMR Serverless, clean rooms, delivery streams, databases and functions are given',
  severity: 'error',
  control: Control.AUTHENTICATION,
  resources: [
    'AWS::Glue::Job', 'AWS::Glue::Session', 'AWS::Glue::Connection', 'AWS::Glue::Trigger', 'AWS::Glue::Workflow', 'AWS::Glue::DevEndpoint',
    'AWS::EMRServerless::Application', 'AWS::Lambda::Function', 'AWS::CleanRoomsML::ConfiguredModelAlgorithm', 'AWS::KinesisFirehose::DeliveryStream', 'AWS::RDS::DBInstance', 'AWS::RDS::DBCluster',
    'AWS::Redshift::Cluster',
  ],
  why: 'arguments, properties and environment are shown to whoever may describe the resource, and stay in the history of templates',
  fix: 'keep it in Secrets Manager: name SECRET_ID in a connection, read it when the code runs, or write {{resolve:secretsmanager:...}}',
  properties: [
    'DefaultArguments', 'NonOverridableArguments', 'ConnectionInput.ConnectionProperties', 'ConnectionInput.AuthenticationConfiguration', 'Actions.Arguments', 'DefaultRunProperties', 'Arguments',
    'RuntimeConfiguration', 'Environment.Variables', 'TrainingContainerConfig.Arguments', 'RedshiftDestinationConfiguration.Password', 'SplunkDestinationConfiguration.HECToken',
    'SnowflakeDestinationConfiguration.PrivateKey', 'HttpEndpointDestinationConfiguration.EndpointConfiguration.AccessKey', 'MasterUserPassword',
  ],
  sources: ['Prowler awslambda_function_no_secrets_in_variables', 'Checkov CKV_AWS_45', 'https://docs.aws.amazon.com/glue/latest/dg/connection-properties-secrets-manager.html'],
  good: { Command: { Name: 'glueetl' }, Role: 'arn:aws:iam::123456789012:role/prepare', DefaultArguments: { '--db_secret': 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:warehouse-a1b2c3' } },
  bad: { Command: { Name: 'glueetl' }, Role: 'arn:aws:iam::123456789012:role/prepare', DefaultArguments: { '--db_password': 'correct-horse-battery' } },
  check: (resource) => ofMlData(resource, () => (GIVEN[resource.type] ?? []).flatMap((property) => withoutSecrets(resource.at(property), property))),
});

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
