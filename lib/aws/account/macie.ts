import { CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ComplianceProfile } from '../../policy/profile';
import { Residency } from '../../policy/residency';
import { logRetentionOf } from '../private/log-retention';
import { macieServiceOf, macieSourceArns } from '../private/macie-service';
import { protectedBucket } from '../private/protected-bucket';
import { RuntimeFunction } from '../private/runtime-function';
import { inRegulatoryPacks, waive } from '../private/waivers';

export interface MacieSettingsProps {
  readonly profile: ComplianceProfile;
  readonly region: string;
  readonly logsKey: kms.IKey;
  readonly results: s3.IBucket;
  readonly resultsKey: kms.IKey;
  readonly resultsPrefix: string;
  readonly frequency: string;
  /** `ENABLED`, `DISABLED`, or nothing to leave it as it is. */
  readonly automatedDiscovery?: string;
}

/**
 * Macie's switch and account-wide settings.
 *
 * A custom resource, not `AWS::Macie::Session`: there is one session an account and region, so creating the CloudFormation
 * resource fails where an organisation or a colleague has switched Macie on already, deleting it, or replacing it, switches
 * Macie off and with it deletes every finding and job, and the export and automated discovery have no resource at all. The function
 * takes the session it finds, switches on what is off, and answers a deletion without doing anything.
 */
export class MacieSettings extends Construct {
  constructor(scope: Construct, id: string, props: MacieSettingsProps) {
    super(scope, id);
    const settings = new RuntimeFunction(this, 'Function', {
      job: 'macie-settings',
      description: 'Switches Macie on and sets its export and automated discovery',
      logsKey: props.logsKey,
      logRetention: logRetentionOf(props.profile.logRetention),
      timeout: Duration.minutes(3),
      reservedConcurrency: 1,
    });
    const stack = Stack.of(this);
    settings.role.allow(new iam.PolicyStatement({
      actions: [
        'macie2:EnableMacie', 'macie2:GetMacieSession', 'macie2:UpdateMacieSession',
        'macie2:GetClassificationExportConfiguration', 'macie2:PutClassificationExportConfiguration',
        'macie2:GetAutomatedDiscoveryConfiguration', 'macie2:UpdateAutomatedDiscoveryConfiguration',
      ],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:RequestedRegion': props.region } },
    }), 'Macie has one session an account and region and names no resource for it; a condition holds the actions to the region');
    settings.role.allow(new iam.PolicyStatement({
      actions: ['iam:CreateServiceLinkedRole'],
      resources: [`arn:${Residency.partitionOf(props.region)}:iam::${stack.account}:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie`],
      conditions: { StringEquals: { 'iam:AWSServiceName': 'macie.amazonaws.com' } },
    }));
    const resource = new CustomResource(this, 'Resource', {
      serviceToken: settings.function.functionArn,
      resourceType: 'Custom::MacieSettings',
      serviceTimeout: Duration.minutes(10),
      removalPolicy: RemovalPolicy.RETAIN,
      properties: {
        Region: props.region,
        Frequency: props.frequency,
        ResultsBucket: props.results.bucketName,
        ResultsPrefix: props.resultsPrefix,
        ResultsKeyArn: props.resultsKey.keyArn,
        AutomatedDiscovery: props.automatedDiscovery,
      },
    });
    // Macie tries to write before it takes the export configuration, and the function needs its permissions for that
    resource.node.addDependency(settings, props.results);
  }
}

/** A bucket that Macie writes discovery results into. It has no Object Lock: Macie cannot write where there is a default retention. */
export function discoveryResultsBucket(
  scope: Construct, id: string,
  props: { readonly profile: ComplianceProfile; readonly region: string; readonly key: kms.IKey; readonly accessLogs: s3.IBucket },
): s3.Bucket {
  const bucket = protectedBucket(scope, id, {
    key: props.key, accessLogs: props.accessLogs, expireAfterDays: props.profile.auditRetention.inDays, versionsForDays: 30,
  });
  const { account } = Stack.of(scope);
  const macie = new iam.ServicePrincipal(macieServiceOf(props.region));
  const conditions = {
    StringEquals: { 'aws:SourceAccount': account },
    ArnLike: { 'aws:SourceArn': macieSourceArns(Residency.partitionOf(props.region), props.region, account) },
  };
  bucket.addToResourcePolicy(new iam.PolicyStatement({
    sid: 'MacieChecks', principals: [macie], actions: ['s3:GetBucketLocation'], resources: [bucket.bucketArn], conditions,
  }));
  bucket.addToResourcePolicy(new iam.PolicyStatement({
    sid: 'MacieWrites', principals: [macie], actions: ['s3:PutObject'], resources: [bucket.arnForObjects('*')], conditions,
  }));
  bucket.policy!.applyRemovalPolicy(RemovalPolicy.RETAIN);
  waive(bucket, inRegulatoryPacks('S3BucketReplicationEnabled'),
    'discovery results are versioned and kept in three zones; a copy elsewhere could leave the residency');
  return bucket;
}
