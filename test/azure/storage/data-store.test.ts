import { Classification, Purpose } from '../../../lib/policy';
import { synthesized, workspaceStack } from '../../support/azure';

test('smoke', () => {
  const { stack, workspace } = workspaceStack();
  workspace.addStore('Raw', { classification: Classification.PHI, purpose: Purpose.of('readmission-risk') });
  console.log(JSON.stringify(synthesized(stack).resource, null, 1));
});
