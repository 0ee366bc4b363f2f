import { Control } from '../../../policy/control';
import { rule } from '../../rule';
import { all } from '../../verdict';
import { productionOnInstances } from './variants';

export default rule({
  name: 'SageMakerEndpointConfigInstanceCount',
  title: 'SageMaker endpoints start on at least two instances',
  severity: 'error',
  control: Control.AVAILABILITY,
  resources: ['AWS::SageMaker::EndpointConfig'],
  why: 'SageMaker spreads instances over zones only when there are two; one instance is one zone',
  fix: 'set InitialInstanceCount to 2 or more on every variant that takes traffic',
  check: (config) => all(...productionOnInstances(config)
    .map((variant) => variant.at('InitialInstanceCount').number((count) => count >= 2, '2 or more'))),
});
