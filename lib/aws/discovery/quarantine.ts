import { Annotations, Duration, Names, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { Classification } from '../../policy/classification';
import { DataFlow } from '../../policy/flow';
import { Residency } from '../../policy/residency';
import { encryptedLogGroup } from '../private/log-retention';
import { admitLogDelivery, privateWorkflow } from '../private/private-workflow';
import { RuntimeFunction } from '../private/runtime-function';
import { ServiceRole } from '../private/service-role';
import { waive } from '../private/waivers';
import { DataStore, IDataStore } from '../storage/data-store';
import { Zone } from '../storage/zone';
import { macieRoleArn } from '../workspace/key-users';
import { IWorkspace } from '../workspace/workspace';
import { FindingSeverity } from './finding-severity';
import { quarantineDefinition } from './quarantine-definition';

/** The tag that holds an object back. */
export const QUARANTINE_TAG = 'regulated-ml:quarantine';

/** A run looks at twice the time between runs, so that one that fails loses nothing. */
const LOOKBACK = Duration.hours(48);

const HELD_BACK_BY = new WeakMap<IDataStore, Quarantine>();

export interface QuarantineProps {
  readonly workspace: IWorkspace;
  readonly stores: IDataStore[];
  readonly severities: FindingSeverity[];
  readonly notify: sns.ITopic;
}

/**
 * Holds back objects in which Macie finds what should not be there: reading them is denied, a copy goes to a store with a key of its
 * own, a record is written, people are told.
 */
export class Quarantine extends Construct {
  public readonly store: DataStore;
  public readonly stateMachine: sfn.CfnStateMachine;
  /** The only role besides administrators and Macie that reads what is held back. */
  public readonly role: iam.IRole;
  private readonly worker: RuntimeFunction;

  constructor(scope: Construct, id: string, private readonly props: QuarantineProps) {
    super(scope, id);
    this.store = this.newStore();
    this.worker = this.newWorker();
    this.role = this.worker.role.role;
    this.stateMachine = this.newStateMachine();
    for (const store of props.stores) this.holdBackFrom(store);
    const deadLetters = this.deliverEvents();
    const reconciliation = this.reconcile();
    this.raiseAlarms(deadLetters, reconciliation);
    if (props.workspace.administrators.length === 0) {
      Annotations.of(this).addInfo('the workspace names no administrators, so nobody can read or release what is held back: give administrators, or edit the policy of the bucket when it comes to it');
    }
  }

  /** What the policy of a store's bucket must say so that objects with the tag are held back. */
  public denialFor(store: IDataStore, bucket: s3.IBucket = store.bucket): iam.PolicyStatement {
    const { workspace } = this.props;
    return new iam.PolicyStatement({
      sid: 'DenyQuarantined',
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      // the tagging actions, or whoever may tag could release
      actions: [
        's3:GetObject', 's3:GetObjectVersion', 's3:PutObjectTagging', 's3:PutObjectVersionTagging', 's3:DeleteObjectTagging', 's3:DeleteObjectVersionTagging',
      ],
      resources: [bucket.arnForObjects('*')],
      conditions: {
        StringLike: { [`s3:ExistingObjectTag/${QUARANTINE_TAG}`]: '*' },
        ArnNotLike: {
          'aws:PrincipalArn': [
            this.roleArnFor(store), macieRoleArn({ account: Stack.of(this).account, region: workspace.region }), ...workspace.administrators,
          ],
        },
      },
    });
  }

  private newStore(): DataStore {
    const { workspace, stores } = this.props;
    const key = new kms.Key(this, 'Key', { description: `${this.node.path}: data held back`, enableKeyRotation: true, removalPolicy: RemovalPolicy.RETAIN });
    const store = new DataStore(this, 'Store', {
      workspace, key, zone: Zone.QUARANTINE,
      classification: Classification.highest(workspace.outputs.classification, ...stores.map((candidate) => candidate.classification)),
    });
    for (const source of stores) DataFlow.of(this).connect(source.node.path, store.node.path, 'quarantine');
    return store;
  }

  private newWorker(): RuntimeFunction {
    const { workspace, stores } = this.props;
    const worker = new RuntimeFunction(this, 'Worker', {
      job: 'quarantine', workspace, logsKey: workspace.logsKey, description: 'Holds back objects in which sensitive data was found',
      timeout: Duration.minutes(15), memory: 512, reservedConcurrency: 10,
      environment: {
        QUARANTINE_BUCKET: this.store.bucket.bucketName,
        SINGLE_COPY_LIMIT: String(Size.gibibytes(5).toKibibytes() * 1024),
        PART_SIZE: String(Size.mebibytes(512).toKibibytes() * 1024),
      },
    });
    const any = 'which object holds sensitive data is not known before it is found';
    for (const store of stores) {
      worker.role.allow(new iam.PolicyStatement({
        actions: [
          's3:GetObject', 's3:GetObjectVersion', 's3:GetObjectTagging', 's3:GetObjectVersionTagging', 's3:PutObjectTagging', 's3:PutObjectVersionTagging',
        ],
        resources: [store.bucket.arnForObjects('*')],
      }), any);
      // without it S3 says access denied of an object that was deleted
      worker.role.allow(new iam.PolicyStatement({ actions: ['s3:ListBucket'], resources: [store.bucket.bucketArn] }));
      if (store.key) worker.role.allowKey(store.key, ['kms:Decrypt'], 's3', this.props.workspace.region);
    }
    worker.role.allow(new iam.PolicyStatement({
      actions: ['s3:AbortMultipartUpload', 's3:PutObject', 's3:PutObjectTagging'],
      resources: [this.store.bucket.arnForObjects('objects/*'), this.store.bucket.arnForObjects('findings/*')],
    }), any);
    worker.role.allowKey(this.store.key!, ['kms:Decrypt', 'kms:GenerateDataKey'], 's3', this.props.workspace.region);
    return worker;
  }

  private newStateMachine(): sfn.CfnStateMachine {
    const { workspace, notify } = this.props;
    const { region, logsKey } = workspace;
    const role = new ServiceRole(this, 'Role', { service: 'states.amazonaws.com', description: 'Runs the quarantine' });
    const logGroup = encryptedLogGroup(this, 'Logs', { key: logsKey, retention: workspace.logRetention });
    role.allow(new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.worker.function.functionArn] }));
    role.allow(new iam.PolicyStatement({ actions: ['sns:Publish'], resources: [notify.topicArn] }));
    role.allowKey(notify.masterKey ?? logsKey, ['kms:Decrypt', 'kms:GenerateDataKey'], 'sns', this.props.workspace.region);
    admitLogDelivery(this, logsKey);
    // keys of objects can name people
    return privateWorkflow(this, 'Resource', {
      role, logGroup, key: logsKey, region,
      definition: Stack.of(this).toJsonString(quarantineDefinition({
        partition: Residency.partitionOf(region), functionArn: this.worker.function.functionArn, topicArn: notify.topicArn,
      })),
    });
  }

  private holdBackFrom(store: IDataStore): void {
    const other = HELD_BACK_BY.get(store);
    if (other) {
      throw new Error(`store '${store.node.path}' is held back by '${other.node.path}' already, and each would keep the other from its objects: name it in the quarantined stores of one discovery`);
    }
    HELD_BACK_BY.set(store, this);
    // replication carries the tag over to the second copy
    const replica = store.node.tryFindChild('Replica');
    if (replica instanceof s3.Bucket) replica.addToResourcePolicy(this.denialFor(store, replica));
    const { statementAdded } = store.bucket.addToResourcePolicy(this.denialFor(store));
    if (!statementAdded) {
      Annotations.of(this).addWarningV2('cdk-regulated-ml:quarantine-policy', `the policy of the bucket of store '${store.node.path}' is not managed in this app, so the tag alone holds nothing back: add statement DenyQuarantined, which denialFor(store) gives`);
    }
  }

  /** The worker's ARN for the policy of a bucket. In another stack it is written out, or each stack would wait for the other. */
  private roleArnFor(store: IDataStore): string {
    const stack = Stack.of(this);
    if (Stack.of(store) === stack) return this.role.roleArn;
    const { region } = this.props.workspace;
    // role names are unique in an account, not in a region
    const roleName = `${Names.uniqueResourceName(this.worker, { maxLength: 63 - region.length })}-${region}`;
    (this.role.node.defaultChild as iam.CfnRole).roleName = roleName;
    return `arn:${Residency.partitionOf(region)}:iam::${stack.account}:role/${roleName}`;
  }

  private deliverEvents(): sqs.Queue {
    const { workspace, stores, severities } = this.props;
    const deadLetters = new sqs.Queue(this, 'DeadLetters', {
      encryption: sqs.QueueEncryption.KMS, encryptionMasterKey: workspace.logsKey, enforceSSL: true, retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new ServiceRole(this, 'EventsRole', { service: 'events.amazonaws.com', description: 'Starts the quarantine on findings of Macie' });
    this.allowStart(role);
    waive(deadLetters, ['AwsSolutions::AwsSolutions-SQS3'], 'this queue is itself the dead-letter queue, of a rule of EventBridge, which the pack does not look at');
    const rule = new events.Rule(this, 'Findings', {
      description: 'Findings of Macie about objects that are to be held back',
      eventPattern: {
        source: ['aws.macie'],
        detailType: ['Macie Finding'],
        detail: {
          category: ['CLASSIFICATION'],
          severity: { description: severities },
          resourcesAffected: { s3Bucket: { name: stores.map((store) => store.bucket.bucketName) } },
        },
      },
    });
    rule.addTarget({
      bind: () => ({
        arn: this.stateMachine.attrArn, role: role.role, deadLetterConfig: { arn: deadLetters.queueArn },
        retryPolicy: { maximumRetryAttempts: 185, maximumEventAgeInSeconds: Duration.days(1).toSeconds() },
      }),
    });
    deadLetters.addToResourcePolicy(new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('events.amazonaws.com')], actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn],
      conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
    }));
    return deadLetters;
  }

  private reconcile(): RuntimeFunction {
    const { workspace, stores, severities } = this.props;
    const reconciliation = new RuntimeFunction(this, 'Reconciliation', {
      job: 'reconcile', workspace, logsKey: workspace.logsKey, description: 'Starts the quarantine for findings that no event came for',
      timeout: Duration.minutes(15), reservedConcurrency: 1,
      environment: {
        QUARANTINE_BUCKET: this.store.bucket.bucketName,
        STATE_MACHINE_ARN: this.stateMachine.attrArn,
        LOOKBACK_HOURS: String(LOOKBACK.toHours()),
        BUCKETS: Stack.of(this).toJsonString(stores.map((store) => store.bucket.bucketName)),
        SEVERITIES: JSON.stringify(severities),
      },
    });
    reconciliation.role.allow(new iam.PolicyStatement({ actions: ['macie2:ListFindings', 'macie2:GetFindings'], resources: ['*'] }),
      'Macie knows no resource for findings');
    this.store.grantRead(reconciliation.role, 'findings/');
    // without it, and without a condition on a prefix that a HEAD does not have, S3 says access denied of a record that is not there
    reconciliation.role.allow(new iam.PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.store.bucket.bucketArn] }));
    reconciliation.role.explainWildcard(/\/findings\/\*$/, 'one record a finding');
    this.allowStart(reconciliation.role);
    const rule = new events.Rule(this, 'Daily', {
      description: 'Looks once a day for findings that no event came for', schedule: events.Schedule.rate(Duration.hours(24)),
    });
    reconciliation.handle(rule, { retryAttempts: 2 });
    return reconciliation;
  }

  private raiseAlarms(deadLetters: sqs.Queue, reconciliation: RuntimeFunction): void {
    const executions = (metricName: string) => new cloudwatch.Metric({
      namespace: 'AWS/States', metricName, statistic: 'Sum', dimensionsMap: { StateMachineArn: this.stateMachine.attrArn }, period: Duration.minutes(5),
    });
    this.alarm('Failed', executions('ExecutionsFailed'), 'an object in which sensitive data was found could not be held back');
    this.alarm('TimedOut', executions('ExecutionsTimedOut'), 'an object in which sensitive data was found was not held back in time');
    this.alarm('Undelivered', deadLetters.metricApproximateNumberOfMessagesVisible(), 'findings of Macie did not reach the quarantine');
    this.alarm('Unreconciled', reconciliation.function.metricErrors(), 'nobody looks for findings that no event came for');
  }

  private alarm(id: string, metric: cloudwatch.IMetric, description: string): void {
    const alarm = new cloudwatch.Alarm(this, id, {
      metric, threshold: 1, evaluationPeriods: 1, alarmDescription: description, treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new actions.SnsAction(this.props.workspace.alarms));
  }

  private allowStart(role: ServiceRole): void {
    role.allow(new iam.PolicyStatement({ actions: ['states:StartExecution'], resources: [this.stateMachine.attrArn] }));
    role.allowKey(this.props.workspace.logsKey, ['kms:Decrypt', 'kms:GenerateDataKey'], 'states', this.props.workspace.region);
  }
}
