import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { pinned } from './image';
import { JOBS, jobsOf } from './job';

export default rule({
  name: 'SageMakerJobImagePinned',
  title: 'SageMaker jobs name a fixed version of their image',
  severity: 'warning',
  control: Control.ARTIFACT_INTEGRITY,
  resources: JOBS,
  why: 'an image behind a moving tag is not the image that was reviewed',
  fix: 'name the image by digest (@sha256:...), or by a version tag in a repository with immutable tags',
  properties: [
    'AlgorithmSpecification.TrainingImage', 'AppSpecification.ImageUri', 'TrainingJobDefinition.AlgorithmSpecification.TrainingImage',
    'TrainingJobDefinitions.AlgorithmSpecification.TrainingImage', 'DataQualityAppSpecification.ImageUri', 'ModelQualityAppSpecification.ImageUri',
    'ModelBiasAppSpecification.ImageUri', 'ModelExplainabilityAppSpecification.ImageUri',
    'MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringAppSpecification.ImageUri', 'DebugRuleConfigurations.RuleEvaluatorImage', 'ProfilerRuleConfigurations.RuleEvaluatorImage',
    'OptimizationConfigs.ModelQuantizationConfig.Image', 'OptimizationConfigs.ModelCompilationConfig.Image', 'OptimizationConfigs.ModelShardingConfig.Image',
    'ApplicationConfig.imageConfiguration.imageUri', 'ApplicationConfig.workerTypeSpecifications',
  ],
  sources: ['AIA SM-43', 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html'],
  good: { AlgorithmSpecification: { TrainingImage: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/train:1.2-1' } },
  bad: { AlgorithmSpecification: { TrainingImage: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/train:latest' } },
  check: (step) => jobsOf(step).flatMap((job) => job.images.map(pinned)),
});
