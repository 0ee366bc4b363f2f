import type { App } from 'aws-cdk-lib';
import { RegulatedMLChecks } from '../../lib/rules';
import type { Workspace } from '../../lib/aws';
import { stockPacks, unwaived } from './packs';

export { examplesIn, type Made, run } from './readme-programs';

/** What five packs find in an app, under the profile of its workspace, and nobody has accepted. */
export function findingsIn(app: App): string[] {
  const workspace = app.node.findAll().find((node): node is Workspace => 'profile' in node && 'addStore' in node)!;
  return unwaived(app, [...stockPacks(), new RegulatedMLChecks(app, { profile: workspace.profile })]);
}
