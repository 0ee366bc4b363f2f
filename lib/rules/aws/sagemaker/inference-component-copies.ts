import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';

export default rule({
  name: 'SageMakerInferenceComponentCopies',
  title: 'Inference components start with at least two copies',
  severity: 'error',
  control: Control.AVAILABILITY,
  resources: ['AWS::SageMaker::InferenceComponent'],
  why: 'an endpoint of many instances does not help a model that is on one of them',
  fix: 'set RuntimeConfig.CopyCount to 2 or more',
  properties: ['RuntimeConfig.CopyCount'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_InferenceComponentRuntimeConfig.html'],
  good: { EndpointName: 'risk', VariantName: 'AllTraffic', Specification: { ModelName: 'risk' }, RuntimeConfig: { CopyCount: 2 } },
  bad: { EndpointName: 'risk', VariantName: 'AllTraffic', Specification: { ModelName: 'risk' }, RuntimeConfig: { CopyCount: 1 } },
  check: (component) => {
    // an adapter is copied with the component below it, and an update that says no count leaves it
    const below = !component.at('Specification.BaseInferenceComponentName').given.isAbsent;
    const unchanged = component.within?.kind === 'updateInferenceComponent' && component.at('RuntimeConfig').isAbsent;
    return below || unchanged ? NOT_APPLICABLE : component.at('RuntimeConfig.CopyCount').number((count) => count >= 2, '2 or more');
  },
});
