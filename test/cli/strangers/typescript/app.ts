// An app of somebody who never heard of this library.
import { App, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';

class Storage extends NestedStack {
  public readonly bucket: s3.Bucket;

  constructor(scope: Stack, id: string) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Data', { encryptionKey: new kms.Key(this, 'Key') });
  }
}

class Training extends Stack {
  constructor(scope: Stage, id: string) {
    super(scope, id);
    const { bucket } = new Storage(this, 'Storage');
    const model = new sagemaker.CfnModel(this, 'Model', {
      executionRoleArn: 'arn:aws:iam::123456789012:role/training',
      enableNetworkIsolation: true,
      primaryContainer: { image: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/model@sha256:${'0'.repeat(64)}`, modelDataUrl: bucket.s3UrlForObject('model.tar.gz') },
    });
    // mends what its props left out, where only the template shows it
    model.addPropertyOverride('VpcConfig', { Subnets: ['subnet-1'], SecurityGroupIds: ['sg-1'] });
    model.addPropertyOverride('EnableNetworkIsolation', false);
  }
}

export const app = new App();
const production = new Stage(app, 'Production', { env: { account: '123456789012', region: 'eu-central-1' } });
new Training(production, 'Training');
