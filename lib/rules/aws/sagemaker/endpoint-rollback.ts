import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { hasFleet, isFirstDeployment } from './deployment';
import { stated } from './stated';

export default rule({
  name: 'SageMakerEndpointRollback',
  title: 'Alarms call back a deployment of an endpoint or inference component that goes wrong',
  severity: 'error',
  control: Control.AVAILABILITY,
  resources: ['AWS::SageMaker::Endpoint', 'AWS::SageMaker::InferenceComponent'],
  why: 'a container that answers, but wrongly or late, passes the health check and takes all traffic',
  fix: 'set DeploymentConfig.AutoRollbackConfiguration.Alarms to alarms on errors and latency',
  properties: ['DeploymentConfig.AutoRollbackConfiguration.Alarms'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html'],
  good: { EndpointConfigName: 'risk-2', DeploymentConfig: { AutoRollbackConfiguration: { Alarms: [{ AlarmName: 'risk-errors' }] } } },
  bad: { EndpointConfigName: 'risk-2' },
  check: (resource) => {
    if (isFirstDeployment(resource) || (resource.type === 'AWS::SageMaker::Endpoint' && !hasFleet(resource))) return NOT_APPLICABLE;
    return stated(resource.at('DeploymentConfig.AutoRollbackConfiguration.Alarms'));
  },
});
