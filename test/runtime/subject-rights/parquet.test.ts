import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import * as fc from 'fast-check';
import { parquetMetadata } from 'hyparquet/src/metadata.js';
import { parquetReadObjects } from 'hyparquet/src/read.js';
import { parquetWriteBuffer } from 'hyparquet-writer/src/write.js';
import { Unreadable } from '../../../lib/runtime/erase-objects/layout';
import { rewritten, tallyOf } from '../../../lib/runtime/erase-objects/parquet/file';
import { footerOf } from '../../../lib/runtime/erase-objects/parquet/footer';
import { BINARY, i64, listOf, STRUCT, Struct } from '../../../lib/runtime/erase-objects/parquet/thrift';
import { jobsPython } from '../../support/jobs-python';

/** Files that Spark 3.5.9 wrote: `files.py spark FOLDER` makes them again. */
const FILES = join(__dirname, 'parquet');
const SPARK = readdirSync(FILES).filter((name) => name.startsWith('spark-'));
const PERSON = 'patient-1';
/** Node has Zstandard from 22.15 on, as Lambda does; before, such files are left as they are. */
const HAS_ZSTD = 'zstdCompressSync' in zlib;
const compressors = HAS_ZSTD ? { ZSTD: (zlib as unknown as { zstdDecompressSync(packed: Uint8Array): Uint8Array }).zstdDecompressSync } : {};

const source = (bytes: Uint8Array) => ({ size: bytes.length, slice: async (from: number, to: number) => Promise.resolve(bytes.subarray(from, to)) });
const tally = async (bytes: Uint8Array, column: string, subject: string) => tallyOf(source(bytes), column, subject);
const reasonOf = async (run: Promise<unknown>) => run.then(() => 'none', (error: unknown) => (error instanceof Unreadable ? error.reason : `other: ${String(error)}`));
const spark = (name: string) => readFileSync(join(FILES, `spark-${name}.parquet`));

/** Rows as another reader gives them. */
async function rowsOf(bytes: Uint8Array): Promise<Record<string, unknown>[]> {
  const copy = Uint8Array.from(bytes);
  return parquetReadObjects({ file: { byteLength: copy.length, slice: (from, to) => copy.buffer.slice(from, to) }, compressors });
}

/** A file of ours, by the library that others write with. */
function written(columns: Parameters<typeof parquetWriteBuffer>[0]['columnData'], more: Partial<Parameters<typeof parquetWriteBuffer>[0]> = {}): Buffer {
  return Buffer.from(parquetWriteBuffer({ columnData: columns, ...more }));
}

/** The same file with another footer. */
async function withFooter(bytes: Buffer, change: (file: Struct) => Struct): Promise<Buffer> {
  const length = bytes.readUInt32LE(bytes.length - 8);
  const footer = change((await footerOf(source(bytes))).file).bytes();
  const end = Buffer.alloc(4);
  end.writeUInt32LE(footer.length);
  return Buffer.concat([bytes.subarray(0, bytes.length - 8 - length), footer, end, Buffer.from('PAR1')]);
}

const texts = (...values: string[]) => listOf(STRUCT, [new Struct(new Map([[1, values[0]!], [2, values[1]!]].map(([id, value]) => [id as number, { type: BINARY, value: Buffer.from(value as string) }])))]);

describe('files that Spark wrote', () => {
  const readable = SPARK.filter((name) => HAS_ZSTD || !name.includes('zstd'));

  test('there are some', () => {
    expect(readable.length).toBeGreaterThanOrEqual(4);
  });

  test.each(readable)('%s loses the rows of a person, and keeps all others, its schema and its metadata', async (name) => {
    const before = readFileSync(join(FILES, name));
    const rows = await rowsOf(before);
    const theirs = rows.filter(({ id }) => id === PERSON);
    expect(theirs).toHaveLength(17);
    expect(await tally(before, 'id', PERSON)).toEqual({ theirs: 17, unidentified: 0, isListed: false });
    const [without, only] = [await rewritten(before, 'id', PERSON, 'others'), await rewritten(before, 'id', PERSON, 'theirs')];
    expect(await rowsOf(without)).toEqual(rows.filter(({ id }) => id !== PERSON));
    expect(await rowsOf(only)).toEqual(theirs);
    const was = parquetMetadata(Uint8Array.from(before));
    for (const now of [without, only].map((bytes) => parquetMetadata(Uint8Array.from(bytes)))) {
      expect([now.schema, now.key_value_metadata, now.created_by, now.version]).toEqual([was.schema, was.key_value_metadata, was.created_by, was.version]);
      expect(now.row_groups[0]!.columns.map(({ meta_data }) => meta_data!.codec)).toEqual(was.row_groups[0]!.columns.map(({ meta_data }) => meta_data!.codec));
    }
    expect(await tally(without, 'id', PERSON)).toEqual({ theirs: 0, unidentified: 0, isListed: false });
  });

  test('a file in a codec that this Node does not have is left as it is', async () => {
    const answer = await reasonOf(rewritten(spark('zstd'), 'id', PERSON, 'others'));
    expect(answer).toBe(HAS_ZSTD ? 'none' : 'Codec');
  });

  test('neither a page, nor a dictionary, nor what is said of them holds the person afterwards', async () => {
    const name = 'Anna Geheim';
    const people = Array.from({ length: 400 }, (_, index) => (index % 5 === 0 ? name : `p${index % 7}`));
    const before = written([{ name: 'id', data: people, encoding: 'RLE_DICTIONARY', columnIndex: true, offsetIndex: true, bloomFilter: true }, { name: 'again', data: people, encoding: 'PLAIN' }], {
      codec: 'UNCOMPRESSED', pageSize: 400, statistics: true,
    });
    expect(before.includes(name)).toBe(true);
    const after = await rewritten(before, 'id', name, 'others');
    expect(after.includes(name)).toBe(false);
    expect(await rowsOf(after)).toHaveLength(320);
    const { columns } = parquetMetadata(Uint8Array.from(after)).row_groups[0]!;
    expect(columns[0]).toMatchObject({ column_index_offset: undefined, offset_index_offset: undefined, meta_data: { bloom_filter_offset: undefined } });
    // nor does a copy hold anybody else
    expect((await rewritten(before, 'id', name, 'theirs')).includes('p1')).toBe(false);
  });

  test('a dictionary that lists the person, and no row of theirs, loses them too', async () => {
    const before = readFileSync(join(FILES, 'pandas-categories.parquet'));
    const rows = await rowsOf(before);
    expect([await tally(before, 'id', PERSON), before.includes(PERSON), before.includes('Anna Geheim')]).toEqual([{ theirs: 5, unidentified: 0, isListed: true }, true, true]);
    const after = await rewritten(before, 'id', PERSON, 'others');
    expect([await tally(after, 'id', PERSON), after.includes(PERSON), after.includes('Anna Geheim')]).toEqual([{ theirs: 0, unidentified: 0, isListed: false }, false, false]);
    expect(await rowsOf(after)).toEqual(rows.filter(({ id }) => id !== PERSON));
    expect(await rowsOf(await rewritten(before, 'id', PERSON, 'theirs'))).toEqual(rows.filter(({ id }) => id === PERSON));
    expect((await rewritten(before, 'id', 'nobody', 'others')).equals(before)).toBe(true);
  });

  test('people are known by numbers too, whole ones', async () => {
    const before = spark('snappy');
    for (const column of ['number', 'small']) {
      expect(await tally(before, column, '4711')).toEqual({ theirs: 17, unidentified: 0, isListed: false });
      for (const other of ['04711', '4711.0', '471', PERSON, '9'.repeat(20), '']) expect(await tally(before, column, other)).toEqual({ theirs: 0, unidentified: 0, isListed: false });
    }
  });

  test('rows that say of nobody whose they are, are counted', async () => {
    const rows = await rowsOf(spark('snappy'));
    expect(await tally(spark('snappy'), 'text', 'note 5')).toEqual({ theirs: 0, unidentified: rows.filter(({ text }) => text === null || text === '').length, isListed: false });
  });
});

describe('what is left as it is', () => {
  const plain = written([{ name: 'id', data: ['a', PERSON, 'b'] }, { name: 'x', data: [1, 2, 3] }]);

  test('can be written otherwise', async () => {
    expect(await rowsOf(await rewritten(plain, 'id', PERSON, 'others'))).toEqual([{ id: 'a', x: 1 }, { id: 'b', x: 3 }]);
  });

  test.each<[string, string, () => Buffer | Promise<Buffer>, string?]>([
    ['CSV', 'NotParquet', () => Buffer.from('id,x\npatient-1,1\n')], ['a file of a few bytes', 'NotParquet', () => Buffer.from('PAR1')],
    ['a Parquet file that was packed again', 'NotParquet', () => zlib.gzipSync(plain)],
    ['the first half of a file', 'NotParquet', () => plain.subarray(0, plain.length / 2)],
    ['a file with an encrypted footer', 'Encrypted', () => Buffer.concat([plain.subarray(0, plain.length - 4), Buffer.from('PARE')])],
    ['a file with a signed footer', 'Encrypted', () => withFooter(plain, (file) => file.with({ 8: { type: STRUCT, value: new Struct() } }))],
    ['a footer that counts other rows than its groups', 'Damaged', () => withFooter(plain, (file) => file.with({ 3: i64(4) }))],
    ['a file of an Iceberg table', 'TableFormat', () => withFooter(plain, (file) => file.with({ 5: texts('iceberg.schema', '{}') }))],
    ['a file of a Hudi table', 'TableFormat', () => withFooter(plain, (file) => file.with({ 5: texts('hoodie_min_record_key', 'a') }))],
    ['a frame of pandas whose index would be lost', 'PandasIndex', () => withFooter(plain, (file) => file.with({ 5: texts('pandas', '{"index_columns":[{"kind":"range","name":null,"start":3,"stop":6,"step":1}]}') }))],
    ['a summary of other files', 'OtherFiles', () => withFooter(plain, (file) => {
      const group = file.structs(4)[0]!;
      const chunks = group.structs(1).map((chunk) => chunk.with({ 1: { type: BINARY, value: Buffer.from('part-0.parquet') } }));
      return file.with({ 4: listOf(STRUCT, [group.with({ 1: listOf(STRUCT, chunks) })]) });
    })],
    ['a file without the column', 'NoColumn', () => plain, 'person'], ['a column of numbers with fractions', 'ColumnType', () => written([{ name: 'id', data: [1.5, 2.5] }])],
    ['a column of dates', 'ColumnType', () => written([{ name: 'id', data: [new Date(0), new Date(1)] }])], ['a column of lists', 'ColumnType', () => spark('snappy'), 'list'],
    ['a column of structs', 'ColumnType', () => spark('snappy'), 'struct'],
    ['a file in a codec that nothing here packs with', 'Codec', () => withFooter(plain, (file) => {
      const group = file.structs(4)[0]!;
      const chunks = group.structs(1).map((chunk) => chunk.with({ 3: { type: STRUCT, value: chunk.struct(3)!.with({ 4: { type: 5, value: 7n } }) } }));
      return file.with({ 4: listOf(STRUCT, [group.with({ 1: listOf(STRUCT, chunks) })]) });
    })],
  ])('fails for %s, with the reason %s', async (_what, reason, make, column = 'id') => {
    const bytes = await make();
    expect(await reasonOf(rewritten(bytes, column, PERSON, 'others'))).toBe(reason);
    if (reason !== 'PandasIndex') expect(await reasonOf(tally(bytes, column, PERSON))).toBe(reason);
  });

  test('fails for a file that is too large to be written anew in memory', async () => {
    expect(await reasonOf(rewritten({ length: 256 * 1024 * 1024 + 1 } as Uint8Array, 'id', PERSON, 'others'))).toBe('TooLarge');
  });

  test('a file without a byte has no rows', async () => {
    expect(await tally(new Uint8Array(), 'id', PERSON)).toEqual({ theirs: 0, unidentified: 0, isListed: false });
  });
});

describe('any file', () => {
  const id = fc.option(fc.constantFrom(PERSON, 'patient-10', 'é', 'e\u0301', ''), { nil: null });
  const row = fc.record({ id, number: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { nil: null }), note: fc.option(fc.string(), { nil: null }), flag: fc.boolean(), size: fc.double() });

  test('of any rows, in any groups and pages, has all but those of the person afterwards, and a copy has those alone', async () => {
    await fc.assert(fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 70 }), fc.constantFrom(20, 200, 100_000), fc.constantFrom('SNAPPY', 'UNCOMPRESSED'), async (rows, rowGroupSize, pageSize, codec) => {
      const columnData = [
        { name: 'id', data: rows.map((one) => one.id), type: 'STRING' as const }, { name: 'number', data: rows.map((one) => one.number), type: 'INT64' as const },
        { name: 'note', data: rows.map((one) => one.note), type: 'STRING' as const }, { name: 'flag', data: rows.map((one) => one.flag), type: 'BOOLEAN' as const },
        { name: 'size', data: rows.map((one) => one.size), type: 'DOUBLE' as const },
      ];
      const before = written(columnData, { rowGroupSize, pageSize, codec: codec as 'SNAPPY' });
      const theirs = rows.filter((one) => one.id === PERSON).length;
      expect(await tally(before, 'id', PERSON)).toEqual({ theirs, unidentified: rows.filter((one) => one.id === null || one.id === '').length, isListed: false });
      const read = await rowsOf(before);
      expect(await rowsOf(await rewritten(before, 'id', PERSON, 'others'))).toEqual(read.filter((one) => one.id !== PERSON));
      expect(await rowsOf(await rewritten(before, 'id', PERSON, 'theirs'))).toEqual(read.filter((one) => one.id === PERSON));
    }), { numRuns: 40 });
  });

  test('with bytes that were changed is left as it is, or written with as many rows as it has', async () => {
    const whole = spark('second');
    const answers = new Set<string>();
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), async (changes) => {
      const bytes = Buffer.from(whole);
      for (const [at, byte] of changes) bytes[at] = byte;
      const reason = await reasonOf(rewritten(bytes, 'id', PERSON, 'others'));
      expect(reason).not.toMatch(/^other/);
      answers.add(reason);
    }), { numRuns: 60 });
    expect(answers).toContain('Damaged');
  });
});

const python = jobsPython();
const hasArrow = python !== undefined && spawnSync(python, ['-c', 'import pandas, pyarrow.parquet']).status === 0;
if (!hasArrow) process.stderr.write('\'files of pyarrow and pandas\' is skipped: the Python of JOBS_PYTHON, or of .venv-jobs, cannot import pyarrow and pandas\n');

(hasArrow ? describe : describe.skip)('files of pyarrow and pandas', () => {
  const run = (verb: string, folder: string) => execFileSync(python!, [join(FILES, 'files.py'), verb, folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

  test('of every type, codec and encoding are read by pyarrow afterwards with the same schema, metadata and rows', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parquet-'));
    try {
      run('write', folder);
      for (const name of SPARK) cpSync(join(FILES, name), join(folder, name));
      // the largest of 64 bits without a sign is -1 with one
      const [largest, numbers] = [String(2n ** 64n - 1n), readFileSync(join(folder, 'arrow-gzip'))];
      expect(await Promise.all([['unsigned', largest], ['unsigned', '-1'], ['number', '4711'], ['number', largest]].map(async ([column, subject]) => (await tally(numbers, column!, subject!)).theirs))).toEqual([45, 0, 45, 0]);
      const left: Record<string, string> = {};
      const names = readdirSync(folder);
      for (const name of names) {
        const bytes = readFileSync(join(folder, name));
        const reason = await reasonOf(rewritten(bytes, 'id', PERSON, 'others').then((made) => writeFileSync(join(folder, `${name}.without`), made)));
        if (reason === 'none') writeFileSync(join(folder, `${name}.only`), await rewritten(bytes, 'id', PERSON, 'theirs'));
        else left[name] = reason;
      }
      const packed = HAS_ZSTD ? [] : names.filter((name) => name.includes('zstd'));
      expect(left).toEqual({ 'pandas-other-index': 'PandasIndex', ...Object.fromEntries(packed.map((name) => [name, 'Codec'])) });
      // one in which nothing was erased has to be noticed
      cpSync(join(folder, 'arrow-gzip'), join(folder, 'arrow-gzip.without'));
      expect(JSON.parse(run('compare', folder))).toEqual({ 'arrow-gzip.without': expect.arrayContaining(['the number of rows', expect.stringContaining('rows: ')]) });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
