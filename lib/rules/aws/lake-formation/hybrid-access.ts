import { Control } from '../../../policy/control';
import { rule } from '../../rule';

export default rule({
  name: 'LakeFormationHybridAccess',
  title: 'Registered locations are governed by Lake Formation alone',
  severity: 'error',
  control: Control.LEAST_PRIVILEGE,
  resources: ['AWS::LakeFormation::Resource'],
  why: 'in hybrid mode a policy of IAM still opens the location, past the filters that hide rows and columns',
  fix: 'leave HybridAccessEnabled out',
  properties: ['HybridAccessEnabled'],
  sources: ['https://docs.aws.amazon.com/lake-formation/latest/dg/hybrid-access-mode.html'],
  good: { ResourceArn: 'arn:aws:s3:::admissions', UseServiceLinkedRole: false, RoleArn: 'arn:aws:iam::123456789012:role/lake' },
  bad: { ResourceArn: 'arn:aws:s3:::admissions', UseServiceLinkedRole: false, RoleArn: 'arn:aws:iam::123456789012:role/lake', HybridAccessEnabled: true },
  check: (location) => location.at('HybridAccessEnabled').boolean(false),
});
