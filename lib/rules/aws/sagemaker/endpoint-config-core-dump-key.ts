import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { variantsOf } from './variants';

export default rule({
  name: 'SageMakerEndpointConfigCoreDumpKey',
  title: 'SageMaker endpoints encrypt core dumps with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::SageMaker::EndpointConfig'],
  why: 'a core dump is the memory of the container: the model, and whatever it was being asked',
  fix: 'set CoreDumpConfig.KmsKeyId, or drop CoreDumpConfig',
  properties: ['ProductionVariants.CoreDumpConfig.KmsKeyId', 'ShadowProductionVariants.CoreDumpConfig.KmsKeyId'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariantCoreDumpConfig.html'],
  good: {
    ProductionVariants: [{
      VariantName: 'AllTraffic', ModelName: 'risk',
      CoreDumpConfig: { DestinationS3Uri: 's3://dumps/risk/', KmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab' },
    }],
  },
  bad: { ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: 'risk', CoreDumpConfig: { DestinationS3Uri: 's3://dumps/risk/' } }] },
  check: (config) => variantsOf(config).map((variant) => {
    const dump = variant.at('CoreDumpConfig').given;
    return dump.isAbsent ? NOT_APPLICABLE : config.customerKey(dump.at('KmsKeyId'));
  }),
});
