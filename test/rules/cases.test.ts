import { App, CfnCondition, CfnParameter, Fn } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import fc from 'fast-check';
import { Answer, Severity } from '../../lib/policy';
import { answersOf } from '../../lib/policy/record';
import { AWS_RULES } from '../../lib/rules/aws/rules';
import { recordOfTemplates } from '../../lib/rules/aws/template-record';
import { readApp } from '../../lib/rules/aws/tree';
import { combinations } from '../../lib/rules/combinations';
import { rule } from '../../lib/rules/rule';
import { COMPLIANT, nonCompliant } from '../../lib/rules/verdict';
import { viewOf, type TemplateInput } from '../../lib/rules/view';
import { judged, judgementsOf, PROFILE, ruleNamed, saidOf, stackIn, template } from './support';

const MODEL = { Type: 'AWS::SageMaker::Model', Properties: { PrimaryContainer: { ModelDataUrl: { 'Fn::Sub': 's3://${Bucket}/m' } } } };
const DENIAL = {
  Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, { 'Fn::Sub': '${Bucket.Arn}/*' }], Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};
const policy = (Condition?: string, Statement: unknown = [DENIAL]) => ({ Type: 'AWS::S3::BucketPolicy', ...(Condition ? { Condition } : {}), Properties: { Bucket: { Ref: 'Bucket' }, PolicyDocument: { Statement } } });
const bucket = (Condition?: string) => ({ Type: 'AWS::S3::Bucket', ...(Condition ? { Condition } : {}), Properties: {} });
const IS = (value: string) => ({ 'Fn::Equals': [{ Ref: 'Env' }, value] });
const CONDITIONS = {
  Prod: IS('prod'), Test: IS('test'), Elsewhere: { 'Fn::Not': [{ Condition: 'Prod' }] }, Either: { 'Fn::Or': [{ Condition: 'Prod' }, { Condition: 'Test' }] },
  Both: { 'Fn::And': [{ Condition: 'Prod' }, { Condition: 'Test' }] }, Constant: { 'Fn::Equals': ['a', 'b'] }, Loop: { Condition: 'Loop' },
};
const REST = { Conditions: CONDITIONS, Parameters: { Env: { Type: 'String', Default: 'prod' }, Level: { Type: 'String', AllowedValues: ['All', 'WriteOnly'] } } };

function ofBucket(resources: Record<string, unknown>, rest: Record<string, unknown> = REST): (string | undefined)[] {
  return judged([template({ Bucket: bucket(), Model: MODEL, ...resources }, rest)], [ruleNamed('S3BucketTls')]).flatMap(({ answer, detail }) => [answer, detail]);
}

const KEPT = [Answer.COMPLIANT, undefined];
const BROKEN = [Answer.NON_COMPLIANT, 'the bucket has no policy, in a case that conditions make'];

describe('what stands beside', () => {
  test.each(['Prod', 'Elsewhere', 'Either', 'Both', 'Constant'])('under the condition %s may not be there', (condition) => {
    expect(ofBucket({ Policy: policy(condition) })).toEqual(BROKEN);
  });

  test('comes and goes with what it stands beside, when both hang on the same', () => {
    expect(ofBucket({ Bucket: bucket('Prod'), Policy: policy('Prod') })).toEqual(KEPT);
    expect(ofBucket({ Bucket: bucket('Prod'), Policy: policy('Either') })).toEqual(KEPT);
    expect(ofBucket({ Bucket: bucket('Either'), Policy: policy('Prod') })).toEqual(BROKEN);
    expect(ofBucket({ Bucket: bucket('Prod'), Policy: policy('Elsewhere') })).toEqual(BROKEN);
  });

  test('is there in every case, when there is one for a condition and one for its contrary', () => {
    expect(ofBucket({ Policy: policy('Prod'), Other: policy('Elsewhere') })).toEqual(KEPT);
    expect(ofBucket({ Policy: policy('Prod'), Other: policy('Test') })).toEqual(BROKEN);
  });

  test('is not there for two values at once', () => {
    const unlike = (first: string, second: string) => ({ Bucket: bucket('Test'), Policy: policy(undefined, { 'Fn::If': [first, [], { 'Fn::If': [second, [DENIAL], []] }] }) });
    expect(ofBucket(unlike('Prod', 'Test'))).toEqual(KEPT);
    expect(ofBucket(unlike('Test', 'Prod'))).toEqual(BROKEN);
  });

  test('is there where the stack goes, if the stack says where', () => {
    const rest = { Conditions: { Here: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-central-1'] }, There: { 'Fn::Not': [{ Condition: 'Here' }] } } };
    expect(ofBucket({ Policy: policy('Here') }, rest)).toEqual(KEPT);
    expect(ofBucket({ Policy: policy('There') }, rest)).toEqual(BROKEN);
  });

  test('is found by what refers to it, since no template deploys that refers to what is not there', () => {
    const key = { Type: 'AWS::KMS::Key', Condition: 'Prod', Properties: {} };
    const encryption = { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { 'Fn::GetAtt': ['Key', 'Arn'] } } }] };
    const resources = { Bucket: { ...bucket(), Properties: { BucketEncryption: encryption } }, Model: MODEL, Key: key };
    expect(judged([template(resources, REST)], [ruleNamed('S3BucketKey')]).map(({ answer }) => answer)).toEqual([Answer.COMPLIANT]);
  });
});

test('a parameter of which the values are listed is judged by each of them', () => {
  const trail = (ReadWriteType: unknown) => ({
    Bucket: bucket(), Model: MODEL, Trail: { Type: 'AWS::CloudTrail::Trail', Properties: { EventSelectors: [{ DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }], ReadWriteType }] } },
  });
  const answers = (type: unknown) => judged([template(trail(type), REST)], [ruleNamed('CloudTrailDataEvents')]).map(({ answer }) => answer);
  expect(answers('All')).toEqual([Answer.COMPLIANT]);
  expect(answers({ Ref: 'Level' })).toEqual([Answer.NON_COMPLIANT]);
  expect(answers({ 'Fn::Sub': '${Level}' })).toEqual([Answer.NON_COMPLIANT]);
});

test('what two branches break alike is one finding, and what one breaks otherwise is another', () => {
  const model = (VpcConfig: unknown) => judged([template({ Model: { Type: 'AWS::SageMaker::Model', Properties: { VpcConfig } } }, REST)], [ruleNamed('SageMakerModelVpc')]).map(({ location }) => location);
  expect(model({ 'Fn::If': ['Prod', { Subnets: [], SecurityGroupIds: ['sg-1'] }, { Subnets: [], SecurityGroupIds: ['sg-2'] }] })).toEqual(['Properties.VpcConfig.Subnets']);
  expect(model({ 'Fn::If': ['Prod', { Subnets: [], SecurityGroupIds: ['sg-1'] }, { Ref: 'AWS::NoValue' }] })).toEqual(['Properties.VpcConfig.Subnets', 'Properties.VpcConfig.SecurityGroupIds']);
  const copied = (first: readonly string[], second: readonly string[]) => {
    const to = (regions: readonly string[]) => ({ Rules: regions.map((region) => ({ Destination: { Bucket: `arn:aws:s3:::backup-${region}` } })) });
    const source = { Type: 'AWS::S3::Bucket', Properties: { ReplicationConfiguration: { 'Fn::If': ['Prod', to(first), to(second)] } } };
    return judged([template({ Source: source }, REST)], [ruleNamed('ResidencyReplication')]).map(({ detail }) => detail);
  };
  expect(copied(['us-west-2'], ['us-west-2'])).toEqual(['the copy is in us-west-2, outside the residency (EU)']);
  expect(copied(['us-west-2'], ['us-west-2', 'us-east-1'])).toEqual(['the copy is in us-west-2, outside the residency (EU)', 'the copy is in us-east-1, outside the residency (EU)']);
});

test('what a case breaks twice at one place is two findings', () => {
  const twice = rule({ ...ruleNamed('S3BucketTls'), check: (own) => own.relations.policiesOf(own).flatMap((one) => one.at('PolicyDocument.Statement').items).map((_, index) => nonCompliant(`statement ${index}`)) });
  const app = [template({ Bucket: bucket(), Policy: policy('Prod', [DENIAL, DENIAL]) }, REST)];
  expect(judged(app, [twice]).map(({ detail }) => detail)).toEqual(['statement 0', 'statement 1']);
  const hidden = rule({ ...twice, check: (own, profile) => (own.scope.holds ? twice.check(own, profile) : COMPLIANT) });
  expect(judged(app, [hidden]).map(({ detail }) => detail)).toEqual(['statement 0, in a case that conditions make', 'statement 1, in a case that conditions make']);
});

test('what hangs on nothing is judged once, and so is what only the CDK makes conditional', () => {
  const metadata = { Type: 'AWS::CDK::Metadata', Condition: 'Prod', Properties: { Analytics: { 'Fn::If': ['Prod', 'a', 'b'] } } };
  expect(viewOf({ templates: [template({ Bucket: bucket(), Metadata: metadata }, REST)] }).cases).toBeUndefined();
  expect(viewOf({ templates: [template({ Bucket: bucket() })] }).cases).toBeUndefined();
});

test('what does not hang on a condition is hardly asked again', () => {
  const askedOf = (conditions: number) => {
    let asked = 0;
    const names = Array.from({ length: 20 }, (_, index) => `data-${index}`);
    const on = Object.fromEntries(names.map((name, index) => [name.replace('-', ''), { Type: 'AWS::SNS::Topic', ...(index < conditions ? { Condition: `C${index}` } : {}), Properties: {} }]));
    const stores = Object.fromEntries(names.map((name, index) => [`Store${index}`, { Type: 'AWS::S3::Bucket', Properties: { BucketName: name } }]));
    const rest = { Conditions: Object.fromEntries(names.map((_, index) => [`C${index}`, equalsOf(`P${index}`, 'a')])) };
    const rules = AWS_RULES.map((one) => rule({ ...one, check: (own, profile) => ((asked += own.type === 'AWS::S3::Bucket' ? 1 : 0), one.check(own, profile)) }));
    judged([template({ ...stores, ...on, Model: MODEL, Bucket: bucket() }, rest)], rules);
    return asked;
  };
  const alone = askedOf(0);
  expect(alone).toBeGreaterThan(20);
  expect(askedOf(1)).toBeLessThanOrEqual(alone);
  expect(askedOf(10)).toBeLessThanOrEqual(alone);
});

test('conditions that several stacks write alike turn out alike', () => {
  const stacks = Array.from({ length: 30 }, (_, index) => ({ ...template({ Bucket: bucket('Prod') }, REST), path: `Test${index}`, stackName: `Test${index}`, template: `${index}.json` }));
  expect([...viewOf({ templates: stacks }).cases!()].map(({ relations }) => relations.ofType('AWS::S3::Bucket').length).sort()).toEqual([0, 30]);
});

test('files are judged in their cases, rule by rule, and say what synth says', () => {
  const resources = { Bucket: { ...bucket(), Properties: { BucketEncryption: { 'Fn::If': ['Prod', { ServerSideEncryptionConfiguration: [] }, { Ref: 'AWS::NoValue' }] } } }, Model: MODEL, Policy: policy('Prod') };
  const templates = [{ ...template(resources, REST), digest: '' }];
  const record = recordOfTemplates({ templates, acknowledgements: [], profile: PROFILE, unknownAs: Severity.WARNING, version: '0', limits: [] });
  const said = [...answersOf(record)].map(({ rule: id, answer, detail }) => `${id} ${answer} ${detail ?? ''}`);
  expect(said.sort()).toEqual(judged(templates).map(({ id, answer, detail }) => `${id} ${answer} ${detail ?? ''}`).sort());
  expect(said).toContain('RegulatedML-S3BucketTls non-compliant the bucket has no policy, in a case that conditions make');
});

test('a tree is judged in its cases, before synth and after', () => {
  const app = new App();
  const stack = stackIn(app);
  const isProd = new CfnCondition(stack, 'Prod', { expression: Fn.conditionEquals(new CfnParameter(stack, 'Env').valueAsString, 'prod') });
  const store = new s3.Bucket(stack, 'Store', { enforceSSL: true });
  new sagemaker.CfnModel(stack, 'Model', { primaryContainer: { modelDataUrl: store.s3UrlForObject('m'), image: 'i' } });
  const answers = (written: boolean) => judgementsOf({ view: readApp(app, written).view, rules: [ruleNamed('S3BucketTls')], profile: PROFILE, pack: 'RegulatedML' }).map(({ answer }) => answer);
  expect(answers(false)).toEqual([Answer.COMPLIANT]);
  (store.policy!.node.defaultChild as s3.CfnBucketPolicy).cfnOptions.condition = isProd;
  expect(answers(false)).toEqual([Answer.NON_COMPLIANT]);
  app.synth();
  expect(answers(true)).toEqual([Answer.NON_COMPLIANT]);
});

test('conditions without end, and of any depth, are judged', () => {
  const chain = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`C${index}`, { 'Fn::Not': [{ Condition: `C${index + 1}` }] }]));
  const wide = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`W${index}`, IS(String(index))]));
  const uses = Object.fromEntries(Object.keys(wide).map((name) => [`B${name}`, bucket(name)]));
  expect(ofBucket({ Policy: policy('C0') }, { Conditions: chain })).toEqual(BROKEN);
  expect(ofBucket({ Policy: policy('Loop'), Other: { Type: 'AWS::SNS::Topic', Condition: 'Prod', Properties: {} } })).toEqual(BROKEN);
  expect(saidOf({ templates: [template({ Bucket: bucket(), Model: MODEL, Policy: policy('W7'), ...uses }, { Conditions: wide })] }, [ruleNamed('S3BucketTls')]).join()).toContain('Bucket RegulatedML-S3BucketTls non-compliant');
});

// how the rows turn out at two decisions together
const waysAt = (rows: readonly number[][], first: number, second: number) => new Set(rows.map((row) => `${row[first]} ${row[second]}`)).size;

test.each([[2, 24], [3, 8], [4, 5]])('any two of decisions with up to %d options are combined in every way, whatever their order, up to %d of them', (most, count) => {
  const lists = (length: number): number[][] => (length === 0 ? [[]] : lists(length - 1).flatMap((list) => Array.from({ length: most - 1 }, (_, index) => [...list, index + 2])));
  const missing = Array.from({ length: count + 1 }, (_, length) => lists(length)).flat().filter((sizes) => {
    const rows = combinations(sizes);
    return sizes.some((size, second) => sizes.slice(0, second).some((other, first) => waysAt(rows, first, second) < size * other));
  });
  expect(missing).toEqual([]);
});

test('few decisions are combined in every way', () => {
  const all = (sizes: readonly number[]) => new Set(combinations(sizes).map((row) => row.join())).size;
  expect([[2, 2, 2], [4, 2], [2, 3], [8]].map(all)).toEqual([8, 8, 6, 8]);
  expect(combinations([2, 2, 2, 2]).length).toBeLessThan(8);
});

test.each([0, 2])('a statement that opens only where three conditions meet is found, whichever way they turn out, beside %d others', (others) => {
  const beside = Object.fromEntries(Array.from({ length: others }, (_, index) => [`Topic${index}`, { Type: 'AWS::SNS::Topic', Condition: `Other${index}`, Properties: {} }]));
  const Conditions = Object.fromEntries(['A', 'B', 'C', 'Other0', 'Other1'].map((name) => [name, equalsOf(name, 'a')]));
  const trust = { Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
  for (let ways = 0; ways < 8; ways++) {
    const chosen = (name: string, bit: number, opens: unknown, closes: unknown) => ({ 'Fn::If': ways & bit ? [name, opens, closes] : [name, closes, opens] });
    const statement = { Effect: chosen('A', 1, 'Allow', 'Deny'), Action: chosen('B', 2, 'kms:Decrypt', 's3:GetObject'), Resource: chosen('C', 4, '*', 'arn:aws:s3:::data/*') };
    const role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust, Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: [statement] } }] } };
    expect(judged([template({ Role: role, ...beside }, { Conditions })], [ruleNamed('IamDecryptAll')]).map(({ answer }) => answer)).toEqual([Answer.NON_COMPLIANT]);
  }
});

test('each option of many decisions is made, those of two options are still combined in every way, and the cases stay few', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 2, max: 40 }), { maxLength: 16 }), (sizes) => {
    const rows = combinations(sizes);
    for (const [column, size] of sizes.entries()) expect(new Set(rows.map((row) => row[column])).size).toBe(size);
    const small = [...sizes.keys()].filter((column) => sizes[column] === 2);
    for (const second of small) for (const first of small) if (first < second) expect(waysAt(rows, first, second)).toBe(4);
    expect(rows.length).toBeLessThanOrEqual(Math.max(24, ...sizes));
  }), { numRuns: 100 });
});

test('the cases of many decisions are few', () => {
  expect(combinations([])).toEqual([]);
  expect(combinations([2])).toEqual([[0], [1]]);
  expect(combinations(new Array<number>(20).fill(2)).length).toBeLessThanOrEqual(14);
  expect(combinations(new Array<number>(20_000).fill(3))).toHaveLength(3);
});

describe('several stacks', () => {
  const BUCKET = { Type: 'AWS::S3::Bucket', Properties: {} };
  const TLS = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }] };
  const policyOf = (Bucket: unknown, Condition?: string) => ({ Type: 'AWS::S3::BucketPolicy', ...(Condition ? { Condition } : {}), Properties: { Bucket, PolicyDocument: TLS } });
  const stackOf = (name: string, content: object, parent?: TemplateInput['parent']): TemplateInput => ({
    stackName: name, path: name, account: '123456789012', region: 'eu-central-1', template: `${name}.template.json`, content, ...(parent ? { parent } : {}),
  });
  const open = (...templates: TemplateInput[]) => judged(templates, [ruleNamed('S3BucketTls')]).filter(({ answer }) => answer !== 'compliant').map(({ resource }) => `${resource.stack} ${resource.logicalId}`);
  // a bucket touches what learns where a training names it
  const ML = { Train: { Type: 'AWS::SageMaker::Model', Properties: { PrimaryContainer: { ModelDataUrl: { 'Fn::Sub': 's3://${B}/model' } } } } };
  const equals = (parameter: string, value: string) => ({ 'Fn::Equals': [{ Ref: parameter }, value] });
  const listed = (...AllowedValues: string[]) => ({ Env: { Type: 'String', Default: AllowedValues[0], AllowedValues } });

  test('are judged alike in whatever order they are read', () => {
    const names = ['P1', 'P2', 'P3', 'P4', 'P5', 'P6'];
    // what breaks only where three meet is found in some rows
    const threes = names.flatMap((one) => names.flatMap((two) => names.map((three) => [one, two, three]))).filter(([one, two, three]) => one! < three! && two !== one && two !== three);
    const content = (order: readonly string[]) => ({
      Parameters: Object.fromEntries(order.map((name) => [name, { Type: 'String', Default: 'no' }])),
      Conditions: {
        ...Object.fromEntries(order.map((name) => [name, equals(name, 'yes')])),
        ...Object.fromEntries(threes.map(([one, two, three]) => [`${one}${two}${three}`, { 'Fn::Not': [{ 'Fn::And': [{ Condition: one }, { 'Fn::Not': [{ Condition: two }] }, { Condition: three }] }] }])),
      },
      Resources: {
        B: BUCKET, ...ML, ...Object.fromEntries(order.map((name) => [`T${name}`, { Type: 'AWS::SNS::Topic', Condition: name, Properties: {} }])),
        ...Object.fromEntries(threes.flatMap(([...three]) => [[`B${three.join('')}`, BUCKET], [`P${three.join('')}`, policyOf({ Ref: `B${three.join('')}` }, three.join(''))]])),
        Train: { Type: 'AWS::SageMaker::ProcessingJob', Properties: { Environment: Object.fromEntries(threes.map((three) => [three.join(''), { 'Fn::Sub': `s3://\${B${three.join('')}}/x` }])) } },
      },
    });
    const [one, other] = [content(names), content([...names].reverse())];
    const both = open(stackOf('A', one), stackOf('B', other));
    expect(both.length).toBeGreaterThan(20);
    expect(open(stackOf('B', other), stackOf('A', one)).sort()).toEqual([...both].sort());
    expect(open(stackOf('A', one))).toEqual(open(stackOf('A', other)));
  });

  test('can have parameters of one name that take other values', () => {
    const first = stackOf('A', { Parameters: listed('dev', 'prod'), Conditions: { Open: { 'Fn::Not': [equals('Env', 'prod')] } }, Resources: { B: BUCKET, P: policyOf({ Ref: 'B' }, 'Open'), ...ML } });
    const second = stackOf('B', { Parameters: listed('test', 'live'), Resources: { T: { Type: 'AWS::SNS::Topic', Properties: { TopicName: { Ref: 'Env' } } } } });
    for (const stacks of [[first], [first, second], [second, first]]) expect(open(...stacks)).toContain('A B');
  });

  test('export a name once in each region, and what a condition leaves out not at all', () => {
    const out = (of: string, Condition?: string) => ({ Value: { Ref: of }, Export: { Name: 'data' }, ...(Condition ? { Condition } : {}) });
    const made = (Outputs: object) => ({ Parameters: { Env: { Type: 'String' } }, Conditions: { Prod: equals('Env', 'prod'), Other: { 'Fn::Not': [{ Condition: 'Prod' }] } }, Resources: { B: BUCKET, ...ML }, Outputs });
    const here = stackOf('A', made({ Out: out('B') }));
    const there = { ...stackOf('W', made({ Out: out('B') })), region: 'eu-west-1' };
    const consumer = stackOf('C', { Resources: { P: policyOf({ 'Fn::ImportValue': 'data' }) } });
    for (const stacks of [[here, there, consumer], [there, here, consumer], [consumer, there, here]]) expect(open(...stacks)).toEqual(['W B']);
    const either = stackOf('A', { ...made({ First: out('B', 'Prod'), Second: out('B2', 'Other') }), Resources: { B: { ...BUCKET, Condition: 'Prod' }, B2: { ...BUCKET, Condition: 'Other' }, ...ML, M: { Type: 'AWS::SageMaker::Model', Properties: { PrimaryContainer: { ModelDataUrl: { 'Fn::Sub': 's3://${B2}/model' } } } } } });
    expect(judged([either, consumer], [ruleNamed('S3BucketTls')]).filter(({ detail }) => detail?.includes('in a case'))).toEqual([]);
  });

  describe('of which one is nested', () => {
    const around = (Nested: object, rest: object) => stackOf('A', { Parameters: { Env: { Type: 'String' } }, Conditions: { Prod: equals('Env', 'prod') }, Resources: { Nested: { Type: 'AWS::CloudFormation::Stack', Properties: {}, ...Nested }, ...rest } });
    const nested = (content: object) => stackOf('N', content, { path: 'A', logicalId: 'Nested' });

    test('go together where the nested one is there on a condition', () => {
      const within = nested({ Resources: { B: BUCKET, ...ML }, Outputs: { Name: { Value: { Ref: 'B' } } } });
      const NAME = { 'Fn::GetAtt': ['Nested', 'Outputs.Name'] };
      expect(open(around({ Condition: 'Prod' }, { P: policyOf(NAME, 'Prod') }), within)).toEqual([]);
      expect(open(around({}, { P: policyOf(NAME, 'Prod') }), within)).toEqual(['N B']);
    });

    test.each<[string, unknown, string[]]>([
      ['a parameter of the other', { Ref: 'Env' }, []], ['what the condition compares with', 'prod', []], ['something else', 'dev', ['A B']],
    ])('turn out alike where it is given %s', (_what, Given, expected) => {
      const within = nested({ Parameters: { Given: { Type: 'String' }, Name: { Type: 'String' } }, Conditions: { Prod: equals('Given', 'prod') }, Resources: { P: policyOf({ Ref: 'Name' }, 'Prod') } });
      expect(open(around({ Properties: { Parameters: { Given, Name: { Ref: 'B' } } } }, { B: { ...BUCKET, Condition: 'Prod' }, ...ML }), within)).toEqual(expected);
    });

    test('give out what a condition chooses', () => {
      const within = nested({
        Parameters: { Which: { Type: 'String' } }, Conditions: { First: equals('Which', 'first') }, Resources: { B1: BUCKET, B: BUCKET, ...ML, M: { Type: 'AWS::SageMaker::Model', Properties: { PrimaryContainer: { ModelDataUrl: { 'Fn::Sub': 's3://${B1}/model' } } } } },
        Outputs: { Name: { Value: { 'Fn::If': ['First', { Ref: 'B1' }, { Ref: 'B' }] } } },
      });
      expect(open(around({}, { P: policyOf({ 'Fn::GetAtt': ['Nested', 'Outputs.Name'] }) }), within)).toEqual(['N B', 'N B1']);
    });
  });
});

test('an item that moves up where one before it is left out is the same finding', () => {
  const found = judged([template({
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }] },
        Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: [
          { 'Fn::If': ['Prod', { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' }, { Ref: 'AWS::NoValue' }] }, { Effect: 'Allow', Action: '*', Resource: '*' },
        ] } }],
      },
    },
  }, REST)], [ruleNamed('IamWildcardAction')]).map(({ location }) => location);
  expect(found).toEqual(['Properties.Policies.0.PolicyDocument.Statement.1.Action']);
});

test.each<[string, unknown]>([
  ['a condition with odd names', { Condition: { toString: 1, valueOf: 1 } }],
  ['one deeper than can be written', Array.from({ length: 20_000 }).reduce<unknown>((inner) => ({ 'Fn::Not': [inner] }), equalsOf('P', 'a'))],
  ['a great many comparisons', { 'Fn::Or': Array.from({ length: 200_000 }, (_, index) => equalsOf(`P${index}`, 'a')) }],
])('nothing fails on %s', (_what, Prod) => {
  const model = { Type: 'AWS::SageMaker::Model', Properties: { EnableNetworkIsolation: { 'Fn::If': ['Prod', true, false] } } };
  expect(judged([template({ Model: model }, { Conditions: { Prod } })], [ruleNamed('SageMakerModelNetworkIsolation')]).map(({ answer }) => answer)).toEqual(['non-compliant']);
});

function equalsOf(parameter: string, value: string): object {
  return { 'Fn::Equals': [{ Ref: parameter }, value] };
}

test('two conditions are combined in every way however many values stand beside them', () => {
  const rows = combinations([5, 5, 2, 2]);
  expect(rows.length).toBeLessThanOrEqual(24);
  expect(new Set(rows.map(([, , a, b]) => `${a} ${b}`)).size).toBe(4);
  for (const column of [0, 1]) expect(new Set(rows.map((row) => row[column])).size).toBe(5);
});
