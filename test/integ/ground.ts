import { App, RemovalPolicies, Stack } from 'aws-cdk-lib';
import { Workspace } from 'cdk-regulated-ml/aws';
import { ComplianceProfile, Framework, Jurisdiction, Residency } from 'cdk-regulated-ml/policy';

const profile = ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU) });

/** What holds data of a test, and may go with it. Macie's session is not among it: it belongs to the account. */
const DISPOSABLE = ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', 'AWS::KMS::Key', 'AWS::Logs::LogGroup', 'AWS::SageMaker::ModelPackageGroup'];

/** A stack with a workspace that leaves nothing behind but keys that wait for their deletion. */
export function ground(name: string): { app: App; stack: Stack; workspace: Workspace } {
  const app = new App();
  const stack = new Stack(app, name, {
    env: { account: process.env.CDK_DEFAULT_ACCOUNT ?? '123456789012', region: process.env.CDK_DEFAULT_REGION ?? 'eu-central-1' },
    description: 'An integration test of cdk-regulated-ml: delete it whenever you like',
  });
  // Stores let nobody in from outside their network. Who runs the test puts data in and looks at what came out.
  const runner = process.env.INTEG_RUNNER;
  const workspace = new Workspace(stack, 'Workspace', { profile, administrators: runner ? [runner] : [] });
  RemovalPolicies.of(app).destroy({ applyToResourceTypes: DISPOSABLE });
  return { app, stack, workspace };
}
