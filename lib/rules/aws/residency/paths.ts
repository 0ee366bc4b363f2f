import { COPIES } from './copies';

/** Paths in resources by their type, `*` for each item of a list. */
type Paths = Readonly<Record<string, readonly string[]>>;

/** What a service takes from its own region only: another one fails when it is deployed. */
const AT_HOME: Paths = {
  // https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCode.html and https://docs.aws.amazon.com/lambda/latest/dg/adding-layers.html
  'AWS::Lambda::Function': ['Code.S3Bucket', 'Layers.*'],
  'AWS::Lambda::LayerVersion': ['Content.S3Bucket'],
  'AWS::Serverless::Function': ['CodeUri', 'CodeUri.Bucket', 'Layers.*'],
  'AWS::Serverless::LayerVersion': ['ContentUri', 'ContentUri.Bucket'],
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/enable-access-logs.html
  'AWS::ElasticLoadBalancing::LoadBalancer': ['AccessLoggingPolicy.S3BucketName'],
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html and https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory.html
  'AWS::S3::Bucket': ['LoggingConfiguration.DestinationBucketName', 'InventoryConfigurations.*.Destination.BucketArn'],
};

/** Programs, templates, schemas and definitions: what is read there is no data. An artifact of a model is none of them. */
const CODE: Paths = {
  'AWS::ApiGateway::RestApi': ['BodyS3Location.Bucket'],
  'AWS::ApiGatewayV2::Api': ['BodyS3Location.Bucket'],
  'AWS::Bedrock::Agent': ['ActionGroups.*.ApiSchema.S3.S3BucketName'],
  'AWS::CloudFormation::Stack': ['TemplateURL'],
  'AWS::CloudFormation::StackSet': ['TemplateURL'],
  'AWS::EMR::Cluster': ['BootstrapActions.*.ScriptBootstrapAction.Path', 'Steps.*.HadoopJarStep.Jar'],
  'AWS::EMR::Step': ['HadoopJarStep.Jar'],
  'AWS::Glue::Job': ['Command.ScriptLocation'],
  'AWS::SageMaker::Pipeline': ['PipelineDefinition.PipelineDefinitionS3Location.Bucket'],
  'AWS::Serverless::Application': ['Location'],
  'AWS::ServiceCatalog::CloudFormationProduct': ['ProvisioningArtifactParameters.*.Info.LoadTemplateFromURL'],
  'AWS::StepFunctions::StateMachine': ['DefinitionS3Location.Bucket'],
};

/** Whether a place in a resource names a region that it is copied to; those have a rule of their own. */
export function isCopy(type: string, location: string): boolean {
  return isAt(COPIES, type, location);
}

/** Whether what a place names can only be in the resource's own region. */
export function isAtHome(type: string, location: string): boolean {
  return isAt(AT_HOME, type, location);
}

/** Whether what a place names is code or a description, and no data. */
export function isCode(type: string, location: string): boolean {
  return isAt(CODE, type, location);
}

function isAt(paths: Paths, type: string, location: string): boolean {
  const own = paths[type];
  return own !== undefined && own.includes(location.replace(/^Properties\./, '').replace(/\.\d+(?=\.|$)/g, '.*'));
}
