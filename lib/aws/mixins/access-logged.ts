import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Control } from '../../policy/control';
import { receivesAccessLogs, willReceiveAccessLogs } from './bucket';
import { ControlMixin, Settings } from './control-mixin';

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

  /** To this bucket. */
  constructor(destination: s3.IBucket) {
    super();
    willReceiveAccessLogs(destination);
    let admitted = false;
    this._settings = {
      'AWS::S3::Bucket': (bucket) => {
        if (receivesAccessLogs(bucket.resource) || bucket.at('LoggingConfiguration.DestinationBucketName') !== undefined) return;
        if (!admitted) admit(destination);
        admitted = true;
        bucket.set('LoggingConfiguration', { DestinationBucketName: destination.bucketName, LogFilePrefix: `${bucket.resource.node.path}/` });
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
