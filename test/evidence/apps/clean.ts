import { App, Stack, Tags } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { ComplianceProfile, Framework, Jurisdiction, Residency } from 'cdk-regulated-ml/policy';

/** An app in which no pack finds anything. */
export const app = new App();
export const profile = ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU) });
export const stack = new Stack(app, 'Small', { env: { account: '123456789012', region: 'eu-central-1' } });
new kms.Key(stack, 'Key', { enableKeyRotation: true });
new sagemaker.CfnModelPackageGroup(stack, 'Models', { modelPackageGroupName: 'risk' });
Tags.of(stack).add('owner', 'risk');
