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
  properties: ['DataCaptureConfig.KmsKeyId'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DataCaptureConfig.html'],
  good: {
    DataCaptureConfig: {
      EnableCapture: true, InitialSamplingPercentage: 100, DestinationS3Uri: 's3://captures/risk/', CaptureOptions: [{ CaptureMode: 'InputAndOutput' }],
      KmsKeyId: 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    },
  },
  bad: { DataCaptureConfig: { EnableCapture: true, InitialSamplingPercentage: 100, DestinationS3Uri: 's3://captures/risk/', CaptureOptions: [{ CaptureMode: 'InputAndOutput' }] } },
  check: (config) => {
    const capture = config.at('DataCaptureConfig');
    if (capture.isAbsent || capture.at('EnableCapture').boolean(false).answer === Answer.COMPLIANT) return NOT_APPLICABLE;
    return config.key('DataCaptureConfig.KmsKeyId');
  },
});
