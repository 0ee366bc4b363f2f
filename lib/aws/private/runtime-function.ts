import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { IWorkspace } from '../workspace/workspace';
import { requireServices } from './endpoint-services';
import { encryptedLogGroup } from './log-retention';
import { ServiceRole } from './service-role';
import { inRegulatoryPacks, waive } from './waivers';

const BUILT = join(__dirname, '..', '..', '..', 'build', 'runtime');

/** Services that a function calls, by its folder in lib/runtime: in a network without a way out it needs their endpoints. */
export const CALLED_SERVICES: Record<string, readonly string[]> = {
  'approval-check': ['sagemaker.api'],
  'consent-pull': ['lambda', 'secretsmanager'],
  'consent-receipts': ['dynamodb', 'kms', 's3'],
  'consent-snapshot': ['dynamodb', 'kms', 's3'],
  'consent-webhook': ['dynamodb', 'kms', 's3', 'secretsmanager'],
  'consent-withdrawals': ['dynamodb', 'events', 's3'],
  'copy-consent': ['dynamodb', 'kms', 's3'],
  'detokenize': ['dynamodb', 'kms', 'logs', 'sts'],
  // Lambda, Athena and the runtime of the feature store get an endpoint where something needs them
  'erase-features': ['kms', 's3'],
  'erase-objects': ['dynamodb', 'kms', 's3'],
  'erase-tokens': [],
  'job-logs': ['logs'],
  'macie-job': ['macie2'],
  'macie-settings': ['macie2'],
  'note-models': ['dynamodb', 'sagemaker.api'],
  'pipeline-definition': ['s3'],
  'privacy-budget': ['dynamodb'],
  'privacy-ledger': ['dynamodb', 'sagemaker.api'],
  'quarantine': ['s3'],
  'reconcile': ['macie2', 's3', 'states'],
  'rollout': ['application-autoscaling', 'monitoring', 'sagemaker.api', 'states'],
  'settle-request': ['dynamodb'],
  'shred': ['dynamodb', 'kms', 'logs', 'sts'],
  'subject-rights': ['dynamodb', 'kms', 'monitoring'],
  'tokenize': ['dynamodb', 'kms', 'logs', 'sts'],
  'trial-count': [],
};

export interface RuntimeFunctionProps {
  /** Folder in lib/runtime. */
  readonly job: string;
  /** Runs in its network, if given. */
  readonly workspace?: IWorkspace;
  /** Another network than that of the workspace, which has a way out of its own. */
  readonly network?: Pick<IWorkspace, 'vpc' | 'subnets' | 'securityGroup'>;
  readonly logsKey: kms.IKey;
  readonly description?: string;
  readonly environment?: Record<string, string>;
  readonly timeout?: Duration;
  readonly memory?: number;
  readonly reservedConcurrency?: number;
  readonly logRetention?: logs.RetentionDays;
  /** Set for a function whose events hold what must not lie in a queue: a failed one is not tried again and not kept. */
  readonly forgetsEvents?: boolean;
}

/** A function of lib/runtime with its own role, log group and queue for what it could not handle. */
export class RuntimeFunction extends Construct {
  public readonly function: lambda.Function;
  public readonly role: ServiceRole;

  constructor(scope: Construct, id: string, props: RuntimeFunctionProps) {
    super(scope, id);
    this.role = new ServiceRole(this, 'Role', { service: 'lambda.amazonaws.com', description: props.description ?? `Runs ${props.job}` });
    const logGroup = encryptedLogGroup(this, 'Logs', {
      key: props.logsKey, retention: props.logRetention ?? props.workspace?.logRetention ?? logs.RetentionDays.ONE_YEAR,
    });
    this.role.allow(new iam.PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] }));
    this.role.explainWildcard(/^\*$/, 'X-Ray knows no resource for the actions that write a trace');
    const network = props.network ?? props.workspace;
    if (props.workspace && network) {
      if (!props.network) requireServices(props.workspace, CALLED_SERVICES[props.job] ?? [], `function '${this.node.path}'`);
      this.role.allowVpcJob({ region: props.workspace.region, vpc: network.vpc, subnets: network.subnets, securityGroup: network.securityGroup });
    }
    this.function = new lambda.Function(this, 'Resource', {
      description: props.description,
      code: codeOf(props.job),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      role: this.role.role,
      logGroup,
      environment: props.environment,
      timeout: props.timeout ?? Duration.minutes(1),
      memorySize: props.memory ?? 256,
      reservedConcurrentExecutions: props.reservedConcurrency ?? 5,
      tracing: lambda.Tracing.ACTIVE,
      ...(props.forgetsEvents ? { retryAttempts: 0, maxEventAge: Duration.minutes(1) } : { deadLetterQueue: this.newDeadLetters(props.logsKey) }),
      ...(network ? { vpc: network.vpc, vpcSubnets: network.subnets, securityGroups: [network.securityGroup] } : {}),
    });
    if (props.forgetsEvents) {
      waive(this.function, inRegulatoryPacks('LambdaDLQ', ['HIPAA.Security', 'NIST.800.53.R5']),
        'the function answers whoever waits for it; an event that failed holds personal values, and a queue would keep them for days');
    }
    if (!network) {
      waive(this.function, inRegulatoryPacks('LambdaInsideVPC'),
        'the function calls public endpoints of AWS only and holds no data; it serves the account, before and without any network');
    }
  }

  /** Handles the events of a rule. One that cannot be delivered lies where those lie that could not be handled. */
  public handle(rule: events.Rule, props: targets.LambdaFunctionProps = {}): void {
    rule.addTarget(new targets.LambdaFunction(this.function, { deadLetterQueue: this.function.deadLetterQueue, ...props }));
  }

  private newDeadLetters(key: kms.IKey): sqs.Queue {
    const queue = new sqs.Queue(this, 'DeadLetters', {
      encryption: sqs.QueueEncryption.KMS, encryptionMasterKey: key, enforceSSL: true, retentionPeriod: Duration.days(14), removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role.allow(new iam.PolicyStatement({
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `sqs.${Stack.of(this).region}.${Stack.of(this).urlSuffix}` } },
    }));
    return queue;
  }
}

function codeOf(job: string): lambda.Code {
  const folder = join(BUILT, job);
  if (!existsSync(folder)) throw new Error(`the code of '${job}' is not built (${folder}): run npm run bundle`);
  return lambda.Code.fromAsset(folder);
}
