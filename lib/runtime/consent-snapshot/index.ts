import { GetObjectCommand, NoSuchKey, PutObjectCommand } from '@aws-sdk/client-s3';
import { ConsentError, guarded } from '../consent/fault';
import { newTable, store } from '../consent/settings';
import { folderOf, type Manifest, takeSnapshot } from '../consent/snapshot';

/** A schedule has one taken; a run has its own taken, or asks for the one that the schedule took last. */
export interface SnapshotRequest {
  readonly action: 'take' | 'latest';
}

/** What a run goes on with; a Lambda step takes text. */
export interface SnapshotAnswer {
  readonly snapshot: string;
  readonly takenAt: string;
  /** Of the folder with the data and its manifest. */
  readonly uri: string;
  readonly rows: string;
}

const LATEST = 'snapshots/latest.json';

export const handler = guarded(async (request: SnapshotRequest): Promise<SnapshotAnswer> => {
  if (request?.action !== 'take' && request?.action !== 'latest') throw new ConsentError('MalformedRequest', "the action is none that a snapshot has: use 'take' or 'latest'");
  const manifest = request.action === 'take' ? await take(new Date().toISOString()) : await latest();
  return { snapshot: manifest.snapshot, takenAt: manifest.takenAt, uri: `s3://${store().bucket}/${folderOf(manifest)}`, rows: String(manifest.rows) };
});

async function take(takenAt: string): Promise<Manifest> {
  const { manifest, data } = await takeSnapshot(newTable(), takenAt);
  const folder = folderOf(manifest);
  await putOnce(`${folder}${manifest.file}`, data, 'application/jsonl');
  const text = JSON.stringify(manifest);
  await putOnce(`${folder}manifest.json`, text, 'application/json');
  const { s3, bucket } = store();
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: LATEST, Body: text, ContentType: 'application/json' }));
  const { snapshot, rows, purposes } = manifest;
  console.log(JSON.stringify({ snapshot, takenAt, rows, purposes }));
  return manifest;
}

async function latest(): Promise<Manifest> {
  const { s3, bucket } = store();
  try {
    return JSON.parse(await (await s3.send(new GetObjectCommand({ Bucket: bucket, Key: LATEST }))).Body!.transformToString()) as Manifest;
  } catch (error) {
    if (error instanceof NoSuchKey) throw new ConsentError('NoSnapshot', 'the schedule has taken no snapshot yet: invoke the function with { "action": "take" }, or wait for the schedule');
    throw error;
  }
}

/** Writes what nothing writes over: the name holds the digest, so what is there is the same. */
async function putOnce(Key: string, Body: Buffer | string, ContentType: string): Promise<void> {
  const { s3, bucket } = store();
  try {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType, IfNoneMatch: '*' }));
  } catch (error) {
    if ((error as { name?: string }).name !== 'PreconditionFailed') throw error;
  }
}
