import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { closed } from './openness';

export default rule({
  name: 'ResourcePolicyPublic',
  title: 'Policies of buckets, queues, topics, repositories and secrets let in nobody unnamed',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy', 'AWS::ECR::Repository', 'AWS::SecretsManager::ResourcePolicy'],
  why: 'Principal * is the whole internet unless a condition says who; a public access block can be lifted without the policy being read again',
  fix: 'name principals, or narrow Principal * by aws:PrincipalOrgID, aws:PrincipalAccount, aws:PrincipalArn or aws:SourceVpce',
  check: (policy) => closed(policy.at(DOCUMENTS[policy.type] ?? 'PolicyDocument')),
});

const DOCUMENTS: Record<string, string> = { 'AWS::ECR::Repository': 'RepositoryPolicyText', 'AWS::SecretsManager::ResourcePolicy': 'ResourcePolicy' };
