import {
  AbortMultipartUploadCommand, CompleteMultipartUploadCommand, type CompletedPart, CreateMultipartUploadCommand, type GetObjectCommandOutput, GetObjectTaggingCommand,
  PutObjectCommand, UploadPartCommand,
} from '@aws-sdk/client-s3';
import { s3, type Version } from './versions';

const PART = 8 * 1024 * 1024;

/** Where texts are written to, in parts as large as S3 takes them. */
export class Writer {
  private readonly parts: CompletedPart[] = [];
  private upload?: string;
  private waiting: string[] = [];
  private size = 0;

  /**
   * @param more what the object has besides its content
   * @param ifMatch the version that it replaces: where another one came in between, nothing is written
   */
  constructor(private readonly to: { readonly Bucket: string; readonly Key: string }, private readonly more: object = {}, private readonly ifMatch?: string) {}

  public async add(text: string): Promise<void> {
    this.waiting.push(text);
    this.size += Buffer.byteLength(text);
    if (this.size >= PART) await this.flush();
  }

  /** @returns the version that was written, `null` in a bucket without versions */
  public async end(): Promise<string> {
    if (!this.upload) {
      const { VersionId } = await s3.send(new PutObjectCommand({ ...this.to, ...this.more, Body: this.waiting.join(''), IfMatch: this.ifMatch }));
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

  private async flush(): Promise<void> {
    this.upload ??= (await s3.send(new CreateMultipartUploadCommand({ ...this.to, ...this.more }))).UploadId!;
    const PartNumber = this.parts.length + 1;
    const { ETag } = await s3.send(new UploadPartCommand({ ...this.to, UploadId: this.upload, PartNumber, Body: this.waiting.join('') }));
    this.parts.push({ ETag, PartNumber });
    this.waiting = [];
    this.size = 0;
  }
}

/** What an object has besides its content, so that the one in its place has it too. */
export async function besides({ bucket, key, version }: Version, object: GetObjectCommandOutput): Promise<object> {
  const { TagSet = [] } = await s3.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: key, VersionId: version }));
  const { CacheControl, ContentDisposition, ContentLanguage, ContentType, Metadata, StorageClass } = object;
  return {
    CacheControl, ContentDisposition, ContentLanguage, ContentType, Metadata, StorageClass,
    ...(TagSet.length > 0 ? { Tagging: new URLSearchParams(TagSet.map(({ Key, Value }): [string, string] => [Key!, Value!])).toString() } : {}),
  };
}
