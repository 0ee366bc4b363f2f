import fc from 'fast-check';
import { bytesOf, ITEM, readJson, type Pieces, type ReadBytes } from '../../lib/evidence/json-pieces';

const ALL: Pieces = { opens: () => true, keep: (_path, value) => value };
const FIRST: Pieces = { opens: (path) => path.length === 0, keep: (_path, value) => value };

/** A text of which each read gives no more than so many bytes. */
function dripping(text: string | Buffer, most: number): ReadBytes {
  const whole = Buffer.from(text);
  let at = 0;
  return () => whole.subarray(at, at = Math.min(whole.length, at + most));
}

test('what is read by pieces is what JSON.parse reads, whatever is opened and wherever the bytes are cut', () => {
  fc.assert(fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 2 }), (value, most, indent) => {
    const text = JSON.stringify(value, null, indent);
    for (const pieces of [ALL, FIRST]) expect(readJson(dripping(text, most), pieces)).toEqual(JSON.parse(text));
  }));
});

test('each item and member may be kept as something else, by its path', () => {
  const seen: string[] = [];
  const kept = readJson(bytesOf('{"a":[1,{"b":[2]}],"c":{}}'), {
    opens: (path) => path.length < 3,
    keep: (path, value) => {
      seen.push(path.map((key) => (key === ITEM ? '*' : key)).join('.'));
      return typeof value === 'number' ? value + 1 : value;
    },
  });
  expect(kept).toEqual({ a: [2, { b: [2] }], c: {} });
  expect(seen).toEqual(['a.*', 'a.*.b', 'a.*', 'a', 'c']);
});

test('a mark of byte order is passed over, and a key such as __proto__ is data', () => {
  expect(readJson(bytesOf('\ufeff{"__proto__": [1]}'), ALL)).toEqual(JSON.parse('{"__proto__": [1]}'));
});

describe('fails', () => {
  const whole = '{"a": [1, "x\\"]}", {"b": null}], "c": true}';

  test.each([...Array(whole.length).keys()])('when it was cut off after %i bytes', (length) => {
    for (const pieces of [ALL, FIRST]) expect(() => readJson(dripping(whole.slice(0, length), 3), pieces)).toThrow(SyntaxError);
  });

  test.each([
    ['has more behind its end', '{} {}', /more behind its end/], ['lacks a comma', '[1 2]', /Unexpected token/], ['has a comma too many', '{"a": 1,}', /Unexpected token '}'/],
    ['has a key without quotes', '{a: 1}', /Unexpected token 'a'/], ['has a value that is none', '[nothing]', /Unexpected token|is not valid JSON/], ['has an object closed as a list', '{"a": 1]', /Unexpected token ']'/],
    ['says the same key twice', '{"a": 1, "a": 2}', /'a' stands in it twice/], ['is no UTF-8', Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), /no UTF-8/], ['has a raw control character', '["\u0000"]', /control character/],
  ])('when it %s', (_what, text, message) => {
    expect(() => readJson(dripping(text, 2), ALL)).toThrow(message);
  });
});
