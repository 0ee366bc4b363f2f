import { createHmac } from 'node:crypto';
import { GenerateMacCommand, KMSClient } from '@aws-sdk/client-kms';
import { variable } from './fault';

const kms = new KMSClient({ maxAttempts: 6 });

/** The one message that the key of KMS is used on: what it gives is the key of all hashes, so that a thousand of them take one request. */
const MESSAGE = 'regulated-ml subject rights, version 1';

let known: Promise<Fingerprints> | undefined;

/** Names people and objects in records: HMAC-SHA-256 under a key that only KMS can give again. Without it nobody can try out whom a record is about. */
export class Fingerprints {
  /** Those of this installation. */
  public static async open(): Promise<Fingerprints> {
    known ??= derive();
    return known.catch((error: unknown) => {
      known = undefined;
      throw error;
    });
  }

  public constructor(private readonly key: Uint8Array) {}

  /** Of a person. */
  public person(subject: string): string {
    return this.of('person', subject);
  }

  /** Of anything else, apart by kind. */
  public of(kind: string, ...parts: readonly string[]): string {
    return createHmac('sha256', this.key).update(JSON.stringify([kind, ...parts])).digest('base64url');
  }
}

async function derive(): Promise<Fingerprints> {
  const { Mac } = await kms.send(new GenerateMacCommand({ KeyId: variable('FINGERPRINT_KEY'), MacAlgorithm: 'HMAC_SHA_256', Message: Buffer.from(MESSAGE) }));
  return new Fingerprints(Mac!);
}
