import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { closed } from './openness';

export default rule({
  name: 'ResourcePolicyPublic',
  title: 'Policies of buckets, tables, streams, queues, topics, repositories, trails, logs, secrets, file systems and clusters let in nobody unnamed',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: [
    'AWS::S3::BucketPolicy', 'AWS::S3::AccessPoint', 'AWS::S3::MultiRegionAccessPointPolicy', 'AWS::S3Express::BucketPolicy', 'AWS::S3Express::AccessPoint', 'AWS::S3Tables::TableBucketPolicy',
    'AWS::S3Tables::TablePolicy', 'AWS::S3Vectors::VectorBucketPolicy', 'AWS::SQS::QueuePolicy', 'AWS::SQS::QueueInlinePolicy', 'AWS::SNS::TopicPolicy', 'AWS::SNS::TopicInlinePolicy',
    'AWS::ECR::Repository', 'AWS::ECR::RepositoryCreationTemplate', 'AWS::ECR::RegistryPolicy', 'AWS::SecretsManager::ResourcePolicy', 'AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable', 'AWS::Kinesis::ResourcePolicy',
    'AWS::CloudTrail::ResourcePolicy', 'AWS::Logs::ResourcePolicy', 'AWS::Logs::LogGroup', 'AWS::EFS::FileSystem', 'AWS::Redshift::Cluster',
  ],
  why: 'Principal * is the whole internet unless a condition says who; a public access block can be lifted without the policy being read again',
  fix: 'name principals, or narrow Principal * by aws:PrincipalOrgID, aws:PrincipalAccount, aws:PrincipalArn or aws:SourceVpce',
  properties: ['PolicyDocument', 'Policy', 'RepositoryPolicyText', 'RepositoryPolicy', 'PolicyText', 'ResourcePolicy', 'Replicas.ResourcePolicy', 'ResourcePolicyDocument', 'FileSystemPolicy', 'NamespaceResourcePolicy'],
  sources: ['Security Hub S3.2', 'Security Hub S3.3', 'Security Hub SNS.4', 'cdk-nag ECROpenAccess', 'Checkov CKV_AWS_32', 'Prowler sqs_queues_not_publicly_accessible'],
  good: { Bucket: 'data', PolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' }] } },
  bad: { Bucket: 'data', PolicyDocument: { Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' }] } },
  check: (policy) => {
    const places = policy.type === 'AWS::DynamoDB::GlobalTable' ? policy.at('Replicas').items : [policy.properties];
    return places.flatMap((place) => {
      const document = place.at(DOCUMENTS[policy.type] ?? 'PolicyDocument');
      return document.isAbsent && OPTIONAL.has(policy.type) ? NOT_APPLICABLE : closed(document);
    });
  },
});

const DOCUMENTS: Readonly<Record<string, string>> = {
  'AWS::CloudTrail::ResourcePolicy': 'ResourcePolicy',
  'AWS::DynamoDB::GlobalTable': 'ResourcePolicy.PolicyDocument',
  'AWS::DynamoDB::Table': 'ResourcePolicy.PolicyDocument',
  'AWS::ECR::RegistryPolicy': 'PolicyText',
  'AWS::ECR::Repository': 'RepositoryPolicyText',
  'AWS::ECR::RepositoryCreationTemplate': 'RepositoryPolicy',
  'AWS::EFS::FileSystem': 'FileSystemPolicy',
  'AWS::Kinesis::ResourcePolicy': 'ResourcePolicy',
  'AWS::Logs::LogGroup': 'ResourcePolicyDocument',
  'AWS::Redshift::Cluster': 'NamespaceResourcePolicy',
  'AWS::S3::AccessPoint': 'Policy',
  'AWS::S3::MultiRegionAccessPointPolicy': 'Policy',
  'AWS::S3Express::AccessPoint': 'Policy',
  'AWS::S3Tables::TableBucketPolicy': 'ResourcePolicy',
  'AWS::S3Tables::TablePolicy': 'ResourcePolicy',
  'AWS::S3Vectors::VectorBucketPolicy': 'Policy',
  'AWS::SecretsManager::ResourcePolicy': 'ResourcePolicy',
};
/** What can have a policy and need not. */
const OPTIONAL = new Set([
  'AWS::CloudTrail::ResourcePolicy', 'AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table', 'AWS::ECR::RepositoryCreationTemplate', 'AWS::EFS::FileSystem', 'AWS::Logs::LogGroup', 'AWS::Redshift::Cluster', 'AWS::S3::AccessPoint',
  'AWS::S3Express::AccessPoint',
]);
