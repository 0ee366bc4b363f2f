import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';
import { inMlApp } from '../ml-data';
import { mayReachData } from './ml-roles';

export default rule({
  name: 'IamLongLivedCredentials',
  title: 'People and programs reach ML data without users and access keys of IAM',
  severity: 'warning',
  control: Control.AUTHENTICATION,
  resources: ['AWS::IAM::AccessKey', 'AWS::IAM::User'],
  why: 'an access key works from anywhere until somebody deletes it, and one that a template makes stands in the outputs or the state of whoever deploys it',
  fix: 'let people sign in by IAM Identity Center and programs assume a role; set Status of a key that must stay to Inactive',
  properties: ['Status', 'UserName'],
  sources: ['Checkov CKV_AWS_273', 'Prowler iam_user_with_temporary_credentials', 'https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html'],
  good: { UserName: 'trainer', Status: 'Inactive' },
  bad: { UserName: 'trainer' },
  check: (credential) => inMlApp(credential, () => {
    if (credential.type === 'AWS::IAM::User') return mayReachData(credential) ? nonCompliant('it is a user of IAM that may reach ML data') : NOT_APPLICABLE;
    return credential.at('Status').judge((status) => (status === 'Inactive' ? COMPLIANT : nonCompliant('it is an access key that works')));
  }),
});
