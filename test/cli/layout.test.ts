import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { parse, parseDocument, stringify, type ToStringOptions } from 'yaml';
import { laidOut } from '../../lib/cli/input/layout';
import { repeatedInJson } from '../../lib/cli/input/repeated';
import { parseFile, readYaml } from '../../lib/cli/input/template';

const text = fc.array(fc.constantFrom('word', 'it\'s', '"a"', '[-,', '{', '}', ']', '# no', 'a: b', '|', '>', '-', '- ', '\n', '!Ref', '&a', '\\', '%', '---', ''), { maxLength: 24 }).map((words) => words.join(' '));
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, text, fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(fc.constantFrom('A', 'Key', 'Fn::Sub', 'with blank', '- x'), tie('value'), { maxKeys: 3 })),
}));
const styles = fc.record<ToStringOptions>({
  collectionStyle: fc.constantFrom('any', 'flow'), defaultStringType: fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'), lineWidth: fc.constantFrom(60, 80), indent: fc.constantFrom(2, 4),
});

test('what is laid out well stays what it is', () => {
  fc.assert(fc.property(value, styles, (content, style) => {
    const written = stringify({ Top: content }, style);
    fc.pre(parseDocument(written).errors.length === 0);
    expect(parse(laidOut(written), { uniqueKeys: false })).toEqual(parse(written, { uniqueKeys: false }));
  }), { numRuns: 400 });
});

test('what goes on further left in brackets or quotes is read as if it did not, and line by line', () => {
  fc.assert(fc.property(value, fc.constantFrom('QUOTE_DOUBLE' as const, 'QUOTE_SINGLE' as const, 'PLAIN' as const), fc.nat(3), (content, defaultStringType, column) => {
    const flow = stringify([content, 'end'], { collectionStyle: 'flow', defaultStringType, lineWidth: 60 });
    // the library folds some texts wrongly
    fc.pre(isDeepStrictEqual(parse(flow), [content, 'end']));
    const left = `Top:\n    Key: ${flow.trimEnd().replace(/\n */g, `\n${' '.repeat(column)}`)}\n    Next: 1\n`;
    const { document } = readYaml(left);
    expect(document.errors).toEqual([]);
    expect(document.toJS()).toEqual({ Top: { Key: [content, 'end'], Next: 1 } });
    expect(laidOut(left).split('\n')).toHaveLength(left.split('\n').length);
  }), { numRuns: 400 });
});

test('no key of JSON stands twice where an object was written as it is, and each that does is found, with its path', () => {
  fc.assert(fc.property(value, fc.constantFrom(undefined, 2), (content, indent) => {
    const written = JSON.stringify({ Top: [content], Other: 1 }, null, indent);
    expect(repeatedInJson(written)).toEqual([]);
    expect(repeatedInJson(written.replace(/"Other":/, '"Top":')).map(({ path }) => path)).toEqual(['Top']);
  }));
  const twice = parseFile('{\n"A": [{"x": 1}, {"x": {"b": 1,\n\n"b": 2}, "x": 3}] }', 't').repeated();
  expect(twice).toEqual([{ path: 'A.1.x.b', lines: [2, 4] }, { path: 'A.1.x', lines: [2, 4] }]);
});
