import { GetSecretValueCommand, ResourceNotFoundException, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { guarded } from '../consent/fault';
import { claimsOfDetail, detailsOf, isTest } from '../consent/one-trust';
import { newIngest } from '../consent/settings';
import { bodyOf, isSigned, type SignedRequest } from '../consent/signature';
import { variable } from '../consent/fault';

/** As a Lambda integration of API Gateway, a target group or whoever hands a request on takes it. */
export interface WebhookAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** For how long a secret is held on to, so that a new one holds soon. */
const HELD = 60_000;
/** Bytes of a body; Lambda itself takes six million. */
const LARGEST = 1_000_000;

const client = new SecretsManagerClient({ maxAttempts: 4 });
let held: { readonly secrets: string[]; readonly until: number } | undefined;

/** Takes in what OneTrust tells, if it is signed. What is not signed is nobody's receipt: it is refused to whoever sent it, and not kept. */
export const handler = guarded(async (request: SignedRequest): Promise<WebhookAnswer> => {
  const now = Date.now();
  const headers = { signature: variable('SIGNATURE_HEADER'), timestamp: variable('TIMESTAMP_HEADER') };
  const body = bodyOf(request ?? {});
  if (!isSigned(request ?? {}, headers, await secrets(now), now / 1000)) {
    console.log(JSON.stringify({ source: 'onetrust-webhook', unsigned: 1 }));
    return answer(401, { error: `the request is not signed, or was signed too long ago: sign '<seconds>.<body>' into ${headers.signature}, and send the seconds in ${headers.timestamp}` });
  }
  const ingest = newIngest('onetrust-webhook', new Date(now));
  if (body.length > LARGEST) {
    // whoever sends it again sends it in vain, so that a person has to hear of it
    await ingest.refuse('too-large', { bytes: body.length });
    ingest.outcome();
    return answer(413, { error: `the body has more than ${LARGEST} bytes: send fewer purpose details at a time` });
  }
  const content = parsed(body);
  if (content === undefined) {
    await ingest.refuse('not-json', { base64: body.toString('base64') });
  } else {
    const details = detailsOf(content);
    const tests = details.filter(isTest);
    for (const _ of tests) ingest.skipTest();
    if (details.length === 0) await ingest.refuse('not-a-receipt', content);
    await ingest.each(details.filter((detail) => !isTest(detail)), (detail) => [claimsOfDetail(detail)]);
  }
  // what was signed and is wrong is kept, so sending it again would change nothing
  return answer(200, ingest.outcome());
});

/** The secret, and the one before it: whoever signs learns of a new one later than we do. */
async function secrets(now: number): Promise<string[]> {
  if (held && held.until > now) return held.secrets;
  const found = await Promise.all(['AWSCURRENT', 'AWSPREVIOUS'].map(async (VersionStage) => {
    try {
      return (await client.send(new GetSecretValueCommand({ SecretId: variable('SECRET'), VersionStage }))).SecretString;
    } catch (error) {
      // a secret that was never renewed has no version before
      if (VersionStage === 'AWSPREVIOUS' && error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }));
  held = { secrets: found.filter((secret): secret is string => secret !== undefined && secret !== ''), until: now + HELD };
  return held.secrets;
}

function answer(statusCode: number, body: object): WebhookAnswer {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch {
    return undefined;
  }
}
