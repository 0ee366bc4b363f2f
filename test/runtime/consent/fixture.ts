import { createHash, createHmac } from 'node:crypto';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AttributeValue, CreateTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutBucketVersioningCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Moto, startMoto, useEndpoint } from '../../support/moto';

export const SECRET = 'shared-with-onetrust';
export const PURPOSE_ID = 'f2229953-b4b5-4042-8cb9-b78038cc4c46';

/** A request on its way to the emulator. */
export interface Passing {
  /** Such as `DynamoDB_20120810.PutItem`; of S3 the method and path. */
  readonly target: string;
  readonly body: string;
}

/** What is answered instead; another request in its place; or `lost`, which lets the request through and then cuts the line. */
export type Interference = { readonly status: number; readonly body?: object; readonly headers?: Record<string, string> } | { readonly rewritten: string } | 'lost' | undefined;

/** A receipt of ISO/IEC TS 27560. */
export function receipt(subject: string, say: 'Given' | 'Withdrawn' | 'Refused' = 'Given', at: string = '2026-01-01T00:00:00Z', more: object = {}): object {
  return {
    '@type': 'dpv:ConsentRecord', 'dct:identifier': `receipt-${subject}-${say}-${at}`, 'dpv:hasDataSubject': subject, 'dpv:hasPurpose': 'readmission-risk',
    'dpv:hasConsentStatus': { '@type': `dpv:Consent${say}`, 'dpv:isIndicatedAtTime': at }, ...more,
  };
}

/** Details of a purpose, as OneTrust has them. */
export function detail(identifier: string, more: object = {}): object {
  return { id: PURPOSE_ID, identifier, name: 'Readmission risk', status: 'ACTIVE', consentDate: '2026-01-01T00:00:00Z', lastReceiptId: `r-${identifier}`, ...more };
}

/** A request that is signed as the README says. */
export function signed(body: string, { secret = SECRET, seconds = Math.floor(Date.now() / 1000) }: { secret?: string; seconds?: number } = {}): object {
  return { headers: { 'x-consent-timestamp': String(seconds), 'x-consent-signature': `v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}` }, body };
}

/** What a registry rests on, in an emulator. Requests pass one at a time: DynamoDB is atomic in each, and moto with its threads is not. */
export class Cloud {
  public static async start(): Promise<Cloud> {
    const cloud = new Cloud(await startMoto());
    await cloud.open();
    return cloud;
  }

  public readonly passed: Passing[] = [];
  /** Answers in place of the emulator. */
  public interfere: (request: Passing) => Interference = () => undefined;
  private readonly server: http.Server;
  private turn: Promise<unknown> = Promise.resolve();
  private tables = 0;
  private dynamo!: DynamoDBClient;
  private s3!: S3Client;
  private secrets!: SecretsManagerClient;

  private constructor(private readonly moto: Moto) {
    this.server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.turn = this.turn.then(() => this.pass(request, Buffer.concat(chunks), response)).catch(() => response.destroy());
      });
    });
  }

  /** A registry that is empty. */
  public async fresh(): Promise<void> {
    const name = `consent-${this.tables++}`;
    await this.dynamo.send(new CreateTableCommand({
      TableName: name, BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions: ['pk', 'sk', 'later', 'at'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      GlobalSecondaryIndexes: [{ IndexName: 'later', KeySchema: [{ AttributeName: 'later', KeyType: 'HASH' }, { AttributeName: 'at', KeyType: 'RANGE' }], Projection: { ProjectionType: 'KEYS_ONLY' } }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
    }));
    await this.s3.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }));
    await this.s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }));
    Object.assign(process.env, { TABLE: name, BUCKET: name });
  }

  public get bucket(): string {
    return process.env.BUCKET!;
  }

  public async rows(): Promise<Record<string, AttributeValue>[]> {
    return (await this.dynamo.send(new ScanCommand({ TableName: process.env.TABLE }))).Items ?? [];
  }

  public async put(key: string, content: string | Uint8Array): Promise<{ 'detail-type': string; 'detail': { bucket: { name: string }; object: { key: string; 'version-id'?: string } } }> {
    const { VersionId } = await this.s3.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: content }));
    return { 'detail-type': 'Object Created', 'detail': { bucket: { name: this.bucket }, object: { key, 'version-id': VersionId } } };
  }

  public async read(key: string): Promise<string> {
    return (await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }))).Body!.transformToString();
  }

  public async keys(prefix: string): Promise<string[]> {
    return ((await this.s3.send(new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix }))).Contents ?? []).map(({ Key }) => Key!);
  }

  /** What was refused, each with its reason. */
  public async refused(): Promise<{ reason: string; source: string; content: unknown }[]> {
    return Promise.all((await this.keys('refused/')).map(async (key) => JSON.parse(await this.read(key)) as { reason: string; source: string; content: unknown }));
  }

  public async renewSecret(secret: string): Promise<void> {
    await this.secrets.send(new PutSecretValueCommand({ SecretId: process.env.SECRET, SecretString: secret }));
  }

  public async stop(): Promise<void> {
    for (const client of [this.dynamo, this.s3, this.secrets]) client.destroy();
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
    await this.moto.stop();
  }

  private async open(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    useEndpoint(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}`);
    this.dynamo = new DynamoDBClient({});
    this.s3 = new S3Client({ forcePathStyle: true });
    this.secrets = new SecretsManagerClient({});
    const kms = new KMSClient({});
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }));
    kms.destroy();
    const { ARN } = await this.secrets.send(new CreateSecretCommand({ Name: 'webhook', SecretString: SECRET }));
    Object.assign(process.env, {
      SUBJECT_KEY: KeyMetadata!.Arn, SECRET: ARN, SIGNATURE_HEADER: 'x-consent-signature', TIMESTAMP_HEADER: 'x-consent-timestamp',
      PURPOSES: JSON.stringify({ 'readmission-risk': 'readmission-risk', 'research': 'research', [PURPOSE_ID]: 'readmission-risk' }),
    });
    await this.fresh();
  }

  private async pass(request: http.IncomingMessage, body: Buffer, response: http.ServerResponse): Promise<void> {
    const received = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const passing = { target: received['x-amz-target'] ?? `${request.method} ${request.url?.split('?')[0]}`, body: body.toString() };
    this.passed.push(passing);
    const answer = this.interfere(passing);
    if (typeof answer === 'object' && 'status' in answer) {
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0', ...answer.headers });
      response.end(answer.body && JSON.stringify(answer.body));
      return;
    }
    const sent = typeof answer === 'object' ? Buffer.from(answer.rewritten) : body;
    const headers = Object.entries(received).filter(([name]) => !['host', 'connection', 'content-length'].includes(name));
    const real = await fetch(`${this.moto.url}${request.url}`, { method: request.method, body: sent.length > 0 ? new Uint8Array(sent) : undefined, headers: Object.fromEntries(headers) });
    const bytes = Buffer.from(await real.arrayBuffer());
    if (answer === 'lost') {
      response.destroy();
      return;
    }
    response.writeHead(real.status, Object.fromEntries([...real.headers].filter(([name]) => !['connection', 'transfer-encoding', 'content-encoding', 'keep-alive'].includes(name))));
    response.end(bytes);
  }
}

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
