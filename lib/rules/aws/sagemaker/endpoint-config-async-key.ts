import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';

export default rule({
  name: 'SageMakerEndpointConfigAsyncKey',
  title: 'Asynchronous SageMaker endpoints encrypt their answers with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::SageMaker::EndpointConfig'],
  why: 'an asynchronous answer about a person lies in a bucket until it is fetched',
  fix: 'set AsyncInferenceConfig.OutputConfig.KmsKeyId',
  properties: ['AsyncInferenceConfig.OutputConfig.KmsKeyId'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_AsyncInferenceOutputConfig.html'],
  good: {
    AsyncInferenceConfig: { OutputConfig: { S3OutputPath: 's3://answers/risk/', KmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab' } },
  },
  bad: { AsyncInferenceConfig: { OutputConfig: { S3OutputPath: 's3://answers/risk/' } } },
  check: (config) => (config.at('AsyncInferenceConfig').isAbsent ? NOT_APPLICABLE : config.key('AsyncInferenceConfig.OutputConfig.KmsKeyId')),
});
