import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { COMPLIANT, NOT_APPLICABLE, nonCompliant } from '../../verdict';
import { variantsOf } from './variants';

export default rule({
  name: 'SageMakerEndpointConfigAmi',
  title: 'SageMaker endpoints ask for no machine image of Amazon Linux 2',
  severity: 'warning',
  control: Control.SUPPORTED_SOFTWARE,
  resources: ['AWS::SageMaker::EndpointConfig'],
  why: 'Amazon Linux 2 has had no security updates since its end of support on 30 June 2026',
  fix: 'set InferenceAmiVersion to an image of Amazon Linux 2023, whose name begins with al2023, or leave it out',
  properties: ['ProductionVariants.InferenceAmiVersion', 'ShadowProductionVariants.InferenceAmiVersion'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariant.html', 'https://aws.amazon.com/amazon-linux-2/faqs/'],
  good: { ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: 'risk', InferenceAmiVersion: 'al2023-ami-sagemaker-inference-gpu-4-1' }] },
  bad: { ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: 'risk', InferenceAmiVersion: 'al2-ami-sagemaker-inference-gpu-2' }] },
  check: (config) => variantsOf(config).map((variant) => variant.at('InferenceAmiVersion').judge((version) => {
    if (version === undefined || version === null) return NOT_APPLICABLE;
    return String(version).startsWith('al2-') ? nonCompliant(`InferenceAmiVersion is '${String(version)}'`) : COMPLIANT;
  })),
});
