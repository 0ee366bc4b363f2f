import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnResource, IResolvable, Lazy, ResolutionTypeHint, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { settled, settledJson } from '../../../lib/aws/private/settled';
import { env } from '../../support/workspace';

interface Template { readonly Resources: Record<string, { readonly Properties: Record<string, unknown> }> }

/** A resource in one stack that refers to one in another, by what its prop is made into. */
function twoStacks(prop: (scope: CfnResource, source: CfnResource) => unknown) {
  const app = new App();
  const source = new CfnResource(new Stack(app, 'Source', { env }), 'Source', { type: 'Test::Source::Thing' });
  const target: CfnResource = new CfnResource(new Stack(app, 'Target', { env }), 'Target', { type: 'Test::Target::Thing', properties: { Given: Lazy.any({ produce: () => given }) } });
  const given = prop(target, source);
  const synth = (options = {}) => {
    const { directory } = app.synth(options);
    const template = JSON.parse(readFileSync(join(directory, 'Target.template.json'), 'utf8')) as Template;
    // without the hash that ends the name of an export
    return JSON.parse(JSON.stringify(template.Resources.Target.Properties.Given).replace(/(ExportsOutput\w+?)[0-9A-F]{8}\b/g, '$1')) as unknown;
  };
  return { app, target, source, synth };
}

const imported = (name: string) => ({ 'Fn::ImportValue': `Source:ExportsOutput${name}` });
const JOIN = (...parts: unknown[]) => ({ 'Fn::Join': ['', parts] });

test('a value is worked out once for the template and the tree, after references are found', () => {
  let produced = 0;
  const { synth } = twoStacks((scope, source) => settled(scope, { Arn: `${source.ref}/*`, Count: Lazy.uncachedAny({ produce: () => ++produced }) }));
  expect(synth()).toEqual({ Arn: JOIN(imported('RefSource'), '/*'), Count: 2 });
  expect(produced).toBe(2);
});

test.each<[string, (source: CfnResource) => unknown, unknown]>([
  ['text', (source) => ({ a: { b: [`x ${source.ref}`] } }), JOIN('{"a":{"b":["x ', imported('RefSource'), '"]}}')],
  ['a number', (source) => ({ a: Token.asNumber(source.getAtt('Count')) }), JOIN('{"a":', imported('FnGetAttSourceCount'), '}')],
  ['an object', (source) => ({ a: source.getAtt('Arn', ResolutionTypeHint.STRING) }), JOIN('{"a":"', imported('FnGetAttSourceArn'), '"}')],
  ['a key', (source) => ({ [`${source.ref}`]: 1 }), JOIN('{"', imported('RefSource'), '":1}')],
  ['what is made late', (source) => ({ a: Lazy.string({ produce: () => source.ref }) }), JOIN('{"a":"', imported('RefSource'), '"}')],
])('a reference in %s of JSON is found', (_, value, given) => {
  expect(twoStacks((scope, source) => settledJson(scope, () => value(source))).synth()).toEqual(given);
});

test('references in a policy are found, and its statements are merged as ever', () => {
  const document = new iam.PolicyDocument({ minimize: true });
  const { synth } = twoStacks((scope, source) => {
    for (const action of ['s3:GetObject', 's3:PutObject']) document.addStatements(new iam.PolicyStatement({ actions: [action], resources: [`${source.ref}/*`] }));
    return settled(scope, document);
  });
  expect(synth()).toMatchObject({ Statement: [{ Action: ['s3:GetObject', 's3:PutObject'] }] });
});

test.each([{ force: true }, { force: true, skipValidation: true }])('a second synth with %j sees what has changed since the first', (options) => {
  let text = 'first';
  const { synth } = twoStacks((scope) => settled(scope, { Text: Lazy.uncachedString({ produce: () => text }) }));
  expect(synth()).toEqual({ Text: 'first' });
  text = 'second';
  expect(synth(options)).toEqual({ Text: 'second' });
});

test('what somebody works out before references are found is not kept', () => {
  let value: IResolvable;
  const { app, target, synth } = twoStacks((scope, source) => value = settled(scope, { Arn: source.ref }));
  // this one comes later in the tree, so it asks while the CDK still looks for references
  new CfnResource(new Stack(app, 'Z', { env }), 'Asks', { type: 'Test::Asks::Thing', properties: { Seen: Lazy.string({ produce: () => JSON.stringify(Stack.of(target).resolve(value)) }) } });
  expect(synth()).toEqual({ Arn: imported('RefSource') });
});

test('without validation, nothing tells when references are found, and the template is right all the same', () => {
  const { synth } = twoStacks((scope, source) => settledJson(scope, () => ({ a: source.ref })));
  expect(JSON.stringify(synth({ skipValidation: true }))).toContain('Fn::ImportValue');
});

test('fails with what is wrong with the JSON', () => {
  const { synth } = twoStacks((scope) => settledJson(scope, () => ({ a: 1 }), (resolved) => { throw new Error(`no ${String(resolved)} here`); }));
  expect(() => synth()).toThrow('no {"a":1} here');
});
