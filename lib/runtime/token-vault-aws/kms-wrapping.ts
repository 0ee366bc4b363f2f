import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { KeyContext, Wrapping } from '../token-vault/key-ring';

/** Data keys under a key of KMS, each with its context as the encryption context. */
export class KmsWrapping implements Wrapping {
  constructor(private readonly kms: KMSClient, private readonly keyArn: string) {}

  public async make(length: number, context: KeyContext): Promise<Uint8Array> {
    const { CiphertextBlob } = await this.kms.send(new GenerateDataKeyCommand({ KeyId: this.keyArn, NumberOfBytes: length, EncryptionContext: { ...context } }));
    return CiphertextBlob!;
  }

  public async open(wrapped: Uint8Array, context: KeyContext): Promise<Buffer> {
    const { Plaintext } = await this.kms.send(new DecryptCommand({ KeyId: this.keyArn, CiphertextBlob: wrapped, EncryptionContext: { ...context } }));
    return Buffer.from(Plaintext!);
  }
}
