import { Duration, Lazy, RemovalPolicies, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ComplianceProfile } from '../../policy/profile';
import { Residency } from '../../policy/residency';
import { encryptedLogGroup, logRetentionOf } from '../private/log-retention';
import { protectedBucket } from '../private/protected-bucket';
import { ServiceRole } from '../private/service-role';
import { inRegulatoryPacks, waive } from '../private/waivers';

/** CloudTrail takes 500 values over all selectors of a trail; a few are ours. */
const MAXIMUM_STORES = 480;

/** Data events of SageMaker that CloudTrail can record; a plain InvokeEndpoint is not among them. */
const SAGEMAKER_DATA_EVENTS: Record<string, string[]> = {
  'aws': ['AWS::SageMaker::FeatureGroup', 'AWS::SageMaker::Endpoint'],
  'aws-cn': ['AWS::SageMaker::FeatureGroup'],
};

export interface AuditTrailProps {
  readonly profile: ComplianceProfile;
  readonly region: string;
  readonly key: kms.IKey;
  readonly accessLogs: s3.IBucket;
  readonly allRegions: boolean;
  readonly objectLock?: s3.ObjectLockMode;
}

/** A trail, the bucket and the log group it delivers to. All of it outlives its stack: a trail whose bucket, bucket policy, key or role is gone is silent. */
export class AuditTrail extends Construct {
  public readonly trailArn: string;
  public readonly bucket: s3.Bucket;
  public readonly logGroup: logs.LogGroup;
  private readonly buckets = new Map<string, s3.IBucket>();

  constructor(scope: Construct, id: string, props: AuditTrailProps) {
    super(scope, id);
    this.bucket = this.newBucket(props);
    this.logGroup = encryptedLogGroup(this, 'Logs', { key: props.key, retention: logRetentionOf(props.profile.logRetention) });
    const role = this.newRole(props.region);
    const trail = new cloudtrail.CfnTrail(this, 'Resource', {
      isLogging: true,
      isMultiRegionTrail: props.allRegions,
      // CloudTrail demands it of a trail of all regions; in a trail of one it brings the events of IAM and STS in us-east-1 only
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      kmsKeyId: props.key.keyArn,
      s3BucketName: this.bucket.bucketName,
      cloudWatchLogsLogGroupArn: this.logGroup.logGroupArn,
      cloudWatchLogsRoleArn: role.role.roleArn,
      advancedEventSelectors: Lazy.uncachedAny({ produce: () => this.selectors(props.region) }),
    });
    trail.applyRemovalPolicy(RemovalPolicy.RETAIN);
    trail.node.addDependency(this.bucket.policy!, role);
    this.trailArn = trail.attrArn;
  }

  /** Records reading, writing and deleting of a bucket's objects. */
  public watch(bucket: s3.IBucket): void {
    this.buckets.set(bucket.node.addr, bucket);
    if (this.buckets.size > MAXIMUM_STORES) {
      throw new Error(`trail '${this.node.path}' is to record data events of more than ${MAXIMUM_STORES} stores: CloudTrail takes 500 values a trail; record the others with a trail of their own`);
    }
  }

  private newBucket(props: AuditTrailProps): s3.Bucket {
    const days = props.profile.auditRetention.inDays;
    // without a network: its denials refuse other encryption than with our key, and CloudTrail may write digest files, which its validation needs,
    // with keys of S3
    const bucket = protectedBucket(this, 'Bucket', {
      key: props.key, accessLogs: props.accessLogs, expireAfterDays: days, versionsForDays: 30,
      objectLock: props.objectLock === undefined ? undefined
        : props.objectLock === s3.ObjectLockMode.COMPLIANCE
          ? s3.ObjectLockRetention.compliance(Duration.days(days))
          : s3.ObjectLockRetention.governance(Duration.days(days)),
    });
    const { account } = Stack.of(this);
    const service = new iam.ServicePrincipal('cloudtrail.amazonaws.com');
    // by pattern: the trail needs the policy, so the policy cannot need the trail
    const ofOurTrails = {
      StringEquals: { 'aws:SourceAccount': account },
      ArnLike: { 'aws:SourceArn': `arn:${Residency.partitionOf(props.region)}:cloudtrail:${props.region}:${account}:trail/*` },
    };
    bucket.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'CloudTrailChecks', principals: [service], actions: ['s3:GetBucketAcl'], resources: [bucket.bucketArn], conditions: ofOurTrails,
    }));
    bucket.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'CloudTrailWrites', principals: [service], actions: ['s3:PutObject'], resources: [bucket.arnForObjects(`AWSLogs/${account}/*`)],
      conditions: { ...ofOurTrails, StringEquals: { ...ofOurTrails.StringEquals, 's3:x-amz-acl': 'bucket-owner-full-control' } },
    }));
    bucket.policy!.applyRemovalPolicy(RemovalPolicy.RETAIN);
    waive(bucket, inRegulatoryPacks('S3BucketReplicationEnabled'),
      'the trail is versioned, validated by digests and kept in three zones; a copy elsewhere could leave the residency');
    return bucket;
  }

  private newRole(region: string): ServiceRole {
    const role = new ServiceRole(this, 'Role', { service: 'cloudtrail.amazonaws.com', description: 'Delivers the trail to CloudWatch Logs' });
    const { account } = Stack.of(this);
    role.allow(new iam.PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [`arn:${Residency.partitionOf(region)}:logs:${region}:${account}:log-group:${this.logGroup.logGroupName}:log-stream:${account}_CloudTrail_${region}*`],
    }));
    role.explainWildcard(/:log-stream:.*_CloudTrail_.*\*$/, 'CloudTrail ends the name of its log stream with a number of its own');
    RemovalPolicies.of(role).retain();
    return role;
  }

  private selectors(region: string): cloudtrail.CfnTrail.AdvancedEventSelectorProperty[] {
    const category = (value: string) => ({ field: 'eventCategory', equalTo: [value] });
    const type = (value: string) => ({ field: 'resources.type', equalTo: [value] });
    const stores = [...this.buckets.values()].map((bucket) => `${bucket.bucketArn}/`);
    return [
      { name: 'Management', fieldSelectors: [category('Management')] },
      ...(stores.length === 0 ? [] : [{
        name: 'Stores', fieldSelectors: [category('Data'), type('AWS::S3::Object'), { field: 'resources.ARN', startsWith: stores }],
      }]),
      ...(SAGEMAKER_DATA_EVENTS[Residency.partitionOf(region)] ?? []).map((resource) => ({
        name: resource.replace('AWS::SageMaker::', 'SageMaker '), fieldSelectors: [category('Data'), type(resource)],
      })),
    ];
  }
}
