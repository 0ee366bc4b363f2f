import { createHash } from 'node:crypto';
import {
  CreateClassificationJobCommand, type CreateClassificationJobCommandInput, type DayOfWeek, DescribeClassificationJobCommand, type JobScheduleFrequency,
  Macie2Client, type ManagedDataIdentifierSelector, UpdateClassificationJobCommand,
} from '@aws-sdk/client-macie2';
import { customResource, type CustomResourceAnswer, type CustomResourceEvent } from '../cloudformation-response';

/** The properties of the custom resource; CloudFormation turns every number and boolean into a string. */
export interface JobProperties {
  readonly Name: string;
  readonly Description?: string;
  readonly AccountId: string;
  readonly Buckets: string[];
  readonly Prefixes?: string[];
  /** `once`, `daily`, `weekly:MONDAY` or `monthly:1`. */
  readonly Schedule: string;
  readonly InitialRun?: string;
  readonly SamplingPercentage?: string;
  readonly CustomDataIdentifierIds?: string[];
  readonly AllowListIds?: string[];
  readonly ManagedSelector: string;
  readonly ManagedIdentifierIds?: string[];
  readonly Tags?: Record<string, string>;
}

const client = new Macie2Client({ maxAttempts: 6 });

/**
 * A classification job of Macie. A job cannot be changed but for its status, so a change makes a new one and CloudFormation
 * then deletes, that is cancels, the old one. Macie itself is never switched.
 */
export const handler = customResource(async (event) => {
  switch (event.RequestType) {
    case 'Create': return create(event);
    case 'Update': return update(event);
    case 'Delete': return cancel(event.PhysicalResourceId!);
  }
});

async function update(event: CustomResourceEvent): Promise<CustomResourceAnswer> {
  const before = requestOf(event.OldResourceProperties ?? {});
  const after = requestOf(event.ResourceProperties);
  if (JSON.stringify(before) !== JSON.stringify(after)) return create(event);
  const job = await client.send(new DescribeClassificationJobCommand({ jobId: event.PhysicalResourceId }));
  return { physicalResourceId: event.PhysicalResourceId, data: { JobArn: job.jobArn ?? '' } };
}

async function create(event: CustomResourceEvent): Promise<CustomResourceAnswer> {
  // a repeated invocation carries the same request id, and so gets the same job
  const clientToken = createHash('sha256').update(`${event.StackId} ${event.LogicalResourceId} ${event.RequestId}`).digest('hex');
  const job = await client.send(new CreateClassificationJobCommand({ ...requestOf(event.ResourceProperties), clientToken }));
  return { physicalResourceId: job.jobId, data: { JobArn: job.jobArn ?? '' } };
}

async function cancel(jobId: string): Promise<void> {
  try {
    const { jobStatus } = await client.send(new DescribeClassificationJobCommand({ jobId }));
    if (jobStatus === 'CANCELLED' || jobStatus === 'COMPLETE') return;
    await client.send(new UpdateClassificationJobCommand({ jobId, jobStatus: 'CANCELLED' }));
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Without Macie there is no job; where it was switched off for the account, its jobs went with it. */
function isGone(error: unknown): boolean {
  const { name, message } = error as Error;
  return name === 'ResourceNotFoundException' || (name === 'AccessDeniedException' && /macie is not enabled/i.test(message));
}

function requestOf(properties: Record<string, unknown>): Omit<CreateClassificationJobCommandInput, 'clientToken'> {
  const job = properties as unknown as JobProperties;
  const schedule = job.Schedule ?? 'once';
  const prefixes = job.Prefixes ?? [];
  return {
    name: job.Name,
    description: job.Description,
    ...(schedule === 'once'
      ? { jobType: 'ONE_TIME' }
      : { jobType: 'SCHEDULED', scheduleFrequency: frequencyOf(schedule), initialRun: job.InitialRun === 'true' }),
    samplingPercentage: job.SamplingPercentage === undefined ? 100 : Number(job.SamplingPercentage),
    s3JobDefinition: {
      bucketDefinitions: [{ accountId: job.AccountId, buckets: job.Buckets }],
      ...(prefixes.length === 0 ? {} : {
        scoping: { includes: { and: [{ simpleScopeTerm: { key: 'OBJECT_KEY', comparator: 'STARTS_WITH', values: prefixes } }] } },
      }),
    },
    ...optional('customDataIdentifierIds', job.CustomDataIdentifierIds),
    ...optional('allowListIds', job.AllowListIds),
    managedDataIdentifierSelector: job.ManagedSelector as ManagedDataIdentifierSelector,
    ...optional('managedDataIdentifierIds', job.ManagedIdentifierIds),
    tags: job.Tags,
  };
}

function optional(name: string, values: string[] | undefined): Record<string, string[]> {
  return values === undefined || values.length === 0 ? {} : { [name]: values };
}

function frequencyOf(schedule: string): JobScheduleFrequency {
  const [kind, day] = schedule.split(':');
  switch (kind) {
    case 'daily': return { dailySchedule: {} };
    case 'weekly': return { weeklySchedule: { dayOfWeek: day as DayOfWeek } };
    case 'monthly': return { monthlySchedule: { dayOfMonth: Number(day) } };
    default: throw new Error(`unknown schedule '${schedule}': give once, daily, weekly:<DAY> or monthly:<number>`);
  }
}
