import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { ServiceRole } from '../../private/service-role';
import type { IWorkspace } from '../../workspace/workspace';

/** The jobs that a pipeline starts. */
export type JobKind = 'processing' | 'training' | 'tuning' | 'transform' | 'automl';

interface JobActions {
  /** Type and name pattern in the ARN. Pipelines begins job names with `pipelines-`, save where 32 characters leave no room for it. */
  readonly resource: string;
  readonly create: string;
  readonly follow: readonly string[];
  /** Whether the create action knows the condition keys of networks and isolation. */
  readonly network: boolean;
  readonly isolation: boolean;
}

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html */
const JOBS: Readonly<Record<JobKind, JobActions>> = {
  processing: { resource: 'processing-job/pipelines-*', create: 'CreateProcessingJob', follow: ['DescribeProcessingJob', 'StopProcessingJob'], network: true, isolation: true },
  training: { resource: 'training-job/pipelines-*', create: 'CreateTrainingJob', follow: ['DescribeTrainingJob', 'StopTrainingJob'], network: true, isolation: true },
  tuning: {
    resource: 'hyper-parameter-tuning-job/*', create: 'CreateHyperParameterTuningJob', network: true, isolation: true,
    follow: ['DescribeHyperParameterTuningJob', 'StopHyperParameterTuningJob', 'ListTrainingJobsForHyperParameterTuningJob'],
  },
  transform: { resource: 'transform-job/pipelines-*', create: 'CreateTransformJob', follow: ['DescribeTransformJob', 'StopTransformJob'], network: false, isolation: false },
  automl: { resource: 'automl-job/*', create: 'CreateAutoMLJob', follow: ['DescribeAutoMLJob', 'StopAutoMLJob'], network: true, isolation: false },
};

const NAMES_REASON = 'the pipeline names its jobs when it runs';

/** Lets the pipeline start and follow jobs of a kind, only in the workspace's subnets, only isolated where all of them are. */
export function allowJobs(role: ServiceRole, workspace: IWorkspace, kind: JobKind, isolated: boolean): void {
  const job = JOBS[kind];
  const resources = [sagemakerArn(role, workspace, job.resource)];
  const subnets = workspace.vpc.selectSubnets(workspace.subnets).subnetIds;
  role.allow(new iam.PolicyStatement({
    actions: [`sagemaker:${job.create}`],
    resources,
    conditions: job.network ? {
      'ForAllValues:StringEquals': { 'sagemaker:VpcSubnets': subnets, 'sagemaker:VpcSecurityGroupIds': [workspace.securityGroup.securityGroupId] },
      // ForAllValues is true of an empty set, so a job without a network has to be refused apart.
      'Null': { 'sagemaker:VpcSubnets': 'false', 'sagemaker:VpcSecurityGroupIds': 'false' },
      ...(job.isolation && isolated ? { Bool: { 'sagemaker:NetworkIsolation': 'true', 'sagemaker:InterContainerTrafficEncryption': 'true' } } : {}),
    } : undefined,
  }), NAMES_REASON);
  role.allow(new iam.PolicyStatement({
    actions: [...job.follow.map((action) => `sagemaker:${action}`), 'sagemaker:AddTags'],
    resources,
  }), NAMES_REASON);
}

/** Lets the pipeline create models. */
export function allowModels(role: ServiceRole, workspace: IWorkspace): void {
  const resources = [sagemakerArn(role, workspace, 'model/pipelines-*')];
  const subnets = workspace.vpc.selectSubnets(workspace.subnets).subnetIds;
  role.allow(new iam.PolicyStatement({
    actions: ['sagemaker:CreateModel'],
    resources,
    conditions: {
      'ForAllValues:StringEquals': { 'sagemaker:VpcSubnets': subnets, 'sagemaker:VpcSecurityGroupIds': [workspace.securityGroup.securityGroupId] },
      'Null': { 'sagemaker:VpcSubnets': 'false', 'sagemaker:VpcSecurityGroupIds': 'false' },
      'Bool': { 'sagemaker:NetworkIsolation': 'true' },
    },
  }), NAMES_REASON);
  role.allow(new iam.PolicyStatement({ actions: ['sagemaker:DescribeModel', 'sagemaker:AddTags'], resources }), NAMES_REASON);
}

/** Lets the pipeline give a role to a service, and to no other. */
export function allowPassing(role: ServiceRole, passed: iam.IRole, service: string): void {
  role.allow(new iam.PolicyStatement({
    actions: ['iam:PassRole'],
    resources: [passed.roleArn],
    conditions: { StringEquals: { 'iam:PassedToService': service } },
  }));
}

/** Lets a principal have SageMaker use a key for the volumes of its jobs. */
export function allowVolumeKey(role: ServiceRole, workspace: IWorkspace): void {
  role.allow(new iam.PolicyStatement({
    actions: ['kms:CreateGrant'],
    resources: [workspace.dataKey.keyArn],
    conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
  }));
  role.allow(new iam.PolicyStatement({ actions: ['kms:DescribeKey'], resources: [workspace.dataKey.keyArn] }));
}

/** Lets a job write its log and its metrics. */
export function allowLogs(role: ServiceRole, workspace: IWorkspace, group: string): void {
  const stack = Stack.of(role);
  const arn = `arn:${stack.partition}:logs:${workspace.region}:${stack.account}:log-group:${group}`;
  role.allow(new iam.PolicyStatement({
    actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
    resources: [arn, `${arn}:log-stream:*`],
  }), 'SageMaker names the log streams after its jobs');
  role.allow(new iam.PolicyStatement({
    actions: ['cloudwatch:PutMetricData'],
    resources: ['*'],
    conditions: { StringLike: { 'cloudwatch:namespace': [group, '/aws/sagemaker/*', 'aws/sagemaker/*'] } },
  }), 'CloudWatch knows no resource for PutMetricData; a condition holds it to the namespaces of SageMaker');
}

/** ARN of something of SageMaker in the workspace's region. */
export function sagemakerArn(scope: ServiceRole, workspace: IWorkspace, resource: string): string {
  const stack = Stack.of(scope);
  return `arn:${stack.partition}:sagemaker:${workspace.region}:${stack.account}:${resource}`;
}

/**
 * Lets the pipeline record its runs as trials of an experiment.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-experiments.html
 */
export function allowExperiments(role: ServiceRole, workspace: IWorkspace): void {
  role.allow(new iam.PolicyStatement({
    actions: [
      'sagemaker:AddTags', 'sagemaker:AssociateTrialComponent', 'sagemaker:CreateExperiment', 'sagemaker:CreateTrial', 'sagemaker:CreateTrialComponent',
      'sagemaker:DescribeExperiment', 'sagemaker:DescribeTrial', 'sagemaker:DescribeTrialComponent', 'sagemaker:UpdateTrialComponent',
    ],
    resources: ['experiment/*', 'experiment-trial/*', 'experiment-trial-component/*'].map((resource) => sagemakerArn(role, workspace, resource)),
  }), 'trials and their components are named after runs and jobs');
}
