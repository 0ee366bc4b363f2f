import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { NOT_APPLICABLE } from '../../verdict';
import { componentVariantsOf } from './variants';

export default rule({
  name: 'SageMakerEndpointConfigNetworkIsolation',
  title: 'Endpoints of inference components run their containers without network access',
  severity: 'error',
  control: Control.NETWORK_ISOLATION,
  resources: ['AWS::SageMaker::EndpointConfig'],
  why: 'a component takes the network of its endpoint: with egress, its container can copy out what it is asked',
  fix: 'set EnableNetworkIsolation on the configuration where a variant names no model',
  properties: ['EnableNetworkIsolation'],
  sources: ['https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html'],
  good: { EnableNetworkIsolation: true, ProductionVariants: [{ VariantName: 'AllTraffic', InstanceType: 'ml.m5.xlarge', InitialInstanceCount: 2 }] },
  bad: { ProductionVariants: [{ VariantName: 'AllTraffic', InstanceType: 'ml.m5.xlarge', InitialInstanceCount: 2 }] },
  check: (config) => (componentVariantsOf(config).length === 0 ? NOT_APPLICABLE : config.boolean('EnableNetworkIsolation')),
});
