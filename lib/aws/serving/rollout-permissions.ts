import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import { allowPassing, allowVolumeKey } from '../pipeline/private/permissions';
import type { ServiceRole } from '../private/service-role';
import type { IWorkspace } from '../workspace/workspace';
import type { EndpointPlan } from './requests';
import { componentNameOf } from './rollout-definition';
import type { ScalingPlan } from './scaling-requests';

export interface RolloutPermissions {
  readonly workspace: IWorkspace;
  readonly plan: EndpointPlan;
  readonly groupArn: string;
  readonly machineArn: string;
  /** The role of the endpoint's containers. */
  readonly passed: iam.IRole;
  readonly alarms: cloudwatch.IAlarm[];
  readonly scaling?: ScalingPlan;
}

const VERSIONS = 'models and configurations are named after the endpoint and the version of the model';
const LISTS = 'SageMaker knows no resource for the actions that list';

/** Lets the state machine do what a rollout does, to what is named after the endpoint only. */
export function allowRollout(role: ServiceRole, props: RolloutPermissions): void {
  const { plan, workspace } = props;
  const arns = arnsOf(role, plan);
  const packages = packagesOf(props.groupArn);
  role.allow(new iam.PolicyStatement({ actions: ['sagemaker:DescribeModelPackage'], resources: [packages] }), 'versions of the one group');
  role.allow(new iam.PolicyStatement({
    actions: ['sagemaker:CreateModel'],
    resources: [arns.models],
    conditions: plan.model.network ? {
      'ForAllValues:StringEquals': { 'sagemaker:VpcSubnets': plan.model.network.subnets, 'sagemaker:VpcSecurityGroupIds': plan.model.network.securityGroupIds },
      // ForAllValues is true of an empty set, so a model without a network has to be refused apart.
      'Null': { 'sagemaker:VpcSubnets': 'false', 'sagemaker:VpcSecurityGroupIds': 'false' },
      'Bool': { 'sagemaker:NetworkIsolation': 'true' },
    } : undefined,
  }), VERSIONS);
  role.allow(new iam.PolicyStatement({ actions: ['sagemaker:CreateModel'], resources: [packages] }), 'versions of the one group');
  role.allow(new iam.PolicyStatement({
    actions: ['sagemaker:DescribeModel', 'sagemaker:CreateEndpointConfig', 'sagemaker:DescribeEndpointConfig'], resources: [arns.models, arns.configs],
  }), VERSIONS);
  role.allow(new iam.PolicyStatement({
    actions: ['sagemaker:CreateEndpoint', 'sagemaker:UpdateEndpoint', 'sagemaker:DescribeEndpoint', 'sagemaker:DeleteEndpoint'], resources: [arns.endpoint, arns.configs],
  }), VERSIONS);
  if (plan.hosting.kind === 'components') {
    role.allow(new iam.PolicyStatement({
      actions: ['sagemaker:CreateInferenceComponent', 'sagemaker:UpdateInferenceComponent', 'sagemaker:DescribeInferenceComponent'],
      resources: [arns.component, arns.endpoint, arns.models],
    }), VERSIONS);
  }
  allowPassing(role, props.passed, 'sagemaker.amazonaws.com');
  if (plan.volumeKeyArn !== undefined) allowVolumeKey(role, workspace);
  role.allow(new iam.PolicyStatement({ actions: ['states:ListExecutions'], resources: [props.machineArn] }));
  role.allow(new iam.PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: props.alarms.map((alarm) => alarm.alarmArn) }));
  if (props.scaling) allowScaling(role, plan, props.scaling);
  role.allow(new iam.PolicyStatement({
    actions: [
      'logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery', 'logs:DeleteLogDelivery', 'logs:ListLogDeliveries',
      'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups',
      'xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets',
    ],
    resources: ['*'],
  }), 'CloudWatch Logs and X-Ray know no resource for the actions by which a service delivers logs and traces');
  role.explainWildcard(/approvals\/.*\*$/, 'records are named after the version and the execution, below a prefix of the endpoint\'s own');
}

/** Lets the custom resource begin a rollout, and remove what rollouts have made. */
export function allowCleaning(role: ServiceRole, props: { readonly plan: EndpointPlan; readonly groupArn: string; readonly machineArn: string }): void {
  const { plan } = props;
  const arns = arnsOf(role, plan);
  // SageMaker asks for the versions, not for the group, when it lists them
  role.allow(new iam.PolicyStatement({ actions: ['sagemaker:DescribeModelPackage', 'sagemaker:ListModelPackages'], resources: [packagesOf(props.groupArn)] }), 'versions of the one group');
  role.allow(new iam.PolicyStatement({ actions: ['states:StartExecution', 'states:ListExecutions'], resources: [props.machineArn] }));
  role.allow(new iam.PolicyStatement({
    actions: ['states:StopExecution'], resources: [`${props.machineArn.replace(':stateMachine:', ':execution:')}:*`],
  }), 'executions of the one state machine');
  role.allow(new iam.PolicyStatement({
    actions: ['sagemaker:DescribeEndpoint', 'sagemaker:DeleteEndpoint', 'sagemaker:DeleteEndpointConfig', 'sagemaker:DeleteModel'],
    resources: [arns.endpoint, arns.configs, arns.models],
  }), VERSIONS);
  if (plan.hosting.kind === 'components') {
    role.allow(new iam.PolicyStatement({ actions: ['sagemaker:DescribeInferenceComponent', 'sagemaker:DeleteInferenceComponent'], resources: [arns.component] }));
  }
  // A monitor that leaves the stack before the endpoint does has to be taken away as well, so all kinds are named.
  const jobs = ['DataQuality', 'ModelQuality', 'ModelBias', 'ModelExplainability'].map((type) => `${type}JobDefinition`);
  role.allow(new iam.PolicyStatement({
    actions: [...jobs.map((job) => `sagemaker:Delete${job}`), 'sagemaker:DescribeMonitoringSchedule', 'sagemaker:DeleteMonitoringSchedule'],
    resources: [arns.schedules, ...arns.jobs],
  }), 'schedules and job definitions are named after the endpoint');
  role.allow(new iam.PolicyStatement({
    actions: ['sagemaker:ListModels', 'sagemaker:ListEndpointConfigs', ...jobs.map((job) => `sagemaker:List${job}s`)], resources: ['*'],
  }), LISTS);
  role.allow(new iam.PolicyStatement({
    actions: ['application-autoscaling:DeregisterScalableTarget'], resources: [arns.scaling], conditions: ofSageMaker(),
  }), 'Application Auto Scaling makes the ids of its targets');
  role.allow(new iam.PolicyStatement({ actions: ['cloudwatch:DeleteAlarms'], resources: arns.scalingAlarms }), 'Application Auto Scaling names the alarms of its policies');
}

function allowScaling(role: ServiceRole, plan: EndpointPlan, scaling: ScalingPlan): void {
  const stack = Stack.of(role);
  const arns = arnsOf(role, plan);
  role.allow(new iam.PolicyStatement({
    actions: ['RegisterScalableTarget', 'PutScalingPolicy', ...(scaling.schedules.length > 0 ? ['PutScheduledAction'] : [])].map((action) => `application-autoscaling:${action}`),
    resources: [arns.scaling],
    conditions: ofSageMaker(),
  }), 'Application Auto Scaling makes the ids of its targets');
  role.allow(new iam.PolicyStatement({
    actions: ['cloudwatch:PutMetricAlarm', 'cloudwatch:DescribeAlarms', 'cloudwatch:DeleteAlarms'], resources: arns.scalingAlarms,
  }), 'Application Auto Scaling names the alarms of its policies');
  const service = 'sagemaker.application-autoscaling.amazonaws.com';
  role.allow(new iam.PolicyStatement({
    actions: ['iam:CreateServiceLinkedRole'],
    resources: [stack.formatArn({ service: 'iam', region: '', resource: 'role', resourceName: `aws-service-role/${service}/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint` })],
    conditions: { StringEquals: { 'iam:AWSServiceName': service } },
  }));
}

function ofSageMaker(): Record<string, Record<string, string>> {
  return { StringEquals: { 'application-autoscaling:service-namespace': 'sagemaker' } };
}

function packagesOf(groupArn: string): string {
  return `${groupArn.replace(':model-package-group/', ':model-package/')}/*`;
}

function arnsOf(role: ServiceRole, plan: EndpointPlan) {
  const stack = Stack.of(role);
  const name = plan.endpointName;
  const sagemaker = (resource: string, resourceName: string) => stack.formatArn({ service: 'sagemaker', resource, resourceName });
  const alarm = (resourceName: string) => stack.formatArn({ service: 'cloudwatch', resource: 'alarm', resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  return {
    models: sagemaker('model', `${name}-*`),
    configs: sagemaker('endpoint-config', `${name}-*`),
    endpoint: sagemaker('endpoint', name),
    schedules: sagemaker('monitoring-schedule', `${name}-*`),
    jobs: ['data-quality', 'model-quality', 'model-bias', 'model-explainability'].map((kind) => sagemaker(`${kind}-job-definition`, `${name}-*`)),
    component: sagemaker('inference-component', componentNameOf(name)),
    scaling: stack.formatArn({ service: 'application-autoscaling', resource: 'scalable-target', resourceName: '*' }),
    scalingAlarms: [alarm(`TargetTracking-endpoint/${name}/*`), alarm(`TargetTracking-inference-component/${componentNameOf(name)}*`), alarm(`${name}-wake-up`)],
  };
}
