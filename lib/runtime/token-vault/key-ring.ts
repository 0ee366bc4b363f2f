import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';

/**
 * What a data key is for: to look values up, to make hashes for the audit log, to wrap the keys of subjects, and one for each cipher. It is part
 * of the encryption context, so that a role can be given one use and not another.
 */
export type KeyUse = 'index' | 'audit' | 'wrap' | 'siv' | 'ff1';

/** Stands for all fields in the context of the keys that belong to the vault as a whole. */
export const EVERY_FIELD = '*';

const LENGTHS: Record<KeyUse, number> = { index: 32, audit: 32, wrap: 32, siv: 64, ff1: 32 };

/** How long a key is held after KMS gave it: when the key of the vault is disabled, functions go on for no longer than this. */
const HELD_FOR = 5 * 60 * 1000;

export interface KeyRingProps {
  readonly dynamo: DynamoDBClient;
  readonly kms: KMSClient;
  readonly table: string;
  readonly keyArn: string;
  readonly tenant: string;
}

/** The data keys of a vault: kept in a table as KMS wrapped them, each under a context of tenant, field, use and version. */
export class KeyRing {
  private readonly held = new Map<string, { readonly key: Promise<Buffer | undefined>; readonly until: number }>();

  constructor(private readonly props: KeyRingProps) {}

  /** A key; it is made when there is none yet, once even if many ask at a time. */
  public async key(use: KeyUse, field: string = EVERY_FIELD, version = 1): Promise<Buffer> {
    return await this.hold(use, field, version) ?? this.make(use, field, version);
  }

  /** A key that was made before. */
  public existing(use: KeyUse, field: string, version: number): Promise<Buffer | undefined> {
    return this.hold(use, field, version);
  }

  private hold(use: KeyUse, field: string, version: number): Promise<Buffer | undefined> {
    const id = idOf(use, field, version);
    const held = this.held.get(id);
    if (held && held.until > Date.now()) return held.key;
    const key = this.read(use, field, version);
    this.held.set(id, { key, until: Date.now() + HELD_FOR });
    // neither a failure nor an absence is remembered
    const forget = () => {
      if (this.held.get(id)?.key === key) this.held.delete(id);
    };
    key.then((found) => found ?? forget(), forget);
    return key;
  }

  private async read(use: KeyUse, field: string, version: number): Promise<Buffer | undefined> {
    const { dynamo, kms, table, keyArn } = this.props;
    const { Item } = await dynamo.send(new GetItemCommand({ TableName: table, Key: { id: { S: idOf(use, field, version) } }, ConsistentRead: true }));
    if (!Item?.wrapped?.B) return undefined;
    const { Plaintext } = await kms.send(new DecryptCommand({
      KeyId: keyArn, CiphertextBlob: Item.wrapped.B, EncryptionContext: this.contextOf(use, field, version),
    }));
    return Buffer.from(Plaintext!);
  }

  private async make(use: KeyUse, field: string, version: number): Promise<Buffer> {
    const { dynamo, kms, table, keyArn } = this.props;
    const { CiphertextBlob } = await kms.send(new GenerateDataKeyCommand({
      KeyId: keyArn, NumberOfBytes: LENGTHS[use], EncryptionContext: this.contextOf(use, field, version),
    }));
    try {
      await dynamo.send(new PutItemCommand({
        TableName: table, Item: { id: { S: idOf(use, field, version) }, wrapped: { B: CiphertextBlob! }, made: { S: new Date().toISOString() } },
        ConditionExpression: 'attribute_not_exists(id)',
      }));
    } catch (error) {
      // somebody else was faster, or this is a second try of a request that came through
      if ((error as Error).name !== 'ConditionalCheckFailedException') throw error;
    }
    // somebody may be waiting for an answer from before the key was there
    this.held.delete(idOf(use, field, version));
    return (await this.hold(use, field, version))!;
  }

  private contextOf(use: KeyUse, field: string, version: number): Record<string, string> {
    return { tenant: this.props.tenant, field, use, version: String(version) };
  }
}

function idOf(use: KeyUse, field: string, version: number): string {
  return `${use}#${version}#${field}`;
}
