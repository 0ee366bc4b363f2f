import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { inMlApp } from '../ml-data';
import { someTrail } from './selectors';

export default rule({
  name: 'CloudTrailRegions',
  title: 'One trail of an account records every region',
  severity: 'error',
  control: Control.AUDIT_LOGGING,
  resources: ['AWS::CloudTrail::Trail'],
  why: 'a job or a copy that somebody starts outside the residency is seen only by a trail that looks there; its records come home',
  fix: 'set IsMultiRegionTrail on one trail of the account (AccountBaseline.allRegions)',
  properties: ['IsMultiRegionTrail'],
  sources: ['Security Hub CloudTrail.1', 'AWS Config multi-region-cloudtrail-enabled', 'Checkov CKV_AWS_67', 'Prowler cloudtrail_multi_region_enabled'],
  good: { IsLogging: true, S3BucketName: 'audit', IsMultiRegionTrail: true },
  bad: { IsLogging: true, S3BucketName: 'audit' },
  check: (trail) => inMlApp(trail, () => someTrail(trail, (other) => other.boolean('IsMultiRegionTrail'))),
});
