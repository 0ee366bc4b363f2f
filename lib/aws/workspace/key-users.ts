import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { Residency } from '../../policy/residency';
import { macieServiceOf, macieSourceArns } from '../private/macie-service';
import { urlSuffixOf, viaService } from '../private/region';

/** What a key of a workspace is for. */
export type KeyPurpose = 'data' | 'models' | 'logs';

/** Where the keys stand. */
export interface KeyPlace {
  readonly account: string;
  readonly region: string;
}

/** A service that must use a key of ours, and what its statement says. */
export interface KeyUser {
  readonly service: string;
  readonly keys: readonly KeyPurpose[];
  readonly why: string;
  statement(place: KeyPlace): iam.PolicyStatement;
}

function arn(place: KeyPlace, service: string, resource: string): string {
  return `arn:${Residency.partitionOf(place.region)}:${service}:${place.region}:${place.account}:${resource}`;
}

function ofAccount(place: KeyPlace): Record<string, Record<string, string>> {
  return { StringEquals: { 'aws:SourceAccount': place.account } };
}

function allow(sid: string, principal: iam.IPrincipal, actions: string[], conditions: Record<string, unknown>): iam.PolicyStatement {
  // in a key policy, `*` is the key itself
  return new iam.PolicyStatement({ sid, principals: [principal], actions, resources: ['*'], conditions });
}

/** One row a service. A key policy takes those rows that name its purpose. */
export const KEY_USERS: readonly KeyUser[] = [
  {
    service: 'SageMaker',
    keys: ['data', 'models'],
    why: 'encrypts the volumes of jobs, endpoints and notebooks; whoever starts one must let SageMaker have a grant',
    statement: (place) => allow('SageMakerVolumes', new iam.AnyPrincipal(), ['kms:CreateGrant', 'kms:DescribeKey'], {
      StringEquals: { 'kms:CallerAccount': place.account, 'kms:ViaService': viaService('sagemaker', place.region) },
      BoolIfExists: { 'kms:GrantIsForAWSResource': 'true' },
    }),
  },
  {
    service: 'Macie discovery',
    keys: ['data', 'models'],
    why: 'reads objects to find sensitive data in them',
    // the role is named in a condition: a key policy whose principal does not exist yet is refused
    statement: (place) => allow('MacieDiscovery', new iam.AnyPrincipal(), ['kms:Decrypt', 'kms:DescribeKey'], {
      StringEquals: { 'kms:CallerAccount': place.account },
      ArnEquals: { 'aws:PrincipalArn': macieRoleArn(place) },
    }),
  },
  {
    service: 'Macie export',
    keys: ['logs'],
    why: 'encrypts the discovery results that it exports',
    statement: (place) => allow('MacieExport', new iam.ServicePrincipal(macieServiceOf(place.region)), ['kms:Encrypt', 'kms:GenerateDataKey'], {
      ...ofAccount(place),
      ArnLike: { 'aws:SourceArn': macieSourceArns(Residency.partitionOf(place.region), place.region, place.account) },
    }),
  },
  {
    service: 'CloudWatch Logs',
    keys: ['logs'],
    why: 'encrypts log groups',
    statement: (place) => allow('CloudWatchLogs', new iam.ServicePrincipal(`logs.${place.region}.${urlSuffixOf(place.region)}`),
      ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'], {
        ArnLike: { 'kms:EncryptionContext:aws:logs:arn': arn(place, 'logs', '*') },
      }),
  },
  {
    service: 'Log delivery',
    keys: ['logs'],
    why: 'delivers the logs of state machines that are encrypted with the key',
    statement: (place) => allow('LogDelivery', new iam.ServicePrincipal('delivery.logs.amazonaws.com'), ['kms:Decrypt'], ofAccount(place)),
  },
  {
    service: 'CloudTrail',
    keys: ['logs'],
    why: 'encrypts the trail',
    statement: (place) => allow('CloudTrail', new iam.ServicePrincipal('cloudtrail.amazonaws.com'), ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'], {
      ...ofAccount(place),
      ArnLike: { 'aws:SourceArn': arn(place, 'cloudtrail', 'trail/*') },
    }),
  },
  {
    service: 'CloudTrail Lake',
    keys: [],
    why: 'encrypts event data stores, of which a workspace has none',
    // for an event data store CloudTrail says neither aws:SourceAccount nor aws:SourceArn, and can use no key that asks for one; trails say theirs, and stay out:
    // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html#required-kms-key-policy-eventdatastores
    statement: (place) => allow('CloudTrailLake', new iam.ServicePrincipal('cloudtrail.amazonaws.com'), ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'], {
      ArnLikeIfExists: { 'aws:SourceArn': arn(place, 'cloudtrail', 'eventdatastore/*') },
    }),
  },
  {
    service: 'EventBridge',
    keys: ['logs'],
    why: 'sends events to encrypted topics and queues',
    // EventBridge sends neither aws:SourceAccount nor aws:SourceArn for encrypted targets, and drops what it may not encrypt; the encryption
    // context names the target: https://github.com/awslabs/landing-zone-accelerator-on-aws/issues/407
    statement: (place) => allow('EventBridge', new iam.ServicePrincipal('events.amazonaws.com'), ['kms:Decrypt', 'kms:GenerateDataKey'], {
      ArnLikeIfExists: {
        'kms:EncryptionContext:aws:sns:topicArn': arn(place, 'sns', '*'),
        'kms:EncryptionContext:aws:sqs:arn': arn(place, 'sqs', '*'),
      },
    }),
  },
  {
    service: 'CloudWatch alarms',
    keys: ['logs'],
    why: 'sends alarms to the encrypted topic',
    statement: (place) => allow('CloudWatchAlarms', new iam.ServicePrincipal('cloudwatch.amazonaws.com'), ['kms:Decrypt', 'kms:GenerateDataKey'], ofAccount(place)),
  },
  {
    service: 'SNS',
    keys: ['logs'],
    why: 'hands messages of the encrypted topic on to encrypted queues',
    statement: (place) => allow('SNS', new iam.ServicePrincipal('sns.amazonaws.com'), ['kms:Decrypt', 'kms:GenerateDataKey'], ofAccount(place)),
  },
];

/** The services that use a key of a workspace. */
export function usersOf(purpose: KeyPurpose): KeyUser[] {
  return KEY_USERS.filter((user) => user.keys.includes(purpose));
}

/**
 * Lets services use a key, as far as its policy is ours to add to; where it is not, an annotation says what to see to.
 *
 * @param what the key, for the message, such as `the data key`
 */
export function admitUsers(scope: Construct, key: kms.IKey, users: readonly KeyUser[], region: string, what: string): void {
  const place = { account: Stack.of(scope).account, region };
  const open = users.filter((user) => !key.addToResourcePolicy(user.statement(place), true).statementAdded);
  if (open.length > 0) {
    Annotations.of(scope).addInfo(`the policy of ${what} is not managed in this app: make sure it lets these services use it: ${open.map((user) => user.service).join(', ')}`);
  }
}

/** ARN of the role with which Macie reads buckets. */
export function macieRoleArn(place: KeyPlace): string {
  return `arn:${Residency.partitionOf(place.region)}:iam::${place.account}:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie`;
}
