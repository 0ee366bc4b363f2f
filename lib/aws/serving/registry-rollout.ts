import { ArnFormat, CustomResource, Duration, Lazy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct, IDependable } from 'constructs';
import { Classification } from '../../policy/classification';
import { Residency } from '../../policy/residency';
import { requireServices, wayOut } from '../private/endpoint-services';
import { encryptedExecutions } from '../private/execution-key';
import { encryptedLogGroup } from '../private/log-retention';
import { RuntimeFunction } from '../private/runtime-function';
import { ServiceRole } from '../private/service-role';
import { settledJson } from '../private/settled';
import { waive } from '../private/waivers';
import { DataStore, IDataStore } from '../storage/data-store';
import { Zone } from '../storage/zone';
import type { IWorkspace } from '../workspace/workspace';
import { acceptApprovals, accountOf, approvalPattern } from './approvals';
import { digestOf } from './digest';
import type { EndpointPlan, Request } from './requests';
import { componentNameOf, rolloutDefinition, scalableOf } from './rollout-definition';
import type { RolloutMonitor, RolloutPlan } from './rollout-definition';
import { allowCleaning, allowRollout } from './rollout-permissions';
import { reachesZero, scalableTarget } from './scaling-requests';
import type { ScalingPlan } from './scaling-requests';
import type { ServedModel } from './served-model';

export interface RegistryRolloutProps {
  readonly workspace: IWorkspace;
  readonly model: ServedModel;
  readonly plan: EndpointPlan;
  readonly scaling?: ScalingPlan;
  readonly alarms: cloudwatch.IAlarm[];
  /** The role of the endpoint's containers. */
  readonly role: ServiceRole;
  /** What must be there before the first rollout. */
  readonly after: readonly IDependable[];
  readonly approvals?: IDataStore;
}

/**
 * Carries each approval of a model to the endpoint: an event starts a state machine that deploys the package, and a custom resource begins
 * with what is approved already and takes it all away with the stack.
 */
export class RegistryRollout extends Construct {
  private readonly monitors: RolloutMonitor[] = [];
  private readonly stateMachineRole: ServiceRole;
  private readonly machine: sfn.CfnStateMachine;
  private readonly props: RegistryRolloutProps;

  constructor(scope: Construct, id: string, props: RegistryRolloutProps) {
    super(scope, id);
    this.props = props;
    const { workspace, plan, model } = props;
    const group = model._group;
    if (!group) throw new Error(`'${this.node.path}' follows no registry: give the model with ServedModel.followingRegistry`);
    requireServices(workspace, ['sagemaker.api', 'states', 'application-autoscaling', 'monitoring'], `'${this.node.path}'`);
    const stack = Stack.of(this);
    const name = `${plan.endpointName}-rollout`;
    const machineArn = stack.formatArn({ service: 'states', resource: 'stateMachine', resourceName: name, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    const groupArn = group.modelPackageGroupArn;
    const records = props.approvals ?? new DataStore(this, 'Approvals', {
      workspace, classification: Classification.INTERNAL, zone: Zone.CURATED, retention: workspace.profile.auditRetention,
    });
    const prefix = `approvals/${plan.endpointName}/`;

    this.stateMachineRole = new ServiceRole(this, 'Role', { service: 'states.amazonaws.com', description: `Rolls out approved models to ${plan.endpointName}` });
    allowRollout(this.stateMachineRole, {
      workspace, plan, groupArn, machineArn, passed: props.role.role, alarms: props.alarms, scaling: props.scaling,
    });
    records.grantWrite(this.stateMachineRole, prefix);
    this.stateMachineRole.admitServiceSide();

    let made: Record<string, unknown> | undefined;
    const definition = () => made ??= this.definition(group.modelPackageGroupName, records, prefix);
    this.machine = this.newStateMachine(name, definition);
    this.machine.node.addDependency(this.stateMachineRole, ...props.after);

    const follower = new RuntimeFunction(this, 'Follower', {
      job: 'rollout', workspace, logsKey: workspace.logsKey, timeout: Duration.minutes(15), reservedConcurrency: 1,
      description: `Begins with the model that is approved already, and removes ${plan.endpointName} with its stack`,
    });
    allowCleaning(follower.role, { plan, groupArn, machineArn });
    const follow = new CustomResource(this, 'Follow', {
      serviceToken: follower.function.functionArn,
      resourceType: 'Custom::RegistryRollout',
      serviceTimeout: Duration.minutes(16),
      properties: this.followProperties(groupArn, machineArn, definition),
    });
    follow.node.addDependency(this.machine, follower, props.role, ...props.after, ...wayOut(workspace));

    const rule = this.newRule(group.modelPackageGroupName, groupArn, machineArn);
    // Deleted before what it starts, so that no approval builds what the custom resource has just taken away.
    rule.node.addDependency(follow);
    acceptApprovals(this, groupArn);
    this.newAlarm(machineArn, rule);
  }

  /** Puts a monitor on the endpoint as soon as it is there. */
  public addMonitor(monitor: RolloutMonitor, role: iam.IRole): void {
    this.monitors.push(monitor);
    if (monitor.baselineOfPackage) {
      waive(this.machine, ['RegulatedML::RegulatedML-ResidencyLocation[unknown]'],
        'the address of the baseline comes with the version; the role of the monitor reads stores inside the residency only');
    }
    const stack = Stack.of(this);
    const definitions = stack.formatArn({
      service: 'sagemaker', resource: `${monitor.type.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase()}-job-definition`, resourceName: `${monitor.jobPrefix}-*`,
    });
    const schedule = stack.formatArn({ service: 'sagemaker', resource: 'monitoring-schedule', resourceName: monitor.scheduleName });
    const job = `${monitor.type}JobDefinition`;
    const reason = 'a new name for each new content of a job definition';
    this.stateMachineRole.allow(new iam.PolicyStatement({
      actions: [
        `sagemaker:Create${job}`, `sagemaker:Describe${job}`,
        'sagemaker:CreateMonitoringSchedule', 'sagemaker:DescribeMonitoringSchedule', 'sagemaker:UpdateMonitoringSchedule',
      ],
      resources: [definitions, schedule],
    }), reason);
    this.stateMachineRole.allow(new iam.PolicyStatement({
      actions: ['iam:PassRole'], resources: [role.roleArn], conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    }));
  }

  private definition(groupName: string, records: IDataStore, prefix: string): Record<string, unknown> {
    const plan: RolloutPlan = {
      endpoint: this.props.plan,
      groupName,
      scaling: this.props.scaling,
      alarmTopicArn: this.props.workspace.alarms.topicArn,
      monitors: this.monitors,
      records: { bucketName: records.bucket.bucketName, prefix },
      partition: Residency.partitionOf(this.props.workspace.region),
      digest: (request: Request) => digestOf(this, request),
    };
    return rolloutDefinition(plan);
  }

  private newStateMachine(name: string, definition: () => unknown): sfn.CfnStateMachine {
    const { workspace } = this.props;
    const logGroup = encryptedLogGroup(this, 'Logs', { key: workspace.logsKey, retention: workspace.logRetention });
    return new sfn.CfnStateMachine(this, 'Resource', {
      stateMachineName: name,
      definitionString: settledJson(this, definition),
      roleArn: this.stateMachineRole.role.roleArn,
      loggingConfiguration: { level: 'ALL', includeExecutionData: true, destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logGroup.logGroupArn } }] },
      tracingConfiguration: { enabled: true },
      encryptionConfiguration: encryptedExecutions(this.stateMachineRole, workspace.logsKey, workspace.region),
    });
  }

  private followProperties(groupArn: string, machineArn: string, definition: () => unknown): Record<string, unknown> {
    const { plan, scaling } = this.props;
    const scalable = scalableOf(plan);
    const { ResourceId, ScalableDimension } = scalableTarget(scalable);
    return {
      EndpointName: plan.endpointName,
      GroupArn: groupArn,
      StateMachineArn: machineArn,
      ...(scaling ? { ScalableTarget: { ResourceId, ScalableDimension } } : {}),
      ...(scaling && reachesZero(scaling) ? { WakeUpAlarm: `${plan.endpointName}-wake-up` } : {}),
      ...(plan.hosting.kind === 'components' ? { ComponentName: componentNameOf(plan.endpointName) } : {}),
      Schedules: Lazy.uncachedAny({
        produce: () => this.monitors.map(({ type, scheduleName, jobPrefix }) => ({ Type: type, Name: scheduleName, JobPrefix: jobPrefix })),
      }, { omitEmptyArray: true }),
      // A changed definition is rolled out with the stack, and not only with the next approval.
      Definition: Lazy.uncachedString({ produce: () => digestOf(this, Stack.of(this).toJsonString(definition())) }),
    };
  }

  private newRule(groupName: string, groupArn: string, machineArn: string): events.CfnRule {
    const role = new ServiceRole(this, 'EventRole', { service: 'events.amazonaws.com', description: `Starts the rollout of approved models to ${this.props.plan.endpointName}` });
    role.allow(new iam.PolicyStatement({ actions: ['states:StartExecution'], resources: [machineArn] }));
    const rule = new events.CfnRule(this, 'Approved', {
      description: `A model of ${groupName} was approved`,
      eventPattern: approvalPattern(groupName, accountOf(groupArn)),
      targets: [{ id: 'Rollout', arn: machineArn, roleArn: role.role.roleArn, retryPolicy: { maximumRetryAttempts: 185, maximumEventAgeInSeconds: 86_400 } }],
    });
    rule.node.addDependency(role);
    return rule;
  }

  private newAlarm(machineArn: string, rule: events.CfnRule): void {
    const execution = (metricName: string) => new cloudwatch.Metric({
      namespace: 'AWS/States', metricName, dimensionsMap: { StateMachineArn: machineArn }, statistic: cloudwatch.Stats.SUM, period: Duration.minutes(5),
    });
    const alarm = new cloudwatch.Alarm(this, 'Failed', {
      alarmDescription: `${this.props.plan.endpointName}: an approved model was not rolled out, or was called back`,
      metric: new cloudwatch.MathExpression({
        expression: 'FILL(failed, 0) + FILL(late, 0) + FILL(undelivered, 0)',
        usingMetrics: {
          failed: execution('ExecutionsFailed'),
          late: execution('ExecutionsTimedOut'),
          undelivered: new cloudwatch.Metric({
            namespace: 'AWS/Events', metricName: 'FailedInvocations', dimensionsMap: { RuleName: rule.ref }, statistic: cloudwatch.Stats.SUM, period: Duration.minutes(5),
          }),
        },
        period: Duration.minutes(5),
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.props.workspace.alarms));
  }
}
