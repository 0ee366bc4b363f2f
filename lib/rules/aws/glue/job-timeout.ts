import { Control } from '../../../policy/control';
import { rule } from '../../rule';

export default rule({
  name: 'GlueJobTimeout',
  title: 'Glue jobs, sessions and transforms state when they are stopped',
  severity: 'warning',
  control: Control.RESOURCE_LIMIT,
  resources: ['AWS::Glue::Job', 'AWS::Glue::Session', 'AWS::Glue::MLTransform'],
  why: 'a job that hangs is paid for until it is stopped: after eight hours to two days where nobody says otherwise, a streaming job never',
  fix: 'set Timeout, in minutes, to a little more than the job takes; 0 is no limit',
  properties: ['Timeout'],
  sources: ['https://docs.aws.amazon.com/glue/latest/dg/add-job.html'],
  good: { Command: { Name: 'glueetl' }, Role: 'arn:aws:iam::123456789012:role/prepare', Timeout: 120 },
  bad: { Command: { Name: 'glueetl' }, Role: 'arn:aws:iam::123456789012:role/prepare' },
  check: (job) => job.at('Timeout').number((minutes) => minutes > 0, 'above 0'),
});
