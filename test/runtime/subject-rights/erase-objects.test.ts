import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { DeleteObjectCommand, DeleteObjectsCommand, GetObjectCommand, GetObjectTaggingCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { parquetReadObjects } from 'hyparquet/src/read.js';
import { handler, type ObjectStore } from '../../../lib/runtime/erase-objects';
import { rewritten } from '../../../lib/runtime/erase-objects/parquet/file';
import type { StoreAnswer, StoreRequest } from '../../../lib/runtime/rights/contract';
import { describeWithMoto } from '../../support/moto';
import { asked, EXPORTS, Ground, printed, running } from './ground';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describeWithMoto('erasing objects', () => {
  let ground: Ground;
  let number = 0;

  beforeAll(async () => { ground = await Ground.start(); });
  afterAll(async () => ground?.stop());

  /** A bucket of its own for a test. */
  const bucket = async (options?: Parameters<Ground['bucket']>[1]) => {
    const name = `store-${++number}`;
    await ground.bucket(name, options);
    return name;
  };
  const onePerson = (...buckets: string[]): ObjectStore => ({ buckets, layout: { kind: 'prefix', template: 'patients/{subject}/' } });
  const csv = (...buckets: string[]): ObjectStore => ({ buckets, layout: { kind: 'csv', prefix: 'train/', column: 'id' } });
  const ask = async (store: ObjectStore, request: Partial<StoreRequest> = {}, context = running(900_000)) => {
    process.env.STORE = JSON.stringify(store);
    return handler(asked({ requestId: `r-${number}`, ...request }), context);
  };

  test('deletes every version and marker of one person, and of nobody else', async () => {
    const name = await bucket();
    for (const body of ['a', 'b']) await ground.put(name, 'patients/patient-1/scan ä+1.dcm', body);
    await ground.put(name, 'patients/patient-1/gone.txt', 'c');
    await ground.s3.send(new DeleteObjectCommand({ Bucket: name, Key: 'patients/patient-1/gone.txt' }));
    for (const other of ['patients/patient-10/scan.dcm', 'patients/patient-1', 'other/patient-1/x']) await ground.put(name, other, 'd');
    expect(await ask(onePerson(name))).toEqual({ state: 'done', counts: { versions: 4 }, conflicts: [] });
    expect(await ground.versions(name)).toEqual(['other/patient-1/x', 'patients/patient-1', 'patients/patient-10/scan.dcm']);
    expect(await ask(onePerson(name))).toEqual({ state: 'done', counts: {}, conflicts: [] });
  });

  test('the replica of a store, in which deletions of versions do not arrive, is erased as well', async () => {
    const [first, replica] = [await bucket(), await bucket()];
    for (const name of [first, replica]) await ground.put(name, 'patients/patient-1/a', 'x');
    expect(await ask(onePerson(first, replica))).toMatchObject({ state: 'done', counts: { versions: 2 } });
    expect([...await ground.versions(first), ...await ground.versions(replica)]).toEqual([]);
  });

  test('what is deleted is on record by keyed hashes and versions, and by no name', async () => {
    const name = await bucket();
    const version = await ground.put(name, 'patients/patient-1/Anna Müller.pdf', 'x');
    await ask(onePerson(name));
    const { items, text } = await ground.records();
    const own = items.filter(({ request }) => request?.S === `r-${number}`);
    expect(own).toEqual([expect.objectContaining({
      record: { S: expect.stringMatching(/^deleted#Stack\/Raw#[\w-]{22}$/) }, state: { S: 'answered' }, refused: { N: '0' }, place: { S: name }, person: { S: 'hash-of-the-person' },
      objects: { L: [{ M: { key: { S: expect.stringMatching(/^[\w-]{43}$/) }, version: { S: version } } }] }, execution: { S: 'e-1' }, at: { S: expect.any(String) }, by: { S: expect.any(String) },
    })]);
    expect(text).not.toMatch(/patient-1|Anna|M.ller/);
  });

  test('what is locked stays, is counted, and leaves the request open', async () => {
    const name = await bucket({ lock: true });
    await ground.put(name, 'patients/patient-1/locked', 'x', { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: new Date(Date.now() + 86_400_000) });
    await ground.put(name, 'patients/patient-1/free', 'x');
    expect(await ask(onePerson(name))).toEqual({ state: 'open', counts: { versions: 1, refused: 1 }, conflicts: ['locked'] });
    expect(await ground.versions(name)).toEqual(['patients/patient-1/locked']);
  });

  test('a person whose name would reach into that of another is not looked for', async () => {
    const name = await bucket();
    await ground.put(name, 'patients/a/b/x', 'x');
    expect(await ask(onePerson(name), { subject: 'a/b' })).toEqual({ state: 'open', conflicts: ['no-identifier'] });
    expect(await ground.versions(name)).toHaveLength(1);
  });

  test('a store without versions is erased, and its files are written anew', async () => {
    const name = await bucket({ versions: false });
    await ground.put(name, 'patients/patient-1/a', 'x');
    await ground.put(name, 'train/a.csv', 'id,x\npatient-1,1\nother,2\n');
    expect(await ask(onePerson(name))).toMatchObject({ state: 'done', counts: { versions: 1 } });
    expect(await ask(csv(name))).toMatchObject({ state: 'done', counts: { rows: 1, rewritten: 1 } });
    expect(await ground.text(name, 'train/a.csv')).toBe('id,x\nother,2\n');
  });

  test('rows are taken out of files of many people, with all else as it was, and older versions that have them go', async () => {
    const name = await bucket();
    const old = await ground.put(name, 'train/a.csv', 'id,x\nother,1\n');
    await ground.put(name, 'train/a.csv', 'id,x\npatient-1,1\nother,1\n');
    await ground.put(name, 'train/a.csv', 'x,id\n1,patient-1\n2,"other"\r\n3,patient-1', { Metadata: { origin: 'ward' }, ContentType: 'text/csv', Tagging: 'a=1&b=%C3%A4' });
    await ground.put(name, 'train/b.csv', 'id\nother\n');
    await ground.put(name, 'elsewhere/a.csv', 'id\npatient-1\n');
    expect(await ask(csv(name))).toEqual({ state: 'done', counts: { rows: 3, rewritten: 1, versions: 2 }, conflicts: [] });
    expect(await ground.text(name, 'train/a.csv')).toBe('x,id\n2,"other"\r\n');
    expect(await ground.text(name, 'train/a.csv', old)).toBe('id,x\nother,1\n');
    expect(await ground.versions(name)).toEqual(['elsewhere/a.csv', 'train/a.csv', 'train/a.csv', 'train/b.csv']);
    expect(await ground.s3.send(new HeadObjectCommand({ Bucket: name, Key: 'train/a.csv' }))).toMatchObject({ ContentType: 'text/csv', Metadata: { origin: 'ward' } });
    expect((await ground.s3.send(new GetObjectTaggingCommand({ Bucket: name, Key: 'train/a.csv' }))).TagSet).toEqual([{ Key: 'a', Value: '1' }, { Key: 'b', Value: 'ä' }]);
    expect(await ask(csv(name))).toEqual({ state: 'done', counts: {}, conflicts: [] });
  });

  test('a file that is larger than a part is written in parts', async () => {
    const name = await bucket();
    // more than a part, of what can hardly be packed
    const rows = Array.from({ length: 3_000 }, (_, index) => `${index % 10 === 0 ? 'patient-1' : `p${index}`},${randomBytes(3_400).toString('base64')}`);
    await ground.put(name, 'train/large.csv', `id,x\n${rows.join('\n')}\n`);
    expect(await ask(csv(name))).toMatchObject({ state: 'done', counts: { rows: 300, rewritten: 1, versions: 1 } });
    const text = await ground.text(name, 'train/large.csv');
    expect(text.length).toBe(`id,x\n${rows.filter((row) => !row.startsWith('patient-1,')).join('\n')}\n`.length);
    expect(text).not.toContain('patient-1,');
    expect(await ground.versions(name)).toHaveLength(1);
  });

  test('what cannot be read leaves the request open, and does not keep the rest from being erased', async () => {
    const name = await bucket();
    await ground.put(name, 'train/a.parquet', Buffer.from([0x50, 0x41, 0x52, 0x31, 0xff]));
    await ground.put(name, 'train/b.csv', 'id\npatient-1\n\n');
    await ground.put(name, 'train/c.csv', 'id,x\n,1\n');
    expect(await ask(csv(name))).toEqual({ state: 'open', counts: { unreadable: 1, rows: 1, rewritten: 1, versions: 1, unidentified: 1 }, conflicts: ['unreadable', 'unidentified'] });
    expect(await ground.text(name, 'train/b.csv')).toBe('id\n\n');
  });

  test('what lies in an archive cannot be read before it is fetched back: it is named, and does not keep the rest from being erased', async () => {
    const name = await bucket();
    await ground.put(name, 'train/a.csv', 'id\npatient-1\n', { StorageClass: 'GLACIER' });
    await ground.put(name, 'train/b.csv', 'id\npatient-1\nother\n');
    expect(await ask(csv(name))).toEqual({ state: 'open', counts: { archived: 1, rows: 1, rewritten: 1, versions: 1 }, conflicts: ['archived'] });
    await ground.put(name, 'patients/patient-1/a', 'x', { StorageClass: 'DEEP_ARCHIVE' });
    await ground.put(name, 'patients/patient-1/b', 'x');
    expect(await ask(onePerson(name), { action: 'collect', export: { bucket: EXPORTS, prefix: 'exports/hash/archive/' } })).toEqual({ state: 'open', counts: { archived: 1, objects: 1 }, conflicts: ['archived'] });
    // to delete it nobody has to read it
    expect(await ask(onePerson(name))).toMatchObject({ state: 'done', counts: { versions: 2 } });
  });

  test.each<[string, Uint8Array | string]>([
    ['Parquet', Buffer.concat([Buffer.from('PAR1'), Buffer.from('id patient-1 '), Buffer.from([0x15, 0x04, 0x19, 0xff]), Buffer.from('PAR1')])], ['half a gzip', gzipSync('id,x\npatient-1,1\n'.repeat(99)).subarray(0, 40)], ['gzip of something else', gzipSync(Buffer.from([0x50, 0x41, 0x52, 0x31, 0xff]))], ['zip', Buffer.from('504b0304140000000800', 'hex')],
    ['a sheet in another alphabet', Buffer.from('id,x\npatient-1,1\n', 'utf16le')], ['another separator', 'id;x\npatient-1;1\n'], ['a list of JSON', '[{"id":"patient-1"}]'],
  ])('a file in %s is never said to be erased', async (_what, content) => {
    const name = await bucket();
    await ground.put(name, 'train/a', content);
    expect(await ask(csv(name))).toEqual({ state: 'open', counts: { unreadable: 1 }, conflicts: ['unreadable'] });
    const lines: ObjectStore = { buckets: [name], layout: { kind: 'json-lines', prefix: 'train/', field: 'id' } };
    expect(await ask(lines)).toMatchObject({ state: 'open' });
    expect(await ground.versions(name)).toEqual(['train/a']);
  });

  test('rows are taken out of files that are packed by gzip, and what takes their place is packed as well', async () => {
    const name = await bucket();
    const rows = Array.from({ length: 300_000 }, (_, index) => `${index % 1000 === 0 ? 'patient-1' : `p${index}`},${createHash('sha256').update(String(index)).digest('hex')}`);
    await ground.put(name, 'train/large', gzipSync(`id,x\n${rows.join('\n')}\n`, { level: 1 }), { ContentEncoding: 'gzip', ContentType: 'text/csv' });
    // what programs append to such a file is a member of its own
    await ground.put(name, 'train/small.csv.gz', Buffer.concat([gzipSync('id\nother\n'), gzipSync('patient-1\nlast\n')]));
    expect(await ask(csv(name), { action: 'collect', export: { bucket: EXPORTS, prefix: 'exports/hash/packed/' } })).toMatchObject({ state: 'done', counts: { rows: 301, objects: 2 } });
    expect(await ask(csv(name))).toEqual({ state: 'done', counts: { rows: 301, rewritten: 2, versions: 2 }, conflicts: [] });
    const unpacked = async (of: string, key: string) => gunzipSync(await (await ground.s3.send(new GetObjectCommand({ Bucket: of, Key: key }))).Body!.transformToByteArray()).toString();
    expect(sha256(await unpacked(name, 'train/large'))).toBe(sha256(`id,x\n${rows.filter((row) => !row.startsWith('patient-1,')).join('\n')}\n`));
    expect(await unpacked(name, 'train/small.csv.gz')).toBe('id\nother\nlast\n');
    expect(await unpacked(EXPORTS, 'exports/hash/packed/Stack/Raw/train/small.csv.gz')).toBe('id\npatient-1\n');
    expect(await ground.s3.send(new HeadObjectCommand({ Bucket: name, Key: 'train/large' }))).toMatchObject({
      ContentEncoding: 'gzip', ContentType: 'text/csv', ETag: expect.stringMatching(/-\d+"$/), // in parts
    });
  });

  test('a person whose name is in another alphabet, or is an emoji, is found by the same characters', async () => {
    const name = await bucket();
    for (const person of ['患者 1', '👩‍⚕️', 'é', 'e\u0301']) await ground.put(name, `patients/${person}/a`, 'x');
    await ground.put(name, 'train/a.csv', 'id\n患者 1\n👩‍⚕️\né\ne\u0301\n');
    for (const subject of ['患者 1', '👩‍⚕️', 'é']) {
      expect(await ask(onePerson(name), { subject })).toMatchObject({ state: 'done', counts: { versions: 1 } });
      expect(await ask(csv(name), { subject })).toMatchObject({ state: 'done', counts: { rows: 1 } });
    }
    expect(await ground.versions(name)).toEqual(['patients/e\u0301/a', 'train/a.csv']);
    expect(await ground.text(name, 'train/a.csv')).toBe('id\ne\u0301\n');
  });

  test('rows of what is locked are taken out of the latest version, and the versions before stay and are named', async () => {
    const name = await bucket({ lock: true });
    await ground.put(name, 'train/a.csv', 'id\npatient-1\nother\n', { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: new Date(Date.now() + 86_400_000) });
    for (const counts of [{ rows: 1, rewritten: 1, refused: 1 }, { rows: 1, refused: 1 }]) expect(await ask(csv(name))).toEqual({ state: 'open', counts, conflicts: ['locked'] });
    expect(await ground.text(name, 'train/a.csv')).toBe('id\nother\n');
    expect(await ground.versions(name)).toHaveLength(2);
  });

  test('a file that somebody writes at the same time is not overwritten', async () => {
    const name = await bucket();
    await ground.put(name, 'train/a.csv', 'id\npatient-1\n');
    // between the look and the writing a new version comes
    const send = S3Client.prototype.send as (this: S3Client, command: object) => Promise<unknown>;
    let wrote = false;
    const between = jest.spyOn(S3Client.prototype, 'send').mockImplementation(async function between(this: S3Client, command: object) {
      if (!wrote && command instanceof PutObjectCommand) {
        wrote = true;
        await send.call(this, new PutObjectCommand({ Bucket: name, Key: 'train/a.csv', Body: 'id\nnew\npatient-1\n' }));
      }
      return send.call(this, command);
    } as never);
    await expect(ask(csv(name))).rejects.toMatchObject({ name: 'Unavailable', message: expect.stringContaining('PreconditionFailed') });
    between.mockRestore();
    expect(await ask(csv(name))).toMatchObject({ state: 'done', counts: { rows: 2, rewritten: 1, versions: 2 } });
    expect(await ground.text(name, 'train/a.csv')).toBe('id\nnew\n');
  });

  test('a store that takes longer than a function may run is gone through in several questions', async () => {
    const name = await bucket();
    for (let file = 0; file < 5; file++) await ground.put(name, `train/${file}.csv`, 'id\npatient-1\nother\n');
    let answer: StoreAnswer = await ask(csv(name), {}, running(1_000));
    let questions = 1;
    while (answer.state === 'more') {
      answer = await ask(csv(name), { cursor: JSON.parse(JSON.stringify(answer.cursor)) as unknown }, running(1_000));
      questions += 1;
    }
    expect(questions).toBe(5);
    expect(answer).toEqual({ state: 'done', counts: { rows: 5, rewritten: 5, versions: 5 }, conflicts: [] });
    expect(await ground.text(name, 'train/4.csv')).toBe('id\nother\n');
  });

  test('more versions than S3 lists at a time are deleted, in several questions too', async () => {
    const name = await bucket();
    const keys = Array.from({ length: 602 }, (_, index) => `patients/patient-1/${index}`);
    for (let from = 0; from < keys.length; from += 40) await Promise.all(keys.slice(from, from + 40).map((key) => ground.put(name, key, 'x')));
    // a marker is a version too, and one request makes up to a thousand of them
    await ground.s3.send(new DeleteObjectsCommand({ Bucket: name, Delete: { Objects: keys.slice(1).map((Key) => ({ Key })) } }));
    const first = await ask(onePerson(name), {}, running(1_000));
    expect(first).toMatchObject({ state: 'more', cursor: { counts: { versions: 499 } } });
    expect(first.cursor).not.toHaveProperty('after');
    expect(await ask(onePerson(name), { cursor: first.cursor })).toMatchObject({ state: 'done', counts: { versions: 1_203 } });
    expect(await ground.versions(name)).toEqual([]);
  });

  test('more locked versions than there is time for are gone through once, in several questions, and the rest is erased', async () => {
    const name = await bucket({ lock: true });
    const locked = { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: new Date(Date.now() + 86_400_000) };
    const keys = [['a', 510], ['\uff5e', 60], ['\u{1f600}', 60]].flatMap(([start, length]) => Array.from({ length: length as number }, (_, index) => `${start}${index}`));
    for (let from = 0; from < keys.length; from += 40) {
      await Promise.all(keys.slice(from, from + 40).map(async (key) => ground.put(name, `patients/patient-1/${key}`, 'x', key.startsWith('a') || key.endsWith('7') ? locked : {})));
    }
    const cursors: unknown[] = [];
    let answer: StoreAnswer = await ask(onePerson(name), {}, running(1_000));
    while (answer.state === 'more' && cursors.length < 9) {
      cursors.push(answer.cursor);
      answer = await ask(onePerson(name), { cursor: answer.cursor }, running(1_000));
    }
    expect(cursors).toEqual([expect.objectContaining({ counts: { refused: 499 } }), expect.objectContaining({ counts: { refused: 522, versions: 107 } })]);
    expect(answer).toEqual({ state: 'open', counts: { versions: 108, refused: 522 }, conflicts: ['locked'] });
    expect((await ground.versions(name)).filter((key) => !key.includes('/a') && !key.endsWith('7'))).toEqual([]);
  });

  describe('in files of Parquet', () => {
    const spark = (kind: string) => readFileSync(join(__dirname, 'parquet', `spark-${kind}.parquet`));
    const parquet = (...buckets: string[]): ObjectStore => ({ buckets, layout: { kind: 'parquet', prefix: 'train/', column: 'id' } });
    const bytes = async (of: string, key: string) => (await ground.s3.send(new GetObjectCommand({ Bucket: of, Key: key }))).Body!.transformToByteArray();
    const rows = async (of: string, key: string) => {
      const file = await bytes(of, key);
      return parquetReadObjects({ file: { byteLength: file.length, slice: (from, to) => Uint8Array.from(file.subarray(from, to)).buffer } });
    };

    test('rows are taken out with all else as it was, older versions that have them go, and what has none is not touched', async () => {
      const name = await bucket();
      const others = await rewritten(spark('snappy'), 'id', 'patient-1', 'others');
      const old = await ground.put(name, 'train/a.parquet', others);
      await ground.put(name, 'train/a.parquet', spark('int96'));
      await ground.put(name, 'train/a.parquet', spark('snappy'), { Metadata: { origin: 'ward' }, Tagging: 'a=1' });
      const untouched = await ground.put(name, 'train/b.parquet', others);
      for (const empty of ['train/_SUCCESS', 'train/deep/']) await ground.put(name, empty, Buffer.alloc(0));
      expect(await ask(parquet(name))).toEqual({ state: 'done', counts: { rows: 34, rewritten: 1, versions: 2 }, conflicts: [] });
      expect(Buffer.from(await bytes(name, 'train/a.parquet')).equals(others)).toBe(true);
      expect((await ground.s3.send(new HeadObjectCommand({ Bucket: name, Key: 'train/a.parquet' }))).Metadata).toEqual({ origin: 'ward' });
      expect((await ground.s3.send(new HeadObjectCommand({ Bucket: name, Key: 'train/a.parquet', VersionId: old }))).VersionId).toBe(old);
      expect((await ground.s3.send(new HeadObjectCommand({ Bucket: name, Key: 'train/b.parquet' }))).VersionId).toBe(untouched);
      expect(await ask(parquet(name))).toEqual({ state: 'done', counts: {}, conflicts: [] });
    });

    test('a file that lists a person, and has no row of theirs, is written anew, and an older version of it goes', async () => {
      const name = await bucket();
      const listing = readFileSync(join(__dirname, 'parquet', 'pandas-listed.parquet'));
      for (const one of [listing, listing]) await ground.put(name, 'train/a.parquet', one);
      const before = await rows(name, 'train/a.parquet');
      expect(await ask(parquet(name))).toEqual({ state: 'done', counts: { rewritten: 1, versions: 2 }, conflicts: [] });
      expect(await ground.versions(name)).toHaveLength(1);
      expect(await rows(name, 'train/a.parquet')).toEqual(before);
      expect(Buffer.from(await bytes(name, 'train/a.parquet')).includes('patient-1')).toBe(false);
      expect(await ask(parquet(name), { action: 'collect', export: { bucket: EXPORTS, prefix: 'exports/hash/listed/' } })).toEqual({ state: 'done', counts: {}, conflicts: [] });
    });

    test('a copy has the rows of a person alone', async () => {
      const name = await bucket();
      await ground.put(name, 'train/a.parquet', spark('second'));
      expect(await ask(parquet(name), { action: 'collect', export: { bucket: EXPORTS, prefix: 'exports/hash/parquet/' } })).toEqual({ state: 'done', counts: { rows: 17, objects: 1 }, conflicts: [] });
      const copied = await rows(EXPORTS, 'exports/hash/parquet/Stack/Raw/train/a.parquet');
      expect([copied.length, new Set(copied.map(({ id }) => id))]).toEqual([17, new Set(['patient-1'])]);
      expect(await ground.versions(name)).toHaveLength(1);
    });

    test('what could not be written as it was is named with its reason, and does not keep the rest from being erased', async () => {
      const name = await bucket();
      await ground.put(name, 'train/a.parquet', Buffer.concat([spark('snappy').subarray(0, -4), Buffer.from('PARE')]));
      await ground.put(name, 'train/b.csv', 'id\npatient-1\n');
      await ground.put(name, 'train/c.parquet', spark('snappy'));
      await ground.put(name, 'train/d.parquet', spark('snappy'), { StorageClass: 'GLACIER' });
      expect(await ask(parquet(name))).toEqual({
        state: 'open', conflicts: ['unreadable', 'archived'],
        counts: { unreadable: 2, unreadableEncrypted: 1, unreadableNotParquet: 1, rows: 17, rewritten: 1, versions: 1, archived: 1 },
      });
      expect(await rows(name, 'train/c.parquet')).toHaveLength(183);
    });

    test.each([
      ['Delta Lake', 'train/t/_delta_log/00000000000000000000.json'], ['Hudi', 'train/.hoodie/hoodie.properties'], ['Iceberg', 'train/t/metadata/v1.metadata.json'], ['files with a summary', 'train/t/_metadata'],
    ])('files of a table of %s are left as they are, in each of their folders', async (_what, key) => {
      const name = await bucket();
      await ground.put(name, key, 'x');
      await ground.put(name, 'train/t/ward=3/a.parquet', spark('snappy'));
      // what the table says of itself is no Parquet
      expect(await ask(parquet(name))).toEqual({ state: 'open', counts: { unreadable: 2, unreadableNotParquet: 1, unreadableTableFormat: 1 }, conflicts: ['unreadable'] });
      expect(await rows(name, 'train/t/ward=3/a.parquet')).toHaveLength(200);
    });

    test('a folder that is called like that of a table, and holds none, keeps nobody from being erased', async () => {
      const name = await bucket();
      await ground.put(name, 'train/metadata/a.parquet', spark('snappy'));
      expect(await ask(parquet(name))).toMatchObject({ state: 'done', counts: { rows: 17, rewritten: 1 } });
    });
  });

  describe('for a copy', () => {
    test('objects of a person are copied as they are, and stay', async () => {
      const name = await bucket();
      await ground.put(name, 'patients/patient-1/ä/scan 1+.txt', 'old');
      await ground.put(name, 'patients/patient-1/ä/scan 1+.txt', 'new', { Tagging: 'a=1' });
      await ground.put(name, 'patients/patient-10/x', 'other');
      expect(await ask(onePerson(name), { action: 'collect' })).toEqual({ state: 'done', counts: { objects: 1 }, conflicts: [] });
      expect(await ground.text(EXPORTS, 'exports/hash/r-1/Stack/Raw/patients/patient-1/ä/scan 1+.txt')).toBe('new');
      expect(await ground.versions(name)).toHaveLength(3);
    });

    test('rows of a person are copied with the header, and those of others are not', async () => {
      const name = await bucket();
      await ground.put(name, 'train/a.csv', 'id,x\npatient-1,1\nother,2\n');
      await ground.put(name, 'train/b.csv', 'id,x\nother,2\n');
      expect(await ask(csv(name), { action: 'collect', export: { bucket: EXPORTS, prefix: 'exports/hash/rows/' } })).toEqual({ state: 'done', counts: { rows: 1, objects: 1 }, conflicts: [] });
      expect((await ground.keys(EXPORTS)).filter((key) => key.includes('/rows/'))).toEqual(['exports/hash/rows/Stack/Raw/train/a.csv']);
      expect(await ground.text(EXPORTS, 'exports/hash/rows/Stack/Raw/train/a.csv')).toBe('id,x\npatient-1,1\n');
      expect(await ground.versions(name)).toHaveLength(2);
    });

    test('a key that would be too long is its hash', async () => {
      const name = await bucket();
      await ground.put(name, `patients/patient-1/${'x'.repeat(990)}`, 'long');
      await ask(onePerson(name), { action: 'collect', export: { bucket: EXPORTS, prefix: 'exports/hash/long/' } });
      expect((await ground.keys(EXPORTS)).filter((key) => key.includes('/long/'))).toEqual([expect.stringMatching(/^exports\/hash\/long\/Stack\/Raw\/[\w-]{43}$/)]);
    });
  });

  test('nothing that is printed or thrown holds a key, a person or a row', async () => {
    const name = await bucket();
    await ground.put(name, 'patients/Anna Geheim/befund.txt', 'x');
    await ground.put(name, 'train/a.csv', 'id\nAnna Geheim\n"');
    const lines = [
      await printed(() => ask(onePerson(name), { subject: 'Anna Geheim' })), await printed(() => ask(csv(name), { subject: 'Anna Geheim' })),
      await printed(() => ask(onePerson('no-such-bucket-of-geheim'), { subject: 'Anna Geheim' })),
      await printed(() => ask(onePerson(name), { subject: 'Anna Geheim', action: 'collect', export: { bucket: 'no-such-exports', prefix: 'Geheim' } })),
    ];
    expect(lines.join('\n')).not.toMatch(/anna|geheim|befund/i);
    expect(lines[2]).toContain('NoSuchBucket');
  });
});
