import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { hasFleet, isFirstDeployment } from './deployment';

export default rule({
  name: 'SageMakerEndpointRetainVariants',
  title: 'An update of an endpoint keeps the capacity that scaling has given it',
  severity: 'warning',
  control: Control.AVAILABILITY,
  resources: ['AWS::SageMaker::Endpoint'],
  why: 'an update falls back to the count of the configuration, at any hour of the day, and the new fleet meets the load of the old one',
  fix: 'set RetainAllVariantProperties, and ExcludeRetainedVariantProperties for what is to change',
  properties: ['RetainAllVariantProperties'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpoint.html'],
  good: { EndpointConfigName: 'risk-2', RetainAllVariantProperties: true },
  bad: { EndpointConfigName: 'risk-2', RetainAllVariantProperties: false },
  // a step of a pipeline makes the request of CreateEndpoint, which has no such member
  check: (endpoint) => (isFirstDeployment(endpoint) || endpoint.within?.kind === 'Endpoint' || !hasFleet(endpoint)
    ? NOT_APPLICABLE : endpoint.boolean('RetainAllVariantProperties')),
});
