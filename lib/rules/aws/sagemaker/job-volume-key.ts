import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { JOBS, jobsOf } from './job';
import { volumeKey } from './volume';

export default rule({
  name: 'SageMakerJobVolumeKey',
  title: 'SageMaker jobs encrypt their volumes with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: [...JOBS, 'AWS::SageMaker::ModelPackage'],
  why: 'a job copies its input onto the volume; without a key of your own you can neither revoke nor audit access to it',
  fix: 'set VolumeKmsKeyId; leave it out only for instance types with local NVMe storage, which SageMaker rejects it for',
  properties: [
    'ResourceConfig.VolumeKmsKeyId', 'ProcessingResources.ClusterConfig.VolumeKmsKeyId', 'JobResources.ClusterConfig.VolumeKmsKeyId', 'TransformResources.VolumeKmsKeyId',
    'TrainingJobDefinition.ResourceConfig.VolumeKmsKeyId', 'TrainingJobDefinitions.ResourceConfig.VolumeKmsKeyId',
    'TrainingJobDefinition.HyperParameterTuningResourceConfig.VolumeKmsKeyId', 'TrainingJobDefinitions.HyperParameterTuningResourceConfig.VolumeKmsKeyId',
    'AutoMLJobConfig.SecurityConfig.VolumeKmsKeyId', 'SecurityConfig.VolumeKmsKeyId', 'LabelingJobAlgorithmsConfig.LabelingJobResourceConfig.VolumeKmsKeyId',
    'InputConfig.VolumeKmsKeyId', 'MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringResources.ClusterConfig.VolumeKmsKeyId',
    'ValidationSpecification.ValidationProfiles.TransformJobDefinition.TransformResources.VolumeKmsKeyId',
  ],
  sources: [
    'Checkov CKV_AWS_368', 'Prowler sagemaker_training_jobs_volume_and_output_encryption_enabled', 'AIA SM-17', 'AIA SM-18', 'AIA SM-19',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html',
  ],
  good: { ResourceConfig: { InstanceType: 'ml.m5.xlarge', VolumeKmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab' } },
  bad: { ResourceConfig: { InstanceType: 'ml.m5.xlarge' } },
  check: (step) => jobsOf(step).map((job) => (job.volume ? volumeKey(job.volume.key, job.volume.instanceTypes, step) : NOT_APPLICABLE)),
});
