import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import type { Value } from '../../value';
import { all, COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { managedPoliciesOf, opensEverything } from '../policy/managed';
import { ofMlManagedPolicies } from './ml-roles';

export default rule({
  name: 'IamFullAccess',
  title: 'Roles of machine learning, and people beside them, have no managed policy that opens whole services',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ['AWS::IAM::Role', 'AWS::IAM::Group', 'AWS::IAM::User'],
  why: 'a policy of the cloud\'s own such as AmazonSageMakerFullAccess or AmazonS3ReadOnlyAccess names no resource and grows without being read again: a job reaches what it has no business with',
  fix: 'grant what the job needs on the resources that it needs (store.grantRead, or a policy of your own)',
  properties: ['ManagedPolicyArns'],
  sources: ['Checkov CKV2_AWS_68', 'cdk-nag IAMNoManagedPolicies', 'Prowler iam_role_administratoraccess_policy'],
  good: { AssumeRolePolicyDocument: {}, ManagedPolicyArns: ['arn:aws:iam::123456789012:policy/read-admissions'] },
  bad: { AssumeRolePolicyDocument: {}, ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonSageMakerFullAccess'] },
  check: (role) => ofMlManagedPolicies(role, judged),
});

function judged(arn: Value): Verdict {
  return all(...arn.options.map((option): Verdict => {
    const [policy] = managedPoliciesOf(option);
    if (policy && opensEverything(policy.name)) return nonCompliant(`it has the managed policy ${policy.name}`, arn.location);
    const [one] = option.unknowns;
    return one && !one.target && !/:policy\/[^?]+$/.test(one.pattern) ? unknown(`a managed policy is ${one.reason}`, arn.location) : COMPLIANT;
  }));
}
