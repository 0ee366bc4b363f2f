import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ADMINISTRATOR, deployed, simulate } from '../../support/simulate';
import { filteredPipeline } from './consent-fixture';

interface Policy { Statement: { Effect: string; Action: string | string[]; Resource: unknown }[] }

const base = filteredPipeline({ webhook: {} });
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
for (const [id, grant] of [['Portal', 'grantReceipts'], ['Clinic', 'grantDrop'], ['Proxy', 'grantWebhook']] as const) {
  const made = new iam.Role(base.stack, id, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  base.registry[grant](made);
}
const template = Template.fromStack(base.stack).toJSON() as { Resources: Record<string, { Type: string; Properties: Record<string, never> }> };
const arn = (service: string, resource: string) => `arn:aws:${service}:eu-central-1:123456789012:${resource}`;
const TABLE = arn('dynamodb', 'table/consent');
const STREAM = `${TABLE}/stream/1`;
const KEY = arn('kms', 'key/consent');
const HMAC = arn('kms', 'key/subjects');
const BUS = arn('events', 'event-bus/withdrawals');
const SECRET = arn('secretsmanager', 'secret:webhook');
const store = (key: string) => `arn:aws:s3:::consents/${key}`;
const fn = (name: string) => arn('lambda', `function:${name}`);

const values: Record<string, string> = {
  'ConsentLedgerSubjectKey*': HMAC, [`${base.stack.getLogicalId(base.registry.table.node.defaultChild as never)}.Arn`]: TABLE, [`${base.stack.getLogicalId(base.registry.table.node.defaultChild as never)}.StreamArn`]: STREAM,
  [`${base.stack.getLogicalId(base.registry.key.node.defaultChild as never)}.Arn`]: KEY, 'ConsentWithdrawals*': BUS, 'ConsentWebhookSecret*': SECRET,
  'ConsentReceiptsRole*': role('receipts'), 'ConsentWebhookRole*': role('webhook'), 'ConsentSnapshotsRole*': role('snapshots'), 'ConsentTellRole*': role('tell'),
  'ConsentReceiptsDeadLetters*': arn('sqs', 'receipts'), 'ConsentWebhookDeadLetters*': arn('sqs', 'webhook'), 'ConsentSnapshotsDeadLetters*': arn('sqs', 'snapshots'), 'ConsentTellDeadLetters*': arn('sqs', 'tell'),
  'ConsentReceiptsLogs*': arn('logs', 'log-group:receipts'), 'ConsentWebhookLogs*': arn('logs', 'log-group:webhook'), 'ConsentSnapshotsLogs*': arn('logs', 'log-group:snapshots'), 'ConsentTellLogs*': arn('logs', 'log-group:tell'),
  'ConsentReceipts*': fn('receipts'), 'ConsentWebhook*': fn('webhook'), 'ConsentSnapshots*': fn('snapshots'), 'ConsentStore*': 'arn:aws:s3:::consents',
  'WorkspaceLogsKey*': arn('kms', 'key/logs'), 'WorkspaceNetworkVpcIsolatedSubnet1*': 'subnet-1', 'WorkspaceNetworkVpcIsolatedSubnet2*': 'subnet-2', 'WorkspaceNetworkJobs*': 'sg-1',
  'WorkspaceDataKey*': arn('kms', 'key/data'), 'WorkspaceModelsKey*': arn('kms', 'key/models'), 'WorkspaceRaw*': 'arn:aws:s3:::raw', 'WorkspaceModels*': 'arn:aws:s3:::models', 'WorkspaceOutputs*': 'arn:aws:s3:::outputs',
  'PipelineConsentedRole*': role('filter'), 'PipelinePseudonymiseRole*': role('clean'), 'PipelineTrainRole*': role('train'),
};

/** The policies of a role, as they are when deployed. */
function policyOf(prefix: string): Policy {
  const documents = Object.entries(template.Resources).filter(([id, { Type }]) => /^AWS::IAM::(?:Managed)?Policy$/.test(Type) && id.startsWith(prefix)).map(([, { Properties }]) => deployed(Properties.PolicyDocument as unknown as Policy, values));
  if (documents.length === 0) throw new Error(`no policy begins with ${prefix}`);
  return { ...documents[0], Statement: documents.flatMap(({ Statement }) => Statement) };
}

const tablePolicy = deployed((Object.values(template.Resources).find(({ Type }) => Type === 'AWS::DynamoDB::Table')!.Properties.ResourcePolicy as { PolicyDocument: object }).PolicyDocument, values);
const KEY_POLICY = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' }] };
const POLICIES = {
  receipts: policyOf('ConsentReceiptsRole'), webhook: policyOf('ConsentWebhookRole'), snapshots: policyOf('ConsentSnapshotsRole'), tell: policyOf('ConsentTellRole'), pipeline: policyOf('PipelineRole'),
  filter: policyOf('PipelineConsentedRole'), train: policyOf('PipelineTrainRole'), portal: policyOf('PortalDefaultPolicy'), clinic: policyOf('ClinicDefaultPolicy'), proxy: policyOf('ProxyDefaultPolicy'), admin: ADMINISTRATOR,
};
type Who = keyof typeof POLICIES;

const decide = (who: Who, action: string, resource: string, context: Record<string, string> = {}) => simulate({
  principal: role(who), action, resource, identityPolicy: POLICIES[who], context: { ...context, ...(action.startsWith('dynamodb:') && resource === TABLE ? { 'aws:PrincipalArn': role(who) } : {}) },
  ...(action.startsWith('kms:') ? { resourcePolicy: KEY_POLICY } : resource === TABLE ? { resourcePolicy: tablePolicy } : {}),
});
const viaTable = { 'kms:ViaService': 'dynamodb.eu-central-1.amazonaws.com' };

test.each<[Who, string, string, Record<string, string>?]>([
  ['receipts', 'dynamodb:PutItem', TABLE], ['receipts', 'kms:GenerateMac', HMAC], ['receipts', 'kms:GenerateDataKey', KEY, viaTable], ['receipts', 's3:GetObject', store('receipts/a.json')], ['receipts', 's3:PutObject', store('refused/a.json')],
  ['webhook', 'dynamodb:PutItem', TABLE], ['webhook', 'secretsmanager:GetSecretValue', SECRET], ['webhook', 's3:PutObject', store('refused/a.json')],
  ['snapshots', 'dynamodb:Scan', TABLE], ['snapshots', 's3:PutObject', store('snapshots/1/consent.jsonl')], ['snapshots', 's3:GetObject', store('snapshots/latest.json')], ['snapshots', 's3:ListBucket', 'arn:aws:s3:::consents'],
  ['tell', 'dynamodb:GetRecords', STREAM], ['tell', 'kms:Decrypt', KEY, viaTable], ['tell', 'events:PutEvents', BUS],
  ['tell', 'dynamodb:Query', TABLE], ['tell', 'dynamodb:GetItem', TABLE], ['tell', 'dynamodb:Query', `${TABLE}/index/later`], ['tell', 's3:GetObject', store('withdrawals/told-until.json')], ['tell', 's3:PutObject', store('withdrawals/told-until.json')],
  ['tell', 's3:ListBucket', 'arn:aws:s3:::consents'],
  ['pipeline', 'lambda:InvokeFunction', fn('snapshots')], ['filter', 's3:GetObject', store('snapshots/1/consent.jsonl')],
  ['portal', 'lambda:InvokeFunction', fn('receipts')], ['clinic', 's3:PutObject', store('receipts/a.json')], ['proxy', 'lambda:InvokeFunction', fn('webhook')],
])('the %s may %s', async (...request) => {
  expect(await decide(...request)).toBe('Allowed');
});

test.each<[Who, string, string, Record<string, string>?]>([
  // who writes reads nothing, and who reads does not look for anybody
  ['receipts', 'dynamodb:Scan', TABLE], ['receipts', 'dynamodb:Query', TABLE], ['receipts', 's3:GetObject', store('refused/a.json')], ['receipts', 's3:GetObject', store('snapshots/1/consent.jsonl')], ['receipts', 's3:PutObject', store('snapshots/1/x')],
  ['receipts', 'kms:Decrypt', KEY], ['receipts', 'secretsmanager:GetSecretValue', SECRET], ['receipts', 'events:PutEvents', BUS],
  ['webhook', 's3:GetObject', store('receipts/a.json')], ['snapshots', 'kms:GenerateMac', HMAC], ['snapshots', 's3:GetObject', store('receipts/a.json')],
  ['tell', 'dynamodb:Scan', TABLE], ['tell', 'dynamodb:PutItem', TABLE], ['tell', 'kms:GenerateMac', HMAC], ['tell', 's3:GetObject', store('receipts/a.json')], ['tell', 's3:GetObject', store('refused/a.json')],
  // a job sees snapshots, and neither receipts nor the table; what trains sees none of it
  ['filter', 's3:GetObject', store('receipts/a.json')], ['filter', 's3:GetObject', store('refused/a.json')], ['filter', 's3:PutObject', store('snapshots/1/consent.jsonl')], ['filter', 'dynamodb:Scan', TABLE],
  ['train', 's3:GetObject', store('snapshots/1/consent.jsonl')], ['pipeline', 'lambda:InvokeFunction', fn('receipts')], ['pipeline', 'dynamodb:Scan', TABLE],
  // each door is one door
  ['portal', 'lambda:InvokeFunction', fn('webhook')], ['proxy', 'lambda:InvokeFunction', fn('receipts')], ['clinic', 's3:PutObject', store('snapshots/1/consent.jsonl')], ['clinic', 's3:GetObject', store('receipts/a.json')],
])('the %s may not %s %s', async (...request) => {
  expect(await decide(...request)).toMatch(/Denied$/);
});

test.each<[Who, string]>([
  ['admin', 'dynamodb:PutItem'], ['admin', 'dynamodb:UpdateItem'], ['admin', 'dynamodb:DeleteItem'], ['admin', 'dynamodb:BatchWriteItem'], ['admin', 'dynamodb:PartiQLUpdate'], ['snapshots', 'dynamodb:PutItem'], ['receipts', 'dynamodb:UpdateItem'], ['receipts', 'dynamodb:DeleteItem'],
])('the %s is kept from %s by the table', async (who, action) => {
  expect(await decide(who, action, TABLE)).toBe('ExplicitlyDenied');
});

test('the simulator is live: an administrator may read the table', async () => {
  expect(await decide('admin', 'dynamodb:GetItem', TABLE)).toBe('Allowed');
});
