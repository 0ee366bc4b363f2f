import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { linesOf, templateLines } from '../../lib/evidence/template-lines';
import { anyText } from '../support/any-text';

const TEMPLATE = { Resources: { Model: { Type: 'AWS::SageMaker::Model', Properties: { Name: 'a "quoted": {name}\n', Containers: [{ Image: 'x' }, { Image: 'y', Ports: [1, 2] }], Empty: [], None: null } }, Other: { Type: 'T' } } };
const TEXT = JSON.stringify(TEMPLATE, null, 1);
const lineOf = (path: string) => TEXT.split('\n')[(linesOf(TEXT).get(path) ?? 0) - 1]?.trim();

test('every key and item has its line', () => {
  expect(lineOf('Resources.Model.Properties.Containers.1.Image')).toBe('"Image": "y",');
  expect(lineOf('Resources.Model.Properties.Containers.1.Ports.1')).toBe('2');
  expect(lineOf('Resources.Other')).toBe('"Other": {');
  expect(lineOf('Resources.Model.Properties.None')).toBe('"None": null');
});

test('a property inside a text, or one that is absent, has the line of what holds it', () => {
  const directory = mkdtempSync(join(tmpdir(), 'lines-'));
  writeFileSync(join(directory, 'a.template.json'), TEXT);
  const lines = templateLines(directory);
  const at = (...[id, location]: [string, string]) => TEXT.split('\n')[(lines('a.template.json', id, location) ?? 0) - 1]?.trim();
  expect(at('Model', 'Properties.Name.States.First')).toBe('"Name": "a \\"quoted\\": {name}\\n",');
  expect(at('Model', 'Properties.Absent')).toBe('"Properties": {');
  expect(at('Model', '')).toBe('"Model": {');
  expect(lines('missing.json', 'Model', '')).toBeUndefined();
  expect(lines('../a.template.json', 'Model', '')).toBeUndefined();
});

test('a resource of Terraform is found by its address', () => {
  const directory = mkdtempSync(join(tmpdir(), 'lines-'));
  const text = JSON.stringify({ resource: { azurerm_key_vault: { v: { name: 'v', network_acls: { bypass: 'None' } } } } }, null, 1);
  writeFileSync(join(directory, 'cdk.tf.json'), text);
  const lines = templateLines(directory);
  const at = (location: string) => text.split('\n')[(lines('cdk.tf.json', 'azurerm_key_vault.v', location) ?? 0) - 1]?.trim();
  expect(at('Properties.network_acls.bypass')).toBe('"bypass": "None"');
  expect(at('Properties.network_acls.default_action')).toBe('"network_acls": {');
  expect(at('Properties')).toBe('"v": {');
});

test('any JSON, however it is laid out, has a line for each of its paths', () => {
  const { value: anything } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, anyText(), fc.double(), fc.constant(null), fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(fc.stringMatching(/^[A-Za-z0-9:_-]{1,6}$/), tie('value'), { maxKeys: 3 })),
  }));
  const paths = (value: unknown, at: string): string[] => (typeof value !== 'object' || value === null ? [] : Object.entries(value).flatMap(([key, item]) => [`${at}${key}`, ...paths(item, `${at}${key}.`)]));
  fc.assert(fc.property(anything, fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
    const template = { Resources: { Model: value } };
    const text = JSON.stringify(template, null, indent);
    const lines = linesOf(text);
    expect([...lines.keys()].sort()).toEqual(paths(JSON.parse(text), '').sort());
    for (const [path, line] of lines) {
      const last = path.split('.').at(-1)!;
      if (!/^\d+$/.test(last)) expect(text.split('\n')[line - 1]).toContain(`"${last}":`);
    }
  }), { numRuns: 300 });
});
