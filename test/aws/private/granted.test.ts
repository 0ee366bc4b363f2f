import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { PrivacyLedger } from '../../../lib/aws';
import { registryOn } from '../privacy/consent-fixture';
import { CARE, roleIn } from '../privacy/fixture';
import { hospital } from '../privacy/rights-fixture';

const made = hospital();
const { stack, workspace, vault, rights, group, raw } = made;
const registry = registryOn(stack, workspace, { webhook: {} });
const ledger = new PrivacyLedger(stack, 'Ledger', { workspace });

const GRANTS: [string, (grantee: iam.IGrantable) => iam.Grant][] = [
  ['tokenizing', (grantee) => vault.grantTokenize(grantee)], ['detokenizing', (grantee) => vault.grantDetokenize(grantee, { purposes: [CARE] })], ['erasing from a vault', (grantee) => vault.grantShred(grantee)],
  ['receipts', (grantee) => registry.grantReceipts(grantee)], ['a drop of receipts', (grantee) => registry.grantDrop(grantee)], ['the webhook', (grantee) => registry.grantWebhook(grantee)],
  ['settling budgets', (grantee) => ledger.grantSettlement(grantee)], ['reading a ledger', (grantee) => ledger.grantRead(grantee)],
  ['requests', (grantee) => rights.grantRequest(grantee)], ['settling requests', (grantee) => rights.grantSettlement(grantee)], ['reading records', (grantee) => rights.grantReadRecords(grantee)],
  ['approving models', (grantee) => group.grantApprove(grantee)], ['reading a store', (grantee) => raw.grantRead(grantee)],
];
const LOST: [string, () => iam.IGrantable][] = [
  ['a principal by its ARN', () => new iam.ArnPrincipal('arn:aws:iam::123456789012:role/ward')], ['an account', () => new iam.AccountPrincipal('210987654321')],
  ['a service', () => new iam.ServicePrincipal('lambda.amazonaws.com')], ['anybody', () => new iam.AnyPrincipal()],
  ['a role of another account', () => iam.Role.fromRoleArn(new Stack(made.app, `Other${made.app.node.children.length}`, { env: { account: '123456789012', region: 'eu-central-1' } }), 'Role', 'arn:aws:iam::210987654321:role/ward')],
  ['a role that is not to be changed', () => iam.Role.fromRoleName(new Stack(made.app, `Other${made.app.node.children.length}`), 'Role', 'ward', { mutable: false })],
];

describe('a grant that nobody would hold', () => {
  test.each(GRANTS.flatMap(([what, grant]) => LOST.map(([who, grantee]): [string, string, () => unknown] => [what, who, () => grant(grantee())])))('fails: %s for %s', (_what, _who, grant) => {
    expect(grant).toThrow(/^Stack\/.*: '.*' has no policy in this app, so that the grant would do nothing: give a role or a managed policy of this app, or allow [a-z0-9-]+:[A-Za-z, :0-9-]+ where its own policies are made$/);
  });

  test.each([['nobody', undefined], ['a text', 'ward']])('fails for %s', (_who, grantee) => {
    for (const [, grant] of GRANTS) expect(() => grant(grantee as never)).toThrow(/: give a role of this app, or a step$/);
  });
});

test('a grant stands where a role, a managed policy or an imported role of the account holds it', () => {
  const holders = [roleIn(stack, 'Plain'), new iam.ManagedPolicy(stack, 'Managed'), iam.Role.fromRoleName(stack, 'Imported', 'imported'), new iam.User(stack, 'User')];
  for (const holder of holders) expect(registry.grantReceipts(holder).success).toBe(true);
  const statement = Match.objectLike({ PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: 'lambda:InvokeFunction', Resource: stack.resolve(registry.receiptsFunctionArn) as unknown })]) } });
  const template = Template.fromStack(stack);
  const found = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) => Object.keys(template.findResources(type, { Properties: statement })));
  expect(found.map((id) => id.replace(/(DefaultPolicy|Policy)?[0-9A-F]{8}$/, '')).sort()).toEqual(['Imported', 'Managed', 'Plain', 'User']);
});
