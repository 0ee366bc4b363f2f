import { join } from 'node:path';
import { CfnOutput } from 'aws-cdk-lib';
import { Code, ContainerImage, Instances, MLPipeline, Output, PrebuiltImage } from 'cdk-regulated-ml/aws';
import { Classification } from 'cdk-regulated-ml/policy';
import { ground } from '../ground';

const { app, stack, workspace } = ground('RegulatedMLIntegProcessing');
const raw = workspace.addStore('Raw', { classification: Classification.PERSONAL });
const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, pipelineName: 'regulated-ml-integ-processing' });
pipeline.addProcessing('Probe', {
  image: ContainerImage.sagemaker(PrebuiltImage.SKLEARN, '1.4-2'),
  code: Code.fromAsset(join(__dirname, 'steps', 'probe')),
  instances: Instances.of('ml.t3.medium'),
  inputs: [raw.input('in/')],
  outputs: Output.named('report'),
});

new CfnOutput(stack, 'RawBucket', { value: raw.bucket.bucketName });
new CfnOutput(stack, 'OutputsBucket', { value: workspace.outputs.bucket.bucketName });
new CfnOutput(stack, 'DataKeyArn', { value: workspace.dataKey.keyArn });
new CfnOutput(stack, 'PipelineName', { value: pipeline.pipelineName });

export { app };
