import { Control } from '../../../policy/control';
import { Unknown } from '../../resolve';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { eachUnlessNarrowed } from '../policy/openness';
import { aboutOf, allowing, documentsOf, each, isEverything, unreadable } from '../policy/statements';
import { ofMlRole, PERMISSIONS } from './ml-roles';

export default rule({
  name: 'IamWildcardResource',
  title: 'Roles of machine learning, and people beside them, reach data by name, or under a condition',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: PERMISSIONS,
  why: 'a training container that may read every bucket of the account reads every patient of it',
  fix: 'name buckets, tables and endpoints in Resource, or add a condition that says which',
  properties: ['PolicyDocument.Statement.Resource', 'PolicyDocument.Statement.NotResource'],
  sources: ['cdk-nag IAMNoWildcardPermissions', 'Checkov CKV_AWS_108', 'Checkov CKV_AWS_111'],
  good: { AssumeRolePolicyDocument: {}, Policies: [{ PolicyName: 'read', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::admissions/*' }] } }] },
  bad: { AssumeRolePolicyDocument: {}, Policies: [{ PolicyName: 'read', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] } }] },
  check: (resource) => ofMlRole(resource, () => [COMPLIANT, ...allowing(documentsOf(resource)).flatMap(judged)]),
});

/** Actions that read or write what people's data is in. */
const DATA = [
  's3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:ListBucket', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:Scan', 'kinesis:GetRecords', 'kinesis:PutRecord',
  'sagemaker:InvokeEndpoint', 'sagemaker:GetRecord', 'sagemaker:PutRecord', 'sagemaker:DeleteRecord', 'bedrock:InvokeModel', 'secretsmanager:GetSecretValue', 'ssm:GetParameter',
  'sqs:ReceiveMessage', 'sqs:SendMessage', 'sns:Publish', 'athena:GetQueryResults', 'lambda:InvokeFunction',
];

// who asks, when and how, and not what it is about
const SAYS_NOTHING = /^aws:(?:CalledVia.*|CurrentTime|EpochTime|MultiFactorAuth.*|Principal.*|RequestedRegion|SecureTransport|TokenIssueTime|UserAgent|userid|username|ViaAWSService)$/i;

function judged(statement: Value): Verdict[] {
  return eachUnlessNarrowed(statement.at('Condition'), (key) => !SAYS_NOTHING.test(key), () => reaching(statement));
}

function reaching(statement: Value): Verdict[] {
  const data = DATA.find(aboutOf(statement));
  if (!data) return [unreadable(statement) ?? COMPLIANT];
  if (!statement.at('NotResource').isAbsent) return [nonCompliant(`${data} is allowed on every resource but some (NotResource)`, statement.location)];
  return each(statement.at('Resource')).flatMap((resource) => resource.alternatives.map((one): Verdict => {
    if (typeof one === 'string') return isEverything(one) ? nonCompliant(`${data} is allowed on '${one}' without a condition`, resource.location) : COMPLIANT;
    if (one instanceof Unknown && isEverything(one)) return nonCompliant(`${data} is allowed on '${one.pattern}' without a condition`, resource.location);
    if (!(one instanceof Unknown) || one.leaves.some(({ target }) => target) || /^arn:/.test(one.pattern)) return COMPLIANT;
    return unknown(`what ${data} is allowed on is ${one.reason}`, resource.location);
  }));
}
