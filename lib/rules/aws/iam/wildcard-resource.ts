import { Control } from '../../../policy/control';
import { Unknown } from '../../resolved';
import { rule } from '../../rule';
import type { Alternative, Value } from '../../value';
import { COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { canMean } from '../policy/arn';
import { eachUnlessNarrowed } from '../policy/openness';
import { each, isEverything, unreadable } from '../policy/statements';
import { ActionList, NAMED, saysWhich } from './data-actions';
import { ofMlStatements, PERMISSIONS } from './ml-roles';

export default rule({
  name: 'IamWildcardResource',
  title: 'Roles of machine learning, and people beside them, reach data and other roles by name, or under a condition that says which',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: PERMISSIONS,
  why: 'a training container that may read every bucket of the account, or ask every model of it, reads every patient of it; one that may change policies, or be any role, gives itself all of that',
  fix: 'name buckets, tables, endpoints and roles in Resource, or add a condition that says which, such as on a tag of the resource; the account and the network that a request comes from say no more than *',
  properties: ['PolicyDocument.Statement.Resource', 'PolicyDocument.Statement.NotResource'],
  sources: ['cdk-nag IAMNoWildcardPermissions', 'Checkov CKV_AWS_108', 'Checkov CKV_AWS_110', 'Checkov CKV_AWS_111', 'Prowler iam_policy_allows_privilege_escalation'],
  good: { AssumeRolePolicyDocument: {}, Policies: [{ PolicyName: 'read', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::admissions/*' }] } }] },
  bad: { AssumeRolePolicyDocument: {}, Policies: [{ PolicyName: 'read', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] } }] },
  check: (resource) => ofMlStatements(resource, judged),
});

const DATA = new ActionList(NAMED);

function judged(statement: Value): Verdict[] {
  return eachUnlessNarrowed(statement.at('Condition'), saysWhich, () => reaching(statement));
}

function reaching(statement: Value): Verdict[] {
  const data = DATA.aboutOf(statement);
  if (data.length === 0) return [unreadable(statement) ?? COMPLIANT];
  if (!statement.at('NotResource').isAbsent) return [nonCompliant(`${data[0]} is allowed on every resource but some (NotResource)`, statement.location)];
  return each(statement.at('Resource')).flatMap((resource) => resource.alternatives.map((one) => judgedPlace(one, data, resource.location)));
}

function judgedPlace(one: Alternative, data: readonly string[], location: string): Verdict {
  if (typeof one !== 'string' && !(one instanceof Unknown)) return COMPLIANT;
  const text = one instanceof Unknown ? one.pattern : one;
  const action = data.find((each) => canMean(each, one));
  if (!action || OF_THE_CLOUD.test(text)) return COMPLIANT;
  if (isEverything(one)) return nonCompliant(`${action} is allowed on '${text}'${action.startsWith('bedrock:InvokeModel') ? ', custom models of the account among them,' : ''} without a condition that says which`, location);
  if (typeof one === 'string' || one.leaves.some(({ target }) => target) || /^arn:/.test(text)) return COMPLIANT;
  return unknown(`what ${action} is allowed on is ${one.reason}`, location);
}

// a foundation model has learned nothing from the data of this account
const OF_THE_CLOUD = /^arn:[^:]*:bedrock:[^:]*:[^:]*:foundation-model\//;
