import { createHash, createHmac, type Hmac, type Hash } from 'node:crypto';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudWatchLogsClient, CreateLogGroupCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateTableCommand, DynamoDBClient, PutItemCommand, ScanCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import { detokenizer, type DetokenizeAnswer } from '../../../lib/runtime/detokenize';
import { shredder, type ShredAnswer, type ShredRequest, type TraceAnswer } from '../../../lib/runtime/shred';
import { tokenizer, type TokenizeAnswer } from '../../../lib/runtime/tokenize';
import type { Handler, Invocation } from '../../../lib/runtime/token-vault-aws/lambda';
import { AUDIENCE } from '../../../lib/runtime/token-vault/caller';
import type { VaultRequest } from '../../../lib/runtime/token-vault/request';
import type { VaultSettings } from '../../../lib/runtime/token-vault/settings';
import { type Moto, startMoto, useEndpoint } from '../../support/moto';
import { SETTINGS } from './behaviour';

const REGION = 'eu-central-1';
const FUNCTION = `arn:aws:lambda:${REGION}:123456789012:function:vault`;
/** ARNs that functions are invoked by, as callers and Lambda spell them. */
export const TOKENIZE = `${FUNCTION}-tokenize`;
export const CARE = `${FUNCTION}-detokenize:care`;
export const SHRED = `${FUNCTION}-shred`;

/** A request to AWS, as the emulator is about to see it. */
export interface Passing {
  /** Such as `DynamoDB_20120810.TransactWriteItems`. */
  readonly target: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What is answered instead; or `lost`, which lets the request through and then cuts the line. */
export type Interference = { readonly status: number; readonly body: object } | 'lost' | undefined;

/** A function of the vault, as one instance of it: with clients and keys of its own. */
export interface Instance {
  tokenize(request: VaultRequest | unknown, context?: Partial<Invocation>): Promise<TokenizeAnswer>;
  detokenize(request: VaultRequest | unknown, context?: Partial<Invocation>): Promise<DetokenizeAnswer>;
  shred(request: ShredRequest | unknown, context?: Partial<Invocation>): Promise<ShredAnswer>;
  trace(request: ShredRequest | unknown): Promise<TraceAnswer>;
}

/** A vault on an emulator. Requests pass one at a time: DynamoDB is atomic in each, and moto with its threads is not. */
export class Vault {
  public static async start(): Promise<Vault> {
    const moto = await startMoto();
    const vault = new Vault(moto);
    await vault.open();
    return vault;
  }

  public readonly passed: Passing[] = [];
  /** Answers in place of the emulator. */
  public interfere: (request: Passing) => Interference = () => undefined;
  private readonly server: http.Server;
  private turn: Promise<unknown> = Promise.resolve();
  private dynamo!: DynamoDBClient;
  private logs!: CloudWatchLogsClient;
  private url = '';
  private requests = 0;

  private constructor(private readonly moto: Moto) {
    this.server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.turn = this.turn.then(() => this.pass(request, Buffer.concat(chunks), response)).catch(() => response.destroy());
      });
    });
  }

  /** Settings for the instances that are made from now on. */
  public use(changes: Partial<VaultSettings>): void {
    process.env.VAULT = JSON.stringify({ ...SETTINGS, ...changes });
  }

  /** A fresh instance of each function, as after a cold start. */
  public instance(): Instance {
    const call = <R, A>(handler: Handler<R, A>, arn: string) => async (request: unknown, context: Partial<Invocation> = {}) => {
      const invokedFunctionArn = context.invokedFunctionArn ?? arn;
      const signed = typeof request === 'object' && request !== null && !('caller' in request) ? { ...request, caller: await this.proof(invokedFunctionArn) } : request;
      return handler(signed as R, { awsRequestId: context.awsRequestId ?? `request-${this.requests++}`, invokedFunctionArn });
    };
    return {
      tokenize: call(tokenizer(), TOKENIZE), detokenize: call(detokenizer(), CARE), shred: call(shredder(), SHRED), trace: call(shredder(), SHRED),
    } as unknown as Instance;
  }

  /** What a caller signs to say who it is. */
  public async proof(audience: string, credentials = { accessKeyId: 'testing', secretAccessKey: 'testing', sessionToken: 'testing' }): Promise<Record<string, string>> {
    return signedIdentity(audience, credentials);
  }

  /** Credentials of a session of a role. */
  public async session(role: string, name: string): Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken: string }> {
    const { Credentials } = await new STSClient({}).send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::123456789012:role/${role}`, RoleSessionName: name }));
    return { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! };
  }

  public async rows(table: string): Promise<Record<string, AttributeValue>[]> {
    return (await this.dynamo.send(new ScanCommand({ TableName: table }))).Items ?? [];
  }

  /** Writes a row past the functions, as somebody with access to the table could. */
  public async put(table: string, item: Record<string, AttributeValue>): Promise<void> {
    await this.dynamo.send(new PutItemCommand({ TableName: table, Item: item }));
  }

  /** The records of the audit log, as texts. */
  public async records(): Promise<string[]> {
    const { events } = await this.logs.send(new FilterLogEventsCommand({ logGroupName: 'audit' }));
    return (events ?? []).map(({ message }) => message!);
  }

  public async stop(): Promise<void> {
    this.dynamo.destroy();
    this.logs.destroy();
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
    await this.moto.stop();
  }

  private async open(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    useEndpoint(this.url);
    this.dynamo = new DynamoDBClient({});
    this.logs = new CloudWatchLogsClient({});
    const table = (TableName: string, ...keys: string[]) => this.dynamo.send(new CreateTableCommand({
      TableName, BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? 'HASH' : 'RANGE' })),
    }));
    await table('keys', 'id');
    await table('subjects', 'subject', 'record');
    await table('tokens', 'token');
    await table('budgets', 'id');
    await this.logs.send(new CreateLogGroupCommand({ logGroupName: 'audit' }));
    const kms = new KMSClient({});
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    kms.destroy();
    Object.assign(process.env, {
      KEYS_TABLE: 'keys', SUBJECTS_TABLE: 'subjects', TOKENS_TABLE: 'tokens', BUDGETS_TABLE: 'budgets', AUDIT_LOG_GROUP: 'audit', KEY_ARN: KeyMetadata!.Arn, STS_ENDPOINT: this.url,
    });
    this.use({});
  }

  private async pass(request: http.IncomingMessage, body: Buffer, response: http.ServerResponse): Promise<void> {
    const received = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const passing = { target: String(request.headers['x-amz-target'] ?? ''), body: body.toString(), headers: received };
    this.passed.push(passing);
    const answer = this.interfere(passing);
    if (answer && answer !== 'lost') {
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify(answer.body));
      return;
    }
    const headers = Object.entries(received).filter(([name]) => !['host', 'connection', 'content-length'].includes(name));
    const real = await fetch(`${this.moto.url}${request.url}`, { method: request.method, body: body.length > 0 ? new Uint8Array(body) : undefined, headers: Object.fromEntries(headers) });
    const bytes = Buffer.from(await real.arrayBuffer());
    if (answer === 'lost') {
      response.destroy();
      return;
    }
    response.writeHead(real.status, { 'content-type': real.headers.get('content-type') ?? 'application/json', 'x-amzn-requestid': 'emulated' });
    response.end(bytes);
  }
}

/** A signed GetCallerIdentity, as the README shows it. */
export async function signedIdentity(audience: string, credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string }): Promise<Record<string, string>> {
  const signer = new SignatureV4({ service: 'sts', region: REGION, credentials, sha256: Sha256 });
  const { headers } = await signer.sign({
    method: 'POST', protocol: 'https:', hostname: `sts.${REGION}.amazonaws.com`, path: '/', query: {}, body: 'Action=GetCallerIdentity&Version=2011-06-15',
    headers: { host: `sts.${REGION}.amazonaws.com`, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', [AUDIENCE]: audience },
  } as Parameters<typeof signer.sign>[0]);
  return headers;
}

/** The signature that STS works out for itself from what it receives, under its own name of host. Of AWS's description of Signature Version 4, not of the SDK. */
export function signatureOf({ headers, body }: Passing, secretAccessKey: string): string {
  const [, scope, list] = /Credential=[^/]+\/([^,]+), ?SignedHeaders=([^,]+)/.exec(headers.authorization!)!;
  const values = { ...headers, host: `sts.${REGION}.amazonaws.com` } as Record<string, string>;
  const names = list!.split(';');
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const canonical = ['POST', '/', '', ...names.map((name) => `${name}:${values[name]!.trim()}`), '', list, hash(body)].join('\n');
  const signed = ['AWS4-HMAC-SHA256', values['x-amz-date'], scope, hash(canonical)].join('\n');
  const key = scope!.split('/').reduce<string | Buffer>((secret, part) => createHmac('sha256', secret).update(part).digest(), `AWS4${secretAccessKey}`);
  return createHmac('sha256', key).update(signed).digest('hex');
}

class Sha256 {
  private readonly hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', typeof secret === 'string' ? secret : new Uint8Array(secret as ArrayBuffer));
  }

  public update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.hash.update(typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer));
  }

  public async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }

  public reset(): void {}
}
