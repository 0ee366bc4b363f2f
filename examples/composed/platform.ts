import { Duration, RemovalPolicy, Stack, StackProps, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** What jobs of SageMaker call, and so what a network without a route to the internet needs endpoints for. */
export const ENDPOINT_SERVICES = ['ecr.api', 'ecr.dkr', 'kms', 'logs', 'monitoring', 's3', 'sagemaker.api', 'sagemaker.runtime', 'sts'];

/** What the hospital's platform team runs for everybody: plain CDK, no construct of the library. */
export class PlatformStack extends Stack {
  public readonly vpc: ec2.Vpc;
  public readonly s3Endpoint: ec2.GatewayVpcEndpoint;
  public readonly jobs: ec2.SecurityGroup;
  public readonly dataKey: kms.Key;
  public readonly modelsKey: kms.Key;
  public readonly logsKey: kms.Key;
  public readonly accessLogs: s3.Bucket;
  public readonly admissions: s3.Bucket;
  public readonly prepared: s3.Bucket;
  public readonly models: s3.Bucket;
  public readonly alarms: sns.Topic;
  /** The team's data scientists. */
  public readonly scientists: iam.Role;

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    this.dataKey = this.newKey('Data');
    this.modelsKey = this.newKey('Models');
    this.logsKey = this.newKey('Logs');
    const ours = { StringEquals: { 'aws:SourceAccount': this.account } };
    const delivery = new iam.ServicePrincipal('logging.s3.amazonaws.com');
    this.logsKey.addToResourcePolicy(new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal(`logs.${this.region}.amazonaws.com`)],
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'], resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': this.formatArn({ service: 'logs', resource: '*' }) } },
    }));
    this.logsKey.addToResourcePolicy(new iam.PolicyStatement({ principals: [delivery], actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: ['*'], conditions: ours }));

    this.vpc = this.newNetwork();
    this.jobs = new ec2.SecurityGroup(this, 'Jobs', { vpc: this.vpc, description: 'Jobs of machine learning', allowAllOutbound: false });
    this.s3Endpoint = this.addEndpoints();

    this.accessLogs = this.newBucket('AccessLogs', this.logsKey);
    this.accessLogs.addToResourcePolicy(new iam.PolicyStatement({ principals: [delivery], actions: ['s3:PutObject'], resources: [this.accessLogs.arnForObjects('*')], conditions: ours }));
    acknowledge(this.accessLogs, ['AwsSolutions::AwsSolutions-S1', ...everywhere('S3BucketLoggingEnabled')], 'it holds the access logs of the other buckets');
    this.admissions = this.newBucket('Admissions', this.dataKey, this.accessLogs);
    this.prepared = this.newBucket('Prepared', this.dataKey, this.accessLogs);
    this.models = this.newBucket('TrainedModels', this.modelsKey, this.accessLogs);
    this.alarms = new sns.Topic(this, 'Alarms', { masterKey: this.logsKey, enforceSSL: true });
    this.scientists = new iam.Role(this, 'Scientists', {
      assumedBy: new iam.AccountPrincipal(this.account).withConditions({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
      description: 'Data scientists, signed in with a second factor',
    });
  }

  /** Named, so that synth looks nothing up and needs no credentials. */
  public override get availabilityZones(): string[] {
    return ['a', 'b'].map((zone) => `${this.region}${zone}`);
  }

  private newKey(purpose: string): kms.Key {
    return new kms.Key(this, `${purpose}Key`, { description: `Hospital: ${purpose.toLowerCase()}`, enableKeyRotation: true, removalPolicy: RemovalPolicy.RETAIN });
  }

  private newNetwork(): ec2.Vpc {
    const vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr('10.40.0.0/16'),
      natGateways: 0,
      maxAzs: 2,
      subnetConfiguration: [{ name: 'Analytics', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 20 }],
      restrictDefaultSecurityGroup: true,
    });
    const log = new logs.LogGroup(this, 'FlowLogs', { encryptionKey: this.logsKey, retention: logs.RetentionDays.SIX_YEARS, removalPolicy: RemovalPolicy.RETAIN });
    const writer = new iam.Role(this, 'FlowLogsRole', { assumedBy: new iam.ServicePrincipal('vpc-flow-logs.amazonaws.com') });
    const policy = new iam.ManagedPolicy(this, 'FlowLogsPolicy', {
      roles: [writer],
      statements: [new iam.PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'], resources: [log.logGroupArn] })],
    });
    const flowLog = new ec2.CfnFlowLog(this, 'FlowLog', {
      resourceId: vpc.vpcId, resourceType: 'VPC', trafficType: 'ALL', logDestinationType: 'cloud-watch-logs', logGroupName: log.logGroupName, deliverLogsPermissionArn: writer.roleArn,
    });
    flowLog.node.addDependency(policy);
    return vpc;
  }

  private addEndpoints(): ec2.GatewayVpcEndpoint {
    const group = new ec2.SecurityGroup(this, 'Endpoints', { vpc: this.vpc, description: 'Endpoints of AWS services', allowAllOutbound: false });
    this.jobs.connections.allowTo(group, ec2.Port.tcp(443), 'endpoints of AWS services');
    // The gateway of S3 is reached by public addresses; there is no other route, so nothing else answers.
    this.jobs.connections.allowToAnyIpv4(ec2.Port.tcp(443), 'the gateway of S3');
    for (const name of ENDPOINT_SERVICES.filter((service) => service !== 's3')) {
      this.vpc.addInterfaceEndpoint(name.replace('.', '-'), { service: new ec2.InterfaceVpcEndpointAwsService(name), securityGroups: [group], open: false });
    }
    return this.vpc.addGatewayEndpoint('s3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
  }

  private newBucket(id: string, key: kms.Key, accessLogs?: s3.Bucket): s3.Bucket {
    const bucket = new s3.Bucket(this, id, {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      lifecycleRules: [{ expiration: Duration.days(3650), noncurrentVersionExpiration: Duration.days(30), abortIncompleteMultipartUploadAfter: Duration.days(7) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const resource = bucket.node.defaultChild as s3.CfnBucket;
    if (accessLogs) resource.loggingConfiguration = { destinationBucketName: accessLogs.bucketName, logFilePrefix: `${id}/` };
    resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    acknowledge(bucket, everywhere('S3BucketReplicationEnabled'), 'versions bring back what was overwritten, and the hospital backs up elsewhere in the same region');
    return bucket;
  }
}

/** Accepts findings by their full ids, so that the report keeps them, with the reason. */
export function acknowledge(construct: Construct, ids: string[], reason: string): void {
  Validations.of(construct).acknowledge(...ids.map((id) => ({ id, reason })));
}

function everywhere(rule: string): string[] {
  return ['HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'].map((pack) => `${pack}::${pack}-${rule}`);
}
