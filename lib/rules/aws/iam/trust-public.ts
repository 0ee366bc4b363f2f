import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { inMlApp } from '../ml-data';
import { federated } from '../policy/federation';
import { closed } from '../policy/openness';
import { allowing } from '../policy/statements';

export default rule({
  name: 'IamTrustPublic',
  title: 'Roles beside machine learning are assumed by principals that are named',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['AWS::IAM::Role'],
  why: 'a role that anybody may assume gives what it may read to anybody, and lets them into the account',
  fix: 'name services, accounts or roles in the trust policy; hold who signs in at a provider that many use to your repository or application by a condition on the claim that names it',
  properties: ['AssumeRolePolicyDocument.Statement.Principal', 'AssumeRolePolicyDocument.Statement.Condition'],
  sources: ['Checkov CKV_AWS_60', 'Checkov CKV_AWS_61', 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html'],
  good: { AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'sts:AssumeRole' }] } },
  bad: { AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] } },
  check: (role) => inMlApp(role, () => {
    const trust = role.at('AssumeRolePolicyDocument');
    return [...closed(trust), ...allowing([trust]).flatMap(federated)];
  }),
});
