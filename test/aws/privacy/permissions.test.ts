import type { Deployed } from '../../support/deployed';
import { deployApp } from '../../support/deployed';
import { ADMINISTRATOR, type SimulatedRequest, simulate } from '../../support/simulate';
import { Deidentification, Technique } from '../../../lib/policy';
import { code, usualPipeline } from '../pipeline/fixture';
import { CARE, roleIn, vaultOn } from './fixture';

type Context = Record<string, string | string[]>;

const { app, stack, workspace, pipeline, raw, image } = usualPipeline();
const asking = pipeline.addProcessing('Asking', { image, code, inputs: [raw.input('letters/')], withoutNetworkIsolation: 'the step asks the vault for tokens' });
const vault = vaultOn(stack, workspace);
vault.grantTokenize(asking);
vault.grantDetokenize(roleIn(stack, 'Reader'), { purposes: [CARE] });
vault.grantShred(roleIn(stack, 'Eraser'));
roleIn(stack, 'Nobody');
pipeline.addDeidentification('Tokenise', {
  plan: Deidentification.of({ columns: { patient: Technique.token('patientId') } }), input: raw.input('admissions/'), quarantine: raw, vault, withoutNetworkIsolation: 'the job asks the vault for tokens',
});

const resources = deployApp(app);
const only = (type: string, id: RegExp): Deployed => {
  const found = resources.filter((one) => one.type === type && id.test(one.id));
  if (found.length !== 1) throw new Error(`${found.length} of ${type} match ${id}`);
  return found[0]!;
};
const fn = (job: string) => only('AWS::Lambda::Function', new RegExp(`^Vault${job}[0-9A-F]{8}$`)).arn;
const table = (name: string) => only('AWS::DynamoDB::Table', new RegExp(`^VaultTables${name}[0-9A-F]{8}$`)).arn;
const key = only('AWS::KMS::Key', /^VaultKey[0-9A-F]{8}$/);
const roles = resources.filter(({ type }) => type === 'AWS::IAM::Role');
const role = (id: RegExp) => only('AWS::IAM::Role', id);
const policyOf = ({ ref }: Deployed) => ({
  Version: '2012-10-17',
  Statement: resources.filter(({ type, properties }) => /^AWS::IAM::(Managed)?Policy$/.test(type) && ((properties.Roles ?? []) as string[]).includes(ref))
    .flatMap(({ properties }) => (properties.PolicyDocument as { Statement: object[] }).Statement),
});

const ask = (who: Deployed, action: string, resource: string, context: Context = {}, more: Partial<SimulatedRequest> = {}) => simulate({
  principal: who.arn, action, resource, context, identityPolicy: policyOf(who), ...(action.startsWith('kms:') ? { resourcePolicy: key.properties.KeyPolicy as object } : {}), ...more,
});
const encryption = (use: string, tenant = 'cardiology') => ({ 'kms:EncryptionContext:tenant': tenant, 'kms:EncryptionContext:use': use });
const ofTable = (name: string) => ({ 'kms:ViaService': 'dynamodb.eu-central-1.amazonaws.com', 'kms:EncryptionContext:aws:dynamodb:tableName': name });

const WRITER = role(/^PipelineAsking.*Role/);
const JOB = role(/^PipelineTokenise.*Role/);
const READER = role(/^Reader/);
const ERASER = role(/^Eraser/);
const ARNS = { tokenize: fn('Tokenize'), detokenize: fn('Detokenize'), care: `${fn('Detokenize')}:care`, risk: `${fn('Detokenize')}:readmission-risk`, shred: fn('Shred') };
const INVOCATIONS = [...Object.values(ARNS), `${fn('Detokenize')}:1`, `${fn('Detokenize')}:$LATEST`, `${fn('Tokenize')}:1`, `${fn('Shred')}:1`];

describe('who is granted', () => {
  test.each<[string, Deployed, string[]]>([
    ['tokenizing does that and cannot turn anything back or erase', WRITER, [ARNS.tokenize]],
    ['tokens by a plan of de-identification asks for them in batches, and no more', JOB, [ARNS.tokenize]],
    ['detokenizing for care does that, for no other purpose, without one, or by a version', READER, [ARNS.care]],
    ['erasing does that', ERASER, [ARNS.shred]],
    ['nothing does nothing', role(/^Nobody/), []],
  ])('%s', async (_what, who, allowed) => {
    const answers = await Promise.all(INVOCATIONS.map(async (arn): Promise<[string, string]> => [arn, await ask(who, 'lambda:InvokeFunction', arn)]));
    expect(answers.filter(([, answer]) => answer === 'Allowed').map(([arn]) => arn)).toEqual(allowed);
  });
});

const OWN = ['Tokenize', 'Detokenize', 'Shred'].map((job) => role(new RegExp(`^Vault${job}Role`)));
const others = roles.filter((one) => !OWN.includes(one));

test('roles that train are among those that are asked', () => {
  expect(others.map(({ id }) => id)).toEqual(expect.arrayContaining([expect.stringMatching(/^PipelineTrain.*Role/), expect.stringMatching(/^PipelineEvaluate.*Role/)]));
});

describe.each(others.map((one): [string, Deployed] => [one.id, one]))('%s', (_id, who) => {
  test('reaches neither tables nor keys of the vault, and its functions only where it was granted', async () => {
    const requests: [string, string, Context][] = [
      ...['Keys', 'Subjects', 'Tokens', 'Budgets'].flatMap((name) => ['GetItem', 'Query', 'Scan', 'PutItem', 'DeleteItem', 'ExportTableToPointInTime', 'RestoreTableToPointInTime']
        .map((action): [string, string, Context] => [`dynamodb:${action}`, table(name), {}])),
      ...['index', 'audit', 'wrap', 'siv', 'ff1'].flatMap((use) => ['Decrypt', 'GenerateDataKey'].map((action): [string, string, Context] => [`kms:${action}`, key.arn, encryption(use)])),
      ['kms:Decrypt', key.arn, ofTable(table('Tokens'))], ['kms:PutKeyPolicy', key.arn, {}],
      ...[WRITER, JOB, READER, ERASER].includes(who) ? [] : INVOCATIONS.map((arn): [string, string, Context] => ['lambda:InvokeFunction', arn, {}]),
      ['lambda:UpdateFunctionCode', ARNS.detokenize, {}], ['lambda:UpdateAlias', ARNS.detokenize, {}],
    ];
    const answers = await Promise.all(requests.map(async ([action, resource, context]) => [action, resource, await ask(who, action, resource, context)]));
    expect(answers.filter(([, , answer]) => answer === 'Allowed')).toEqual([]);
  });
});

describe('a function', () => {
  const [TOKENIZE, DETOKENIZE, SHRED] = OWN as [Deployed, Deployed, Deployed];
  const rows = (...keys: string[]) => ({ 'dynamodb:LeadingKeys': keys });

  test.each<[string, Deployed, string, string, Context]>([
    ['that tokenizes makes and opens keys', TOKENIZE, 'kms:GenerateDataKey', key.arn, encryption('siv')], ['', TOKENIZE, 'kms:Decrypt', key.arn, encryption('index')],
    ['', TOKENIZE, 'dynamodb:PutItem', table('Keys'), rows('siv#1#nationalId')], ['', TOKENIZE, 'dynamodb:BatchGetItem', table('Subjects'), {}],
    ['', TOKENIZE, 'dynamodb:ConditionCheckItem', table('Subjects'), {}], ['', TOKENIZE, 'dynamodb:PutItem', table('Tokens'), {}], ['', TOKENIZE, 'dynamodb:UpdateItem', table('Budgets'), {}],
    ['', TOKENIZE, 'kms:Decrypt', key.arn, ofTable(table('Subjects'))],
    ['that detokenizes opens keys', DETOKENIZE, 'kms:Decrypt', key.arn, encryption('wrap')], ['', DETOKENIZE, 'kms:GenerateDataKey', key.arn, encryption('audit')],
    ['', DETOKENIZE, 'dynamodb:PutItem', table('Keys'), rows('audit#1#*')], ['', DETOKENIZE, 'dynamodb:BatchGetItem', table('Tokens'), {}], ['', DETOKENIZE, 'dynamodb:BatchGetItem', table('Subjects'), {}],
    ['that erases finds and deletes', SHRED, 'dynamodb:Query', table('Subjects'), {}], ['', SHRED, 'dynamodb:DeleteItem', table('Tokens'), {}], ['', SHRED, 'kms:Decrypt', key.arn, encryption('index')],
  ])('may do what it needs %s: %#', async (_what, who, action, resource, context) => {
    expect(await ask(who, action, resource, context)).toBe('Allowed');
  });

  test.each<[string, Deployed, string, string, Context]>([
    ['reads tokens', TOKENIZE, 'dynamodb:GetItem', table('Tokens'), {}], ['reads many tokens', TOKENIZE, 'dynamodb:BatchGetItem', table('Tokens'), {}],
    ['lists subjects', TOKENIZE, 'dynamodb:Query', table('Subjects'), {}], ['deletes', TOKENIZE, 'dynamodb:DeleteItem', table('Subjects'), {}], ['traces tokens', TOKENIZE, 'kms:Decrypt', key.arn, encryption('audit')],
    ['looks somebody up', DETOKENIZE, 'kms:Decrypt', key.arn, encryption('index')], ['lists subjects', DETOKENIZE, 'dynamodb:Query', table('Subjects'), {}],
    ['writes subjects', DETOKENIZE, 'dynamodb:PutItem', table('Subjects'), {}], ['writes tokens', DETOKENIZE, 'dynamodb:PutItem', table('Tokens'), {}],
    ['makes a key of a cipher', DETOKENIZE, 'kms:GenerateDataKey', key.arn, encryption('siv')], ['replaces a key of a cipher', DETOKENIZE, 'dynamodb:PutItem', table('Keys'), rows('siv#1#nationalId')],
    ['replaces a key without saying which', DETOKENIZE, 'dynamodb:PutItem', table('Keys'), {}],
    ['reads tokens', SHRED, 'dynamodb:GetItem', table('Tokens'), {}], ['opens keys of subjects', SHRED, 'kms:Decrypt', key.arn, encryption('wrap')], ['opens values', SHRED, 'kms:Decrypt', key.arn, encryption('siv')],
    ['deletes keys of fields', SHRED, 'dynamodb:DeleteItem', table('Keys'), {}],
  ])('has no permission where it would be one that %s: %#', async (_what, who, action, resource, context) => {
    expect(await ask(who, action, resource, context)).toBe('ImplicitlyDenied');
  });
});

describe('the key', () => {
  const administrator = { identityPolicy: ADMINISTRATOR };

  test('denies even an administrator another tenant, and no context at all', async () => {
    const contexts: Context[] = [encryption('siv', 'oncology'), {}, { 'kms:EncryptionContext:use': 'siv' }];
    for (const context of contexts) {
      for (const action of ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom']) expect(await ask(READER, action, key.arn, context, administrator)).toBe('ExplicitlyDenied');
    }
  });

  test('can be used for its tenant and its tables, and be administered', async () => {
    expect(await ask(READER, 'kms:Decrypt', key.arn, encryption('siv'), administrator)).toBe('Allowed');
    expect(await ask(READER, 'kms:Decrypt', key.arn, ofTable(table('Tokens')), administrator)).toBe('Allowed');
    for (const action of ['kms:PutKeyPolicy', 'kms:CreateGrant', 'kms:DescribeKey']) expect(await ask(READER, action, key.arn, {}, administrator)).toBe('Allowed');
  });
});
