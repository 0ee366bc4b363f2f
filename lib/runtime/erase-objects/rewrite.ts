import { createGzip, type Gzip } from 'node:zlib';
import {
  AbortMultipartUploadCommand, CompleteMultipartUploadCommand, type CompletedPart, CreateMultipartUploadCommand, type GetObjectCommandOutput, GetObjectTaggingCommand,
  PutObjectCommand, UploadPartCommand,
} from '@aws-sdk/client-s3';
import { s3, type Version } from './versions';

const PART = 8 * 1024 * 1024;
/** So much text is packed at a time: each call of gzip goes to another thread and back. */
const BLOCK = 1024 * 1024;

/** Where texts are written to, in parts as large as S3 takes them. */
export class Writer {
  private readonly parts: CompletedPart[] = [];
  private readonly gzip?: Gzip;
  private upload?: string;
  private texts: string[] = [];
  private length = 0;
  private waiting: Uint8Array[] = [];
  private size = 0;

  /**
   * @param more what the object has besides its content
   * @param ifMatch the version that it replaces: where another one came in between, nothing is written
   * @param isPacked whether it is packed by gzip
   */
  constructor(
    private readonly to: { readonly Bucket: string; readonly Key: string }, private readonly more: object, private readonly ifMatch: string | undefined, isPacked: boolean,
  ) {
    if (!isPacked) return;
    this.gzip = createGzip();
    this.gzip.on('data', (packed: Uint8Array) => this.take(packed));
  }

  public async add(text: string): Promise<void> {
    this.texts.push(text);
    this.length += text.length;
    if (this.length >= BLOCK) await this.drain();
  }

  /** Takes bytes as they are. */
  public async addBytes(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length; from += PART) {
      this.take(bytes.subarray(from, from + PART));
      if (this.size >= PART) await this.flush();
    }
  }

  /** @returns the version that was written, `null` in a bucket without versions */
  public async end(): Promise<string> {
    await this.drain();
    const { gzip } = this;
    if (gzip) {
      await new Promise((resolve, reject) => {
        gzip.once('end', resolve).once('error', reject).end();
      });
    }
    if (!this.upload) {
      const { VersionId } = await s3.send(new PutObjectCommand({ ...this.to, ...this.more, Body: Buffer.concat(this.waiting), IfMatch: this.ifMatch }));
      return VersionId ?? 'null';
    }
    if (this.size > 0) await this.flush();
    const { VersionId } = await s3.send(new CompleteMultipartUploadCommand({ ...this.to, UploadId: this.upload, MultipartUpload: { Parts: this.parts }, IfMatch: this.ifMatch }));
    return VersionId ?? 'null';
  }

  /** Leaves nothing of what was begun. */
  public async abort(): Promise<void> {
    if (this.upload) await s3.send(new AbortMultipartUploadCommand({ ...this.to, UploadId: this.upload }));
  }

  private async drain(): Promise<void> {
    const block = Buffer.from(this.texts.join(''));
    [this.texts, this.length] = [[], 0];
    const { gzip } = this;
    if (gzip) await new Promise<void>((resolve, reject) => void gzip.write(block, (error) => (error ? reject(error) : resolve())));
    else this.take(block);
    if (this.size >= PART) await this.flush();
  }

  private take(bytes: Uint8Array): void {
    this.waiting.push(bytes);
    this.size += bytes.length;
  }

  private async flush(): Promise<void> {
    this.upload ??= (await s3.send(new CreateMultipartUploadCommand({ ...this.to, ...this.more }))).UploadId!;
    const PartNumber = this.parts.length + 1;
    const { ETag } = await s3.send(new UploadPartCommand({ ...this.to, UploadId: this.upload, PartNumber, Body: Buffer.concat(this.waiting) }));
    this.parts.push({ ETag, PartNumber });
    this.waiting = [];
    this.size = 0;
  }
}

/** What an object has besides its content, so that the one in its place has it too. */
export async function besides({ bucket, key, version }: Version, object: GetObjectCommandOutput): Promise<object> {
  const { TagSet = [] } = await s3.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: key, VersionId: version }));
  const { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType, Metadata, StorageClass } = object;
  return {
    CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType, Metadata, StorageClass,
    ...(TagSet.length > 0 ? { Tagging: new URLSearchParams(TagSet.map(({ Key, Value }): [string, string] => [Key!, Value!])).toString() } : {}),
  };
}
