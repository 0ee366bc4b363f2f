import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT } from '../../verdict';
import { ofMlData } from '../ml-data';

export default rule({
  name: 'KinesisStreamRetention',
  title: 'Streams of ML data forget records within the profile\'s retention',
  severity: 'error',
  control: Control.RETENTION_LIMIT,
  resources: ['AWS::Kinesis::Stream'],
  why: 'a record that was erased from its store can be read from the stream until the stream forgets it',
  fix: 'leave RetentionPeriodHours out for one day, or keep it within the retention of the profile',
  properties: ['RetentionPeriodHours'],
  sources: ['https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html'],
  good: { RetentionPeriodHours: 24 },
  bad: 'a stream that keeps records for a year, under a profile whose data retention is ninety days',
  check: (stream, { dataRetention }) => ofMlData(stream, () => {
    const hours = stream.at('RetentionPeriodHours');
    // it ends after a day by itself, and after a year in any case
    if (hours.isAbsent || !dataRetention) return COMPLIANT;
    return hours.given.number((value) => value <= dataRetention.inDays * 24, `${dataRetention} or less, which the profile says`);
  }),
});
