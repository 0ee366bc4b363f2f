import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import fc from 'fast-check';
import { Workspace, type TokenVault } from '../../../lib/aws';
import { AWS_RULES } from '../../../lib/rules/aws/rules';
import { readApp } from '../../../lib/rules/aws/tree';
import type { Judgement } from '../../../lib/rules/ruling';
import { CARE, vaultOn } from '../../aws/privacy/fixture';
import { env, profile } from '../../support/workspace';
import { judged, judgementsOf, PROFILE, ruleNamed, template } from '../support';
import { ruleTable } from '../table';
import { PARAM } from './around';

const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const TRUST = { Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
const role = (...statements: unknown[]) => ({ AssumeRolePolicyDocument: TRUST, Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: statements } }] });
const allow = (action: unknown, resource: unknown, more: Record<string, unknown> = {}) => ({ Effect: 'Allow', Action: action, Resource: resource, ...more });
const forTenant = { Condition: { StringEquals: { 'kms:EncryptionContext:tenant': 'cardiology' } } };
const function_ = (roleId: string) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Role: arn(roleId),
    Environment: { Variables: { VAULT: '{}', KEY_ARN: arn('Key'), KEYS_TABLE: { Ref: 'Keys' }, SUBJECTS_TABLE: { Ref: 'Subjects' }, TOKENS_TABLE: { Ref: 'Tokens' } } },
  },
});
const OWN_CONTEXT = { StringNotEquals: { 'kms:EncryptionContext:tenant': 'cardiology' }, Null: { 'kms:EncryptionContext:aws:dynamodb:tableName': 'true' } };
const deny = (more: Record<string, unknown> = {}) => ({ Effect: 'Deny', Principal: '*', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: '*', Condition: OWN_CONTEXT, ...more });
const ACCOUNT = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' };
const keyWith = (...statements: unknown[]) => ({ KeyPolicy: { Statement: [ACCOUNT, ...statements] } });

/** A vault as files have it: two functions, each with a role, a key and three tables. */
const TABLES = Object.fromEntries(['Keys', 'Subjects', 'Tokens'].map((id) => [id, { Type: 'AWS::DynamoDB::Table', Properties: {} }]));
const GIVES = [allow(['dynamodb:PutItem'], arn('Tokens')), allow(['dynamodb:GetItem'], [arn('Subjects'), arn('Keys')]), allow(['kms:Decrypt', 'kms:GenerateDataKey'], arn('Key'), forTenant)];
const OPENS = [allow(['dynamodb:BatchGetItem'], [arn('Tokens'), arn('Subjects')]), allow(['dynamodb:GetItem'], arn('Keys')), allow(['kms:Decrypt'], arn('Key'), forTenant)];
const FUNCTIONS = {
  ...TABLES,
  Gives: function_('GivesRole'), GivesRole: { Type: 'AWS::IAM::Role', Properties: role(...GIVES) },
  Opens: function_('OpensRole'), OpensRole: { Type: 'AWS::IAM::Role', Properties: role(...OPENS) },
  ForCare: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Opens' }, FunctionVersion: '1', Name: 'care' } },
};
const VAULT = { ...FUNCTIONS, Key: { Type: 'AWS::KMS::Key', Properties: keyWith(deny()) } };
const INVOKE = 'lambda:InvokeFunction';
const everyone = (resource: unknown, more: Record<string, unknown> = {}) => allow(INVOKE, resource, more);
const invokes = (...resources: unknown[]) => role(...resources.map((resource) => everyone(resource)));
const overridden = (...statements: unknown[]) => ({ path: 'Policies', to: [{ PolicyName: 'p', PolicyDocument: { Statement: statements } }] });
const GENERATED = 'arn:aws:lambda:eu-central-1:123456789012:function:Test-Gives-AbC123dEf456';

ruleTable('TokenVaultDirections', {
  type: 'AWS::IAM::Role', around: VAULT,
  compliant: [
    invokes(arn('Gives')), invokes({ Ref: 'ForCare' }), { AssumeRolePolicyDocument: TRUST }, invokes('arn:aws:lambda:eu-central-1:123456789012:function:other', arn('Gives')), role(allow('lambda:Get*', '*')),
    // another region, and another account, have functions of their own
    invokes('arn:aws:lambda:us-east-1:*:function:*'), invokes('arn:aws:lambda:*:210987654321:function:*'), invokes('arn:aws:sqs:*'), invokes({ 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Tokens', 'Arn'] }, '*']] }),
    role(everyone('*'), { Effect: 'Deny', Action: INVOKE, Resource: { 'Fn::Join': ['', [arn('Opens'), '*']] } }), role(everyone('*'), { Effect: 'Deny', Action: INVOKE, Resource: 'arn:aws:lambda:*:*:function:*' }),
    role(everyone('*'), { Effect: 'Deny', Action: INVOKE, Resource: arn('Opens') }, { Effect: 'Deny', Action: INVOKE, Resource: { 'Fn::Sub': '${Opens.Arn}:*' } }),
    { AssumeRolePolicyDocument: TRUST, ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'] },
  ],
  nonCompliant: [
    invokes(arn('Gives'), { Ref: 'ForCare' }), invokes(arn('Gives'), { 'Fn::Join': ['', [arn('Opens'), ':care']] }), role(allow('*', '*')), role(allow('lambda:*', '*')), role(allow('lambda:Invoke*', 'arn:aws:lambda:*')),
    role({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }), role({ Effect: 'Allow', Action: INVOKE, NotResource: 'arn:aws:lambda:*:*:function:other' }), invokes('arn:aws:lambda:eu-central-1:*:function:Test-*'),
    invokes({ 'Fn::Sub': 'arn:${AWS::Partition}:lambda:*:${AWS::AccountId}:function:*' }), invokes(GENERATED, { Ref: 'ForCare' }), role(everyone([arn('Gives'), arn('Opens')], { Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } } })),
    role(everyone(arn('Gives')), everyone({ 'Fn::If': ['Cond', arn('Opens'), 'arn:aws:lambda:eu-central-1:123456789012:function:other'] })),
    // a Deny of aliases leaves the function as it is, and one of some of them leaves others
    ...[[{ 'Fn::Join': ['', [arn('Gives'), ':*']] }], [arn('Opens'), { 'Fn::Join': ['', [arn('Opens'), ':c*']] }], [{ Ref: 'ForCare' }, { 'Fn::Sub': '${Opens.Arn}:*' }], [{ 'Fn::Join': ['', [{ Ref: 'ForCare' }, '*']] }]]
      .map((resources) => role(everyone('*'), { Effect: 'Deny', Action: INVOKE, Resource: resources })),
    // a Deny of the function leaves its aliases, one under a condition leaves the rest
    role(everyone('*'), { Effect: 'Deny', Action: INVOKE, Resource: arn('Opens') }), role(everyone('*'), { Effect: 'Deny', Action: INVOKE, Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    { AssumeRolePolicyDocument: JSON.stringify(TRUST), Policies: [{ PolicyName: 'p', PolicyDocument: JSON.stringify({ Statement: [everyone('*')] }) }] },
    { AssumeRolePolicyDocument: TRUST, Policies: [{ PolicyName: 'p', PolicyDocument: { 'Fn::Sub': JSON.stringify({ Statement: everyone(['${Gives.Arn}', '${ForCare}']) }) } }] },
    { AssumeRolePolicyDocument: TRUST, ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }, { AssumeRolePolicyDocument: TRUST, ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaRole'] },
  ],
  unknown: [
    role(everyone(arn('Gives')), everyone(PARAM)), role(everyone(arn('Gives')), PARAM), role(allow(PARAM, '*')), { AssumeRolePolicyDocument: TRUST, ManagedPolicyArns: PARAM }, { AssumeRolePolicyDocument: TRUST, Policies: PARAM },
    { AssumeRolePolicyDocument: TRUST, Policies: [{ PolicyName: 'p', PolicyDocument: 'no JSON' }] },
    role(everyone('*', { Condition: { StringEquals: { 'aws:ResourceTag/team': 'ward' } } })), { AssumeRolePolicyDocument: TRUST, ManagedPolicyArns: ['arn:aws:iam::123456789012:policy/of-another-stack'] },
    invokes(arn('Gives'), { 'Fn::Sub': 'arn:aws:lambda:eu-central-1:123456789012:function:${Param}' }),
  ],
  override: overridden(everyone([arn('Gives'), arn('Opens')])),
});
const RAW = {
  ...VAULT, Named: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'ward', ...invokes(arn('Gives')) } }, Nurses: { Type: 'AWS::IAM::Policy', Properties: { Roles: ['nurses'], PolicyDocument: { Statement: [everyone(arn('Gives'))] } } },
};
ruleTable('TokenVaultDirections', {
  type: 'AWS::IAM::Policy', around: RAW,
  compliant: [{ Roles: ['doctors'], PolicyDocument: { Statement: [everyone({ Ref: 'ForCare' })] } }],
  // what another policy lets a role do that is none of the app counts
  nonCompliant: [{ Roles: ['nurses'], PolicyDocument: { Statement: everyone({ Ref: 'ForCare' }) } }, { Roles: ['doctors'], PolicyDocument: { Statement: [allow('*', '*')] } }, { Users: ['kim'], PolicyDocument: { Statement: [allow('*', '*')] } }],
  unknown: [{ Roles: [PARAM], PolicyDocument: { Statement: [everyone({ Ref: 'ForCare' })] } }, { Roles: ['doctors'], PolicyDocument: PARAM }],
  // those of roles of the app are judged there
  notApplicable: [{ Roles: [{ Ref: 'Named' }], PolicyDocument: { Statement: [allow('*', '*')] } }, { Roles: ['ward'], PolicyDocument: { Statement: [allow('*', '*')] } }],
});
ruleTable('TokenVaultDirections', {
  type: 'AWS::Lambda::Permission', around: VAULT,
  compliant: [{ Action: INVOKE, FunctionName: { Ref: 'ForCare' }, Principal: 'arn:aws:iam::123456789012:role/desk' }],
  nonCompliant: [], unknown: [{ Action: INVOKE, FunctionName: arn('Opens'), Principal: PARAM }],
  notApplicable: [{ Action: INVOKE, FunctionName: arn('Opens'), Principal: 'events.amazonaws.com' }, { Action: INVOKE, FunctionName: 'other', Principal: 'arn:aws:iam::123456789012:role/desk' }, { Action: INVOKE, FunctionName: arn('Opens'), Principal: '123456789012' }],
});

const TRAINING = (roleArn: unknown, kind = 'Training') => ({
  Type: 'AWS::SageMaker::Pipeline', Properties: { PipelineDefinition: { PipelineDefinitionBody: JSON.stringify({ Version: '2020-12-01', Steps: [{ Name: 'Fit', Type: kind, Arguments: kind === 'Tuning' ? { TrainingJobDefinition: { RoleArn: roleArn } } : { RoleArn: roleArn } }] }) } },
});
const SUBJECT = { RoleName: 'fit', AssumeRolePolicyDocument: TRUST };
const SUBJECT_ARN = 'arn:aws:iam::123456789012:role/jobs/fit';
ruleTable('TokenVaultTraining', {
  type: 'AWS::IAM::Role', around: { ...VAULT, Pipeline: TRAINING(SUBJECT_ARN) },
  compliant: [SUBJECT, { ...SUBJECT, ...role(allow('s3:GetObject', '*')) }], nonCompliant: [{ ...SUBJECT, ...invokes(arn('Gives')) }, { ...SUBJECT, ...invokes({ Ref: 'ForCare' }) }, { ...SUBJECT, ...role(allow('*', '*')) }],
  unknown: [{ ...SUBJECT, ...invokes(PARAM) }], notApplicable: [invokes(arn('Gives')), {}],
  override: overridden(everyone(arn('Gives'))),
});
ruleTable('TokenVaultTraining', { type: 'AWS::IAM::Role', around: { ...VAULT, Pipeline: TRAINING(SUBJECT_ARN, 'Tuning') }, compliant: [SUBJECT], nonCompliant: [{ ...SUBJECT, ...invokes(arn('Gives')) }], unknown: [] });
// steps that process may ask
ruleTable('TokenVaultTraining', { type: 'AWS::IAM::Role', around: { ...VAULT, Pipeline: TRAINING(SUBJECT_ARN, 'Processing') }, compliant: [], nonCompliant: [], unknown: [], notApplicable: [{ ...SUBJECT, ...invokes(arn('Gives')) }] });
ruleTable('TokenVaultTraining', {
  type: 'AWS::IAM::Role', around: { ...VAULT, Model: { Type: 'AWS::SageMaker::Model', Properties: { ExecutionRoleArn: arn('Subject') } } },
  compliant: [SUBJECT], nonCompliant: [{ ...SUBJECT, ...invokes(arn('Opens')) }], unknown: [],
});
ruleTable('TokenVaultTraining', {
  type: 'AWS::IAM::Role', around: { ...VAULT, Model: { Type: 'AWS::SageMaker::Model', Properties: { ExecutionRoleArn: PARAM } } },
  compliant: [], nonCompliant: [], unknown: [invokes(arn('Opens'))], notApplicable: [role(allow('s3:GetObject', '*'))],
});
ruleTable('TokenVaultTraining', {
  type: 'AWS::IAM::RolePolicy', around: { ...VAULT, Pipeline: TRAINING(SUBJECT_ARN) },
  compliant: [{ RoleName: 'fit', PolicyDocument: { Statement: [allow('s3:GetObject', '*')] } }], nonCompliant: [{ RoleName: 'fit', PolicyDocument: { Statement: [everyone(arn('Gives'))] } }], 
  unknown: [{ RoleName: 'fit', PolicyDocument: PARAM }, { RoleName: PARAM, PolicyDocument: { Statement: [everyone(arn('Gives'))] } }],
});

const READS = ['GetItem', 'BatchGetItem', 'Query', 'Scan', 'PartiQLSelect', 'GetRecords'].map((action) => `dynamodb:${action}`);
const COPIES = ['ExportTableToPointInTime', 'RestoreTable*'].map((action) => `dynamodb:${action}`);
const CHANGES = ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem', 'PartiQLUpdate', 'PartiQLDelete'].map((action) => `dynamodb:${action}`);
const LETS = ['PutResourcePolicy', 'EnableKinesisStreamingDestination'].map((action) => `dynamodb:${action}`);
const TAKES = ['iam:PassRole', 'iam:UpdateAssumeRolePolicy'];
const passedTo = (service: unknown) => ({ Condition: { StringEquals: { 'iam:PassedToService': service } } });
const DENIED = { Effect: 'Deny', Action: ['dynamodb:*', 'lambda:*', 'kms:*'], Resource: '*' };
const policies = (...statements: unknown[]) => [{ PolicyName: 'p', PolicyDocument: { Statement: statements } }];
const either = (one: unknown, other: unknown) => ({ 'Fn::If': ['Cond', one, other] });
const having = (Policies: unknown) => ({ AssumeRolePolicyDocument: TRUST, Policies });
const READ = allow('dynamodb:GetItem', arn('Tokens'));
const trusting = (principal: unknown) => ({ AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }] } });
ruleTable('TokenVaultStore', {
  type: 'AWS::IAM::Role', around: VAULT,
  compliant: [
    // what is allowed and denied in the same branch, or denied in all of them
    having(either(policies(DENIED, READ), policies())), role(either(READ, { Ref: 'AWS::NoValue' }), DENIED), role(either({ ...READ, Effect: 'Deny' }, DENIED)),
    role(allow('lambda:UpdateFunctionCode', 'arn:aws:lambda:eu-central-1:123456789012:function:other')), role(allow(['lambda:UpdateFunctionCode', 'kms:PutKeyPolicy', 'dynamodb:PutResourcePolicy'], '*'), DENIED), role(READ, { ...READ, Effect: 'Deny' }),
    invokes(arn('Gives')), { AssumeRolePolicyDocument: TRUST }, role(allow(['dynamodb:DescribeTable', 'dynamodb:CreateBackup', 'dynamodb:BatchWriteItem'], arn('Tokens'))), role(allow('dynamodb:*', 'arn:aws:dynamodb:eu-central-1:123456789012:table/other')), role(allow('kms:Encrypt', arn('Key'))),
    role(allow('kms:CreateGrant', '*', { Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } })), role(allow('kms:CreateGrant', arn('Key'), { Condition: { Bool: { 'kms:GrantIsForAWSResource': true } } })),
    role(allow('kms:Decrypt', arn('Key'), { Condition: { StringEquals: { 'kms:ViaService': 'dynamodb.eu-central-1.amazonaws.com' } } })), role(allow('dynamodb:*', '*'), { Effect: 'Deny', Action: 'dynamodb:*', Resource: '*' }),
    role(allow('dynamodb:*', '*'), { Effect: 'Deny', Action: [...READS, ...COPIES, ...CHANGES, ...LETS], Resource: '*' }), role(allow('dynamodb:RestoreTableFromBackup', 'arn:aws:dynamodb:eu-central-1:123456789012:table/other/backup/*')),
    role(allow('dynamodb:*', arn('Tokens')), { Effect: 'Deny', Action: 'dynamodb:*', Resource: { 'Fn::Join': ['', [arn('Tokens'), '*']] } }),
    // a role of nobody's, a service that the role does not trust, another account
    role(allow(TAKES, 'arn:aws:iam::123456789012:role/other')), role(allow(TAKES, 'arn:aws:iam::123456789012:role/jobs/Test-OpensRole-*')), role(allow(TAKES, 'arn:aws:iam::210987654321:role/*')), role(allow('iam:GetRole', '*')),
    role(allow('iam:PassRole', '*', passedTo('sagemaker.amazonaws.com'))), role(allow('iam:PassRole', arn('OpensRole'), passedTo(['glue.amazonaws.com', 'ec2.*']))), role(allow(TAKES, '*'), { Effect: 'Deny', Action: TAKES, Resource: [arn('GivesRole'), arn('OpensRole')] }),
    { AssumeRolePolicyDocument: TRUST, ManagedPolicyArns: ['arn:aws:iam::aws:policy/IAMReadOnlyAccess'] },
  ],
  nonCompliant: [
    // a Deny that is deployed with another branch takes nothing away
    having(either(policies(DENIED), policies(READ))), having(either(policies(READ), policies(DENIED))), role(either(DENIED, { Ref: 'AWS::NoValue' }), READ), role(READ, { ...DENIED, Action: either('dynamodb:*', 's3:*') }), role(READ, { ...DENIED, Resource: either('*', arn('Keys')) }),
    role(READ, { ...DENIED, Condition: either({ Bool: { 'aws:SecureTransport': 'false' } }, { Ref: 'AWS::NoValue' }) }), role(either(DENIED, READ)), having([...policies(READ), { PolicyName: 'd', PolicyDocument: either(policies(DENIED)[0]!.PolicyDocument, { Statement: [] }) }]),
    role(READ, { ...DENIED, Action: 'dynamodb:Query' }),
    // new code, another policy or a stream answer whomever their writer likes
    ...['UpdateFunctionCode', 'UpdateFunctionConfiguration', 'AddPermission'].map((action) => role(allow(`lambda:${action}`, arn('Opens')))), role(allow('lambda:Update*', '*')), role(allow('kms:PutKeyPolicy', arn('Key'))),
    ...LETS.map((action) => role(allow(action, arn('Subjects')))),
    role(READ), role(allow('dynamodb:Query', { 'Fn::Join': ['', [arn('Subjects'), '/index/*']] })), role(allow('dynamodb:Get*', 'arn:aws:dynamodb:*:*:table/*')), role(allow('*', '*')), role(allow('kms:Decrypt', arn('Key'))),
    role(allow('kms:*', 'arn:aws:kms:eu-central-1:123456789012:key/*')), role(allow('kms:Decrypt', '*')), { AssumeRolePolicyDocument: TRUST, ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess'] },
    // whoever may give a grant to anybody may decrypt by it
    role(allow('kms:CreateGrant', arn('Key'))), role(allow('kms:CreateGrant', '*', { Condition: { Bool: { 'kms:GrantIsForAWSResource': 'false' } } })), role(allow(['kms:CreateGrant', 'kms:Decrypt'], '*', { Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } })),
    role(allow('kms:*', arn('Key')), { Effect: 'Deny', Action: ['kms:Decrypt', 'kms:ReEncryptFrom'], Resource: '*' }),
    // what changes a row can ask for it, and what copies a table has all of them
    ...['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem', 'PartiQLUpdate', 'PartiQLDelete', 'ExportTableToPointInTime', 'RestoreTableToPointInTime', 'RestoreTableFromBackup'].map((action) => role(allow(`dynamodb:${action}`, arn('Tokens')))),
    role(allow('dynamodb:RestoreTableFromBackup', { 'Fn::Join': ['', [arn('Subjects'), '/backup/*']] })), role(allow('dynamodb:RestoreTableFromBackup', 'arn:aws:dynamodb:eu-central-1:123456789012:table/Test-Tokens-*/backup/*')),
    role(allow('dynamodb:*', '*'), { Effect: 'Deny', Action: [...READS, ...COPIES], Resource: '*' }), role(allow('dynamodb:*', '*'), { Effect: 'Deny', Action: [...READS, ...CHANGES], Resource: '*' }),
    role(allow('dynamodb:*', '*'), { Effect: 'Deny', Action: 'dynamodb:GetItem', Resource: '*' }), role(allow('dynamodb:*', arn('Tokens')), { Effect: 'Deny', Action: 'dynamodb:*', Resource: { 'Fn::Join': ['', [arn('Tokens'), '/index/*']] } }),
    // who passes the role of a function on makes another one that has it, and who says whom it trusts has it
    ...TAKES.flatMap((action) => [arn('OpensRole'), '*', 'arn:aws:iam::123456789012:role/*', 'arn:aws:iam::*:role/Test-Opens*', 'arn:aws:iam::123456789012:role/Test-OpensRole-AbC123dEf456'].map((one) => role(allow(action, one)))),
    ...['lambda.amazonaws.com', ['sagemaker.amazonaws.com', 'lambda.amazonaws.com'], 'lambda.*', '*', PARAM].map((service) => role(allow('iam:PassRole', arn('OpensRole'), passedTo(service)))), role(allow('iam:PassRole', '*', passedTo('lambda.amazonaws.com'))),
    role(allow('iam:Pass*', { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*' })), { AssumeRolePolicyDocument: TRUST, ManagedPolicyArns: ['arn:aws:iam::aws:policy/IAMFullAccess'] }, role(allow(TAKES, '*'), { Effect: 'Deny', Action: 'iam:PassRole', Resource: '*' }),
  ],
  unknown: [
    role(allow('iam:PassRole', PARAM)), role(allow('iam:UpdateAssumeRolePolicy', '*', { Condition: { StringEquals: { 'iam:ResourceTag/team': 'ward' } } })),
    role(allow('lambda:UpdateFunctionCode', PARAM)), role(allow('dynamodb:GetItem', PARAM)), role(PARAM), role(allow('kms:Decrypt', '*', { Condition: { StringEquals: { 'aws:ResourceTag/team': 'ward' } } })),
  ],
  override: overridden(READ),
});
ruleTable('TokenVaultStore', {
  type: 'AWS::IAM::Policy', around: VAULT,
  compliant: [{ Roles: ['analyst'], PolicyDocument: { Statement: [allow('dynamodb:Query', 'arn:aws:dynamodb:eu-central-1:123456789012:table/other')] } }],
  nonCompliant: [{ Roles: ['analyst'], PolicyDocument: { Statement: [allow('dynamodb:Query', arn('Subjects'))] } }],
  // it may be the role of a function of the vault
  unknown: [{ Roles: [PARAM], PolicyDocument: { Statement: [allow('dynamodb:Query', arn('Subjects'))] } }],
});
// a function of the vault in one role that could be both
ruleTable('TokenVaultStore', {
  type: 'AWS::IAM::Role', around: { ...VAULT, Third: function_('Subject') },
  compliant: [role(...GIVES), role(...OPENS), role(allow('dynamodb:DeleteItem', arn('Tokens'))), role(...GIVES, allow(CHANGES, arn('Tokens')))],
  nonCompliant: [role(...GIVES, ...OPENS), role(allow('dynamodb:*', arn('Tokens'))), role(...GIVES, allow('dynamodb:RestoreTableToPointInTime', arn('Tokens')))], unknown: [role(...GIVES, allow('dynamodb:GetItem', PARAM))],
});
ruleTable('TokenVaultStore', {
  type: 'AWS::IAM::Role', around: { ...VAULT, Third: function_('Subject'), Other: { Type: 'AWS::IAM::Role', Properties: {} } },
  compliant: [trusting({ Service: 'lambda.amazonaws.com' }), trusting({ Service: { 'Fn::Sub': 'lambda.${AWS::URLSuffix}' } }), { AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:TagSession' }] } }],
  nonCompliant: [
    trusting({ AWS: arn('Other') }), trusting({ AWS: 'arn:aws:iam::123456789012:root' }), trusting({ Service: ['lambda.amazonaws.com', 'ecs-tasks.amazonaws.com'] }), trusting({ Federated: 'accounts.example.org' }), trusting('*'), trusting({ AWS: either('123456789012', PARAM) }),
    { AssumeRolePolicyDocument: JSON.stringify(trusting({ AWS: 'arn:aws:iam::123456789012:role/analyst' }).AssumeRolePolicyDocument) }, { AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', NotPrincipal: { AWS: '210987654321' }, Action: 'sts:*' }] } },
    // a function of the vault that may change another one, or make one like itself
    role(allow('lambda:UpdateFunctionCode', arn('Opens'))), role(allow('iam:PassRole', arn('Subject'))),
  ],
  unknown: [{ AssumeRolePolicyDocument: PARAM }, trusting(PARAM), trusting({ AWS: PARAM }), { AssumeRolePolicyDocument: { Statement: [PARAM] } }],
  override: { path: 'AssumeRolePolicyDocument.Statement', to: trusting({ AWS: '123456789012' }).AssumeRolePolicyDocument.Statement },
});
ruleTable('TokenVaultStore', {
  type: 'AWS::Lambda::Permission', around: VAULT,
  compliant: [{ Action: INVOKE, FunctionName: arn('Opens'), Principal: 'arn:aws:iam::123456789012:role/desk' }], nonCompliant: [{ Action: 'lambda:*', FunctionName: arn('Opens'), Principal: 'arn:aws:iam::123456789012:role/desk' }],
  unknown: [{ Action: 'lambda:UpdateFunctionCode', FunctionName: arn('Opens'), Principal: PARAM }, { Action: PARAM, FunctionName: arn('Opens'), Principal: 'arn:aws:iam::123456789012:role/desk' }],
});
ruleTable('TokenVaultStore', {
  type: 'AWS::DynamoDB::Table', around: { ...VAULT, Fourth: { ...function_('GivesRole'), Properties: { ...function_('GivesRole').Properties, Environment: { Variables: { ...function_('').Properties.Environment.Variables, SUBJECTS_TABLE: { Ref: 'Subject' } } } } } },
  compliant: [],
  nonCompliant: [
    { ResourcePolicy: { PolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:role/analyst' }, Action: 'dynamodb:Query', Resource: arn('Subject') }] } } },
    { ResourcePolicy: { PolicyDocument: JSON.stringify({ Statement: { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:role/analyst' }, Action: 'dynamodb:Query', Resource: '*' } }) } },
    { KinesisStreamSpecification: { StreamArn: 'arn:aws:kinesis:eu-central-1:123456789012:stream/x' } }, { KinesisStreamSpecification: either({ StreamArn: PARAM }, { Ref: 'AWS::NoValue' }) },
  ],
  unknown: [{ ResourcePolicy: { PolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { AWS: PARAM }, Action: 'dynamodb:Query', Resource: PARAM }] } } }, { KinesisStreamSpecification: PARAM }],
  notApplicable: [{}, { KinesisStreamSpecification: { Ref: 'AWS::NoValue' } }],
});

ruleTable('TokenVaultKeyContext', {
  type: 'AWS::KMS::Key',
  around: { ...FUNCTIONS, ...Object.fromEntries(['Gives', 'Opens'].map((id) => [id, { ...function_(`${id}Role`), Properties: { ...function_(`${id}Role`).Properties, Environment: { Variables: { ...function_('').Properties.Environment.Variables, KEY_ARN: arn('Subject') } } } }])) },
  compliant: [
    keyWith(deny()), { KeyPolicy: either(keyWith(deny()).KeyPolicy, JSON.stringify(keyWith(deny({ Action: 'kms:*' })).KeyPolicy)) }, keyWith(either(deny(), deny({ Action: 'kms:*' }))), { KeyPolicy: JSON.stringify(keyWith(deny()).KeyPolicy) }, keyWith(deny({ Action: 'kms:*', Condition: { StringNotEquals: { 'kms:EncryptionContext:tenant': ['a', 'b'] } } })), keyWith(deny(), { Effect: 'Allow', Principal: { AWS: arn('OpensRole') }, Action: 'kms:Decrypt', Resource: '*' }),
  ],
  nonCompliant: [
    {}, keyWith(), keyWith(deny({ Condition: undefined, Action: 'kms:ScheduleKeyDeletion' })), keyWith(deny({ Action: 'kms:Decrypt' })), keyWith(deny({ Principal: { AWS: arn('GivesRole') } })),
    keyWith(deny({ Condition: { ...OWN_CONTEXT, StringNotEqualsIfExists: { 'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/analyst' } } })), keyWith(deny({ Condition: { StringNotEquals: { 'kms:EncryptionContext:aws:dynamodb:tableName': 'x' } } })),
    { KeyPolicy: either(keyWith(deny()).KeyPolicy, keyWith().KeyPolicy) }, { KeyPolicy: either(keyWith().KeyPolicy, keyWith(deny()).KeyPolicy) }, keyWith(either(deny(), { Ref: 'AWS::NoValue' })), { KeyPolicy: { Statement: either([deny()], []) } },
    keyWith(deny({ Action: either(['kms:Decrypt', 'kms:GenerateDataKey'], 'kms:Decrypt') })), keyWith(deny({ Effect: either('Deny', 'Allow') })), keyWith(deny({ Condition: { ...OWN_CONTEXT, StringNotEquals: either(OWN_CONTEXT.StringNotEquals, { Ref: 'AWS::NoValue' }) } })),
    keyWith(deny(), { Effect: 'Allow', Principal: '*', Action: 'kms:Decrypt', Resource: '*', Condition: { StringEquals: { 'kms:CallerAccount': '123456789012' } } }), keyWith(deny(), { ...ACCOUNT, Principal: { AWS: 'arn:aws:iam::210987654321:root' } }),
    keyWith(deny(), { ...ACCOUNT, Principal: undefined, NotPrincipal: { AWS: 'arn:aws:iam::123456789012:root' } }), keyWith(deny(), { Effect: 'Allow', Principal: { AWS: arn('OpensRole') }, Action: 'kms:PutKeyPolicy', Resource: '*' }),
    ...['kms:Decrypt', 'kms:CreateGrant', 'kms:PutKeyPolicy'].map((action) => keyWith(deny(), { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:role/analyst' }, Action: action, Resource: '*' })),
  ],
  unknown: [{ KeyPolicy: PARAM }, { KeyPolicy: 'no JSON' }, keyWith(PARAM), keyWith(deny({ Condition: PARAM })), keyWith(deny({ Action: PARAM })), keyWith(deny(), { Effect: 'Allow', Principal: { AWS: PARAM }, Action: 'kms:Decrypt', Resource: '*' }), keyWith(deny(), PARAM), keyWith(deny(), { Effect: 'Allow', Principal: { AWS: arn('OpensRole') }, Action: [PARAM], Resource: '*' })],
  override: { path: 'KeyPolicy', to: { Statement: [ACCOUNT] } },
});
ruleTable('TokenVaultKeyContext', { type: 'AWS::KMS::Key', around: VAULT, compliant: [], nonCompliant: [], unknown: [], notApplicable: [keyWith(), {}] });

describe('who uses the key of a vault', () => {
  const answers = (...statements: unknown[]) => judged([template({ ...VAULT, OpensRole: { Type: 'AWS::IAM::Role', Properties: role(...OPENS, ...statements) } }, { Parameters: { Param: { Type: 'String' } } })], [ruleNamed('TokenVaultKeyContext')]).map(({ finding }) => finding.answer);
  test.each<[string, unknown, string]>([
    ['under a context of the tenant', allow('kms:GenerateDataKey', arn('Key'), forTenant), 'compliant'], ['by way of DynamoDB', allow('kms:Decrypt', arn('Key'), { Condition: { StringEquals: { 'kms:ViaService': 'dynamodb.eu-central-1.amazonaws.com' } } }), 'compliant'],
    ['whatever the context', allow('kms:Decrypt', arn('Key')), 'non-compliant'], ['by a wildcard', allow('kms:*', '*'), 'non-compliant'], ['for some context that there need not be', allow('kms:Decrypt', arn('Key'), { Condition: { StringEqualsIfExists: { 'kms:EncryptionContext:tenant': 'cardiology' } } }), 'non-compliant'],
    ['for a context of DynamoDB', allow('kms:Decrypt', arn('Key'), { Condition: { StringEquals: { 'kms:EncryptionContext:aws:dynamodb:tableName': 'x' } } }), 'non-compliant'], ['under a condition that is not known', allow('kms:Decrypt', arn('Key'), { Condition: PARAM }), 'unknown'],
    ['perhaps', allow('kms:Decrypt', PARAM), 'unknown'],
  ])('%s', (_what, statement, expected) => {
    expect(answers(statement)).toEqual([expected]);
  });
});

describe('identities that hold both directions', () => {
  const holds = (resources: Record<string, unknown>, rest: Record<string, unknown> = {}) => judged([template({ ...VAULT, ...resources }, rest)], [ruleNamed('TokenVaultDirections')])
    .filter(({ finding }) => finding.answer !== 'compliant').map(({ resource, finding }) => `${resource.logicalId} ${finding.answer}`);
  const policy = (type: string, resource: unknown, more: Record<string, unknown>) => ({ Type: `AWS::IAM::${type}`, Properties: { PolicyDocument: { Statement: [everyone(resource)] }, ...more } });

  test.each<[string, Record<string, unknown>, string[]]>([
    ['by a policy for each', { Who: { Type: 'AWS::IAM::Role', Properties: {} }, A: policy('Policy', arn('Gives'), { Roles: [{ Ref: 'Who' }] }), B: policy('RolePolicy', arn('Opens'), { RoleName: { Ref: 'Who' } }) }, ['Who non-compliant']],
    ['by managed policies, named by either side', { Who: { Type: 'AWS::IAM::Role', Properties: { ManagedPolicyArns: [{ Ref: 'A' }] } }, A: policy('ManagedPolicy', arn('Gives'), {}), B: policy('ManagedPolicy', arn('Opens'), { Roles: [{ Ref: 'Who' }] }) }, ['Who non-compliant']],
    ['by a managed policy that is named by its ARN', { Who: { Type: 'AWS::IAM::Role', Properties: { ...invokes(arn('Opens')), ManagedPolicyArns: ['arn:aws:iam::123456789012:policy/ward/gives'] } }, A: policy('ManagedPolicy', arn('Gives'), { ManagedPolicyName: 'gives' }) }, ['Who non-compliant']],
    ['as a user, by its groups', {
      Who: { Type: 'AWS::IAM::User', Properties: { Groups: [{ Ref: 'One' }], UserName: 'kim' } }, One: { Type: 'AWS::IAM::Group', Properties: {} }, Two: { Type: 'AWS::IAM::Group', Properties: { GroupName: 'two' } },
      A: policy('GroupPolicy', arn('Gives'), { GroupName: { Ref: 'One' } }), B: policy('Policy', arn('Opens'), { Groups: ['two'] }), Add: { Type: 'AWS::IAM::UserToGroupAddition', Properties: { GroupName: { Ref: 'Two' }, Users: ['kim'] } },
    }, ['Who non-compliant']],
    ['as a user, by a policy of its own', { Who: { Type: 'AWS::IAM::User', Properties: { Policies: role(everyone(arn('Gives'))).Policies } }, A: policy('UserPolicy', arn('Opens'), { UserName: { Ref: 'Who' } }) }, ['Who non-compliant']],
    ['whoever has a managed policy', { A: policy('ManagedPolicy', '*', {}) }, ['A non-compliant']],
    ['by what a function lets in', { Who: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'desk', ...invokes(arn('Gives')) } }, Let: { Type: 'AWS::Lambda::Permission', Properties: { Action: INVOKE, FunctionName: { Ref: 'ForCare' }, Principal: 'arn:aws:iam::123456789012:role/desk' } } }, ['Who non-compliant']],
    ['and not where each is another one\'s', { A: policy('Policy', arn('Gives'), { Roles: ['one'] }), B: policy('Policy', arn('Opens'), { Roles: ['two'] }) }, []],
  ])('%s', (_what, resources, expected) => {
    expect(holds(resources)).toEqual(expected);
  });

  describe('a boundary of permissions', () => {
  const boundary = { PolicyDocument: { Statement: [allow('*', '*'), { Effect: 'Deny', Action: 's3:*', Resource: '*' }] } };
  const demanding = { Type: 'AWS::IAM::Policy', Properties: { Roles: ['deployer'], PolicyDocument: { Statement: [{ Effect: 'Deny', Action: 'iam:CreateRole', Resource: '*', Condition: { StringNotEquals: { 'iam:PermissionsBoundary': { Ref: 'Subject' } } } }] } } };
  const bounded = { Type: 'AWS::IAM::Role', Properties: { ...role(), PermissionsBoundary: { Ref: 'Subject' } } };

  ruleTable('TokenVaultDirections', { type: 'AWS::IAM::ManagedPolicy', around: VAULT, compliant: [], nonCompliant: [boundary], unknown: [] });
  ruleTable('TokenVaultDirections', { type: 'AWS::IAM::ManagedPolicy', around: { ...VAULT, Bounded: bounded }, compliant: [], nonCompliant: [], unknown: [], notApplicable: [boundary] });
  ruleTable('TokenVaultDirections', { type: 'AWS::IAM::ManagedPolicy', around: { ...VAULT, Demanding: demanding }, compliant: [], nonCompliant: [], unknown: [], notApplicable: [boundary] });
  ruleTable('TokenVaultDirections', { type: 'AWS::IAM::ManagedPolicy', around: { ...VAULT, Bounded: bounded }, compliant: [], nonCompliant: [{ ...boundary, Roles: ['somebody'] }], unknown: [] });
});

test('are told whatever a function is called: what it may do with the tokens says what it is', () => {
    const roleOf = (statements: unknown[]) => ({ Type: 'AWS::IAM::Role', Properties: role(...statements) });
    const both = { Who: { Type: 'AWS::IAM::Role', Properties: invokes(arn('Gives'), arn('Opens')) } };
    expect(holds({ ...both, OpensRole: roleOf(GIVES) })).toEqual([]);
    expect(holds({ ...both, OpensRole: roleOf([allow('dynamodb:*', '*')]) })).toEqual(['Who non-compliant']);
    expect(holds({ ...both, OpensRole: roleOf([PARAM]) }, { Parameters: { Param: { Type: 'String' } } })).toContain('Who unknown');
    const elsewhere = { ...function_('OpensRole'), Properties: { ...function_('OpensRole').Properties, Role: 'arn:aws:iam::123456789012:role/elsewhere' } };
    expect(holds({ ...both, Opens: elsewhere })).toEqual(['Who unknown']);
  });
});

describe('who stands in for a function of a vault', () => {
  const stands = (resources: Record<string, unknown>) => judged([template({ ...VAULT, ...resources }, { Parameters: { Param: { Type: 'String' } } })], [ruleNamed('TokenVaultStore')])
    .filter(({ finding }) => finding.answer !== 'compliant').map(({ resource, finding }) => `${resource.logicalId} ${finding.answer} ${finding.detail}`);
  const other = (own: unknown) => ({ Type: 'AWS::Lambda::Function', Properties: { Role: own } });

  test('is another function with its role, by reference or by name', () => {
    const expected = ["OpensRole non-compliant 'Other' runs as 'OpensRole', the role of a function of vault 'Gives', and is none of it"];
    expect(stands({ Other: other(arn('OpensRole')) })).toEqual(expected);
    const named = { ...FUNCTIONS.OpensRole, Properties: { ...FUNCTIONS.OpensRole.Properties, RoleName: 'opens' } };
    expect(stands({ OpensRole: named, Other: other('arn:aws:iam::123456789012:role/opens') })).toEqual(expected);
    expect(stands({ Other: other('arn:aws:iam::123456789012:role/other') })).toEqual([]);
  });
  test('may be one of which the role is not known', () => {
    expect(stands({ Other: other(PARAM) })).toEqual(['GivesRole', 'OpensRole'].map((id) => expect.stringMatching(`^${id} unknown whether 'Other' runs as '${id}'`) as string));
  });
  test('is who is let by a policy that names the group of a user, in every branch of it', () => {
    const groups = (names: unknown) => ({ Who: { Type: 'AWS::IAM::User', Properties: { Groups: names, Policies: policies(READ) } }, Denied: { Type: 'AWS::IAM::Group', Properties: { Policies: policies(DENIED) } } });
    expect(stands(groups([{ Ref: 'Denied' }]))).toEqual([]);
    expect(stands(groups(either([{ Ref: 'Denied' }], [])))).toEqual([expect.stringContaining('Who non-compliant')]);
  });
  test('is who has a Deny by a policy that is attached in one branch alone', () => {
    const attached = (Roles: unknown, ManagedPolicyArns?: unknown) => ({
      Who: { Type: 'AWS::IAM::Role', Properties: { ...role(READ), ManagedPolicyArns } }, Denied: { Type: 'AWS::IAM::ManagedPolicy', Properties: { Roles, PolicyDocument: { Statement: DENIED } } },
    });
    const found = [expect.stringContaining('Who non-compliant')];
    expect(stands(attached([{ Ref: 'Who' }]))).toEqual([]);
    expect(stands(attached(either([{ Ref: 'Who' }], ['other'])))).toEqual(found);
    expect(stands(attached([either({ Ref: 'Who' }, 'other')]))).toEqual(found);
    expect(stands(attached(undefined, [{ Ref: 'Denied' }]))).toEqual([]);
    expect(stands(attached(undefined, [either({ Ref: 'Denied' }, { Ref: 'AWS::NoValue' })]))).toEqual(found);
  });
});

describe('the construct', () => {
  const NAMES = ['TokenVaultDirections', 'TokenVaultStore', 'TokenVaultTraining', 'TokenVaultKeyContext', 'FlowTokenVault'];
  const RULES = AWS_RULES.filter(({ name }) => NAMES.includes(name));
  const open = (found: readonly Judgement[]) => found.filter(({ finding }) => finding.answer !== 'compliant').map(({ finding }) => `${finding.rule.replace('RegulatedML-', '')} ${finding.path} ${finding.answer}`);
  const { app, stack, vault } = made();

  function made(): { app: App; stack: Stack; vault: TokenVault } {
    const own = new App();
    const first = new Stack(own, 'Stack', { env });
    return { app: own, stack: first, vault: vaultOn(first, new Workspace(first, 'Workspace', { profile })) };
  }
  const judgedIn = (one: App) => judgementsOf({ view: readApp(one, false).view, rules: RULES, profile, pack: 'RegulatedML' });
  const functionOf = ({ node }: TokenVault, id: string) => node.findChild(id).node.findChild('Resource').node.defaultChild as lambda.CfnFunction;

  test('is a vault to the rules, which find nothing', () => {
    const found = judgedIn(app);
    expect(open(found)).toEqual([]);
    expect(found.filter(({ finding }) => finding.rule === 'RegulatedML-FlowTokenVault')).toHaveLength(1);
    expect(found.filter(({ finding }) => finding.rule === 'RegulatedML-TokenVaultKeyContext').map(({ finding }) => finding.path)).toEqual(['Stack/Vault/Key/Resource']);
  });

  test('is one as a file, without a tree: its tables are judged, too', () => {
    const { Resources: resources } = Template.fromStack(made().stack).toJSON() as { Resources: Record<string, unknown> };
    const all = Object.fromEntries(Object.entries(resources).filter(([id]) => id.startsWith('Vault')));
    const found = judged([template(all)], AWS_RULES, PROFILE);
    const compliant = new Set(found.filter(({ finding }) => finding.answer === 'compliant').map(({ finding, resource }) => `${finding.rule.replace('RegulatedML-', '')} ${resource.type}`));
    for (const rule of ['DynamoDbTableKey', 'DynamoDbTableRecovery', 'DynamoDbTableDeletionProtection']) expect(compliant).toContain(`${rule} AWS::DynamoDB::Table`);
    expect(compliant).toContain('TokenVaultKeyContext AWS::KMS::Key');
    const who = { Type: 'AWS::IAM::Role', Properties: role(everyone('*')) };
    expect(open(judged([template({ ...all, Who: who })], RULES)).filter((line) => line.includes('Who'))).toEqual(['TokenVaultDirections Who non-compliant']);
  });

  test('cannot be evaded by overrides, raw policies, wildcards, groups, another stack or an import', () => {
    const { app: own, stack: first, vault: second } = made();
    const other = new Stack(own, 'Other', { env });
    const raw = (id: string, scope: Stack, statement: unknown, holders: Partial<iam.CfnPolicyProps>) => new iam.CfnPolicy(scope, id, { policyName: id, policyDocument: { Statement: [statement] }, ...holders });
    second.grantTokenize(new iam.Role(first, 'Overridden', { assumedBy: new iam.AccountRootPrincipal() }));
    (first.node.findChild('Overridden').node.defaultChild as iam.CfnRole).addPropertyOverride('Policies', [{ PolicyName: 'p', PolicyDocument: { Statement: [everyone(first.resolve(second.detokenizeArn(CARE)))] } }]);
    raw('Raw', other, { Effect: 'Allow', Action: '*', Resource: '*' }, { roles: ['desk'] });
    const group = new iam.Group(other, 'Group');
    raw('OfGroup', other, { Effect: 'Allow', Action: 'lambda:Invoke*', Resource: '*' }, { groups: [group.groupName] });
    const [gives, opens] = [second.tokenizeFunction, second.detokenizeFunction].map((one, index) => lambda.Function.fromFunctionAttributes(other, `Imported${index}`, { functionArn: one.functionArn, sameEnvironment: true }));
    const far = new iam.Role(other, 'Far', { assumedBy: new iam.AccountRootPrincipal() });
    for (const one of [gives!, opens!]) one.grantInvoke(far);
    expect(open(judgedIn(own))).toEqual(expect.arrayContaining([
      'TokenVaultDirections Stack/Overridden/Resource non-compliant', 'TokenVaultDirections Other/Raw non-compliant', 'TokenVaultDirections Other/Group/Resource non-compliant', 'TokenVaultDirections Other/Far/Resource non-compliant',
      'TokenVaultStore Other/Raw non-compliant',
    ]));
    expect(open(judgedIn(own))).toHaveLength(5);
  });

  test.each<[string, (one: TokenVault) => void, string[]]>([
    ['its table of tokens', (one) => functionOf(one, 'Detokenize').addPropertyDeletionOverride('Environment.Variables.TOKENS_TABLE'), ['FlowTokenVault Stack/Vault non-compliant', 'TokenVaultStore Stack/Vault/Detokenize/Role/Resource/Resource non-compliant']],
    ['another table', (one) => functionOf(one, 'Detokenize').addPropertyOverride('Environment.Variables.TOKENS_TABLE', 'other'), ['FlowTokenVault Stack/Vault non-compliant', 'TokenVaultStore Stack/Vault/Detokenize/Role/Resource/Resource non-compliant']],
    ['another key', (one) => ['Tokenize', 'Detokenize', 'Shred'].forEach((id) => functionOf(one, id).addPropertyOverride('Environment.Variables.KEY_ARN', 'arn:aws:kms:eu-central-1:123456789012:key/1')), ['FlowTokenVault Stack/Vault non-compliant']],
    ['another role', (one) => functionOf(one, 'Detokenize').addPropertyOverride('Role', 'arn:aws:iam::123456789012:role/elsewhere'), ['FlowTokenVault Stack/Vault unknown', 'TokenVaultStore Stack/Vault/Detokenize/Role/Resource/Resource non-compliant']],
    ['no statement on its key', (one) => (one.key.node.defaultChild as lambda.CfnFunction).addPropertyOverride('KeyPolicy.Statement', [ACCOUNT]), ['TokenVaultKeyContext Stack/Vault/Key/Resource non-compliant']],
  ])('says so where an override gives a function %s', (_what, change, expected) => {
    const { app: own, vault: changed } = made();
    change(changed);
    const found = open(judgedIn(own));
    for (const line of expected) expect(found).toContain(line);
  });

  test('has grants that pass, each to a role of its own', () => {
    vault.grantTokenize(new iam.Role(stack, 'Intake', { assumedBy: new iam.AccountRootPrincipal() }));
    vault.grantDetokenize(new iam.Role(stack, 'Ward', { assumedBy: new iam.AccountRootPrincipal() }), { purposes: [CARE] });
    vault.grantShred(new iam.Role(stack, 'Eraser', { assumedBy: new iam.AccountRootPrincipal() }));
    expect(open(judgedIn(app))).toEqual([]);
  });
});

test('an app without a vault is asked nothing', () => {
  expect(judged([template({ Role: { Type: 'AWS::IAM::Role', Properties: role(allow('*', '*')) }, Key: { Type: 'AWS::KMS::Key', Properties: {} } })], AWS_RULES.filter(({ name }) => /TokenVault/.test(name)))).toEqual([]);
});

const leaf = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(arn('Gives'), arn('Tokens'), arn('Key'), { Ref: 'Subject' }, PARAM, '*', 'arn:*', 'arn', 'lambda:*', 'dynamodb:Get*', 'kms:Decrypt', INVOKE, 'Allow', 'Deny', GENERATED, 'arn:aws:iam::123456789012:role/x', { Ref: 'AWS::NoValue' }),
);
const NAMES = [
  'Policies', 'PolicyDocument', 'Statement', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Principal', 'AWS', 'Condition', 'StringNotEquals', 'kms:EncryptionContext:tenant', 'Roles', 'Users', 'Groups', 'RoleName', 'GroupName',
  'ManagedPolicyArns', 'FunctionName', 'Role', 'Environment', 'Variables', 'KEY_ARN', 'KEYS_TABLE', 'SUBJECTS_TABLE', 'TOKENS_TABLE', 'KeyPolicy', 'ResourcePolicy', 'ExecutionRoleArn', 'Fn::If', '__proto__', 'toString', 'AssumeRolePolicyDocument', 'Path',
];
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, fc.array(tie('tree'), { maxLength: 3 }), fc.dictionary(fc.constantFrom(...NAMES), tie('tree'), { maxKeys: 5 })),
}));

test('no rule on vaults throws on any JSON-shaped properties beside one', () => {
  const rules = AWS_RULES.filter(({ name }) => /TokenVault/.test(name));
  const types = [...rules.flatMap(({ resources }) => resources), 'AWS::Lambda::Function', 'AWS::Lambda::Alias', 'AWS::IAM::UserToGroupAddition', 'AWS::SageMaker::Model'].filter((type) => type.startsWith('AWS::'));
  fc.assert(fc.property(fc.constantFrom(...types), tree, (type, properties) => {
    const found = judged([template({ ...VAULT, Subject: { Type: type, Properties: properties } }, { Parameters: { Param: { Type: 'String' } } })], rules);
    for (const { finding } of found) expect(finding.detail ?? '').not.toContain('the rule failed');
  }), { numRuns: 300 });
});

test('cost is linear in roles, policies and vaults', () => {
  const rules = AWS_RULES.filter(({ name }) => /TokenVault/.test(name));
  const time = (count: number) => {
    const roles = Object.fromEntries(Array.from({ length: count }, (_, index) => [
      [`Role${index}`, { Type: 'AWS::IAM::Role', Properties: role(allow('s3:GetObject', '*'), everyone(arn('Gives'))) }],
      [`Policy${index}`, { Type: 'AWS::IAM::ManagedPolicy', Properties: { Roles: [{ Ref: `Role${index}` }], PolicyDocument: { Statement: [allow('dynamodb:Query', 'arn:aws:dynamodb:eu-central-1:123456789012:table/other')] } } }],
    ]).flat());
    const input = [template({ ...VAULT, ...roles })];
    return Math.min(...Array.from({ length: 3 }, () => {
      const start = process.hrtime.bigint();
      judged(input, rules);
      return Number(process.hrtime.bigint() - start);
    }));
  };
  time(50);
  expect(time(800) / time(100)).toBeLessThan(24);
});
