import { App, Stack } from 'aws-cdk-lib';
import { Workspace, WorkspaceProps } from '../../lib/aws';
import { ComplianceProfile, Framework, Jurisdiction, Residency } from '../../lib/policy';

/** moto's account, and a region inside the residency of `profile`. */
export const env = { account: '123456789012', region: 'eu-central-1' };

/** Health data in the EU. */
export const profile = ComplianceProfile.of({ frameworks: [Framework.HIPAA, Framework.GDPR], residency: Residency.within(Jurisdiction.EU) });

/** A stack with a workspace in it. */
export function workspaceStack(props: Partial<WorkspaceProps> = {}): { app: App; stack: Stack; workspace: Workspace } {
  // no test reads the tree of constructs that synth writes beside the templates, which takes a sixth of a synth
  const app = new App({ treeMetadata: false });
  const stack = new Stack(app, 'Stack', { env });
  return { app, stack, workspace: new Workspace(stack, 'Workspace', { profile, ...props }) };
}
