import { VARIANT, compact } from './requests';
import type { Request } from './requests';

/** What is measured to tell whether there is too much or too little. */
export type ScalingMeasure = 'concurrency' | 'invocations' | 'backlog';

/** Other bounds at some times. */
export interface ScheduledBounds {
  readonly name: string;
  /** Of Application Auto Scaling: `cron(…)`, `rate(…)` or `at(…)`. */
  readonly schedule: string;
  readonly timeZone: string;
  readonly min: number;
  readonly max: number;
}

/** How a count follows the load. */
export interface ScalingPlan {
  readonly min: number;
  readonly max: number;
  readonly measure: ScalingMeasure;
  readonly target: number;
  readonly scaleInSeconds: number;
  readonly scaleOutSeconds: number;
  readonly schedules: ScheduledBounds[];
}

/** What scales: the instances of a variant, or the copies of an inference component. */
export type Scalable =
  | { readonly kind: 'variant'; readonly endpointName: string }
  | { readonly kind: 'component'; readonly endpointName: string; readonly componentName: string };

/** The three fields that name a scalable target in every request. */
export function scalableTarget(scalable: Scalable): { ServiceNamespace: string; ResourceId: string; ScalableDimension: string } {
  return scalable.kind === 'variant'
    ? { ServiceNamespace: 'sagemaker', ResourceId: `endpoint/${scalable.endpointName}/variant/${VARIANT}`, ScalableDimension: 'sagemaker:variant:DesiredInstanceCount' }
    : { ServiceNamespace: 'sagemaker', ResourceId: `inference-component/${scalable.componentName}`, ScalableDimension: 'sagemaker:inference-component:DesiredCopyCount' };
}

/** The bounds, for RegisterScalableTarget. */
export function boundsRequest(plan: ScalingPlan): Request {
  return { MinCapacity: plan.min, MaxCapacity: plan.max };
}

/** PutScalingPolicy by target tracking, without the target. */
export function trackingRequest(plan: ScalingPlan, scalable: Scalable): Request {
  return {
    PolicyName: `${scalable.endpointName}-${plan.measure}`,
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: plan.target,
      ...metric(plan, scalable),
      ScaleInCooldown: plan.scaleInSeconds,
      ScaleOutCooldown: plan.scaleOutSeconds,
    },
  };
}

/** PutScheduledAction for each schedule, without the target. */
export function scheduledRequests(plan: ScalingPlan): Request[] {
  return plan.schedules.map((bounds) => ({
    ScheduledActionName: bounds.name,
    Schedule: bounds.schedule,
    Timezone: bounds.timeZone,
    ScalableTargetAction: { MinCapacity: bounds.min, MaxCapacity: bounds.max },
  }));
}

/** Whether the count can be zero at some time. */
export function reachesZero(plan: ScalingPlan): boolean {
  return plan.min === 0 || plan.schedules.some((bounds) => bounds.min === 0);
}

/**
 * PutScalingPolicy by a step, without the target: target tracking cannot leave zero, as nothing is measured there.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-zero-instances.html
 */
export function wakeUpPolicyRequest(scalable: Scalable): Request {
  return {
    PolicyName: `${scalable.endpointName}-wake-up`,
    PolicyType: 'StepScaling',
    StepScalingPolicyConfiguration: {
      AdjustmentType: 'ChangeInCapacity',
      MetricAggregationType: 'Maximum',
      Cooldown: 60,
      StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
    },
  };
}

/**
 * PutMetricAlarm that wakes the endpoint up, without its action. One failed request is enough, so `>=` and not `>`.
 */
export function wakeUpAlarmRequest(scalable: Scalable): Request {
  const asleep = scalable.kind === 'component'
    ? { MetricName: 'NoCapacityInvocationFailures', Dimensions: [{ Name: 'InferenceComponentName', Value: scalable.componentName }] }
    : { MetricName: 'HasBacklogWithoutCapacity', Dimensions: [{ Name: 'EndpointName', Value: scalable.endpointName }] };
  return {
    AlarmName: `${scalable.endpointName}-wake-up`,
    AlarmDescription: `${scalable.endpointName} has no instance and was asked for one`,
    Namespace: 'AWS/SageMaker',
    ...asleep,
    Statistic: 'Maximum',
    Period: 60,
    EvaluationPeriods: 1,
    DatapointsToAlarm: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  };
}

function metric(plan: ScalingPlan, scalable: Scalable): Request {
  const variant = scalable.kind === 'variant';
  switch (plan.measure) {
    case 'concurrency':
      return predefined(variant ? 'SageMakerVariantConcurrentRequestsPerModelHighResolution' : 'SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution');
    case 'invocations':
      return predefined(variant ? 'SageMakerVariantInvocationsPerInstance' : 'SageMakerInferenceComponentInvocationsPerCopy');
    case 'backlog':
      return {
        CustomizedMetricSpecification: {
          MetricName: 'ApproximateBacklogSizePerInstance',
          Namespace: 'AWS/SageMaker',
          Dimensions: [{ Name: 'EndpointName', Value: scalable.endpointName }],
          Statistic: 'Average',
        },
      };
  }
}

function predefined(type: string): Request {
  return compact({ PredefinedMetricSpecification: { PredefinedMetricType: type } });
}
