import { App, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { ContainerImage, MLPipeline } from '../../../lib/aws/pipeline';
import { DataStore } from '../../../lib/aws/storage';
import { Workspace } from '../../../lib/aws/workspace';
import { Classification, ComplianceProfile, Framework, Jurisdiction, Purpose, Residency } from '../../../lib/policy';

export interface Ground {
  readonly app: App;
  readonly stack: Stack;
  readonly workspace: Workspace;
  readonly raw: DataStore;
  readonly pipeline: MLPipeline;
  readonly image: ContainerImage;
}

/** A workspace, a store and an empty pipeline. */
export function ground(): Ground {
  const app = new App();
  const stack = new Stack(app, 'Test', { env: { account: '123456789012', region: 'eu-central-1' } });
  const profile = ComplianceProfile.of({ frameworks: [Framework.HIPAA, Framework.GDPR], residency: Residency.within(Jurisdiction.EU) });
  const workspace = new Workspace(stack, 'Workspace', { profile });
  const raw = workspace.addStore('Raw', { classification: Classification.PHI, purpose: Purpose.of('readmission-risk') });
  const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, pipelineName: 'readmission' });
  const image = ContainerImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Repository', 'steps'), 'sha256:' + 'a'.repeat(64));
  return { app, stack, workspace, raw, pipeline, image };
}
