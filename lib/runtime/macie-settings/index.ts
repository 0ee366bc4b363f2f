import { setTimeout as sleep } from 'node:timers/promises';
import {
  EnableMacieCommand, type FindingPublishingFrequency, GetAutomatedDiscoveryConfigurationCommand, GetClassificationExportConfigurationCommand,
  GetMacieSessionCommand, type GetMacieSessionCommandOutput, Macie2Client, PutClassificationExportConfigurationCommand, type S3Destination,
  UpdateAutomatedDiscoveryConfigurationCommand, UpdateMacieSessionCommand,
} from '@aws-sdk/client-macie2';
import { customResource, type CustomResourceAnswer } from '../cloudformation-response';

/** The properties of the custom resource; CloudFormation turns every scalar into a string. */
export interface SettingsProperties {
  readonly Region: string;
  /** `FIFTEEN_MINUTES`, `ONE_HOUR` or `SIX_HOURS`. */
  readonly Frequency: FindingPublishingFrequency;
  readonly ResultsBucket: string;
  readonly ResultsPrefix?: string;
  readonly ResultsKeyArn: string;
  /** `ENABLED`, `DISABLED`, or absent to leave it. */
  readonly AutomatedDiscovery?: 'ENABLED' | 'DISABLED';
}

/** How often and how far apart Macie is asked again while a session or a policy is not in effect yet. */
export interface Patience {
  readonly attempts: number;
  /** Milliseconds. */
  readonly pause: number;
}

const client = new Macie2Client({ maxAttempts: 5 });

/**
 * Macie's session and settings of an account and region. The session that is found is kept, one that is paused goes on, and a
 * deletion changes nothing: whoever removes a stack does not switch off what watches the account.
 */
export const handler = customResource(async (event) => {
  const properties = event.ResourceProperties as unknown as SettingsProperties;
  if (event.RequestType === 'Delete') {
    console.log('Macie stays on, with its settings: deleting a stack does not switch it off');
    return {};
  }
  return settle(client, properties);
});

/** Brings Macie to what the properties say; asking again changes nothing. */
export async function settle(
  macie: Macie2Client, properties: SettingsProperties, patience: Patience = { attempts: 8, pause: 5_000 },
): Promise<CustomResourceAnswer> {
  const session = await switchOn(macie, properties, patience);
  await exportResults(macie, properties, patience);
  await discoverAutomatically(macie, properties);
  return { physicalResourceId: `macie-${properties.Region}`, data: { ServiceRole: session.serviceRole ?? '' } };
}

async function switchOn(macie: Macie2Client, { Frequency }: SettingsProperties, patience: Patience): Promise<GetMacieSessionCommandOutput> {
  const found = await sessionOf(macie);
  if (!found) {
    try {
      await macie.send(new EnableMacieCommand({ status: 'ENABLED', findingPublishingFrequency: Frequency }));
    } catch (error) {
      // somebody switched it on in between, or this request is a repetition
      if (nameOf(error) !== 'ConflictException') throw error;
    }
  } else if (found.status !== 'ENABLED' || found.findingPublishingFrequency !== Frequency) {
    await macie.send(new UpdateMacieSessionCommand({ status: 'ENABLED', findingPublishingFrequency: Frequency }));
  }
  for (let attempt = 1; ; attempt++) {
    const session = await sessionOf(macie);
    if (session?.status === 'ENABLED') return session;
    if (attempt >= patience.attempts) throw new Error(`Macie was switched on and is ${session?.status ?? 'not on'} after ${patience.attempts} looks: deploy again`);
    await sleep(patience.pause);
  }
}

/** The session, or undefined where Macie is off: then it answers as if the caller had no access. */
async function sessionOf(macie: Macie2Client): Promise<GetMacieSessionCommandOutput | undefined> {
  try {
    return await macie.send(new GetMacieSessionCommand({}));
  } catch (error) {
    const off = nameOf(error) === 'ResourceNotFoundException' || (nameOf(error) === 'AccessDeniedException' && /not enabled/i.test(messageOf(error)));
    if (off) return undefined;
    throw error;
  }
}

async function exportResults(macie: Macie2Client, properties: SettingsProperties, patience: Patience): Promise<void> {
  const wanted: S3Destination = { bucketName: properties.ResultsBucket, keyPrefix: properties.ResultsPrefix, kmsKeyArn: properties.ResultsKeyArn };
  const { configuration } = await macie.send(new GetClassificationExportConfigurationCommand({}));
  if (same(configuration?.s3Destination, wanted)) return;
  for (let attempt = 1; ; attempt++) {
    try {
      await macie.send(new PutClassificationExportConfigurationCommand({ configuration: { s3Destination: wanted } }));
      return;
    } catch (error) {
      // Macie writes a probe; the policies of a bucket and a key that are seconds old may not be in effect everywhere
      const early = ['ValidationException', 'AccessDeniedException', 'ConflictException', 'ResourceNotFoundException'].includes(nameOf(error));
      if (!early || attempt >= patience.attempts) throw error;
      await sleep(patience.pause);
    }
  }
}

async function discoverAutomatically(macie: Macie2Client, { AutomatedDiscovery }: SettingsProperties): Promise<void> {
  if (AutomatedDiscovery === undefined) return;
  try {
    const { status } = await macie.send(new GetAutomatedDiscoveryConfigurationCommand({}));
    if (status === AutomatedDiscovery) return;
    await macie.send(new UpdateAutomatedDiscoveryConfigurationCommand({ status: AutomatedDiscovery }));
  } catch (error) {
    if (nameOf(error) !== 'AccessDeniedException') throw error;
    const advice = 'where the account is a member of an organisation its Macie administrator decides, set automatedDiscovery to UNMANAGED';
    throw new Error(`automated discovery cannot be set to ${AutomatedDiscovery} from this account (${messageOf(error)}): ${advice}`, { cause: error });
  }
}

function same(a: S3Destination | undefined, b: S3Destination): boolean {
  return a?.bucketName === b.bucketName && (a?.keyPrefix ?? '') === (b.keyPrefix ?? '') && a?.kmsKeyArn === b.kmsKeyArn;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
