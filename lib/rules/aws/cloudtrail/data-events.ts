import { Control } from '../../../policy/control';
import { Answer } from '../../../policy/finding';
import type { Relations } from '../../relations';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant, unknown } from '../../verdict';
import { inMlApp, MlData } from '../ml-data';
import { recordedBy } from './selectors';

export default rule({
  name: 'CloudTrailDataEvents',
  title: 'Trails record who reads and writes the objects of ML data',
  severity: 'error',
  control: Control.AUDIT_LOGGING,
  resources: ['AWS::CloudTrail::Trail'],
  why: 'without data events a trail says who changed a bucket and not who read a record; access logs arrive late, and not all of them',
  fix: 'add the bucket to the advanced event selectors of the trail (AccountBaseline.addStore)',
  properties: ['EventSelectors', 'AdvancedEventSelectors'],
  sources: [
    'Security Hub S3.22', 'Security Hub S3.23', 'AWS Config cloudtrail-all-read-s3-data-event-check', 'AWS Config cloudtrail-all-write-s3-data-event-check',
    'Prowler cloudtrail_s3_dataevents_read_enabled', 'Prowler cloudtrail_s3_dataevents_write_enabled',
  ],
  good: { IsLogging: true, S3BucketName: 'audit', EventSelectors: [{ DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }] }] },
  bad: 'a trail without selectors beside a pipeline that reads a bucket of the same app',
  check: (trail) => inMlApp(trail, () => {
    const { missing, open } = trail.relations.once(unrecorded);
    const [plain, advanced] = [trail.at('EventSelectors'), trail.at('AdvancedEventSelectors')];
    const { location } = advanced.isAbsent && !plain.isAbsent ? plain : advanced;
    return [
      COMPLIANT,
      ...missing.map(({ path, detail }) => nonCompliant(`'${path}': ${detail}`, location)),
      ...(open ? [unknown(open, location)] : []),
    ];
  }),
});

/** Buckets of personal data that no trail records, and why it cannot be told of others. */
function unrecorded(relations: Relations): { readonly missing: readonly { readonly path: string; readonly detail?: string }[]; readonly open?: string } {
  const data = MlData.of(relations);
  const buckets = data.buckets.filter((bucket) => data.storeOf(bucket)?.classification?.isPersonal ?? true).map((bucket) => ({ path: bucket.path, ...recordedBy(bucket) }));
  const open = buckets.find(({ answer }) => answer === Answer.UNKNOWN)?.detail;
  return { missing: buckets.filter(({ answer }) => answer === Answer.NON_COMPLIANT), ...(open ? { open } : {}) };
}
