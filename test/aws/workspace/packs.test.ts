import { App, Stack } from 'aws-cdk-lib';
import { Classification, ComplianceProfile, Framework, Jurisdiction, Residency } from '../../../lib/policy';
import { Workspace } from '../../../lib/aws';
import { unwaived } from '../../support/packs';

const env = { account: '123456789012', region: 'eu-central-1' };
const profile = ComplianceProfile.of({ frameworks: [Framework.HIPAA, Framework.GDPR], residency: Residency.within(Jurisdiction.EU) });

test('a workspace with a store has no unwaived finding in any stock pack', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env });
  new Workspace(stack, 'Workspace', { profile }).addStore('Raw', { classification: Classification.PHI });
  expect(unwaived(app)).toEqual([]);
});
