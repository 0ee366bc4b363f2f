import { Duration, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import type { IWorkspace } from '../workspace/workspace';
import type { EndpointAlarmThresholds } from './endpoint-alarm-thresholds';

/** Makes the alarms that call a deployment back and tell people. */
export function endpointAlarms(
  scope: Construct, workspace: IWorkspace, name: string, metric: (metricName: string, options: cloudwatch.MetricOptions) => cloudwatch.Metric,
  asynchronous: boolean, thresholds: EndpointAlarmThresholds,
): cloudwatch.Alarm[] {
  const errors = thresholds.errors ?? 5;
  if (!Token.isUnresolved(errors) && !(Number.isFinite(errors) && errors >= 0)) throw new Error(`endpoint '${scope.node.path}' alarms from ${errors} errors on: give a number from 0`);
  const microseconds = (latency: Duration) => latency.toMilliseconds() * 1000;
  const add = (id: string, suffix: string, what: cloudwatch.Metric, threshold: number, periods: number, text: string) => {
    const alarm = new cloudwatch.Alarm(scope, id, {
      alarmName: `${name}-${suffix}`,
      alarmDescription: `${name}: ${text}`,
      metric: what,
      threshold,
      evaluationPeriods: periods,
      datapointsToAlarm: Math.min(periods, 2),
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(workspace.alarms));
    return alarm;
  };
  const minute = Duration.minutes(1);
  const failures = asynchronous
    ? metric('InvocationFailures', { statistic: cloudwatch.Stats.SUM, period: Duration.minutes(5) })
    : metric('Invocation5XXErrors', { statistic: cloudwatch.Stats.SUM, period: Duration.minutes(5) });
  return [
    add('Errors', 'errors', failures, errors, 1, `more than ${errors} requests failed in five minutes`),
    add('ModelLatency', 'model-latency', metric('ModelLatency', { statistic: cloudwatch.Stats.p(99), period: minute }),
      microseconds(thresholds.modelLatency ?? Duration.seconds(5)), 3, 'the model takes too long'),
    add('OverheadLatency', 'overhead-latency', metric('OverheadLatency', { statistic: cloudwatch.Stats.p(99), period: minute }),
      microseconds(thresholds.overheadLatency ?? Duration.seconds(1)), 3, 'requests take too long on their way to the model'),
  ];
}
