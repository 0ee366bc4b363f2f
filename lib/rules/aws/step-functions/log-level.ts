import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';
import { ofMlData } from '../ml-data';
import { isLeft } from './left';

export default rule({
  name: 'StateMachineLogLevel',
  title: 'State machines of machine learning log their executions',
  severity: 'error',
  control: Control.AUDIT_LOGGING,
  resources: ['AWS::StepFunctions::StateMachine'],
  why: 'the history of an execution is gone after ninety days; what ran over whose data, and what failed, is asked for later',
  fix: 'set LoggingConfiguration.Level to ALL, or to ERROR, with a destination; IncludeExecutionData may stay off',
  properties: ['LoggingConfiguration.Level'],
  sources: ['Security Hub StepFunctions.1', 'AWS Config step-functions-state-machine-logging-enabled', 'Prowler stepfunctions_statemachine_logging_enabled'],
  good: { RoleArn: 'arn:aws:iam::123456789012:role/x', LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false } },
  bad: { RoleArn: 'arn:aws:iam::123456789012:role/x', LoggingConfiguration: { Level: 'OFF' } },
  check: (machine) => ofMlData(machine, () => (isLeft(machine, 'LoggingConfiguration') ? NOT_APPLICABLE : machine.at('LoggingConfiguration.Level')
    .judge((level) => (level === 'ALL' || level === 'ERROR' ? COMPLIANT : nonCompliant(`Level is ${String(level ?? 'not set')}`))))),
});
