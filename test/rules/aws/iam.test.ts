import { judged, ruleNamed, template } from '../support';
import { ruleTable } from '../table';
import { KEY, PARAM } from './around';

const trust = (statement: Record<string, unknown> = {}) => ({ Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole', Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } }, ...statement }] });
const role = (more: Record<string, unknown> = {}) => ({ AssumeRolePolicyDocument: trust(), ...more });
const inline = (...statements: unknown[]) => role({ Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: statements } }] });
const allow = (action: unknown, resource: unknown, more: Record<string, unknown> = {}) => ({ Effect: 'Allow', Action: action, Resource: resource, ...more });
const BUCKET = 'arn:aws:s3:::data/*';
const ROLE = { Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'train', AssumeRolePolicyDocument: trust() } }, Other: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: [] } } } };
const text = (document: unknown) => JSON.stringify(document);
// as the CDK writes a text that refers to something
const gap = (document: unknown) => ({ 'Fn::Sub': text(document) });
const asText = (...statements: unknown[]) => role({ Policies: [{ PolicyName: 'p', PolicyDocument: text({ Statement: statements }) }] });
const overridden = (statement: unknown) => ({ path: 'Policies', to: [{ PolicyName: 'p', PolicyDocument: { Statement: [statement] } }] });

ruleTable('IamFullAccess', {
  type: 'AWS::IAM::Role',
  around: { Policy: { Type: 'AWS::IAM::ManagedPolicy', Properties: {} } },
  compliant: [role({ ManagedPolicyArns: [{ Ref: 'Policy' }, 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole', 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore', 'arn:aws:iam::aws:policy/SecurityAudit', { 'Fn::Sub': 'arn:${AWS::Partition}:iam::123456789012:policy/read' }] }), role()],
  nonCompliant: [
    role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonSageMakerFullAccess'] }), role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }),
    role({ ManagedPolicyArns: [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/AmazonS3FullAccess']] }] }), role({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/PowerUserAccess'] }),
    // what reads everything, and so all data
    ...['ReadOnlyAccess', 'AmazonS3ReadOnlyAccess', 'AmazonDynamoDBReadOnlyAccess', 'AmazonKinesisReadOnlyAccess', 'SecretsManagerReadWrite', 'AWSLambda_FullAccess', 'job-function/DataScientist', 'service-role/AmazonElasticMapReduceforEC2Role']
      .map((name) => role({ ManagedPolicyArns: [`arn:aws:iam::aws:policy/${name}`] })),
    // whoever uses its services is of machine learning
    { AssumeRolePolicyDocument: trust({ Principal: { Service: 'ec2.amazonaws.com' } }), ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonSageMakerFullAccess'] },
  ],
  unknown: [role({ ManagedPolicyArns: [PARAM] }), role({ ManagedPolicyArns: PARAM })],
  notApplicable: [{ AssumeRolePolicyDocument: trust({ Principal: { Service: 'ec2.amazonaws.com' } }), ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }],
  override: { path: 'ManagedPolicyArns', to: ['arn:aws:iam::aws:policy/AmazonSageMakerFullAccess'] },
});
ruleTable('IamWildcardAction', {
  type: 'AWS::IAM::Role',
  compliant: [
    inline(allow(['s3:GetObject*', 'kms:Decrypt'], BUCKET)), role(), inline({ Effect: 'Deny', Action: '*', Resource: '*' }), asText(allow('s3:GetObject', BUCKET)),
    inline({ Effect: 'Deny', Action: { 'Fn::If': ['Cond', '*', 's3:*'] }, Resource: '*' }),
  ],
  nonCompliant: [
    inline(allow('*', '*')), inline(allow('s3:*', BUCKET)), inline(allow(['s3:GetObject', 'sagemaker:*'], '*')), inline({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }), inline(allow('*:*', BUCKET)), inline(allow('s*:?*', BUCKET)), inline(allow({ 'Fn::If': ['Cond', 's3:GetObject', 's3:*'] }, BUCKET)),
    asText(allow('s3:*', BUCKET)), { ...asText(allow('s3:*', BUCKET)), AssumeRolePolicyDocument: text(trust()) }, role({ Policies: [{ PolicyName: 'p', PolicyDocument: gap({ Statement: [allow(['s3:*', '${Param}'], BUCKET)] }) }] }),
    inline({ 'Fn::If': ['Cond', { Effect: 'Deny', Action: 's3:*', Resource: '*' }, allow('s3:*', BUCKET)] }), inline(allow('s3:*', BUCKET, { Effect: { 'Fn::If': ['Cond', 'Deny', 'Allow'] } })),
  ],
  unknown: [
    inline(PARAM), inline(allow(PARAM, BUCKET)), role({ Policies: [{ PolicyName: 'p', PolicyDocument: PARAM }] }), role({ Policies: [{ PolicyName: 'p', PolicyDocument: 'Statement: []' }] }),
    role({ Policies: [{ PolicyName: 'p', PolicyDocument: gap({ Statement: [allow('${Param}', BUCKET)] }) }] }),
    // who may assume it cannot be read
    ...['no JSON', PARAM, { Statement: PARAM }, trust({ Principal: PARAM }), trust({ Principal: { Service: [PARAM] } })].map((document) => ({ ...inline(allow('s3:*', BUCKET)), AssumeRolePolicyDocument: document })),
  ],
  around: { Other: { Type: 'AWS::SageMaker::Model', Properties: {} } },
  notApplicable: [{ ...inline(allow('s3:*', BUCKET)), AssumeRolePolicyDocument: text(trust({ Principal: { Service: 'ec2.amazonaws.com' } })) }],
  override: overridden(allow('s3:*', BUCKET)),
});
ruleTable('IamWildcardAction', {
  type: 'AWS::IAM::Policy', around: ROLE,
  compliant: [{ Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: [allow('s3:GetObject', BUCKET)] } }],
  nonCompliant: [
    { Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: allow('s3:*', BUCKET) } }, { Roles: ['train'], PolicyDocument: { Statement: [allow('*', '*')] } },
    { Groups: ['admins'], PolicyDocument: { Statement: [allow('*', '*')] } }, { Roles: ['train'], PolicyDocument: text({ Statement: allow('s3:*', BUCKET) }) }, { Groups: ['admins'], PolicyDocument: text({ Statement: allow('*', '*') }) },
    // whoever it is attached to
    { Roles: [{ Ref: 'Other' }], PolicyDocument: { Statement: [allow('*', '*')] } }, { Roles: [PARAM], PolicyDocument: { Statement: [allow('*', '*')] } },
  ],
  unknown: [{ Roles: [PARAM], PolicyDocument: { Statement: [allow('ec2:*', '*')] } }, { Roles: ['train'], PolicyDocument: PARAM }],
  notApplicable: [{ Roles: [{ Ref: 'Other' }], PolicyDocument: { Statement: [allow('ec2:*', '*')] } }, { Groups: ['drivers'], PolicyDocument: { Statement: [allow('ec2:*', '*')] } }],
  override: { path: 'PolicyDocument.Statement', to: [allow('s3:*', BUCKET)] },
});
ruleTable('IamWildcardAction', {
  type: 'AWS::IAM::RolePolicy', around: ROLE,
  compliant: [{ RoleName: { Ref: 'Role' }, PolicyDocument: { Statement: [allow('s3:GetObject', BUCKET)] } }],
  nonCompliant: [{ RoleName: 'train', PolicyDocument: { Statement: [allow('sagemaker:*', '*')] } }, { RoleName: { Ref: 'Other' }, PolicyDocument: { Statement: [allow('sagemaker:*', '*')] } }],
  unknown: [{ RoleName: PARAM, PolicyDocument: { Statement: [allow('logs:*', '*')] } }],
  notApplicable: [{ RoleName: { Ref: 'Other' }, PolicyDocument: { Statement: [allow('logs:*', '*')] } }],
});
test('a managed policy that a role of machine learning names is judged like one that names the role', () => {
  const found = judged([template({
    Subject: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: { Statement: [allow('s3:*', BUCKET)] } } },
    Role: { Type: 'AWS::IAM::Role', Properties: role({ ManagedPolicyArns: [{ Ref: 'Subject' }] }) },
  })], [ruleNamed('IamWildcardAction')]);
  expect(found.filter(({ resource }) => resource.logicalId === 'Subject').map(({ finding }) => finding.answer)).toEqual(['non-compliant']);
});
ruleTable('IamWildcardResource', {
  type: 'AWS::IAM::Role',
  around: { Bucket: { Type: 'AWS::S3::Bucket', Properties: {} } },
  compliant: [
    inline(allow('s3:GetObject', BUCKET)), inline(allow('s3:GetObject', '*', { Condition: { StringEquals: { 'aws:ResourceTag/project': 'readmission' } } })), inline(allow('ec2:DescribeVpcs', '*')),
    // by a key that says which, or by their ARN
    ...([['s3:GetObject', 's3:ExistingObjectTag/project'], ['s3:GetObject', 's3:DataAccessPointArn'], ['iam:AttachRolePolicy', 'iam:PolicyARN'], ['sts:AssumeRole', 'iam:ResourceTag/aws-cdk:bootstrap-role'], ['secretsmanager:GetSecretValue', 'secretsmanager:SecretId']] as const)
      .map(([action, key]) => inline(allow(action, '*', { Condition: { StringEquals: { [key]: 'one' } } }))),
    inline(allow('sts:AssumeRole', 'arn:aws:iam::123456789012:role/train')), inline(allow(['iam:PutRolePolicy', 'iam:AttachRolePolicy'], 'arn:aws:iam::123456789012:role/train-*')), inline(allow('rds-data:ExecuteStatement', 'arn:aws:rds:eu-central-1:123456789012:cluster:data')),
    // IAM knows no resource for them, or they are what every role needs
    inline(allow(['secretsmanager:BatchGetSecretValue', 's3:ListAllMyBuckets', 'logs:CreateLogStream', 'logs:PutLogEvents', 'cloudwatch:PutMetricData', 'ecr:GetAuthorizationToken', 'redshift-data:GetStatementResult', 'sts:GetCallerIdentity'], '*')),
    inline(allow(['athena:GetQueryResults', 'sts:AssumeRole'], [BUCKET, 'arn:aws:s3:::*'])),
    inline(allow('s3:GetObject', { 'Fn::Sub': '${Bucket.Arn}/*' })), inline(allow('s3:GetObject', { 'Fn::Sub': 'arn:${AWS::Partition}:s3:::data/*' })), role(),
    inline(allow('s3:GetObject', { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, '*']] })), inline(allow('s3:GetObject', 'arn:aws:s3:::data-??/*')),
    inline({ 'Fn::If': ['Cond', allow('s3:GetObject', BUCKET), allow('ec2:DescribeVpcs', '*')] }),
    // an ARN is of one service, and gives the actions of others nothing
    inline(allow(['s3:GetObject', 'logs:PutLogEvents'], [BUCKET, 'arn:aws:logs:eu-central-1:123456789012:log-group:*', { 'Fn::Sub': 'arn:${AWS::Partition}:logs:*:*:*' }])),
    inline(allow('bedrock:InvokeModel', ['arn:aws:bedrock:eu-central-1::foundation-model/*', { 'Fn::Sub': 'arn:${AWS::Partition}:bedrock:*::foundation-model/*' }])),
  ],
  nonCompliant: [
    inline(allow(['s3:GetObject', 'kinesis:GetRecords'], [BUCKET, 'arn:aws:kinesis:eu-central-1:123456789012:stream/*'])), inline(allow('bedrock:InvokeModel', '*')), inline(allow('bedrock:InvokeModel', 'arn:aws:bedrock:*:*:custom-model/*')),
    inline(allow('s3:GetObject', '*')), inline(allow('s3:Get*', ['arn:aws:s3:::data/*', '*'])), inline(allow('s3:PutObject', 'arn:aws:s3:::*')), inline(allow('dynamodb:Query', 'arn:aws:dynamodb:eu-central-1:123456789012:table/*')),
    inline(allow('s3:GetObject', '*', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } })), inline(allow('s3:GetObject', '*', { Condition: {} })),
    inline(allow('s3:GetObject', '*', { Condition: { StringNotEquals: { 'aws:ResourceTag/project': 'other' } } })), inline(allow('s3:GetObject', '*', { Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-central-1' } } })),
    inline(allow('sagemaker:InvokeEndpoint', 'arn:aws:sagemaker:eu-central-1:123456789012:endpoint/*')), inline({ Effect: 'Allow', Action: 's3:GetObject', NotResource: BUCKET }), inline(allow('*', '*')),
    ...['?*', '*/*', 'arn:*', 'arn:aws:s3:*', 'arn:aws:s3:::?*/*', 'arn:aws:s3:::*/*/*', { 'Fn::Sub': 'arn:${Param}:s3:::*' }].map((resource) => inline(allow('s3:GetObject', resource))), inline(allow('dynamodb:Query', 'arn:aws:dynamodb:*:*:tab*')),
    ...['aws:PrincipalArn', 'aws:PrincipalTag/team', 'aws:userid'].map((key) => inline(allow('s3:GetObject', '*', { Condition: { StringLike: { [key]: 'AROA1:*' } } }))),
    inline(allow('s3:GetObject', '*', { Condition: { StringEquals: { 'Fn::If': ['Cond', { 'aws:ResourceTag/project': 'readmission' }, { Ref: 'AWS::NoValue' }] } } })),
    // one way of the two in which it can be deployed
    inline({ 'Fn::If': ['Cond', allow('s3:GetObject', BUCKET), allow('s3:GetObject', '*')] }),
    ...[
      's3:GetObjectVersion', 's3:PutBucketPolicy', 'dynamodb:BatchGetItem', 'dynamodb:PartiQLSelect', 'kinesis:SubscribeToShard', 'ssm:GetParameters', 'ssm:GetParametersByPath', 'bedrock:InvokeModelWithResponseStream', 'sagemaker:BatchGetRecord',
      'athena:StartQueryExecution', 'rds-data:ExecuteStatement', 'redshift-data:ExecuteStatement', 'logs:GetLogEvents', 'LOGS:filterlogevents', 'iam:AttachRolePolicy', 'iam:CreatePolicyVersion', 'iam:Put*', 'sts:Assume*', 'sts:AssumeRole',
    ].map((action) => inline(allow(action, '*'))),
    // an account, a network, a way to ask: all data of the account
    ...['aws:ResourceAccount', 'aws:ResourceOrgID', 's3:ResourceAccount', 's3:authType', 's3:prefix', 'aws:SourceVpc', 'aws:SourceVpce', 'aws:SourceIp'].map((key) => inline(allow('s3:GetObject', '*', { Condition: { StringEquals: { [key]: '123456789012' } } }))),
    inline(allow('s3:GetObject', '*', { Condition: { StringLike: { 'aws:ResourceTag/project': '*' } } })), inline({ Effect: 'Allow', NotAction: 's3:GetObject', NotResource: BUCKET }),
    inline(allow('sts:AssumeRole', 'arn:aws:iam::123456789012:role/*')), inline(allow('iam:PutRolePolicy', 'arn:aws:iam::*:role/*')), inline(allow('rds-data:ExecuteStatement', 'arn:aws:rds:*:*:cluster:*')),
    inline(allow('logs:GetLogEvents', 'arn:aws:logs:*:*:log-group:*:*')), inline(allow('ssm:GetParametersByPath', 'arn:aws:ssm:eu-central-1:123456789012:parameter/*')),
  ],
  unknown: [inline(allow('s3:GetObject', PARAM)), inline(allow('s3:GetObject', '*', { Condition: PARAM })), inline(allow('s3:GetObject', '*', { Condition: { StringLike: { 'aws:ResourceTag/project': PARAM } } }))],
  override: overridden(allow('s3:GetObject', '*')),
});
ruleTable('IamDecryptAll', {
  type: 'AWS::IAM::Role',
  around: { Key: { Type: 'AWS::KMS::Key', Properties: {} } },
  compliant: [
    inline(allow(['kms:Decrypt', 's3:GetObject'], [KEY, 'arn:aws:s3:::*'])), inline(allow('kms:Decrypt', KEY)), inline(allow(['kms:CreateGrant', 'kms:PutKeyPolicy'], KEY)), inline(allow('kms:Decrypt', { 'Fn::GetAtt': ['Key', 'Arn'] })), inline(allow('kms:ListAliases', '*')), role(),
    inline(allow('kms:Decrypt', '*', { Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/data' } } })),
  ],
  nonCompliant: [
    inline(allow('kms:Decrypt', '*')), inline(allow('kms:*', '*')), inline(allow('kms:CreateGrant', '*')), inline(allow('kms:PutKeyPolicy', 'arn:aws:kms:*:*:key/*')), inline(allow(['kms:ReEncryptFrom'], 'arn:aws:kms:eu-central-1:123456789012:key/*')), inline(allow('*', '*')),
    inline(allow('kms:Decrypt', '*', { Condition: { StringNotEquals: { 'kms:ResourceAliases': 'alias/data' } } })), inline(allow('kms:Decrypt', '*', { Condition: { StringLike: { 'kms:ResourceAliases': '*' } } })),
    inline(allow('kms:Decrypt', '*', { Condition: { StringEquals: { 'kms:ViaService': 's3.eu-central-1.amazonaws.com' } } })), inline(allow('kms:Decrypt', { 'Fn::Sub': 'arn:aws:kms:*:${AWS::AccountId}:key/*' })),
    ...['?*', 'arn:aws:kms:*', 'arn:aws:kms:eu-central-1:123456789012:key/?*', 'arn:aws:kms:eu-central-1:123456789012:k*', { 'Fn::Sub': 'arn:aws:kms:${Param}:*:*' }].map((resource) => inline(allow('kms:Decrypt', resource))),
    inline({ Effect: 'Allow', Action: 'kms:Decrypt', NotResource: KEY }),
  ],
  unknown: [inline(allow('kms:Decrypt', PARAM)), inline(allow('kms:Decrypt', '*', { Condition: PARAM }))],
  override: overridden(allow('kms:Decrypt', '*')),
});
const passed = { Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } } };
const TRAIN = 'arn:aws:iam::123456789012:role/train';
ruleTable('IamPassRole', {
  type: 'AWS::IAM::Role',
  around: {
    Role: { Type: 'AWS::IAM::Role', Properties: {} }, OfOne: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'of-one', AssumeRolePolicyDocument: trust() } },
    OfTwo: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust({ Principal: { Service: ['sagemaker.amazonaws.com', 'ec2.amazonaws.com'] } }) } },
    OfAny: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust({ Principal: { Service: ['sagemaker.amazonaws.com', PARAM] } }) } },
  },
  compliant: [
    // a role is passed to whom it trusts
    ...[{ 'Fn::GetAtt': ['OfOne', 'Arn'] }, 'arn:aws:iam::123456789012:role/of-one', { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${OfOne}' }].map((resource) => inline(allow('iam:PassRole', resource))),
    inline(allow(['iam:PassRole', 's3:GetObject'], [BUCKET, 'arn:aws:s3:::*'])), inline(allow(['iam:PassRole', 's3:GetObject'], [TRAIN, 'arn:aws:s3:::*'], passed)),
    inline(allow('iam:PassRole', TRAIN, passed)), role(), inline(allow('iam:GetRole', '*')), inline(allow('iam:PassRole', [{ 'Fn::GetAtt': ['Role', 'Arn'] }, { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${Param}:role/train' }], passed)),
    inline(allow('iam:PassRole', TRAIN, { Condition: { StringLike: { 'iam:PassedToService': 'sagemaker.*' } } })),
  ],
  nonCompliant: [
    ...['OfTwo', 'OfAny', 'Role'].map((name) => inline(allow('iam:PassRole', { 'Fn::GetAtt': [name, 'Arn'] }))), inline(allow('iam:PassRole', [{ 'Fn::GetAtt': ['OfOne', 'Arn'] }, TRAIN])),
    ...['${OfOne.Arn}*', 'arn:aws:iam::123456789012:role/${OfOne}-admin'].map((resource) => inline(allow('iam:PassRole', { 'Fn::Sub': resource }))),
    ...['?*', 'arn:aws:iam::123456789012:role/?*', 'arn:aws:iam::*', 'arn:aws:iam::123456789012:role*', { 'Fn::Sub': 'arn:aws:iam::${Param}:role/*' }].map((resource) => inline(allow('iam:PassRole', [TRAIN, resource], passed))),
    inline({ Effect: 'Allow', Action: 'iam:PassRole', NotResource: TRAIN, ...passed }), inline(allow('iam:PassRole', PARAM)),
    ...['*.amazonaws.com', '*amazonaws.com', 's*', { 'Fn::If': ['Cond', 'sagemaker.amazonaws.com', '*'] }].map((service) => inline(allow('iam:PassRole', TRAIN, { Condition: { StringLike: { 'iam:PassedToService': service } } }))),

    inline({ Effect: 'Allow', NotAction: 's3:*', Resource: '*' }), inline(allow('iam:PassRole', '*', passed)), inline(allow('iam:PassRole', TRAIN)), inline(allow('iam:*', TRAIN)), inline(allow('iam:PassRole', { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*' }, passed)),
    inline(allow('iam:PassRole', TRAIN, { Condition: { StringLike: { 'iam:PassedToService': '*' } } })), inline(allow('iam:PassRole', TRAIN, { Condition: { StringEqualsIfExists: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } } })),
  ],
  unknown: [inline(PARAM), inline(allow(PARAM, '*')), inline({ Effect: 'Allow', NotAction: PARAM, Resource: '*' }), inline(allow('iam:PassRole', TRAIN, { Condition: PARAM })), inline(allow('iam:PassRole', TRAIN, { Condition: { StringLike: { 'iam:PassedToService': PARAM } } })), inline(allow('iam:PassRole', PARAM, passed)), inline(allow('iam:PassRole', [TRAIN, PARAM], passed))],
  override: overridden(allow('iam:PassRole', '*')),
});
ruleTable('IamConfusedDeputy', {
  type: 'AWS::IAM::Role',
  compliant: [
    role(), { AssumeRolePolicyDocument: trust({ Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:sagemaker:*:123456789012:*' } } }) },
    { AssumeRolePolicyDocument: trust({ Principal: { Service: ['sagemaker.amazonaws.com', 'lambda.amazonaws.com'] } }) },
  ],
  nonCompliant: [
    { AssumeRolePolicyDocument: trust({ Condition: undefined }) }, { AssumeRolePolicyDocument: trust({ Condition: { StringEqualsIfExists: { 'aws:SourceAccount': '1' } } }) },
    { AssumeRolePolicyDocument: trust({ Condition: { 'Fn::If': ['Cond', { StringEquals: { 'aws:SourceAccount': '1' } }, { Ref: 'AWS::NoValue' }] } }) },
    { AssumeRolePolicyDocument: trust({ Principal: { Service: 'bedrock-agentcore.amazonaws.com' }, Condition: undefined }) },
    // it makes jobs, and so reaches what they reach
    { ...inline(allow('sagemaker:CreateTrainingJob', '*')), AssumeRolePolicyDocument: trust({ Principal: { Service: 'states.amazonaws.com' }, Condition: undefined }) },
    { AssumeRolePolicyDocument: trust({ Principal: { Service: 'bedrock.amazonaws.com' }, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }) }, { AssumeRolePolicyDocument: text(trust({ Condition: undefined })) },
    { AssumeRolePolicyDocument: trust({ Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:sagemaker:eu-central-1:*:*' } } }) }, { AssumeRolePolicyDocument: trust({ Condition: { StringEquals: { 'Fn::If': ['Cond', { 'aws:SourceAccount': '1' }, { Ref: 'AWS::NoValue' }] } } }) },
  ],
  unknown: [{ AssumeRolePolicyDocument: trust({ Condition: PARAM }) }, { AssumeRolePolicyDocument: { Statement: [PARAM, trust().Statement[0]] } }, { AssumeRolePolicyDocument: gap({ Statement: ['${Param}', trust().Statement[0]] }) }],
  notApplicable: [{ AssumeRolePolicyDocument: trust({ Principal: { Service: 'glue.amazonaws.com' }, Condition: undefined }) }, {}],
  around: { Other: { Type: 'AWS::SageMaker::Model', Properties: {} } },
  override: { path: 'AssumeRolePolicyDocument.Statement', to: trust({ Condition: undefined }).Statement },
});
ruleTable('IamTrustPublic', {
  type: 'AWS::IAM::Role',
  around: { Model: { Type: 'AWS::SageMaker::Model', Properties: { ExecutionRoleArn: { 'Fn::GetAtt': ['Subject', 'Arn'] } } } },
  compliant: [role(), { AssumeRolePolicyDocument: trust({ Principal: { AWS: 'arn:aws:iam::123456789012:root' } }) }, { AssumeRolePolicyDocument: trust({ Principal: { AWS: '*' }, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }) }],
  nonCompliant: [
    { AssumeRolePolicyDocument: trust({ Principal: { AWS: '*' }, Condition: undefined }) }, { AssumeRolePolicyDocument: trust({ Principal: '*', Condition: undefined }) },
    { AssumeRolePolicyDocument: text(trust({ Principal: '*', Condition: undefined })) }, { AssumeRolePolicyDocument: trust({ Principal: '*', Condition: { StringEquals: { 'Fn::If': ['Cond', { 'aws:PrincipalOrgID': 'o-1' }, { Ref: 'AWS::NoValue' }] } } }) },
    { AssumeRolePolicyDocument: trust({ Principal: { AWS: '*' }, Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } } }) },
  ],
  unknown: [{ AssumeRolePolicyDocument: PARAM }, { AssumeRolePolicyDocument: 'no JSON' }, { AssumeRolePolicyDocument: trust({ Principal: { AWS: PARAM }, Condition: undefined }) }],
  override: { path: 'AssumeRolePolicyDocument.Statement', to: trust({ Principal: '*', Condition: undefined }).Statement },
});
ruleTable('IamTrustPublic', {
  type: 'AWS::IAM::Role',
  around: { Model: { Type: 'AWS::SageMaker::Model', Properties: {} } },
  compliant: [{ AssumeRolePolicyDocument: trust({ Principal: { Service: 'ec2.amazonaws.com' } }) }],
  nonCompliant: [{ AssumeRolePolicyDocument: trust({ Principal: '*', Condition: undefined }) }],
  unknown: [{ AssumeRolePolicyDocument: PARAM }],
});
ruleTable('IamTrustPublic', { type: 'AWS::IAM::Role', compliant: [], nonCompliant: [], unknown: [], notApplicable: [{ AssumeRolePolicyDocument: trust({ Principal: { AWS: '*', Service: 'ec2.amazonaws.com' }, Condition: undefined }) }] });

test('the account of a stack that names none is somebody who is named', () => {
  const resources = {
    Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust({ Principal: { AWS: [{ Ref: 'AWS::AccountId' }] }, Condition: undefined }) } }, Model: { Type: 'AWS::SageMaker::Model', Properties: {} },
  };
  expect(judged([{ ...template(resources), account: undefined }], [ruleNamed('IamTrustPublic')]).map(({ finding }) => finding.answer)).toEqual(['compliant']);
});

describe('roles beside machine learning', () => {
  const around = { Data: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'data' } }, Model: { Type: 'AWS::SageMaker::Model', Properties: { PrimaryContainer: { ModelDataUrl: 's3://data/m.tgz' } } } };
  const ofEc2 = (more: Record<string, unknown>) => ({ AssumeRolePolicyDocument: trust({ Principal: { Service: 'ec2.amazonaws.com' } }), ...more });
  const holds = (...statements: unknown[]) => ofEc2({ Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: statements } }] });

  ruleTable('IamWildcardAction', {
    type: 'AWS::IAM::Role', around,
    compliant: [holds(allow('s3:GetObject', BUCKET)), holds(allow('sagemaker:CreateTrainingJob', '*'), allow('ec2:*', '*'))],
    nonCompliant: [holds(allow('s3:*', BUCKET)), holds(allow('s3:*', '*')), holds(allow('sagemaker:*', '*')), holds(allow('*', '*')), holds({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' })],
    unknown: [holds(PARAM), holds(allow(PARAM, '*'))],
    // a website beside a pipeline, a machine that others start, a helper that sets the retention of logs
    notApplicable: [holds(allow('s3:*', 'arn:aws:s3:::pictures/*')), holds(allow('ec2:*', '*')), holds(allow(['logs:*'], '*')), ofEc2({})],
  });
  ruleTable('IamWildcardAction', { type: 'AWS::IAM::Role', compliant: [], nonCompliant: [holds(allow('bedrock:*', '*'))], unknown: [], notApplicable: [holds(allow('*', '*')), holds(allow('s3:*', '*')), holds(PARAM)] });
  ruleTable('IamWildcardResource', {
    type: 'AWS::IAM::Role', around, compliant: [holds(allow('s3:GetObject', BUCKET))], nonCompliant: ['s3:GetObject', 's3:GetObjectVersion', 'dynamodb:Scan', 'iam:AttachRolePolicy', 'sts:AssumeRole'].map((action) => holds(allow(action, '*'))), unknown: [],
    notApplicable: [holds(allow('sqs:SendMessage', '*')), holds(allow(['s3:ListBucket', 'logs:GetLogEvents', 'iam:GetRole'], '*')), holds(allow(['s3:GetObject', 'logs:*'], ['arn:aws:s3:::pictures/*', 'arn:aws:logs:*:*:*']))],
  });
  ruleTable('IamFullAccess', {
    type: 'AWS::IAM::Role', around, compliant: [ofEc2({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonSageMakerReadOnly'] })],
    nonCompliant: [...['AdministratorAccess', 'AmazonSageMakerFullAccess', 'AmazonS3FullAccess', 'ReadOnlyAccess', 'IAMFullAccess'].map((name) => ofEc2({ ManagedPolicyArns: [`arn:aws:iam::aws:policy/${name}`] }))],
    unknown: [], notApplicable: [ofEc2({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonEC2FullAccess', PARAM] })],
  });
  test('a role is judged by what is attached to it, and machine learning finds it through an instance profile', () => {
    const found = judged([template({
      Attached: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust({ Principal: { Service: 'states.amazonaws.com' }, Condition: undefined }) } },
      Policy: { Type: 'AWS::IAM::Policy', Properties: { Roles: [{ Ref: 'Attached' }], PolicyDocument: { Statement: [allow('sagemaker:CreateTrainingJob', '*')] } } },
      Machine: { Type: 'AWS::IAM::Role', Properties: ofEc2({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonEC2FullAccess'] }) },
      Profile: { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: [{ Ref: 'Machine' }] } },
      Cluster: { Type: 'AWS::EMR::Cluster', Properties: { JobFlowRole: { Ref: 'Profile' } } },
    })], [ruleNamed('IamConfusedDeputy'), ruleNamed('IamFullAccess')]);
    expect(found.filter(({ finding }) => finding.answer === 'non-compliant').map(({ resource, finding }) => `${resource.logicalId} ${finding.detail}`)).toEqual([
      'Attached states.amazonaws.com may assume the role for any account', 'Machine it has the managed policy AmazonEC2FullAccess',
    ]);
  });
});

const signingIn = (provider: unknown, Condition?: unknown) => ({ AssumeRolePolicyDocument: trust({ Principal: { Federated: provider }, Action: 'sts:AssumeRoleWithWebIdentity', Condition }) });
const at = (host: string) => `arn:aws:iam::123456789012:oidc-provider/${host}`;
const GITHUB = 'token.actions.githubusercontent.com';
const github = (claims: Record<string, unknown>, operator = 'StringLike') => signingIn(at(GITHUB), { [operator]: Object.fromEntries(Object.entries(claims).map(([claim, value]) => [`${GITHUB}:${claim}`, value])) });
const POOLS = 'cognito-identity.amazonaws.com';
const pool = (claims: Record<string, unknown>) => signingIn(POOLS, { StringEquals: { [`${POOLS}:aud`]: 'eu-central-1:0' }, 'ForAnyValue:StringLike': claims });
ruleTable('IamTrustPublic', {
  type: 'AWS::IAM::Role',
  around: {
    Model: { Type: 'AWS::SageMaker::Model', Properties: { ExecutionRoleArn: { 'Fn::GetAtt': ['Subject', 'Arn'] } } },
    Provider: { Type: 'AWS::IAM::OIDCProvider', Properties: { Url: `https://${GITHUB}` } },
  },
  compliant: [
    github({ sub: 'repo:octo-org/octo-repo:ref:refs/heads/main' }), github({ sub: ['repo:octo-org/*', 'repo:octo-org/other:*'] }), github({ repository: 'octo-org/octo-repo' }), github({ repository_id: '42' }, 'StringEquals'),
    signingIn(at('gitlab.com'), { StringLike: { 'gitlab.com:sub': 'project_path:mygroup/*:ref_type:branch:ref:main' } }), signingIn(at('oidc.eks.eu-central-1.amazonaws.com/id/0')),
    signingIn('accounts.google.com', { StringEquals: { 'accounts.google.com:aud': 'my-app' } }), signingIn('arn:aws:iam::123456789012:saml-provider/Corp', { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } }),
    pool({ [`${POOLS}:amr`]: 'authenticated' }), pool({}), signingIn({ Ref: 'Provider' }, { StringLike: { [`${GITHUB}:sub`]: 'repo:octo-org/octo-repo:*' } }),
  ],
  nonCompliant: [
    signingIn(at(GITHUB)), github({ aud: 'sts.amazonaws.com' }), github({ sub: 'repo:*' }), github({ sub: '*' }), github({ sub: 'repo:octo-*/x:*' }), github({ sub: ['repo:octo-org/x:*', 'repo:*/x:*'] }),
    github({ sub: 'repo:octo-org/x' }, 'StringLikeIfExists'), github({ sub: 'repo:octo-org/x' }, 'ForAllValues:StringEquals'), github({ repository: '*/octo-repo' }),
    signingIn('accounts.google.com'), signingIn(POOLS), signingIn(POOLS, { 'ForAnyValue:StringLike': { [`${POOLS}:amr`]: 'authenticated' } }), pool({ [`${POOLS}:amr`]: 'unauthenticated' }), pool({ [`${POOLS}:amr`]: '*' }),
    signingIn({ Ref: 'Provider' }, { StringEquals: { [`${GITHUB}:aud`]: 'sts.amazonaws.com' } }), signingIn([at('oidc.eks.eu-central-1.amazonaws.com/id/0'), at(GITHUB)]),
  ],
  unknown: [github({ sub: PARAM }), signingIn({ Ref: 'Provider' }), signingIn(PARAM), pool({ [`${POOLS}:amr`]: PARAM })],
  override: { path: 'AssumeRolePolicyDocument.Statement', to: github({ sub: 'repo:*' }).AssumeRolePolicyDocument.Statement },
});

describe('people beside machine learning', () => {
  const around = { Data: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'data' } }, Model: { Type: 'AWS::SageMaker::Model', Properties: { PrimaryContainer: { ModelDataUrl: 's3://data/m.tgz' } } } };
  const holds = (...statements: unknown[]) => ({ Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: statements } }] });
  const document = (...statements: unknown[]) => ({ PolicyDocument: { Statement: statements } });

  ruleTable('IamWildcardAction', {
    type: 'AWS::IAM::User', around,
    compliant: [holds(allow('s3:GetObject', BUCKET))], nonCompliant: [holds(allow('*', '*')), holds(allow('sagemaker:*', '*')), holds(allow('s3:*', BUCKET))], unknown: [holds(PARAM), holds(allow(PARAM, BUCKET)), holds(allow(['ec2:RunInstances', PARAM], '*'))],
    notApplicable: [holds(allow('ec2:*', '*')), holds(allow('s3:*', 'arn:aws:s3:::pictures/*')), {}],
    override: overridden(allow('s3:*', BUCKET)),
  });
  ruleTable('IamWildcardAction', { type: 'AWS::IAM::User', compliant: [], nonCompliant: [], unknown: [], notApplicable: [holds(allow('*', '*'))] });
  ruleTable('IamDecryptAll', {
    type: 'AWS::IAM::Group', around, compliant: [holds(allow('sagemaker:ListModels', '*'))], nonCompliant: [holds(allow('kms:Decrypt', '*'))], unknown: [], notApplicable: [holds(allow('kms:Decrypt', KEY))],
  });
  ruleTable('IamPassRole', {
    type: 'AWS::IAM::GroupPolicy', around, compliant: [document(allow('sagemaker:CreateTrainingJob', '*'))], nonCompliant: [document(allow('iam:PassRole', '*'))], unknown: [],
  });
  ruleTable('IamWildcardResource', {
    type: 'AWS::IAM::UserPolicy', around, compliant: [document(allow('s3:GetObject', BUCKET))], nonCompliant: [document(allow('s3:GetObject', '*')), document({ Effect: 'Allow', Action: 's3:GetObject', NotResource: 'x' })], unknown: [],
  });
  ruleTable('IamWildcardAction', {
    type: 'AWS::IAM::ManagedPolicy', around,
    compliant: [{ Users: ['a'], ...document(allow('s3:GetObject', BUCKET)) }], nonCompliant: [{ Users: ['a'], ...document(allow('s3:*', BUCKET)) }, { Groups: ['a'], ...document(allow('*', '*')) }],
    unknown: [], notApplicable: [document(allow('*', '*'))],
  });
  ruleTable('IamFullAccess', {
    type: 'AWS::IAM::Group', around,
    compliant: [{ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonSageMakerReadOnly'] }],
    nonCompliant: [{ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'] }, { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }, { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonSageMakerFullAccess'] }],
    unknown: [{ ManagedPolicyArns: PARAM }, { ManagedPolicyArns: [PARAM] }], notApplicable: [{ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonEC2FullAccess'] }],
  });
  ruleTable('IamLongLivedCredentials', {
    type: 'AWS::IAM::AccessKey', around, compliant: [{ UserName: 'a', Status: 'Inactive' }], nonCompliant: [{ UserName: 'a' }, { UserName: 'a', Status: 'Active' }], unknown: [{ UserName: 'a', Status: PARAM }],
    override: { path: 'Status', to: 'Active' },
  });
  ruleTable('IamLongLivedCredentials', {
    type: 'AWS::IAM::User', around, compliant: [], nonCompliant: [holds(allow('sagemaker:InvokeEndpoint', '*')), { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }], unknown: [], notApplicable: [{}],
  });
});
