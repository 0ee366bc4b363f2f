import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, nonCompliant } from '../../verdict';

export default rule({
  name: 'SageMakerMonitoringScheduleRecurring',
  title: 'Monitors look at a model again and again',
  severity: 'error',
  control: Control.MODEL_MONITORING,
  resources: ['AWS::SageMaker::MonitoringSchedule'],
  why: 'drift comes with time: a monitor that runs once says that the model was right on the day it started',
  fix: 'set ScheduleConfig.ScheduleExpression to a cron expression, hourly or daily; NOW runs once',
  properties: ['MonitoringScheduleConfig.ScheduleConfig.ScheduleExpression'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ScheduleConfig.html'],
  good: { MonitoringScheduleConfig: { MonitoringJobDefinitionName: 'drift', MonitoringType: 'DataQuality', ScheduleConfig: { ScheduleExpression: 'cron(0 6 ? * * *)' } } },
  bad: { MonitoringScheduleConfig: { MonitoringJobDefinitionName: 'drift', MonitoringType: 'DataQuality', ScheduleConfig: { ScheduleExpression: 'NOW' } } },
  check: (schedule) => schedule.at('MonitoringScheduleConfig.ScheduleConfig.ScheduleExpression').judge((expression) => {
    if (expression === undefined || expression === null) return nonCompliant('ScheduleConfig is not set');
    return expression === 'NOW' ? nonCompliant('ScheduleExpression is NOW, which runs once') : COMPLIANT;
  }),
});
