import { Control } from '../../../policy/control';
import { Unknown } from '../../resolve';
import { rule } from '../../rule';
import type { Alternative, Value } from '../../value';
import { COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { canMean } from '../policy/arn';
import { eachUnlessNarrowed } from '../policy/openness';
import { aboutOf, each, isEverything, unreadable } from '../policy/statements';
import { ofMlStatements, PERMISSIONS } from './ml-roles';

export default rule({
  name: 'IamWildcardResource',
  title: 'Roles of machine learning, and people beside them, reach data by name, or under a condition',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: PERMISSIONS,
  why: 'a training container that may read every bucket of the account, or ask every model of it, reads every patient of it',
  fix: 'name buckets, tables and endpoints in Resource, or add a condition that says which',
  properties: ['PolicyDocument.Statement.Resource', 'PolicyDocument.Statement.NotResource'],
  sources: ['cdk-nag IAMNoWildcardPermissions', 'Checkov CKV_AWS_108', 'Checkov CKV_AWS_111'],
  good: { AssumeRolePolicyDocument: {}, Policies: [{ PolicyName: 'read', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::admissions/*' }] } }] },
  bad: { AssumeRolePolicyDocument: {}, Policies: [{ PolicyName: 'read', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] } }] },
  check: (resource) => ofMlStatements(resource, judged),
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
  const data = DATA.filter(aboutOf(statement));
  if (data.length === 0) return [unreadable(statement) ?? COMPLIANT];
  if (!statement.at('NotResource').isAbsent) return [nonCompliant(`${data[0]} is allowed on every resource but some (NotResource)`, statement.location)];
  return each(statement.at('Resource')).flatMap((resource) => resource.alternatives.map((one) => judgedPlace(one, data, resource.location)));
}

function judgedPlace(one: Alternative, data: readonly string[], location: string): Verdict {
  if (typeof one !== 'string' && !(one instanceof Unknown)) return COMPLIANT;
  const text = one instanceof Unknown ? one.pattern : one;
  const action = data.find((each) => canMean(each, one));
  if (!action || OF_THE_CLOUD.test(text)) return COMPLIANT;
  if (isEverything(one)) return nonCompliant(`${action} is allowed on '${text}'${action === 'bedrock:InvokeModel' ? ', custom models of the account among them,' : ''} without a condition`, location);
  if (typeof one === 'string' || one.leaves.some(({ target }) => target) || /^arn:/.test(text)) return COMPLIANT;
  return unknown(`what ${action} is allowed on is ${one.reason}`, location);
}

// a foundation model has learned nothing from the data of this account
const OF_THE_CLOUD = /^arn:[^:]*:bedrock:[^:]*:[^:]*:foundation-model\//;
