import { App, Mixins, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { mixins, Workspace } from '../../../lib/aws';
import { stockPacks, unwaived } from '../../support/packs';
import { env, profile } from '../../support/workspace';

/** What an app has before anybody thought of a regulator. */
function plainApp(harden: boolean): App {
  const app = new App({ context: { '@aws-cdk/core:failSynthOnValidationErrors': false } });
  const stack = new Stack(app, 'Stack', { env });
  const workspace = new Workspace(stack, 'Workspace', { profile });
  const plain = new Stack(app, 'Plain', { env });
  new s3.Bucket(plain, 'Bucket');
  new s3.CfnBucket(plain, 'L1Bucket');
  new kms.Key(plain, 'Key');
  new logs.LogGroup(plain, 'Records', { retention: logs.RetentionDays.INFINITE });
  new ecr.Repository(plain, 'Images');
  new secretsmanager.Secret(plain, 'Secret');
  new sagemaker.CfnNotebookInstance(plain, 'Notebook', { instanceType: 'ml.t3.medium', roleArn: 'arn:aws:iam::123456789012:role/notebook' });
  new sagemaker.CfnEndpointConfig(plain, 'Endpoint', { productionVariants: [{ modelName: 'risk', variantName: 'All', instanceType: 'ml.m5.xlarge', initialInstanceCount: 1 }] });
  if (harden) {
    Mixins.of(plain).apply(new mixins.RegulatedDefaults({
      profile, key: workspace.dataKey, accessLogs: workspace.accessLogs as s3.Bucket,
      network: { vpc: workspace.vpc, subnets: workspace.subnets, securityGroup: workspace.securityGroup },
    }));
  }
  return app;
}

test('the getters of what was hardened satisfy the stock packs', () => {
  const before = unwaived(plainApp(false), stockPacks()).map((line) => line.split(' ')[0]!.replace(/^[^:]+::[A-Za-z0-9.]+-/, ''));
  const after = unwaived(plainApp(true), stockPacks()).map((line) => line.split(' ')[0]!.replace(/^[^:]+::[A-Za-z0-9.]+-/, ''));
  expect(new Set(before)).toEqual(new Set([
    'S1', 'S10', 'SMG4', 'SM1', 'SM2', 'SM3', 'CloudWatchLogGroupEncrypted', 'CloudWatchLogGroupRetentionPeriod', 'KMSBackingKeyRotationEnabled', 'KMS5', 'S3BucketLoggingEnabled', 'S3BucketReplicationEnabled',
    'S3BucketSSLRequestsOnly', 'S3BucketVersioningEnabled', 'S3DefaultEncryptionKMS', 'S3BucketPublicReadProhibited', 'S3BucketPublicWriteProhibited',
    'SageMakerEndpointConfigurationKMSKeyConfigured', 'SageMakerNotebookInstanceKMSKeyConfigured', 'SageMakerNotebookNoDirectInternetAccess', 'SecretsManagerRotationEnabled', 'SecretsManagerUsingKMSKey',
  ]));
  // copies and rotating functions are no properties: a store of a workspace has the one, what a secret opens knows the other
  expect(new Set(after)).toEqual(new Set(['SMG4', 'S3BucketReplicationEnabled', 'SecretsManagerRotationEnabled']));
});
