import { Annotations, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { declareChoice } from '../../policy/choice';
import { Classification } from '../../policy/classification';
import { DataFlow } from '../../policy/flow';
import { RequestKind } from '../../policy/request-deadline';
import { Residency } from '../../policy/residency';
import { Retention } from '../../policy/retention';
import { granted } from '../private/granted';
import { encryptedLogGroup } from '../private/log-retention';
import { admitLogDelivery, privateWorkflow } from '../private/private-workflow';
import { RuntimeFunction } from '../private/runtime-function';
import { ServiceRole } from '../private/service-role';
import { settledJson } from '../private/settled';
import { waive } from '../private/waivers';
import { DataStore, IDataStore } from '../storage/data-store';
import { Zone } from '../storage/zone';
import { bindObjects } from './erasers/objects';
import { admitInvocations } from './lambda-endpoint';
import { RecordLayout } from './record-layout';
import { checkRights, deadlinesFor } from './rights-checks';
import { Standing, standingAgainst } from './rights-conflicts';
import { rightsDefinition, StoreEntry } from './rights-definition';
import { allowFingerprints, BoundEraser, EXPORT_PREFIX, RightsGround } from './rights-ground';
import { RightsRecords } from './rights-records';
import { checkWithdrawals, hearWithdrawals } from './rights-withdrawals';
import { SubjectRightsProps } from './subject-rights-props';

/** Deadlines are looked at so often, and their alarm misses the look that did not happen. */
const LOOKED_AT = Duration.hours(6);

/**
 * Answers requests of people: their data is erased, or copied for them, in every store that has an eraser, with a proof for each, before the law's time
 * is over. A store that fails is left open and does not keep the others from being asked.
 *
 * Whoever starts an execution has made sure who asks (GDPR Art. 12(6)): nothing here does.
 *
 * @example
 * import { Stack } from 'aws-cdk-lib';
 * import { ConsentRegistry, DataStore, Eraser, RecordLayout, SubjectRights, Workspace } from 'cdk-regulated-ml/aws';
 *
 * declare const stack: Stack;
 * declare const workspace: Workspace;
 * declare const raw: DataStore;
 * declare const registry: ConsentRegistry;
 *
 * const rights = new SubjectRights(stack, 'Rights', { workspace, erasers: [Eraser.objects(raw, { layout: RecordLayout.csv('patient_id', 'admissions/') })] });
 * rights.requestsFrom(registry.withdrawals);
 */
export class SubjectRights extends Construct {
  /** ARN of the state machine: `StartExecution` with `{ kind, subject }` is a request. */
  public readonly stateMachineArn: string;
  /** Requests, and what became of them in each store. It holds no personal value, and nobody deletes from it. */
  public readonly records: dynamodb.ITable;
  /** Copies that were made for people, until they expire. */
  public readonly exports: IDataStore;
  /** What could not be done, by store: nothing in it names a person. */
  public readonly undone: sqs.IQueue;
  /** Takes what a person has done or decided where the workflow could not. */
  public readonly settleFunction: lambda.IFunction;
  /** Encrypts records, copies and executions. */
  public readonly key: kms.IKey;

  private readonly recordsTable: RightsRecords;
  private readonly erasers: readonly BoundEraser[];
  private standing?: Map<BoundEraser, Standing[]>;

  constructor(scope: Construct, id: string, private readonly props: SubjectRightsProps) {
    super(scope, id);
    checkRights(this, props);
    const { workspace } = props;
    const { region } = workspace;
    this.key = props.key ?? new kms.Key(this, 'Key', { description: `${this.node.path}: requests of people`, enableKeyRotation: true, removalPolicy: RemovalPolicy.RETAIN });
    admitLogDelivery(this, this.key);
    // HMAC keys do not rotate, and records would have to be written anew
    const fingerprintKey = new kms.Key(this, 'FingerprintKey', {
      description: `${this.node.path}: names people in records`, keySpec: kms.KeySpec.HMAC_256, keyUsage: kms.KeyUsage.GENERATE_VERIFY_MAC, removalPolicy: RemovalPolicy.RETAIN,
    });
    this.recordsTable = new RightsRecords(this, 'Records', { key: this.key, region });
    this.records = this.recordsTable.table;
    const exports = new DataStore(this, 'Exports', {
      workspace, key: this.key, zone: Zone.QUARANTINE, retention: props.exportRetention ?? Retention.days(30), versionRetention: Retention.days(1),
      classification: this.highest(),
    });
    this.exports = exports;
    this.undone = this.newQueue('Undone', 'this queue is itself where what could not be done is left, for a person to see to');

    const ground: RightsGround = { workspace, records: this.recordsTable, exports, fingerprintKey };
    this.erasers = this.bind(ground, exports);
    const desk = this.newDesk(ground);
    this.settleFunction = this.newSettlement(ground).function;
    this.stateMachineArn = this.newStateMachine(desk).attrArn;
    this.watch(desk);
    this.node.addValidation({ validate: () => this.warn() });
    declareChoice(this, {
      dimension: 'compliance', choice: `people are erased from, and told of, ${this.erasers.length - 1} stores by a workflow`,
      gives: 'a request reaches each of them, with a proof, and an alarm before it is due', costs: 'functions that may delete, and objects of many people are written anew for one',
    });
  }

  /**
   * Takes the withdrawals of consent that come over a bus as requests to erase what is held for the purposes that were withdrawn, and nothing else.
   *
   * @param bus such as that of a `ConsentRegistry`
   * @throws an error that names the erasers by which each withdrawal of a registry would be left open; of another bus it is a warning
   */
  public requestsFrom(bus: events.IEventBus): events.Rule {
    checkWithdrawals(this, bus, this.erasers, this.props.identities !== undefined);
    return hearWithdrawals(this, bus, {
      stateMachineArn: this.stateMachineArn, allowStart: (role) => this.allowStart(role), newDeadLetters: (id) => this.newQueue(id, 'this queue is itself the dead-letter queue, of a rule of EventBridge, which the pack does not look at'),
      alarm: (id, metric, what) => this.alarm(id, metric, what), keptIn: this.props.workspace.node.path,
    });
  }

  /** Grants making requests. */
  public grantRequest(grantee: iam.IGrantable): iam.Grant {
    return granted(this, { grantee, actions: ['states:StartExecution'], resourceArns: [this.stateMachineArn] }).combine(granted(this, {
      grantee, actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resourceArns: [this.key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `states.${this.props.workspace.region}.${Stack.of(this).urlSuffix}` } },
    }));
  }

  /** Grants settling what was left open, and deciding about models. */
  public grantSettlement(grantee: iam.IGrantable): iam.Grant {
    return granted(this, { grantee, actions: ['lambda:InvokeFunction'], resourceArns: [this.settleFunction.functionArn] });
  }

  /** Grants looking into the records. */
  public grantReadRecords(grantee: iam.IGrantable): iam.Grant {
    return this.recordsTable.grantRead(grantee);
  }

  /** What copies can hold is what any store of the flow does. */
  private highest(): Classification {
    const { workspace } = this.props;
    return Classification.highest(workspace.outputs.classification, ...DataFlow.of(this).nodes.flatMap(({ classification }) => classification ?? []));
  }

  private bind(ground: RightsGround, exports: DataStore): BoundEraser[] {
    const ids = new Set<string>();
    const known = new Map<string, number>();
    const bound = this.props.erasers.map((eraser, index) => {
      const made = eraser._bind(new Construct(this, this.idFor(eraser._name)), ground);
      const same = JSON.stringify([made.store, made.identifier, made.accounts]);
      const first = known.get(same);
      if (first !== undefined) {
        const words = made.accounts.map(({ how }) => `: ${how}`).join(', ');
        throw new Error(`subject rights '${this.node.path}': erasers[${first}] and erasers[${index}] are the same, of '${made.store}'${words}: leave one out, or each file would be gone through, and on record, twice`);
      }
      known.set(same, index);
      if (ids.has(made.store)) return { ...made, store: `${made.store}#${index + 1}` };
      ids.add(made.store);
      return made;
    });
    // copies are data of the person too
    const own = bindObjects(new Construct(this, 'Copies'), ground, exports, RecordLayout.onePerson(`${EXPORT_PREFIX}{subject}/`), { byPerson: true });
    const flow = DataFlow.of(this);
    for (const { accounts } of [...bound, own]) {
      for (const { node, how, prefix = '', finds = 'known-form' } of accounts) {
        const known = flow.node(node);
        if (known) flow.add({ ...known, erasers: [...known.erasers ?? [], { prefix, finds }], erasure: [known.erasure, `${how}, by ${this.node.path}`].filter((text) => text !== undefined).join('; ') });
      }
    }
    return [...bound, { ...own, always: true }];
  }

  private idFor(name: string): string {
    const id = `Of${name}`;
    let number = 1;
    while (this.node.tryFindChild(number === 1 ? id : `${id}${number}`)) number += 1;
    return number === 1 ? id : `${id}${number}`;
  }

  private newDesk(ground: RightsGround): RuntimeFunction {
    const { workspace, identities, warnBefore } = this.props;
    const desk = new RuntimeFunction(this, 'Desk', {
      job: 'subject-rights', workspace, logsKey: workspace.logsKey, description: 'Takes requests of people in, and keeps record of them', timeout: Duration.minutes(5), memory: 512,
      reservedConcurrency: 10, forgetsEvents: true,
      environment: {
        RECORDS_TABLE: this.records.tableName, FINGERPRINT_KEY: ground.fingerprintKey.keyArn, EXPORT_BUCKET: this.exports.bucket.bucketName, EXPORT_PREFIX,
        DEADLINES: JSON.stringify(Object.fromEntries(Object.values(RequestKind).map((kind) => [kind, deadlinesFor(this, this.props, kind)]))),
        WARN_DAYS: String((warnBefore ?? Duration.days(7)).toDays()), METRIC_NAMESPACE: 'RegulatedML', METRIC_DUE: this.metricName('Due'), METRIC_OPEN: this.metricName('Open'),
        ...(identities ? { IDENTITIES_FUNCTION: identities.functionArn } : {}),
      },
    });
    this.recordsTable.allow(desk.role, ['GetItem', 'PutItem', 'UpdateItem'], true);
    allowFingerprints(desk.role, ground);
    desk.role.allow(new iam.PolicyStatement({
      actions: ['cloudwatch:PutMetricData'], resources: ['*'], conditions: { StringEquals: { 'cloudwatch:namespace': 'RegulatedML' } },
    }), 'CloudWatch knows no resource for metrics; a condition holds it to the namespace');
    if (identities) {
      desk.role.allow(new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [identities.functionArn] }));
      admitInvocations(desk, workspace, [identities.functionArn]);
    }
    return desk;
  }

  private newSettlement({ workspace }: RightsGround): RuntimeFunction {
    const settlement = new RuntimeFunction(this, 'Settlement', {
      job: 'settle-request', workspace, logsKey: workspace.logsKey, description: 'Takes what people have done and decided about requests', reservedConcurrency: 2,
      environment: { RECORDS_TABLE: this.records.tableName },
    });
    this.recordsTable.allow(settlement.role, ['PutItem', 'Query', 'UpdateItem']);
    return settlement;
  }

  private newStateMachine(desk: RuntimeFunction): sfn.CfnStateMachine {
    const { workspace } = this.props;
    const { region, logsKey, alarms } = workspace;
    const role = new ServiceRole(this, 'Role', { service: 'states.amazonaws.com', description: 'Answers requests of people' });
    const logGroup = encryptedLogGroup(this, 'Logs', { key: logsKey, retention: workspace.logRetention });
    role.allow(new iam.PolicyStatement({
      actions: ['lambda:InvokeFunction'], resources: [desk.function.functionArn, ...new Set(this.erasers.map((eraser) => eraser.function.functionArn))],
    }));
    role.allow(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.undone.queueArn] }));
    role.allow(new iam.PolicyStatement({ actions: ['sns:Publish'], resources: [alarms.topicArn] }));
    role.allowKey(logsKey, ['kms:Decrypt', 'kms:GenerateDataKey'], 'sqs', region);
    role.allowKey(alarms.masterKey ?? logsKey, ['kms:Decrypt', 'kms:GenerateDataKey'], 'sns', region);
    const machine = privateWorkflow(this, 'Resource', {
      role, logGroup, key: this.key, region,
      definition: settledJson(this, () => rightsDefinition({
        partition: Residency.partitionOf(region), deskArn: desk.function.functionArn, stores: this.entries(), undoneUrl: this.undone.queueUrl, topicArn: alarms.topicArn,
      })),
    });
    const executions = (metricName: string) => new cloudwatch.Metric({
      namespace: 'AWS/States', metricName, statistic: 'Sum', dimensionsMap: { StateMachineArn: machine.attrArn }, period: Duration.minutes(5),
    });
    this.alarm('Failed', executions('ExecutionsFailed'), 'a request of a person was not taken in, or is left open');
    this.alarm('TimedOut', executions('ExecutionsTimedOut'), 'a request of a person took too long');
    this.alarm('Left', this.undone.metricApproximateNumberOfMessagesVisible(), 'something could not be done for a person: see the queue');
    return machine;
  }

  private entries(): StoreEntry[] {
    const standing = this.standingAgainst();
    return this.erasers.map((eraser) => ({
      store: eraser.store, function: eraser.function.functionArn, ...(eraser.identifier ? { identifier: eraser.identifier } : {}), purposes: eraser.purposes,
      ...(eraser.always ? { always: true } : {}), ...(eraser.last ? { last: true } : {}), ...(eraser.byPerson ? { byPerson: true } : {}),
      conflicts: [...new Set([...eraser.conflicts, ...standing.get(eraser)!.map(({ conflict }) => conflict)])],
    }));
  }

  /** Known when the app is whole. */
  private standingAgainst(): Map<BoundEraser, Standing[]> {
    this.standing = standingAgainst(this, this.erasers, this.exports);
    return this.standing;
  }

  private warn(): string[] {
    for (const [{ store }, found] of this.standingAgainst()) {
      for (const { conflict, message } of found) Annotations.of(this).addWarningV2(`cdk-regulated-ml:erasure-conflict-${conflict}-${store}`, message);
    }
    return [];
  }

  private watch(desk: RuntimeFunction): void {
    const rule = new events.Rule(this, 'Deadlines', { description: 'Looks which requests of people are due', schedule: events.Schedule.rate(LOOKED_AT) });
    rule.addTarget(new targets.LambdaFunction(desk.function, { retryAttempts: 2, event: events.RuleTargetInput.fromObject({ action: 'watch' }) }));
    const metric = new cloudwatch.Metric({
      namespace: 'RegulatedML', metricName: this.metricName('Due'), statistic: 'Maximum', period: Duration.hours(2 * LOOKED_AT.toHours()),
    });
    new cloudwatch.Alarm(this, 'Due', {
      metric, threshold: 1, evaluationPeriods: 1, treatMissingData: cloudwatch.TreatMissingData.BREACHING,
      alarmDescription: 'a request of a person is due soon and not answered, or nobody has looked',
    }).addAlarmAction(new actions.SnsAction(this.props.workspace.alarms));
  }

  private metricName(what: string): string {
    return `Requests${what}-${this.node.addr}`;
  }

  private newQueue(id: string, isDeadLetters: string): sqs.Queue {
    const queue = new sqs.Queue(this, id, {
      encryption: sqs.QueueEncryption.KMS, encryptionMasterKey: this.props.workspace.logsKey, enforceSSL: true, retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    waive(queue, ['AwsSolutions::AwsSolutions-SQS3'], isDeadLetters);
    return queue;
  }

  private alarm(id: string, metric: cloudwatch.IMetric, alarmDescription: string): void {
    new cloudwatch.Alarm(this, id, { metric, threshold: 1, evaluationPeriods: 1, alarmDescription, treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING })
      .addAlarmAction(new actions.SnsAction(this.props.workspace.alarms));
  }

  private allowStart(role: ServiceRole): void {
    role.allow(new iam.PolicyStatement({ actions: ['states:StartExecution'], resources: [this.stateMachineArn] }));
    role.allowKey(this.key, ['kms:Decrypt', 'kms:GenerateDataKey'], 'states', this.props.workspace.region);
  }
}
