import type { RawRecord } from '../../policy/record';
import { PACK } from '../rule';
import { learns } from './ml-data';
import { WITHOUT_RULE as OF_SAGEMAKER } from './sagemaker/without-rules';
import { WITHOUT_RULES } from './without-rules';

/** Whether the packs of cdk-nag have judged the same app, could have, or know nothing of it, as of a template that no CDK has written. */
export type Stock = 'registered' | 'missing' | 'foreign';

/** What stands beside machine learning, and rules do not judge. */
export interface Unjudged {
  /** No pass: what nobody has looked at, one line a type. */
  readonly open: readonly string[];
  /** Types of which it is written why no rule is needed. */
  readonly explained: readonly string[];
}

type Judged = Pick<RawRecord, 'subjects' | 'answers' | 'flow' | 'rules'>;

/** What records hold that keeps data, lets somebody in or runs programs beside machine learning, and that no rule judges. */
export function unjudgedIn(records: readonly Judged[], stock: Stock): Unjudged {
  const open: string[] = [];
  const explained: string[] = [];
  const beside = records.filter(hasMl);
  const ruled = new Set(beside.flatMap(({ rules }) => rules.flatMap(({ resources }) => resources)));
  for (const [type, many] of countsIn(beside)) {
    const reason = REASONS[type] ?? WITHOUT_RULES[type];
    const isOpenMl = learns(type) && (!ruled.has(type) || CREDENTIALS.has(type)) && reason === undefined && !(type in OF_SAGEMAKER) && !HARMLESS.test(type);
    const does = DOES.get(type) ?? (isOpenMl ? 'belong to machine learning' : undefined);
    if (!does || (stock === 'registered' && STOCK.has(type))) continue;
    if (reason) explained.push(`${type} (${many}) has no rule: ${reason}`);
    else open.push(told(type, many, does, stock));
  }
  return { open, explained };
}

function told(type: string, many: number, does: string, stock: Stock): string {
  const one = many === 1;
  const judged = `where ${one ? 'it stands' : 'they stand'}${CREDENTIALS.has(type) ? ` and credentials in ${one ? 'its' : 'their'} environment` : ''}`;
  const next = stock === 'missing' && STOCK.has(type) ? '; the packs of cdk-nag judge more: register AwsSolutionsChecks beside RegulatedMLChecks' : '';
  return `${one ? 'a resource' : `${many} resources`} of ${type} ${one ? ONE[does]! : does}, and no rule of this pack judges more than ${judged}${next}`;
}

/** That nothing in a record has to do with machine learning, where rules on what stands beside it have said nothing for that; undefined where something has. */
export function unaskedIn(record: Judged & Pick<RawRecord, 'notApplicable'>): string | undefined {
  if (hasMl(record) || !record.subjects.some(({ type }) => type.startsWith('AWS::'))) return undefined;
  const answered = new Set(record.answers.map(({ rule }) => rule));
  const ofOwnTypes = new Set(record.rules.filter(({ resources }) => !resources.includes('*')).map(({ id }) => id));
  const isSilent = record.notApplicable.some(({ rule, subjects }) => ofOwnTypes.has(rule) && !answered.has(rule) && subjects.some((subject) => record.subjects[subject]!.type.startsWith('AWS::')));
  return isSilent ? 'nothing here was recognised as machine learning, so rules that judge what stands beside it had nothing to say: judge it together with the stacks that learn' : undefined;
}

/** What the packs of cdk-nag judge of an app is left to them, where they are among its plugins. */
export function stockOf(plugins: readonly string[]): Stock {
  return plugins.some((name) => /^(?:AwsSolutions|HIPAA\.Security|NIST\.800\.53\.R[45]|PCI\.DSS\.321)$/.test(name)) ? 'registered' : 'missing';
}

// as the rules see it: what learns, a declared store, or a role that is asked because something else has to do with it
function hasMl({ subjects, answers, flow }: Judged): boolean {
  return subjects.some(({ type }) => learns(type)) || flow.nodes.some(({ kind }) => kind === 'store')
    || answers.some(({ rule }) => rule === `${PACK}-IamTrustPublic`);
}

function countsIn(records: readonly Judged[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { type, step } of records.flatMap(({ subjects }) => subjects)) if (step === undefined) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}

const KEEPS = [
  'AWS::AmazonMQ::Broker', 'AWS::AppFlow::Flow', 'AWS::Athena::WorkGroup', 'AWS::Backup::BackupVault', 'AWS::Cassandra::Keyspace', 'AWS::Cassandra::Table',
  'AWS::Comprehend::DocumentClassifier', 'AWS::Comprehend::EntityRecognizer', 'AWS::Comprehend::Flywheel', 'AWS::CustomerProfiles::Domain', 'AWS::DAX::Cluster',
  'AWS::DMS::Endpoint', 'AWS::DMS::ReplicationInstance', 'AWS::DSQL::Cluster', 'AWS::DataSync::Task', 'AWS::DataZone::Domain', 'AWS::DocDB::DBCluster',
  'AWS::DocDBElastic::Cluster', 'AWS::EC2::Volume', 'AWS::ElastiCache::CacheCluster', 'AWS::ElastiCache::ReplicationGroup',
  'AWS::ElastiCache::ServerlessCache', 'AWS::Elasticsearch::Domain', 'AWS::EntityResolution::IdMappingWorkflow', 'AWS::EntityResolution::MatchingWorkflow',
  'AWS::FSx::FileSystem', 'AWS::FSx::Volume', 'AWS::FinSpace::Environment', 'AWS::Forecast::Dataset', 'AWS::FraudDetector::Detector', 'AWS::FraudDetector::EventType',
  'AWS::HealthImaging::Datastore', 'AWS::HealthLake::FHIRDatastore', 'AWS::Kendra::Index', 'AWS::KinesisAnalytics::Application', 'AWS::KinesisAnalyticsV2::Application',
  'AWS::KinesisVideo::Stream', 'AWS::Lex::Bot', 'AWS::Lightsail::Database', 'AWS::MSK::Cluster', 'AWS::MSK::ServerlessCluster', 'AWS::MemoryDB::Cluster',
  'AWS::Neptune::DBCluster', 'AWS::NeptuneGraph::Graph', 'AWS::Omics::AnnotationStore', 'AWS::Omics::ReferenceStore', 'AWS::Omics::SequenceStore',
  'AWS::Omics::VariantStore', 'AWS::OpenSearchServerless::Collection', 'AWS::OpenSearchService::Domain', 'AWS::Personalize::Dataset', 'AWS::Personalize::Solution',
  'AWS::QBusiness::Application', 'AWS::QBusiness::DataSource', 'AWS::QBusiness::Index', 'AWS::QLDB::Ledger',
  'AWS::RDS::GlobalCluster', 'AWS::RedshiftServerless::Namespace', 'AWS::RedshiftServerless::Workgroup', 'AWS::Rekognition::Collection',
  'AWS::Rekognition::Project', 'AWS::Rekognition::StreamProcessor', 'AWS::S3Files::FileSystem', 'AWS::S3Outposts::Bucket', 'AWS::SDB::Domain', 'AWS::Timestream::Database',
  'AWS::Timestream::InfluxDBCluster', 'AWS::Timestream::InfluxDBInstance', 'AWS::Timestream::Table', 'AWS::VoiceID::Domain',
];
const LETS_IN = [
  'AWS::Amplify::App', 'AWS::ApiGateway::Method', 'AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api', 'AWS::ApiGatewayV2::Route', 'AWS::AppRunner::Service',
  'AWS::AppStream::Fleet', 'AWS::AppSync::Api', 'AWS::AppSync::GraphQLApi', 'AWS::CloudFront::Distribution', 'AWS::Cognito::IdentityPool', 'AWS::Cognito::UserPool',
  'AWS::Connect::Instance', 'AWS::EC2::ClientVpnEndpoint', 'AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupIngress', 'AWS::ElasticLoadBalancing::LoadBalancer',
  'AWS::ElasticLoadBalancingV2::Listener', 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::Grafana::Workspace', 'AWS::QuickSight::Dashboard', 'AWS::QuickSight::DataSet',
  'AWS::QuickSight::DataSource', 'AWS::Transfer::Server', 'AWS::VpcLattice::Service', 'AWS::WorkSpaces::Workspace', 'AWS::WorkSpacesWeb::Portal',
];
const RUNS = [
  'AWS::AutoScaling::AutoScalingGroup', 'AWS::AutoScaling::LaunchConfiguration', 'AWS::Batch::ComputeEnvironment', 'AWS::Batch::JobDefinition',
  'AWS::Cloud9::EnvironmentEC2', 'AWS::CodeBuild::Project', 'AWS::EC2::Instance', 'AWS::EC2::LaunchTemplate', 'AWS::EC2::SpotFleet', 'AWS::ECS::Service',
  'AWS::ECS::TaskDefinition', 'AWS::EKS::Cluster', 'AWS::EKS::Nodegroup', 'AWS::EMRContainers::VirtualCluster', 'AWS::ElasticBeanstalk::Environment',
  'AWS::KafkaConnect::Connector', 'AWS::Lightsail::Container', 'AWS::Lightsail::Instance', 'AWS::MWAA::Environment',
];
/** What types do beside machine learning that somebody has to look at. */
export const DOES: ReadonlyMap<string, string> = new Map([
  ...KEEPS.map((type) => [type, 'keep data'] as const), ...LETS_IN.map((type) => [type, 'let somebody in'] as const), ...RUNS.map((type) => [type, 'run programs'] as const),
]);
const ONE: Readonly<Record<string, string>> = {
  'belong to machine learning': 'belongs to machine learning', 'keep data': 'keeps data', 'let somebody in': 'lets somebody in', 'run programs': 'runs programs',
};
// another name or a version of what is told, what bounds it, and what says no more than where
const HARMLESS = /(?:Alias|Version|::Guardrail|::ApplicationInferenceProfile)$/;
/** Judged for credentials too. */
const CREDENTIALS = new Set(['AWS::Batch::JobDefinition', 'AWS::BedrockAgentCore::Runtime', 'AWS::CodeBuild::Project', 'AWS::ECS::TaskDefinition']);

const INSIDE = 'Jobs, notebooks and endpoints have no public address in a network of one\'s own; whom it lets in from inside, its owner says.';
/** Why no rule is needed, where that is not said with the data services. */
export const REASONS: Readonly<Record<string, string>> = { 'AWS::EC2::SecurityGroup': INSIDE, 'AWS::EC2::SecurityGroupIngress': INSIDE };

/** What packs of cdk-nag have rules about. */
export const STOCK: ReadonlySet<string> = new Set([
  'AWS::ApiGateway::Method', 'AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Route', 'AWS::AppSync::GraphQLApi', 'AWS::AutoScaling::AutoScalingGroup',
  'AWS::AutoScaling::LaunchConfiguration', 'AWS::Cloud9::EnvironmentEC2', 'AWS::CloudFront::Distribution', 'AWS::CodeBuild::Project', 'AWS::Cognito::IdentityPool',
  'AWS::Cognito::UserPool', 'AWS::DAX::Cluster', 'AWS::DMS::ReplicationInstance', 'AWS::DocDB::DBCluster', 'AWS::EC2::Instance', 'AWS::EC2::LaunchTemplate',
  'AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupIngress', 'AWS::EC2::Volume', 'AWS::ECS::TaskDefinition', 'AWS::EKS::Cluster',
  'AWS::EMR::Cluster', 'AWS::EMR::SecurityConfiguration', 'AWS::ElastiCache::CacheCluster', 'AWS::ElastiCache::ReplicationGroup', 'AWS::ElasticBeanstalk::Environment',
  'AWS::ElasticLoadBalancing::LoadBalancer', 'AWS::ElasticLoadBalancingV2::Listener', 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::Elasticsearch::Domain',
  'AWS::Lex::Bot', 'AWS::MSK::Cluster', 'AWS::MWAA::Environment', 'AWS::Neptune::DBCluster', 'AWS::OpenSearchService::Domain', 'AWS::QuickSight::DataSource',
  'AWS::Timestream::Database',
]);
