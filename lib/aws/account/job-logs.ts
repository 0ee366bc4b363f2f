import { CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ComplianceProfile } from '../../policy/profile';
import { Residency } from '../../policy/residency';
import { logRetentionOf } from '../private/log-retention';
import { RuntimeFunction } from '../private/runtime-function';

/**
 * Where SageMaker writes what the containers of jobs print, for all jobs of an account and region. AutoML and notebook jobs write as training jobs.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
 */
const LOG_GROUPS = ['ProcessingJobs', 'TrainingJobs', 'TransformJobs'].map((kind) => `/aws/sagemaker/${kind}`);

export interface JobLogsProps {
  readonly profile: ComplianceProfile;
  readonly region: string;
  readonly key: kms.IKey;
}

/**
 * The log groups of jobs, encrypted and kept for as long as the profile says.
 *
 * A custom resource, not `AWS::Logs::LogGroup`: the first job of an account makes the group, without key and without end, and CloudFormation
 * refuses to make one that is there. The function takes what it finds, and answers a deletion without doing anything.
 */
export class JobLogs extends Construct {
  constructor(scope: Construct, id: string, props: JobLogsProps) {
    super(scope, id);
    const retention = logRetentionOf(props.profile.logRetention);
    const keeper = new RuntimeFunction(this, 'Function', {
      job: 'job-logs',
      description: 'Encrypts the log groups of jobs and says how long they are kept',
      logsKey: props.key,
      logRetention: retention,
      timeout: Duration.minutes(3),
      reservedConcurrency: 1,
    });
    const partition = Residency.partitionOf(props.region);
    const group = (name: string) => `arn:${partition}:logs:${props.region}:${Stack.of(this).account}:log-group:${name}`;
    keeper.role.allow(new iam.PolicyStatement({
      actions: ['logs:AssociateKmsKey', 'logs:CreateLogGroup', 'logs:DeleteRetentionPolicy', 'logs:PutRetentionPolicy'],
      // CloudWatch Logs judges some of these by the ARN with its streams, some by the one without
      resources: LOG_GROUPS.flatMap((name) => [group(name), `${group(name)}:*`]),
    }), 'the ARN of one log group ends in the part for its streams');
    const resource = new CustomResource(this, 'Resource', {
      serviceToken: keeper.function.functionArn,
      resourceType: 'Custom::JobLogs',
      serviceTimeout: Duration.minutes(10),
      removalPolicy: RemovalPolicy.RETAIN,
      properties: {
        LogGroupNames: LOG_GROUPS,
        KeyArn: props.key.keyArn,
        RetentionInDays: retention === logs.RetentionDays.INFINITE ? undefined : retention,
      },
    });
    resource.node.addDependency(keeper);
  }
}
