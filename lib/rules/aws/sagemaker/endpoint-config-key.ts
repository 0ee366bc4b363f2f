import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { instanceTypesOf, instanceVariantsOf } from './variants';
import { volumeKey } from './volume';

export default rule({
  name: 'SageMakerEndpointConfigKey',
  title: 'SageMaker endpoints encrypt their volumes with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::SageMaker::EndpointConfig'],
  why: 'an endpoint keeps the model, and what it logs, on its volume',
  fix: 'set KmsKeyId; it can be left out only when every variant has local NVMe storage or is serverless',
  properties: ['KmsKeyId'],
  sources: [
    'AWS Config sagemaker-endpoint-configuration-kms-key-configured', 'cdk-nag SageMakerEndpointConfigurationKMSKeyConfigured', 'Checkov CKV_AWS_98',
    'Prowler sagemaker_endpoint_config_kms_encryption_enabled', 'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html',
  ],
  good: {
    KmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: 'risk', InstanceType: 'ml.m5.large', InitialInstanceCount: 2 }],
  },
  bad: { ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: 'risk', InstanceType: 'ml.m5.large', InitialInstanceCount: 2 }] },
  check: (config) => {
    const types = instanceVariantsOf(config).flatMap(instanceTypesOf);
    return types.length === 0 ? NOT_APPLICABLE : volumeKey(config.at('KmsKeyId'), types, config);
  },
});
