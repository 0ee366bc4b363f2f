import type { Deployed } from './deployed';
import { attaching, decrypting, DeployedApp, encrypting, writingLogs } from './needs-of-services';
import { needsOfPipeline, needsOfStateMachine } from './needs-of-definitions';
import { runtimeSources } from './runtime-sources';
import type { Context } from './sagemaker-context';

/** What a role has to be allowed for what uses it to work. */
export interface Need {
  readonly action: string;
  /** ARN; a need whose resource only the deployment knows is for something that the role's own policies name. */
  readonly resource?: string;
  readonly context?: Context;
}

/** Notes needs of a role, by its ARN. */
export type Note = (role: unknown, ...needs: readonly Need[]) => void;

/**
 * The needs of each role of an app, by its ARN, from what uses the role: what a new construct brings comes in by itself.
 *
 * @param jobOf the folder of lib/runtime whose code a function runs
 * @param isOf whether what a resource needs is asked for
 */
export async function needsOf(resources: readonly Deployed[], jobOf: (fn: Deployed) => string | undefined, isOf: (resource: Deployed) => boolean = () => true): Promise<Map<string, Need[]>> {
  const needs = new Map<string, Need[]>();
  const note: Note = (role, ...more) => {
    if (typeof role === 'string') needs.set(role, [...needs.get(role) ?? [], ...more]);
  };
  const app = new DeployedApp(resources);
  for (const resource of resources.filter(isOf)) {
    const { properties } = resource;
    switch (resource.type) {
      case 'AWS::SageMaker::Pipeline': await needsOfPipeline(resource, app, note); break;
      case 'AWS::StepFunctions::StateMachine': await needsOfStateMachine(resource, app, note); break;
      case 'AWS::Lambda::Function': ofFunction(resource, app, jobOf(resource), note); break;
      case 'AWS::Events::Rule':
        for (const target of (properties.Targets ?? []) as { Arn: string; RoleArn?: string }[]) if (target.RoleArn) note(target.RoleArn, starting(target.Arn, properties.EventPattern as object | undefined));
        break;
      case 'AWS::Scheduler::Schedule': {
        const target = properties.Target as { Arn: string; RoleArn?: string };
        note(target.RoleArn, starting(target.Arn));
        break;
      }
      case 'AWS::EC2::FlowLog': {
        const group = app.logGroup(String(properties.LogGroupName ?? properties.LogDestination));
        note(properties.DeliverLogsPermissionArn, ...writingLogs(group), { action: 'logs:DescribeLogStreams', resource: group });
        break;
      }
      case 'AWS::CloudTrail::Trail': note(properties.CloudWatchLogsRoleArn, ...writingLogs(String(properties.CloudWatchLogsLogGroupArn), `${resource.account}_CloudTrail_${resource.region}`)); break;
      case 'AWS::S3::Bucket': ofReplication(resource, app, note); break;
      case 'Custom::VpcRestrictDefaultSG': {
        const group = `arn:aws:ec2:${resource.region}:${resource.account}:security-group/${String(properties.DefaultSecurityGroupId)}`;
        const rules = ['AuthorizeSecurityGroupEgress', 'AuthorizeSecurityGroupIngress', 'RevokeSecurityGroupEgress', 'RevokeSecurityGroupIngress'];
        note(app.resources.find(({ arn }) => arn === properties.ServiceToken)?.properties.Role, ...rules.map((action) => ({ action: `ec2:${action}`, resource: group })));
        break;
      }
    }
  }
  return needs;
}

function starting(arn: string, pattern?: object): Need {
  if (arn.includes(':pipeline/')) return { action: 'sagemaker:StartPipelineExecution', resource: arn };
  if (arn.includes(':stateMachine:')) return { action: 'states:StartExecution', resource: arn };
  if (arn.includes(':event-bus/')) {
    const { source, 'detail-type': type } = pattern as { source: string[]; 'detail-type': string[] };
    return { action: 'events:PutEvents', resource: arn, context: { 'events:source': source[0]!, 'events:detail-type': type[0]! } };
  }
  if (arn.includes(':lambda:')) return { action: 'lambda:InvokeFunction', resource: arn };
  throw new Error(`nothing is known that starts ${arn}: say in test/support/needs.ts what its role needs`);
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html */
function ofReplication(bucket: Deployed, app: DeployedApp, note: Note): void {
  const replication = bucket.properties.ReplicationConfiguration as { Role: string; Rules: { Destination: { Bucket: string; EncryptionConfiguration?: { ReplicaKmsKeyID: string } } }[] } | undefined;
  if (!replication) return;
  const versions = ['GetObjectVersionAcl', 'GetObjectVersionForReplication', 'GetObjectVersionTagging'];
  note(replication.Role, { action: 's3:GetReplicationConfiguration', resource: bucket.arn }, { action: 's3:ListBucket', resource: bucket.arn });
  note(replication.Role, ...versions.map((action) => ({ action: `s3:${action}`, resource: `${bucket.arn}/a` })), ...decrypting(app.keyOf(bucket.ref), 's3', bucket.region));
  for (const { Destination: destination } of replication.Rules) {
    note(replication.Role, ...['ReplicateDelete', 'ReplicateObject', 'ReplicateTags'].map((action) => ({ action: `s3:${action}`, resource: `${destination.Bucket}/a` })));
    note(replication.Role, ...encrypting(destination.EncryptionConfiguration?.ReplicaKmsKeyID, 's3', bucket.region));
  }
}

function ofFunction(fn: Deployed, app: DeployedApp, job: string | undefined, note: Note): void {
  const { properties, region, account } = fn;
  const role = properties.Role;
  const group = (properties.LoggingConfig as { LogGroup?: string } | undefined)?.LogGroup;
  const own = `arn:aws:logs:${region}:${account}:log-group:/aws/lambda/${fn.ref}:*`;
  note(role, ...writingLogs(group ? app.logGroup(group) : own), ...(group ? [] : [{ action: 'logs:CreateLogGroup', resource: own.replace(/:\*$/, '') }]));
  const letters = (properties.DeadLetterConfig as { TargetArn?: string } | undefined)?.TargetArn;
  if (letters) {
    const key = app.resources.find(({ arn }) => arn === letters)?.properties.KmsMasterKeyId as string | undefined;
    note(role, { action: 'sqs:SendMessage', resource: letters }, ...encrypting(key, 'sqs', region), ...decrypting(key, 'sqs', region));
  }
  if ((properties.TracingConfig as { Mode?: string } | undefined)?.Mode === 'Active') note(role, { action: 'xray:PutTraceSegments', resource: '*' }, { action: 'xray:PutTelemetryRecords', resource: '*' });
  const vpc = properties.VpcConfig as { SubnetIds?: string[]; SecurityGroupIds?: string[] } | undefined;
  if (vpc) note(role, ...attaching(vpc.SubnetIds ?? [], vpc.SecurityGroupIds ?? [], fn));
  // one function cleans up after all kinds of endpoints
  const components = app.resources.some(({ type, properties: machine }) => type === 'AWS::StepFunctions::StateMachine' && String(machine.DefinitionString).includes('createInferenceComponent'));
  for (const action of job === undefined ? [] : callsOf(job)) if (components || !action.includes('InferenceComponent')) note(role, { action, context: contextOf(action) });
}

function contextOf(action: string): Context {
  if (action.startsWith('application-autoscaling:')) return { 'application-autoscaling:service-namespace': 'sagemaker' };
  return action === 'iam:CreateServiceLinkedRole' ? { 'iam:AWSServiceName': 'macie.amazonaws.com' } : {};
}

const SERVICES: Record<string, string> = { sfn: 'states', applicationautoscaling: 'application-autoscaling', 'application-auto-scaling': 'application-autoscaling', 'cloudwatch-logs': 'logs' };

/** Permissions that a call asks for besides, or under another name. */
const ACTIONS: Record<string, readonly string[]> = {
  's3:HeadObject': ['s3:GetObject'], 's3:HeadBucket': ['s3:ListBucket'], 's3:ListObjectsV2': ['s3:ListBucket'], 's3:CopyObject': ['s3:GetObject', 's3:PutObject'], 's3:UploadPart': ['s3:PutObject'],
  's3:UploadPartCopy': ['s3:GetObject', 's3:PutObject'], 's3:CreateMultipartUpload': ['s3:PutObject'], 's3:CompleteMultipartUpload': ['s3:PutObject'],
  'macie2:CreateClassificationJob': ['macie2:CreateClassificationJob', 'macie2:TagResource'], 'macie2:EnableMacie': ['macie2:EnableMacie', 'iam:CreateServiceLinkedRole'],
};

/** The permissions that a call of an SDK client asks for. */
export function permissionsOf(client: string, call: string): readonly string[] {
  const action = `${SERVICES[client] ?? client}:${call.charAt(0).toUpperCase()}${call.slice(1)}`;
  return ACTIONS[action] ?? [action];
}

/** What a job of lib/runtime calls, from the commands and pages of its SDK clients. */
function callsOf(job: string): string[] {
  const source = runtimeSources(job).join('\n');
  const imports = [...source.matchAll(/import\s+(?:\*\s+as\s+(\w+)|\{([^}]*)\})\s+from\s+'@aws-sdk\/client-([a-z0-9-]+)'/g)];
  const calls = imports.flatMap(([, namespace, names, client]) => {
    const text = namespace ? [...source.matchAll(new RegExp(`\\b${namespace}\\.(\\w+)`, 'g'))].map((match) => match[1]!).join(' ') : names!;
    return [...text.matchAll(/\b(?:(\w+)Command|paginate(\w+))\b/g)].flatMap(([, command, page]) => permissionsOf(client!, (command ?? page)!));
  });
  if (calls.length === 0) throw new Error(`nothing in lib/runtime/${job} calls AWS, as far as its imports say`);
  return [...new Set(calls)].sort();
}
