import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationAutoScalingClient, DeregisterScalableTargetCommand, type ScalableDimension } from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient, DeleteAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import * as sm from '@aws-sdk/client-sagemaker';
import { ListExecutionsCommand, SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { customResource, type CustomResourceAnswer } from '../cloudformation-response';

/** What the stack says of a rollout; CloudFormation makes strings of all values. */
export interface RolloutProperties {
  readonly EndpointName: string;
  readonly GroupArn: string;
  readonly StateMachineArn: string;
  readonly ScalableTarget?: { readonly ResourceId: string; readonly ScalableDimension: string };
  readonly WakeUpAlarm?: string;
  readonly ComponentName?: string;
  readonly Schedules?: { readonly Type: MonitorType; readonly Name: string; readonly JobPrefix: string }[];
}

type MonitorType = 'DataQuality' | 'ModelQuality' | 'ModelBias' | 'ModelExplainability';

const sagemaker = new sm.SageMakerClient({});
const states = new SFNClient({});
const scaling = new ApplicationAutoScalingClient({});
const alarms = new CloudWatchClient({});

/** Seconds between looks at what is being deleted, and how long to look before telling CloudFormation to try again. */
const pollMilliseconds = () => Number(process.env.POLL_SECONDS ?? 15) * 1000;
const patienceMilliseconds = () => Number(process.env.PATIENCE_SECONDS ?? 780) * 1000;

/**
 * Brings a new stack to what is approved already, and takes away with a deleted stack what the state machine has made: never data.
 */
export const handler = customResource(async (event): Promise<CustomResourceAnswer | void> => {
  const properties = event.ResourceProperties as unknown as RolloutProperties;
  if (event.RequestType === 'Delete') {
    await remove(properties);
    return;
  }
  if (event.RequestType === 'Update') await removeDropped(event.OldResourceProperties as unknown as RolloutProperties, properties);
  const packageArn = await servedPackage(properties) ?? await newestApproved(properties.GroupArn);
  if (packageArn) await start(properties.StateMachineArn, event.RequestId, packageArn);
  // A new endpoint is a new thing: CloudFormation then deletes the old one.
  return { physicalResourceId: properties.EndpointName };
});

/** The package that is served now, if it is still approved. */
async function servedPackage(properties: RolloutProperties): Promise<string | undefined> {
  const name = await unlessAbsent(async () => properties.ComponentName
    ? (await sagemaker.send(new sm.DescribeInferenceComponentCommand({ InferenceComponentName: properties.ComponentName }))).Specification?.ModelName
    : (await sagemaker.send(new sm.DescribeEndpointCommand({ EndpointName: properties.EndpointName }))).EndpointConfigName);
  const version = /-v(\d+)$/.exec(name ?? '')?.[1];
  if (!version) return undefined;
  const arn = `${properties.GroupArn.replace(':model-package-group/', ':model-package/')}/${version}`;
  const status = await unlessAbsent(async () => (await sagemaker.send(new sm.DescribeModelPackageCommand({ ModelPackageName: arn }))).ModelApprovalStatus);
  return status === 'Approved' ? arn : undefined;
}

async function newestApproved(groupArn: string): Promise<string | undefined> {
  const list = await unlessAbsent(() => sagemaker.send(new sm.ListModelPackagesCommand({
    ModelPackageGroupName: groupArn, ModelApprovalStatus: 'Approved', SortBy: 'CreationTime', SortOrder: 'Descending', MaxResults: 1,
  })));
  return list?.ModelPackageSummaryList?.[0]?.ModelPackageArn;
}

async function start(stateMachineArn: string, name: string, packageArn: string): Promise<void> {
  try {
    await states.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify({ detail: { ModelPackageArn: packageArn } }) }));
  } catch (error) {
    // the same request once more
    if ((error as Error).name !== 'ExecutionAlreadyExists') throw error;
  }
}

async function remove(properties: RolloutProperties): Promise<void> {
  const deadline = Date.now() + patienceMilliseconds();
  await stopExecutions(properties.StateMachineArn);
  for (const schedule of properties.Schedules ?? []) await removeMonitor(schedule, deadline);
  const { ScalableTarget: target, WakeUpAlarm: alarm } = properties;
  if (target) {
    await unlessAbsent(() => scaling.send(new DeregisterScalableTargetCommand({
      ServiceNamespace: 'sagemaker', ResourceId: target.ResourceId, ScalableDimension: target.ScalableDimension as ScalableDimension,
    })));
  }
  if (alarm) await alarms.send(new DeleteAlarmsCommand({ AlarmNames: [alarm] }));
  if (properties.ComponentName) await removeComponent(properties.ComponentName, deadline);
  await removeEndpoint(properties.EndpointName, deadline);
  await removeNamed(properties.EndpointName);
}

/** Monitors that left the stack; those of another endpoint go with it. */
async function removeDropped(before: RolloutProperties, now: RolloutProperties): Promise<void> {
  if (before.EndpointName !== now.EndpointName) return;
  const kept = new Set((now.Schedules ?? []).map(({ Name }) => Name));
  const deadline = Date.now() + patienceMilliseconds();
  for (const schedule of before.Schedules ?? []) if (!kept.has(schedule.Name)) await removeMonitor(schedule, deadline);
}

async function stopExecutions(stateMachineArn: string): Promise<void> {
  const running = await unlessAbsent(() => states.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' })), ['StateMachineDoesNotExist']);
  for (const { executionArn } of running?.executions ?? []) {
    await states.send(new StopExecutionCommand({ executionArn, cause: 'the stack is deleted' }));
  }
}

async function removeMonitor(monitor: NonNullable<RolloutProperties['Schedules']>[number], deadline: number): Promise<void> {
  const name = { MonitoringScheduleName: monitor.Name };
  await gone(`monitoring schedule '${monitor.Name}'`, deadline,
    async () => (await sagemaker.send(new sm.DescribeMonitoringScheduleCommand(name))).MonitoringScheduleStatus,
    () => sagemaker.send(new sm.DeleteMonitoringScheduleCommand(name)));
  const { list, remove: drop } = JOB_DEFINITIONS[monitor.Type];
  for (const job of await list(`${monitor.JobPrefix}-`)) {
    if (isOurs(job, monitor.JobPrefix)) await unlessAbsent(() => drop(job));
  }
}

async function removeComponent(name: string, deadline: number): Promise<void> {
  await gone(`inference component '${name}'`, deadline,
    async () => (await sagemaker.send(new sm.DescribeInferenceComponentCommand({ InferenceComponentName: name }))).InferenceComponentStatus,
    () => sagemaker.send(new sm.DeleteInferenceComponentCommand({ InferenceComponentName: name })));
}

async function removeEndpoint(name: string, deadline: number): Promise<void> {
  await gone(`endpoint '${name}'`, deadline,
    async () => (await sagemaker.send(new sm.DescribeEndpointCommand({ EndpointName: name }))).EndpointStatus,
    () => sagemaker.send(new sm.DeleteEndpointCommand({ EndpointName: name })));
}

/** Models and configurations of all versions. */
async function removeNamed(endpointName: string): Promise<void> {
  for await (const page of sm.paginateListEndpointConfigs({ client: sagemaker }, { NameContains: endpointName })) {
    for (const { EndpointConfigName: name } of page.EndpointConfigs ?? []) {
      if (name && isOurs(name, endpointName)) await unlessAbsent(() => sagemaker.send(new sm.DeleteEndpointConfigCommand({ EndpointConfigName: name })));
    }
  }
  for await (const page of sm.paginateListModels({ client: sagemaker }, { NameContains: endpointName })) {
    for (const { ModelName: name } of page.Models ?? []) {
      if (name && isOurs(name, endpointName)) await unlessAbsent(() => sagemaker.send(new sm.DeleteModelCommand({ ModelName: name })));
    }
  }
}

/** `<prefix>-<eight digits of the request's digest>`, and the version: no other endpoint's things begin so. */
function isOurs(name: string, prefix: string): boolean {
  return name.startsWith(`${prefix}-`) && /^[0-9a-f]{8}(-v\d+)?$/.test(name.slice(prefix.length + 1));
}

/** Deletes a thing as soon as it lets itself be deleted, and waits until it is gone. */
async function gone(what: string, deadline: number, status: () => Promise<string | undefined>, remove: () => Promise<unknown>): Promise<void> {
  for (let refusal = ''; ;) {
    const found = await unlessAbsent(status);
    if (found === undefined) return;
    if (!['Creating', 'Updating', 'SystemUpdating', 'RollingBack', 'Deleting', 'Pending'].includes(found)) {
      try {
        await unlessAbsent(remove);
      } catch (error) {
        // it is still in use, by a run of a monitor for instance
        if (!['ValidationException', 'ResourceInUse', 'ConflictException'].includes((error as Error).name)) throw error;
        refusal = `; ${(error as Error).message}`;
      }
    }
    if (Date.now() >= deadline) throw new Error(`${what} is still there (${found}${refusal}): delete the stack again when it has settled`);
    await sleep(pollMilliseconds());
  }
}

async function unlessAbsent<T>(call: () => Promise<T>, names: string[] = []): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    const { name, message } = error as Error;
    const absent = ['ResourceNotFound', 'ResourceNotFoundException', 'ObjectNotFoundException', ...names].includes(name)
      || (name === 'ValidationException' && /could not find|does not exist|not found/i.test(message));
    if (absent) return undefined;
    throw error;
  }
}

interface JobDefinitions {
  list(nameContains: string): Promise<string[]>;
  remove(name: string): Promise<unknown>;
}

const JOB_DEFINITIONS: Record<MonitorType, JobDefinitions> = {
  DataQuality: {
    list: (NameContains) => names(sm.paginateListDataQualityJobDefinitions({ client: sagemaker }, { NameContains })),
    remove: (JobDefinitionName) => sagemaker.send(new sm.DeleteDataQualityJobDefinitionCommand({ JobDefinitionName })),
  },
  ModelQuality: {
    list: (NameContains) => names(sm.paginateListModelQualityJobDefinitions({ client: sagemaker }, { NameContains })),
    remove: (JobDefinitionName) => sagemaker.send(new sm.DeleteModelQualityJobDefinitionCommand({ JobDefinitionName })),
  },
  ModelBias: {
    list: (NameContains) => names(sm.paginateListModelBiasJobDefinitions({ client: sagemaker }, { NameContains })),
    remove: (JobDefinitionName) => sagemaker.send(new sm.DeleteModelBiasJobDefinitionCommand({ JobDefinitionName })),
  },
  ModelExplainability: {
    list: (NameContains) => names(sm.paginateListModelExplainabilityJobDefinitions({ client: sagemaker }, { NameContains })),
    remove: (JobDefinitionName) => sagemaker.send(new sm.DeleteModelExplainabilityJobDefinitionCommand({ JobDefinitionName })),
  },
};

async function names(pages: AsyncIterable<{ JobDefinitionSummaries: { MonitoringJobDefinitionName: string | undefined }[] | undefined }>): Promise<string[]> {
  const found: string[] = [];
  for await (const page of pages) found.push(...(page.JobDefinitionSummaries ?? []).map((job) => job.MonitoringJobDefinitionName ?? ''));
  return found;
}
