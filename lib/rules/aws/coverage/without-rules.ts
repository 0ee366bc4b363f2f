import { Control } from '../../../policy/control';
import type { Reasons } from '../../coverage';
import { STEP, UNSEEN } from '../../rule';

/** A control, why no rule judges it, and on which types; `*` is every type that says nothing itself. */
type Shared = readonly [Control, string, readonly string[]];

const DATABASES = ['AWS::RDS::DBCluster', 'AWS::RDS::DBInstance', 'AWS::Redshift::Cluster'];
const COPIES = ['AWS::Backup::BackupPlan', 'AWS::DLM::LifecyclePolicy', 'AWS::ImageBuilder::DistributionConfiguration', 'AWS::SSMIncidents::ReplicationSet'];

const SHARED: readonly Shared[] = [
  [Control.ENCRYPTION_IN_TRANSIT, 'whether it refuses plain connections is said by its group of parameters; connections of Glue are asked to take TLS', DATABASES],
  [Control.PRIVATE_NETWORK, 'it always stands in a VPC; that it has no public address is judged', DATABASES],
  [Control.RETENTION_LIMIT, 'rows are deleted by statements, which no template has', DATABASES],
  [Control.ERASURE, 'rows are deleted by statements, which no template has; a store of the flow is asked for who erases from it', DATABASES],
  [Control.AVAILABILITY, 'backups and second zones of databases are asked for by the stock packs (RDSInBackupPlan, RDSMultiAZSupport, RedshiftBackupEnabled)', DATABASES],
  [Control.AUDIT_LOGGING, 'who asked what is logged by the engine as its parameters say; the stock packs ask for the logs (RDSLoggingEnabled, RedshiftClusterAuditLogging)', DATABASES],
  [Control.SUPPORTED_SOFTWARE, 'RDS and Redshift mend minor versions by themselves and bill old ones until they move them; the stock packs ask that it is left on', DATABASES],
  [Control.LEAST_PRIVILEGE, 'whom its policy admits is judged for openness; rights in the database are granted by statements', ['AWS::Redshift::Cluster']],
  [Control.LEAST_PRIVILEGE, 'whom its policy admits is judged for openness', ['AWS::EFS::FileSystem', 'AWS::Logs::LogGroup']],
  [Control.RETENTION_LIMIT, 'files are deleted by who put them there: its lifecycle moves them to cheaper storage', ['AWS::EFS::FileSystem']],
  [Control.ERASURE, 'a file that is deleted is gone, but for backups', ['AWS::EFS::FileSystem']],
  [Control.AVAILABILITY, 'its files lie in several zones; that it is in a backup plan the stock packs ask (EFSInBackupPlan)', ['AWS::EFS::FileSystem']],
  [Control.AUDIT_LOGGING, 'who mounts it is in the trail of the account; who reads a file there no service records', ['AWS::EFS::FileSystem']],
  ...[Control.ENCRYPTION_AT_REST, Control.ARTIFACT_INTEGRITY, Control.RETENTION_LIMIT, Control.ERASURE, Control.AVAILABILITY, Control.AUDIT_LOGGING].map((control): Shared => (
    [control, 'it is known here as a way to another region: what it keeps is no data of a pipeline, and the stock packs judge it', COPIES])),
  [Control.ARTIFACT_INTEGRITY, 'what it deploys lies elsewhere and cannot be seen, which is the finding', ['AWS::CloudFormation::StackSet']],
  [Control.ENCRYPTION_AT_REST, 'what it keeps is a password: in a secret, or in the catalog, whose key for passwords is judged', ['AWS::Glue::Connection']],
  [Control.PRIVATE_NETWORK, 'to a bucket it delivers over the network of the service, for which it has no setting; only to search domains, Snowflake and databases has it one', [
    'AWS::KinesisFirehose::DeliveryStream',
  ]],
  [Control.DATA_RESIDENCY, 'what it makes is not known, and so not where: that nobody can see it is the finding', [UNSEEN]],
  [Control.ASSET_INVENTORY, 'tags are set for a whole app at once, and which it needs its owner says; they are asked for where a public checker names the type', ['*']],
  [Control.LEAST_PRIVILEGE, 'whom its policy admits is judged for openness; whether a principal that it names needs what it is given no template says', [
    'AWS::CloudTrail::ResourcePolicy', 'AWS::Logs::ResourcePolicy', 'AWS::ECR::RegistryPolicy', 'AWS::ECR::Repository', 'AWS::ECR::RepositoryCreationTemplate', 'AWS::S3::AccessPoint',
    'AWS::S3::MultiRegionAccessPointPolicy', 'AWS::S3Express::AccessPoint', 'AWS::S3Express::BucketPolicy', 'AWS::S3Tables::TableBucketPolicy', 'AWS::S3Tables::TablePolicy',
    'AWS::S3Vectors::VectorBucketPolicy', 'AWS::Kinesis::ResourcePolicy', 'AWS::SNS::TopicInlinePolicy', 'AWS::SNS::TopicPolicy', 'AWS::SQS::QueueInlinePolicy', 'AWS::SQS::QueuePolicy',
    'AWS::SageMaker::ModelPackageGroup', 'AWS::SecretsManager::ResourcePolicy',
  ]],
  [Control.LEAST_PRIVILEGE, 'who may use it is judged as key management', ['AWS::KMS::Key', 'AWS::KMS::ReplicaKey']],
  [Control.NO_PUBLIC_ACCESS, 'a policy that is open to everybody is judged as key management', ['AWS::KMS::Key', 'AWS::KMS::ReplicaKey']],
  [Control.AUDIT_LOGGING, 'who reads and writes it is recorded by a trail that selects it; it has no property for that', [
    'AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table', 'AWS::Kinesis::Stream', 'AWS::S3Express::DirectoryBucket', 'AWS::S3Tables::TableBucket', 'AWS::S3Vectors::Index',
    'AWS::S3Vectors::VectorBucket', 'AWS::SageMaker::FeatureGroup',
  ]],
  [Control.AUDIT_LOGGING, 'who signs in is recorded by the trail of the account; it has no property for that', [
    'AWS::IAM::OIDCProvider', 'AWS::IAM::SAMLProvider', 'AWS::SageMaker::MlflowApp', 'AWS::SageMaker::MlflowTrackingServer', 'AWS::SageMaker::PartnerApp', 'AWS::SageMaker::Workforce',
  ]],
  [Control.AUDIT_LOGGING, 'who asked what is logged by the membership, which is judged', [
    'AWS::CleanRooms::AnalysisTemplate', 'AWS::CleanRooms::ConfiguredTable', 'AWS::CleanRooms::IntermediateTable', 'AWS::CleanRooms::PrivacyBudgetTemplate',
    'AWS::CleanRoomsML::ConfiguredModelAlgorithmAssociation',
  ]],
  [Control.AUDIT_LOGGING, 'it holds what others log; nothing in it can be changed, only deleted, which permissions decide', ['AWS::Logs::LogGroup']],
  [Control.LEAST_PRIVILEGE, 'its permissions are those of its user, which are judged', ['AWS::IAM::AccessKey']],
  [Control.AUDIT_LOGGING, 'who works there is known by an SSH key only, which no setting changes: that it is there at all is the finding', ['AWS::Glue::DevEndpoint']],
  [Control.AUDIT_LOGGING, 'who calls it is recorded by a trail that selects data events of its function; it has no property for that', ['AWS::Lambda::Url']],
  [Control.AUDIT_LOGGING, 'what it prints is in its log group, which is judged; who calls it is recorded by a trail that selects it', ['AWS::Lambda::Function']],
  [Control.AUTHENTICATION, 'whom it trusts is judged for openness', ['AWS::IAM::Role']],
  [Control.AUTHENTICATION, 'it is how people and programs sign in without keys of their own; what they may then do is in the trust of a role', [
    'AWS::IAM::OIDCProvider', 'AWS::IAM::SAMLProvider',
  ]],
  [Control.AUTHENTICATION, 'it answers requests that are signed by IAM only', ['AWS::SageMaker::MlflowApp', 'AWS::SageMaker::MlflowTrackingServer']],
  [Control.MODEL_MONITORING, 'it runs when a schedule names it, and the schedule is judged', [
    'AWS::SageMaker::DataQualityJobDefinition', 'AWS::SageMaker::ModelBiasJobDefinition', 'AWS::SageMaker::ModelExplainabilityJobDefinition', 'AWS::SageMaker::ModelQualityJobDefinition',
  ]],
  [Control.MODEL_MONITORING, 'a monitor watches the endpoint that it is on', ['AWS::SageMaker::InferenceComponent', 'AWS::SageMaker::InferenceExperiment']],
  [Control.INCIDENT_ALERTING, 'alarms are resources of their own, and may stand in another app', [
    'AWS::CloudTrail::Trail', 'AWS::Glue::Job', 'AWS::SageMaker::Endpoint', 'AWS::SageMaker::EndpointConfig', 'AWS::SageMaker::InferenceComponent',
    'AWS::SageMaker::InferenceExperiment',
  ]],
  [Control.INCIDENT_ALERTING, 'new findings go to EventBridge whatever is set; whom they reach is a rule there', ['AWS::Macie::Session']],
  [Control.RESOURCE_LIMIT, 'what serves stands until it is taken down; how far it scales is said by its scaling target', [
    'AWS::SageMaker::EndpointConfig', 'AWS::SageMaker::InferenceComponent',
  ]],
  [Control.RESOURCE_LIMIT, 'it is one of a few fixed sizes, and stands until it is taken down', ['AWS::SageMaker::MlflowTrackingServer', 'AWS::SageMaker::PartnerApp']],
  [Control.RESOURCE_LIMIT, 'how long a container of one\'s own may run its owner says; that it does not wait for ever is judged on its queue', ['AWS::Batch::JobDefinition']],
  [Control.RESOURCE_LIMIT, 'it has no timeout, and stands until it is deleted: that it is there at all is the finding', ['AWS::Glue::DevEndpoint']],
  [Control.RESOURCE_LIMIT, 'the API has no stopping condition for it, only a timeout for each request', [`${STEP}/Transform`]],
  [Control.ARTIFACT_INTEGRITY, 'it names a repository, where commits are reviewed', ['AWS::SageMaker::CodeRepository']],
  [Control.ARTIFACT_INTEGRITY, 'people run on it what they write there; what serves comes from a pipeline, which is judged', [
    'AWS::SageMaker::NotebookInstance', 'AWS::SageMaker::Space', 'AWS::SageMaker::UserProfile',
  ]],
  [Control.ARTIFACT_INTEGRITY, 'code is named by its place in a bucket, whose versions and writers are judged there', [
    'AWS::Glue::DevEndpoint', 'AWS::Glue::Job', 'AWS::Glue::Session', `${STEP}/EMR`, `${STEP}/EMRServerless`,
  ]],
  [Control.ARTIFACT_INTEGRITY, 'code of an app lies under a key that is its digest, in a bucket whose versions are judged', ['AWS::Lambda::Function']],
  [Control.ARTIFACT_INTEGRITY, 'it runs containers of one\'s own; what a model learns and answers with runs in jobs and models, whose images are judged', ['AWS::Batch::JobDefinition']],
  [Control.ARTIFACT_INTEGRITY, 'it runs programs of any kind; what it builds or serves for machine learning is pushed to a repository, whose tags are judged', ['AWS::CodeBuild::Project', 'AWS::ECS::TaskDefinition']],
  [Control.PRIVATE_NETWORK, 'it runs programs of any kind, of which nothing says that they reach data: what they may read is judged in their role', ['AWS::BedrockAgentCore::Runtime', 'AWS::CodeBuild::Project']],
  [Control.ARTIFACT_INTEGRITY, 'it is the paper of a model; the model package is judged', ['AWS::SageMaker::ModelCard']],
  [Control.ARTIFACT_INTEGRITY, 'each member reads and approves the text of an analysis before it runs', ['AWS::CleanRooms::AnalysisTemplate']],
  [Control.ARTIFACT_INTEGRITY, 'it is open to everybody, which is the finding', ['AWS::ECR::PublicRepository']],
  [Control.RETENTION_LIMIT, 'how long a trail is kept is the lifecycle of its bucket and its log group, judged as audit logging', ['AWS::CloudTrail::Trail']],
  [Control.RETENTION_LIMIT, 'how long events are kept is judged as audit logging', ['AWS::CloudTrail::EventDataStore']],
  [Control.RETENTION_LIMIT, 'it has no lifecycle: what is put there is deleted by who put it', ['AWS::S3Vectors::Index', 'AWS::S3Vectors::VectorBucket']],
  [Control.RETENTION_LIMIT, 'the service forgets executions after 90 days; its log group is judged', ['AWS::StepFunctions::StateMachine']],
  [Control.RETENTION_LIMIT, 'an item ends by a time that code writes into it: that TTL is on says nothing of when', ['AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table']],
  [Control.RETENTION_LIMIT, 'a table has no lifecycle: rows are deleted by a query, and older snapshots end by the table\'s own maintenance', ['AWS::S3Tables::TableBucket']],
  [Control.ERASURE, 'an item that is deleted is gone, but for backups to a point in time, which end after 35 days', ['AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table']],
  [Control.ERASURE, 'what is deleted there is gone: it keeps no versions', [
    'AWS::S3Express::DirectoryBucket', 'AWS::S3Vectors::Index', 'AWS::S3Vectors::VectorBucket',
  ]],
  [Control.ERASURE, 'records cannot be taken out, they end with the retention of the stream', ['AWS::Kinesis::Stream']],
  [Control.AVAILABILITY, 'it has no versions, replicas or backups to switch on', ['AWS::S3Express::DirectoryBucket', 'AWS::S3Vectors::Index', 'AWS::S3Vectors::VectorBucket']],
  [Control.AVAILABILITY, 'its files lie in several zones, and the snapshots of a table are its older versions', ['AWS::S3Tables::TableBucket']],
  [Control.AVAILABILITY, 'it lies in three zones and hands on; what lasts is in the stores behind it', ['AWS::Kinesis::Stream']],
  [Control.AVAILABILITY, 'it compares two variants for a while and then ends', ['AWS::SageMaker::InferenceExperiment']],
  [Control.RECORD_OF_PROCESSING, 'each pipeline is held against it, and each store is asked for what it declares', ['RegulatedML::FlowNode']],
  [Control.RECORD_OF_PROCESSING, 'what it records is written by code, run by run', ['AWS::SageMaker::MlflowApp', 'AWS::SageMaker::MlflowTrackingServer']],
  [Control.RECORD_OF_PROCESSING, 'what there is to say of a model is in its card, which is judged', ['AWS::SageMaker::ModelPackage']],
  [Control.PURPOSE_LIMITATION, 'what may be computed is said by the analysis rules of a configured table, which are judged', [
    'AWS::CleanRooms::AnalysisTemplate', 'AWS::CleanRooms::Collaboration', 'AWS::CleanRooms::IntermediateTable', 'AWS::CleanRooms::Membership',
    'AWS::CleanRooms::PrivacyBudgetTemplate', 'AWS::CleanRoomsML::ConfiguredModelAlgorithmAssociation',
  ]],
  [Control.DE_IDENTIFICATION, 'results are bounded by the rules of its tables and the budget of its members, which are judged', [
    'AWS::CleanRooms::Collaboration', 'AWS::CleanRooms::ConfiguredTable', 'AWS::CleanRooms::IntermediateTable', 'AWS::CleanRooms::Membership',
    'AWS::CleanRooms::PrivacyBudgetTemplate',
  ]],
  [Control.DE_IDENTIFICATION, 'whether a result can show a person is judged as a limit of what it reveals', ['AWS::CleanRooms::AnalysisTemplate']],
  [Control.PRIVACY_LOSS_LIMIT, 'budgets are those of its members, and tables say which results need one; both are judged', [
    'AWS::CleanRooms::Collaboration', 'AWS::CleanRooms::IntermediateTable',
  ]],
  [Control.PRIVACY_LOSS_LIMIT, 'what leaves a training is bounded by the association of the algorithm with a collaboration, which is judged', ['AWS::CleanRoomsML::ConfiguredModelAlgorithm']],
  [Control.PRIVACY_LOSS_LIMIT, 'the API has no noise: it learns which records are alike and keeps that to itself; jobs that use it give out records, which are judged as data', ['AWS::Glue::MLTransform']],
  [Control.EXPLAINABILITY, 'explanations beside answers are in its endpoint configuration (ExplainerConfig), those over time in a job definition of a monitor', ['AWS::SageMaker::Endpoint']],
  [Control.EXPLAINABILITY, 'it serves without an explainer, which only an endpoint configuration with its own variants takes; a monitor of the endpoint explains over time', ['AWS::SageMaker::InferenceComponent']],
  [Control.EXPLAINABILITY, 'it compares answers of two variants, and takes no explainer', ['AWS::SageMaker::InferenceExperiment']],
  [Control.EXPLAINABILITY, 'a model names containers and takes no report; the report is with its version in the registry', ['AWS::SageMaker::Model']],
  [Control.EXPLAINABILITY, 'a card tells in free text how a model explains itself; that it describes the model at all is judged', ['AWS::SageMaker::ModelCard']],
  [Control.NO_PUBLIC_ACCESS, 'who may call it with AWS_IAM is in permissions, which are judged; that it asks nobody is judged as authentication', ['AWS::Lambda::Url']],
  [Control.ENCRYPTION_AT_REST, 'results are written to a bucket, which is judged', ['AWS::CleanRooms::Membership']],
  [Control.ENCRYPTION_AT_REST, 'a step that makes a cluster is asked for one that encrypts', ['AWS::EMR::SecurityConfiguration']],
  [Control.ENCRYPTION_IN_TRANSIT, 'a step that makes a cluster is asked for one that encrypts', ['AWS::EMR::SecurityConfiguration']],
  [Control.PRIVATE_NETWORK, 'the network that people reach it from is judged as no public access', ['AWS::SageMaker::Workforce']],
  [Control.SUPPORTED_SOFTWARE, 'whether it is still mended is what its owner says of it', ['AWS::SageMaker::ImageVersion']],
  [Control.LEAST_PRIVILEGE, 'each member agrees to the abilities of all when it joins', ['AWS::CleanRooms::Collaboration']],
];

/** Why cells have no rule that belong to no rule file: reasons that types share. */
export const WITHOUT_RULE: Reasons = reasonsByType(SHARED);

function reasonsByType(shared: readonly Shared[]): Reasons {
  const reasons: Record<string, Partial<Record<Control, string>>> = {};
  for (const [control, reason, types] of shared) for (const type of types) reasons[type] = { ...reasons[type], [control]: reason };
  return reasons;
}
