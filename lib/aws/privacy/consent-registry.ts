import { Annotations, Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct, IConstruct } from 'constructs';
import { declareChoice } from '../../policy/choice';
import { DataFlow } from '../../policy/flow';
import { Purpose } from '../../policy/purpose';
import { having, requireProps } from '../../policy/required';
import { granted } from '../private/granted';
import { checkSameRegion } from '../private/region';
import { RuntimeFunction, RuntimeFunctionProps } from '../private/runtime-function';
import { inRegulatoryPacks, waive } from '../private/waivers';
import { DataStore, IDataStore } from '../storage/data-store';
import { Zone } from '../storage/zone';
import type { IWorkspace } from '../workspace/workspace';
import { checkArn, checkRegistry, Expiring, expiryDays, longestPauseOf, VERSION_DAYS } from './consent-checks';
import { ConsentLedger } from './consent-ledger';
import { ConsentRegistryAttributes, ConsentRegistryProps } from './consent-registry-props';
import { OneTrustPull } from './one-trust-pull';

const PROOF = 'proof of consent (GDPR Art. 7(1) and 17(3)(e))';

/** Who consents to what, as pipelines and others use it. */
export interface IConsentRegistry extends IConstruct {
  /** What people are asked for. */
  readonly purposes: Purpose[];
  /**
   * The bus that tells of withdrawals once they have taken effect: events with the source `regulated-ml.consent`, the detail type `Consent withdrawn` and
   * the detail `{ subject, purposes, withdrawnBefore, at, received, receipt }`. One can come more than once.
   */
  readonly withdrawals: events.IEventBus;
  /** Where receipts are dropped below `receipts/`, and snapshots lie below `snapshots/`. */
  readonly store: IDataStore;
  /** ARN of the function that takes snapshots. */
  readonly snapshotFunctionArn: string;
  /** ARN of the function that takes receipts. */
  readonly receiptsFunctionArn: string;
  /** Whether runs use the last snapshot of a schedule, instead of one of their own. */
  readonly scheduledSnapshots: boolean;
  /** Lets somebody hand over receipts by invoking the function that takes them. */
  grantReceipts(grantee: iam.IGrantable): iam.Grant;
  /** Lets somebody drop receipts into the store, below `receipts/`. */
  grantDrop(grantee: iam.IGrantable): iam.Grant;
}

abstract class Registry extends Construct implements IConsentRegistry {
  public abstract readonly purposes: Purpose[];
  public abstract readonly withdrawals: events.IEventBus;
  public abstract readonly store: IDataStore;
  public abstract readonly snapshotFunctionArn: string;
  public abstract readonly receiptsFunctionArn: string;
  public abstract readonly scheduledSnapshots: boolean;

  public grantReceipts(grantee: iam.IGrantable): iam.Grant {
    return granted(this, { grantee, actions: ['lambda:InvokeFunction'], resourceArns: [this.receiptsFunctionArn] });
  }

  public grantDrop(grantee: iam.IGrantable): iam.Grant {
    return this.store.grantWrite(grantee, 'receipts/');
  }

  /** @internal */
  protected _declare({ region }: IWorkspace): void {
    const flow = DataFlow.of(this);
    flow.add({ id: this.node.path, kind: 'store', name: this.node.id, detail: 'consent', region, classification: this.store.classification, consentPurposes: this.purposes, keptByLaw: PROOF });
    flow.connect(this.node.path, this.store.node.path, 'snapshots');
  }
}

/**
 * What people said they agree to, by purpose, and when they took it back. Receipts come in by a role that may invoke a function, by a drop into a store,
 * by a signed webhook or from an API of OneTrust; each is written once and never changed. Snapshots of what holds go to pipelines, which keep the data
 * of those who consent; withdrawals are told on a bus, where the duty to erase begins.
 *
 * There is no door to the internet, unless you hand one in.
 *
 * @example
 * import { Stack } from 'aws-cdk-lib';
 * import { ConsentRegistry, DataStore, MLPipeline, Workspace } from 'cdk-regulated-ml/aws';
 * import { Purpose } from 'cdk-regulated-ml/policy';
 *
 * declare const stack: Stack;
 * declare const workspace: Workspace;
 * declare const raw: DataStore;
 *
 * const purpose = Purpose.of('readmission-risk');
 * const registry = new ConsentRegistry(stack, 'Consent', { workspace, purposes: [purpose] });
 * const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, purpose });
 * const consented = pipeline.addConsentFilter('Consented', { registry, input: raw.input('admissions/'), subject: 'patient_id', purpose });
 */
export class ConsentRegistry extends Registry {
  /** A registry that exists: pipelines of this app filter by it as well. */
  public static fromAttributes(scope: Construct, id: string, attrs: ConsentRegistryAttributes): IConsentRegistry {
    return new ImportedRegistry(scope, id, attrs);
  }

  public readonly purposes: Purpose[];
  public readonly withdrawals: events.IEventBus;
  public readonly store: IDataStore;
  public readonly snapshotFunctionArn: string;
  public readonly receiptsFunctionArn: string;
  public readonly scheduledSnapshots: boolean;
  /** Encrypts the table, the bus and the secret. */
  public readonly key: kms.IKey;
  /** What people said. Nothing in it is changed or deleted, and it is kept when the stack goes. */
  public readonly table: dynamodb.ITable;
  /** Takes what OneTrust tells, if there is a webhook: `{ headers, body, isBase64Encoded }`, signed. */
  public readonly webhookFunction?: lambda.IFunction;
  /** What the webhook is signed with, if there is one. */
  public readonly webhookSecret?: secretsmanager.ISecret;
  /** @internal The most minutes between two snapshots of the schedule, where that can be told. */
  public readonly _snapshotPause?: number;
  private readonly ledger: ConsentLedger;
  private readonly workspace: IWorkspace;
  private readonly names: string;

  constructor(scope: Construct, id: string, props: ConsentRegistryProps) {
    super(scope, id);
    checkRegistry(this, props);
    const { workspace } = props;
    this.workspace = workspace;
    this.purposes = [...props.purposes];
    const named = [...props.purposes.map((purpose): [string, Purpose] => [purpose.name, purpose]), ...Object.entries(props.purposeNames ?? {})];
    this.names = JSON.stringify(Object.fromEntries(named.map(([name, purpose]) => [name, purpose.name])));
    this.scheduledSnapshots = props.snapshotSchedule !== undefined;
    this._snapshotPause = props.snapshotSchedule && longestPauseOf(props.snapshotSchedule);
    checkSameRegion('key', props.key, `registry '${this.node.path}'`, workspace.region);
    this.key = props.key ?? new kms.Key(this, 'Key', { description: `${this.node.path}: consents`, enableKeyRotation: true, removalPolicy: RemovalPolicy.RETAIN });
    this.ledger = new ConsentLedger(this, 'Ledger', { key: this.key, region: workspace.region });
    this.table = this.ledger.table;
    this.store = props.store ?? new DataStore(this, 'Store', { workspace, classification: workspace.outputs.classification, zone: Zone.CURATED });
    const flow = DataFlow.of(this);
    // receipts, and by what a run was filtered; a store of the user's may hold more
    if (!props.store) flow.add({ ...flow.node(this.store.node.path)!, keptByLaw: PROOF });
    this.expire([
      // a file waits up to 24 hours in EventBridge and 6 in Lambda before what is wrong with it is known
      { id: 'refused', prefix: 'refused/', retention: props.refusedRetention, standard: 21, late: 2 },
      // as long as the queue knows which of them were not taken
      { id: 'dropped', prefix: 'receipts/', retention: props.droppedRetention, standard: 14, late: 0 },
    ]);
    this.withdrawals = new events.EventBus(this, 'Withdrawals', { description: `${this.node.path}: consents that were taken back`, kmsKey: this.key });

    const receipts = this.newReceipts();
    this.receiptsFunctionArn = receipts.function.functionArn;
    const taking = [receipts];
    if (props.webhook) {
      const { signatureHeader = 'x-consent-signature', timestampHeader = 'x-consent-timestamp' } = props.webhook;
      this.webhookSecret = props.webhook.secret ?? this.newSecret();
      const webhook = this.newWebhook(this.webhookSecret, { SIGNATURE_HEADER: signatureHeader, TIMESTAMP_HEADER: timestampHeader });
      this.webhookFunction = webhook.function;
      taking.push(webhook);
    }
    this.snapshotFunctionArn = this.newSnapshots(props.snapshotSchedule).function.functionArn;
    this.tellWithdrawals();
    for (const one of taking) this.alarmOnRefusals(one);
    if (props.oneTrust) new OneTrustPull(this, 'OneTrust', { api: props.oneTrust, workspace, purposeNames: this.names, receipts: receipts.function });
    this._declare(workspace);
    declareChoice(this, {
      dimension: 'privacy', choice: `a registry of consent to ${this.purposes.join(', ')}`, gives: 'what is trained learns from those who agree to it at the time, and a withdrawal reaches the next run and whoever has to erase',
      costs: 'a step before each run, a table that keeps what everybody said as proof, and no data of those whose receipts are missing',
    });
  }

  /** Lets somebody hand over what OneTrust sent, with its headers, by invoking the function of the webhook. */
  public grantWebhook(grantee: iam.IGrantable): iam.Grant {
    return granted(this, { grantee, actions: ['lambda:InvokeFunction'], resourceArns: [this.needWebhook().functionArn] });
  }

  /**
   * Takes the webhook at a place of an API of yours. Whether that is private or stands on the internet is for you to decide, with what protects it: a web
   * firewall, a list of addresses, client certificates.
   *
   * @param resource such as `api.root.addResource('consent')`
   */
  public acceptWebhooks(resource: apigateway.IResource): apigateway.Method {
    const method = resource.addMethod('POST', new apigateway.LambdaIntegration(this.needWebhook(), { allowTestInvoke: false }), { authorizationType: apigateway.AuthorizationType.NONE });
    waive(method, ['AwsSolutions::AwsSolutions-APIG4', 'AwsSolutions::AwsSolutions-COG4'], 'the function checks a signature over each body, which a sender that is no identity of AWS can make');
    return method;
  }

  /** @internal What a function is told to find the words of a person with. */
  public get _records(): { readonly table: string; readonly subjectKey: string; readonly purposes: readonly string[] } {
    return { table: this.table.tableName, subjectKey: this.ledger.subjectKey.keyArn, purposes: this.purposes.map(({ name }) => name) };
  }

  /** @internal Lets a function read what a person said. */
  public _allowAsking(asking: RuntimeFunction): void {
    this.ledger.allowAsking(asking);
  }

  private needWebhook(): lambda.IFunction {
    if (!this.webhookFunction) throw new Error(`registry '${this.node.path}' has no webhook: give it one, webhook: {} for a secret of its own`);
    return this.webhookFunction;
  }

  private newFunction(id: string, props: Omit<RuntimeFunctionProps, 'workspace' | 'logsKey'>): RuntimeFunction {
    const { workspace } = this;
    return new RuntimeFunction(this, id, {
      ...props, workspace, logsKey: workspace.logsKey,
      environment: { TABLE: this.table.tableName, SUBJECT_KEY: this.ledger.subjectKey.keyArn, BUCKET: this.store.bucket.bucketName, PURPOSES: this.names, ...props.environment },
    });
  }

  private newReceipts(): RuntimeFunction {
    const made = this.newFunction('Receipts', { job: 'consent-receipts', description: 'Takes receipts of consent', timeout: Duration.minutes(15), reservedConcurrency: 10, memory: 1_024 });
    this.ledger.allowAppending(made);
    this.store.grantRead(made.role, 'receipts/');
    this.store.grantWrite(made.role, 'refused/');
    const rule = new events.Rule(this, 'Dropped', {
      description: `${this.node.path}: receipts that were dropped into the store`,
      eventPattern: { source: ['aws.s3'], detailType: ['Object Created'], detail: { bucket: { name: [this.store.bucket.bucketName] }, object: { key: [{ prefix: 'receipts/' }] } } },
    });
    made.handle(rule, { retryAttempts: 185, maxEventAge: Duration.hours(24) });
    this.alarm('Undelivered', made.function.deadLetterQueue!.metricApproximateNumberOfMessagesVisible(), 'receipts that were dropped into the store were not taken: the queue says which; drop them again');
    return made;
  }

  private newSecret(): secretsmanager.Secret {
    const secret = new secretsmanager.Secret(this, 'WebhookSecret', {
      description: `${this.node.path}: what OneTrust signs with`, encryptionKey: this.key, removalPolicy: RemovalPolicy.RETAIN,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    waive(secret, ['AwsSolutions::AwsSolutions-SMG4', ...inRegulatoryPacks('SecretsManagerRotationEnabled', ['HIPAA.Security', 'NIST.800.53.R5']), 'RegulatedML::RegulatedML-SecretRotation'],
      'OneTrust has to be told a new secret by hand, so that one that changes by itself would shut it out; the version before holds beside the new one, for whoever renews it');
    return secret;
  }

  private newWebhook(secret: secretsmanager.ISecret, environment: Record<string, string>): RuntimeFunction {
    const made = this.newFunction('Webhook', {
      job: 'consent-webhook', description: 'Takes what OneTrust tells of consent', timeout: Duration.seconds(29), reservedConcurrency: 20, memory: 512,
      environment: { SECRET: secret.secretArn, ...environment },
    });
    this.ledger.allowAppending(made);
    this.store.grantWrite(made.role, 'refused/');
    secret.grantRead(made.role);
    return made;
  }

  private newSnapshots(schedule: events.Schedule | undefined): RuntimeFunction {
    // the longest that a Lambda step waits for
    const made = this.newFunction('Snapshots', { job: 'consent-snapshot', description: 'Takes snapshots of what people consent to', timeout: Duration.minutes(10), reservedConcurrency: 5, memory: 3_008 });
    this.ledger.allowReading(made);
    this.store.grantReadWrite(made.role, 'snapshots/');
    // without it S3 says access denied of a snapshot that is not there
    made.role.allow(new iam.PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.store.bucket.bucketArn] }));
    if (schedule) {
      const rule = new events.Rule(this, 'SnapshotSchedule', { description: `${this.node.path}: takes a snapshot`, schedule });
      made.handle(rule, { event: events.RuleTargetInput.fromObject({ action: 'take' }), retryAttempts: 2 });
      this.alarm('Untaken', made.function.metricErrors(), 'a snapshot was not taken, and runs that need one of its age will stop');
    }
    return made;
  }

  /** What was refused is of no use when nobody has mended it for long, what was dropped when it was taken; both may be of people, whom no eraser finds there. */
  private expire(places: readonly Expiring[]): void {
    const { bucket } = this.store;
    if (bucket instanceof s3.Bucket) {
      for (const place of places) {
        const expiration = Duration.days(expiryDays(this, place, this.workspace.profile));
        bucket.addLifecycleRule({ id: place.id, prefix: place.prefix, expiration, noncurrentVersionExpiration: Duration.days(VERSION_DAYS) });
      }
      return;
    }
    const whose = `store '${this.store.node.path}' was not made by this app`;
    for (const { id, prefix, retention } of places) {
      if (retention) throw new Error(`registry '${this.node.path}': ${id}Retention cannot be kept, since ${whose}: leave it out, and give its bucket a lifecycle rule for '${prefix}'`);
      Annotations.of(this).addWarningV2(`cdk-regulated-ml:${id}-receipts-stay`,
        `${whose}, so that receipts that are ${id} stay below '${prefix}' for as long as its bucket keeps them, and may be of people: give it a lifecycle rule for that prefix`);
    }
  }

  /**
   * By the stream of the table, so that what is written is told, whatever became of who wrote it; by a schedule, what takes effect on a later day. The
   * stream has forgotten that by then.
   */
  private tellWithdrawals(): void {
    const made = this.newFunction('Tell', {
      job: 'consent-withdrawals', description: 'Tells of consents that were taken back', timeout: Duration.minutes(5), environment: { BUS: this.withdrawals.eventBusName },
    });
    this.ledger.allowFollowing(made);
    this.store.grantReadWrite(made.role, 'withdrawals/');
    // without it S3 says access denied of what is not there yet
    made.role.allow(new iam.PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.store.bucket.bucketArn] }));
    const due = new events.Rule(this, 'Due', { description: `${this.node.path}: withdrawals that take effect by now`, schedule: events.Schedule.rate(Duration.hours(1)) });
    made.handle(due, { event: events.RuleTargetInput.fromObject({ action: 'due' }), retryAttempts: 2 });
    made.role.allow(new iam.PolicyStatement({ actions: ['events:PutEvents'], resources: [this.withdrawals.eventBusArn] }));
    const mapping = new lambda.EventSourceMapping(this, 'Stream', {
      target: made.function, eventSourceArn: this.table.tableStreamArn!, startingPosition: lambda.StartingPosition.TRIM_HORIZON, batchSize: 100, bisectBatchOnError: true,
      filters: [lambda.FilterCriteria.filter({ eventName: ['INSERT'], dynamodb: { NewImage: { say: { S: ['withdrawn'] } } } })],
      // the role may send there already; the grant of the CDK would allow any use of its key
      onFailure: { bind: () => ({ destination: made.function.deadLetterQueue!.queueArn }) },
    });
    mapping.node.addDependency(made.role);
    this.alarm('Untold', made.function.metricErrors(), 'withdrawals of consent were not told, and whoever has to erase does not know of them');
  }

  private alarmOnRefusals(taking: RuntimeFunction): void {
    const { id } = taking.node;
    const filter = new logs.MetricFilter(taking, 'Refused', {
      logGroup: taking.function.logGroup, filterPattern: logs.FilterPattern.numberValue('$.refusals', '>', 0),
      metricNamespace: 'RegulatedML', metricName: `Refused-${taking.node.addr}`, metricValue: '$.refusals', defaultValue: 0,
    });
    this.alarm(`${id}Refused`, filter.metric({ statistic: 'Sum', period: Duration.minutes(5) }), 'receipts of consent were refused; they lie below refused/ in the store, each with the reason');
  }

  private alarm(id: string, metric: cloudwatch.IMetric, what: string): void {
    new cloudwatch.Alarm(this, id, {
      metric, threshold: 1, evaluationPeriods: 1, treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING, alarmDescription: `${this.node.path}: ${what}`,
    }).addAlarmAction(new actions.SnsAction(this.workspace.alarms));
  }
}

class ImportedRegistry extends Registry {
  public readonly purposes: Purpose[];
  public readonly withdrawals: events.IEventBus;
  public readonly store: IDataStore;
  public readonly snapshotFunctionArn: string;
  public readonly receiptsFunctionArn: string;
  public readonly scheduledSnapshots: boolean;

  constructor(scope: Construct, id: string, attrs: ConsentRegistryAttributes) {
    super(scope, id);
    requireProps(`registry '${this.node.path}'`, attrs, {
      workspace: { is: having('profile', 'vpc', 'logsKey'), give: 'a Workspace' },
      purposes: { is: having('name', 'isSame'), give: "a purpose, such as Purpose.of('readmission-risk')", list: true },
      store: { is: having('bucket', 'grantRead'), give: 'its store, with DataStore.fromAttributes' },
    });
    const { region } = attrs.workspace;
    for (const name of ['snapshotFunctionArn', 'receiptsFunctionArn'] as const) checkArn(this, name, attrs[name], 'lambda', region);
    checkArn(this, 'withdrawalsBusArn', attrs.withdrawalsBusArn, 'events', region);
    this.purposes = [...attrs.purposes];
    this.store = attrs.store;
    this.snapshotFunctionArn = attrs.snapshotFunctionArn;
    this.receiptsFunctionArn = attrs.receiptsFunctionArn;
    this.scheduledSnapshots = attrs.scheduledSnapshots ?? false;
    this.withdrawals = events.EventBus.fromEventBusArn(this, 'Withdrawals', attrs.withdrawalsBusArn);
    this._declare(attrs.workspace);
  }
}
