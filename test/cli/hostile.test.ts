import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { clean } from '../../lib/cli/screen';
import { parseRecord } from '../../lib/evidence/read';
import { anyText } from '../support/any-text';
import { copyOf, FLAGS, folder, gate, goodStack, synthesized, withPack } from './support';

const ESC = '\u001b';
const BELL = '\u0007';

/** Answers, whatever is thrown at it: an exit code, no stack, nothing that a terminal obeys, in time. */
async function holds(files: Readonly<Record<string, unknown>> | string, words = '.'): Promise<number> {
  const cwd = typeof files === 'string' ? files : folder(files);
  const start = Date.now();
  const { code, out, err } = await gate(`check ${FLAGS} ${words}`, { cwd });
  expect(Date.now() - start).toBeLessThan(20_000);
  expect([0, 1, 2]).toContain(code);
  expect(err).not.toMatch(/defect of the gate|\n\s+at /);
  expect(`${out}${err}`).not.toMatch(new RegExp(`[${ESC}${BELL}\u009b\u202e]`));
  return code;
}

describe('what a terminal would obey', () => {
  const hostile = `${ESC}[2J${ESC}]0;owned${BELL}\u202eevil\u009b31m\r\n::error::hacked`;

  test('is taken out of names, paths, reasons and messages', async () => {
    const { out, code } = await gate(`check ${FLAGS}`, { cwd: folder() });
    expect([code, out]).toEqual([2, '']);
    expect(await holds({ 't.json': { Resources: { [hostile]: { Type: 'AWS::S3::Bucket', Metadata: { 'aws:cdk:path': hostile } } } } }, 't.json')).toBe(1);
    expect(await holds({ 't.json': `{"${JSON.stringify(hostile).slice(1, -1)}": 1}` }, 't.json')).toBe(2);
    expect(await holds({ 't.json': `Resources: *${hostile.replace(/\s/g, '')}` }, 't.json')).toBe(2);
    expect(await holds({ 'regulated-ml.json': { [hostile]: 1 } })).toBe(2);
  });

  test('no line begins with what a runner of CI takes for a command', async () => {
    const cwd = folder({ 't.json': { Resources: { B: { Type: 'AWS::S3::Bucket', Metadata: { 'aws:cdk:path': '::set-output name=a::b ##vso[task.complete]' } } } } });
    const { out } = await gate(`check ${FLAGS} t.json`, { cwd });
    expect(out).toMatch(/set-output/);
    expect(out).not.toMatch(/^\s*::|##vso\[/m);
  });

  test('is escaped in JSON', async () => {
    const cwd = folder({ 't.json': { Resources: { B: { Type: 'AWS::S3::Bucket', Metadata: { 'aws:cdk:path': hostile } } } } });
    const { out } = await gate(`check ${FLAGS} --json t.json`, { cwd });
    expect(out).not.toMatch(new RegExp(`[${ESC}\u009b\u202e]`));
    expect((JSON.parse(out) as { findings: { path: string }[] }).findings[0]!.path).toBe(hostile);
  });

  test('colour is for terminals alone, and only where it is wanted', async () => {
    const cwd = folder({ 't.json': { Resources: { B: { Type: 'AWS::S3::Bucket' } } } });
    const colour = async (env: Record<string, string>, terminal = true) => (await gate(`check ${FLAGS} t.json`, { cwd, env, terminal })).out.includes(ESC);
    expect([await colour({}), await colour({ NO_COLOR: '1' }), await colour({ TERM: 'dumb' }), await colour({}, false)]).toEqual([true, false, false, false]);
  });

  test('progress is drawn on a terminal alone, on standard error, and wiped off again', async () => {
    const cwd = folder({ 't.json': { Resources: { B: { Type: 'AWS::S3::Bucket' } } } });
    expect((await gate(`check ${FLAGS} t.json`, { cwd, terminal: true })).err).toMatch(/^\rreading t\.json …\s*\r[^\n]*\r +\r$/);
    for (const [flags, env] of [['--quiet', {}], ['--json', {}], ['', { CI: 'true' }]] as const) expect((await gate(`check ${FLAGS} t.json ${flags}`, { cwd, terminal: true, env })).err).toBe('');
  });
});

describe('templates without end', () => {
  const bucket = (properties: unknown) => ({ B: { Type: 'AWS::S3::Bucket', Properties: properties } });

  test('of exports that import each other, twice at each level', async () => {
    const outputs = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`O${index}`, {
      Value: { 'Fn::Join': ['', [{ 'Fn::ImportValue': `e${index + 1}` }, { 'Fn::ImportValue': `e${(index + 1) % 60}` }]] }, Export: { Name: `e${index}` },
    }]));
    expect(await holds({ 't.json': { Outputs: outputs, Resources: bucket({ BucketName: { 'Fn::ImportValue': 'e0' } }) } }, 't.json')).toBe(1);
  });

  test('of texts and lists that double with each name', async () => {
    const doubled = (make: (name: string) => unknown) => Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`O${index}`, {
      Value: index === 59 ? 'lol' : make(`e${index + 1}`), Export: { Name: `e${index}` },
    }]));
    const importing = (name: string) => ({ 'Fn::ImportValue': name });
    for (const make of [(name: string) => ({ 'Fn::Join': ['', [importing(name), importing(name)]] }), (name: string) => [importing(name), importing(name)]]) {
      expect(await holds({ 't.json': { Outputs: doubled(make), Resources: bucket({ BucketName: importing('e0'), Tags: importing('e0') }) } }, 't.json')).toBe(1);
    }
  });

  test('of a mapping that every property finds', async () => {
    const long = Array.from({ length: 20_000 }, () => 'x');
    const found = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`P${index}`, { 'Fn::FindInMap': ['M', 'a', 'b'] }]));
    expect(await holds({ 't.json': { Mappings: { M: { a: { b: long } } }, Resources: bucket(found) } }, 't.json')).toBe(1);
  });

  test('of one text that is put in many places of another', async () => {
    const text = '${x}'.repeat(100_000);
    expect(await holds({ 't.json': { Resources: bucket({ BucketName: { 'Fn::Sub': [text, { x: 'y'.repeat(50_000) }] } }) } }, 't.json')).toBe(1);
  });

  test('of alternatives in alternatives', async () => {
    const tree = (depth: number): unknown => (depth === 0 ? { Ref: 'P' } : { 'Fn::If': ['C', tree(depth - 1), tree(depth - 1)] });
    const joined = { 'Fn::Join': ['-', Array.from({ length: 40 }, () => tree(1))] };
    expect(await holds({
      't.json': { Parameters: { P: { Type: 'String', AllowedValues: Array.from({ length: 16 }, (_, index) => `v${index}`) } }, Resources: bucket({ BucketName: tree(13), Tags: [joined, tree(10)] }) },
    }, 't.json')).toBe(1);
  });

  test('of depth', async () => {
    const deep = `{"Resources":{"B":{"Type":"AWS::S3::Bucket","Properties":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}}}`;
    expect(await holds({ 't.json': deep }, 't.json')).toBe(1);
    expect(await holds({ 't.json': `{"Resources":{"B":{"Type":"AWS::SageMaker::Pipeline","Properties":{"PipelineDefinition":{"PipelineDefinitionBody":${JSON.stringify(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)}}}}}}` }, 't.json')).toBe(1);
  });
});

describe('anything', () => {
  const runs = { numRuns: 150 };

  test('a file of any bytes', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => { await holds({ 't.json': Buffer.from(bytes) }, 't.json'); }), runs);
  });

  test('a file of any text that looks like YAML', async () => {
    const word = fc.constantFrom('Resources', ': ', '\n', '  ', '- ', '!Ref ', '!Sub ', '!GetAtt ', '[', ']', '{', '}', '&a ', '*a', '<<', '"', '\'', '|', '>', '? ', '#', 'Type: AWS::S3::Bucket', ',', '---', '%YAML 1.1', '\t', 'x', '1', '!!binary ', '!!set ');
    await fc.assert(fc.asyncProperty(fc.array(word, { maxLength: 40 }), async (words) => { await holds({ 't.yaml': `Resources:\n${words.join('')}` }, 't.yaml'); }), { numRuns: 400 });
  });

  test('a template of any JSON', async () => {
    await fc.assert(fc.asyncProperty(fc.jsonValue({ maxDepth: 5 }), fc.jsonValue({ maxDepth: 4 }), fc.jsonValue({ maxDepth: 3 }), async (properties, parameters, outputs) => {
      await holds({ 't.json': { Resources: { A: { Type: 'AWS::SageMaker::Pipeline', Properties: properties }, B: { Type: 'AWS::CloudFormation::Stack', Properties: properties }, C: properties }, Parameters: parameters, Outputs: outputs, Mappings: parameters, Metadata: properties } }, 't.json');
    }), runs);
  });

  test('a template of any intrinsics, one in the other', async () => {
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 5 }, fc.constantFrom('A', 'P', 'x', '${P}', '${A.Arn}', '1', '', 'AWS::Region', 'AWS::NoValue'), tie('intrinsic'), fc.array(tie('value'), { maxLength: 3 })),
      intrinsic: fc.tuple(fc.constantFrom('Ref', 'Fn::GetAtt', 'Fn::Sub', 'Fn::Join', 'Fn::Select', 'Fn::Split', 'Fn::If', 'Fn::FindInMap', 'Fn::ImportValue', 'Fn::ToJsonString', 'Fn::Cidr'), tie('value'))
        .map(([name, argument]) => ({ [name]: argument })),
    }));
    await fc.assert(fc.asyncProperty(value, value, value, async (name, given, exported) => {
      await holds({
        't.json': {
          Parameters: { P: { Type: 'String', Default: 'x' } }, Outputs: { O: { Value: exported, Export: { Name: 'x' } } },
          Resources: { A: { Type: 'AWS::S3::Bucket', Properties: { BucketName: name } }, M: { Type: 'AWS::SageMaker::Pipeline', Properties: { PipelineDefinition: { PipelineDefinitionBody: given } } } },
        },
      }, 't.json');
    }), runs);
  });

  test('JSON of Terraform: a configuration, a plan, a state', async () => {
    const named = (value: fc.Arbitrary<unknown>) => fc.dictionary(fc.constantFrom('azurerm_storage_account', 'azapi_resource', 'a', 'body', 'type', 'resources', 'child_modules', 'values', '__proto__', 'dynamic', 'count'), value, { maxKeys: 4 });
    const leaf = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom('${azurerm_storage_account.a.id}', '${local.a}', '${', '${var.x', '%{if', 'Microsoft.Storage/storageAccounts@2023-05-01'));
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({ tree: fc.oneof({ maxDepth: 6 }, leaf, fc.array(tie('tree'), { maxLength: 3 }), named(tie('tree'))) }));
    await fc.assert(fc.asyncProperty(tree, tree, tree, async (one, two, three) => {
      await holds({ 't.tf.json': { resource: { azurerm_storage_account: { a: one }, azapi_resource: two }, locals: three, variable: two, module: three, provider: {} } }, 't.tf.json');
      await holds({ 'plan.json': { format_version: '1.2', planned_values: { root_module: one }, resource_changes: two, configuration: { root_module: three } } }, 'plan.json');
      await holds({ 'state.json': { format_version: '1.0', values: { root_module: { resources: [one, two], child_modules: three } } } }, 'state.json');
      await holds({ 'cdktf.out/manifest.json': { stacks: { S: { name: 'S', synthesizedStackPath: 'stacks/S/cdk.tf.json', annotations: one } } }, 'cdktf.out/stacks/S/cdk.tf.json': { resource: two, locals: three } }, 'cdktf.out');
    }), { numRuns: 100 });
  });

  describe('in an assembly', () => {
    const good = synthesized((app) => { goodStack(app, 'Good'); withPack(app); });
    const anyFile = (file: string) => async (content: unknown) => {
      const copy = copyOf(good);
      writeFileSync(join(copy, 'cdk.out', file), JSON.stringify(content));
      expect(await holds(copy, '')).not.toBe(0);
    };

    test('a manifest', async () => {
      const artifact = fc.record({ type: fc.constantFrom('aws:cloudformation:stack', 'cdk:asset-manifest', 'cdk:cloud-assembly', 'cdk:tree'), environment: fc.jsonValue(), properties: fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.record({ templateFile: fc.constantFrom('..', '/etc/passwd', 'x', ''), file: fc.constantFrom('..', 'x', ''), directoryName: fc.constantFrom('..', '.', '', 'x') }, { requiredKeys: [] })), metadata: fc.jsonValue({ maxDepth: 3 }) }, { requiredKeys: ['type'] });
      await fc.assert(fc.asyncProperty(fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.record({ version: fc.jsonValue({ maxDepth: 1 }), artifacts: fc.dictionary(fc.string(), fc.oneof(artifact, fc.jsonValue({ maxDepth: 1 })), { maxKeys: 4 }) })), anyFile('manifest.json')), { numRuns: 100 });
    });

    test('a record', async () => {
      await fc.assert(fc.asyncProperty(fc.jsonValue({ maxDepth: 3 }), anyFile('regulated-ml-evidence.json')), { numRuns: 50 });
      const record = JSON.parse(JSON.stringify(require(join(good, 'cdk.out', 'regulated-ml-evidence.json')))) as Record<string, unknown>;
      // one part of a good record made into something else is an error in words, or still a record
      await fc.assert(fc.asyncProperty(fc.constantFrom(...Object.keys(record)), fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.array(fc.record({ rule: fc.string(), answer: fc.string(), subjects: fc.array(fc.integer()), location: fc.string() }), { maxLength: 2 })), async (key, value) => {
        const copy = copyOf(good);
        writeFileSync(join(copy, 'cdk.out', 'regulated-ml-evidence.json'), JSON.stringify({ ...record, [key]: value }));
        await holds(copy, '');
      }), runs);
      expect(() => parseRecord('null', 'x')).toThrow(/has the schema 'undefined'/);
    });

    test('a report of other packs', async () => {
      const report = fc.record({ pluginReports: fc.array(fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.record({ pluginName: fc.jsonValue({ maxDepth: 1 }), violations: fc.array(fc.record({ ruleName: fc.string(), severity: fc.string(), description: fc.string(), violatingConstructs: fc.array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 2 }) }), { maxLength: 2 }) })), { maxLength: 3 }) });
      await fc.assert(fc.asyncProperty(fc.oneof(report, fc.jsonValue({ maxDepth: 2 })), async (content) => {
        const copy = copyOf(good);
        writeFileSync(join(copy, 'cdk.out', 'validation-report.json'), JSON.stringify(content));
        await holds(copy, '');
      }), runs);
    });
  });

  test('cleaned text keeps its letters and loses what is not seen', () => {
    fc.assert(fc.property(anyText(), (text) => {
      expect(clean(text)).not.toMatch(/[\u0080-\u009f\u202a-\u202e\u2066-\u2069]/);
      expect([...clean(text)].every((letter) => letter >= ' ' && letter !== '\u007f')).toBe(true);
      if (/^[ -~äöüé€漢]*$/.test(text)) expect(clean(text)).toBe(text);
    }));
    expect(clean('Größe 漢字 €')).toBe('Größe 漢字 €');
  });
});
