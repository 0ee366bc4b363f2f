import { App, Size, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { SensitiveDataDiscovery, type SensitiveDataDiscoveryProps } from '../../../lib/aws/discovery';
import { Workspace } from '../../../lib/aws/workspace';
import { Classification, ComplianceProfile, Framework, Jurisdiction, Residency } from '../../../lib/policy';
import { unwaived, waived } from '../../support/packs';

const profile = ComplianceProfile.of({ frameworks: [Framework.HIPAA, Framework.GDPR], residency: Residency.within(Jurisdiction.EU) });

function discovered(props: (workspace: Workspace) => Partial<SensitiveDataDiscoveryProps> = () => ({})) {
  const app = new App();
  const stack = new Stack(app, 'Stack', { env: { account: '123456789012', region: 'eu-central-1' } });
  const workspace = new Workspace(stack, 'Workspace', { profile, administrators: ['arn:aws:iam::123456789012:role/Admin'] });
  const curated = workspace.addStore('Curated', { classification: Classification.PSEUDONYMISED });
  const discovery = new SensitiveDataDiscovery(stack, 'Discovery', { workspace, stores: [curated], ...props(workspace) });
  return { app, stack, workspace, curated, discovery };
}

test('passes all packs', () => {
  const { app } = discovered();
  expect(unwaived(app)).toEqual([]);
});
