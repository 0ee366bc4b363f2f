import type { Deployed } from './deployed';
import type { Need } from './needs';

/** Resources of an app by what they are asked for. */
export class DeployedApp {
  constructor(public readonly resources: readonly Deployed[]) {}

  /** The key that a bucket encrypts with, if the bucket is one of the app. */
  public keyOf(bucketName: string): string | undefined {
    const encryption = this.resources.find(({ type, ref }) => type === 'AWS::S3::Bucket' && ref === bucketName)?.properties.BucketEncryption as
      { ServerSideEncryptionConfiguration: { ServerSideEncryptionByDefault: { KMSMasterKeyID?: string } }[] } | undefined;
    return encryption?.ServerSideEncryptionConfiguration[0]?.ServerSideEncryptionByDefault.KMSMasterKeyID;
  }

  /** ARN of a log group that is named, or given by its ARN. */
  public logGroup(nameOrArn: string): string {
    return nameOrArn.startsWith('arn:') ? nameOrArn : this.resources.find(({ type, ref }) => type === 'AWS::Logs::LogGroup' && ref === nameOrArn)?.arn ?? nameOrArn;
  }
}

const via = (service: string, region: string) => ({ 'kms:ViaService': `${service}.${region}.amazonaws.com` });

/** Decrypting with a key by way of a service. */
export function decrypting(key: string | undefined, service: string, region: string): Need[] {
  return key === undefined ? [] : [{ action: 'kms:Decrypt', resource: key, context: via(service, region) }];
}

/** Encrypting with a key by way of a service. */
export function encrypting(key: string | undefined, service: string, region: string): Need[] {
  return key === undefined ? [] : [{ action: 'kms:GenerateDataKey', resource: key, context: via(service, region) }];
}

/** Volumes that SageMaker encrypts with a key for whoever starts or runs a job. */
export function volumes(key: string): Need[] {
  return [{ action: 'kms:CreateGrant', resource: key, context: { 'kms:GrantIsForAWSResource': 'true' } }, { action: 'kms:DescribeKey', resource: key }];
}

/** Writing records into a log group. */
export function writingLogs(group: string, stream = 'any'): Need[] {
  const resource = `${group.replace(/:\*$/, '')}:log-stream:${stream}`;
  return [{ action: 'logs:CreateLogStream', resource }, { action: 'logs:PutLogEvents', resource }];
}

/** What SageMaker writes of a job into CloudWatch; it makes the group where there is none. */
export function reporting(group: string, { region, account }: Deployed): Need[] {
  const arn = `arn:aws:logs:${region}:${account}:log-group:${group}`;
  return [
    ...writingLogs(arn), { action: 'logs:CreateLogGroup', resource: arn }, { action: 'logs:DescribeLogStreams', resource: arn },
    { action: 'cloudwatch:PutMetricData', resource: '*', context: { 'cloudwatch:namespace': '/aws/sagemaker/Jobs' } },
  ];
}

/** Reading what lies at an address of S3: an object, or all below a prefix. */
export function reading(uri: string, app: DeployedApp, region: string): Need[] {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? [];
  if (!bucket) return [];
  const object = `arn:aws:s3:::${bucket}/${key === '' || key!.endsWith('/') ? `${key}part-0` : key!}`;
  return [
    { action: 's3:GetObject', resource: object }, { action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}`, context: { 's3:prefix': key! } },
    ...decrypting(app.keyOf(bucket), 's3', region),
  ];
}

/** Writing below an address of S3. */
export function putting(uri: string, app: DeployedApp, region: string, key?: unknown): Need[] {
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? [];
  if (!bucket) return [];
  const own = typeof key === 'string' ? key : app.keyOf(bucket);
  const folder = `${prefix!.replace(/\/$/, '')}/`;
  // SageMaker looks at what lies there, and parts of a large object are decrypted when they are put together
  return [
    { action: 's3:PutObject', resource: `arn:aws:s3:::${bucket}/${folder}part-0` }, { action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}`, context: { 's3:prefix': folder } },
    ...encrypting(own, 's3', region), ...decrypting(own, 's3', region),
  ];
}

/** Pulling a container image out of ECR. */
export function pulling(image: string): Need[] {
  const [, account, region, repository] = /^(\d+)\.dkr\.ecr\.([a-z0-9-]+)\.[a-z.]+\/([^:@]+)/.exec(image) ?? [];
  if (!account) return [];
  const resource = `arn:aws:ecr:${region}:${account}:repository/${repository}`;
  return [{ action: 'ecr:GetAuthorizationToken', resource: '*' }, ...['BatchCheckLayerAvailability', 'BatchGetImage', 'GetDownloadUrlForLayer'].map((action) => ({ action: `ecr:${action}`, resource }))];
}

/**
 * Attaching a job or a function to subnets.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
 */
export function attaching(subnets: readonly string[], groups: readonly string[], { region, account }: Deployed): Need[] {
  const ec2 = (resource: string) => `arn:aws:ec2:${region}:${account}:${resource}`;
  const change = ['AssignPrivateIpAddresses', 'CreateNetworkInterfacePermission', 'DeleteNetworkInterface', 'DeleteNetworkInterfacePermission', 'UnassignPrivateIpAddresses'];
  return subnets.length === 0 ? [] : [
    ...[...subnets.map((subnet) => `subnet/${subnet}`), ...groups.map((group) => `security-group/${group}`), 'network-interface/eni-1'].map((resource) => ({ action: 'ec2:CreateNetworkInterface', resource: ec2(resource) })),
    ...change.map((action) => ({ action: `ec2:${action}`, resource: ec2('network-interface/eni-1'), context: { 'ec2:Subnet': ec2(`subnet/${subnets[0]}`) } })),
    ...['DhcpOptions', 'NetworkInterfaces', 'SecurityGroups', 'Subnets', 'Vpcs'].map((what) => ({ action: `ec2:Describe${what}`, resource: '*' })),
  ];
}
