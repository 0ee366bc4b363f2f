import { Control } from '../../../policy/control';
import { Answer } from '../../../policy/finding';
import { rule } from '../../rule';
import type { Resource } from '../../resource';
import type { Value } from '../../value';
import { all, COMPLIANT, NOT_APPLICABLE, nonCompliant, type Verdict } from '../../verdict';
import { ofMlData } from '../ml-data';
import { isLeft } from './left';

export default rule({
  name: 'StateMachineExecutionData',
  title: 'State machines of machine learning log no data of executions, or encrypt it',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::StepFunctions::StateMachine'],
  why: 'input and output of each state stand in the log when execution data is included: requests, answers, places of records',
  fix: 'leave IncludeExecutionData off, or log to a group with a customer-managed key',
  properties: ['LoggingConfiguration'],
  sources: ['https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html'],
  good: { RoleArn: 'arn:aws:iam::123456789012:role/x', LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false } },
  bad: { RoleArn: 'arn:aws:iam::123456789012:role/x', LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true, Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: 'arn:aws:logs:eu-central-1:123456789012:log-group:x:*' } }] } },
  check: (machine) => ofMlData(machine, () => {
    if (isLeft(machine, 'LoggingConfiguration')) return NOT_APPLICABLE;
    const off = machine.at('LoggingConfiguration.IncludeExecutionData').boolean(false);
    if (off.answer === Answer.COMPLIANT) return off;
    const keyed = all(...machine.at('LoggingConfiguration.Destinations').items.map((destination) => encrypted(destination.at('CloudWatchLogsLogGroup.LogGroupArn'), machine)));
    if (keyed.answer === Answer.COMPLIANT) return keyed;
    return off.answer === Answer.UNKNOWN || keyed.answer === Answer.NOT_APPLICABLE ? off : keyed;
  }),
});

function encrypted(arn: Value, machine: Resource): Verdict {
  const groups = machine.relations.targets(arn).concat(arn.texts.flatMap((text) => [...machine.relations.called(/:log-group:([^:]+)/.exec(text)?.[1] ?? '', 'AWS::Logs::LogGroup', 'LogGroupName')]));
  if (groups.length === 0) return nonCompliant('execution data goes to a log group that is none of this app', arn.location);
  return all(...groups.map((group) => (group.key('KmsKeyId').answer === Answer.NON_COMPLIANT ? nonCompliant('execution data goes to a log group without a customer-managed key', arn.location) : COMPLIANT)));
}
