import { Annotations, CfnOutput, Duration, Size, Stack } from 'aws-cdk-lib';
import * as budgets from 'aws-cdk-lib/aws-budgets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as macie from 'aws-cdk-lib/aws-macie';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { Residency } from '../../policy/residency';
import { IAccountBaseline } from '../account';
import { wayOut } from '../private/endpoint-services';
import { having, requireProps } from '../../policy/required';
import { RuntimeFunction } from '../private/runtime-function';
import { IDataStore } from '../storage/data-store';
import { KEY_USERS } from '../workspace/key-users';
import { IWorkspace } from '../workspace/workspace';
import { AllowList } from './allow-list';
import { ClassificationJob } from './classification-job';
import { monthlyCost } from './cost';
import { MACIE_PRICING } from './data/macie-pricing';
import { DataIdentifier } from './data-identifier';
import { DiscoveryJobProps } from './discovery-job';
import { FindingSeverity } from './finding-severity';
import { FindingsFilter } from './findings-filter';
import { Quarantine } from './quarantine';

/** What a discovery is made from. */
export interface SensitiveDataDiscoveryProps extends DiscoveryJobProps {
  /** The workspace whose network, keys, logs and alarms it uses. */
  readonly workspace: IWorkspace;
  /**
   * What switches Macie on in the account and region; it is made before. A baseline that records what happens to these stores stands on
   * their stack, so then the discovery needs a stack of its own.
   *
   * @default - Macie is on already
   */
  readonly baseline?: IAccountBaseline;
  /**
   * Identifiers of data that Macie has none of its own for.
   *
   * @default - none
   */
  readonly identifiers?: DataIdentifier[];
  /**
   * What to pass over.
   *
   * @default - nothing
   */
  readonly allowLists?: AllowList[];
  /**
   * Views on findings, and rules that suppress them.
   *
   * @default - none
   */
  readonly findingsFilters?: FindingsFilter[];
  /**
   * The stores whose objects are held back when something is found in them.
   *
   * @default - those of `stores` whose classification says that they hold nothing that names or reveals a person: in the others it is expected
   */
  readonly quarantined?: IDataStore[];
  /**
   * How serious a finding must be for an object to be held back. What an identifier of one's own finds is always `MEDIUM`.
   *
   * @default FindingSeverity.MEDIUM
   */
  readonly quarantineFrom?: FindingSeverity;
  /**
   * Who is told what was held back; must let Step Functions of this account publish, as any topic of the account does.
   *
   * @default - the alarms of the workspace
   */
  readonly notify?: sns.ITopic;
  /**
   * How much data the jobs are expected to find new or changed in a month, before sampling. The estimate of the cost stands on it.
   *
   * @default - not stated: there is no estimate
   */
  readonly expectedMonthlyVolume?: Size;
  /**
   * US dollars for a gigabyte inspected in this region.
   *
   * @default - the list price of US East, with its steps
   */
  readonly pricePerGigabyte?: number;
  /**
   * US dollars a month that Macie may cost in the account; the alarms of the workspace are told at 80 % and when it is exceeded or going to be.
   * It stops nothing: Macie has no cap of its own but the account's quota (5 TB a month unless raised).
   *
   * @default - a quarter more than the estimate, at least 10; without an estimate 100
   */
  readonly monthlyBudget?: number;
}

/**
 * Finds sensitive data where it should not be, with Amazon Macie, and holds it back.
 *
 * A discovery is classification jobs over stores with one's own data identifiers, and a quarantine. Whether Macie is on, its export and its automated
 * discovery belong to the account.
 *
 * @see https://docs.aws.amazon.com/macie/latest/user/discovery-jobs.html
 */
export class SensitiveDataDiscovery extends Construct {
  /** The stores that are looked at. */
  public readonly stores: IDataStore[];
  /** The stores whose objects are held back. */
  public readonly quarantined: IDataStore[];
  /**
   * US dollars a month that the jobs of this discovery are estimated to cost.
   *
   * @default - no volume was stated
   */
  public readonly estimatedMonthlyCost?: number;
  /** US dollars a month at which alarms go off. */
  public readonly monthlyBudget: number;
  /**
   * Where copies of what was held back lie.
   *
   * @default - nothing is held back
   */
  public readonly quarantineStore?: IDataStore;
  /**
   * The only role besides administrators and Macie that reads what is held back.
   *
   * @default - nothing is held back
   */
  public readonly quarantineRole?: iam.IRole;
  /**
   * Holds an object back; takes the event of a finding.
   *
   * @default - nothing is held back
   */
  public readonly quarantineStateMachine?: sfn.IStateMachine;

  private readonly workspace: IWorkspace;
  private readonly baseline?: IAccountBaseline;
  private readonly jobMaker: RuntimeFunction;
  private readonly identifierIds: string[] = [];
  private readonly allowListIds: string[] = [];
  private readonly quarantine?: Quarantine;

  constructor(scope: Construct, id: string, props: SensitiveDataDiscoveryProps) {
    super(scope, id);
    requireProps(`discovery '${this.node.path}'`, props, { workspace: { is: having('profile', 'outputs', 'alarms'), give: 'a Workspace' } });
    this.workspace = props.workspace;
    this.baseline = props.baseline;
    this.stores = props.stores ?? [props.workspace.outputs];
    this.quarantined = props.quarantined ?? this.stores.filter((store) => !store.classification.isIdentifying);
    this.check(props);
    this.estimatedMonthlyCost = this.estimate(props);
    this.monthlyBudget = this.budgetOf(props);

    for (const store of this.stores) this.letMacieRead(store);
    const settings = this.renderSettings(props);
    if (props.baseline) for (const setting of settings) setting.node.addDependency(props.baseline);
    this.jobMaker = this.newJobMaker();
    this.addJob('Job', props);
    if (this.quarantined.length > 0) {
      this.quarantine = new Quarantine(this, 'Quarantine', {
        workspace: this.workspace, stores: this.quarantined, severities: severitiesFrom(props.quarantineFrom ?? FindingSeverity.MEDIUM),
        notify: props.notify ?? this.workspace.alarms,
      });
      this.quarantineStore = this.quarantine.store;
      this.quarantineRole = this.quarantine.role;
      this.quarantineStateMachine = sfn.StateMachine.fromStateMachineArn(this, 'QuarantineStateMachine', this.quarantine.stateMachine.attrArn);
    }
    this.addBudget();
  }

  /**
   * Adds a job with the same identifiers and allow lists, such as one for another schedule or other prefixes.
   *
   * @param id construct id of the job
   * @param props what differs from the discovery's first job
   */
  public addJob(id: string, props: DiscoveryJobProps): void {
    const job = new ClassificationJob(this, id, {
      ...props, stores: props.stores ?? this.stores, serviceToken: this.jobMaker.function.functionArn,
      customDataIdentifierIds: this.identifierIds, allowListIds: this.allowListIds,
    });
    // the Lambda answers through the endpoints: until they admit it, a deployment would hang
    job.resource.node.addDependency(...wayOut(this.workspace), ...(this.baseline ? [this.baseline] : []));
  }

  /**
   * What the policy of a bucket must say so that what is held back cannot be read, for a bucket that is not managed in this app.
   *
   * @param store one of the quarantined stores
   * @throws an error when nothing is held back
   */
  public denialFor(store: IDataStore): iam.PolicyStatement {
    if (!this.quarantine) throw new Error(`discovery '${this.node.path}' holds nothing back: give quarantined stores`);
    return this.quarantine.denialFor(store);
  }

  private check(props: SensitiveDataDiscoveryProps): void {
    const of = `discovery '${this.node.path}'`;
    const stray = this.stores.find((store) => store.region !== this.workspace.region);
    if (stray) throw new Error(`store '${stray.node.path}' of ${of} is in region '${stray.region}': Macie looks at buckets of its own region, '${this.workspace.region}', only`);
    const unseen = this.quarantined.find((store) => !this.stores.includes(store));
    if (unseen) throw new Error(`store '${unseen.node.path}' is to be quarantined and ${of} does not look at it: add it to stores`);
    checkUnique((props.identifiers ?? []).map((identifier) => identifier.name), `data identifier`, of);
    checkUnique((props.allowLists ?? []).map((list) => list.name), 'allow list', of);
    checkUnique((props.findingsFilters ?? []).map((filter) => filter.name), 'findings filter', of);
    if ((props.allowLists ?? []).length > 10) throw new Error(`${of} has ${props.allowLists?.length} allow lists: Macie takes at most 10 in an account and region`);
    const services = this.workspace.endpointServices;
    const missing = ['macie2', ...(this.quarantined.length > 0 ? ['states'] : [])].filter((service) => services && !services.includes(service));
    if (missing.length > 0) {
      throw new Error(`the network of workspace '${this.workspace.node.path}' has no endpoint for ${missing.join(', ')}, which ${of} calls: add it, or name it in endpointServices`);
    }
    for (const filter of (props.findingsFilters ?? []).filter((candidate) => candidate.archives)) {
      Annotations.of(this).addInfo(`findings filter '${filter.name}' archives what it matches: Macie sends no event for that, so it is never held back`);
    }
  }

  private estimate(props: SensitiveDataDiscoveryProps): number | undefined {
    if (props.pricePerGigabyte !== undefined && !(props.pricePerGigabyte >= 0)) {
      throw new Error(`the price per gigabyte of discovery '${this.node.path}' is ${props.pricePerGigabyte}: give US dollars, 0 or more`);
    }
    if (!props.expectedMonthlyVolume) return undefined;
    const gigabytes = props.expectedMonthlyVolume.toMebibytes({ rounding: undefined }) / 1024;
    const estimate = monthlyCost({ gigabytes, samplingPercentage: props.samplingPercentage ?? 100, buckets: this.stores.length }, props.pricePerGigabyte);
    this.node.addMetadata('regulated-ml:estimated-monthly-cost', {
      usDollars: estimate, gigabytes, samplingPercentage: props.samplingPercentage ?? 100, source: MACIE_PRICING.source, asOf: MACIE_PRICING.asOf,
      priceOf: props.pricePerGigabyte === undefined ? MACIE_PRICING.region : 'given',
    });
    new CfnOutput(this, 'EstimatedMonthlyCost', {
      value: estimate.toFixed(2),
      description: `US dollars a month for ${gigabytes} GB looked at ${props.samplingPercentage ?? 100} %, ${props.pricePerGigabyte === undefined ? `list price of ${MACIE_PRICING.region} as of ${MACIE_PRICING.asOf}` : 'price given'}`,
    });
    return estimate;
  }

  private budgetOf(props: SensitiveDataDiscoveryProps): number {
    const budget = props.monthlyBudget ?? (this.estimatedMonthlyCost === undefined ? 100 : Math.max(10, Math.ceil(this.estimatedMonthlyCost * 1.25)));
    if (!(budget > 0) || !Number.isFinite(budget)) throw new Error(`the monthly budget of discovery '${this.node.path}' is ${budget}: give US dollars above 0`);
    if (this.estimatedMonthlyCost !== undefined && this.estimatedMonthlyCost > budget) {
      throw new Error(`discovery '${this.node.path}' is estimated at ${this.estimatedMonthlyCost} US dollars a month and its budget is ${budget}: `
        + 'lower samplingPercentage, look at fewer stores or prefixes, or raise monthlyBudget');
    }
    return budget;
  }

  private renderSettings(props: SensitiveDataDiscoveryProps): Construct[] {
    const identifiers = (props.identifiers ?? []).map((identifier) => new macie.CfnCustomDataIdentifier(this, `Identifier-${identifier.name}`, {
      name: identifier.name,
      regex: identifier.pattern,
      description: identifier.description,
      keywords: identifier.keywords.length > 0 ? identifier.keywords : undefined,
      ignoreWords: identifier.ignoreWords.length > 0 ? identifier.ignoreWords : undefined,
      maximumMatchDistance: identifier.maximumMatchDistance,
    }));
    const allowLists = (props.allowLists ?? []).map((list) => list._render(this, `AllowList-${list.name}`));
    const filters = (props.findingsFilters ?? []).map((filter) => filter._render(this, `Filter-${filter.name}`));
    this.identifierIds.push(...identifiers.map((identifier) => identifier.attrId));
    this.allowListIds.push(...allowLists.map((list) => list.attrId));
    return [...identifiers, ...allowLists, ...filters];
  }

  /** The workspace's own keys let Macie decrypt; a store under another key would be passed over in silence. */
  private letMacieRead(store: IDataStore): void {
    const { workspace } = this;
    if (store.key === workspace.dataKey || store.key === workspace.modelsKey) return;
    const statement = KEY_USERS.find((user) => user.service === 'Macie discovery')?.statement({ account: Stack.of(this).account, region: workspace.region });
    if (!statement || !store.key?.addToResourcePolicy(statement, true).statementAdded) {
      Annotations.of(this).addInfo(`the key of store '${store.node.path}' is not managed in this app: make sure that it lets Macie decrypt, or Macie passes its objects over`);
    }
  }

  private newJobMaker(): RuntimeFunction {
    const { workspace } = this;
    const maker = new RuntimeFunction(this, 'JobMaker', {
      job: 'macie-job', workspace, logsKey: workspace.logsKey, description: 'Makes and cancels classification jobs of Macie', timeout: Duration.minutes(2), reservedConcurrency: 2,
    });
    maker.role.allow(new iam.PolicyStatement({
      actions: ['macie2:CreateClassificationJob', 'macie2:DescribeClassificationJob', 'macie2:TagResource', 'macie2:UpdateClassificationJob'],
      resources: [`arn:${Residency.partitionOf(workspace.region)}:macie2:${workspace.region}:${Stack.of(this).account}:classification-job/*`],
    }), 'Macie chooses the id of a job when it is made');
    return maker;
  }

  private addBudget(): void {
    const { alarms, logsKey } = this.workspace;
    const account = Stack.of(this).account;
    const budgetsOnly = { StringEquals: { 'aws:SourceAccount': account }, ArnLike: { 'aws:SourceArn': `arn:${Residency.partitionOf(this.workspace.region)}:budgets::${account}:*` } };
    const service = new iam.ServicePrincipal('budgets.amazonaws.com');
    const published = alarms.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'Budgets', principals: [service], actions: ['sns:Publish'], resources: [alarms.topicArn], conditions: budgetsOnly,
    }));
    const encrypted = logsKey.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'Budgets', principals: [service], actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: ['*'], conditions: budgetsOnly,
    }), true);
    if (!published.statementAdded || !encrypted.statementAdded) {
      Annotations.of(this).addInfo('the topic for alarms or its key is not managed in this app: make sure that budgets.amazonaws.com may publish to the one and use the other');
    }
    const subscribers = [{ subscriptionType: 'SNS', address: alarms.topicArn }];
    const at = (notificationType: string, threshold: number) => ({
      notification: { notificationType, comparisonOperator: 'GREATER_THAN', threshold, thresholdType: 'PERCENTAGE' }, subscribers,
    });
    const budget = new budgets.CfnBudget(this, 'Budget', {
      budget: {
        budgetType: 'COST', timeUnit: 'MONTHLY', budgetLimit: { amount: this.monthlyBudget, unit: 'USD' }, costFilters: { Service: ['Amazon Macie'] },
      },
      notificationsWithSubscribers: [at('ACTUAL', 80), at('ACTUAL', 100), at('FORECASTED', 100)],
    });
    // a subscription that may not be published to is refused
    budget.node.addDependency(alarms, logsKey);
  }
}

function severitiesFrom(least: FindingSeverity): FindingSeverity[] {
  const all = [FindingSeverity.LOW, FindingSeverity.MEDIUM, FindingSeverity.HIGH];
  return all.slice(all.indexOf(least));
}

function checkUnique(names: string[], what: string, of: string): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`${of} has two of ${what} '${twice}': name each once`);
}
