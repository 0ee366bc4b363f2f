import { resolve, type Scope } from '../../lib/rules/resolve';
import { Unknown } from '../../lib/rules/resolved';
import { viewOf } from '../../lib/rules/view';

const scopeOf = (changes: Partial<Scope> = {}): Scope => ({
  stackName: 'S', parameters: {}, mappings: {}, outputs: {}, logicalIds: new Set(), nested: new Map(), exports: new Map(), ...changes,
});
const bucketNameOf = (template: object) => viewOf({ templates: [{ stackName: 'S', path: 'S', template: 'S.json', content: template }] })
  .resources.find(({ type }) => type === 'AWS::S3::Bucket')!.at('BucketName');

describe('a name that stands for something elsewhere', () => {
  test('is found once and stays the same', () => {
    const scope = scopeOf({ parameters: { P: { Type: 'String', Default: 'a' } }, mappings: { M: { a: { b: ['x', 'y'] } } } });
    for (let round = 0; round < 3; round++) {
      expect(resolve({ Ref: 'P' }, scope)).toBe('a');
      expect(resolve({ 'Fn::FindInMap': ['M', { Ref: 'P' }, 'b'] }, scope)).toEqual(['x', 'y']);
    }
  });

  test('is unknown where it stands for itself, over any number of steps', () => {
    const exporting = (name: string, of: string) => ({ Value: { 'Fn::ImportValue': of }, Export: { Name: name } });
    expect(bucketNameOf({
      Outputs: { A: exporting('a', 'b'), B: exporting('b', 'c'), C: exporting('c', 'a') },
      Resources: { B: { Type: 'AWS::S3::Bucket', Properties: { BucketName: { 'Fn::ImportValue': 'a' } } } },
    }).unknowns.map(({ reason }) => reason)).toEqual(['a value that refers to itself']);
  });

  test('is unknown where it stands for more than can be walked', () => {
    const scope = scopeOf({ mappings: { M: { a: { b: Array.from({ length: 300_000 }, () => 'x') } } } });
    const find = () => resolve({ 'Fn::FindInMap': ['M', 'a', 'b'] }, scope);
    expect(find()).toHaveLength(300_000);
    expect(find()).toEqual(expect.objectContaining({ reason: 'more than can be followed' }));
  });
});

describe('a value of a mapping', () => {
  const scope = scopeOf({ parameters: { Open: { Type: 'String' }, Listed: { Type: 'String', AllowedValues: ['a', 'b', 'c'] } }, mappings: { M: { a: { x: 'one' }, b: { x: 'two', 7: 'seven' } } } });
  const find = (...keys: unknown[]) => resolve({ 'Fn::FindInMap': keys }, scope);
  const FALLBACK = { DefaultValue: 'other' };

  test('stands at its keys, or is the value that it falls back to', () => {
    expect(find('M', 'b', 'x')).toBe('two');
    expect(find('M', 'b', 7)).toBe('seven');
    expect(find('M', 'b', 'x', FALLBACK)).toBe('two');
    expect(find('M', 'c', 'x', FALLBACK)).toBe('other');
    expect(find('N', 'c', 'x', FALLBACK)).toBe('other');
    expect(find('M', 'a', 'x', 'no fallback')).toBe('one');
    expect(find('M', 'c', 'x')).toBeInstanceOf(Unknown);
  });

  test('is any of them where a key is not known', () => {
    expect(find('M', { Ref: 'Open' }, 'x')).toEqual({ options: ['one', 'two'] });
    expect(find('M', { Ref: 'AWS::Region' }, 7, FALLBACK)).toEqual({ options: ['seven', 'other'] });
    expect(find('M', { Ref: 'Listed' }, 'x', FALLBACK)).toEqual({ options: ['one', 'two', 'other'] });
    expect(find('M', { Ref: 'Listed' }, 'x')).toEqual({ options: ['one', 'two', expect.any(Unknown)] });
    expect(find({ Ref: 'Open' }, 'a', 'x')).toBe('one');
  });
});

describe('JSON of a value', () => {
  const scope = scopeOf({ parameters: { Open: { Type: 'String' } } });
  const json = (value: unknown) => resolve({ 'Fn::ToJsonString': value }, scope);

  test('is a text, with gaps where the value is not known', () => {
    expect(json({ a: [1, true, null, 'x"'] })).toBe('{"a":[1,true,null,"x\\""]}');
    expect(json({ a: { Ref: 'Open' }, b: [{ 'Fn::Sub': 'say "${Open}"' }, 2], c: { Ref: 'AWS::NoValue' } })).toMatchObject({ pattern: '{"a":"?","b":["say \\"?\\"",2]}' });
    expect(json({ a: { 'Fn::If': ['C', 'x', 'y'] } })).toEqual({ options: ['{"a":"x"}', '{"a":"y"}'] });
    expect(json({ Ref: 'Open' })).toMatchObject({ pattern: '"?"' });
  });
});

test('the length of a list is known where the list is', () => {
  const scope = scopeOf({ parameters: { Open: { Type: 'List<String>' }, Two: { Type: 'CommaDelimitedList', Default: 'a,b' } } });
  expect(resolve({ 'Fn::Length': [1, 2, 3] }, scope)).toBe(3);
  expect(resolve({ 'Fn::Length': { Ref: 'Two' } }, scope)).toBe(2);
  for (const open of [{ Ref: 'Open' }, 'abc', { a: 1 }]) expect(resolve({ 'Fn::Length': open }, scope)).toBeInstanceOf(Unknown);
});

describe('a text', () => {
  test('of many parts is joined in time that grows with them', () => {
    const start = Date.now();
    const text = resolve({ 'Fn::Sub': ['${x}'.repeat(200_000), { x: 'y' }] }, scopeOf());
    expect(text).toBe('y'.repeat(200_000));
    expect(Date.now() - start).toBeLessThan(5000);
  });

  test('of alternatives is each of them', () => {
    const choice = { 'Fn::If': ['C', 'a', 'b'] };
    expect(resolve({ 'Fn::Join': ['-', [choice, 'x', choice]] }, scopeOf())).toEqual({ options: ['a-x-a', 'a-x-b', 'b-x-a', 'b-x-b'] });
  });

  test('longer than any template is unknown', () => {
    const long = resolve({ 'Fn::Sub': ['${x}'.repeat(1000), { x: 'y'.repeat(20_000) }] }, scopeOf());
    expect(long).toBeInstanceOf(Unknown);
    expect((long as Unknown).reason).toBe('too long a text');
  });
});
