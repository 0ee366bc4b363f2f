import {
  CreateBucketCommand, GetObjectCommand, GetObjectTaggingCommand, ListMultipartUploadsCommand, ListObjectsV2Command, PutBucketVersioningCommand, PutObjectCommand, PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type CopyOutcome, handler, type MacieFinding, type TagOutcome } from '../../lib/runtime/quarantine';
import { describeWithMoto, type Moto, startMoto, useEndpoint } from '../support/moto';
import { printed } from './subject-rights/ground';

describeWithMoto('holding an object back', () => {
  let moto: Moto;
  let s3: S3Client;
  const key = 'admissions/März & April/a+b.csv';

  beforeAll(async () => {
    moto = await startMoto();
    useEndpoint(moto.url);
    Object.assign(process.env, { QUARANTINE_BUCKET: 'held', SINGLE_COPY_LIMIT: String(5 * 1024 ** 3), PART_SIZE: String(512 * 1024 ** 2) });
    s3 = new S3Client({});
    const LocationConstraint = 'eu-central-1';
    for (const Bucket of ['raw', 'plain', 'held']) await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }));
    await s3.send(new PutBucketVersioningCommand({ Bucket: 'raw', VersioningConfiguration: { Status: 'Enabled' } }));
  });
  afterAll(async () => {
    s3?.destroy();
    await moto?.stop();
  });

  const finding = (bucket: string, objectKey: string, versionId?: string, id = 'f1'): MacieFinding => ({
    id, type: 'SensitiveData:S3Object/Personal', severity: { description: 'High' },
    resourcesAffected: { s3Bucket: { name: bucket }, s3Object: { key: objectKey, versionId } },
  });
  const put = async (Bucket: string, Key: string, Body: string) => (await s3.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId;
  const tagsOf = async (Bucket: string, Key: string, VersionId?: string) => (await s3.send(new GetObjectTaggingCommand({ Bucket, Key, VersionId }))).TagSet;
  const tag = (subject: MacieFinding) => handler({ action: 'tag', finding: subject }) as Promise<TagOutcome>;

  test('the tag is added to those there are, on the version that was looked at, and a second run changes nothing', async () => {
    const first = await put('raw', key, 'name,diagnosis');
    await put('raw', key, 'a later version');
    await s3.send(new PutObjectTaggingCommand({ Bucket: 'raw', Key: key, VersionId: first, Tagging: { TagSet: [{ Key: 'study', Value: 'S1' }] } }));
    const expected = [{ Key: 'study', Value: 'S1' }, { Key: 'regulated-ml:quarantine', Value: 'f1' }];
    for (let run = 0; run < 2; run++) {
      expect(await tag(finding('raw', key, first))).toEqual({ subject: { findingId: 'f1', bucket: 'raw', key, versionId: first }, gone: false, droppedTags: [] });
      expect(await tagsOf('raw', key, first)).toEqual(expected);
    }
    expect(await tagsOf('raw', key)).toEqual([]);
  });

  test('where ten tags are taken the last one makes way and is reported', async () => {
    await put('plain', 'full.csv', 'x');
    const TagSet = Array.from({ length: 10 }, (_, i) => ({ Key: `k${i}`, Value: 'v' }));
    await s3.send(new PutObjectTaggingCommand({ Bucket: 'plain', Key: 'full.csv', Tagging: { TagSet } }));
    expect((await tag(finding('plain', 'full.csv', 'null'))).droppedTags).toEqual([{ Key: 'k9', Value: 'v' }]);
    expect(await tagsOf('plain', 'full.csv')).toEqual([...TagSet.slice(0, 9), { Key: 'regulated-ml:quarantine', Value: 'f1' }]);
  });

  test('an object that was deleted meanwhile is reported as gone', async () => {
    expect(await tag(finding('raw', 'nothing.csv'))).toMatchObject({ gone: true });
  });

  test('the copy has the version that was looked at, not its quarantine tag, and a second run overwrites it', async () => {
    const versionId = await put('raw', key, 'the copied version');
    await put('raw', key, 'a later version');
    const subject = { findingId: 'f2', bucket: 'raw', key, versionId };
    await tag(finding('raw', key, versionId, 'f2'));
    const outcome = await handler({ action: 'copy', subject }) as CopyOutcome;
    expect(await handler({ action: 'copy', subject })).toEqual(outcome);
    expect(outcome).toEqual({ location: expect.stringMatching(/^s3:\/\/held\/objects\/[0-9a-f]{64}$/), bytes: 18 });
    const copied = outcome.location.replace('s3://held/', '');
    expect(await (await s3.send(new GetObjectCommand({ Bucket: 'held', Key: copied }))).Body?.transformToString()).toBe('the copied version');
    expect(await tagsOf('held', copied)).toEqual([{ Key: 'regulated-ml:finding', Value: 'f2' }]);
    expect((await s3.send(new ListObjectsV2Command({ Bucket: 'held', Prefix: 'objects/' }))).KeyCount).toBe(1);
  });

  test('an object too large for one request goes in parts', async () => {
    const body = 'x'.repeat(11 * 1024 ** 2) + 'the end';
    await put('plain', 'large.bin', body);
    Object.assign(process.env, { SINGLE_COPY_LIMIT: '1024', PART_SIZE: String(5 * 1024 ** 2) });
    try {
      const { location, bytes } = await handler({ action: 'copy', subject: { findingId: 'f3', bucket: 'plain', key: 'large.bin' } }) as CopyOutcome;
      expect(bytes).toBe(body.length);
      expect(await (await s3.send(new GetObjectCommand({ Bucket: 'held', Key: location.replace('s3://held/', '') }))).Body?.transformToString()).toBe(body);
    } finally {
      Object.assign(process.env, { SINGLE_COPY_LIMIT: String(5 * 1024 ** 3), PART_SIZE: String(512 * 1024 ** 2) });
    }
  });

  test('the record says what was found and done', async () => {
    const outcome = { gone: false };
    const { location } = await handler({ action: 'record', finding: finding('raw', key), outcome }) as { location: string };
    expect(location).toBe('s3://held/findings/f1.json');
    const stored = await (await s3.send(new GetObjectCommand({ Bucket: 'held', Key: 'findings/f1.json' }))).Body?.transformToString();
    expect(JSON.parse(stored ?? '')).toEqual({ finding: JSON.parse(JSON.stringify(finding('raw', key))), outcome });
  });

  test('fails for a finding about no object', async () => {
    const policy = { ...finding('raw', key), type: 'Policy:IAMUser/S3BucketPublic', resourcesAffected: { s3Bucket: { name: 'raw' } } };
    await expect(tag(policy)).rejects.toThrow('finding f1 of type Policy:IAMUser/S3BucketPublic is about no object');
  });

  test('an object of no bytes is copied', async () => {
    await s3.send(new PutObjectCommand({ Bucket: 'plain', Key: 'empty.csv' }));
    expect(await handler({ action: 'copy', subject: { findingId: 'f4', bucket: 'plain', key: 'empty.csv' } })).toMatchObject({ bytes: 0 });
  });

  test('a copy in parts that fails half way leaves no parts behind', async () => {
    await put('plain', 'broken.bin', 'x'.repeat(3_000));
    // S3 takes no part below 5 MiB but the last
    Object.assign(process.env, { SINGLE_COPY_LIMIT: '1024', PART_SIZE: '1024' });
    try {
      await expect(handler({ action: 'copy', subject: { findingId: 'f5', bucket: 'plain', key: 'broken.bin' } })).rejects.toMatchObject({ name: 'EntityTooSmall' });
    } finally {
      Object.assign(process.env, { SINGLE_COPY_LIMIT: String(5 * 1024 ** 3), PART_SIZE: String(512 * 1024 ** 2) });
    }
    expect((await s3.send(new ListMultipartUploadsCommand({ Bucket: 'held' }))).Uploads ?? []).toEqual([]);
  });

  test.each([undefined, 'Tag', 'delete'])('fails for the action %s, since a step that did nothing would look like one that did', async (action) => {
    await expect(handler({ action, finding: finding('raw', key) } as never)).rejects.toThrow('the action is none of tag, copy and record');
  });

  test('nothing that is printed or thrown holds the key of an object, which may hold a name', async () => {
    const secret = 'admissions/Anna Geheim.csv';
    await put('raw', secret, 'x');
    const lines = [
      await printed(() => tag(finding('raw', secret))), await printed(() => tag(finding('nowhere', secret))),
      await printed(() => handler({ action: 'copy', subject: { findingId: 'f6', bucket: 'raw', key: secret } })), await printed(() => handler({ action: 'copy', subject: { findingId: 'f6', bucket: 'raw', key: `${secret}.gone` } })),
      await printed(() => handler({ action: 'copy', subject: { findingId: 'f6', bucket: 'raw', key: secret, versionId: 'none' } })), await printed(() => handler({ action: 'drop', finding: finding('raw', secret) } as never)),
    ];
    expect(lines.join('\n')).not.toMatch(/anna|geheim/i);
    expect(lines.filter((line) => line !== '').length).toBeGreaterThanOrEqual(4);
  });

  test('fails when the bucket does not exist, so that the state machine tries again and raises the alarm', async () => {
    await expect(tag(finding('nowhere', key))).rejects.toThrow();
  });
});
