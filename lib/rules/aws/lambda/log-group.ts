import { Control } from '../../../policy/control';
import { Answer } from '../../../policy/finding';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant } from '../../verdict';
import { ofMlData } from '../ml-data';

export default rule({
  name: 'LambdaLogGroup',
  title: 'Functions that handle ML data write to a log group that somebody made',
  severity: 'warning',
  control: Control.RETENTION_LIMIT,
  resources: ['AWS::Lambda::Function'],
  why: 'the group that Lambda makes by itself has no key and no end',
  fix: 'set LoggingConfig.LogGroup to a log group with a key and a retention (logGroup)',
  properties: ['LoggingConfig'],
  sources: ['https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html'],
  good: { LoggingConfig: { LogGroup: 'predictions' } },
  bad: {},
  check: (handler) => ofMlData(handler, () => {
    const group = handler.at('LoggingConfig.LogGroup');
    if (handler.relations.targets(group).length > 0) return COMPLIANT;
    const named = group.present();
    if (named.answer !== Answer.NON_COMPLIANT) return named;
    const own = handler.at('FunctionName').texts.some((name) => handler.relations.called(`/aws/lambda/${name}`, 'AWS::Logs::LogGroup', 'LogGroupName').length > 0);
    return own ? COMPLIANT : nonCompliant('the function names no log group', named.location);
  }),
});
