// So many pipelines of four steps, ten to a stack, each stack with a workspace.
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Code, ContainerImage, MLPipeline, Output, PrebuiltImage, Workspace } from 'cdk-regulated-ml/aws';
import { Classification, ComplianceProfile, Framework, Jurisdiction, Residency } from 'cdk-regulated-ml/policy';

export const app = new App();
const profile = ComplianceProfile.of({ frameworks: [Framework.GDPR], residency: Residency.within(Jurisdiction.EU) });
const image = ContainerImage.sagemaker(PrebuiltImage.SKLEARN, '1.4-2');
const code = Code.fromAsset(join(process.cwd(), 'steps'), { program: 'train/main.py' });

let workspace: Workspace | undefined;
for (let index = 0; index < Number(process.env.PIPELINES); index++) {
  if (index % 10 === 0) workspace = new Workspace(new Stack(app, `Stack${index / 10}`, { env: { account: '123456789012', region: 'eu-central-1' } }), 'Workspace', { profile });
  const stack = Stack.of(workspace!);
  const raw = workspace!.addStore(`Raw${index}`, { classification: Classification.PERSONAL });
  const pipeline = new MLPipeline(stack, `Pipeline${index}`, { workspace: workspace! });
  const clean = pipeline.addProcessing('Clean', { image, code, inputs: [raw.input('in/')], outputs: Output.named('train', 'test'), deIdentifiesTo: Classification.PSEUDONYMISED });
  const train = pipeline.addTraining('Train', { image, code, inputs: [clean.output('train')] });
  pipeline.addProcessing('Evaluate', { image, code, inputs: [train.model, clean.output('test')], outputs: [Output.propertyFile('evaluation', 'evaluation.json')] });
  pipeline.addRegistration('Register', { training: train });
}
