import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { pinned } from '../sagemaker/image';

export default rule({
  name: 'CleanRoomsMlImage',
  title: 'Algorithms of a clean room name a fixed version of their images',
  severity: 'warning',
  control: Control.ARTIFACT_INTEGRITY,
  resources: ['AWS::CleanRoomsML::ConfiguredModelAlgorithm'],
  why: 'the code trains on data of several parties, who agreed to the image that they reviewed and not to the next one behind its tag',
  fix: 'name the image by digest (@sha256:...), or by a version tag in a repository with immutable tags',
  properties: ['TrainingContainerConfig.ImageUri', 'InferenceContainerConfig.ImageUri'],
  sources: ['https://docs.aws.amazon.com/clean-rooms/latest/userguide/create-configure-model-algorithm.html'],
  good: { Name: 'risk', RoleArn: 'arn:aws:iam::123456789012:role/train', TrainingContainerConfig: { ImageUri: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/risk:1.4.0' } },
  bad: { Name: 'risk', RoleArn: 'arn:aws:iam::123456789012:role/train', TrainingContainerConfig: { ImageUri: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/risk:latest' } },
  check: (algorithm) => ['TrainingContainerConfig.ImageUri', 'InferenceContainerConfig.ImageUri'].map((path) => pinned(algorithm.at(path))),
});
