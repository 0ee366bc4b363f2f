import {
  VARIANT, componentDeployment, componentSpecification, createEndpointRequest, endpointConfigRequest, modelRequest, updateEndpointRequest, without,
} from './requests';
import type { CopyPlan, EndpointPlan, Request } from './requests';
import {
  boundsRequest, reachesZero, scalableTarget, scheduledRequests, trackingRequest, wakeUpAlarmRequest, wakeUpPolicyRequest,
} from './scaling-requests';
import type { Scalable, ScalingPlan } from './scaling-requests';
import { call, either, ensure, sdkTask, sequence, single } from './state-machine';
import type { Block, State } from './state-machine';

/** A monitor that is put on the endpoint once it is there. */
export interface RolloutMonitor {
  /** Such as `DataQuality`; part of the names of the API's actions. */
  readonly type: string;
  readonly scheduleName: string;
  /** Prefix of the job definition's name, unique to the endpoint and the kind. */
  readonly jobPrefix: string;
  /** Create…JobDefinition without its name. */
  readonly jobDefinition: Request;
  /** What the schedule says, without the name of its job definition. */
  readonly schedule: Request;
  /** Whether the job definition takes its baseline from the package, and so has one for each version. */
  readonly baselineOfPackage: boolean;
}

/** What a rollout does, but for the version. */
export interface RolloutPlan {
  readonly endpoint: EndpointPlan;
  readonly groupName: string;
  readonly scaling?: ScalingPlan;
  readonly alarmTopicArn: string;
  readonly partition: string;
  readonly monitors: RolloutMonitor[];
  /** Where the record of who approved what goes. */
  readonly records: { readonly bucketName: string; readonly prefix: string };
  /** Eight hexadecimal digits that change with the body of a request. */
  readonly digest: (request: Request) => string;
}

const BUSY = ['Creating', 'Updating', 'SystemUpdating', 'RollingBack', 'Deleting'];

/**
 * The states from the approval of a package to an endpoint that serves it.
 *
 * Names are made from the version and the body of the request, so running twice finds what the first run made, and a changed stack makes new
 * ones. Of several executions under way the latest wins.
 */
export function rolloutDefinition(plan: RolloutPlan): Record<string, unknown> {
  const { endpoint } = plan;
  const components = endpoint.hosting.kind === 'components';
  const model = modelRequest(endpoint.model, { packageName: 'of the version' });
  // Step Functions refuses a state machine with a field that its own copy of the API does not know, and this one is new.
  const config = without(endpointConfigRequest(endpoint, 'of the version'), 'MetricsConfig');
  const { entry, states } = sequence([
    ...describePackage(plan),
    isApproved(plan),
    single('Name', {
      Type: 'Pass',
      Parameters: {
        'model.$': `States.Format('${endpoint.endpointName}-${plan.digest(model)}-v{}', $.package.Version)`,
        ...(components
          ? { config: `${endpoint.endpointName}-${plan.digest(config)}` }
          : { 'config.$': `States.Format('${endpoint.endpointName}-${plan.digest(config)}-v{}', $.package.Version)` }),
      },
      ResultPath: '$.names',
    }),
    ensure('model', sdkTask('sagemaker', 'describeModel', { 'ModelName.$': '$.names.model' }), sdkTask('sagemaker', 'createModel', {
      'ModelName.$': '$.names.model',
      ...model,
      PrimaryContainer: { 'ModelPackageName.$': '$.package.Arn' },
    })),
    ensure('configuration', sdkTask('sagemaker', 'describeEndpointConfig', { 'EndpointConfigName.$': '$.names.config' }), sdkTask('sagemaker', 'createEndpointConfig', {
      'EndpointConfigName.$': '$.names.config',
      ...withDynamicModel(config),
    })),
    deployEndpoint(endpoint),
    ...(endpoint.hosting.kind === 'components' ? [deployComponent(endpoint, endpoint.hosting.copies)] : []),
    ...(plan.scaling ? scale(plan, plan.scaling) : []),
    ...plan.monitors.flatMap((monitor) => watch(monitor, plan)),
    call('Record', 's3', 'putObject', record(plan, 'deployed')),
  ], 'Deployed');
  return {
    Comment: `Serves the latest approved package of ${plan.groupName} on ${endpoint.endpointName}`,
    StartAt: entry,
    TimeoutSeconds: 86_400,
    States: inPartition(plan.partition, {
      ...states,
      'Deployed': { Type: 'Succeed' },
      'Not approved': { Type: 'Succeed' },
      'Superseded': { Type: 'Succeed' },
      'Record the rollback': { ...sdkTask('s3', 'putObject', record(plan, 'rolled-back')), Next: 'Rolled back' },
      'Rolled back': { Type: 'Fail', Error: 'RolledBack', Cause: 'the new version did not come into service: alarms called it back, or its container does not answer; see the log group of the endpoint' },
    }),
  };
}

function inPartition(partition: string, states: Record<string, State>): Record<string, State> {
  return Object.fromEntries(Object.entries(states).map(([name, state]) => [
    name, typeof state.Resource === 'string' ? { ...state, Resource: state.Resource.replace(/^arn:aws:/, `arn:${partition}:`) } : state,
  ]));
}

/** The component that serves on an endpoint of inference components. */
export function componentNameOf(endpointName: string): string {
  return `${endpointName}-model`;
}

/**
 * Reads what the registry says of the version. Who changed it last and why is not set for one that was approved when it was registered, and
 * a path to a missing field would end the execution.
 */
function describePackage(plan: RolloutPlan): Block[] {
  const told = (path: string) => ({ Variable: `$.described.${path}`, IsPresent: true });
  return [
    call('Describe the package', 'sagemaker', 'describeModelPackage', { 'ModelPackageName.$': '$.detail.ModelPackageArn' }, { ResultPath: '$.described' }),
    single('Take what matters', {
      Type: 'Pass',
      Parameters: {
        'Arn.$': '$.described.ModelPackageArn',
        'Version.$': '$.described.ModelPackageVersion',
        'Group.$': '$.described.ModelPackageGroupName',
        'Status.$': '$.described.ModelApprovalStatus',
        ...(plan.monitors.some((monitor) => monitor.baselineOfPackage) ? { 'Baselines.$': '$.described.DriftCheckBaselines' } : {}),
      },
      ResultPath: '$.package',
    }),
    either('Who approved it?', { And: [told('LastModifiedBy'), told('LastModifiedTime')] },
      ['Somebody', { Parameters: { 'by.$': '$.described.LastModifiedBy', 'at.$': '$.described.LastModifiedTime' }, ResultPath: '$.approval' }],
      ['Its registration', { Parameters: { 'by': 'its registration', 'at.$': '$.described.CreationTime' }, ResultPath: '$.approval' }]),
    either('And why?', told('ApprovalDescription'),
      ['With a reason', { Parameters: { 'text.$': '$.described.ApprovalDescription' }, ResultPath: '$.reason' }],
      ['Without a reason', { Result: { text: 'none given' }, ResultPath: '$.reason' }]),
    single('Drop the rest', { Type: 'Pass', Result: {}, ResultPath: '$.described' }),
  ];
}

function isApproved(plan: RolloutPlan): Block {
  const entry = 'Is it approved?';
  return {
    entry,
    render: (next) => ({
      [entry]: {
        Type: 'Choice',
        Choices: [{
          And: [
            { Variable: '$.package.Status', StringEquals: 'Approved' },
            { Variable: '$.package.Group', StringEquals: plan.groupName },
          ],
          Next: next,
        }],
        Default: 'Not approved',
      },
    }),
  };
}

function withDynamicModel(config: Request): Request {
  const [variant] = config.ProductionVariants as Request[];
  const dynamic = variant.ModelName === undefined ? variant : { ...without(variant, 'ModelName'), 'ModelName.$': '$.names.model' };
  return { ...config, ProductionVariants: [dynamic] };
}

function deployEndpoint(endpoint: EndpointPlan): Block {
  const name = { EndpointName: endpoint.endpointName };
  const names = { ...name, 'EndpointConfigName.$': '$.names.config' };
  const describe = sdkTask('sagemaker', 'describeEndpoint', name, { ResultSelector: { 'Status.$': '$.EndpointStatus', 'Config.$': '$.EndpointConfigName' } });
  const describeOnce = without(describe, 'Retry');
  const busy = (next: string, path: string) => ({ Or: BUSY.map((status) => ({ Variable: path, StringEquals: status })), Next: next });
  const serves = (next: string, path: string) => ({
    And: [{ Variable: `${path}.Status`, StringEquals: 'InService' }, { Variable: `${path}.Config`, StringEqualsPath: '$.names.config' }], Next: next,
  });
  return {
    entry: 'List executions',
    render: (next) => ({
      'List executions': {
        ...sdkTask('sfn', 'listExecutions', { 'StateMachineArn.$': '$$.StateMachine.Id', StatusFilter: 'RUNNING', MaxResults: 1 }, { ResultPath: '$.running' }),
        Next: 'Is a later one under way?',
      },
      'Is a later one under way?': {
        Type: 'Choice',
        Choices: [{
          And: [
            { Variable: '$.running.Executions[0].StartDate', IsPresent: true },
            { Variable: '$.running.Executions[0].StartDate', TimestampGreaterThanPath: '$$.Execution.StartTime' },
          ],
          Next: 'Superseded',
        }],
        Default: 'Find endpoint',
      },
      'Find endpoint': {
        ...describeOnce, ResultPath: '$.found', Next: 'What is there?',
        Catch: [{ ErrorEquals: ['States.TaskFailed'], ResultPath: '$.absent', Next: 'Create endpoint' }],
      },
      'What is there?': {
        Type: 'Choice',
        Choices: [
          busy('Let it settle', '$.found.Status'),
          serves(next, '$.found'),
          { Variable: '$.found.Status', StringEquals: 'Failed', Next: 'Delete what failed' },
        ],
        Default: 'Update endpoint',
      },
      'Let it settle': { Type: 'Wait', Seconds: 60, Next: 'List executions' },
      'Delete what failed': { ...sdkTask('sagemaker', 'deleteEndpoint', name), Next: 'Let it settle' },
      'Create endpoint': { ...sdkTask('sagemaker', 'createEndpoint', { ...names, ...initial(createEndpointRequest(endpoint)) }), Next: 'Wait for endpoint' },
      'Update endpoint': { ...sdkTask('sagemaker', 'updateEndpoint', { ...names, ...updateEndpointRequest(endpoint) }), Next: 'Wait for endpoint' },
      'Wait for endpoint': { Type: 'Wait', Seconds: 60, Next: 'Look at endpoint' },
      'Look at endpoint': { ...describe, ResultPath: '$.found', Next: 'Does it serve?' },
      'Does it serve?': {
        Type: 'Choice',
        Choices: [busy('Wait for endpoint', '$.found.Status'), serves(next, '$.found')],
        Default: 'Record the rollback',
      },
    }),
  };
}

/** There is no old fleet to go back to when an endpoint is created. */
function initial(request: Request): Request {
  const deployment = request.DeploymentConfig as Request | undefined;
  if (!deployment) return request;
  return { ...request, DeploymentConfig: without(deployment, 'AutoRollbackConfiguration') };
}

function deployComponent(endpoint: EndpointPlan, copies: CopyPlan): Block {
  const name = { InferenceComponentName: componentNameOf(endpoint.endpointName) };
  const specification = { ...without(componentSpecification(copies, ''), 'ModelName'), 'ModelName.$': '$.names.model' };
  const describe = sdkTask('sagemaker', 'describeInferenceComponent', name, {
    ResultSelector: { 'Status.$': '$.InferenceComponentStatus', 'Model.$': '$.Specification.ModelName' }, ResultPath: '$.component',
  });
  const describeOnce = without(describe, 'Retry');
  const busy = (next: string) => ({ Or: ['Creating', 'Updating', 'Deleting'].map((status) => ({ Variable: '$.component.Status', StringEquals: status })), Next: next });
  const serves = (next: string) => ({
    And: [{ Variable: '$.component.Status', StringEquals: 'InService' }, { Variable: '$.component.Model', StringEqualsPath: '$.names.model' }], Next: next,
  });
  return {
    entry: 'Find component',
    render: (next) => ({
      'Find component': {
        ...describeOnce, Next: 'What does it serve?',
        Catch: [{ ErrorEquals: ['States.TaskFailed'], ResultPath: '$.absent', Next: 'Create component' }],
      },
      'What does it serve?': { Type: 'Choice', Choices: [busy('Let component settle'), serves(next)], Default: 'Update component' },
      'Let component settle': { Type: 'Wait', Seconds: 60, Next: 'Find component' },
      'Create component': {
        ...sdkTask('sagemaker', 'createInferenceComponent', {
          ...name, EndpointName: endpoint.endpointName, VariantName: VARIANT, Specification: specification,
          RuntimeConfig: { CopyCount: Math.max(1, copies.min) },
        }),
        Next: 'Wait for component',
      },
      'Update component': {
        ...sdkTask('sagemaker', 'updateInferenceComponent', {
          ...name, Specification: specification, ...(endpoint.deployment ? { DeploymentConfig: componentDeployment(endpoint.deployment) } : {}),
        }),
        Next: 'Wait for component',
      },
      'Wait for component': { Type: 'Wait', Seconds: 60, Next: 'Look at component' },
      'Look at component': { ...describe, Next: 'Does component serve?' },
      'Does component serve?': { Type: 'Choice', Choices: [busy('Wait for component'), serves(next)], Default: 'Record the rollback' },
    }),
  };
}

function scale(plan: RolloutPlan, scaling: ScalingPlan): Block[] {
  const scalable = scalableOf(plan.endpoint);
  const target = scalableTarget(scalable);
  const service = 'applicationautoscaling';
  const blocks = [
    call('Register scaling', service, 'registerScalableTarget', { ...target, ...boundsRequest(scaling) }),
    call('Follow the load', service, 'putScalingPolicy', { ...target, ...trackingRequest(scaling, scalable) }),
    ...scheduledRequests(scaling).map((request) => call(`Schedule ${request.ScheduledActionName as string}`.slice(0, 80), service, 'putScheduledAction', { ...target, ...request })),
  ];
  if (!reachesZero(scaling)) return blocks;
  return [
    ...blocks,
    call('Wake up by a step', service, 'putScalingPolicy', { ...target, ...wakeUpPolicyRequest(scalable) }, {
      ResultSelector: { 'Arn.$': '$.PolicyARN' }, ResultPath: '$.wakeUp',
    }),
    call('Wake up when asked', 'cloudwatch', 'putMetricAlarm', {
      ...wakeUpAlarmRequest(scalable), 'AlarmActions.$': `States.Array($.wakeUp.Arn, '${plan.alarmTopicArn}')`,
    }),
  ];
}

/** What of an endpoint scales. */
export function scalableOf(endpoint: EndpointPlan): Scalable {
  const { endpointName } = endpoint;
  return endpoint.hosting.kind === 'components'
    ? { kind: 'component', endpointName, componentName: componentNameOf(endpointName) }
    : { kind: 'variant', endpointName };
}

function watch(monitor: RolloutMonitor, plan: RolloutPlan): Block[] {
  const digest = plan.digest(monitor.jobDefinition);
  const job: Request = monitor.baselineOfPackage
    ? { 'JobDefinitionName.$': `States.Format('${monitor.jobPrefix}-${digest}-v{}', $.package.Version)` }
    : { JobDefinitionName: `${monitor.jobPrefix}-${digest}` };
  const jobName: Request = monitor.baselineOfPackage
    ? { 'MonitoringJobDefinitionName.$': job['JobDefinitionName.$'] }
    : { MonitoringJobDefinitionName: job.JobDefinitionName };
  const schedule = { MonitoringScheduleName: monitor.scheduleName, MonitoringScheduleConfig: { ...monitor.schedule, ...jobName } };
  const find = `Find schedule of ${monitor.type}`;
  const [create, update] = [`Create schedule of ${monitor.type}`, `Update schedule of ${monitor.type}`];
  return [
    ensure(`job of ${monitor.type}`,
      sdkTask('sagemaker', `describe${monitor.type}JobDefinition`, job),
      sdkTask('sagemaker', `create${monitor.type}JobDefinition`, { ...job, ...monitor.jobDefinition })),
    {
      entry: find,
      render: (next): Record<string, State> => {
        const describe = without(sdkTask('sagemaker', 'describeMonitoringSchedule', { MonitoringScheduleName: monitor.scheduleName }), 'Retry');
        return {
          [find]: { ...describe, Next: update, Catch: [{ ErrorEquals: ['States.TaskFailed'], ResultPath: '$.absent', Next: create }] },
          [create]: { ...sdkTask('sagemaker', 'createMonitoringSchedule', schedule), Next: next },
          [update]: { ...sdkTask('sagemaker', 'updateMonitoringSchedule', schedule), Next: next },
        };
      },
    },
  ];
}

/** Who approved what, and what came of it. */
function record(plan: RolloutPlan, outcome: string): Request {
  return {
    Bucket: plan.records.bucketName,
    'Key.$': `States.Format('${plan.records.prefix}v{}/{}.json', $.package.Version, $$.Execution.Name)`,
    ContentType: 'application/json',
    Body: {
      outcome,
      endpoint: plan.endpoint.endpointName,
      'package.$': '$.package.Arn',
      'version.$': '$.package.Version',
      'approvedBy.$': '$.approval.by',
      'approvedAt.$': '$.approval.at',
      'reason.$': '$.reason.text',
      'model.$': '$.names.model',
      'configuration.$': '$.names.config',
      'execution.$': '$$.Execution.Id',
      'startedAt.$': '$$.Execution.StartTime',
      'finishedAt.$': '$$.State.EnteredTime',
    },
  };
}
