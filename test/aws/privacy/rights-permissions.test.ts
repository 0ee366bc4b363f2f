import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { type Deployed, deployApp } from '../../support/deployed';
import { ADMINISTRATOR, type SimulatedRequest, simulate } from '../../support/simulate';
import { roleIn } from './fixture';
import { hospital } from './rights-fixture';

type Context = Record<string, string | string[]>;

const made = hospital();
made.rights.requestsFrom(new events.EventBus(made.stack, 'Consent'));
made.rights.grantRequest(roleIn(made.stack, 'Clerk'));
made.rights.grantSettlement(roleIn(made.stack, 'Officer'));
made.rights.grantReadRecords(roleIn(made.stack, 'Auditor'));
made.workspace.addStore('Billing', { classification: made.raw.classification }).grantRead(new iam.Role(made.stack, 'Billing', { assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': '123456789012' } } }) }));

const resources = deployApp(made.app);
const only = (type: string, id: RegExp): Deployed => {
  const found = resources.filter((one) => one.type === type && id.test(one.id));
  if (found.length !== 1) throw new Error(`${found.length} of ${type} match ${id}`);
  return found[0]!;
};
const role = (id: RegExp) => only('AWS::IAM::Role', id);
const bucket = (id: string) => only('AWS::S3::Bucket', new RegExp(`^${id}[0-9A-F]{8}$`));
const policyOf = ({ ref }: Deployed) => ({
  Version: '2012-10-17',
  Statement: resources.filter(({ type, properties }) => /^AWS::IAM::(Managed)?Policy$/.test(type) && ((properties.Roles ?? []) as string[]).includes(ref))
    .flatMap(({ properties }) => (properties.PolicyDocument as { Statement: object[] }).Statement),
});
const endpoint = resources.find(({ type, properties }) => type === 'AWS::EC2::VPCEndpoint' && /\.s3$/.test(String(properties.ServiceName)))!;
const bucketPolicy = (name: string) => only('AWS::S3::BucketPolicy', new RegExp(`^${resources.find(({ type, ref }) => type === 'AWS::S3::Bucket' && ref === name)!.id.slice(0, -8)}Policy`)).properties.PolicyDocument as object;
const keyPolicy = (arn: string) => resources.find((one) => one.type === 'AWS::KMS::Key' && one.arn === arn)!.properties.KeyPolicy as object;
const records = only('AWS::DynamoDB::Table', /^RightsRecords/);
const tablePolicy = (records.properties.ResourcePolicy as { PolicyDocument: object }).PolicyDocument;

const INSIDE: Context = { 'aws:SourceVpce': endpoint.ref, 'aws:SourceVpc': String(endpoint.properties.VpcId), 'aws:VpceAccount': '123456789012' };
const THROUGH_ATHENA: Context = { 'aws:CalledVia': ['athena.amazonaws.com'], 'aws:ViaAWSService': 'true' };

/** What IAM would answer, from inside the network unless said. */
function ask(who: Deployed, action: string, resource: string, context: Context = {}, more: Partial<SimulatedRequest> & { readonly outside?: boolean } = {}): Promise<string> {
  const { outside, ...rest } = more;
  const name = /^arn:aws:s3:::([^/]+)/.exec(resource)?.[1];
  return simulate({
    principal: who.arn, action, resource, identityPolicy: policyOf(who),
    ...(name ? { resourcePolicy: bucketPolicy(name) } : action.startsWith('kms:') ? { resourcePolicy: keyPolicy(resource) } : action.startsWith('dynamodb:') && resource === records.arn ? { resourcePolicy: tablePolicy } : {}),
    context: {
      'aws:PrincipalArn': who.arn,
      ...(name ? { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3', 'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': 'false', 'aws:PrincipalAccount': '123456789012', ...(outside ? {} : INSIDE) } : {}),
      ...context,
    },
    ...rest,
  });
}

const ERASERS = { raw: role(/^RightsOfRawEraserRole/), curated: role(/^RightsOfCuratedEraserRole/), captures: role(/^RightsOfCapturesEraserRole/), features: role(/^RightsOfpatientsEraserRole/), models: role(/^RightsOfGroupEraserRole/), vault: role(/^RightsOfVaultEraserRole/), copies: role(/^RightsCopiesEraserRole/) };
const DESK = role(/^RightsDeskRole/);
const SETTLEMENT = role(/^RightsSettlementRole/);
const MACHINE = role(/^RightsRole/);
const EVENTS = role(/^RightsFrom.*Role/);
const OWN: [string, Deployed][] = [...Object.entries(ERASERS), ['desk', DESK], ['settlement', SETTLEMENT], ['machine', MACHINE], ['events', EVENTS]];
const at = (id: string, key: string) => `${bucket(id).arn}/${key}`;
const key = (id: RegExp) => only('AWS::KMS::Key', id).arn;
const KEYS = { rights: key(/^RightsKey[0-9A-F]{8}$/), fingerprints: key(/^RightsFingerprintKey/), data: key(/^WorkspaceDataKey/), vault: key(/^VaultKey[0-9A-F]{8}$/), logs: key(/^WorkspaceLogsKey/) };
const via = (service: string) => ({ 'kms:ViaService': `${service}.eu-central-1.amazonaws.com` });
const fn = (id: RegExp) => only('AWS::Lambda::Function', id).arn;
const FUNCTIONS = resources.filter(({ type }) => type === 'AWS::Lambda::Function');
const arn = (service: string, resource: string) => `arn:aws:${service}:eu-central-1:123456789012:${resource}`;
const STATE_MACHINE = only('AWS::StepFunctions::StateMachine', /^Rights/).arn;

describe('is allowed what it needs', () => {
  test.each<[string, Deployed, string, string, Context?]>([
    ...['WorkspaceRaw', 'WorkspaceRawReplica'].flatMap((id): [string, Deployed, string, string, Context?][] => [
      ['raw', ERASERS.raw, 's3:DeleteObjectVersion', at(id, 'patients/1/a')], ['raw', ERASERS.raw, 's3:GetObject', at(id, 'patients/1/a')], ['raw', ERASERS.raw, 's3:GetObjectVersion', at(id, 'patients/1/a')],
      ['raw', ERASERS.raw, 's3:ListBucketVersions', bucket(id).arn, { 's3:prefix': 'patients/1/' }],
    ]),
    ...(['curated', 'captures'] as const).flatMap((name): [string, Deployed, string, string, Context?][] => {
      const [id, prefix] = name === 'curated' ? ['WorkspaceCurated', 'train/'] : ['WorkspaceCaptures', 'captures/'];
      return ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:PutObjectTagging', 's3:GetObjectVersionTagging', 's3:DeleteObjectVersion', 's3:AbortMultipartUpload'].map((action) => [name, ERASERS[name], action, at(id!, `${prefix}a`)]);
    }),
    ...(['raw', 'curated', 'captures', 'features'] as const).map((name): [string, Deployed, string, string] => [name, ERASERS[name], 's3:PutObject', at('RightsExports', 'exports/hash/r/a')]),
    ['curated', ERASERS.curated, 'kms:Decrypt', KEYS.data, via('s3')], ['curated', ERASERS.curated, 'kms:GenerateDataKey', KEYS.data, via('s3')], ['raw', ERASERS.raw, 'kms:GenerateDataKey', KEYS.rights, via('s3')],
    ['copies', ERASERS.copies, 's3:DeleteObjectVersion', at('RightsExports', 'exports/hash/r/a')], ['copies', ERASERS.copies, 's3:ListBucketVersions', bucket('RightsExports').arn, { 's3:prefix': 'exports/hash/' }],
    ['features', ERASERS.features, 'sagemaker:DeleteRecord', arn('sagemaker', 'feature-group/patients')], ['features', ERASERS.features, 'sagemaker:GetRecord', arn('sagemaker', 'feature-group/patients')],
    ['features', ERASERS.features, 'athena:StartQueryExecution', arn('athena', 'workgroup/erasure')], ['features', ERASERS.features, 'athena:GetQueryResults', arn('athena', 'workgroup/erasure')],
    ['features', ERASERS.features, 'glue:UpdateTable', arn('glue', 'table/sagemaker_featurestore/patients_1700000000'), { 'aws:CalledVia': ['athena.amazonaws.com'] }],
    ['features', ERASERS.features, 's3:PutObject', at('WorkspaceFeatures', 'patients/data/x.parquet'), THROUGH_ATHENA], ['features', ERASERS.features, 's3:DeleteObject', at('WorkspaceFeatures', 'patients/data/x.parquet'), THROUGH_ATHENA],
    ['features', ERASERS.features, 's3:PutObject', at('WorkspaceOutputs', 'athena/x'), THROUGH_ATHENA], ['features', ERASERS.features, 's3:DeleteObjectVersion', at('WorkspaceFeatures', 'patients/data/x.parquet')],
    ['models', ERASERS.models, 'sagemaker:ListModelPackages', '*', { 'aws:RequestedRegion': 'eu-central-1' }],
    ['vault', ERASERS.vault, 'lambda:InvokeFunction', fn(/^VaultShred[0-9A-F]{8}$/)],
    ...[ERASERS.raw, ERASERS.curated, ERASERS.features, ERASERS.copies, ERASERS.models].map((who): [string, Deployed, string, string] => [who.id, who, 'dynamodb:PutItem', records.arn]),
    ...['GetItem', 'PutItem', 'UpdateItem'].map((action): [string, Deployed, string, string] => ['desk', DESK, `dynamodb:${action}`, records.arn]),
    ['desk', DESK, 'dynamodb:Query', `${records.arn}/index/open`], ['desk', DESK, 'kms:GenerateMac', KEYS.fingerprints], ['desk', DESK, 'kms:Decrypt', KEYS.rights, via('dynamodb')],
    ['desk', DESK, 'cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': 'RegulatedML' }],
    ...['PutItem', 'Query', 'UpdateItem'].map((action): [string, Deployed, string, string] => ['settlement', SETTLEMENT, `dynamodb:${action}`, records.arn]),
    ...[/^RightsDesk[0-9A-F]{8}$/, /^RightsOf\w+Eraser[0-9A-F]{8}$/, /^RightsCopiesEraser[0-9A-F]{8}$/, /^Own[0-9A-F]{8}$/].flatMap((id) => FUNCTIONS.filter((one) => id.test(one.id)))
      .map((one): [string, Deployed, string, string] => ['machine', MACHINE, 'lambda:InvokeFunction', one.arn]),
    ['machine', MACHINE, 'sqs:SendMessage', only('AWS::SQS::Queue', /^RightsUndone/).arn], ['machine', MACHINE, 'sns:Publish', only('AWS::SNS::Topic', /^WorkspaceAlarms/).arn],
    ['machine', MACHINE, 'kms:GenerateDataKey', KEYS.logs, via('sqs')], ['machine', MACHINE, 'kms:Decrypt', KEYS.rights, { 'kms:EncryptionContext:aws:states:stateMachineArn': STATE_MACHINE }],
    ['events', EVENTS, 'states:StartExecution', STATE_MACHINE], ['events', EVENTS, 'kms:GenerateDataKey', KEYS.rights, via('states')],
    ['clerk', role(/^Clerk/), 'states:StartExecution', STATE_MACHINE], ['clerk', role(/^Clerk/), 'kms:GenerateDataKey', KEYS.rights, via('states')],
    ['officer', role(/^Officer/), 'lambda:InvokeFunction', fn(/^RightsSettlement[0-9A-F]{8}$/)], ['auditor', role(/^Auditor/), 'dynamodb:Query', records.arn], ['auditor', role(/^Auditor/), 'kms:Decrypt', KEYS.rights, via('dynamodb')],
  ])('%s: %#', async (...[, who, action, resource, context]) => {
    expect(await ask(who, action, resource, context)).toBe('Allowed');
  });
});

describe.each(OWN)('%s', (name, who) => {
  const allowedOf = async (requests: [string, string, Context?, (Partial<SimulatedRequest> & { outside?: boolean })?][]) => {
    const answers = await Promise.all(requests.map(async ([action, resource, context, more]): Promise<[string, string, string]> => [action, resource, await ask(who, action, resource, context, more)]));
    return answers.filter(([, , answer]) => answer === 'Allowed').map(([action, resource]) => `${action} ${resource}`);
  };

  test('touches no other store, and nothing of its own beside what it erases from', async () => {
    const own: Record<string, string[]> = {
      raw: ['WorkspaceRaw', 'WorkspaceRawReplica'], curated: ['WorkspaceCurated'], captures: ['WorkspaceCaptures'], features: ['WorkspaceFeatures', 'WorkspaceOutputs'], copies: ['RightsExports'],
    };
    const prefixes: Record<string, string> = { WorkspaceRaw: 'patients/', WorkspaceRawReplica: 'patients/', WorkspaceCurated: 'train/', WorkspaceCaptures: 'captures/', WorkspaceFeatures: 'patients/', WorkspaceOutputs: 'athena/', RightsExports: 'exports/' };
    const ids = ['WorkspaceRaw', 'WorkspaceRawReplica', 'WorkspaceCurated', 'WorkspaceCaptures', 'WorkspaceFeatures', 'WorkspaceLetters', 'WorkspaceModels', 'WorkspaceOutputs', 'WorkspaceBilling', 'RightsExports', 'WorkspaceAccessLogs'];
    const contexts: Context[] = [{}, THROUGH_ATHENA];
    const actions = ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:BypassGovernanceRetention'];
    const requests = ids.flatMap((id) => actions.flatMap((action) => ['elsewhere/a', ...(own[name]?.includes(id) || (id === 'RightsExports' && action === 's3:PutObject') ? [] : [`${prefixes[id] ?? ''}x`])]
      .flatMap((path) => contexts.map((context): [string, string, Context] => [action, at(id, path), context]))));
    expect(await allowedOf(requests)).toEqual([]);
    expect(await allowedOf(ids.flatMap((id): [string, string, Context][] => [['s3:ListBucketVersions', bucket(id).arn, { 's3:prefix': '' }], ['s3:ListBucket', bucket(id).arn, {}], ['s3:PutBucketPolicy', bucket(id).arn, {}], ['s3:PutLifecycleConfiguration', bucket(id).arn, {}]]))).toEqual([]);
  });

  test('opens nothing by a key but through the service that it is for, and administers none', async () => {
    const requests = Object.values(KEYS).flatMap((resource): [string, string, Context][] => [
      ['kms:Decrypt', resource, {}], ['kms:Decrypt', resource, via('lambda')], ['kms:PutKeyPolicy', resource, {}], ['kms:ScheduleKeyDeletion', resource, {}], ['kms:DisableKey', resource, {}],
      ['kms:CreateGrant', resource, { 'kms:GrantIsForAWSResource': 'false' }],
    ]);
    expect(await allowedOf(requests)).toEqual([]);
    if (!['raw', 'curated', 'captures', 'features', 'copies', 'desk'].includes(name)) expect(await allowedOf([['kms:GenerateMac', KEYS.fingerprints, {}]])).toEqual([]);
    expect(await allowedOf([['kms:Decrypt', KEYS.vault, { 'kms:EncryptionContext:tenant': 'cardiology', 'kms:EncryptionContext:use': 'siv' }], ['kms:VerifyMac', KEYS.fingerprints, {}]])).toEqual([]);
  });

  test('deletes no record, and reaches no table of the vault', async () => {
    const tables = ['Keys', 'Subjects', 'Tokens', 'Budgets'].map((table) => only('AWS::DynamoDB::Table', new RegExp(`^VaultTables${table}`)).arn);
    expect(await allowedOf([
      ...['DeleteItem', 'BatchWriteItem', 'PartiQLDelete', 'Scan', 'DeleteTable', 'UpdateTable', 'UpdateContinuousBackups'].map((action): [string, string] => [`dynamodb:${action}`, records.arn]),
      ...tables.flatMap((table) => ['GetItem', 'Query', 'DeleteItem', 'PutItem'].map((action): [string, string] => [`dynamodb:${action}`, table])),
    ])).toEqual([]);
  });

  test('invokes and starts nothing but what it has to, and passes no role', async () => {
    const may: Record<string, RegExp> = { machine: /^(RightsDesk|RightsOf\w+Eraser|RightsCopiesEraser|Own)[0-9A-F]{8}$/, vault: /^VaultShred[0-9A-F]{8}$/ };
    const others = FUNCTIONS.filter(({ id }) => !may[name]?.test(id));
    expect(others.length).toBeGreaterThan(2);
    expect(await allowedOf(others.map((one): [string, string] => ['lambda:InvokeFunction', one.arn]))).toEqual([]);
    expect(await allowedOf([
      ...FUNCTIONS.map((one): [string, string] => ['lambda:UpdateFunctionCode', one.arn]), ['iam:PassRole', 'arn:aws:iam::123456789012:role/Admin', { 'iam:PassedToService': 'lambda.amazonaws.com' }],
      ...(name === 'events' ? [] : [['states:StartExecution', STATE_MACHINE] as [string, string]]), ['states:DeleteStateMachine', STATE_MACHINE], ['states:UpdateStateMachine', STATE_MACHINE],
      ['sagemaker:DeleteFeatureGroup', arn('sagemaker', 'feature-group/patients')], ['sagemaker:DeleteModelPackage', arn('sagemaker', 'model-package/heart/1')], ['sagemaker:UpdateModelPackage', arn('sagemaker', 'model-package/heart/1')],
      ['sagemaker:CreateTrainingJob', arn('sagemaker', 'training-job/x')], ['athena:StartQueryExecution', arn('athena', 'workgroup/primary')], ['glue:DeleteTable', arn('glue', 'table/sagemaker_featurestore/patients_1700000000'), { 'aws:CalledVia': ['athena.amazonaws.com'] }],
    ])).toEqual([]);
  });
});

describe('the policy of a store', () => {
  test('lets its eraser through the network, and not from elsewhere; nobody else is let in for it', async () => {
    const path = at('WorkspaceRaw', 'patients/1/a');
    expect(await ask(ERASERS.raw, 's3:DeleteObjectVersion', path)).toBe('Allowed');
    expect(await ask(ERASERS.raw, 's3:DeleteObjectVersion', path, {}, { outside: true })).toBe('ExplicitlyDenied');
    expect(await ask(ERASERS.raw, 's3:GetObject', path, {}, { outside: true })).toBe('ExplicitlyDenied');
    expect(await ask(role(/^Clerk/), 's3:DeleteObjectVersion', path, {}, { outside: true, identityPolicy: ADMINISTRATOR })).toBe('ExplicitlyDenied');
  });
});

describe('the table of records', () => {
  test('is written by the functions of the workflow alone, and deleted from by nobody, administrators neither', async () => {
    const who = role(/^Clerk/);
    for (const action of ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'PartiQLUpdate']) expect(await ask(who, `dynamodb:${action}`, records.arn, {}, { identityPolicy: ADMINISTRATOR })).toBe('ExplicitlyDenied');
    expect(await ask(DESK, 'dynamodb:DeleteItem', records.arn, {}, { identityPolicy: ADMINISTRATOR })).toBe('ExplicitlyDenied');
    expect(await ask(who, 'dynamodb:GetItem', records.arn, {}, { identityPolicy: ADMINISTRATOR })).toBe('Allowed');
  });
});

test('endpoints that are added let through what erasers need, and nothing else', async () => {
  const added = resources.filter(({ type, id }) => type === 'AWS::EC2::VPCEndpoint' && id.startsWith('Rights'));
  expect(added.map(({ properties }) => String(properties.ServiceName).split('eu-central-1.').at(-1)).sort()).toEqual(['athena', 'lambda', 'sagemaker.featurestore-runtime']);
  for (const one of added) {
    const [statement, ...more] = (one.properties.PolicyDocument as { Statement: { Action: unknown; Resource: unknown; Condition: unknown }[] }).Statement;
    expect(more).toEqual([]);
    expect([statement!.Action].flat().join()).not.toContain('*');
    expect([statement!.Resource].flat()).not.toContain('*');
    expect(statement!.Condition).toEqual({ StringEquals: { 'aws:PrincipalAccount': '123456789012' } });
  }
});
