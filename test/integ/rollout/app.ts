import { CfnOutput } from 'aws-cdk-lib';
import {
  ContainerImage, EndpointCompute, InferenceEndpoint, Instances, MLPipeline, ModelPackageGroup, PrebuiltImage, Scaling, ServedModel, Zone,
} from 'cdk-regulated-ml/aws';
import { Classification } from 'cdk-regulated-ml/policy';
import { ground } from '../ground';

const { app, stack, workspace } = ground('RegulatedMLIntegRollout');
const features = workspace.addStore('Features', { classification: Classification.PSEUDONYMISED, zone: Zone.FEATURES });
const group = new ModelPackageGroup(stack, 'Models', { groupName: 'regulated-ml-integ' });
const pipeline = new MLPipeline(stack, 'Pipeline', { workspace, pipelineName: 'regulated-ml-integ-rollout' });
const training = pipeline.addTraining('Train', {
  image: ContainerImage.sagemaker(PrebuiltImage.XGBOOST, '1.7-1'),
  instances: Instances.of('ml.m5.large'),
  inputs: [features.input('train/')],
  contentType: 'text/csv',
  hyperparameters: { objective: 'binary:logistic', num_round: '5' },
});
pipeline.addRegistration('Register', { training, group, contentTypes: ['text/csv'], responseTypes: ['text/csv'] });
const endpoint = new InferenceEndpoint(stack, 'Endpoint', {
  workspace,
  endpointName: 'regulated-ml-integ',
  model: ServedModel.followingRegistry(group),
  compute: EndpointCompute.realTime(Instances.of('ml.m5.large', { count: 2 })),
  scaling: Scaling.byConcurrency({ min: 2, max: 3 }),
});

new CfnOutput(stack, 'FeaturesBucket', { value: features.bucket.bucketName });
new CfnOutput(stack, 'PipelineName', { value: pipeline.pipelineName });
new CfnOutput(stack, 'GroupName', { value: group.modelPackageGroupName });
new CfnOutput(stack, 'EndpointName', { value: endpoint.endpointName });

export { app };
