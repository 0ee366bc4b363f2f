import { RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as fc from 'fast-check';
import { DataStore, Replication, Workspace } from '../../../lib/aws';
import { AccountBaseline } from '../../../lib/aws/account';
import {
  AllowList, DataIdentifier, DayOfWeek, DiscoverySchedule, FindingCriterion, FindingSeverity, FindingsFilter, ManagedIdentifiers, SensitiveDataDiscovery,
  type SensitiveDataDiscoveryProps,
} from '../../../lib/aws/discovery';
import { Classification } from '../../../lib/policy';
import { DataFlow } from '../../../lib/policy/flow';
import { unwaived, waived } from '../../support/packs';
import { env, profile, workspaceStack } from '../../support/workspace';

function discovered(props: (workspace: Workspace) => Partial<SensitiveDataDiscoveryProps> = () => ({})) {
  const { app, stack, workspace } = workspaceStack({ administrators: ['arn:aws:iam::123456789012:role/Steward'] });
  const curated = workspace.addStore('Curated', { classification: Classification.PSEUDONYMISED });
  const discovery = new SensitiveDataDiscovery(stack, 'Discovery', { workspace, stores: [curated], ...props(workspace) });
  return { app, stack, workspace, curated, discovery, template: () => Template.fromStack(stack) };
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Principal?: { readonly AWS?: unknown };
}

describe('with nothing but a workspace and stores', () => {
  const { app, stack, discovery } = discovered();
  const template = Template.fromStack(stack);

  test('passes all packs', () => expect(unwaived(app)).toEqual([]));

  test('accepts only findings that it gives a reason for', () => {
    const own = waived(app).filter((line) => line.includes('Stack/Discovery/'));
    expect([...new Set(own.map((line) => line.replace(/^(\S+) \S+: .*/, '$1').replace(/<[^>]*>/g, '<…>')))].sort()).toEqual([
      'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
      'AwsSolutions::AwsSolutions-IAM5[Resource::<…>/*]',
      'AwsSolutions::AwsSolutions-IAM5[Resource::<…>/findings/*]',
      'AwsSolutions::AwsSolutions-IAM5[Resource::<…>/objects/*]',
      'AwsSolutions::AwsSolutions-IAM5[Resource::arn:aws:ec2:eu-central-1:123456789012:network-interface/*]',
      'AwsSolutions::AwsSolutions-IAM5[Resource::arn:aws:macie2:eu-central-1:123456789012:classification-job/*]',
      'AwsSolutions::AwsSolutions-SQS3',
      'HIPAA.Security::HIPAA.Security-S3BucketReplicationEnabled',
      'NIST.800.53.R5::NIST.800.53.R5-S3BucketReplicationEnabled',
      'PCI.DSS.321::PCI.DSS.321-S3BucketReplicationEnabled',
    ]);
  });

  test('allows no action by a wildcard', () => {
    const own = ['AWS::IAM::ManagedPolicy', 'AWS::KMS::Key', 'AWS::SQS::QueuePolicy'].flatMap((type) => Object.entries(template.findResources(type)))
      .filter(([id]) => id.startsWith('Discovery'))
      .flatMap(([, { Properties }]) => (Properties.PolicyDocument ?? Properties.KeyPolicy).Statement as Statement[]);
    // a new key is its account's, as the CDK makes it
    const actions = own.filter(({ Effect, Principal }) => Effect === 'Allow' && !Principal?.AWS).flatMap(({ Action }) => Action);
    expect(actions.length).toBeGreaterThan(50);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  test('looks at everything every day with what Macie recommends', () => {
    template.hasResourceProperties('Custom::MacieClassificationJob', {
      Schedule: 'daily', InitialRun: 'true', SamplingPercentage: '100', ManagedSelector: 'RECOMMENDED', AccountId: '123456789012',
      Buckets: [{ Ref: Match.stringLikeRegexp('^WorkspaceCurated') }], CustomDataIdentifierIds: [], AllowListIds: [], Prefixes: Match.absent(),
    });
  });

  test('waits for the endpoints that its Lambda answers through', () => {
    const job = Object.values(template.findResources('Custom::MacieClassificationJob'))[0];
    const awaited = (job.DependsOn as string[]).map((id) => template.toJSON().Resources[id].Type as string);
    expect(awaited).toEqual(expect.arrayContaining(['AWS::EC2::VPCEndpoint', 'AWS::EC2::SecurityGroupIngress']));
  });

  test('alarms when Macie becomes expensive: there is a budget without a volume too', () => {
    expect(discovery.estimatedMonthlyCost).toBeUndefined();
    template.hasResourceProperties('AWS::Budgets::Budget', {
      Budget: { BudgetType: 'COST', TimeUnit: 'MONTHLY', BudgetLimit: { Amount: 100, Unit: 'USD' }, CostFilters: { Service: ['Amazon Macie'] } },
      NotificationsWithSubscribers: [
        { Notification: { NotificationType: 'ACTUAL', Threshold: 80 } }, { Notification: { NotificationType: 'ACTUAL', Threshold: 100 } },
        { Notification: { NotificationType: 'FORECASTED', Threshold: 100 }, Subscribers: [{ SubscriptionType: 'SNS', Address: { Ref: Match.stringLikeRegexp('^WorkspaceAlarms') } }] },
      ].map((notification) => Match.objectLike(notification)),
    });
    template.hasResourceProperties('AWS::SNS::TopicPolicy', { PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({
      Principal: { Service: 'budgets.amazonaws.com' }, Action: 'sns:Publish', Condition: Match.objectLike({ StringEquals: { 'aws:SourceAccount': '123456789012' } }),
    })]) } });
    template.hasResourceProperties('AWS::KMS::Key', { KeyPolicy: { Statement: Match.arrayWith([Match.objectLike({ Principal: { Service: 'budgets.amazonaws.com' } })]) } });
  });

  test('never switches Macie', () => {
    template.resourceCountIs('AWS::Macie::Session', 0);
    expect(JSON.stringify(template.toJSON())).not.toMatch(/macie2:(Disable|Enable|UpdateMacieSession)/);
  });

  test('copies go to a store of their own, under a key of their own, kept when the stack goes', () => {
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { KMSMasterKeyID: { 'Fn::GetAtt': [Match.stringLikeRegexp('^DiscoveryQuarantineKey'), 'Arn'] } } }] },
        Tags: Match.arrayWith([{ Key: 'regulated-ml:classification', Value: 'phi' }, { Key: 'regulated-ml:zone', Value: 'quarantine' }]),
      },
    });
    expect(discovery.quarantineStore?.classification).toBe(Classification.PHI);
  });

  test('the flow of data shows the way into quarantine', () => {
    const flow = DataFlow.of(stack).record();
    expect(flow.edges).toContainEqual({ from: 'Stack/Workspace/Curated', to: 'Stack/Discovery/Quarantine/Store', label: 'quarantine' });
    expect(flow.nodes).toContainEqual(expect.objectContaining({ id: 'Stack/Discovery/Quarantine/Store', detail: 'quarantine', classification: 'phi' }));
  });

  test('all its functions run in the network of the workspace, all its logs are encrypted and kept', () => {
    const functions = Object.entries(template.findResources('AWS::Lambda::Function')).filter(([id]) => id.startsWith('Discovery'));
    expect(functions).toHaveLength(3);
    for (const [, { Properties }] of functions) expect(Properties.VpcConfig).toBeDefined();
    for (const group of Object.values(template.findResources('AWS::Logs::LogGroup'))) {
      expect(group).toMatchObject({ DeletionPolicy: 'Retain', Properties: { KmsKeyId: expect.anything(), RetentionInDays: expect.any(Number) } });
    }
  });

  test('the state machine is logged, traced and encrypted, and its log holds no keys of objects', () => {
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false }, TracingConfiguration: { Enabled: true }, EncryptionConfiguration: { Type: 'CUSTOMER_MANAGED_KMS_KEY' },
    });
  });

  test('what fails, is late, undelivered or not reconciled raises an alarm', () => {
    const alarms = Object.entries(template.findResources('AWS::CloudWatch::Alarm')).filter(([id]) => id.startsWith('DiscoveryQuarantine'));
    expect(alarms).toHaveLength(4);
    for (const [, { Properties }] of alarms) expect(Properties).toMatchObject({ AlarmActions: [{ Ref: expect.stringMatching(/^WorkspaceAlarms/) }], Threshold: 1 });
  });

  test('the reconciliation knows the same stores and severities as the rule', () => {
    const rule = Object.values(template.findResources('AWS::Events::Rule', { Properties: { EventPattern: Match.anyValue() } }))[0];
    const reconciliation = Object.entries(template.findResources('AWS::Lambda::Function')).find(([id]) => id.startsWith('DiscoveryQuarantineReconciliation'))![1];
    const variables = reconciliation.Properties.Environment.Variables;
    expect(JSON.parse(variables.SEVERITIES)).toEqual(rule.Properties.EventPattern.detail.severity.description);
    expect(JSON.stringify(variables.BUCKETS)).toContain(rule.Properties.EventPattern.detail.resourcesAffected.s3Bucket.name[0].Ref);
    template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(1 day)' });
  });
});

describe('with identifiers, allow lists and filters', () => {
  const { stack, discovery } = discovered((workspace) => ({
    identifiers: [DataIdentifier.DE_HEALTH_INSURANCE_NUMBER, DataIdentifier.regex({ name: 'study id', regex: 'ST-\\d{6}', ignoreWords: ['ST-000000'], maximumMatchDistance: 20 })],
    allowLists: [AllowList.words('test-patients', workspace.outputs, 'allow/patients.txt')],
    findingsFilters: [FindingsFilter.of({ name: 'low', criteria: [FindingCriterion.oneOf('severity.description', 'Low')], archive: true })],
    managedIdentifiers: ManagedIdentifiers.only('USA_SOCIAL_SECURITY_NUMBER'), prefixes: ['admissions/'], schedule: DiscoverySchedule.weekly(DayOfWeek.SUNDAY),
    initialRun: false, samplingPercentage: 20, expectedMonthlyVolume: Size.gibibytes(1000), quarantineFrom: FindingSeverity.HIGH,
  }));
  discovery.addJob('Letters', { prefixes: ['letters/'], schedule: DiscoverySchedule.once() });
  const template = Template.fromStack(stack);

  test('renders them', () => {
    template.hasResourceProperties('AWS::Macie::CustomDataIdentifier', { Name: 'de-health-insurance-number', Regex: '\\b[A-Z]\\d{9}\\b', Keywords: Match.arrayWith(['kvnr']) });
    template.hasResourceProperties('AWS::Macie::CustomDataIdentifier', { Name: 'study id', IgnoreWords: ['ST-000000'], MaximumMatchDistance: 20, Keywords: Match.absent() });
    template.resourceCountIs('AWS::Macie::AllowList', 1);
    template.resourceCountIs('AWS::Macie::FindingsFilter', 1);
  });

  test('the jobs use them', () => {
    const jobs = Object.values(template.findResources('Custom::MacieClassificationJob')).map(({ Properties }) => Properties);
    expect(jobs).toHaveLength(2);
    for (const job of jobs) {
      expect(job.CustomDataIdentifierIds).toHaveLength(2);
      expect(job.AllowListIds).toHaveLength(1);
    }
    expect(jobs).toContainEqual(expect.objectContaining({
      Prefixes: ['admissions/'], Schedule: 'weekly:SUNDAY', InitialRun: 'false', SamplingPercentage: '20', ManagedSelector: 'INCLUDE', ManagedIdentifierIds: ['USA_SOCIAL_SECURITY_NUMBER'],
    }));
    expect(jobs).toContainEqual(expect.objectContaining({ Prefixes: ['letters/'], Schedule: 'once' }));
  });

  test('the cost is estimated, written out, and the budget follows it', () => {
    expect(discovery.estimatedMonthlyCost).toBe(199.1);
    expect(discovery.monthlyBudget).toBe(249);
    template.hasOutput('*', { Value: '199.10', Description: Match.stringLikeRegexp('1000 GB looked at 20 %, list price of us-east-1') });
    expect(discovery.node.metadata).toContainEqual(expect.objectContaining({ type: 'regulated-ml:estimated-monthly-cost', data: expect.objectContaining({ usDollars: 199.1 }) }));
  });

  test('only what is serious enough is held back', () => {
    template.hasResourceProperties('AWS::Events::Rule', { EventPattern: { detail: { severity: { description: ['High'] } } } });
  });

  test('says that an archiving filter keeps events away', () => {
    Annotations.fromStack(stack).hasInfo('/Stack/Discovery', Match.stringLikeRegexp("findings filter 'low' archives what it matches"));
  });
});

describe('what is held back', () => {
  test('is nothing where sensitive data is expected anyway', () => {
    const { app, discovery, template } = discovered((workspace) => ({ stores: [workspace.outputs] }));
    expect(discovery.quarantined).toEqual([]);
    expect(discovery.quarantineStore).toBeUndefined();
    template().resourceCountIs('AWS::StepFunctions::StateMachine', 0);
    expect(unwaived(app)).toEqual([]);
    expect(() => discovery.denialFor(discovery.stores[0])).toThrow("discovery 'Stack/Discovery' holds nothing back");
  });

  test('is what the user says, whatever its classification', () => {
    const { template } = discovered((workspace) => ({ stores: [workspace.outputs], quarantined: [workspace.outputs] }));
    expect(denials(template())).toHaveLength(1);
  });

  test('is held back in the second copy too', () => {
    const { template } = discovered((workspace) => ({
      stores: [workspace.addStore('Twice', { classification: Classification.INTERNAL, replication: Replication.sameRegion() })],
    }));
    expect(denials(template())).toHaveLength(2);
  });

  test('is held back across stacks without either waiting for the other', () => {
    const { app, workspace } = workspaceStack();
    const store = workspace.addStore('Curated', { classification: Classification.PSEUDONYMISED });
    const second = new Stack(app, 'Second', { env });
    new SensitiveDataDiscovery(second, 'Discovery', { workspace, stores: [store] });
    expect(() => app.synth()).not.toThrow();
    const [denial] = denials(Template.fromStack(Stack.of(store)));
    const [arn] = denial.Condition.ArnNotLike['aws:PrincipalArn'];
    const names = Object.values(Template.fromStack(second).findResources('AWS::IAM::Role')).map(({ Properties }) => `arn:aws:iam::123456789012:role/${Properties.RoleName}`);
    expect(arn).toMatch(/-eu-central-1$/);
    expect(names).toContain(arn);
    expect(unwaived(app)).toEqual([]);
  });

  test('says what to add to the policy of a bucket that is not managed here', () => {
    const { stack, discovery } = discovered(() => ({}));
    const imported = DataStore.fromAttributes(stack, 'Imported', { bucketName: 'theirs', classification: Classification.INTERNAL });
    new SensitiveDataDiscovery(stack, 'Other', { workspace: stack.node.findChild('Workspace') as Workspace, stores: [imported] });
    Annotations.fromStack(stack).hasWarning('/Stack/Other/Quarantine', Match.stringLikeRegexp("the policy of the bucket of store 'Stack/Imported' is not managed in this app"));
    expect(discovery.denialFor(imported).toStatementJson()).toMatchObject({ Effect: 'Deny', Sid: 'DenyQuarantined' });
  });

  test('is told to a topic of the user’s', () => {
    const { stack } = discovered((workspace) => ({ notify: sns.Topic.fromTopicArn(workspace, 'Officer', 'arn:aws:sns:eu-central-1:123456789012:officer') }));
    const policies = JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy'));
    expect(policies).toContain('arn:aws:sns:eu-central-1:123456789012:officer');
  });
});

function denials(template: Template): { Condition: { ArnNotLike: Record<string, string[]> } }[] {
  return Object.values(template.findResources('AWS::S3::BucketPolicy'))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as { Sid?: string; Condition: { ArnNotLike: Record<string, string[]> } }[])
    .filter(({ Sid }) => Sid === 'DenyQuarantined');
}

test('the jobs and settings wait for what switches Macie on', () => {
  const { app, workspace } = workspaceStack();
  const account = new Stack(app, 'Account', { env });
  const baseline = new AccountBaseline(account, 'Baseline', { profile, stores: [workspace.outputs] });
  const second = new Stack(app, 'Second', { env });
  new SensitiveDataDiscovery(second, 'Discovery', { workspace, baseline, identifiers: [DataIdentifier.IBAN] });
  app.synth();
  expect(second.dependencies).toContain(account);
});

describe('two discoveries', () => {
  test('stand side by side, and say nothing twice', () => {
    const { app, stack, workspace, curated } = discovered();
    const second = workspace.addStore('Second', { classification: Classification.INTERNAL });
    new SensitiveDataDiscovery(stack, 'Another', { workspace, stores: [curated, second], quarantined: [second], schedule: DiscoverySchedule.monthly(1) });
    expect(unwaived(app)).toEqual([]);
    const resources = Template.fromStack(stack).toJSON().Resources as Record<string, { Properties: Record<string, { Statement?: { Sid?: string }[] }> }>;
    const policies = Object.values(resources)
      .map(({ Properties }) => (Properties?.PolicyDocument ?? Properties?.KeyPolicy)?.Statement ?? []);
    for (const sids of policies.map((statements) => statements.flatMap(({ Sid }) => Sid ?? []))) expect(new Set(sids).size).toBe(sids.length);
  });

  test('fails when both hold back the same store', () => {
    const { stack, workspace, curated } = discovered();
    expect(() => new SensitiveDataDiscovery(stack, 'Another', { workspace, stores: [curated] }))
      .toThrow("store 'Stack/Workspace/Curated' is held back by 'Stack/Discovery/Quarantine' already");
  });
});

describe('a store under a key of its own', () => {
  test('lets Macie decrypt', () => {
    const { template } = discovered((workspace) => {
      const key = new kms.Key(workspace, 'OwnKey', { enableKeyRotation: true });
      return { stores: [workspace.addStore('Own', { classification: Classification.PHI, key })] };
    });
    const own = Object.entries(template().findResources('AWS::KMS::Key')).find(([id]) => id.startsWith('WorkspaceOwnKey'))![1];
    expect(own.Properties.KeyPolicy.Statement).toContainEqual(expect.objectContaining({
      Sid: 'MacieDiscovery', Condition: expect.objectContaining({ ArnEquals: { 'aws:PrincipalArn': expect.stringContaining('AWSServiceRoleForAmazonMacie') } }),
    }));
  });

  test('that is not managed here is named', () => {
    const { stack } = discovered((workspace) => ({
      stores: [DataStore.fromAttributes(workspace, 'Theirs', { bucketName: 'theirs', classification: Classification.PHI })],
    }));
    Annotations.fromStack(stack).hasInfo('/Stack/Discovery', Match.stringLikeRegexp("the key of store 'Stack/Workspace/Theirs' is not managed in this app"));
  });
});

test('no id of what holds data changes between releases', () => {
  const { template } = discovered();
  const stateful = ['AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::Logs::LogGroup'].flatMap((type) => Object.keys(template().findResources(type)));
  expect(stateful.filter((id) => id.startsWith('Discovery')).sort()).toEqual([
    'DiscoveryJobMakerLogs6AFD9932', 'DiscoveryQuarantineKey6A53DAC3', 'DiscoveryQuarantineLogs15126DB4', 'DiscoveryQuarantineReconciliationLogs34EFD1BA',
    'DiscoveryQuarantineStoreB0EFA5FD', 'DiscoveryQuarantineWorkerLogs14306FB6',
  ]);
});

describe('bad input', () => {
  test.each<[string, (workspace: Workspace) => Partial<SensitiveDataDiscoveryProps>, string]>([
    ['a sampling of 0', () => ({ samplingPercentage: 0 }), "the sampling percentage of discovery job 'Stack/Discovery/Job' is 0: give a whole number from 1 to 100"],
    ['a sampling of 101', () => ({ samplingPercentage: 101 }), 'is 101'],
    ['no store', () => ({ stores: [] }), "discovery job 'Stack/Discovery/Job' has no store to look at"],
    ['no prefix', () => ({ prefixes: [] }), 'has an empty list of prefixes'],
    ['a prefix with a slash', () => ({ prefixes: ['/admissions'] }), "prefix '/admissions' of discovery job 'Stack/Discovery/Job' matches no key"],
    ['nothing to look for', () => ({ managedIdentifiers: ManagedIdentifiers.NONE }), 'has neither managed nor own data identifiers'],
    ['an identifier twice', () => ({ identifiers: [DataIdentifier.IBAN, DataIdentifier.IBAN] }), "discovery 'Stack/Discovery' has two of data identifier 'iban'"],
    ['too many identifiers', () => ({ identifiers: Array.from({ length: 31 }, (_, i) => DataIdentifier.regex({ name: `n${i}`, regex: 'x' })) }), 'Macie takes at most 30 a job'],
    ['too many allow lists', () => ({ allowLists: Array.from({ length: 11 }, (_, i) => AllowList.regex(`n${i}`, 'x')) }), 'Macie takes at most 10 in an account and region'],
    ['a long description', () => ({ description: 'x'.repeat(201) }), 'Macie takes at most 200'],
    ['a budget below the estimate', () => ({ expectedMonthlyVolume: Size.gibibytes(1001), monthlyBudget: 50 }), "discovery 'Stack/Discovery' is estimated at 1000.1 US dollars a month and its budget is 50: lower samplingPercentage"],
    ['a budget of 0', () => ({ monthlyBudget: 0 }), 'is 0: give US dollars above 0'],
    ['a budget of NaN', () => ({ monthlyBudget: NaN }), 'is NaN'],
    ['a negative price', () => ({ pricePerGigabyte: -1 }), 'is -1: give US dollars, 0 or more'],
    ['a store that is held back and not looked at', (workspace) => ({ quarantined: [workspace.outputs] }), "store 'Stack/Workspace/Outputs' is to be quarantined and discovery 'Stack/Discovery' does not look at it"],
    ['a store of another region', (workspace) => ({
      stores: [DataStore.fromAttributes(workspace, 'Far', { bucketName: 'far', region: 'eu-west-1', classification: Classification.INTERNAL })],
    }), "store 'Stack/Workspace/Far' of discovery 'Stack/Discovery' is in region 'eu-west-1': Macie looks at buckets of its own region, 'eu-central-1', only"],
  ])('fails with %s', (_, props, message) => expect(() => discovered(props)).toThrow(message));

  test('fails with a network that has no way to Macie', () => {
    const { stack, workspace } = workspaceStack();
    const closed = Workspace.fromAttributes(stack, 'Closed', { ...workspace, vpc: workspace.vpc, endpointServices: ['s3'] });
    expect(() => new SensitiveDataDiscovery(stack, 'Discovery', { workspace: closed }))
      .toThrow("the network of workspace 'Stack/Closed' has no endpoint for macie2, which discovery 'Stack/Discovery' calls");
  });

  test('any props give a template or an error of ours', () => {
    const { workspace, stack } = workspaceStack();
    const curated = workspace.addStore('Curated', { classification: Classification.INTERNAL, removalPolicy: RemovalPolicy.RETAIN });
    let id = 0;
    fc.assert(fc.property(fc.record({
      samplingPercentage: fc.option(fc.oneof(fc.integer(), fc.double()), { nil: undefined }),
      prefixes: fc.option(fc.array(fc.string(), { maxLength: 3 }), { nil: undefined }),
      monthlyBudget: fc.option(fc.double(), { nil: undefined }),
      description: fc.option(fc.string({ maxLength: 250 }), { nil: undefined }),
      gigabytes: fc.option(fc.nat(), { nil: undefined }),
      identifier: fc.option(fc.record({
        name: fc.string({ maxLength: 140 }), regex: fc.string({ maxLength: 20 }), keywords: fc.option(fc.array(fc.string()), { nil: undefined }),
      }), { nil: undefined }),
    }), ({ gigabytes, identifier, ...props }) => {
      try {
        new SensitiveDataDiscovery(stack, `D${id++}`, {
          workspace, stores: [curated], quarantined: [], ...props,
          expectedMonthlyVolume: gigabytes === undefined ? undefined : Size.gibibytes(gigabytes),
          identifiers: identifier && [DataIdentifier.regex(identifier)],
        });
      } catch (error) {
        expect((error as Error).message).toMatch(/^(the (sampling|monthly|price|regex|name|description)|discovery|data identifier|prefix|keyword)/);
      }
    }), { numRuns: 100 });
  });
});

test('a bucket that is looked at is not needlessly opened: no grant reads more than the quarantined stores', () => {
  const { stack, workspace } = workspaceStack();
  const open = workspace.addStore('Open', { classification: Classification.INTERNAL });
  new SensitiveDataDiscovery(stack, 'Discovery', { workspace, stores: [workspace.outputs, open] });
  const policies = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy')).filter(([id]) => id.startsWith('Discovery'));
  const outputs = stack.resolve((workspace.outputs.bucket as s3.Bucket).bucketName) as { Ref: string };
  expect(JSON.stringify(policies)).not.toContain(outputs.Ref);
});
