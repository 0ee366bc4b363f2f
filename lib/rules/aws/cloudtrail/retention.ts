import { Control } from '../../../policy/control';
import type { Retention } from '../../../policy/retention';
import { rule } from '../../rule';
import type { Resource } from '../../resource';
import { COMPLIANT, nonCompliant, unknown, type Verdict } from '../../verdict';
import { inMlApp } from '../ml-data';

export default rule({
  name: 'CloudTrailRetention',
  title: 'Records of trails are kept as long as the profile says',
  severity: 'error',
  control: Control.AUDIT_LOGGING,
  resources: ['AWS::CloudTrail::Trail', 'AWS::CloudTrail::EventDataStore'],
  why: 'an audit asks about years ago; HIPAA, for one, wants six years of documentation',
  fix: 'let no lifecycle rule of the trail\'s bucket expire objects before the audit retention of the profile; set RetentionPeriod of an event data store to it',
  properties: ['S3BucketName', 'RetentionPeriod'],
  sources: ['https://www.ecfr.gov/current/title-45/section-164.316'],
  good: 'a trail whose bucket, of the same app, expires objects after six years or not at all',
  bad: 'a trail whose bucket expires objects after ninety days',
  check: (trail, profile) => inMlApp(trail, () => (trail.type === 'AWS::CloudTrail::Trail' ? trailKept(trail, profile.auditRetention)
    : trail.at('RetentionPeriod').number((days) => days >= profile.auditRetention.inDays, `${profile.auditRetention} or more`))),
});

function trailKept(trail: Resource, retention: Retention): Verdict | Verdict[] {
  const bucket = trail.at('S3BucketName');
  const [own] = trail.relations.named(bucket, 'AWS::S3::Bucket', 'BucketName');
  if (!own) return unknown('the trail\'s bucket is none of this app: how long it keeps records cannot be told', bucket.location);
  const rules = own.at('LifecycleConfiguration.Rules');
  return [COMPLIANT, ...rules.unknowns.map(({ reason }) => unknown(`the lifecycle of the trail's bucket is ${reason}`, bucket.location)), ...rules.items.map((one) => {
    if (one.at('Status').texts.includes('Disabled')) return COMPLIANT;
    if (one.unknowns.length === 0 && !one.at('ExpirationDate').isAbsent) return nonCompliant(`the trail's bucket '${own.path}' expires objects of whatever age from ${one.at('ExpirationDate').texts[0] ?? 'a date'} on`, bucket.location);
    if (one.at('ExpirationInDays').isAbsent) return COMPLIANT;
    const kept = one.at('ExpirationInDays').number((days) => days >= retention.inDays, `${retention} or more`);
    return kept === COMPLIANT ? kept : { ...kept, detail: `the trail's bucket '${own.path}': ${kept.detail}`, location: bucket.location };
  })];
}
