import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { option } from './option';

export default rule({
  name: 'SageMakerDomainSingleSignOn',
  title: 'People come into Studio domains by single sign-on',
  severity: 'warning',
  control: Control.AUTHENTICATION,
  resources: ['AWS::SageMaker::Domain'],
  why: 'with IAM, whoever holds a role that may presign a URL opens anybody\'s profile; with IAM Identity Center a profile is one person',
  fix: 'set AuthMode to SSO; the mode of a domain cannot be changed later',
  properties: ['AuthMode'],
  sources: ['Prowler sagemaker_domain_sso_configured', 'https://docs.aws.amazon.com/sagemaker/latest/dg/onboard-custom.html'],
  good: { AuthMode: 'SSO' },
  bad: { AuthMode: 'IAM' },
  check: (domain) => option(domain.at('AuthMode'), ['SSO'], 'IAM'),
});
