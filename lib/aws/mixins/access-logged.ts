import { CfnResource, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Control } from '../../policy/control';
import { isEncryptedWithKms, receivesAccessLogs, willReceiveAccessLogs } from './bucket';
import { ControlMixin, Settings } from './control-mixin';
import { Settable } from './settable';

/**
 * Has buckets write who asked for what to a bucket of yours, each under its own path. Buckets that take such logs write none.
 *
 * S3 delivers within a region and an account, and to buckets that it encrypts with its own keys.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
 */
export class AccessLogged extends ControlMixin {
  public readonly control = Control.AUDIT_LOGGING;
  /** @internal */
  protected readonly _settings: Settings;

  /**
   * To this bucket.
   *
   * @throws an error when it is encrypted with a key of KMS
   */
  constructor(destination: s3.IBucket) {
    super();
    const bucket = destination.node.defaultChild;
    if (CfnResource.isCfnResource(bucket) && isEncryptedWithKms(new Settable(bucket))) {
      throw new Error(`bucket '${destination.node.path}' is encrypted with a key of KMS, and S3 delivers access logs to none such: make AccessLogged before EncryptedAtRest is applied, or give a bucket with the keys of S3`);
    }
    willReceiveAccessLogs(destination);
    let admitted = false;
    this._settings = {
      'AWS::S3::Bucket': (bucket) => {
        if (receivesAccessLogs(bucket.resource) || bucket.cases('LoggingConfiguration.DestinationBucketName').every((one) => one !== undefined)) return;
        if (!admitted) admit(destination);
        admitted = true;
        bucket.setIfAbsent('LoggingConfiguration.DestinationBucketName', destination.bucketName);
        bucket.setIfAbsent('LoggingConfiguration.LogFilePrefix', `${bucket.resource.node.path}/`);
      },
    };
  }
}

function admit(destination: s3.IBucket): void {
  destination.addToResourcePolicy(new iam.PolicyStatement({
    sid: 'ServerAccessLogs', principals: [new iam.ServicePrincipal('logging.s3.amazonaws.com')], actions: ['s3:PutObject'], resources: [destination.arnForObjects('*')],
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(destination).account } },
  }));
}
