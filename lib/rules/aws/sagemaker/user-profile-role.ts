import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { stated } from './stated';

export default rule({
  name: 'SageMakerUserProfileRole',
  title: 'User profiles of Studio have an execution role of their own',
  severity: 'warning',
  control: Control.LEAST_PRIVILEGE,
  resources: ['AWS::SageMaker::UserProfile'],
  why: 'without one a profile works with the default role of the domain, which may do whatever anybody in it needs',
  fix: 'set UserSettings.ExecutionRole to a role of the person or the team',
  properties: ['UserSettings.ExecutionRole'],
  sources: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UserSettings.html',
    'https://docs.aws.amazon.com/whitepapers/latest/sagemaker-studio-admin-best-practices/permissions-management.html',
  ],
  good: { UserSettings: { ExecutionRole: 'arn:aws:iam::123456789012:role/readmission-team' } },
  bad: { UserProfileName: 'ada' },
  check: (profile) => stated(profile.at('UserSettings.ExecutionRole')),
});
