import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand, CompleteMultipartUploadCommand, type CompletedPart, CopyObjectCommand, CreateMultipartUploadCommand, GetObjectTaggingCommand,
  HeadObjectCommand, PutObjectCommand, PutObjectTaggingCommand, S3Client, type Tag, UploadPartCopyCommand,
} from '@aws-sdk/client-s3';

/** The object that a finding is about. */
export interface Subject {
  readonly findingId: string;
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

/** What the state machine sends: one step at a time, each safe to repeat. */
export type QuarantineRequest =
  | { readonly action: 'tag'; readonly finding: MacieFinding }
  | { readonly action: 'copy'; readonly subject: Subject }
  | { readonly action: 'record'; readonly finding: MacieFinding; readonly outcome: unknown };

/** What is read of a finding; it has much more. */
export interface MacieFinding {
  readonly id: string;
  readonly type: string;
  readonly severity: { readonly description: string };
  readonly resourcesAffected: {
    readonly s3Bucket: { readonly name: string };
    readonly s3Object?: { readonly key: string; readonly versionId?: string };
  };
}

/** Tells what became of the tag. */
export interface TagOutcome {
  readonly subject: Subject;
  /** The object was deleted before it could be held back. */
  readonly gone: boolean;
  /** Tags that made way, since S3 takes ten; they stay on record. */
  readonly droppedTags: Tag[];
}

/** Tells where the copy lies. */
export interface CopyOutcome {
  readonly location: string;
  readonly bytes: number;
}

export const QUARANTINE_TAG = 'regulated-ml:quarantine';
const TAG_LIMIT = 10;

const client = new S3Client({ maxAttempts: 6 });

export async function handler(request: QuarantineRequest): Promise<unknown> {
  switch (request.action) {
    case 'tag': return tag(request.finding);
    case 'copy': return copy(request.subject);
    case 'record': return record(request.finding, request.outcome);
    // a step that has done nothing must not look like one that has
    default: throw new Error('the action is none of tag, copy and record: deploy the state machine and the function from one release');
  }
}

/** Adds the tag that the stores' policies deny reading on, and keeps the tags there are. */
async function tag(finding: MacieFinding): Promise<TagOutcome> {
  const object = finding.resourcesAffected.s3Object;
  if (!object) throw new Error(`finding ${finding.id} of type ${finding.type} is about no object`);
  const subject = { findingId: finding.id, bucket: finding.resourcesAffected.s3Bucket.name, key: object.key, versionId: versionOf(object.versionId) };
  const where = { Bucket: subject.bucket, Key: subject.key, VersionId: subject.versionId };
  try {
    const { TagSet = [] } = await client.send(new GetObjectTaggingCommand(where));
    const others = TagSet.filter(({ Key }) => Key !== QUARANTINE_TAG);
    const kept = others.slice(0, TAG_LIMIT - 1);
    await client.send(new PutObjectTaggingCommand({ ...where, Tagging: { TagSet: [...kept, { Key: QUARANTINE_TAG, Value: finding.id }] } }));
    return { subject, gone: false, droppedTags: others.slice(kept.length) };
  } catch (error) {
    if (!isGone(error)) throw error;
    return { subject, gone: true, droppedTags: [] };
  }
}

/**
 * Copies the object to the quarantine store, under a key made of the object's own identity: a second run overwrites, it does not
 * add. A single request copies up to 5 GB, so larger ones go in parts.
 */
async function copy(subject: Subject): Promise<CopyOutcome> {
  const Bucket = setting('QUARANTINE_BUCKET');
  const Key = `objects/${createHash('sha256').update(JSON.stringify([subject.bucket, subject.key, subject.versionId ?? ''])).digest('hex')}`;
  const source = [subject.bucket, ...subject.key.split('/')].map(encodeURIComponent).join('/');
  const CopySource = subject.versionId ? `${source}?versionId=${encodeURIComponent(subject.versionId)}` : source;
  const head = await client.send(new HeadObjectCommand({ Bucket: subject.bucket, Key: subject.key, VersionId: subject.versionId }));
  const bytes = head.ContentLength ?? 0;
  if (bytes <= Number(setting('SINGLE_COPY_LIMIT'))) {
    // the copy must not carry the tag along, or the quarantine store would hold it back from those who are to look at it
    await client.send(new CopyObjectCommand({
      Bucket, Key, CopySource, TaggingDirective: 'REPLACE', Tagging: `regulated-ml%3Afinding=${encodeURIComponent(subject.findingId)}`,
    }));
  } else {
    await copyInParts({ Bucket, Key }, CopySource, bytes, Number(setting('PART_SIZE')));
  }
  return { location: `s3://${Bucket}/${Key}`, bytes };
}

async function copyInParts(to: { Bucket: string; Key: string }, CopySource: string, bytes: number, partSize: number): Promise<void> {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(to));
  try {
    const ranges = Array.from({ length: Math.ceil(bytes / partSize) }, (_, i) => (
      { number: i + 1, from: i * partSize, to: Math.min((i + 1) * partSize, bytes) - 1 }
    ));
    const parts: CompletedPart[] = [];
    const next = ranges.values();
    const worker = async () => {
      for (const range of next) {
        const { CopyPartResult } = await client.send(new UploadPartCopyCommand({
          ...to, UploadId, CopySource, PartNumber: range.number, CopySourceRange: `bytes=${range.from}-${range.to}`,
        }));
        parts[range.number - 1] = { PartNumber: range.number, ETag: CopyPartResult?.ETag };
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    await client.send(new CompleteMultipartUploadCommand({ ...to, UploadId, MultipartUpload: { Parts: parts } }));
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand({ ...to, UploadId }));
    throw error;
  }
}

/** Writes the finding and what was done to the quarantine store: evidence, and the reconciliation's proof that it was dealt with. */
async function record(finding: MacieFinding, outcome: unknown): Promise<{ location: string }> {
  const Bucket = setting('QUARANTINE_BUCKET');
  const Key = recordKey(finding.id);
  await client.send(new PutObjectCommand({ Bucket, Key, ContentType: 'application/json', Body: JSON.stringify({ finding, outcome }, null, 2) }));
  return { location: `s3://${Bucket}/${Key}` };
}

/** Where the record of a finding lies in the quarantine store. */
export function recordKey(findingId: string): string {
  return `findings/${findingId}.json`;
}

/** Buckets without versions report the version `null`, which is no version to ask for. */
function versionOf(versionId: string | undefined): string | undefined {
  return versionId === undefined || versionId === '' || versionId === 'null' ? undefined : versionId;
}

function isGone(error: unknown): boolean {
  return ['NoSuchKey', 'NoSuchVersion', 'NotFound', 'MethodNotAllowed'].includes((error as Error).name);
}

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`environment variable ${name} is not set`);
  return value;
}
