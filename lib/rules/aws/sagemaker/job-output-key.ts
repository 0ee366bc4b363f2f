import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { JOBS, jobsOf } from './job';

export default rule({
  name: 'SageMakerJobOutputKey',
  title: 'SageMaker jobs encrypt what they write with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: [...JOBS, 'AWS::SageMaker::ModelPackage'],
  why: 'what a job writes is as sensitive as what it read',
  fix: 'set the KmsKeyId of the output configuration',
  properties: [
    'OutputDataConfig.KmsKeyId', 'ProcessingOutputConfig.KmsKeyId', 'TransformOutput.KmsKeyId', 'DataCaptureConfig.KmsKeyId', 'OutputConfig.KmsKeyId',
    'TrainingJobDefinition.OutputDataConfig.KmsKeyId', 'TrainingJobDefinitions.OutputDataConfig.KmsKeyId',
    'ProcessingInputs.DatasetDefinition.AthenaDatasetDefinition.KmsKeyId', 'ProcessingInputs.DatasetDefinition.RedshiftDatasetDefinition.KmsKeyId',
    'DataQualityJobOutputConfig.KmsKeyId', 'ModelQualityJobOutputConfig.KmsKeyId', 'ModelBiasJobOutputConfig.KmsKeyId', 'ModelExplainabilityJobOutputConfig.KmsKeyId',
    'MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringOutputConfig.KmsKeyId', 'ClusterConfig.LogEncryptionKmsKeyId',
    'JobConfig.configurationOverrides.monitoringConfiguration.s3MonitoringConfiguration.encryptionKeyArn',
    'ValidationSpecification.ValidationProfiles.TransformJobDefinition.TransformOutput.KmsKeyId',
  ],
  sources: [
    'Checkov CKV_AWS_367', 'Checkov CKV_AWS_372', 'Prowler sagemaker_training_jobs_volume_and_output_encryption_enabled', 'AIA SM-17', 'AIA SM-18', 'AIA SM-20',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_OutputDataConfig.html',
  ],
  good: { OutputDataConfig: { S3OutputPath: 's3://models/risk/', KmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab' } },
  bad: { OutputDataConfig: { S3OutputPath: 's3://models/risk/' } },
  check: (step) => jobsOf(step).flatMap((job) => job.outputs.map(({ config, key }) => (
    config.isAbsent ? NOT_APPLICABLE : step.customerKey(key)))),
});
