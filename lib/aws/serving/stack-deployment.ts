import * as appscaling from 'aws-cdk-lib/aws-applicationautoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct, IDependable } from 'constructs';
import { inRegulatoryPacks, waive } from '../private/waivers';
import { l1Props } from './cloudformation';
import {
  VARIANT, componentDeployment, componentSpecification, createEndpointRequest, endpointConfigRequest, modelRequest, updateEndpointRequest,
} from './requests';
import type { ContainerSource, CopyPlan, EndpointPlan } from './requests';
import { componentNameOf, scalableOf } from './rollout-definition';
import {
  boundsRequest, reachesZero, scalableTarget, scheduledRequests, trackingRequest, wakeUpAlarmRequest, wakeUpPolicyRequest,
} from './scaling-requests';
import type { ScalingPlan } from './scaling-requests';

export interface StackDeploymentProps {
  readonly plan: EndpointPlan;
  readonly source: ContainerSource;
  readonly scaling?: ScalingPlan;
  readonly alarms: sns.ITopic;
  /** What must be there first: the role's policies, the log group, an approval. */
  readonly after: readonly IDependable[];
}

/** Model, configuration, endpoint and scaling as resources of the stack, below the endpoint; gives the endpoint. */
export function deployWithStack(scope: Construct, props: StackDeploymentProps): sagemaker.CfnEndpoint {
  const { plan, scaling } = props;
  const model = new sagemaker.CfnModel(scope, 'Model', l1Props(modelRequest(plan.model, props.source)));
  model.node.addDependency(...props.after);
  const config = new sagemaker.CfnEndpointConfig(scope, 'Configuration', l1Props(endpointConfigRequest(plan, model.attrModelName)));
  config.node.addDependency(...props.after);
  waiveVolumeKey(config, plan);
  const endpoint = new sagemaker.CfnEndpoint(scope, 'Resource', l1Props({
    EndpointName: plan.endpointName,
    EndpointConfigName: config.attrEndpointConfigName,
    ...createEndpointRequest(plan),
    ...updateEndpointRequest(plan),
  }));
  endpoint.node.addDependency(...props.after);
  const { hosting } = plan;
  const scales = hosting.kind === 'components' ? newComponent(scope, plan, hosting.copies, endpoint, model.attrModelName) : endpoint;
  if (scaling) scale(scope, plan, scaling, scales, props.alarms);
  return endpoint;
}

function newComponent(scope: Construct, plan: EndpointPlan, copies: CopyPlan, endpoint: sagemaker.CfnEndpoint, modelName: string): Construct {
  const component = new sagemaker.CfnInferenceComponent(scope, 'Component', l1Props({
    InferenceComponentName: componentNameOf(plan.endpointName),
    EndpointName: plan.endpointName,
    VariantName: VARIANT,
    Specification: componentSpecification(copies, modelName),
    RuntimeConfig: { CopyCount: Math.max(1, copies.min) },
    DeploymentConfig: plan.deployment && componentDeployment(plan.deployment),
  }));
  component.node.addDependency(endpoint);
  return component;
}

function scale(scope: Construct, plan: EndpointPlan, scaling: ScalingPlan, after: Construct, alarms: sns.ITopic): void {
  const scalable = scalableOf(plan);
  const target = new appscaling.CfnScalableTarget(scope, 'Scaling', l1Props({
    ...scalableTarget(scalable), ...boundsRequest(scaling), ScheduledActions: scheduledRequests(scaling),
  }));
  target.node.addDependency(after);
  const policy = (id: string, request: Record<string, unknown>) => new appscaling.CfnScalingPolicy(scope, id, {
    ...l1Props<appscaling.CfnScalingPolicyProps>(request), scalingTargetId: target.ref,
  });
  policy('ScalingPolicy', trackingRequest(scaling, scalable));
  if (!reachesZero(scaling)) return;
  const wakeUp = policy('WakeUpPolicy', wakeUpPolicyRequest(scalable));
  new cloudwatch.CfnAlarm(scope, 'WakeUp', {
    ...l1Props<cloudwatch.CfnAlarmProps>(wakeUpAlarmRequest(scalable)), alarmActions: [wakeUp.ref, alarms.topicArn],
  });
}

function waiveVolumeKey(config: sagemaker.CfnEndpointConfig, plan: EndpointPlan): void {
  if (plan.volumeKeyArn !== undefined) return;
  waive(config, inRegulatoryPacks('SageMakerEndpointConfigurationKMSKeyConfigured'), plan.hosting.kind === 'serverless'
    ? 'a serverless endpoint has no volume of its own to encrypt with a key'
    : 'the instances keep data on local NVMe disks, which encrypt in hardware; SageMaker refuses a key for them');
}
