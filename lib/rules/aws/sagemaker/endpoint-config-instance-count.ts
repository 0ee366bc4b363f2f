import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { productionOnInstances } from './variants';

export default rule({
  name: 'SageMakerEndpointConfigInstanceCount',
  title: 'SageMaker endpoints start on at least two instances',
  severity: 'error',
  control: Control.AVAILABILITY,
  resources: ['AWS::SageMaker::EndpointConfig'],
  why: 'SageMaker spreads instances over zones only when there are two; one instance is one zone',
  fix: 'set InitialInstanceCount to 2 or more on every variant that takes traffic',
  properties: ['ProductionVariants.InitialInstanceCount'],
  sources: ['Security Hub SageMaker.4', 'AWS Config sagemaker-endpoint-config-prod-instance-count', 'Prowler sagemaker_endpoint_config_prod_variant_instances'],
  good: { ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: 'risk', InstanceType: 'ml.m5.large', InitialInstanceCount: 2 }] },
  bad: { ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: 'risk', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 }] },
  check: (config) => productionOnInstances(config)
    .map((variant) => variant.at('InitialInstanceCount').number((count) => count >= 2, '2 or more')),
});
