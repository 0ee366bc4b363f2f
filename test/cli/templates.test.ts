import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { FLAGS, folder, gate, TEMPLATE } from './support';

interface Answer {
  readonly findings: readonly { readonly rule: string; readonly path: string; readonly template: string; readonly detail?: string }[];
  readonly defects: readonly string[];
  readonly how: readonly string[];
  readonly verdict: { readonly waived: number; readonly compliant: number };
}
const answer = async (words: string, cwd: string) => {
  const { code, out, err } = await gate(`check --json ${FLAGS} --region eu-central-1 ${words}`, { cwd });
  if (out === '') throw new Error(err);
  return { code, ...JSON.parse(out) as Answer };
};
const rules = ({ findings }: Answer) => [...new Set(findings.map(({ rule }) => rule.replace('RegulatedML-', '')))].sort();
const misuse = async (words: string, cwd: string) => {
  const { code, out, err } = await gate(`check ${FLAGS} ${words}`, { cwd });
  expect([code, out]).toEqual([2, '']);
  return err;
};

const YAML = `
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Name: { Type: String, Default: raw }
Conditions:
  IsProd: !Equals [!Ref AWS::StackName, prod]
Resources:
  Data:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Sub '\${Name}-data'
      BucketEncryption:
        ServerSideEncryptionConfiguration:
          - ServerSideEncryptionByDefault: { SSEAlgorithm: aws:kms, KMSMasterKeyID: !GetAtt Key.Arn }
      PublicAccessBlockConfiguration: { BlockPublicAcls: yes, BlockPublicPolicy: true, IgnorePublicAcls: on, RestrictPublicBuckets: true }
  Key:
    Type: AWS::KMS::Key
    Properties:
      EnableKeyRotation: !If [IsProd, true, true]
      KeyPolicy: { Version: 2012-10-17, Statement: [] }
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Data
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Deny
            Principal: '*'
            Action: s3:*
            Resource: [!GetAtt Data.Arn, !Join ['', [!GetAtt Data.Arn, '/*']]]
            Condition: { Bool: { aws:SecureTransport: 'false' } }
`;

describe('a template', () => {
  test('in YAML with short intrinsics is judged as the same in JSON', async () => {
    const found = await answer('t.yaml', folder({ 't.yaml': YAML }));
    expect([found.code, found.findings, found.defects]).toEqual([0, [], []]);
    expect(found.verdict.compliant).toBeGreaterThan(5);
    const broken = await answer('t.yaml', folder({ 't.yaml': YAML.replace('aws:SecureTransport', 'aws:Other').replace('!If [IsProd, true, true]', '!If [IsProd, true, false]') }));
    expect(rules(broken)).toEqual(['KmsKeyRotation', 'S3BucketTls']);
  });

  test('in JSON has the path that the CDK wrote, else its name and logical id', async () => {
    const { findings, how } = await answer('t.template.json', folder({
      't.template.json': { Resources: { ...TEMPLATE.Resources, Placed: { Type: 'AWS::S3::Bucket', Metadata: { 'aws:cdk:path': 'App/Data/Resource' } } } },
    }));
    expect([...new Set(findings.map(({ path }) => path))]).toEqual(['t/Bad', 'App/Data/Resource']);
    expect(how).toEqual(['t.template.json: judged by the file alone: no synthesis stands behind it']);
  });

  test('keeps what cdk-nag wrote into it, of version 2 and 3, on the stack and on a resource', async () => {
    const suppress = (...rules: object[]) => ({ cdk_nag: { rules_to_suppress: rules } });
    const found = await answer('t.json', folder({
      't.json': {
        Metadata: suppress({ id: 'RegulatedML-S3BucketTls', reason: 'internal' }),
        Resources: {
          Bad: {
            Type: 'AWS::S3::Bucket',
            Metadata: suppress(
              { id: 'RegulatedML::RegulatedML-S3BucketKey', reason: 'public' },
              { id: 'RegulatedML-S3BucketPublicAccessBlock', reason: Buffer.from('öffentlich').toString('base64'), is_reason_encoded: true },
            ),
          },
        },
      },
    }));
    expect([found.code, found.findings, found.verdict.waived]).toEqual([0, [], 3]);
  });

  test('nests another as a file beside it, and hands it its parameters', async () => {
    const child = { Parameters: { Flag: { Type: 'String' } }, Resources: { Key: { Type: 'AWS::KMS::Key', Properties: { EnableKeyRotation: { Ref: 'Flag' }, KeyPolicy: {} } } } };
    const parent = (flag: boolean) => ({ Resources: { Inner: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: './parts/child.json', Parameters: { Flag: flag } } } } });
    expect(rules(await answer('top.json', folder({ 'top.json': parent(false), 'parts/child.json': child })))).toEqual(['KmsKeyRotation']);
    for (const words of ['top.json', '.', 'parts/child.json top.json']) {
      expect(await answer(words, folder({ 'top.json': parent(true), 'parts/child.json': child }))).toMatchObject({ code: 0, findings: [] });
    }
  });

  test('fails when it nests one that is elsewhere, or loops, unless that is allowed', async () => {
    const cwd = folder({
      't.json': {
        Resources: {
          Inner: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://s3.amazonaws.com/b/k.json' } },
          'Fn::ForEach::Buckets': ['Name', ['a', 'b'], { 'B${Name}': { Type: 'AWS::S3::Bucket' } }],
          Key: { Type: 'AWS::KMS::Key', Properties: { EnableKeyRotation: true, KeyPolicy: {} } },
        },
        Transform: ['AWS::LanguageExtensions', 'Mine'],
      },
    });
    expect(await answer('t.json', cwd)).toMatchObject({
      code: 1,
      defects: [
        "'t': no rule has judged what the transform 'Mine' makes of the template", "'t': no rule has judged what 'Fn::ForEach::Buckets' makes",
        "'t/Inner': no rule has judged a nested stack, whose template lies elsewhere",
      ],
    });
    // nothing else in it
    const loop = { Transform: 'AWS::LanguageExtensions', Resources: { 'Fn::ForEach::Buckets': ['Name', ['a'], { 'B${Name}': { Type: 'AWS::S3::Bucket' } }] } };
    expect(await answer('loop.json', folder({ 'loop.json': loop }))).toMatchObject({ code: 1, defects: ["'loop': no rule has judged what 'Fn::ForEach::Buckets' makes"] });
    expect((await answer('t.json --allow-unjudged', cwd)).defects).toEqual([]);
  });

  test('fails when it holds data beside machine learning that no rule judges, unless that is allowed, and says why others need no rule', async () => {
    const beside = { Group: { Type: 'AWS::SageMaker::ModelPackageGroup', Properties: { ModelPackageGroupName: 'risk' } }, Files: { Type: 'AWS::DocDB::DBCluster' }, Inner: { Type: 'AWS::EC2::SecurityGroup' } };
    const cwd = folder({ 't.json': { Resources: beside }, 'alone.json': { Resources: { Files: beside.Files } } });
    const line = 'a resource of AWS::DocDB::DBCluster keeps data, and no rule of this pack judges more than where it stands';
    expect(await answer('t.json', cwd)).toMatchObject({ code: 1, findings: [], defects: [line], how: [expect.anything(), expect.stringMatching(/^AWS::EC2::SecurityGroup \(1\) has no rule: Jobs,/)] });
    expect(await answer('t.json --allow-unjudged', cwd)).toMatchObject({ code: 0, defects: [], limits: expect.arrayContaining([line]) as unknown });
    expect(await answer('alone.json', cwd)).toMatchObject({ code: 0, defects: [] });
  });

  test('fails with 2 when it nests itself, in one step or two', async () => {
    const nests = (other: string) => ({ Resources: { In: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: other } } } });
    expect(await misuse('a.json', folder({ 'a.json': nests('a.json') }))).toMatch(/'a\.json' nests itself: mend 'TemplateURL' of 'In' in 'a\.json'/);
    expect(await misuse('a.json', folder({ 'a.json': nests('b.json'), 'b.json': nests('a.json') }))).toMatch(/nests itself/);
    expect(await misuse('a.json b.json', folder({ 'a.json': nests('b.json'), 'b.json': nests('a.json') }))).toMatch(/nests itself/);
  });

  test('fails with 2 on a region that no cloud has', async () => {
    expect(await misuse('t.json --region eu-centrl-1', folder({ 't.json': TEMPLATE }))).toMatch(/--region is 'eu-centrl-1', which no cloud has/);
  });
});

describe('YAML', () => {
  const bucket = (properties: string) => `Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties:\n${properties}`;
  const details = async (text: string) => (await answer('t.yaml', folder({ 't.yaml': text }))).findings.filter(({ rule }) => rule.endsWith('PublicAccessBlock')).map(({ detail }) => detail);
  const BLOCK = '{BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: false}';

  // the layouts that PyYAML and SnakeYAML read, and version 1.2 refuses
  test.each([
    ['a dash in a list', `      BucketName: !Select [0, !Split [-, a-b]]\n      PublicAccessBlockConfiguration: ${BLOCK}`],
    ['a text in quotes that goes on at its key', `      BucketName: "a\n      b\n\n    c"\n      PublicAccessBlockConfiguration: ${BLOCK}`],
    ['a text in single quotes that goes on at the margin', `      BucketName: !Sub 'it''s: [\nb'\n      PublicAccessBlockConfiguration: ${BLOCK}`],
    ['a bracket that ends further left', `      Tags: [ { Key: a, # [ "\n        Value: '}' }\n  ]\n      PublicAccessBlockConfiguration: ${BLOCK}`],
    ['braces that go on further left', `      PublicAccessBlockConfiguration: {\n  BlockPublicAcls: true, BlockPublicPolicy: true,\n\n IgnorePublicAcls: true, "RestrictPublicBuckets": false\n}\n`],
    ['such a list below a text that only looks like one', `      BucketName: |-\n        "[-,\n        x\n      Tags:\n      - Key: "a\n      b"\n        Value: [-]\n      PublicAccessBlockConfiguration: ${BLOCK}`],
  ])('is read as CloudFormation does: %s', async (_name, properties) => {
    expect(await details(bucket(properties))).toEqual(['PublicAccessBlockConfiguration.RestrictPublicBuckets is false']);
  });

  test('is not mended where nobody could say how: the message is about what was written', async () => {
    for (const [text, at] of [['      BucketName: "a\n      b', 6], ['      BucketName: [a\n  b', 6], [`${' '.repeat(300)}BucketName: "a\nb"`, 5]] as const) {
      expect(await misuse('t.yaml', folder({ 't.yaml': bucket(text) }))).toMatch(new RegExp(`'t\\.yaml' is neither JSON nor YAML: .*\\(line ${at},`));
    }
  });
});

describe('a key that stands twice', () => {
  interface Told { readonly limits: readonly string[] }
  const flags = (first: boolean, last: boolean) => ({ BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: [first, last] });
  const json = (first: boolean, last: boolean) => JSON.stringify({ Resources: { B: { Type: 'AWS::S3::Bucket', Properties: { Tags: [{ Key: 'a' }, { Key: 'b' }], PublicAccessBlockConfiguration: flags(first, last) } } } }, null, 1)
    .replace(/"RestrictPublicBuckets": \[\s*(\w+),\s*(\w+)\s*\]/, '"RestrictPublicBuckets" : $1,\n"Restrict\\u0050ublicBuckets": $2');
  const yaml = (first: boolean, last: boolean) => json(first, last).replace(/^\{/, 'a:').replace(/\}$/, '').replace(/^a:\s*"Resources": /, 'Resources: ');

  test.each([['JSON', json], ['YAML', yaml]])('in %s is told with both lines, and the last of them is judged', async (_name, text) => {
    for (const last of [true, false]) {
      const found = await answer('t.yaml', folder({ 't.yaml': text(!last, last) })) as Awaited<ReturnType<typeof answer>> & Told;
      expect(rules(found).includes('S3BucketPublicAccessBlock')).toBe(!last);
      expect(found.limits).toContainEqual(expect.stringMatching(
        /^'t\.yaml' has 'Resources\.B\.Properties\.PublicAccessBlockConfiguration\.RestrictPublicBuckets' in line (\d+) and again in line \d+: the last counts/));
    }
  });

  test('is no merge, and no key of another object', async () => {
    const text = 'Resources:\n  A: &a { Type: AWS::S3::Bucket, Properties: &p { BucketName: a } }\n  B: { Type: AWS::S3::Bucket, Properties: { <<: *p, BucketName: b } }\n';
    const { limits } = await answer('t.yaml', folder({ 't.yaml': text })) as unknown as Told;
    expect(limits.filter((limit) => limit.includes('again'))).toEqual([]);
  });
});

describe('a folder', () => {
  test('of templates is judged as a whole, whatever else lies there', async () => {
    const cwd = folder({
      'a.json': TEMPLATE, 'deep/b.yaml': 'Resources:\n  Bad: { Type: AWS::S3::Bucket }\n', 'package.json': { name: 'x' }, 'tsconfig.json': '{ // comment\n "a": 1 }',
      'compose.yml': 'services: {}\n', 'node_modules/x/t.json': TEMPLATE, '.hidden/t.json': TEMPLATE, 'asset.1/t.json': TEMPLATE, 'notes.md': 'Resources',
    });
    const { findings, how } = await answer('.', cwd);
    expect([...new Set(findings.map(({ template }) => template))]).toEqual(['a.json', 'deep/b.yaml']);
    expect(how).toEqual(['2 templates judged by the file alone: no synthesis stands behind them', '3 other files of JSON or YAML were passed over']);
  });

  test.each([
    ['without anything', {}, /there is nothing to check in '\.': no cloud assembly, no template; it holds no JSON or YAML/],
    ['of other files', { 'package.json': { name: 'x' } }, /none of its 1 files of JSON or YAML is one/],
    ['of Terraform\'s own language', { 'main.tf': 'resource "a" "b" {}' }, /it holds 1 files of Terraform's own language: run 'terraform show -json <plan> > plan\.json'/],
    ['with a template that was cut off', { 'b.json': '{"Resources":{"A":{"Type":"AWS::S3::Buc' }, /'b\.json' is no JSON: it was cut off/],
    ['with a template that is no YAML', { 'b.yaml': 'Resources:\n  A:\n    Type: AWS::S3::Bucket\n   Properties: {}\n' }, /'b\.yaml' is neither JSON nor YAML: .*\(line \d, column \d+\)/],
    ['with a manifest that was cut off', { 'manifest.json': '{"version":"55', 'cdk.out': '{}' }, /'manifest\.json' is no JSON, it may have been cut off/],
  ])('fails with 2 %s', async (_name, files, message) => {
    expect(await misuse('.', folder(files))).toMatch(message);
  });

  test('fails with 2 for a file that cannot be read, names it in the evidence, and judges all others', async () => {
    const cwd = folder({ 'a.json': TEMPLATE, 'cut.json': '{"Resources":{"A":{"Type":"AWS::S3::Buc', 'c.yaml': 'Resources:\n  A:\n    Type: AWS::S3::Bucket\n   Properties: {}\n', 'd.template': Buffer.from([0x7b, 0]) });
    const wrong = [/^'c\.yaml' is neither JSON nor YAML: .*\(line 4, column 1\); mend it there$/, /^'cut\.json' is no JSON: it was cut off; write it again$/, /^'d\.template' is binary/];
    // so it is where files are named one by one, as pre-commit does
    for (const words of ['.', 'c.yaml cut.json d.template a.json']) {
      const { code, defects, findings } = await answer(words, cwd);
      expect([code, [...new Set(findings.map(({ template }) => template))]]).toEqual([2, ['a.json']]);
      expect(defects).toEqual(wrong.map((message) => expect.stringMatching(message) as string));
    }
    expect((await gate(`check ${FLAGS} .`, { cwd })).out).toMatch(/^Not clean: 3 errors, 3 files that cannot be read \(/m);
    const { code, out } = await gate(`report ${FLAGS} . --format json --out -`, { cwd });
    expect([code, (JSON.parse(out) as { defects: string[] }).defects]).toEqual([2, wrong.map((message) => expect.stringMatching(message) as string)]);
    // a part would be taken for the whole
    for (const verb of ['baseline .', 'waivers .', 'diff . .']) expect(await gate(`${verb} ${FLAGS}`, { cwd })).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/'c\.yaml' is neither/) });
    expect(await misuse('.', folder({ 'a.json': '{"Resources": "AWS::', 'b.json': '{"Resources": {"AWS::' }))).toMatch(/'a\.json' is no JSON.*; and 'b\.json' is no JSON/);
  });

  test('fails with 2 for a nested template that cannot be read, and judges the one that names it', async () => {
    const cwd = folder({ 'top.json': { Resources: { ...TEMPLATE.Resources, In: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'in.yaml' } } } }, 'in.yaml': 'Resources: [' });
    for (const words of ['top.json', '.']) {
      const { code, defects, findings } = await answer(words, cwd);
      expect([code, defects[0], findings.some(({ path }) => path === 'top/Bad')]).toEqual([2, expect.stringMatching(/^'in\.yaml' is neither JSON nor YAML/), true]);
    }
  });

  test('tells two files apart that differ in their ending alone', async () => {
    const { findings } = await answer('.', folder({ 'a.json': TEMPLATE, 'a.yaml': 'Resources:\n  Bad: { Type: AWS::S3::Bucket }\n', 'b.json': TEMPLATE }));
    expect([...new Set(findings.map(({ path }) => path))]).toEqual(['a.json/Bad', 'a.yaml/Bad', 'b/Bad']);
  });

  test('fails with 2 when a link in it leads out, and does not follow it', async () => {
    const outside = folder({ 't.json': TEMPLATE });
    const cwd = folder({ 'a.json': TEMPLATE });
    symlinkSync(join(outside, 't.json'), join(cwd, 'b.json'));
    const found = await answer('.', cwd);
    expect([found.code, found.defects, [...new Set(found.findings.map(({ template }) => template))]])
      .toEqual([2, [expect.stringMatching(/'b\.json' is a link that leads out of '\.'/)], ['a.json']]);
    // one that is named is meant
    expect((await answer('b.json', cwd)).findings.length).toBeGreaterThan(0);
  });
});

describe('a file', () => {
  test.each([
    ['that is not there', {}, /there is no file or folder 't\.json'/],
    ['that is empty', { 't.json': '' }, /'t\.json' is empty/],
    ['that is binary', { 't.json': Buffer.from([0x7b, 0, 1, 2]) }, /'t\.json' is binary: name a file of JSON or YAML/],
    ['that is no UTF-8', { 't.json': Buffer.from([0x7b, 0xff, 0xfe, 0x7d]) }, /'t\.json' is no UTF-8/],
    ['that is cut off', { 't.json': JSON.stringify(TEMPLATE).slice(0, -4) }, /'t\.json' is no JSON: it was cut off/],
    ['that holds something else', { 't.json': { a: 1, b: 2 } }, /'t\.json' holds 'a', 'b', no 'Resources': name a cloud assembly, a CloudFormation template, or JSON of Terraform/],
    ['that holds a list', { 't.json': [1] }, /'t\.json' holds a list/],
    ['that holds a word', { 't.json': 'hello' }, /'t\.json' holds a plain value/],
    ['with two documents', { 't.json': 'a: 1\n---\nb: 2\n' }, /multiple documents/],
    ['with an alias to nothing', { 't.json': 'Resources: *a\n' }, /alias/i],
    ['with aliases that multiply', { 't.json': `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefgh'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[index]}`).join(',')}]`).join('\n')}\n` }, /Excessive alias count/],
    ['with YAML that is nested too deeply', { 't.json': `a: ${'['.repeat(5000)}` }, /nested too deeply/],
    ['with lists in lists in YAML', { 't.json': `${'- '.repeat(5000)}x` }, /nested too deeply/],
    ['that is larger than any template', { 't.json': `{"Resources":{"A":{"Type":"AWS::S3::Bucket","Properties":{"X":"${'x'.repeat(10_000_000)}"}}}}` }, /'t\.json' has 11 MB: CloudFormation takes templates of 1 MB at most/],
    ['with no resource', { 't.json': { Resources: {}, AWSTemplateFormatVersion: '2010-09-09' } }, /there is nothing to check in 't\.json': no resource was found/],
  ])('fails with 2 %s', async (_name, files, message) => {
    expect(await misuse('t.json', folder(files))).toMatch(message);
  });

  test('that is the record of a synthesis is no template', async () => {
    expect(await misuse('regulated-ml-evidence.json', folder({ 'regulated-ml-evidence.json': {} }))).toMatch(/is the record of a synthesis: name the folder it lies in/);
  });
});
