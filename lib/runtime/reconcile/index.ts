import { GetFindingsCommand, type Finding, ListFindingsCommand, Macie2Client } from '@aws-sdk/client-macie2';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { recordKey } from '../quarantine/index';

/** What one run did. */
export interface Reconciliation {
  /** Findings of the period that call for quarantine. */
  readonly findings: number;
  /** Ids of those that had slipped through and were started, now or by a run before this one that still runs. */
  readonly started: string[];
}

const macie = new Macie2Client({ maxAttempts: 6 });
const s3 = new S3Client({ maxAttempts: 6 });
const sfn = new SFNClient({ maxAttempts: 6 });

/**
 * Starts the quarantine for findings that no event came for: Macie delivers events on a best-effort basis. What has a record in the
 * quarantine store is done; an execution's name is made of the finding and the day, so a run that is repeated starts nothing twice.
 *
 * @see https://docs.aws.amazon.com/macie/latest/user/findings-publish-event-schemas.html
 */
export async function handler(event: { readonly time?: string } = {}): Promise<Reconciliation> {
  const now = event.time ? new Date(event.time) : new Date();
  if (Number.isNaN(now.getTime())) throw new Error('the time of the event is none: give an ISO 8601 time, or none for now');
  const since = now.getTime() - Number(setting('LOOKBACK_HOURS')) * 3_600_000;
  const started: string[] = [];
  let count = 0;
  for await (const ids of findingIds(since)) {
    const { findings = [] } = await macie.send(new GetFindingsCommand({ findingIds: ids }));
    count += findings.length;
    for (const finding of findings) {
      if (!await isRecorded(finding.id!) && await start(finding, now)) started.push(finding.id!);
    }
  }
  console.log(JSON.stringify({ findings: count, started }));
  return { findings: count, started };
}

async function* findingIds(since: number): AsyncGenerator<string[]> {
  let nextToken: string | undefined;
  do {
    const page = await macie.send(new ListFindingsCommand({
      findingCriteria: {
        criterion: {
          'createdAt': { gte: since },
          'category': { eq: ['CLASSIFICATION'] },
          'archived': { eq: ['false'] },
          'resourcesAffected.s3Bucket.name': { eq: list('BUCKETS') },
          'severity.description': { eq: list('SEVERITIES') },
        },
      },
      sortCriteria: { attributeName: 'createdAt', orderBy: 'ASC' },
      // GetFindings takes 50
      maxResults: 50,
      nextToken,
    }));
    if (page.findingIds?.length) yield page.findingIds;
    nextToken = page.nextToken || undefined;
  } while (nextToken);
}

async function isRecorded(findingId: string): Promise<boolean> {
  try {
    await s3.send(new HeadObjectCommand({ Bucket: setting('QUARANTINE_BUCKET'), Key: recordKey(findingId) }));
    return true;
  } catch (error) {
    if ((error as Error).name === 'NotFound') return false;
    throw error;
  }
}

async function start(finding: Finding, now: Date): Promise<boolean> {
  try {
    await sfn.send(new StartExecutionCommand({
      stateMachineArn: setting('STATE_MACHINE_ARN'),
      name: `reconcile-${finding.id}-${now.toISOString().slice(0, 10)}`,
      input: JSON.stringify({ 'source': 'reconciliation', 'detail-type': 'Macie Finding', 'detail': finding }),
    }));
    return true;
  } catch (error) {
    if ((error as Error).name === 'ExecutionAlreadyExists') return false;
    throw error;
  }
}

function list(name: string): string[] {
  return JSON.parse(setting(name)) as string[];
}

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`environment variable ${name} is not set`);
  return value;
}
