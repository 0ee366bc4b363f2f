import { CustomResource, Duration, Names, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct, IConstruct } from 'constructs';
import { declareChoice } from '../../policy/choice';
import { Residency } from '../../policy/residency';
import { having, requireProps } from '../../policy/required';
import { wayOut } from '../private/endpoint-services';
import { granted } from '../private/granted';
import { type PlannedAccount, PrivacyPlan } from '../private/privacy-plan';
import { checkSameRegion, viaService } from '../private/region';
import { RuntimeFunction } from '../private/runtime-function';
import { inRegulatoryPacks, waive } from '../private/waivers';
import type { IDataStore } from '../storage/data-store';
import type { IWorkspace } from '../workspace/workspace';

/** What is spent of privacy budgets, by whatever run of whatever app. */
export interface IPrivacyLedger extends IConstruct {
  /** ARN of the function that reserves and settles for pipelines. */
  readonly ledgerFunctionArn: string;
  /** ARN of the function that budgets are stated to, and that settles for operators. */
  readonly budgetFunctionArn: string;
  /** Lets an operator settle what a run has reserved and never settled, with what its checkpoint or log says. It also lets them state budgets. */
  grantSettlement(grantee: iam.IGrantable): iam.Grant;
}

/** What a ledger is made from. */
export interface PrivacyLedgerProps {
  /** The workspace whose stores have the budgets and whose pipelines spend from them. */
  readonly workspace: IWorkspace;
  /**
   * Stores with a `privacyBudget` besides those of the workspace, such as imported ones.
   *
   * @default - none
   */
  readonly stores?: IDataStore[];
  /**
   * Encrypts the table.
   *
   * @default - a new key, which is kept
   */
  readonly key?: kms.IKey;
}

/** A ledger that exists, of this app or another of the same account and region. */
export interface PrivacyLedgerAttributes {
  /** The workspace whose stores have budgets in it and whose pipelines spend from them. */
  readonly workspace: IWorkspace;
  /** ARN of the function that reserves and settles for pipelines. */
  readonly ledgerFunctionArn: string;
  /** ARN of the function that budgets are stated to. */
  readonly budgetFunctionArn: string;
  /**
   * Stores with a `privacyBudget` besides those of the workspace, such as imported ones.
   *
   * @default - none
   */
  readonly stores?: IDataStore[];
}

/** A `BudgetKeeper` too, which is no part of the interface that other languages see. */
abstract class Ledger extends Construct implements IPrivacyLedger {
  public abstract readonly ledgerFunctionArn: string;
  public abstract readonly budgetFunctionArn: string;
  private readonly ground: IWorkspace;

  protected constructor(scope: Construct, id: string, { workspace }: PrivacyLedgerProps | PrivacyLedgerAttributes) {
    super(scope, id);
    this.ground = workspace;
    const late = PrivacyPlan.of(this).firstPrivateStep((step) => (step as { pipeline?: { workspace?: IWorkspace } }).pipeline?.workspace === workspace);
    if (late) throw new Error(`${this.node.path}: '${late.node.path}' was made before the ledger of its workspace and reserves nothing: make the ledger right after the workspace`);
  }

  public grantSettlement(grantee: iam.IGrantable): iam.Grant {
    return granted(this, { grantee, actions: ['lambda:InvokeFunction'], resourceArns: [this.budgetFunctionArn] });
  }

  /** @internal */
  public _keep({ store, budget }: PlannedAccount & { readonly store: IConstruct }): void {
    // Beside the store, or each stack would wait for the other; a store in the stack of the workspace cannot wait for a ledger that does.
    const here = Stack.of(store) === Stack.of(this.ground) && Stack.of(store) !== Stack.of(this);
    const resource = new CustomResource(here ? this : store, here ? `Budget${Names.nodeUniqueId(store.node)}` : 'PrivacyBudget', {
      serviceToken: this.budgetFunctionArn,
      resourceType: 'Custom::PrivacyBudget',
      serviceTimeout: Duration.minutes(5),
      properties: {
        DataSet: (store as IDataStore).bucket.bucketName, Name: store.node.path, Epsilon: String(budget.epsilon), Delta: String(budget.delta), Unit: budget.unit,
        Records: String(budget.records), PeriodInDays: String(budget.periodInDays), CalendarYear: String(budget._isCalendarYear),
      },
    });
    resource.node.addDependency(...this._standing());
  }

  /** @internal What must stand before a budget can be stated. */
  protected abstract _standing(): IConstruct[];
}

/**
 * Holds what is spent of the privacy budgets of a workspace's stores. In the pipelines of the workspace a step before each training with
 * differential privacy reserves what it is going to spend, and one after it charges what it has spent; where a budget has no room, the run stops
 * and says why. What synth adds up is what is planned; here every run counts, also by hand and of other apps.
 *
 * Make it right after the workspace, before trainings.
 *
 * @example
 * import { Stack } from 'aws-cdk-lib';
 * import { PrivacyLedger, Workspace } from 'cdk-regulated-ml/aws';
 * import { Classification, PrivacyBudget, PrivacyUnit } from 'cdk-regulated-ml/policy';
 *
 * declare const stack: Stack;
 * declare const workspace: Workspace;
 *
 * new PrivacyLedger(stack, 'Ledger', { workspace });
 * const admissions = workspace.addStore('Admissions', {
 *   classification: Classification.PSEUDONYMISED,
 *   privacyBudget: PrivacyBudget.perYear({ epsilon: 8, delta: 1e-6, records: 120_000, unit: PrivacyUnit.PERSON }),
 * });
 */
export class PrivacyLedger extends Ledger {
  /** A ledger that exists: what this app trains counts there as well. */
  public static fromAttributes(scope: Construct, id: string, attrs: PrivacyLedgerAttributes): IPrivacyLedger {
    return new ImportedLedger(scope, id, attrs);
  }

  public readonly ledgerFunctionArn: string;
  public readonly budgetFunctionArn: string;
  /** The table. Nothing in it is ever deleted, and it is kept when the stack goes. */
  public readonly table: dynamodb.ITable;
  /** Encrypts the table. */
  public readonly key: kms.IKey;
  private readonly budgets: RuntimeFunction;
  private readonly workspace: IWorkspace;

  constructor(scope: Construct, id: string, props: PrivacyLedgerProps) {
    requireProps(`${scope.node.path}/${id}`, props, { workspace: { is: having('profile', 'vpc', 'logsKey'), give: 'a Workspace' } });
    super(scope, id, props);
    const { workspace } = props;
    this.workspace = workspace;
    checkSameRegion('key', props.key, `ledger '${this.node.path}'`, workspace.region);
    this.key = props.key ?? new kms.Key(this, 'Key', { description: `${this.node.path}: privacy budgets`, enableKeyRotation: true, removalPolicy: RemovalPolicy.RETAIN });
    const table = this.newTable();
    this.table = table;
    const runs = this.newFunction('Runs', 'privacy-ledger', 'Reserves and settles the privacy that pipelines spend', Duration.minutes(10));
    this.budgets = this.newFunction('Budgets', 'privacy-budget', 'Takes privacy budgets, and settlements by hand', Duration.minutes(3));
    this.allowLookingAtJobs(runs);
    this.ledgerFunctionArn = runs.function.functionArn;
    this.budgetFunctionArn = this.budgets.function.functionArn;
    this.denyWriting(table, [runs, this.budgets]);
    declareChoice(this, {
      dimension: 'privacy', choice: 'a ledger of privacy budgets', gives: 'runs by hand and of other apps count, and a run that would go beyond a budget is stopped',
      costs: 'two steps around each private training, and a run that breaks off stays charged in full until somebody settles it',
    });
    PrivacyPlan.of(this).appoint(this, workspace, props.stores ?? []);
  }

  /** Grants looking into the table. */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    return granted(this, { grantee, actions: ['dynamodb:GetItem', 'dynamodb:Query'], resourceArns: [this.table.tableArn] })
      .combine(granted(this, {
        grantee, actions: ['kms:Decrypt'], resourceArns: [this.key.keyArn], conditions: { StringEquals: { 'kms:ViaService': viaService('dynamodb', this.workspace.region) } },
      }));
  }

  /** @internal */
  protected _standing(): IConstruct[] {
    return [this.budgets, this.table, ...wayOut(this.workspace)];
  }

  private newTable(): dynamodb.Table {
    const table = new dynamodb.Table(this, 'Resource', {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    waive(table, inRegulatoryPacks('DynamoDBInBackupPlan'),
      'the table can be restored to any second of 35 days and is protected from deletion; an older copy in its place would give back what has been spent since');
    return table;
  }

  private newFunction(id: string, job: string, description: string, timeout: Duration): RuntimeFunction {
    const { workspace, table, key } = this;
    const made = new RuntimeFunction(this, id, {
      job, workspace, logsKey: workspace.logsKey, description, timeout, reservedConcurrency: 10, memory: 512, environment: { TABLE: table.tableName },
    });
    made.role.allow(new iam.PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'], resources: [table.tableArn] }));
    made.role.allow(new iam.PolicyStatement({
      // what DynamoDB does with the key of a table in the name of who asks
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'], resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': viaService('dynamodb', workspace.region) } },
    }));
    return made;
  }

  private allowLookingAtJobs({ role }: RuntimeFunction): void {
    const { region } = this.workspace;
    const jobs = (resource: string) => `arn:${Residency.partitionOf(region)}:sagemaker:${region}:${Stack.of(this).account}:${resource}`;
    const names = 'SageMaker names jobs when they run, and those of tunings as it likes';
    role.allow(new iam.PolicyStatement({ actions: ['sagemaker:DescribeTrainingJob'], resources: [jobs('training-job/*')] }), names);
    role.allow(new iam.PolicyStatement({
      actions: ['sagemaker:DescribeHyperParameterTuningJob', 'sagemaker:ListTrainingJobsForHyperParameterTuningJob'], resources: [jobs('hyper-parameter-tuning-job/*')],
    }), names);
    role.allow(new iam.PolicyStatement({
      actions: ['sagemaker:ListTrainingJobs'], resources: ['*'], conditions: { StringEquals: { 'aws:RequestedRegion': region } },
    }), 'SageMaker knows no resource for the list of jobs; a condition holds it to the region of the workspace');
  }

  /** Nobody but the functions writes, and nobody deletes: a budget is not to be had back by a change of the table. Administrators can change the policy. */
  private denyWriting(table: dynamodb.Table, writers: RuntimeFunction[]): void {
    const writing = ['dynamodb:PutItem', 'dynamodb:UpdateItem'];
    const never = ['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:PartiQLDelete', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate'];
    const deny = (sid: string, actions: string[], conditions?: Record<string, unknown>) => new iam.PolicyStatement({
      // in the policy of a table, `*` is the table itself
      sid, effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions, resources: ['*'], conditions,
    });
    table.addToResourcePolicy(deny('NobodyElseWrites', writing, { ArnNotEquals: { 'aws:PrincipalArn': writers.map(({ role }) => role.role.roleArn) } }));
    table.addToResourcePolicy(deny('NobodyDeletes', never));
  }
}

class ImportedLedger extends Ledger {
  public readonly ledgerFunctionArn: string;
  public readonly budgetFunctionArn: string;

  constructor(scope: Construct, id: string, attrs: PrivacyLedgerAttributes) {
    requireProps(`${scope.node.path}/${id}`, attrs, { workspace: { is: having('profile', 'vpc', 'logsKey'), give: 'a Workspace' } });
    super(scope, id, attrs);
    for (const [name, arn] of [['ledgerFunctionArn', attrs.ledgerFunctionArn], ['budgetFunctionArn', attrs.budgetFunctionArn]] as const) this.checkArn(name, arn, attrs.workspace.region);
    this.ledgerFunctionArn = attrs.ledgerFunctionArn;
    this.budgetFunctionArn = attrs.budgetFunctionArn;
    PrivacyPlan.of(this).appoint(this, attrs.workspace, attrs.stores ?? []);
  }

  /** @internal */
  protected _standing(): IConstruct[] {
    return [];
  }

  private checkArn(name: string, arn: string, region: string): void {
    if (Token.isUnresolved(arn)) return;
    const [, found] = /^arn:[^:]+:lambda:([^:]+):\d{12}:function:[^:]+$/.exec(String(arn)) ?? [];
    if (found === undefined) throw new Error(`${this.node.path}: ${name} is '${String(arn)}': give the ARN of the function, without a version`);
    if (found !== region) throw new Error(`${this.node.path}: ${name} is of region '${found}', and the workspace is in '${region}': a pipeline calls functions of its own region`);
  }
}
