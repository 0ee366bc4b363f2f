import fc from 'fast-check';
import { Library } from '../../lib/rules/contents';
import { resolve, type Scope } from '../../lib/rules/resolve';
import { Value } from '../../lib/rules/value';

const scope = (region: string): Scope => ({
  stackName: region, region, parameters: {}, mappings: {}, outputs: {}, logicalIds: new Set(['Key']), nested: new Map(), exports: new Map(),
});
const NAMES = ['A', 'B', '__proto__', 'constructor'];
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof({ depthSize: 'small' }, fc.constantFrom(null, 0, -0, 1, '', 'a', true, 'x{{resolve:ssm:y}}'), fc.constantFrom({ Ref: 'Key' }, { Ref: 'AWS::Region' }, { Ref: 'AWS::NoValue' }, { 'Fn::If': ['C', 'a', { Ref: 'Key' }] }),
    fc.array(tie('tree'), { maxLength: 3 }), fc.dictionary(fc.constantFrom(...NAMES), tie('tree'), { maxKeys: 3 })),
}));

test('what is read of properties is the same as when each is resolved by itself', () => {
  const library = new Library();
  const scopes = [scope('eu-central-1'), scope('eu-west-1')];
  fc.assert(fc.property(fc.dictionary(fc.constantFrom('A', 'B', 'Ref', '__proto__'), tree), fc.constantFrom(...scopes), (written, where) => {
    // as a template holds it
    const raw = JSON.parse(JSON.stringify(written)) as unknown;
    const contents = library.read(raw, where);
    const whole = Value.of(resolve(raw, where), 'Properties');
    if (!contents) return expect(Object.keys(raw as object)).toEqual(['Ref']);
    expect(library.whole(contents)).toEqual(whole);
    for (const path of ['A', 'B', 'A.A', 'A.B.A', 'A.__proto__', 'A.constructor', 'C', 'C.A', '__proto__', 'constructor']) expect(library.at(contents, path)).toEqual(whole.at(path));
  }), { numRuns: 2000 });
});

test('what is the same in two resources is one object, and what refers to something is so within its stack', () => {
  const library = new Library();
  const [here, there] = [scope('eu-central-1'), scope('eu-west-1')];
  const at = (raw: unknown, where: Scope, path: string) => library.at(library.read(raw, where)!, path);
  expect(at({ A: { B: 1 }, C: 1 }, here, 'A.B')).toBe(at({ A: { B: 1 }, C: 2 }, there, 'A.B'));
  expect(at({ A: { B: 1 } }, here, 'A.B')).not.toBe(at({ A: { B: '1' } }, here, 'A.B'));
  expect(at({ A: { Ref: 'AWS::Region' } }, here, 'A')).toBe(at({ A: { Ref: 'AWS::Region' }, B: 1 }, here, 'A'));
  expect(at({ A: { Ref: 'AWS::Region' } }, here, 'A')).not.toBe(at({ A: { Ref: 'AWS::Region' } }, there, 'A'));
  expect(at({ A: { B: JSON.parse('1e400') as number } }, here, 'A.B')).not.toBe(at({ A: { B: null } }, here, 'A.B'));
  expect(at({ B: 1 }, here, 'A.B')).toBe(at({ D: 1 }, there, 'A.B'));
});
