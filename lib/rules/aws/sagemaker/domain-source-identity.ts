import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { option } from './option';

export default rule({
  name: 'SageMakerDomainSourceIdentity',
  title: 'The trail names the person behind what is done from Studio',
  severity: 'error',
  control: Control.AUDIT_LOGGING,
  resources: ['AWS::SageMaker::Domain'],
  why: 'users of a domain share an execution role: without the source identity the trail shows the role and not who read the data',
  fix: 'set DomainSettings.ExecutionRoleIdentityConfig to USER_PROFILE_NAME, and let the role\'s trust policy allow sts:SetSourceIdentity',
  properties: ['DomainSettings.ExecutionRoleIdentityConfig'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/dg/monitor-user-access.html'],
  good: { DomainSettings: { ExecutionRoleIdentityConfig: 'USER_PROFILE_NAME' } },
  bad: { DomainSettings: { ExecutionRoleIdentityConfig: 'DISABLED' } },
  check: (domain) => option(domain.at('DomainSettings.ExecutionRoleIdentityConfig'), ['USER_PROFILE_NAME'], 'DISABLED'),
});
