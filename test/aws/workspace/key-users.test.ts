import { Template } from 'aws-cdk-lib/assertions';
import { KEY_USERS, KeyPurpose } from '../../../lib/aws/workspace/key-users';
import { deployed, simulate, SimulatedRequest } from '../../support/simulate';
import { workspaceStack } from '../../support/workspace';

const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/1234';
const OURS = { 'aws:SourceAccount': '123456789012' };
const THEIRS = { 'aws:SourceAccount': '999999999999' };
const SERVICE = { 'aws:PrincipalIsAWSService': 'true' };
const CALLER = 'arn:aws:iam::123456789012:role/Pipeline';
const STRANGER = 'arn:aws:iam::999999999999:role/Pipeline';
const MACIE = 'arn:aws:iam::123456789012:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie';

const { stack } = workspaceStack();
const keys = Template.fromStack(stack).findResources('AWS::KMS::Key');

function policyOf(purpose: KeyPurpose): object {
  const key = Object.entries(keys).find(([id]) => id.toLowerCase().startsWith(`workspace${purpose}key`));
  return deployed(key![1].Properties.KeyPolicy, {});
}

interface Row {
  readonly allowed: Omit<SimulatedRequest, 'resource'>[];
  readonly denied: Omit<SimulatedRequest, 'resource'>[];
}

const arnOf = (service: string, rest: string, account = '123456789012') => `arn:aws:${service}:eu-central-1:${account}:${rest}`;

const ROWS: Record<string, Row> = {
  'SageMaker': {
    allowed: [{
      principal: CALLER, action: 'kms:CreateGrant',
      context: { 'kms:CallerAccount': '123456789012', 'kms:ViaService': 'sagemaker.eu-central-1.amazonaws.com', 'kms:GrantIsForAWSResource': 'true' },
    }],
    denied: [
      // by hand
      { principal: CALLER, action: 'kms:CreateGrant', context: { 'kms:CallerAccount': '123456789012' } },
      // a grant for a person
      {
        principal: CALLER, action: 'kms:CreateGrant',
        context: { 'kms:CallerAccount': '123456789012', 'kms:ViaService': 'sagemaker.eu-central-1.amazonaws.com', 'kms:GrantIsForAWSResource': 'false' },
      },
      {
        principal: STRANGER, action: 'kms:CreateGrant',
        context: { 'kms:CallerAccount': '999999999999', 'kms:ViaService': 'sagemaker.eu-central-1.amazonaws.com', 'kms:GrantIsForAWSResource': 'true' },
      },
    ],
  },
  'Macie discovery': {
    allowed: [{ principal: MACIE, action: 'kms:Decrypt', context: { 'kms:CallerAccount': '123456789012', 'aws:PrincipalArn': MACIE } }],
    denied: [
      { principal: CALLER, action: 'kms:Decrypt', context: { 'kms:CallerAccount': '123456789012', 'aws:PrincipalArn': CALLER } },
      {
        principal: MACIE.replace('123456789012', '999999999999'), action: 'kms:Decrypt',
        context: { 'kms:CallerAccount': '999999999999', 'aws:PrincipalArn': MACIE.replace('123456789012', '999999999999') },
      },
    ],
  },
  'Macie export': {
    allowed: [{
      principal: 'macie.amazonaws.com', action: 'kms:GenerateDataKey', context: { ...SERVICE, ...OURS, 'aws:SourceArn': arnOf('macie2', 'export-configuration:any') },
    }],
    denied: [{
      principal: 'macie.amazonaws.com', action: 'kms:GenerateDataKey',
      context: { ...SERVICE, ...THEIRS, 'aws:SourceArn': arnOf('macie2', 'export-configuration:any', '999999999999') },
    }],
  },
  'CloudWatch Logs': {
    allowed: [{
      principal: 'logs.eu-central-1.amazonaws.com', action: 'kms:Encrypt',
      context: { ...SERVICE, 'kms:EncryptionContext:aws:logs:arn': arnOf('logs', 'log-group:/aws/sagemaker/TrainingJobs') },
    }],
    denied: [
      {
        principal: 'logs.eu-central-1.amazonaws.com', action: 'kms:Encrypt',
        context: { ...SERVICE, 'kms:EncryptionContext:aws:logs:arn': arnOf('logs', 'log-group:x', '999999999999') },
      },
      {
        principal: 'logs.us-east-1.amazonaws.com', action: 'kms:Encrypt',
        context: { ...SERVICE, 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:us-east-1:123456789012:log-group:x' },
      },
    ],
  },
  'Log delivery': {
    allowed: [{ principal: 'delivery.logs.amazonaws.com', action: 'kms:Decrypt', context: { ...SERVICE, ...OURS } }],
    denied: [{ principal: 'delivery.logs.amazonaws.com', action: 'kms:Decrypt', context: { ...SERVICE, ...THEIRS } }],
  },
  'CloudTrail': {
    allowed: [{
      principal: 'cloudtrail.amazonaws.com', action: 'kms:GenerateDataKey', context: { ...SERVICE, ...OURS, 'aws:SourceArn': arnOf('cloudtrail', 'trail/audit') },
    }],
    denied: [{
      principal: 'cloudtrail.amazonaws.com', action: 'kms:GenerateDataKey',
      context: { ...SERVICE, ...THEIRS, 'aws:SourceArn': arnOf('cloudtrail', 'trail/audit', '999999999999') },
    }],
  },
  'CloudTrail Lake': {
    // an event data store says neither its account nor its ARN
    allowed: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'].map((action) => ({ principal: 'cloudtrail.amazonaws.com', action, context: SERVICE })),
    denied: [
      { principal: 'cloudtrail.amazonaws.com', action: 'kms:GenerateDataKey', context: { ...SERVICE, ...THEIRS, 'aws:SourceArn': arnOf('cloudtrail', 'eventdatastore/1234', '999999999999') } },
      { principal: 'cloudtrail.amazonaws.com', action: 'kms:GenerateDataKey', context: { ...SERVICE, ...THEIRS, 'aws:SourceArn': arnOf('cloudtrail', 'trail/audit', '999999999999') } },
      { principal: 'logs.eu-central-1.amazonaws.com', action: 'kms:GenerateDataKey', context: SERVICE },
    ],
  },
  'EventBridge': {
    allowed: [
      { principal: 'events.amazonaws.com', action: 'kms:GenerateDataKey', context: { ...SERVICE, 'kms:EncryptionContext:aws:sns:topicArn': arnOf('sns', 'alarms') } },
      { principal: 'events.amazonaws.com', action: 'kms:GenerateDataKey', context: { ...SERVICE, 'kms:EncryptionContext:aws:sqs:arn': arnOf('sqs', 'dead-letters') } },
    ],
    denied: [
      { principal: 'events.amazonaws.com', action: 'kms:GenerateDataKey', context: { ...SERVICE, 'kms:EncryptionContext:aws:sns:topicArn': arnOf('sns', 'alarms', '999999999999') } },
      { principal: 'events.amazonaws.com', action: 'kms:GenerateDataKey', context: { ...SERVICE, 'kms:EncryptionContext:aws:sqs:arn': arnOf('sqs', 'x', '999999999999') } },
    ],
  },
  ...Object.fromEntries([['CloudWatch alarms', 'cloudwatch'], ['SNS', 'sns']].map(([name, service]) => [name, {
    allowed: [{ principal: `${service}.amazonaws.com`, action: 'kms:GenerateDataKey', context: { ...SERVICE, ...OURS } }],
    denied: [{ principal: `${service}.amazonaws.com`, action: 'kms:GenerateDataKey', context: { ...SERVICE, ...THEIRS } }],
  }])),
};

test('every service of the table has a simulated test', () => {
  expect(Object.keys(ROWS).sort()).toEqual(KEY_USERS.map((user) => user.service).sort());
});

const CASES = KEY_USERS.flatMap((user) => user.keys.map((purpose) => ({ service: user.service, purpose, why: user.why })));

test.each(CASES)('$service may use the $purpose key: $why', async ({ service, purpose }) => {
  for (const request of ROWS[service].allowed) {
    expect([request, await simulate({ ...request, resource: KEY, resourcePolicy: policyOf(purpose) })]).toEqual([request, 'Allowed']);
  }
});

test.each(CASES)('$service of another account, or without its context, may not use the $purpose key', async ({ service, purpose }) => {
  for (const request of ROWS[service].denied) {
    expect([request, await simulate({ ...request, resource: KEY, resourcePolicy: policyOf(purpose) })]).toEqual([request, 'ImplicitlyDenied']);
  }
});

// those that a workspace has no key for: keys of others admit them
test.each(KEY_USERS.filter(({ keys: purposes }) => purposes.length === 0))('$service is let in by its statement, and nobody else', async ({ service, statement }) => {
  const resourcePolicy = stack.resolve({ Version: '2012-10-17', Statement: [statement({ account: '123456789012', region: 'eu-central-1' }).toStatementJson()] }) as object;
  for (const request of ROWS[service].allowed) expect([request, await simulate({ ...request, resource: KEY, resourcePolicy })]).toEqual([request, 'Allowed']);
  for (const request of ROWS[service].denied) expect([request, await simulate({ ...request, resource: KEY, resourcePolicy })]).toEqual([request, 'ImplicitlyDenied']);
});

test('a key of data lets no logging service in', async () => {
  const request = ROWS['CloudWatch Logs'].allowed[0];
  expect(await simulate({ ...request, resource: KEY, resourcePolicy: policyOf('data') })).toBe('ImplicitlyDenied');
});

test('no statement lets a service do anything at all', () => {
  for (const user of KEY_USERS) {
    const statement = user.statement({ account: '123456789012', region: 'eu-central-1' });
    expect(statement.actions.filter((action) => action.includes('*'))).toEqual([]);
    expect(Object.keys(statement.conditions).length).toBeGreaterThan(0);
  }
});

test('a key of another partition names its host names and ARNs', () => {
  const logs = KEY_USERS.find((user) => user.service === 'CloudWatch Logs')!.statement({ account: '123456789012', region: 'cn-north-1' }).toStatementJson();
  expect(JSON.stringify(logs)).toContain('arn:aws-cn:logs:cn-north-1:123456789012:*');
});
