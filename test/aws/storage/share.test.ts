import { Aws } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Classification } from '../../../lib/policy';
import { DataStore } from '../../../lib/aws';
import { unwaived } from '../../support/packs';
import { workspaceStack } from '../../support/workspace';

test('a shared store admits the account to what lies under the prefix, to its key, and through its endpoints', () => {
  const { app, stack, workspace } = workspaceStack();
  const store = workspace.addStore('Raw', { classification: Classification.INTERNAL });
  store.shareWith('222222222222', 'models/');
  store.shareWith('222222222222', 'cards/');
  const template = Template.fromStack(stack);
  const policy = Object.entries(template.findResources('AWS::S3::BucketPolicy')).find(([id]) => id.startsWith('WorkspaceRaw'))![1].Properties.PolicyDocument as {
    Statement: { Sid?: string; Principal: object; Action: unknown; Condition?: Record<string, Record<string, unknown>> }[];
  };
  expect(policy.Statement.find(({ Sid }) => Sid === 'DenyOtherNetworks')!.Condition!.StringNotEquals['aws:VpceAccount']).toEqual(['222222222222']);
  const given = policy.Statement.filter(({ Principal }) => JSON.stringify(Principal).includes('222222222222')).flatMap(({ Action }) => Action as string | string[]);
  expect([...new Set(given)].sort()).toEqual(['s3:GetBucketLocation', 's3:GetObject', 's3:GetObjectVersion', 's3:ListBucket']);
  template.hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: { Statement: Match.arrayWith([Match.objectLike({
      Action: 'kms:Decrypt', Condition: { StringEquals: { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' } },
    })]) },
  });
  expect(unwaived(app)).toEqual([]);
});

test('a store that is not shared names no other network', () => {
  const { stack, workspace } = workspaceStack();
  workspace.addStore('Raw', { classification: Classification.INTERNAL });
  expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::S3::BucketPolicy'))).not.toContain('aws:VpceAccount');
});

test('an imported store says that its policies are for others to write', () => {
  const { stack } = workspaceStack();
  DataStore.fromAttributes(stack, 'Theirs', { bucketName: 'theirs', classification: Classification.INTERNAL }).shareWith('222222222222');
  Annotations.fromStack(stack).hasInfo('/Stack/Theirs', Match.stringLikeRegexp('let account 222222222222 read'));
});

test('fails to share with what is no account', () => {
  const { workspace } = workspaceStack();
  const store = workspace.addStore('Raw', { classification: Classification.INTERNAL });
  expect(() => store.shareWith('*')).toThrow('store \'Stack/Workspace/Raw\' cannot be shared with \'*\': give the account\'s 12 digits');
  expect(() => store.shareWith('222222222222', '/models')).toThrow('\'/models\' is no prefix');
});

test('fails to share a store with its own account, which would open it to every network there', () => {
  const { stack, workspace } = workspaceStack();
  const store = workspace.addStore('Own', { classification: Classification.PERSONAL });
  expect(() => store.shareWith(stack.account)).toThrow(/is of account '123456789012' itself, which needs no sharing: grant its roles with grantRead/);
  expect(() => store.shareWith(Aws.ACCOUNT_ID)).toThrow(/needs no sharing/);
});
