import { setTimeout as sleep } from 'node:timers/promises';
import {
  AssociateKmsKeyCommand, CloudWatchLogsClient, CreateLogGroupCommand, DeleteRetentionPolicyCommand, PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { customResource, type CustomResourceAnswer } from '../cloudformation-response';

/** The properties of the custom resource; CloudFormation turns every scalar into a string. */
export interface JobLogsProperties {
  readonly LogGroupNames: string[];
  readonly KeyArn: string;
  /** One of the numbers that CloudWatch Logs takes; absent keeps logs until they are deleted. */
  readonly RetentionInDays?: string;
}

/** How often and how far apart CloudWatch Logs is asked again while a key's policy is not in effect yet. */
export interface Patience {
  readonly attempts: number;
  /** Milliseconds. */
  readonly pause: number;
}

const client = new CloudWatchLogsClient({ maxAttempts: 5 });

/**
 * The log groups that SageMaker writes into for all jobs of an account and region. Those that are there, from a job that ran before, are taken
 * as they are found, with their logs; a deletion changes nothing, since jobs go on to write.
 */
export const handler = customResource(async (event) => {
  if (event.RequestType === 'Delete') {
    console.log('log groups of jobs stay, with their key and retention: what they hold outlives a stack');
    return {};
  }
  return settle(client, event.ResourceProperties as unknown as JobLogsProperties);
});

/** Brings the groups to what the properties say; asking again changes nothing. */
export async function settle(
  logs: CloudWatchLogsClient, properties: JobLogsProperties, patience: Patience = { attempts: 8, pause: 5_000 },
): Promise<CustomResourceAnswer> {
  for (const name of properties.LogGroupNames) {
    await patiently(patience, () => encrypt(logs, name, properties.KeyArn));
    await patiently(patience, () => keep(logs, name, properties.RetentionInDays));
  }
  return { physicalResourceId: 'job-logs' };
}

/** A group that is made is encrypted from its first line; one that is there is from now on. */
async function encrypt(logs: CloudWatchLogsClient, logGroupName: string, kmsKeyId: string): Promise<void> {
  try {
    await logs.send(new CreateLogGroupCommand({ logGroupName, kmsKeyId }));
  } catch (error) {
    if (nameOf(error) !== 'ResourceAlreadyExistsException') throw error;
    await logs.send(new AssociateKmsKeyCommand({ logGroupName, kmsKeyId }));
  }
}

async function keep(logs: CloudWatchLogsClient, logGroupName: string, days?: string): Promise<void> {
  if (days === undefined) await logs.send(new DeleteRetentionPolicyCommand({ logGroupName }));
  else await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: Number(days) }));
}

async function patiently(patience: Patience, task: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await task();
    } catch (error) {
      // the policy of a key that is seconds old may not be in effect, and a job may make the same group at this moment
      const early = ['InvalidParameterException', 'OperationAbortedException'].includes(nameOf(error));
      if (!early || attempt >= patience.attempts) throw error;
      await sleep(patience.pause);
    }
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
