import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { volumeKey } from './volume';

export default rule({
  name: 'SageMakerInferenceExperimentKey',
  title: 'Inference experiments encrypt volumes and what they capture with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::SageMaker::InferenceExperiment'],
  why: 'a shadow test copies live requests about people to a second model, and may store them',
  fix: 'set KmsKey, unless every variant has local NVMe storage, and DataStorageConfig.KmsKey',
  properties: ['KmsKey', 'DataStorageConfig.KmsKey'],
  sources: [
    'Security Hub SageMaker.23', 'Security Hub SageMaker.24', 'AWS Config sagemaker-inf-experiment-instance-storage-kms-encrypted',
    'AWS Config sagemaker-inf-experiment-data-storage-kms-encrypted',
  ],
  good: {
    KmsKey: 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    DataStorageConfig: { Destination: 's3://captures/shadow/', KmsKey: 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab' },
  },
  bad: { DataStorageConfig: { Destination: 's3://captures/shadow/' } },
  check: (experiment) => {
    const types = experiment.at('ModelVariants').items.map((variant) => variant.at('InfrastructureConfig.RealTimeInferenceConfig.InstanceType'));
    const storage = experiment.at('DataStorageConfig').given;
    return [
      volumeKey(experiment.at('KmsKey'), types, experiment),
      storage.isAbsent ? NOT_APPLICABLE : experiment.customerKey(storage.at('KmsKey')),
    ];
  },
});
