import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { viaService } from '../private/region';
import { ServiceRole } from '../private/service-role';
import { inRegulatoryPacks, waive } from '../private/waivers';

export interface VaultTablesProps {
  readonly key: kms.IKey;
  readonly region: string;
  readonly recoveryPeriod: Duration;
}

/**
 * The tables of a vault. They are apart so that a role can be given one and not the other: who tokenizes cannot read what tokens stand for, who
 * detokenizes cannot look up whether somebody is in there.
 */
export class VaultTables extends Construct {
  /** Data keys, as KMS wrapped them. */
  public readonly keys: dynamodb.Table;
  /** For each subject its keys, and its values by their keyed hash, with the token. */
  public readonly subjects: dynamodb.Table;
  /** For each random token its value, sealed with the key of its subject. */
  public readonly tokens: dynamodb.Table;
  /** What callers have spent in a minute. */
  public readonly budgets: dynamodb.Table;

  constructor(scope: Construct, id: string, private readonly props: VaultTablesProps) {
    super(scope, id);
    this.keys = this.newTable('Keys', { partitionKey: text('id') });
    this.subjects = this.newTable('Subjects', { partitionKey: text('subject'), sortKey: text('record') });
    this.tokens = this.newTable('Tokens', { partitionKey: text('token') });
    this.budgets = this.newTable('Budgets', { partitionKey: text('id'), timeToLiveAttribute: 'expires' });
    waive(this, inRegulatoryPacks('DynamoDBInBackupPlan'),
      'a backup would bring back keys of subjects that were erased: the tables can be restored to a point in time, for as long as the vault says and no longer');
  }

  /** Allows a role to use rows of a table, and their encryption by way of DynamoDB only: the grants of the CDK would allow any use of the key. */
  public allow(role: ServiceRole, table: dynamodb.Table, actions: string[], rows?: string[]): void {
    role.allow(new iam.PolicyStatement({
      actions: actions.map((action) => `dynamodb:${action}`), resources: [table.tableArn],
      ...(rows ? { conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': rows }, 'Null': { 'dynamodb:LeadingKeys': 'false' } } } : {}),
    }));
    role.allow(new iam.PolicyStatement({
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'], resources: [this.props.key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': viaService('dynamodb', this.props.region) } },
    }));
  }

  private newTable(id: string, schema: Pick<dynamodb.TableProps, 'partitionKey' | 'sortKey' | 'timeToLiveAttribute'>): dynamodb.Table {
    return new dynamodb.Table(this, id, {
      ...schema,
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED, encryptionKey: this.props.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: this.props.recoveryPeriod.toDays() },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}

function text(name: string): dynamodb.Attribute {
  return { name, type: dynamodb.AttributeType.STRING };
}
