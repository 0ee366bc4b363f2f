import { Answer } from '../../../policy/finding';
import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';

export default rule({
  name: 'SageMakerEndpointConfigCaptureKey',
  title: 'SageMaker endpoints encrypt what they capture with a customer-managed key',
  severity: 'error',
  control: Control.ENCRYPTION_AT_REST,
  resources: ['AWS::SageMaker::EndpointConfig'],
  why: 'captured requests are personal data when requests are',
  fix: 'set DataCaptureConfig.KmsKeyId',
  check: (config) => {
    const capture = config.at('DataCaptureConfig');
    if (capture.isAbsent || capture.at('EnableCapture').boolean(false).answer === Answer.COMPLIANT) return NOT_APPLICABLE;
    return config.key('DataCaptureConfig.KmsKeyId');
  },
});
