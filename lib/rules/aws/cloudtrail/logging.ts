import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { inMlApp } from '../ml-data';

export default rule({
  name: 'CloudTrailLogging',
  title: 'Trails are switched on',
  severity: 'error',
  control: Control.AUDIT_LOGGING,
  resources: ['AWS::CloudTrail::Trail', 'AWS::CloudTrail::EventDataStore'],
  why: 'a trail that is there and records nothing looks like an audit trail until somebody needs it',
  fix: 'set IsLogging to true; leave IngestionEnabled of an event data store out',
  properties: ['IsLogging', 'IngestionEnabled'],
  sources: ['Security Hub CloudTrail.3', 'AWS Config cloudtrail-enabled'],
  good: { IsLogging: true, S3BucketName: 'audit' },
  bad: { IsLogging: false, S3BucketName: 'audit' },
  check: (trail) => inMlApp(trail, () => (trail.type === 'AWS::CloudTrail::Trail' ? trail.boolean('IsLogging') : trail.at('IngestionEnabled').boolean(true, true))),
});
