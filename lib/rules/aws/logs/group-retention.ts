import { Control } from '../../../policy/control';
import { RecordKind } from '../../../policy/retention';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant } from '../../verdict';
import { ofMlLogs } from './of-ml';

export default rule({
  name: 'LogGroupRetention',
  title: 'Logs of what handles ML data end when the profile says',
  severity: 'error',
  control: Control.RETENTION_LIMIT,
  resources: ['AWS::Logs::LogGroup'],
  why: 'a log without an end keeps whatever slipped into it for ever; one that ends sooner than a law allows is not there when somebody asks',
  fix: 'set RetentionInDays to the profile\'s retention of logs, rounded up to what CloudWatch Logs offers; the audit retention is the most, and what an article of a framework demands the least',
  properties: ['RetentionInDays'],
  sources: ['cdk-nag CloudWatchLogGroupRetentionPeriod', 'Checkov CKV_AWS_66'],
  good: { LogGroupName: '/aws/sagemaker/TrainingJobs', RetentionInDays: 365 },
  bad: { LogGroupName: '/aws/sagemaker/TrainingJobs' },
  check: (group, profile) => ofMlLogs(group, () => {
    const longest = OFFERED.find((days) => days >= Math.max(profile.logRetention.inDays, profile.auditRetention.inDays)) ?? Infinity;
    const law = profile.shortestRetentionOf(RecordKind.LOGS);
    return group.at('RetentionInDays').judge((days) => {
      if (days === undefined || days === null) return nonCompliant('RetentionInDays is not set: the log is kept for ever');
      if (law && Number(days) < law.minimum!.inDays) return nonCompliant(`RetentionInDays is ${String(days)}, shorter than ${law.minimum}, which ${law.citation} demands`);
      return Number(days) <= longest ? COMPLIANT : nonCompliant(`RetentionInDays is ${String(days)}, longer than ${profile.auditRetention}, which the profile keeps an audit trail for`);
    });
  }),
});

/** What CloudWatch Logs offers; a retention in between is rounded up. */
const OFFERED = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];
