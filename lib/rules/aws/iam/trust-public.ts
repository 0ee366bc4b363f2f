import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { inMlApp } from '../ml-data';
import { closed } from '../policy/openness';

export default rule({
  name: 'IamTrustPublic',
  title: 'Roles beside machine learning are assumed by principals that are named',
  severity: 'error',
  control: Control.NO_PUBLIC_ACCESS,
  resources: ['AWS::IAM::Role'],
  why: 'a role that anybody may assume gives what it may read to anybody, and lets them into the account',
  fix: 'name services, accounts or roles in the trust policy',
  properties: ['AssumeRolePolicyDocument.Statement.Principal'],
  sources: ['Checkov CKV_AWS_60', 'Checkov CKV_AWS_61'],
  good: { AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'sts:AssumeRole' }] } },
  bad: { AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] } },
  check: (role) => inMlApp(role, () => closed(role.at('AssumeRolePolicyDocument'))),
});
