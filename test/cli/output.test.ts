import { placesOf } from '../../lib/cli/places';
import { worstFirst, type Weighed } from '../../lib/cli/worst-first';
import type { PlacedFinding } from '../../lib/evidence/record';
import { Control } from '../../lib/policy/control';
import { Answer } from '../../lib/policy/finding';
import { OPEN_ALL, RULES } from '../../lib/rules/catalogue';
import { FLAGS, folder, gate, TEMPLATE } from './support';

const check = async (words: string, files: Readonly<Record<string, unknown>>) => (await gate(`check ${FLAGS} --region eu-central-1 ${words}`, { cwd: folder(files) })).out;
/** Lines below the heading of a rule. */
const below = (out: string, rule: string) => new RegExp(`RegulatedML-${rule.replace('[', '\\[')}:.*\\n((?: {4}(?!why:|fix:|asked by:).*\\n)*)`).exec(out)?.[1]?.trimEnd().split('\n').map((line) => line.slice(4));

const ROLE = `AWSTemplateFormatVersion: 2010-09-09
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: { Effect: Allow, Action: 'sts:AssumeRole', Principal: { Service: sagemaker.amazonaws.com } }
      ManagedPolicyArns:
        - arn:aws:iam::aws:policy/AdministratorAccess
        - arn:aws:iam::aws:policy/AmazonS3FullAccess
      Policies:
        - PolicyName: first
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: ['s3:*', 'glue:*', 'athena:*', 'logs:*', 'ecr:*', 'kms:*', 'sagemaker:*']
                Resource: arn:aws:s3:::one/*
        - PolicyName: second
          PolicyDocument:
            Statement:
              - { Effect: Allow, Action: 'lambda:*', Resource: 'arn:aws:lambda:eu-central-1:1:function:one' }
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      PublicAccessBlockConfiguration:
        BlockPublicAcls: false
        BlockPublicPolicy: false
        IgnorePublicAcls: true
        RestrictPublicBuckets: true
`;

describe('a place in a file', () => {
  test('has its line, with the ending of the file and the property as far as the sentence does not name it', async () => {
    const out = await check('deep/t.yaml', { 'deep/t.yaml': ROLE });
    expect(below(out, 'IamConfusedDeputy')).toEqual(['t.yaml:7 Role: sagemaker.amazonaws.com may assume the role for any account (AssumeRolePolicyDocument.Statement)']);
    expect(below(out, 'S3BucketKey')).toEqual(['t.yaml:24 Bucket: BucketEncryption is not set']);
  });

  test('is one line with all that is found there, and a line each with --all', async () => {
    const files = { 't.yaml': ROLE };
    const out = await check('t.yaml', files);
    expect(below(out, 'IamWildcardAction')).toEqual([
      "t.yaml:15 Role: a statement allows 's3:*', 'glue:*', 'athena:*', 'logs:*', 'ecr:*' and 2 more (Policies.0.PolicyDocument.Statement.0)",
      "t.yaml:21 Role: a statement allows 'lambda:*' (Policies.1.PolicyDocument.Statement.0.Action)",
    ]);
    expect(below(out, 'IamFullAccess')).toEqual(['t.yaml:8 Role: it has the managed policy AdministratorAccess, AmazonS3FullAccess (ManagedPolicyArns)']);
    expect(below(out, 'S3BucketPublicAccessBlock')).toEqual(['t.yaml:25 Bucket: PublicAccessBlockConfiguration.BlockPublicAcls, PublicAccessBlockConfiguration.BlockPublicPolicy are false']);
    expect(below(await check('t.yaml --all', files), 'IamWildcardAction')).toHaveLength(8);
  });

  test('is told by its path in the folder where there are several, in JSON and Terraform too', async () => {
    const out = await check('.', {
      'a/t.json': JSON.stringify(TEMPLATE, null, 1), 'b/t.yaml': 'Resources:\n  Bad: { Type: AWS::S3::Bucket }\n',
      'c/cdk.template.json': JSON.stringify({ Resources: { Placed: { Type: 'AWS::S3::Bucket', Metadata: { 'aws:cdk:path': 'App/Data/Resource' } } } }),
      'd/main.tf.json': JSON.stringify({ resource: { azurerm_key_vault: { v: { name: 'v', location: 'germanywestcentral' } } } }, null, 1),
    });
    expect(below(out, 'S3BucketTls')).toEqual(['a/t.json:3 Bad: the bucket has no policy', 'b/t.yaml:2 Bad: the bucket has no policy', 'App/Data/Resource: the bucket has no policy (c/cdk.template.json:1)']);
    expect(below(out, 'AzureKeyVaultPurgeProtection')).toEqual([expect.stringMatching(/^d\/main\.tf\.json:4 azurerm_key_vault\.v: /)]);
  });

  test('of a step is that of its definition, with what the step does', async () => {
    const train = { Type: 'Task', Resource: 'arn:aws:states:::sagemaker:createTrainingJob.sync', End: true, Parameters: { AlgorithmSpecification: { 'TrainingImage.$': '$.image' } } };
    const machine = { Type: 'AWS::StepFunctions::StateMachine', Properties: { RoleArn: 'arn:aws:iam::111122223333:role/x', DefinitionString: JSON.stringify({ StartAt: 'Train It', States: { 'Train It': train } }) } };
    const out = await check('t.json', { 't.json': JSON.stringify({ Resources: { Machine: machine } }, null, 1) });
    expect(below(out, 'SageMakerJobNetworkIsolation')).toEqual([expect.stringMatching(/^t\.json:\d+ Machine, Training 'Train It': EnableNetworkIsolation is not set$/)]);
    expect(below(out, 'ResidencyImage[unknown]')).toEqual([expect.stringMatching(/^t\.json:7 Machine, Training 'Train It': TrainingImage: it is decided while the state machine runs$/)]);
  });

  test('of a template in a layout that was mended, and of a key that stands twice, is where it was written', async () => {
    const text = 'Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties:\n      Tags: [ { Key: "a\n   b" ,\n  Value: b }\n ]\n      PublicAccessBlockConfiguration: {}\n      PublicAccessBlockConfiguration:\n        BlockPublicAcls: false\n';
    expect(below(await check('t.yaml', { 't.yaml': text }), 'S3BucketPublicAccessBlock')?.[0]).toMatch(/^t\.yaml:10 B: PublicAccessBlockConfiguration\.BlockPublicAcls is false; and 3 more here$/);
  });
});

test('what nobody can see is told once, with its places, where it fails', async () => {
  const serverless = Object.fromEntries(['A', 'B', 'C', 'D', 'E', 'F', 'G'].map((name) => [name, { Type: 'AWS::Serverless::Function', Properties: {} }]));
  const files = { 't.json': { Transform: 'AWS::Serverless-2016-10-31', Resources: serverless } };
  const told = "no rule has judged the resources that a transform makes of 'AWS::Serverless::Function', in 7 places: A, B, C, D, E and 2 more";
  const out = await check('t.json', files);
  expect(out).toContain(`No proof, whatever was found\n  ✗ 't': no rule has judged what the transform 'AWS::Serverless-2016-10-31' makes of the template\n  ✗ ${told}\n    fix: `);
  expect(out).not.toMatch(/TemplateReadable.*:/);
  expect(await check('t.json --quiet', files)).toContain(told);
  expect(await check('t.json --allow-unjudged', files)).toMatch(new RegExp(`What limits this\\n(.*\\n)* {2}! ${told}`));
  expect(await check('t.json --all', files)).toMatch(/RegulatedML-TemplateReadable\[unknown\]:(.*\n)*No proof.*\n( {2}✗ 't.*\n){8}/);
});

describe('the order', () => {
  test('is what weighs most, then what opens all, then what lets data out before what watches', async () => {
    const out = await check('.', {
      't.yaml': ROLE, 'trail.json': { Resources: {
        Group: { Type: 'AWS::SageMaker::Model', Properties: { ExecutionRoleArn: 'arn:aws:iam::111122223333:role/x', PrimaryContainer: { ModelDataUrl: 's3://a/b' } } },
        Policy: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: 'a', PolicyDocument: { Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' }] } } },
      } },
    });
    const order = [...out.matchAll(/^[✗!] (\w+) RegulatedML-(\S+):/gm)].map(([, weight, rule]) => `${weight} ${rule}`);
    const at = (rule: string) => order.indexOf(rule);
    expect(order.slice(0, 3)).toEqual(['error ResourcePolicyPublic', 'error IamFullAccess', 'error IamWildcardAction']);
    expect(at('error IamConfusedDeputy')).toBeGreaterThan(at('error S3BucketPublicAccessBlock'));
    expect(at('error S3BucketKey')).toBeGreaterThan(at('error IamConfusedDeputy'));
    const weights = order.map((one) => one.split(' ')[0]);
    expect(weights).toEqual([...weights].sort((a, b) => ['fatal', 'error', 'warning'].indexOf(a!) - ['fatal', 'error', 'warning'].indexOf(b!)));
    expect(out).toMatch(/Next: 'regulated-ml rules RegulatedML-ResourcePolicyPublic' explains a rule/);
  });

  const finding = (given: Partial<Weighed>): Weighed => ({ rule: 'RegulatedML-X', weight: 'error', answer: Answer.NON_COMPLIANT, control: Control.NO_PUBLIC_ACCESS, ...given });

  test('knows every control, and names rules that are there', () => {
    for (const control of Object.values(Control)) if (control !== Control.DATA_RESIDENCY) expect(worstFirst(finding({ control: Control.DATA_RESIDENCY }), finding({ control }))).toBeLessThan(0);
    expect(OPEN_ALL.filter((name) => !RULES.some((rule) => rule.name === name))).toEqual([]);
  });

  test('is the same for findings in any order, and what is known goes before what is not', () => {
    const all = [
      finding({ weight: 'fatal', control: Control.ASSET_INVENTORY }), finding({ rule: 'RegulatedML-IamFullAccess', control: Control.LEAST_PRIVILEGE }), finding({ rule: 'RegulatedML-A' }), finding({}),
      finding({ control: Control.AUDIT_LOGGING }), finding({ rule: 'RegulatedML-IamFullAccess[unknown]', answer: Answer.UNKNOWN }), finding({ weight: 'warning' }),
    ];
    for (let turn = 0; turn < all.length; turn += 1) expect([...all.slice(turn), ...all.slice(0, turn)].reverse().sort(worstFirst)).toEqual(all);
  });
});

test('sentences that share no more than a word are told one and a number', () => {
  const found = (details: readonly string[]) => [...placesOf(details.map((detail, index) => ({ path: 'p', template: 't', logicalId: 'l', location: `Properties.A.${index}`, detail }) as PlacedFinding))].map(({ detail }) => detail);
  expect(found(['X is not set', 'the key of the second is somebody else\'s'])).toEqual(['X is not set; and 1 more here']);
  expect(found(['X is not set', 'X is not set'])).toEqual(['X is not set (2 times)']);
  expect(found(['X is not set'])).toEqual(['X is not set']);
  expect(found(['a b c', 'a d c', 'a b c'])).toEqual(['a b, d c']);
});
