import { Control } from '../../../policy/control';
import { Unknown } from '../../resolve';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { all, COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { each } from '../policy/statements';
import { ofMlRole } from './ml-roles';

export default rule({
  name: 'IamFullAccess',
  title: 'Roles of machine learning, and people beside them, have no managed policy of full access',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ['AWS::IAM::Role', 'AWS::IAM::Group', 'AWS::IAM::User'],
  why: 'a policy of the cloud\'s own such as AmazonSageMakerFullAccess grows without being read again, and lets a job reach what it has no business with',
  fix: 'grant what the job needs on the resources that it needs (store.grantRead, or a policy of your own)',
  properties: ['ManagedPolicyArns'],
  sources: ['Checkov CKV2_AWS_68', 'cdk-nag IAMNoManagedPolicies', 'Prowler iam_role_administratoraccess_policy'],
  good: { AssumeRolePolicyDocument: {}, ManagedPolicyArns: ['arn:aws:iam::123456789012:policy/read-admissions'] },
  bad: { AssumeRolePolicyDocument: {}, ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonSageMakerFullAccess'] },
  check: (role) => ofMlRole(role, () => [COMPLIANT, ...each(role.at('ManagedPolicyArns')).map(judged)]),
});

const FULL = /:policy\/(?:.*\/)?(\w*FullAccess\w*|AdministratorAccess\w*|PowerUserAccess|AWSLambda_FullAccess)$/;

function judged(arn: Value): Verdict {
  return all(...arn.alternatives.map((one): Verdict => {
    const text = one instanceof Unknown ? one.pattern : String(one ?? '');
    const [, name] = FULL.exec(text) ?? [];
    if (name) return nonCompliant(`it has the managed policy ${name}`, arn.location);
    return one instanceof Unknown && !one.target && !/:policy\/[^?]+$/.test(text) ? unknown(`a managed policy is ${one.reason}`, arn.location) : COMPLIANT;
  }));
}
