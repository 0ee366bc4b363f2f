import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { TokenVaultProps, Workspace } from '../../../lib/aws';
import { DataFlow } from '../../../lib/policy/flow';
import { Alphabet, ComplianceProfile, FormatPreservingMode, Framework, Jurisdiction, Purpose, Residency, Retention, TokenField } from '../../../lib/policy';
import { fieldOf, settings } from '../../../lib/runtime/token-vault/settings';
import { code as CODE, usualPipeline } from '../pipeline/fixture';
import { env, workspaceStack } from '../../support/workspace';
import { CARE, RISK, roleIn, vaultOn, vaultStack } from './fixture';

const root = join(__dirname, '..', '..', '..');

beforeAll(() => {
  if (!existsSync(join(root, 'build', 'runtime', 'shred'))) execFileSync(process.execPath, [join(root, '.ci', 'bundle.mjs')], { cwd: root });
});

describe('a vault', () => {
  const { stack, vault } = vaultStack();
  const template = Template.fromStack(stack);

  test('has tables under a key of its own, protected, retained, and restorable: what is erased with a subject for a week and no longer', () => {
    const tables = Object.values(template.findResources('AWS::DynamoDB::Table'));
    template.resourcePropertiesCountIs('AWS::DynamoDB::Table', { PointInTimeRecoverySpecification: { RecoveryPeriodInDays: 7 } }, 2);
    template.hasResourceProperties('AWS::DynamoDB::Table', { KeySchema: [{ AttributeName: 'subject' }, { AttributeName: 'record' }], PointInTimeRecoverySpecification: { RecoveryPeriodInDays: 7 } });
    template.hasResourceProperties('AWS::DynamoDB::Table', { KeySchema: [{ AttributeName: 'token' }], PointInTimeRecoverySpecification: { RecoveryPeriodInDays: 7 } });
    expect(tables).toHaveLength(4);
    for (const table of tables) {
      expect(table).toMatchObject({
        DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain',
        Properties: {
          BillingMode: 'PAY_PER_REQUEST', DeletionProtectionEnabled: true, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: { 'Fn::GetAtt': [expect.stringMatching(/^VaultKey/) as string, 'Arn'] } },
        },
      });
    }
  });

  test('has a key that rotates, is kept, and is of use for its tenant and its tables only', () => {
    template.hasResource('AWS::KMS::Key', {
      DeletionPolicy: 'Retain',
      Properties: {
        EnableKeyRotation: true, Description: 'Stack/Vault: tokens of cardiology',
        KeyPolicy: { Statement: Match.arrayWith([Match.objectLike({
          Effect: 'Deny', Sid: 'OnlyForTheTenant',
          Condition: { StringNotEquals: { 'kms:EncryptionContext:tenant': 'cardiology' }, Null: { 'kms:EncryptionContext:aws:dynamodb:tableName': 'true' } },
        })]) },
      },
    });
  });

  test('puts its records into an encrypted log group, for as long as the profile keeps audit records', () => {
    template.hasResource('AWS::Logs::LogGroup', {
      DeletionPolicy: 'Retain', Properties: { RetentionInDays: 2192, KmsKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('LogsKey'), 'Arn'] } },
    });
    template.hasResourceProperties('AWS::Logs::MetricFilter', { FilterPattern: '{ $.outcome = "refused" }' });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { Namespace: 'RegulatedML', AlarmActions: [{ Ref: Match.stringLikeRegexp('WorkspaceAlarms') }] });
  });

  test('has functions in the isolated subnets that keep no event', () => {
    for (const job of ['Tokenize', 'Detokenize', 'Shred']) {
      template.hasResourceProperties('AWS::Lambda::Function', {
        VpcConfig: { SubnetIds: Match.anyValue(), SecurityGroupIds: Match.anyValue() }, DeadLetterConfig: Match.absent(), ReservedConcurrentExecutions: job === 'Shred' ? 1 : 10,
        Role: { 'Fn::GetAtt': [Match.stringLikeRegexp(`^Vault${job}Role`), 'Arn'] },
      });
    }
    const invocations = Object.values(template.findResources('AWS::Lambda::EventInvokeConfig')).filter(({ Properties }) => JSON.stringify(Properties).includes('Vault'));
    expect(invocations.map(({ Properties }) => Properties as object)).toEqual(Array(3).fill(expect.objectContaining({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 })));
  });

  test('has an alias for each purpose, and tells the function which is which', () => {
    const aliases = Object.values(template.findResources('AWS::Lambda::Alias')).map(({ Properties }) => (Properties as { Name: string }).Name);
    expect(aliases.sort()).toEqual(['care', 'readmission-risk']);
    expect(environmentOf(template, 'Detokenize')).toMatchObject({ purposes: { 'care': 'care', 'readmission-risk': 'readmission-risk' } });
    expect(environmentOf(template, 'Tokenize')).toMatchObject({ purposes: {} });
  });

  test('says its settings so that its functions understand them', () => {
    const before = process.env.VAULT;
    process.env.VAULT = JSON.stringify(environmentOf(template, 'Tokenize'));
    try {
      expect(settings()).toMatchObject({ tenant: 'cardiology', itemsPerMinute: 6_000, recoveryDays: 7 });
      expect(fieldOf(settings(), 'patientId')).toEqual({ kind: 'random', version: 1 });
      expect(fieldOf(settings(), 'nationalId')).toEqual({ kind: 'deterministic', version: 1 });
      expect(fieldOf(settings(), 'cardNumber')).toEqual({ kind: 'format-preserving', version: 1, alphabet: '0123456789', minLength: 12, maxLength: 19 });
    } finally {
      if (before === undefined) delete process.env.VAULT;
      else process.env.VAULT = before;
    }
  });

  test('gives its functions every variable that they read', () => {
    const read = new Set(['VAULT', 'KEY_ARN', 'AUDIT_LOG_GROUP', 'STS_ENDPOINT', 'KEYS_TABLE', 'SUBJECTS_TABLE', 'TOKENS_TABLE', 'BUDGETS_TABLE']);
    const [fn] = Object.entries(template.findResources('AWS::Lambda::Function')).filter(([id]) => id.startsWith('VaultShred')).map(([, one]) => one);
    expect(new Set(Object.keys((fn as { Properties: { Environment: { Variables: object } } }).Properties.Environment.Variables))).toEqual(read);
    expect((fn as { Properties: { Environment: { Variables: Record<string, unknown> } } }).Properties.Environment.Variables.STS_ENDPOINT).toBe('https://sts.eu-central-1.amazonaws.com');
  });

  test('stands in the data flow as what it holds', () => {
    expect(DataFlow.of(stack).node(vault.node.path)).toMatchObject({ kind: 'store', detail: 'vault', region: 'eu-central-1', classification: { name: 'phi' } });
  });

  test('grants nothing to anybody by itself', () => {
    const invoking = Object.entries(template.findResources('AWS::IAM::ManagedPolicy')).filter(([, policy]) => JSON.stringify(policy).includes('lambda:InvokeFunction')).map(([id]) => id);
    expect(invoking.filter((id) => !/^(Custom|Workspace)/.test(id))).toEqual([]);
    expect(Object.values(template.findResources('AWS::Lambda::Permission'))).toEqual([]);
  });
});

describe('what may be said', () => {
  test('another recovery period, budget, concurrency, and longer audit records by the profile', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env });
    const profile = ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU), retention: { audit: Retention.years(10) } });
    vaultOn(stack, new Workspace(stack, 'Workspace', { profile }), { recoveryPeriod: Duration.days(1), itemsPerMinute: 17, concurrency: 3 });
    const template = Template.fromStack(stack);
    template.resourcePropertiesCountIs('AWS::DynamoDB::Table', { PointInTimeRecoverySpecification: { RecoveryPeriodInDays: 1 } }, 2);
    template.resourcePropertiesCountIs('AWS::Lambda::Function', { ReservedConcurrentExecutions: 3 }, 2);
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 3653 });
    expect(environmentOf(template, 'Shred')).toMatchObject({ itemsPerMinute: 17, recoveryDays: 1 });
  });

  test('purposes with dots and numbers become aliases that Lambda takes', () => {
    const { stack, vault } = vaultStack({ purposes: [Purpose.of('care.acute'), Purpose.of('2027')] });
    expect(environmentOf(Template.fromStack(stack), 'Detokenize')).toMatchObject({ purposes: { 'care_acute': 'care.acute', 'purpose-2027': '2027' } });
    expect(stack.resolve(vault.detokenizeArn(Purpose.of('2027')))).toEqual({ Ref: expect.stringContaining('VaultDetokenizeForpurpose2027') as string });
  });

  test('jobs reach the vaults of an app by one endpoint of Lambda, and no other function', () => {
    const { stack, workspace, vault } = vaultStack();
    vault.admitJobs();
    vaultOn(stack, workspace, { tenant: 'oncology' }, 'Second').admitJobs();
    const endpoints = Object.values(Template.fromStack(stack).findResources('AWS::EC2::VPCEndpoint')).filter((one) => JSON.stringify(one).includes('.lambda"'));
    expect(endpoints).toHaveLength(1);
    const { Statement: statements } = (endpoints[0] as { Properties: { PolicyDocument: { Statement: { Action: string; Resource: unknown[]; Condition: object }[] } } }).Properties.PolicyDocument;
    expect(statements.map(({ Action, Resource, Condition }) => [Action, Resource.length, Condition])).toEqual(Array(2).fill(['lambda:InvokeFunction', 4, { StringEquals: { 'aws:PrincipalAccount': '123456789012' } }]));
    expect(endpoints[0]!.Properties).toMatchObject({ PrivateDnsEnabled: true });
  });
});

describe('fails', () => {
  const field = (props: Partial<Parameters<typeof TokenField.formatPreserving>[0]>) => () => TokenField.formatPreserving({ alphabet: Alphabet.DIGITS, minLength: 6, maxLength: 9, ...props });

  test.each([FormatPreservingMode.FF3, FormatPreservingMode.FF3_1, 'ff3' as never])('for mode %s', (mode) => {
    expect(field({ mode })).toThrow(/^mode '(FF3|FF3-1|ff3)' is refused: FF3 is broken, and the draft of NIST SP 800-38G Rev. 1 of February 2025 leaves out FF3-1 too; take FormatPreservingMode.FF1$/);
  });

  test('for a mode that there is not, and for no format, with what to give', () => {
    expect(field({ mode: 'FF2' as never })).toThrow("mode 'FF2' is none that there is here: take FormatPreservingMode.FF1");
    expect(() => TokenField.formatPreserving(undefined as never)).toThrow('a format is made of an alphabet and lengths, not of undefined: give an object with alphabet, minLength and maxLength');
  });

  test('for a purpose by its name, which it shows', () => {
    const { stack, vault } = vaultStack();
    expect(() => vault.grantDetokenize(roleIn(stack, 'Role'), { purposes: ['care' as never] })).toThrow("gives nothing back for purpose 'care': it has care, readmission-risk");
  });

  test('for fewer than a million texts, by one symbol, whatever the alphabet', () => {
    for (const [alphabet, least] of [[Alphabet.DIGITS, 6], [Alphabet.HEXADECIMAL, 5], [Alphabet.UPPERCASE, 5], [Alphabet.UPPERCASE_AND_DIGITS, 4], [Alphabet.of('01'), 20], [Alphabet.of('0123456789'.repeat(10).replace(/./g, (_, i: number) => String.fromCodePoint(0x4e00 + i))), 3]] as const) {
      expect(field({ alphabet, minLength: least - 1, maxLength: 30 })).toThrow(`there are fewer than a million texts of ${least - 1} symbols of an alphabet of ${alphabet.radix}, so that all can be tried out: give a minLength of at least ${least}, or take TokenField.random()`);
      expect(field({ alphabet, minLength: least, maxLength: 30 })).not.toThrow();
    }
  });

  test.each([[0, 9], [9, 6], [6.5, 9], [6, 257], [NaN, NaN], ['6' as never, 9]])('for lengths from %p to %p', (minLength, maxLength) => {
    expect(field({ minLength, maxLength })).toThrow(/are not usable: give whole numbers, the least first, at most 256$/);
  });

  test.each([['', 0], ['a', 1], ['aa', 2], ['ab\ud800', 3], [undefined as never, 0]])('for alphabet %p', (symbols) => {
    expect(() => Alphabet.of(symbols)).toThrow(/^(alphabet|the alphabet) /);
  });

  test.each([0, -1, 1.5, 1_000_000, '2' as never])('for key version %p', (keyVersion) => {
    for (const make of [() => TokenField.random({ keyVersion }), () => TokenField.deterministic({ keyVersion }), field({ keyVersion })]) expect(make).toThrow(/^the version of a key is .*: give a whole number from 1 to 999999/);
  });

  test.each<[string, Partial<TokenVaultProps>, string]>([
    ['no tenant', { tenant: '' }, "tenant is '': give 1 to 64 letters"], ['a tenant that breaks out', { tenant: 'a"b' }, "tenant is 'a\"b'"],
    ['no fields', { fields: {} }, 'has no fields: give at least one'], ['a field of no kind', { fields: { a: 'random' as never } }, "field 'a' is 'random': give TokenField.random()"],
    ['a field name with a space', { fields: { 'patient id': TokenField.random() } }, "field 'patient id' is not usable"], ['no purposes', { purposes: [] }, 'has no purposes'],
    ['a purpose that is a text', { purposes: ['care' as never] }, "purposes[0] is 'care': give a purpose, such as Purpose.of('care')"],
    ['the same purpose twice', { purposes: [CARE, Purpose.of('care')] }, "would be the same alias 'care'"], ['purposes that a dot tells apart', { purposes: [Purpose.of('a.b'), Purpose.of('a_b')] }, "would be the same alias 'a_b'"],
    ['no budget', { itemsPerMinute: 0 }, 'itemsPerMinute is 0'], ['half a function', { concurrency: 0.5 }, 'concurrency is 0.5'], ['36 days', { recoveryPeriod: Duration.days(36) }, 'recoveryPeriod is'],
    ['half a day', { recoveryPeriod: Duration.hours(12) }, 'give whole days from 1 to 35'], ['no workspace', { workspace: undefined as never }, 'workspace is missing'],
    ['too many fields', { fields: Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`field${i}`, TokenField.random()])) }, 'spread the fields over two vaults'],
  ])('for %s', (_what, props, message) => {
    const { stack, workspace } = workspaceStack();
    expect(() => vaultOn(stack, workspace, props)).toThrow(message);
  });

  test('for purposes that the vault does not have, or none', () => {
    const { stack, vault } = vaultStack();
    expect(() => vault.grantDetokenize(roleIn(stack, 'Role'), { purposes: [Purpose.of('marketing')] })).toThrow("vault 'Stack/Vault' gives nothing back for purpose 'marketing': it has care, readmission-risk");
    expect(() => vault.grantDetokenize(roleIn(stack, 'Role2'), { purposes: [] })).toThrow('takes a purpose: give some of care, readmission-risk');
    expect(() => vault.grantDetokenize(roleIn(stack, 'Role3'), undefined as never)).toThrow('takes a purpose');
  });

  test('for one role in both directions, whichever is first', () => {
    const { stack, vault } = vaultStack();
    const [first, second] = [roleIn(stack, 'First'), roleIn(stack, 'Second')];
    vault.grantTokenize(first);
    vault.grantDetokenize(second, { purposes: [CARE] });
    expect(() => vault.grantDetokenize(first, { purposes: [CARE] })).toThrow("'Stack/First' may tokenize with vault 'Stack/Vault', and one role that is stolen must not hold both directions: give each a role of its own");
    expect(() => vault.grantTokenize(second)).toThrow("'Stack/Second' may detokenize");
    expect(() => vault.grantDetokenize(second, { purposes: [RISK] })).not.toThrow();
    expect(() => vault.grantShred(second)).not.toThrow();
  });

  test('for a step that trains or tunes, and not for one that processes', () => {
    const { stack, workspace, train, clean, pipeline, image } = usualPipeline();
    const vault = vaultOn(stack, workspace);
    const single = pipeline.addTraining('Single', { image, code: CODE, inputs: [clean.output('train')] });
    for (const step of [train, single]) {
      expect(() => vault.grantTokenize(step)).toThrow(/trains, and a model has no use for the values behind tokens nor for the vault/);
      expect(() => vault.grantDetokenize(step, { purposes: [CARE] })).toThrow(/trains/);
    }
    const asking = pipeline.addProcessing('Asking', { image, code: CODE, inputs: [clean.output('train')], withoutNetworkIsolation: 'the step asks the vault for tokens' });
    expect(() => vault.grantTokenize(asking)).not.toThrow();
  });

  describe('at synth, by who holds the policies', () => {
    const { app, stack, workspace, train, pipeline, image, clean } = usualPipeline();
    const vault = vaultOn(stack, workspace);
    const people = new Stack(app, 'People', { env });
    const [exporting, ward, attached] = [new iam.ManagedPolicy(people, 'Export'), new iam.ManagedPolicy(stack, 'Ward'), new iam.ManagedPolicy(stack, 'Attached')];
    vault.grantTokenize(exporting);
    vault.grantDetokenize(ward, { purposes: [CARE] });
    vault.grantDetokenize(attached, { purposes: [RISK] });
    // one role by two imports, one that lists a policy itself, one with a statement of its own, one that another construct lets in
    exporting.attachToRole(iam.Role.fromRoleName(stack, 'Nurses', 'nurses'));
    ward.attachToRole(iam.Role.fromRoleArn(stack, 'NursesAgain', `arn:aws:iam::${env.account}:role/hospital/nurses`));
    new iam.Role(people, 'Lists', { assumedBy: new iam.AccountRootPrincipal(), managedPolicies: [exporting, attached] });
    const own = roleIn(stack, 'Own');
    vault.grantTokenize(own);
    ward.attachToRole(own);
    const named = new iam.Role(stack, 'Named', { roleName: 'desk', assumedBy: new iam.AccountRootPrincipal() });
    exporting.attachToRole(named);
    vault.detokenizeFunction.grantInvoke(iam.Role.fromRoleName(stack, 'Desk', 'desk'));
    const user = new iam.User(stack, 'Somebody');
    ward.attachToUser(user);
    exporting.attachToUser(user);
    const both = [vault.tokenizeFunction.functionArn, vault.detokenizeArn(RISK)];
    const inline = (id: string, options: iam.PolicyStatementProps) => new iam.Role(stack, id, {
      assumedBy: new iam.AccountRootPrincipal(), inlinePolicies: { own: new iam.PolicyDocument({ statements: [new iam.PolicyStatement({ resources: both, ...options })] }) },
    });
    inline('Inline', { actions: ['lambda:*'] });
    // what is no direction, and who has one
    inline('Denied', { effect: iam.Effect.DENY, actions: ['lambda:InvokeFunction'] });
    inline('Looking', { actions: ['lambda:Get*'] });
    ward.attachToRole(iam.Role.fromRoleName(stack, 'Doctors', 'doctors'));
    vault.grantShred(roleIn(stack, 'Eraser'));
    const single = pipeline.addTraining('Single', { image, code: CODE, inputs: [clean.output('train')] });
    attached.attachToRole(single.grantPrincipal as iam.Role);
    exporting.attachToRole(train.grantPrincipal as iam.Role);
    const said = failureOf(() => app.synth());

    test.each([
      ['an imported role under two names of its construct', "'nurses'", 'People/Export, Stack/Ward'], ['a role that lists both', "'People/Lists'", 'People/Export, Stack/Attached'],
      ['a role with a statement and a policy', "'Stack/Own'", 'Stack/Own/DefaultPolicy, Stack/Ward'], ['a role that is named and imported', "'Stack/Named'", 'People/Export, Stack/Desk/Policy'],
      ['a user', "'Stack/Somebody'", 'People/Export, Stack/Ward'], ['a role with both inline', "'Stack/Inline'", 'Stack/Inline'],
    ])('for %s', (_what, who, policies) => {
      expect(said).toContain(`${who} may tokenize and detokenize with vault 'Stack/Vault', by ${policies}: one role that is stolen must not hold both directions, so give each a role of its own`);
    });

    test('for steps that train or tune, with either', () => {
      expect(said).toContain("'Stack/Pipeline/Single' trains, and may detokenize with vault 'Stack/Vault', by Stack/Attached: a model has no use for the values behind tokens nor for the vault, so let a processing step before it do what it needs");
      expect(said).toContain("'Stack/Pipeline/Train' trains, and may tokenize with vault 'Stack/Vault', by People/Export:");
    });

    test('and for nobody else', () => {
      expect(said.match(/with vault 'Stack\/Vault'/g)).toHaveLength(8);
      expect(said).not.toMatch(/doctors|Eraser|Denied|Looking/);
    });
  });

  test('for a step that has no network to ask through', () => {
    const { stack, workspace, clean } = usualPipeline();
    const vault = vaultOn(stack, workspace);
    expect(() => vault.grantTokenize(clean)).toThrow(/'Stack\/Pipeline\/Pseudonymise.*' runs without a network, and so cannot ask vault 'Stack\/Vault': say with withoutNetworkIsolation why the step has one/);
  });

  test('softly, for a second vault with a field of the same tenant on the same workspace', () => {
    const { stack, workspace } = vaultStack();
    vaultOn(stack, workspace, { tenant: 'oncology' }, 'Oncology');
    vaultOn(stack, workspace, { fields: { letterId: TokenField.random() } }, 'Letters');
    vaultOn(stack, workspace, { fields: { patientId: TokenField.random() } }, 'Twin');
    const warnings = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('a value has two tokens'));
    expect(warnings.map(({ id, entry }) => [id, String(entry.data)])).toEqual([['/Stack/Twin', expect.stringMatching(/^vault 'Stack\/Vault' has 'patientId' of tenant 'cardiology' as well/)]]);
  });

  test('for one role in both directions under two ids', () => {
    const { stack, vault } = vaultStack();
    vault.grantTokenize(iam.Role.fromRoleName(stack, 'Ward', 'ward'));
    expect(() => vault.grantDetokenize(iam.Role.fromRoleName(stack, 'Again', 'ward'), { purposes: [CARE] })).toThrow("'Stack/Again' may tokenize with vault 'Stack/Vault'");
    expect(() => vault.grantDetokenize(iam.Role.fromRoleName(stack, 'Clinic', 'clinic'), { purposes: [CARE] })).not.toThrow();
  });

  test('in a network without the endpoints that its functions need', () => {
    const app = new App();
    const stack = new Stack(app, 'Stack', { env });
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['eu-central-1a'], isolatedSubnetIds: ['subnet-1'] });
    const { profile } = workspaceStack().workspace;
    const workspace = new Workspace(stack, 'Workspace', { profile, vpc, endpointServices: ['ecr.api', 'ecr.dkr', 'kms', 'logs', 'monitoring', 's3', 'sagemaker.api', 'sagemaker.runtime', 'sts'] });
    expect(() => vaultOn(stack, workspace)).toThrow(/needs endpoints of 'dynamodb' in the network/);
  });
});

function environmentOf(template: Template, job: string): unknown {
  const found = Object.entries(template.findResources('AWS::Lambda::Function')).find(([id]) => id.startsWith(`Vault${job}`))![1] as { Properties: { Environment: { Variables: { VAULT: string } } } };
  return JSON.parse(found.Properties.Environment.Variables.VAULT);
}

function failureOf(synth: () => unknown): string {
  try {
    synth();
  } catch (error) {
    return String(error);
  }
  return '';
}
