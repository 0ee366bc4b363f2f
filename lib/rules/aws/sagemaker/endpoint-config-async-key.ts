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
  check: (config) => (config.at('AsyncInferenceConfig').isAbsent ? NOT_APPLICABLE : config.key('AsyncInferenceConfig.OutputConfig.KmsKeyId')),
});
