import * as fc from 'fast-check';
import { fieldsOf, prefixOf, type Row, type TextLayout, rowsOf, Unreadable } from '../../../lib/runtime/erase-objects/layout';

const CSV: TextLayout = { kind: 'csv', prefix: '', column: 'id' };
const JSONL: TextLayout = { kind: 'json-lines', prefix: '', field: 'patient.id' };

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Rows of a text that comes in pieces of some bytes. */
async function rows(text: string | Uint8Array, layout: TextLayout, subject: string, size = 3): Promise<Row[]> {
  const found: Row[] = [];
  for await (const row of rowsOf(chunked(typeof text === 'string' ? Buffer.from(text) : text, size), layout, subject)) found.push(row);
  return found;
}
const whose = async (...args: Parameters<typeof rows>) => (await rows(...args)).map(({ is }) => is);

describe('rows of CSV', () => {
  test.each<[string, string, string, Row['is'][]]>([
    ['by the column, wherever it stands', 'name,id\nAnna,1\nBert,2\n', '1', ['header', 'theirs', 'others']],
    ['without a line end after the last', 'id\n1', '1', ['header', 'theirs']],
    ['with the line ends of Windows', 'id,a\r\n1,x\r\n2,y\r\n', '2', ['header', 'others', 'theirs']],
    ['in quotes, with commas, quotes and line ends in them', 'id,note\n"1","a, ""b""\nc"\n"2",d\n', '1', ['header', 'theirs', 'others']],
    ['with a quote in the name of the person', 'id\n"O""Neil"\n', 'O"Neil', ['header', 'theirs']],
    ['behind a byte order mark', '\uFEFFid,a\n1,x\n', '1', ['header', 'theirs']],
    ['whole values only: 1 is not 10', 'id\n10\n1\n01\n', '1', ['header', 'others', 'theirs', 'others']],
    ['of people whose names have umlauts and more', 'id\nJürgen 🫀\nJu\u0308rgen 🫀\n', 'Jürgen 🫀', ['header', 'theirs', 'others']],
    ['that are blank are of nobody, those without the value of somebody unknown', 'id,a\n\n,x\n', '1', ['header', 'others', 'unidentified']],
    ['of a header alone', 'id\n', '1', ['header']],
    ['of an empty file', '', '1', []],
  ])('are told %s', async (_what, text, subject, expected) => {
    for (const size of [1, 3, 1_000]) expect(await whose(text, CSV, subject, size)).toEqual(expected);
  });

  test.each<[string, string | Uint8Array]>([
    ['without the column', 'name,number\nAnna,1\n'], ['with fewer fields than the header', 'a,id\nx\n'], ['with a quote that does not end', 'id\n"1\n2\n'],
    ['with text after a quote', 'id,a\n"1"x,2\n'], ['that is no UTF-8', Buffer.from([0x69, 0x64, 0x0a, 0xff, 0xfe, 0x0a])], ['that is compressed', Buffer.from([0x1f, 0x8b, 0x08, 0x00])],
    ['that begins with a blank line', '\nid\n1\n'],
    // each of these would otherwise hide rows in another row, and say of the person that nothing is there
    ['with a quote that stands alone, behind which rows look like one', 'id,size\na,5" pipe\n1,x\nb,6" pipe\n'], ['with a quote within a field', 'id,note\n1,a "b" c\n'],
    ['with the line ends of an old Mac', 'id,a\r1,x\r2,y\r'], ['with one such line end', 'id,a\n2,y\r1,x\n'], ['with two columns of the name', 'id,a,id\n2,x,1\n'], ['that ends within a character', Buffer.from([0x69, 0x64, 0x0a, 0xc3])],
  ])('fails for a file %s', async (_what, text) => {
    await expect(rows(text, CSV, '1')).rejects.toThrow(Unreadable);
  });

  test('put together again are the file, byte by byte', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2, maxLength: 2 }), { maxLength: 8 }), fc.boolean(), fc.integer({ min: 1, max: 9 }), async (table, windows, size) => {
      const quoted = table.map((fields) => fields.map((field) => `"${field.replace(/"/g, '""')}"`).join(','));
      const text = ['id,note', ...quoted].join(windows ? '\r\n' : '\n');
      const found = await rows(text, CSV, table[0]?.[0] ?? 'x', size);
      expect(found.map((row) => row.text).join('')).toBe(text);
      expect(found.slice(1).map((row) => fieldsOf(row.text))).toEqual(table);
      expect(found.slice(1).map(({ is }) => is === 'theirs')).toEqual(table.map(([id]) => id !== '' && id === table[0]![0]));
    }), { numRuns: 200 });
  });
});

describe('lines of JSON', () => {
  test.each<[string, string, string, Row['is'][]]>([
    ['by a path', '{"patient":{"id":"1"}}\n{"patient":{"id":"2"}}\n', '1', ['theirs', 'others']],
    ['with numbers for names', '{"patient":{"id":1}}\n', '1', ['theirs']],
    ['without the field', '{"patient":{}}\n{"patient":null}\n[]\n{"patient":{"id":""}}', '1', ['unidentified', 'unidentified', 'unidentified', 'unidentified']],
    ['with a number that cannot be held', '{"patient":{"id":12345678901234567890}}\n', '12345678901234567000', ['unidentified']],
    ['with escapes', '{"patient":{"id":"J\\u00fcrgen"}}\n', 'Jürgen', ['theirs']],
    ['of nothing', '\n\n', '1', ['others', 'others']],
    ['with names that objects inherit', '{"constructor":{"name":"Object"}}', 'Object', ['unidentified']],
  ])('are told %s', async (_what, text, subject, expected) => {
    expect(await whose(text, JSONL, subject)).toEqual(expected);
  });

  test('of captures are those that begin with the person and the separator', async () => {
    const layout: TextLayout = { kind: 'json-lines', prefix: '', field: 'eventMetadata.inferenceId', separator: '#' };
    const line = (id?: string) => `${JSON.stringify({ captureData: {}, eventMetadata: { eventId: 'e', inferenceId: id } })}\n`;
    expect(await whose([line('p1'), line('p1#7'), line('p10'), line('p10#1'), line()].join(''), layout, 'p1')).toEqual(['theirs', 'theirs', 'others', 'others', 'unidentified']);
  });

  test('fails for what is no JSON, and for a line without an end', async () => {
    await expect(rows('{"patient":\n', JSONL, '1')).rejects.toThrow(Unreadable);
    await expect(rows(Buffer.alloc(17 * 1024 * 1024, 'a'), JSONL, '1', 1024 * 1024)).rejects.toThrow(Unreadable);
  });
});

describe('a prefix of one person', () => {
  test('is the template with the person in it', () => {
    expect(prefixOf('patients/{subject}/', 'ä 1')).toBe('patients/ä 1/');
    expect(prefixOf('{subject}.json', 'a')).toBe('a.json');
  });
  test('is none for a person whose name holds what ends it', () => {
    expect(prefixOf('patients/{subject}/', 'a/b')).toBeUndefined();
    expect(prefixOf('patients/{subject}/', '../x')).toBeUndefined();
  });
});
