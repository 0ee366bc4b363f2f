import { App, Stack } from 'aws-cdk-lib';
import { ContainerImage, PrebuiltImage } from '../../../lib/aws/pipeline/images';
import { ModelPackageGroup } from '../../../lib/aws/pipeline/model-package-group';
import { Baseline } from '../../../lib/aws/monitoring';
import { InferenceEndpoint, ServedModel } from '../../../lib/aws/serving';
import { DataInput } from '../../../lib/aws/storage';
import { Workspace, WorkspaceProps } from '../../../lib/aws/workspace';
import { Classification, Purpose, Retention } from '../../../lib/policy';
import { workspaceStack } from '../../support/workspace';

/** An image of SageMaker's own. */
export const image = ContainerImage.sagemaker(PrebuiltImage.SKLEARN, '1.4-2');

/** Endpoints that capture, one with a given model and one that follows a registry, and what their monitors need. */
export function endpoints(props: Partial<WorkspaceProps> = {}): {
  app: App; stack: Stack; workspace: Workspace; given: InferenceEndpoint; following: InferenceEndpoint; group: ModelPackageGroup;
  labels: DataInput; files: Baseline; configuration: DataInput;
} {
  const { app, stack, workspace } = workspaceStack(props);
  const capture = { retention: Retention.days(30), classification: Classification.PHI };
  const given = new InferenceEndpoint(stack, 'Given', {
    workspace, capture, model: ServedModel.fromArtifact({ image, artifact: workspace.models.input('heart/model.tar.gz') }),
  });
  const group = new ModelPackageGroup(stack, 'Group', { groupName: 'heart' });
  const following = new InferenceEndpoint(stack, 'Following', { workspace, capture, model: ServedModel.followingRegistry(group, { images: [image] }) });
  const labels = workspace.addStore('Labels', { classification: Classification.PHI, purpose: Purpose.of('readmission-risk') }).input('labels/');
  const files = Baseline.fromFiles({
    constraints: workspace.outputs.input('baseline/constraints.json'),
    statistics: workspace.outputs.input('baseline/statistics.json'),
  });
  const configuration = workspace.outputs.input('baseline/analysis_config.json');
  return { app, stack, workspace, given, following, group, labels, files, configuration };
}
