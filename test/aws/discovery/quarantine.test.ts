import { CreateBucketCommand, GetObjectCommand, GetObjectTaggingCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Template } from 'aws-cdk-lib/assertions';
import aslValidator from 'asl-validator';
import { SensitiveDataDiscovery } from '../../../lib/aws/discovery';
import { Classification } from '../../../lib/policy';
import { handler, type MacieFinding } from '../../../lib/runtime/quarantine';
import { type Definition, execute, type Integration } from '../../support/asl';
import { describeWithMoto, type Moto, startMoto, useEndpoint } from '../../support/moto';
import { ADMINISTRATOR, deployed, simulate } from '../../support/simulate';
import { workspaceStack } from '../../support/workspace';

const ADMIN = 'arn:aws:iam::123456789012:role/Steward';
const WORKER = 'arn:aws:iam::123456789012:role/Worker';
const MACIE = 'arn:aws:iam::123456789012:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie';
const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alarms';
const FUNCTION = 'arn:aws:lambda:eu-central-1:123456789012:function:worker';

const { stack, workspace } = workspaceStack({ administrators: [ADMIN] });
const curated = workspace.addStore('Curated', { classification: Classification.PSEUDONYMISED });
const raw = workspace.addStore('Raw', { classification: Classification.PHI });
new SensitiveDataDiscovery(stack, 'Discovery', { workspace, stores: [curated, raw] });
const template = Template.fromStack(stack);

/** Properties of the resources whose logical ids begin so, as they will be deployed. */
function all(type: string, start: string, values: Record<string, string> = {}): Record<string, unknown>[] {
  const found = Object.entries(template.findResources(type)).filter(([id]) => id.startsWith(start));
  if (found.length === 0) throw new Error(`no ${type} begins with ${start}: ${Object.keys(template.findResources(type)).join(', ')}`);
  return found.map(([, { Properties }]) => deployed(Properties as Record<string, unknown>, {
    ...values,
    'WorkspaceCurated*': 'arn:aws:s3:::curated', 'WorkspaceRaw*': 'arn:aws:s3:::raw', 'DiscoveryQuarantineStore*': 'arn:aws:s3:::held',
    'WorkspaceNetworkVpcS3*': 'vpce-ours', 'WorkspaceDataKey*': 'arn:aws:kms:eu-central-1:123456789012:key/data',
    'WorkspaceLogsKey*': 'arn:aws:kms:eu-central-1:123456789012:key/logs', 'DiscoveryQuarantineKey*': 'arn:aws:kms:eu-central-1:123456789012:key/held',
    'DiscoveryQuarantineWorkerRole*': WORKER, 'WorkspaceAlarms*': TOPIC, 'DiscoveryQuarantineWorkerLogs*': 'arn:aws:logs:eu-central-1:123456789012:log-group:w:*',
    'DiscoveryQuarantineWorkerDeadLetters*': 'arn:aws:sqs:eu-central-1:123456789012:w', 'DiscoveryQuarantineWorker*': FUNCTION,
    'DiscoveryQuarantineRole*': 'arn:aws:iam::123456789012:role/Machine', 'WorkspaceNetwork*': 'net-1', 'DiscoveryQuarantine*': 'other',
  }));
}

const resource = (type: string, start: string) => all(type, start)[0];

const definition = JSON.parse(resource('AWS::StepFunctions::StateMachine', 'DiscoveryQuarantine').DefinitionString as string) as Definition;

const finding = (bucket: string, key: string, id = 'f-1'): MacieFinding => ({
  id, type: 'SensitiveData:S3Object/Personal', severity: { description: 'High' }, resourcesAffected: { s3Bucket: { name: bucket }, s3Object: { key, versionId: 'null' } },
});
const eventOf = (detail: MacieFinding) => ({ 'version': '0', 'source': 'aws.macie', 'detail-type': 'Macie Finding', 'region': 'eu-central-1', detail });

test('the state machine is valid Amazon States Language', () => {
  expect(aslValidator(definition)).toMatchObject({ isValid: true });
  const astray = { ...definition.States, 'Tell people': { ...definition.States['Tell people'], Next: 'Nowhere' } };
  expect(aslValidator({ ...definition, States: astray }).isValid).toBe(false);
});

test('every step that can fail has retries, and leads to the alarm', () => {
  for (const state of Object.values(definition.States).filter(({ Type }) => Type === 'Task')) expect(state).toMatchObject({ Retry: expect.anything(), Catch: expect.anything() });
});

describeWithMoto('an execution', () => {
  let moto: Moto;
  let s3: S3Client;
  let messages: Record<string, unknown>[];
  let integrations: Record<string, Integration>;

  beforeAll(async () => {
    moto = await startMoto();
    useEndpoint(moto.url);
    const { Environment } = resource('AWS::Lambda::Function', 'DiscoveryQuarantineWorker') as { Environment: { Variables: Record<string, string> } };
    Object.assign(process.env, Environment.Variables, { QUARANTINE_BUCKET: 'held' });
    s3 = new S3Client({});
    for (const Bucket of ['curated', 'held']) await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }));
  });
  afterAll(async () => {
    s3?.destroy();
    await moto?.stop();
  });
  beforeEach(() => {
    messages = [];
    integrations = {
      'arn:aws:states:::lambda:invoke': async (args) => {
        expect(args.FunctionName).toBe(FUNCTION);
        return { StatusCode: 200, Payload: JSON.parse(JSON.stringify(await handler(args.Payload as Parameters<typeof handler>[0]))) };
      },
      'arn:aws:states:::sns:publish': async (args) => {
        expect(args.TopicArn).toBe(TOPIC);
        expect((args.Subject as string).length).toBeLessThan(100);
        messages.push({ subject: args.Subject, ...args.Message as object });
        return { MessageId: '1' };
      },
    };
  });

  test('tags, copies, records and tells; twice does no harm', async () => {
    await s3.send(new PutObjectCommand({ Bucket: 'curated', Key: 'a/b.csv', Body: 'name' }));
    for (let run = 0; run < 2; run++) {
      expect(await execute(definition, eventOf(finding('curated', 'a/b.csv')), integrations)).toEqual({
        status: 'SUCCEEDED', path: ['Read finding', 'Tag object', 'Still there', 'Copy object', 'Write record', 'Tell people', 'Held back'],
      });
    }
    expect((await s3.send(new GetObjectTaggingCommand({ Bucket: 'curated', Key: 'a/b.csv' }))).TagSet).toEqual([{ Key: 'regulated-ml:quarantine', Value: 'f-1' }]);
    const { copy, ...message } = messages[0];
    expect(message).toEqual({
      subject: 'Sensitive data was held back', finding: 'f-1', type: 'SensitiveData:S3Object/Personal', severity: 'High', bucket: 'curated', key: 'a/b.csv',
      outcome: 'reading the object is denied; a copy lies in the quarantine store', record: 's3://held/findings/f-1.json', droppedTags: [],
    });
    await s3.send(new HeadObjectCommand({ Bucket: 'held', Key: (copy as string).replace('s3://held/', '') }));
    const stored = await s3.send(new GetObjectCommand({ Bucket: 'held', Key: 'findings/f-1.json' }));
    expect(JSON.parse(await stored.Body!.transformToString())).toMatchObject({ finding: { id: 'f-1' }, outcome: { tag: { gone: false }, copy: { location: copy } } });
  });

  test('an object that went before is recorded, and people are told', async () => {
    expect(await execute(definition, eventOf(finding('curated', 'gone.csv', 'f-2')), integrations)).toMatchObject({
      status: 'SUCCEEDED', path: ['Read finding', 'Tag object', 'Still there', 'Write record', 'Tell people', 'Held back'],
    });
    expect(messages).toMatchObject([{ outcome: 'the object was deleted before it could be held back', copy: null, record: 's3://held/findings/f-2.json' }]);
  });

  test('fails with an alarm, after retries, when the object cannot be tagged', async () => {
    const { status, error, path } = await execute(definition, eventOf(finding('nowhere', 'x.csv')), integrations);
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'QuarantineFailed' });
    expect(path.filter((state) => state === 'Tag object')).toHaveLength(6);
    expect(path.slice(-2)).toEqual(['Raise alarm', 'Not held back']);
    expect(messages).toMatchObject([{ subject: 'Sensitive data could not be held back', bucket: 'nowhere', step: 'Tag object', problem: { Error: 'NoSuchBucket' } }]);
  });

  test('fails when nobody can be told', async () => {
    await s3.send(new PutObjectCommand({ Bucket: 'curated', Key: 'c.csv', Body: 'name' }));
    integrations['arn:aws:states:::sns:publish'] = () => Promise.reject(new Error('no topic'));
    expect(await execute(definition, eventOf(finding('curated', 'c.csv', 'f-3')), integrations)).toMatchObject({ status: 'FAILED' });
  });
});

describe('the event rule', () => {
  const pattern = resource('AWS::Events::Rule', 'DiscoveryQuarantineFindings').EventPattern as object;
  // as published at https://docs.aws.amazon.com/macie/latest/user/findings-publish-event-schemas.html
  const event = (changes: object = {}, bucket = 'arn:aws:s3:::curated') => ({
    'source': 'aws.macie', 'detail-type': 'Macie Finding',
    'detail': { category: 'CLASSIFICATION', severity: { score: 3, description: 'High' }, resourcesAffected: { s3Bucket: { name: bucket } }, ...changes },
  });

  test('takes findings in our stores, from medium up', () => {
    expect(matches(pattern, event())).toBe(true);
    expect(matches(pattern, event({ severity: { description: 'Medium' } }))).toBe(true);
  });
  test('leaves what is below, of policies, in stores that hold such data, and of others', () => {
    expect(matches(pattern, event({ severity: { description: 'Low' } }))).toBe(false);
    expect(matches(pattern, event({ category: 'POLICY' }))).toBe(false);
    expect(matches(pattern, event({}, 'arn:aws:s3:::raw'))).toBe(false);
    expect(matches(pattern, { ...event(), source: 'aws.guardduty' })).toBe(false);
  });
});

describe('the policy of the store’s bucket', () => {
  const policy = resource('AWS::S3::BucketPolicy', 'WorkspaceCuratedPolicy').PolicyDocument as object;
  const tag = { 's3:ExistingObjectTag/regulated-ml:quarantine': 'f-1' };
  const ask = (principal: string, action: string, context: Record<string, string> = {}) => simulate({
    principal, action, resource: action.includes('Bucket') ? 'arn:aws:s3:::curated' : 'arn:aws:s3:::curated/a.csv', identityPolicy: ADMINISTRATOR, resourcePolicy: policy,
    context: { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3', 'aws:SourceVpce': 'vpce-ours', 'aws:PrincipalArn': principal, 'aws:PrincipalIsAWSService': 'false', ...context },
  });
  const JOB = 'arn:aws:iam::123456789012:role/Train';

  test('lets jobs read what is not held back', async () => {
    expect(await ask(JOB, 's3:GetObject')).toBe('Allowed');
    expect(await ask(JOB, 's3:GetObject', { 's3:ExistingObjectTag/study': 'S1' })).toBe('Allowed');
  });

  test.each(['s3:GetObject', 's3:GetObjectVersion', 's3:PutObjectTagging', 's3:PutObjectVersionTagging', 's3:DeleteObjectTagging', 's3:DeleteObjectVersionTagging'])(
    'denies jobs %s of what is held back', async (action) => expect(await ask(JOB, action, tag)).toBe('ExplicitlyDenied'));

  test.each([['administrators', ADMIN], ['the quarantine', WORKER], ['Macie', MACIE]])('lets %s read and release what is held back', async (_, principal) => {
    expect(await ask(principal, 's3:GetObject', tag)).toBe('Allowed');
    expect(await ask(principal, 's3:DeleteObjectVersionTagging', tag)).toBe('Allowed');
  });

  test('locks nobody out of the policy itself', async () => {
    expect(await ask('arn:aws:iam::123456789012:role/Anyone', 's3:PutBucketPolicy')).toBe('Allowed');
    expect(await ask('arn:aws:iam::123456789012:role/Anyone', 's3:DeleteBucketPolicy')).toBe('Allowed');
  });

  test('says nothing in a store that holds such data anyway', () => {
    expect(JSON.stringify(resource('AWS::S3::BucketPolicy', 'WorkspaceRawPolicy'))).not.toContain('DenyQuarantined');
  });
});

describe('the worker', () => {
  const identityPolicy = resource('AWS::IAM::ManagedPolicy', 'DiscoveryQuarantineWorkerRole').PolicyDocument as object;
  const ask = (action: string, arn: string, context: Record<string, string> = {}) => simulate({ principal: WORKER, action, resource: arn, identityPolicy, context: { 'aws:PrincipalArn': WORKER, ...context } });

  test.each([
    ['s3:GetObjectTagging', 'arn:aws:s3:::curated/a.csv'], ['s3:PutObjectTagging', 'arn:aws:s3:::curated/a.csv'], ['s3:PutObjectVersionTagging', 'arn:aws:s3:::curated/a.csv'],
    ['s3:GetObjectVersion', 'arn:aws:s3:::curated/a.csv'], ['s3:PutObject', 'arn:aws:s3:::held/objects/1'], ['s3:PutObject', 'arn:aws:s3:::held/findings/1.json'],
  ])('may %s on %s', async (action, arn) => expect(await ask(action, arn)).toBe('Allowed'));

  test.each([
    ['s3:PutObject', 'arn:aws:s3:::curated/a.csv'], ['s3:DeleteObject', 'arn:aws:s3:::curated/a.csv'], ['s3:GetObject', 'arn:aws:s3:::raw/a.csv'],
    ['s3:GetObject', 'arn:aws:s3:::held/objects/1'], ['s3:DeleteObject', 'arn:aws:s3:::held/objects/1'], ['s3:PutObject', 'arn:aws:s3:::held/elsewhere'],
  ])('may not %s on %s', async (action, arn) => expect(await ask(action, arn)).toBe('ImplicitlyDenied'));
});

describe('the other roles', () => {
  const LOGS_KEY = 'arn:aws:kms:eu-central-1:123456789012:key/logs';
  const MACHINE = 'arn:aws:states:eu-central-1:123456789012:stateMachine:quarantine';
  const JOB = 'arn:aws:macie2:eu-central-1:123456789012:classification-job/1';
  const ask = (role: string, action: string, arn: string, context: Record<string, string> = {}) => simulate({
    principal: WORKER, action, resource: arn, context: { 'aws:PrincipalArn': WORKER, ...context },
    identityPolicy: { Version: '2012-10-17', Statement: all('AWS::IAM::ManagedPolicy', role, { 'DiscoveryQuarantine3*': MACHINE, 'DiscoveryJobMaker*': 'maker' })
      .flatMap(({ PolicyDocument }) => (PolicyDocument as { Statement: object[] }).Statement) },
    // what every key of ours says of its own account
    ...(action.startsWith('kms:') ? { resourcePolicy: {
      Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' }],
    } } : {}),
  });

  test.each<[string, string, string, Record<string, string>]>([
    ['DiscoveryJobMakerRole', 'macie2:CreateClassificationJob', JOB, {}],
    ['DiscoveryJobMakerRole', 'macie2:TagResource', JOB, {}],
    ['DiscoveryJobMakerRole', 'macie2:DescribeClassificationJob', JOB, {}],
    ['DiscoveryJobMakerRole', 'macie2:UpdateClassificationJob', JOB, {}],
    ['DiscoveryQuarantineReconciliationRole', 'macie2:ListFindings', '*', { 'aws:RequestedRegion': 'eu-central-1' }],
    ['DiscoveryQuarantineReconciliationRole', 'macie2:GetFindings', '*', { 'aws:RequestedRegion': 'eu-central-1' }],
    ['DiscoveryQuarantineReconciliationRole', 's3:GetObject', 'arn:aws:s3:::held/findings/1.json', {}],
    ['DiscoveryQuarantineReconciliationRole', 's3:ListBucket', 'arn:aws:s3:::held', {}],
    ['DiscoveryQuarantineReconciliationRole', 'states:StartExecution', MACHINE, {}],
    ['DiscoveryQuarantineEventsRole', 'states:StartExecution', MACHINE, {}],
    ['DiscoveryQuarantineRole', 'lambda:InvokeFunction', FUNCTION, {}],
    ['DiscoveryQuarantineRole', 'sns:Publish', TOPIC, {}],
    ['DiscoveryQuarantineRole', 'kms:GenerateDataKey', LOGS_KEY, { 'kms:ViaService': 'sns.eu-central-1.amazonaws.com' }],
    ['DiscoveryQuarantineRole', 'kms:Decrypt', LOGS_KEY, { 'kms:EncryptionContext:aws:states:stateMachineArn': MACHINE }],
  ])('%s may %s', async (role, action, arn, context) => expect(await ask(role, action, arn, context)).toBe('Allowed'));

  test.each<[string, string, string]>([
    ['DiscoveryJobMakerRole', 'macie2:DisableMacie', '*'],
    ['DiscoveryJobMakerRole', 'macie2:UpdateMacieSession', '*'],
    ['DiscoveryJobMakerRole', 's3:GetObject', 'arn:aws:s3:::curated/a.csv'],
    ['DiscoveryQuarantineReconciliationRole', 's3:GetObject', 'arn:aws:s3:::held/objects/1'],
    ['DiscoveryQuarantineReconciliationRole', 's3:GetObject', 'arn:aws:s3:::curated/a.csv'],
    ['DiscoveryQuarantineReconciliationRole', 'states:StartExecution', MACHINE.replace('quarantine', 'another')],
    ['DiscoveryQuarantineRole', 's3:GetObject', 'arn:aws:s3:::curated/a.csv'],
    ['DiscoveryQuarantineRole', 'lambda:InvokeFunction', `${FUNCTION}-2`],
    ['DiscoveryQuarantineRole', 'kms:Decrypt', LOGS_KEY],
    ['DiscoveryQuarantineEventsRole', 'states:DeleteStateMachine', MACHINE],
  ])('%s may not %s', async (role, action, arn) => expect(await ask(role, action, arn)).toBe('ImplicitlyDenied'));
});

/** The part of EventBridge's matching that the rule uses. */
function matches(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(pattern)) return pattern.includes(event);
  return Object.entries(pattern as object).every(([key, child]) => event !== null && typeof event === 'object' && matches(child, (event as Record<string, unknown>)[key]));
}
