import { Lazy, RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { viaService } from '../private/region';
import type { RuntimeFunction } from '../private/runtime-function';
import { inRegulatoryPacks, waive } from '../private/waivers';

/** As lib/runtime/consent/withdrawals.ts names it. */
const LATER = 'later';

export interface ConsentLedgerProps {
  readonly key: kms.IKey;
  readonly region: string;
}

/** The table of a registry: what people said, an item each, never changed and never deleted. */
export class ConsentLedger extends Construct {
  public readonly table: dynamodb.Table;
  /** Gives the keyed hashes that subjects lie under: CloudTrail records the keys of items. */
  public readonly subjectKey: kms.Key;
  private readonly writers: iam.IRole[] = [];

  constructor(scope: Construct, id: string, private readonly props: ConsentLedgerProps) {
    super(scope, id);
    this.subjectKey = new kms.Key(this, 'SubjectKey', {
      description: `${scope.node.path}: what subjects are found under`, keySpec: kms.KeySpec.HMAC_256, keyUsage: kms.KeyUsage.GENERATE_VERIFY_MAC, removalPolicy: RemovalPolicy.RETAIN,
    });
    this.table = new dynamodb.Table(this, 'Resource', {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
      stream: dynamodb.StreamViewType.NEW_IMAGE,
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: props.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // withdrawals that come in before they take effect; it holds hashes and times, and no subject
    this.table.addGlobalSecondaryIndex({
      indexName: LATER, partitionKey: { name: LATER, type: dynamodb.AttributeType.STRING }, sortKey: { name: 'at', type: dynamodb.AttributeType.STRING }, projectionType: dynamodb.ProjectionType.KEYS_ONLY,
    });
    waive(this.table, inRegulatoryPacks('DynamoDBInBackupPlan'),
      'the table can be restored to any second of 35 days and is protected from deletion; an older copy in its place would bring consents back that were withdrawn since');
    this.denyChanges();
  }

  /** Lets a function write entries. */
  public allowAppending({ role }: RuntimeFunction): void {
    this.writers.push(role.role);
    this.allow(role, ['PutItem']);
    role.allow(new iam.PolicyStatement({ actions: ['kms:GenerateMac'], resources: [this.subjectKey.keyArn] }));
  }

  /** Lets a function read all entries. */
  public allowReading({ role }: RuntimeFunction): void {
    this.allow(role, ['Scan']);
  }

  /** Lets a function read what somebody said whom it knows by name. */
  public allowAsking({ role }: RuntimeFunction): void {
    this.allow(role, ['Query']);
    role.allow(new iam.PolicyStatement({ actions: ['kms:GenerateMac'], resources: [this.subjectKey.keyArn] }));
  }

  /** Lets a function read what is new, and what was said by whoever said that. */
  public allowFollowing({ role }: RuntimeFunction): void {
    role.allow(new iam.PolicyStatement({ actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], resources: [this.table.tableStreamArn!] }));
    role.allow(new iam.PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: ['*'] }), 'DynamoDB knows no resource for the list of streams; a condition holds it to the region');
    this.allow(role, ['GetItem', 'Query']);
    role.allow(new iam.PolicyStatement({ actions: ['dynamodb:Query'], resources: [`${this.table.tableArn}/index/${LATER}`] }));
  }

  private allow(role: RuntimeFunction['role'], actions: string[]): void {
    role.allow(new iam.PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources: [this.table.tableArn] }));
    // what DynamoDB does with the key of a table in the name of who asks
    this.allowKey(role, ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey']);
  }

  private allowKey(role: RuntimeFunction['role'], actions: string[]): void {
    role.allow(new iam.PolicyStatement({
      actions, resources: [this.props.key.keyArn], conditions: { StringEquals: { 'kms:ViaService': viaService('dynamodb', this.props.region) } },
    }));
  }

  /** Nobody but the functions writes, and nobody deletes: who took a consent back cannot be made to have given it. Administrators can change the policy. */
  private denyChanges(): void {
    const deny = (sid: string, actions: string[], conditions?: Record<string, unknown>) => new iam.PolicyStatement({
      // in the policy of a table, `*` is the table itself
      sid, effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions, resources: ['*'], conditions,
    });
    this.table.addToResourcePolicy(deny('NobodyElseWrites', ['dynamodb:PutItem'], { ArnNotEquals: { 'aws:PrincipalArn': Lazy.uncachedList({ produce: () => this.writers.map(({ roleArn }) => roleArn) }) } }));
    this.table.addToResourcePolicy(deny('NobodyChangesOrDeletes', [
      'dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:PartiQLDelete', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate', 'dynamodb:UpdateItem',
    ]));
  }
}
