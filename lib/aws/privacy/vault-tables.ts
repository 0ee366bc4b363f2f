import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { viaService } from '../private/region';
import { ServiceRole } from '../private/service-role';
import { inRegulatoryPacks, waive } from '../private/waivers';

/** For as long DynamoDB restores a table to a point in time. */
const LONGEST_RECOVERY = Duration.days(35);

export interface VaultTablesProps {
  readonly key: kms.IKey;
  readonly region: string;
  /** Of what is erased with a subject. */
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
    const { recoveryPeriod } = props;
    this.keys = this.newTable('Keys', { partitionKey: text('id') });
    this.subjects = this.newTable('Subjects', { partitionKey: text('subject'), sortKey: text('record') }, recoveryPeriod);
    this.tokens = this.newTable('Tokens', { partitionKey: text('token') }, recoveryPeriod);
    this.budgets = this.newTable('Budgets', { partitionKey: text('id'), timeToLiveAttribute: 'expires' });
    for (const table of [this.subjects, this.tokens]) {
      waive(table, inRegulatoryPacks('DynamoDBInBackupPlan'),
        'a backup would bring back subjects that were erased: the table can be restored to a point in time, for as long as the vault says and no longer');
    }
    waive(this.keys, inRegulatoryPacks('DynamoDBInBackupPlan'),
      'the table can be restored to any second of 35 days, and changes with a new version of a key only; a plan of the account may take it in, since it holds no key of a subject');
    waive(this.budgets, inRegulatoryPacks('DynamoDBInBackupPlan'), 'it holds what callers have spent in this minute: there is nothing to bring back');
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

  private newTable(id: string, schema: Pick<dynamodb.TableProps, 'partitionKey' | 'sortKey' | 'timeToLiveAttribute'>, recoveryPeriod = LONGEST_RECOVERY): dynamodb.Table {
    return new dynamodb.Table(this, id, {
      ...schema,
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED, encryptionKey: this.props.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: recoveryPeriod.toDays() },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}

function text(name: string): dynamodb.Attribute {
  return { name, type: dynamodb.AttributeType.STRING };
}
