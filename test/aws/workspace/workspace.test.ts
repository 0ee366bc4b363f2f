import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Classification, ComplianceProfile, Framework, Jurisdiction, Purpose, Residency } from '../../../lib/policy';
import { Workspace } from '../../../lib/aws';

const env = { account: '123456789012', region: 'eu-central-1' };
const profile = ComplianceProfile.of({ frameworks: [Framework.HIPAA, Framework.GDPR], residency: Residency.within(Jurisdiction.EU) });

test('a profile is all that a workspace needs', () => {
  const stack = new Stack(new App(), 'Stack', { env });
  const workspace = new Workspace(stack, 'Workspace', { profile });
  workspace.addStore('Raw', { classification: Classification.PHI, purpose: Purpose.of('readmission-risk') });
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::S3::Bucket', 4);
  template.resourceCountIs('AWS::KMS::Key', 3);
});
