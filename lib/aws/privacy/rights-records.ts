import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { granted } from '../private/granted';
import { ServiceRole } from '../private/service-role';
import { viaService } from '../private/region';
import { inRegulatoryPacks, waive } from '../private/waivers';

export interface RightsRecordsProps {
  readonly key: kms.IKey;
  readonly region: string;
}

/** Requests, and the proof of what became of them in each store. Nobody deletes any of it, and only the functions of the workflow write. */
export class RightsRecords extends Construct {
  public readonly table: dynamodb.Table;
  private readonly writers: string[] = [];

  constructor(scope: Construct, id: string, private readonly props: RightsRecordsProps) {
    super(scope, id);
    this.table = new dynamodb.Table(this, 'Resource', {
      partitionKey: text('request'), sortKey: text('record'), billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED, encryptionKey: props.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true }, deletionProtection: true, removalPolicy: RemovalPolicy.RETAIN,
    });
    this.table.addGlobalSecondaryIndex({ indexName: 'open', partitionKey: text('open'), sortKey: text('due'), projectionType: dynamodb.ProjectionType.KEYS_ONLY });
    waive(this.table, inRegulatoryPacks('DynamoDBInBackupPlan'),
      'the table can be restored to any second of 35 days, is protected from deletion, and nobody may delete an item of it; it holds no personal value, so a plan of the account may take it in');
    const deny = (sid: string, actions: string[], conditions?: Record<string, unknown>) => new iam.PolicyStatement({
      // in the policy of a table, `*` is the table itself
      sid, effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], actions, resources: ['*'], conditions,
    });
    this.table.addToResourcePolicy(deny('NobodyElseWrites', ['dynamodb:PutItem', 'dynamodb:UpdateItem'], { ArnNotEquals: { 'aws:PrincipalArn': this.writers } }));
    this.table.addToResourcePolicy(deny('NobodyDeletes', ['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:PartiQLDelete', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate']));
  }

  /** Allows a role to read and write records, by the actions that it needs. */
  public allow(role: ServiceRole, actions: string[], index = false): void {
    const dynamoActions = actions.map((action) => `dynamodb:${action}`);
    role.allow(new iam.PolicyStatement({ actions: dynamoActions, resources: [this.table.tableArn] }));
    if (index) role.allow(new iam.PolicyStatement({ actions: ['dynamodb:Query'], resources: [`${this.table.tableArn}/index/open`] }));
    role.allow(new iam.PolicyStatement({
      // what DynamoDB does with the key of a table in the name of who asks
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'], resources: [this.props.key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': viaService('dynamodb', this.props.region) } },
    }));
    if (actions.includes('PutItem') || actions.includes('UpdateItem')) this.writers.push(role.role.roleArn);
  }

  /** Grants looking into the records. */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    return granted(this, { grantee, actions: ['dynamodb:GetItem', 'dynamodb:Query'], resourceArns: [this.table.tableArn, `${this.table.tableArn}/index/open`] })
      .combine(granted(this, {
        grantee, actions: ['kms:Decrypt'], resourceArns: [this.props.key.keyArn], conditions: { StringEquals: { 'kms:ViaService': viaService('dynamodb', this.props.region) } },
      }));
  }
}

function text(name: string): dynamodb.Attribute {
  return { name, type: dynamodb.AttributeType.STRING };
}
