import { Annotations, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { declareChoice } from '../../policy/choice';
import { DataFlow } from '../../policy/flow';
import { shown } from '../../policy/given';
import { Purpose } from '../../policy/purpose';
import { having } from '../../policy/required';
import { callersFor } from '../../policy/tokenization/callers';
import { tradeOfTokens } from '../../policy/tokenization/checks';
import type { PipelineStep } from '../pipeline/step';
import { ProcessingStep } from '../pipeline/steps/processing';
import { TrainingStep } from '../pipeline/steps/training';
import { TuningStep } from '../pipeline/steps/tuning';
import { granted, nameOf } from '../private/granted';
import { encryptedLogGroup, logRetentionOf } from '../private/log-retention';
import { urlSuffixOf } from '../private/region';
import { RuntimeFunction } from '../private/runtime-function';
import { admitInvocations } from './lambda-endpoint';
import type { IWorkspace } from '../workspace/workspace';
import { DetokenizeGrant, TokenVaultProps } from './token-vault-props';
import { aliasesOf, checkSettings, checkVault } from './vault-checks';
import { separationProblems } from './vault-separation';
import { VaultTables } from './vault-tables';

/** What a data key is for, by its part of the encryption context. */
type KeyUse = 'index' | 'audit' | 'wrap' | 'siv' | 'ff1';

/** The row of a key that belongs to the vault as a whole. */
const rowOf = (use: KeyUse) => `${use}#1#*`;

/** Vaults that stand on a workspace. */
const VAULTS = new WeakMap<IWorkspace, TokenVault[]>();

/**
 * Tokens in place of personal values: separate functions give tokens, turn them back for a purpose, and erase a subject. Nobody may call any of them
 * until it is granted, and nobody may be granted both directions: synth fails where policies give a role both, or a step that trains either.
 *
 * Each answer is on record before it is given, with who asked as STS says it, for which purpose as IAM let it through, and hashes of the tokens.
 *
 * @example
 * import { Stack } from 'aws-cdk-lib';
 * import * as iam from 'aws-cdk-lib/aws-iam';
 * import { TokenVault, Workspace } from 'cdk-regulated-ml/aws';
 * import { Purpose, TokenField } from 'cdk-regulated-ml/policy';
 *
 * declare const stack: Stack;
 * declare const workspace: Workspace;
 * declare const ward: iam.ManagedPolicy;
 *
 * const care = Purpose.of('care');
 * const vault = new TokenVault(stack, 'Vault', { workspace, tenant: 'cardiology', fields: { patientId: TokenField.random() }, purposes: [care] });
 * vault.grantDetokenize(ward, { purposes: [care] });
 */
export class TokenVault extends Construct {
  /** Encrypts the tables, and wraps the data keys; each use names the tenant in its context. */
  public readonly key: kms.IKey;
  /** Gives tokens for values. */
  public readonly tokenizeFunction: lambda.IFunction;
  /** Turns tokens back; it is invoked by the alias of a purpose. */
  public readonly detokenizeFunction: lambda.IFunction;
  /** Erases subjects, and finds how the audit log names a token. */
  public readonly shredFunction: lambda.IFunction;
  /** Every request, answered or refused, kept as long as the profile keeps audit records. */
  public readonly auditLog: logs.ILogGroup;
  /** What tokens may be turned back for. */
  public readonly purposes: Purpose[];

  private readonly tables: VaultTables;
  private readonly byPurpose = new Map<string, lambda.Alias>();
  private readonly granted = new Map<unknown, string>();

  constructor(scope: Construct, id: string, private readonly props: TokenVaultProps) {
    super(scope, id);
    checkVault(this, props);
    const { workspace } = props;
    this.purposes = [...props.purposes];
    const aliases = aliasesOf(this, props.purposes);
    const recoveryPeriod = props.recoveryPeriod ?? Duration.days(7);

    this.key = this.newKey();
    this.tables = new VaultTables(this, 'Tables', { key: this.key, region: workspace.region, recoveryPeriod });
    this.auditLog = encryptedLogGroup(this, 'Audit', { key: workspace.logsKey, retention: logRetentionOf(workspace.profile.auditRetention) });

    const { keys, subjects, tokens, budgets } = this.tables;
    const tokenize = this.newFunction('Tokenize', 'tokenize', 'Gives tokens for values', recoveryPeriod);
    this.allowKeys(tokenize, ['index', 'wrap', 'siv', 'ff1']);
    this.tables.allow(tokenize.role, keys, ['GetItem', 'PutItem']);
    this.tables.allow(tokenize.role, subjects, ['BatchGetItem', 'ConditionCheckItem', 'GetItem', 'PutItem']);
    this.tables.allow(tokenize.role, tokens, ['PutItem']);

    const detokenize = this.newFunction('Detokenize', 'detokenize', 'Turns tokens back into values', recoveryPeriod, aliases);
    this.allowKeys(detokenize, ['wrap', 'siv', 'ff1', 'audit'], ['audit']);
    this.tables.allow(detokenize.role, keys, ['GetItem']);
    this.tables.allow(detokenize.role, keys, ['PutItem'], [rowOf('audit')]);
    this.tables.allow(detokenize.role, subjects, ['BatchGetItem']);
    this.tables.allow(detokenize.role, tokens, ['BatchGetItem']);

    const shred = this.newFunction('Shred', 'shred', 'Erases subjects of a vault', recoveryPeriod);
    this.allowKeys(shred, ['index', 'audit']);
    this.tables.allow(shred.role, keys, ['GetItem']);
    this.tables.allow(shred.role, keys, ['PutItem'], [rowOf('index'), rowOf('audit')]);
    this.tables.allow(shred.role, subjects, ['DeleteItem', 'Query']);
    this.tables.allow(shred.role, tokens, ['DeleteItem']);
    for (const { role } of [tokenize, detokenize, shred]) this.tables.allow(role, budgets, ['UpdateItem']);

    this.tokenizeFunction = tokenize.function;
    this.detokenizeFunction = detokenize.function;
    this.shredFunction = shred.function;
    for (const [aliasName, purpose] of aliases) {
      const alias = new lambda.Alias(detokenize, `For${aliasName}`, { aliasName, version: detokenize.function.currentVersion, description: `For ${purpose}` });
      this.byPurpose.set(purpose.name, alias);
    }
    this.node.addValidation({ validate: () => separationProblems(this, { tokenize, detokenize }) });
    this.raiseAlarm();
    this.warnOfTwins();
    this.declare();
  }

  /** Lets somebody turn values into tokens. */
  public grantTokenize(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, 'tokenize', [this.tokenizeFunction.functionArn]);
  }

  /**
   * Lets somebody turn tokens back, for these purposes: each is an alias, and IAM lets the caller invoke these and no others.
   *
   * @throws an error for a purpose that the vault does not have, and for who may tokenize or trains
   */
  public grantDetokenize(grantee: iam.IGrantable, grant: DetokenizeGrant): iam.Grant {
    if (!Array.isArray(grant?.purposes) || grant.purposes.length === 0) {
      throw new Error(`detokenizing from vault '${this.node.path}' takes a purpose: give some of ${this.purposes.join(', ')}`);
    }
    return this.grant(grantee, 'detokenize', grant.purposes.map((purpose) => this.detokenizeArn(purpose)));
  }

  /** Lets somebody erase subjects, and look for tokens in the audit log. */
  public grantShred(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, 'shred', [this.shredFunction.functionArn]);
  }

  /**
   * What to invoke to turn tokens back for a purpose.
   *
   * @throws an error for a purpose that the vault does not have
   */
  public detokenizeArn(purpose: Purpose): string {
    const alias = this.byPurpose.get(purpose?.name);
    if (!alias) throw new Error(`vault '${this.node.path}' gives nothing back for purpose ${shown(purpose?.name ?? purpose)}: it has ${this.purposes.join(', ')}; add it to the purposes of the vault, if the record of processing has it`);
    return alias.functionArn;
  }

  /** Adds an endpoint of Lambda to the workspace's network, through which its jobs reach the vaults of this app and no other function. */
  public admitJobs(): void {
    admitInvocations(this, this.props.workspace, [
      this.tokenizeFunction.functionArn, this.shredFunction.functionArn, ...this.purposes.map((purpose) => this.detokenizeArn(purpose)),
    ]);
  }

  /** @internal How a job asks for tokens in batches: whom, within which budget, with how many requests at a time. Half of the concurrency is left to others. */
  public get _batchArguments(): string[] {
    const { itemsPerMinute, concurrency } = limitsOf(this.props);
    return ['--token-vault', this.tokenizeFunction.functionArn, '--token-budget', String(itemsPerMinute), '--token-callers', String(callersFor(itemsPerMinute, concurrency))];
  }

  /** @internal Whether a field has keys of people. */
  public get _hasRandomFields(): boolean {
    return Object.values(this.props.fields).some(({ kind }) => kind === 'random');
  }

  /** @internal The names of its fields. */
  public get _fieldNames(): string[] {
    return Object.keys(this.props.fields);
  }

  /** @internal Lets the job of a step ask for tokens: its role, and the network that it runs in. */
  public _serve(step: PipelineStep & iam.IGrantable): void {
    this.grantTokenize(step);
    const { workspace } = step.pipeline;
    // a network of somebody else's has the endpoint already where it says so
    if (workspace.endpointServices?.includes('lambda')) return;
    admitInvocations(workspace === this.props.workspace ? this : step, workspace, [this.tokenizeFunction.functionArn]);
  }

  private newKey(): kms.Key {
    const key = new kms.Key(this, 'Key', { description: `${this.node.path}: tokens of ${this.props.tenant}`, enableKeyRotation: true, removalPolicy: RemovalPolicy.RETAIN });
    // in a key policy, `*` is the key itself
    key.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'OnlyForTheTenant', effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], resources: ['*'],
      actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
      conditions: {
        StringNotEquals: { 'kms:EncryptionContext:tenant': this.props.tenant },
        // DynamoDB encrypts the tables under a context of its own: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
        Null: { 'kms:EncryptionContext:aws:dynamodb:tableName': 'true' },
      },
    }));
    return key;
  }

  private newFunction(id: string, job: string, description: string, recoveryPeriod: Duration, purposes = new Map<string, Purpose>()): RuntimeFunction {
    const { workspace, tenant, fields } = this.props;
    const { concurrency, itemsPerMinute } = limitsOf(this.props);
    const settings = JSON.stringify({
      tenant, fields: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field._setting()])),
      purposes: Object.fromEntries([...purposes].map(([alias, purpose]) => [alias, purpose.name])), itemsPerMinute, recoveryDays: recoveryPeriod.toDays(),
    });
    checkSettings(this, settings);
    const made = new RuntimeFunction(this, id, {
      job, workspace, logsKey: workspace.logsKey, description, forgetsEvents: true, memory: 1_769,
      timeout: job === 'shred' ? Duration.minutes(15) : Duration.minutes(2), reservedConcurrency: job === 'shred' ? 1 : concurrency,
      environment: {
        VAULT: settings, KEY_ARN: this.key.keyArn, AUDIT_LOG_GROUP: this.auditLog.logGroupName, STS_ENDPOINT: `https://sts.${workspace.region}.${urlSuffixOf(workspace.region)}`,
        KEYS_TABLE: this.tables.keys.tableName, SUBJECTS_TABLE: this.tables.subjects.tableName, TOKENS_TABLE: this.tables.tokens.tableName,
        BUDGETS_TABLE: this.tables.budgets.tableName,
      },
    });
    made.role.allow(new iam.PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [this.auditLog.logGroupArn] }));
    return made;
  }

  /** Allows data keys of some uses, and making those that are not there yet. */
  private allowKeys({ role }: RuntimeFunction, uses: KeyUse[], made: KeyUse[] = uses): void {
    const allow = (action: string, of: KeyUse[]) => role.allow(new iam.PolicyStatement({
      actions: [action], resources: [this.key.keyArn],
      conditions: { StringEquals: { 'kms:EncryptionContext:tenant': this.props.tenant, 'kms:EncryptionContext:use': of } },
    }));
    allow('kms:Decrypt', uses);
    allow('kms:GenerateDataKey', made);
  }

  private grant(grantee: iam.IGrantable, direction: string, resourceArns: string[]): iam.Grant {
    if (!having('grantPrincipal')(grantee)) throw new Error(`vault '${this.node.path}' lets ${shown(grantee)} ${direction}: give a role of this app, or a step`);
    const who = nameOf(grantee);
    const scopes = Construct.isConstruct(grantee.grantPrincipal) ? grantee.grantPrincipal.node.scopes : [];
    if (scopes.some((scope) => scope instanceof TrainingStep || scope instanceof TuningStep)) throw new Error(`'${who}' trains, and a model has no use for the values behind tokens nor for the vault: let a processing step before it do what it needs`);
    if (scopes.some((scope) => scope instanceof ProcessingStep && scope._isIsolated)) {
      throw new Error(`'${who}' runs without a network, and so cannot ask vault '${this.node.path}': say with withoutNetworkIsolation why the step has one, or take addServerlessDeidentification`);
    }
    const key = identityOf(grantee.grantPrincipal);
    const other = this.granted.get(key);
    const apart = direction === 'detokenize' ? 'tokenize' : direction === 'tokenize' ? 'detokenize' : undefined;
    if (apart && other === apart) {
      throw new Error(`'${who}' may ${apart} with vault '${this.node.path}', and one role that is stolen must not hold both directions: give each a role of its own`);
    }
    const grant = granted(this, { grantee, actions: ['lambda:InvokeFunction'], resourceArns });
    if (apart) this.granted.set(key, direction);
    return grant;
  }

  /** Refusals of callers that are known: a budget that is used up, or a purpose that does not exist. */
  private raiseAlarm(): void {
    const filter = new logs.MetricFilter(this, 'Refused', {
      logGroup: this.auditLog, filterPattern: logs.FilterPattern.stringValue('$.outcome', '=', 'refused'),
      metricNamespace: 'RegulatedML', metricName: `Refused-${this.node.addr}`, metricValue: '1', defaultValue: 0,
    });
    new cloudwatch.Alarm(this, 'Refusals', {
      metric: filter.metric({ statistic: 'Sum', period: Duration.minutes(5) }), threshold: 1, evaluationPeriods: 1, treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      alarmDescription: `vault ${this.node.path} refused somebody: a budget is used up, or a purpose was tried that does not exist`,
    }).addAlarmAction(new actions.SnsAction(this.props.workspace.alarms));
  }

  /** Two vaults have two keys, so that a value has two tokens, and tables cannot be joined by them. */
  private warnOfTwins(): void {
    const { workspace, tenant, fields } = this.props;
    const vaults = VAULTS.get(workspace) ?? [];
    VAULTS.set(workspace, [...vaults, this]);
    for (const other of vaults.filter(({ props }) => props.tenant === tenant)) {
      const both = Object.keys(fields).filter((name) => name in other.props.fields);
      if (both.length === 0) continue;
      Annotations.of(this).addWarningV2(`cdk-regulated-ml:vault-field-twice-${other.node.addr}`,
        `vault '${other.node.path}' has ${both.map((name) => `'${name}'`).join(', ')} of tenant '${tenant}' as well, so that a value has two tokens, and a person is erased in two places: use one vault, or give the field or the tenant a name of its own`);
    }
  }

  private declare(): void {
    const { workspace, fields } = this.props;
    DataFlow.of(this).add({
      id: this.node.path, kind: 'store', name: this.node.id, detail: 'vault', region: workspace.region,
      ...(this._hasRandomFields ? {} : { keepsNobody: 'its tokens are worked out of values, and nothing of a person is stored' }),
      classification: this.props.classification ?? workspace.outputs.classification,
    });
    declareChoice(this, tradeOfTokens(fields));
  }
}

/** What two principals that are one role have in common: a role may be imported twice, by the same name. */
function identityOf(principal: iam.IPrincipal): unknown {
  const role = principal as Partial<iam.IRole>;
  if (role.roleArn === undefined || !Construct.isConstruct(principal)) return principal;
  const stack = Stack.of(principal);
  const arn = JSON.stringify(stack.resolve(role.roleArn));
  return arn.includes('Fn::GetAtt') ? `${stack.node.path}/${arn}` : arn;
}

function limitsOf({ itemsPerMinute = 6_000, concurrency = 10 }: TokenVaultProps): { itemsPerMinute: number; concurrency: number } {
  return { itemsPerMinute, concurrency };
}
