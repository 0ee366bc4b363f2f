import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ServiceRole } from '../../../lib/aws/private/service-role';
import { env } from '../../support/workspace';

test('fails at synth for a role that needs more managed policies than IAM attaches', () => {
  const app = new App();
  const role = new ServiceRole(new Stack(app, 'S', { env }), 'Role', { service: 'sagemaker.amazonaws.com', description: 'too much' });
  for (let index = 0; index < 600; index++) {
    role.allow(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [`arn:aws:s3:::bucket-${index}/${'x'.repeat(40)}`], conditions: { StringEquals: { 'aws:ResourceAccount': `${index}` } } }));
  }
  expect(() => app.synth()).toThrow(/S\/Role: the role would need \d+ managed policies, and IAM attaches 10: split the pipeline/);
});
