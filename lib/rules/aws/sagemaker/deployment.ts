import type { Resource } from '../../resource';
import { instanceVariantsOf } from './variants';

/** Configurations that an endpoint may be deployed with: those it names, or all of its state machine or pipeline where the name is made there. */
function configsOf(endpoint: Resource): readonly Resource[] {
  const named = endpoint.relations.named(endpoint.at('EndpointConfigName'), 'AWS::SageMaker::EndpointConfig', 'EndpointConfigName');
  if (named.length > 0 || !endpoint.within) return named;
  return endpoint.relations.inside(endpoint.within.resource).filter(({ type }) => type === 'AWS::SageMaker::EndpointConfig');
}

/**
 * Whether SageMaker replaces a fleet when the endpoint is updated. Serverless variants have none, and where variants name no model, inference
 * components are replaced instead. What cannot be found counts as a fleet.
 */
export function hasFleet(endpoint: Resource): boolean {
  const configs = configsOf(endpoint);
  return configs.length === 0 || configs.some((config) => instanceVariantsOf(config).some((variant) => !variant.at('ModelName').isAbsent));
}

/** Whether it is a request that makes an endpoint or component anew, when there is nothing yet to go back to. */
export function isFirstDeployment(resource: Resource): boolean {
  return /^create/.test(resource.within?.kind ?? '');
}
