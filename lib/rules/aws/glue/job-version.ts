import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';

export default rule({
  name: 'GlueJobVersion',
  title: 'Glue jobs run on a version of Spark that is still mended',
  severity: 'error',
  control: Control.SUPPORTED_SOFTWARE,
  resources: ['AWS::Glue::Job', 'AWS::Glue::Session', 'AWS::Glue::MLTransform', 'AWS::Glue::DevEndpoint'],
  why: 'a version after its end gets no fixes, and runs with everything that became known since',
  fix: 'set GlueVersion to 3.0 or later',
  properties: ['GlueVersion'],
  sources: ['AWS Config glue-spark-job-supported-version', 'https://docs.aws.amazon.com/glue/latest/dg/glue-version-support-policy.html'],
  good: { Command: { Name: 'glueetl' }, Role: 'arn:aws:iam::123456789012:role/prepare', GlueVersion: '5.0' },
  bad: { Command: { Name: 'glueetl' }, Role: 'arn:aws:iam::123456789012:role/prepare', GlueVersion: '1.0' },
  check: (job) => {
    // python shell and Ray jobs have versions of their own
    const isSpark = job.at('Command.Name').texts.every((name) => name === 'glueetl' || name === 'gluestreaming');
    return isSpark ? job.at('GlueVersion').number((version) => version >= 3, '3.0 or later') : NOT_APPLICABLE;
  },
});
